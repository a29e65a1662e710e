//! Roles as other tools take them: Terraform and the SDK for Go ask for no code, and stop at `mfa_serial`
//! (`AssumeRoleTokenProviderNotSetError`); from the session's profile they need none.

use super::{Finding, Fix, Look, Severity};
use crate::aws_files::{FileKind, config_header};
use crate::catalog::Kind;
use crate::target::Target;

pub(super) fn check(look: &mut Look<'_>) {
    let mut found = Vec::new();
    for entry in &look.loaded.catalog.entries {
        let Kind::Role(role) = &entry.kind else { continue };
        let [root] = role.chain.as_slice() else { continue };
        let Some(user) = look.loaded.catalog.with_section(root) else {
            continue;
        };
        let Some(Target { section: target, .. }) = &user.target else {
            continue;
        };
        if user.kind != Kind::IamUser || *root == entry.section {
            continue;
        }
        // Roles are written in the config file; one in the credentials file is left to its owner.
        let Some(own) = look.config.section(&entry.section) else {
            continue;
        };
        let header = config_header(&entry.section);
        let name = &entry.name;
        let from_session = own.text("source_profile") == Some(target.as_str());
        if !from_session && own.has("source_profile") {
            found.push(Finding {
                code: "role-source",
                severity: Severity::Note,
                profile: Some(name.clone()),
                place: look.config.place(&header, Some("source_profile")),
                message: format!(
                    "{name} takes its role with the long-term key of {}: other tools ask for a code each time, or fail",
                    user.name
                ),
                hint: format!(
                    "source_profile = {target}, and the session of {} takes the role",
                    user.name
                ),
                fix: Some(Fix::Keys {
                    kind: FileKind::Config,
                    header: header.clone(),
                    keys: vec![("source_profile", Some(target.to_string()))],
                }),
            });
        }
        if own.has("mfa_serial") {
            // Only where the device is known without this line.
            let known_elsewhere = user.serial.is_some();
            found.push(Finding {
                code: "role-mfa-serial",
                severity: Severity::Note,
                profile: Some(name.clone()),
                place: look.config.place(&header, Some("mfa_serial")),
                message: format!("{name} has mfa_serial beside role_arn, at which Terraform and the SDK for Go stop"),
                hint: "take mfa_serial out: the session of its source carries MFA already".to_owned(),
                fix: known_elsewhere.then(|| Fix::Keys {
                    kind: FileKind::Config,
                    header,
                    keys: vec![("mfa_serial", None)],
                }),
            });
        }
    }
    look.found.extend(found);
}
