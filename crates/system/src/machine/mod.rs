//! What this machine says about itself: it woke up, its screen was locked, it is on the network, its clock was set.
//!
//! Each is a hint to look again at what the clock and the files say, told as it happens; some come twice. On Linux the
//! sources are logind, NetworkManager, the kernel's clock and, where logind knows no session of ours, the desktop's
//! screen saver. Threads wait for them: nothing is polled, and a source that is not there is quietly missing.
//!
//! On macOS and Windows nothing is told and the lock is unknown: what there is to ask needs `unsafe` or a crate much larger
//! than the question. Whoever compares wall-clock times once a minute sees a wake-up and a set clock there, too.

/// What the kernel says about its clock.
#[cfg(target_os = "linux")]
mod clock;
/// The session's lock and the machine's sleep.
#[cfg(all(unix, not(target_os = "macos")))]
mod logind;
/// Whether there is a network.
#[cfg(all(unix, not(target_os = "macos")))]
mod network;
/// The lock, from the desktop itself.
#[cfg(all(unix, not(target_os = "macos")))]
mod screen_saver;
/// The threads, and what they know together.
#[cfg(all(unix, not(target_os = "macos")))]
mod watch;
/// Nothing.
#[cfg(not(all(unix, not(target_os = "macos"))))]
#[path = "silent.rs"]
mod watch;

/// What has just happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The machine woke up from sleep. Timers that count monotonic time are late by as long as it slept.
    Resumed,
    /// The person's screen was locked.
    Locked,
    /// It was unlocked.
    Unlocked,
    /// The machine has a network with the internet behind it, and had none before.
    Online,
    /// The wall clock was set, forward or back. Also said at some wake-ups.
    ClockSet,
}

/// Listens as long as it lives.
#[derive(Debug)]
pub struct Listening(watch::Watch);

/// Begins to listen. `told` is called on threads of its own, at any time until the answer is dropped.
pub fn listen(told: impl Fn(Told) + Send + Sync + Clone + 'static) -> Listening {
    Listening(watch::Watch::start(told))
}

impl Listening {
    /// Whether the person's screen is locked. Nothing means that nobody here knows, which is to be taken for *not locked*,
    /// and is also the answer in the first moments.
    ///
    /// logind, where it knows our session, is believed alone; a locker that does not tell it (`LockedHint`) goes unseen.
    pub fn is_locked(&self) -> Option<bool> {
        self.0.is_locked()
    }
}
