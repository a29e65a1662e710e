//! Notices on the real dunst, on a display without a screen.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::OwnedValue;

use crate::bus::{Bus, are_here};
use crate::doer::Doer;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";
/// What `dunstctl` speaks.
const CONTROL: &str = "org.dunstproject.cmd0";
const PATIENCE: Duration = Duration::from_secs(20);

struct Dunst {
    screen: Child,
    daemon: Child,
    connection: Connection,
    display: String,
    // The last to go: the others use it.
    bus: Bus,
}

impl Dunst {
    fn start() -> Option<Dunst> {
        if !are_here(&["Xvfb", "dunst"]) {
            return None;
        }
        let bus = Bus::start()?;
        let mut screen = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "800x600x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut number = String::new();
        let mut said = BufReader::new(screen.stdout.take().unwrap());
        said.read_line(&mut number).unwrap();
        let display = format!(":{}", number.trim());
        let connection = bus.connect();
        let daemon = start_daemon(&bus, &display);
        let dunst = Dunst {
            screen,
            daemon,
            connection,
            display,
            bus,
        };
        dunst.wait_until_there();
        Some(dunst)
    }

    /// Another in its place, that knows nothing of what the one before showed.
    fn start_again(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
        self.daemon = start_daemon(&self.bus, &self.display);
        self.wait_until_there();
    }

    fn wait_until_there(&self) {
        let started = Instant::now();
        while self.displayed().is_err() {
            assert!(started.elapsed() < PATIENCE, "no dunst: {:?}", self.displayed());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn control(&self) -> Proxy<'_> {
        let builder = zbus::blocking::proxy::Builder::<Proxy<'_>>::new(&self.connection);
        let builder = builder.destination(SERVICE).unwrap().path(OBJECT).unwrap();
        let builder = builder.interface(CONTROL).unwrap();
        builder
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .unwrap()
    }

    fn displayed(&self) -> zbus::Result<u32> {
        self.control().get_property("displayedLength")
    }

    #[track_caller]
    fn wait_for_displayed(&self, count: u32) {
        let started = Instant::now();
        while self.displayed().unwrap() != count {
            let shown = self.displayed();
            assert!(started.elapsed() < PATIENCE, "{shown:?} are displayed, not {count}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Id, title and body of each notice that was closed, the last one first.
    fn history(&self) -> Vec<(i32, String, String)> {
        let history: Vec<HashMap<String, OwnedValue>> = self.control().call("NotificationListHistory", &()).unwrap();
        let text =
            |notice: &HashMap<String, OwnedValue>, key: &str| notice[key].downcast_ref::<&str>().unwrap().to_owned();
        let of = |notice: &HashMap<String, OwnedValue>| {
            let id = notice["id"].downcast_ref::<i32>().unwrap();
            (id, text(notice, "summary"), text(notice, "body"))
        };
        history.iter().map(of).collect()
    }
}

impl Drop for Dunst {
    fn drop(&mut self) {
        for child in [&mut self.daemon, &mut self.screen] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn start_daemon(bus: &Bus, display: &str) -> Child {
    Command::new("dunst")
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus.address())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn doer(dunst: &Dunst) -> Doer {
    let mut doer = Doer::start(&[("DBUS_SESSION_BUS_ADDRESS", &dunst.bus.address())]);
    doer.ask(&json!(["notices"]));
    doer.wait_for(&json!(["has actions"]), "Some(true)");
    doer
}

#[test]
fn dunst_shows_replaces_and_takes_back() {
    let Some(dunst) = Dunst::start() else { return };
    let mut doer = doer(&dunst);
    doer.show("work", "first", "", &[]);
    dunst.wait_for_displayed(1);
    doer.show("home", "other", "", &[]);
    dunst.wait_for_displayed(2);
    doer.show("work", "second", "R&D <b>", &[("refresh", "Refresh")]);
    doer.withdraw("home");
    dunst.wait_for_displayed(1);
    doer.withdraw("work");
    dunst.wait_for_displayed(0);
    let history = dunst.history();
    let titles: Vec<&str> = history.iter().map(|(_, title, _)| title.as_str()).collect();
    assert_eq!(titles, ["second", "other"], "the first was replaced, not closed");
    assert!(
        history[0].0 < history[1].0,
        "the second has the first one's id: {history:?}"
    );
    // dunst keeps what it draws, which is markup.
    assert_eq!(history[0].2, "R&amp;D &lt;b&gt;");
    doer.expect_nothing();
}

#[test]
fn dunst_says_that_it_was_clicked_and_that_it_closed() {
    let Some(dunst) = Dunst::start() else { return };
    let mut doer = doer(&dunst);
    doer.show("work", "work expires", "", &[("refresh", "Refresh")]);
    dunst.wait_for_displayed(1);
    let _: () = dunst.control().call("NotificationAction", &0_u32).unwrap();
    doer.expect(r#"Clicked { slot: "work", activation: None }"#);
    doer.expect(r#"Closed { slot: "work" }"#);
    doer.show("work", "again", "", &[]);
    dunst.wait_for_displayed(1);
    let _: () = dunst.control().call("NotificationCloseAll", &()).unwrap();
    doer.expect(r#"Closed { slot: "work" }"#);
}

#[test]
fn a_dunst_that_was_killed_is_used_again_when_it_is_back() {
    let Some(mut dunst) = Dunst::start() else { return };
    let mut doer = doer(&dunst);
    doer.show("work", "first", "", &[]);
    dunst.wait_for_displayed(1);
    dunst.start_again();
    doer.expect(r#"Closed { slot: "work" }"#);
    doer.wait_for(&json!(["has actions"]), "Some(true)");
    doer.show("work", "second", "", &[]);
    dunst.wait_for_displayed(1);
}
