//! From a code to a session against practice AWS, as a person at a terminal or a script would do it.

use std::fs;

use crate::home::{Practice, Ran, run, run_with_input};

/// A code no device shows near now.
fn wrong(code: &str) -> String {
    let first = (code.as_bytes()[0] - b'0' + 5) % 10;
    format!("{first}{}", &code[1..])
}

/// Words that must stand in no output: what the files hold behind secret keys.
fn assert_hides(practice: &Practice, ran: &Ran) {
    let credentials = practice.credentials();
    let secrets = credentials.lines().filter_map(|line| {
        let (key, value) = line.split_once(" = ")?;
        (key.contains("secret") || key.ends_with("_token")).then_some(value)
    });
    for secret in secrets {
        assert!(
            !ran.stdout.contains(secret) && !ran.stderr.contains(secret),
            "a secret stands in {ran:?}"
        );
    }
}

fn entry(practice: &Practice, name: &str) -> serde_json::Value {
    let all = practice.run(&["list", "--json"]).ended(0).json();
    let mut entries = all.as_array().unwrap().iter();
    entries
        .find(|entry| entry["name"] == name)
        .cloned()
        .unwrap_or_else(|| panic!("no {name} in {all}"))
}

#[test]
fn the_line_practice_prints_is_what_programs_rely_on() {
    let practice = Practice::start(&[]);
    let names: Vec<_> = practice.ready["profiles"]
        .as_array()
        .unwrap()
        .iter()
        .map(|profile| &profile["name"])
        .collect();
    assert_eq!(names, ["dev", "fresh", "ops", "admin", "sso"]);
    assert!(practice.ready["profiles"][0]["mfa_serial"].is_string());
    for name in [
        "HOME",
        "XDG_CONFIG_HOME",
        "XDG_STATE_HOME",
        "AWS_ENDPOINT_URL",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ] {
        assert!(practice.ready["env"][name].is_string(), "{name}");
    }
    assert_eq!(practice.ready["env"]["AWS_ENDPOINT_URL"], practice.ready["endpoint"]);
    let kinds =
        ["dev", "fresh", "ops", "admin", "sso"].map(|name| entry(&practice, name)["kind"].as_str().unwrap().to_owned());
    assert_eq!(kinds, ["iam-user", "iam-user", "iam-user", "role", "managed"]);
}

#[cfg(unix)]
#[test]
fn a_signal_ends_practice_and_removes_its_home() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::INT] {
        let practice = Practice::start(&[]);
        let home = practice.home();
        assert!(home.join(".aws/credentials").is_file());
        assert_eq!(practice.end(signal), Some(0));
        assert!(!home.exists(), "{} is left", home.display());
    }
}

