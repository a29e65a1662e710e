//! What this machine offers, for a person whose sessions do not come: files, keychain, clock, the app. Nothing is
//! called, and nothing makes the keychain ask.

use std::path::Path;

use crate::aws_files::FileKind;
use crate::problem::Problem;
use crate::profile::MfaSerial;
use crate::refresh::{CLOCK_TOLERANCE, clock_sentence};
use crate::settings::Settings;
use crate::vault;
use crate::world::{Loaded, World};
use crate::{asks, file};

/// A name under which nobody keeps anything.
const NOBODYS: &str = "doctor";

/// Something that was looked at.
#[derive(Debug)]
pub struct Check {
    /// What, for programs.
    pub name: &'static str,
    /// What was found, or what is wrong.
    pub found: Result<String, Problem>,
}

/// Looks at everything that this crate knows of.
pub fn examine(world: &World) -> Vec<Check> {
    let checks = [
        ("profiles", profiles(world)),
        ("config", aws_file(world, FileKind::Config)),
        ("credentials", aws_file(world, FileKind::Credentials)),
        ("settings", settings(world)),
        ("keychain", keychain(world)),
        ("clock", clock(world)),
        ("app", Ok(app(world))),
    ];
    checks.map(|(name, found)| Check { name, found }).into()
}

/// The files, also under settings that cannot be used: those have a check of their own.
///
/// # Errors
/// A [`Problem`] with the files.
pub fn load(world: &World) -> Result<Loaded, Problem> {
    let settings = Settings::read(&world.settings).unwrap_or_default();
    world.load_with(settings).map_err(|error| error.problem())
}

fn profiles(world: &World) -> Result<String, Problem> {
    let loaded = load(world)?;
    Ok(match loaded.catalog.entries.len() {
        0 => "there are none yet: `mfa-tray profile add` or `aws configure` writes the first".to_owned(),
        1 => "there is one".to_owned(),
        count => format!("there are {count}"),
    })
}

fn aws_file(world: &World, kind: FileKind) -> Result<String, Problem> {
    let path = world.paths.of(kind);
    file::probe(path).map_err(|error| Problem::new("file", error.to_string(), error.hint()))?;
    if kind == FileKind::Credentials
        && let Some(mode) = file::open_to_others(path)
    {
        let message = format!("others on this computer may read {} (mode {mode:o})", path.display());
        return Err(Problem::new("permissions", message, "mfa-tray lint --fix"));
    }
    Ok(at(path))
}

fn settings(world: &World) -> Result<String, Problem> {
    Settings::read(&world.settings).map_err(|error| error.problem())?;
    Ok(at(&world.settings))
}

fn at(path: &Path) -> String {
    let shown = path.display();
    if path.exists() {
        shown.to_string()
    } else {
        format!("{shown}, which is not there yet")
    }
}

/// With the seeds that should be in it.
fn keychain(world: &World) -> Result<String, Problem> {
    let failed = |error: vault::VaultError| Problem::new("keychain", error.to_string(), error.hint());
    let enrolled = world.state.enrolled_devices();
    let serials = enrolled.keys().filter_map(|serial| MfaSerial::parse(serial).ok());
    for serial in serials {
        vault::read_quietly(&*world.keychain, &serial).map_err(failed)?;
    }
    let asked = world.keychain.read_quietly(NOBODYS);
    asked.map_err(vault::VaultError::from).map_err(failed)?;
    Ok(match enrolled.len() {
        0 => "it answers; no MFA device is set up on this computer".to_owned(),
        1 => "it answers, and has the seed of one MFA device".to_owned(),
        count => format!("it answers, and has the seeds of {count} MFA devices"),
    })
}

fn clock(world: &World) -> Result<String, Problem> {
    let offset = world.state.clock_offset();
    let wrong = offset.filter(|offset| offset.seconds.abs() > CLOCK_TOLERANCE && offset.is_fresh(&*world.clock));
    let Some(offset) = wrong else {
        return Ok("no answer of AWS has told that it is wrong".to_owned());
    };
    let hint = "set the computer's time, best by the network; until then codes are made for AWS's time";
    Err(Problem::new("clock", clock_sentence(offset.seconds), hint))
}

fn app(world: &World) -> String {
    if asks::is_heard(&world.state) {
        "it runs: a code that a program needs is asked for in its window".to_owned()
    } else {
        "it does not run: nobody warns before a session ends, or asks for a code that a program needs".to_owned()
    }
}
