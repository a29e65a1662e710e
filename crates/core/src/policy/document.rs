//! An IAM policy document
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

/// The language that every document is written in; the older one knows no policy variables.
const VERSION: &str = "2012-10-17";

/// A whole document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Document {
    version: &'static str,
    statement: Vec<Statement>,
}

/// Whether a statement allows or denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Effect {
    /// It allows, where nothing denies.
    Allow,
    /// It denies, whatever allows.
    Deny,
}

/// One statement. It has actions or all but some.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Statement {
    /// Its name within the document.
    pub sid: String,
    /// See [`Effect`].
    pub effect: Effect,
    /// The actions it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_many")]
    pub action: Vec<String>,
    /// The actions it is not about.
    #[serde(default, skip_serializing_if = "Vec::is_empty", serialize_with = "one_or_many")]
    pub not_action: Vec<String>,
    /// The resources it is about.
    #[serde(serialize_with = "one_or_many")]
    pub resource: Vec<String>,
    /// When it applies: operator, key, values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub condition: BTreeMap<String, BTreeMap<String, Values>>,
}

/// The values of a condition, any of which may hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(#[serde(serialize_with = "one_or_many")] pub Vec<String>);

/// As people write it: a text where there is one, else a list.
fn one_or_many<S: Serializer>(texts: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    match texts {
        [text] => serializer.serialize_str(text),
        texts => serializer.collect_seq(texts),
    }
}

impl Document {
    pub(super) fn new(statement: Vec<Statement>) -> Document {
        Document {
            version: VERSION,
            statement,
        }
    }

    /// Its statements.
    pub fn statements(&self) -> &[Statement] {
        &self.statement
    }

    /// The document as JSON, for people and for AWS.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).expect("BUG: a document is lists of texts")
    }
}

/// How long a document is for AWS, which does not count white space
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
pub fn length(text: &str) -> usize {
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}

/// Whether two documents say the same, however they are laid out. What is no JSON is the same as nothing.
pub fn is_same(one: &str, other: &str) -> bool {
    match (parsed(one), parsed(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// The document laid out as ours are; what is no JSON stays as it is.
pub fn laid_out(text: &str) -> String {
    let value = parsed(text);
    value.map_or_else(|| text.to_owned(), |value| format!("{value:#}"))
}

fn parsed(text: &str) -> Option<serde_json::Value> {
    serde_json::from_str(text).ok()
}
