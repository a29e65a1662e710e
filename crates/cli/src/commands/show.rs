//! `mfa-tray show`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use mfa_tray_core::aws_files::Value;
use serde::Serialize;

use crate::args::Show;
use crate::commands::profile_or_default;
use crate::exit::{Exit, Failure};
use crate::output;

const REDACTED: &str = "[redacted]";

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    properties: BTreeMap<&'a str, Property<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Property<'a> {
    Text(&'a str),
    Block(BTreeMap<&'a str, &'a str>),
}

pub(crate) fn run(arguments: &Show) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let loaded = world.load()?;
    let asked = profile_or_default(arguments.profile.as_ref())?;
    // What a name says in the files comes first: a target is a profile of its own to every AWS tool.
    let section = match loaded.files.profile(&asked) {
        Some(_) => Some(&asked),
        None => loaded.catalog.find(&asked).map(|entry| &entry.section),
    };
    let found = section.and_then(|section| loaded.files.profile(section));
    let properties = found.ok_or_else(|| {
        Failure::new(Exit::Failed, format!("there is no profile {asked}"))
            .with_hint("`mfa-tray list` shows the profiles there are")
    })?;
    let shown = Shown {
        name: asked.as_str(),
        properties: properties.iter().map(|(key, value)| (key, property(value))).collect(),
    };
    if arguments.json {
        output::json(&shown)?;
    } else {
        for (key, value) in &shown.properties {
            match value {
                Property::Text(text) => output::line(&format!("{key} = {text}"))?,
                Property::Block(block) => {
                    output::line(&format!("{key} ="))?;
                    block
                        .iter()
                        .try_for_each(|(key, value)| output::line(&format!("    {key} = {value}")))?;
                }
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn property<'a>(value: &'a Value) -> Property<'a> {
    match value {
        Value::Text(text) => Property::Text(text),
        Value::Secret(_) => Property::Text(REDACTED),
        Value::Nested(block) => {
            let shown = |key: &str, value: &'a str| {
                if mfa_tray_core::secret::is_secret_key(key) {
                    REDACTED
                } else {
                    value
                }
            };
            Property::Block(
                block
                    .iter()
                    .map(|(key, value)| (key.as_str(), shown(key, value)))
                    .collect(),
            )
        }
    }
}
