//! Who calls: the profile's session if it has a good one, else its long-term key.

use super::AccountError;
use crate::aws_error::{AwsError, Reason};
use crate::ports::{Administration, Caller, Identity, Reply};
use crate::profile::{Arn, ProfileName};
use crate::refresh::call::remember_clock;
use crate::refresh::{Request, prepare};
use crate::world::World;

/// A profile that calls IAM.
pub(super) struct Administrator<'a> {
    world: &'a World,
    pub(super) profile: ProfileName,
    pub(super) caller: Caller,
    pub(super) identity: Identity,
    /// The long-term key, of a profile that is a user's.
    pub(super) plain: Option<Caller>,
    /// Whether a session signs.
    pub(super) has_session: bool,
}

impl<'a> Administrator<'a> {
    /// Finds out who that is. No policy can forbid it.
    pub(super) fn find(world: &'a World, profile: &ProfileName) -> Result<Administrator<'a>, AccountError> {
        let loaded = world.load()?;
        let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
        let key = prepared.caller(world, &loaded, None)?;
        let session = prepare::session_caller(world, &loaded, &prepared, &key.endpoint);
        let has_session = session.is_some();
        let is_role = prepared.role.is_some();
        let name = prepared.entry.name.clone();
        if is_role && !has_session {
            return Err(AccountError::SessionNeeded(name));
        }
        let caller = session.unwrap_or_else(|| key.clone());
        let reply = world.aws.caller_identity(&caller);
        remember_clock(world, reply.server_time);
        let identity = reply
            .result
            .map_err(|source| AccountError::aws("sts:GetCallerIdentity", source))?;
        Ok(Administrator {
            world,
            profile: name,
            caller,
            identity,
            plain: (!is_role).then_some(key),
            has_session,
        })
    }

    /// The partition the account is in.
    pub(super) fn partition(&self) -> &str {
        Arn::parse(&self.identity.arn).map_or("aws", |arn| arn.partition)
    }

    /// IAM, for calls that [`Administrator::ask`] takes the answer of.
    pub(super) fn iam(&self) -> &dyn Administration {
        self.world.aws.administration()
    }

    /// Lists the caller's own devices.
    pub(super) fn devices(&self, caller: &Caller) -> Result<(), AccountError> {
        self.ask("iam:ListMFADevices", self.world.aws.mfa_devices(caller))
            .map(drop)
    }

    /// Lists the devices that are nobody's.
    pub(super) fn unassigned(&self, caller: &Caller) -> Result<(), AccountError> {
        self.ask("iam:ListVirtualMFADevices", self.world.aws.unassigned_devices(caller))
            .map(drop)
    }

    /// The answer to a call of `action`.
    pub(super) fn ask<T>(&self, action: &'static str, reply: Reply<T>) -> Result<T, AccountError> {
        remember_clock(self.world, reply.server_time);
        reply.result.map_err(|source| AccountError::aws(action, source))
    }

    /// The same for something that may not be there.
    pub(super) fn look<T>(&self, action: &'static str, reply: Reply<T>) -> Result<Option<T>, AccountError> {
        match self.ask(action, reply) {
            Err(error) if error.is(Reason::NoSuchEntity) => Ok(None),
            answer => answer.map(Some),
        }
    }
}

/// Whether policies said no.
pub(super) fn is_denied(error: &AwsError) -> bool {
    matches!(error, AwsError::Refused(refusal) if refusal.reason == Reason::Denied)
}
