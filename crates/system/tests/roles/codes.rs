//! How many codes roles cost.

use mfa_tray_core::ports::Clock as _;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::{CodeFrom, RefreshError, refresh_all};
use mfa_tray_core::session::State;
use mfa_tray_core::status;
use mfa_tray_core::testing::FakePerson;
use mfa_tray_practice::Trust;

use crate::people::{Profile, arn, erin, erin_with_mfa, problem, role, stage, user};
use crate::stage::name;

const TWO: [Profile<'static>; 2] = [
    Profile {
        name: "owner",
        source: "dev",
        more: "",
    },
    Profile {
        name: "audit",
        source: "dev-mfa",
        more: "",
    },
];

#[test]
fn one_code_a_day_serves_all_roles() {
    let stage = stage(&TWO);
    role(&stage, "owner", 4, erin_with_mfa());
    role(&stage, "audit", 1, erin_with_mfa());
    let needed = stage.asking_nothing("owner").unwrap_err();
    assert!(
        matches!(&needed, RefreshError::CodeNeeded(serial) if *serial == erin()),
        "{needed}"
    );
    let owner = stage.typing("owner").unwrap();
    let audit = stage.asking_nothing("audit").unwrap();
    for (refreshed, role) in [(&owner, "owner"), (&audit, "audit")] {
        let (left, who) = stage.issued(refreshed);
        assert!((3_590..=3_600).contains(&left), "{left}");
        assert_eq!(who, format!("arn:aws:sts::111122223333:assumed-role/{role}/erin"));
    }
    // All day long: nobody is asked again.
    for _ in 0..11 {
        stage.clock.forward(3_600);
        stage.asking_nothing("owner").unwrap();
    }
    assert_eq!(
        stage.calls().iter().filter(|call| *call == "GetSessionToken").count(),
        1
    );
    stage.clock.forward(3_600);
    let over = stage.asking_nothing("audit").unwrap_err();
    assert!(matches!(over, RefreshError::CodeNeeded(_)), "{over}");
}

#[test]
fn a_trust_policy_that_wants_fresh_mfa_gets_it_and_is_remembered() {
    let stage = stage(&TWO);
    let fresh = Trust {
        mfa_age_seconds: Some(900),
        ..erin_with_mfa()
    };
    role(&stage, "owner", 4, fresh);
    role(&stage, "audit", 1, erin_with_mfa());
    stage.typing("dev").unwrap();
    stage.asking_nothing("owner").expect("the session is young");
    stage.clock.forward(1_000);
    let needed = stage.asking_nothing("owner").unwrap_err();
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    stage.typing("owner").unwrap();
    assert!(stage.world.state.known_roles()[&arn("owner")].wants_fresh_mfa);
    let calls = stage.calls().len();
    stage.clock.forward(1_000);
    stage.asking_nothing("owner").unwrap_err();
    assert_eq!(stage.calls().len(), calls, "it is known now");
    stage
        .asking_nothing("audit")
        .expect("others are content with the session");
    stage.typing("owner").unwrap();
    assert_eq!(stage.calls().len(), calls + 2, "a code of its own, at once");
}

#[test]
fn a_role_that_is_not_allowed_is_refused_before_a_code_is_spent_on_it() {
    let stage = stage(&TWO);
    role(&stage, "owner", 4, Trust::default());
    stage.typing("dev").unwrap();
    let refused = problem(&stage.typing("owner").unwrap_err());
    assert!(
        refused.message.contains("does not let the user take the role owner"),
        "{refused:?}"
    );
    assert_eq!(stage.calls(), ["GetSessionToken", "AssumeRole"]);
    assert!(stage.world.state.known_roles().is_empty());
}

#[test]
fn an_enrolled_device_answers_for_roles_too() {
    let stage = stage(&[Profile {
        name: "deploy",
        source: "fresh",
        more: "duration_seconds = 7200\n",
    }]);
    let trust = Trust {
        principals: vec![user("dana")],
        mfa: true,
        ..Trust::default()
    };
    role(&stage, "deploy", 4, trust);
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    stage.clock.forward(90);
    let refreshed = stage.asking_nothing("deploy").unwrap();
    let (left, who) = stage.issued(&refreshed);
    assert!((7_190..=7_200).contains(&left), "{left}");
    assert_eq!(who, "arn:aws:sts::111122223333:assumed-role/deploy/dana");
}

