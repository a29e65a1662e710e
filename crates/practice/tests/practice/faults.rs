//! Faults on order, seen from the wire.

use std::{
    io::{ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use mfa_tray_practice::FaultOrder;
use serde_json::Value;

use crate::stage::{INVALID, Stage, denied, refused};

fn order(stage: &Stage, json: &str) {
    stage
        .practice
        .order_faults(serde_json::from_str::<Vec<FaultOrder>>(json).unwrap());
}

/// Sends raw HTTP and returns what came back, and how it ended.
fn raw(stage: &Stage, request: &str) -> (String, Option<ErrorKind>) {
    let address = stage.practice.endpoint().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
        .write_all(request.replace("{host}", &address).as_bytes())
        .unwrap();
    let mut bytes = Vec::new();
    let end = stream.read_to_end(&mut bytes).err().map(|error| error.kind());
    (String::from_utf8_lossy(&bytes).into_owned(), end)
}

/// An unsigned request, which faults meet like any other.
fn unsigned(stage: &Stage) -> (String, Option<ErrorKind>) {
    let body = "Action=GetCallerIdentity&Version=2011-06-15";
    let length = body.len();
    raw(
        stage,
        &format!("POST / HTTP/1.1\r\nHost: {{host}}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"),
    )
}

fn control(stage: &Stage, method: &str, path: &str, header: &str, body: &str) -> String {
    let length = body.len();
    raw(stage, &format!("{method} {path} HTTP/1.1\r\nHost: {{host}}\r\n{header}Connection: close\r\nContent-Length: {length}\r\n\r\n{body}")).0
}

#[tokio::test]
async fn an_order_meets_its_action_and_runs_out() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    let client = stage.sts(&dana);
    order(
        &stage,
        r#"[{"action":"GetCallerIdentity","times":2,"kind":"throttle"},{"action":"GetCallerIdentity","kind":"error500"},{"action":"GetCallerIdentity","kind":"error503"}]"#,
    );
    assert!(
        stage.iam(&dana).get_user().send().await.is_ok(),
        "another action is spared"
    );
    for (status, code) in [
        (400, "Throttling"),
        (400, "Throttling"),
        (500, "InternalFailure"),
        (503, "ServiceUnavailable"),
    ] {
        let refusal = refused(client.get_caller_identity().send().await);
        assert_eq!((refusal.0, refusal.1.as_str()), (status, code));
    }
    assert!(client.get_caller_identity().send().await.is_ok());
}

#[tokio::test]
async fn a_request_can_take_effect_although_its_answer_is_lost() {
    let stage = Stage::new();
    let dana = stage.person("dana");
    let code = stage.code(&dana.serial, 0);
    order(&stage, r#"[{"kind":"reset"}]"#);
    assert!(stage.session(&dana, &code).await.is_err());
    assert!(
        stage.session(&dana, &code).await.is_ok(),
        "a request that was not processed uses no code"
    );

    let code = stage.code(&dana.serial, 1);
    order(&stage, r#"[{"kind":"reset","processed":true}]"#);
    assert!(stage.session(&dana, &code).await.is_err());
    assert_eq!(stage.session(&dana, &code).await.unwrap_err(), denied(INVALID));
}

#[tokio::test]
async fn the_servers_time_can_be_off() {
    let stage = Stage::new();
    let dana = stage.newcomer("dana");
    order(&stage, r#"[{"kind":"date-skew","seconds":-3600}]"#);
    let (_, code, message) = refused(stage.sts(&dana).get_caller_identity().send().await);
    assert_eq!(code, "SignatureDoesNotMatch");
    assert!(
        message.starts_with("Signature not yet current: 20261124T120010Z"),
        "{message}"
    );
    assert!(
        unsigned(&stage)
            .0
            .to_lowercase()
            .contains("date: tue, 24 nov 2026 11:00:10 gmt")
    );
    stage.practice.clear_faults();
    assert!(
        unsigned(&stage)
            .0
            .to_lowercase()
            .contains("date: tue, 24 nov 2026 12:00:10 gmt")
    );
    assert!(stage.sts(&dana).get_caller_identity().send().await.is_ok());
}

#[test]
fn an_answer_can_be_cut_reset_or_nonsense() {
    let stage = Stage::new();
    let (whole, end) = unsigned(&stage);
    assert!(
        whole.contains("<Code>MissingAuthenticationToken</Code>") && end.is_none(),
        "{whole}"
    );
    assert!(whole.to_lowercase().contains("x-amzn-requestid: "));

    order(
        &stage,
        r#"[{"kind":"truncated"},{"kind":"reset"},{"kind":"html"},{"kind":"garbage"}]"#,
    );
    let (cut, _) = unsigned(&stage);
    let (head, body) = cut.split_once("\r\n\r\n").unwrap();
    let promised: usize = head
        .to_lowercase()
        .split_once("content-length: ")
        .unwrap()
        .1
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        !body.is_empty() && body.len() < promised,
        "{} of {promised}",
        body.len()
    );
    assert_eq!(unsigned(&stage), (String::new(), Some(ErrorKind::ConnectionReset)));
    assert!(unsigned(&stage).0.contains("<html>"));
    let garbage = unsigned(&stage).0;
    assert!(garbage.starts_with("HTTP/1.1 200") && !garbage.contains("ErrorResponse"));
}

#[test]
fn an_answer_can_be_slow_in_every_part() {
    let stage = Stage::new();
    let canned = |delivery: &str| {
        order(
            &stage,
            &format!(
                r#"[{{"kind":"answer","status":200,"body":"0123456789","delivery":"{delivery}","milliseconds":20}}]"#
            ),
        );
        let start = Instant::now();
        let (answer, _) = unsigned(&stage);
        assert!(answer.contains("0") && answer.contains("9"), "{delivery}: {answer}");
        start.elapsed()
    };
    assert!(canned("slow-body") >= Duration::from_millis(180), "nine pauses");
    assert!(
        canned("slow-headers") >= Duration::from_millis(1000),
        "a head of more than fifty bytes"
    );
    order(&stage, r#"[{"kind":"slow","milliseconds":150}]"#);
    let start = Instant::now();
    assert!(unsigned(&stage).0.contains("MissingAuthenticationToken"));
    assert!(start.elapsed() >= Duration::from_millis(150));
}

#[test]
fn any_answer_can_be_ordered() {
    let stage = Stage::new();
    order(
        &stage,
        r#"[{"kind":"answer","status":429,"headers":{"Retry-After":"2"}},
            {"kind":"answer","status":200,"body":"good","delivery":"extra"},
            {"kind":"answer","status":200,"body":"packed","encoding":"gzip"}]"#,
    );
    let throttled = unsigned(&stage).0.to_lowercase();
    assert!(
        throttled.starts_with("http/1.1 429") && throttled.contains("retry-after: 2"),
        "{throttled}"
    );
    let (head, body) = unsigned(&stage)
        .0
        .split_once("\r\n\r\n")
        .map(|(head, body)| (head.to_owned(), body.to_owned()))
        .unwrap();
    assert!(head.starts_with("HTTP/1.1 200") && body.starts_with("good#") && body.len() == 10_244);
    let packed = unsigned(&stage).0;
    assert!(packed.to_lowercase().contains("content-encoding: gzip") && !packed.contains("packed"));
}

#[test]
fn a_page_in_a_browser_gets_nothing() {
    let stage = Stage::new();
    let serial = "arn:aws:iam::111122223333:mfa/alice";
    let path = format!("/_practice/code?serial={serial}");
    let answer = control(&stage, "GET", &path, "", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let value: Value = serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(value["code"], stage.code(serial, 0).as_str());
    assert_eq!(value["seconds_left"], 20);
    let previous = control(&stage, "GET", &format!("{path}&step=-1"), "", "");
    assert!(previous.contains(&stage.code(serial, -1)));

    assert!(control(&stage, "GET", &path, "Origin: https://example.com\r\n", "").starts_with("HTTP/1.1 403"));
    let rebound = raw(
        &stage,
        &format!("GET {path} HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n"),
    )
    .0;
    assert!(rebound.starts_with("HTTP/1.1 403"), "{rebound}");
    assert!(control(&stage, "GET", "/_practice/code?serial=none", "", "").starts_with("HTTP/1.1 404"));
    assert!(control(&stage, "GET", "/_practice/other", "", "").starts_with("HTTP/1.1 404"));
}

#[test]
fn faults_are_ordered_and_cleared_over_http() {
    let stage = Stage::new();
    let answer = control(
        &stage,
        "POST",
        "/_practice/faults",
        "",
        r#"[{"action":"GetUser","times":3,"kind":"throttle"}]"#,
    );
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(stage.practice.state()["faults"]["open"][0]["times"], 3);
    let wrong = control(&stage, "POST", "/_practice/faults", "", r#"[{"kind":"unheard-of"}]"#);
    assert!(wrong.starts_with("HTTP/1.1 400"), "{wrong}");
    assert!(control(&stage, "DELETE", "/_practice/faults", "", "").starts_with("HTTP/1.1 200"));
    assert_eq!(stage.practice.state()["faults"]["open"], Value::Array(Vec::new()));
}

/// The cases live beside the repository and not in it; without them there is nothing to check here.
#[test]
#[expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "says where it looked, and may be told where"
)]
fn every_recorded_answer_can_be_served() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora");
    let folder = std::env::var("MFA_TRAY_CORPORA").unwrap_or_else(|_| beside.to_owned());
    let Ok(text) = std::fs::read_to_string(format!("{folder}/sts/sts_answers.json")) else {
        println!("skipped: no corpora at {folder}");
        return;
    };
    let stage = Stage::new();
    let file: Value = serde_json::from_str(&text).unwrap();
    for case in file["cases"].as_array().unwrap() {
        let (id, body) = (case["id"].as_str().unwrap(), case["body"].as_str().unwrap());
        let mut answer = case.clone();
        answer["kind"] = "answer".into();
        let order = serde_json::from_value::<FaultOrder>(answer).unwrap_or_else(|error| panic!("{id}: {error}"));
        let delivery = case["delivery"].as_str().unwrap_or("whole");
        if !["whole", "extra", "reset"].contains(&delivery) {
            continue; // These take minutes or gigabytes; reading the order is what can be checked.
        }
        stage.practice.order_faults(vec![order]);
        let (wire, end) = unsigned(&stage);
        if delivery == "reset" {
            assert_eq!(end, Some(ErrorKind::ConnectionReset), "{id}");
            continue;
        }
        assert!(
            wire.starts_with(&format!("HTTP/1.1 {}", case["status"])),
            "{id}: {wire}"
        );
        let sent = wire.split_once("\r\n\r\n").unwrap().1;
        assert_eq!(sent.contains(body), case["encoding"].is_null(), "{id}");
    }
}

#[test]
fn a_bomb_is_sent_as_long_as_somebody_reads() {
    let stage = Stage::new();
    for delivery in ["gzip-bomb", "giant"] {
        order(
            &stage,
            &format!(r#"[{{"kind":"answer","status":200,"delivery":"{delivery}"}}]"#),
        );
        let address = stage.practice.endpoint().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(
            stream,
            "POST / HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\n\r\n"
        )
        .unwrap();
        let mut start = vec![0; 4 * 1024 * 1024];
        stream
            .read_exact(&mut start)
            .unwrap_or_else(|error| panic!("{delivery}: {error}"));
    }
}
