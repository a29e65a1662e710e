//! NetworkManager (<https://networkmanager.dev/docs/api/latest/gdbus-org.freedesktop.NetworkManager.html>). A machine
//! without it is never told to be online.

use std::sync::Arc;

use zbus::Message;
use zbus::blocking::Connection;

use super::Told;
use super::watch::{Shared, Source};
use crate::bus::{self, property};

const SERVICE: &str = "org.freedesktop.NetworkManager";
const OBJECT: &str = "/org/freedesktop/NetworkManager";

/// `NM_STATE_CONNECTED_GLOBAL`.
const CONNECTED: u32 = 70;
/// `NM_CONNECTIVITY_UNKNOWN` and `NM_CONNECTIVITY_FULL`. Between them are a portal that wants something first, and less.
const UNKNOWN: u32 = 0;
const FULL: u32 = 4;

pub(super) struct Network {
    shared: Arc<Shared>,
    is_online: bool,
}

impl Network {
    pub(super) fn new(shared: Arc<Shared>) -> Network {
        let is_online = false;
        Network { shared, is_online }
    }

    fn learn(&mut self, is_online: bool) {
        if is_online && !self.is_online {
            self.shared.tell(Told::Online);
        }
        self.is_online = is_online;
    }

    fn read(connection: &Connection) -> bool {
        bus::is_running(connection, SERVICE)
            && property(connection, SERVICE, OBJECT, SERVICE, "State") == Some(CONNECTED)
    }
}

impl Source for Network {
    fn begin(&mut self, connection: &Connection) {
        let _ = bus::watch_owner(connection, SERVICE);
        let from = format!("sender='{SERVICE}',path='{OBJECT}',interface='{SERVICE}'");
        let _ = bus::add_rule(connection, &format!("{from},member='StateChanged'"));
        let _ = bus::watch_properties(connection, SERVICE, OBJECT, SERVICE);
        // How it was when we came is no news.
        self.is_online = Network::read(connection);
    }

    fn hear(&mut self, connection: &Connection, message: &Message) {
        if bus::new_owner(message, SERVICE) == Some(true) {
            self.learn(Network::read(connection));
        } else if bus::is_signal(message, SERVICE, "StateChanged") {
            if let Ok(state) = message.body().deserialize::<u32>() {
                self.learn(state == CONNECTED);
            }
        } else if let Some((changed, _)) = bus::changed_properties(message, OBJECT, SERVICE)
            && let Some(Ok(connectivity)) = changed.get("Connectivity").map(u32::try_from)
            && connectivity != UNKNOWN
        {
            self.learn(connectivity == FULL);
        }
    }

    fn lose(&mut self) {}
}
