//! What the window may call: parse, one call, map the error. Each takes names and typed text and returns no secret.

pub(crate) mod sessions;
pub(crate) mod window;