#[test]
fn wrong_then_right_then_the_same_again() {
    let practice = Practice::start(&[]);
    let before = practice.credentials();
    let code = practice.code(practice.serial(0));

    let ran = practice.run(&["refresh", "dev", "--code", &wrong(&code)]).ended(4);
    assert!(
        ran.stdout.is_empty() && ran.stderr.starts_with("error: AWS did not accept the code\nhint: "),
        "{ran:?}"
    );
    assert_eq!(practice.credentials(), before);
    let again = practice.run(&["refresh", "dev", "--code", &wrong(&code)]).ended(4);
    assert!(again.stderr.contains("already used"), "{again:?}");
    practice.run(&["status", "dev"]).ended(1);

    let ran = practice.run(&["refresh", "dev", "--code", &code, "--json"]).ended(0);
    let refreshed = ran.json();
    assert_eq!(
        (&refreshed["profile"], &refreshed["target"]),
        (&"dev".into(), &"dev-mfa".into())
    );
    assert!(refreshed["access_key_id"].as_str().unwrap().starts_with("ASIA"));
    let keys: Vec<_> = refreshed.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["access_key_id", "expires_at", "profile", "target"]);
    assert!(practice.credentials().starts_with(&before));
    assert_hides(&practice, &ran);

    practice.run(&["status", "dev"]).ended(0);
    let entry = entry(&practice, "dev");
    assert_eq!(
        (&entry["state"], &entry["account"]),
        (&"active".into(), &"111122223333".into())
    );
    assert_eq!(entry["expires_at"], refreshed["expires_at"]);
    let all = practice.run(&["list", "--json"]).json();
    assert!(
        !all.as_array().unwrap().iter().any(|entry| entry["name"] == "dev-mfa"),
        "a target is no entry of its own"
    );
    let shown = practice.run(&["show", "dev-mfa", "--json"]).ended(0);
    assert_eq!(shown.json()["properties"]["aws_session_token"], "[redacted]");
    assert_eq!(shown.json()["properties"]["region"], "eu-west-1");

    let kept = practice.run(&["refresh", "dev", "--json"]).ended(0);
    assert_eq!(kept.json(), refreshed, "a good session needs no code");
    let used = practice.run(&["refresh", "dev", "--force", "--code", &code]).ended(4);
    assert!(used.stderr.contains("already used"), "{used:?}");

    let cleared = practice.run(&["clear", "dev"]).ended(0);
    assert!(
        cleared.stderr.contains(refreshed["expires_at"].as_str().unwrap()),
        "{cleared:?}"
    );
    assert!(!practice.credentials().contains("ASIA"));
    practice.run(&["status", "dev"]).ended(1);
}

#[test]
fn a_code_comes_from_standard_input_too() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    let ran = run_with_input(
        &mut practice.command(&["refresh", "dev", "--code", "-"]),
        &format!(" {code} \nmore\n"),
    );
    ran.ended(0);
    let nonsense = run_with_input(
        &mut practice.command(&["refresh", "dev", "--force", "--code", "-"]),
        "hello\n",
    );
    nonsense.ended(2);
}

#[test]
fn a_pair_is_written_as_aws_mfa_writes_it() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(2));
    let refreshed = practice
        .run(&["refresh", "ops-long-term", "--code", &code, "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&refreshed["profile"], &refreshed["target"]),
        (&"ops".into(), &"ops".into())
    );
    let credentials = practice.credentials();
    let section = credentials.split("[ops]\n").nth(1).unwrap();
    let keys: Vec<_> = section.lines().map(|line| line.split(" = ").next().unwrap()).collect();
    assert_eq!(
        keys,
        [
            "aws_access_key_id",
            "aws_secret_access_key",
            "aws_session_token",
            "aws_security_token",
            "assumed_role",
            "expiration"
        ]
    );
    let expires_at = refreshed["expires_at"].as_str().unwrap();
    let naive = expires_at.replace('T', " ").replace('Z', "");
    assert!(section.contains(&format!("expiration = {naive}\n")), "{section}");
}

#[test]
fn profiles_without_a_session_to_have_say_why() {
    let practice = Practice::start(&[]);
    let before = practice.credentials();
    for (profile, says) in [
        ("fresh", "has no MFA device"),
        ("sso", "is managed by IAM Identity Center"),
    ] {
        let ran = practice.run(&["refresh", profile, "--code", "123456"]).ended(1);
        assert!(ran.stderr.contains(says) && ran.stderr.contains("\nhint: "), "{ran:?}");
    }
    assert_eq!(practice.credentials(), before);
}

#[test]
fn one_code_serves_a_user_and_the_roles_of_the_user() {
    let practice = Practice::start(&[]);
    let needed = practice.run(&["refresh", "admin"]).ended(3);
    assert!(
        needed.stderr.contains("a code of the MFA device alice is needed"),
        "{needed:?}"
    );
    let code = practice.code(practice.serial(0));
    let refreshed = practice.run(&["refresh", "admin", "--code", &code, "--json"]).ended(0);
    assert_eq!(refreshed.json()["target"], "admin-mfa");
    assert_hides(&practice, &refreshed);
    let (admin, dev) = (entry(&practice, "admin"), entry(&practice, "dev"));
    assert_eq!(
        (&admin["kind"], &admin["state"], &admin["problem"]),
        (&"role".into(), &"active".into(), &serde_json::Value::Null)
    );
    assert_eq!(dev["state"], "active");
    practice.run(&["refresh", "admin", "--force"]).ended(0);

    let long = practice.run(&["refresh", "admin", "--force", "--duration", "43200", "--code", &code]);
    // The same code is not sent twice.
    assert!(long.stderr.contains("already used"), "{long:?}");
    let too_long = practice
        .run(&["refresh", "admin", "--force", "--duration", "43201"])
        .ended(2);
    assert!(too_long.stderr.contains("900 to 43200"), "{too_long:?}");
}

