//! `mfa-tray clear`.

use std::process::ExitCode;

use mfa_tray_core::clear::{Cleared, clear};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::session::rfc3339;

use crate::args::Clear;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) fn run(arguments: &Clear) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let loaded = world.load()?;
    let targets: Vec<ProfileName> = match &arguments.profile {
        Some(profile) => {
            let unknown = || {
                Failure::new(Exit::Failed, format!("there is no profile {profile}"))
                    .with_hint("`mfa-tray list` shows the profiles there are")
            };
            let entry = loaded.catalog.find(profile).ok_or_else(unknown)?;
            entry.target.iter().map(|target| target.section.clone()).collect()
        }
        None => loaded
            .catalog
            .entries
            .iter()
            .filter_map(|entry| Some(entry.target.as_ref()?.section.clone()))
            .collect(),
    };
    let mut any = false;
    for target in targets {
        if let Some(cleared) = clear(&world, &loaded, &target)? {
            any = true;
            output::say(&sentence(&cleared));
        }
    }
    if !any {
        output::say("There was no session to clear.");
    }
    Ok(ExitCode::SUCCESS)
}

fn sentence(cleared: &Cleared) -> String {
    let until = match cleared.expires_at {
        Some(end) => format!("until {}", rfc3339(end)),
        None => "until it expires".to_owned(),
    };
    format!(
        "Cleared [{}]. AWS itself keeps that session valid {until}; a copy of it would still work.",
        cleared.target
    )
}
