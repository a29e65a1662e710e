use std::net::TcpListener;
use std::time::{Duration, Instant};

use mfa_tray_core::ports::LARGEST_ENTRY;
use mfa_tray_practice as practice;
use practice::{KeychainFaultOrder, Options, Practice};
use tempfile::TempDir;

use super::*;

/// A folder with practice's marker.
fn marked() -> TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::File::create(home.path().join(MARKER)).unwrap();
    home
}

/// Practice AWS and its keychain, as its own environment leads there.
fn start() -> (Practice, practice::Home, PracticeKeychain) {
    let practice = Practice::start(Options::default()).unwrap();
    let home = practice::Home::create(&practice).unwrap();
    let token = practice.keychain_token().to_owned();
    let keychain = PracticeKeychain::find(token, Some(practice.endpoint()), Some(home.path()));
    (practice, home, keychain)
}

fn read(keychain: &PracticeKeychain, name: &str) -> Result<Option<Vec<u8>>, Unavailable> {
    let read = keychain.read(name)?;
    Ok(read.map(|secret| secret.expose_secret().to_vec()))
}

fn fails(keychain: &PracticeKeychain, why: &str) {
    let read = keychain.read("a").map(|_| ());
    let written = keychain.write("a", &vec![1].into());
    let removed = keychain.remove("a").map(|_| ());
    for answer in [read, written, removed] {
        assert!(
            matches!(&answer, Err(Unavailable::Failed(text)) if text.contains(why)),
            "{answer:?}"
        );
    }
}

#[test]
fn only_an_address_of_loopback_is_practice() {
    for endpoint in [
        "https://127.0.0.1:4000",
        "http://localhost:4000",
        "http://127.0.0.1",
        "http://127.0.0.1:0",
        "http://127.0.0.2:4000",
        "http://192.0.2.1:4000",
        "http://[::ffff:127.0.0.1]:4000",
        "http://127.0.0.1:4000/path",
        "http://127.0.0.1:4000@example.com",
        "http://user@127.0.0.1:4000",
        "http://127.1:4000",
        "http://127.0.0.1.example.com:4000",
        "",
    ] {
        assert_eq!(loopback(endpoint), None, "{endpoint}");
    }
    for endpoint in ["http://127.0.0.1:4000", "http://127.0.0.1:4000/", "http://[::1]:4000"] {
        assert!(loopback(endpoint).is_some(), "{endpoint}");
    }
}

#[test]
fn away_from_practices_ground_every_call_fails() {
    let marked = marked();
    let unmarked = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(MARKER)).unwrap();
    let here = Some("http://127.0.0.1:9");
    let check = |token: &str, endpoint, home: Option<&Path>, why| {
        fails(&PracticeKeychain::find(token.to_owned(), endpoint, home), why);
    };
    check("token", None, Some(marked.path()), "AWS_ENDPOINT_URL");
    check(
        "token",
        Some("http://sts.amazonaws.com"),
        Some(marked.path()),
        "AWS_ENDPOINT_URL",
    );
    check("token", here, None, "HOME");
    check("token", here, Some(unmarked.path()), "HOME");
    check("token", here, Some(folder.path()), "HOME");
    check("token", here, Some(Path::new("relative")), "HOME");
    check("", here, Some(marked.path()), "MFA_TRAY_PRACTICE_KEYCHAIN");
    check("to\r\nken", here, Some(marked.path()), "MFA_TRAY_PRACTICE_KEYCHAIN");
    check("token", here, Some(marked.path()), "not running");
    #[cfg(unix)]
    {
        let linked = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(marked.path().join(MARKER), linked.path().join(MARKER)).unwrap();
        check("token", here, Some(linked.path()), "HOME");
    }
}

#[test]
fn names_in_paths_cannot_run_together() {
    for (name, path) in [
        ("seed-v1_abc", "seed-v1_abc"),
        ("a/b", "a%2Fb"),
        ("a%2Fb", "a%252Fb"),
        ("..", "%2E%2E"),
        ("é\r\n", "%C3%A9%0D%0A"),
    ] {
        assert_eq!(encoded(name), path);
    }
}

#[test]
fn an_entry_too_large_is_not_sent() {
    let home = marked();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let keychain = PracticeKeychain::find("token".to_owned(), Some(&endpoint), Some(home.path()));
    let written = keychain.write("a", &vec![0; LARGEST_ENTRY + 1].into());
    assert!(matches!(written, Err(Unavailable::Failed(_))), "{written:?}");
    assert!(listener.accept().is_err(), "nobody called");
}

#[test]
fn neither_the_token_nor_an_entry_is_printed() {
    let home = marked();
    let keychain = PracticeKeychain::find("sesame".to_owned(), Some("http://127.0.0.1:9"), Some(home.path()));
    assert!(!format!("{keychain:?}").contains("sesame"));
}

