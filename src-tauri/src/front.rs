//! What the desk stands before, for real: tray, window, notices, renewals.

use std::collections::HashMap;
use std::sync::mpsc::{self, Sender};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mfa_tray_core::problem::Problem as CoreProblem;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::schedule::Announcement;
use mfa_tray_core::settings::Settings;
use mfa_tray_system::login;
use mfa_tray_system::notices::{Notice, Notices};
use tauri::{AppHandle, Emitter as _, Manager as _};

use crate::desk::{Desk, Front, Look};
use crate::dto::{self, Problem, Snapshot};
use crate::{keep_running, notices, shortcut, tray, window};

/// The event that carries a snapshot.
const SNAPSHOT: &str = "snapshot";

/// Tauri's side of the desk.
pub(crate) struct TauriFront {
    app: AppHandle,
    renewals: Sender<ProfileName>,
    /// Whether the app starts at login, as it was last put into effect.
    at_login: Mutex<Option<bool>>,
}

impl TauriFront {
    /// Starts the thread that renews, one session after the other.
    pub(crate) fn new(app: &AppHandle) -> std::io::Result<TauriFront> {
        let (renewals, due) = mpsc::channel::<ProfileName>();
        let renewing = app.clone();
        let work = move || {
            while let Ok(profile) = due.recv() {
                renewing.state::<Desk>().renew(&profile);
            }
        };
        std::thread::Builder::new()
            .name("renewal".to_owned())
            .spawn(move || keep_running(work))?;
        Ok(TauriFront {
            app: app.clone(),
            renewals,
            at_login: Mutex::new(None),
        })
    }

    fn start_at_login(&self, wanted: bool) {
        {
            let mut at_login = self.at_login.lock().unwrap_or_else(PoisonError::into_inner);
            let before = at_login.replace(wanted);
            // Where it was never wanted, an entry that the person made themselves is theirs.
            if before == Some(wanted) || (before.is_none() && !wanted) {
                return;
            }
        }
        let problem = login::start_at_login(wanted).err().map(|error| {
            let hint = "set it in the system's own settings";
            Problem::from(&CoreProblem::new("login", error.to_string(), hint))
        });
        self.app.state::<Desk>().note(dto::Notice::Login, problem);
    }
}

impl Front for TauriFront {
    fn publish(&self, snapshot: Snapshot) {
        if let Err(error) = self.app.emit_to(window::PANEL, SNAPSHOT, &snapshot) {
            tracing::warn!(%error, "the window could not be told");
        }
        let on_main = self.app.clone();
        let shown = self.app.run_on_main_thread(move || tray::show(&on_main, &snapshot));
        if let Err(error) = shown {
            tracing::warn!(%error, "the tray could not be told");
        }
    }

    fn apply(&self, settings: &Settings) {
        shortcut::apply(&self.app, settings.shortcut());
        self.start_at_login(settings.start_at_login());
    }

    fn announce(&self, announcement: &Announcement, look: &Look) {
        tracing::info!(?announcement, "notice");
        let notice = notices::notice(announcement, look.snapshot.language, look.now());
        self.app.state::<Board>().show(notice);
    }

    fn withdraw(&self, profile: &str) {
        self.app.state::<Board>().withdraw(&notices::slot(profile));
    }

    fn raise(&self) {
        window::show_soon(&self.app);
    }

    fn renew(&self, profile: ProfileName) {
        // Without a receiver the app is ending.
        let _ = self.renewals.send(profile);
    }
}

/// The notices that are shown.
pub(crate) struct Board {
    notices: Notices,
    shown: Mutex<HashMap<String, Instant>>,
}

impl Board {
    pub(crate) fn new(app: &AppHandle) -> Board {
        let app = app.clone();
        let heard = move |heard| {
            if let mfa_tray_system::notices::Heard::Closed { slot } = &heard {
                app.state::<Board>().shown().remove(slot);
            }
            notices::heard(&app, heard);
        };
        Board {
            notices: Notices::start(heard),
            shown: Mutex::default(),
        }
    }

    fn shown(&self) -> std::sync::MutexGuard<'_, HashMap<String, Instant>> {
        self.shown.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn show(&self, notice: Notice) {
        self.shown().insert(notice.slot.clone(), Instant::now());
        self.notices.show(notice);
    }

    fn withdraw(&self, slot: &str) {
        self.shown().remove(slot);
        self.notices.withdraw(slot);
    }

    /// Whether something that was shown less than `time` ago may still be answered.
    pub(crate) fn is_fresh(&self, time: Duration) -> bool {
        self.shown().values().any(|at| at.elapsed() < time)
    }
}
