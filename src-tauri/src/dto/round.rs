//! *Refresh all*, under way or just over.

use serde::Serialize;

use super::Failure;

/// The device whose code is needed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RoundAsks {
    pub(crate) serial: String,
    /// Whose sessions hang on it.
    pub(crate) profiles: Vec<String>,
}

/// What came of one profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RoundOutcome {
    pub(crate) profile: String,
    /// None: it has a session now.
    pub(crate) failure: Option<Failure>,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Round {
    pub(crate) running: bool,
    pub(crate) asks: Option<RoundAsks>,
    pub(crate) outcomes: Vec<RoundOutcome>,
}
