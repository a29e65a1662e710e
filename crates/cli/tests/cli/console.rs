//! The console's sign-in, against practice AWS and with a browser that tells what it was given.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use crate::home::{Practice, put, run};

/// What practice's console says to a browser that follows `address`.
fn follow(address: &str) -> String {
    let rest = address.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn practice() -> Practice {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    practice
}

#[test]
fn a_roles_session_signs_in_once_and_a_users_is_refused_before_anything_is_asked() {
    let practice = practice();
    let ran = practice
        .run(&["console", "admin", "--print", "--region", "eu-north-1"])
        .ended(0);
    assert!(
        ran.stderr
            .contains("for 15 minutes this address signs in whoever has it"),
        "{ran:?}"
    );
    let address = ran.stdout.trim();
    assert!(address.contains("region%3Deu-north-1"), "{address}");
    let answer = follow(address);
    assert!(answer.contains("signed in as arn:aws:sts::"), "{answer}");
    assert!(follow(address).starts_with("HTTP/1.1 400"), "an address signs in once");
    let user = practice.run(&["console", "fresh", "--print"]).ended(1);
    assert!(
        user.stdout.is_empty() && user.stderr.contains("is an IAM user"),
        "{user:?}"
    );
    practice.run(&["console", "nobody"]).ended(1);
}

#[cfg(unix)]
#[test]
fn the_browser_gets_a_page_that_nobody_else_can_read_and_that_is_gone_afterwards() {
    use std::os::unix::fs::PermissionsExt as _;

    let practice = practice();
    let tools = practice.home().join("tools");
    fs::create_dir(&tools).unwrap();
    let seen = practice.home().join("seen");
    let script = format!(
        "#!/bin/sh\n{{ echo \"$@\"; stat -c %a \"$1\"; stat -c %a \"$(dirname \"$1\")\"; cat \"$1\"; env; }} > {}\n",
        seen.display()
    );
    put(&tools.join("xdg-open"), script.as_bytes());
    fs::set_permissions(tools.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = practice.command(&["console", "admin"]);
    command.env("PATH", format!("{}:/usr/bin:/bin", tools.display()));
    let ran = run(&mut command).ended(0);
    assert!(ran.stdout.is_empty() && !ran.stderr.contains("SigninToken"), "{ran:?}");
    let text = fs::read_to_string(seen).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1..3], ["600", "700"]);
    assert!(
        !lines[0].contains("SigninToken") && !lines[0].contains("http"),
        "{}",
        lines[0]
    );
    assert!(!Path::new(lines[0]).exists(), "the page is left behind");
    assert!(
        !text.contains("AWS_") && !text.contains("MFA_TRAY_"),
        "the browser needs none of these: {text}"
    );
    let address = text
        .split("url=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    assert!(follow(&address).contains("signed in as"), "{address}");
}

#[cfg(unix)]
#[test]
fn a_program_that_is_ended_meanwhile_takes_its_page_with_it() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::process::ExitStatusExt as _;

    let practice = practice();
    let tools = practice.home().join("tools");
    fs::create_dir(&tools).unwrap();
    let temporary = practice.home().join("temporary");
    fs::create_dir(&temporary).unwrap();
    put(&tools.join("xdg-open"), b"#!/bin/sh\nexit 0\n");
    fs::set_permissions(tools.join("xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let pages = || fs::read_dir(&temporary).unwrap().count();
    for signal in [
        rustix::process::Signal::INT,
        rustix::process::Signal::TERM,
        rustix::process::Signal::HUP,
    ] {
        let mut command = practice.command(&["console", "admin"]);
        command.env("PATH", format!("{}:/usr/bin:/bin", tools.display()));
        let mut child = command.env("TMPDIR", &temporary).spawn().unwrap();
        let start = std::time::Instant::now();
        while pages() == 0 {
            assert!(start.elapsed().as_secs() < 30, "no page was made");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        // The browser has its page, and the program waits.
        std::thread::sleep(std::time::Duration::from_millis(500));
        rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
        let status = child.wait().unwrap();
        assert_eq!(status.signal(), Some(signal.as_raw()), "{status:?}");
        assert_eq!(pages(), 0, "the page is left behind");
    }
}

#[test]
fn without_a_browser_there_is_still_the_address() {
    let practice = practice();
    let mut command = practice.command(&["console", "admin"]);
    let ran = run(command.env("PATH", "/nonexistent")).ended(1);
    assert!(ran.stderr.contains("--print"), "{ran:?}");
}
