//! IAM groups and the account they are for, as the window shows them. A new user's key is in none of these.

use mfa_tray_core::account::{self, Enforced, Step};
use mfa_tray_core::draft::difference;
use mfa_tray_core::policy::{self, Choices, Kind, PolicyError, laid_out};
use serde::{Deserialize, Serialize};

/// A sentence in both languages: the window takes its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct InBoth {
    pub(crate) en: String,
    pub(crate) zh: String,
}

impl From<&policy::Words> for InBoth {
    fn from(words: &policy::Words) -> InBoth {
        InBoth {
            en: words.en.clone(),
            zh: words.zh.clone(),
        }
    }
}

/// A group and its policy, filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PolicyGroup {
    pub(crate) name: String,
    pub(crate) summary: InBoth,
    pub(crate) parameters: Vec<PolicyParameter>,
    pub(crate) statements: Vec<PolicyStatement>,
    pub(crate) notes: Vec<InBoth>,
    pub(crate) text: String,
}

/// What can be chosen about a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PolicyParameter {
    pub(crate) name: String,
    /// Yes or no.
    pub(crate) is_switch: bool,
    pub(crate) default: String,
    pub(crate) about: InBoth,
}

/// What a statement does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PolicyStatement {
    pub(crate) name: String,
    pub(crate) about: InBoth,
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PolicySetting {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// What was chosen, for whichever group has it.
pub(crate) fn choices(settings: &[PolicySetting]) -> Choices {
    let all = settings.iter();
    all.fold(Choices::default(), |choices, setting| {
        choices.with(&setting.name, &setting.value)
    })
}

impl PolicyGroup {
    pub(crate) fn of(group: &policy::Group, choices: &Choices) -> Result<PolicyGroup, PolicyError> {
        let choices = choices.of(group);
        let parameter = |known: &policy::Parameter| PolicyParameter {
            name: known.name.clone(),
            is_switch: known.kind == Kind::Switch,
            default: known.default.clone(),
            about: (&known.about).into(),
        };
        let statement = |part: policy::Explained| PolicyStatement {
            name: part.statement.sid,
            about: (&part.about).into(),
        };
        Ok(PolicyGroup {
            name: group.name().to_owned(),
            summary: group.summary().into(),
            parameters: group.parameters().iter().map(parameter).collect(),
            statements: group.explained(&choices)?.into_iter().map(statement).collect(),
            notes: group.notes().iter().map(InBoth::from).collect(),
            text: group.document(&choices)?.text(),
        })
    }
}

/// What an account shall have.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountWish {
    pub(crate) groups: Vec<String>,
    pub(crate) settings: Vec<PolicySetting>,
    pub(crate) managed: bool,
    pub(crate) members: Vec<String>,
    /// Empty: none.
    pub(crate) new_user: String,
    pub(crate) with_key: bool,
}

impl AccountWish {
    pub(crate) fn wanted(&self) -> account::Wanted {
        account::Wanted {
            groups: self.groups.clone(),
            choices: choices(&self.settings),
            placement: match self.managed {
                true => account::Placement::Managed,
                false => account::Placement::Inline,
            },
            members: self.members.clone(),
            new_users: Some(self.new_user.trim().to_owned())
                .filter(|name| !name.is_empty())
                .into_iter()
                .collect(),
            with_keys: self.with_key,
        }
    }
}

/// What would be done to an account, or taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountPlan {
    pub(crate) account: String,
    /// Who would do it; null for what is taken back.
    pub(crate) who: Option<String>,
    pub(crate) steps: Vec<AccountStep>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountStep {
    pub(crate) what: AccountStepKind,
    /// The user, or the policy's ARN.
    pub(crate) name: String,
    /// The group.
    pub(crate) group: String,
    /// How a policy's text changes.
    pub(crate) lines: Vec<String>,
}

/// What a call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum AccountStepKind {
    CreateUser,
    CreateKey,
    CreateGroup,
    PutPolicy,
    ChangePolicy,
    CreatePolicy,
    AttachPolicy,
    AddMember,
}

impl From<&Step> for AccountStep {
    fn from(step: &Step) -> AccountStep {
        let (what, name, group) = match step {
            Step::CreateUser { user } => (AccountStepKind::CreateUser, user.as_str(), ""),
            Step::CreateKey { user, .. } => (AccountStepKind::CreateKey, user.as_str(), ""),
            Step::CreateGroup { group } => (AccountStepKind::CreateGroup, "", group.as_str()),
            Step::PutPolicy {
                group, before: None, ..
            } => (AccountStepKind::PutPolicy, "", group.as_str()),
            Step::PutPolicy { group, .. } => (AccountStepKind::ChangePolicy, "", group.as_str()),
            Step::CreatePolicy { arn, .. } => (AccountStepKind::CreatePolicy, arn.as_str(), ""),
            Step::AttachPolicy { group, arn } => (AccountStepKind::AttachPolicy, arn.as_str(), group.as_str()),
            Step::AddMember { group, user } => (AccountStepKind::AddMember, user.as_str(), group.as_str()),
        };
        let changes = step
            .documents()
            .map(|(before, after)| difference(&laid_out(before), &laid_out(after)));
        let lines = changes
            .into_iter()
            .flatten()
            .map(|line| format!("{} {}", line.sign, line.text));
        AccountStep {
            what,
            name: name.to_owned(),
            group: group.to_owned(),
            lines: lines.collect(),
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountDone {
    pub(crate) done: Vec<AccountStep>,
    pub(crate) left: Vec<AccountLeft>,
    /// Where a new user's key is.
    pub(crate) key_file: Option<String>,
}

/// What was not taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountLeft {
    pub(crate) step: AccountStep,
    pub(crate) reason: String,
}

/// A user of the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AccountUser {
    pub(crate) name: String,
    pub(crate) mfa: Option<bool>,
    #[cfg_attr(test, ts(type = "number | null"))]
    pub(crate) key_days: Option<i64>,
}

/// Whether MFA is demanded of a user, and whether the user may enrol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Coverage {
    /// Null: it cannot be told.
    pub(crate) enforced: Option<bool>,
    /// The call that was tried, or why it cannot be told.
    pub(crate) tried: String,
    pub(crate) permissions: Vec<Permission>,
}

/// A call that enrolling takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Permission {
    pub(crate) action: String,
    pub(crate) allowed: Option<bool>,
    pub(crate) statement: String,
}

impl From<account::Coverage> for Coverage {
    fn from(coverage: account::Coverage) -> Coverage {
        let (enforced, tried) = match coverage.enforced {
            Enforced::Yes { action } => (Some(true), action.to_owned()),
            Enforced::No { action } => (Some(false), action.to_owned()),
            Enforced::Unknown { reason } => (None, reason),
        };
        let permission = |known: account::Permission| Permission {
            action: known.action.to_owned(),
            allowed: known.allowed,
            statement: known.statement,
        };
        Coverage {
            enforced,
            tried,
            permissions: coverage.permissions.into_iter().map(permission).collect(),
        }
    }
}
