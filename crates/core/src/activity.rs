//! What was done, when, by what, until when: a bounded list in the state folder. No secret is in it.
//!
//! A line is appended for each event, without waiting for the disk: losing the last line in a power cut is no harm, and
//! a line that was cut is skipped by whoever reads. Past [`LARGEST`] bytes the older half goes.

use std::fs::OpenOptions;
use std::io::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::file::{self, Backup};
use crate::lock::{self, Subject};
use crate::profile::ProfileName;
use crate::state::{StateError, StateFolder, create_private_folder};

/// The file may grow to so many bytes: some two thousand events.
const LARGEST: u64 = 384 * 1024;
/// AWS's own messages can be long, and the whole line must stay small.
const LONGEST_MESSAGE: usize = 400;

/// Who asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// A person, in the window, the tray or a notice.
    Click,
    /// Nobody: automatic renewal.
    Automatic,
    /// A person or a program, through the command line.
    CommandLine,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A session was made.
    Made,
    /// None was, for the reason in the message.
    Failed,
    /// A session was taken out of the credentials file.
    Ended,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// The profile.
    pub profile: String,
    /// What was done.
    pub what: What,
    /// Who asked for it.
    pub by: By,
    /// When the session ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

impl Event {
    /// A session that was made.
    pub fn made(at: Timestamp, by: By, profile: &ProfileName, until: Timestamp) -> Event {
        Event {
            until: Some(until),
            ..Event::of(at, by, profile, What::Made)
        }
    }

    /// A session that was not made.
    pub fn failed(at: Timestamp, by: By, profile: &ProfileName, message: &str) -> Event {
        Event {
            message: Some(message.chars().take(LONGEST_MESSAGE).collect()),
            ..Event::of(at, by, profile, What::Failed)
        }
    }

    /// A session that was taken away; AWS keeps it valid until `until`.
    pub fn ended(at: Timestamp, by: By, profile: &ProfileName, until: Option<Timestamp>) -> Event {
        Event {
            until,
            ..Event::of(at, by, profile, What::Ended)
        }
    }

    fn of(at: Timestamp, by: By, profile: &ProfileName, what: What) -> Event {
        Event {
            at,
            profile: profile.to_string(),
            what,
            by,
            until: None,
            message: None,
        }
    }
}

/// Adds `event`.
///
/// # Errors
/// [`StateError`]; what the event tells of is not affected.
pub fn record(state: &StateFolder, event: &Event) -> Result<(), StateError> {
    let path = state.activity();
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    let _lock = lock::take(&state.locks(), Subject::File(&path), lock::PATIENCE)?;
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    if size > LARGEST {
        file::replace(&path, Backup::Never, |bytes| {
            Ok::<_, StateError>(newer_half(bytes).to_vec())
        })?;
    }
    create_private_folder(state.path()).map_err(StateError::Io)?;
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // One write: a reader meanwhile sees the whole line or none of it.
    let written = options.open(&path).and_then(|mut file| file.write_all(&line));
    written.map_err(StateError::Io)
}

/// What is kept, the newest first.
pub fn events(state: &StateFolder) -> Vec<Event> {
    let bytes = file::read(&state.activity()).ok().flatten().unwrap_or_default();
    let lines = bytes.split(|byte| *byte == b'\n').rev();
    lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
}

/// The list as a table that spreadsheets read: RFC 4180, the newest first.
pub fn as_csv(events: &[Event]) -> String {
    let field = |text: &str| {
        // A cell that begins so would be taken for a formula.
        let shown = if text.starts_with(['=', '+', '-', '@']) {
            format!("'{text}")
        } else {
            text.to_owned()
        };
        format!("\"{}\"", shown.replace('"', "\"\""))
    };
    let word = |value: serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let mut text = "time,profile,what,by,until,message\r\n".to_owned();
    for event in events {
        let fields = [
            event.at.to_string(),
            event.profile.clone(),
            word(serde_json::json!(event.what)),
            word(serde_json::json!(event.by)),
            event.until.map(|until| until.to_string()).unwrap_or_default(),
            event.message.clone().unwrap_or_default(),
        ];
        text.push_str(&fields.map(|text| field(&text)).join(","));
        text.push_str("\r\n");
    }
    text
}

fn newer_half(bytes: &[u8]) -> &[u8] {
    let half = &bytes[bytes.len() / 2..];
    let line = half
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(half.len(), |end| end + 1);
    &half[line..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    fn with_folder(test: impl FnOnce(&StateFolder)) {
        let folder = tempfile::tempdir().unwrap();
        test(&StateFolder::new(folder.path().join("mfa-tray")));
    }

    #[test]
    fn events_come_back_newest_first_and_a_cut_line_is_skipped() {
        with_folder(|state| {
            let events_in_order = [
                Event::made(at(0), By::Click, &name("dev"), at(3600)),
                Event::failed(at(1), By::Automatic, &name("dev"), "no network"),
                Event::ended(at(2), By::CommandLine, &name("dev"), None),
            ];
            for event in &events_in_order {
                record(state, event).unwrap();
            }
            let mut newest_first = events_in_order.to_vec();
            newest_first.reverse();
            assert_eq!(events(state), newest_first);

            let bytes = std::fs::read(state.activity()).unwrap();
            let cut = &bytes[..bytes.len() - 5];
            std::fs::File::create(state.activity()).unwrap().write_all(cut).unwrap();
            assert_eq!(events(state), newest_first[1..]);
        });
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        with_folder(|state| {
            record(state, &Event::ended(at(0), By::Click, &name("dev"), None)).unwrap();
            let mode = state.activity().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        });
    }

    #[test]
    fn it_stays_small_and_keeps_the_newest() {
        with_folder(|state| {
            let long = "x".repeat(LONGEST_MESSAGE * 2);
            for second in 0..1500 {
                record(state, &Event::failed(at(second), By::Automatic, &name("dev"), &long)).unwrap();
            }
            let size = state.activity().metadata().unwrap().len();
            assert!(size <= LARGEST + 1024, "{size}");
            let events = events(state);
            assert_eq!(events[0].at, at(1499));
            let seconds: Vec<_> = events.iter().map(|event| event.at).collect();
            assert!(seconds.is_sorted_by(|a, b| a > b), "none is missing in between");
            assert!(events.len() > 300);
        });
    }

    #[test]
    fn the_table_survives_awkward_texts() {
        let awkward = Event::failed(at(0), By::Click, &name("a+b"), "=1+1, he said \"no\"");
        let csv = as_csv(&[awkward]);
        let line = csv.lines().nth(1).unwrap();
        assert!(
            line.contains("\"a+b\",\"failed\",\"click\",\"\",\"'=1+1, he said \"\"no\"\"\""),
            "{line}"
        );
    }
}
