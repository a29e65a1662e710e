//! Seeds from the command line: a device made, one taken over, and a program killed in the middle.

use std::process::Stdio;
use std::time::Duration;

use crate::home::{Practice, Ran, program, run, run_with_input};

const BOB: &str = "arn:aws:iam::111122223333:mfa/bob";
const PHONE: &str = "arn:aws:iam::111122223333:mfa/bob-phone";
const SEED: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const FINGERPRINT: &str = "d6da149472ea023a";

fn with_input(practice: &Practice, arguments: &[&str], input: &str) -> Ran {
    run_with_input(&mut practice.command(arguments), input)
}

#[test]
fn a_device_is_made_and_asks_for_nothing_from_then_on() {
    let practice = Practice::start(&[]);
    let nobody = practice.run(&["enroll", "fresh", "--create"]).ended(2);
    assert!(nobody.stderr.contains("--yes"), "{nobody:?}");
    practice.run(&["refresh", "fresh"]).ended(1);

    let ran = practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    assert_eq!(ran.stdout, format!("Enrolled {BOB}\n"));
    practice.run(&["refresh", "fresh", "--force"]).ended(0);

    let list = practice.run(&["enroll", "--list", "--json"]).ended(0).json();
    assert_eq!(
        (&list[0]["mfa_serial"], &list[0]["profiles"][0]),
        (&BOB.into(), &"fresh".into())
    );
    let code = practice.run(&["code", "fresh", "--json"]).ended(0).json();
    assert_eq!(code["code"].as_str().unwrap().len(), 6);
    let plain = practice.run(&["code", "fresh"]).ended(0);
    assert_eq!(plain.stdout.trim().len(), 6, "the code alone is data: {plain:?}");

    // Away and back.
    let backup = practice.home().join("seeds.age");
    let path = backup.to_str().unwrap();
    let short = with_input(&practice, &["enroll", "--backup", path], "short\n").ended(2);
    assert!(short.stderr.contains("12 characters"), "{short:?}");
    with_input(&practice, &["enroll", "--backup", path], "four words of mine\n").ended(0);
    let again = with_input(&practice, &["enroll", "--backup", path], "four words of mine\n").ended(6);
    assert!(again.stderr.contains("there already"), "{again:?}");
    practice.run(&["enroll", "fresh", "--forget"]).ended(0);
    practice.run(&["refresh", "fresh", "--force"]).ended(3);
    let wrong = with_input(&practice, &["enroll", "--restore", path], "four words of yours\n").ended(1);
    assert!(wrong.stderr.contains("does not open this backup"), "{wrong:?}");
    practice.run(&["refresh", "fresh", "--force"]).ended(3);
    let restored = with_input(&practice, &["enroll", "--restore", path], "four words of mine\n").ended(0);
    assert_eq!(restored.stdout, format!("Restored: {BOB}\n"));
    practice.run(&["refresh", "fresh", "--force"]).ended(0);

    practice.run(&["enroll", "fresh", "--resync"]).ended(0);
    practice.run(&["enroll", "fresh", "--delete", "bobby"]).ended(2);
    practice.run(&["enroll", "fresh", "--delete", "bob"]).ended(0);
    let none = practice.run(&["enroll", "--list"]).ended(0);
    assert!(none.stdout.is_empty() && none.stderr.contains("No seed"), "{none:?}");
}

#[test]
fn a_second_device_takes_a_code_of_the_first() {
    let practice = Practice::start(&[]);
    let needed = practice.run(&["enroll", "dev", "--create", "--yes"]).ended(3);
    assert!(
        needed.stderr.contains("a code of the MFA device alice is needed"),
        "{needed:?}"
    );
    let code = practice.code(practice.serial(0));
    let ran = practice
        .run(&[
            "enroll",
            "dev",
            "--create",
            "--yes",
            "--name",
            "alice-desk",
            "--code",
            &code,
        ])
        .ended(0);
    assert!(ran.stdout.contains("mfa/alice-desk"), "{ran:?}");
}

#[test]
fn a_known_device_is_taken_over_from_its_text() {
    for (arguments, input) in [
        (
            ["enroll", "fresh", "--secret", "-"],
            format!("{}\n", SEED.to_lowercase()),
        ),
        (
            ["enroll", "fresh", "--uri", "-"],
            format!(
                "otpauth://totp/Amazon%20Web%20Services:bob-phone@111122223333?secret={SEED}&issuer=Amazon%20Web%20Services\n"
            ),
        ),
    ] {
        let practice = Practice::start(&[]);
        practice.add_device("bob", PHONE, SEED);
        let ran = with_input(&practice, &arguments, &input).ended(0);
        assert_eq!(ran.stdout, format!("Enrolled {PHONE}\n"));
        assert!(
            !ran.stderr.contains(SEED) && ran.stderr.contains(FINGERPRINT),
            "{ran:?}"
        );
        practice.run(&["refresh", "fresh", "--force"]).ended(0);
    }
}

