//! What a person does with a profile's files and key. They block on files, keychain or network, so none runs on the
//! main thread.

use std::path::PathBuf;

use mfa_tray_core::arrange::{self, ArrangeError, NewProfile};
use mfa_tray_core::aws_files::FileKind;
use mfa_tray_core::draft::{Draft, DraftError};
use mfa_tray_core::file::Backup;
use mfa_tray_core::keys::{self, KeysError, Source};
use mfa_tray_core::lint::{self, Environment};
use mfa_tray_core::profile::{ProfileName, Region};
use mfa_tray_core::setup::{self, SetupError};
use mfa_tray_core::standing_in::{self, StandingInError, use_as_default};
use mfa_tray_core::world::World;
use tauri::{AppHandle, Manager as _};

use crate::commands::enroll::malformed;
use crate::commands::sessions::off_the_main_thread;
use crate::desk::Desk;
use crate::dto::{Arrange, Failure, FailureCode, FilePreview, Finding, Preview};

/// What stands in the way of `profile`. The app's own variables are nobody's shell, so they are not looked at.
#[tauri::command]
pub(crate) async fn lint_profile(app: AppHandle, profile: String) -> Result<Vec<Finding>, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let found = lint::lint(&app.state::<Desk>().world, &Environment::default(), Some(&profile));
        let found = found.map_err(|error| Failure::of_problem(FailureCode::File, &error.problem()))?;
        Ok(found.iter().map(Finding::from).collect())
    })
    .await
}

/// What [`arrange_profile`] would change.
#[tauri::command]
pub(crate) async fn preview(app: AppHandle, profile: String, action: Arrange) -> Result<Preview, Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || Ok(Ahead::look(&app.state::<Desk>().world, &profile, &action)?.preview())).await
}

/// Does it, unless it would change something else by now than the person has `seen`.
#[tauri::command]
pub(crate) async fn arrange_profile(
    app: AppHandle,
    profile: String,
    action: Arrange,
    seen: Option<Preview>,
) -> Result<(), Failure> {
    let profile = ProfileName::parse(&profile).map_err(malformed)?;
    off_the_main_thread(move || {
        let desk = app.state::<Desk>();
        desk.used();
        let ahead = Ahead::look(&desk.world, &profile, &action)?;
        if seen.is_some_and(|seen| seen != ahead.preview()) {
            return Err(Failure::new(
                FailureCode::File,
                "Your AWS files have changed since this was shown. Nothing was done; look at it again.",
            ));
        }
        let done = carry_out(&desk.world, &profile, &action, &ahead.draft);
        desk.nudge();
        done
    })
    .await
}

/// What an action would change.
struct Ahead {
    draft: Draft,
    affected: Vec<ProfileName>,
    removed: Vec<PathBuf>,
}

impl Ahead {
    fn look(world: &World, profile: &ProfileName, action: &Arrange) -> Result<Ahead, Failure> {
        let (mut affected, mut removed) = (Vec::new(), Vec::new());
        let draft = match action {
            Arrange::ImportKey => {
                let plan = keys::plan_import(world, profile, &Source::Files)?;
                (affected, removed) = (plan.used_by, plan.copies);
                plan.draft
            }
            Arrange::ExportKey => keys::plan_export(world, profile)?,
            Arrange::Serve => setup::plan(world, profile, &program()?)?.draft,
            Arrange::ServeNot => setup::plan_undo(world, profile)?.draft,
            Arrange::UseAsDefault => standing_in::plan(world, Some(profile))?,
            Arrange::UseAsDefaultNot => standing_in::plan(world, None)?,
            action => draft(world, profile, action)?,
        };
        if matches!(action, Arrange::Remove) {
            let loaded = world.load().map_err(ArrangeError::from)?;
            affected = arrange::users_of(&loaded, profile);
        }
        Ok(Ahead {
            draft,
            affected,
            removed,
        })
    }

    fn preview(&self) -> Preview {
        Preview {
            files: self.draft.diff().into_iter().map(FilePreview::from).collect(),
            affected: self.affected.iter().map(ToString::to_string).collect(),
            removed: self.removed.iter().map(|path| path.display().to_string()).collect(),
        }
    }
}

/// Writes `draft` where an action changes the files alone; the others go their own way.
fn carry_out(world: &World, profile: &ProfileName, action: &Arrange, draft: &Draft) -> Result<(), Failure> {
    match action {
        Arrange::ImportKey => {
            let done = keys::import(world, profile, &Source::Files)?;
            keys::remove_copies(&done.copies).map_err(|error| ArrangeError::Draft(DraftError::File(error)))?;
        }
        Arrange::ExportKey => drop(keys::export(world, profile)?),
        Arrange::RotateKey => drop(keys::rotate(world, profile, None, &std::thread::sleep)?),
        Arrange::Serve => setup::serve(world, profile, &program()?)?,
        Arrange::ServeNot => setup::undo(world, profile)?,
        Arrange::UseAsDefault => use_as_default(world, Some(profile))?,
        Arrange::UseAsDefaultNot => use_as_default(world, None)?,
        action => {
            let written = draft.write(world, FileKind::Credentials, Backup::OnFirstTouch);
            written.map_err(ArrangeError::from)?;
            follow(world, profile, action)?;
        }
    }
    Ok(())
}