#[test]
fn entries_are_written_read_and_removed() {
    let (practice, _home, keychain) = start();
    let every_byte: Vec<u8> = (0..=255).cycle().take(LARGEST_ENTRY).collect();
    assert_eq!(read(&keychain, "a/b"), Ok(None));
    assert_eq!(keychain.write("a/b", &every_byte.clone().into()), Ok(()));
    assert_eq!(keychain.write("a%2Fb", &vec![].into()), Ok(()));
    assert_eq!(practice.keychain_names(), ["a%2Fb", "a/b"]);
    assert_eq!(read(&keychain, "a/b"), Ok(Some(every_byte)));
    assert_eq!(read(&keychain, "a%2Fb"), Ok(Some(vec![])));
    assert_eq!(keychain.remove("a/b"), Ok(true));
    assert_eq!(keychain.remove("a/b"), Ok(false));
    assert_eq!(read(&keychain, "a/b"), Ok(None));
    assert!(!keychain.asks_for_consent());
}

#[test]
fn every_fault_is_told_as_what_it_is() {
    let (practice, _home, keychain) = start();
    practice.put_keychain_entry("a", b"secret");
    let order = |json: &str| {
        let orders: Vec<KeychainFaultOrder> = serde_json::from_str(json).unwrap();
        practice.order_keychain_faults(orders);
    };
    for (kind, expected) in [
        ("locked", Unavailable::Locked),
        ("denied", Unavailable::Denied),
        ("no-service", Unavailable::NoService),
    ] {
        order(&format!(r#"[{{"kind":"{kind}","times":3}}]"#));
        assert_eq!(read(&keychain, "a"), Err(expected.clone()));
        assert_eq!(keychain.write("a", &vec![1].into()), Err(expected.clone()));
        assert_eq!(keychain.remove("a"), Err(expected));
    }
    order(r#"[{"kind":"garbage"},{"kind":"lost-write"}]"#);
    assert!(read(&keychain, "a").is_ok_and(|read| read.is_some_and(|read| read != b"secret")));
    assert_eq!(
        keychain.write("a", &vec![1].into()),
        Ok(()),
        "a lost write shows when it is read back"
    );
    assert_eq!(read(&keychain, "a"), Ok(Some(b"secret".to_vec())));
    order(r#"[{"kind":"silent"}]"#);
    let started = Instant::now();
    assert_eq!(read(&keychain, "a"), Err(Unavailable::TimedOut));
    assert!(
        (10..13).contains(&started.elapsed().as_secs()),
        "{:?}",
        started.elapsed()
    );
    assert_eq!(read(&keychain, "a"), Ok(Some(b"secret".to_vec())));
}

#[test]
fn a_token_of_another_practice_opens_nothing() {
    let (practice, home, _) = start();
    practice.put_keychain_entry("a", b"secret");
    let other = Practice::start(Options::default()).unwrap();
    let token = other.keychain_token().to_owned();
    let keychain = PracticeKeychain::find(token, Some(practice.endpoint()), Some(home.path()));
    fails(&keychain, "token");
    assert_eq!(practice.keychain_entry("a"), Some(b"secret".to_vec()));
}

#[test]
fn what_answers_in_practices_place_is_not_believed() {
    use std::io::{Read as _, Write as _};

    let home = marked();
    let check = |answer: &'static [u8], expected: &str| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let mut stream = listener.accept().unwrap().0;
            let _ = stream.read(&mut [0; 1024]);
            // Whoever has heard enough hangs up.
            let _ = stream.write_all(answer);
        });
        let keychain = PracticeKeychain::find("token".to_owned(), Some(&endpoint), Some(home.path()));
        let read = format!("{:?}", read(&keychain, "a"));
        server.join().unwrap();
        assert!(read.contains(expected), "{read}");
    };
    let not_practice = "not from practice AWS";
    check(b"", not_practice);
    check(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", not_practice);
    check(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", not_practice);
    check(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", not_practice);
    check(&[b'#'; 64 * 1024], "broke off");
}

#[test]
fn an_answer_byte_by_byte_does_not_outlast_our_patience() {
    use std::io::Write as _;

    let home = marked();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let mut stream = listener.accept().unwrap().0;
        while stream.write_all(b"H").is_ok() {
            std::thread::sleep(Duration::from_millis(100));
        }
    });
    let keychain = PracticeKeychain::find("token".to_owned(), Some(&endpoint), Some(home.path()));
    let started = Instant::now();
    assert_eq!(read(&keychain, "a"), Err(Unavailable::TimedOut));
    assert!(started.elapsed() < Duration::from_secs(13), "{:?}", started.elapsed());
    server.join().unwrap();
}
