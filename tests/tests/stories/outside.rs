//! Other programs change the files while the window is open.

use std::fs;
use std::time::{Duration, Instant};

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::process::output;

/// The promise is a second; the rest is what asking through WebDriver costs on a busy machine.
const PATIENCE: Duration = Duration::from_millis(2500);

#[test]
fn a_profile_that_another_program_adds_appears() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    let count = panel.profiles().unwrap().len();

    // As an editor saves: a new file takes the old one's name.
    let file = practice.credentials().unwrap();
    let mut text = fs::read_to_string(&file).unwrap();
    text.push_str("\n[added-outside]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = example\n");
    let new = file.with_extension("new");
    fs::write(&new, text).unwrap();
    let started = Instant::now();
    fs::rename(&new, &file).unwrap();
    panel.wait_for_profile("added-outside").unwrap();
    let took = started.elapsed();
    println!("a profile added outside was listed after {} ms", took.as_millis());
    assert!(took < PATIENCE, "{took:?}");
    assert_eq!(panel.profiles().unwrap().len(), count + 1);

    // As the AWS CLI saves: in place, and through the config file.
    let mut aws = practice.python("aws").unwrap();
    output(aws.args(["configure", "set", "region", "us-east-1", "--profile", "added-by-aws"])).unwrap();
    panel.wait_for_profile("added-by-aws").unwrap();
}

#[test]
fn a_session_that_the_command_line_makes_appears() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let (name, serial) = practice.plain_user().unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();

    let code = practice.code(&serial).unwrap();
    output(practice.cli().unwrap().args(["refresh", &name, "--code", &code])).unwrap();
    panel.wait_for_state(&name, "active").unwrap();
}
