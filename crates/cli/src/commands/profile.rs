//! `mfa-tray profile`.

use std::process::ExitCode;

use mfa_tray_core::arrange::{self, NewProfile};
use mfa_tray_core::keys::Source;
use mfa_tray_core::settings;

use crate::args::{Profile, ProfileCommand};
use crate::commands::change::agreed_and_written;
use crate::commands::keys;
use crate::exit::{Exit, Failure};
use crate::output;

pub(crate) fn run(arguments: &Profile) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let yes = arguments.yes;
    match &arguments.command {
        ProfileCommand::Add { name, .. } => {
            let new = new_profile(&arguments.command)?;
            let draft = arrange::add(&world, name, &new)?;
            agreed_and_written(&world, &draft, yes)?;
            output::say(&format!("The profile {name} is there."));
        }
        ProfileCommand::Rename { from, to } => {
            let draft = arrange::rename(&world, from, to)?;
            agreed_and_written(&world, &draft, yes)?;
            settings::rename(&world.settings, &world.state.locks(), from, to)
                .map_err(|error| Failure::of_problem(Exit::File, &error.problem()))?;
            output::say(&format!("{from} is called {to} now."));
        }
        ProfileCommand::Duplicate { from, to } => {
            let draft = arrange::duplicate(&world, from, to)?;
            agreed_and_written(&world, &draft, yes)?;
            output::say(&format!("{to} is a copy of {from}."));
        }
        ProfileCommand::Remove { name } => {
            let draft = arrange::remove(&world, name)?;
            let users = arrange::users_of(&world.load()?, name);
            if !users.is_empty() {
                output::say("These profiles take their credentials from it, and will have none:");
                users.iter().for_each(|user| output::say(&format!("  {user}")));
            }
            agreed_and_written(&world, &draft, yes)?;
            output::say(&format!("{name} is gone from the files."));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn new_profile(command: &ProfileCommand) -> Result<NewProfile, Failure> {
    let ProfileCommand::Add {
        role,
        source,
        external_id,
        duration,
        region,
        mfa_serial,
        keys: wanted,
        ..
    } = command
    else {
        return Ok(NewProfile::default());
    };
    let key = match wanted.as_deref() {
        Some("-") => match keys::given()? {
            Source::Given(key) => Some(key),
            Source::Files => None,
        },
        Some(_) => {
            let failure = Failure::new(Exit::Usage, "an access key is no argument: others could read it there");
            return Err(failure.with_hint("say --keys -, and type it or give it in a pipe"));
        }
        None => None,
    };
    Ok(NewProfile {
        region: region.clone(),
        mfa_serial: mfa_serial.clone(),
        role: role.clone().zip(source.clone()),
        external_id: external_id.clone(),
        duration: *duration,
        key,
    })
}
