//! A process that shows notices and listens: this test again, told what to do on its standard input.
//!
//! The buses and the home are found through the environment, which a test must not change under its other threads.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use mfa_tray_system::login;
use mfa_tray_system::machine::{self, Listening};
use mfa_tray_system::notices::{Action, Notice, Notices};
use serde_json::{Value, json};

/// Tells the process what it is for.
const VARIABLE: &str = "MFA_TRAY_TEST_DOER";
/// Begin what it says, among the lines of the test's own.
const ANSWER: &str = "answer: ";
const EVENT: &str = "event: ";

/// Far more than anything here takes, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// Long enough for something that should not come to come.
const MOMENT: Duration = Duration::from_millis(400);

pub(crate) struct Doer {
    child: Child,
    orders: ChildStdin,
    answers: Receiver<String>,
    events: Receiver<String>,
}

impl Doer {
    /// Starts it with these variables and hardly any others.
    pub(crate) fn start(variables: &[(&str, &str)]) -> Doer {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["doer::does_what_it_is_told", "--exact", "--nocapture"])
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            // No bus but those that are named.
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/session")
            .env("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nonexistent/system")
            .env("HOME", "/nonexistent")
            .envs(variables.iter().copied())
            .env(VARIABLE, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (orders, said) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let ((answer, answers), (event, events)) = (mpsc::channel(), mpsc::channel());
        std::thread::spawn(move || {
            for line in BufReader::new(said).lines().map_while(Result::ok) {
                // What the harness says about the test may stand before it on the line.
                let _ = if let Some((_, said)) = line.split_once(ANSWER) {
                    answer.send(said.to_owned())
                } else if let Some((_, said)) = line.split_once(EVENT) {
                    event.send(said.to_owned())
                } else {
                    Ok(())
                };
            }
        });
        Doer {
            child,
            orders,
            answers,
            events,
        }
    }

    pub(crate) fn ask(&mut self, order: &Value) -> String {
        writeln!(self.orders, "{order}").unwrap();
        let answer = self.answers.recv_timeout(PATIENCE);
        answer.unwrap_or_else(|error| panic!("{order}: {error}, {:?}", self.child.try_wait()))
    }

    pub(crate) fn show(&mut self, slot: &str, title: &str, body: &str, actions: &[(&str, &str)]) {
        self.ask(&json!(["show", slot, title, body, actions]));
    }

    pub(crate) fn withdraw(&mut self, slot: &str) {
        self.ask(&json!(["withdraw", slot]));
    }

    /// Waits for the next thing that is heard or told.
    #[track_caller]
    pub(crate) fn next_event(&self) -> String {
        self.events.recv_timeout(PATIENCE).unwrap()
    }

    #[track_caller]
    pub(crate) fn expect(&self, event: &str) {
        assert_eq!(self.next_event(), event);
    }

    #[track_caller]
    pub(crate) fn expect_nothing(&self) {
        assert_eq!(self.events.recv_timeout(MOMENT), Err(RecvTimeoutError::Timeout));
    }

    /// Asks until it gives that answer.
    #[track_caller]
    pub(crate) fn wait_for(&mut self, order: &Value, answer: &str) {
        let started = std::time::Instant::now();
        loop {
            let given = self.ask(order);
            if given == answer {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{order}: {given}, not {answer}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The threads that woke up within three seconds in which nothing happened. It must have come to rest before.
    ///
    /// They are kept awake for half a second each by `blocking`, a crate below zbus, of which 1.7.0 never lets them go.
    pub(crate) fn awake(&self) -> Vec<String> {
        std::thread::sleep(Duration::from_secs(2));
        let before = self.sleeps();
        std::thread::sleep(Duration::from_secs(3));
        let after = self.sleeps().into_iter();
        let woken = after.filter(|(thread, count)| before.get(thread) != Some(count));
        woken.map(|(thread, _)| thread).collect()
    }

    /// How often each thread went to sleep by itself: as often as it woke up.
    fn sleeps(&self) -> HashMap<String, String> {
        let tasks = Path::new("/proc").join(self.child.id().to_string()).join("task");
        let of = |task: std::fs::DirEntry| {
            let status = std::fs::read_to_string(task.path().join("status")).ok()?;
            let mut lines = status.lines();
            let name = lines.next()?.to_owned();
            let count = lines.find(|line| line.starts_with("voluntary_ctxt_switches:"))?;
            Some((format!("{} {name}", task.file_name().display()), count.to_owned()))
        };
        let tasks = std::fs::read_dir(tasks).unwrap();
        tasks.filter_map(|task| of(task.unwrap())).collect()
    }
}

impl Drop for Doer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "asks whether this is the process that does")]
fn does_what_it_is_told() {
    if std::env::var_os(VARIABLE).is_none() {
        return;
    }
    let mut notices: Option<Notices> = None;
    let mut listening: Option<Listening> = None;
    for order in std::io::stdin().lines() {
        let order: Vec<Value> = serde_json::from_str(&order.unwrap()).unwrap();
        let text = |at: usize| order[at].as_str().unwrap().to_owned();
        let answer = match order[0].as_str().unwrap() {
            "notices" => {
                notices = Some(Notices::start(|heard| say(EVENT, &format!("{heard:?}"))));
                "started".to_owned()
            }
            "show" => {
                let actions: Vec<(String, String)> = serde_json::from_value(order[4].clone()).unwrap();
                let actions = actions.into_iter().map(|(id, label)| Action { id, label });
                notices.as_ref().unwrap().show(Notice {
                    slot: text(1),
                    title: text(2),
                    body: text(3),
                    actions: actions.collect(),
                });
                "done".to_owned()
            }
            "withdraw" => {
                notices.as_ref().unwrap().withdraw(&text(1));
                "done".to_owned()
            }
            "has actions" => format!("{:?}", notices.as_ref().unwrap().has_actions()),
            "no notices" => {
                notices = None;
                "done".to_owned()
            }
            "listen" => {
                listening = Some(machine::listen(|told| say(EVENT, &format!("{told:?}"))));
                "started".to_owned()
            }
            "is locked" => format!("{:?}", listening.as_ref().unwrap().is_locked()),
            "do not listen" => {
                listening = None;
                "done".to_owned()
            }
            "threads" => {
                let names = std::fs::read_dir("/proc/self/task").unwrap().map(|task| {
                    let name = std::fs::read_to_string(task.unwrap().path().join("comm"));
                    name.unwrap_or_default().trim().to_owned()
                });
                let mut ours: Vec<String> = names
                    .filter(|name| name.starts_with("notices") || name.starts_with("machine"))
                    .collect();
                ours.sort();
                ours.join(" ")
            }
            "is started at login" => format!("{:?}", login::is_started_at_login().map_err(|error| error.to_string())),
            "start at login" => {
                let done = login::start_at_login(order[1].as_bool().unwrap());
                format!("{:?}", done.map_err(|error| error.to_string()))
            }
            other => panic!("not an order: {other}"),
        };
        say(ANSWER, &answer);
    }
}

fn say(sign: &str, text: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{sign}{text}").unwrap();
    out.flush().unwrap();
}
