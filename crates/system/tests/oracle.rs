//! AWS's own reader of its files, from its SDK for Rust, as the judge of our reader and our editor.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../../core/tests/corpora/cases.rs"]
mod cases;
#[path = "../../core/tests/corpora/packed.rs"]
mod packed;

use std::collections::BTreeSet;

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_types::os_shim_internal::{Env, Fs};
use mfa_tray_core::aws_files::{AwsFiles, Value};
use mfa_tray_core::ini::Document;
use mfa_tray_core::ports::SessionCredentials;
use mfa_tray_core::profile::{AccessKeyId, ProfileName};
use mfa_tray_core::secret::{AccessKey, ExposeSecret as _};
use mfa_tray_core::session::{Format, with_changes};

use crate::cases::{cases, id, say};
use crate::packed::bytes;

const FILES: [&str; 5] = [
    "smithy-rs/parse_cases.json",
    "aws-c-sdkutils/parse_cases.json",
    "botocore/parse_cases.json",
    "aws-cli/parse_cases.json",
    "aws-vault/parse_cases.json",
];

/// What the SDK makes of the two files, or none where it refuses one of them.
fn judge(config: Option<&[u8]>, credentials: Option<&[u8]>) -> Option<ProfileSet> {
    let mut files = EnvConfigFiles::builder();
    for (kind, bytes) in [
        (EnvConfigFileKind::Config, config),
        (EnvConfigFileKind::Credentials, credentials),
    ] {
        // The SDK takes a file that is not UTF-8 for an empty one, which judges nothing.
        files = files.with_contents(kind, std::str::from_utf8(bytes.unwrap_or_default()).ok()?);
    }
    let load =
        async { aws_config::profile::load(&Fs::from_slice(&[]), &Env::from_slice(&[]), &files.build(), None).await };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(load).ok()
}

/// The values our reader gives, as the specification writes them; blocks are left out.
fn ours(files: &AwsFiles, name: &ProfileName) -> Vec<(String, String)> {
    let text = |value: &Value| match value {
        Value::Text(text) => Some(text.clone()),
        Value::Secret(secret) => Some(secret.expose_secret().to_owned()),
        Value::Nested(_) => None,
    };
    let all = files.profile(name).unwrap().iter();
    all.filter_map(|(key, value)| Some((key.to_owned(), text(value)?)))
        .collect()
}

#[test]
fn our_reader_sees_what_the_sdk_sees() {
    let (mut same, mut refused) = (0, 0);
    for file in FILES {
        let Some(cases) = cases(file) else { return };
        for case in &cases {
            let (config, credentials) = (bytes(&case["input"], "config"), bytes(&case["input"], "credentials"));
            let text = config
                .clone()
                .map_or_else(String::new, |config| String::from_utf8_lossy(&config).into_owned());
            let (Some(theirs), Ok(files)) = (
                judge(config.as_deref(), credentials.as_deref()),
                AwsFiles::read(config, credentials),
            ) else {
                refused += 1;
                continue;
            };
            let id = id(case);
            let names: BTreeSet<_> = files.names().iter().map(ProfileName::as_str).collect();
            let seen: BTreeSet<_> = theirs.profiles().collect();
            assert!(names.is_superset(&seen), "{id}: {names:?} and not {seen:?}");
            // Quoted names and names with spaces are profiles to the AWS CLI and to us, not to the SDK.
            let quoted = |name: &str| {
                ['"', '\'']
                    .iter()
                    .any(|mark| text.contains(&format!("{mark}{name}{mark}")))
            };
            let mut more = names.difference(&seen);
            assert!(
                more.all(|name| name.contains(' ') || quoted(name)),
                "{id}: {names:?} and not {seen:?}"
            );
            for name in files.names().iter().filter(|name| seen.contains(name.as_str())) {
                for (key, value) in ours(&files, name) {
                    let theirs = theirs.get_profile(name.as_str()).unwrap().get(&key);
                    assert_eq!(Some(value.as_str()), theirs, "{id}: {name}: {key}");
                }
            }
            same += 1;
        }
    }
    say(&format!(
        "read as the SDK reads: {same}, refused by one of the two: {refused}"
    ));
    assert!(same > 0);
}

#[test]
fn a_session_changes_no_other_profile_for_the_sdk() {
    let (mut done, mut unreadable, mut refused) = (0, 0, 0);
    for file in FILES.into_iter().chain(["hostile/credentials_files.json"]) {
        let Some(cases) = cases(file) else { return };
        for case in &cases {
            let input = ["credentials", "config"]
                .iter()
                .find_map(|name| bytes(&case["input"], name));
            let input = input.or_else(|| bytes(case, "input")).unwrap();
            let Some(output) = with_session(&input) else {
                refused += 1;
                continue;
            };
            let (before, after) = (judge(None, Some(&input)), judge(None, Some(&output)));
            let (Some(before), Some(after)) = (&before, &after) else {
                assert_eq!(
                    before.is_none(),
                    after.is_none(),
                    "{}: readable before or after only",
                    id(case)
                );
                unreadable += 1;
                continue;
            };
            assert_same(before, after, &input, id(case));
            let written = after.get_profile("mfa").unwrap();
            assert_eq!(
                written.get("aws_access_key_id"),
                Some("ASIAIOSFODNN7EXAMPLE"),
                "{}",
                id(case)
            );
            assert_eq!(written.get("aws_session_token"), Some("newtoken=="), "{}", id(case));
            done += 1;
        }
    }
    say(&format!(
        "edited {done}, refused {refused}, not readable for the SDK before nor after {unreadable}"
    ));
    assert!(done > 0);
}

fn with_session(input: &[u8]) -> Option<Vec<u8>> {
    let session = SessionCredentials {
        key: AccessKey {
            id: AccessKeyId::parse("ASIAIOSFODNN7EXAMPLE").unwrap(),
            secret: "newsecret".into(),
            session_token: Some("newtoken==".into()),
        },
        expires_at: "2026-11-24T07:00:00Z".parse().unwrap(),
    };
    let document = Document::scan(input.to_vec()).ok()?;
    with_changes(&session, Format::Ours, |changes| document.edited("mfa", changes)).ok()
}

/// Compares every profile but `mfa`, by the keys that stand anywhere in the file.
fn assert_same(before: &ProfileSet, after: &ProfileSet, input: &[u8], id: &str) {
    let others = |set: &ProfileSet| -> BTreeSet<String> {
        set.profiles()
            .filter(|name| *name != "mfa")
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(others(before), others(after), "{id}");
    let text = String::from_utf8_lossy(input);
    let keys: BTreeSet<&str> = text
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0.trim()))
        .collect();
    for name in others(before) {
        let (before, after) = (before.get_profile(&name).unwrap(), after.get_profile(&name).unwrap());
        for key in &keys {
            assert_eq!(before.get(key), after.get(key), "{id}: {name}: {key}");
        }
    }
}
