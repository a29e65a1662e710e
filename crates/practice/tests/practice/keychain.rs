//! The keychain in practice's memory, seen from the wire.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use mfa_tray_practice::{KeychainFaultOrder, Options, Practice};

fn start() -> Practice {
    Practice::start(Options::default()).unwrap()
}

fn order(practice: &Practice, json: &str) {
    practice.order_keychain_faults(serde_json::from_str::<Vec<KeychainFaultOrder>>(json).unwrap());
}

/// Sends a request and returns status and body.
fn send(practice: &Practice, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, Vec<u8>) {
    try_send(practice, method, path, headers, body, Duration::from_secs(20)).unwrap()
}

fn try_send(
    practice: &Practice,
    method: &str,
    path: &str,
    headers: &str,
    body: &[u8],
    patience: Duration,
) -> Result<(u16, Vec<u8>), ErrorKind> {
    let address = practice.endpoint().strip_prefix("http://").unwrap();
    let host = if headers.contains("Host:") {
        String::new()
    } else {
        format!("Host: {address}\r\n")
    };
    let length = body.len();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    let head =
        format!("{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(|error| error.kind())?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = std::str::from_utf8(&answer[..end]).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Ok((status, answer.split_off(end + 4)))
}

/// Asks for an entry with the right token.
fn ask(practice: &Practice, method: &str, name: &str, body: &[u8]) -> (u16, Vec<u8>) {
    let path = format!("/_practice/keychain/{name}");
    send(practice, method, &path, &bearer(practice.keychain_token()), body)
}

fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}\r\n")
}

fn error(status: u16, word: &str) -> (u16, Vec<u8>) {
    (status, format!("{{\"error\":\"{word}\"}}").into_bytes())
}

#[test]
fn entries_are_kept_byte_for_byte_until_they_are_removed() {
    let practice = start();
    let every_byte: Vec<u8> = (0..=255).collect();
    assert_eq!(ask(&practice, "GET", "seed", b""), error(404, "missing"));
    assert_eq!(ask(&practice, "PUT", "seed", &every_byte), (204, vec![]));
    assert_eq!(ask(&practice, "PUT", "other%2Fseed", b""), (204, vec![]));
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, every_byte.clone()));
    assert_eq!(ask(&practice, "GET", "other%2Fseed", b""), (200, vec![]));
    assert_eq!(practice.keychain_names(), ["other/seed", "seed"]);
    assert_eq!(practice.keychain_entry("seed"), Some(every_byte));
    assert_eq!(ask(&practice, "PUT", "seed", b"new"), (204, vec![]));
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"new".to_vec()));
    assert_eq!(ask(&practice, "DELETE", "seed", b""), (204, vec![]));
    assert_eq!(ask(&practice, "DELETE", "seed", b""), error(404, "missing"));
    practice.put_keychain_entry("seed", b"changed");
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"changed".to_vec()));
    assert!(practice.remove_keychain_entry("seed") && !practice.remove_keychain_entry("seed"));
    assert_eq!(
        practice.state()["keychain"]["entries"],
        serde_json::json!(["other/seed"])
    );
}

#[test]
fn nobody_gets_in_without_the_token() {
    let practice = start();
    ask(&practice, "PUT", "seed", b"secret");
    let token = practice.keychain_token();
    assert!(token.len() >= 43, "32 random bytes");
    let (longer, shorter) = (format!("{token}x"), &token[..token.len() - 1]);
    let path = "/_practice/keychain/seed";
    for headers in [
        String::new(),
        bearer(""),
        bearer(&longer),
        bearer(shorter),
        format!("Authorization: Basic {token}\r\n"),
        format!("Authorization: {token}\r\n"),
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let (status, body) = send(&practice, method, path, &headers, b"");
            assert_eq!(status, 401, "{method} {headers}");
            assert!(!String::from_utf8_lossy(&body).contains("secret"));
        }
    }
    let right = bearer(token);
    for (headers, why) in [
        ("Origin: https://example.com\r\n", "a page"),
        ("Origin: null\r\n", "a page that hides where it is from"),
        ("Host: rebound.example.com\r\n", "a name made to point here"),
    ] {
        let (status, _) = send(&practice, "GET", path, &format!("{right}{headers}"), b"");
        assert_eq!(status, 403, "{why}");
    }
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"secret".to_vec()));
    let told = format!("{} {practice:?}", practice.state());
    assert!(!told.contains(token) && !told.contains("secret\""), "{told}");
}

