//! Whose code is asked for.

use crate::aws_error::{AwsError, Reason};
use crate::catalog;
use crate::problem::Problem;
use crate::profile::MfaSerial;
use crate::refresh::RefreshError;
use crate::refresh::call::remember_clock;
use crate::refresh::error::{explain, without_a_code};
use crate::refresh::prepare::Prepared;
use crate::world::{Loaded, World};

/// The device whose code is asked for: chosen now, known, or the only one IAM lists.
pub(super) fn device(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    chosen: Option<&MfaSerial>,
) -> Result<MfaSerial, RefreshError> {
    if let Some(serial) = chosen.or(prepared.entry.serial.as_ref()) {
        return if serial.is_fido() {
            Err(RefreshError::Profile(catalog::fido_only()))
        } else {
            Ok(serial.clone())
        };
    }
    let caller = prepared.caller(world, loaded, None)?;
    let reply = world.aws.mfa_devices(&caller);
    remember_clock(world, reply.server_time);
    let all = match reply.result {
        Ok(all) => all,
        Err(AwsError::Refused(refusal)) if refusal.reason == Reason::Denied => {
            let reason = "no policy lets the user list MFA devices".to_owned();
            return Err(RefreshError::SerialNeeded {
                profile: prepared.entry.name.clone(),
                reason,
            });
        }
        Err(error) => return Err(without_a_code(explain(world, loaded, prepared, error))),
    };
    let usable: Vec<MfaSerial> = all.iter().filter(|serial| !serial.is_fido()).cloned().collect();
    match usable.as_slice() {
        [] if all.is_empty() => {
            let name = &prepared.entry.name;
            Err(RefreshError::Profile(Problem::new(
                "no-device",
                format!("the IAM user of {name} has no MFA device"),
                format!(
                    "let this computer make the codes (on the profile's page, or `mfa-tray enroll {name} --create`), or add \
                     a virtual MFA device in the IAM console"
                ),
            )))
        }
        [] => Err(RefreshError::Profile(catalog::fido_only())),
        [only] => {
            // Not knowing it again only costs a call.
            let _ = world.state.remember_device(&prepared.key.id, only);
            Ok(only.clone())
        }
        _ => Err(RefreshError::ChooseDevice(usable)),
    }
}
