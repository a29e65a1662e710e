//! The real program, killed, refused and starved at every system call with which it writes the person's files.
//!
//! Needs Linux and `strace`; without them each test says that it was skipped.
#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

#[path = "../cli/home.rs"]
#[allow(dead_code, reason = "shared with tests that use more of it")]
mod home;
mod scene;
mod strace;

mod disk;
mod errors;
mod kills;
mod places;
mod rotation;
