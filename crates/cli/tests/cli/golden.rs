//! Golden cases: one command each, run in the same home, with all it prints and how it ends.
//!
//! A file in `golden/` holds the command behind `$`, its stdout, and behind `--` lines its stderr, its exit code and the
//! credentials file where that changed. A `.toml` of the same name is the settings file. `MFA_TRAY_GOLDEN=write` writes them anew: read the difference before you
//! believe it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::home::{Home, put};

const CONFIG: &str = include_str!("golden/config");
const CREDENTIALS: &str = include_str!("golden/credentials");

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/golden")
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "whoever changes the output may have the cases written anew"
)]
fn every_case_prints_what_it_should() {
    let write = std::env::var_os("MFA_TRAY_GOLDEN").is_some();
    let entries = fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let cases: Vec<PathBuf> = entries
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    assert!(cases.len() > 20, "only {} cases found", cases.len());
    let mut wrong = Vec::new();
    for case in cases {
        let expected = fs::read_to_string(&case).unwrap();
        let settings = fs::read(case.with_extension("toml")).ok();
        let actual = play(expected.lines().next().unwrap(), settings.as_deref());
        if write {
            put(&case, actual.as_bytes());
        } else if actual != expected {
            wrong.push(format!("{}: expected\n{expected}\nbut got\n{actual}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs the command of the line `$ [NAME=VALUE …] mfa-tray ARGUMENT …`.
fn play(line: &str, settings: Option<&[u8]>) -> String {
    let home = Home::new(CONFIG, CREDENTIALS);
    if let Some(settings) = settings {
        home.choose(settings);
    }
    let words = words(line.strip_prefix("$ ").unwrap());
    let program = words.iter().position(|word| word == "mfa-tray").unwrap();
    let arguments: Vec<&str> = words[program + 1..].iter().map(String::as_str).collect();
    let mut command = home.command(&arguments);
    command.envs(words[..program].iter().map(|word| word.split_once('=').unwrap()));
    let ran = crate::home::run(&mut command);
    let mut shown = format!("{line}\n{}", ran.stdout);
    if !ran.stderr.is_empty() {
        shown.push_str(&format!("-- stderr\n{}", ran.stderr));
    }
    shown.push_str(&format!("-- exit {}\n", ran.exit.unwrap()));
    let credentials = fs::read_to_string(home.credentials()).unwrap();
    if credentials != CREDENTIALS {
        shown.push_str(&format!("-- credentials\n{credentials}"));
    }
    let left = fs::read(home.settings()).ok();
    assert_eq!(left.as_deref(), settings, "{line}: no case here changes a setting");
    shown.replace(home.path().to_str().unwrap(), "$HOME")
}

/// Splits at spaces; single quotes keep what is between them together.
fn words(line: &str) -> Vec<String> {
    let quoted = line.split('\'').enumerate();
    quoted
        .flat_map(|(number, part)| match number % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}
