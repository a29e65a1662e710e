//! `mfa-tray refresh`.

use std::process::ExitCode;

use mfa_tray_core::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, refresh};
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::world::World;
use serde::Serialize;

use crate::args::Refresh;
use crate::commands::profile_or_default;
use crate::exit::Failure;
use crate::{output, prompt, wait};

/// A session in JSON: other programs rely on these names.
#[derive(Serialize)]
pub(super) struct RefreshedJson {
    profile: String,
    target: String,
    access_key_id: String,
    expires_at: Option<String>,
}

pub(crate) fn run(arguments: &Refresh) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let request = Request {
        profile: profile_or_default(arguments.profile.as_ref())?,
        code: match arguments.code.as_deref() {
            Some(text) => CodeFrom::Person(prompt::given_code(text)?),
            None => CodeFrom::Keychain,
        },
        serial: arguments.serial.clone(),
        duration: arguments.duration,
        target: arguments.target.clone(),
        when: if arguments.force { When::Always } else { When::Needed },
    };
    let refreshed = see_to(&world, request)?;
    refreshed.warnings.iter().for_each(output::warning);
    print(&refreshed, arguments.json)?;
    Ok(ExitCode::SUCCESS)
}

/// Sees to it that there is a good session; what is missing is asked for on a terminal.
pub(super) fn see_to(world: &World, mut request: Request) -> Result<Refreshed, Failure> {
    loop {
        match wait::for_codes(world, || refresh(world, &request), RefreshError::wait) {
            Ok(refreshed) => return Ok(refreshed),
            Err(RefreshError::AnotherCode { serial, why }) if prompt::is_possible() => {
                output::say(&why);
                request.code = CodeFrom::Person(prompt::code(&serial)?)
            }
            Err(RefreshError::CodeNeeded(serial)) if prompt::is_possible() => {
                request.code = CodeFrom::Person(prompt::code(&serial)?)
            }
            Err(RefreshError::ChooseDevice(serials)) if prompt::is_possible() => {
                request.serial = Some(prompt::device(&serials)?)
            }
            Err(RefreshError::SerialNeeded { reason, .. }) if prompt::is_possible() => {
                output::say(&reason);
                request.serial = Some(prompt::serial()?);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

impl From<&Refreshed> for RefreshedJson {
    fn from(refreshed: &Refreshed) -> RefreshedJson {
        RefreshedJson {
            profile: refreshed.profile.to_string(),
            target: refreshed.target.to_string(),
            access_key_id: refreshed.access_key_id.to_string(),
            expires_at: refreshed.expires_at.map(rfc3339),
        }
    }
}

/// What there is now, in one line.
pub(super) fn sentence(refreshed: &Refreshed) -> String {
    let until = refreshed.expires_at.map(rfc3339);
    let until = until.as_deref().unwrap_or("an unknown time");
    let what = if refreshed.made {
        "New session"
    } else {
        "There is a good session"
    };
    format!(
        "{what} in [{}] ({}) until {until}",
        refreshed.target, refreshed.access_key_id
    )
}

fn print(refreshed: &Refreshed, json: bool) -> Result<(), Failure> {
    if json {
        return Ok(output::json(&RefreshedJson::from(refreshed))?);
    }
    output::line(&sentence(refreshed))?;
    output::say(&format!("Use it with AWS_PROFILE={}", refreshed.target));
    Ok(())
}
