//! One request to practice's keychain and its answer, within the keychain's patience.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use mfa_tray_core::ports::{KEYCHAIN_PATIENCE, LARGEST_ENTRY, Unavailable};
use mfa_tray_core::secret::SecretBytes;
use zeroize::Zeroizing;

/// The head of an answer is far smaller; an entry follows it.
const LARGEST_ANSWER: usize = 8 * 1024 + LARGEST_ENTRY;

/// What practice's keychain says.
#[derive(Debug)]
pub(super) enum Answer {
    /// The entry.
    Found(SecretBytes),
    /// There is none.
    Missing,
    /// It is written, or removed.
    Done,
}

/// Sends a request and waits for the answer.
pub(super) fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    body: &[u8],
) -> Result<Answer, Unavailable> {
    let ends = Instant::now() + KEYCHAIN_PATIENCE;
    let answer = send(address, method, path, token, body, ends).map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => Unavailable::TimedOut,
        io::ErrorKind::ConnectionRefused => Unavailable::Failed("practice AWS is not running".to_owned()),
        _ => Unavailable::Failed(format!("practice AWS broke off ({})", error.kind())),
    })?;
    understand(&answer).unwrap_or_else(|| Err(Unavailable::Failed("the answer is not from practice AWS".to_owned())))
}

fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    token: &str,
    body: &[u8],
    ends: Instant,
) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut stream = TcpStream::connect_timeout(&address, left(ends)?)?;
    stream.set_write_timeout(Some(left(ends)?))?;
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    let head = Zeroizing::new(head);
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    // Room for the largest one from the start: growing would leave parts of an entry behind in memory.
    let mut answer = Zeroizing::new(vec![0; LARGEST_ANSWER + 1]);
    let mut read = 0;
    loop {
        stream.set_read_timeout(Some(left(ends)?))?;
        match stream.read(&mut answer[read..]) {
            Ok(0) => break,
            Ok(more) => read += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if read > LARGEST_ANSWER {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    answer.truncate(read);
    Ok(answer)
}

fn left(ends: Instant) -> io::Result<Duration> {
    let left = ends.saturating_duration_since(Instant::now());
    if left.is_zero() {
        return Err(io::ErrorKind::TimedOut.into());
    }
    Ok(left)
}

/// Reads an answer; `None` when practice AWS would not write it so.
fn understand(answer: &[u8]) -> Option<Result<Answer, Unavailable>> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let (head, body) = (str::from_utf8(&answer[..end]).ok()?, &answer[end + 4..]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.split(' ').next()?;
    let length = lines.filter_map(|line| line.split_once(':')).find_map(|(name, value)| {
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse().ok())?
    });
    if status == "204" {
        return Some(Ok(Answer::Done));
    }
    // A part of an entry is not the entry.
    if length != Some(body.len()) {
        return None;
    }
    let failed = |why: &str| Some(Err(Unavailable::Failed(why.to_owned())));
    match (status, word(body)) {
        ("200", _) => Some(Ok(Answer::Found(SecretBytes::from(body.to_vec())))),
        ("404", Some("missing")) => Some(Ok(Answer::Missing)),
        ("503", Some("locked")) => Some(Err(Unavailable::Locked)),
        ("503", Some("denied")) => Some(Err(Unavailable::Denied)),
        ("503", Some("no-service")) => Some(Err(Unavailable::NoService)),
        ("401", _) => failed("practice AWS does not know this token: it was started again, or it is another one"),
        ("400" | "403" | "413", _) => failed("practice AWS refused the request"),
        _ => None,
    }
}

/// The word in `{"error":"word"}`.
fn word(body: &[u8]) -> Option<&str> {
    str::from_utf8(body)
        .ok()?
        .strip_prefix(r#"{"error":""#)?
        .strip_suffix(r#""}"#)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_answers_of_practice_count() {
        let check = |answer: &str, expected: &str| {
            let understood = understand(answer.as_bytes());
            assert_eq!(format!("{understood:?}"), expected, "{answer:?}");
        };
        let missing = "{\"error\":\"missing\"}";
        check("HTTP/1.1 204 No Content\r\n\r\n", "Some(Ok(Done))");
        check(
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nab",
            "Some(Ok(Found(SecretBox<[u8]>([REDACTED]))))",
        );
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab", "None");
        check("HTTP/1.1 200 OK\r\n\r\nab", "None");
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "None");
        check(
            &format!("HTTP/1.1 404 Not Found\r\ncontent-length: 19\r\n\r\n{missing}"),
            "Some(Ok(Missing))",
        );
        check("HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\n\r\nnot found", "None");
        check(
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 18\r\n\r\n{\"error\":\"locked\"}",
            "Some(Err(Locked))",
        );
        check("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "None");
        check("SSH-2.0-OpenSSH\r\n\r\n", "None");
        check("", "None");
    }
}
