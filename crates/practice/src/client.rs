//! The small client behind `mfa-tray practice code`: one request to loopback, nothing else.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

const PATIENCE: Duration = Duration::from_secs(5);
/// The state after a thousand requests fits; anything larger is not practice AWS.
const LARGEST_ANSWER: u64 = 4 * 1024 * 1024;

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub enum CodeError {
    /// The endpoint is not `http://` on a loopback address with a port.
    #[error("{0} is not practice AWS: it listens on http://127.0.0.1 only")]
    NotLoopback(String),
    /// Nothing answers there.
    #[error("practice AWS does not answer")]
    Unreachable(#[source] io::Error),
    /// The server knows no such device, or it is a security key.
    #[error("practice AWS knows no MFA device with this serial")]
    NoSuchDevice,
    /// Something answered that is not practice AWS.
    #[error("the answer is not from practice AWS")]
    NotPractice,
}

/// Asks a running practice AWS which code a device shows now.
pub fn current_code(endpoint: &str, serial: &str) -> Result<String, CodeError> {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("serial", serial)
        .finish();
    let value = get(endpoint, &format!("/_practice/code?{query}"))?;
    value["code"].as_str().map(str::to_owned).ok_or(CodeError::NotPractice)
}

/// Asks for a control route.
pub(crate) fn get(endpoint: &str, path: &str) -> Result<Value, CodeError> {
    let address = loopback(endpoint).ok_or_else(|| CodeError::NotLoopback(endpoint.to_owned()))?;
    let answer = exchange(address, path).map_err(CodeError::Unreachable)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or(CodeError::NotPractice)?;
    match head.split(' ').nth(1) {
        Some("200") => serde_json::from_str(body).map_err(|_| CodeError::NotPractice),
        // Another server has no such route either; ours says so in JSON.
        Some("404") if serde_json::from_str::<Value>(body).is_ok() => Err(CodeError::NoSuchDevice),
        _ => Err(CodeError::NotPractice),
    }
}

fn exchange(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.take(LARGEST_ANSWER).read_to_string(&mut answer)?;
    Ok(answer)
}

/// Reads an endpoint, and accepts nothing but plain HTTP to loopback: a code must not leave the machine.
fn loopback(endpoint: &str) -> Option<SocketAddr> {
    let authority = endpoint.strip_prefix("http://")?.trim_end_matches('/');
    let (host, port) = authority.rsplit_once(':')?;
    let host = if host == "localhost" {
        "127.0.0.1"
    } else {
        host.trim_start_matches('[').trim_end_matches(']')
    };
    let address: IpAddr = host.parse().ok().filter(IpAddr::is_loopback)?;
    Some(SocketAddr::new(address, port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_is_asked() {
        let check = |endpoint: &str, expected: Option<&str>| {
            assert_eq!(
                loopback(endpoint).map(|address| address.to_string()).as_deref(),
                expected,
                "{endpoint}"
            );
        };
        check("http://127.0.0.1:4000", Some("127.0.0.1:4000"));
        check("http://127.0.0.1:4000/", Some("127.0.0.1:4000"));
        check("http://localhost:4000", Some("127.0.0.1:4000"));
        check("http://[::1]:4000", Some("[::1]:4000"));
        check("https://127.0.0.1:4000", None);
        check("http://sts.amazonaws.com:80", None);
        check("http://192.0.2.1:80", None);
        check("http://127.0.0.1@example.com:80", None);
        check("http://127.0.0.1", None);
    }
}
