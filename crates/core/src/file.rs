//! Replaces a file so that a reader sees the old bytes or the new ones, whole, at every instant.
//!
//! The file is read, edited and written beside itself, then renamed into place; a rename that cannot work (a bind
//! mount, a second hard link) is replaced by writing in place, with a backup taken first. Whoever changed the file in
//! between wins: the edit is made again on what they wrote.

use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use crate::lock::digest;

/// Every temporary file of ours begins so, and is swept when the next write finds it.
const PREFIX: &str = ".mfa-tray-";
/// What a left-over temporary file must be older than before it is taken for one: no write lasts this long.
const LEFT_OVER: Duration = Duration::from_secs(120);
const BACKUP: &str = "mfa-tray-backup";
/// Stands beside a file while it is written in place.
const UNFINISHED: &str = "mfa-tray-unfinished";
/// For how long an edit is made again because somebody else wrote in between.
const PATIENCE: Duration = Duration::from_secs(5);
const LINKS: usize = 40;
/// The step after the rename: whatever fails there, the new file is in place.
const SYNCED: &str = "synced";
/// More is never read: no file of ours or of AWS comes near it.
const MOST: u64 = 16 * 1024 * 1024 + 1;

/// Whether a copy of the old bytes is kept beside a file the first time we touch it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backup {
    /// For the person's files: one copy, 0600, in `NAME.mfa-tray-backup`.
    OnFirstTouch,
    /// For our own files.
    Never,
}

/// Why a file could not be read or replaced. It is as it was, whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The operating system refused a step.
    #[error("{} could not be {doing}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The step, as a participle.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A pipe, device or folder.
    #[error("{} is not a regular file", .0.display())]
    NotAFile(PathBuf),
    /// Belongs to another user.
    #[error("{} belongs to another user", .0.display())]
    Foreign(PathBuf),
    /// Symbolic links that never end.
    #[error("{} is a symbolic link that leads in a circle", .0.display())]
    LinkLoop(PathBuf),
    /// A write in place was cut short: the file may be half old, half new.
    #[error("{} was being written when the program or the computer stopped, and may be damaged", path.display())]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// The copy of it as it was before.
        backup: PathBuf,
        /// The mark that says so.
        mark: PathBuf,
    },
    /// Somebody writes it all the time.
    #[error("{} keeps being changed by another program", .0.display())]
    Busy(PathBuf),
}

impl FileError {
    /// What a person can do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        if let FileError::Unfinished { path, backup, mark } = self {
            let (path, backup, mark) = (path.display(), backup.display(), mark.display());
            return format!("the copy {backup} is as it was before; put it in the place of {path}, then remove {mark}")
                .into();
        }
        Cow::Borrowed(match self {
            FileError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "the disk is full; nothing was changed. Free some space and try again"
            }
            FileError::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "nothing was changed; check who may read and write this file and its folder"
            }
            FileError::Io { source, .. } if source.kind() == io::ErrorKind::ReadOnlyFilesystem => {
                "nothing was changed; the file system is read-only"
            }
            FileError::Io { doing: SYNCED, .. } => "the file was written; the disk may lose that in a power cut",
            FileError::Io { .. } => "nothing was changed",
            FileError::NotAFile(_) => "point AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE at regular files",
            FileError::Foreign(_) => "nothing was changed; use a file of your own",
            FileError::LinkLoop(_) => "repair the link",
            FileError::Busy(_) => "nothing was changed; try again in a moment",
            FileError::Unfinished { .. } => "",
        })
    }
}

/// Reads the file at `path` (through symbolic links); `None` if there is none. Never creates anything.
///
/// # Errors
/// [`FileError`] when it is not a regular file, or cannot be read.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    // The usual way to say "no such file" to AWS's tools.
    if path == Path::new("/dev/null") {
        return Ok(None);
    }
    let real = resolve(path)?;
    let original = Original::open(&real)?;
    check_finished(&real, original.as_ref())?;
    Ok(original.map(|original| original.bytes.to_vec()))
}

/// Reads the file at `path` as [`replace`] would, and finds out whether it could be written, without writing it.
///
/// # Errors
/// The [`FileError`] that [`replace`] would run into, as far as it can be known before.
pub fn probe(path: &Path) -> Result<Vec<u8>, FileError> {
    let real = resolve(path)?;
    let original = Original::open(&real)?;
    check_finished(&real, original.as_ref())?;
    if let Some(original) = &original {
        original.check_owner(&real)?;
    }
    let folder = real.parent().unwrap_or(Path::new("/"));
    if folder.is_dir() {
        temporary(folder, &[], None)?;
    }
    Ok(original.map(|original| original.bytes.to_vec()).unwrap_or_default())
}

