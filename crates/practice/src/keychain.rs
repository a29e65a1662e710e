//! A keychain in memory, for programs that must not touch the person's. It ends with practice AWS.
//!
//! Whoever has the token may read and write it; the token stands in the environment that practice AWS prints, and nowhere
//! else. It can be ordered to fail in the ways real keychains do.

use std::{
    collections::BTreeMap,
    hint::black_box,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::response::Response;
use http::{HeaderMap, Method, StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{control::is_local, delivery, random, signature::Received};

/// Where an entry is; its name follows.
pub(crate) const PREFIX: &str = "/_practice/keychain/";

/// Windows keeps no larger ones.
const LARGEST_ENTRY: usize = 2560;
const LONGEST_NAME: usize = 512;

/// An order: the next `times` calls that it fits meet this fault.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct KeychainFaultOrder {
    /// How many calls.
    #[serde(default = "once")]
    pub times: u32,
    /// What goes wrong.
    #[serde(flatten)]
    pub fault: KeychainFault,
}

/// What goes wrong with a keychain.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum KeychainFault {
    /// It is locked, and stays so.
    Locked,
    /// Its prompt was dismissed.
    Denied,
    /// There is none.
    NoService,
    /// No answer at all, as while a prompt stands; the connection stays open.
    Silent,
    /// The right answer, late.
    Slow {
        /// How late.
        milliseconds: u64,
    },
    /// A write says that it is done, and nothing is kept.
    LostWrite,
    /// A read gives other bytes than were written.
    Garbage,
}

fn once() -> u32 {
    1
}

/// The keychain.
pub(crate) struct Keychain {
    token: String,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    entries: BTreeMap<String, Vec<u8>>,
    orders: Vec<KeychainFaultOrder>,
    /// Calls that were let in.
    calls: u64,
}

impl Keychain {
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        Ok(Self {
            token: random::token()?,
            kept: Mutex::default(),
        })
    }

    /// Returns what opens it.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    pub(crate) fn order(&self, orders: Vec<KeychainFaultOrder>) {
        self.kept().orders.extend(orders);
    }

    pub(crate) fn clear_orders(&self) {
        self.kept().orders.clear();
    }

    pub(crate) fn entry(&self, name: &str) -> Option<Vec<u8>> {
        self.kept().entries.get(name).cloned()
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.kept().entries.keys().cloned().collect()
    }

    pub(crate) fn put(&self, name: &str, secret: Vec<u8>) {
        self.kept().entries.insert(name.to_owned(), secret);
    }

    pub(crate) fn remove(&self, name: &str) -> bool {
        self.kept().entries.remove(name).is_some()
    }

    /// Describes it as tests see it: neither what an entry holds nor the token.
    pub(crate) fn report(&self) -> Value {
        let kept = self.kept();
        json!({
            "entries": kept.entries.keys().collect::<Vec<_>>(),
            "calls": kept.calls,
            "faults": kept.orders,
        })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a call, and takes the first order that fits it.
    fn fault(&self, method: &Method) -> Option<KeychainFault> {
        let mut kept = self.kept();
        kept.calls += 1;
        let orders = &mut kept.orders;
        orders.retain(|order| order.times > 0);
        let order = orders.iter_mut().find(|order| order.fault.fits(method))?;
        order.times -= 1;
        Some(order.fault.clone())
    }

    fn opens(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes());
        let token = given.and_then(|value| value.strip_prefix(b"Bearer "));
        token.is_some_and(|token| same(token, self.token.as_bytes()))
    }

    /// Answers a request that may be answered.
    fn serve(&self, received: &Received, name: &str, fault: Option<&KeychainFault>) -> Response {
        match received.method {
            Method::GET => match self.entry(name) {
                Some(_) if fault == Some(&KeychainFault::Garbage) => found(b"\xff\x00 not what was written".to_vec()),
                Some(secret) => found(secret),
                None => refused(StatusCode::NOT_FOUND, "missing"),
            },
            Method::PUT if received.body.len() > LARGEST_ENTRY => refused(StatusCode::PAYLOAD_TOO_LARGE, "too large"),
            Method::PUT => {
                if fault != Some(&KeychainFault::LostWrite) {
                    self.put(name, received.body.to_vec());
                }
                done()
            }
            Method::DELETE if self.remove(name) => done(),
            Method::DELETE => refused(StatusCode::NOT_FOUND, "missing"),
            _ => refused(StatusCode::METHOD_NOT_ALLOWED, "no such method"),
        }
    }
}

