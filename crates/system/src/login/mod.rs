//! Starting with the person's login: this program, with `--hidden`, in the list that their system has for that.
//!
//! On Linux the list is a folder of desktop entries
//! (<https://specifications.freedesktop.org/autostart-spec/latest/>), on macOS a folder of launch agents, on Windows the
//! registry's `Run` key. Only the person's own list is ever touched, and in it only our entry. Written here and not by a
//! crate, because those that there are neither quote the program's path nor look for the config folder where it is.

/// The XDG autostart folder.
#[cfg(all(unix, not(target_os = "macos")))]
#[path = "autostart.rs"]
mod list;
/// The registry.
#[cfg(windows)]
#[path = "run_key.rs"]
mod list;
/// The folder of launch agents.
#[cfg(target_os = "macos")]
#[path = "launch_agent.rs"]
mod list;

/// What a launch agent's file says.
#[cfg(any(target_os = "macos", test))]
mod plist;
/// A file that is there or not.
#[cfg(unix)]
mod single_file;

use std::io;
use std::path::PathBuf;

/// Tells the program that the person has not asked for its window.
const HIDDEN: &str = "--hidden";

/// Why the list cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// Neither `HOME` nor the password database says.
    #[error("this user has no home directory")]
    NoHome,
    /// The system does not say which program this is.
    #[error("where this program is cannot be found out")]
    NoProgram(#[source] io::Error),
    /// The list holds text.
    #[error("{} cannot be written down: it is not Unicode", .0.display())]
    NotText(PathBuf),
    /// The entry cannot be read, written or removed.
    #[error("{place} cannot be read or changed")]
    Entry {
        /// The file, or the key.
        place: String,
        /// Why.
        source: io::Error,
    },
}

/// Whether this program is in the list and has not been switched off there.
///
/// # Errors
/// [`LoginError`].
pub fn is_started_at_login() -> Result<bool, LoginError> {
    list::has_us()
}

/// Puts this program, as it runs now, into the list, or takes it out. Each may be so already.
///
/// # Errors
/// [`LoginError`].
pub fn start_at_login(yes: bool) -> Result<(), LoginError> {
    if yes { list::add(&program()?) } else { list::remove() }
}

/// The path by which the system can start this program again.
fn program() -> Result<String, LoginError> {
    let program = std::env::current_exe().map_err(LoginError::NoProgram)?;
    let text = list::lasting(program).into_os_string().into_string();
    text.map_err(|text| LoginError::NotText(text.into()))
}
