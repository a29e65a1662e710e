//! A clock that was set, as the kernel says it: a timer that is cancelled by that
//! (<https://man7.org/linux/man-pages/man2/timerfd_create.2.html>, `TFD_TIMER_CANCEL_ON_SET`).

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rustix::io::Errno;
use rustix::time::{
    Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
};

/// In the year 2255, in seconds since 1970. The kernel's own end of time is in 2262.
const NEVER: i64 = 9_000_000_000;
/// In 1970.
const AT_ONCE: i64 = 1;

/// The timer on which a thread waits.
#[derive(Debug)]
pub(super) struct ClockWatch {
    timer: OwnedFd,
    has_ended: AtomicBool,
}

impl ClockWatch {
    /// Starts the thread. Without the timer or the thread nothing is ever said.
    pub(super) fn start(was_set: impl Fn() + Send + 'static) -> Option<Arc<ClockWatch>> {
        let timer = timerfd_create(TimerfdClockId::Realtime, TimerfdFlags::CLOEXEC).ok()?;
        let has_ended = AtomicBool::new(false);
        let watch = Arc::new(ClockWatch { timer, has_ended });
        let waiting = Arc::clone(&watch);
        let name = "machine-clock".to_owned();
        let started = thread::Builder::new().name(name).spawn(move || waiting.wait(&was_set));
        started.ok().map(|_| watch)
    }

    /// Ends the thread.
    pub(super) fn end(&self) {
        self.has_ended.store(true, Ordering::SeqCst);
        let _ = self.set(AT_ONCE);
    }

    fn wait(&self, was_set: &impl Fn()) {
        loop {
            // Between two waits the clock may be set, too: then this says so, and the timer is set all the same.
            let mut outcome = self.set(NEVER);
            if outcome.is_ok() && !self.has_ended.load(Ordering::SeqCst) {
                outcome = rustix::io::read(&self.timer, &mut [0_u8; 8]).map(|_| ());
            }
            if self.has_ended.load(Ordering::SeqCst) {
                return;
            }
            match outcome {
                Err(Errno::CANCELED) => was_set(),
                Err(Errno::INTR) => {}
                // The year 2255, or no such timer: either way there is nothing to wait for.
                Ok(()) | Err(_) => return,
            }
        }
    }

    fn set(&self, seconds: i64) -> Result<(), Errno> {
        let moment = |tv_sec| Timespec { tv_sec, tv_nsec: 0 };
        let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
        let when = Itimerspec {
            it_interval: moment(0),
            it_value: moment(seconds),
        };
        timerfd_settime(&self.timer, flags, &when).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_clock_that_nobody_sets_says_nothing_and_its_thread_can_be_ended() {
        let (sender, said) = mpsc::channel();
        let watch = ClockWatch::start(move || sender.send(()).unwrap()).unwrap();
        assert_eq!(
            said.recv_timeout(Duration::from_millis(200)),
            Err(mpsc::RecvTimeoutError::Timeout),
            "it waits"
        );
        watch.end();
        let ended = said.recv_timeout(Duration::from_secs(10));
        assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected), "the thread has ended");
        // Also when the end comes before the thread first waits.
        for _ in 0..50 {
            let (sender, said) = mpsc::channel();
            ClockWatch::start(move || sender.send(()).unwrap()).unwrap().end();
            let ended = said.recv_timeout(Duration::from_secs(10));
            assert_eq!(ended, Err(mpsc::RecvTimeoutError::Disconnected));
        }
    }
}
