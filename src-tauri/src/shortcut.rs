//! The keys that open and close the window from anywhere.
//!
//! Made only once somebody wants them: on X11 the crate looks for the keys twenty times a second. Wayland has no way for
//! a program to ask for keys, and says so.

use std::str::FromStr as _;
use std::sync::Mutex;

use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use mfa_tray_core::problem::Problem as CoreProblem;
use tauri::{AppHandle, Manager as _};

use crate::desk::Desk;
use crate::dto::{Notice, Problem};
use crate::window;

/// The keys that are taken now.
#[derive(Default)]
pub(crate) struct Shortcut(Mutex<Taken>);

#[derive(Default)]
struct Taken {
    wanted: Option<String>,
    keys: Option<HotKey>,
    manager: Option<GlobalHotKeyManager>,
}

/// Says why `keys` cannot be meant.
pub(crate) fn check(keys: &str) -> Result<(), &'static str> {
    match HotKey::from_str(keys) {
        Err(_) => Err("Those are no keys we know, such as Ctrl+Alt+M."),
        // A letter alone would be taken from every other program.
        Ok(keys) if keys.mods.is_empty() => Err("Keys for the whole desktop need Ctrl, Alt, Shift or Super with them."),
        Ok(_) => Ok(()),
    }
}

/// Takes the keys that are wanted, and lets go of others. Returns at once.
pub(crate) fn apply(app: &AppHandle, wanted: Option<&str>) {
    {
        let shortcut = app.state::<Shortcut>();
        let Ok(mut taken) = shortcut.0.lock() else { return };
        if taken.wanted.as_deref() == wanted {
            return;
        }
        taken.wanted = wanted.map(str::to_owned);
    }
    let on_main = app.clone();
    let sent = app.run_on_main_thread(move || {
        let problem = take(&on_main).err();
        let problem = problem.map(|why| {
            let hint = "choose other keys in the settings, or none";
            Problem::from(&CoreProblem::new("shortcut", why, hint))
        });
        on_main.state::<Desk>().note(Notice::Shortcut, problem);
    });
    if let Err(error) = sent {
        tracing::warn!(%error, "the shortcut could not be set");
    }
}

fn take(app: &AppHandle) -> Result<(), String> {
    let shortcut = app.state::<Shortcut>();
    let Ok(mut taken) = shortcut.0.lock() else {
        return Ok(());
    };
    let Taken { wanted, keys, manager } = &mut *taken;
    if let (Some(keys), Some(manager)) = (keys.take(), &manager) {
        // They were taken by us; if they are gone already, all the better.
        let _ = manager.unregister(keys);
    }
    let Some(wanted) = wanted.as_deref() else {
        *manager = None;
        return Ok(());
    };
    if mfa_tray_system::environment::is_wayland() {
        return Err(format!("this desktop (Wayland) lets no program take the keys {wanted}"));
    }
    check(wanted)?;
    let new = HotKey::from_str(wanted).map_err(|error| error.to_string())?;
    if manager.is_none() {
        *manager = Some(GlobalHotKeyManager::new().map_err(|error| error.to_string())?);
        let app = app.clone();
        GlobalHotKeyEvent::set_event_handler(Some(move |event: GlobalHotKeyEvent| {
            if event.state == HotKeyState::Pressed {
                window::toggle_soon(&app);
            }
        }));
    }
    if let Some(manager) = manager {
        let taken = manager.register(new);
        taken.map_err(|_| format!("another program has the keys {wanted} already"))?;
        *keys = Some(new);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_checked_before_they_are_taken() {
        for (keys, good) in [
            ("Ctrl+Alt+M", true),
            ("Super+Shift+F1", true),
            ("M", false),
            ("Ctrl+", false),
            ("Ctrl+Nonsense", false),
            ("", false),
        ] {
            assert_eq!(check(keys).is_ok(), good, "{keys}");
        }
    }
}
