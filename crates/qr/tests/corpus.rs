//! The pictures of the corpus: each gives its text, or rightly nothing.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::{Path, PathBuf};

use mfa_tray_qr::{PictureError, texts};
use secrecy::ExposeSecret as _;
use serde_json::Value;

/// Pictures that cannot be read, each with why. Read ones must not stand here.
const UNREAD: &[(&str, &str)] = &[];

#[test]
fn every_picture_gives_its_text_or_rightly_nothing() {
    let Some(folder) = folder() else { return };
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(folder.join("truth.json")).unwrap()).unwrap();
    let cases = truth["cases"].as_array().unwrap();
    let mut wrong = Vec::new();
    for case in cases {
        let file = case["file"].as_str().unwrap();
        let read = texts(&std::fs::read(folder.join(file)).unwrap());
        let excused = UNREAD.iter().any(|(name, _)| file.contains(name));
        if is_right(&case["expect"], read) == excused {
            wrong.push(file);
        }
    }
    say(&format!(
        "{} of {} pictures are right",
        cases.len() - wrong.len(),
        cases.len()
    ));
    assert_eq!(wrong, [""; 0], "not as truth.json and UNREAD say");
}

fn is_right(expect: &Value, read: Result<Vec<secrecy::SecretString>, PictureError>) -> bool {
    let read: Result<Vec<String>, PictureError> =
        read.map(|texts| texts.iter().map(|text| text.expose_secret().to_owned()).collect());
    let wanted = |uris: &[&str]| read.as_deref().is_ok_and(|texts| texts == uris);
    match expect["kind"].as_str().unwrap() {
        "otpauth" | "warn" => wanted(&[expect["uri"].as_str().unwrap()]),
        "ambiguous" => {
            let uris: Vec<&str> = expect["uris"]
                .as_array()
                .unwrap()
                .iter()
                .map(|uri| uri.as_str().unwrap())
                .collect();
            wanted(&uris)
        }
        "error" => match expect["class"].as_str().unwrap() {
            "no-readable-qr" => read == Err(PictureError::NoCode),
            "image-too-big" => read == Err(PictureError::TooLarge),
            "image-unreadable" => matches!(read, Err(PictureError::Damaged | PictureError::NotAPicture)),
            // What a text says is the caller's to judge: here it only has to arrive.
            "qr-not-otpauth" => read.is_ok_and(|texts| texts.len() == 1 && !texts[0].starts_with("otpauth")),
            "otpauth-bad-secret" => read.is_ok_and(|texts| texts.len() == 1 && texts[0].starts_with("otpauth")),
            class => panic!("{class} is new"),
        },
        kind => panic!("{kind} is new"),
    }
}

/// The folder, or none: then there is nothing to check here, and the test says so.
#[expect(clippy::disallowed_methods, reason = "a test may be told where the corpora are")]
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = std::env::var_os("MFA_TRAY_CORPORA")
        .map_or(beside, PathBuf::from)
        .join("qr");
    if folder.is_dir() {
        return Some(folder);
    }
    say(&format!("skipped: no corpora at {}", folder.display()));
    None
}

#[expect(clippy::disallowed_macros, reason = "counts for whoever reads the run")]
fn say(text: &str) {
    println!("{text}");
}
