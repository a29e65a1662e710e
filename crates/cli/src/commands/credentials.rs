//! `mfa-tray credentials`: the answer to a `credential_process` line, to the letter of AWS's contract
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>).

use std::process::ExitCode;

use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::refresh::{RefreshError, Refreshed, Request, refresh};
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::session::rfc3339;
use mfa_tray_core::variables::Variables;
use mfa_tray_core::world::World;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::args::{AskWhen, Credentials};
use crate::commands::env::usable;
use crate::commands::{asking, profile_or_default};
use crate::exit::{Exit, Failure};
use crate::{output, wait};

/// The contract's names.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_token: Option<&'a str>,
    expiration: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<&'a str>,
}

pub(crate) fn run(arguments: &Credentials) -> Result<ExitCode, Failure> {
    let profile = profile_or_default(arguments.profile.as_ref())?;
    let world = crate::commands::world()?;
    let session = session(&world, &profile, arguments.ask, arguments.wait)?;
    output::line(&answer(&session)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The session of `profile` for a program, which is never asked anything itself.
pub(super) fn session(world: &World, profile: &ProfileName, ask: AskWhen, wait: u8) -> Result<Variables, Failure> {
    usable(world, profile, |request, old_lasts| {
        // A program that has keys already need wait for nobody, nor for the next code; the app warns of the end.
        see_to(world, request, ask, (!old_lasts).then_some(wait))
    })
}

fn answer(session: &Variables) -> Result<Zeroizing<String>, Failure> {
    let answer = Answer {
        version: 1,
        access_key_id: session.key.id.as_str(),
        secret_access_key: session.key.secret.expose_secret(),
        session_token: session.key.session_token.as_ref().map(|token| token.expose_secret()),
        expiration: rfc3339(session.expires_at),
        account_id: session.account.as_deref(),
    };
    let text = serde_json::to_string(&answer).map_err(std::io::Error::from)?;
    Ok(Zeroizing::new(text))
}

/// Sees to it that there is a good session, without a terminal: by the seed, else through the app.
/// `wait` is how many seconds a person has; `None`: nothing at all is waited for.
fn see_to(world: &World, request: Request, ask: AskWhen, wait: Option<u8>) -> Result<Refreshed, Failure> {
    let make = || refresh(world, &request);
    let made = match wait {
        Some(_) => wait::for_codes(world, make, RefreshError::wait),
        None => make(),
    };
    let wait = wait.unwrap_or(0);
    let error = match made {
        Ok(refreshed) => return Ok(refreshed),
        Err(error) if error.is_question() && !matches!(error, RefreshError::Code(_)) => error,
        Err(error) => return Err(error.into()),
    };
    if ask == AskWhen::Never || wait == 0 {
        return Err(needs_a_person(&request.profile, &error));
    }
    asking::through_the_app(world, &request, &error, wait)
}

/// What is missing, for a program that has no way to ask for it.
pub(super) fn needs_a_person(profile: &ProfileName, error: &RefreshError) -> Failure {
    let message = format!("no session of {profile}: {}", error.problem().message);
    Failure::new(Exit::CodeNeeded, message).with_hint(format!("run `mfa-tray refresh {profile}` on a terminal"))
}
