//! The desktop's screen saver, by the two names it has: KDE's and most others', and GNOME's.
//!
//! Asked where logind knows no session of ours. *Active* is *locked* for KDE; elsewhere it may also be a screen that is
//! only dark, which is then taken for locked, too: what waits for the person goes on when they are back.

use std::sync::Arc;

use zbus::Message;
use zbus::blocking::Connection;

use super::watch::{Shared, Source};
use crate::bus;

/// The service, which is the name of the interface, too, and its object.
const NAMES: [(&str, &str); 2] = [
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
];

pub(super) struct ScreenSavers {
    shared: Arc<Shared>,
    /// In the order of the names. Nothing where nobody says.
    are_active: [Option<bool>; NAMES.len()],
}

impl ScreenSavers {
    pub(super) fn new(shared: Arc<Shared>) -> ScreenSavers {
        let are_active = [None; NAMES.len()];
        ScreenSavers { shared, are_active }
    }

    fn learn(&self) {
        // `Some(true)` is the largest.
        let locked = self.are_active.iter().copied().max().flatten();
        self.shared.learn(|locks| locks.screen_savers = locked);
    }
}

impl Source for ScreenSavers {
    fn begin(&mut self, connection: &Connection) {
        for ((service, object), is_active) in NAMES.iter().zip(&mut self.are_active) {
            let _ = bus::watch_owner(connection, service);
            let from = format!("sender='{service}',interface='{service}'");
            let _ = bus::add_rule(connection, &format!("{from},member='ActiveChanged'"));
            *is_active = ask(connection, service, object);
        }
        self.learn();
    }

    fn hear(&mut self, connection: &Connection, message: &Message) {
        for ((service, object), is_active) in NAMES.iter().zip(&mut self.are_active) {
            if bus::new_owner(message, service).is_some() {
                *is_active = ask(connection, service, object);
            } else if bus::is_signal(message, service, "ActiveChanged") {
                *is_active = message.body().deserialize().ok();
            }
        }
        self.learn();
    }

    fn lose(&mut self) {
        self.are_active = [None; NAMES.len()];
        self.learn();
    }
}

/// Not started only to be asked.
fn ask(connection: &Connection, service: &str, object: &str) -> Option<bool> {
    if !bus::is_running(connection, service) {
        return None;
    }
    let answer = connection.call_method(Some(service), object, Some(service), "GetActive", &());
    answer.ok()?.body().deserialize().ok()
}
