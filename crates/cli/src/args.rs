//! The command line, as other programs rely on it.

use clap::{Args, Parser, Subcommand};
use mfa_tray_core::profile::{MfaSerial, ProfileName};

use crate::exit::EXIT_CODES;

/// Turns AWS MFA codes into session credentials and keeps them where every AWS tool finds them.
#[derive(Debug, Parser)]
#[command(name = "mfa-tray", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List the profiles with the time their sessions have left
    List(List),
    /// Show what AWS tools read for a profile, secrets left out
    Show(Show),
    /// Get a session for a profile, if it has none that is good
    #[command(after_help = EXIT_CODES)]
    Refresh(Refresh),
    /// Say how sessions stand, for prompts and status bars
    Status(Status),
    /// Take a session's keys out of the credentials file
    Clear(Clear),
    /// Try everything on a practice AWS of your own, without an account
    Practice(Practice),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The profile; without it AWS_PROFILE, else default
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Refresh {
    /// The profile; without it AWS_PROFILE, else default
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// The six digits, or - to read them from standard input; without it they are asked for on a terminal
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// The MFA device (ARN or serial number), if the profile names none or another one
    #[arg(long, value_parser = MfaSerial::parse)]
    pub(crate) serial: Option<MfaSerial>,
    /// How long the session lasts: 900 to 129600, 43200 by default
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<u32>,
    /// The profile the session is written to; remembered
    #[arg(long, value_name = "NAME", value_parser = ProfileName::parse)]
    pub(crate) target: Option<ProfileName>,
    /// Get a new session even if there is a good one
    #[arg(long)]
    pub(crate) force: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Status {
    /// Only this profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Print JSON
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,
    /// Print a line per profile from {name}, {left}, {state}, {target}, {account}, {user}, {region}, {expires_at}, {kind}
    #[arg(long)]
    pub(crate) format: Option<String>,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Clear {
    /// The profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Every session MFA Tray has written
    #[arg(long)]
    pub(crate) all: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Practice {
    #[command(subcommand)]
    pub(crate) command: Option<PracticeCommand>,
    /// The port practice AWS listens on; a free one by default
    #[arg(long)]
    pub(crate) port: Option<u16>,
    /// Do not open the app
    #[arg(long)]
    pub(crate) no_app: bool,
    /// How long every session lasts
    #[arg(long, value_name = "SECONDS")]
    pub(crate) session_seconds: Option<u64>,
    /// Accept codes again and again, as real AWS does not: for tests
    #[arg(long)]
    pub(crate) no_limits: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PracticeCommand {
    /// Print the current code of a practice device (of the practice AWS that AWS_ENDPOINT_URL names)
    Code {
        /// The device
        #[arg(value_parser = MfaSerial::parse)]
        serial: MfaSerial,
    },
}
