//! `org.freedesktop.Notifications`, version 1.2 and later
//! (<https://specifications.freedesktop.org/notification-spec/latest/protocol.html>).
//!
//! The service may not be there yet, die, and come back as another program: what was learnt of it goes with its owner.
//! Until it is asked for something, nothing is called and nobody wakes up.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use zbus::blocking::Connection;
use zbus::message::{Message, Sequence};
use zbus::zvariant::Value;

use super::text::{self, escaped, line};
use super::{Heard, Notice, Order};
use crate::bus::{self, Bus};

/// Some services have none.
pub(super) const ALWAYS_HAS_ACTIONS: Option<bool> = None;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";

const APP_NAME: &str = "MFA Tray";
/// Names of the icon and of the desktop file that the packages install.
const ICON: &str = "mfa-tray-app";
const DESKTOP_ENTRY: &str = "MFA Tray";
/// The specification leaves names of this form to us: `x-vendor.class`.
const CATEGORY: &str = "x-mfa-tray.session";
/// Only *critical* is shown in spite of *do not disturb*, and nothing we have to say is worth that; *low* may never be.
const NORMAL: u8 = 1;
/// As long as the service shows any notice.
const ITS_OWN_TIME: i32 = -1;
/// The action that a click on the notice itself means.
const CLICK: &str = "default";

/// Something came on the connection with this number, or it has ended.
pub(super) struct Arrival {
    connection: u64,
    message: Option<Message>,
}

/// A connection, what is known of the service behind it, and what it shows for us.
pub(super) struct Desk {
    orders: Sender<Order>,
    heard: Box<dyn Fn(Heard) + Send>,
    has_actions: Arc<Mutex<Option<bool>>>,
    connection: Option<Connection>,
    /// How many there have been: what an older one still says is not heard.
    connections: u64,
    capabilities: Option<Capabilities>,
    shown: HashMap<String, Shown>,
}

#[derive(Debug, Clone, Copy)]
struct Capabilities {
    actions: bool,
    body_markup: bool,
    /// When the service said so.
    since: Sequence,
}

struct Shown {
    id: u32,
    /// When the service said so, among all that has arrived: what came earlier is about another notice with that id.
    since: Sequence,
    /// Comes before the click or choice that it belongs to.
    activation: Option<String>,
}

impl Desk {
    pub(super) fn new(
        orders: Sender<Order>,
        heard: Box<dyn Fn(Heard) + Send>,
        has_actions: Arc<Mutex<Option<bool>>>,
    ) -> Desk {
        Desk {
            orders,
            heard,
            has_actions,
            connection: None,
            connections: 0,
            capabilities: None,
            shown: HashMap::new(),
        }
    }

    /// Looks whether the service is there. The bus is not made to start one: the desktop may be about to start its own.
    pub(super) fn open(&mut self) {
        if let Some(connection) = self.connection()
            && bus::is_running(&connection, SERVICE)
        {
            self.capabilities(&connection);
        }
    }

    pub(super) fn show(&mut self, notice: &Notice) {
        let Some(connection) = self.connection() else { return };
        // The bus may start the service for this call.
        let Some(capabilities) = self.capabilities(&connection) else {
            return;
        };
        let replaces = self.shown.get(&notice.slot).map_or(0, |shown| shown.id);
        let Some((id, since)) = notify(&connection, notice, replaces, capabilities) else {
            return;
        };
        let shown = Shown {
            id,
            since,
            activation: None,
        };
        self.shown.insert(notice.slot.clone(), shown);
    }

    pub(super) fn withdraw(&mut self, slot: &str) {
        if let Some(shown) = self.shown.remove(slot)
            && let Some(connection) = &self.connection
        {
            // It may have gone by itself, which is an error that helps nobody.
            let id = shown.id;
            let _ = connection.call_method(Some(SERVICE), OBJECT, Some(SERVICE), "CloseNotification", &id);
        }
    }

    pub(super) fn hear(&mut self, arrival: Arrival) {
        if arrival.connection != self.connections {
            return;
        }
        let Some(message) = arrival.message else {
            // The bus is gone. The next notice looks for it again.
            self.close_connection();
            self.forget_service(None);
            return;
        };
        if let Some(is_there) = bus::new_owner(&message, SERVICE) {
            self.forget_service(Some(message.recv_position()));
            if is_there && let Some(connection) = self.connection.clone() {
                self.capabilities(&connection);
            }
        } else if bus::is_signal(&message, SERVICE, "ActivationToken") {
            self.hear_token(&message);
        } else if bus::is_signal(&message, SERVICE, "ActionInvoked") {
            self.hear_action(&message);
        } else if bus::is_signal(&message, SERVICE, "NotificationClosed") {
            self.hear_closed(&message);
        }
    }

    pub(super) fn close(mut self) {
        self.close_connection();
    }

    fn hear_token(&mut self, message: &Message) {
        let Ok((id, token)) = message.body().deserialize::<(u32, String)>() else {
            return;
        };
        if let Some(slot) = self.slot_of(id, message)
            && let Some(shown) = self.shown.get_mut(&slot)
        {
            shown.activation = Some(token);
        }
    }

