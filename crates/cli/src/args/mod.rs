//! The command line, as other programs rely on it.

mod credentials;
mod enroll;
mod files;
mod keys;
mod outward;
mod policies;
mod practice;

use clap::{Args, FromArgMatches as _, Parser, Subcommand};
use mfa_tray_core::profile::{MfaSerial, ProfileName};

use crate::exit::{DOCTOR_EXIT_CODES, EXEC_EXIT_CODES, EXIT_CODES, LINT_EXIT_CODES};

pub(crate) use credentials::{AskWhen, Credentials, Setup};
pub(crate) use enroll::{Enroll, EnrollWay};
pub(crate) use files::{Convert, Lint, Profile, ProfileCommand};
pub(crate) use keys::{Keys, KeysCommand};
pub(crate) use outward::{CompletedShell, Completions, Console, Env, Exec, Man};
pub(crate) use policies::{Apply, Policies, PoliciesCommand, Setting};
pub(crate) use practice::{Practice, PracticeCommand};

use credentials::CREDENTIALS_HELP;
use enroll::ENROLL_USAGE;
use outward::{COMPLETIONS_HELP, ENV_HELP};
use policies::POLICIES_HELP;

/// Turns AWS MFA codes into session credentials and keeps them where every AWS tool finds them.
#[derive(Debug, Parser)]
#[command(name = "mfa-tray", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Arguments {
    /// What was typed; ends the program where that cannot be meant.
    ///
    /// `credentials` is tried alone first: AWS's tools call it again and again, and to describe all the other verbs takes
    /// longer than to answer. What is wrong with it is said by the whole.
    pub(crate) fn typed() -> Arguments {
        let mut words = std::env::args_os().skip(1);
        let alone = words.next().filter(|verb| verb == "credentials").and_then(|_| {
            let command = Credentials::augment_args(clap::Command::new("credentials").no_binary_name(true));
            let matches = command.try_get_matches_from(words).ok()?;
            Credentials::from_arg_matches(&matches).ok()
        });
        alone.map_or_else(Arguments::parse, |credentials| Arguments {
            command: Command::Credentials(credentials),
        })
    }
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
    /// Say what stands in the way of the profiles: what shadows what, what is left behind, what other tools choke on
    #[command(after_help = LINT_EXIT_CODES)]
    Lint(Lint),
    /// Say what this machine offers: files, settings, keychain, clock, network, the app
    #[command(after_help = DOCTOR_EXIT_CODES)]
    Doctor(Doctor),
    /// Let a profile's name be that of its session: its keys go to NAME-long-term, as aws-mfa has it
    Convert(Convert),
    /// Write, rename, copy or remove a profile
    Profile(Profile),
    /// Keep a profile's long-term access key in the keychain, or replace it
    Keys(Keys),
    /// Print the code that an enrolled MFA device shows now
    Code(Code),
    /// Say how sessions stand, for prompts and status bars
    Status(Status),
    /// Take a session's keys out of the credentials file
    Clear(Clear),
    /// Print a profile's session as JSON: what a credential_process line calls
    #[command(after_help = CREDENTIALS_HELP)]
    Credentials(Credentials),
    /// Choose how AWS tools come to a profile's session
    #[command(after_help = EXIT_CODES)]
    Setup(Setup),
    /// Print what makes a shell use a profile's session: its keys, as variables
    #[command(after_help = ENV_HELP)]
    Env(Env),
    /// Run a command with a profile's session in its environment, and nothing beside it that would win over it
    #[command(after_help = EXEC_EXIT_CODES)]
    Exec(Exec),
    /// Open the AWS console in the browser, signed in as the role of a profile
    #[command(after_help = EXIT_CODES)]
    Console(Console),
    /// The IAM groups that make MFA mandatory: show, apply, take back, and find out what an account demands
    #[command(after_help = POLICIES_HELP)]
    Policies(Policies),
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
pub(crate) struct Doctor {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    /// Print a line per profile from {name}, {left}, {state}, {target}, {account}, {user}, {region}, {expires_at}, {kind}, {key_age}
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
