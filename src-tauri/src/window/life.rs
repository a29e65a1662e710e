//! The end of a closed panel: its web view goes after a minute, and then what the web view has left in memory.
//!
//! What WebKit and GTK have loaded stays in the process when the window goes: 129 MB instead of 45. So on Linux the
//! program then starts itself anew in its own place, hidden, while nothing is under way. Everything it has to know is on
//! disk; the tray icon is away for a moment.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tauri::{AppHandle, Manager as _};

use super::PANEL;
use crate::desk::Desk;
use crate::dto::Step;
use crate::front::Board;
use crate::picture;
use crate::round::Rounds;
use crate::wizard::Wizard;

/// Whoever closes the panel by mistake opens it within this.
const CLOSED: Duration = Duration::from_secs(60);
/// The web view's processes end and are taken leave of.
const FAREWELL: Duration = Duration::from_secs(5);
/// Until it is looked again whether anything is under way.
const BUSY: Duration = Duration::from_secs(20);
/// A notice that was shown this lately may be answered, which takes the program that showed it.
const ANSWERED: Duration = Duration::from_secs(120);

/// A click on the tray, or keys that are taken from the whole desktop, take the keyboard away before they arrive here.
const JUST_NOW: Duration = Duration::from_millis(500);

/// What is remembered of the panel while it is there and after.
#[derive(Default)]
pub(crate) struct Life {
    /// Counts the openings and closings, so that an old timer knows that it is old.
    number: AtomicU64,
    /// When the panel lost the keyboard.
    left: Mutex<Option<Instant>>,
}

impl Life {
    /// Counts an opening or a closing; its number.
    pub(super) fn turn(&self) -> u64 {
        self.number.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether nothing was opened or closed since.
    pub(super) fn is(&self, number: u64) -> bool {
        self.number.load(Ordering::SeqCst) == number
    }

    pub(super) fn lost_the_keyboard(&self) {
        *self.left.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Whether the panel had the keyboard until just now.
    pub(super) fn was_in_front(&self) -> bool {
        let left = *self.left.lock().unwrap_or_else(PoisonError::into_inner);
        left.is_some_and(|left| left.elapsed() < JUST_NOW)
    }
}

/// Lets the panel go in a minute, unless it is opened again.
pub(super) fn close_soon(app: &AppHandle) {
    let number = app.state::<Life>().turn();
    let app = app.clone();
    let started = std::thread::Builder::new()
        .name("window-end".to_owned())
        .spawn(move || end(&app, number));
    if let Err(error) = started {
        tracing::warn!(%error, "the window stays in memory");
    }
}

fn end(app: &AppHandle, number: u64) {
    let still_closed = || app.state::<Life>().is(number);
    std::thread::sleep(CLOSED);
    while still_closed() && is_shown_to_the_person(app) {
        std::thread::sleep(BUSY);
    }
    if !still_closed() {
        return;
    }
    on_main(app, number, |app| {
        if let Some(panel) = app.get_webview_window(PANEL)
            && let Err(error) = panel.destroy()
        {
            tracing::warn!(%error, "the window stays in memory");
        }
    });
    if !cfg!(target_os = "linux") {
        return;
    }
    std::thread::sleep(FAREWELL);
    while still_closed() {
        if !is_busy(app) {
            on_main(app, number, start_anew);
        }
        std::thread::sleep(BUSY);
    }
}

/// What the person would miss with the page: an enrolment that waits for them, or the picture's window.
fn is_shown_to_the_person(app: &AppHandle) -> bool {
    picture::is_open(app) || app.state::<Rounds>().is_running()
}

fn is_busy(app: &AppHandle) -> bool {
    let enrolment = app.state::<Wizard>().shown();
    let enrolling = enrolment.is_some_and(|enrolment| enrolment.step != Step::Done);
    is_shown_to_the_person(app) || enrolling || app.state::<Desk>().is_busy() || app.state::<Board>().is_fresh(ANSWERED)
}

fn on_main(app: &AppHandle, number: u64, work: fn(&AppHandle)) {
    let main = app.clone();
    let sent = app.run_on_main_thread(move || {
        // It may have been opened meanwhile.
        if main.state::<Life>().is(number) {
            work(&main);
        }
    });
    if let Err(error) = sent {
        tracing::warn!(%error, "the main thread is not there");
    }
}

#[cfg(target_os = "linux")]
fn start_anew(app: &AppHandle) {
    if is_busy(app) {
        return;
    }
    tracing::info!("starting anew, to give memory back");
    let Err(error) = mfa_tray_system::start_anew(crate::HIDDEN);
    tracing::warn!(%error, "the program could not start anew");
}

#[cfg(not(target_os = "linux"))]
fn start_anew(_: &AppHandle) {}
