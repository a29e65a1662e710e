//! What runs of ours did to accounts, written down before each call so that it can be taken back. No secret is in it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::AccountError;
use crate::state::StateFolder;

/// Runs that are kept.
const LONGEST: usize = 50;

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "step")]
pub enum Step {
    /// A user is made.
    CreateUser {
        /// Its name.
        user: String,
    },
    /// An access key of a new user is made.
    CreateKey {
        /// Whose.
        user: String,
        /// Its id, once it is made.
        #[serde(default)]
        id: Option<String>,
    },
    /// A group is made.
    CreateGroup {
        /// Its name.
        group: String,
    },
    /// A group gets an inline policy of its own name, or another in its place.
    PutPolicy {
        /// The group.
        group: String,
        /// What was there, if anything.
        before: Option<String>,
        /// What will be.
        document: String,
    },
    /// A managed policy is made.
    CreatePolicy {
        /// Its ARN.
        arn: String,
        /// Its text.
        document: String,
    },
    /// A group gets a managed policy.
    AttachPolicy {
        /// The group.
        group: String,
        /// The policy.
        arn: String,
    },
    /// A user becomes a member of a group.
    AddMember {
        /// The group.
        group: String,
        /// The user.
        user: String,
    },
}

impl Step {
    /// What it does, in words.
    pub fn sentence(&self) -> String {
        match self {
            Step::CreateUser { user } => format!("make the user {user}"),
            Step::CreateKey { user, id: None } => format!("make an access key for {user}"),
            Step::CreateKey { user, id: Some(id) } => format!("make the access key {id} for {user}"),
            Step::CreateGroup { group } => format!("make the group {group}"),
            Step::PutPolicy {
                group, before: None, ..
            } => format!("give {group} the inline policy {group}"),
            Step::PutPolicy { group, .. } => format!("change the inline policy {group} of {group}"),
            Step::CreatePolicy { arn, .. } => format!("make the managed policy {arn}"),
            Step::AttachPolicy { group, arn } => format!("attach {arn} to {group}"),
            Step::AddMember { group, user } => format!("put {user} into {group}"),
        }
    }

    /// What undoes it, in words.
    pub fn undoing(&self) -> String {
        match self {
            Step::CreateUser { user } => format!("delete the user {user}"),
            Step::CreateKey { user, .. } => format!("delete that access key of {user}"),
            Step::CreateGroup { group } => format!("delete the group {group}"),
            Step::PutPolicy {
                group, before: None, ..
            } => format!("delete the inline policy {group} of {group}"),
            Step::PutPolicy { group, .. } => format!("put the earlier inline policy {group} of {group} back"),
            Step::CreatePolicy { arn, .. } => format!("delete the managed policy {arn}"),
            Step::AttachPolicy { group, arn } => format!("detach {arn} from {group}"),
            Step::AddMember { group, user } => format!("take {user} out of {group}"),
        }
    }

    /// The text that was and the text that will be, where there is one.
    pub fn documents(&self) -> Option<(&str, &str)> {
        match self {
            Step::PutPolicy { before, document, .. } => Some((before.as_deref().unwrap_or_default(), document)),
            Step::CreatePolicy { document, .. } => Some(("", document)),
            _ => None,
        }
    }
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Run {
    pub(super) account: String,
    pub(super) at: Timestamp,
    pub(super) done: Vec<Step>,
}

const FILE: &str = "account-changes.json";

/// The last run in the account that has something left to undo.
pub(super) fn last(state: &StateFolder, account: &str) -> Result<Run, AccountError> {
    let runs: Vec<Run> = state.load(FILE);
    let last = runs
        .into_iter()
        .rev()
        .find(|run| run.account == account && !run.done.is_empty());
    last.ok_or(AccountError::NothingToUndo)
}

/// Writes a run down, over what stood there of it.
pub(super) fn write(state: &StateFolder, run: &Run) -> Result<(), AccountError> {
    state.change(FILE, |runs: &mut Vec<Run>| {
        runs.retain(|known| (known.at, &known.account) != (run.at, &run.account));
        if !run.done.is_empty() {
            runs.push(run.clone());
        }
        runs.sort_by_key(|run| run.at);
        let old = runs.len().saturating_sub(LONGEST);
        runs.drain(..old);
    })?;
    Ok(())
}
