//! What a person chose about the documents, checked before anything is filled in.

use std::collections::BTreeMap;

use super::Group;
use super::text::{Kind, Parameter};
use crate::problem::Problem;

/// AWS's partitions with IAM users (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>).
const PARTITIONS: [&str; 4] = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];
/// No pattern, path or name of AWS's is longer.
const LONGEST: usize = 512;

/// Account, partition and parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    account: String,
    partition: String,
    set: BTreeMap<String, String>,
}

/// What cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// There is no such group.
    #[error("there is no group {0:?} here")]
    UnknownGroup(String),
    /// The group has no such parameter.
    #[error("{group} has no parameter {name:?}")]
    UnknownParameter {
        /// The group.
        group: String,
        /// What was set.
        name: String,
    },
    /// The value is not of its kind.
    #[error("{name} cannot be {value:?}: {expected}")]
    Value {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What it has to be.
        expected: &'static str,
    },
}

impl PolicyError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            PolicyError::UnknownGroup(_) => {
                let names: Vec<&str> = super::groups().iter().map(Group::name).collect();
                format!("the groups are {}", names.join(", "))
            }
            PolicyError::UnknownParameter { group, .. } => match super::group(group).map(Group::parameters) {
                Ok(parameters) if !parameters.is_empty() => {
                    let names: Vec<&str> = parameters.iter().map(|known| known.name.as_str()).collect();
                    format!("it has {}", names.join(", "))
                }
                _ => "it has none".to_owned(),
            },
            PolicyError::Value { name, .. } => format!("give another value for {name}"),
        };
        Problem::new("policy", self.to_string(), hint)
    }
}

impl Default for Choices {
    /// For any account of the partition most people are in.
    fn default() -> Choices {
        Choices {
            account: "*".to_owned(),
            partition: "aws".to_owned(),
            set: BTreeMap::new(),
        }
    }
}

impl Choices {
    /// For one account.
    ///
    /// # Errors
    /// [`PolicyError::Value`].
    pub fn for_account(self, account: &str) -> Result<Choices, PolicyError> {
        checked(is_account(account), "account", account, "an account has twelve digits")?;
        Ok(Choices {
            account: account.to_owned(),
            ..self
        })
    }

    /// For a partition: `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.
    ///
    /// # Errors
    /// [`PolicyError::Value`].
    pub fn in_partition(self, partition: &str) -> Result<Choices, PolicyError> {
        let expected = "the partitions are aws, aws-cn, aws-us-gov and aws-eusc";
        checked(PARTITIONS.contains(&partition), "partition", partition, expected)?;
        Ok(Choices {
            partition: partition.to_owned(),
            ..self
        })
    }

    /// With a parameter set. Whether a group has it shows when it is filled in.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Choices {
        self.set.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Only what `group` has: for one choice of several groups.
    #[must_use]
    pub fn of(&self, group: &Group) -> Choices {
        let mut own = self.clone();
        own.set.retain(|name, _| find(group, name).is_some());
        own
    }

    /// Checks every choice against the group.
    pub(super) fn fill(&self, group: &Group) -> Result<Filled, PolicyError> {
        let unknown = self.set.keys().find(|name| find(group, name).is_none());
        if let Some(name) = unknown {
            return Err(PolicyError::UnknownParameter {
                group: group.name().to_owned(),
                name: name.clone(),
            });
        }
        let mut values = BTreeMap::from([
            ("account".to_owned(), self.account.clone()),
            ("partition".to_owned(), self.partition.clone()),
        ]);
        for parameter in group.parameters() {
            let chosen = self
                .set
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(&parameter.name));
            let value = chosen.map_or(&parameter.default, |(_, value)| value);
            check(parameter, value, &self.partition)?;
            values.insert(parameter.name.clone(), value.clone());
        }
        Ok(Filled(values))
    }
}

fn find<'a>(group: &'a Group, name: &str) -> Option<&'a Parameter> {
    group
        .parameters()
        .iter()
        .find(|known| known.name.eq_ignore_ascii_case(name))
}

/// Values that were checked.
pub(super) struct Filled(BTreeMap<String, String>);

impl Filled {
    /// Whether a parameter was chosen: a switch is on, a text is not empty.
    pub(super) fn is_set(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_empty() && value != "no")
    }

    /// `text` with its gaps, `$(name)`, filled.
    pub(super) fn in_text(&self, text: &str) -> String {
        let fill = |text: String, (name, value): (&String, &String)| text.replace(&format!("$({name})"), value);
        self.0.iter().fold(text.to_owned(), fill)
    }
}

fn check(parameter: &Parameter, value: &str, partition: &str) -> Result<(), PolicyError> {
    let made_of = |others: &str| {
        value.len() <= LONGEST
            && value
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || others.contains(letter))
    };
    let (ok, expected) = match parameter.kind {
        Kind::Switch => (matches!(value, "yes" | "no"), "it is yes or no"),
        // No `$`: a policy variable would be filled in by AWS.
        Kind::Pattern => (
            !value.is_empty() && made_of(" .:/=+-_@*?"),
            "it has letters, digits, spaces, . : / = + - _ @ and the wildcards * and ?",
        ),
        Kind::Region => (
            value == "*" || (!value.is_empty() && made_of("-") && value == value.to_ascii_lowercase()),
            "it is a region such as us-east-1, or * for all",
        ),
        Kind::Path => (
            value.ends_with('/') && !value.starts_with('/') && !value.contains("//") && made_of("/._+=,@-"),
            "it ends in a slash, begins without one, and has no wildcards",
        ),
        Kind::Policy => (
            value.is_empty() || is_policy(value, partition),
            "it is the ARN of a managed policy of this partition, such as arn:aws:iam::111122223333:policy/boundary",
        ),
    };
    checked(ok, &parameter.name, value, expected)
}

fn is_policy(text: &str, partition: &str) -> bool {
    let in_iam = text.strip_prefix(&format!("arn:{partition}:iam::"));
    let Some((account, name)) = in_iam.and_then(|rest| rest.split_once(":policy/")) else {
        return false;
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/._+=,@-".contains(letter);
    // AWS's own policies are in the account `aws`.
    let ok_account = account == "aws" || is_account(account);
    ok_account && !name.is_empty() && !name.ends_with('/') && name.chars().all(plain)
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn checked(ok: bool, name: &str, value: &str, expected: &'static str) -> Result<(), PolicyError> {
    if ok {
        return Ok(());
    }
    Err(PolicyError::Value {
        name: name.to_owned(),
        value: value.to_owned(),
        expected,
    })
}
