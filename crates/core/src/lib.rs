//! Everything MFA Tray knows, without a screen, a network or a clock of its own.
//!
//! Invariant: this crate knows no Tauri, command line, environment variable, home directory, logger or async runtime.
//! It is given paths, times and three ports ([`ports::Clock`], [`ports::Aws`], [`ports::Keychain`]), and is synchronous.
//!
//! In reading order:

// Words.
pub mod problem;
pub mod profile;
pub mod role;
pub mod secret;
// Formats.
pub mod aws_files;
pub mod draft;
pub mod ini;
pub mod otpauth;
pub mod process;
pub mod totp;
// What is kept.
pub mod activity;
pub mod asks;
pub mod file;
pub mod kept;
pub mod ledger;
pub mod lock;
pub mod settings;
pub mod state;
pub mod vault;
// The edge.
pub mod aws_error;
pub mod ports;
// Verbs and judgement.
pub mod account;
pub mod arrange;
pub mod backup;
pub mod catalog;
pub mod clear;
pub mod console;
pub mod doctor;
pub mod endpoint;
pub mod enroll;
pub mod keys;
pub mod lint;
pub mod plan;
pub mod policy;
pub mod refresh;
pub mod schedule;
pub mod session;
pub mod setup;
pub mod standing_in;
pub mod status;
mod store;
pub mod target;
pub mod variables;
pub mod world;
// For tests.
#[cfg(any(test, feature = "testing"))]
pub mod testing;
