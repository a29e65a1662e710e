//! The temporary home: AWS files for the standard people, and nothing of the person's.

use std::{
    fmt,
    fs::{DirBuilder, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::{
    cast::{ADMIN_ROLE, ALICE_DEVICE, CAROL_DEVICE, SSO_ACCOUNT},
    server::Practice,
    state::LongTermKey,
};

/// The file that tells a practice home from a real one.
const MARKER: &str = ".mfa-tray-practice";

/// A home folder with AWS files that speak of practice AWS. Removed when dropped.
pub struct Home {
    folder: TempDir,
    endpoint: String,
    /// Opens practice's keychain; `None`: the operating system's is used.
    keychain_token: Option<String>,
}

/// Why there is no temporary home.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a temporary home")]
pub struct HomeError(#[from] io::Error);

impl Home {
    /// Makes the folder and its files, readable by their owner alone.
    pub fn create(practice: &Practice) -> Result<Self, HomeError> {
        let folder = private_temporary_folder()?;
        let home = Self {
            folder,
            endpoint: practice.endpoint().to_owned(),
            keychain_token: Some(practice.keychain_token().to_owned()),
        };
        for (_, path) in home.folders() {
            private_folder(&path)?;
        }
        private_folder(&home.path().join(".aws"))?;
        private_file(
            &home.path().join(MARKER),
            "Practice AWS made this folder and removes it when it ends.\n",
        )?;
        private_file(&home.config(), &config())?;
        private_file(&home.credentials(), &credentials(practice))?;
        Ok(home)
    }

    /// Leads programs to the operating system's keychain instead of practice's.
    #[must_use]
    pub fn with_real_keychain(mut self) -> Self {
        self.keychain_token = None;
        self
    }

    /// Returns the folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Returns the line `mfa-tray practice` prints: where everything is, and the environment that leads there.
    pub fn ready_line(&self) -> Value {
        let profile = |name: &str, mfa_serial: Option<&str>| json!({ "name": name, "mfa_serial": mfa_serial });
        json!({
            "home": self.path(),
            "endpoint": self.endpoint,
            "env": self.environment(),
            "profiles": [
                profile("dev", Some(ALICE_DEVICE)),
                profile("fresh", None),
                profile("ops", Some(CAROL_DEVICE)),
                profile("admin", None),
                profile("sso", None),
            ],
        })
    }

    fn environment(&self) -> Map<String, Value> {
        let mut env = Map::new();
        let mut set = |name: &str, value: Value| env.insert(name.to_owned(), value);
        set("HOME", json!(self.path()));
        for (name, path) in self.folders() {
            set(name, json!(path));
        }
        set("AWS_ENDPOINT_URL", json!(self.endpoint));
        set("AWS_CONFIG_FILE", json!(self.config()));
        set("AWS_SHARED_CREDENTIALS_FILE", json!(self.credentials()));
        // No SDK shall look for credentials of a machine in the cloud.
        set("AWS_EC2_METADATA_DISABLED", json!("true"));
        set("MFA_TRAY_PRACTICE", json!("1"));
        if let Some(token) = &self.keychain_token {
            set("MFA_TRAY_PRACTICE_KEYCHAIN", json!(token));
        }
        env
    }

    fn folders(&self) -> [(&'static str, PathBuf); 4] {
        let at = |name: &str| self.path().join(name);
        [
            ("XDG_CONFIG_HOME", at(".config")),
            ("XDG_STATE_HOME", at(".local/state")),
            ("XDG_CACHE_HOME", at(".cache")),
            ("XDG_DATA_HOME", at(".local/share")),
        ]
    }

    fn config(&self) -> PathBuf {
        self.path().join(".aws").join("config")
    }

    fn credentials(&self) -> PathBuf {
        self.path().join(".aws").join("credentials")
    }
}

impl fmt::Debug for Home {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Home")
            .field("folder", &self.folder)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

fn config() -> String {
    format!(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = {ALICE_DEVICE}\n\n\
         [profile fresh]\nregion = us-east-1\n\n\
         [profile ops-long-term]\nregion = us-east-1\n\n\
         [profile ops]\nregion = us-east-1\n\n\
         [profile admin]\nregion = eu-west-1\nrole_arn = {ADMIN_ROLE}\nsource_profile = dev\n\n\
         [profile sso]\nregion = eu-west-1\nsso_session = practice\nsso_account_id = {SSO_ACCOUNT}\nsso_role_name = ReadOnly\n\n\
         [sso-session practice]\nsso_start_url = https://practice.example/start\nsso_region = eu-west-1\n\
         sso_registration_scopes = sso:account:access\n"
    )
}

fn credentials(practice: &Practice) -> String {
    let cast = &practice.cast;
    let section = |name: &str, key: &LongTermKey| {
        let LongTermKey {
            access_key_id,
            secret_access_key,
        } = key;
        format!("[{name}]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}\n")
    };
    format!(
        "{}\n{}\n{}aws_mfa_device = {CAROL_DEVICE}\n",
        section("dev", &cast.alice),
        section("fresh", &cast.bob),
        section("ops-long-term", &cast.carol),
    )
}

/// How often the folder is removed, if something is put into it meanwhile.
const REMOVALS: u32 = 20;

impl Drop for Home {
    fn drop(&mut self) {
        // What the app has started ends a moment after it, and writes until then.
        for _ in 0..REMOVALS {
            match std::fs::remove_dir_all(self.path()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
                _ => return,
            }
        }
    }
}

fn private_temporary_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("mfa-tray-practice-");
    // Without this the folder would be as open as the umask leaves it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn private_file(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
