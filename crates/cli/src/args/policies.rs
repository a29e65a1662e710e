//! `mfa-tray policies`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use mfa_tray_core::policy::Choices;
use mfa_tray_core::profile::ProfileName;

pub(super) const POLICIES_HELP: &str = "\
Users are put into ManageMFA and ForceMFA together: the one allows them to set up their MFA device, the other denies
everything else until they have given a code. What the groups allow, leave out and why: mfa-tray policies show NAME.";

#[derive(Debug, Args)]
pub(crate) struct Policies {
    #[command(subcommand)]
    pub(crate) command: PoliciesCommand,
}

/// What is chosen about the documents.
#[derive(Debug, Args)]
pub(crate) struct Setting {
    /// Choose something about the policy: NAME=VALUE, as `show` lists them
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    set: Vec<(String, String)>,
}

impl Setting {
    /// The choices, for any account.
    pub(crate) fn choices(&self) -> Choices {
        let all = self.set.iter();
        all.fold(Choices::default(), |choices, (name, value)| choices.with(name, value))
    }

    /// The names that were set.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.set.iter().map(|(name, _)| name.as_str())
    }
}

fn setting(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("it is NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[derive(Debug, Subcommand)]
pub(crate) enum PoliciesCommand {
    /// List the groups
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the policy of a group: what each statement does, what can be chosen, and its text
    Show {
        /// The group
        name: String,
        /// Fill in this account (twelve digits); without it the policy fits every account
        #[arg(long)]
        account: Option<String>,
        /// Fill in this partition: aws, aws-cn, aws-us-gov or aws-eusc
        #[arg(long, default_value = "aws")]
        partition: String,
        #[command(flatten)]
        setting: Setting,
        /// Print the policy document and nothing else
        #[arg(long)]
        json: bool,
    },
    /// Make the groups in an account, or bring them up to date: what would be done is shown first
    Apply(Apply),
    /// Take back what the last `apply` did to the account, and nothing else
    Undo {
        /// The administrator's profile
        #[arg(long, value_parser = ProfileName::parse)]
        profile: ProfileName,
        /// Only show what would be done
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// List the users of an account with their MFA and the age of their access keys
    Users {
        /// The administrator's profile
        #[arg(long, value_parser = ProfileName::parse)]
        profile: ProfileName,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Find out whether MFA is demanded of a profile's user, and whether the user may enrol: tried, not guessed
    Check {
        /// The profile; without it AWS_PROFILE, else default
        #[arg(value_parser = ProfileName::parse)]
        profile: Option<ProfileName>,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Apply {
    /// The groups
    #[arg(required_unless_present = "new_user")]
    pub(crate) groups: Vec<String>,
    /// The administrator's profile
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: ProfileName,
    #[command(flatten)]
    pub(crate) setting: Setting,
    /// Make managed policies, which other groups can use too, instead of inline ones
    #[arg(long)]
    pub(crate) managed: bool,
    /// A user who shall be in all these groups; may be given several times
    #[arg(long, value_name = "USER")]
    pub(crate) member: Vec<String>,
    /// A user who shall be made and be in all these groups; may be given several times
    #[arg(long, value_name = "USER")]
    pub(crate) new_user: Vec<String>,
    /// Make an access key for the new user and write it to this new file, as the AWS console does
    #[arg(long, value_name = "FILE", requires = "new_user")]
    pub(crate) key_file: Option<PathBuf>,
    /// Only show what would be done
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
}