#[test]
fn a_seed_that_is_not_the_devices_is_not_kept() {
    let practice = Practice::start(&[]);
    practice.add_device("bob", PHONE, &SEED.replace("JB", "KB"));
    let ran = with_input(&practice, &["enroll", "fresh", "--secret", "-"], &format!("{SEED}\n")).ended(4);
    assert!(
        ran.stderr.contains("does not belong to the MFA device bob-phone"),
        "{ran:?}"
    );
    assert!(practice.run(&["enroll", "--list"]).ended(0).stdout.is_empty());
}

#[test]
fn a_secret_in_an_argument_is_refused_and_not_repeated() {
    let practice = Practice::start(&[]);
    for option in ["--secret", "--uri"] {
        let ran = practice.run(&["enroll", "fresh", option, SEED]).ended(2);
        assert!(
            !ran.stderr.contains(SEED) && ran.stderr.contains("other programs"),
            "{ran:?}"
        );
    }
}

#[test]
fn what_a_text_holds_can_be_looked_at_without_a_keychain() {
    let inspect = |input: &str| {
        let mut command = program();
        command
            .args(["enroll", "--inspect", "-", "--json"])
            .env("HOME", "/nonexistent");
        run_with_input(&mut command, input)
    };
    let good = inspect(&format!("otpauth://totp/GitHub:octocat?secret={SEED}&issuer=GitHub"))
        .ended(0)
        .json();
    assert_eq!(
        (
            &good[0]["fingerprint"],
            &good[0]["problem"]["code"],
            &good[0]["account"]
        ),
        (&FINGERPRINT.into(), &"other-issuer".into(), &"octocat".into())
    );
    let keys: Vec<_> = good[0].as_object().unwrap().keys().cloned().collect();
    assert_eq!(
        keys,
        [
            "account",
            "algorithm",
            "digits",
            "fingerprint",
            "issuer",
            "period",
            "problem",
            "type"
        ]
    );
    for (text, code) in [
        (format!("otpauth://hotp/a?secret={SEED}&counter=1"), "hotp"),
        ("otpauth://totp/a".to_owned(), "no-secret"),
        (format!("otpauth://totp/a?secret={SEED}&digits=8"), "digits"),
        (format!("otpauth://totp/a?secret={SEED}&period=0"), "period"),
    ] {
        let ran = inspect(&text).ended(1);
        let found = ran.json();
        assert_eq!(
            (&found[0]["problem"]["code"], found[0]["fingerprint"].is_null()),
            (&code.into(), true),
            "{text}"
        );
        assert!(ran.stderr.starts_with("error: "), "a reason: {ran:?}");
    }
    for nonsense in ["", "hello", "<svg xmlns='http://www.w3.org/2000/svg'/>", "\u{0}\u{1}"] {
        let ran = inspect(nonsense).ended(1);
        assert_eq!(ran.json(), serde_json::json!([]), "{nonsense:?}");
    }
}

#[test]
fn the_child_that_reads_pictures_survives_whatever_it_is_told() {
    for bytes in [
        &b""[..],
        b"F",
        b"R",
        b"R\xff\xff\xff\xff\xff\xff\xff\xff",
        b"?",
        b"F\x89PNG\r\n\x1a\n",
        &[b'F'; 4096],
    ] {
        let mut child = program()
            .arg("decode-picture")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), bytes).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{bytes:?}: {output:?}");
    }
    let more = run(program().args(["decode-picture", "more"]));
    assert_eq!(
        more.exit,
        Some(2),
        "anything else on its command line is a mistake: {more:?}"
    );
}

/// What a person does after a crash, until the device is enrolled.
fn take_up(practice: &Practice) {
    for _ in 0..4 {
        if practice.run(&["enroll", "fresh", "--resume"]).exit == Some(0) {
            return;
        }
        practice.run(&["enroll", "fresh", "--clean-up"]);
        if practice.run(&["enroll", "fresh", "--create", "--yes"]).exit == Some(0) {
            return;
        }
    }
    panic!("it cannot be taken up");
}

#[test]
fn a_program_that_is_killed_in_the_middle_can_be_taken_up() {
    // Each in a home of its own, at once: most of the time is AWS's.
    std::thread::scope(|scope| {
        for milliseconds in [15, 30, 60, 120, 2_000, 10_300] {
            scope.spawn(move || {
                let practice = Practice::start(&[]);
                let mut command = practice.command(&["enroll", "fresh", "--create", "--yes"]);
                let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
                std::thread::sleep(Duration::from_millis(milliseconds));
                child.kill().unwrap();
                child.wait().unwrap();
                if practice.run(&["enroll", "--list"]).stdout.is_empty() {
                    take_up(&practice);
                }
                practice.run(&["refresh", "fresh", "--force"]).ended(0);
                let list = practice.run(&["enroll", "--list", "--json"]).ended(0).json();
                assert_eq!(list.as_array().unwrap().len(), 1, "after {milliseconds} ms: {list}");
            });
        }
    });
}
