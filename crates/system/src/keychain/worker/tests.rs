use std::collections::HashMap;
use std::sync::Barrier;
use std::sync::atomic::AtomicUsize;
use std::time::Instant;

use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes};

use super::*;

const SHORT: Duration = Duration::from_millis(200);
const LONG: Duration = Duration::from_secs(20);

/// A keychain in memory that does what its orders say, in turn.
#[derive(Clone, Default)]
struct Fake(Arc<Shared>);

#[derive(Default)]
struct Shared {
    entries: Mutex<HashMap<String, Vec<u8>>>,
    orders: Mutex<Vec<Order>>,
    connections: AtomicUsize,
    calls: AtomicUsize,
}

enum Order {
    /// The next connection fails.
    NoConnection(Unavailable),
    /// The next call fails.
    Fail(Unavailable),
    /// The next call takes until the barrier opens, and then fails or not.
    Wait(Arc<Barrier>, Option<Unavailable>),
    /// The next call panics.
    Panic,
}

impl Fake {
    fn worker(&self, patience: Duration) -> Worker {
        let fake = self.clone();
        let connect = move || {
            fake.0.connections.fetch_add(1, Ordering::SeqCst);
            match fake.next(|order| matches!(order, Order::NoConnection(_))) {
                Some(Order::NoConnection(why)) => Err(why),
                _ => Ok(Box::new(fake.clone()) as Box<dyn Store>),
            }
        };
        Worker::new(Arc::new(connect), patience)
    }

    fn order(&self, orders: impl IntoIterator<Item = Order>) {
        self.0.orders.lock().unwrap().extend(orders);
    }

    /// Takes the next order if it is of the kind that is due.
    fn next(&self, due: fn(&Order) -> bool) -> Option<Order> {
        let mut orders = self.0.orders.lock().unwrap();
        orders.first().is_some_and(due).then(|| orders.remove(0))
    }

    fn call(&self) -> Result<(), Unavailable> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        match self.next(|order| !matches!(order, Order::NoConnection(_))) {
            Some(Order::Fail(why)) => Err(why),
            Some(Order::Wait(barrier, why)) => {
                barrier.wait();
                why.map_or(Ok(()), Err)
            }
            Some(Order::Panic) => panic!("on order"),
            _ => Ok(()),
        }
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    fn connections(&self) -> usize {
        self.0.connections.load(Ordering::SeqCst)
    }

