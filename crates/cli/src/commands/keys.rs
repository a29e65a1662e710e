//! `mfa-tray keys`.

use std::path::Path;
use std::process::ExitCode;

use mfa_tray_core::keys::{self, Import, Source};
use mfa_tray_core::profile::{AccessKeyId, ProfileName};
use mfa_tray_core::secret::SecretString;
use mfa_tray_core::world::World;
use zeroize::Zeroizing;

use crate::args::{Keys, KeysCommand};
use crate::exit::{Exit, Failure};
use crate::{output, prompt};

/// No file with a key comes near this.
const LARGEST: u64 = 64 * 1024;

pub(crate) fn run(arguments: &Keys) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    match &arguments.command {
        KeysCommand::Import { profile, file, yes } => import(&world, profile, file.as_deref(), *yes)?,
        KeysCommand::Export { profile } => {
            output::draft(&keys::plan_export(&world, profile)?);
            let id = keys::export(&world, profile)?;
            output::say(&format!(
                "The access key {id} is in the credentials file again, and not in the keychain."
            ));
        }
        KeysCommand::Rotate { profile, replace } => rotate(&world, profile, replace.as_ref())?,
    }
    Ok(ExitCode::SUCCESS)
}

fn import(world: &World, profile: &ProfileName, file: Option<&Path>, yes: bool) -> Result<(), Failure> {
    let source = match file {
        None => Source::Files,
        Some(path) if path == Path::new("-") => given()?,
        Some(path) => from_file(path)?,
    };
    let plan = keys::plan_import(world, profile, &source)?;
    show(&plan);
    if !plan.draft.is_empty() && !yes && !prompt::agreed("Move it?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    let done = keys::import(world, profile, &source)?;
    output::say(&format!(
        "The access key {} of {} is in the keychain.",
        done.id, done.profile
    ));
    if !done.copies.is_empty() {
        output::say("Copies that MFA Tray made before its first change still hold the key:");
        done.copies
            .iter()
            .for_each(|path| output::say(&format!("  {}", path.display())));
        if yes || prompt::agreed("Remove them?")? {
            keys::remove_copies(&done.copies)
                .map_err(|error| Failure::new(Exit::File, error.to_string()).with_hint(error.hint()))?;
        }
    }
    output::say(&format!("To undo this: mfa-tray keys export {}", done.profile));
    Ok(())
}

/// The difference, and who else uses the key.
fn show(plan: &Import) {
    output::draft(&plan.draft);
    let (Some(target), false) = (&plan.target, plan.used_by.is_empty()) else {
        return;
    };
    output::say("Other tools cannot take these roles any more until their profiles name the session instead:");
    for profile in &plan.used_by {
        output::say(&format!("  {profile}: source_profile = {target}"));
    }
}

/// Asked for on a terminal, the secret without showing it; else read from the pipe.
pub(super) fn given() -> Result<Source, Failure> {
    if prompt::is_possible() {
        let id = prompt::answer("Access key id: ")?;
        let secret = prompt::secret("Secret access key: ")?;
        return Source::typed(&id, &secret).map_err(|problem| Failure::of_problem(Exit::Usage, &problem));
    }
    parse(&prompt::secret_text("")?)
}

fn from_file(path: &Path) -> Result<Source, Failure> {
    let unreadable =
        |error: std::io::Error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", path.display()));
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mut text = Zeroizing::new(String::new());
    std::io::Read::read_to_string(&mut std::io::Read::take(file, LARGEST), &mut text).map_err(unreadable)?;
    parse(&SecretString::from(text.as_str()))
}

fn parse(text: &SecretString) -> Result<Source, Failure> {
    Source::parse(text).map_err(|problem| Failure::of_problem(Exit::Usage, &problem))
}

fn rotate(world: &World, profile: &ProfileName, replace: Option<&AccessKeyId>) -> Result<(), Failure> {
    let rotated = keys::rotate(world, profile, replace, &|pause| {
        output::say("waiting until AWS knows the new key everywhere");
        std::thread::sleep(pause);
    })?;
    output::line(&format!("{} is gone; {profile} has {} now", rotated.old, rotated.new))?;
    Ok(())
}