    fn hear_action(&mut self, message: &Message) {
        let Ok((id, action)) = message.body().deserialize::<(u32, String)>() else {
            return;
        };
        let Some(slot) = self.slot_of(id, message) else { return };
        let shown = self.shown.get_mut(&slot);
        let activation = shown.and_then(|shown| shown.activation.take());
        (self.heard)(if action == CLICK {
            Heard::Clicked { slot, activation }
        } else {
            Heard::Chosen {
                slot,
                action,
                activation,
            }
        });
    }

    fn hear_closed(&mut self, message: &Message) {
        let Ok((id, _why)) = message.body().deserialize::<(u32, u32)>() else {
            return;
        };
        if let Some(slot) = self.slot_of(id, message) {
            self.shown.remove(&slot);
            (self.heard)(Heard::Closed { slot });
        }
    }

    /// Whose id this is. Most signals are about the notices of other programs.
    fn slot_of(&self, id: u32, message: &Message) -> Option<String> {
        let at = message.recv_position();
        let mut all = self.shown.iter();
        let found = all.find(|(_, shown)| shown.id == id && shown.since < at);
        found.map(|(slot, _)| slot.clone())
    }

    /// The connection that there is, or a new one.
    fn connection(&mut self) -> Option<Connection> {
        if self.connection.as_ref().is_some_and(Connection::is_closed) {
            self.close_connection();
            self.forget_service(None);
        }
        if self.connection.is_none() {
            self.connection = self.connect();
        }
        self.connection.clone()
    }

    fn connect(&mut self) -> Option<Connection> {
        let connection = bus::connect(Bus::Session).ok()?;
        let ear = bus::ear(&connection);
        self.connections += 1;
        let (number, orders) = (self.connections, self.orders.clone());
        let listen = move || {
            let arrived = |message| {
                Order::Arrived(Arrival {
                    connection: number,
                    message,
                })
            };
            for message in ear {
                if orders.send(arrived(Some(message))).is_err() {
                    return;
                }
            }
            let _ = orders.send(arrived(None));
        };
        let name = "notices-ear".to_owned();
        thread::Builder::new().name(name).spawn(listen).ok()?;
        // Without them notices are shown all the same, but not heard from.
        let _ = bus::watch_owner(&connection, SERVICE);
        let _ = bus::add_rule(
            &connection,
            &format!("sender='{SERVICE}',path='{OBJECT}',interface='{SERVICE}'"),
        );
        Some(connection)
    }

    fn close_connection(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Ends the thread that listens on it.
            let _ = connection.close();
        }
    }

    /// What the service can do: as it said, or as it says now.
    fn capabilities(&mut self, connection: &Connection) -> Option<Capabilities> {
        if self.capabilities.is_none() {
            let answer = connection.call_method(Some(SERVICE), OBJECT, Some(SERVICE), "GetCapabilities", &());
            let answer = answer.ok()?;
            let all: Vec<String> = answer.body().deserialize().ok()?;
            let has = |name| all.iter().any(|capability| capability == name);
            let capabilities = Capabilities {
                actions: has("actions"),
                body_markup: has("body-markup"),
                since: answer.recv_position(),
            };
            self.capabilities = Some(capabilities);
            self.say_has_actions(Some(capabilities.actions));
        }
        self.capabilities
    }

    /// The service has gone, and with it what it said and showed before that moment, or ever.
    fn forget_service(&mut self, moment: Option<Sequence>) {
        let is_gone = |since: Sequence| moment.is_none_or(|moment| since < moment);
        if self.capabilities.is_some_and(|known| is_gone(known.since)) {
            self.capabilities = None;
            self.say_has_actions(None);
        }
        for (slot, _) in self.shown.extract_if(|_, shown| is_gone(shown.since)) {
            (self.heard)(Heard::Closed { slot });
        }
    }

    fn say_has_actions(&self, has: Option<bool>) {
        *self.has_actions.lock().unwrap_or_else(PoisonError::into_inner) = has;
    }
}

/// Shows a notice; says its id and when the answer came.
fn notify(
    connection: &Connection,
    notice: &Notice,
    replaces: u32,
    capabilities: Capabilities,
) -> Option<(u32, Sequence)> {
    let title = line(&notice.title, text::TITLE);
    let mut body = line(&notice.body, text::BODY);
    if capabilities.body_markup {
        body = escaped(&body);
    }
    let mut actions = Vec::new();
    if capabilities.actions {
        // Never shown, says the specification; where it is all the same, the name does no harm.
        actions.extend([CLICK.to_owned(), APP_NAME.to_owned()]);
        for action in &notice.actions {
            actions.extend([action.id.clone(), line(&action.label, text::LABEL)]);
        }
    }
    let hints = HashMap::from([
        ("category", Value::from(CATEGORY)),
        ("desktop-entry", Value::from(DESKTOP_ENTRY)),
        ("urgency", Value::from(NORMAL)),
    ]);
    let arguments = (APP_NAME, replaces, ICON, title, body, actions, hints, ITS_OWN_TIME);
    let answer = connection.call_method(Some(SERVICE), OBJECT, Some(SERVICE), "Notify", &arguments);
    let answer = answer.ok()?;
    let id: u32 = answer.body().deserialize().ok()?;
    Some((id, answer.recv_position()))
}
