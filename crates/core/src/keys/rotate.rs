//! A new key takes the place of the old one: made, shown to work, kept, and only then is the old one switched off and
//! removed. At every step there is a key that works, and what was begun is ended by calling it again.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::aws_error::{AwsError, Reason};
use crate::aws_files::FileKind;
use crate::catalog::Entry;
use crate::draft::{Draft, DraftError};
use crate::endpoint::Endpoint;
use crate::file::Backup;
use crate::ini::Change;
use crate::keys::{KeysError, LongTermKey, entry, owner};
use crate::lock::{self, Subject};
use crate::ports::{Caller, KeyStatus, ListedKey, Reply};
use crate::profile::{AccessKeyId, ProfileName};
use crate::refresh::call::remember_clock;
use crate::refresh::{RefreshError, Request, prepare};
use crate::secret::{AccessKey, ExposeSecret as _};
use crate::session::State;
use crate::settings::{self, Setting};
use crate::state::StateFolder;
use crate::store;
use crate::world::{Loaded, World};

const ROTATIONS: &str = "rotations.json";
/// A new key is known everywhere within seconds; who asks sooner is refused as with a wrong one.
const TRIES: u32 = 10;
const BETWEEN: Duration = Duration::from_secs(2);
/// How far from the moment a key was asked for it may have been made, and shown to work.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(2);

/// How far a rotation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotateStep {
    /// A key was asked for; whether it exists is not known, and its secret is nowhere.
    Asked,
    /// The new key is kept, and used from here on.
    Kept,
    /// The old key is switched off.
    SwitchedOff,
}

/// A rotation that was begun. No secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    /// The key that goes.
    pub old: String,
    /// How far it has come.
    pub step: RotateStep,
    /// Since when, by AWS's clock.
    pub asked_at: Timestamp,
}

/// What a rotation came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// The key that is gone.
    pub old: AccessKeyId,
    /// The key in its place.
    pub new: AccessKeyId,
}

type Rotations = BTreeMap<String, Rotation>;

/// The rotation of the key in `section` that was begun and not ended.
pub fn begun(state: &StateFolder, section: &ProfileName) -> Option<Rotation> {
    let mut rotations: Rotations = state.load(ROTATIONS);
    rotations.remove(section.as_str())
}

fn write_down(state: &StateFolder, section: &ProfileName, rotation: Option<&Rotation>) -> Result<(), KeysError> {
    state.change(ROTATIONS, |rotations: &mut Rotations| match rotation {
        Some(rotation) => drop(rotations.insert(section.to_string(), rotation.clone())),
        None => drop(rotations.remove(section.as_str())),
    })?;
    Ok(())
}

/// Replaces the key of `profile`, or goes on with a replacement that was begun. `replace` is a key that is switched off
/// and may be deleted to make room; `pause` waits, while a new key becomes known everywhere.
///
/// # Errors
/// [`KeysError`]; there is a key that works, the old one or the new one.
pub fn rotate(
    world: &World,
    profile: &ProfileName,
    replace: Option<&AccessKeyId>,
    pause: &dyn Fn(Duration),
) -> Result<Rotated, KeysError> {
    let loaded = world.load().map_err(RefreshError::from)?;
    let section = owner::entry(&loaded, profile)?.section.clone();
    let _rotation = lock::take(&world.state.locks(), Subject::Enrolment(&section), lock::PATIENCE)?;
    let mut rotating = Rotating::find(world, profile, pause)?;
    if rotating.resume()? {
        return rotating.finish();
    }
    rotating.make_room(replace)?;
    rotating.make()?;
    rotating.finish()
}

/// Everything a rotation goes by.
struct Rotating<'a> {
    world: &'a World,
    pause: &'a dyn Fn(Duration),
    name: ProfileName,
    section: ProfileName,
    endpoint: Endpoint,
    /// Signs: the session with MFA where there is one, for policies that demand it.
    session: Option<AccessKey>,
    /// The key of the profile now.
    key: LongTermKey,
    opened: AccessKey,
    rotation: Option<Rotation>,
}

