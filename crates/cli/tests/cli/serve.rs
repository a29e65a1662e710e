//! `exec --serve`: the endpoint as its command sees it, and as everybody else does.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::Value;

use crate::home::{Home, Practice};

const USER: &str = "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n\n\
     [dev-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = secretOfTheSession\n\
     aws_session_token = tokenOfTheSession\nx_security_token_expires = 2099-12-31T23:59:59Z\nmanager = mfa-tray\n";

/// A command that prints its variables and waits for its standard input to end.
struct Served {
    child: Child,
    address: String,
    token: String,
    token_file: String,
    printed: String,
}

impl Served {
    fn start(home: &Home) -> Served {
        let script = "env; echo ready; cat >/dev/null";
        let mut command = home.command(&["exec", "--serve", "dev", "--", "sh", "-c", script]);
        command
            .env("AWS_ACCESS_KEY_ID", "stale")
            .env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/stale");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut printed = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        while !printed.ends_with("ready\n") {
            assert_ne!(
                std::io::BufRead::read_line(&mut out, &mut printed).unwrap(),
                0,
                "{printed}"
            );
        }
        let value = |name: &str| {
            let line = printed.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
            line.unwrap_or_else(|| panic!("no {name} in {printed}")).to_owned()
        };
        let uri = value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let token_file = value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        let address = uri
            .strip_prefix("http://")
            .unwrap()
            .strip_suffix("/credentials")
            .unwrap()
            .to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{address}");
        Served {
            token: std::fs::read_to_string(&token_file).unwrap(),
            child,
            address,
            token_file,
            printed,
        }
    }

    /// The answer to a request with these lines, and its body.
    fn ask(&self, request: &str, headers: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let text = request.replace("HOST", &self.address);
        let headers = headers.replace("HOST", &self.address).replace("TOKEN", &self.token);
        write!(stream, "{text}\r\n{headers}Connection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    /// Lets the command end, and says how the whole ended.
    fn end(mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        let status = self.child.wait().unwrap();
        assert!(!Path::new(&self.token_file).exists(), "the token is left behind");
        assert!(TcpStream::connect(&self.address).is_err(), "it still listens");
        status.code()
    }
}

#[cfg(unix)]
#[test]
fn the_command_gets_the_session_by_the_contract_and_nobody_else_does() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = Home::new("[profile dev]\nregion = eu-west-1\n", USER);
    let served = Served::start(&home);
    assert!(
        !served.printed.contains("stale") && !served.printed.contains("secretOfTheSession"),
        "{}",
        served.printed
    );
    assert!(served.printed.contains("AWS_REGION=eu-west-1\n"), "{}", served.printed);
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    let file = Path::new(&served.token_file);
    assert_eq!((mode(file), mode(file.parent().unwrap())), (0o600, 0o700));

    let good = "Host: HOST\r\nAuthorization: TOKEN\r\nAccept: application/json\r\n";
    let (status, body) = served.ask("GET /credentials HTTP/1.1", good);
    assert!(status.ends_with("200 OK"), "{status} {body}");
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&answer["AccessKeyId"], &answer["Token"], &answer["Expiration"]),
        (
            &"ASIAIOSFODNN7EXAMPLE".into(),
            &"tokenOfTheSession".into(),
            &"2099-12-31T23:59:59Z".into()
        )
    );
    for (request, headers, expected) in [
        ("GET /credentials HTTP/1.1", "Host: HOST\r\n", "401"),
        (
            "GET /credentials HTTP/1.1",
            "Host: HOST\r\nAuthorization: wrong\r\n",
            "401",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: HOST\r\nAuthorization: TOKENx\r\n",
            "401",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: HOST\r\nAuthorization: TOKEN\r\nAuthorization: TOKEN\r\n",
            "401",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: evil.example\r\nAuthorization: TOKEN\r\n",
            "403",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: localhost:80\r\nAuthorization: TOKEN\r\n",
            "403",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: HOST\r\nOrigin: null\r\nAuthorization: TOKEN\r\n",
            "403",
        ),
        (
            "GET /credentials HTTP/1.1",
            "Host: HOST\r\nOrigin: http://HOST\r\nAuthorization: TOKEN\r\n",
            "403",
        ),
        ("GET http://evil.example/credentials HTTP/1.1", good, "403"),
        ("GET http://HOST/credentials HTTP/1.1", good, "403"),
        ("GET / HTTP/1.1", good, "404"),
        ("GET /credentials/ HTTP/1.1", good, "404"),
        ("GET /credentials?x=1 HTTP/1.1", good, "404"),
        ("POST /credentials HTTP/1.1", good, "405"),
        ("OPTIONS /credentials HTTP/1.1", good, "405"),
    ] {
        let (status, body) = served.ask(request, headers);
        assert!(status.contains(expected), "{request} {headers}: {status}");
        assert!(
            !body.contains("secretOfTheSession") && !body.contains(&served.token),
            "{body}"
        );
    }
    assert_eq!(served.end(), Some(0));
}

