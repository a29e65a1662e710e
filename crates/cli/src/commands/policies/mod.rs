//! `mfa-tray policies`: the groups that make MFA mandatory.

mod apply;
mod check;
mod texts;
mod undo;
mod users;

use std::process::ExitCode;

use crate::args::{Policies, PoliciesCommand};
use crate::commands::{profile_or_default, world};
use crate::exit::Failure;

pub(crate) fn run(arguments: &Policies) -> Result<ExitCode, Failure> {
    match &arguments.command {
        PoliciesCommand::List { json } => texts::list(*json)?,
        PoliciesCommand::Show {
            name,
            account,
            partition,
            setting,
            json,
        } => texts::show(name, account.as_deref(), partition, setting, *json)?,
        PoliciesCommand::Apply(arguments) => apply::run(&world()?, arguments)?,
        PoliciesCommand::Undo { profile, dry_run, yes } => undo::run(&world()?, profile, *dry_run, *yes)?,
        PoliciesCommand::Users { profile, json } => users::run(&world()?, profile, *json)?,
        PoliciesCommand::Check { profile, json } => {
            check::run(&world()?, &profile_or_default(profile.as_ref())?, *json)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
