//! What the machine says: a logind, a NetworkManager and screen savers that say what the test wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use serde_json::json;
use zbus::blocking::Connection;
use zbus::fdo;
use zbus::zvariant::{DynamicType, OwnedObjectPath, Value};

use crate::bus::Bus;
use crate::doer::Doer;

const LOGIND: &str = "org.freedesktop.login1";
const LOGIND_OBJECT: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const OURS: &str = "/org/freedesktop/login1/session/ours";
const OTHER: &str = "/org/freedesktop/login1/session/other";
const USER: &str = "/org/freedesktop/login1/user/ours";
const NETWORK: &str = "org.freedesktop.NetworkManager";
const NETWORK_OBJECT: &str = "/org/freedesktop/NetworkManager";

/// The way by which logind lets the session be found.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Way {
    Process,
    Id,
    Display,
    /// The process belongs to a session without a screen.
    NotTheManager,
    None,
}

struct Manager(Way);

fn path(path: &str) -> OwnedObjectPath {
    OwnedObjectPath::try_from(path).unwrap()
}

fn none<T>() -> fdo::Result<T> {
    Err(fdo::Error::Failed("no such session".to_owned()))
}

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSessionByPID")]
    fn session_by_pid(&self, pid: u32) -> fdo::Result<OwnedObjectPath> {
        assert!(pid > 1);
        match self.0 {
            Way::Process => Ok(path(OURS)),
            Way::NotTheManager => Ok(path(OTHER)),
            _ => none(),
        }
    }

    fn get_session(&self, id: &str) -> fdo::Result<OwnedObjectPath> {
        let found = self.0 == Way::Id && id == "c7";
        if found { Ok(path(OURS)) } else { none() }
    }

    fn get_user(&self, id: u32) -> fdo::Result<OwnedObjectPath> {
        assert_eq!(id, rustix::process::getuid().as_raw());
        match self.0 {
            Way::Display | Way::NotTheManager => Ok(path(USER)),
            _ => none(),
        }
    }
}

struct User;

#[zbus::interface(name = "org.freedesktop.login1.User")]
impl User {
    #[zbus(property)]
    fn display(&self) -> (String, OwnedObjectPath) {
        ("c7".to_owned(), path(OURS))
    }
}

struct Session {
    class: &'static str,
    locked: Arc<Mutex<bool>>,
}

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn class(&self) -> &str {
        self.class
    }

    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        *self.locked.lock().unwrap()
    }
}

struct Logind {
    connection: Connection,
    locked: Arc<Mutex<bool>>,
}

impl Logind {
    fn start(bus: &Bus, way: Way, is_locked: bool) -> Logind {
        let connection = bus.connect();
        let locked = Arc::new(Mutex::new(is_locked));
        let session = |class, locked| Session { class, locked };
        let server = connection.object_server();
        server.at(LOGIND_OBJECT, Manager(way)).unwrap();
        server.at(USER, User).unwrap();
        server.at(OURS, session("user", Arc::clone(&locked))).unwrap();
        server
            .at(OTHER, session("manager", Arc::new(Mutex::new(true))))
            .unwrap();
        drop(server);
        connection.request_name(LOGIND).unwrap();
        Logind { connection, locked }
    }

    fn sleep(&self, begins: bool) {
        say(&self.connection, LOGIND_OBJECT, MANAGER, "PrepareForSleep", &begins);
    }

    fn lock(&self, is_locked: bool) {
        *self.locked.lock().unwrap() = is_locked;
        changed(
            &self.connection,
            OURS,
            SESSION,
            &[("LockedHint", is_locked.into())],
            &[],
        );
    }

    fn end(self) {
        self.connection.close().unwrap();
    }
}

struct NetworkManager(u32);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl NetworkManager {
    #[zbus(property)]
    fn state(&self) -> u32 {
        self.0
    }
}

fn network(bus: &Bus, state: u32) -> Connection {
    let connection = bus.connect();
    connection
        .object_server()
        .at(NETWORK_OBJECT, NetworkManager(state))
        .unwrap();
    connection.request_name(NETWORK).unwrap();
    connection
}

