//! Renewal that nobody asked for: a person's code serves as long as their session, a kept seed for ever.

use mfa_tray_core::activity::{By, What, events};
use mfa_tray_core::ports::{Clock as _, Unavailable};
use mfa_tray_core::refresh::{RefreshError, Refreshed, Request, refresh};
use mfa_tray_core::schedule::Watched;
use mfa_tray_core::status;
use mfa_tray_practice::Trust;

use crate::people::{Profile, erin_with_mfa, role, stage, user};
use crate::stage::{Stage, name, put};

const RENEW: &str = "version = 1\nrenew = true\n";
const QUARTER: i64 = 900;

/// What the app does when the schedule says so.
fn renewed(stage: &Stage, profile: &str) -> Result<Refreshed, RefreshError> {
    refresh(&stage.world, &Request::of(&name(profile)))
}

/// Whether the schedule would renew the profile's session.
fn renews(stage: &Stage, profile: &str) -> bool {
    let rows = status::rows(&stage.world.load().unwrap(), &stage.world.state, stage.world.aws_time());
    let row = rows.iter().find(|row| row.name == name(profile)).unwrap();
    Watched::of(row, false).is_some_and(|watched| watched.renews)
}

fn sessions_of_users(stage: &Stage) -> usize {
    let calls = stage.calls().into_iter();
    calls.filter(|call| call == "GetSessionToken").count()
}

#[test]
fn a_role_is_renewed_from_the_users_session_without_a_code() {
    let mut stage = stage(&[Profile {
        name: "owner",
        source: "dev",
        more: "",
    }]);
    role(&stage, "owner", 4, erin_with_mfa());
    put(&stage.world.settings, RENEW);
    stage.typing("owner").unwrap();
    assert!(renews(&stage, "owner"), "the user's session is there");
    assert!(
        !renews(&stage, "dev"),
        "the user's own takes a code, and nobody is there to type it"
    );

    stage.world.by = By::Automatic;
    let mut made = 0;
    // Until the user's session has less than a minute left.
    for _ in 0..47 {
        stage.clock.forward(QUARTER);
        made += u32::from(renewed(&stage, "owner").unwrap().made);
    }
    assert_eq!(made, 15, "one in three quarters of an hour");
    assert_eq!(sessions_of_users(&stage), 1);
    assert_eq!(stage.calls().len(), 2 + 15, "and no call but those");
    assert_eq!(stage.keychain.calls(), 0, "there is nothing in it to ask for");
    let automatic = events(&stage.world.state)
        .into_iter()
        .filter(|event| event.by == By::Automatic);
    let automatic: Vec<_> = automatic.map(|event| (event.profile, event.what)).collect();
    assert_eq!(automatic, vec![("owner".to_owned(), What::Made); 15]);

    stage.clock.forward(3_600);
    assert!(!renews(&stage, "owner"), "the user's session is over");
    let needed = renewed(&stage, "owner").unwrap_err();
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    assert_eq!(
        events(&stage.world.state)[0].what,
        What::Made,
        "a question is no failure"
    );
}

#[test]
fn a_kept_seed_gives_one_code_when_the_users_session_is_over() {
    let mut stage = stage(&[Profile {
        name: "deploy",
        source: "fresh",
        more: "",
    }]);
    let trust = Trust {
        principals: vec![user("dana")],
        mfa: true,
        ..Trust::default()
    };
    role(&stage, "deploy", 4, trust);
    put(&stage.world.settings, RENEW);
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    stage.clock.forward(60);
    stage.asking_nothing("deploy").unwrap();
    stage.world.by = By::Automatic;
    assert!(renews(&stage, "deploy") && renews(&stage, "fresh"));

    let (sessions, asked) = (sessions_of_users(&stage), stage.keychain.calls());
    // Two days: the user's session is over four times.
    let mut made = 0;
    for _ in 0..48 * 4 {
        stage.clock.forward(QUARTER);
        made += u32::from(renewed(&stage, "deploy").unwrap().made);
    }
    assert_eq!(made, 48 * 4 / 3);
    let codes = sessions_of_users(&stage) - sessions;
    assert!((3..=4).contains(&codes), "{codes} codes for two days");
    let reads = stage.keychain.calls() - asked;
    assert_eq!(
        (reads, stage.keychain.quiet_reads()),
        (codes, codes),
        "each read once, without a prompt"
    );
}

#[test]
fn a_locked_keychain_costs_nothing_and_the_next_try_works() {
    let mut stage = stage(&[]);
    stage.drive(&mut stage.begin("fresh").unwrap()).unwrap();
    stage.world.by = By::Automatic;
    stage.clock.forward(43_200 - 600);
    let before = stage.calls();
    stage.keychain.fail(Unavailable::Locked);
    let locked = renewed(&stage, "fresh").unwrap_err();
    assert!(matches!(locked, RefreshError::Keychain(_)), "{locked}");
    assert_eq!(stage.calls(), before);
    let event = &events(&stage.world.state)[0];
    assert_eq!(
        (event.what, event.by, event.at <= stage.clock.now()),
        (What::Failed, By::Automatic, true)
    );
    stage.keychain.work();
    assert!(renewed(&stage, "fresh").unwrap().made);
}
