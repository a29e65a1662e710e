//! The person's two files: `config` and `credentials`, read as the AWS SDKs do and written without loss.

mod read;
mod write;

pub use read::{AwsFiles, FileKind, Properties, ReadError, Value};
pub use write::{AwsPaths, Conflict, WriteError, config_header, edit, no_conflict, rehearse};
