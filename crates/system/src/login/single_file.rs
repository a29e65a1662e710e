//! A file that is there or not.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use super::LoginError;

/// What is in it; nothing if it is not there.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, LoginError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if is_missing(&error) => Ok(None),
        Err(source) => Err(failed(path, source)),
    }
}

/// Makes it be there, whole, with its folder.
pub(super) fn write(path: &Path, text: &str) -> Result<(), LoginError> {
    let folder = path.parent().ok_or(LoginError::NoHome)?;
    let write = || {
        fs::create_dir_all(folder)?;
        // A name that no desktop takes for an entry, should it stay.
        let mut file = tempfile::Builder::new().prefix(".mfa-tray-").tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|source| failed(path, source))
}

/// Makes it not be there.
pub(super) fn remove(path: &Path) -> Result<(), LoginError> {
    match fs::remove_file(path) {
        Err(error) if !is_missing(&error) => Err(failed(path, error)),
        _ => Ok(()),
    }
}

fn is_missing(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

fn failed(path: &Path, source: io::Error) -> LoginError {
    let place = path.display().to_string();
    LoginError::Entry { place, source }
}
