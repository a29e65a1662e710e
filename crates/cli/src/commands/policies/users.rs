//! `mfa-tray policies users`.

use jiff::Timestamp;
use mfa_tray_core::account::{self, Person};
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::world::World;
use serde::Serialize;

use crate::exit::Failure;
use crate::output;

const DAY: i64 = 24 * 3600;

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    mfa: Option<bool>,
    active_keys: Option<usize>,
    oldest_key_days: Option<i64>,
}

pub(super) fn run(world: &World, profile: &ProfileName, json: bool) -> Result<(), Failure> {
    let people = account::people(world, profile, &|pause| std::thread::sleep(pause))?;
    let now = world.aws_time();
    if json {
        let rows: Vec<_> = people.users.iter().map(|person| row(person, now)).collect();
        return Ok(output::json(&rows)?);
    }
    let mut rows = vec![["USER", "MFA", "KEYS", "OLDEST KEY"].map(str::to_owned).to_vec()];
    rows.extend(people.users.iter().map(|person| {
        let row = row(person, now);
        vec![
            person.name.clone(),
            row.mfa.map_or("?", |mfa| if mfa { "yes" } else { "no" }).to_owned(),
            row.active_keys.map_or_else(|| "?".to_owned(), |keys| keys.to_string()),
            row.oldest_key_days
                .map_or_else(String::new, |days| format!("{days} days")),
        ]
    }));
    output::table(&rows)?;
    if people.by_report {
        output::say("By the account's credential report, which AWS makes anew every four hours.");
    }
    Ok(())
}

fn row(person: &Person, now: Timestamp) -> Row<'_> {
    let days = |made: Timestamp| now.duration_since(made).as_secs().max(0) / DAY;
    Row {
        name: &person.name,
        mfa: person.has_mfa,
        active_keys: person.keys,
        oldest_key_days: person.oldest_key.map(days),
    }
}
