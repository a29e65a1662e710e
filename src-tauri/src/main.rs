//! MFA Tray's app: a tray icon, a window that opens from it, and the thread that keeps both true.
//!
//! Commands are parse, one call into `mfa-tray-core`, map the error: what the app does, the command line does too.
#![cfg_attr(all(not(debug_assertions), target_os = "windows"), windows_subsystem = "windows")]

mod commands;
mod desk;
mod dto;
mod files;
mod log;
mod picture;
mod tray;
mod watch;
mod window;
mod wizard;

use std::sync::mpsc;

use mfa_tray_core::activity::By;
use mfa_tray_core::lock::name_of;
use mfa_tray_system::environment;
use tauri::RunEvent;

use crate::desk::Desk;

/// Starts without the panel: at login.
const HIDDEN: &str = "--hidden";

fn main() {
    if mfa_tray_system::pictures::serve_if_asked() {
        return;
    }
    log::start();
    mfa_tray_system::keep_memory_private();
    if let Err(error) = run() {
        tracing::error!(%error, "MFA Tray cannot run");
        std::process::exit(1);
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let world = mfa_tray_system::world(By::Click)?;
    let practice = environment::is_practice();
    let hidden = std::env::args().skip(1).any(|argument| argument == HIDDEN);
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
    let desk = Desk::new(world, practice, sender.clone());
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| window::show(app)))
        .manage(desk)
        .manage(tray::Tray::default())
        .manage(wizard::Wizard::default())
        .manage(picture::Sheet::default())
        .register_uri_scheme_protocol(picture::SCHEME, |context, _| picture::serve(&context))
        .invoke_handler(tauri::generate_handler![
            commands::sessions::snapshot,
            commands::sessions::refresh,
            commands::sessions::set_favourite,
            commands::window::hide_window,
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
            if !hidden {
                window::show(&handle);
            }
            std::thread::Builder::new()
                .name("desk".to_owned())
                .spawn(move || keep_running(|| desk::run(&handle, &nudges, sender.clone())))?;
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

/// Runs `work` until it returns, again after a panic: a tray that silently stopped would show sessions that are over.
fn keep_running(work: impl Fn()) {
    while std::panic::catch_unwind(std::panic::AssertUnwindSafe(&work)).is_err() {
        tracing::error!("MFA Tray failed inside and goes on");
        std::thread::sleep(std::time::Duration::from_secs(1));
    }
}
