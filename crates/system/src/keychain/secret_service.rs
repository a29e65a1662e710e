//! The freedesktop Secret Service: gnome-keyring, KWallet, KeePassXC and others.
//!
//! Spoken to through `secret-service` itself and not through keyring's store above it, because that store takes an
//! empty search for *missing* and cannot be told that its service has died.

use std::collections::HashMap;
use std::thread;

use mfa_tray_core::ports::Unavailable;
use mfa_tray_core::secret::{ExposeSecret as _, SecretBytes};
use secret_service::blocking::{Collection, Item, SecretService};
use secret_service::{EncryptionType, Error, SearchItemsResult};
use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zeroize::Zeroizing;

use super::bus_error::{of_bus, unavailable};
use super::kept::Store;
use super::{SERVICE, label};

const BUS_NAME: &str = "org.freedesktop.secrets";
/// What `libsecret` calls the one it makes.
const DEFAULT_COLLECTION: &str = "Default keyring";
const CONTENT_TYPE: &str = "application/octet-stream";

/// A connection to the service that was there when it was made.
struct SecretServiceStore {
    service: SecretService<'static>,
    connection: Connection,
}

/// Connects to the session bus, which may start the service.
pub(super) fn connect() -> Result<Box<dyn Store>, Unavailable> {
    let connection = Connection::session().map_err(|_| Unavailable::NoService)?;
    end_with_service(&connection).map_err(|error| of_bus(&error))?;
    let service = SecretService::connect_with_existing(EncryptionType::Dh, connection.clone());
    Ok(Box::new(SecretServiceStore {
        service: service.map_err(unavailable)?,
        connection,
    }))
}

/// Closes the connection when the service leaves the bus: nobody else would ever end the wait for a prompt it showed.
fn end_with_service(connection: &Connection) -> zbus::Result<()> {
    let bus = DBusProxy::new(connection)?;
    let changes = bus.receive_name_owner_changed_with_args(&[(0, BUS_NAME)])?;
    let connection = connection.clone();
    let watch = move || {
        for change in changes {
            if change.args().is_ok_and(|args| args.old_owner().is_some()) {
                // It fails when it is closed already.
                let _ = connection.close();
                return;
            }
        }
    };
    thread::Builder::new().name("keychain-end".to_owned()).spawn(watch)?;
    Ok(())
}

impl Drop for SecretServiceStore {
    fn drop(&mut self) {
        // Ends the thread that watches it, too.
        let _ = self.connection.clone().close();
    }
}

impl Store for SecretServiceStore {
    fn read(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let found = self.find(name)?.into_iter().next();
        found.map(|item| secret_of(&item)).transpose().map_err(unavailable)
    }

    fn read_quietly(&mut self, name: &str) -> Result<Option<SecretBytes>, Unavailable> {
        let SearchItemsResult { unlocked, locked } =
            self.service.search_items(attributes(name)).map_err(unavailable)?;
        match unlocked
            .into_iter()
            .max_by_key(|item| item.get_modified().unwrap_or_default())
        {
            Some(item) => secret_of(&item).map(Some).map_err(unavailable),
            None if !locked.is_empty() || self.hides_entries()? => Err(Unavailable::Locked),
            None => Ok(None),
        }
    }

    fn write(&mut self, name: &str, secret: &SecretBytes) -> Result<(), Unavailable> {
        let found = self.find(name)?;
        let written = match found.split_first() {
            Some((item, doubles)) => item
                .set_secret(secret.expose_secret(), CONTENT_TYPE)
                .and_then(|()| doubles.iter().try_for_each(Item::delete)),
            None => self.create(name, secret),
        };
        written.map_err(unavailable)
    }

    fn remove(&mut self, name: &str) -> Result<bool, Unavailable> {
        let found = self.find(name)?;
        found.iter().try_for_each(Item::delete).map_err(unavailable)?;
        Ok(!found.is_empty())
    }
}

impl SecretServiceStore {
    /// Finds the entry, unlocked. It is the first; others of its name, which another program made, follow by age.
    fn find(&self, name: &str) -> Result<Vec<Item<'_>>, Unavailable> {
        let mut found = self.search(name).map_err(unavailable)?;
        if found.is_empty() && self.unlock_what_may_hide_it()? {
            found = self.search(name).map_err(unavailable)?;
        }
        if found.len() > 1 {
            found.sort_by_cached_key(|item| std::cmp::Reverse(item.get_modified().unwrap_or_default()));
        }
        Ok(found)
    }

    fn search(&self, name: &str) -> Result<Vec<Item<'_>>, Error> {
        let SearchItemsResult { mut unlocked, locked } = self.service.search_items(attributes(name))?;
        if !locked.is_empty() {
            self.service.unlock_all(&locked.iter().collect::<Vec<_>>())?;
            unlocked.extend(locked);
        }
        Ok(unlocked)
    }

    /// Says whether the search is worth a second try, because a collection has been unlocked.
    fn unlock_what_may_hide_it(&self) -> Result<bool, Unavailable> {
        let Some(collection) = self.hiding_collection()? else {
            return Ok(false);
        };
        collection.unlock().map_err(unavailable)?;
        match collection.is_locked().map_err(unavailable)? {
            true => Err(Unavailable::Locked),
            false => Ok(true),
        }
    }

    /// Whether the entry may be there without being found.
    fn hides_entries(&self) -> Result<bool, Unavailable> {
        Ok(self.hiding_collection()?.is_some())
    }

    /// The collection that may hold an entry which no search finds.
    ///
    /// gnome-keyring knows what is in a locked collection, and KWallet too. KeePassXC knows nothing then, and its search
    /// finds nothing: a locked collection that lists no item at all may hold the entry.
    fn hiding_collection(&self) -> Result<Option<Collection<'_>>, Unavailable> {
        let collection = match self.service.get_default_collection() {
            Ok(collection) => collection,
            // Not even a collection for this session: KeePassXC with no database open.
            Err(Error::NoResult) => {
                let all = self.service.get_all_collections().map_err(unavailable)?;
                return if all.is_empty() {
                    Err(Unavailable::Locked)
                } else {
                    Ok(None)
                };
            }
            Err(error) => return Err(unavailable(error)),
        };
        let hides = |collection: &Collection<'_>| Ok(collection.is_locked()? && collection.get_all_items()?.is_empty());
        Ok(hides(&collection).map_err(unavailable)?.then_some(collection))
    }

    fn create(&self, name: &str, secret: &SecretBytes) -> Result<(), Error> {
        let collection = match self.service.get_default_collection() {
            Err(Error::NoResult) => self.service.create_collection(DEFAULT_COLLECTION, "default")?,
            collection => collection?,
        };
        if collection.is_locked()? {
            collection.unlock()?;
        }
        // Replaces: another process may have made the same entry since the search.
        let (label, attributes) = (label(name), attributes(name));
        collection.create_item(&label, attributes, secret.expose_secret(), true, CONTENT_TYPE)?;
        Ok(())
    }
}

/// Two attributes, so that no two pairs of service and name can run together.
fn attributes(name: &str) -> HashMap<&str, &str> {
    HashMap::from([("service", SERVICE), ("username", name)])
}

fn secret_of(item: &Item<'_>) -> Result<SecretBytes, Error> {
    // A copy of the exact size: shrinking the first would leave a part of it behind in memory.
    let secret = Zeroizing::new(item.get_secret()?);
    Ok(SecretBytes::from(secret.to_vec()))
}
