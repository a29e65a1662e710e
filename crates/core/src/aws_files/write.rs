//! Edits one of the two files, without loss.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use crate::aws_files::{FileKind, Properties};
use crate::file::{self, Backup, FileError};
use crate::ini::{Change, Document, EditError, ScanError};
use crate::profile::ProfileName;

/// Where the two files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AwsPaths {
    /// The config file.
    pub config: PathBuf,
    /// The credentials file.
    pub credentials: PathBuf,
}

impl AwsPaths {
    /// The path of one of the two.
    pub fn of(&self, kind: FileKind) -> &Path {
        match kind {
            FileKind::Config => &self.config,
            FileKind::Credentials => &self.credentials,
        }
    }
}

/// Why a file was not written. It is as it was, whole.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refused.
    #[error(transparent)]
    File(#[from] FileError),
    /// Cannot be read as lines.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ScanError,
    },
    /// The section is not ours to change.
    #[error("[{section}] of {} must not be changed: {reason}", path.display())]
    Conflict {
        /// The file.
        path: PathBuf,
        /// The section.
        section: String,
        /// Why.
        reason: String,
    },
    /// Cannot be edited without guessing.
    #[error("{} cannot be changed safely: {source}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        source: EditError,
    },
}

impl WriteError {
    /// What a person can do about it.
    pub fn hint(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            WriteError::File(error) => return error.hint(),
            WriteError::Unreadable {
                source: ScanError::Utf16,
                ..
            } => "save the file as UTF-8 and try again",
            WriteError::Conflict { .. } => "nothing was changed; choose another target name",
            WriteError::Unreadable { .. } => "repair the file with a text editor and try again",
            WriteError::Refused {
                source: EditError::Twice { .. } | EditError::Ambiguous { .. },
                ..
            } => "nothing was changed; keep one section of that name, its header written [name] at the line's start",
            WriteError::Refused {
                source: EditError::UnsafeName(_),
                ..
            } => "choose another target name",
            WriteError::Refused { .. } => "nothing was changed",
        })
    }
}

impl FileKind {
    /// The header of a profile's section in the file.
    pub fn header(self, profile: &ProfileName) -> String {
        match self {
            FileKind::Config => config_header(profile),
            FileKind::Credentials => profile.to_string(),
        }
    }
}

/// The header of a profile in the config file.
pub fn config_header(profile: &ProfileName) -> String {
    match profile.as_str() {
        "default" => "default".to_owned(),
        name if name.contains(' ') => format!("profile \"{name}\""),
        name => format!("profile {name}"),
    }
}

/// Makes `changes` to section `header` of the file at `path`; returns whether it had to be written.
///
/// The caller holds the file's lock. `conflict` judges the section as it stands in the very bytes that are replaced:
/// what was looked at earlier may have become somebody else's meanwhile.
///
/// # Errors
/// [`WriteError`]; the file is then what it was.
pub fn edit(path: &Path, header: &str, changes: &[Change<'_>], conflict: Conflict) -> Result<bool, WriteError> {
    file::replace(path, Backup::OnFirstTouch, |bytes| {
        edited(path, bytes, header, changes, conflict)
    })
}

/// Says whether [`edit`] would be refused, without touching anything.
///
/// # Errors
/// As [`edit`], as far as it can be known before.
pub fn rehearse(path: &Path, header: &str, changes: &[Change<'_>], conflict: Conflict) -> Result<(), WriteError> {
    let bytes = file::probe(path)?;
    edited(path, &bytes, header, changes, conflict).map(drop)
}

/// Says why a section with these properties must not be changed, or nothing.
pub type Conflict = fn(&Properties) -> Option<String>;

/// For sections whose contents stand in nobody's way.
pub fn no_conflict(_: &Properties) -> Option<String> {
    None
}

fn edited(
    path: &Path,
    bytes: &[u8],
    header: &str,
    changes: &[Change<'_>],
    conflict: Conflict,
) -> Result<Vec<u8>, WriteError> {
    let document = Document::scan(bytes.to_vec()).map_err(|source| WriteError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let section = document.sections().iter().find(|section| section.name == header);
    let reason = section.and_then(|section| conflict(&Properties::of_section(&document, section)));
    if let Some(reason) = reason {
        let (path, section) = (path.to_owned(), header.to_owned());
        return Err(WriteError::Conflict { path, section, reason });
    }
    document.edited(header, changes).map_err(|source| WriteError::Refused {
        path: path.to_owned(),
        source,
    })
}
