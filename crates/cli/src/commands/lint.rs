//! `mfa-tray lint`.

use std::process::ExitCode;

use mfa_tray_core::lint::{self, Finding, Severity};
use mfa_tray_core::world::World;
use mfa_tray_system::environment;
use serde::Serialize;

use crate::args::Lint;
use crate::commands::change::agreed_and_written;
use crate::exit::{Exit, Failure};
use crate::output;

/// A finding in JSON: other programs rely on these names.
#[derive(Serialize)]
struct FindingJson<'a> {
    code: &'static str,
    severity: &'static str,
    profile: Option<&'a str>,
    file: Option<String>,
    line: Option<usize>,
    message: &'a str,
    hint: &'a str,
    fixable: bool,
}

pub(crate) fn run(arguments: &Lint) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    if let Some(profile) = &arguments.profile {
        let loaded = world.load()?;
        if loaded.files.profile(profile).is_none() && loaded.catalog.find(profile).is_none() {
            return Err(Failure::new(Exit::Failed, format!("there is no profile {profile}"))
                .with_hint("`mfa-tray list` shows the profiles there are"));
        }
    }
    let look = || lint::lint(&world, &environment::shadows(), arguments.profile.as_ref());
    let mut found = look()?;
    if arguments.json {
        output::json(&found.iter().map(FindingJson::from).collect::<Vec<_>>())?;
        return Ok(exit(&found));
    }
    if arguments.fix {
        fix(&world, &found, arguments.yes)?;
        found = look()?;
    }
    for finding in &found {
        output::line(&sentence(finding))?;
        output::line(&format!("    {}", finding.hint))?;
    }
    if let Some(profile) = &arguments.profile {
        let ways = lint::ways(&world.load()?.files, profile);
        if let Some((used, _)) = ways.split_first() {
            output::line(&format!("AWS tools use for {profile}: {used}"))?;
        }
    }
    if found.is_empty() {
        output::say("Nothing found.");
    } else if found.iter().any(|finding| finding.fix.is_some()) {
        output::say("`mfa-tray lint --fix` mends what can be mended safely.");
    }
    Ok(exit(&found))
}

/// Notes are no reason to fail.
fn exit(found: &[Finding]) -> ExitCode {
    if found.iter().any(|finding| finding.severity == Severity::Problem) {
        Exit::Failed.into()
    } else {
        ExitCode::SUCCESS
    }
}

fn sentence(finding: &Finding) -> String {
    let place = finding.place.as_ref().map(|place| match place.line {
        Some(line) => format!("{}:{line}: ", place.path.display()),
        None => format!("{}: ", place.path.display()),
    });
    format!(
        "{}{}: {} ({})",
        place.unwrap_or_default(),
        finding.severity.word(),
        finding.message,
        finding.code
    )
}

fn fix(world: &World, found: &[Finding], yes: bool) -> Result<(), Failure> {
    let draft = lint::draft(world, found)?;
    let open = lint::too_open(found);
    open.iter()
        .for_each(|path| output::say(&format!("chmod 600 {}", path.display())));
    if draft.is_empty() && open.is_empty() {
        output::say("Nothing here can be mended safely.");
        return Ok(());
    }
    agreed_and_written(world, &draft, yes)?;
    lint::make_private(&open).map_err(|error| Failure::new(Exit::File, error.to_string()).with_hint(error.hint()))
}

impl<'a> From<&'a Finding> for FindingJson<'a> {
    fn from(finding: &'a Finding) -> FindingJson<'a> {
        FindingJson {
            code: finding.code,
            severity: finding.severity.word(),
            profile: finding.profile.as_ref().map(|profile| profile.as_str()),
            file: finding.place.as_ref().map(|place| place.path.display().to_string()),
            line: finding.place.as_ref().and_then(|place| place.line),
            message: &finding.message,
            hint: &finding.hint,
            fixable: finding.fix.is_some(),
        }
    }
}
