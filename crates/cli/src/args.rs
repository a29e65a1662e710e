//! The command line, as other programs rely on it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use mfa_tray_core::profile::{DeviceName, MfaSerial, ProfileName};

use crate::exit::{EXEC_EXIT_CODES, EXIT_CODES};
use crate::shell::Shell;

/// Clap's own would be a list of all ways in one line.
const ENROLL_USAGE: &str = "mfa-tray enroll PROFILE --create [--name NAME]
       mfa-tray enroll PROFILE --from-qr FILE | --from-clipboard | --from-screen | --secret - | --uri -
       mfa-tray enroll PROFILE --resume | --clean-up | --resync | --forget | --delete NAME
       mfa-tray enroll --list | --inspect FILE | --backup FILE | --restore FILE";

const ENV_HELP: &str =
    "The lines hold the session's secret key and token, because a shell needs them: let the shell read them, and keep
them out of files and terminals that others see.
  bash, zsh   eval \"$(mfa-tray env dev)\"
  fish        mfa-tray env dev | source
  powershell  mfa-tray env dev | Out-String | Invoke-Expression
  cmd         for /f \"delims=\" %i in ('mfa-tray env dev --shell cmd') do @%i
  nushell     mfa-tray env dev --json | from json | get set | load-env; hide-env -i AWS_PROFILE
  docker      mfa-tray env dev --shell dotenv > FILE, for --env-file FILE
For one command, `mfa-tray exec` needs none of this.";

const COMPLETIONS_HELP: &str = "Where they go:
  bash        ~/.local/share/bash-completion/completions/mfa-tray
  zsh         a file _mfa-tray in a folder of $fpath
  fish        ~/.config/fish/completions/mfa-tray.fish
  powershell  mfa-tray completions powershell | Out-String | Invoke-Expression, in $PROFILE
  elvish      eval (mfa-tray completions elvish | slurp), in rc.elv
  nushell     a file that config.nu reads with `source`";

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
    /// Let this computer make the codes: set up, restore or look after a virtual MFA device
    #[command(after_help = EXIT_CODES, override_usage = ENROLL_USAGE)]
    Enroll(Enroll),
    /// Print the code that an enrolled MFA device shows now
    Code(Code),
    /// Say how sessions stand, for prompts and status bars
    Status(Status),
    /// Take a session's keys out of the credentials file
    Clear(Clear),
    /// Print what makes a shell use a profile's session: its keys, as variables
    #[command(after_help = ENV_HELP)]
    Env(Env),
    /// Run a command with a profile's session in its environment, and nothing beside it that would win over it
    #[command(after_help = EXEC_EXIT_CODES)]
    Exec(Exec),
    /// Print the completions of this program for a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(Completions),
    /// Write the manual pages into a folder
    #[command(hide = true)]
    Man(Man),
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
    /// How long the session lasts: a user's 900 to 129600, 43200 by default; a role's 900 to 43200, 3600 by default
    #[arg(long, value_name = "SECONDS")]
    pub(crate) duration: Option<u32>,
    /// The profile the session is written to; remembered
    #[arg(long, value_name = "NAME", value_parser = ProfileName::parse)]
    pub(crate) target: Option<ProfileName>,
    /// Get a new session even if there is a good one
    #[arg(long)]
    pub(crate) force: bool,
    /// Get a session for every profile that has no good one; a code is asked for once per MFA device
    #[arg(long, conflicts_with_all = ["profile", "code", "serial", "duration", "target", "force"])]
    pub(crate) all: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

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

#[derive(Debug, Args)]
pub(crate) struct Code {
    /// The profile; without it AWS_PROFILE, else default
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
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
pub(crate) struct Env {
    /// The profile; without it AWS_PROFILE, else default
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Whose language the lines are in, without it that of SHELL; bash is for sh, dash and ksh too, dotenv for --env-file
    #[arg(long, value_enum, conflicts_with = "json")]
    pub(crate) shell: Option<Shell>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Exec {
    /// The profile
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: ProfileName,
    /// Behind --: the command and what it is given
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(crate) shell: CompletedShell,
}

/// The shells that there are completions for.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum CompletedShell {
    Bash,
    Zsh,
    Fish,
    #[value(alias = "pwsh")]
    Powershell,
    Elvish,
    #[value(alias = "nu")]
    Nushell,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder, which is there already
    pub(crate) folder: PathBuf,
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
