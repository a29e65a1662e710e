//! What files mean, in a form that can be compared, and whether an edit stayed within its section.

use std::collections::BTreeMap;

use mfa_tray_core::aws_files::{AwsFiles, Properties, Value};
use mfa_tray_core::ini::{Document, LineKind};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::secret::ExposeSecret as _;

/// A property: text, or a nested block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    Text(String),
    Block(BTreeMap<String, String>),
}

pub(crate) type Profiles = BTreeMap<String, BTreeMap<String, Meaning>>;

/// The profiles our reader sees, or its error.
pub(crate) fn profiles(config: Option<Vec<u8>>, credentials: Option<Vec<u8>>) -> Result<Profiles, String> {
    let files = AwsFiles::read(config, credentials).map_err(|error| error.to_string())?;
    let of = |name: &ProfileName| (name.to_string(), properties(files.profile(name).unwrap()));
    Ok(files.names().iter().map(of).collect())
}

fn properties(properties: &Properties) -> BTreeMap<String, Meaning> {
    let meaning = |value: &Value| match value {
        Value::Text(text) => block_or_text(text),
        Value::Secret(secret) => block_or_text(secret.expose_secret()),
        Value::Nested(block) => Meaning::Block(block.clone()),
    };
    properties
        .iter()
        .map(|(key, value)| (key.to_owned(), meaning(value)))
        .collect()
}

/// The specification writes a nested block as raw text that begins with a line end.
pub(crate) fn block_or_text(text: &str) -> Meaning {
    if !text.starts_with('\n') {
        return Meaning::Text(text.to_owned());
    }
    let pair = |line: &str| {
        let (key, value) = line.split_once('=')?;
        Some((key.trim().to_ascii_lowercase(), value.trim().to_owned()))
    };
    Meaning::Block(text.lines().filter_map(pair).collect())
}

/// The profiles a case writes down: `{name: {key: text or block}}`.
pub(crate) fn expected(profiles: &serde_json::Value) -> Profiles {
    let meaning = |value: &serde_json::Value| match value {
        serde_json::Value::Object(block) => Meaning::Block(
            block
                .iter()
                .map(|(key, value)| (key.to_ascii_lowercase(), text(value)))
                .collect(),
        ),
        value => block_or_text(&text(value)),
    };
    let keys = |keys: &serde_json::Value| {
        let keys = keys.as_object().unwrap().iter();
        keys.map(|(key, value)| (key.to_ascii_lowercase(), meaning(value)))
            .collect()
    };
    let profiles = profiles.as_object().unwrap().iter();
    profiles.map(|(name, value)| (name.clone(), keys(value))).collect()
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A section with its settings: name, then key and value with its continuation lines.
pub(crate) type Sections = Vec<(String, Vec<(String, Vec<String>)>)>;

/// The sections of one file with their settings, in file order.
pub(crate) fn sections(bytes: &[u8]) -> Sections {
    let document = Document::scan(bytes.to_vec()).unwrap();
    let settings = |section| {
        let mut settings: Vec<(String, Vec<String>)> = Vec::new();
        for line in document.lines(section) {
            match line {
                LineKind::Property { key, value, .. } => {
                    settings.push((document.text(key).into_owned(), vec![document.text(value).into_owned()]))
                }
                LineKind::Continuation(span) => {
                    if let Some((_, values)) = settings.last_mut() {
                        values.push(document.text(span).into_owned());
                    }
                }
                _ => {}
            }
        }
        settings
    };
    let all = document.sections().iter();
    all.map(|section| (section.name.clone(), settings(section))).collect()
}

/// Says what an edit of section `target` changed outside of it; `None` is as it should be.
///
/// Judges by lines alone, without our scanner: the old lines between the longest common beginning and end must all
/// stand below the header of the target, and none may be another header.
pub(crate) fn damage(old: &[u8], new: &[u8], target: &str) -> Option<String> {
    let split = |bytes: &[u8]| -> Vec<Vec<u8>> { bytes.split_inclusive(|&b| b == b'\n').map(<[u8]>::to_vec).collect() };
    let (old, new) = (split(old), split(new));
    let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let rest = (old.len() - start).min(new.len() - start);
    let end = (0..rest)
        .take_while(|&at| old[old.len() - 1 - at] == new[new.len() - 1 - at])
        .count();
    let is_header = |line: &[u8]| {
        let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
        line.starts_with(b"[")
    };
    for at in start..old.len() - end {
        let gained_a_line_end = at + 1 == old.len()
            && new.get(at).is_some_and(|line| {
                line.strip_suffix(b"\n")
                    .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
                    == Some(&old[at])
            });
        if gained_a_line_end {
            continue;
        }
        let header = old[..=at].iter().rev().find(|line| is_header(line));
        let name = header.map(|line| String::from_utf8_lossy(line).into_owned());
        let inside = name.as_deref().is_some_and(|line| {
            let line = line.trim_start_matches('\u{feff}').trim_start_matches('[');
            line.split(']').next().is_some_and(|name| name.trim() == target)
        });
        if is_header(&old[at]) || !inside {
            return Some(format!("line {} of {name:?} changed", at + 1));
        }
    }
    None
}