/// The changes of the files alone.
fn draft(world: &World, profile: &ProfileName, action: &Arrange) -> Result<Draft, Failure> {
    let name = |text: &str| ProfileName::parse(text).map_err(malformed);
    Ok(match action {
        Arrange::Convert => arrange::convert(world, profile)?,
        Arrange::ConvertBack => arrange::undo_convert(world, profile)?,
        Arrange::Remove => arrange::remove(world, profile)?,
        Arrange::Rename { to } => arrange::rename(world, profile, &name(to)?)?,
        Arrange::Duplicate { to } => arrange::duplicate(world, profile, &name(to)?)?,
        Arrange::NewUser { region, key_id, secret } => {
            let typed = Source::typed(key_id, &secret.as_str().into());
            let source = typed.map_err(|problem| Failure::of_problem(FailureCode::Other, &problem))?;
            let new = NewProfile {
                region: parse_region(region)?,
                key: match source {
                    Source::Given(key) => Some(key),
                    Source::Files => None,
                },
                ..NewProfile::default()
            };
            arrange::add(world, profile, &new)?
        }
        Arrange::NewRole { region, role, source } => {
            let new = NewProfile {
                region: parse_region(region)?,
                role: Some((role.trim().to_owned(), name(source)?)),
                ..NewProfile::default()
            };
            arrange::add(world, profile, &new)?
        }
        Arrange::Mend => {
            let found = lint::lint(world, &Environment::default(), Some(profile)).map_err(ArrangeError::from)?;
            lint::draft(world, &found).map_err(ArrangeError::from)?
        }
        // A new key is known only once AWS has made it.
        _ => Draft::begin(world)
            .map_err(DraftError::from)
            .map_err(ArrangeError::from)?,
    })
}

fn parse_region(text: &str) -> Result<Option<Region>, Failure> {
    let text = text.trim();
    let region = (!text.is_empty()).then(|| Region::parse(text)).transpose();
    region.map_err(malformed)
}

/// What goes with a change of the files.
fn follow(world: &World, profile: &ProfileName, action: &Arrange) -> Result<(), Failure> {
    match action {
        Arrange::Convert => arrange::settle_convert(world, profile, true)?,
        Arrange::ConvertBack => arrange::settle_convert(world, profile, false)?,
        Arrange::Rename { to } => {
            let to = ProfileName::parse(to).map_err(malformed)?;
            let renamed = mfa_tray_core::settings::rename(&world.settings, &world.state.locks(), profile, &to);
            renamed.map_err(ArrangeError::from)?;
        }
        Arrange::Mend => {
            let found = lint::lint(world, &Environment::default(), Some(profile)).map_err(ArrangeError::from)?;
            let closed = lint::make_private(&lint::too_open(&found));
            closed.map_err(|error| ArrangeError::Draft(DraftError::File(error)))?;
        }
        _ => {}
    }
    Ok(())
}

/// The command line lies beside the app.
fn program() -> Result<PathBuf, Failure> {
    let name = if cfg!(windows) { "mfa-tray.exe" } else { "mfa-tray" };
    let path = mfa_tray_system::own_program().ok().map(|own| own.with_file_name(name));
    path.filter(|path| path.is_file()).ok_or_else(|| {
        Failure::new(
            FailureCode::Other,
            "The command line of MFA Tray is not beside the app, and AWS tools would have to call it.",
        )
    })
}

macro_rules! fails_as_file {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Failure {
                Failure::of_problem(FailureCode::File, &error.problem())
            }
        }
    )*};
}

fails_as_file!(ArrangeError, StandingInError);

impl From<KeysError> for Failure {
    fn from(error: KeysError) -> Failure {
        match error {
            KeysError::Profile(error) => Failure::from(&error),
            KeysError::Keychain(_) => Failure::of_problem(FailureCode::Keychain, &error.problem()),
            error => Failure::of_problem(FailureCode::Other, &error.problem()),
        }
    }
}

impl From<SetupError> for Failure {
    fn from(error: SetupError) -> Failure {
        match error {
            SetupError::Profile(error) => Failure::from(&error),
            SetupError::Keychain(_) => Failure::of_problem(FailureCode::Keychain, &error.problem()),
            error => Failure::of_problem(FailureCode::File, &error.problem()),
        }
    }
}

/// Nothing waits for AWS any more: every call under way ends now.
#[tauri::command]
pub(crate) async fn cancel_calls() -> Result<(), Failure> {
    mfa_tray_system::cancel_calls();
    Ok(())
}
