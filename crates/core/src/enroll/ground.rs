//! What every call of enrolment stands on: the profile, its keys, and who its user is.

use crate::aws_error::AwsError;
use crate::catalog::Kind;
use crate::enroll::EnrollError;
use crate::enroll::error::iam;
use crate::enroll::policy::Action;
use crate::ports::{Caller, Reply};
use crate::problem::Problem;
use crate::profile::{Arn, MfaSerial, ProfileName};
use crate::refresh::call::remember_clock;
use crate::refresh::error::{explain, without_a_code};
use crate::refresh::prepare;
use crate::refresh::{CodeFrom, RefreshError, Request, When, refresh};
use crate::world::{Loaded, World};

/// The profile's user, and the two ways to call AWS as that user.
pub(super) struct Ground {
    pub(super) profile: ProfileName,
    /// The section with the keys.
    pub(super) section: ProfileName,
    pub(super) partition: String,
    pub(super) account: String,
    pub(super) user: String,
    /// With the long-term key.
    pub(super) plain: Caller,
    /// With a session that a code was given for, where there is one.
    pub(super) with_mfa: Option<Caller>,
    /// The device whose codes the profile uses.
    pub(super) serial: Option<MfaSerial>,
}

impl Ground {
    /// Finds it out. Asks STS who the user is; no policy can forbid that.
    pub(super) fn find(world: &World, profile: &ProfileName) -> Result<Ground, EnrollError> {
        let loaded = world.load()?;
        if let Some(problem) = role_has_no_device(&loaded, profile) {
            return Err(RefreshError::Profile(problem).into());
        }
        let request = Request::of(profile);
        let prepared = prepare::prepare(&loaded, &request)?;
        let plain = prepared.caller(world, &loaded, None)?;
        let reply = world.aws.caller_identity(&plain);
        remember_clock(world, reply.server_time);
        let identity = reply
            .result
            .map_err(|error| without_a_code(explain(world, &loaded, &prepared, error)))?;
        // Not knowing it again only costs a call.
        let _ = world.state.remember_identity(&prepared.key.id, &identity);
        let arn = Arn::parse(&identity.arn).filter(|arn| arn.resource.starts_with("user/"));
        let not_a_user = AwsError::NotAws("the key is not an IAM user's");
        let arn = arn.ok_or_else(|| explain(world, &loaded, &prepared, not_a_user))?;
        Ok(Ground {
            profile: prepared.entry.name.clone(),
            section: prepared.entry.section.clone(),
            partition: arn.partition.to_owned(),
            account: identity.account.clone(),
            user: arn.name().to_owned(),
            with_mfa: prepare::session_caller(world, &loaded, &prepared, &plain.endpoint),
            plain,
            serial: prepared.entry.serial.clone(),
        })
    }

    /// The caller for a change of the user's devices: AWS wants a session with MFA from who has one already
    /// (AWS-2023-001, <https://aws.amazon.com/security/security-bulletins/AWS-2023-001/>).
    pub(super) fn caller_for_change(&self, devices: &[MfaSerial]) -> Result<&Caller, EnrollError> {
        match (&self.with_mfa, devices) {
            (Some(caller), _) => Ok(caller),
            (None, []) => Ok(&self.plain),
            (None, devices) => Err(EnrollError::SessionNeeded(devices.to_vec())),
        }
    }

    /// The devices the user has, security keys among them; `None` if the user may not list them.
    pub(super) fn listed_devices(&self, world: &World) -> Result<Option<Vec<MfaSerial>>, EnrollError> {
        match self.ask(world, Action::ListMfaDevices, world.aws.mfa_devices(&self.plain)) {
            Err(error) if error.is_denied() => Ok(None),
            answer => answer.map(Some),
        }
    }

    /// The same; a user who may not list them is taken for one with the profile's device, if that names one.
    pub(super) fn devices(&self, world: &World) -> Result<Vec<MfaSerial>, EnrollError> {
        let listed = self.listed_devices(world)?;
        Ok(listed.unwrap_or_else(|| self.serial.iter().cloned().collect()))
    }

    /// The answer to a call of IAM.
    pub(super) fn ask<T>(&self, world: &World, action: Action, reply: Reply<T>) -> Result<T, EnrollError> {
        remember_clock(world, reply.server_time);
        reply.result.map_err(|error| iam(self, action, error))
    }
}

/// A role's codes come from the device of the user at the end of its chain.
fn role_has_no_device(loaded: &Loaded, profile: &ProfileName) -> Option<Problem> {
    let entry = loaded.catalog.find(profile)?;
    let Kind::Role(role) = &entry.kind else { return None };
    let source = role.root()?;
    let source = loaded.catalog.with_section(source).map_or(source, |user| &user.name);
    Some(Problem::new(
        "role",
        format!(
            "{} is a role: its codes come from the MFA device of {source}",
            entry.name
        ),
        format!("set the device up for {source}"),
    ))
}

/// Gets the session with MFA that a change of devices needs, with a code of one of the devices the user has.
pub(super) fn open_session(
    world: &World,
    profile: &ProfileName,
    serial: &MfaSerial,
    code: CodeFrom,
) -> Result<(), RefreshError> {
    let request = Request {
        code,
        serial: Some(serial.clone()),
        when: When::Always,
        ..Request::of(profile)
    };
    refresh(world, &request).map(drop)
}

/// The name people know the profile by: of a pair the short one.
pub(super) fn entry_name(world: &World, profile: &ProfileName) -> Result<ProfileName, EnrollError> {
    let loaded = world.load()?;
    let unknown = || RefreshError::UnknownProfile(profile.clone());
    Ok(loaded.catalog.find(profile).ok_or_else(unknown)?.name.clone())
}
