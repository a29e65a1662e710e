//! Enrolled seeds in a file that only a passphrase opens, for another machine or a new keychain.
//!
//! The file is in the age format (<https://age-encryption.org/v1>): any `age` program opens it, and finds JSON inside.
//! Restoring reads and checks everything before it changes anything.

use std::path::{Path, PathBuf};

use age::DecryptError;
use age::scrypt::{Identity, Recipient};
use jiff::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::file::{self, FileError};
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::secret::{ExposeSecret as _, SecretString};
use crate::settings::{self, Setting};
use crate::state::{EnrolledDevice, StateError};
use crate::totp::{Algorithm, Seed};
use crate::vault::{self, VaultError};
use crate::world::{LoadError, World};

/// The version of the contents this program writes.
const VERSION: u32 = 1;
/// Shorter passphrases are guessed.
const SHORTEST: usize = 12;
/// 2^18 rounds of scrypt, about a second: age's own choice.
const WORK: u8 = 18;
/// A backup that costs more than about a minute to open is none of ours, and nobody waits for it.
const MOST_WORK: u8 = 22;
/// More than any number of seeds takes.
const LARGEST: usize = 1024 * 1024;

/// What opens a backup.
#[derive(Debug, Clone)]
pub struct Passphrase(SecretString);

impl Passphrase {
    /// One to open a backup with: whatever it was written with.
    pub fn to_open(text: SecretString) -> Passphrase {
        Passphrase(text)
    }

    /// One to write a backup with; `again` is what was typed the second time.
    ///
    /// # Errors
    /// [`BackupError::TooShort`] under twelve characters; [`BackupError::Differ`].
    pub fn to_write(text: SecretString, again: Option<&SecretString>) -> Result<Passphrase, BackupError> {
        if again.is_some_and(|again| again.expose_secret() != text.expose_secret()) {
            Err(BackupError::Differ)
        } else if text.expose_secret().chars().count() < SHORTEST {
            Err(BackupError::TooShort)
        } else {
            Ok(Passphrase(text))
        }
    }
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// See [`SHORTEST`].
    #[error("a passphrase has {SHORTEST} characters or more")]
    TooShort,
    /// A slip of the finger, which nobody could open.
    #[error("the two passphrases differ")]
    Differ,
    /// No seed is kept here.
    #[error("there is no seed on this computer to back up")]
    Nothing,
    /// Nothing to restore from.
    #[error("there is no file {}", .0.display())]
    Missing(PathBuf),
    /// Encrypting failed.
    #[error("the backup could not be encrypted: {0}")]
    Encrypt(String),
    /// Somebody else's file, or none of ours any more.
    #[error("the file is not a backup of seeds, or it is damaged")]
    Damaged,
    /// The passphrase is another's.
    #[error("the passphrase does not open this backup")]
    WrongPassphrase,
    /// A later version wrote it.
    #[error("the backup was written by a newer MFA Tray")]
    Newer,
    /// See [`VaultError`].
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// See [`FileError`].
    #[error(transparent)]
    File(#[from] FileError),
    /// See [`LoadError`].
    #[error(transparent)]
    Load(#[from] LoadError),
    /// See [`StateError`].
    #[error(transparent)]
    State(#[from] StateError),
}

impl BackupError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let own = |hint: &str| Problem::new("backup", self.to_string(), hint);
        match self {
            BackupError::TooShort => own("take a longer one: four or five words that do not belong together are good"),
            BackupError::Differ => own("type the same one twice"),
            BackupError::Nothing => own("set a device up first"),
            BackupError::Missing(_) => own("check the path; nothing was changed"),
            BackupError::Encrypt(_) => own("try again"),
            BackupError::Damaged => own("choose the file that was written as a backup; nothing was changed"),
            BackupError::WrongPassphrase => own("try again; nothing was changed"),
            BackupError::Newer => own("update MFA Tray; nothing was changed"),
            BackupError::Vault(error) => Problem::new("keychain", self.to_string(), error.hint()),
            BackupError::File(error) => own(&error.hint()),
            BackupError::Load(error) => error.problem(),
            BackupError::State(_) => own("check the state folder, then try again"),
        }
    }
}

/// What a restore did, by serial.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// Were not here and are now.
    pub restored: Vec<MfaSerial>,
    /// Were here already.
    pub kept: Vec<MfaSerial>,
    /// Have another seed here, which was left alone.
    pub differing: Vec<MfaSerial>,
}

/// A device as a backup has it. Borrowed, so that no copy of the secret is made.
#[derive(Deserialize)]
struct Device<'a> {
    serial: &'a str,
    secret: &'a str,
    algorithm: &'a str,
    digits: u8,
    period: u32,
    #[serde(default)]
    profiles: Vec<String>,
}

#[derive(Deserialize)]
struct Contents<'a> {
    version: u32,
    #[serde(borrow)]
    devices: Vec<Device<'a>>,
}

