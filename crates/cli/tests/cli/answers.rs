//! Every answer STS, a proxy or an attacker can give, served to the real program.

#[path = "../../../core/tests/corpora/cases.rs"]
mod cases;

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use mfa_tray_practice::{FaultOrder, Options, Practice};
use serde_json::{Value, json};

use crate::answers::cases::{cases, id, say};
use crate::home::{Home, run};

const CONFIG: &str = "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n";
const CREDENTIALS: &str = "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";
/// Ten seconds for the call, and the program around it.
const PATIENCE: Duration = Duration::from_secs(12);

#[test]
fn every_answer_ends_as_it_should() {
    let Some(cases) = cases("sts/sts_answers.json") else {
        return;
    };
    let (queue, wrong) = (Mutex::new(cases.iter()), Mutex::new(Vec::new()));
    let ended = Mutex::new(BTreeMap::<i32, u32>::new());
    // Most of the time goes by in waiting for answers that do not come.
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                loop {
                    let Some(case) = queue.lock().unwrap().next() else {
                        return;
                    };
                    match play(case) {
                        Ok(exit) => *ended.lock().unwrap().entry(exit).or_default() += 1,
                        Err(error) => wrong.lock().unwrap().push(format!("{}: {error}", id(case))),
                    }
                }
            });
        }
    });
    say(&format!(
        "{} answers, by exit code: {:?}",
        cases.len(),
        ended.lock().unwrap()
    ));
    say("never-accept is served as silence: loopback drops no packets; a full door has a test of its own");
    let wrong = wrong.lock().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn play(case: &Value) -> Result<i32, String> {
    let practice = Practice::start(Options::default()).unwrap();
    practice.order_faults(vec![order(case)]);
    let home = Home::new(CONFIG, CREDENTIALS);
    let started = Instant::now();
    let ran = run(home
        .command(&["refresh", "dev", "--code", "123456"])
        .env("AWS_ENDPOINT_URL", practice.endpoint()));
    let took = started.elapsed();
    let after = fs::read_to_string(home.credentials()).unwrap();
    let exit = ran.exit.ok_or("ended by a signal")?;
    let expected: &[i32] = match (
        case["expect"]["kind"].as_str().unwrap(),
        case["expect"]["class"].as_str(),
    ) {
        ("success", _) => &[0],
        ("either", _) => &[0, 7],
        (_, Some("throttled" | "server" | "not-sts" | "proxy-auth" | "bad-response" | "expired-answer")) => &[7],
        (_, Some("timeout" | "network")) => &[7],
        _ => &[4],
    };
    let leaked = ["wJalrXUtnFEMI", "FwoGZXIvYXdz", "123456"]
        .iter()
        .any(|secret| ran.stderr.contains(secret));
    match () {
        () if !expected.contains(&exit) => Err(format!("exit {exit} and not {expected:?}: {ran:?}")),
        () if exit != 0 && after != CREDENTIALS => Err(format!("the file changed: {after}")),
        () if exit == 0 && !after.starts_with(CREDENTIALS) => Err(format!("other lines changed: {after}")),
        () if exit == 0 && !after.contains("[dev-mfa]") => Err(format!("nothing was written: {ran:?}")),
        () if exit != 0 && !ran.stderr.contains("hint: ") => Err(format!("no hint: {ran:?}")),
        () if leaked => Err(format!("a secret is shown: {ran:?}")),
        () if took > PATIENCE => Err(format!("took {} s", took.as_secs())),
        () => Ok(exit),
    }
}

fn order(case: &Value) -> FaultOrder {
    let mut answer = case.clone();
    answer["kind"] = "answer".into();
    answer["action"] = "GetSessionToken".into();
    if case["expect"]["kind"] != "error" {
        // The recorded sessions end on a day that passes; by the server's clock they have hours left.
        answer["headers"]["Date"] = json!("Mon, 23 Nov 2026 19:00:00 GMT");
    }
    serde_json::from_value(answer).unwrap()
}

/// A server whose queue of connections is full: to the caller, a host that drops packets.
#[cfg(target_os = "linux")]
#[test]
fn a_host_that_takes_no_connection_is_given_up_and_the_code_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let full = fill(address);
    let home = Home::new(CONFIG, CREDENTIALS);
    for _ in 0..2 {
        let started = Instant::now();
        let ran = run(home
            .command(&["refresh", "dev", "--code", "123456"])
            .env("AWS_ENDPOINT_URL", format!("http://{address}")));
        let ran = ran.ended(7);
        assert!(
            started.elapsed() < Duration::from_secs(6),
            "took {:?}",
            started.elapsed()
        );
        assert!(ran.stderr.contains("the code was not sent"), "{ran:?}");
    }
    drop(full);
}

#[cfg(target_os = "linux")]
fn fill(address: SocketAddr) -> Vec<TcpStream> {
    let mut full = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        full.push(stream);
        assert!(full.len() < 10_000, "this system's queue has no end");
    }
    full
}
