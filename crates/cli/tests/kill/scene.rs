//! A home with a session to clear and a user to refresh, made anew for each run, and what may stand in it afterwards.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use mfa_tray_practice::{Options, Practice};

use crate::home::Home;

const SERIAL: &str = "arn:aws:iam::111122223333:mfa/erin";
const OLD_SESSION: &str = "[old-mfa]\naws_access_key_id = ASIAOLDXXXXXXEXAMPLE\naws_secret_access_key = oldsecret\n\
                           aws_session_token = oldtoken\nmanager = mfa-tray\n\n";

/// How the credentials file stands in its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Plain,
    /// A link into another folder.
    Symlink,
    /// A second name for the same file, which a rename would split off.
    HardLink,
}

/// What the program is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Clear,
    Refresh,
}

/// A practice AWS with a user, and the texts of the files before and after.
pub(crate) struct Scene {
    practice: Practice,
    config: String,
    /// What stands before and after the session that is cleared: in the middle, so that nothing shifts unnoticed.
    kept: [String; 2],
}

/// One home of the scene.
pub(crate) struct Take {
    pub(crate) home: Home,
    pub(crate) log: PathBuf,
}

/// How the files stand after a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Old,
    New,
}

impl Scene {
    pub(crate) fn new() -> Scene {
        let options = Options {
            limits: false,
            ..Options::default()
        };
        let practice = Practice::start(options).unwrap();
        let key = practice.add_user("111122223333", "erin").unwrap();
        practice.add_device("erin", SERIAL).unwrap();
        let user = |name: &str| {
            format!(
                "[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
                key.access_key_id, key.secret_access_key
            )
        };
        Scene {
            practice,
            config: format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n"),
            kept: [format!("# Somebody's file.\n{}\n", user("old")), user("dev")],
        }
    }

    fn credentials(&self) -> String {
        let [before, after] = &self.kept;
        format!("{before}{OLD_SESSION}{after}")
    }

    pub(crate) fn take(&self, shape: Shape) -> Take {
        let home = Home::new(&self.config, &self.credentials());
        let path = home.credentials();
        for path in [&path, &home.config()] {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
        }
        match shape {
            Shape::Plain => {}
            Shape::Symlink => {
                fs::create_dir(home.path().join("dotfiles")).unwrap();
                fs::rename(&path, home.path().join("dotfiles/credentials")).unwrap();
                symlink("../dotfiles/credentials", &path).unwrap();
            }
            Shape::HardLink => fs::hard_link(&path, home.path().join("second-name")).unwrap(),
        }
        let log = home.path().join("strace.log");
        Take { home, log }
    }

    pub(crate) fn command(&self, take: &Take, verb: Verb) -> Command {
        let code = self.practice.code(SERIAL, 0).unwrap().code;
        let mut command = match verb {
            Verb::Clear => take.home.command(&["clear", "old"]),
            Verb::Refresh => take.home.command(&["refresh", "dev", "--code", &code]),
        };
        command.env("AWS_ENDPOINT_URL", self.practice.endpoint());
        command
    }

    /// Says whether the credentials file is the old or the new one, whole.
    pub(crate) fn outcome(&self, take: &Take, verb: Verb) -> Result<Outcome, String> {
        let text = fs::read_to_string(take.home.credentials()).map_err(|error| error.to_string())?;
        let is_new = match verb {
            Verb::Clear => text == self.kept.concat(),
            Verb::Refresh => text
                .strip_prefix(&format!("{}\n[dev-mfa]\n", self.credentials()))
                .is_some_and(is_whole_session),
        };
        match () {
            () if text == self.credentials() => Ok(Outcome::Old),
            () if is_new => Ok(Outcome::New),
            () => Err(format!("damaged: {text:?}")),
        }
    }

    /// Checks everything else a run may leave: the config file, links, modes, left-over temporary files.
    pub(crate) fn check_rest(&self, take: &Take, shape: Shape) -> Result<(), String> {
        let config = fs::read_to_string(take.home.config()).map_err(|error| error.to_string())?;
        let section = "\n[profile dev-mfa]\nregion = eu-west-1\n";
        if config != self.config && config != format!("{}{section}", self.config) {
            return Err(format!("the config file is damaged: {config:?}"));
        }
        let path = take.home.credentials();
        if shape == Shape::Symlink && !path.is_symlink() {
            return Err("the link was replaced".to_owned());
        }
        for folder in [
            path.parent().unwrap().to_owned(),
            fs::canonicalize(&path).unwrap().parent().unwrap().to_owned(),
        ] {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let mode = fs::metadata(entry.path()).unwrap().permissions().mode() & 0o777;
                if entry.path().is_file() && mode != 0o600 {
                    return Err(format!("{:?} has mode {mode:o}", entry.path()));
                }
            }
        }
        Ok(())
    }

    /// The bytes of the backup, if there is one.
    pub(crate) fn backup_is_old(&self, take: &Take) -> bool {
        let backup = mfa_tray_core::file::backup_path(&fs::canonicalize(take.home.credentials()).unwrap());
        fs::read_to_string(backup).is_ok_and(|text| text == self.credentials())
    }
}

/// The five lines of a session, each whole.
fn is_whole_session(text: &str) -> bool {
    let keys = [
        "aws_access_key_id = ASIA",
        "aws_secret_access_key = ",
        "aws_session_token = ",
        "x_security_token_expires = 20",
        "manager = mfa-tray",
    ];
    text.ends_with('\n')
        && text.lines().count() == keys.len()
        && text.lines().zip(keys).all(|(line, key)| line.starts_with(key))
}

/// The temporary files of ours in the folder of `path`.
pub(crate) fn left_over(path: &Path) -> Vec<PathBuf> {
    let folder = fs::canonicalize(path.parent().unwrap()).unwrap();
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_ours = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with(".mfa-tray-");
    entries.filter(is_ours).collect()
}
