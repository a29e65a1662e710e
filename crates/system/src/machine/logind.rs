//! systemd-logind, and elogind, which says the same
//! (<https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html>).

use std::sync::Arc;

use zbus::Message;
use zbus::blocking::{Connection, Proxy};
use zbus::zvariant::{OwnedObjectPath, Structure};

use super::Told;
use super::watch::{Shared, Source};
use crate::bus::{self, property};
use crate::environment;

const SERVICE: &str = "org.freedesktop.login1";
const OBJECT: &str = "/org/freedesktop/login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const SESSION: &str = "org.freedesktop.login1.Session";
const USER: &str = "org.freedesktop.login1.User";
const LOCKED: &str = "LockedHint";

pub(super) struct Logind {
    shared: Arc<Shared>,
    /// The person's session, as an object of logind's.
    session: Option<String>,
}

impl Logind {
    pub(super) fn new(shared: Arc<Shared>) -> Logind {
        Logind { shared, session: None }
    }

    fn find_session(&mut self, connection: &Connection) {
        self.session = None;
        if bus::is_running(connection, SERVICE) {
            self.session = session_of_this_person(connection);
        }
        if let Some(session) = &self.session {
            let _ = bus::watch_properties(connection, SERVICE, session, SESSION);
        }
        self.read_lock(connection);
    }

    fn read_lock(&self, connection: &Connection) {
        let session = self.session.as_deref();
        self.learn(session.and_then(|session| property(connection, SERVICE, session, SESSION, LOCKED)));
    }

    fn learn(&self, locked: Option<bool>) {
        self.shared.learn(|locks| locks.logind = locked);
        if locked.is_none() {
            self.shared.ask_screen_savers();
        }
    }
}

impl Source for Logind {
    fn begin(&mut self, connection: &Connection) {
        let _ = bus::watch_owner(connection, SERVICE);
        let from = format!("sender='{SERVICE}',path='{OBJECT}',interface='{MANAGER}'");
        let _ = bus::add_rule(connection, &format!("{from},member='PrepareForSleep'"));
        self.find_session(connection);
    }

    fn hear(&mut self, connection: &Connection, message: &Message) {
        if bus::new_owner(message, SERVICE).is_some() {
            self.find_session(connection);
        } else if bus::is_signal(message, MANAGER, "PrepareForSleep") {
            // True before the sleep, false after it.
            if let Ok(false) = message.body().deserialize::<bool>() {
                self.shared.tell(Told::Resumed);
            }
        } else if let Some(session) = &self.session
            && let Some((changed, to_ask)) = bus::changed_properties(message, session, SESSION)
        {
            if let Some(locked) = changed.get(LOCKED) {
                self.learn(bool::try_from(locked).ok());
            } else if to_ask.iter().any(|name| name == LOCKED) {
                self.read_lock(connection);
            }
        }
    }

    fn lose(&mut self) {
        self.session = None;
        self.learn(None);
    }
}

/// The session whose screen the person sees.
///
/// A desktop that systemd starts runs its programs outside of the session; there its id is in the environment, or else
/// logind knows which session of the person has the display.
fn session_of_this_person(connection: &Connection) -> Option<String> {
    let manager = Proxy::new(connection, SERVICE, OBJECT, MANAGER).ok()?;
    let object = |answer: zbus::Result<OwnedObjectPath>| answer.ok().map(|path| path.to_string());
    let by_process = || object(manager.call("GetSessionByPID", &std::process::id()));
    let by_id = || object(manager.call("GetSession", &environment::session_id()?));
    let by_display = || {
        let user = object(manager.call("GetUser", &rustix::process::getuid().as_raw()))?;
        let display: Structure<'static> = property(connection, SERVICE, &user, USER, "Display")?;
        let (_id, session): (String, OwnedObjectPath) = display.try_into().ok()?;
        Some(session.to_string())
    };
    let has_screen = |session: &String| {
        // `user`, `user-light` and the like; not `manager`, which has no screen. An older logind may not say.
        let class: Option<String> = property(connection, SERVICE, session, SESSION, "Class");
        class.is_none_or(|class| class.starts_with("user"))
    };
    by_process()
        .filter(has_screen)
        .or_else(|| by_id().filter(has_screen))
        .or_else(|| by_display().filter(|path| path != "/"))
}