#[test]
fn what_no_keychain_keeps_is_refused() {
    let practice = start();
    assert_eq!(ask(&practice, "PUT", "large", &[7; 2560]).0, 204);
    assert_eq!(ask(&practice, "PUT", "larger", &[7; 2561]).0, 413);
    assert_eq!(ask(&practice, "PUT", "", b"x").0, 400);
    assert_eq!(ask(&practice, "PUT", "a+b", b"x").0, 400);
    assert_eq!(ask(&practice, "PUT", "%FF", b"x").0, 400);
    assert_eq!(ask(&practice, "POST", "seed", b"x").0, 405);
    assert_eq!(practice.keychain_names(), ["large"]);
}

#[test]
fn faults_are_met_in_turn_and_run_out() {
    let practice = start();
    ask(&practice, "PUT", "seed", b"secret");
    order(
        &practice,
        r#"[{"kind":"locked","times":2},{"kind":"denied"},{"kind":"no-service"},{"kind":"garbage"}]"#,
    );
    for (method, word) in [
        ("GET", "locked"),
        ("PUT", "locked"),
        ("DELETE", "denied"),
        ("GET", "no-service"),
    ] {
        assert_eq!(ask(&practice, method, "seed", b"new"), error(503, word));
    }
    let (status, garbage) = ask(&practice, "GET", "seed", b"");
    assert!(status == 200 && garbage != b"secret", "{garbage:?}");
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"secret".to_vec()));

    order(&practice, r#"[{"kind":"lost-write"}]"#);
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"secret".to_vec()));
    assert_eq!(ask(&practice, "PUT", "seed", b"lost"), (204, vec![]));
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"secret".to_vec()));
    assert_eq!(ask(&practice, "PUT", "seed", b"kept"), (204, vec![]));
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"kept".to_vec()));

    order(&practice, r#"[{"kind":"locked","times":100}]"#);
    practice.clear_keychain_faults();
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"kept".to_vec()));
}

#[test]
fn it_can_be_slow_or_silent() {
    let practice = start();
    ask(&practice, "PUT", "seed", b"secret");
    order(&practice, r#"[{"kind":"slow","milliseconds":200},{"kind":"silent"}]"#);
    let started = Instant::now();
    assert_eq!(ask(&practice, "GET", "seed", b""), (200, b"secret".to_vec()));
    assert!(started.elapsed() >= Duration::from_millis(200));
    let (headers, patience) = (bearer(practice.keychain_token()), Duration::from_millis(300));
    let silent = try_send(&practice, "GET", "/_practice/keychain/seed", &headers, b"", patience);
    assert!(
        matches!(silent, Err(ErrorKind::WouldBlock | ErrorKind::TimedOut)),
        "{silent:?}"
    );
    assert_eq!(
        ask(&practice, "GET", "seed", b"").0,
        200,
        "one silent call blocks no other"
    );
}

#[test]
fn faults_are_ordered_over_the_wire_too() {
    let practice = start();
    let control = |method: &str, body: &[u8]| send(&practice, method, "/_practice/keychain-faults", "", body).0;
    assert_eq!(control("POST", br#"[{"kind":"locked","times":9}]"#), 200);
    assert_eq!(ask(&practice, "GET", "seed", b""), error(503, "locked"));
    let keychain = &practice.state()["keychain"];
    assert_eq!(
        (keychain["calls"].as_u64(), keychain["faults"][0]["times"].as_u64()),
        (Some(1), Some(8))
    );
    assert_eq!(control("DELETE", b""), 200);
    assert_eq!(ask(&practice, "GET", "seed", b""), error(404, "missing"));
    assert_eq!(control("POST", br#"[{"kind":"unheard-of"}]"#), 400);
    let (status, _) = send(
        &practice,
        "POST",
        "/_practice/faults",
        "",
        br#"[{"kind":"throttle","times":5}]"#,
    );
    assert_eq!(status, 200);
    assert_eq!(
        ask(&practice, "GET", "seed", b"").0,
        404,
        "AWS's faults are not the keychain's"
    );
}
