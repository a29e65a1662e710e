//! Sessions of roles against practice AWS, through the real SDK: its trust policies and limits are the judge.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops; its clock begins at the real time, by which the SDK signs"
)]

#[path = "../enroll/stage.rs"]
#[allow(dead_code, reason = "enrolment uses the rest of it")]
mod stage;

mod automatic;
mod chains;
mod codes;
mod limits;
mod people;
mod trust;
