//! `mfa-tray refresh --all`.

use std::process::ExitCode;

use jiff::SignedDuration;
use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{Outcome, Person, refresh_all};
use mfa_tray_core::world::World;
use serde::Serialize;

use crate::args::Refresh;
use crate::commands::refresh::{RefreshedJson, sentence};
use crate::exit::{Exit, Failure};
use crate::view::ProblemJson;
use crate::{output, prompt, wait};

/// A profile that got a session, or why it did not.
#[derive(Serialize)]
#[serde(untagged)]
enum OutcomeJson {
    Refreshed(RefreshedJson),
    Failed { profile: String, problem: ProblemJson },
}

/// The person at the terminal, who is told at the end.
struct AtTheTerminal<'a> {
    world: &'a World,
    outcomes: Vec<Outcome>,
}

impl Person for AtTheTerminal<'_> {
    fn begins(&mut self, _: &ProfileName) {}

    fn code(&mut self, serial: &MfaSerial) -> Option<MfaCode> {
        // An empty line means: not this device.
        prompt::is_possible().then(|| prompt::code(serial).ok())?
    }

    fn wait(&mut self, seconds: i64) {
        let until = self.world.clock.now() + SignedDuration::from_secs(seconds);
        wait::until(self.world, until, "waiting for the next code");
    }

    fn ended(&mut self, outcome: Outcome) {
        self.outcomes.push(outcome);
    }
}

pub(crate) fn run(arguments: &Refresh) -> Result<ExitCode, Failure> {
    let world = crate::commands::world()?;
    let mut person = AtTheTerminal {
        world: &world,
        outcomes: Vec::new(),
    };
    refresh_all(&world, &mut person)?;
    let outcomes = person.outcomes;
    if arguments.json {
        output::json(&outcomes.iter().map(json).collect::<Vec<_>>())?;
    } else if outcomes.is_empty() {
        output::say("Every profile that can have a session has a good one.");
    }
    let mut worst: Option<Exit> = None;
    for Outcome { profile, result } in outcomes {
        match result {
            Ok(refreshed) => {
                refreshed.warnings.iter().for_each(output::warning);
                if !arguments.json {
                    output::line(&format!("{profile}: {}", sentence(&refreshed)))?;
                }
            }
            Err(error) => {
                let mut failure = Failure::from(error);
                failure.message = format!("{profile}: {}", failure.message);
                output::failure(&failure);
                worst = worst.max(Some(failure.exit));
            }
        }
    }
    Ok(worst.map_or(ExitCode::SUCCESS, ExitCode::from))
}

fn json(outcome: &Outcome) -> OutcomeJson {
    match &outcome.result {
        Ok(refreshed) => OutcomeJson::Refreshed(refreshed.into()),
        Err(error) => OutcomeJson::Failed {
            profile: outcome.profile.to_string(),
            problem: (&error.problem()).into(),
        },
    }
}
