//! `mfa-tray enroll`.

use std::path::PathBuf;

use clap::Args;
use mfa_tray_core::profile::{DeviceName, MfaSerial, ProfileName};

/// Clap's own would be a list of all ways in one line.
pub(super) const ENROLL_USAGE: &str = "mfa-tray enroll PROFILE --create [--name NAME]
       mfa-tray enroll PROFILE --from-qr FILE | --from-clipboard | --from-screen | --secret - | --uri -
       mfa-tray enroll PROFILE --resume | --clean-up | --resync | --forget | --delete NAME
       mfa-tray enroll --list | --inspect FILE | --backup FILE | --restore FILE";

#[derive(Debug, Args)]
pub(crate) struct Enroll {
    /// The profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    #[command(flatten)]
    pub(crate) way: EnrollWay,
    /// What the new device is called; the user's name by default
    #[arg(long, value_parser = DeviceName::parse, requires = "create")]
    pub(crate) name: Option<DeviceName>,
    /// The MFA device (ARN or serial number), if there are several
    #[arg(long, value_parser = MfaSerial::parse)]
    pub(crate) serial: Option<MfaSerial>,
    /// A code of a device the user has already, or - to read it from standard input; else it is asked for
    #[arg(long)]
    pub(crate) code: Option<String>,
    /// Which of several seeds in one picture, as --inspect shows it
    #[arg(long, value_name = "HEX")]
    pub(crate) fingerprint: Option<String>,
    /// Do not ask before a device is created
    #[arg(long)]
    pub(crate) yes: bool,
    /// Print JSON (with --inspect and --list)
    #[arg(long)]
    pub(crate) json: bool,
}

/// Exactly one of these.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct EnrollWay {
    /// Create a new virtual MFA device, keep its seed in the keychain and enable it
    #[arg(long)]
    pub(crate) create: bool,
    /// Go on with a --create that was cut short
    #[arg(long)]
    pub(crate) resume: bool,
    /// Remove the device that a --create left behind
    #[arg(long)]
    pub(crate) clean_up: bool,
    /// Use a device you have: the picture of its QR code
    #[arg(long, value_name = "FILE")]
    pub(crate) from_qr: Option<PathBuf>,
    /// The same, from the clipboard
    #[arg(long)]
    pub(crate) from_clipboard: bool,
    /// The same, from a part of the screen that you mark
    #[arg(long)]
    pub(crate) from_screen: bool,
    /// The same, from its secret; always -: it is asked for, or read from a pipe
    #[arg(long, value_name = "-")]
    pub(crate) secret: Option<String>,
    /// The same, from its otpauth:// text; always -
    #[arg(long, value_name = "-")]
    pub(crate) uri: Option<String>,
    /// Say what a picture or a text holds, and keep nothing of it; - reads standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) inspect: Option<PathBuf>,
    /// List the devices whose seeds are kept here
    #[arg(long)]
    pub(crate) list: bool,
    /// Remove the seed from this computer; the device stays at AWS
    #[arg(long)]
    pub(crate) forget: bool,
    /// Tell AWS how wrong the device's clock is
    #[arg(long)]
    pub(crate) resync: bool,
    /// Deactivate and delete the device at AWS; its name has to be typed
    #[arg(long, value_name = "NAME")]
    pub(crate) delete: Option<String>,
    /// Write all seeds to a file that a passphrase opens
    #[arg(long, value_name = "FILE")]
    pub(crate) backup: Option<PathBuf>,
    /// Put the seeds of such a file into the keychain
    #[arg(long, value_name = "FILE")]
    pub(crate) restore: Option<PathBuf>,
}
