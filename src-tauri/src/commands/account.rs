//! The IAM groups that make MFA mandatory: shown, set up, taken back. What is done is what was shown last: the page names
//! it no second time. A new user's key goes to a file that the person names, and never to the page.

use std::io::Write as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use mfa_tray_core::account::{self, AccountError, MadeKey, Plan, Undo, Wanted};
use mfa_tray_core::policy::{self, Choices};
use mfa_tray_core::profile::{ProfileName, Region, partition_of};
use mfa_tray_core::status;
use mfa_tray_core::world::World;
use tauri::{AppHandle, Manager as _};

use crate::commands::enroll::malformed;
use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{
    AccountDone, AccountLeft, AccountPlan, AccountUser, AccountWish, Coverage, Failure, FailureCode, PolicyGroup,
    PolicySetting, policy_choices,
};
use crate::files;

const DAY: i64 = 24 * 3600;

/// What was shown last.
#[derive(Default)]
pub(crate) struct Shown(Mutex<Option<Offered>>);

/// Something that is done once the person says so.
enum Offered {
    Apply(ProfileName, Box<Wanted>, Plan),
    Undo(ProfileName, Undo),
}

impl Shown {
    fn put(&self, offered: Option<Offered>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = offered;
    }

    /// Once: it is not the same account afterwards.
    fn take(&self) -> Option<Offered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// The groups with their policies, filled in with what was chosen, for the account of `profile` as far as it is known.
#[tauri::command]
pub(crate) async fn policies(
    app: AppHandle,
    profile: Option<String>,
    settings: Vec<PolicySetting>,
) -> Result<Vec<PolicyGroup>, Failure> {
    off_the_main_thread(move || {
        let choices = choices(&app.state::<Desk>().world, profile.as_deref(), &settings)?;
        let groups = policy::groups().iter().map(|group| PolicyGroup::of(group, &choices));
        groups
            .collect::<Result<_, _>>()
            .map_err(|error| AccountError::from(error).into())
    })
    .await
}

/// What was chosen, with account and partition as the list shows them: nobody is asked.
fn choices(world: &World, profile: Option<&str>, settings: &[PolicySetting]) -> Result<Choices, Failure> {
    let mut choices = policy_choices(settings);
    let Some(profile) = profile else { return Ok(choices) };
    let loaded = world
        .load()
        .map_err(|error| Failure::of_problem(FailureCode::File, &error.problem()))?;
    let rows = status::rows(&loaded, &world.state, world.clock.now());
    let Some(row) = rows.iter().find(|row| row.name.as_str() == profile) else {
        return Ok(choices);
    };
    if let Some(account) = &row.account {
        choices = choices.for_account(account).map_err(AccountError::from)?;
    }
    if let Some(region) = row.region.as_deref().and_then(|region| Region::parse(region).ok()) {
        choices = choices
            .in_partition(partition_of(&region))
            .map_err(AccountError::from)?;
    }
    Ok(choices)
}

/// Writes a policy to a file that the person names; `None` if none was named.
#[tauri::command]
pub(crate) async fn save_policy(
    app: AppHandle,
    group: String,
    profile: Option<String>,
    settings: Vec<PolicySetting>,
) -> Result<Option<String>, Failure> {
    let group = policy::group(&group).map_err(AccountError::from)?;
    let choosing = app.clone();
    let choices = off_the_main_thread(move || {
        let world = &choosing.state::<Desk>().world;
        choices(world, profile.as_deref(), &settings)
    })
    .await?;
    let text = PolicyGroup::of(group, &choices).map_err(AccountError::from)?.text;
    let Some(path) = files::name_policy(&app, group.name()).await else {
        return Ok(None);
    };
    let written = std::fs::File::create(&path).and_then(|mut file| writeln!(file, "{text}"));
    written.map_err(|error| unwritten(&path, &error))?;
    Ok(Some(path.display().to_string()))
}

/// What setting an account up would do.
#[tauri::command]
pub(crate) async fn account_plan(app: AppHandle, profile: String, wish: AccountWish) -> Result<AccountPlan, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let wanted = wish.wanted();
        let plan = account::plan(&app.state::<Desk>().world, &profile, &wanted)?;
        let told = AccountPlan {
            account: plan.account.clone(),
            who: Some(plan.arn.clone()),
            steps: plan.steps.iter().map(Into::into).collect(),
        };
        app.state::<Shown>()
            .put(Some(Offered::Apply(profile, Box::new(wanted), plan)));
        Ok(told)
    })
    .await
}

