//! `mfa-tray enroll PROFILE --from-qr FILE` and its kin: a device the user has already.

use std::process::ExitCode;

use mfa_tray_core::enroll;
use mfa_tray_core::otpauth::Found;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::totp::Seed;
use mfa_tray_core::world::World;

use crate::args::Enroll;
use crate::commands::enroll::inspect::table;
use crate::commands::enroll::{say_done, source};
use crate::exit::{Exit, Failure};
use crate::{output, prompt, wait};

pub(super) fn run(arguments: &Enroll, profile: &ProfileName) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let found = source::read(&arguments.way)?;
    let (seed, account) = choose(&found, arguments)?;
    let serial = serial(&world, profile, account, arguments)?;
    output::say(&format!(
        "Trying the seed {} as that of the MFA device {}…",
        seed.fingerprint(),
        serial.device_name()
    ));
    let refreshed = wait::for_codes(
        &world,
        || enroll::adopt(&world, profile, &serial, seed),
        |error| error.wait(),
    )?;
    say_done(&refreshed, &format!("Enrolled {serial}"))
}

/// The one usable seed, or the one the person chooses.
fn choose<'a>(found: &'a [Found], arguments: &Enroll) -> Result<(&'a Seed, Option<&'a str>), Failure> {
    let usable: Vec<&Found> = found.iter().filter(|found| found.seed.is_some()).collect();
    let chosen = match (usable.as_slice(), &arguments.fingerprint) {
        ([], _) => {
            let problem = found.iter().find_map(|found| found.problem.as_ref());
            return Err(problem.map_or_else(
                || Failure::new(Exit::Failed, "there is no seed in it"),
                |problem| Failure::of_problem(Exit::Failed, problem),
            ));
        }
        (several, Some(fingerprint)) => {
            let is_it = |found: &&&Found| {
                found
                    .seed
                    .as_ref()
                    .is_some_and(|seed| seed.fingerprint() == *fingerprint)
            };
            let missing = || Failure::new(Exit::Usage, "no seed in it has that fingerprint");
            several.iter().find(is_it).copied().ok_or_else(missing)?
        }
        ([only], None) => only,
        (_, None) if prompt::is_possible() => {
            output::say("There are several:");
            output::say_table(&table(found));
            let number = prompt::number(found.len(), |number| found[number].seed.is_some())?;
            &found[number]
        }
        (_, None) => {
            output::say_table(&table(found));
            return Err(
                Failure::new(Exit::Usage, "there are several seeds in it").with_hint("name one with --fingerprint")
            );
        }
    };
    if let Some(problem) = &chosen.problem {
        output::warning(problem);
    }
    let missing = || Failure::new(Exit::Failed, "there is no seed in it");
    Ok((chosen.seed.as_ref().ok_or_else(missing)?, chosen.account.as_deref()))
}

/// The device the seed is of: named, or the only one there is, or the one that the code's label names.
fn serial(
    world: &World,
    profile: &ProfileName,
    account: Option<&str>,
    arguments: &Enroll,
) -> Result<MfaSerial, Failure> {
    if let Some(serial) = &arguments.serial {
        return Ok(serial.clone());
    }
    let devices = enroll::devices(world, profile)?;
    let named = account.and_then(|account| enroll::named_in(&devices, account));
    match (devices.as_slice(), named) {
        ([only], _) => Ok(only.clone()),
        (_, Some(named)) => Ok(named.clone()),
        ([], None) if prompt::is_possible() => prompt::serial(),
        (several, None) if prompt::is_possible() => prompt::device(several),
        (_, None) => Err(
            Failure::new(Exit::Usage, "which MFA device the seed is of is not known")
                .with_hint("name it with --serial ARN"),
        ),
    }
}