impl KeychainFault {
    /// Only a write can be lost, and only a read can give something else.
    fn fits(&self, method: &Method) -> bool {
        match self {
            Self::LostWrite => method == Method::PUT,
            Self::Garbage => method == Method::GET,
            _ => true,
        }
    }
}

/// Answers a request for an entry.
pub(crate) async fn answer(keychain: &Keychain, received: &Received) -> Response {
    if !is_local(&received.headers) {
        return refused(StatusCode::FORBIDDEN, "only programs on this machine may ask");
    }
    if !keychain.opens(&received.headers) {
        return refused(StatusCode::UNAUTHORIZED, "the token is missing or wrong");
    }
    let Some(name) = name(received.uri.path()) else {
        return refused(StatusCode::BAD_REQUEST, "not the name of an entry");
    };
    let fault = keychain.fault(&received.method);
    match fault {
        Some(KeychainFault::Locked) => return refused(StatusCode::SERVICE_UNAVAILABLE, "locked"),
        Some(KeychainFault::Denied) => return refused(StatusCode::SERVICE_UNAVAILABLE, "denied"),
        Some(KeychainFault::NoService) => return refused(StatusCode::SERVICE_UNAVAILABLE, "no-service"),
        Some(KeychainFault::Silent) => return delivery::silent().await,
        Some(KeychainFault::Slow { milliseconds }) => sleep(Duration::from_millis(milliseconds)).await,
        Some(KeychainFault::LostWrite | KeychainFault::Garbage) | None => {}
    }
    keychain.serve(received, &name, fault.as_ref())
}

/// Reads the name at the end of a path. Everything but letters, digits, `-`, `_`, `.` and `~` has to be percent-encoded.
fn name(path: &str) -> Option<String> {
    let encoded = path.strip_prefix(PREFIX)?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte);
    if !encoded.bytes().all(plain) {
        return None;
    }
    let (name, _) = form_urlencoded::parse(encoded.as_bytes()).next()?;
    let whole = !name.contains(char::REPLACEMENT_CHARACTER);
    (whole && name.len() <= LONGEST_NAME).then(|| name.into_owned())
}

/// Compares in a time that does not tell how much is right.
fn same(given: &[u8], right: &[u8]) -> bool {
    let differences = given
        .iter()
        .zip(right)
        .fold(0, |so_far, (a, b)| black_box(so_far | (a ^ b)));
    given.len() == right.len() && differences == 0
}

fn found(secret: Vec<u8>) -> Response {
    delivery::whole(StatusCode::OK, "application/octet-stream", secret)
}

fn done() -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn refused(status: StatusCode, why: &str) -> Response {
    delivery::whole(status, "application/json", json!({ "error": why }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_one_way_only() {
        let check = |path: &str, expected: Option<&str>| {
            assert_eq!(name(&format!("{PREFIX}{path}")).as_deref(), expected, "{path}");
        };
        check("seed-v1_abc", Some("seed-v1_abc"));
        check("a%2Fb%20c", Some("a/b c"));
        check("a%2Bb", Some("a+b"));
        check("a%26b%3Dc", Some("a&b=c"));
        check("a%25", Some("a%"));
        check("%C3%A9", Some("é"));
        for refused in ["", "a/b", "a+b", "a=b", "a&b", "%FF", &"a".repeat(LONGEST_NAME + 1)] {
            check(refused, None);
        }
    }

    #[test]
    fn a_token_is_right_or_wrong_as_a_whole() {
        assert!(same(b"token", b"token"));
        for wrong in [&b""[..], b"t", b"tokem", b"tokens", b"Token"] {
            assert!(!same(wrong, b"token"));
        }
    }

    #[test]
    fn orders_are_served_in_turn_to_calls_they_fit() {
        let keychain = Keychain::new().unwrap();
        let orders = r#"[{"kind":"lost-write"},{"kind":"locked","times":2},{"kind":"slow","milliseconds":5},{"kind":"garbage"}]"#;
        keychain.order(serde_json::from_str(orders).unwrap());
        let mut seen = Vec::new();
        for method in [
            Method::GET,
            Method::PUT,
            Method::DELETE,
            Method::GET,
            Method::GET,
            Method::GET,
        ] {
            seen.push(keychain.fault(&method));
        }
        use KeychainFault::{Garbage, Locked, LostWrite, Slow};
        let slow = Slow { milliseconds: 5 };
        assert_eq!(
            seen,
            [
                Some(Locked),
                Some(LostWrite),
                Some(Locked),
                Some(slow),
                Some(Garbage),
                None
            ]
        );
    }
}
