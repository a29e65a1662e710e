//! What this computer is called.

/// Its name, for the name of an MFA device that lives here; empty if it has none that is text.
pub fn host_name() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
