//! What this computer is called, and where this program is.

use std::path::PathBuf;

/// Its name, for the name of an MFA device that lives here; empty if it has none that is text.
pub fn host_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// The path of the program that runs.
///
/// # Errors
/// The system does not tell.
pub fn own_program() -> std::io::Result<PathBuf> {
    std::env::current_exe()
}
