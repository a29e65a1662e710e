//! `mfa-tray keys`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use mfa_tray_core::profile::{AccessKeyId, ProfileName};

pub(super) const KEYS_HELP: &str = "\
In the keychain a key lies in no file: MFA Tray signs with it, and other tools use the sessions it makes. A key that was
in a file may still be on the disk where no file is any more; who needs certainty rotates it after importing it.";

#[derive(Debug, Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    pub(crate) command: KeysCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Move the access key of a profile into the keychain, after showing that it works from there
    #[command(after_help = KEYS_HELP)]
    Import {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        profile: ProfileName,
        /// A file with the key, such as the CSV file of the AWS console, or - to be asked for it or read it from a pipe;
        /// without it the key is taken from the credentials file
        file: Option<PathBuf>,
        /// Do not ask before files are changed, and remove copies of ours that hold the key
        #[arg(long)]
        yes: bool,
    },
    /// Put the access key of a profile back into the credentials file
    Export {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        profile: ProfileName,
    },
    /// Replace the access key of a profile: make a new one, show that it works, remove the old one
    Rotate {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        profile: ProfileName,
        /// A key of the user that is switched off, and may be deleted to make room
        #[arg(long, value_name = "ID", value_parser = AccessKeyId::parse)]
        replace: Option<AccessKeyId>,
    },
}
