//! The cases of others: AWS's files, read and edited by our reader and editor, and one-time codes.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cases;
mod check;
mod packed;

mod edits;
mod hostile;
mod metamorphic;
mod otp;
mod parse;