#[cfg(unix)]
#[test]
fn a_request_that_never_ends_is_given_up_and_holds_nobody_up() {
    let home = Home::new("", USER);
    let served = Served::start(&home);
    let mut stuck = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(&served.address).unwrap();
        write!(stream, "GET /credentials HTTP/1.1\r\nHost: ").unwrap();
        stream
            .set_read_timeout(Some(std::time::Duration::from_secs(30)))
            .unwrap();
        stuck.push(stream);
    }
    let good = "Host: HOST\r\nAuthorization: TOKEN\r\n";
    let (status, _) = served.ask("GET /credentials HTTP/1.1", good);
    assert!(status.ends_with("200 OK"), "{status}");
    for mut stream in stuck {
        let mut rest = Vec::new();
        // Closed, with an answer or without; a time-out is an error of another kind.
        if let Err(error) = stream.read_to_end(&mut rest) {
            assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset, "{error}");
        }
        assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    }
    let huge = format!("{good}X-Large: {}\r\n", "x".repeat(64 * 1024));
    let mut stream = TcpStream::connect(&served.address).unwrap();
    // It may be cut off while it still writes.
    let _ = write!(stream, "GET /credentials HTTP/1.1\r\n{huge}\r\n");
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    assert!(
        !String::from_utf8_lossy(&answer).contains("200 OK"),
        "too large a head is not answered"
    );
    assert_eq!(served.end(), Some(0));
}

#[cfg(unix)]
#[test]
fn signals_reach_the_command_and_its_ending_is_ours() {
    let home = Home::new("", USER);
    let run = |script| home.run(&["exec", "--serve", "dev", "--", "sh", "-c", script]);
    run("exit 42").ended(42);
    run("kill -9 $$").ended_by(9);
    let mut child = home
        .command(&[
            "exec",
            "--serve",
            "dev",
            "--",
            "sh",
            "-c",
            "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(7));
    home.run(&["exec", "--serve", "dev", "--", "no-such-command"])
        .ended(127);
}

#[cfg(unix)]
#[test]
fn a_default_profile_with_keys_does_not_win() {
    let home = Home::new(
        "",
        &format!("[default]\naws_access_key_id = AKIAOTHERXXXXEXAMPLE\naws_secret_access_key = s\n{USER}"),
    );
    let ran = home
        .run(&[
            "exec",
            "--serve",
            "dev",
            "--",
            "sh",
            "-c",
            "cat \"$AWS_SHARED_CREDENTIALS_FILE\" \"$AWS_CONFIG_FILE\"",
        ])
        .ended(0);
    assert_eq!(ran.stdout, "", "the files it looks into are empty");
}

#[test]
fn a_session_in_its_margin_is_renewed_where_nobody_has_to_type() {
    // Each session is shorter than the margin that a program waits for.
    let practice = Practice::start(&["--session-seconds", "8"]);
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    let script = "for i in 1 2; do curl --silent --fail --header \"Authorization: $(cat $AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)\" \
         $AWS_CONTAINER_CREDENTIALS_FULL_URI; echo; sleep 8; done";
    let mut command = practice.command(&["exec", "--serve", "fresh", "--", "sh", "-c", script]);
    let ran = crate::home::run(command.env("PATH", "/usr/local/bin:/usr/bin:/bin")).ended(0);
    let ids: Vec<String> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["AccessKeyId"].to_string())
        .collect();
    assert_eq!(ids.len(), 2, "{ran:?}");
    assert_ne!(ids[0], ids[1], "the second is a new session");
}
