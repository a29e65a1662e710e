//! Drawn pictures: which codes must be read in them, and what must be refused.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod codes;
mod draw;
mod hostile;
