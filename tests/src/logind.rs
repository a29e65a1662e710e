use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedObjectPath, Value};

const NAME: &str = "org.freedesktop.login1";
const OBJECT: &str = "/org/freedesktop/login1";
const SESSION: &str = "/org/freedesktop/login1/session/ours";

/// The stand-in. It goes when it is dropped.
#[derive(Debug)]
pub struct Logind {
    connection: Connection,
    locked: Arc<Mutex<bool>>,
}

struct Manager;

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    #[zbus(name = "GetSessionByPID")]
    fn session_by_pid(&self, _process: u32) -> zbus::fdo::Result<OwnedObjectPath> {
        OwnedObjectPath::try_from(SESSION).map_err(|error| zbus::fdo::Error::Failed(error.to_string()))
    }
}

struct Session(Arc<Mutex<bool>>);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn class(&self) -> &str {
        "user"
    }

    #[zbus(property)]
    fn locked_hint(&self) -> bool {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Logind {
    /// Starts on the bus at `address`, which a program takes for the system's with `DBUS_SYSTEM_BUS_ADDRESS`.
    pub fn start(address: &str) -> Result<Self> {
        let locked = Arc::new(Mutex::new(false));
        let connection = Builder::address(address)?
            .serve_at(OBJECT, Manager)?
            .serve_at(SESSION, Session(Arc::clone(&locked)))?
            .name(NAME)?
            .build()?;
        Ok(Self { connection, locked })
    }

    /// Locks the screen, or unlocks it.
    pub fn lock(&self, locked: bool) -> Result<()> {
        *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = locked;
        let changed = HashMap::from([("LockedHint", Value::from(locked))]);
        let body = (format!("{NAME}.Session"), changed, Vec::<String>::new());
        let properties = "org.freedesktop.DBus.Properties";
        self.connection
            .emit_signal(None::<&str>, SESSION, properties, "PropertiesChanged", &body)?;
        Ok(())
    }

    /// Says that the machine has woken up.
    pub fn wake_up(&self) -> Result<()> {
        let manager = format!("{NAME}.Manager");
        self.connection
            .emit_signal(None::<&str>, OBJECT, manager.as_str(), "PrepareForSleep", &false)?;
        Ok(())
    }
}
