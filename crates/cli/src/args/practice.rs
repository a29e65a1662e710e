//! `mfa-tray practice`.

use clap::{Args, Subcommand};
use mfa_tray_core::profile::MfaSerial;

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
    /// Keep seeds in this machine's keychain instead of practice's own
    #[arg(long)]
    pub(crate) real_keychain: bool,
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