    fn wait_for_calls(&self, count: usize) {
        let started = Instant::now();
        while self.calls() < count {
            assert!(started.elapsed() < LONG, "call {count} does not begin");
            thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Store for Fake {
    fn read(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.call()?;
        Ok(self.0.entries.lock().unwrap().get(name).cloned().map(SecretBytes::from))
    }

    fn read_quietly(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        self.read(name)
    }

    fn write(&mut self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        self.call()?;
        let mut entries = self.0.entries.lock().unwrap();
        entries.insert(name.to_owned(), secret.expose_secret().to_vec());
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<bool, Unavailable> {
        self.call()?;
        Ok(self.0.entries.lock().unwrap().remove(name).is_some())
    }
}

fn read(worker: &Worker, name: &str) -> Result<Option<Vec<u8>>, Unavailable> {
    let name = name.to_owned();
    let read = worker.ask(move |store| store.read(&name))?;
    Ok(read.map(|secret| secret.expose_secret().to_vec()))
}

fn write(worker: &Worker, name: &str, secret: &[u8]) -> Result<(), Unavailable> {
    let (name, secret) = (name.to_owned(), SecretBytes::from(secret.to_vec()));
    worker.ask(move |store| store.write(&name, &secret))
}

#[test]
fn what_is_written_is_read_and_removed() {
    let fake = Fake::default();
    let worker = fake.worker(LONG);
    assert!(
        !worker.is_running() && fake.connections() == 0,
        "nothing happens before the first call"
    );
    assert_eq!(read(&worker, "a"), Ok(None));
    assert_eq!(write(&worker, "a", b"one"), Ok(()));
    assert_eq!(read(&worker, "a"), Ok(Some(b"one".to_vec())));
    assert_eq!(worker.ask(|store| store.remove("a")), Ok(true));
    assert_eq!(worker.ask(|store| store.remove("a")), Ok(false));
    assert_eq!(fake.connections(), 1);
}

#[test]
fn a_failed_connection_is_tried_again_by_the_next_call() {
    let fake = Fake::default();
    let worker = fake.worker(LONG);
    fake.order([Order::NoConnection(Unavailable::NoService)]);
    assert_eq!(read(&worker, "a"), Err(Unavailable::NoService));
    assert_eq!(fake.connections(), 1, "a call does not insist");
    assert_eq!(read(&worker, "a"), Ok(None));
}

#[test]
fn a_connection_gone_stale_is_renewed_once() {
    let fake = Fake::default();
    let worker = fake.worker(LONG);
    let failed = || Unavailable::Failed("gone".into());
    assert_eq!(write(&worker, "a", b"one"), Ok(()));
    fake.order([Order::Fail(failed())]);
    assert_eq!(
        read(&worker, "a"),
        Ok(Some(b"one".to_vec())),
        "the second try is as good as the first"
    );
    assert_eq!(fake.connections(), 2);
    fake.order([Order::Fail(failed()), Order::Fail(failed())]);
    assert_eq!(read(&worker, "a"), Err(failed()));
    assert_eq!(fake.connections(), 3);
    fake.order([Order::Fail(failed())]);
    assert_eq!(
        read(&worker, "a"),
        Err(failed()),
        "a new connection that fails is not doubted"
    );
    for refused in [Unavailable::Locked, Unavailable::Denied] {
        let (calls, before) = (fake.calls(), fake.connections());
        assert_eq!(read(&worker, "a"), Ok(Some(b"one".to_vec())));
        fake.order([Order::Fail(refused.clone())]);
        assert_eq!(read(&worker, "a"), Err(refused), "nobody is asked twice");
        assert_eq!(fake.calls(), calls + 2);
        assert!(fake.connections() <= before + 1);
    }
}

#[test]
fn a_caller_gives_up_in_time_and_is_skipped_if_its_turn_has_not_come() {
    let fake = Fake::default();
    let worker = fake.worker(SHORT);
    let prompt = Arc::new(Barrier::new(2));
    fake.order([Order::Wait(Arc::clone(&prompt), None)]);
    let started = Instant::now();
    assert_eq!(read(&worker, "a"), Err(Unavailable::TimedOut));
    assert_eq!(write(&worker, "b", b"late"), Err(Unavailable::TimedOut));
    assert!(started.elapsed() >= 2 * SHORT && started.elapsed() < LONG);
    prompt.wait();
    assert_eq!(
        read(&worker, "b"),
        Ok(None),
        "the write that was given up did not happen"
    );
    assert_eq!(fake.calls(), 2, "the slow call and the last one");
}

#[test]
fn who_queued_up_during_a_prompt_gets_its_answer() {
    for refused in [Unavailable::Locked, Unavailable::Denied] {
        let fake = Fake::default();
        let worker = Arc::new(fake.worker(LONG));
        let prompt = Arc::new(Barrier::new(2));
        fake.order([Order::Wait(Arc::clone(&prompt), Some(refused.clone()))]);
        let ask = |name: &'static str| {
            let worker = Arc::clone(&worker);
            thread::spawn(move || read(&worker, name))
        };
        let first = ask("a");
        fake.wait_for_calls(1);
        let others: Vec<_> = ["a", "b", "c"].into_iter().map(ask).collect();
        // They have no sign to give that they are in the queue.
        thread::sleep(5 * SHORT);
        prompt.wait();
        for each in std::iter::once(first).chain(others) {
            assert_eq!(each.join().unwrap(), Err(refused.clone()));
        }
        assert_eq!(fake.calls(), 1, "one prompt");
        assert_eq!(read(&worker, "a"), Ok(None), "a later call asks anew");
    }
}

#[test]
fn who_queued_up_during_a_slow_call_is_served_after_it() {
    let fake = Fake::default();
    let worker = Arc::new(fake.worker(LONG));
    let slow = Arc::new(Barrier::new(2));
    fake.order([Order::Wait(Arc::clone(&slow), None)]);
    let asked: Vec<_> = (0..3)
        .map(|_| {
            let worker = Arc::clone(&worker);
            thread::spawn(move || read(&worker, "a"))
        })
        .collect();
    slow.wait();
    for each in asked {
        assert_eq!(each.join().unwrap(), Ok(None));
    }
    assert_eq!(fake.calls(), 3);
}

#[test]
fn a_panic_is_an_answer_and_not_the_end() {
    let fake = Fake::default();
    let worker = fake.worker(LONG);
    fake.order([Order::Panic]);
    let broken = read(&worker, "a");
    assert!(matches!(broken, Err(Unavailable::Failed(_))), "{broken:?}");
    assert_eq!(write(&worker, "a", b"one"), Ok(()));
    fake.order([Order::Panic, Order::Panic]);
    let broken = read(&worker, "a");
    assert!(matches!(broken, Err(Unavailable::Failed(_))), "{broken:?}");
    assert_eq!(read(&worker, "a"), Ok(Some(b"one".to_vec())));
}

#[test]
fn sixteen_threads_find_what_each_has_written() {
    let fake = Fake::default();
    let worker = Arc::new(fake.worker(LONG));
    let threads: Vec<_> = (0..16)
        .map(|number| {
            let worker = Arc::clone(&worker);
            thread::spawn(move || {
                for round in 0..50_u8 {
                    let name = format!("entry {number}");
                    assert_eq!(write(&worker, &name, &[number, round]), Ok(()));
                    assert_eq!(read(&worker, &name), Ok(Some(vec![number, round])));
                }
            })
        })
        .collect();
    for each in threads {
        each.join().unwrap();
    }
    assert_eq!(fake.connections(), 1);
}

#[test]
fn the_thread_ends_with_its_worker() {
    let fake = Fake::default();
    let worker = fake.worker(LONG);
    assert_eq!(read(&worker, "a"), Ok(None));
    drop(worker);
    let started = Instant::now();
    while Arc::strong_count(&fake.0) > 1 {
        assert!(started.elapsed() < LONG, "the thread still holds the keychain");
        thread::sleep(Duration::from_millis(1));
    }
}
