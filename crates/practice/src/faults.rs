//! Faults on order: what shall go wrong, for which requests, and how often.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// An order: the next `times` requests of an action meet this fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FaultOrder {
    /// The action, or `*` for any.
    #[serde(default = "any")]
    pub action: String,
    /// How many requests.
    #[serde(default = "once")]
    pub times: u32,
    /// Whether the request takes effect although its answer is spoilt: a code is then used up.
    #[serde(default)]
    pub processed: bool,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: Fault,
}

/// What goes wrong.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Fault {
    /// `Throttling`, as STS and IAM say it.
    Throttle,
    /// `InternalFailure`.
    Error500,
    /// `ServiceUnavailable`.
    Error503,
    /// The right answer, late.
    Slow {
        /// How late.
        milliseconds: u64,
    },
    /// Half of the right answer, then the connection ends.
    Truncated,
    /// Status 200 and bytes that are no XML.
    Garbage,
    /// Status 200 and a page, as a captive portal sends it.
    Html,
    /// The connection is reset instead of an answer.
    Reset,
    /// No answer at all; the connection stays open.
    Silent,
    /// The server's time, its `Date` included, is off until faults are cleared.
    DateSkew {
        /// How far ahead of the true time.
        seconds: i64,
    },
    /// Any answer, sent in any way.
    Answer(CannedAnswer),
}

/// An answer written by whoever ordered it.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct CannedAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The headers; `Date` and the request id are added if missing.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// How the body is packed.
    #[serde(default)]
    pub encoding: Encoding,
    /// How the bytes go out.
    #[serde(default)]
    pub delivery: Delivery,
    /// The pause between two bytes where the delivery is slow.
    #[serde(default = "ten_seconds")]
    pub milliseconds: u64,
}

/// How a canned body is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// As it is.
    #[default]
    Identity,
    /// With gzip, and a header that says so.
    Gzip,
}

/// How the bytes of a canned answer go out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// At once.
    #[default]
    Whole,
    /// The head byte by byte, and so the rest.
    SlowHeaders,
    /// The head at once, the body byte by byte.
    SlowBody,
    /// The connection is reset instead.
    Reset,
    /// Never; the connection stays open. A connection that is not even accepted cannot be had from inside a server.
    #[serde(alias = "drop")]
    Silent,
    /// Ten kilobytes of rubbish follow the body.
    Extra,
    /// Ten megabytes of gzip that unpack to ten gigabytes.
    GzipBomb,
    /// The body, then blanks without end.
    Giant,
}

fn any() -> String {
    "*".to_owned()
}

fn once() -> u32 {
    1
}

fn ten_seconds() -> u64 {
    10_000
}

/// The orders that are still open.
#[derive(Default)]
pub(crate) struct Faults {
    open: Vec<FaultOrder>,
    skew: i64,
}

impl Faults {
    pub(crate) fn order(&mut self, orders: Vec<FaultOrder>) {
        for order in orders {
            match order.fault {
                Fault::DateSkew { seconds } => self.skew = seconds,
                _ => self.open.push(order),
            }
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Returns how far the server's time is off, in seconds.
    pub(crate) fn skew(&self) -> i64 {
        self.skew
    }

    /// Returns the orders that are still to be served.
    pub(crate) fn open(&self) -> &[FaultOrder] {
        &self.open
    }

    /// Takes the first order for this action.
    pub(crate) fn take(&mut self, action: &str) -> Option<FaultOrder> {
        self.open.retain(|order| order.times > 0);
        let order = self
            .open
            .iter_mut()
            .find(|order| order.action == "*" || order.action == action)?;
        order.times -= 1;
        Some(order.clone())
    }
}

impl Fault {
    /// Returns the word an order is written with.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Throttle => "throttle",
            Self::Error500 => "error500",
            Self::Error503 => "error503",
            Self::Slow { .. } => "slow",
            Self::Truncated => "truncated",
            Self::Garbage => "garbage",
            Self::Html => "html",
            Self::Reset => "reset",
            Self::Silent => "silent",
            Self::DateSkew { .. } => "date-skew",
            Self::Answer(_) => "answer",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(json: &str) -> Vec<FaultOrder> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn orders_are_served_in_turn_and_run_out() {
        let mut faults = Faults::default();
        faults.order(orders(
            r#"[{"action":"GetSessionToken","times":2,"kind":"throttle"},{"action":"*","kind":"reset"},{"kind":"date-skew","seconds":-90}]"#,
        ));
        assert_eq!(faults.skew(), -90);
        let mut kind = |action: &str| faults.take(action).map(|order| order.fault.kind());
        assert_eq!(kind("GetSessionToken"), Some("throttle"));
        assert_eq!(kind("GetUser"), Some("reset"));
        assert_eq!(kind("GetUser"), None);
        assert_eq!(kind("GetSessionToken"), Some("throttle"));
        assert_eq!(kind("GetSessionToken"), None);
        faults.clear();
        assert_eq!(faults.skew(), 0);
    }

    #[test]
    fn every_kind_is_written_as_it_is_read() {
        for kind in [
            "throttle",
            "error500",
            "error503",
            "truncated",
            "garbage",
            "html",
            "reset",
            "silent",
        ] {
            let order = orders(&format!(r#"[{{"kind":"{kind}"}}]"#)).remove(0);
            assert_eq!(order.fault.kind(), kind);
            assert_eq!((order.action.as_str(), order.times, order.processed), ("*", 1, false));
        }
        assert!(
            serde_json::from_str::<FaultOrder>(r#"{"kind":"slow"}"#).is_err(),
            "slow must say how slow"
        );
        assert!(serde_json::from_str::<FaultOrder>(r#"{"kind":"unheard-of"}"#).is_err());
    }

    #[test]
    fn a_canned_answer_needs_only_a_status() {
        let order = orders(r#"[{"kind":"answer","status":429,"headers":{"Retry-After":"2"},"delivery":"gzip-bomb"}]"#)
            .remove(0);
        let Fault::Answer(answer) = order.fault else {
            panic!("not an answer")
        };
        assert_eq!(
            (answer.status, answer.delivery, answer.encoding),
            (429, Delivery::GzipBomb, Encoding::Identity)
        );
    }
}
