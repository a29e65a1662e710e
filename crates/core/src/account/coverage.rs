//! Whether MFA is demanded of a user, tried and not guessed, and whether the user may enrol.

use super::AccountError;
use super::administrator::{Administrator, is_denied};
use crate::aws_error::AwsError;
use crate::enroll::policy::Action;
use crate::ports::{Caller, Probe, Simulated};
use crate::profile::{Arn, ProfileName};
use crate::world::World;

/// What a user's policies demand and allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// The user.
    pub arn: String,
    /// Whether MFA is demanded.
    pub enforced: Enforced,
    /// What enrolling and caring for a device takes.
    pub permissions: Vec<Permission>,
}

/// Whether MFA is demanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Enforced {
    /// A call that works with MFA is refused without.
    Yes {
        /// The call, as policies name it.
        action: &'static str,
    },
    /// The same call works without.
    No {
        /// The call, as policies name it.
        action: &'static str,
    },
    /// None of the calls works with MFA, or one could not be made.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// A call that enrolling or caring for a device takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// As policies name it.
    pub action: &'static str,
    /// Whether it is made with MFA: a device is taken away only so.
    pub with_mfa: bool,
    /// Whether the user may; `None`: not known.
    pub allowed: Option<bool>,
    /// The statement that would allow it.
    pub statement: String,
}

/// Finds out about the user of `profile`, with a session that is there and without. Changes nothing.
///
/// # Errors
/// [`AccountError`], [`AccountError::SessionNeeded`] among them: what MFA opens shows only with it.
pub fn coverage(world: &World, profile: &ProfileName) -> Result<Coverage, AccountError> {
    let administrator = Administrator::find(world, profile)?;
    let user = Arn::parse(&administrator.identity.arn).filter(|arn| arn.resource.starts_with("user/"));
    let (Some(plain), Some(_)) = (&administrator.plain, user) else {
        return Err(AccountError::NotAUser(administrator.profile));
    };
    if !administrator.has_session {
        return Err(AccountError::SessionNeeded(administrator.profile));
    }
    Ok(Coverage {
        arn: administrator.identity.arn.clone(),
        enforced: enforced(&administrator, plain)?,
        permissions: permissions(&administrator, plain),
    })
}

fn enforced(administrator: &Administrator<'_>, plain: &Caller) -> Result<Enforced, AccountError> {
    let mut reason = "none of the calls that are tried is allowed to this user, with MFA or without".to_owned();
    for probe in Probe::ALL {
        let action = probe.action();
        match try_out(administrator, &administrator.caller, probe)? {
            Tried::Works => {}
            Tried::Refused => continue,
            Tried::Failed(failure) => {
                reason = failure;
                continue;
            }
        }
        return Ok(match try_out(administrator, plain, probe)? {
            Tried::Refused => Enforced::Yes { action },
            Tried::Works => Enforced::No { action },
            Tried::Failed(reason) => Enforced::Unknown { reason },
        });
    }
    Ok(Enforced::Unknown { reason })
}

enum Tried {
    Works,
    Refused,
    Failed(String),
}

fn try_out(administrator: &Administrator<'_>, caller: &Caller, probe: Probe) -> Result<Tried, AccountError> {
    match administrator.ask(probe.action(), administrator.iam().probe(caller, probe)) {
        Ok(()) => Ok(Tried::Works),
        Err(error) => match error.refused() {
            Some(refusal) if is_denied(refusal) => Ok(Tried::Refused),
            // Nobody else answers either while the network is away.
            Some(AwsError::Unreachable { .. }) | None => Err(error),
            Some(_) => Ok(Tried::Failed(error.to_string())),
        },
    }
}

/// What enrolment calls without MFA, for there is none yet.
const WITHOUT_MFA: [Action; 5] = [
    Action::CreateVirtualMfaDevice,
    Action::EnableMfaDevice,
    Action::ListMfaDevices,
    Action::ListVirtualMfaDevices,
    Action::ResyncMfaDevice,
];
/// What is called with MFA.
const WITH_MFA: [Action; 2] = [Action::DeactivateMfaDevice, Action::DeleteVirtualMfaDevice];

fn permissions(administrator: &Administrator<'_>, plain: &Caller) -> Vec<Permission> {
    let mut permissions = Vec::new();
    for (actions, with_mfa) in [(&WITHOUT_MFA[..], false), (&WITH_MFA[..], true)] {
        let simulated = simulated(administrator, actions, with_mfa);
        for (number, action) in actions.iter().enumerate() {
            let told = simulated.as_ref().map(|answers| answers[number]);
            permissions.push(Permission {
                action: action.name(),
                with_mfa,
                allowed: told.or_else(|| tried(administrator, plain, *action)),
                statement: action.statement(administrator.partition(), &administrator.identity.account),
            });
        }
    }
    permissions
}

/// What SimulatePrincipalPolicy says, where it may be asked.
fn simulated(administrator: &Administrator<'_>, actions: &[Action], with_mfa: bool) -> Option<Vec<bool>> {
    let arn = &administrator.identity.arn;
    let name = Arn::parse(arn)?.name();
    let (partition, account) = (administrator.partition(), &administrator.identity.account);
    let resource = |action: &Action| action.own_resource(partition, account, name);
    let requests: Vec<_> = actions
        .iter()
        .map(|action| Simulated {
            action: action.name(),
            resource: resource(action),
        })
        .collect();
    let reply = administrator
        .iam()
        .simulate(&administrator.caller, arn, &requests, with_mfa);
    let answers = administrator.ask("iam:SimulatePrincipalPolicy", reply).ok()?;
    (answers.len() == actions.len()).then_some(answers)
}

/// What a call that only reads says by itself.
fn tried(administrator: &Administrator<'_>, plain: &Caller, action: Action) -> Option<bool> {
    let answer = match action {
        Action::ListMfaDevices => administrator.devices(plain),
        Action::ListVirtualMfaDevices => administrator.unassigned(plain),
        _ => return None,
    };
    match answer {
        Ok(()) => Some(true),
        Err(error) if error.refused().is_some_and(is_denied) => Some(false),
        Err(_) => None,
    }
}
