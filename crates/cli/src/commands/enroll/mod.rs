//! `mfa-tray enroll`: one file per way.

mod adopt;
mod backup;
mod care;
mod create;
mod inspect;
mod list;
mod source;

use std::process::ExitCode;

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::Refreshed;

use crate::args::Enroll;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) fn run(arguments: &Enroll) -> Result<ExitCode, Failure> {
    let way = &arguments.way;
    if let Some(from) = &way.inspect {
        return inspect::run(from, arguments.json);
    }
    if way.list {
        return list::run(arguments.json);
    }
    if let Some(file) = &way.backup {
        return backup::write(file);
    }
    if let Some(file) = &way.restore {
        return backup::restore(file);
    }
    let profile = profile(arguments)?;
    if way.create {
        create::begin(arguments, &profile)
    } else if way.resume {
        create::resume(arguments, &profile)
    } else if way.clean_up {
        create::clean_up(&profile)
    } else if way.forget {
        care::forget(&profile)
    } else if way.resync {
        care::resync(&profile)
    } else if let Some(name) = &way.delete {
        care::delete(&profile, name)
    } else {
        adopt::run(arguments, &profile)
    }
}

/// Devices are changed only for a profile that is named: `AWS_PROFILE` is no such wish.
fn profile(arguments: &Enroll) -> Result<ProfileName, Failure> {
    let missing = || Failure::new(Exit::Usage, "name the profile: mfa-tray enroll PROFILE …");
    arguments.profile.clone().ok_or_else(missing)
}

fn say_done(refreshed: &Refreshed, what: &str) -> Result<ExitCode, Failure> {
    refreshed.warnings.iter().for_each(output::warning);
    output::line(what)?;
    output::say(&format!(
        "There is a session in [{}]. From now on `mfa-tray refresh {}` asks for nothing.",
        refreshed.target, refreshed.profile
    ));
    output::say("hint: a backup keeps the seed if this computer is lost: mfa-tray enroll --backup FILE");
    Ok(ExitCode::SUCCESS)
}
