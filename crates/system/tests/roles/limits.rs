//! How long a role's session lasts.

use mfa_tray_core::refresh::{CodeFrom, RefreshError, Request, refresh};
use mfa_tray_practice::Role;

use crate::people::{Profile, arn, ask, erin, erin_with_mfa, role, stage};
use crate::stage::Stage;

fn long(seconds: &str) -> Stage {
    stage(&[Profile {
        name: "owner",
        source: "dev",
        more: seconds,
    }])
}

/// No policy lets the user read roles.
fn hide_limits(stage: &Stage) {
    let message = "User: erin is not authorized to perform: iam:GetRole on resource: role owner";
    stage.refuse("GetRole", 9, 403, "AccessDenied", message);
}

#[test]
fn beyond_an_hour_the_code_goes_to_the_role_itself() {
    let stage = long("duration_seconds = 14400\n");
    role(&stage, "owner", 4, erin_with_mfa());
    let refreshed = stage.typing("owner").unwrap();
    let (left, _) = stage.issued(&refreshed);
    assert!(
        (14_390..=14_400).contains(&left) && refreshed.warnings.is_empty(),
        "{refreshed:?}"
    );
    assert_eq!(stage.calls(), ["GetRole", "AssumeRole"]);
}

#[test]
fn the_roles_limit_is_read_before_a_code_is_spent() {
    let stage = long("duration_seconds = 43200\n");
    role(&stage, "owner", 2, erin_with_mfa());
    let refreshed = stage.typing("owner").unwrap();
    let (left, _) = stage.issued(&refreshed);
    assert!((7_190..=7_200).contains(&left), "{left}");
    assert!(
        refreshed.warnings[0].message.contains("allows no more"),
        "{:?}",
        refreshed.warnings
    );
    assert_eq!(stage.calls(), ["GetRole", "AssumeRole"]);

    let stage = long("duration_seconds = 43200\n");
    role(&stage, "owner", 1, erin_with_mfa());
    stage.typing("dev").unwrap();
    stage.asking_nothing("owner").expect("an hour needs no code");
    assert_eq!(stage.calls(), ["GetSessionToken", "GetRole", "AssumeRole"]);
}

#[test]
fn a_limit_nobody_tells_costs_one_code_and_then_never_again() {
    let stage = long("duration_seconds = 7200\n");
    role(&stage, "owner", 1, erin_with_mfa());
    hide_limits(&stage);
    let another = stage.typing("owner").unwrap_err();
    assert!(matches!(another, RefreshError::AnotherCode { .. }), "{another}");
    let refreshed = stage.typing("owner").unwrap();
    let (left, _) = stage.issued(&refreshed);
    assert!((3_590..=3_600).contains(&left), "{left}");
    assert!(
        refreshed.warnings[0].message.contains("lasts an hour, not 7200 s"),
        "{:?}",
        refreshed.warnings
    );
    stage.clock.forward(3_600);
    stage.asking_nothing("owner").unwrap();
}

#[test]
fn with_a_session_there_the_hour_comes_at_once() {
    let stage = long("duration_seconds = 7200\n");
    role(&stage, "owner", 1, erin_with_mfa());
    hide_limits(&stage);
    stage.typing("dev").unwrap();
    let refreshed = stage.typing("owner").unwrap();
    assert_eq!(refreshed.warnings.len(), 1, "{:?}", refreshed.warnings);
    let expected = ["GetSessionToken", "GetRole", "AssumeRole", "AssumeRole"];
    assert_eq!(stage.calls(), expected);
}

#[test]
fn another_accounts_role_of_the_same_name_says_nothing() {
    let stage = stage(&[]);
    let theirs = "arn:aws:iam::444455556666:role/team/owner";
    let config = format!(
        "{}[profile theirs]\nregion = eu-west-1\nrole_arn = {theirs}\nsource_profile = dev\n",
        stage.config()
    );
    crate::stage::put(&stage.world.paths.config, &config);
    role(&stage, "owner", 1, erin_with_mfa());
    let abroad = Role {
        arn: theirs.to_owned(),
        max_session_seconds: 14_400,
        trust: erin_with_mfa(),
    };
    stage.practice.add_role(abroad).unwrap();
    stage.clock.forward(30);
    let request = Request {
        code: CodeFrom::Person(stage.code(erin().as_str())),
        duration: Some(14_400),
        ..ask("theirs")
    };
    let refreshed = refresh(&stage.world, &request).unwrap();
    let (left, _) = stage.issued(&refreshed);
    assert!(
        (14_390..=14_400).contains(&left),
        "{left}: not the limit of {}",
        arn("owner")
    );
}
