//! What each origin says a file means, against what our reader makes of it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::cases::{cases, file, id, say};
use crate::check::{Meaning, Profiles, expected, profiles};
use crate::packed::bytes;

/// Where our reader differs from the origin on purpose, and why.
const DIFFERENT: &[(&str, &str)] = &[
    (
        "smithy-rs/parser/040",
        "the AWS CLI and the JavaScript SDK read names with spaces in the credentials file",
    ),
    (
        "aws-c-sdkutils/profile/031",
        "the AWS CLI and the JavaScript SDK read names with spaces in the credentials file",
    ),
    (
        "aws-c-sdkutils/profile/015",
        "a lone carriage return is a line end to some readers: the file is refused",
    ),
];

#[test]
fn the_sdks_specification_in_rust() {
    check("smithy-rs/parse_cases.json");
}

#[test]
fn the_sdks_specification_in_c() {
    check("aws-c-sdkutils/parse_cases.json");
}

#[test]
fn botocore() {
    check("botocore/parse_cases.json");
}

#[test]
fn the_aws_cli() {
    check("aws-cli/parse_cases.json");
}

#[test]
fn aws_vault() {
    check("aws-vault/parse_cases.json");
}

fn check(name: &str) {
    let (Some(cases), Some(observed)) = (cases(name), file("observed.json")) else {
        return;
    };
    let (mut agree, mut lenient, mut differ, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for case in &cases {
        let id = id(case);
        let ours = profiles(bytes(&case["input"], "config"), bytes(&case["input"], "credentials"));
        let expect = &case["expect"];
        let verdict = match expect["kind"].as_str().unwrap() {
            "error" => nobody_sees(ours, &observed["cases"][id]),
            "profiles" => same(ours, &expected(&expect["profiles"])),
            "partial" => at_least(ours, &expected(&expect["profiles"]), &expect["absent"]),
            kind => panic!("{id}: unknown kind {kind}"),
        };
        let listed = DIFFERENT.iter().find(|(name, _)| *name == id);
        match (verdict, listed) {
            (Ok(Agreement::Same), None) => agree += 1,
            (Ok(Agreement::Lenient), None) => lenient += 1,
            (Ok(_), Some(_)) => wrong.push(format!("{id} ({}) agrees now: take it off the list", case["name"])),
            (Err(_), Some((_, reason))) => differ.push(format!("{id} ({reason})")),
            (Err(difference), None) => wrong.push(format!("{id} {}: {difference}", case["name"])),
        }
    }
    say(&format!(
        "{name}: agree {agree}, lenient {lenient}, differ {} {}",
        differ.len(),
        differ.join(", ")
    ));
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
    assert_eq!(agree + lenient + differ.len(), cases.len());
}

enum Agreement {
    /// As the origin says.
    Same,
    /// The origin refuses the file; we show what some reader sees in it.
    Lenient,
}

fn same(ours: Result<Profiles, String>, expected: &Profiles) -> Result<Agreement, String> {
    match ours {
        Ok(ours) if ours == *expected => Ok(Agreement::Same),
        ours => Err(format!("{ours:?} and not {expected:?}")),
    }
}

fn at_least(ours: Result<Profiles, String>, expected: &Profiles, absent: &Value) -> Result<Agreement, String> {
    let ours = ours?;
    for (name, keys) in expected {
        let own = ours.get(name).ok_or_else(|| format!("no profile {name}"))?;
        if let Some((key, value)) = keys.iter().find(|(key, value)| own.get(*key) != Some(*value)) {
            return Err(format!("{name} has {:?} and not {key} = {value:?}", own.get(key)));
        }
    }
    let names = absent.as_array().into_iter().flatten().filter_map(Value::as_str);
    match names.into_iter().find(|name| ours.contains_key(*name)) {
        Some(name) => Err(format!("{name} must not be there")),
        None => Ok(Agreement::Same),
    }
}

/// Compares what we show of a file its origin refuses with what botocore and the JavaScript SDK were seen to read:
/// our reader is lenient, because one bad line must not hide all profiles, but it invents nothing.
fn nobody_sees(ours: Result<Profiles, String>, observed: &Value) -> Result<Agreement, String> {
    let Ok(ours) = ours else { return Ok(Agreement::Same) };
    let readers = ["botocore", "smithy_typescript"].map(|reader| &observed[reader]["profiles"]);
    let seen: Vec<Profiles> = readers
        .iter()
        .filter(|seen| seen.is_object())
        .map(|seen| expected(seen))
        .collect();
    if ours.values().all(BTreeMap::is_empty) || seen.is_empty() {
        return Ok(Agreement::Lenient);
    }
    let reads = |name: &str, key: &str, value: &Meaning| {
        let mut readers = seen.iter();
        readers.any(|seen| seen.get(name).and_then(|keys| keys.get(key)) == Some(value))
    };
    // The JavaScript SDK calls the keys of a block `block.key`.
    let is_seen = |name: &str, key: &str, value: &Meaning| match value {
        Meaning::Block(block) => {
            let mut inner = block.iter();
            reads(name, key, value)
                || inner.all(|(inner, value)| reads(name, &format!("{key}.{inner}"), &Meaning::Text(value.clone())))
        }
        Meaning::Text(_) => reads(name, key, value),
    };
    for (name, keys) in &ours {
        if let Some((key, value)) = keys.iter().find(|(key, value)| !is_seen(name, key, value)) {
            return Err(format!("nobody else sees {name}: {key} = {value:?}; they see {seen:?}"));
        }
    }
    Ok(Agreement::Lenient)
}
