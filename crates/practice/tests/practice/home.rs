//! The temporary home.

use std::path::{Path, PathBuf};

use mfa_tray_practice::{Home, Options, Practice, PracticeError, current_code};

fn start() -> (Practice, Home) {
    let practice = Practice::start(Options::default()).unwrap();
    let home = Home::create(&practice).unwrap();
    (practice, home)
}

#[cfg(unix)]
#[test]
fn the_home_is_the_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;

    let (_practice, home) = start();
    let check = |path: &str, mode: u32| {
        let found = home.path().join(path).metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(found, mode, "{path}: {found:o}");
    };
    for folder in ["", ".aws", ".config", ".local/state", ".cache"] {
        check(folder, 0o700);
    }
    for file in [".aws/config", ".aws/credentials", ".mfa-tray-practice"] {
        check(file, 0o600);
    }
}

#[test]
fn everything_is_gone_when_it_ends() {
    let (practice, home) = start();
    let (folder, endpoint): (PathBuf, String) = (home.path().to_owned(), practice.endpoint().to_owned());
    assert!(folder.join(".aws/credentials").exists());
    drop(home);
    drop(practice);
    assert!(!folder.exists());
    assert!(current_code(&endpoint, "any").is_err(), "nobody answers any more");
}

#[test]
fn the_ready_line_leads_to_everything() {
    let (practice, home) = start();
    let line = home.ready_line();
    assert_eq!(line["endpoint"], practice.endpoint());
    assert_eq!(line["env"]["AWS_ENDPOINT_URL"], practice.endpoint());
    for name in [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "XDG_CACHE_HOME",
        "XDG_DATA_HOME",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ] {
        let path = Path::new(line["env"][name].as_str().unwrap());
        assert!(path.starts_with(home.path()) && path.exists(), "{name}");
    }
    let names: Vec<_> = line["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| profile["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["dev", "fresh", "ops", "admin", "sso"]);
    for profile in line["profiles"].as_array().unwrap() {
        if let Some(serial) = profile["mfa_serial"].as_str() {
            let code = current_code(practice.endpoint(), serial).unwrap();
            assert_eq!(code.len(), 6, "{serial}");
        }
    }
    assert!(line["profiles"][0]["mfa_serial"].is_string() && line["profiles"][1]["mfa_serial"].is_null());
    let secrets = std::fs::read_to_string(home.path().join(".aws/credentials")).unwrap();
    for secret in secrets
        .lines()
        .filter_map(|line| line.strip_prefix("aws_secret_access_key = "))
    {
        assert!(!line.to_string().contains(secret));
    }
}

#[test]
fn the_ready_line_opens_practices_keychain_unless_the_real_one_is_wanted() {
    let (practice, home) = start();
    let name = "MFA_TRAY_PRACTICE_KEYCHAIN";
    assert_eq!(home.ready_line()["env"][name], practice.keychain_token());
    assert!(!format!("{home:?} {practice:?}").contains(practice.keychain_token()));
    let home = home.with_real_keychain();
    let line = home.ready_line();
    assert!(line["env"].get(name).is_none());
    assert!(!line.to_string().contains(practice.keychain_token()));
}

#[test]
fn two_at_once_have_nothing_in_common() {
    let ((one, first), (two, second)) = (start(), start());
    assert_ne!(one.endpoint(), two.endpoint());
    assert_ne!(first.path(), second.path());
    assert_ne!(one.keychain_token(), two.keychain_token());
    let read = |home: &Home| std::fs::read_to_string(home.path().join(".aws/credentials")).unwrap();
    assert_ne!(read(&first), read(&second));
}

#[test]
fn a_port_can_be_chosen_and_is_refused_when_taken() {
    let first = Practice::start(Options::default()).unwrap();
    let port = first.endpoint().rsplit_once(':').unwrap().1.parse().unwrap();
    let again = Practice::start(Options {
        port: Some(port),
        ..Options::default()
    });
    assert!(matches!(again, Err(PracticeError::Listen(_))), "{again:?}");
    drop(first);
    let second = Practice::start(Options {
        port: Some(port),
        ..Options::default()
    })
    .unwrap();
    assert_eq!(second.endpoint(), format!("http://127.0.0.1:{port}"));
}