#[test]
fn all_at_once_says_what_became_of_each() {
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    // Nobody is there to type the code of `ops`; `fresh` has no device.
    let ran = practice.run(&["refresh", "--all", "--json"]).ended(3);
    let shown: Vec<_> = ran
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|each| (each["profile"].clone(), each["problem"]["code"].clone()))
        .collect();
    let none = serde_json::Value::Null;
    let expected = [
        ("fresh", "no-device".into()),
        ("ops", "code-needed".into()),
        ("admin", none),
    ];
    assert_eq!(shown, expected.map(|(name, problem)| (name.into(), problem)));
    assert!(ran.stderr.contains("error: ops: a code of the MFA device"), "{ran:?}");
    assert_hides(&practice, &ran);
    practice.run(&["refresh", "--all", "dev"]).ended(2);
    practice.run(&["refresh", "--all", "--code", "123456"]).ended(2);
}

#[test]
fn practice_decides_how_long_sessions_last() {
    let practice = Practice::start(&["--session-seconds", "60"]);
    let code = practice.code(practice.serial(0));
    practice.run(&["refresh", "dev", "--code", &code]).ended(0);
    let left = practice
        .run(&["status", "dev", "--format", "{state} {left}"])
        .ended(0)
        .stdout;
    let seconds: u32 = left
        .trim()
        .strip_prefix("active ")
        .and_then(|left| left.strip_suffix(" s"))
        .unwrap()
        .parse()
        .unwrap();
    assert!((46..=60).contains(&seconds), "{left}");
}

#[test]
fn without_limits_a_code_serves_again_for_another_ledger() {
    for (arguments, exit) in [(&["--no-limits"][..], 0), (&[], 4)] {
        let practice = Practice::start(arguments);
        let code = practice.code(practice.serial(0));
        practice.run(&["refresh", "dev", "--code", &code]).ended(0);
        let elsewhere = practice.home().join("another-state");
        let mut command = practice.command(&["refresh", "dev", "--force", "--code", &code]);
        let ran = run(command.env("XDG_STATE_HOME", &elsewhere)).ended(exit);
        assert!(
            !ran.stderr.contains("already used"),
            "refused by AWS if at all: {ran:?}"
        );
        assert!(elsewhere.join("mfa-tray/ledger").is_dir());
    }
}

#[test]
fn practice_code_finds_the_server_by_its_endpoint_alone() {
    let practice = Practice::start(&[]);
    let endpoint = practice.ready["endpoint"].as_str().unwrap();
    let ask = |serial| {
        run(crate::home::program()
            .args(["practice", "code", serial])
            .env("AWS_ENDPOINT_URL", endpoint))
    };
    assert_eq!(ask(practice.serial(0)).ended(0).stdout.trim().len(), 6);
    ask("arn:aws:iam::111122223333:mfa/nobody").ended(1);
}

#[test]
fn a_chosen_target_is_remembered_over_runs() {
    let practice = Practice::start(&["--no-limits"]);
    let code = practice.code(practice.serial(0));
    practice
        .run(&["refresh", "dev", "--code", &code, "--target", "work"])
        .ended(0);
    let settings = fs::read_to_string(practice.home().join(".config/mfa-tray/settings.toml")).unwrap();
    assert!(settings.contains("target = \"work\""), "{settings}");
    assert_eq!(
        practice.run(&["refresh", "dev", "--json"]).ended(0).json()["target"],
        "work"
    );
}
