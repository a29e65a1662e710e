//! The system's own notices: shown, replaced, taken back, and heard from.
//!
//! On Linux this is the desktop's notification service, spoken to directly
//! (<https://specifications.freedesktop.org/notification-spec/latest/>). On macOS and Windows it is what `notify-rust`
//! can do there, which is less: a shown notice cannot be taken back or replaced, it stays until the person or the system
//! removes it; Windows reports a click only while the notice is on screen, not later from its list of notices; macOS
//! puts two or more actions into a menu, and reports a click only while the app's main loop runs. Neither was ever run
//! by our tests.
//!
//! Invariants: no call waits for the desktop, and no notice is worth an error: where none can be shown, none is. What
//! comes from the person, such as a profile's name, is only ever text: it can bring neither markup nor lines of its own.
//! Deliberately absent: urgency. A critical notice breaks through *do not disturb*, and a session that ends is not that.

/// The freedesktop notification service.
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "desktop.rs"]
mod service;
/// Toasts, and macOS's notices.
#[cfg(any(target_os = "macos", windows))]
#[path = "native.rs"]
mod service;
/// What is left of a text that is shown.
mod text;

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// What a person reads, and may do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its place: a new one takes the place of the one before, instead of standing beside it.
    pub slot: String,
    /// One line.
    pub title: String,
    /// One paragraph: line breaks become spaces.
    pub body: String,
    /// Buttons, where the system has them. An id is for us and not shown; `default` is taken, it means a click.
    pub actions: Vec<Action>,
}

/// A button of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// Comes back in [`Heard::Chosen`].
    pub id: String,
    /// What is on the button.
    pub label: String,
}

/// What became of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// The person clicked on it.
    Clicked {
        /// Its place.
        slot: String,
        /// What allows a window to come to the front because of it, where the desktop gave that: an xdg-activation
        /// token (Wayland) or a startup id (X11).
        activation: Option<String>,
    },
    /// The person chose an action.
    Chosen {
        /// Its place.
        slot: String,
        /// The id of the action.
        action: String,
        /// As for a click.
        activation: Option<String>,
    },
    /// It is not there any more, for whatever reason but [`Notices::withdraw`] or a new one in its place: it was
    /// dismissed, has run out, or went with its service. Also follows a click or a choice, where that closes it.
    Closed {
        /// Its place.
        slot: String,
    },
}

/// The way to the thread that shows notices. Dropping the last handle ends it.
#[derive(Debug, Clone)]
pub struct Notices {
    orders: Arc<Orders>,
    has_actions: Arc<Mutex<Option<bool>>>,
}

/// Ends the thread when it goes.
#[derive(Debug)]
struct Orders(Sender<Order>);

/// What the thread is to do.
enum Order {
    Show(Notice),
    Withdraw(String),
    /// Something came from the service.
    Arrived(service::Arrival),
    End,
}

impl Notices {
    /// Starts the thread, which calls `heard`. Should it not start, no notice is ever shown.
    pub fn start(heard: impl Fn(Heard) + Send + 'static) -> Notices {
        let (sender, orders) = mpsc::channel();
        let has_actions = Arc::new(Mutex::new(service::ALWAYS_HAS_ACTIONS));
        let desk = service::Desk::new(sender.clone(), Box::new(heard), Arc::clone(&has_actions));
        // Where there is no thread any more, nothing works, and notices are the least of it.
        let _ = thread::Builder::new()
            .name("notices".to_owned())
            .spawn(move || serve(desk, orders));
        Notices {
            orders: Arc::new(Orders(sender)),
            has_actions,
        }
    }

    /// Shows a notice, in place of the one in its slot. It is not kept for later where no service takes it: by then it
    /// would be old news.
    pub fn show(&self, notice: Notice) {
        // Fails when there is no thread.
        let _ = self.orders.0.send(Order::Show(notice));
    }

    /// Takes a notice back, if it is still there.
    pub fn withdraw(&self, slot: &str) {
        let _ = self.orders.0.send(Order::Withdraw(slot.to_owned()));
    }

    /// Whether notices have buttons here; nothing as long as no service has said so. A notice without buttons should say
    /// in words what can be done.
    pub fn has_actions(&self) -> Option<bool> {
        *self.has_actions.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Orders {
    fn drop(&mut self) {
        let _ = self.0.send(Order::End);
    }
}

fn serve(mut desk: service::Desk, orders: mpsc::Receiver<Order>) {
    desk.open();
    for order in orders {
        match order {
            Order::Show(notice) => desk.show(&notice),
            Order::Withdraw(slot) => desk.withdraw(&slot),
            Order::Arrived(arrival) => desk.hear(arrival),
            Order::End => break,
        }
    }
    desk.close();
}
