//! The groups and their policies, without calling anybody.

use mfa_tray_core::policy::{self, Group, Parameter};
use serde::Serialize;

use crate::args::Setting;
use crate::exit::Failure;
use crate::output;

/// How wide sentences are.
const WIDTH: usize = 100;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    summary: &'a str,
    parameters: Vec<Choice<'a>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    name: &'a str,
    default: &'a str,
    about: &'a str,
}

pub(super) fn list(json: bool) -> Result<(), Failure> {
    let groups = policy::groups();
    if json {
        return Ok(output::json(&groups.iter().map(row).collect::<Vec<_>>())?);
    }
    let rows = groups
        .iter()
        .map(|group| vec![group.name().to_owned(), group.summary().en.clone()]);
    Ok(output::table(&rows.collect::<Vec<_>>())?)
}

fn row(group: &Group) -> Row<'_> {
    let choice = |parameter: &'static Parameter| Choice {
        name: &parameter.name,
        default: &parameter.default,
        about: &parameter.about.en,
    };
    Row {
        name: group.name(),
        summary: &group.summary().en,
        parameters: policy::group(group.name())
            .map_or(Vec::new(), |group| group.parameters().iter().map(choice).collect()),
    }
}

pub(super) fn show(
    name: &str,
    account: Option<&str>,
    partition: &str,
    setting: &Setting,
    json: bool,
) -> Result<(), Failure> {
    let group = policy::group(name)?;
    let choices = setting.choices().in_partition(partition)?;
    let choices = match account {
        Some(account) => choices.for_account(account)?,
        None => choices,
    };
    let text = group.document(&choices)?.text();
    if json {
        return Ok(output::line(&text)?);
    }
    let mut lines = vec![format!("{}: {}", group.name(), group.summary().en)];
    if !group.parameters().is_empty() {
        lines.extend([String::new(), "Can be chosen with --set NAME=VALUE:".to_owned()]);
        lines.extend(group.parameters().iter().flat_map(|known| {
            let default = if known.default.is_empty() {
                "none"
            } else {
                &known.default
            };
            wrapped(&format!("{} ({default}):", known.name), &known.about.en)
        }));
    }
    lines.extend([String::new(), "What it does:".to_owned()]);
    let explained = group.explained(&choices)?;
    lines.extend(
        explained
            .iter()
            .flat_map(|part| wrapped(&format!("{}:", part.statement.sid), &part.about.en)),
    );
    if !group.notes().is_empty() {
        lines.extend([String::new(), "To know:".to_owned()]);
        lines.extend(group.notes().iter().flat_map(|note| wrapped("-", &note.en)));
    }
    lines.extend([String::new(), text]);
    Ok(lines.iter().try_for_each(|line| output::line(line))?)
}

/// A word with its sentence, broken into lines.
fn wrapped(word: &str, sentence: &str) -> Vec<String> {
    let mut lines = vec![format!("  {word}")];
    for part in sentence.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + part.chars().count() < WIDTH => {
                line.push(' ');
                line.push_str(part);
            }
            _ => lines.push(format!("    {part}")),
        }
    }
    lines
}
