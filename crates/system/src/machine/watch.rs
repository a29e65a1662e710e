//! The threads that wait, and what they know together.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use zbus::Message;
use zbus::blocking::Connection;

use super::Told;
use super::logind::Logind;
use super::network::Network;
use super::screen_saver::ScreenSavers;
use crate::bus::{self, Bus};

/// Seconds before each try to find a bus again that was lost. After the last there is no more waking up for it: a bus that
/// stays away takes the desktop with it.
const TRIES: [u64; 7] = [1, 2, 4, 8, 16, 32, 64];
/// A connection that lasted for this long was a good one, and the tries begin anew.
const GOOD: Duration = Duration::from_secs(60);

/// Ends everything when it is dropped.
#[derive(Debug)]
pub(super) struct Watch {
    shared: Arc<Shared>,
    #[cfg(target_os = "linux")]
    clock: Option<Arc<super::clock::ClockWatch>>,
}

impl Watch {
    pub(super) fn start(told: impl Fn(Told) + Send + Sync + Clone + 'static) -> Watch {
        let shared = Arc::new(Shared {
            told: Box::new(told.clone()),
            locks: Mutex::default(),
            open: Mutex::new(Some(Vec::new())),
            asks_screen_savers: AtomicBool::new(false),
        });
        let system = Arc::clone(&shared);
        spawn("machine-system", move || {
            let (logind, network) = (Logind::new(Arc::clone(&system)), Network::new(Arc::clone(&system)));
            serve(&system, Bus::System, System { logind, network });
            system.ask_screen_savers();
        });
        Watch {
            shared,
            #[cfg(target_os = "linux")]
            clock: super::clock::ClockWatch::start(move || told(Told::ClockSet)),
        }
    }

    pub(super) fn is_locked(&self) -> Option<bool> {
        self.shared.locks().locked()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for connection in self.shared.open().take().into_iter().flatten() {
            // Ends the thread that listens on it.
            let _ = connection.close();
        }
        #[cfg(target_os = "linux")]
        if let Some(clock) = &self.clock {
            clock.end();
        }
    }
}

/// What all threads share.
pub(super) struct Shared {
    told: Box<dyn Fn(Told) + Send + Sync>,
    locks: Mutex<Locks>,
    /// The connections that are listened on; none once the watch has ended.
    open: Mutex<Option<Vec<Connection>>>,
    asks_screen_savers: AtomicBool,
}

/// What each source says about the lock. Nothing where it is not there, or does not know.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Locks {
    pub(super) logind: Option<bool>,
    pub(super) screen_savers: Option<bool>,
}

impl Locks {
    fn locked(self) -> Option<bool> {
        self.logind.or(self.screen_savers)
    }
}

impl Shared {
    pub(super) fn tell(&self, told: Told) {
        (self.told)(told);
    }

    /// Takes in what a source says about the lock, and tells if that changes the whole.
    pub(super) fn learn(&self, change: impl FnOnce(&mut Locks)) {
        let (was, is) = {
            let mut locks = self.locks();
            let was = locks.locked();
            change(&mut locks);
            (was, locks.locked())
        };
        match (was == Some(true), is == Some(true)) {
            (false, true) => self.tell(Told::Locked),
            (true, false) => self.tell(Told::Unlocked),
            _ => {}
        }
    }

    /// Takes the desktop's screen savers for a second source, from now on.
    pub(super) fn ask_screen_savers(self: &Arc<Self>) {
        if !self.asks_screen_savers.swap(true, Ordering::SeqCst) {
            let shared = Arc::clone(self);
            spawn("machine-session", move || {
                serve(&shared, Bus::Session, ScreenSavers::new(Arc::clone(&shared)));
            });
        }
    }

    fn locks(&self) -> MutexGuard<'_, Locks> {
        self.locks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> MutexGuard<'_, Option<Vec<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a connection, so that it is closed in the end. Not if that has come.
    fn keep(&self, connection: &Connection) -> bool {
        let mut open = self.open();
        let Some(open) = open.as_mut() else { return false };
        open.retain(|connection| !connection.is_closed());
        open.push(connection.clone());
        true
    }

    fn has_ended(&self) -> bool {
        self.open().is_none()
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared")
            .field("locks", &self.locks)
            .finish_non_exhaustive()
    }
}

/// What is listened for on a bus.
pub(super) trait Source {
    /// There is a connection: asks for its signals, and how things stand.
    fn begin(&mut self, connection: &Connection);
    /// Something has arrived.
    fn hear(&mut self, connection: &Connection, message: &Message);
    /// There is no connection any more.
    fn lose(&mut self);
}

/// Both have one connection.
struct System {
    logind: Logind,
    network: Network,
}

impl Source for System {
    fn begin(&mut self, connection: &Connection) {
        self.logind.begin(connection);
        self.network.begin(connection);
    }

    fn hear(&mut self, connection: &Connection, message: &Message) {
        self.logind.hear(connection, message);
        self.network.hear(connection, message);
    }

    fn lose(&mut self) {
        self.logind.lose();
        self.network.lose();
    }
}

/// Listens on a bus until the watch has ended, or the bus is gone for good. Where there never was one, that is at once.
fn serve(shared: &Shared, bus: Bus, mut source: impl Source) {
    let mut tries: Option<std::slice::Iter<'static, u64>> = None;
    loop {
        if let Ok(connection) = bus::connect(bus) {
            let begun = Instant::now();
            let ear = bus::ear(&connection);
            if !shared.keep(&connection) {
                return;
            }
            source.begin(&connection);
            for message in ear {
                source.hear(&connection, &message);
            }
            if shared.has_ended() {
                return;
            }
            source.lose();
            if tries.is_none() || begun.elapsed() >= GOOD {
                tries = Some(TRIES.iter());
            }
        }
        let Some(seconds) = tries.as_mut().and_then(Iterator::next) else {
            return;
        };
        thread::sleep(Duration::from_secs(*seconds));
        if shared.has_ended() {
            return;
        }
    }
}

/// Without a thread its source is missing, like one that is not there.
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) {
    let _ = thread::Builder::new().name(name.to_owned()).spawn(work);
}
