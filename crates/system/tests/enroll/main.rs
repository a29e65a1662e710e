//! Enrolment and access keys against practice AWS, through the real SDK: every step, every fault at it, a kill at it, and what comes after.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops; its clock begins at the real time, by which the SDK signs"
)]

mod stage;

mod account;

mod adopt;
mod care;
mod create;
mod faults;
mod keys;
mod kills;
mod refusals;
