//! Where things are on this machine.

use std::path::{Path, PathBuf};

use crate::environment;

const NAME: &str = "mfa-tray";

/// Where things are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The AWS config file.
    pub config: PathBuf,
    /// The AWS credentials file.
    pub credentials: PathBuf,
    /// Our state folder.
    pub state: PathBuf,
    /// Our settings file.
    pub settings: PathBuf,
}

/// No place to look in.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither `HOME` nor the password database says.
    #[error("this user has no home directory")]
    NoHome,
}

impl Places {
    /// Finds the places as the AWS SDKs and the platform's conventions say
    /// (<https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html>).
    ///
    /// # Errors
    /// [`PlaceError`].
    pub fn find() -> Result<Places, PlaceError> {
        let home = dirs::home_dir()
            .filter(|home| home.is_absolute())
            .ok_or(PlaceError::NoHome)?;
        let state = dirs::state_dir()
            .or_else(dirs::data_local_dir)
            .ok_or(PlaceError::NoHome)?;
        let settings = dirs::config_dir().ok_or(PlaceError::NoHome)?;
        Ok(Places {
            config: aws_file(environment::config_file(), &home, "config"),
            credentials: aws_file(environment::credentials_file(), &home, "credentials"),
            state: state.join(NAME),
            settings: settings.join(NAME).join("settings.toml"),
        })
    }
}

fn aws_file(named: Option<PathBuf>, home: &Path, name: &str) -> PathBuf {
    match named {
        // The SDKs expand a leading `~/`, and only that. Another path may be relative to where we were started.
        Some(path) => match path.strip_prefix("~") {
            Ok(rest) => home.join(rest),
            Err(_) => std::path::absolute(&path).unwrap_or(path),
        },
        None => home.join(".aws").join(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_files_are_where_the_sdks_look() {
        let home = Path::new("/home/alice");
        for (named, expected) in [
            (None, "/home/alice/.aws/config"),
            (Some("/etc/aws"), "/etc/aws"),
            (Some("~/work/aws"), "/home/alice/work/aws"),
        ] {
            assert_eq!(
                aws_file(named.map(PathBuf::from), home, "config"),
                Path::new(expected),
                "{named:?}"
            );
        }
        for relative in ["relative", "~bob/aws"] {
            let here = std::path::absolute(relative).unwrap();
            assert_eq!(aws_file(Some(relative.into()), home, "config"), here);
        }
    }
}
