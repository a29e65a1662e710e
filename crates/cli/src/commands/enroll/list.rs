//! `mfa-tray enroll --list`: told without the keychain.

use std::process::ExitCode;

use mfa_tray_core::session::rfc3339;
use serde::Serialize;

use crate::exit::Failure;
use crate::output;

#[derive(Serialize)]
struct EnrolledJson {
    mfa_serial: String,
    fingerprint: String,
    enrolled_at: String,
    profiles: Vec<String>,
}

pub(super) fn run(json: bool) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let loaded = world.load()?;
    let enrolled = world.state.enrolled_devices();
    let listed: Vec<EnrolledJson> = enrolled
        .iter()
        .map(|(serial, device)| EnrolledJson {
            mfa_serial: serial.clone(),
            fingerprint: device.fingerprint.clone(),
            enrolled_at: rfc3339(device.enrolled_at),
            profiles: loaded
                .catalog
                .entries
                .iter()
                .filter(|entry| entry.serial.as_ref().is_some_and(|own| own.as_str() == serial))
                .map(|entry| entry.name.to_string())
                .collect(),
        })
        .collect();
    if json {
        output::json(&listed)?;
    } else if listed.is_empty() {
        output::say("No seed is kept on this computer.");
    } else {
        let header = ["DEVICE", "FINGERPRINT", "SINCE", "PROFILES"]
            .map(str::to_owned)
            .to_vec();
        let line = |device: &EnrolledJson| {
            vec![
                device.mfa_serial.clone(),
                device.fingerprint.clone(),
                device.enrolled_at.clone(),
                device.profiles.join(", "),
            ]
        };
        let rows: Vec<_> = std::iter::once(header).chain(listed.iter().map(line)).collect();
        output::table(&rows)?;
    }
    Ok(ExitCode::SUCCESS)
}
