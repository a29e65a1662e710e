//! How a profile is put into words and JSON.

use jiff::Timestamp;
use mfa_tray_core::catalog::Kind;
use mfa_tray_core::problem::Problem;
use mfa_tray_core::session::{State, rfc3339};
use mfa_tray_core::status::Row;
use serde::Serialize;

use crate::exit::{Exit, Failure};

/// One profile in `list --json`: other programs rely on these names.
#[derive(Debug, Serialize)]
pub(crate) struct ProfileJson {
    name: String,
    kind: &'static str,
    managed_by: Option<String>,
    state: &'static str,
    expires_at: Option<String>,
    target: Option<String>,
    account: Option<String>,
    region: Option<String>,
    mfa_serial: Option<String>,
    enrolled: bool,
    access_key_id: Option<String>,
    access_key_in_keychain: bool,
    access_key_created: Option<String>,
    problem: Option<ProblemJson>,
}

#[derive(Debug, Serialize)]
pub(crate) struct ProblemJson {
    code: &'static str,
    message: String,
    hint: Option<String>,
}

impl From<&Problem> for ProblemJson {
    fn from(problem: &Problem) -> ProblemJson {
        ProblemJson {
            code: problem.code,
            message: problem.message.clone(),
            hint: problem.hint.clone(),
        }
    }
}

impl From<&Row> for ProfileJson {
    fn from(row: &Row) -> ProfileJson {
        ProfileJson {
            name: row.name.to_string(),
            kind: row.kind_word(),
            managed_by: match &row.kind {
                Kind::Managed { by } => Some(by.clone()),
                _ => None,
            },
            state: row.state.word(),
            expires_at: row.expires_at().map(rfc3339),
            target: row.target.as_ref().map(ToString::to_string),
            account: row.account.clone(),
            region: row.region.clone(),
            mfa_serial: row.mfa_serial.clone(),
            enrolled: row.enrolled,
            access_key_id: row.key.as_ref().map(|key| key.id.to_string()),
            access_key_in_keychain: row.key.as_ref().is_some_and(|key| key.in_keychain),
            access_key_created: row.key.as_ref().and_then(|key| key.created_at).map(rfc3339),
            problem: row.problem.as_ref().map(ProblemJson::from),
        }
    }
}

/// A word about a key that should be replaced.
fn old_key(row: &Row, now: Timestamp) -> String {
    let days = row.key.as_ref().and_then(|key| key.too_old(now));
    days.map_or_else(String::new, |days| {
        format!("access key {days} days old: mfa-tray keys rotate {}", row.name)
    })
}

/// How old the access key is, where that is known.
fn key_age(row: &Row, now: Timestamp) -> String {
    let days = row.key.as_ref().and_then(|key| key.days(now));
    days.map_or_else(String::new, |days| format!("{days} d"))
}

/// How the session stands, for people: `11 h 02 m`, `7 min`, `expired`.
pub(crate) fn left(row: &Row, now: Timestamp) -> String {
    match (row.state, row.expires_at()) {
        (State::Active | State::Expiring, Some(end)) => duration(end.duration_since(now).as_secs()),
        (State::None, _) => "-".to_owned(),
        (state, _) => state.word().to_owned(),
    }
}

fn duration(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{} s", seconds.max(0)),
        60..3600 => format!("{} min", seconds / 60),
        _ => format!("{} h {:02} m", seconds / 3600, seconds % 3600 / 60),
    }
}

/// Fills a `{name} {left}` template.
///
/// # Errors
/// A usage [`Failure`] for a template it cannot fill.
pub(crate) fn filled(template: &str, row: &Row, now: Timestamp) -> Result<String, Failure> {
    let wrong = |message: String| {
        Failure::new(Exit::Usage, message).with_hint("`mfa-tray status --help` lists the words it may have")
    };
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (word, after) = after
            .split_once('}')
            .ok_or_else(|| wrong("the format has a { without a }".to_owned()))?;
        let optional = |value: &Option<String>| value.clone().unwrap_or_default();
        out.push_str(&match word {
            "name" => row.name.to_string(),
            "left" => left(row, now),
            "state" => row.state.word().to_owned(),
            "kind" => row.kind_word().to_owned(),
            "target" => row.target.as_ref().map(ToString::to_string).unwrap_or_default(),
            "account" => optional(&row.account),
            "user" => optional(&row.user),
            "region" => optional(&row.region),
            "key_age" => key_age(row, now),
            "expires_at" => row.expires_at().map(rfc3339).unwrap_or_default(),
            unknown => return Err(wrong(format!("the format has no {{{unknown}}}"))),
        });
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}

/// The table `list` and `status` show.
pub(crate) fn table(rows: &[Row], now: Timestamp) -> Vec<Vec<String>> {
    let header = ["PROFILE", "SESSION", "WRITTEN TO", "ACCOUNT", "REGION", ""]
        .map(str::to_owned)
        .to_vec();
    let line = |row: &Row| {
        let remark = match (&row.kind, &row.problem) {
            (Kind::Managed { by }, _) => format!("managed by {by}"),
            (_, Some(problem)) => problem.message.clone(),
            _ => old_key(row, now),
        };
        let session = if matches!(row.kind, Kind::Managed { .. }) {
            "elsewhere".to_owned()
        } else {
            left(row, now)
        };
        let optional = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
        let target = row.target.as_ref().map(ToString::to_string);
        vec![
            row.name.to_string(),
            session,
            optional(&target),
            optional(&row.account),
            optional(&row.region),
            remark,
        ]
    };
    std::iter::once(header).chain(rows.iter().map(line)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_a_person_would_say_them() {
        for (seconds, text) in [
            (-5, "0 s"),
            (42, "42 s"),
            (60, "1 min"),
            (3599, "59 min"),
            (3600, "1 h 00 m"),
            (39_720, "11 h 02 m"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }
}
