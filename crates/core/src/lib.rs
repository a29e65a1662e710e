//! Everything MFA Tray knows, without a screen, a network or a clock of its own.
//!
//! Invariant: this crate knows no Tauri, command line, environment variable, home directory, logger or async runtime.
//! It is given paths, times and two ports ([`ports::Clock`], [`ports::Aws`]), and is synchronous.
//!
//! In reading order:

// Words.
pub mod problem;
pub mod profile;
pub mod secret;
// Formats.
pub mod aws_files;
pub mod ini;
// What is kept.
pub mod file;
pub mod ledger;
pub mod lock;
pub mod settings;
pub mod state;
// The edge.
pub mod aws_error;
pub mod ports;
// Verbs and judgement.
pub mod catalog;
pub mod clear;
pub mod endpoint;
pub mod refresh;
pub mod session;
pub mod status;
pub mod target;
pub mod world;
