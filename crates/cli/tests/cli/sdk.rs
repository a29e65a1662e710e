//! AWS's SDK for Rust as a consumer: of the target profile, of a `credential_process` line, and of the endpoint.

use aws_config::{BehaviorVersion, Region};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_http_client::Builder;

use crate::home::Practice;

/// Who the SDK says that the profile is.
fn identity(practice: &Practice, profile: &str) -> String {
    let variable = |name: &str| practice.ready["env"][name].as_str().unwrap();
    let files = EnvConfigFiles::builder()
        .with_file(EnvConfigFileKind::Config, variable("AWS_CONFIG_FILE"))
        .with_file(EnvConfigFileKind::Credentials, variable("AWS_SHARED_CREDENTIALS_FILE"))
        .build();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let config = aws_config::defaults(BehaviorVersion::latest())
            .profile_files(files)
            .profile_name(profile)
            .region(Region::new("us-east-1"))
            .endpoint_url(variable("AWS_ENDPOINT_URL"))
            .http_client(Builder::new().build_http())
            .load()
            .await;
        let answer = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await;
        answer.unwrap().arn.unwrap()
    })
}

#[cfg(unix)]
#[test]
fn the_sdk_for_rust_uses_the_session_of_the_file_and_the_one_it_asks_for() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    let alice = "arn:aws:iam::111122223333:user/alice";
    assert_eq!(identity(&practice, "dev-mfa"), alice);

    practice
        .run(&["setup", "dev", "--credential-process", "--yes"])
        .ended(0);
    // The SDK runs the line in this process's environment; a program of that name leads to practice and to ours.
    let config = practice.ready["env"]["AWS_CONFIG_FILE"].as_str().unwrap();
    let text = std::fs::read_to_string(config).unwrap();
    let program = env!("CARGO_BIN_EXE_mfa-tray");
    let variables = practice.ready["env"].as_object().unwrap().iter();
    let exports: String = variables
        .map(|(name, value)| format!("export {name}='{}'\n", value.as_str().unwrap()))
        .collect();
    let wrapper = practice.home().join("mfa-tray");
    crate::home::put(
        &wrapper,
        format!("#!/bin/sh\n{exports}exec '{program}' \"$@\"\n").as_bytes(),
    );
    std::fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let line = format!("credential_process = {program} ");
    assert!(text.contains(&line), "{text}");
    let text = text.replace(&line, &format!("credential_process = {} ", wrapper.display()));
    crate::home::put(config.as_ref(), text.as_bytes());
    assert!(!practice.credentials().contains("aws_session_token"));
    assert_eq!(identity(&practice, "dev-mfa"), alice);
}
