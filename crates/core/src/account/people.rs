//! The users of an account, with their MFA and the age of their keys.

use std::time::Duration;

use jiff::Timestamp;

use super::AccountError;
use super::administrator::Administrator;
use crate::profile::ProfileName;
use crate::world::World;

/// Users that are asked about one by one, where no report tells: two calls each.
const ASKED: usize = 100;
/// How often the report is asked for while AWS is making it.
const TRIES: usize = 10;
const PAUSE: Duration = Duration::from_secs(1);

/// The users of an account.
#[derive(Debug)]
pub struct People {
    /// The account.
    pub account: String,
    /// The users, by name.
    pub users: Vec<Person>,
    /// Whether the credential report, which may be four hours old, told about most of them.
    pub by_report: bool,
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its name.
    pub name: String,
    /// Whether it has an MFA device; `None`: not known.
    pub has_mfa: Option<bool>,
    /// When its oldest active access key was made.
    pub oldest_key: Option<Timestamp>,
    /// How many active access keys it has; `None`: not known.
    pub keys: Option<usize>,
}

/// Lists the users of the account of `profile`. `pause` waits, while AWS makes its report.
///
/// # Errors
/// [`AccountError`]; not being allowed the report is none.
pub fn people(world: &World, profile: &ProfileName, pause: &dyn Fn(Duration)) -> Result<People, AccountError> {
    let administrator = Administrator::find(world, profile)?;
    let listed = administrator.iam().users(&administrator.caller);
    let listed = administrator.ask("iam:ListUsers", listed)?;
    let report = report(&administrator, pause);
    let mut asked = 0;
    let mut users = Vec::with_capacity(listed.len());
    for user in listed {
        let told = report.iter().find(|person| person.name == user.name);
        users.push(match told {
            Some(person) => person.clone(),
            None if asked < ASKED => {
                asked += 1;
                ask(&administrator, user.name)
            }
            None => Person {
                name: user.name,
                has_mfa: None,
                oldest_key: None,
                keys: None,
            },
        });
    }
    users.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(People {
        account: administrator.identity.account.clone(),
        by_report: !report.is_empty(),
        users,
    })
}

/// What the report says; nothing where it is not to be had.
fn report(administrator: &Administrator<'_>, pause: &dyn Fn(Duration)) -> Vec<Person> {
    for _ in 0..TRIES {
        let reply = administrator.iam().credential_report(&administrator.caller);
        match administrator.ask("iam:GetCredentialReport", reply) {
            Ok(Some(text)) => return parse(&text),
            Ok(None) => pause(PAUSE),
            Err(_) => return Vec::new(),
        }
    }
    Vec::new()
}

/// Reads the report
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>). No name in it has a comma.
fn parse(text: &str) -> Vec<Person> {
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let person = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let cell = |name: &str| {
            let at = columns.iter().position(|column| *column == name)?;
            cells.get(at).copied()
        };
        let key = |number: usize| {
            let active = cell(&format!("access_key_{number}_active"))? == "true";
            let made = cell(&format!("access_key_{number}_last_rotated"))?
                .parse::<Timestamp>()
                .ok();
            Some((active, made))
        };
        let keys: Vec<_> = [key(1)?, key(2)?].into_iter().filter(|(active, _)| *active).collect();
        Some(Person {
            name: cell("user").filter(|name| *name != "<root_account>")?.to_owned(),
            has_mfa: Some(cell("mfa_active")? == "true"),
            oldest_key: keys.iter().filter_map(|(_, made)| *made).min(),
            keys: Some(keys.len()),
        })
    };
    lines.filter_map(person).collect()
}

fn ask(administrator: &Administrator<'_>, name: String) -> Person {
    let (iam, caller) = (administrator.iam(), &administrator.caller);
    let devices = administrator.ask("iam:ListMFADevices", iam.devices_of(caller, &name));
    let keys = administrator.ask("iam:ListAccessKeys", iam.keys_of(caller, &name)).ok();
    let active: Option<Vec<_>> = keys.map(|keys| keys.into_iter().filter(|key| key.is_active).collect());
    Person {
        has_mfa: devices.ok().map(|devices| devices > 0),
        oldest_key: active.iter().flatten().map(|key| key.created_at).min(),
        keys: active.map(|keys| keys.len()),
        name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_read_by_the_names_of_its_columns() {
        let text = "user,arn,mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated\n\
                    <root_account>,arn:aws:iam::111122223333:root,true,false,N/A,false,N/A\n\
                    anna,arn:aws:iam::111122223333:user/anna,true,true,2026-01-01T00:00:00+00:00,true,2025-01-01T00:00:00+00:00\n\
                    bob,arn:aws:iam::111122223333:user/bob,false,false,2020-01-01T00:00:00+00:00,false,N/A\n\
                    cut";
        let people = parse(text);
        assert_eq!(people.len(), 2);
        assert_eq!((people[0].has_mfa, people[0].keys), (Some(true), Some(2)));
        assert_eq!(people[0].oldest_key, Some("2025-01-01T00:00:00Z".parse().unwrap()));
        assert_eq!(
            (people[1].has_mfa, people[1].keys, people[1].oldest_key),
            (Some(false), Some(0), None)
        );
    }

    #[test]
    fn what_is_no_report_says_nothing() {
        for text in ["", "user,arn\nanna,x", "<html>", "\n\n"] {
            assert!(parse(text).is_empty(), "{text:?}");
        }
    }
}
