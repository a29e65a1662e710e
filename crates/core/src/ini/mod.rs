//! The INI dialect of AWS's `config` and `credentials` files, read and edited without loss.
//!
//! Invariant: a [`Document`] is the bytes it was made from; an edit returns new bytes in which every line it was not
//! asked to change is the same, byte for byte. Where AWS's readers disagree about a file, the scanner follows the
//! AWS SDKs (<https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>) and the editor refuses what another
//! reader would take for the section being edited.
//!
//! Deliberately absent: a writer of whole files. Nothing here ever renders a file from parsed values.

mod arrange;
mod edit;
mod scan;
mod verify;

pub(crate) use edit::is_safe_name;
pub use edit::{Change, EditError};
pub use scan::{Document, LineKind, ScanError, Section, Warning};
