//! The state as tests see it: everything except secret access keys, tokens and seeds.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::{device::Device, state::World, time::iso};

/// Describes the world at an instant.
pub(crate) fn report(world: &World, now: Timestamp) -> Value {
    json!({
        "now": iso(now),
        "users": world.users.iter().map(|(name, user)| json!({
            "name": name,
            "account": user.account,
            "created": iso(user.created),
        })).collect::<Vec<_>>(),
        "access_keys": world.keys.iter().map(|(id, key)| json!({
            "id": id,
            "user": key.user,
            "status": if key.active { "Active" } else { "Inactive" },
        })).collect::<Vec<_>>(),
        "devices": world.devices.iter().map(|(serial, known)| device(world, serial, known, now)).collect::<Vec<_>>(),
        "groups": world.groups.iter().map(|(name, group)| json!({
            "name": name,
            "members": group.members,
            "inline": group.inline,
            "attached": group.attached,
        })).collect::<Vec<_>>(),
        "policies": world.policies.iter().map(|(arn, policy)| json!({
            "arn": arn,
            "document": policy.document,
        })).collect::<Vec<_>>(),
        "roles": world.roles.iter().map(|(arn, known)| json!({
            "arn": arn,
            "max_session_seconds": known.role.max_session_seconds,
            "mfa": known.role.trust.mfa,
        })).collect::<Vec<_>>(),
        "sessions": world.sessions.iter().map(|(id, session)| json!({
            "access_key_id": id,
            "who": world.arn(&session.principal),
            "mfa": session.mfa_at.is_some(),
            "expires_at": iso(session.expires),
        })).collect::<Vec<_>>(),
    })
}

fn device(world: &World, serial: &str, device: &Device, now: Timestamp) -> Value {
    let to = device.assignment.as_ref();
    json!({
        "serial": serial,
        "user": to.map(|to| &to.user),
        "enabled_at": to.map(|to| iso(to.since)),
        "known_to_sts": to.is_some_and(|to| to.known_to_sts <= now),
        "has_codes": device.seed.is_some(),
        "adjustment": device.adjustment,
        "used_counters": device.used,
        "attempts_in_window": world.attempts.get(serial).map_or(0, |attempts| attempts.spent(now)),
    })
}
