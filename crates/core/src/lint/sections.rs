//! Profiles one by one: which of their credentials is used, and which lies there for nothing.

use jiff::Timestamp;

use super::{Finding, Fix, Look, Severity, ways};
use crate::aws_files::{FileKind, Properties};
use crate::catalog::Kind;
use crate::profile::{Arn, ProfileName, Region, partition_of};
use crate::secret::ExposeSecret as _;
use crate::session::{MANAGER, Session, removal};
use crate::status;
use crate::target;

pub(super) fn check(look: &mut Look<'_>) {
    for name in look.files().names().to_vec() {
        let Some(properties) = look.files().profile(&name).cloned() else {
            continue;
        };
        shadowed(look, &name, &properties);
        stale_token(look, &name, &properties);
        keys_in_config(look, &name, &properties);
        partition(look, &name, &properties);
        left_behind(look, &name, &properties);
    }
    told_elsewhere(look);
}

/// More than one way to credentials: the first is used.
fn shadowed(look: &mut Look<'_>, name: &ProfileName, properties: &Properties) {
    let ways = ways(look.files(), name);
    let Some((used, unused)) = ways.split_first().filter(|(_, unused)| !unused.is_empty()) else {
        return;
    };
    let keys_win_over_process = *used == "keys in the credentials file" && unused.contains(&"credential_process");
    // A session's keys win until they are over, and then nothing works; a long-term key may be meant.
    let is_session = Session::read(properties, None, |_| None).is_some();
    let fix = (keys_win_over_process && is_session && !target::has_long_term_key(properties)).then(|| Fix::Keys {
        kind: FileKind::Credentials,
        header: name.to_string(),
        keys: removal_keys(),
    });
    let place = look.place(
        name,
        match *used {
            "keys in the credentials file" | "keys in the config file" => "aws_access_key_id",
            "sso_session" => "sso_session",
            key => key,
        },
    );
    look.found.push(Finding {
        code: "shadowed",
        severity: if keys_win_over_process {
            Severity::Problem
        } else {
            Severity::Note
        },
        profile: Some(name.clone()),
        place,
        message: format!("AWS tools use {used} for {name}, and never {}", unused.join(" or ")),
        hint: format!(
            "keep one of them: take {} out of [{name}], or {used}",
            unused.join(" and ")
        ),
        fix,
    });
}

fn removal_keys() -> Vec<(&'static str, Option<String>)> {
    removal()
        .into_iter()
        .filter_map(|change| match change {
            crate::ini::Change::Remove(key) => Some((key, None)),
            crate::ini::Change::Set(..) => None,
        })
        .collect()
}

/// botocore reads `aws_security_token` before `aws_session_token` (boto/botocore#1961).
fn stale_token(look: &mut Look<'_>, name: &ProfileName, properties: &Properties) {
    let (Some(old), Some(new)) = (
        properties.secret("aws_security_token"),
        properties.secret("aws_session_token"),
    ) else {
        return;
    };
    if old.expose_secret() == new.expose_secret() {
        return;
    }
    let kind = [FileKind::Credentials, FileKind::Config].into_iter().find(|&kind| {
        let own = look.page(kind).section(name);
        own.is_some_and(|own| own.has("aws_security_token"))
    });
    let place = look.place(name, "aws_security_token");
    look.found.push(Finding {
        code: "stale-token",
        severity: Severity::Problem,
        profile: Some(name.clone()),
        place,
        message: format!("[{name}] has an old aws_security_token, which the AWS CLI reads before aws_session_token"),
        hint: "take the line aws_security_token out".to_owned(),
        fix: kind.map(|kind| Fix::Keys {
            kind,
            header: look.page(kind).header(name),
            keys: vec![("aws_security_token", None)],
        }),
    });
}

fn keys_in_config(look: &mut Look<'_>, name: &ProfileName, properties: &Properties) {
    if !properties.has("aws_secret_access_key") || properties.keys_from_credentials() {
        return;
    }
    let place = look.place(name, "aws_secret_access_key");
    look.found.push(Finding {
        code: "keys-in-config",
        severity: Severity::Note,
        profile: Some(name.clone()),
        place,
        message: format!("the access key of {name} is in the config file, which people share and back up"),
        hint: format!("move it to the credentials file, or into the keychain: mfa-tray keys import {name}"),
        fix: None,
    });
}

/// A device or a role of another partition than the region is refused by every endpoint there.
fn partition(look: &mut Look<'_>, name: &ProfileName, properties: &Properties) {
    let Some(region) = properties.text("region").and_then(|text| Region::parse(text).ok()) else {
        return;
    };
    for key in ["role_arn", "mfa_serial"] {
        let Some(arn) = properties.text(key).and_then(Arn::parse) else {
            continue;
        };
        let known = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"].contains(&arn.partition);
        if !known || arn.partition == partition_of(&region) {
            continue;
        }
        let place = look.place(name, key);
        look.found.push(Finding {
            code: "partition",
            severity: Severity::Problem,
            profile: Some(name.clone()),
            place,
            message: format!(
                "the {key} of {name} is in the partition {}, its region {region} is not",
                arn.partition
            ),
            hint: format!("correct region or {key}"),
            fix: None,
        });
    }
}

/// Sessions of other tools that are over. They are theirs: nothing here removes them.
fn left_behind(look: &mut Look<'_>, name: &ProfileName, properties: &Properties) {
    let Some(session) = Session::read(properties, None, |_| None) else {
        return;
    };
    let now: Timestamp = look.world.aws_time();
    let is_over = session.expires_at.is_some_and(|end| end <= now);
    let ours = look.loaded.catalog.entries.iter().any(|entry| {
        let target = entry.target.as_ref().map(|target| &target.section);
        target == Some(name)
    });
    if !is_over || (ours && properties.text("manager").is_none_or(|manager| manager == MANAGER)) {
        return;
    }
    let by = properties
        .text("manager")
        .map_or_else(String::new, |manager| format!(" of {manager}"));
    let place = look.place(name, "aws_access_key_id");
    look.found.push(Finding {
        code: "expired",
        severity: Severity::Note,
        profile: Some(name.clone()),
        place,
        message: format!("[{name}] holds a session{by} that is over"),
        hint: format!("take the section out if nobody uses it: mfa-tray profile remove {name}"),
        fix: None,
    });
}

/// What the list says of the profiles too.
fn told_elsewhere(look: &mut Look<'_>) {
    let rows = status::rows(look.loaded, &look.world.state, look.world.aws_time());
    for row in rows {
        let problem = match (&row.kind, &row.problem) {
            // An alias without credentials is how many a config file is begun.
            (Kind::Incomplete(problem), _) if problem.code == "no-keys" => continue,
            (_, Some(problem)) => problem,
            (_, None) => continue,
        };
        let place = look
            .place(&row.name, "source_profile")
            .or_else(|| look.header(&row.name));
        look.found.push(Finding {
            code: problem.code,
            severity: Severity::Problem,
            profile: Some(row.name.clone()),
            place,
            message: problem.message.clone(),
            hint: problem.hint.clone().unwrap_or_default(),
            fix: None,
        });
    }
}
