//! Asks a person for a code through the running app, and waits for the session: this program neither asks for the code
//! nor sees it.

use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::asks;
use mfa_tray_core::profile::{MfaSerial, ProfileName};
use mfa_tray_core::refresh::{RefreshError, Refreshed, Request, refresh};
use mfa_tray_core::world::World;

use crate::commands::credentials::needs_a_person;
use crate::exit::{Exit, Failure};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Has the app ask for what `refresh` asked for with `error`, and waits `seconds` for the session.
pub(super) fn through_the_app(
    world: &World,
    request: &Request,
    error: &RefreshError,
    seconds: u8,
) -> Result<Refreshed, Failure> {
    let profile = entry_name(world, &request.profile)?;
    let device = match error {
        RefreshError::CodeNeeded(serial) | RefreshError::AnotherCode { serial, .. } => Some(serial),
        _ => None,
    };
    let now = world.clock.now();
    if let Some(at) = asks::dismissed(&world.state, &profile, device, now) {
        return Err(put_away(&profile, at, now));
    }
    if !asks::is_heard(&world.state) {
        let failure = needs_a_person(&profile, error);
        let hint =
            format!("start MFA Tray, which asks for the code, or run `mfa-tray refresh {profile}` on a terminal");
        return Err(failure.with_hint(hint));
    }
    let until = now + SignedDuration::from_secs(seconds.into());
    asks::ask(&world.state, &profile, device, now, until)
        .map_err(|error| Failure::new(Exit::Failed, error.to_string()).with_hint("check the state folder"))?;
    let answer = wait_for(world, request, &profile, device, seconds);
    if answer.is_ok() {
        // An ask that stays behind ends by itself.
        let _ = asks::done(&world.state, &profile);
    }
    answer
}

/// Of an `X-long-term`/`X` pair, the app knows `X`.
fn entry_name(world: &World, profile: &ProfileName) -> Result<ProfileName, Failure> {
    let loaded = world.load()?;
    Ok(loaded
        .catalog
        .find(profile)
        .map_or(profile, |entry| &entry.name)
        .clone())
}

fn wait_for(
    world: &World,
    request: &Request,
    profile: &ProfileName,
    device: Option<&MfaSerial>,
    seconds: u8,
) -> Result<Refreshed, Failure> {
    let deadline = Instant::now() + Duration::from_secs(seconds.into());
    let mut seen = stamps(world);
    while Instant::now() < deadline {
        sleep(LOOK);
        let now = world.clock.now();
        if let Some(at) = asks::dismissed(&world.state, profile, device, now) {
            return Err(put_away(profile, at, now));
        }
        let stamps = stamps(world);
        if stamps == seen {
            continue;
        }
        seen = stamps;
        // The session is there, or the one it can be made with.
        match refresh(world, request) {
            Ok(refreshed) => return Ok(refreshed),
            Err(error) if error.is_question() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(Failure::new(
        Exit::CodeNeeded,
        format!("no session of {profile}: nobody typed a code within {seconds} s"),
    )
    .with_hint(format!(
        "run `mfa-tray refresh {profile}`, or refresh it in MFA Tray's window"
    )))
}

/// What changes when a session is made.
fn stamps(world: &World) -> [Option<(SystemTime, u64)>; 2] {
    let stamp = |path: &Path| {
        let metadata = path.metadata().ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    [
        stamp(&world.paths.credentials),
        stamp(&world.state.path().join("sessions.json")),
    ]
}

fn put_away(profile: &ProfileName, at: Timestamp, now: Timestamp) -> Failure {
    let left = (asks::LEFT_ALONE - now.duration_since(at)).as_secs().max(1);
    Failure::new(
        Exit::CodeNeeded,
        format!("no session of {profile}: the question for a code was put away, and is not asked again for {left} s"),
    )
    .with_hint(format!(
        "refresh {profile} in MFA Tray's window, or run `mfa-tray refresh {profile}`"
    ))
}
