//! The IAM policies of the groups that an administrator needs, so that a session with MFA is worth something: their
//! documents, filled in for an account, and what each statement does in a sentence.
//!
//! The texts lie in `texts/`. In an ARN, `*` stands for the account unless one is given: for IAM and for what a user
//! does in his own account that means the same, and fits every account.

mod choices;
mod document;
mod text;

use std::sync::LazyLock;

pub use choices::{Choices, PolicyError};
pub use document::{Document, Effect, Statement, Values, is_same, laid_out, length};
pub use text::{Kind, Parameter, Words};

use text::{Part, Text};

/// The longest all inline policies of a group may be together, in characters
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub const INLINE_LIMIT: usize = 5120;
/// The longest a managed policy may be, in characters.
pub const MANAGED_LIMIT: usize = 6144;

/// A group with its policy.
#[derive(Debug)]
pub struct Group(Text);

/// A statement with what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The statement, filled in.
    pub statement: Statement,
    /// What it does, in a sentence.
    pub about: Words,
}

static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    let texts = [
        include_str!("texts/manage_mfa.json"),
        include_str!("texts/force_mfa.json"),
        include_str!("texts/force_mfa_classic.json"),
        include_str!("texts/read_only.json"),
        include_str!("texts/ec2_restrict_access.json"),
        include_str!("texts/create_iam_role.json"),
    ];
    let group = |text: &&str| Group(serde_json::from_str(text).expect("BUG: the texts are read by a test"));
    texts.iter().map(group).collect()
});

/// Every group, in reading order.
pub fn groups() -> &'static [Group] {
    &GROUPS
}

/// The group called `name`, in whatever case.
///
/// # Errors
/// [`PolicyError::UnknownGroup`].
pub fn group(name: &str) -> Result<&'static Group, PolicyError> {
    let found = groups().iter().find(|group| group.name().eq_ignore_ascii_case(name));
    found.ok_or_else(|| PolicyError::UnknownGroup(name.to_owned()))
}

impl Group {
    /// Its name, and that of its policy.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// What it is for, in a sentence.
    pub fn summary(&self) -> &Words {
        &self.0.summary
    }

    /// What can be chosen.
    pub fn parameters(&self) -> &[Parameter] {
        &self.0.parameters
    }

    /// What has to be known about it: what it leaves out, and what it cannot do.
    pub fn notes(&self) -> &[Words] {
        &self.0.notes
    }

    /// The statements, filled in, with what each does.
    ///
    /// # Errors
    /// [`PolicyError`], where a choice is none of this group's or cannot be meant.
    pub fn explained(&self, choices: &Choices) -> Result<Vec<Explained>, PolicyError> {
        let filled = choices.fill(self)?;
        let is_there = |part: &&Part| {
            part.when.iter().all(|name| filled.is_set(name)) && !part.unless.iter().any(|name| filled.is_set(name))
        };
        let explained = |part: &Part| {
            let mut statement = part.statement.clone();
            for also in part.also.iter().filter(|also| filled.is_set(&also.when)) {
                let actions = match statement.not_action.is_empty() {
                    true => &mut statement.action,
                    false => &mut statement.not_action,
                };
                actions.extend(also.actions.iter().cloned());
                actions.sort();
            }
            let values = statement.condition.values_mut().flat_map(|keys| keys.values_mut());
            let gaps = statement
                .resource
                .iter_mut()
                .chain(values.flat_map(|values| &mut values.0));
            gaps.for_each(|text| *text = filled.in_text(text));
            Explained {
                statement,
                about: part.about.clone(),
            }
        };
        Ok(self.0.statements.iter().filter(is_there).map(explained).collect())
    }

    /// The document, filled in.
    ///
    /// # Errors
    /// As [`Group::explained`].
    pub fn document(&self, choices: &Choices) -> Result<Document, PolicyError> {
        let explained = self.explained(choices)?;
        Ok(Document::new(
            explained.into_iter().map(|part| part.statement).collect(),
        ))
    }
}

#[cfg(test)]
mod tests;
