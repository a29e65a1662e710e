//! `mfa-tray credentials`, as the programs call it that a `credential_process` line is for.

use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::asks;
use mfa_tray_core::ledger::{Code, Ledger};
use mfa_tray_core::lock::{self, Subject};
use mfa_tray_core::ports::Clock as _;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::state::StateFolder;
use mfa_tray_core::totp::Seed;
use mfa_tray_system::WallClock;
use serde_json::{Value, json};

use crate::home::{Home, Practice, Ran, run, run_with_input};

const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";

fn state(practice: &Practice) -> StateFolder {
    let folder = practice.ready["env"]["XDG_STATE_HOME"].as_str().unwrap();
    StateFolder::new(PathBuf::from(folder).join("mfa-tray"))
}

fn now() -> Timestamp {
    WallClock.now()
}

fn dev() -> ProfileName {
    ProfileName::parse("dev").unwrap()
}

/// The program, started and not waited for.
fn start(practice: &Practice, arguments: &[&str]) -> Child {
    let mut command = practice.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

fn end(child: Child) -> Ran {
    Ran::of(child.wait_with_output().unwrap())
}

fn all_get_one_session(children: Vec<Child>) {
    let mut ids: Vec<Value> = children
        .into_iter()
        .map(|child| end(child).ended(0).json()["AccessKeyId"].take())
        .collect();
    ids.dedup();
    assert_eq!(ids.len(), 1, "all have the same session: {ids:?}");
}

/// Waits until the app would see that `dev` is asked for.
fn wait_for_ask(state: &StateFolder) {
    let start = Instant::now();
    while asks::open(state, now()).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(10), "nobody asked");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_answer_is_the_contracts_to_the_letter() {
    let home = Home::new(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n",
        &format!(
            "[dev]\n{KEYS}\n[dev-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret+/=\n\
             aws_session_token = token+/=\nx_security_token_expires = 2099-12-31T23:59:59Z\nmanager = mfa-tray\n"
        ),
    );
    // A program may leave something on standard input: it is not read.
    let ran = run_with_input(&mut home.command(&["credentials", "--profile", "dev"]), "123456\n").ended(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    assert!(ran.stderr.is_empty(), "{ran:?}");
    assert_eq!(
        ran.json(),
        json!({
            "Version": 1,
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "secret+/=",
            "SessionToken": "token+/=",
            "Expiration": "2099-12-31T23:59:59Z",
            "AccountId": "111122223333",
        })
    );
}

#[test]
fn without_a_session_a_seed_or_the_app_it_says_what_to_do_and_prints_nothing() {
    let practice = Practice::start(&[]);
    let ran = practice.run(&["credentials", "--profile", "dev"]).ended(3);
    assert!(ran.stdout.is_empty());
    assert!(
        ran.stderr.contains("a code of the MFA device alice is needed"),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains("start MFA Tray") && ran.stderr.contains("mfa-tray refresh dev"),
        "{ran:?}"
    );
    practice.run(&["credentials", "--profile", "nobody"]).ended(1);
}

#[test]
fn fifty_at_once_with_one_seed_use_one_code_and_all_succeed() {
    let practice = Practice::start(&[]);
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    practice.run(&["clear", "fresh"]).ended(0);
    let before = practice.calls("GetSessionToken");
    let children: Vec<Child> = (0..50)
        .map(|_| start(&practice, &["credentials", "--profile", "fresh"]))
        .collect();
    all_get_one_session(children);
    assert_eq!(practice.calls("GetSessionToken"), before + 1);
}

#[test]
fn keys_that_still_work_are_not_held_back_until_the_next_code() {
    const SEED: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
    const PHONE: &str = "arn:aws:iam::111122223333:mfa/bob-phone";
    let practice = Practice::start(&["--no-limits"]);
    practice.add_device("bob", PHONE, SEED);
    let enroll = &mut practice.command(&["enroll", "fresh", "--secret", "-"]);
    run_with_input(enroll, &format!("{SEED}\n")).ended(0);
    let old = "ASIAIOSFODNN7EXAMPLE";

    // Its session, of which nobody knows when it began, has a few minutes left, and every code of now and of the next
    // step was sent.
    let until = rfc3339(now() + SignedDuration::from_mins(5));
    practice.change_credentials(|key, value| match key {
        "x_security_token_expires" => Some(until.clone()),
        "aws_access_key_id" if value.starts_with("ASIA") => Some(old.to_owned()),
        _ => None,
    });
    let (state, serial) = (state(&practice), MfaSerial::parse(PHONE).unwrap());
    let seed = Seed::from_base32(SEED).unwrap();
    {
        let lock = lock::take(&state.locks(), Subject::Device(&serial), lock::PATIENCE).unwrap();
        let mut ledger = Ledger::open(&state, &serial, &lock);
        for step in -1..=2 {
            let code = Code::of(&seed, seed.counter(now()) + step).unwrap();
            ledger.record(&code, now()).unwrap();
        }
    }

    let calls = practice.calls("GetSessionToken");
    let ran = practice.run(&["credentials", "--profile", "fresh"]).ended(0);
    let answer = ran.json();
    assert_eq!(answer["AccessKeyId"], old);
    assert_eq!(answer["Expiration"], until.as_str());
    assert!(!ran.stderr.contains("waiting"), "{ran:?}");
    assert!(ran.stderr.contains(&format!("works until {until}")), "{ran:?}");
    assert_eq!(practice.calls("GetSessionToken"), calls);
}

#[cfg(unix)]
#[test]
fn a_code_command_is_run_once_for_all_who_wait() {
    let practice = Practice::start(&["--no-limits"]);
    let (runs, code) = (practice.home().join("runs"), practice.home().join("code"));
    crate::home::put(&code, practice.code(practice.serial(0)).as_bytes());
    practice.choose(&format!(
        "[profile.dev]\ncode_command = [\"sh\", \"-c\", \"echo run >> {}; sleep 1; cat {}\"]\n",
        runs.display(),
        code.display()
    ));
    let children: Vec<Child> = (0..8)
        .map(|_| start(&practice, &["credentials", "--profile", "dev"]))
        .collect();
    all_get_one_session(children);
    assert_eq!(std::fs::read_to_string(runs).unwrap(), "run\n");
}

#[test]
fn the_app_is_asked_and_its_session_is_what_everybody_gets() {
    let practice = Practice::start(&["--no-limits"]);
    let state = state(&practice);
    let _app = asks::listen(&state).unwrap();
    let waiting: Vec<Child> = (0..3)
        .map(|_| start(&practice, &["credentials", "--profile", "dev", "--ask", "--wait", "30"]))
        .collect();
    wait_for_ask(&state);
    assert_eq!(asks::open(&state, now()).len(), 1, "one question for all");
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    all_get_one_session(waiting);
    assert!(asks::open(&state, now()).is_empty(), "nobody waits any more");
}

#[test]
fn who_puts_the_question_away_is_not_asked_again_for_five_minutes() {
    let practice = Practice::start(&[]);
    let state = state(&practice);
    let _app = asks::listen(&state).unwrap();
    let waiting: Vec<Child> = (0..3)
        .map(|_| start(&practice, &["credentials", "--profile", "dev"]))
        .collect();
    wait_for_ask(&state);
    asks::dismiss(&state, &dev(), now()).unwrap();
    for child in waiting {
        let ran = end(child).ended(3);
        assert!(ran.stdout.is_empty() && ran.stderr.contains("put away"), "{ran:?}");
    }
    let again = practice.run(&["credentials", "--profile", "dev"]).ended(3);
    assert!(again.stderr.contains("is not asked again for"), "{again:?}");
    assert!(asks::open(&state, now()).is_empty());
}

#[test]
fn nobody_is_waited_for_longer_than_was_said() {
    let practice = Practice::start(&[]);
    let state = state(&practice);
    let _app = asks::listen(&state).unwrap();
    let start = Instant::now();
    let ran = practice
        .run(&["credentials", "--profile", "dev", "--wait", "1"])
        .ended(3);
    assert!(ran.stderr.contains("nobody typed a code within 1 s"), "{ran:?}");
    assert!(start.elapsed() < Duration::from_secs(20));
    let never = practice
        .run(&["credentials", "--profile", "dev", "--ask=never"])
        .ended(3);
    assert!(never.stderr.contains("is needed"), "{never:?}");
    run(&mut practice.command(&["credentials", "--profile", "dev", "--wait", "51"])).ended(2);
}

#[test]
fn set_up_the_session_is_in_the_keychain_alone_until_that_is_undone() {
    let practice = Practice::start(&[]);
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    let config = practice.ready["env"]["AWS_CONFIG_FILE"].as_str().unwrap();
    let config = || std::fs::read_to_string(config).unwrap();
    let before = (config(), practice.credentials());

    let refused = practice.run(&["setup", "fresh", "--credential-process"]).ended(2);
    assert!(
        refused.stderr.contains("+ credential_process = "),
        "it shows what it would do: {refused:?}"
    );
    assert!(refused.stderr.contains("--yes"), "{refused:?}");
    assert_eq!((config(), practice.credentials()), before);

    practice
        .run(&["setup", "fresh", "--credential-process", "--yes"])
        .ended(0);
    assert!(
        !practice.credentials().contains("fresh-mfa"),
        "{}",
        practice.credentials()
    );
    let program = env!("CARGO_BIN_EXE_mfa-tray");
    assert!(config().contains(&format!("credential_process = {program} credentials --profile fresh\n")));
    let kept = practice.run(&["credentials", "--profile", "fresh"]).ended(0).json();
    assert_eq!(kept["Version"], 1);

    // A new session goes there too.
    practice.run(&["refresh", "fresh", "--force"]).ended(0);
    let newer = practice.run(&["credentials", "--profile", "fresh"]).ended(0).json();
    assert_ne!(newer["AccessKeyId"], kept["AccessKeyId"]);
    assert!(!practice.credentials().contains("[fresh-mfa]"));
    practice.run(&["env", "fresh", "--json"]).ended(0);

    let shown = practice
        .run(&["setup", "fresh", "--credential-process", "--undo"])
        .ended(0);
    assert!(shown.stderr.contains("- credential_process = "), "{shown:?}");
    assert!(shown.stderr.contains("+ aws_session_token = ********"), "{shown:?}");
    assert_eq!(config(), before.0, "every byte is back");
    assert!(practice.credentials().contains(newer["AccessKeyId"].as_str().unwrap()));
    practice
        .run(&["setup", "fresh", "--credential-process", "--undo"])
        .ended(6);
}

#[test]
fn a_keychain_that_gives_no_answer_is_an_exit_code_of_its_own() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    practice
        .run(&["setup", "dev", "--credential-process", "--yes"])
        .ended(0);
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    practice.order_keychain_faults(r#"[{"kind":"locked"}]"#);
    let ran = practice.run(&["credentials", "--profile", "dev"]).ended(5);
    assert!(ran.stdout.is_empty() && ran.stderr.contains("locked"), "{ran:?}");
}

#[test]
fn the_default_profile_is_a_second_place() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    let shown = practice.run(&["setup", "dev", "--default"]).ended(0);
    assert!(shown.stderr.contains("+ [default]"), "{shown:?}");
    assert!(
        practice.credentials().contains("[default]"),
        "{}",
        practice.credentials()
    );
    let shown = practice.run(&["setup", "dev", "--default", "--undo"]).ended(0);
    assert!(shown.stderr.contains("- [default]"), "{shown:?}");
    assert!(
        !practice.credentials().contains("[default]"),
        "{}",
        practice.credentials()
    );
    practice.run(&["setup", "dev"]).ended(2);
}