#[test]
fn the_seed_gives_the_fresh_code_without_a_question() {
    let stage = stage(&[Profile {
        name: "deploy",
        source: "fresh",
        more: "",
    }]);
    let trust = Trust {
        principals: vec![user("dana")],
        mfa_age_seconds: Some(900),
        ..Trust::default()
    };
    role(&stage, "deploy", 4, trust);
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    let before = stage.calls().len();
    stage.clock.forward(1_000);
    stage.asking_nothing("deploy").unwrap();
    stage.clock.forward(1_000);
    stage.asking_nothing("deploy").unwrap();
    let calls = stage.calls().split_off(before);
    assert_eq!(calls, ["AssumeRole"; 3], "the session, a code; then a code at once");
}

#[test]
fn without_a_device_a_role_takes_no_code() {
    let stage = stage(&[Profile {
        name: "deploy",
        source: "fresh",
        more: "",
    }]);
    let trust = |mfa| Trust {
        principals: vec![user("dana")],
        mfa,
        ..Trust::default()
    };
    role(&stage, "deploy", 1, trust(false));
    stage.asking_nothing("deploy").unwrap();
    role(&stage, "deploy", 1, trust(true));
    let refused = problem(&stage.asking_nothing("deploy").unwrap_err());
    assert!(refused.message.contains("no MFA device is known"), "{refused:?}");
    assert_eq!(stage.calls(), ["AssumeRole", "AssumeRole"]);
}

#[test]
fn a_key_that_was_switched_off_is_told() {
    let stage = stage(&TWO);
    role(&stage, "owner", 4, erin_with_mfa());
    stage.typing("owner").unwrap();
    stage.clock.forward(3_600);
    let message = "The security token included in the request is invalid.";
    stage.refuse("AssumeRole", 1, 403, "InvalidClientTokenId", message);
    let needed = stage.asking_nothing("owner").unwrap_err();
    assert!(
        matches!(needed, RefreshError::CodeNeeded(_)),
        "the session is dead: {needed}"
    );
    stage.typing("owner").unwrap();
}

#[test]
fn all_at_once_takes_one_typed_code() {
    let stage = stage(&TWO);
    role(&stage, "owner", 4, erin_with_mfa());
    role(&stage, "audit", 1, erin_with_mfa());
    let mut asked = 0;
    let mut person = FakePerson::new(|serial: &MfaSerial| {
        asked += 1;
        Some(stage.code(serial.as_str()))
    });
    refresh_all(&stage.world, &mut person).unwrap();
    let failed: Vec<_> = person
        .outcomes
        .into_iter()
        .filter(|outcome| outcome.result.is_err())
        .map(|outcome| outcome.profile)
        .collect();
    // Dana has no device.
    assert_eq!((failed, asked), (vec![name("fresh")], 1));
    let loaded = stage.world.load().unwrap();
    let rows = status::rows(&loaded, &stage.world.state, stage.clock.now());
    let active = rows.iter().filter(|row| row.state == State::Active);
    assert_eq!(
        active.map(|row| row.name.as_str()).collect::<Vec<_>>(),
        ["dev", "owner", "audit"]
    );
}

#[test]
fn two_at_once_ask_for_one_session() {
    let stage = stage(&TWO);
    role(&stage, "owner", 4, erin_with_mfa());
    role(&stage, "audit", 1, erin_with_mfa());
    stage.clock.forward(30);
    let code = stage.code(erin().as_str());
    std::thread::scope(|scope| {
        for profile in ["owner", "audit"] {
            let request = mfa_tray_core::refresh::Request {
                code: CodeFrom::Person(code.clone()),
                ..mfa_tray_core::refresh::Request::of(&name(profile))
            };
            let world = &stage.world;
            scope.spawn(move || mfa_tray_core::refresh::refresh(world, &request).unwrap());
        }
    });
    assert_eq!(
        stage.calls().iter().filter(|call| *call == "GetSessionToken").count(),
        1
    );
}
