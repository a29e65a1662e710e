//! `mfa-tray credentials` and `mfa-tray setup`: what a `credential_process` line calls, and what writes one.

use clap::{Args, ValueEnum};
use mfa_tray_core::profile::ProfileName;

pub(super) const CREDENTIALS_HELP: &str =
    "This is what a credential_process line of the AWS config file calls; `mfa-tray setup PROFILE --credential-process`
writes one. It prints the session as JSON, and makes one first where the profile has none that is good. It reads no
standard input. A code that somebody has to type is asked for by MFA Tray's window, if the app runs.
The SDK for Rust waits 5 s for an answer, which is too short for that: refresh the profile first, let this computer
make the codes (`mfa-tray enroll`), or have the app renew the session by itself.";

#[derive(Debug, Args)]
pub(crate) struct Credentials {
    /// The profile; without it AWS_PROFILE, else default
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Whether a code that has to be typed is asked for through the app: auto, if it runs; or never
    #[arg(long, value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
          default_value = "auto", default_missing_value = "auto")]
    pub(crate) ask: AskWhen,
    /// How long to wait for the person
    #[arg(long, value_name = "SECONDS", default_value_t = 50, value_parser = clap::value_parser!(u8).range(0..=50))]
    pub(crate) wait: u8,
}

/// When the person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum AskWhen {
    Auto,
    Never,
}

#[derive(Debug, Args)]
pub(crate) struct Setup {
    /// The profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: ProfileName,
    #[command(flatten)]
    pub(crate) way: SetupWay,
    /// Take it back
    #[arg(long)]
    pub(crate) undo: bool,
    /// Do not ask before files are changed
    #[arg(long)]
    pub(crate) yes: bool,
}

/// Exactly one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SetupWay {
    /// Have AWS tools ask MFA Tray for the session; it is kept in the keychain then, and in no file
    #[arg(long)]
    pub(crate) credential_process: bool,
    /// Write the session to [default] too, for what looks nowhere else
    #[arg(long)]
    pub(crate) default: bool,
}
