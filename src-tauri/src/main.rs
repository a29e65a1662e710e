//! MFA Tray's app: a tray icon, a window that opens from it, and the thread that keeps both true.
//!
//! Commands are parse, one call into `mfa-tray-core`, map the error: what the app does, the command line does too.
#![cfg_attr(all(not(debug_assertions), target_os = "windows"), windows_subsystem = "windows")]

mod commands;
mod desk;
mod dto;
mod files;
mod front;
mod log;
mod notices;
mod picture;
mod round;
mod shortcut;
mod tray;
mod watch;
mod window;
mod wizard;
mod words;

use std::sync::mpsc;

use mfa_tray_core::activity::By;
use mfa_tray_core::asks;
use mfa_tray_core::lock::{Guard, name_of};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_system::{environment, machine};
use tauri::{AppHandle, Manager as _, RunEvent};

use crate::desk::Desk;
use crate::dto::Place;
use crate::front::{Board, TauriFront};

/// Starts without the panel: at login.
pub(crate) const HIDDEN: &str = "--hidden";
/// Followed by a profile, opens the panel at that profile's code entry.
const ASK: &str = "--ask";
/// Nobody calls a profile by more.
const LONGEST_NAME: usize = 256;

fn main() {
    if mfa_tray_system::pictures::serve_if_asked() {
        return;
    }
    log::start();
    mfa_tray_system::keep_memory_private();
    #[cfg(target_os = "linux")]
    mfa_tray_system::take_leave_of_children();
    if let Err(error) = run() {
        tracing::error!(%error, "MFA Tray cannot run");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let world = mfa_tray_system::world(By::Click)?;
    let practice = environment::is_practice();
    let start = Start::read(std::env::args().skip(1));
    #[expect(
        clippy::disallowed_macros,
        reason = "Tauri's macro has the call; it is for mobile systems"
    )]
    let mut context = tauri::generate_context!();
    if practice {
        // An instance of its own: it must neither raise the person's running app nor be raised by it.
        let own = name_of(world.state.path());
        context.config_mut().identifier = format!("{}.practice{own}", context.config().identifier);
    }
    let (sender, nudges) = mpsc::channel();
    let desk = Desk::new(world, practice, mfa_tray_system::language(), sender.clone());
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            // What another process says is no more than a wish to see the window.
            Start {
                hidden: false,
                ..Start::read(arguments.into_iter().skip(1))
            }
            .obey(app);
        }))
        .manage(desk)
        .manage(window::Life::default())
        .manage(commands::account::Shown::default())
        .manage(round::Rounds::default())
        .manage(shortcut::Shortcut::default())
        .manage(tray::Tray::new(start.hidden))
        .manage(wizard::Wizard::default())
        .manage(picture::Sheet::default())
        .register_uri_scheme_protocol(picture::SCHEME, |context, _| picture::serve(&context))
        .invoke_handler(tauri::generate_handler![
            commands::sessions::snapshot,
            commands::sessions::refresh,
            commands::sessions::set_favourite,
            commands::sessions::end_session,
            commands::round::refresh_all,
            commands::round::round_code,
            commands::round::round_skip,
            commands::round::round_close,
            commands::settings::change_settings,
            commands::settings::change_profile,
            commands::settings::check_target,
            commands::settings::dismiss_banner,
            commands::activity::activity,
            commands::activity::export_activity,
            commands::arrange::lint_profile,
            commands::arrange::preview,
            commands::arrange::arrange_profile,
            commands::account::policies,
            commands::account::save_policy,
            commands::account::account_plan,
            commands::account::account_undo_plan,
            commands::account::account_apply,
            commands::account::account_people,
            commands::account::coverage,
            commands::arrange::cancel_calls,
            commands::window::hide_window,
            commands::window::put_away,
            commands::enroll::enroll_offer,
            commands::enroll::enroll_create,
            commands::enroll::enroll_resume,
            commands::enroll::enroll_clean_up,
            commands::enroll::enroll_use,
            commands::enroll::enroll_picture,
            commands::enroll::enroll_text,
            commands::enroll::enroll_choose,
            commands::enroll::enroll_device,
            commands::enroll::enroll_code,
            commands::enroll::enroll_show,
            commands::enroll::enroll_go_on,
            commands::enroll::enroll_stop,
            commands::device::device_code,
            commands::device::copy_code,
            commands::device::resync_device,
            commands::device::forget_seed,
            commands::device::delete_device,
            commands::device::show_seed,
            commands::backup::back_up,
            commands::backup::restore,
        ])
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(listen(&handle));
            app.manage(Board::new(&handle));
            start.obey(&handle);
            let told = handle.clone();
            app.manage(machine::listen(move |news| told.state::<Desk>().heard(news)));
            let front = TauriFront::new(&handle)?;
            std::thread::Builder::new()
                .name("desk".to_owned())
                .spawn(move || keep_running(|| desk::run(&handle, &front, &nudges, sender.clone())))?;
            Ok(())
        })
        .build(context)?;
    app.run(|app, event| {
        // Closing the last window leaves the tray; only Quit, or a close without a tray, ends the app.
        if let RunEvent::ExitRequested { code: None, api, .. } = event
            && !tray::is_missing(app)
        {
            api.prevent_exit();
        }
    });
    Ok(())
}

/// What the program was started for.
#[derive(Debug, Default, PartialEq, Eq)]
struct Start {
    hidden: bool,
    ask: Option<String>,
}

impl Start {
    /// Reads the arguments. Anything may be among them: a second start is open to every program of this user.
    fn read(mut arguments: impl Iterator<Item = String>) -> Start {
        let mut start = Start::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                HIDDEN => start.hidden = true,
                ASK => {
                    let profile = arguments.next().and_then(|name| ProfileName::parse(&name).ok());
                    let profile = profile.filter(|profile| profile.as_str().len() <= LONGEST_NAME);
                    start.ask = profile.map(|profile| profile.to_string());
                }
                _ => {}
            }
        }
        start
    }

    fn obey(&self, app: &AppHandle) {
        if let Some(profile) = &self.ask {
            app.state::<Desk>().ask(Place::Row, profile, None);
        }
        if !self.hidden || self.ask.is_some() {
            window::show(app);
        }
    }
}

/// Says to programs that the app runs, as long as what this returns lives.
fn listen(app: &AppHandle) -> Option<Guard> {
    let heard = asks::listen(&app.state::<Desk>().world.state);
    heard
        .inspect_err(|error| tracing::warn!(%error, "programs cannot have a code asked for"))
        .ok()
}

/// Runs `work` until it returns, again after a panic: a tray that silently stopped would show sessions that are over.
pub(crate) fn keep_running(work: impl Fn()) {
    while std::panic::catch_unwind(std::panic::AssertUnwindSafe(&work)).is_err() {
        tracing::error!("MFA Tray failed inside and goes on");
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_say_what_to_show_and_nothing_else() {
        let read = |line: &str| Start::read(line.split('|').map(str::to_owned));
        let asked = |profile: &str| Some(profile.to_owned());
        assert_eq!(read(""), Start::default());
        assert!(read("--hidden").hidden);
        assert_eq!(read("--ask|dev").ask, asked("dev"));
        assert_eq!(read("--ask|my profile|--hidden").ask, asked("my profile"));
        for line in [
            "--ask",
            "--ask|--hidden x]",
            "--ask|a\nb",
            "--enrol|dev",
            "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
        ] {
            assert_eq!(read(line).ask, None, "{line}");
        }
    }
}
