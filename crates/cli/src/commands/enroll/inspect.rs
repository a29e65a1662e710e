//! `mfa-tray enroll --inspect`: what a picture or a text holds, without keeping any of it.

use std::path::Path;
use std::process::ExitCode;

use mfa_tray_core::otpauth::Found;
use serde::Serialize;

use crate::commands::enroll::source;
use crate::exit::{Exit, Failure};
use crate::output;
use crate::view::ProblemJson;

/// One entry of `--inspect --json`: other programs rely on these names.
#[derive(Serialize)]
struct FoundJson<'a> {
    r#type: &'a str,
    issuer: Option<&'a str>,
    account: Option<&'a str>,
    algorithm: Option<&'a str>,
    digits: Option<u32>,
    period: Option<u32>,
    fingerprint: Option<String>,
    problem: Option<ProblemJson>,
}

impl<'a> From<&'a Found> for FoundJson<'a> {
    fn from(found: &'a Found) -> FoundJson<'a> {
        FoundJson {
            r#type: found.kind.name(),
            issuer: found.issuer.as_deref(),
            account: found.account.as_deref(),
            algorithm: found.algorithm.as_deref(),
            digits: found.digits,
            period: found.period,
            fingerprint: found.seed.as_ref().map(|seed| seed.fingerprint()),
            problem: found.problem.as_ref().map(ProblemJson::from),
        }
    }
}

pub(super) fn run(from: &Path, json: bool) -> Result<ExitCode, Failure> {
    let found = match source::inspect(from) {
        Ok(found) => found,
        Err(failure) if json => {
            // Whoever reads JSON gets an array in any case.
            output::json(&Vec::<FoundJson<'_>>::new())?;
            return Err(failure);
        }
        Err(failure) => return Err(failure),
    };
    if json {
        output::json(&found.iter().map(FoundJson::from).collect::<Vec<_>>())?;
    } else {
        output::table(&table(&found))?;
    }
    if found.iter().any(|found| found.seed.is_some()) {
        return Ok(ExitCode::SUCCESS);
    }
    let problem = found.iter().find_map(|found| found.problem.as_ref());
    Err(problem.map_or_else(
        || Failure::new(Exit::Failed, "there is nothing usable in it"),
        |problem| Failure::of_problem(Exit::Failed, problem),
    ))
}

/// The table that people see, of this and of a choice.
pub(super) fn table(found: &[Found]) -> Vec<Vec<String>> {
    let header = ["", "ISSUER", "ACCOUNT", "FINGERPRINT", ""].map(str::to_owned).to_vec();
    let optional = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    let line = |(index, found): (usize, &Found)| {
        vec![
            (index + 1).to_string(),
            optional(&found.issuer),
            optional(&found.account),
            found
                .seed
                .as_ref()
                .map_or_else(|| "-".to_owned(), |seed| seed.fingerprint()),
            found
                .problem
                .as_ref()
                .map_or_else(String::new, |problem| problem.message.clone()),
        ]
    };
    std::iter::once(header)
        .chain(found.iter().enumerate().map(line))
        .collect()
}
