//! What is wrong and what to do about it, for people and for programs.

/// A problem in the form every front end shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A short word that does not change between versions.
    pub code: &'static str,
    /// One sentence, no secret in it.
    pub message: String,
    /// The next step, where there is one.
    pub hint: Option<String>,
}

impl Problem {
    /// A problem with a next step.
    pub fn new(code: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Problem {
        Problem {
            code,
            message: message.into(),
            hint: Some(hint.into()),
        }
    }
}