/// Replaces the file at `path` by what `edit` makes of its bytes (none if there is no file). Returns whether it was
/// written: the same bytes again leave it untouched.
///
/// The caller holds the file's lock; other programs do not take it, so the file is compared with what was read
/// right before the rename.
///
/// # Errors
/// What `edit` refuses, and [`FileError`]; the file is then what it was.
pub fn replace<E: From<FileError>>(
    path: &Path,
    backup: Backup,
    edit: impl Fn(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<bool, E> {
    let real = resolve(path)?;
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let original = Original::open(&real)?;
        check_finished(&real, original.as_ref())?;
        if let Some(original) = &original {
            original.check_owner(&real)?;
        }
        let old = original.as_ref().map_or(&[][..], |original| &original.bytes);
        let new = Zeroizing::new(edit(old)?);
        if new.as_slice() == old {
            return Ok(false);
        }
        if put(&real, original.as_ref(), &new, backup)? {
            return Ok(true);
        }
    }
    Err(FileError::Busy(real).into())
}

/// Puts `new` in the place of `original`. False: somebody else changed the file meanwhile, and nothing was done.
fn put(real: &Path, original: Option<&Original>, new: &[u8], backup: Backup) -> Result<bool, FileError> {
    let folder = real.parent().unwrap_or(Path::new("/"));
    create_folder(folder)?;
    sweep(folder);
    let Some(original) = original else {
        let temporary = temporary(folder, new, None)?;
        return match temporary.persist_noclobber(real) {
            Ok(_) => sync_folder(folder).map(|()| true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(failed(real, "created")(error.error)),
        };
    };
    let copy = backup_path(real);
    if backup == Backup::OnFirstTouch && !copy.exists() {
        back_up(&copy, folder, &original.bytes)?;
    }
    if original.has_other_names() {
        return in_place(real, original, new, &copy, folder);
    }
    let temporary = temporary(folder, new, Some(original))?;
    if !original.is_still(real)? {
        return Ok(false);
    }
    match temporary.persist(real) {
        Ok(_) => sync_folder(folder).map(|()| true),
        // A mount point (EBUSY) cannot be replaced, only written.
        Err(error)
            if matches!(
                error.error.kind(),
                io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices
            ) =>
        {
            drop(error);
            in_place(real, original, new, &copy, folder)
        }
        Err(error) => Err(failed(real, "replaced")(error.error)),
    }
}

/// The last resort: a fresh backup, then the bytes over the old ones, and the old ones again if that fails.
fn in_place(real: &Path, original: &Original, new: &[u8], backup: &Path, folder: &Path) -> Result<bool, FileError> {
    back_up(backup, folder, &original.bytes)?;
    if !original.is_still(real)? {
        return Ok(false);
    }
    let mut file = OpenOptions::new()
        .write(true)
        .open(real)
        .map_err(failed(real, "opened for writing"))?;
    let mark = beside(real, UNFINISHED);
    let fingerprint = digest(&[new]);
    let marked = temporary(folder, fingerprint.as_bytes(), None)?.persist(&mark);
    marked.map_err(|error| failed(&mark, "written")(error.error))?;
    sync_folder(folder)?;
    let fill = |file: &mut File, bytes: &[u8]| {
        file.rewind()?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    };
    if let Err(error) = fill(&mut file, new) {
        // If even this fails, the mark stays, and the backup beside the file has the old bytes.
        if fill(&mut file, &original.bytes).is_ok() {
            let _ = fs::remove_file(&mark);
        }
        return Err(failed(real, "written")(error));
    }
    fs::remove_file(&mark).map_err(failed(&mark, "removed"))?;
    Ok(true)
}

/// Refuses a file whose last write in place was cut short between its old and its new bytes.
fn check_finished(real: &Path, original: Option<&Original>) -> Result<(), FileError> {
    let mark = beside(real, UNFINISHED);
    let Ok(fingerprint) = fs::read(&mark) else {
        return Ok(());
    };
    let backup = backup_path(real);
    let bytes = original.map_or(&[][..], |original| &original.bytes);
    let is_new = digest(&[bytes]).as_bytes() == fingerprint;
    let is_old = fs::read(&backup).is_ok_and(|old| Zeroizing::new(old).as_slice() == bytes);
    if is_new || is_old {
        // Whole after all; the mark is swept by whoever may.
        let _ = fs::remove_file(&mark);
        return Ok(());
    }
    Err(FileError::Unfinished {
        path: real.to_owned(),
        backup,
        mark,
    })
}

fn back_up(backup: &Path, folder: &Path, bytes: &[u8]) -> Result<(), FileError> {
    temporary(folder, bytes, None)?
        .persist(backup)
        .map_err(|error| failed(backup, "written")(error.error))?;
    sync_folder(folder)
}

/// The permission bits of a file that others than its owner may use.
#[cfg(unix)]
pub fn open_to_others(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}

/// Windows keeps a profile's folder to its user.
#[cfg(not(unix))]
pub fn open_to_others(_: &Path) -> Option<u32> {
    None
}

/// Makes a file its owner's alone, to read and to write.
///
/// # Errors
/// [`FileError`].
pub fn make_private(path: &Path) -> Result<(), FileError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let private = fs::Permissions::from_mode(0o600);
        fs::set_permissions(path, private).map_err(failed(path, "made private"))?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// The one backup of a file, beside it.
pub fn backup_path(real: &Path) -> PathBuf {
    beside(real, BACKUP)
}

fn beside(real: &Path, suffix: &str) -> PathBuf {
    let mut name = real.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(suffix);
    real.with_file_name(name)
}

/// A synced file in `folder` with these bytes: 0600 from its first instant, then with the original's owner and mode.
fn temporary(folder: &Path, bytes: &[u8], original: Option<&Original>) -> Result<tempfile::NamedTempFile, FileError> {
    let mut file = tempfile::Builder::new()
        .prefix(PREFIX)
        .tempfile_in(folder)
        .map_err(failed(folder, "used for a temporary file"))?;
    let fill = |file: &mut tempfile::NamedTempFile| {
        file.write_all(bytes)?;
        if let Some(original) = original {
            original.dress(file.as_file())?;
        }
        file.as_file().sync_all()
    };
    let path = file.path().to_owned();
    fill(&mut file).map_err(failed(&path, "written"))?;
    Ok(file)
}

/// Removes what a killed write of ours left behind.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let age = || {
            entry
                .metadata()
                .and_then(|metadata| metadata.modified())
                .ok()
                .and_then(|time| time.elapsed().ok())
        };
        if ours && age().is_some_and(|age| age > LEFT_OVER) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Follows symbolic links to the file itself, which need not exist yet.
fn resolve(path: &Path) -> Result<PathBuf, FileError> {
    let mut real = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&real) {
            Ok(link) => real = real.parent().unwrap_or(Path::new("/")).join(link),
            Err(_) => {
                let Some((folder, name)) = real.parent().zip(real.file_name()) else {
                    return Ok(real);
                };
                return Ok(fs::canonicalize(folder).map_or_else(|_| real.clone(), |folder| folder.join(name)));
            }
        }
    }
    Err(FileError::LinkLoop(path.to_owned()))
}

