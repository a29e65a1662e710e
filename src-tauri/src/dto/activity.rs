//! What was done, as the window lists it.

use mfa_tray_core::activity::{self, Event, What};
use mfa_tray_core::session::rfc3339;
use serde::Serialize;

use super::sentence;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ActivityEvent {
    Made,
    Failed,
    Ended,
}

/// Who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum By {
    Click,
    Automatic,
    CommandLine,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Activity {
    pub(crate) at: String,
    pub(crate) profile: String,
    pub(crate) event: ActivityEvent,
    pub(crate) by: By,
    /// When the session ends.
    pub(crate) until: Option<String>,
    /// Why there is none.
    pub(crate) message: Option<String>,
}

impl From<Event> for Activity {
    fn from(event: Event) -> Activity {
        Activity {
            at: rfc3339(event.at),
            profile: event.profile,
            event: match event.what {
                What::Made => ActivityEvent::Made,
                What::Failed => ActivityEvent::Failed,
                What::Ended => ActivityEvent::Ended,
            },
            by: match event.by {
                activity::By::Click => By::Click,
                activity::By::Automatic => By::Automatic,
                activity::By::CommandLine => By::CommandLine,
            },
            until: event.until.map(rfc3339),
            message: event.message.as_deref().map(sentence),
        }
    }
}
