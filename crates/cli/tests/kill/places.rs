//! Odd things where the credentials file should be, and the modes of what is written.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::home::{Home, Ran, put, run};
use crate::scene::left_over;
use crate::strace::say;

const OLD: &str = "[old]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\n\
                   [old-mfa]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\nmanager = mfa-tray\n";
const NEW: &str = "[old]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n\n";
/// The user `nobody`, whom no test is run as.
const NOBODY: u32 = 65_534;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Runs, and fails the test when that takes longer than anything here may.
fn run_soon(command: &mut Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(10);
    while child.try_wait().unwrap().is_none() {
        if Instant::now() > deadline {
            child.kill().unwrap();
            panic!("{command:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ran::of(child.wait_with_output().unwrap())
}

fn content(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_mode_of_the_file_is_kept() {
    for kept in [0o600, 0o640, 0o644, 0o400] {
        let home = Home::new("", OLD);
        set_mode(&home.credentials(), kept);
        home.run(&["clear", "old"]).ended(0);
        assert_eq!(
            (mode(&home.credentials()), content(&home.credentials()).as_str()),
            (kept, NEW)
        );
        let backup = mfa_tray_core::file::backup_path(&home.credentials());
        assert_eq!(
            (mode(&backup), content(&backup).as_str()),
            (0o600, OLD),
            "a backup is private whatever the file is"
        );
    }
}

#[test]
fn one_backup_is_made_on_first_touch() {
    let home = Home::new("", OLD);
    home.run(&["clear", "old"]).ended(0);
    put(&home.credentials(), format!("# later\n{OLD}").as_bytes());
    home.run(&["clear", "old"]).ended(0);
    assert_eq!(
        content(&mfa_tray_core::file::backup_path(&home.credentials())),
        OLD,
        "the first one stays"
    );
    let names = fs::read_dir(home.path().join(".aws")).unwrap().count();
    assert_eq!(names, 3, "config, credentials and one backup");
}

#[test]
fn a_second_name_of_the_file_stays_in_step() {
    let home = Home::new("", OLD);
    let second = home.path().join("second");
    fs::hard_link(home.credentials(), &second).unwrap();
    home.run(&["clear", "old"]).ended(0);
    assert_eq!(
        (content(&home.credentials()).as_str(), content(&second).as_str()),
        (NEW, NEW)
    );
    assert_eq!(
        fs::metadata(&second).unwrap().ino(),
        fs::metadata(home.credentials()).unwrap().ino()
    );
    assert_eq!(content(&mfa_tray_core::file::backup_path(&home.credentials())), OLD);
}

#[test]
fn links_stay_links() {
    let home = Home::new("", "");
    let real = home.path().join("dot");
    fs::create_dir(&real).unwrap();
    put(&real.join("credentials"), OLD.as_bytes());
    fs::remove_file(home.credentials()).unwrap();
    // Two steps, one relative and one absolute.
    symlink("../dot/first", home.credentials()).unwrap();
    symlink(real.join("credentials"), real.join("first")).unwrap();
    home.run(&["clear", "old"]).ended(0);
    assert!(home.credentials().is_symlink() && real.join("first").is_symlink());
    assert_eq!(content(&real.join("credentials")), NEW);
    assert!(left_over(&real.join("credentials")).is_empty() && left_over(&home.credentials()).is_empty());
}

#[test]
fn a_link_that_leads_in_a_circle_is_refused() {
    let home = Home::new("", "");
    fs::remove_file(home.credentials()).unwrap();
    symlink("second", home.credentials()).unwrap();
    symlink("credentials", home.path().join(".aws/second")).unwrap();
    for arguments in [&["list"][..], &["clear", "--all"]] {
        let ran = run_soon(&mut home.command(arguments)).ended(6);
        assert!(ran.stderr.contains("leads in a circle"), "{ran:?}");
    }
}

#[test]
fn a_link_to_nothing_gets_its_file() {
    let practice = mfa_tray_practice::Practice::start(mfa_tray_practice::Options::default()).unwrap();
    let key = practice.add_user("111122223333", "erin").unwrap();
    let serial = "arn:aws:iam::111122223333:mfa/erin";
    practice.add_device("erin", serial).unwrap();
    let config = format!(
        "[profile dev]\nmfa_serial = {serial}\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        key.access_key_id, key.secret_access_key
    );
    let home = Home::new(&config, "");
    fs::remove_file(home.credentials()).unwrap();
    symlink("../dotfiles/aws/credentials", home.credentials()).unwrap();
    let code = practice.code(serial, 0).unwrap().code;
    let mut command = home.command(&["refresh", "dev", "--code", &code]);
    run(command.env("AWS_ENDPOINT_URL", practice.endpoint())).ended(0);
    assert!(home.credentials().is_symlink());
    let real = home.path().join("dotfiles/aws/credentials");
    assert!(content(&real).starts_with("[dev-mfa]\n"), "{}", content(&real));
    assert_eq!((mode(&real), mode(real.parent().unwrap())), (0o600, 0o700));
}

#[test]
fn a_new_file_is_private_whatever_the_umask() {
    for umask in ["000", "077"] {
        let home = Home::new("", OLD);
        set_mode(&home.credentials(), 0o600);
        let clear = home.command(&[]);
        let output = Command::new("sh")
            .args([
                "-c",
                &format!("umask {umask}; exec \"$0\" clear old"),
                env!("CARGO_BIN_EXE_mfa-tray"),
            ])
            .env_clear()
            .envs(clear.get_envs().filter_map(|(name, value)| Some((name, value?))))
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(mode(&home.credentials()), 0o600);
        assert_eq!(mode(&mfa_tray_core::file::backup_path(&home.credentials())), 0o600);
        assert_eq!(mode(&home.path().join(".local/state/mfa-tray")), 0o700);
    }
}

#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let home = Home::new("", "");
    fs::remove_file(home.credentials()).unwrap();
    let made = Command::new("mkfifo").arg(home.credentials()).status().unwrap();
    assert!(made.success());
    refused_as_no_file(&home);
    fs::remove_file(home.credentials()).unwrap();
    fs::create_dir(home.credentials()).unwrap();
    refused_as_no_file(&home);
    fs::remove_dir(home.credentials()).unwrap();
    symlink("/dev/zero", home.credentials()).unwrap();
    refused_as_no_file(&home);
}

fn refused_as_no_file(home: &Home) {
    for arguments in [
        &["list"][..],
        &["clear", "--all"],
        &["refresh", "dev", "--code", "123456"],
    ] {
        let ran = run_soon(&mut home.command(arguments)).ended(6);
        assert!(ran.stderr.contains("is not a regular file"), "{ran:?}");
    }
}

/// A home that belongs to `nobody`, with the program where that user may run it. Only root can make one.
fn home_of_nobody() -> Option<Home> {
    if !rustix::process::geteuid().is_root() {
        say("skipped: only root can give files to another user");
        return None;
    }
    let home = Home::new("", OLD);
    set_mode(home.path(), 0o755);
    // By a process of its own: a program that somebody has open for writing cannot be started.
    let copied = Command::new("cp")
        .arg(env!("CARGO_BIN_EXE_mfa-tray"))
        .arg(home.path())
        .status()
        .unwrap();
    assert!(copied.success());
    for path in [
        home.path().to_owned(),
        home.path().join(".aws"),
        home.config(),
        home.credentials(),
    ] {
        std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)).unwrap();
    }
    Some(home)
}

fn as_nobody(home: &Home, arguments: &[&str]) -> Ran {
    let clear = home.command(&[]);
    let mut command = Command::new(home.path().join("mfa-tray"));
    command
        .args(arguments)
        .env_clear()
        .envs(clear.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .uid(NOBODY)
        .gid(NOBODY);
    run_soon(&mut command)
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let Some(home) = home_of_nobody() else { return };
    let folder = home.path().join(".aws");
    set_mode(&folder, 0o555);
    let ran = as_nobody(&home, &["clear", "old"]).ended(6);
    assert!(
        ran.stderr.contains(folder.to_str().unwrap()) && ran.stderr.contains("hint: nothing was changed"),
        "{ran:?}"
    );
    assert_eq!(content(&home.credentials()), OLD);
    set_mode(&folder, 0o755);
    as_nobody(&home, &["clear", "old"]).ended(0);
    assert_eq!(content(&home.credentials()), NEW, "the folder was the only reason");
}

#[test]
fn a_file_that_may_not_be_read_is_named() {
    let Some(home) = home_of_nobody() else { return };
    set_mode(&home.credentials(), 0o000);
    let ran = as_nobody(&home, &["list"]).ended(6);
    assert!(ran.stderr.contains(home.credentials().to_str().unwrap()), "{ran:?}");
}

#[test]
fn a_file_of_another_user_is_read_and_never_written() {
    let Some(home) = home_of_nobody() else { return };
    let listed = home.run(&["list", "--json"]).ended(0);
    assert_eq!(listed.json()[0]["name"], "old");
    let ran = home.run(&["clear", "old"]).ended(6);
    assert!(ran.stderr.contains("belongs to another user"), "{ran:?}");
    assert_eq!(content(&home.credentials()), OLD);
}
