//! What every use case is given: the ports and the places.

use std::path::PathBuf;
use std::sync::Arc;

use crate::aws_files::{AwsFiles, AwsPaths, ReadError};
use crate::catalog::Catalog;
use crate::endpoint::EndpointEnvironment;
use crate::file::{self, FileError};
use crate::ports::{Aws, Clock};
use crate::problem::Problem;
use crate::settings::{Settings, SettingsError};
use crate::state::StateFolder;

/// The ports and the places. Cheap to clone: threads take one each.
#[derive(Clone)]
pub struct World {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Calls AWS.
    pub aws: Arc<dyn Aws>,
    /// The person's files.
    pub paths: AwsPaths,
    /// Our memory.
    pub state: StateFolder,
    /// The person's choices.
    pub settings: PathBuf,
    /// What the environment says about endpoints.
    pub endpoints: EndpointEnvironment,
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

impl World {
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
        if file::real_path(config) == file::real_path(credentials) {
            return Err(LoadError::SameFile(config.clone()));
        }
        let files = AwsFiles::read(file::read(config)?, file::read(credentials)?)?;
        let catalog = Catalog::new(&files, &settings, &self.state.known_keys());
        Ok(Loaded {
            files,
            settings,
            catalog,
        })
    }
}
