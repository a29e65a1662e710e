//! The verbs that hand a session to others: to a shell, to a command, and the shell's own helps.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use mfa_tray_core::profile::{ProfileName, Region};

use crate::shell::Shell;

pub(super) const ENV_HELP: &str =
    "The lines hold the session's secret key and token, because a shell needs them: let the shell read them, and keep
them out of files and terminals that others see.
  bash, zsh   eval \"$(mfa-tray env dev)\"
  fish        mfa-tray env dev | source
  powershell  mfa-tray env dev | Out-String | Invoke-Expression
  cmd         for /f \"delims=\" %i in ('mfa-tray env dev --shell cmd') do @%i
  nushell     mfa-tray env dev --json | from json | get set | load-env; hide-env -i AWS_PROFILE
  docker      mfa-tray env dev --shell dotenv > FILE, for --env-file FILE
For one command, `mfa-tray exec` needs none of this.";

pub(super) const COMPLETIONS_HELP: &str = "Where they go:
  bash        ~/.local/share/bash-completion/completions/mfa-tray
  zsh         a file _mfa-tray in a folder of $fpath
  fish        ~/.config/fish/completions/mfa-tray.fish
  powershell  mfa-tray completions powershell | Out-String | Invoke-Expression, in $PROFILE
  elvish      eval (mfa-tray completions elvish | slurp), in rc.elv
  nushell     a file that config.nu reads with `source`";

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
    /// Hand the session out by the container-credentials endpoint, for programs that outlive a session; it ends with the
    /// command
    #[arg(long)]
    pub(crate) serve: bool,
    /// Behind --: the command and what it is given
    #[arg(last = true, required = true, value_name = "COMMAND", value_hint = ValueHint::CommandWithArguments)]
    pub(crate) command: Vec<OsString>,
}

#[derive(Debug, Args)]
pub(crate) struct Console {
    /// The profile of a role
    #[arg(value_parser = ProfileName::parse)]
    pub(crate) profile: ProfileName,
    /// The region the console opens in; the profile's by default
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Option<Region>,
    /// Print the address instead of opening it: for 15 minutes it signs in whoever has it
    #[arg(long)]
    pub(crate) print: bool,
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
