//! Notices, what the machine says, and starting at login, on private buses: against the real dunst, and against services
//! of the test's own. Needs Linux and `dbus-daemon`, in places `dunst` and `Xvfb`; without them a test says that it was
//! skipped, but not in CI.
#![cfg(target_os = "linux")]
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

/// A private bus.
mod bus;
/// A process that does what is tested.
mod doer;
/// Notices on the real dunst.
mod dunst;
/// Starting at login.
mod login;
/// A logind and a NetworkManager that say what the test wants.
mod machine;
/// Notices on a service that the test is.
mod notices;
