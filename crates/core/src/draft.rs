//! Changes of the person's two files that a person chose: made, shown as a difference, and only then written.
//!
//! What a session needs goes straight through [`aws_files::edit`](crate::aws_files::edit); this is for everything else.

use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};
use zeroize::Zeroizing;

use crate::aws_files::{AwsFiles, FileKind, Properties, ReadError, WriteError};
use crate::file::{self, Backup, FileError};
use crate::ini::{Change, Document, EditError};
use crate::lock::{self, LockError, Subject};
use crate::problem::Problem;
use crate::secret::is_secret_key;
use crate::world::World;

/// Lines shown around a change.
const CONTEXT: usize = 2;
/// What is shown in the place of a secret.
const MASK: &str = "********";

/// One file as it is and as it would be.
#[derive(Debug)]
struct Page {
    path: PathBuf,
    before: Zeroizing<Vec<u8>>,
    after: Zeroizing<Vec<u8>>,
}

/// Both files as they would be.
#[derive(Debug)]
pub struct Draft {
    config: Page,
    credentials: Page,
}

/// Why there is no draft, or why it was not written.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// See [`FileError`].
    #[error(transparent)]
    File(#[from] FileError),
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
    /// See [`ReadError`].
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Somebody else wrote the file after it was shown.
    #[error("{} was changed by another program meanwhile", .0.display())]
    Changed(PathBuf),
}

impl DraftError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        let hint = match self {
            DraftError::File(error) => error.hint(),
            DraftError::Lock(error) => error.hint().into(),
            DraftError::Write(error) => error.hint(),
            DraftError::Read(_) => "repair the file with a text editor; it was left as it is".into(),
            DraftError::Changed(_) => "nothing was changed; look at it again".into(),
        };
        Problem::new("file", self.to_string(), hint)
    }
}

/// A line of a difference, secrets masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// `-` goes, `+` comes, a space stays.
    pub sign: char,
    /// The line.
    pub text: String,
}

/// How one file would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDiff {
    /// The file.
    pub path: PathBuf,
    /// What changes, with what stands around it.
    pub lines: Vec<DiffLine>,
}

impl Draft {
    /// Begins with the files as they are.
    ///
    /// # Errors
    /// [`FileError`], also where a file could not be written.
    pub fn begin(world: &World) -> Result<Draft, FileError> {
        let page = |kind| {
            let path = world.paths.of(kind).to_owned();
            let bytes = file::probe(&path)?;
            Ok(Page {
                path,
                before: Zeroizing::new(bytes.clone()),
                after: Zeroizing::new(bytes),
            })
        };
        Ok(Draft {
            config: page(FileKind::Config)?,
            credentials: page(FileKind::Credentials)?,
        })
    }

    fn page(&self, kind: FileKind) -> &Page {
        match kind {
            FileKind::Config => &self.config,
            FileKind::Credentials => &self.credentials,
        }
    }

    /// Makes `changes` to section `header` of a file.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn change(&mut self, kind: FileKind, header: &str, changes: &[Change<'_>]) -> Result<(), WriteError> {
        self.make(kind, |document| document.edited(header, changes))
    }

    /// Gives section `from` of a file the name `to`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn rename(&mut self, kind: FileKind, from: &str, to: &str) -> Result<(), WriteError> {
        self.make(kind, |document| document.renamed(from, to))
    }

    /// Takes section `header` out of a file.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn remove(&mut self, kind: FileKind, header: &str) -> Result<(), WriteError> {
        self.make(kind, |document| document.without_section(header))
    }

    /// Writes a copy of section `from` behind a file, called `to`.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn duplicate(&mut self, kind: FileKind, from: &str, to: &str) -> Result<(), WriteError> {
        self.make(kind, |document| document.duplicated(from, to))
    }

    /// Whether a file has a section with that header.
    ///
    /// # Errors
    /// [`WriteError`] where readers would not agree.
    pub fn has(&self, kind: FileKind, header: &str) -> Result<bool, WriteError> {
        let page = self.page(kind);
        let document = page.document()?;
        let found = document.only_section(header).map_err(|source| page.refused(source))?;
        Ok(found.is_some())
    }

    /// The text of `key` in section `header` of a file.
    ///
    /// # Errors
    /// [`WriteError`].
    pub fn property(&self, kind: FileKind, header: &str, key: &str) -> Result<Option<String>, WriteError> {
        let page = self.page(kind);
        let document = page.document()?;
        let section = document.only_section(header).map_err(|source| page.refused(source))?;
        let own = section.map(|section| Properties::of_section(&document, section));
        Ok(own.and_then(|own| own.text(key).map(str::to_owned)))
    }

    fn make(
        &mut self,
        kind: FileKind,
        edit: impl FnOnce(&Document) -> Result<Vec<u8>, EditError>,
    ) -> Result<(), WriteError> {
        let page = match kind {
            FileKind::Config => &mut self.config,
            FileKind::Credentials => &mut self.credentials,
        };
        let document = page.document()?;
        let edited = edit(&document).map_err(|source| page.refused(source))?;
        page.after = Zeroizing::new(edited);
        Ok(())
    }

    /// Whether nothing would change.
    pub fn is_empty(&self) -> bool {
        self.config.is_same() && self.credentials.is_same()
    }

    /// What AWS's tools would read.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn files(&self) -> Result<AwsFiles, ReadError> {
        AwsFiles::read(Some(self.config.after.to_vec()), Some(self.credentials.after.to_vec()))
    }

    /// What would change, file by file.
    pub fn diff(&self) -> Vec<FileDiff> {
        let pages = [&self.config, &self.credentials].into_iter();
        pages.filter(|page| !page.is_same()).map(Page::diff).collect()
    }

    /// Writes the files that change, first the one of the kind `first`. Each is the old one or the new one at every
    /// instant; a draft of both is made so that nothing is lost when only the first was written.
    ///
    /// # Errors
    /// [`DraftError`]; a file that was not written is what it was.
    pub fn write(&self, world: &World, first: FileKind, backup: Backup) -> Result<(), DraftError> {
        let pages = match first {
            FileKind::Config => [&self.config, &self.credentials],
            FileKind::Credentials => [&self.credentials, &self.config],
        };
        for page in pages {
            if page.is_same() {
                continue;
            }
            let real = file::real_path(&page.path);
            let _file = lock::take(&world.state.locks(), Subject::File(&real), lock::PATIENCE)?;
            file::replace(&page.path, backup, |bytes| {
                if bytes == page.before.as_slice() {
                    Ok(page.after.to_vec())
                } else {
                    Err(DraftError::Changed(page.path.clone()))
                }
            })?;
        }
        Ok(())
    }
}

