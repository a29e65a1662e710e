//! `mfa-tray setup`: how AWS's tools come to a profile's session.

use std::process::ExitCode;

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::setup::{self, Plan};
use mfa_tray_core::standing_in::use_as_default;
use mfa_tray_core::world::World;
use mfa_tray_system::own_program;

use crate::args::Setup;
use crate::exit::{Exit, Failure};
use crate::{output, prompt};

pub(crate) fn run(arguments: &Setup) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let profile = &arguments.profile;
    match (arguments.way.credential_process, arguments.undo) {
        (true, false) => serve(&world, profile, arguments.yes)?,
        (true, true) => undo(&world, profile)?,
        (false, undo) => stand_in(&world, profile, undo)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn serve(world: &World, profile: &ProfileName, yes: bool) -> Result<(), Failure> {
    let program = own_program()?;
    let plan = setup::plan(world, profile, &program)?;
    show(world, &plan);
    if !yes && !prompt::agreed("Change this?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    let done = setup::serve(world, profile, &program)?;
    output::say(&format!(
        "AWS tools that use the profile {} ask MFA Tray for the session of {} now, which is kept in the keychain.",
        done.target, done.profile
    ));
    output::say(&format!(
        "To undo this: mfa-tray setup {} --credential-process --undo",
        done.profile
    ));
    Ok(())
}

/// The change, as a person would make it by hand.
fn show(world: &World, plan: &Plan) {
    let (header, lines) = &plan.config;
    output::say(&format!("{}:", world.paths.config.display()));
    output::say(&format!("  [{header}]"));
    for line in lines {
        output::say(&format!("+ {line}"));
    }
    if plan.moves_session {
        output::say(&format!("{}:", world.paths.credentials.display()));
        output::say(&format!(
            "- the session keys of [{}], which go into the keychain",
            plan.target
        ));
    }
}

fn undo(world: &World, profile: &ProfileName) -> Result<(), Failure> {
    let undone = setup::undo(world, profile)?;
    let session = if undone.moves_session {
        "its session is in the credentials file again"
    } else {
        "the next session goes into the credentials file"
    };
    output::say(&format!(
        "[{}] has no credential_process any more; {session}.",
        undone.config.0
    ));
    Ok(())
}

fn stand_in(world: &World, profile: &ProfileName, undo: bool) -> Result<(), Failure> {
    use_as_default(world, (!undo).then_some(profile))?;
    output::say(&if undo {
        "No session is written to [default] any more.".to_owned()
    } else {
        format!("Sessions of {profile} are written to [default] too from now on.")
    });
    Ok(())
}
