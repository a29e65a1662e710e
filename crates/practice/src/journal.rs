//! What was asked so far, for tests to look at. Holds no parameter: one may be a code.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;

/// Requests kept in full; older ones are only counted.
const KEPT: usize = 1000;

/// The requests practice AWS has seen.
#[derive(Default, Serialize)]
pub(crate) struct Journal {
    /// Requests that began; a slow one is written down only when it is answered.
    #[serde(skip)]
    begun: u64,
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
    /// The HTTP status of the true answer; null when there was none, because of a fault.
    pub(crate) status: Option<u16>,
    /// The error code of the true answer.
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

    /// Numbers a request that begins.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.begun += 1;
        self.begun
    }
}
