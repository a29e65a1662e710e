//! `mfa-tray env`: the one verb that prints secrets, because a shell can be given a session in no other way.

use std::collections::BTreeMap;
use std::process::ExitCode;

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::{Refreshed, Request};
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::variables::{SHADOWING, Variables, variables};
use mfa_tray_core::world::World;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::args::Env;
use crate::commands::profile_or_default;
use crate::commands::refresh::see_to;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::shell::Shell;

/// What `--json` prints: other programs rely on these names.
#[derive(Serialize)]
struct EnvJson<'a> {
    set: BTreeMap<&'a str, &'a str>,
    unset: &'a [&'a str],
}

pub(crate) fn run(arguments: &Env) -> Result<ExitCode, Failure> {
    let profile = profile_or_default(arguments.profile.as_ref())?;
    let world = crate::commands::world()?;
    let session = || usable_here(&world, &profile);
    let text = if arguments.json {
        json(&session()?)?
    } else {
        // Before anybody is asked for a code.
        let shell = arguments.shell.map_or_else(guess, Ok)?;
        lines(shell, &session()?)?
    };
    // All at once: a shell with half of the lines would mix two sessions.
    output::line(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// The session of `profile`: the one there is while it is good, else a new one, else the last minutes of the old.
///
/// `see_to` makes the new one; it is told whether the old would still do.
pub(super) fn usable(
    world: &World,
    profile: &ProfileName,
    see_to: impl FnOnce(Request, bool) -> Result<Refreshed, Failure>,
) -> Result<Variables, Failure> {
    let old = match variables(world, profile)? {
        Some(session) if !session.is_expiring => return Ok(session),
        old => old,
    };
    match see_to(Request::of(profile), old.is_some()) {
        Ok(refreshed) => {
            refreshed.warnings.iter().for_each(output::warning);
            let gone = || {
                Failure::new(
                    Exit::Failed,
                    format!("the session of {profile} was taken away meanwhile"),
                )
            };
            variables(world, profile)?.ok_or_else(gone)
        }
        // Whoever was asked for a code may have let it end.
        Err(failure) => match old.filter(|old| old.expires_at > world.aws_time()) {
            Some(old) => {
                let until = rfc3339(old.expires_at);
                output::say(&format!("warning: there is no new session: {}", failure.message));
                output::say(&format!("hint: the one there is works until {until}"));
                Ok(old)
            }
            None => Err(failure),
        },
    }
}

/// The same; what is missing is asked for on this terminal, if there is one.
pub(super) fn usable_here(world: &World, profile: &ProfileName) -> Result<Variables, Failure> {
    usable(world, profile, |request, _| {
        see_to(world, request).map_err(|failure| with_way_on(failure, profile))
    })
}

/// What is missing can be given to `refresh` alone.
fn with_way_on(failure: Failure, profile: &ProfileName) -> Failure {
    match failure.exit {
        Exit::CodeNeeded | Exit::Usage => failure.with_hint(format!(
            "run `mfa-tray refresh {profile}` on a terminal first, or let this computer make the codes: mfa-tray enroll {profile} --create"
        )),
        _ => failure,
    }
}

fn guess() -> Result<Shell, Failure> {
    let unknown = || {
        Failure::new(Exit::Usage, "the language of the shell that SHELL names is not known")
            .with_hint("name one with --shell; `mfa-tray env --help` lists them")
    };
    Shell::guess().ok_or_else(unknown)
}

fn json(variables: &Variables) -> Result<Zeroizing<String>, Failure> {
    let assignments = variables.assignments();
    let json = EnvJson {
        set: assignments
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()))
            .collect(),
        unset: SHADOWING,
    };
    let text = serde_json::to_string_pretty(&json).map_err(std::io::Error::from)?;
    Ok(Zeroizing::new(text))
}

fn lines(shell: Shell, variables: &Variables) -> Result<Zeroizing<String>, Failure> {
    let removals = SHADOWING.iter().filter_map(|name| shell.removal(name));
    let mut lines: Vec<_> = removals.map(Zeroizing::new).collect();
    for (name, value) in variables.assignments() {
        let line = shell.assignment(name, value.expose_secret());
        lines.push(line.ok_or_else(|| unsaid(name, shell))?);
    }
    let lines: Vec<&str> = lines.iter().map(|line| line.as_str()).collect();
    Ok(Zeroizing::new(lines.join("\n")))
}

fn unsaid(name: &str, shell: Shell) -> Failure {
    let message = format!("{name} has a character that {} cannot be given", shell.word());
    Failure::new(Exit::Failed, message)
        .with_hint("look at the profile's lines in the AWS files; `mfa-tray exec` needs no quoting")
}
