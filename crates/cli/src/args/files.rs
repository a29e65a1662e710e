//! The verbs about the person's own files: `lint`, `convert` and `profile`.

use clap::{Args, Subcommand};
use mfa_tray_core::profile::{MfaSerial, ProfileName, Region};

#[derive(Debug, Args)]
pub(crate) struct Lint {
    /// Only what concerns this profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Mend what can be mended safely; the difference is shown first
    #[arg(long)]
    pub(crate) fix: bool,
    /// Do not ask before files are changed
    #[arg(long, requires = "fix")]
    pub(crate) yes: bool,
    /// Print JSON
    #[arg(long, conflicts_with = "fix")]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// The profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: ProfileName,
    /// Take it back
    #[arg(long)]
    pub(crate) undo: bool,
    /// Do not ask before files are changed
    #[arg(long)]
    pub(crate) yes: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Profile {
    #[command(subcommand)]
    pub(crate) command: ProfileCommand,
    /// Do not ask before files are changed
    #[arg(long, global = true)]
    pub(crate) yes: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Write a new profile: of a role with --role and --source, else of a user
    Add {
        /// What it is called
        #[arg(value_parser = ProfileName::parse)]
        name: ProfileName,
        /// The ARN of the role
        #[arg(long, value_name = "ARN", requires = "source")]
        role: Option<String>,
        /// The profile with whose credentials the role is taken
        #[arg(long, value_name = "PROFILE", value_parser = ProfileName::parse, requires = "role")]
        source: Option<ProfileName>,
        /// The external id that the role wants
        #[arg(long, value_name = "ID", requires = "role")]
        external_id: Option<String>,
        /// How long the role's sessions last: 900 to 43200
        #[arg(long, value_name = "SECONDS", requires = "role", value_parser = clap::value_parser!(u32).range(900..=43_200))]
        duration: Option<u32>,
        /// The region
        #[arg(long, value_parser = Region::parse)]
        region: Option<Region>,
        /// The user's MFA device (ARN or serial number)
        #[arg(long, value_name = "SERIAL", value_parser = MfaSerial::parse)]
        mfa_serial: Option<MfaSerial>,
        /// The user's access key, always -: it is asked for, or read from a pipe (id, then secret)
        #[arg(long, value_name = "-", conflicts_with = "role")]
        keys: Option<String>,
    },
    /// Give a profile another name, everywhere it is named
    Rename {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        from: ProfileName,
        /// Its new name
        #[arg(value_parser = ProfileName::parse)]
        to: ProfileName,
    },
    /// Write a copy of a profile under another name
    Duplicate {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        from: ProfileName,
        /// What the copy is called
        #[arg(value_parser = ProfileName::parse)]
        to: ProfileName,
    },
    /// Take a profile out of the files, and its session with it
    Remove {
        /// The profile
        #[arg(value_parser = ProfileName::parse)]
        name: ProfileName,
    },
}