struct ScreenSaver(bool);

#[zbus::interface(name = "org.gnome.ScreenSaver")]
impl ScreenSaver {
    fn get_active(&self) -> bool {
        self.0
    }
}

fn screen_saver(bus: &Bus, is_active: bool) -> Connection {
    let connection = bus.connect();
    let object = "/org/gnome/ScreenSaver";
    connection.object_server().at(object, ScreenSaver(is_active)).unwrap();
    connection.request_name("org.gnome.ScreenSaver").unwrap();
    connection
}

fn say(from: &Connection, object: &str, interface: &str, signal: &str, body: &(impl serde::Serialize + DynamicType)) {
    from.emit_signal(None::<&str>, object, interface, signal, body).unwrap();
}

fn changed(from: &Connection, object: &str, interface: &str, values: &[(&str, Value<'_>)], to_ask: &[&str]) {
    let values: HashMap<&str, &Value<'_>> = values.iter().map(|(name, value)| (*name, value)).collect();
    let properties = "org.freedesktop.DBus.Properties";
    say(
        from,
        object,
        properties,
        "PropertiesChanged",
        &(interface, values, to_ask),
    );
}

/// Has begun to listen when this returns: the lock is known, or else the screen savers have been asked.
fn listener(variables: &[(&str, &str)], locked: &str) -> Doer {
    let mut doer = Doer::start(variables);
    doer.ask(&json!(["listen"]));
    doer.wait_for(&json!(["is locked"]), locked);
    doer
}

#[test]
fn waking_up_is_told_once() {
    let Some(bus) = Bus::start() else { return };
    let logind = Logind::start(&bus, Way::Process, false);
    let doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "Some(false)");
    logind.sleep(true);
    doer.expect_nothing();
    logind.sleep(false);
    doer.expect("Resumed");
    doer.expect_nothing();
}

#[test]
fn the_lock_is_known_from_the_start_and_followed_however_the_session_is_found() {
    for way in [Way::Process, Way::Id, Way::Display, Way::NotTheManager] {
        let Some(bus) = Bus::start() else { return };
        let logind = Logind::start(&bus, way, false);
        let variables = [
            ("DBUS_SYSTEM_BUS_ADDRESS", bus.address()),
            ("XDG_SESSION_ID", "c7".to_owned()),
        ];
        let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
        let mut doer = listener(&variables, "Some(false)");
        logind.lock(true);
        doer.expect("Locked");
        assert_eq!(doer.ask(&json!(["is locked"])), "Some(true)", "{way:?}");
        // Said twice, and by another session.
        logind.lock(true);
        changed(&logind.connection, OTHER, SESSION, &[("LockedHint", false.into())], &[]);
        changed(&logind.connection, OURS, SESSION, &[("IdleHint", false.into())], &[]);
        doer.expect_nothing();
        logind.lock(false);
        doer.expect("Unlocked");
        *logind.locked.lock().unwrap() = true;
        changed(&logind.connection, OURS, SESSION, &[], &["LockedHint"]);
        doer.expect("Locked");
    }
}

#[test]
fn a_screen_that_is_locked_already_is_told() {
    let Some(bus) = Bus::start() else { return };
    let _logind = Logind::start(&bus, Way::Process, true);
    let doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "Some(true)");
    doer.expect("Locked");
    doer.expect_nothing();
}

#[test]
fn services_that_come_late_and_start_again_are_found() {
    let Some(bus) = Bus::start() else { return };
    let mut doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "None");
    doer.wait_for(&json!(["threads"]), "machine-clock machine-system");
    let logind = Logind::start(&bus, Way::Process, true);
    doer.expect("Locked");
    logind.end();
    doer.expect("Unlocked");
    doer.wait_for(&json!(["is locked"]), "None");
    let logind = Logind::start(&bus, Way::Process, false);
    doer.wait_for(&json!(["is locked"]), "Some(false)");
    logind.sleep(false);
    doer.expect("Resumed");
    let manager = network(&bus, 70);
    doer.expect("Online");
    manager.close().unwrap();
    let _manager = network(&bus, 70);
    doer.expect_nothing();
}

