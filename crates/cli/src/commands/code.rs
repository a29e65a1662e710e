//! `mfa-tray code`.

use std::process::ExitCode;

use mfa_tray_core::enroll;
use serde::Serialize;

use crate::args::Code;
use crate::commands::profile_or_default;
use crate::exit::Failure;
use crate::output;

#[derive(Serialize)]
struct CodeJson<'a> {
    code: &'a str,
    seconds_left: i64,
    period: u32,
    mfa_serial: &'a str,
}

pub(crate) fn run(arguments: &Code) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let profile = profile_or_default(arguments.profile.as_ref())?;
    let current = enroll::code(&world, &profile)?;
    if arguments.json {
        output::json(&CodeJson {
            code: current.code.digits(),
            seconds_left: current.seconds_left,
            period: current.period,
            mfa_serial: current.serial.as_str(),
        })?;
    } else {
        output::line(current.code.digits())?;
        output::say(&format!("good for {} s more", current.seconds_left));
    }
    Ok(ExitCode::SUCCESS)
}