/// The path that names a file whatever links lead to it: what its lock is called by.
pub fn real_path(path: &Path) -> PathBuf {
    resolve(path).unwrap_or_else(|_| path.to_owned())
}

fn failed<'a>(path: &'a Path, doing: &'static str) -> impl Fn(io::Error) -> FileError + 'a {
    move |source| FileError::Io {
        path: path.to_owned(),
        doing,
        source,
    }
}

fn create_folder(folder: &Path) -> Result<(), FileError> {
    crate::state::create_private_folder(folder).map_err(failed(folder, "created"))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), FileError> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        // A folder that may be written but not read cannot be opened to be synced.
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        result => result.map_err(failed(folder, SYNCED)),
    }
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), FileError> {
    Ok(())
}

/// The file as it was read, with what tells whether it is still the same.
struct Original {
    bytes: Zeroizing<Vec<u8>>,
    metadata: fs::Metadata,
    #[cfg(unix)]
    file: File,
}

impl Original {
    fn open(real: &Path) -> Result<Option<Original>, FileError> {
        let mut options = OpenOptions::new();
        options.read(true);
        // A pipe would block for ever; what was opened is looked at, not what the path names a moment later.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::custom_flags(
            &mut options,
            rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
        );
        let file = match options.open(real) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(real, "opened")(error)),
        };
        let metadata = file.metadata().map_err(failed(real, "read"))?;
        if !metadata.is_file() {
            return Err(FileError::NotAFile(real.to_owned()));
        }
        let mut bytes = Zeroizing::new(Vec::new());
        (&file)
            .take(MOST)
            .read_to_end(&mut bytes)
            .map_err(failed(real, "read"))?;
        Ok(Some(Original {
            bytes,
            metadata,
            #[cfg(unix)]
            file,
        }))
    }

    #[cfg(unix)]
    fn check_owner(&self, real: &Path) -> Result<(), FileError> {
        let owner = std::os::unix::fs::MetadataExt::uid(&self.metadata);
        if owner == rustix::process::geteuid().as_raw() {
            Ok(())
        } else {
            Err(FileError::Foreign(real.to_owned()))
        }
    }

    #[cfg(not(unix))]
    fn check_owner(&self, _: &Path) -> Result<(), FileError> {
        Ok(())
    }

    /// Whether the path still names this very file with these very bytes.
    fn is_still(&self, real: &Path) -> Result<bool, FileError> {
        let Some(now) = Original::open(real)? else {
            return Ok(false);
        };
        // Comparing takes a while in a large file; the last look is short.
        Ok(now.bytes == self.bytes && self.is_unmoved(real))
    }

    /// Whether the path names the file that was read, by number and time of the last change.
    #[cfg(unix)]
    fn is_unmoved(&self, real: &Path) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let stamp = |data: &fs::Metadata| (data.dev(), data.ino(), data.size(), data.mtime(), data.mtime_nsec());
        fs::metadata(real).is_ok_and(|now| stamp(&now) == stamp(&self.metadata))
    }

    #[cfg(not(unix))]
    fn is_unmoved(&self, real: &Path) -> bool {
        fs::metadata(real).is_ok_and(|now| now.modified().ok() == self.metadata.modified().ok())
    }

    #[cfg(unix)]
    fn has_other_names(&self) -> bool {
        std::os::unix::fs::MetadataExt::nlink(&self.metadata) > 1
    }

    #[cfg(not(unix))]
    fn has_other_names(&self) -> bool {
        false
    }

    /// Gives the new file the old one's owner group, mode and extended attributes (an ACL or a label among them).
    #[cfg(unix)]
    fn dress(&self, file: &File) -> io::Result<()> {
        use std::os::unix::fs::MetadataExt as _;
        let mut names = vec![0; 4096];
        let length = rustix::fs::flistxattr(&self.file, &mut names[..]).unwrap_or(0);
        for name in names[..length].split(|&b| b == 0).filter(|name| !name.is_empty()) {
            let mut value = vec![0; 65536];
            if let Ok(length) = rustix::fs::fgetxattr(&self.file, name, &mut value[..]) {
                let _ = rustix::fs::fsetxattr(file, name, &value[..length], rustix::fs::XattrFlags::empty());
            }
        }
        // The group may be one this user cannot give away; the mode below never opens the file to more people.
        let group_kept = std::os::unix::fs::fchown(file, None, Some(self.metadata.gid())).is_ok();
        let mode = self.metadata.mode() & if group_kept { 0o777 } else { 0o707 };
        match file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode)) {
            // A file system without modes; the file stays as private as it was made.
            Err(error)
                if matches!(
                    rustix::io::Errno::from_io_error(&error),
                    Some(rustix::io::Errno::PERM | rustix::io::Errno::NOTSUP)
                ) =>
            {
                Ok(())
            }
            result => result,
        }
    }

    #[cfg(not(unix))]
    fn dress(&self, file: &File) -> io::Result<()> {
        file.set_permissions(self.metadata.permissions())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(path: &Path, bytes: &[u8]) {
        File::create(path).and_then(|mut file| file.write_all(bytes)).unwrap();
    }

    fn becomes(path: &Path, new: &[u8]) -> Result<bool, FileError> {
        replace(path, Backup::OnFirstTouch, |_| Ok(new.to_vec()))
    }

    #[test]
    fn a_write_in_place_that_was_cut_short_is_never_taken_for_good() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("credentials");
        put(&path, b"old and long");
        fs::hard_link(&path, folder.path().join("second-name")).unwrap();
        assert!(becomes(&path, b"new").unwrap());
        assert_eq!(fs::read(folder.path().join("second-name")).unwrap(), b"new");
        let mark = beside(&path, UNFINISHED);
        assert!(!mark.exists());

        // As a kill between writing and cutting leaves it.
        put(&mark, digest(&[b"newer"]).as_bytes());
        put(&path, b"newer and long");
        let refused = [
            read(&path).map(drop),
            probe(&path).map(drop),
            becomes(&path, b"x").map(drop),
        ];
        for result in refused {
            let error = result.unwrap_err();
            assert!(matches!(error, FileError::Unfinished { .. }), "{error}");
            assert!(error.hint().contains("mfa-tray-backup"), "{}", error.hint());
        }
        assert_eq!(
            fs::read(backup_path(&path)).unwrap(),
            b"old and long",
            "the only good copy stays"
        );

        // Whole, either way: the mark goes by itself.
        for whole in [&b"newer"[..], b"old and long"] {
            put(&mark, digest(&[b"newer"]).as_bytes());
            put(&path, whole);
            assert_eq!(read(&path).unwrap().unwrap(), whole);
            assert!(!mark.exists());
        }
    }
}
