//! What the window may call: parse, one call, map the error. Each takes names and typed text and returns no secret.

pub(crate) mod account;
pub(crate) mod activity;
pub(crate) mod arrange;
pub(crate) mod backup;
pub(crate) mod device;
pub(crate) mod enroll;
pub(crate) mod round;
pub(crate) mod sessions;
pub(crate) mod settings;
pub(crate) mod window;
