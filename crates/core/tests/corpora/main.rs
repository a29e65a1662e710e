//! The parse, edit and hostile cases of others, read and edited by our reader and editor.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod cases;
mod check;
mod packed;

mod edits;
mod hostile;
mod metamorphic;
mod parse;
