//! What holds for the workspace as a whole: its dependencies, and the invariants of ARCHITECTURE.md.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is not as it must be"
)]

mod commands;
mod dependencies;
mod direction;
mod licence;
mod secrets;
mod sources;
mod web;
