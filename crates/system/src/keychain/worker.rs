//! One thread owns the keychain; everybody else waits for it, but never longer than they want to.
//!
//! A keychain may show a prompt and block for as long as that stands. So calls are made on a thread of their own, one
//! after the other: two callers raise one prompt, and what the first hears (*locked*, *denied*) is also told to those who
//! queued up meanwhile. The thread is never one of an asynchronous runtime, where the D-Bus library must not block.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SendError, Sender, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use mfa_tray_core::ports::Unavailable;

use super::kept::{Connect, Kept, Store};

/// The way to the thread.
pub(super) struct Worker {
    connect: Arc<Connect>,
    patience: Duration,
    /// Where the running thread takes requests from; none before the first.
    queue: Mutex<Option<Sender<Request>>>,
}

/// A call in the queue.
struct Request {
    /// Set by whoever comes first: the thread as it begins, or the caller as it gives up.
    taken: Arc<AtomicBool>,
    ask: Box<dyn Ask>,
}

/// A call, whatever its answer is made of.
trait Ask: Send {
    /// Makes the call; says why there was no answer.
    fn make(&mut self, kept: &mut Kept) -> Option<Unavailable>;
    /// Takes a refusal for the answer.
    fn refuse(&mut self, why: Unavailable);
    /// Tells the caller the answer.
    fn tell(self: Box<Self>);
}

struct Call<T, F> {
    call: F,
    result: Result<T, Unavailable>,
    answer: SyncSender<Result<T, Unavailable>>,
}

impl<T: Send, F: FnMut(&mut dyn Store) -> Result<T, Unavailable> + Send> Ask for Call<T, F> {
    fn make(&mut self, kept: &mut Kept) -> Option<Unavailable> {
        self.result = kept.call(&mut self.call);
        self.result.as_ref().err().cloned()
    }

    fn refuse(&mut self, why: Unavailable) {
        self.result = Err(why);
    }

    fn tell(self: Box<Self>) {
        // Fails when the caller has given up; what it would have got is wiped here.
        let _ = self.answer.send(self.result);
    }
}

impl Worker {
    pub(super) fn new(connect: Arc<Connect>, patience: Duration) -> Worker {
        Worker {
            connect,
            patience,
            queue: Mutex::new(None),
        }
    }

    /// Lets the thread make a call and waits for its answer. `call` may be made twice.
    pub(super) fn ask<T: Send + 'static>(
        &self,
        call: impl FnMut(&mut dyn Store) -> Result<T, Unavailable> + Send + 'static,
    ) -> Result<T, Unavailable> {
        let (answer, answered) = mpsc::sync_channel(1);
        let taken = Arc::new(AtomicBool::new(false));
        let call = Call {
            call,
            result: Err(Unavailable::TimedOut),
            answer,
        };
        self.send(Request {
            taken: Arc::clone(&taken),
            ask: Box::new(call),
        })?;
        match answered.recv_timeout(self.patience) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                taken.store(true, Ordering::Relaxed);
                // It may have come between the two lines.
                answered.try_recv().unwrap_or(Err(Unavailable::TimedOut))
            }
            Err(RecvTimeoutError::Disconnected) => Err(Unavailable::Failed("its thread has ended".to_owned())),
        }
    }

    /// Whether the thread was ever started.
    #[cfg(test)]
    pub(super) fn is_running(&self) -> bool {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn send(&self, request: Request) -> Result<(), Unavailable> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let unsent = match queue.as_ref() {
            Some(running) => running.send(request).err(),
            None => Some(SendError(request)),
        };
        if let Some(SendError(request)) = unsent {
            let running = self.start()?;
            // Should it have ended already, the caller hears that its answer will never come.
            let _ = running.send(request);
            *queue = Some(running);
        }
        Ok(())
    }

    fn start(&self) -> Result<Sender<Request>, Unavailable> {
        let (sender, requests) = mpsc::channel();
        let connect = Arc::clone(&self.connect);
        thread::Builder::new()
            .name("keychain".to_owned())
            .spawn(move || serve(&requests, connect))
            .map_err(|error| Unavailable::Failed(format!("no thread could be started for it: {error}")))?;
        Ok(sender)
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}

/// Ends when the last caller's side is dropped.
fn serve(requests: &Receiver<Request>, connect: Arc<Connect>) {
    let mut kept = Kept::new(connect);
    while let Ok(mut request) = requests.recv() {
        if request.is_given_up() {
            continue;
        }
        let why = request.ask.make(&mut kept);
        let mut answered = vec![request];
        if let Some(why @ (Unavailable::Locked | Unavailable::Denied)) = why {
            // Each of those who came meanwhile would raise the prompt again that a person has just answered. They are
            // taken from the queue before anybody hears, so that whoever tries again is not among them.
            for mut waiting in requests.try_iter().filter(|request| !request.is_given_up()) {
                waiting.ask.refuse(why.clone());
                answered.push(waiting);
            }
        }
        for request in answered {
            request.ask.tell();
        }
    }
}

impl Request {
    /// Says so, or else marks it as begun.
    fn is_given_up(&self) -> bool {
        self.taken.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests;
