//! Disks that are full, files that may not grow, and files that are mount points. All real.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::home::{Home, put};
use crate::scene::left_over;
use crate::strace::{is_here, say, was_killed, write_path};

/// 62 profiles in a little less than 4 KiB, and a session.
fn credentials() -> String {
    let mut text: String = (0..62)
        .map(|number| format!("[p{number}]\nregion = eu-west-1\noutput = text\nx = {number}\n"))
        .collect();
    text.push_str("[old]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n");
    text.push_str(
        "[old-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nmanager = mfa-tray\n",
    );
    assert!(text.len() > 3000 && text.len() < 4096, "{} bytes", text.len());
    text
}

/// Runs `script` with mounts of its own; none, with a word why, where this system does not let us.
fn with_mounts(home: &Home, script: &str) -> Option<Output> {
    let flags = if rustix::process::geteuid().is_root() {
        "-m"
    } else {
        "-Urm"
    };
    let usable = |mut command: Command| {
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let mut probe = Command::new("unshare");
    probe.args([flags, "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    if !usable(probe) {
        say("skipped: this system does not let a test mount anything");
        return None;
    }
    let clear = home.command(&["clear", "old"]);
    let mut command = Command::new("unshare");
    command
        .args([flags, "sh", "-ec", script, "sh", env!("CARGO_BIN_EXE_mfa-tray")])
        .current_dir(home.path())
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .envs(clear.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Some(command.output().unwrap())
}

/// What the script leaves outside the mount for us to look at.
fn read(home: &Home, name: &str) -> String {
    fs::read_to_string(home.path().join(name)).unwrap()
}

#[test]
fn a_full_disk_keeps_the_old_file() {
    let old = credentials();
    // Room for the file alone; for its backup too; for everything.
    for (size, filled, fits) in [("8k", true, false), ("8k", false, false), ("64k", false, true)] {
        let home = Home::new("", &old);
        let script = format!(
            "mkdir disk; mount -t tmpfs -o size={size} tmpfs disk; cp .aws/credentials disk/credentials; \
             if {filled}; then head -c 4096 /dev/zero > disk/filler; fi; \
             AWS_SHARED_CREDENTIALS_FILE=$PWD/disk/credentials \"$1\" clear old || echo $? > exit; \
             cp disk/credentials after; ls -A disk > names"
        );
        let Some(output) = with_mounts(&home, &script) else {
            return;
        };
        assert!(output.status.success(), "{output:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let names = read(&home, "names");
        assert!(
            !names.lines().any(|name| name.starts_with(".mfa-tray-")),
            "a temporary file is left: {names}"
        );
        if fits {
            assert!(!read(&home, "after").contains("ASIA"), "{said}");
            assert!(!home.path().join("exit").exists(), "{said}");
        } else {
            assert_eq!(read(&home, "after"), old, "profiles are lost");
            assert_eq!(read(&home, "exit").trim(), "6", "{said}");
            assert!(said.contains("the disk is full; nothing was changed"), "{said}");
        }
    }
}

#[test]
fn a_kill_on_a_full_disk_keeps_the_old_file() {
    if !is_here() {
        return;
    }
    let old = credentials();
    let on_full_disk = |home: &Home, inject: &str| {
        let script = format!(
            "mkdir disk; mount -t tmpfs -o size=8k tmpfs disk; cp .aws/credentials disk/credentials; \
             export AWS_SHARED_CREDENTIALS_FILE=$PWD/disk/credentials; \
             strace -f -qq -y -e trace=%file,%desc -o log {inject} -- \"$1\" clear old || true; \
             cp disk/credentials after; find disk -name '.mfa-tray-*' ! -perm 600 > open"
        );
        with_mounts(home, &script)
    };
    let undisturbed = Home::new("", &old);
    let Some(output) = on_full_disk(&undisturbed, "") else {
        return;
    };
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("the disk is full"),
        "{output:?}"
    );
    let points = write_path(&undisturbed.path().join("log"), &undisturbed.path().join("disk"));
    assert!(points.len() > 15, "only {} calls were seen", points.len());
    for point in &points {
        let home = Home::new("", &old);
        let inject = format!("-e inject={}:signal=SIGKILL:when={}", point.syscall, point.nth);
        let output = on_full_disk(&home, &inject).unwrap();
        assert!(was_killed(&home.path().join("log")), "{point:?}: {output:?}");
        assert_eq!(read(&home, "after"), old, "{point:?}");
        assert_eq!(read(&home, "open"), "", "{point:?}: a temporary file is open to others");
    }
    say(&format!(
        "Clear, full disk: killed at {0} points: {0} old, 0 new, 0 damaged",
        points.len()
    ));
}

#[test]
fn a_file_that_may_not_grow_keeps_the_old_one() {
    let old = credentials();
    for trap in ["", "trap '' XFSZ; "] {
        let home = Home::new("", &old);
        let script = format!("{trap}ulimit -f 1; exec \"$0\" clear old");
        let clear = home.command(&[]);
        let output = Command::new("bash")
            .args(["-c", &script, env!("CARGO_BIN_EXE_mfa-tray")])
            .env_clear()
            .envs(clear.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .output()
            .unwrap();
        assert!(!output.status.success());
        assert_eq!(fs::read_to_string(home.credentials()).unwrap(), old, "{output:?}");
        if !trap.is_empty() {
            assert_eq!(output.status.code(), Some(6), "{output:?}");
            assert!(left_over(&home.credentials()).is_empty());
        }
    }
}

#[test]
fn a_file_that_is_a_mount_point_is_written_in_place_with_a_backup() {
    let old = credentials();
    let home = Home::new("", &old);
    let inode = |path: &Path| fs::metadata(path).unwrap().ino();
    let before = inode(&home.credentials());
    let script = "mount --bind .aws/credentials .aws/credentials; \"$1\" clear old; cat .aws/credentials > after";
    let Some(output) = with_mounts(&home, script) else {
        return;
    };
    assert!(output.status.success(), "{output:?}");
    let after = fs::read_to_string(home.credentials()).unwrap();
    assert!(!after.contains("ASIA") && after.contains("[p61]"), "{after}");
    assert_eq!(read(&home, "after"), after, "the same file inside and outside");
    assert_eq!(inode(&home.credentials()), before);
    assert_eq!(
        fs::read_to_string(mfa_tray_core::file::backup_path(&home.credentials())).unwrap(),
        old
    );
    assert!(left_over(&home.credentials()).is_empty());
}

#[test]
fn a_link_to_another_disk_is_followed_and_stays() {
    let old = credentials();
    let home = Home::new("", "");
    put(&home.path().join("original"), old.as_bytes());
    let script = "mkdir disk; mount -t tmpfs -o size=64k tmpfs disk; cp original disk/credentials; \
                  ln -sf \"$PWD/disk/credentials\" .aws/credentials; \"$1\" clear old; \
                  readlink .aws/credentials > link; cp disk/credentials after";
    let Some(output) = with_mounts(&home, script) else {
        return;
    };
    assert!(output.status.success(), "{output:?}");
    assert!(read(&home, "link").ends_with("/disk/credentials\n"));
    assert!(!read(&home, "after").contains("ASIA"));
}
