//! What stands in the way of the profiles: what shadows what, what is left behind, what other tools choke on. Files and
//! names of variables alone: nothing is called, and no keychain is opened.

mod environment;
mod files;
mod roles;
mod sections;

use std::path::PathBuf;

use crate::aws_files::{AwsFiles, FileKind, Properties, ReadError};
use crate::draft::{Draft, DraftError};
use crate::file::{self, FileError};
use crate::ini::{Change, Document};
use crate::profile::ProfileName;
use crate::world::{LoadError, Loaded, World};

pub use environment::Environment;

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// Something does not do what it says, or will stop doing it.
    Problem,
}

impl Severity {
    /// The word in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Problem => "problem",
        }
    }
}

/// Something found.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What kind it is, for programs.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The profile it is about, if it is about one.
    pub profile: Option<ProfileName>,
    /// Where, if it is in a file.
    pub place: Option<Place>,
    /// What it is.
    pub message: String,
    /// What to do.
    pub hint: String,
    /// What [`fix`] would do.
    pub fix: Option<Fix>,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// One-based; `None`: the file as a whole.
    pub line: Option<usize>,
}

/// A change that is safe: it takes nothing away that is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// Keys of one section.
    Keys {
        /// Of which file.
        kind: FileKind,
        /// The section.
        header: String,
        /// Each key with its new value, or to be taken out.
        keys: Vec<(&'static str, Option<String>)>,
    },
    /// The file for its owner alone.
    Private(PathBuf),
}

/// One file as it stands, section by section.
struct Page {
    kind: FileKind,
    path: PathBuf,
    document: Document,
}

impl Page {
    fn read(world: &World, kind: FileKind) -> Result<Page, LoadError> {
        let path = world.paths.of(kind).to_owned();
        let bytes = file::read(&path)?.unwrap_or_default();
        let document = Document::scan(bytes).map_err(|source| ReadError::Lines { kind, source })?;
        Ok(Page { kind, path, document })
    }

    fn place(&self, header: &str, key: Option<&str>) -> Option<Place> {
        let line = self.document.line_of(header, key)?;
        Some(Place {
            path: self.path.clone(),
            line: Some(line),
        })
    }

    fn header(&self, profile: &ProfileName) -> String {
        self.kind.header(profile)
    }

    /// What the file alone says of a profile.
    fn section(&self, profile: &ProfileName) -> Option<Properties> {
        let header = self.header(profile);
        let section = self.document.sections().iter().find(|section| section.name == header)?;
        Some(Properties::of_section(&self.document, section))
    }
}

/// Everything a check looks at.
struct Look<'a> {
    world: &'a World,
    loaded: &'a Loaded,
    config: Page,
    credentials: Page,
    found: Vec<Finding>,
}

impl Look<'_> {
    fn files(&self) -> &AwsFiles {
        &self.loaded.files
    }

    fn page(&self, kind: FileKind) -> &Page {
        match kind {
            FileKind::Config => &self.config,
            FileKind::Credentials => &self.credentials,
        }
    }

    /// Where a profile begins.
    fn header(&self, profile: &ProfileName) -> Option<Place> {
        [FileKind::Credentials, FileKind::Config].into_iter().find_map(|kind| {
            let page = self.page(kind);
            page.place(&page.header(profile), None)
        })
    }

    /// The place of `key` of a profile, in the first of the files that has it; the credentials file counts first.
    fn place(&self, profile: &ProfileName, key: &str) -> Option<Place> {
        [FileKind::Credentials, FileKind::Config].into_iter().find_map(|kind| {
            let page = self.page(kind);
            page.place(&page.header(profile), Some(key))
        })
    }
}

/// Looks at everything, or at what concerns `profile`; the graver first.
///
/// # Errors
/// [`LoadError`].
pub fn lint(
    world: &World,
    environment: &Environment,
    profile: Option<&ProfileName>,
) -> Result<Vec<Finding>, LoadError> {
    let loaded = world.load()?;
    let mut look = Look {
        world,
        loaded: &loaded,
        config: Page::read(world, FileKind::Config)?,
        credentials: Page::read(world, FileKind::Credentials)?,
        found: Vec::new(),
    };
    environment::check(&mut look, environment);
    files::check(&mut look);
    sections::check(&mut look);
    roles::check(&mut look);
    let mut found = look.found;
    if let Some(profile) = profile {
        let own = names_of(&loaded, profile);
        found.retain(|finding| finding.profile.as_ref().is_none_or(|about| own.contains(about)));
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(found)
}

/// The sections that make up a profile: of a pair both, and its target.
fn names_of(loaded: &Loaded, profile: &ProfileName) -> Vec<ProfileName> {
    let mut names = vec![profile.clone()];
    if let Some(entry) = loaded.catalog.find(profile) {
        names.extend([entry.name.clone(), entry.section.clone()]);
        names.extend(entry.target.iter().map(|target| target.section.clone()));
    }
    names
}

/// The ways in which AWS's tools look for the credentials of a profile, in their order (botocore's `credentials.py`),
/// as far as the profile has them: the first is used, and the others never.
pub fn ways(files: &AwsFiles, profile: &ProfileName) -> Vec<&'static str> {
    let Some(properties) = files.profile(profile) else {
        return Vec::new();
    };
    let keys = properties.has("aws_access_key_id");
    let in_credentials = keys && properties.keys_from_credentials();
    let all = [
        (properties.has("role_arn"), "role_arn"),
        (properties.has("web_identity_token_file"), "web_identity_token_file"),
        (properties.has_prefix("sso_"), "sso_session"),
        (in_credentials, "keys in the credentials file"),
        (properties.has("login_session"), "login_session"),
        (properties.has("credential_process"), "credential_process"),
        (keys && !in_credentials, "keys in the config file"),
    ];
    all.into_iter().filter_map(|(has, way)| has.then_some(way)).collect()
}

/// The changes of the files that mend what can be mended safely, to be shown before they are written.
///
/// # Errors
/// [`DraftError`].
pub fn draft(world: &World, found: &[Finding]) -> Result<Draft, DraftError> {
    let mut draft = Draft::begin(world)?;
    for finding in found {
        let Some(Fix::Keys { kind, header, keys }) = &finding.fix else {
            continue;
        };
        let changes: Vec<Change<'_>> = keys
            .iter()
            .map(|(key, value)| match value {
                Some(value) => Change::Set(key, value),
                None => Change::Remove(key),
            })
            .collect();
        // Another fix may have emptied the section.
        if draft.has(*kind, header)? {
            draft.change(*kind, header, &changes)?;
        }
    }
    Ok(draft)
}

/// The files that would be made their owner's alone.
pub fn too_open(found: &[Finding]) -> Vec<&PathBuf> {
    found
        .iter()
        .filter_map(|finding| match &finding.fix {
            Some(Fix::Private(path)) => Some(path),
            _ => None,
        })
        .collect()
}

/// Makes such files their owner's alone.
///
/// # Errors
/// [`FileError`].
pub fn make_private(paths: &[&PathBuf]) -> Result<(), FileError> {
    paths.iter().try_for_each(|path| file::make_private(path))
}
