//! The use case on real folders, with an AWS and a clock that do as the test says.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod aws;
mod stage;

mod activity;
mod arrange;
mod clocks;
mod codes;
mod commands;
mod defaults;
mod devices;
mod durations;
mod kept;
mod leaks;
mod lint;
mod margins;
mod roles;
mod seeds;
mod sessions;
mod strangers;
mod targets;
mod together;
mod variables;
mod whose;
