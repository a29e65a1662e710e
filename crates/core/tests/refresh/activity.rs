//! What is written down of what was done, and who may raise the keychain's prompt for it.

use mfa_tray_core::activity::{By, Event, What};
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::clear::clear;
use mfa_tray_core::ports::{Clock as _, Unavailable};
use mfa_tray_core::refresh::{RefreshError, Request};

use crate::aws::{refusal, unanswered, unreachable};
use crate::stage::{SERIAL, Stage, always, ask, keys, name, with_code};

const EVERYBODY: [By; 3] = [By::Click, By::Automatic, By::CommandLine];

/// `dev` is a user with a device, `admin` a role of hers.
fn with_role() -> Stage {
    let config = format!(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n[profile admin]\nregion = eu-west-1\n\
         role_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = dev\n"
    );
    Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")))
}

/// The profiles of what was done, the oldest first.
fn done(stage: &Stage) -> Vec<(String, What)> {
    let events = stage.events().into_iter();
    events.map(|event| (event.profile, event.what)).collect()
}

#[test]
fn a_session_is_written_down_with_who_asked_and_until_when() {
    for by in EVERYBODY {
        let stage = Stage::dev().enrolled().asked(by);
        let until = stage.refresh(&ask("dev")).unwrap().expires_at.unwrap();
        let made = [Event::made(stage.clock.now(), by, &name("dev"), until)];
        assert_eq!(stage.events(), made);
        stage.refresh(&ask("dev")).unwrap();
        assert_eq!(stage.events(), made, "a good session that is kept is no news");
    }
}

#[test]
fn the_name_is_the_one_that_people_see() {
    let credentials = format!(
        "[ops-long-term]\n{}aws_mfa_device = {SERIAL}\n",
        keys("AKIAIOSFODNN7EXAMPLE")
    );
    let stage = Stage::new("", &credentials);
    stage.aws.reject_code_once();
    stage.refused(&with_code("ops-long-term", "111111"));
    stage.refresh(&with_code("ops-long-term", "222222")).unwrap();
    clear(&stage.world, &stage.world.load().unwrap(), &name("ops")).unwrap();
    let ops = |what| ("ops".to_owned(), what);
    assert_eq!(done(&stage), [ops(What::Failed), ops(What::Made), ops(What::Ended)]);
}

#[test]
fn a_failure_is_written_down_with_its_reason() {
    let wrong = || {
        refusal(
            "AccessDenied",
            "MultiFactorAuthentication failed with invalid MFA one time pass code.",
        )
    };
    for error in [wrong(), AwsError::Throttled, unreachable(), unanswered()] {
        for by in EVERYBODY {
            let stage = Stage::dev().asked(by);
            stage.aws.fail_once(error.clone());
            let error = stage.refused(&with_code("dev", "123456"));
            let failed = Event::failed(stage.clock.now(), by, &name("dev"), &error.to_string());
            assert_eq!(stage.events(), [failed]);
        }
    }
    let onto_itself = Request {
        target: Some(name("dev")),
        ..with_code("dev", "123456")
    };
    let too_short = Request {
        duration: Some(1),
        ..with_code("dev", "123456")
    };
    for request in [onto_itself, too_short] {
        let stage = Stage::dev();
        let error = stage.refused(&request).to_string();
        assert_eq!(stage.events().pop().unwrap().message, Some(error));
    }
    let stage = Stage::dev().enrolled();
    stage.keychain.fail(Unavailable::Locked);
    stage.refused(&ask("dev"));
    let message = stage.events().pop().unwrap().message;
    assert!(message.is_some_and(|message| message.contains("locked")));
}

#[test]
fn a_question_is_no_failure() {
    let no_serial = || {
        Stage::new(
            "[profile dev]\nregion = eu-west-1\n",
            &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")),
        )
    };
    let stage = Stage::dev();
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::CodeNeeded(_)));
    assert_eq!(stage.events(), []);

    stage.refresh(&with_code("dev", "123456")).unwrap();
    let used = stage.refused(&always("dev", "123456"));
    assert!(matches!(used, RefreshError::Code(_)), "{used}");
    assert_eq!(done(&stage).len(), 1, "only the session: {:?}", stage.events());

    let stage = no_serial();
    stage.aws.list_devices_once(Ok(&[SERIAL, &format!("{SERIAL}2")]));
    let choose = stage.refused(&ask("dev"));
    assert!(matches!(choose, RefreshError::ChooseDevice(_)), "{choose}");
    assert_eq!(stage.events(), []);

    let stage = no_serial();
    stage
        .aws
        .list_devices_once(Err(refusal("AccessDenied", "not authorized")));
    let serial = stage.refused(&ask("dev"));
    assert!(matches!(serial, RefreshError::SerialNeeded { .. }), "{serial}");
    assert_eq!(stage.events(), []);

    let stage = with_role().with_settings("[profile.admin]\nduration = 7200\n");
    let too_long = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    stage.aws.answer_roles([Some(refusal("ValidationError", too_long))]);
    let another = stage.refused(&with_code("admin", "123456"));
    assert!(matches!(another, RefreshError::AnotherCode { .. }), "{another}");
    assert_eq!(stage.events(), []);

    stage.refused(&ask("nobody"));
    assert_eq!(stage.events(), [], "a profile that is not there has no history");
}

