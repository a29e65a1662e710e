//! Long-term keys by the command line, against practice AWS and its keychain.

use std::fs;

use crate::home::{Practice, run_with_input};

/// The two values of a section of practice's credentials file.
fn key_of(practice: &Practice, section: &str) -> Option<(String, String)> {
    let text = practice.credentials();
    let (_, rest) = text.split_once(&format!("[{section}]\n"))?;
    let value = |key: &str| {
        let mut lines = rest.lines().take_while(|line| !line.starts_with('['));
        Some(
            lines
                .find(|line| line.starts_with(key))?
                .split_once(" = ")?
                .1
                .to_owned(),
        )
    };
    value("aws_access_key_id").zip(value("aws_secret_access_key"))
}

/// Whether any file below the practice home holds the text.
fn holds(practice: &Practice, text: &str) -> bool {
    let mut folders = vec![practice.home()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if fs::read(&path)
                .unwrap()
                .windows(text.len())
                .any(|part| part == text.as_bytes())
            {
                return true;
            }
        }
    }
    false
}

#[test]
fn a_key_moves_into_the_keychain_and_everything_goes_on() {
    let practice = Practice::start(&[]);
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    let (id, secret) = key_of(&practice, "fresh").unwrap();
    let asked = practice.run(&["keys", "import", "fresh"]).ended(2);
    assert!(asked.stderr.contains("- aws_secret_access_key = ********"), "{asked:?}");
    assert!(!asked.stderr.contains(&secret));
    assert_eq!(key_of(&practice, "fresh"), Some((id.clone(), secret.clone())));

    let done = practice.run(&["keys", "import", "fresh", "--yes"]).ended(0);
    assert!(
        done.stderr.contains("keys export fresh") && !done.stderr.contains(&secret),
        "{done:?}"
    );
    assert!(!holds(&practice, &secret), "a copy of the secret is left");
    practice.run(&["refresh", "fresh", "--force"]).ended(0);
    practice.run(&["exec", "fresh", "--", "true"]).ended(0);
    let list = practice.run(&["list", "--json"]).ended(0).json();
    let fresh = list
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["name"] == "fresh")
        .unwrap();
    assert_eq!(
        (&fresh["access_key_id"], &fresh["access_key_in_keychain"]),
        (&id.as_str().into(), &true.into())
    );
    assert!(fresh["access_key_created"].is_string(), "{fresh}");

    let rotated = practice.run(&["keys", "rotate", "fresh"]).ended(0);
    assert!(rotated.stdout.contains(&format!("{id} is gone")), "{rotated:?}");
    practice.run(&["refresh", "fresh", "--force"]).ended(0);
    practice.order_keychain_faults(r#"[{"kind":"locked"}]"#);
    practice.run(&["refresh", "fresh", "--force"]).ended(5);
    let age = practice.run(&["status", "fresh", "--format", "{key_age}"]).ended(0);
    assert_eq!(age.stdout.trim(), "0 d");
    let exported = practice.run(&["keys", "export", "fresh"]).ended(0);
    assert!(
        exported.stderr.contains("+ aws_secret_access_key = ********"),
        "{exported:?}"
    );
    assert_ne!(key_of(&practice, "fresh").unwrap().0, id);
    practice.run(&["keys", "export", "fresh"]).ended(1);
}

#[test]
fn a_key_comes_from_a_pipe_or_the_consoles_file() {
    let practice = Practice::start(&[]);
    let (id, secret) = key_of(&practice, "fresh").unwrap();
    let config = practice.ready["env"]["AWS_CONFIG_FILE"].as_str().unwrap();
    let text = fs::read_to_string(config).unwrap();
    crate::home::put(
        config.as_ref(),
        format!("{text}\n[profile a]\nregion = us-east-1\n[profile b]\nregion = us-east-1\n").as_bytes(),
    );
    let mut piped = practice.command(&["keys", "import", "a", "-"]);
    run_with_input(&mut piped, &format!("{id}\n{secret}\n")).ended(0);
    let csv = practice.home().join("alice_accessKeys.csv");
    crate::home::put(
        &csv,
        format!("\u{feff}Access key ID,Secret access key\r\n{id},{secret}\r\n").as_bytes(),
    );
    practice.run(&["keys", "import", "b", csv.to_str().unwrap()]).ended(0);
    for profile in ["a", "b"] {
        let rows = practice.run(&["list", "--json"]).ended(0).json();
        let row = rows
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["name"] == profile)
            .cloned();
        assert_eq!(row.unwrap()["kind"], "iam-user");
    }
    let mut wrong = practice.command(&["keys", "import", "a", "-"]);
    let ran = run_with_input(&mut wrong, &format!("{secret}\n{id}\n")).ended(2);
    assert!(!ran.stderr.contains(&secret), "{ran:?}");
}
