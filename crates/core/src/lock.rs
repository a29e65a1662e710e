//! Locks between processes: the tray app and any number of CLIs share one state folder.
//!
//! They are kernel locks on files of our own, so a killed holder leaves none behind, and the files they protect can
//! be renamed. Order, everywhere: account or enrolment,
//! then code command, then target, then device, then file.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sha2::{Digest as _, Sha256};

use crate::profile::{MfaSerial, ProfileName};

/// How long anybody waits for a lock.
pub const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(10);

/// What a lock is about. The name on disk is a hash: it tells nothing, and no name can leave the folder.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// Making the session of one section of one credentials file (its real path).
    Target(&'a Path, &'a str),
    /// Using codes of a device, and its ledger.
    Device(&'a MfaSerial),
    /// Enrolling a device for a profile.
    Enrolment(&'a ProfileName),
    /// Running the program that prints the codes of a device.
    CodeCommand(&'a MfaSerial),
    /// Writing a file (its real path).
    File(&'a Path),
    /// Changing an account's users and groups (its twelve digits).
    Account(&'a str),
    /// Being the tray app: it holds this as long as it runs.
    App,
}

impl Subject<'_> {
    fn file_name(&self) -> String {
        let (kind, hash) = match self {
            Subject::Target(path, section) => (
                "target",
                digest(&[path.as_os_str().as_encoded_bytes(), section.as_bytes()]),
            ),
            Subject::Enrolment(profile) => ("enrolment", digest(&[profile.as_str().as_bytes()])),
            Subject::Account(account) => ("account", digest(&[account.as_bytes()])),
            Subject::CodeCommand(serial) => ("command", digest(&[serial.as_str().as_bytes()])),
            Subject::Device(serial) => ("device", digest(&[serial.as_str().as_bytes()])),
            Subject::File(path) => ("file", digest(&[path.as_os_str().as_encoded_bytes()])),
            Subject::App => return "app.lock".to_owned(),
        };
        format!("{kind}-{hash}.lock")
    }
}

/// The first 16 hex digits of the SHA-256 of `parts`, each with its length before it so that no two lists collide.
pub(crate) fn digest(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// A short name for a path that tells nothing about it and collides with no other path's.
pub fn name_of(path: &Path) -> String {
    digest(&[path.as_os_str().as_encoded_bytes()])
}

/// A held lock; dropping it lets go.
#[derive(Debug)]
#[must_use = "a lock is held only while its guard lives"]
pub struct Guard(#[allow(dead_code, reason = "holding the file is the point")] File);

/// Why a lock was not had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process of ours held it all the time.
    #[error("another MFA Tray is still at work on this after 30 s")]
    Held,
    /// The lock file could not be made.
    #[error("{} cannot be used for locking: {source}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl LockError {
    /// What a person can do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            LockError::Held => "try again in a moment",
            LockError::Io { .. } => "check who may write this folder, or set XDG_STATE_HOME to another",
        }
    }
}

/// Whether a file system has no locks to give: some network disks.
fn has_no_locks(error: &io::Error) -> bool {
    #[cfg(unix)]
    if error.raw_os_error() == Some(rustix::io::Errno::NOLCK.raw_os_error()) {
        return true;
    }
    error.kind() == io::ErrorKind::Unsupported
}

/// Takes the lock on `subject` in `folder`, waiting at most `patience`.
///
/// A file system without locks (some network disks) gives none and is not an error: the comparison before each
/// rename still protects the files.
///
/// # Errors
/// [`LockError`].
pub fn take(folder: &Path, subject: Subject<'_>, patience: Duration) -> Result<Guard, LockError> {
    let path = folder.join(subject.file_name());
    let failed = |source| LockError::Io {
        path: path.clone(),
        source,
    };
    crate::state::create_private_folder(folder).map_err(failed)?;
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(&path).map_err(failed)?;
    let deadline = Instant::now() + patience;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Guard(file)),
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => return Err(LockError::Held),
            Err(TryLockError::Error(error)) if has_no_locks(&error) => return Ok(Guard(file)),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}

/// Whether somebody holds the lock on `subject` in `folder`, or takes it within `patience`. Creates nothing, and keeps
/// nobody from taking it for longer than the question takes.
pub fn is_held(folder: &Path, subject: Subject<'_>, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        let Ok(file) = File::open(folder.join(subject.file_name())) else {
            return false;
        };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => return true,
            _ if Instant::now() < deadline => std::thread::sleep(PAUSE),
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_is_waited_for_and_let_go() {
        let folder = tempfile::tempdir().unwrap();
        let subject = Subject::File(Path::new("/home/alice/.aws/credentials"));
        let held = take(folder.path(), subject, Duration::ZERO).unwrap();
        let refused = take(folder.path(), subject, Duration::from_millis(30));
        assert!(matches!(refused, Err(LockError::Held)));
        drop(held);
        drop(take(folder.path(), subject, Duration::ZERO).unwrap());
    }

    #[test]
    fn subjects_do_not_collide() {
        let names = [
            Subject::Target(Path::new("/a"), "bc"),
            Subject::Target(Path::new("/ab"), "c"),
            Subject::File(Path::new("/a")),
            Subject::File(Path::new("/ab")),
        ]
        .map(|subject| subject.file_name());
        for (index, name) in names.iter().enumerate() {
            assert!(!names[index + 1..].contains(name), "{name} is given twice");
        }
    }
}
