//! Runs the program under strace: once to list its system calls, then with a kill or an error at one of them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// One system call of a run: its name, and the how-manieth of that name it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) syscall: String,
    pub(crate) nth: usize,
}

/// Whether there is an strace that sees what the program does. Says so if not.
pub(crate) fn is_here() -> bool {
    let here = Command::new("strace").arg("-V").stdout(Stdio::null()).status().is_ok();
    if !here {
        say("skipped: strace is not installed");
    }
    here
}

#[expect(clippy::disallowed_macros, reason = "counts for whoever reads the run")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}

/// Puts strace in front of `command`; `inject` is what happens at which call.
///
/// The program keeps its memory from being read; only root still sees the names of its files, be it of a namespace.
pub(crate) fn under_strace(command: &Command, log: &Path, inject: Option<&str>) -> Command {
    let mut traced = if rustix::process::geteuid().is_root() {
        Command::new("strace")
    } else {
        let mut unshare = Command::new("unshare");
        unshare.args(["-Ur", "strace"]);
        unshare
    };
    // `-y` names the file behind a number, so that every call can be told by what it is about.
    traced
        .args(["-f", "-qq", "-y", "-e", "trace=%file,%desc", "-o"])
        .arg(log);
    if let Some(inject) = inject {
        traced.args(["-e", &format!("inject={inject}")]);
    }
    traced.arg("--").arg(command.get_program()).args(command.get_args());
    traced
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::null());
    traced.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    traced
}

/// The calls of the main thread with what they were given.
///
/// strace counts calls by thread, so those of other threads are left out.
fn calls(log: &Path) -> Vec<(Point, String)> {
    let text = fs::read_to_string(log).unwrap();
    let main = text.split_whitespace().next().unwrap();
    let mut counts = std::collections::HashMap::<&str, usize>::new();
    let mut calls = Vec::new();
    for line in text.lines() {
        let Some((pid, rest)) = line.split_once(char::is_whitespace) else {
            continue;
        };
        let Some((name, arguments)) = rest.trim_start().split_once('(') else {
            continue;
        };
        if pid != main || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            continue;
        }
        let nth = counts.entry(name).or_default();
        *nth += 1;
        let point = Point {
            syscall: name.to_owned(),
            nth: *nth,
        };
        calls.push((point, arguments.to_owned()));
    }
    calls
}

/// The calls that change something below `folder`.
pub(crate) fn changes(log: &Path, folder: &Path) -> Vec<Point> {
    let inside = folder.to_str().unwrap();
    let is_change = |(point, arguments): &(Point, String)| {
        arguments.contains(inside)
            && match point.syscall.as_str() {
                "openat" => arguments.contains("O_CREAT"),
                name => ["write", "fsync", "rename", "renameat", "renameat2", "fchmod"].contains(&name),
            }
    };
    calls(log)
        .into_iter()
        .filter(is_change)
        .map(|(point, _)| point)
        .collect()
}

/// The calls from the first that opens a temporary file of ours in `folder` to the last that is about a file there.
pub(crate) fn write_path(log: &Path, folder: &Path) -> Vec<Point> {
    let mut calls = calls(log);
    let inside = folder.to_str().unwrap();
    let temporary = format!("{inside}/.mfa-tray-");
    let first = calls.iter().position(|(_, arguments)| arguments.contains(&temporary));
    let first = first.unwrap_or_else(|| panic!("no temporary file in {inside}: {calls:?}"));
    let last = calls
        .iter()
        .rposition(|(_, arguments)| arguments.contains(inside))
        .unwrap();
    calls.drain(first..=last).map(|(point, _)| point).collect()
}

/// Whether the run that wrote `log` was killed.
pub(crate) fn was_killed(log: &Path) -> bool {
    fs::read_to_string(log).unwrap().contains("+++ killed by SIGKILL")
}
