//! Starting at login, in a home of the test's own.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::doer::Doer;

fn ask(doer: &mut Doer) -> String {
    doer.ask(&json!(["is started at login"]))
}

fn start(doer: &mut Doer, yes: bool) -> String {
    doer.ask(&json!(["start at login", yes]))
}

fn check(doer: &mut Doer, file: &Path) {
    assert_eq!(ask(doer), "Ok(false)");
    assert_eq!(start(doer, false), "Ok(())", "it was not there");
    assert!(!file.exists());
    for _ in 0..2 {
        assert_eq!(start(doer, true), "Ok(())");
        assert_eq!(ask(doer), "Ok(true)");
    }
    let entry = fs::read_to_string(file).unwrap();
    let program = std::env::current_exe().unwrap();
    let expected = format!("Exec=\"{}\" --hidden", program.display());
    assert!(entry.lines().any(|line| line == expected), "{entry}");
    let beside = fs::read_dir(file.parent().unwrap()).unwrap().count();
    assert_eq!(beside, 1, "nothing is left beside it");
    assert_eq!(start(doer, false), "Ok(())");
    assert_eq!(ask(doer), "Ok(false)");
    assert!(!file.exists());
}

#[test]
fn the_entry_comes_and_goes_in_the_config_folder_of_the_home() {
    let home = tempfile::tempdir().unwrap();
    let mut doer = Doer::start(&[("HOME", home.path().to_str().unwrap())]);
    check(&mut doer, &home.path().join(".config/autostart/mfa-tray.desktop"));
}

#[test]
fn the_config_folder_is_where_xdg_says() {
    let (home, config) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut doer = Doer::start(&[
        ("HOME", home.path().to_str().unwrap()),
        ("XDG_CONFIG_HOME", config.path().to_str().unwrap()),
    ]);
    check(&mut doer, &config.path().join("autostart/mfa-tray.desktop"));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0);
}

#[test]
fn an_entry_that_the_desktop_switched_off_is_off_until_it_is_wanted_again() {
    let home = tempfile::tempdir().unwrap();
    let mut doer = Doer::start(&[("HOME", home.path().to_str().unwrap())]);
    assert_eq!(start(&mut doer, true), "Ok(())");
    let file = home.path().join(".config/autostart/mfa-tray.desktop");
    let off = fs::read_to_string(&file).unwrap() + "Hidden=true\n";
    std::io::Write::write_all(&mut fs::File::create(&file).unwrap(), off.as_bytes()).unwrap();
    assert_eq!(ask(&mut doer), "Ok(false)");
    assert_eq!(start(&mut doer, true), "Ok(())");
    assert_eq!(ask(&mut doer), "Ok(true)");
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_and_no_entry() {
    let home = tempfile::tempdir().unwrap();
    fs::File::create(home.path().join(".config")).unwrap();
    let mut doer = Doer::start(&[("HOME", home.path().to_str().unwrap())]);
    assert_eq!(ask(&mut doer), "Ok(false)");
    let refused = start(&mut doer, true);
    assert!(
        refused.contains("mfa-tray.desktop cannot be read or changed"),
        "{refused}"
    );
}
