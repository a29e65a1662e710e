//! Roles taken from roles.

use mfa_tray_practice::Trust;

use crate::people::{Profile, arn, erin_with_mfa, problem, role, stage};
use crate::stage::Stage;

fn chain(more: &str) -> Stage {
    let stage = stage(&[
        Profile {
            name: "third",
            source: "second",
            more,
        },
        Profile {
            name: "second",
            source: "first",
            more: "",
        },
        Profile {
            name: "first",
            source: "dev",
            more: "",
        },
    ]);
    role(&stage, "first", 4, erin_with_mfa());
    role(&stage, "second", 4, trusting("first"));
    role(&stage, "third", 4, trusting("second"));
    stage
}

fn trusting(role: &str) -> Trust {
    Trust {
        principals: vec![arn(role)],
        ..Trust::default()
    }
}

#[test]
fn a_chain_of_any_length_ends_in_the_wanted_role() {
    let stage = chain("");
    let refreshed = stage.typing("third").unwrap();
    let (left, who) = stage.issued(&refreshed);
    assert!((3_590..=3_600).contains(&left), "{left}");
    assert_eq!(who, "arn:aws:sts::111122223333:assumed-role/third/erin");
    let expected = ["GetSessionToken", "AssumeRole", "AssumeRole", "AssumeRole"];
    assert_eq!(stage.calls(), expected);
    assert_eq!(refreshed.target.as_str(), "third-mfa");
    assert!(
        !stage
            .world
            .load()
            .unwrap()
            .files
            .in_config(&crate::stage::name("second-mfa"))
    );
}

#[test]
fn a_chain_lasts_an_hour_and_says_so() {
    let stage = chain("duration_seconds = 14400\n");
    let refreshed = stage.typing("third").unwrap();
    let (left, _) = stage.issued(&refreshed);
    assert!((3_590..=3_600).contains(&left), "{left}");
    assert!(
        refreshed.warnings[0].message.contains("a role taken from another role"),
        "{:?}",
        refreshed.warnings
    );
}

#[test]
fn a_later_role_that_demands_mfa_cannot_have_it() {
    let stage = chain("");
    let demanding = Trust {
        mfa: true,
        ..trusting("second")
    };
    role(&stage, "third", 4, demanding);
    let refused = problem(&stage.typing("third").unwrap_err());
    assert!(
        refused
            .message
            .contains("does not let the role second take the role third: its trust policy may demand MFA"),
        "{refused:?}"
    );
    assert_eq!(stage.calls().len(), 4, "and nothing is tried again");
}
