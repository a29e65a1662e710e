//! A session is put into section `mfa` of every parse case: every other profile reads as before, or the edit is
//! refused.

use mfa_tray_core::ini::Document;
use mfa_tray_core::ports::SessionCredentials;
use mfa_tray_core::profile::AccessKeyId;
use mfa_tray_core::secret::AccessKey;
use mfa_tray_core::session::{Format, with_changes};

use crate::cases::{cases, id, say};
use crate::check::{Meaning, damage, profiles};
use crate::packed::bytes;

const FILES: [&str; 5] = [
    "smithy-rs/parse_cases.json",
    "aws-c-sdkutils/parse_cases.json",
    "botocore/parse_cases.json",
    "aws-cli/parse_cases.json",
    "aws-vault/parse_cases.json",
];

fn session() -> SessionCredentials {
    SessionCredentials {
        key: AccessKey {
            id: AccessKeyId::parse("ASIAIOSFODNN7EXAMPLE").unwrap(),
            secret: "newsecret".into(),
            session_token: Some("newtoken==".into()),
        },
        expires_at: "2026-11-24T07:00:00Z".parse().unwrap(),
    }
}

#[test]
fn every_other_profile_reads_as_before() {
    for format in [Format::Ours, Format::AwsMfa] {
        let (mut done, mut refused) = (0, Vec::new());
        for file in FILES {
            let Some(cases) = cases(file) else { return };
            for case in &cases {
                let input = bytes(&case["input"], "credentials")
                    .or_else(|| bytes(&case["input"], "config"))
                    .unwrap();
                match put(&input, format) {
                    Ok(output) => {
                        judge(&input, &output, format).unwrap_or_else(|error| panic!("{}: {error}", id(case)));
                        done += 1;
                    }
                    Err(_) => refused.push(id(case).to_owned()),
                }
            }
        }
        say(&format!(
            "{format:?}: edited {done}, refused {}: {refused:?}",
            refused.len()
        ));
        assert!(done > 0, "no case was edited at all");
    }
}

fn put(input: &[u8], format: Format) -> Result<Vec<u8>, String> {
    let document = Document::scan(input.to_vec()).map_err(|error| error.to_string())?;
    with_changes(&session(), format, |changes| document.edited("mfa", changes)).map_err(|error| error.to_string())
}

fn judge(input: &[u8], output: &[u8], format: Format) -> Result<(), String> {
    if let Some(damage) = damage(input, output, "mfa") {
        return Err(damage);
    }
    let as_credentials = |bytes: &[u8]| profiles(None, Some(bytes.to_vec()));
    let as_config = |bytes: &[u8]| profiles(Some(bytes.to_vec()), None);
    let (mut before, mut after) = (as_credentials(input)?, as_credentials(output)?);
    before.remove("mfa");
    let written = after.remove("mfa").ok_or("the session is not read back")?;
    for (key, value) in [
        ("aws_secret_access_key", "newsecret"),
        ("aws_session_token", "newtoken=="),
    ] {
        if written.get(key) != Some(&Meaning::Text(value.to_owned())) {
            return Err(format!("{key} reads back as {:?}", written.get(key)));
        }
    }
    if before != after || as_config(input)? != as_config(output)? {
        return Err("another profile reads differently".to_owned());
    }
    if put(output, format)? != output {
        return Err("the same session again changed the file".to_owned());
    }
    Ok(())
}
