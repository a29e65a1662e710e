//! Endings that no golden case can show: files that are refused, closed pipes, and what goes to which stream.

use std::io::Read as _;
use std::process::Stdio;

use crate::home::{Home, put, run};

#[test]
fn a_file_that_cannot_be_read_is_refused_and_left_alone() {
    let utf16: Vec<u8> = "\u{feff}[dev]\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [utf16.as_slice(), b"[dev]\n\0", b"[dev]\rk = v\r"] {
        let home = Home::new("", "");
        put(&home.credentials(), bytes);
        for arguments in [
            &["list"][..],
            &["show", "dev"],
            &["status"],
            &["clear", "--all"],
            &["refresh", "dev"],
        ] {
            let ran = home.run(arguments).ended(6);
            assert_eq!(ran.stdout, "");
            assert!(
                ran.stderr.starts_with("error: ") && ran.stderr.contains("\nhint: "),
                "{ran:?}"
            );
        }
        assert_eq!(std::fs::read(home.credentials()).unwrap(), bytes);
    }
}

#[test]
fn settings_that_cannot_be_read_are_refused() {
    let home = Home::new("", "");
    std::fs::create_dir_all(home.path().join(".config/mfa-tray")).unwrap();
    put(&home.path().join(".config/mfa-tray/settings.toml"), b"a = \n");
    let ran = home.run(&["list"]).ended(6);
    assert!(
        ran.stderr.contains("settings.toml") && ran.stderr.contains("line 1"),
        "{ran:?}"
    );
}

#[test]
fn one_file_under_two_names_is_refused() {
    let home = Home::new("", "[dev]\n");
    let ran = run(home.command(&["list"]).env("AWS_CONFIG_FILE", home.credentials())).ended(6);
    assert!(ran.stderr.contains("the same file"), "{ran:?}");
}

#[test]
fn no_files_are_no_profiles_and_nothing_is_made() {
    let home = Home::new("", "");
    std::fs::remove_dir_all(home.path().join(".aws")).unwrap();
    let ran = home.run(&["list", "--json"]).ended(0);
    assert_eq!(ran.stdout, "[]\n");
    let ran = home.run(&["list"]).ended(0);
    assert!(
        ran.stdout.is_empty() && ran.stderr.contains("hint: `aws configure`"),
        "{ran:?}"
    );
    assert_eq!(
        std::fs::read_dir(home.path()).unwrap().count(),
        0,
        "reading never creates anything"
    );
}

#[test]
fn files_are_found_where_the_variables_say() {
    let home = Home::new("", "[elsewhere]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n");
    std::fs::rename(home.credentials(), home.path().join("mine")).unwrap();
    for named in ["~/mine", home.path().join("mine").to_str().unwrap()] {
        let ran = run(home.command(&["list"]).env("AWS_SHARED_CREDENTIALS_FILE", named)).ended(0);
        assert!(ran.stdout.contains("elsewhere"), "{named}: {ran:?}");
    }
}

#[test]
fn keys_in_the_environment_replace_no_profile() {
    let home = Home::new(
        "",
        "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n",
    );
    let mut command = home.command(&["show", "dev", "--json"]);
    let ran = run(command
        .env("AWS_ACCESS_KEY_ID", "AKIAFROMTHEENVXXXXXX")
        .env("AWS_SESSION_TOKEN", "t"))
    .ended(0);
    assert_eq!(ran.json()["properties"]["aws_access_key_id"], "AKIAIOSFODNN7EXAMPLE");
}

#[test]
fn a_reader_that_stops_listening_is_no_failure_to_talk_about() {
    // More rows than a pipe holds, so that writing meets the closed end.
    let credentials: String = (0..3000)
        .map(|number| format!("[profile-number-{number}]\nregion = eu-west-1\n"))
        .collect();
    let home = Home::new("", &credentials);
    for arguments in [
        &["list"][..],
        &["list", "--json"],
        &["status", "--format", "{name} {state} and more"],
    ] {
        let mut child = home
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = [0; 10];
        child.stdout.take().unwrap().read_exact(&mut first).unwrap();
        let mut said = String::new();
        child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        child.wait().unwrap();
        assert_eq!(said, "", "{arguments:?}");
    }
}

#[test]
fn every_exit_code_is_in_the_help() {
    let home = Home::new("", "");
    for arguments in [&["--help"][..], &["refresh", "--help"]] {
        let help = home.run(arguments).ended(0).stdout;
        for code in 0..=7 {
            assert!(
                help.lines()
                    .any(|line| line.trim_start().starts_with(&format!("{code}  "))),
                "{code} is not in {help}"
            );
        }
    }
}
