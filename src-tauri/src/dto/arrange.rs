//! What a person does with a profile's files and key: shown first, then done.

use mfa_tray_core::draft::FileDiff;
use mfa_tray_core::lint::Finding as CoreFinding;
use serde::{Deserialize, Serialize};

use super::sentence;

/// Something to do with a profile. A secret goes in with `new-user`, and never out.
#[derive(Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "what", rename_all = "kebab-case")]
pub(crate) enum Arrange {
    ImportKey,
    ExportKey,
    RotateKey,
    Serve,
    ServeNot,
    UseAsDefault,
    UseAsDefaultNot,
    Convert,
    ConvertBack,
    Mend,
    Remove,
    Rename {
        to: String,
    },
    Duplicate {
        to: String,
    },
    NewUser {
        region: String,
        key_id: String,
        secret: String,
    },
    NewRole {
        region: String,
        role: String,
        source: String,
    },
}

/// What would change. It comes back as what the person has seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Preview {
    pub(crate) files: Vec<FilePreview>,
    /// Profiles that would be without credentials for other tools.
    pub(crate) affected: Vec<String>,
    /// Copies of our own that would go, because a key stands in them.
    pub(crate) removed: Vec<String>,
}

/// How one file would change; secrets are masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct FilePreview {
    pub(crate) path: String,
    pub(crate) lines: Vec<String>,
}

/// Something that stands in a profile's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) grave: bool,
    pub(crate) place: Option<String>,
    pub(crate) message: String,
    pub(crate) hint: String,
    pub(crate) fixable: bool,
}

impl From<FileDiff> for FilePreview {
    fn from(diff: FileDiff) -> FilePreview {
        FilePreview {
            path: diff.path.display().to_string(),
            lines: diff
                .lines
                .into_iter()
                .map(|line| format!("{} {}", line.sign, line.text))
                .collect(),
        }
    }
}

impl From<&CoreFinding> for Finding {
    fn from(finding: &CoreFinding) -> Finding {
        let place = finding.place.as_ref().map(|place| {
            let name = place.path.file_name().unwrap_or_default().to_string_lossy();
            place
                .line
                .map_or_else(|| name.clone().into_owned(), |line| format!("{name}:{line}"))
        });
        Finding {
            code: finding.code.to_owned(),
            grave: finding.severity == mfa_tray_core::lint::Severity::Problem,
            place,
            message: sentence(&finding.message),
            hint: sentence(&finding.hint),
            fixable: finding.fix.is_some(),
        }
    }
}
