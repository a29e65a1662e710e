//! `mfa-tray setup`: how AWS's tools come to a profile's session.

use std::process::ExitCode;

use mfa_tray_core::aws_files::config_header;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::setup;
use mfa_tray_core::standing_in::{self, use_as_default};
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
    output::draft(&plan.draft);
    if !yes && !prompt::agreed("Change this?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    setup::serve(world, profile, &program)?;
    output::say(&format!(
        "AWS tools that use the profile {} ask MFA Tray for the session of {} now, which is kept in the keychain.",
        plan.target, plan.profile
    ));
    output::say(&format!(
        "To undo this: mfa-tray setup {} --credential-process --undo",
        plan.profile
    ));
    Ok(())
}

fn undo(world: &World, profile: &ProfileName) -> Result<(), Failure> {
    let plan = setup::plan_undo(world, profile)?;
    output::draft(&plan.draft);
    setup::undo(world, profile)?;
    let session = if plan.moves_session {
        "its session is in the credentials file again"
    } else {
        "the next session goes into the credentials file"
    };
    output::say(&format!(
        "[{}] has no credential_process any more; {session}.",
        config_header(&plan.target)
    ));
    Ok(())
}

fn stand_in(world: &World, profile: &ProfileName, undo: bool) -> Result<(), Failure> {
    let profile = (!undo).then_some(profile);
    output::draft(&standing_in::plan(world, profile)?);
    use_as_default(world, profile)?;
    output::say(&match profile {
        None => "No session is written to [default] any more.".to_owned(),
        Some(profile) => format!("Sessions of {profile} are written to [default] too from now on."),
    });
    Ok(())
}
