//! A machine whose clock is wrong: once AWS has answered, its sessions are neither over at once nor made over and over.

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::activity::By;
use mfa_tray_core::doctor;
use mfa_tray_core::refresh::{Request, refresh_all};
use mfa_tray_core::session::State;
use mfa_tray_core::testing::FakePerson;

use crate::stage::{NOW, SERIAL, Stage, ask, keys, with_code};

/// Behind and ahead of AWS, by less than the margin, by a role's whole session and by more.
const WRONG: [i64; 6] = [-7_200, -3_600, -120, 120, 3_600, 7_200];

/// `dev` is a user with a device, `admin` a role of hers.
fn stage(server_ahead: i64) -> Stage {
    let config = format!(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n[profile admin]\nregion = eu-west-1\n\
         role_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = dev\n"
    );
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    stage.aws.set_server_ahead(server_ahead);
    stage
}

#[test]
fn the_doctor_says_how_wrong_it_is() {
    for (ahead, wrong) in [
        (0, None),
        (60, None),
        (300, Some("5 min slow")),
        (-7_200, Some("2 h fast")),
    ] {
        let stage = stage(ahead);
        stage.refresh(&with_code("dev", "111111")).unwrap();
        let checks = doctor::examine(&stage.world);
        let clock = checks.iter().find(|check| check.name == "clock").unwrap();
        let said = clock.found.as_ref().err().map(|problem| problem.message.as_str());
        assert_eq!(said.is_some(), wrong.is_some(), "{ahead} s: {clock:?}");
        assert!(said.unwrap_or_default().contains(wrong.unwrap_or_default()), "{said:?}");
    }
}

#[test]
fn a_session_is_as_old_and_as_long_as_aws_says() {
    for ahead in WRONG {
        let stage = stage(ahead);
        let begin = NOW.parse::<Timestamp>().unwrap() + SignedDuration::from_secs(ahead);
        let role = stage.refresh(&with_code("admin", "111111")).unwrap();
        for (profile, seconds) in [("dev", 43_200), ("admin", 3_600)] {
            let row = stage.row(profile);
            let session = row.session.clone().unwrap();
            assert_eq!(session.issued_at, Some(begin), "{profile}, {ahead} s");
            assert_eq!(session.expires_at, Some(begin + SignedDuration::from_secs(seconds)));
            assert_eq!(
                (row.state, row.margin.as_secs()),
                (State::Active, 900),
                "{profile}, {ahead} s"
            );
        }
        assert!(!stage.refresh(&ask("admin")).unwrap().made, "{ahead} s: it is good");

        stage.clock.forward(3_600 - 901);
        assert_eq!(stage.row("admin").state, State::Active, "{ahead} s");
        assert!(
            !stage.refresh(&ask("admin")).unwrap().made,
            "{ahead} s: a second before its margin"
        );
        stage.clock.forward(1);
        assert_eq!(stage.row("admin").state, State::Expiring, "{ahead} s");
        let again = stage.refresh(&ask("admin")).unwrap();
        assert!(again.made && again.access_key_id != role.access_key_id, "{ahead} s");
        assert_eq!(stage.row("admin").state, State::Active, "{ahead} s");
    }
}

#[test]
fn a_day_of_renewal_makes_as_many_sessions_as_a_right_clock_would() {
    for ahead in [0].into_iter().chain(WRONG) {
        let stage = stage(ahead).enrolled().asked(By::Automatic);
        let mut made = 0;
        for _ in 0..24 * 12 {
            made += u32::from(stage.refresh(&ask("admin")).unwrap().made);
            stage.clock.forward(300);
        }
        // One every 45 minutes.
        assert_eq!(made, 32, "{ahead} s");
        let users = stage.events().iter().filter(|event| event.profile == "dev").count();
        assert!(users <= 3, "{ahead} s: {users} sessions of the user");
    }
}

#[test]
fn all_at_once_leaves_good_sessions_alone() {
    for ahead in WRONG {
        let stage = stage(ahead);
        stage.refresh(&with_code("admin", "111111")).unwrap();
        let mut person = FakePerson::new(|_: &_| None);
        refresh_all(&stage.world, &mut person).unwrap();
        assert!(person.outcomes.is_empty(), "{ahead} s: {:?}", person.outcomes);
    }
}

#[test]
fn a_short_session_on_a_fast_machine_is_not_over_when_it_is_made() {
    let stage = stage(-3_600);
    let short = Request {
        duration: Some(900),
        ..with_code("dev", "111111")
    };
    let end = stage.refresh(&short).unwrap().expires_at.unwrap();
    assert!(end < NOW.parse().unwrap(), "by this machine's clock it is");
    let row = stage.row("dev");
    assert_eq!((row.state, row.margin.as_secs()), (State::Active, 225));
    assert!(!stage.refresh(&ask("dev")).unwrap().made);
}
