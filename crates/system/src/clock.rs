//! The wall clock.

use jiff::Timestamp;
use mfa_tray_core::ports::Clock;

/// This machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    // The kernel's time since the start goes on in sleep, and nobody can set it.
    #[cfg(target_os = "linux")]
    fn started_at(&self) -> Option<Timestamp> {
        let since = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
        self.now()
            .checked_sub(jiff::SignedDuration::from_secs(since.tv_sec))
            .ok()
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_start_stays_where_it_is() {
        let clock = WallClock;
        let started_at = clock.started_at().unwrap();
        assert!(started_at <= clock.now());
        std::thread::sleep(std::time::Duration::from_millis(300));
        let moved = clock.started_at().unwrap().duration_since(started_at);
        assert!(moved.abs() < jiff::SignedDuration::from_secs(2), "{moved}");
    }
}