impl Page {
    fn is_same(&self) -> bool {
        self.before == self.after
    }

    fn document(&self) -> Result<Document, WriteError> {
        Document::scan(self.after.to_vec()).map_err(|source| WriteError::Unreadable {
            path: self.path.clone(),
            source,
        })
    }

    fn refused(&self, source: EditError) -> WriteError {
        WriteError::Refused {
            path: self.path.clone(),
            source,
        }
    }

    fn diff(&self) -> FileDiff {
        let (before, after) = (masked(&self.before), masked(&self.after));
        let lines = difference(&before.concat(), &after.concat());
        FileDiff {
            path: self.path.clone(),
            lines,
        }
    }
}

/// What changes from one text to another, with what stands around it.
pub fn difference(before: &str, after: &str) -> Vec<DiffLine> {
    let diff = TextDiff::from_lines(before, after);
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            lines.push(DiffLine {
                sign: ' ',
                text: "…".to_owned(),
            });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            lines.push(DiffLine {
                sign: match change.tag() {
                    ChangeTag::Delete => '-',
                    ChangeTag::Insert => '+',
                    ChangeTag::Equal => ' ',
                },
                text: shown(change.value()),
            });
        }
    }
    lines
}

/// The line without its end; the number behind a mask, which only tells two secrets apart, is not for people.
fn shown(line: &str) -> String {
    let line = line.trim_end_matches(['\r', '\n']);
    match line.split_once('\u{0}') {
        Some((line, _)) => line.to_owned(),
        None => line.to_owned(),
    }
}

/// The lines with a mask in the place of every secret, and behind it what tells two secrets apart.
fn masked(bytes: &[u8]) -> Vec<String> {
    let text = Zeroizing::new(String::from_utf8_lossy(bytes).into_owned());
    let mut in_secret = false;
    let mask = |line: &str, shown: &str| format!("{shown}{MASK}\u{0}{}\n", crate::lock::digest(&[line.as_bytes()]));
    text.split_inclusive('\n')
        .map(|line| {
            let is_continuation = line.starts_with([' ', '\t']);
            match line.split_once(['=', ':']) {
                Some((key, _)) if is_secret_key(key.trim()) => {
                    in_secret = true;
                    let separator = line[key.len()..].chars().next().unwrap_or('=');
                    mask(line, &format!("{}{separator} ", key))
                }
                _ if in_secret && is_continuation => mask(line, ""),
                _ => {
                    in_secret = false;
                    line.to_owned()
                }
            }
        })
        .collect()
}

/// The path of the copy that the first change of a file of the person's leaves beside it, if there is one.
pub fn backup_of(path: &Path) -> Option<PathBuf> {
    Some(file::backup_path(&file::real_path(path))).filter(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(before: &str, after: &str) -> Page {
        Page {
            path: PathBuf::from("credentials"),
            before: Zeroizing::new(before.as_bytes().to_vec()),
            after: Zeroizing::new(after.as_bytes().to_vec()),
        }
    }

    #[test]
    fn a_difference_shows_no_secret_and_still_tells_that_one_changed() {
        let before = "# top\n[a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = one\n[b]\nx = 1\n";
        let after = before.replace("one", "two").replace("x = 1", "x = 2");
        let diff = page(before, &after).diff();
        let lines: Vec<String> = diff
            .lines
            .iter()
            .map(|line| format!("{}{}", line.sign, line.text))
            .collect();
        assert_eq!(
            lines,
            [
                " [a]",
                " aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
                "-aws_secret_access_key = ********",
                "+aws_secret_access_key = ********",
                " [b]",
                "-x = 1",
                "+x = 2",
            ]
        );
    }

    #[test]
    fn the_lines_of_a_secret_that_goes_on_are_masked_too() {
        let diff = page("", "[a]\naws_session_token = one\n  two\nregion = x\n").diff();
        let text: Vec<&str> = diff.lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(text, ["[a]", "aws_session_token = ********", "********", "region = x"]);
    }
}
