//! Sessions handed to shells and to commands, by the real program and to real shells.

use std::process::{Command, Stdio};

use crate::home::{Home, Practice, Ran, put, run, run_with_input};

const PATH: &str = "/usr/local/bin:/usr/bin:/bin";
const SECRET: &str = "secretOfTheLongSession";
const TOKEN: &str = "tokenOfTheLongSession";

/// A home with a session that is good for a long time, of a profile `dev` in eu-west-1.
fn home(secret: &str) -> Home {
    Home::new(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n",
        &format!(
            "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n\n\
             [dev-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = {secret}\n\
             aws_session_token = {TOKEN}\nx_security_token_expires = 2099-12-31T23:59:59Z\nmanager = mfa-tray\n"
        ),
    )
}

/// The variables of AWS in what `env` printed, but for the test's own.
fn aws(ran: &Ran) -> Vec<&str> {
    let mut lines: Vec<&str> = ran.stdout.lines().filter(|line| line.starts_with("AWS_")).collect();
    lines.retain(|line| !line.starts_with("AWS_ENDPOINT_URL=") && !line.contains("_FILE=/"));
    lines.sort_unstable();
    lines
}

fn expected(secret: &str) -> Vec<String> {
    vec![
        "AWS_ACCESS_KEY_ID=ASIAIOSFODNN7EXAMPLE".to_owned(),
        "AWS_CREDENTIAL_EXPIRATION=2099-12-31T23:59:59Z".to_owned(),
        "AWS_DEFAULT_REGION=eu-west-1".to_owned(),
        "AWS_REGION=eu-west-1".to_owned(),
        format!("AWS_SECRET_ACCESS_KEY={secret}"),
        format!("AWS_SESSION_TOKEN={TOKEN}"),
    ]
}

/// The command with everything set that must not be there afterwards.
fn with_stale(mut command: Command) -> Command {
    for name in [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SESSION_TOKEN",
        "AWS_REGION",
    ] {
        command.env(name, "stale");
    }
    command
}

#[cfg(unix)]
#[test]
fn a_command_gets_the_session_and_no_other_way() {
    let home = home(SECRET);
    let mut command = with_stale(home.command(&["exec", "dev", "--", "env"]));
    for name in [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    ] {
        command.env(name, "stale");
    }
    let ran = run(command.env("OWN", "kept")).ended(0);
    assert_eq!(aws(&ran), expected(SECRET));
    assert!(ran.stdout.contains("\nOWN=kept\n") && ran.stderr.is_empty(), "{ran:?}");
}

#[cfg(unix)]
#[test]
fn an_exec_inside_an_exec_has_its_own_session() {
    let home = home(SECRET);
    let program = env!("CARGO_BIN_EXE_mfa-tray");
    let ran = home
        .run(&["exec", "dev", "--", program, "exec", "dev", "--", "env"])
        .ended(0);
    assert_eq!(aws(&ran), expected(SECRET));
}