#[test]
fn the_session_that_a_role_is_taken_with_is_its_users() {
    let stage = with_role().asked(By::Click);
    let role = stage.refresh(&with_code("admin", "123456")).unwrap();
    let (now, users) = (stage.clock.now(), stage.row("dev").expires_at().unwrap());
    assert_eq!(
        stage.events(),
        [
            Event::made(now, By::Click, &name("dev"), users),
            Event::made(now, By::Click, &name("admin"), role.expires_at.unwrap()),
        ]
    );

    let stage = with_role();
    stage
        .aws
        .answer_roles([Some(refusal("AccessDenied", "not authorized"))]);
    stage.refresh(&with_code("admin", "123456")).unwrap_err();
    let expected = [("dev".to_owned(), What::Made), ("admin".to_owned(), What::Failed)];
    assert_eq!(done(&stage), expected, "each what came of it");

    let stage = with_role();
    stage.aws.reject_code_once();
    stage.refused(&with_code("admin", "123456"));
    let expected = [("admin".to_owned(), What::Failed)];
    assert_eq!(done(&stage), expected, "once, for what was asked for");
}

#[test]
fn an_end_is_written_down_with_the_time_until_which_aws_knows_the_session() {
    let stage = Stage::dev().asked(By::Click);
    let until = stage.refresh(&with_code("dev", "123456")).unwrap().expires_at;
    stage.clock.forward(60);
    let end = || clear(&stage.world, &stage.world.load().unwrap(), &name("dev-mfa")).unwrap();
    end().unwrap();
    let ended = Event::ended(stage.clock.now(), By::Click, &name("dev"), until);
    assert_eq!(stage.events()[1..], [ended]);
    assert_eq!(end(), None);
    assert_eq!(stage.events().len(), 2, "what is not there does not end");
}

#[test]
fn what_cannot_be_written_down_happens_all_the_same() {
    let stage = Stage::dev();
    // A folder where the list should be: no user, not even root, can write there.
    std::fs::create_dir_all(stage.world.state.path().join("activity.jsonl")).unwrap();
    let refreshed = stage.refresh(&with_code("dev", "123456")).unwrap();
    assert_eq!(refreshed.warnings.len(), 1, "and is said: {:?}", refreshed.warnings);
    stage.aws.reject_code_once();
    let error = stage.refused(&always("dev", "654321"));
    assert!(error.to_string().contains("did not accept the code"), "{error}");
    let cleared = clear(&stage.world, &stage.world.load().unwrap(), &name("dev-mfa"));
    assert!(cleared.unwrap().is_some());
}

#[test]
fn what_nobody_asked_for_reads_the_keychain_only_without_a_prompt() {
    for by in EVERYBODY {
        for profile in ["dev", "admin"] {
            let stage = with_role().enrolled().asked(by);
            let before = stage.keychain.calls();
            stage.refresh(&ask(profile)).unwrap();
            let reads = stage.keychain.calls() - before;
            let quiet = if by == By::Automatic { reads } else { 0 };
            assert_eq!((reads, stage.keychain.quiet_reads()), (1, quiet), "{profile}, {by:?}");
        }
        let stage = with_role()
            .with_settings("[profile.admin]\nduration = 7200\n")
            .enrolled()
            .asked(by);
        stage.aws.tell_limit("arn:aws:iam::111122223333:role/admin", 43_200);
        stage.refresh(&ask("admin")).unwrap();
        let quiet = usize::from(by == By::Automatic);
        let why = "a role that takes a code of its own";
        assert_eq!(stage.keychain.quiet_reads(), quiet, "{why}, {by:?}");
    }
}

#[test]
fn a_keychain_that_only_a_prompt_could_open_leaves_everything_as_it_was() {
    let stage = with_role().enrolled().asked(By::Automatic);
    stage.keychain.fail(Unavailable::Locked);
    for profile in ["dev", "admin"] {
        let locked = stage.refused(&ask(profile));
        assert!(matches!(locked, RefreshError::Keychain(_)), "{locked}");
        assert!(!locked.is_question() && !locked.is_passing(), "{locked}");
    }
    assert_eq!(stage.aws.codes_sent(), 0);
}