/// What undoing the last run would do.
#[tauri::command]
pub(crate) async fn account_undo_plan(app: AppHandle, profile: String) -> Result<AccountPlan, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let undo = account::undo_plan(&app.state::<Desk>().world, &profile)?;
        let told = AccountPlan {
            account: undo.account.clone(),
            who: None,
            steps: undo.steps.iter().map(Into::into).collect(),
        };
        app.state::<Shown>().put(Some(Offered::Undo(profile, undo)));
        Ok(told)
    })
    .await
}

/// Does what was shown last; `None` if no file was named for a new key, and then nothing was done.
#[tauri::command]
pub(crate) async fn account_apply(app: AppHandle) -> Result<Option<AccountDone>, Failure> {
    let offered = app.state::<Shown>().take();
    let offered = offered.ok_or_else(|| Failure::of_problem(FailureCode::Other, &AccountError::Changed.problem()))?;
    let (profile, wanted, plan) = match offered {
        Offered::Undo(profile, undo) => {
            return off_the_main_thread(move || {
                let undone = account::undo(&app.state::<Desk>().world, &profile, &undo)?;
                let left = undone.left.iter().map(|(step, reason)| AccountLeft {
                    step: step.into(),
                    reason: reason.clone(),
                });
                Ok(Some(AccountDone {
                    done: undone.done.iter().map(Into::into).collect(),
                    left: left.collect(),
                    key_file: None,
                }))
            })
            .await;
        }
        Offered::Apply(profile, wanted, plan) => (profile, wanted, plan),
    };
    let path = match (wanted.with_keys, wanted.new_users.first()) {
        (true, Some(user)) => match files::name_key(&app, user).await {
            Some(path) => Some(path),
            None => return Ok(None),
        },
        _ => None,
    };
    off_the_main_thread(move || {
        let keep = |made: &MadeKey<'_>| {
            let path = path.as_deref().ok_or("no file was named for it")?;
            write_key(path, made).map_err(|error| error.to_string())
        };
        let world = &app.state::<Desk>().world;
        let applied = account::apply(world, &profile, &wanted, &plan, &|_| (), &keep)?;
        Ok(Some(AccountDone {
            done: applied.done.iter().map(Into::into).collect(),
            left: Vec::new(),
            key_file: path.as_ref().map(|path| path.display().to_string()),
        }))
    })
    .await
}

/// The users of the account, with their MFA and the age of their keys.
#[tauri::command]
pub(crate) async fn account_people(app: AppHandle, profile: String) -> Result<Vec<AccountUser>, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let world = &app.state::<Desk>().world;
        let people = account::people(world, &profile, &|pause| std::thread::sleep(pause))?;
        let now = world.aws_time();
        let user = |person: &account::Person| AccountUser {
            name: person.name.clone(),
            mfa: person.has_mfa,
            key_days: person
                .oldest_key
                .map(|made| now.duration_since(made).as_secs().max(0) / DAY),
        };
        Ok(people.users.iter().map(user).collect())
    })
    .await
}

/// Whether MFA is demanded of a profile's user.
#[tauri::command]
pub(crate) async fn coverage(app: AppHandle, profile: String) -> Result<Coverage, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || Ok(account::coverage(&app.state::<Desk>().world, &profile)?.into())).await
}

/// As the console writes it, where only this user can read it. The dialog has asked before an old file is replaced.
fn write_key(path: &Path, made: &MadeKey<'_>) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file is private from its first byte; the old one may not be.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(made.text().as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

fn unwritten(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(
        FailureCode::File,
        format!("{} cannot be written: {error}", path.display()),
    )
}

impl From<AccountError> for Failure {
    fn from(error: AccountError) -> Failure {
        let code = match &error {
            AccountError::Profile(error) => return Failure::from(error),
            AccountError::SessionNeeded(_) => FailureCode::CodeNeeded,
            AccountError::Aws { source, .. } => crate::dto::aws_code(source),
            AccountError::Load(_) | AccountError::KeyNotKept { .. } => FailureCode::File,
            _ => FailureCode::Other,
        };
        Failure::of_problem(code, &error.problem())
    }
}
