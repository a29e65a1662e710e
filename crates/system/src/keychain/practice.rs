//! The keychain of practice AWS, on loopback.
//!
//! It is taken only on practice's own ground: the endpoint is a loopback address, written as one, and the home bears
//! practice's marker. Anywhere else every call fails, and none reaches the real keychain: whoever sets the variable means
//! to practise.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use mfa_tray_core::ports::{Keychain, Unavailable};
use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes, SecretString};

use super::check_size;

mod exchange;
use exchange::{Answer, exchange};

/// The file that tells a practice home from a real one.
const MARKER: &str = ".mfa-tray-practice";

/// Practice's keychain, or why there is none.
#[derive(Debug)]
pub(super) struct PracticeKeychain(Result<Door, Unavailable>);

/// Where it is, and what opens it.
#[derive(Debug)]
struct Door {
    address: SocketAddr,
    token: SecretString,
}

impl PracticeKeychain {
    /// Checks that this is practice's ground.
    pub(super) fn find(token: String, endpoint: Option<&str>, home: Option<&Path>) -> PracticeKeychain {
        let token = SecretString::from(token);
        PracticeKeychain(door(token, endpoint, home).map_err(|why| Unavailable::Failed(why.to_owned())))
    }

    fn ask(&self, method: &str, name: &str, secret: &[u8]) -> Result<Answer, Unavailable> {
        let door = self.0.as_ref().map_err(Unavailable::clone)?;
        let path = format!("/_practice/keychain/{}", encoded(name));
        exchange(door.address, method, &path, door.token.expose_secret(), secret)
    }
}

impl Keychain for PracticeKeychain {
    fn read(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        match self.ask("GET", name, b"")? {
            Answer::Found(secret) => Ok(Some(secret)),
            Answer::Missing => Ok(None),
            Answer::Done => Err(Unavailable::Failed("its answer holds no entry".to_owned())),
        }
    }

    fn read_quietly(&self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        // It never prompts.
        self.read(name)
    }

    fn write(&self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        check_size(secret)?;
        match self.ask("PUT", name, secret.expose_secret())? {
            Answer::Done => Ok(()),
            _ => Err(Unavailable::Failed("it does not say that it wrote".to_owned())),
        }
    }

    fn remove(&self, name: &str) -> Result<bool, Unavailable> {
        match self.ask("DELETE", name, b"")? {
            Answer::Done => Ok(true),
            Answer::Missing => Ok(false),
            Answer::Found(_) => Err(Unavailable::Failed("it does not say that it removed".to_owned())),
        }
    }

    fn asks_for_consent(&self) -> bool {
        false
    }
}

fn door(token: SecretString, endpoint: Option<&str>, home: Option<&Path>) -> Result<Door, &'static str> {
    let address = endpoint.and_then(loopback).ok_or(
        "practice's keychain is asked for, but AWS_ENDPOINT_URL is not a practice AWS (http://127.0.0.1 with a port)",
    )?;
    let marked = home.is_some_and(|home| {
        let marker = home.join(MARKER).symlink_metadata();
        home.is_absolute() && marker.is_ok_and(|marker| marker.is_file())
    });
    if !marked {
        return Err("practice's keychain is asked for, but HOME is not a home that practice made");
    }
    let sendable = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    let text = token.expose_secret();
    if text.is_empty() || !text.bytes().all(sendable) {
        return Err("practice's keychain is asked for, but MFA_TRAY_PRACTICE_KEYCHAIN is not a token");
    }
    Ok(Door { address, token })
}

/// Reads `http://` and an address with a port, and nothing else: a name may be made to point anywhere.
fn loopback(endpoint: &str) -> Option<SocketAddr> {
    let authority = endpoint.strip_prefix("http://")?;
    let address: SocketAddr = authority.strip_suffix('/').unwrap_or(authority).parse().ok()?;
    let known = [IpAddr::from([127, 0, 0, 1]), IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1])];
    (known.contains(&address.ip()) && address.port() != 0).then_some(address)
}

/// Names any entry in a path, each in one way only.
fn encoded(name: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    name.bytes().map(byte).collect()
}

#[cfg(test)]
mod tests;
