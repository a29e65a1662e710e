//! macOS and Windows, as far as `notify-rust` goes: see the module above for what it does not do.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::thread;

use notify_rust::{Notification, NotificationResponse};

use super::text::{self, line};
use super::{Heard, Notice, Order};

/// Both have buttons.
pub(super) const ALWAYS_HAS_ACTIONS: Option<bool> = Some(true);

/// Whose notices these are: the bundle's identifier in tauri.conf.json, which the installer registers.
const APP: &str = "dev.mfatray.MfaTray";

/// Enough for a thread that only waits.
const STACK: usize = 256 * 1024;

/// What became of the notice with this number.
pub(super) struct Arrival {
    slot: String,
    number: u64,
    response: NotificationResponse,
}

/// Knows which notice is the newest of its slot: only that one is heard.
pub(super) struct Desk {
    orders: Sender<Order>,
    heard: Box<dyn Fn(Heard) + Send>,
    newest: HashMap<String, u64>,
    shown: u64,
}

impl Desk {
    pub(super) fn new(
        orders: Sender<Order>,
        heard: Box<dyn Fn(Heard) + Send>,
        _has_actions: Arc<Mutex<Option<bool>>>,
    ) -> Desk {
        Desk {
            orders,
            heard,
            newest: HashMap::new(),
            shown: 0,
        }
    }

    pub(super) fn open(&mut self) {
        // A build that was never installed is not registered: its notices come under another program's name.
        #[cfg(target_os = "macos")]
        if !cfg!(debug_assertions) {
            let _ = notify_rust::set_application(APP);
        }
    }

    pub(super) fn show(&mut self, notice: &Notice) {
        self.shown += 1;
        self.newest.insert(notice.slot.clone(), self.shown);
        let (slot, number, orders) = (notice.slot.clone(), self.shown, self.orders.clone());
        let notification = notification(notice);
        let wait = move || {
            let Ok(handle) = notification.show() else { return };
            // Waits until the person or the system has done something about it.
            let _ = handle.wait_for_response(|response: &NotificationResponse| {
                let response = response.clone();
                let _ = orders.send(Order::Arrived(Arrival { slot, number, response }));
            });
        };
        let name = "notice".to_owned();
        let _ = thread::Builder::new().name(name).stack_size(STACK).spawn(wait);
    }

    pub(super) fn withdraw(&mut self, slot: &str) {
        self.newest.remove(slot);
    }

    pub(super) fn hear(&mut self, arrival: Arrival) {
        let Arrival { slot, number, response } = arrival;
        if self.newest.get(&slot) != Some(&number) {
            return;
        }
        self.newest.remove(&slot);
        let activation = None;
        match response {
            NotificationResponse::Default => (self.heard)(Heard::Clicked { slot, activation }),
            NotificationResponse::Action(action) => (self.heard)(Heard::Chosen {
                slot,
                action,
                activation,
            }),
            NotificationResponse::Closed(_) => (self.heard)(Heard::Closed { slot }),
            NotificationResponse::Reply(_) => {}
        }
    }

    pub(super) fn close(self) {}
}

fn notification(notice: &Notice) -> Notification {
    let mut notification = Notification::new();
    notification
        .summary(&line(&notice.title, text::TITLE))
        .body(&line(&notice.body, text::BODY));
    for action in &notice.actions {
        notification.action(&action.id, &line(&action.label, text::LABEL));
    }
    #[cfg(windows)]
    if !cfg!(debug_assertions) {
        notification.app_id(APP);
    }
    notification
}
