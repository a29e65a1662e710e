//! `mfa-tray enroll PROFILE --create`, `--resume` and `--clean-up`.

use std::process::ExitCode;

use mfa_tray_core::enroll::{self, Creation, Doing, EnrollError, Next, Waiting};
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::world::World;
use mfa_tray_system::host_name;

use crate::args::Enroll;
use crate::commands::enroll::say_done;
use crate::exit::{Exit, Failure};
use crate::{output, prompt, wait};

pub(super) fn begin(arguments: &Enroll, profile: &ProfileName) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let host = host_name();
    let offer = enroll::offer(&world, profile, &host)?;
    if let Some(unfinished) = &offer.unfinished {
        return Err(EnrollError::Unfinished(unfinished.serial.clone()).into());
    }
    let name = arguments.name.as_ref().unwrap_or(&offer.name);
    output::say(&format!(
        "This makes a virtual MFA device called {name} for the IAM user {} of account {}:",
        offer.user, offer.account
    ));
    output::say("  - AWS creates the device; its seed goes into this computer's keychain and nowhere else");
    output::say("  - two of its codes enable it for the user, and a third buys the first session");
    if offer.config_line.is_some() {
        output::say(&format!("  - the config file gets the line mfa_serial = …:mfa/{name}"));
    }
    if offer.needs_code {
        let names: Vec<_> = offer.devices.iter().map(MfaSerial::device_name).collect();
        output::say(&format!(
            "  - the user has {} already; AWS wants a code of it first",
            names.join(", ")
        ));
    }
    output::say("From then on this computer is the second factor: whoever can use it unlocked can get a session.");
    if !arguments.yes && !prompt::agreed("Go on?")? {
        return Err(Failure::new(Exit::Failed, "nothing was done"));
    }
    let creation = Creation::begin(&world, profile, arguments.name.clone(), &host)?;
    drive(&world, creation, arguments)
}

pub(super) fn resume(arguments: &Enroll, profile: &ProfileName) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let creation = Creation::resume(&world, profile)?;
    drive(&world, creation, arguments)
}

pub(super) fn clean_up(profile: &ProfileName) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    match enroll::clean_up(&world, profile)? {
        Some(serial) => output::line(&format!("Removed {serial}"))?,
        None => output::line("There was no device to remove")?,
    }
    Ok(ExitCode::SUCCESS)
}

fn drive(world: &World, mut creation: Creation, arguments: &Enroll) -> Result<ExitCode, Failure> {
    let mut given = arguments.code.clone();
    loop {
        let mut tell = |doing| {
            output::say(sentence(doing));
            true
        };
        let next = match creation.advance(world, &mut tell) {
            Ok(next) => next,
            Err(error) => return Err(with_way_on(&creation, error)),
        };
        match next {
            Next::Code(devices) => {
                let serial = device(&devices, arguments)?;
                let code = match given.take() {
                    Some(code) => prompt::given_code(&code)?,
                    None if prompt::is_possible() => prompt::code(&serial)?,
                    None => {
                        return Err(Failure::new(
                            Exit::CodeNeeded,
                            format!("a code of the MFA device {} is needed first", serial.device_name()),
                        )
                        .with_hint("give it with --code CODE (or - to pipe it), or run this on a terminal"));
                    }
                };
                match creation.give_code(world, &serial, code) {
                    Ok(()) => {}
                    // A slip of the finger is no reason to begin again.
                    Err(error) if prompt::is_possible() => output::failure(&error.into()),
                    Err(error) => return Err(with_way_on(&creation, error)),
                }
            }
            Next::Picture => {
                // The seed is drawn in the app's window alone: a terminal keeps what it has shown.
                output::say(
                    "No QR code is shown in a terminal; `mfa-tray enroll --backup FILE` keeps a copy of the seed.",
                );
                creation.go_on();
            }
            Next::Wait { until, why } => wait::until(world, until, reason(why)),
            Next::Done(refreshed) => {
                let serial = creation.serial().map_or_else(String::new, |serial| serial.to_string());
                return say_done(&refreshed, &format!("Enrolled {serial}"));
            }
        }
    }
}

/// What can be done about a device that is left half-way.
fn with_way_on(creation: &Creation, error: EnrollError) -> Failure {
    let mut failure = Failure::from(error);
    if creation.leaves_device() {
        let left = format!(
            "go on later with: mfa-tray enroll {0} --resume, or remove the device with: mfa-tray enroll {0} --clean-up",
            creation.profile()
        );
        failure.hint = Some(
            failure
                .hint
                .map_or(left.clone(), |hint| format!("{hint}\nhint: {left}")),
        );
    }
    failure
}

fn device(devices: &[MfaSerial], arguments: &Enroll) -> Result<MfaSerial, Failure> {
    match (&arguments.serial, devices) {
        (Some(serial), _) => Ok(serial.clone()),
        (None, [only]) => Ok(only.clone()),
        (None, []) => Err(Failure::new(
            Exit::Failed,
            "the user has security keys only, and AWS wants a session with MFA to add a device",
        )
        .with_hint("add a virtual MFA device in the AWS console, then use --from-qr with its picture")),
        (None, several) if prompt::is_possible() => prompt::device(several),
        (None, several) => {
            let serials: Vec<_> = several.iter().map(ToString::to_string).collect();
            Err(Failure::new(Exit::Usage, "the user has several MFA devices")
                .with_hint(format!("name one with --serial: {}", serials.join(", "))))
        }
    }
}

fn sentence(doing: Doing) -> &'static str {
    match doing {
        Doing::Looking => "Looking up the user and the devices…",
        Doing::Creating => "Creating the device…",
        Doing::Storing => "Asking the keychain…",
        Doing::Enabling => "Enabling the device with two codes…",
        Doing::Proving => "Getting the first session…",
    }
}

fn reason(why: Waiting) -> &'static str {
    match why {
        Waiting::NextCode => "waiting for the next code",
        Waiting::Spreading => "waiting until all of AWS knows the device",
    }
}
