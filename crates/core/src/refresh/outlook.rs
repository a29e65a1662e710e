//! What is known of a role before anybody is asked: what `plan` decides on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use crate::catalog::{Entry, Kind, Role};
use crate::keys::LongTermKey;
use crate::plan::{self, Known, Limit, Shared};
use crate::profile::MfaSerial;
use crate::refresh::prepare;
use crate::session::{Owner, Session};
use crate::state::{KnownRole, StateFolder};
use crate::store::Sessions;
use crate::target::{self, Target};
use crate::world::Loaded;

/// A limit may have been raised since.
const REFUSAL_COUNTS: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What the state folder says of sessions and roles.
pub(crate) struct Memory {
    pub(crate) sessions: Sessions,
    pub(crate) roles: BTreeMap<String, KnownRole>,
}

impl Memory {
    pub(crate) fn read(state: &StateFolder) -> Memory {
        Memory {
            sessions: Sessions::read(state),
            roles: state.known_roles(),
        }
    }
}

/// What is known of the role of `entry`, for a session of `asked` seconds.
pub(crate) fn known(
    loaded: &Loaded,
    entry: &Entry,
    role: &Role,
    asked: u32,
    device: bool,
    memory: &Memory,
    now: Timestamp,
) -> Known {
    let first = role.hops(&entry.section).next();
    let first = first.and_then(|first| loaded.files.profile(first)?.text("role_arn"));
    let about = first.and_then(|arn| memory.roles.get(arn));
    let refused = about
        .and_then(|about| about.too_long)
        .filter(|refused| now.duration_since(refused.refused_at).abs() < REFUSAL_COUNTS);
    Known {
        hops: role.chain.len(),
        asked,
        device,
        shared: match shared_place(loaded, role) {
            Some((_, target)) => Shared::of(shared_session(loaded, role, target, memory).as_ref(), now),
            None => Shared::Impossible,
        },
        limit: Limit::Unread,
        too_long: refused.map(|refused| refused.seconds),
        wants_fresh: about.is_some_and(|about| about.wants_fresh_mfa),
        denied: false,
    }
}

/// How many seconds sessions of `entry` may last, as far as that is known.
pub(crate) fn durations(
    loaded: &Loaded,
    entry: &Entry,
    role: Option<&Role>,
    memory: &Memory,
) -> std::ops::RangeInclusive<u32> {
    let Some(role) = role else {
        let root = entry.serial.as_ref().is_some_and(MfaSerial::is_root);
        return if root { 900..=plan::HOUR } else { prepare::DURATIONS };
    };
    if role.chain.len() > 1 {
        return 900..=plan::HOUR;
    }
    let arn = loaded
        .files
        .profile(&entry.section)
        .and_then(|own| own.text("role_arn"));
    let about = arn.and_then(|arn| memory.roles.get(arn));
    let told = about.and_then(|about| about.longest);
    900..=told.unwrap_or(*plan::DURATIONS.end())
}

/// The user the chain begins at, and the target that can hold the user's session. Where the section with the keys has
/// a role too, sessions of that name are the role's.
pub(super) fn shared_place<'a>(loaded: &'a Loaded, role: &Role) -> Option<(&'a Entry, &'a Target)> {
    let user = loaded.catalog.with_section(role.root()?)?;
    let target = user.target.as_ref().filter(|_| user.kind == Kind::IamUser)?;
    let free = target::check(
        &loaded.files,
        &user.name,
        target,
        loaded.catalog.shared_with(user, target),
    );
    free.is_ok().then_some((user, target))
}

fn shared_session(loaded: &Loaded, role: &Role, target: &Target, memory: &Memory) -> Option<Session> {
    let key = LongTermKey::of(&loaded.files, &loaded.settings, role.root()?)?.id;
    let owner = Owner {
        key: key.as_str(),
        role: None,
    };
    memory.sessions.of(&loaded.files, target, Some(owner))
}
