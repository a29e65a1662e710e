//! A rotation whose disk fails at every change it makes: there is a key that works, and the next try ends what was begun.

use std::fs;
use std::path::Path;
use std::process::Command;

use mfa_tray_practice::{Options, Practice};

use crate::home::{Home, run};
use crate::strace::{changes, is_here, say, under_strace};

#[test]
fn a_full_disk_never_takes_the_last_key() {
    sweep("error=ENOSPC");
}

#[test]
fn a_kill_never_takes_the_last_key() {
    sweep("signal=SIGKILL");
}

struct Scene {
    practice: Practice,
    users: std::cell::Cell<u32>,
}

/// A user with one key, in a home of its own.
struct Take {
    user: String,
    home: Home,
}

impl Scene {
    fn take(&self) -> Take {
        self.users.set(self.users.get() + 1);
        let user = format!("user{}", self.users.get());
        let key = self.practice.add_user("111122223333", &user).unwrap();
        let credentials = format!(
            "[dev]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            key.access_key_id, key.secret_access_key
        );
        let home = Home::new("[profile dev]\nregion = eu-west-1\n", &credentials);
        Take { user, home }
    }

    fn rotate(&self, take: &Take) -> Command {
        let mut command = take.home.command(&["keys", "rotate", "dev"]);
        command.env("AWS_ENDPOINT_URL", self.practice.endpoint());
        command
    }

    /// The ids of the user's keys that are switched on.
    fn active(&self, take: &Take) -> Vec<String> {
        let state = self.practice.state();
        let keys = state["access_keys"].as_array().unwrap().iter();
        keys.filter(|key| key["user"] == take.user && key["status"] == "Active")
            .map(|key| key["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

fn key_in_file(home: &Path) -> String {
    let text = fs::read_to_string(home.join(".aws/credentials")).unwrap();
    let id = text.lines().find_map(|line| line.strip_prefix("aws_access_key_id = "));
    id.unwrap_or_else(|| panic!("no key in {text:?}")).to_owned()
}

fn sweep(fault: &str) {
    if !is_here() {
        return;
    }
    let practice = Practice::start(Options::default()).unwrap();
    let scene = Scene {
        practice,
        users: 0.into(),
    };
    let undisturbed = scene.take();
    let log = undisturbed.home.path().join("strace.log");
    let output = under_strace(&scene.rotate(&undisturbed), &log, None).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let points = changes(&log, undisturbed.home.path());
    assert!(points.len() > 20, "only {} changes were seen", points.len());

    let (mut done, mut cut) = (0, 0);
    for point in &points {
        let take = scene.take();
        let log = take.home.path().join("strace.log");
        let inject = format!("{}:{fault}:when={}", point.syscall, point.nth);
        let output = under_strace(&scene.rotate(&take), &log, Some(&inject))
            .output()
            .unwrap();
        if output.status.success() {
            done += 1;
        } else {
            cut += 1;
        }
        let key = key_in_file(take.home.path());
        assert!(
            scene.active(&take).contains(&key),
            "{point:?}: the key in the file does not work: {output:?}"
        );
        // Its requests are signed with that key.
        run(&mut scene.rotate(&take)).ended(0);
        assert_eq!(
            scene.active(&take),
            [key_in_file(take.home.path())],
            "{point:?}: one key is left"
        );
    }
    say(&format!(
        "{fault} at {} changes of a rotation: {cut} cut short, {done} done all the same",
        points.len()
    ));
    assert!(cut > 0);
}
