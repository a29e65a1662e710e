//! The edit cases of the AWS CLI, aws-vault and ConfigUpdater, made by our editor.

use std::collections::BTreeMap;

use mfa_tray_core::ini::{Change, Document, EditError};
use serde_json::Value;

use crate::cases::{cases, id, say};
use crate::check::{Sections, damage, sections};
use crate::packed::bytes;

/// Where our editor does not do what the origin does, and why.
const OTHERWISE: &[(&str, &str)] = &[
    (
        "aws-cli/writer/004",
        "refused: [profile \"x\"] is another section than [profile x] to half of the readers",
    ),
    (
        "aws-cli/writer/010",
        "refused: no SDK reads a name with two spaces in it",
    ),
    (
        "configupdater/001",
        "a section that is left with nothing in it goes too",
    ),
];

#[test]
fn the_aws_cli() {
    check("aws-cli/edit_cases.json");
}

#[test]
fn aws_vault() {
    check("aws-vault/edit_cases.json");
}

#[test]
fn config_updater() {
    check("configupdater/edit_cases.json");
}

#[derive(Default)]
struct Tally {
    right: u32,
    exact: u32,
    errors: u32,
    otherwise: Vec<String>,
    not_offered: BTreeMap<String, u32>,
    wrong: Vec<String>,
}

fn check(name: &str) {
    let Some(cases) = cases(name) else { return };
    let mut tally = Tally::default();
    for case in &cases {
        let id = id(case);
        let edits = case["edit"].as_array().unwrap();
        if let Some(what) = edits.iter().find_map(not_offered) {
            *tally.not_offered.entry(what).or_default() += 1;
            continue;
        }
        let input = bytes(case, "input").unwrap_or_default();
        let listed = OTHERWISE.iter().find(|(name, _)| *name == id);
        match (apply(input.clone(), edits), case["expect"]["kind"] == "error") {
            (Err(error), true) => {
                tally.errors += 1;
                if apply(input, &masked(edits)).unwrap_err() != error {
                    tally
                        .wrong
                        .push(format!("{id}: the message depends on the value: {error}"));
                }
            }
            (Ok(_), true) => tally.wrong.push(format!("{id}: done, and not refused")),
            (result, false) => {
                let verdict = result
                    .map_err(|error| format!("refused: {error}"))
                    .and_then(|output| judge(case, &input, &output));
                match (verdict, listed) {
                    (Ok(exact), None) => {
                        tally.right += 1;
                        tally.exact += u32::from(exact);
                    }
                    (Ok(_), Some(_)) => tally.wrong.push(format!("{id} is right now: take it off the list")),
                    (Err(_), Some((_, reason))) => tally.otherwise.push(format!("{id} ({reason})")),
                    (Err(error), None) => tally.wrong.push(format!("{id}: {error}")),
                }
            }
        }
    }
    say(&format!(
        "{name}: right {} ({} letter for letter), errors refused {}, otherwise {} {}, not offered {:?}",
        tally.right,
        tally.exact,
        tally.errors,
        tally.otherwise.len(),
        tally.otherwise.join(", "),
        tally.not_offered
    ));
    assert!(tally.wrong.is_empty(), "{name}:\n{}", tally.wrong.join("\n"));
}

/// Names an operation our editor does not have: it sets and removes plain keys of one section.
fn not_offered(edit: &Value) -> Option<String> {
    match edit["op"].as_str().unwrap() {
        "set" if edit["key"].is_array() => Some("set in a nested block".to_owned()),
        "set" | "remove_key" | "append_section" => None,
        other => Some(other.to_owned()),
    }
}

fn apply(mut bytes: Vec<u8>, edits: &[Value]) -> Result<Vec<u8>, EditError> {
    for edit in edits {
        let section = match edit["profile"].as_str() {
            Some(name) if name.contains(' ') => format!("profile \"{name}\""),
            Some(name) => format!("profile {name}"),
            None => edit["section"].as_str().unwrap().to_owned(),
        };
        let text = |name: &str| edit[name].as_str().unwrap_or_default();
        let changes = match edit["op"].as_str().unwrap() {
            "set" => vec![Change::Set(text("key"), text("value"))],
            "remove_key" => vec![Change::Remove(text("key"))],
            _ => {
                let values = edit["values"].as_object().unwrap().iter();
                values
                    .map(|(key, value)| Change::Set(key, value.as_str().unwrap()))
                    .collect()
            }
        };
        bytes = Document::scan(bytes).unwrap().edited(&section, &changes)?;
    }
    Ok(bytes)
}

/// The same edits with every letter of the values replaced: a message that is then the same holds no value.
fn masked(edits: &[Value]) -> Vec<Value> {
    let mask = |c: char| if c.is_control() { c } else { 'q' };
    let mut edits = edits.to_vec();
    for edit in &mut edits {
        edit["value"] = edit["value"]
            .as_str()
            .unwrap()
            .chars()
            .map(mask)
            .collect::<String>()
            .into();
    }
    edits
}

/// Returns whether the result is the origin's letter for letter.
fn judge(case: &Value, input: &[u8], output: &[u8]) -> Result<bool, String> {
    let text = String::from_utf8_lossy(output);
    let mut lines = text.lines();
    for kept in case["kept_lines"].as_array().into_iter().flatten() {
        let kept = kept.as_str().unwrap();
        if !lines.any(|line| line == kept) {
            return Err(format!("the line {kept:?} is gone:\n{text}"));
        }
    }
    if let Some(section) = case["edit"][0]["section"].as_str()
        && let Some(damage) = damage(input, output, section)
    {
        return Err(format!("{damage}:\n{text}"));
    }
    let expected = case["expect"]["text"].as_str();
    if let Some(expected) = expected
        && meaning(output) != meaning(expected.as_bytes())
    {
        return Err(format!("reads differently:\n{text}\nand not\n{expected}"));
    }
    Ok(expected.is_some_and(|expected| text == expected))
}

/// The sections with their settings; a name means the same in either kind of quotes.
fn meaning(bytes: &[u8]) -> Sections {
    let mut sections = sections(bytes);
    for (name, _) in &mut sections {
        *name = name.replace('\'', "\"");
    }
    sections
}