#[test]
fn a_network_is_told_when_it_comes() {
    let Some(bus) = Bus::start() else { return };
    let _logind = Logind::start(&bus, Way::Process, false);
    let manager = network(&bus, 70);
    let doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "Some(false)");
    doer.expect_nothing();
    let state = |state: u32| say(&manager, NETWORK_OBJECT, NETWORK, "StateChanged", &state);
    let connectivity = |value: u32| {
        changed(
            &manager,
            NETWORK_OBJECT,
            NETWORK,
            &[("Connectivity", value.into())],
            &[],
        );
    };
    state(20);
    state(40);
    doer.expect_nothing();
    state(70);
    doer.expect("Online");
    connectivity(4);
    state(70);
    doer.expect_nothing();
    // A portal, then what is behind it.
    connectivity(2);
    connectivity(0);
    doer.expect_nothing();
    connectivity(4);
    doer.expect("Online");
    doer.expect_nothing();
}

#[test]
fn a_screen_saver_is_believed_where_logind_knows_no_session() {
    let (Some(system), Some(session)) = (Bus::start(), Bus::start()) else {
        return;
    };
    let _logind = Logind::start(&system, Way::None, false);
    let saver = screen_saver(&session, true);
    let variables = [
        ("DBUS_SYSTEM_BUS_ADDRESS", system.address()),
        ("DBUS_SESSION_BUS_ADDRESS", session.address()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut doer = listener(&variables, "Some(true)");
    doer.expect("Locked");
    let (object, name) = ("/org/gnome/ScreenSaver", "org.gnome.ScreenSaver");
    say(&saver, object, name, "ActiveChanged", &false);
    doer.expect("Unlocked");
    say(&saver, object, name, "ActiveChanged", &true);
    doer.expect("Locked");
    saver.close().unwrap();
    doer.expect("Unlocked");
    doer.wait_for(&json!(["is locked"]), "None");
}

#[test]
fn a_screen_saver_is_not_believed_where_logind_knows_the_session() {
    let (Some(system), Some(session)) = (Bus::start(), Bus::start()) else {
        return;
    };
    let logind = Logind::start(&system, Way::Process, false);
    let saver = screen_saver(&session, true);
    let variables = [
        ("DBUS_SYSTEM_BUS_ADDRESS", system.address()),
        ("DBUS_SESSION_BUS_ADDRESS", session.address()),
    ];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let mut doer = listener(&variables, "Some(false)");
    doer.wait_for(&json!(["threads"]), "machine-clock machine-system");
    doer.expect_nothing();
    logind.end();
    doer.expect("Locked");
    drop(saver);
}

#[test]
fn without_any_bus_nothing_is_told_and_nothing_waits() {
    let mut doer = listener(&[], "None");
    doer.wait_for(&json!(["threads"]), "machine-clock");
    doer.expect_nothing();
    doer.ask(&json!(["do not listen"]));
    doer.wait_for(&json!(["threads"]), "");
}

#[test]
fn a_bus_that_comes_back_is_found() {
    let Some(mut bus) = Bus::start() else { return };
    let logind = Logind::start(&bus, Way::Process, true);
    let mut doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "Some(true)");
    doer.expect("Locked");
    bus.end();
    doer.expect("Unlocked");
    drop(logind);
    bus.start_again();
    let logind = Logind::start(&bus, Way::Process, true);
    doer.expect("Locked");
    logind.sleep(false);
    doer.expect("Resumed");
    doer.ask(&json!(["do not listen"]));
    doer.wait_for(&json!(["threads"]), "");
}

#[test]
fn nobody_wakes_up_while_nothing_happens() {
    let Some(bus) = Bus::start() else { return };
    let _logind = Logind::start(&bus, Way::Process, false);
    let _manager = network(&bus, 70);
    let doer = listener(&[("DBUS_SYSTEM_BUS_ADDRESS", &bus.address())], "Some(false)");
    assert_eq!(doer.awake(), Vec::<String>::new());
}
