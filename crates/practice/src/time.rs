//! The server's clock and the three ways AWS writes a time.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp, civil::DateTime, fmt::rfc2822::DateTimePrinter, tz::TimeZone};

/// Tells the server the time. A closure, so that a test can turn the clock instead of waiting.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Returns a clock that asks `now` each time.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the machine's clock.
    pub fn system() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where practice AWS learns the real time"
        )]
        Self::new(Timestamp::now)
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

const SIGNING: &str = "%Y%m%dT%H%M%SZ";

/// Moves a time by whole seconds, and stays at the end of time rather than failing.
pub(crate) fn shift(time: Timestamp, seconds: i64) -> Timestamp {
    time.saturating_add(SignedDuration::from_secs(seconds)).unwrap_or(time)
}

/// Moves a time forward by whole seconds.
pub(crate) fn after(time: Timestamp, seconds: u64) -> Timestamp {
    shift(time, i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Writes a time as in `Expiration`: `2026-11-24T07:00:00Z`.
pub(crate) fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Writes a time as in `X-Amz-Date`: `20261124T070000Z`.
pub(crate) fn signing(time: Timestamp) -> String {
    time.strftime(SIGNING).to_string()
}

/// Reads a time from `X-Amz-Date`.
pub(crate) fn parse_signing(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime(SIGNING, text).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// Writes a time as in the `Date` header; `None` outside the years a header can name.
pub(crate) fn http_date(time: Timestamp) -> Option<String> {
    DateTimePrinter::new().timestamp_to_rfc9110_string(&time).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_aws_writes_them() {
        let time: Timestamp = "2026-11-24T07:00:09.75Z".parse().unwrap();
        assert_eq!(iso(time), "2026-11-24T07:00:09Z");
        assert_eq!(signing(time), "20261124T070009Z");
        assert_eq!(http_date(time).unwrap(), "Tue, 24 Nov 2026 07:00:09 GMT");
        assert_eq!(
            parse_signing("20261124T070009Z").map(iso).as_deref(),
            Some("2026-11-24T07:00:09Z")
        );
        assert_eq!(
            parse_signing("2026-11-24T07:00:09Z"),
            None,
            "another format is not guessed at"
        );
    }
}
