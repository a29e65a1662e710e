//! The user whose key moves: where it stands, and how AWS is called with it.

use crate::aws_error::{AwsError, Reason};
use crate::aws_files::Properties;
use crate::catalog::{Entry, Kind};
use crate::endpoint::Endpoint;
use crate::keys::KeysError;
use crate::ports::{Caller, Identity};
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::refresh::RefreshError;
use crate::refresh::call::remember_clock;
use crate::secret::AccessKey;
use crate::world::{Loaded, World};

/// The entry of the profile that holds a user's key, or could.
pub(super) fn entry<'a>(loaded: &'a Loaded, profile: &ProfileName) -> Result<&'a Entry, KeysError> {
    let found = loaded.catalog.find(profile);
    let entry = found.ok_or_else(|| RefreshError::UnknownProfile(profile.clone()))?;
    let refused = |message: String, hint: String| Err(KeysError::Refused(Problem::new("keys", message, hint)));
    match &entry.kind {
        Kind::Role(role) => {
            let source = role.root().map_or_else(String::new, ToString::to_string);
            refused(
                format!("{} is a role and has no access key of its own", entry.name),
                format!("name the profile with the user's key: {source}"),
            )
        }
        Kind::Managed { by } => refused(
            format!("{} is managed by {by}, which gets its credentials itself", entry.name),
            format!("use {by} for this profile"),
        ),
        Kind::IamUser | Kind::Incomplete(_) => Ok(entry),
    }
}

pub(super) fn endpoint_of(world: &World, loaded: &Loaded, entry: &Entry) -> Result<Endpoint, KeysError> {
    let none = Properties::default();
    let own = loaded.files.profile(&entry.section).unwrap_or(&none);
    let shown = loaded.files.profile(&entry.name).unwrap_or(own);
    let properties = if own.has("region") { own } else { shown };
    let arn = entry.serial.as_ref().and_then(MfaSerial::arn);
    loaded.endpoint(world, properties, arn).map_err(KeysError::Refused)
}

/// Shows that a key works: GetCallerIdentity, which no policy can deny.
pub(super) fn prove(world: &World, endpoint: &Endpoint, key: &AccessKey) -> Result<Identity, AwsError> {
    let caller = Caller {
        key: key.clone(),
        endpoint: endpoint.clone(),
    };
    let reply = world.aws.caller_identity(&caller);
    remember_clock(world, reply.server_time);
    reply.result
}

/// Whether a key that was just made may only not be known everywhere yet.
pub(super) fn may_be_new(error: &AwsError) -> bool {
    matches!(error, AwsError::Refused(refusal) if refusal.reason == Reason::KeyNotAccepted)
}
