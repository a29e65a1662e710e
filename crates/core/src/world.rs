//! What every use case is given: the ports and the places.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::activity::By;
use crate::aws_files::{self, AwsFiles, AwsPaths, FileKind, Properties, ReadError, WriteError};
use crate::catalog::{Catalog, Entry};
use crate::endpoint::{Endpoint, EndpointEnvironment, endpoint};
use crate::file::{self, FileError};
use crate::ini::{Change, Warning};
use crate::lock::{self, LockError, Subject};
use crate::ports::{Aws, Clock, CodeCommands, Keychain};
use crate::problem::Problem;
use crate::profile::{Arn, ProfileName};
use crate::settings::{Settings, SettingsError};
use crate::state::StateFolder;

/// One odd line explains a file; a hundred of them explain nothing more.
const SHOWN_WARNINGS: usize = 3;

/// The ports and the places. Cheap to clone: threads take one each.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Calls AWS.
    pub aws: Arc<dyn Aws>,
    /// Keeps seeds.
    pub keychain: Arc<dyn Keychain>,
    /// Runs what the settings name for codes.
    pub commands: Arc<dyn CodeCommands>,
    /// The person's files.
    pub paths: AwsPaths,
    /// Our memory.
    pub state: StateFolder,
    /// The person's choices.
    pub settings: PathBuf,
    /// What the environment says about endpoints.
    pub endpoints: EndpointEnvironment,
    /// Who asks. What nobody asked for never makes the keychain prompt.
    pub by: By,
}

/// The files cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// See [`FileError`].
    #[error(transparent)]
    File(#[from] FileError),
    /// See [`ReadError`].
    #[error(transparent)]
    Read(#[from] ReadError),
    /// See [`SettingsError`].
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// Both variables name one file: writing it as one would damage it as the other.
    #[error("the config and the credentials file are the same file, {}", .0.display())]
    SameFile(PathBuf),
}

impl LoadError {
    /// The same for every front end.
    pub fn problem(&self) -> Problem {
        match self {
            LoadError::File(error) => Problem::new("files", error.to_string(), error.hint()),
            LoadError::Read(error) => Problem::new(
                "files",
                error.to_string(),
                "repair the file with a text editor; it was left as it is",
            ),
            LoadError::Settings(error) => error.problem(),
            LoadError::SameFile(_) => Problem::new(
                "files",
                self.to_string(),
                "let AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name two files",
            ),
        }
    }
}

/// What the files say, read once.
#[derive(Debug)]
pub struct Loaded {
    /// Both files.
    pub files: AwsFiles,
    /// The person's choices.
    pub settings: Settings,
    /// What each profile is.
    pub catalog: Catalog,
}

impl Loaded {
    /// What some AWS tools mind about the files: the first few, as problems.
    pub fn warnings(&self) -> Vec<Problem> {
        let warning = |(kind, warning): &(FileKind, Warning)| {
            let message = format!("line {} of the {} file: {}", warning.line, kind.name(), warning.message);
            Problem::new("file-warning", message, "correct that line with a text editor")
        };
        self.files.warnings().iter().take(SHOWN_WARNINGS).map(warning).collect()
    }

    /// Where the calls of a profile with these properties go, whose MFA device or role is `arn`; see
    /// [`endpoint`](endpoint()).
    ///
    /// # Errors
    /// As there.
    pub fn endpoint(&self, world: &World, properties: &Properties, arn: Option<Arn<'_>>) -> Result<Endpoint, Problem> {
        let endpoint = endpoint(&world.endpoints, &self.files, properties, arn)?;
        Ok(Endpoint {
            proxy: self.settings.proxy(),
            ..endpoint
        })
    }

    /// The text of `key` for an entry; of an `X-long-term`/`X` pair, `X` may hold what `X-long-term` does not.
    pub fn text(&self, entry: &Entry, key: &str) -> Option<&str> {
        let of = |name| self.files.profile(name).and_then(|properties| properties.text(key));
        of(&entry.section).or_else(|| of(&entry.name))
    }
}

/// A profile of the config file could not be changed. The file is what it was.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// See [`LockError`].
    #[error(transparent)]
    Lock(#[from] LockError),
    /// See [`WriteError`].
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl World {
    /// Makes `changes` to a profile of the config file, under the file's lock.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn edit_config(&self, profile: &ProfileName, changes: &[Change<'_>]) -> Result<(), ConfigError> {
        let path = self.paths.of(FileKind::Config);
        let real = file::real_path(path);
        let _lock = lock::take(&self.state.locks(), Subject::File(&real), lock::PATIENCE)?;
        let header = aws_files::config_header(profile);
        aws_files::edit(path, &header, changes, aws_files::no_conflict)?;
        Ok(())
    }

    /// The time as AWS has it, as far as the last answer told: codes and their windows follow that clock.
    pub fn aws_time(&self) -> Timestamp {
        let now = self.clock.now();
        let offset = self.state.clock_offset().filter(|offset| offset.is_fresh(&*self.clock));
        let offset = offset.map_or(0, |offset| offset.seconds);
        now.saturating_add(SignedDuration::from_secs(offset)).unwrap_or(now)
    }

    /// Reads both files and the settings.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load(&self) -> Result<Loaded, LoadError> {
        self.load_with(Settings::read(&self.settings)?)
    }

    /// Reads both files under settings that were read before, or under the defaults.
    ///
    /// # Errors
    /// [`LoadError`].
    pub fn load_with(&self, settings: Settings) -> Result<Loaded, LoadError> {
        let (config, credentials) = (&self.paths.config, &self.paths.credentials);
        let null = std::path::Path::new("/dev/null");
        if config != null && file::real_path(config) == file::real_path(credentials) {
            return Err(LoadError::SameFile(config.clone()));
        }
        let mut files = AwsFiles::read(file::read(config)?, file::read(credentials)?)?;
        settings.keyed().for_each(|name| files.include(name));
        let catalog = Catalog::new(&files, &settings, &self.state.known_keys());
        Ok(Loaded {
            files,
            settings,
            catalog,
        })
    }
}
