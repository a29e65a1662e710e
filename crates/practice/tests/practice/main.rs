//! Practice AWS judged by AWS's own client.
#![allow(
    missing_docs,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on stops"
)]

mod stage;

mod access_keys;
mod devices;
mod faults;
mod home;
mod keychain;
mod roles;
mod sessions;
mod signatures;
