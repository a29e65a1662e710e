//! Does the main job once, on a desktop without a screen, and leaves pictures of it for a person to look at.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a program for a person at a terminal"
)]

#[cfg(target_os = "linux")]
fn main() -> anyhow::Result<()> {
    job::run(std::env::args().skip(1).collect())
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("error: a virtual desktop needs Linux");
    std::process::exit(1);
}

#[cfg(target_os = "linux")]
mod job {
    use std::path::PathBuf;

    use anyhow::{Context as _, Result, bail};
    use mfa_tray_tests::built;
    use mfa_tray_tests::desktop::{Desktop, Tray};
    use mfa_tray_tests::panel::{Panel, Theme};
    use mfa_tray_tests::practice::Practice;
    use mfa_tray_tests::process::output;
    use serde_json::Value;

    pub(super) fn run(arguments: Vec<String>) -> Result<()> {
        let [option, folder] = arguments.as_slice() else {
            bail!("usage: main-job --screenshots FOLDER")
        };
        if option != "--screenshots" {
            bail!("usage: main-job --screenshots FOLDER");
        }
        let folder = PathBuf::from(folder);

        let desktop = Desktop::start(Tray::Shown)?;
        let practice = Practice::start(desktop.command(built::cli()?), &["--no-app"], desktop.folder())?;
        let (name, serial) = practice.plain_user()?;
        println!("Practice AWS runs; the app opens on it.");

        let panel = Panel::open(&desktop, &practice, Theme::Light)?;
        println!("The window lists {}.", panel.profiles()?.join(", "));
        panel.picture_to(&desktop, &folder, "sessions-light")?;

        panel.ask_for_code(&name)?;
        panel.type_keys(&practice.code(&serial)?)?;
        panel.wait_for_state(&name, "active")?;
        panel.picture_to(&desktop, &folder, "session-light")?;
        drop(panel);

        let panel = Panel::open(&desktop, &practice, Theme::Dark)?;
        panel.wait_for_state(&name, "active")?;
        panel.picture_to(&desktop, &folder, "session-dark")?;
        drop(panel);

        let status = output(practice.cli()?.args(["status", &name, "--json"]))?;
        let status: Value = serde_json::from_str(&status)?;
        let profile = status.as_array().and_then(|all| all.first()).unwrap_or(&status);
        let until = profile["expires_at"].as_str().with_context(|| status.to_string())?;
        let target = profile["target"].as_str().with_context(|| status.to_string())?;
        println!("A typed code made a session of {name}: profile {target}, until {until}.");
        println!("Pictures: {}", folder.display());
        Ok(())
    }
}
