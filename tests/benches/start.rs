//! What the command line costs beside others that do the same, in one run on one machine: `credentials` with a good
//! session beside a program that does nothing and beside Python's, `refresh` beside curl with the same request.
//!
//! `cargo xtask bench` builds what is measured, and names it in `MFA_TRAY_MEASURED`.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program for developers that prints"
)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;

const RUNS: usize = 100;

/// One way to do something.
struct Way {
    name: String,
    command: Command,
}

fn way(name: &str, mut command: Command) -> Way {
    output(&mut command).unwrap();
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Way {
        name: name.to_owned(),
        command,
    }
}

/// The middle of `runs` runs of each, taken in turn, so that whatever else the machine does meets all alike.
fn in_turn(ways: &mut [Way], runs: usize) -> Vec<Duration> {
    let mut times = vec![Vec::new(); ways.len()];
    for _ in 0..runs {
        for (way, times) in ways.iter_mut().zip(&mut times) {
            let start = Instant::now();
            assert!(way.command.status().unwrap().success(), "{}", way.name);
            times.push(start.elapsed());
        }
    }
    let middle = |mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2]
    };
    times.into_iter().map(middle).collect()
}

/// Prints what the first costs, and how that stands to each other.
fn tell(ways: &[Way], times: &[Duration], budgets: &[Option<f64>]) {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!("{}: {:.2} ms", ways[0].name, ms(times[0]));
    for ((other, time), budget) in ways.iter().zip(times).skip(1).zip(budgets) {
        let ratio = times[0].as_secs_f64() / time.as_secs_f64();
        let budget = budget.map_or(String::new(), |budget| {
            let verdict = if ratio > budget { "over" } else { "within" };
            format!(", {verdict} the budget of {budget:.3}")
        });
        println!("  {ratio:.3} times {} ({:.2} ms){budget}", other.name, ms(*time));
    }
}

/// A program that does nothing, as small as Rust makes it.
fn nothing(folder: &Path) -> PathBuf {
    let (source, program) = (folder.join("nothing.rs"), folder.join("nothing"));
    fs::write(&source, "fn main() {}\n").unwrap();
    let mut rustc = Command::new(env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    output(
        rustc
            .args(["-O", "-C", "strip=symbols", "-o"])
            .arg(&program)
            .arg(&source),
    )
    .unwrap();
    program
}

fn main() {
    let measured = PathBuf::from(env::var_os("MFA_TRAY_MEASURED").expect("run `cargo xtask bench`"));
    let folder = tempfile::tempdir().unwrap();
    let mut practice = Command::new(&measured);
    practice.env_clear();
    let practice = Practice::start(practice, &["--no-app"], folder.path()).unwrap();
    let ours = |arguments: &[&str]| {
        let mut command = Command::new(&measured);
        practice.dress(command.env_clear().args(arguments));
        command
    };
    for (profile, serial) in practice.profiles().unwrap() {
        let Some(serial) = serial.filter(|_| profile == "dev" || profile == "ops") else {
            continue;
        };
        let code = practice.code(&serial).unwrap();
        output(&mut ours(&["refresh", &profile, "--code", &code])).unwrap();
    }

    let mut ways = vec![
        way(
            "credentials, with a good session",
            ours(&["credentials", "--profile", "dev"]),
        ),
        way("a program that does nothing", Command::new(nothing(folder.path()))),
    ];
    let times = in_turn(&mut ways, RUNS);
    tell(&ways, &times, &[Some(2.0)]);

    let mut boto3 = practice.python("python").unwrap();
    boto3.args([
        "-c",
        "import boto3; boto3.Session(profile_name='dev-mfa').get_credentials().get_frozen_credentials()",
    ]);
    let mut aws_mfa = practice.python("aws-mfa").unwrap();
    aws_mfa.args(["--profile", "ops"]);
    ways.truncate(1);
    ways.push(way("boto3, reading the session", boto3));
    ways.push(way("aws-mfa, finding the session good", aws_mfa));
    let times = in_turn(&mut ways, RUNS / 10);
    tell(&ways, &times, &[Some(1.0 / 90.0), Some(1.0 / 90.0)]);

    let mut ways = vec![
        way("refresh of a role over HTTP", ours(&["refresh", "admin", "--force"])),
        way("curl with the same request", curl(&practice, folder.path())),
    ];
    let times = in_turn(&mut ways, RUNS / 2);
    tell(&ways, &times, &[Some(1.25)]);
}

/// The request of `refresh admin`: signed, sent, the answer thrown away.
fn curl(practice: &Practice, folder: &Path) -> Command {
    let written = |key| practice.written("dev-mfa", key).unwrap().unwrap();
    let config = fs::read_to_string(practice.variable("AWS_CONFIG_FILE").unwrap()).unwrap();
    let role = config
        .lines()
        .find_map(|line| line.strip_prefix("role_arn = "))
        .unwrap();
    // Not as arguments, which every program of the machine can read.
    let options = folder.join("curl");
    let text = format!(
        "user = \"{}:{}\"\nheader = \"X-Amz-Security-Token: {}\"\n",
        written("aws_access_key_id"),
        written("aws_secret_access_key"),
        written("aws_session_token")
    );
    fs::write(&options, text).unwrap();
    let mut curl = Command::new("curl");
    curl.env_clear().args(["--silent", "--fail", "--config"]).arg(options);
    curl.args(["--aws-sigv4", "aws:amz:eu-west-1:sts", "--data-urlencode"]);
    curl.arg(format!("RoleArn={role}"));
    for field in ["Action=AssumeRole", "Version=2011-06-15", "RoleSessionName=alice"] {
        curl.args(["--data", field]);
    }
    curl.arg(practice.variable("AWS_ENDPOINT_URL").unwrap());
    curl
}
