//! A Secret Service that forgets what it holds while it is locked, as KeePassXC does.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::interface;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use crate::asker::Asker;
use crate::session::Session;

const COLLECTION: &str = "/org/freedesktop/secrets/collection/database";

/// What happens when it is asked to unlock.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// It does.
    Unlocks,
    /// It says that it did, and did not.
    StaysLocked,
    /// It has no collection at all: no database is open.
    Empty,
}

#[derive(Clone)]
struct Strange {
    nature: Nature,
    locked: Arc<AtomicBool>,
    /// It was asked to unlock something, which may raise a prompt.
    asked: Arc<AtomicBool>,
}

fn path(path: &str) -> OwnedObjectPath {
    ObjectPath::try_from(path).unwrap().into()
}

#[interface(name = "org.freedesktop.Secret.Service")]
impl Strange {
    fn open_session(&self, _algorithm: &str, _input: Value<'_>) -> (OwnedValue, OwnedObjectPath) {
        let public_key = Value::from(vec![2_u8; 128]);
        (
            public_key.try_into().unwrap(),
            path("/org/freedesktop/secrets/session/s1"),
        )
    }

    fn search_items(&self, _attributes: HashMap<String, String>) -> (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) {
        (Vec::new(), Vec::new())
    }

    fn unlock(&self, objects: Vec<OwnedObjectPath>) -> (Vec<OwnedObjectPath>, OwnedObjectPath) {
        self.asked.store(true, Ordering::SeqCst);
        if self.nature == Nature::Unlocks {
            self.locked.store(false, Ordering::SeqCst);
        }
        (objects, path("/"))
    }

    fn read_alias(&self, _name: &str) -> OwnedObjectPath {
        path(if self.nature == Nature::Empty { "/" } else { COLLECTION })
    }

    #[zbus(property)]
    fn collections(&self) -> Vec<OwnedObjectPath> {
        match self.nature {
            Nature::Empty => Vec::new(),
            _ => vec![path(COLLECTION)],
        }
    }
}

struct Database(Strange);

#[interface(name = "org.freedesktop.Secret.Collection")]
impl Database {
    #[zbus(property)]
    fn locked(&self) -> bool {
        self.0.locked.load(Ordering::SeqCst)
    }

    #[zbus(property)]
    fn items(&self) -> Vec<OwnedObjectPath> {
        Vec::new()
    }
}

fn serve(session: &Session, nature: Nature) -> (Connection, Strange) {
    let strange = Strange {
        nature,
        locked: Arc::new(AtomicBool::new(true)),
        asked: Arc::default(),
    };
    let connection = Builder::address(session.address())
        .unwrap()
        .serve_at("/org/freedesktop/secrets", strange.clone())
        .unwrap()
        .serve_at(COLLECTION, Database(strange.clone()))
        .unwrap()
        .name("org.freedesktop.secrets")
        .unwrap()
        .build()
        .unwrap();
    (connection, strange)
}

#[test]
fn what_it_hides_is_not_missing() {
    let session = Session::without_keyring();
    for (nature, expected) in [
        (Nature::Empty, "Locked"),
        (Nature::StaysLocked, "Locked"),
        (Nature::Unlocks, "missing"),
    ] {
        let (connection, strange) = serve(&session, nature);
        let mut asker = Asker::start(&session);
        assert_eq!(asker.read("seed"), expected);
        assert_eq!(asker.remove("seed"), expected);
        assert_eq!(strange.locked.load(Ordering::SeqCst), nature != Nature::Unlocks);
        connection.close().unwrap();
    }
}

#[test]
fn what_it_hides_is_not_missing_where_nobody_may_be_asked_either() {
    let session = Session::without_keyring();
    for nature in [Nature::Empty, Nature::StaysLocked, Nature::Unlocks] {
        let (connection, strange) = serve(&session, nature);
        let mut asker = Asker::start(&session);
        for _ in 0..2 {
            assert_eq!(asker.read_quietly("seed"), "Locked");
        }
        assert!(!strange.asked.load(Ordering::SeqCst), "unlocking may raise a prompt");
        strange.locked.store(false, Ordering::SeqCst);
        if nature != Nature::Empty {
            assert_eq!(
                asker.read_quietly("seed"),
                "missing",
                "it is open now, and knows what it holds"
            );
        }
        connection.close().unwrap();
    }
}
