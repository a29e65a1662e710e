//! `mfa-tray doctor`.

use std::process::ExitCode;

use mfa_tray_core::aws_files::Properties;
use mfa_tray_core::doctor::{self, Check};
use mfa_tray_core::problem::Problem;
use mfa_tray_core::world::World;
use mfa_tray_system::own_program;
use serde::Serialize;

use crate::args::Doctor;
use crate::exit::{Exit, Failure};
use crate::output;

/// A check in JSON: other programs rely on these names.
#[derive(Serialize)]
struct CheckJson<'a> {
    check: &'static str,
    ok: bool,
    message: &'a str,
    hint: Option<&'a str>,
}

pub(crate) fn run(arguments: &Doctor) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let mut checks = vec![Check {
        name: "program",
        found: Ok(program()?),
    }];
    checks.extend(doctor::examine(&world));
    checks.push(Check {
        name: "network",
        found: network(&world),
    });
    if arguments.json {
        output::json(&checks.iter().map(CheckJson::from).collect::<Vec<_>>())?;
    } else {
        checks.iter().try_for_each(say)?;
    }
    let well = checks.iter().all(|check| check.found.is_ok());
    Ok(if well { ExitCode::SUCCESS } else { Exit::Failed.into() })
}

fn say(check: &Check) -> std::io::Result<()> {
    let name = check.name;
    match &check.found {
        Ok(found) => output::line(&format!("ok       {name}: {found}")),
        Err(problem) => {
            output::line(&format!("problem  {name}: {}", problem.message))?;
            let hint = problem.hint.as_deref().unwrap_or_default();
            output::line(&format!("         {hint}"))
        }
    }
}

fn program() -> Result<String, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(format!("mfa-tray {version}, {}", own_program()?.display()))
}

/// Files that cannot be read have a check of their own.
fn network(world: &World) -> Result<String, Problem> {
    let loaded = doctor::load(world)?;
    mfa_tray_system::way_out(&loaded.endpoint(world, &Properties::default(), None)?)
}

impl<'a> From<&'a Check> for CheckJson<'a> {
    fn from(check: &'a Check) -> CheckJson<'a> {
        let (message, hint) = match &check.found {
            Ok(found) => (found.as_str(), None),
            Err(problem) => (problem.message.as_str(), problem.hint.as_deref()),
        };
        CheckJson {
            check: check.name,
            ok: check.found.is_ok(),
            message,
            hint,
        }
    }
}