/// Writes every enrolled seed to the file at `path`, over what is there. Returns the devices. Opens the keychain.
///
/// # Errors
/// [`BackupError`]; nothing was written then.
pub fn back_up(world: &World, passphrase: &Passphrase, path: &Path) -> Result<Vec<MfaSerial>, BackupError> {
    let enrolled = world.state.enrolled_devices();
    let serials: Vec<MfaSerial> = enrolled
        .keys()
        .filter_map(|serial| MfaSerial::parse(serial).ok())
        .collect();
    if serials.is_empty() {
        return Err(BackupError::Nothing);
    }
    let loaded = world.load()?;
    let mut devices = Vec::new();
    for serial in &serials {
        let seed = vault::read(&*world.keychain, serial)?;
        let of_device = |entry: &&crate::catalog::Entry| entry.serial.as_ref() == Some(serial);
        let profiles: Vec<&ProfileName> = loaded
            .catalog
            .entries
            .iter()
            .filter(of_device)
            .map(|entry| &entry.name)
            .collect();
        devices.push(described(serial, &seed, &profiles));
    }
    let inside: usize = devices.iter().map(|device| device.len()).sum();
    let mut text = Zeroizing::new(String::with_capacity(inside + 64 + devices.len()));
    text.push_str(&format!(r#"{{"version":{VERSION},"devices":["#));
    for (index, device) in devices.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push_str(device);
    }
    text.push_str("]}");
    let mut recipient = Recipient::new(passphrase.0.clone());
    recipient.set_work_factor(WORK);
    let sealed = age::encrypt(&recipient, text.as_bytes()).map_err(|error| BackupError::Encrypt(error.to_string()))?;
    file::replace(path, file::Backup::Never, |_| Ok::<_, FileError>(sealed.clone()))?;
    Ok(serials)
}

fn described(serial: &MfaSerial, seed: &Seed, profiles: &[&ProfileName]) -> Zeroizing<String> {
    let quoted: Vec<String> = profiles
        .iter()
        .map(|name| serde_json::Value::from(name.as_str()).to_string())
        .collect();
    Zeroizing::new(format!(
        r#"{{"serial":"{serial}","secret":"{}","algorithm":"{}","digits":{},"period":{},"profiles":[{}]}}"#,
        seed.base32().expose_secret(),
        seed.algorithm().name(),
        seed.digits(),
        seed.period(),
        quoted.join(",")
    ))
}

/// Puts the seeds of the file at `path` into the keychain, those that are not there. Opens the keychain.
///
/// # Errors
/// [`BackupError`]; nothing was changed, unless the keychain failed half-way: what it kept then stays.
pub fn restore(world: &World, passphrase: &Passphrase, path: &Path) -> Result<Restored, BackupError> {
    let sealed = file::read(path)?.ok_or_else(|| BackupError::Missing(path.to_owned()))?;
    let text = open(&sealed, passphrase)?;
    let devices = parse(&text)?;
    vault::check(&*world.keychain)?;
    let mut restored = Restored::default();
    let now = world.clock.now();
    for (serial, seed, profiles) in devices {
        match vault::read(&*world.keychain, &serial) {
            Ok(kept) if kept.same_secret(&seed) => {
                remember(world, &serial, &seed, &profiles, now)?;
                restored.kept.push(serial);
            }
            // Also what a newer program wrote there: it is not ours to judge.
            Ok(_) | Err(VaultError::Newer(_)) => restored.differing.push(serial),
            Err(error) if error.is_unavailable() => return Err(error.into()),
            Err(_) => {
                vault::store(&*world.keychain, &serial, &seed)?;
                remember(world, &serial, &seed, &profiles, now)?;
                restored.restored.push(serial);
            }
        }
    }
    Ok(restored)
}

fn open(sealed: &[u8], passphrase: &Passphrase) -> Result<Zeroizing<Vec<u8>>, BackupError> {
    if sealed.len() > LARGEST {
        return Err(BackupError::Damaged);
    }
    let mut identity = Identity::new(passphrase.0.clone());
    identity.set_max_work_factor(MOST_WORK);
    age::decrypt(&identity, sealed)
        .map(Zeroizing::new)
        .map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => {
                BackupError::WrongPassphrase
            }
            _ => BackupError::Damaged,
        })
}

type Sealed = (MfaSerial, Seed, Vec<ProfileName>);

fn parse(text: &[u8]) -> Result<Vec<Sealed>, BackupError> {
    let contents: Contents<'_> = serde_json::from_slice(text).map_err(|_| BackupError::Damaged)?;
    if contents.version > VERSION {
        return Err(BackupError::Newer);
    }
    let device = |device: &Device<'_>| {
        let serial = MfaSerial::parse(device.serial).ok()?;
        let secret = Seed::from_base32(device.secret).ok()?.secret().clone();
        let seed = Seed::new(
            secret,
            Algorithm::parse(device.algorithm)?,
            device.digits,
            device.period,
        )
        .ok()?;
        let profiles = device.profiles.iter().filter_map(|name| ProfileName::parse(name).ok());
        Some((serial, seed, profiles.collect()))
    };
    contents
        .devices
        .iter()
        .map(|sealed| device(sealed).ok_or(BackupError::Damaged))
        .collect()
}

/// A device counts as enrolled again: it was when the backup was made. Profiles that name no device get theirs.
fn remember(
    world: &World,
    serial: &MfaSerial,
    seed: &Seed,
    profiles: &[ProfileName],
    now: Timestamp,
) -> Result<(), BackupError> {
    let device = EnrolledDevice {
        fingerprint: seed.fingerprint(),
        enrolled_at: now,
    };
    world.state.remember_enrolled(serial, &device)?;
    let loaded = world.load()?;
    for name in profiles {
        let nameless = loaded.catalog.find(name).is_some_and(|entry| entry.serial.is_none());
        if nameless {
            // Without it the person is asked for the device once.
            let _ = settings::set(
                &world.settings,
                &world.state.locks(),
                name,
                &Setting::Device(serial.clone()),
            );
        }
    }
    Ok(())
}
