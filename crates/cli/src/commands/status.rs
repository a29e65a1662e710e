//! `mfa-tray status`.

use std::process::ExitCode;

use mfa_tray_core::session::State;
use mfa_tray_core::status::{self, Row};

use crate::args::Status;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::view::{self, ProfileJson};

pub(crate) fn run(arguments: &Status) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let loaded = world.load()?;
    let now = world.aws_time();
    let mut rows = status::rows(&loaded, &world.state, now);
    if let Some(profile) = &arguments.profile {
        let unknown = || {
            Failure::new(Exit::Failed, format!("there is no profile {profile}"))
                .with_hint("`mfa-tray list` shows the profiles there are")
        };
        let name = loaded.catalog.find(profile).ok_or_else(unknown)?.name.clone();
        rows.retain(|row| row.name == name);
    }
    if let Some(template) = &arguments.format {
        for row in &rows {
            output::line(&view::filled(template, row, now)?)?;
        }
    } else if arguments.json {
        output::json(&rows.iter().map(ProfileJson::from).collect::<Vec<_>>())?;
    } else {
        output::table(&view::table(&rows, now))?;
    }
    let good = match arguments.profile {
        // An expiring session still works.
        Some(_) => rows
            .iter()
            .all(|row| matches!(row.state, State::Active | State::Expiring)),
        None => !rows.iter().any(has_expired),
    };
    Ok(if good { ExitCode::SUCCESS } else { Exit::Failed.into() })
}

fn has_expired(row: &Row) -> bool {
    row.state == State::Expired
}
