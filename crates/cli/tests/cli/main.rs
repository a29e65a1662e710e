//! The real program: what it prints, how it ends, and what it leaves in the files.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod home;

mod answers;
mod console;
mod credentials;
mod doctor;
mod endings;
mod enrolling;
mod flows;
mod golden;
mod keys;
mod network;
mod outward;
mod sdk;
mod serve;
mod settings;
