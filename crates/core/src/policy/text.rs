//! The texts as they are kept: a document with gaps, and what it means in words.

use serde::Deserialize;

use super::document::Statement;

/// A sentence in the languages that people read it in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// English.
    pub en: String,
    /// 简体中文.
    pub zh: String,
}

/// What a person can choose about a document.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its name, as in `--set NAME=VALUE`.
    pub name: String,
    /// What may stand there.
    pub kind: Kind,
    /// What holds unless another value is chosen.
    pub default: String,
    /// What it does.
    pub about: Words,
}

/// What a parameter's value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// `yes` or `no`.
    Switch,
    /// Text with `*` and `?`.
    Pattern,
    /// A region, or `*`.
    Region,
    /// A path of IAM's, with the slash behind it and not before.
    Path,
    /// The ARN of a managed policy, or nothing.
    Policy,
}

/// A group's text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Text {
    pub(super) name: String,
    pub(super) summary: Words,
    pub(super) parameters: Vec<Parameter>,
    pub(super) statements: Vec<Part>,
    pub(super) notes: Vec<Words>,
}

/// A statement, and when it is there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    /// Parameters that must be set.
    #[serde(default)]
    pub(super) when: Vec<String>,
    /// Parameters that must not be.
    #[serde(default)]
    pub(super) unless: Vec<String>,
    pub(super) about: Words,
    /// Actions that a parameter adds.
    #[serde(default)]
    pub(super) also: Vec<Also>,
    pub(super) statement: Statement,
}

/// Actions that are there when a parameter is set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Also {
    pub(super) when: String,
    pub(super) actions: Vec<String>,
}
