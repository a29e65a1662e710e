//! The two files as a whole: who may read them, and lines that readers mind.

use super::{Finding, Fix, Look, Place, Severity};
use crate::aws_files::FileKind;
use crate::file;

pub(super) fn check(look: &mut Look<'_>) {
    let mut found = Vec::new();
    for kind in [FileKind::Credentials, FileKind::Config] {
        let page = look.page(kind);
        for warning in page.document.warnings() {
            found.push(Finding {
                code: "file-warning",
                severity: Severity::Note,
                profile: None,
                place: Some(Place {
                    path: page.path.clone(),
                    line: Some(warning.line),
                }),
                message: warning.message.to_owned(),
                hint: "correct that line with a text editor".to_owned(),
                fix: None,
            });
        }
        let holds_keys = kind == FileKind::Credentials
            || page.document.sections().iter().any(|section| {
                let own = crate::aws_files::Properties::of_section(&page.document, section);
                own.has("aws_secret_access_key")
            });
        if holds_keys && let Some(mode) = file::open_to_others(&page.path) {
            found.push(Finding {
                code: "permissions",
                severity: Severity::Problem,
                profile: None,
                place: Some(Place {
                    path: page.path.clone(),
                    line: None,
                }),
                message: format!(
                    "other users of this computer may read the {} file (mode {mode:03o})",
                    kind.name()
                ),
                hint: format!("chmod 600 {}", page.path.display()),
                fix: Some(Fix::Private(page.path.clone())),
            });
        }
    }
    look.found.extend(found);
}
