//! A call that a person does not want to wait for any longer. A process of its own: cancelling ends every call in it.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::net::TcpListener;
use std::time::{Duration, Instant};

use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::aws_files::{AwsFiles, Properties};
use mfa_tray_core::endpoint::{EndpointEnvironment, endpoint};
use mfa_tray_core::ports::{Aws as _, Caller};
use mfa_tray_core::profile::AccessKeyId;
use mfa_tray_core::secret::AccessKey;
use mfa_tray_system::{SdkAws, cancel_calls};

#[test]
fn a_call_that_nobody_answers_ends_when_it_is_cancelled() {
    // It is connected to and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let environment = EndpointEnvironment {
        url: Some(format!("http://{}", listener.local_addr().unwrap())),
        ..EndpointEnvironment::default()
    };
    let caller = Caller {
        key: AccessKey {
            id: AccessKeyId::parse("AKIAIOSFODNN7EXAMPLE").unwrap(),
            secret: "wJalrXUtnFEMI".into(),
            session_token: None,
        },
        endpoint: endpoint(&environment, &AwsFiles::default(), &Properties::default(), None).unwrap(),
    };
    let calling = std::thread::spawn(move || SdkAws::new().caller_identity(&caller).result);
    let (stream, _) = listener.accept().unwrap();
    let start = Instant::now();
    // The request may be on its way still; who cancels twice means it.
    while !calling.is_finished() {
        assert!(start.elapsed() < Duration::from_secs(5), "it goes on");
        cancel_calls();
        std::thread::sleep(Duration::from_millis(20));
    }
    let error = calling.join().unwrap().unwrap_err();
    assert!(
        matches!(&error, AwsError::Unanswered { reason, .. } if reason.contains("cancelled")),
        "a code in it may have arrived: {error}"
    );
    drop(stream);
}
