//! What the end-to-end tests stand on: a private desktop without a screen, the real binaries, real AWS clients.
//!
//! Nothing here touches the person's display, home or AWS account: every home is temporary, every server listens on
//! loopback, and what a test started ends with it, by process id.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test plays the person and the other programs: it writes files as they do and prints what it saw"
)]

/// Waiting until something is so, instead of sleeping and hoping.
pub mod wait;

/// Processes that end with the test that started them.
pub mod process;

/// Where the built programs and the tools of the tests lie.
pub mod built;

/// A desktop of our own: display, bus, keyring, notices, windows, tray.
pub mod desktop;

/// Practice AWS, run by the real `mfa-tray practice`.
pub mod practice;

/// A public IAM policy engine, asked what our policies say.
pub mod policy_engine;

/// A program with a web view, under WebDriver.
pub mod webdriver;

/// The app's window, driven as a person would through WebDriver.
pub mod panel;

/// The app's tray item, clicked over D-Bus as a desktop's panel does it.
pub mod tray;

/// Notices on the virtual screen, read and answered.
pub mod notices;

/// A logind that says what a test wants: the screen is locked, the machine woke up.
pub mod logind;

/// What a program holds: memory, open files, children.
pub mod holdings;

/// Windows on the virtual screen, and pictures of them.
pub mod screen;

/// The real AWS CLI and moto's server, from the Python environment of the tests.
pub mod python;
