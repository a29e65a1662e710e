//! The use case on real folders, with an AWS and a clock that do as the test says.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod stage;

mod codes;
mod devices;
mod leaks;
mod roles;
mod seeds;
mod sessions;
mod targets;
mod together;
mod whose;
