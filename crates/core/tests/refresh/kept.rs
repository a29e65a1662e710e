//! Sessions in the keychain: of targets whose `credential_process` asks us.

use std::path::Path;

use mfa_tray_core::clear::clear;
use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::refresh::RefreshError;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::session::State;
use mfa_tray_core::setup::{self, SetupError};
use mfa_tray_core::variables::variables;

use crate::stage::{NEW_SECRET, SERIAL, Stage, TOKEN, always, ask, keys, name, with_code};

const PROCESS: &str = "credential_process = /usr/bin/mfa-tray credentials --profile dev\n";

/// The profile `dev`, whose session AWS's tools ask us for as `dev-mfa`.
fn stage() -> Stage {
    let config = format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n\n[profile dev-mfa]\n{PROCESS}");
    Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")))
}

#[test]
fn the_session_is_in_the_keychain_and_in_no_file() {
    let stage = stage();
    let files = (stage.config(), stage.credentials());
    let refreshed = stage.refresh(&with_code("dev", "123456")).unwrap();
    assert!(refreshed.made);
    assert_eq!((stage.config(), stage.credentials()), files, "no file changed");
    let row = stage.row("dev");
    assert_eq!(row.state, State::Active);
    assert_eq!(row.target, Some(name("dev-mfa")));
    let session = variables(&stage.world, &name("dev")).unwrap().unwrap();
    assert_eq!(session.key.secret.expose_secret(), NEW_SECRET);
    assert_eq!(session.key.session_token.unwrap().expose_secret(), TOKEN);
    for file in ["kept.json", "sessions.json"] {
        let text = std::fs::read_to_string(stage.world.state.path().join(file)).unwrap();
        assert!(!text.contains(NEW_SECRET) && !text.contains(TOKEN), "{file}");
    }
    assert!(!stage.refresh(&ask("dev")).unwrap().made, "it is kept while it is good");
}

#[test]
fn what_is_shown_of_it_asks_no_keychain() {
    let stage = stage();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let calls = stage.keychain.calls();
    stage.row("dev");
    assert_eq!(stage.keychain.calls(), calls);
}

#[test]
fn a_session_that_other_hands_took_out_is_none() {
    let stage = stage();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    stage.keychain.plant("session/dev-mfa", b"");
    assert!(variables(&stage.world, &name("dev")).unwrap().is_none());
    assert_eq!(stage.row("dev").state, State::None);
    assert!(stage.refresh(&with_code("dev", "654321")).unwrap().made);
}

#[test]
fn a_keychain_that_gives_no_answer_is_told_before_a_code_is_spent() {
    let stage = stage();
    stage.keychain.fail(Unavailable::Locked);
    assert!(matches!(
        stage.refused(&with_code("dev", "123456")),
        RefreshError::Keychain(_)
    ));
    assert_eq!(stage.aws.codes_sent(), 0);
    stage.keychain.work();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    stage.keychain.fail(Unavailable::Locked);
    assert!(
        variables(&stage.world, &name("dev")).is_err(),
        "it is there, and cannot be had"
    );
    assert_eq!(stage.row("dev").state, State::Active);
}

#[test]
fn a_role_is_taken_with_it_and_clearing_takes_it_away() {
    let stage = stage();
    let role = "[profile admin]\nrole_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = dev-mfa\n";
    crate::stage::put(&stage.world.paths.config, &format!("{}\n{role}", stage.config()));
    stage.refresh(&with_code("dev", "123456")).unwrap();
    stage.refresh(&ask("admin")).unwrap();
    let loaded = stage.world.load().unwrap();
    assert!(clear(&stage.world, &loaded, &name("dev-mfa")).unwrap().is_some());
    assert!(stage.keychain.names().is_empty());
    assert_eq!(stage.row("dev").state, State::None);
    assert!(clear(&stage.world, &loaded, &name("dev-mfa")).unwrap().is_none());
}

#[test]
fn keys_that_would_win_over_it_are_a_reason_to_refuse() {
    let stage = stage();
    let session =
        "[dev-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";
    crate::stage::put(
        &stage.world.paths.credentials,
        &format!("{}\n{session}", stage.credentials()),
    );
    let RefreshError::Target(problem) = stage.refused(&always("dev", "123456")) else {
        panic!("another refusal");
    };
    assert!(problem.message.contains("credential_process"), "{}", problem.message);
}

#[test]
fn a_process_that_asks_for_its_own_profile_is_a_circle_unless_there_are_keys() {
    let config = format!("[profile dev]\nmfa_serial = {SERIAL}\n{PROCESS}");
    let stage = Stage::new(&config, "");
    assert_eq!(stage.row("dev").problem.unwrap().code, "circular-source");
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    assert_eq!(stage.row("dev").target, Some(name("dev-mfa")));
}

const PROGRAM: &str = "/usr/bin/mfa-tray";

#[test]
fn setting_up_moves_the_session_into_the_keychain_and_undoing_moves_it_back() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let before = (stage.config(), stage.credentials());
    let plan = setup::plan(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap();
    assert_eq!((stage.config(), stage.credentials()), before, "a plan changes nothing");
    assert!(plan.moves_session);

    stage.does_what_was_shown(&plan.draft, || {
        setup::serve(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap();
    });
    assert!(stage.config().contains(PROCESS), "{}", stage.config());
    assert!(!stage.credentials().contains(TOKEN) && !stage.credentials().contains("dev-mfa"));
    assert_eq!(stage.row("dev").state, State::Active);
    assert!(
        !stage.refresh(&ask("dev")).unwrap().made,
        "the session there was is still good"
    );
    setup::serve(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap();

    let plan = setup::plan_undo(&stage.world, &name("dev")).unwrap();
    assert!(plan.moves_session);
    stage.does_what_was_shown(&plan.draft, || setup::undo(&stage.world, &name("dev")).unwrap());
    assert_eq!((stage.config(), stage.credentials()), before);
    assert_eq!(stage.row("dev").state, State::Active);
    assert!(stage.keychain.names().is_empty());
    for refusal in [
        setup::undo(&stage.world, &name("dev")).unwrap_err(),
        setup::plan_undo(&stage.world, &name("dev")).unwrap_err(),
    ] {
        assert!(matches!(refusal, SetupError::Refused(_)), "{refusal}");
    }
}

#[test]
fn a_setup_that_was_cut_short_is_done_by_doing_it_again() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let good = stage.config();
    // The keys are out of the file, and the line cannot be written.
    crate::stage::put(
        &stage.world.paths.config,
        &format!("{good}[profile dev-mfa]\n[profile dev-mfa]\n"),
    );
    setup::serve(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap_err();
    crate::stage::put(&stage.world.paths.config, &good);
    setup::serve(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap();
    assert_eq!(stage.row("dev").state, State::Active, "the session came through");
}

#[test]
fn a_setup_without_a_keychain_or_a_place_changes_nothing() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let before = (stage.config(), stage.credentials());
    stage.keychain.fail(Unavailable::NoService);
    let error = setup::serve(&stage.world, &name("dev"), Path::new(PROGRAM)).unwrap_err();
    assert!(matches!(error, SetupError::Keychain(_)), "{error}");
    stage.keychain.work();
    setup::serve(&stage.world, &name("dev"), Path::new("/opt/$HOME/mfa-tray")).unwrap_err();
    setup::serve(&stage.world, &name("nobody"), Path::new(PROGRAM)).unwrap_err();
    assert_eq!((stage.config(), stage.credentials()), before);
}
