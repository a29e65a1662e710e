//! What was asked so far, for tests to look at. Holds no parameter: one may be a code.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Requests kept in full; older ones are only counted.
const KEPT: usize = 1000;

/// The requests practice AWS has seen.
#[derive(Default, Serialize)]
pub(crate) struct Journal {
    total: u64,
    by_action: BTreeMap<String, u64>,
    last: VecDeque<Entry>,
}

/// One request and what became of it.
#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) service: String,
    pub(crate) action: String,
    /// The ARN of whoever signed it, if the signature was good.
    pub(crate) caller: Option<String>,
    /// The HTTP status answered; null when the connection was cut or kept silent.
    pub(crate) status: Option<u16>,
    /// The error code answered.
    pub(crate) error: Option<String>,
    /// The fault that was ordered for it.
    pub(crate) fault: Option<&'static str>,
}

impl Journal {
    pub(crate) fn write(&mut self, entry: Entry) {
        self.total += 1;
        *self.by_action.entry(entry.action.clone()).or_default() += 1;
        if self.last.len() == KEPT {
            self.last.pop_front();
        }
        self.last.push_back(entry);
    }

    /// Returns the number of requests, which also numbers the next one.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }
}