impl<'a> Rotating<'a> {
    fn find(world: &'a World, profile: &ProfileName, pause: &'a dyn Fn(Duration)) -> Result<Rotating<'a>, KeysError> {
        let loaded = world.load().map_err(RefreshError::from)?;
        let entry = owner::entry(&loaded, profile)?;
        let unknown = || RefreshError::UnknownProfile(profile.clone());
        let key = LongTermKey::of(&loaded.files, &loaded.settings, &entry.section).ok_or_else(unknown)?;
        Ok(Rotating {
            world,
            pause,
            name: entry.name.clone(),
            section: entry.section.clone(),
            endpoint: owner::endpoint_of(world, &loaded, entry)?,
            session: session_key(world, &loaded, entry)?,
            opened: key.open(world)?,
            rotation: begun(&world.state, &entry.section),
            key,
        })
    }

    fn caller(&self) -> Caller {
        Caller {
            key: self.session.clone().unwrap_or_else(|| self.opened.clone()),
            endpoint: self.endpoint.clone(),
        }
    }

    fn ask<T>(&self, doing: &'static str, call: impl Fn(&Caller) -> Reply<T>) -> Result<T, KeysError> {
        let reply = call(&self.caller());
        remember_clock(self.world, reply.server_time);
        reply.result.map_err(|source| KeysError::Iam { doing, source })
    }

    /// Takes in what an earlier run has left; true: the new key is kept, and only the old one has to go.
    fn resume(&mut self) -> Result<bool, KeysError> {
        let Some(rotation) = self.rotation.clone() else {
            return Ok(false);
        };
        if self.key.id.as_str() != rotation.old {
            // Kept, whether or not that was written down.
            return Ok(true);
        }
        // Its secret was in a process that is gone: nobody can use it, and it takes the place of one that can be used.
        for lost in self.list()? {
            if lost.id.as_str() != rotation.old && self.is_of(&rotation, &lost) {
                self.ask("delete the key that a rotation cut short has left", |caller| {
                    self.world.aws.delete_access_key(caller, &lost.id)
                })?;
            }
        }
        write_down(&self.world.state, &self.section, None)?;
        self.rotation = None;
        Ok(false)
    }

    /// Whether `key` was made by that rotation. One that the person made later, or has used since, is theirs.
    fn is_of(&self, rotation: &Rotation, key: &ListedKey) -> bool {
        let near = |at: Timestamp| at.duration_since(rotation.asked_at).abs() <= TOLERANCE;
        let used = || self.world.aws.access_key_last_used(&self.caller(), &key.id).result;
        near(key.created_at) && used().is_ok_and(|used| used.is_none_or(near))
    }

    /// Whether the profile has this key now; also while that cannot be read.
    fn may_have(&self, id: &AccessKeyId) -> bool {
        let key = |loaded: Loaded| LongTermKey::of(&loaded.files, &loaded.settings, &self.section);
        self.world
            .load()
            .map_or(true, |loaded| key(loaded).is_some_and(|key| key.id == *id))
    }

    fn list(&self) -> Result<Vec<ListedKey>, KeysError> {
        self.ask("list the user's access keys", |caller| {
            self.world.aws.access_keys(caller)
        })
    }

    /// A user has two keys at most.
    fn make_room(&self, replace: Option<&AccessKeyId>) -> Result<(), KeysError> {
        let keys = self.list()?;
        let [_, _, ..] = keys.as_slice() else { return Ok(()) };
        let other = keys.iter().find(|key| key.id != self.key.id);
        let replaceable = other.filter(|key| !key.is_active).map(|key| key.id.clone());
        if let Some(id) = replace.filter(|id| Some(*id) == replaceable.as_ref()) {
            return self.ask("delete the key that is switched off", |caller| {
                self.world.aws.delete_access_key(caller, id)
            });
        }
        let caller = self.caller();
        let used = |key: ListedKey| {
            let used = self.world.aws.access_key_last_used(&caller, &key.id).result;
            (key, used.ok().flatten())
        };
        Err(KeysError::TwoKeys {
            profile: self.name.clone(),
            replaceable,
            keys: keys.into_iter().map(used).collect(),
        })
    }

    /// Makes the new key and keeps it; one that cannot be kept or does not work is deleted again.
    fn make(&mut self) -> Result<(), KeysError> {
        let rotation = Rotation {
            old: self.key.id.to_string(),
            step: RotateStep::Asked,
            asked_at: self.world.aws_time(),
        };
        write_down(&self.world.state, &self.section, Some(&rotation))?;
        let new = self.ask("make a new access key", |caller| {
            self.world.aws.create_access_key(caller)
        });
        let new = match new {
            Ok(new) => new,
            Err(error) => {
                if matches!(error.aws(), Some(AwsError::Refused(_))) {
                    write_down(&self.world.state, &self.section, None)?;
                }
                return Err(error);
            }
        };
        if let Err(error) = self.prove(&new).and_then(|()| self.keep(&new)) {
            if self.may_have(&new.id) {
                // A disk can fail after the change is there: the key that counts must not go.
                return Err(error);
            }
            let deleted = self.ask("delete the new key again", |caller| {
                self.world.aws.delete_access_key(caller, &new.id)
            });
            if deleted.is_ok() {
                write_down(&self.world.state, &self.section, None)?;
            }
            return Err(error);
        }
        // Sessions of the old key are the user's still, and so is what is known of it.
        self.world.state.replace_key(&self.key.id, &new.id, rotation.asked_at)?;
        let kept = Rotation {
            step: RotateStep::Kept,
            ..rotation
        };
        write_down(&self.world.state, &self.section, Some(&kept))?;
        self.rotation = Some(kept);
        self.key.id = new.id.clone();
        self.opened = new;
        Ok(())
    }

    fn prove(&self, key: &AccessKey) -> Result<(), KeysError> {
        let mut tries = 1;
        loop {
            match owner::prove(self.world, &self.endpoint, key) {
                Ok(_) => return Ok(()),
                Err(error) if tries < TRIES && owner::may_be_new(&error) => {
                    tries += 1;
                    (self.pause)(BETWEEN);
                }
                Err(source) => {
                    let id = key.id.clone();
                    return Err(KeysError::NotProved { id, source });
                }
            }
        }
    }

    /// Where the old one is, and in its place.
    fn keep(&self, new: &AccessKey) -> Result<(), KeysError> {
        if self.key.is_in_keychain() {
            entry::store(&*self.world.keychain, new)?;
            settings::set(
                &self.world.settings,
                &self.world.state.locks(),
                &self.section,
                &Setting::AccessKey(Some(new.id.clone())),
            )?;
            return Ok(());
        }
        let mut draft = Draft::begin(self.world).map_err(DraftError::from)?;
        let lines = [
            Change::Set("aws_access_key_id", new.id.as_str()),
            Change::Set("aws_secret_access_key", new.secret.expose_secret()),
        ];
        let in_credentials = draft
            .has(FileKind::Credentials, self.section.as_str())
            .map_err(DraftError::from)?;
        let kind = match in_credentials {
            true => FileKind::Credentials,
            false => FileKind::Config,
        };
        let header = kind.header(&self.section);
        draft.change(kind, &header, &lines).map_err(DraftError::from)?;
        draft.write(self.world, kind, Backup::Never)?;
        Ok(())
    }

    /// Switches the old key off, looks whether all is well without it, and removes it.
    fn finish(mut self) -> Result<Rotated, KeysError> {
        let Some(mut rotation) = self.rotation.take() else {
            return Err(RefreshError::UnknownProfile(self.name).into());
        };
        let gone = |_| RefreshError::UnknownProfile(self.name.clone());
        let old = AccessKeyId::parse(&rotation.old).map_err(gone)?;
        if rotation.step != RotateStep::SwitchedOff {
            self.prove(&self.opened)?;
            let off = self.ask("switch the old key off", |caller| {
                self.world.aws.set_access_key_status(caller, &old, KeyStatus::Inactive)
            });
            gone_is_done(off)?;
            rotation.step = RotateStep::SwitchedOff;
            write_down(&self.world.state, &self.section, Some(&rotation))?;
        }
        if let Err(error) = self.prove(&self.opened) {
            // On again: what signs with it must not stop for that.
            let _ = self.ask("switch the old key on again", |caller| {
                self.world.aws.set_access_key_status(caller, &old, KeyStatus::Active)
            });
            rotation.step = RotateStep::Kept;
            write_down(&self.world.state, &self.section, Some(&rotation))?;
            return Err(error);
        }
        gone_is_done(self.ask("delete the old key", |caller| {
            self.world.aws.delete_access_key(caller, &old)
        }))?;
        if self.key.is_in_keychain() {
            // An entry that stays behind is of a key that is no more.
            let _ = entry::remove(&*self.world.keychain, &old);
        }
        write_down(&self.world.state, &self.section, None)?;
        Ok(Rotated {
            old,
            new: self.key.id.clone(),
        })
    }
}

/// A key that is no more needs neither to be switched off nor to be deleted.
fn gone_is_done(result: Result<(), KeysError>) -> Result<(), KeysError> {
    match result {
        Err(KeysError::Iam {
            source: AwsError::Refused(refusal),
            ..
        }) if refusal.reason == Reason::NoSuchEntity => Ok(()),
        other => other,
    }
}

/// The key of the good session of `entry`, which was made with a code.
fn session_key(world: &World, loaded: &Loaded, entry: &Entry) -> Result<Option<AccessKey>, KeysError> {
    let prepared = prepare::prepare(loaded, &Request::of(&entry.name))?;
    let session = prepare::session_in_target(world, loaded, &prepared);
    let state = session.map(|session| session.state(world.aws_time(), loaded.settings.margin()));
    match state {
        Some(State::Active | State::Expiring) => Ok(store::key(world, loaded, &prepared.target)?),
        _ => Ok(None),
    }
}