#[cfg(unix)]
#[test]
fn the_ending_is_the_commands_own() {
    use std::os::unix::process::ExitStatusExt as _;

    let home = home(SECRET);
    let code = |script| home.run(&["exec", "dev", "--", "sh", "-c", script]);
    code("exit 42").ended(42);
    let spoken = code("echo out; echo err >&2").ended(0);
    assert_eq!((spoken.stdout.as_str(), spoken.stderr.as_str()), ("out\n", "err\n"));

    let mut child = home
        .command(&["exec", "dev", "--", "sh", "-c", "echo $$; exec sleep 600"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    std::io::BufRead::read_line(&mut std::io::BufReader::new(child.stdout.take().unwrap()), &mut line).unwrap();
    assert_eq!(line.trim(), child.id().to_string(), "it becomes the command");
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(child.wait().unwrap().signal(), Some(15));
}

#[cfg(unix)]
#[test]
fn a_command_may_dump_core_if_the_person_lets_it() {
    let home = home(SECRET);
    let limit = |command: &[&str]| run(home.command(command).env("PATH", "/usr/bin:/bin")).ended(0).stdout;
    let outside = Command::new("sh")
        .args(["-c", "ulimit -c; ulimit -Hc"])
        .output()
        .unwrap();
    assert_eq!(
        limit(&["exec", "dev", "--", "sh", "-c", "ulimit -c; ulimit -Hc"]),
        String::from_utf8(outside.stdout).unwrap()
    );
}

#[cfg(unix)]
#[test]
fn a_command_that_cannot_run_is_told_from_one_that_is_not_there() {
    use std::os::unix::fs::PermissionsExt as _;

    let home = home(SECRET);
    let script = home.path().join("script");
    put(&script, b"#!/no/such/interpreter\n");
    let run = || home.run(&["exec", "dev", "--", script.to_str().unwrap()]);
    let closed = run().ended(126);
    assert!(closed.stderr.contains("may not be run"), "{closed:?}");
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let headless = run().ended(126);
    assert!(headless.stderr.contains("the interpreter it names"), "{headless:?}");
    assert!(!headless.stderr.contains(SECRET), "{headless:?}");
}

#[test]
fn an_awkward_value_arrives_in_every_shell_that_is_here() {
    // A key of AWS's has none of these; a file may hold anything.
    let awkward = r#"a'b"c$HOME`id`$(id)%PATH%!!\ \' "" *?~&|<>(){}[]#;^ü“’z"#;
    let home = home(awkward);
    let shells: &[(&str, &str, &[&str])] = &[
        (
            "bash",
            "bash",
            &["-c", r#"eval "$("$MFA_TRAY" env dev --shell bash)" && env"#],
        ),
        (
            "bash",
            "bash",
            &[
                "-i",
                "-c",
                r#"set -H; eval "$("$MFA_TRAY" env dev --shell bash)" && env"#,
            ],
        ),
        (
            "bash",
            "sh",
            &["-c", r#"eval "$("$MFA_TRAY" env dev --shell bash)" && env"#],
        ),
        (
            "bash",
            "dash",
            &["-c", r#"eval "$("$MFA_TRAY" env dev --shell bash)" && env"#],
        ),
        (
            "zsh",
            "zsh",
            &["-f", "-c", r#"eval "$("$MFA_TRAY" env dev --shell zsh)" && env"#],
        ),
        (
            "zsh",
            "zsh",
            &[
                "-f",
                "-o",
                "rcquotes",
                "-c",
                r#"eval "$("$MFA_TRAY" env dev --shell zsh)" && env"#,
            ],
        ),
        (
            "fish",
            "fish",
            &["--no-config", "-c", "$MFA_TRAY env dev --shell fish | source; and env"],
        ),
        (
            "powershell",
            "pwsh",
            &[
                "-NoProfile",
                "-Command",
                "& $env:MFA_TRAY env dev --shell powershell | Out-String | Invoke-Expression; env",
            ],
        ),
    ];
    let inner = with_stale(home.command(&[]));
    let variables: Vec<_> = inner
        .get_envs()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    for (language, shell, arguments) in shells {
        if !is_here(shell) {
            say(&format!("{shell} is not installed: {language} was not tried in it"));
            continue;
        }
        let mut command = Command::new(shell);
        command.env_clear().envs(variables.iter().copied()).env("PATH", PATH);
        command.env("MFA_TRAY", env!("CARGO_BIN_EXE_mfa-tray"));
        let ran = run(command.args(*arguments).stdin(Stdio::null())).ended(0);
        assert_eq!(aws(&ran), expected(awkward), "{shell} {arguments:?}");
    }
}

fn is_here(program: &str) -> bool {
    std::env::split_paths(PATH).any(|folder| folder.join(program).is_file())
}

/// A test that leaves something out says so.
#[expect(clippy::disallowed_macros, reason = "whoever reads the run is told")]
fn say(text: &str) {
    println!("{text}");
}

#[test]
fn what_a_shell_cannot_be_given_is_refused_whole() {
    let home = home("per%cent");
    let ran = home.run(&["env", "dev", "--shell", "cmd"]).ended(1);
    assert_eq!(ran.stdout, "", "not half of the lines");
    assert!(
        ran.stderr.contains("AWS_SECRET_ACCESS_KEY has a character") && !ran.stderr.contains("per%cent"),
        "{ran:?}"
    );
}

#[test]
fn an_env_file_is_what_programs_read() {
    let home = home("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY==");
    let ran = home.run(&["env", "dev", "--shell", "dotenv"]).ended(0);
    assert_eq!(aws(&ran), expected("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=="));
}

#[cfg(unix)]
#[test]
fn a_session_is_made_where_a_seed_is_kept_and_asked_for_where_none_is() {
    let practice = Practice::start(&[]);
    for arguments in [
        &["env", "dev"][..],
        &["env", "dev", "--json"],
        &["exec", "dev", "--", "env"],
    ] {
        let ran = practice.run(arguments).ended(3);
        assert_eq!(ran.stdout, "");
        assert!(
            ran.stderr
                .contains("a code of the MFA device alice is needed\nhint: run `mfa-tray refresh dev`"),
            "{ran:?}"
        );
    }
    practice.run(&["enroll", "fresh", "--create", "--yes"]).ended(0);
    practice.run(&["clear", "fresh"]).ended(0);
    let first = practice.run(&["exec", "fresh", "--", "env"]).ended(0);
    // What is there is read, not made again.
    let key = |ran: &Ran| {
        ran.stdout
            .lines()
            .find(|line| line.starts_with("AWS_ACCESS_KEY_ID="))
            .unwrap()
            .to_owned()
    };
    assert!(key(&first).starts_with("AWS_ACCESS_KEY_ID=ASIA"), "{first:?}");
    assert_eq!(
        key(&practice.run(&["exec", "fresh", "--", "env"]).ended(0)),
        key(&first)
    );

    // Over, by the file's own word: it is made again.
    practice
        .change_credentials(|key, _| (key == "x_security_token_expires").then(|| "2020-01-01T00:00:00Z".to_owned()));
    let again = practice.run(&["exec", "fresh", "--", "env"]).ended(0);
    assert_ne!(key(&again), key(&first));
    let json = practice.run(&["env", "fresh", "--json"]).ended(0);
    assert_eq!(
        format!(
            "AWS_ACCESS_KEY_ID={}",
            json.json()["set"]["AWS_ACCESS_KEY_ID"].as_str().unwrap()
        ),
        key(&again)
    );
    assert!(json.stderr.is_empty(), "{json:?}");
}

#[cfg(unix)]
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "a session that is nearly over by the real clock"
)]
fn the_last_minutes_of_a_session_are_better_than_none() {
    let home = home(SECRET);
    let soon = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(5);
    let soon = soon.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let credentials = std::fs::read_to_string(home.credentials()).unwrap();
    let credentials = credentials.replace("2099-12-31T23:59:59Z", &soon);
    put(&home.credentials(), credentials.as_bytes());
    let ran = home.run(&["exec", "dev", "--", "env"]).ended(0);
    assert!(
        ran.stdout.contains(&format!("AWS_CREDENTIAL_EXPIRATION={soon}")),
        "{ran:?}"
    );
    assert!(
        ran.stderr.contains("warning: there is no new session") && ran.stderr.contains(&soon),
        "{ran:?}"
    );
}

/// At a terminal the code is asked for there, and never on standard output.
#[cfg(target_os = "linux")]
#[test]
fn a_code_is_typed_on_the_terminal_while_a_shell_reads_the_lines() {
    if !is_here("script") {
        say("script is not installed: no terminal was tried");
        return;
    }
    let practice = Practice::start(&[]);
    let code = practice.code(practice.serial(0));
    let lines = practice.home().join("lines");
    let mut command = Command::new("script");
    let variables = practice.command(&[]);
    let variables = variables.get_envs().filter_map(|(name, value)| Some((name, value?)));
    command.env_clear().envs(variables).env("PATH", PATH);
    let program = env!("CARGO_BIN_EXE_mfa-tray");
    let typed = format!("{program} env dev --shell bash > {}", lines.display());
    command.args(["--quiet", "--return", "--command", &typed, "/dev/null"]);
    let ran = run_with_input(&mut command, &format!("{code}\n")).ended(0);
    assert!(
        ran.stdout.contains("MFA code of alice:") && !ran.stdout.contains("ASIA"),
        "{ran:?}"
    );
    let lines = std::fs::read_to_string(lines).unwrap();
    assert!(lines.starts_with("unset AWS_PROFILE\n"), "{lines}");
    assert!(lines.contains("\nexport AWS_ACCESS_KEY_ID='ASIA"), "{lines}");
}

#[test]
fn every_verb_is_completed_and_has_a_page() {
    let home = Home::new("", "");
    let help = home.run(&["--help"]).ended(0).stdout;
    let commands = help.split_once("Commands:\n").unwrap().1.split_once("\n\n").unwrap().0;
    let verbs: Vec<&str> = commands
        .lines()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(verbs.contains(&"exec") && !verbs.contains(&"man"), "{verbs:?}");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
        let script = home.run(&["completions", shell]).ended(0).stdout;
        for verb in &verbs {
            assert!(script.contains(verb), "{verb} is not completed in {shell}");
        }
    }
    let folder = home.path().join("man");
    std::fs::create_dir(&folder).unwrap();
    home.run(&["man", folder.to_str().unwrap()]).ended(0);
    for verb in verbs.iter().filter(|verb| **verb != "help") {
        let page = std::fs::read_to_string(folder.join(format!("mfa-tray-{verb}.1"))).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{page}");
    }
    assert!(folder.join("mfa-tray.1").is_file());
}

#[test]
fn bash_completes_a_verb() {
    if !is_here("bash") {
        say("bash is not installed: nothing was completed");
        return;
    }
    let home = Home::new("", "");
    let script = home.path().join("completions");
    put(&script, home.run(&["completions", "bash"]).ended(0).stdout.as_bytes());
    let asks = r#"source "$0"; COMP_WORDS=(mfa-tray en); COMP_CWORD=1; _mfa__tray mfa-tray en mfa-tray; echo "${COMPREPLY[@]}""#;
    let ran = run(Command::new("bash")
        .args(["-c", asks])
        .arg(&script)
        .stdin(Stdio::null()));
    assert_eq!(ran.ended(0).stdout, "enroll env\n");
}

#[cfg(unix)]
#[test]
fn bash_completes_verbs_and_what_comes_after_them() {
    let script = Home::new("", "").run(&["completions", "bash"]).ended(0).stdout;
    let complete = |words: &[&str]| {
        let (word, before) = (words[words.len() - 1], words[words.len() - 2]);
        let line: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        let call = format!(
            "{script}\nCOMP_WORDS=({}); COMP_CWORD={}; $(complete -p mfa-tray | sed 's/.*-F \\([^ ]*\\).*/\\1/') mfa-tray '{word}' '{before}'; echo \"${{COMPREPLY[@]}}\"",
            line.join(" "),
            words.len() - 1
        );
        let out = std::process::Command::new("bash").args(["-c", &call]).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    assert!(complete(&["mfa-tray", "ref"]).contains("refresh"));
    assert!(complete(&["mfa-tray", "refresh", "--"]).contains("--duration"));
    assert!(complete(&["mfa-tray", "keys", ""]).contains("rotate"));
    assert!(complete(&["mfa-tray", "policies", "apply", "--"]).contains("--dry-run"));
}
