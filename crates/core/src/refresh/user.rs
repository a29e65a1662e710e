//! A session of an IAM user: one code, one GetSessionToken.

use crate::file;
use crate::ledger::Source;
use crate::lock::{self, Subject};
use crate::ports::SessionTokenRequest;
use crate::profile::MfaSerial;
use crate::refresh::error::explain;
use crate::refresh::{CodeFrom, RefreshError, Refreshed, Request, after, call, device, prepare};
use crate::state::MadeSession;
use crate::store;
use crate::world::{Loaded, World};

/// See [`refresh`](super::refresh). `known` is the device that a role of the user names.
pub(super) fn refresh(
    world: &World,
    loaded: &Loaded,
    request: &Request,
    known: Option<&MfaSerial>,
) -> Result<Refreshed, RefreshError> {
    let prepared = prepare::prepare(loaded, request)?;
    if let Some(session) = prepare::good_session(world, loaded, &prepared, request.when) {
        return Ok(prepared.kept(session));
    }
    let serial = device::device(world, loaded, &prepared, request.serial.as_ref().or(known))?;
    // The device's partition is compared with the region before a code is spent.
    let caller = prepared.caller(world, loaded, Some(&serial))?;
    store::rehearse(world, &prepared.target, &prepared.key.id)?;
    // Before any lock: the keychain may ask the person first.
    let kept = call::kept_seed(world, &request.code, &serial)?;
    let source = match (&request.code, &kept) {
        (CodeFrom::Person(code), _) => Source::Typed(code),
        (CodeFrom::Seed(seed), _) | (CodeFrom::Keychain, Some(seed)) => Source::Seed(seed),
        (CodeFrom::Keychain, None) => return Err(RefreshError::CodeNeeded(serial)),
    };

    let real = file::real_path(&world.paths.credentials);
    let locks = world.state.locks();
    let _target = lock::take(
        &locks,
        Subject::Target(&real, prepared.target.section.as_str()),
        lock::PATIENCE,
    )?;
    let loaded = world.load()?;
    if let Some(session) = prepare::good_session(world, &loaded, &prepared, request.when) {
        return Ok(prepared.kept(session));
    }
    let credentials = {
        let device = lock::take(&locks, Subject::Device(&serial), lock::PATIENCE)?;
        let answer = call::with_code(world, &prepared, &serial, source, &device, &|code| {
            let request = SessionTokenRequest {
                serial: &serial,
                code,
                duration: prepared.duration,
            };
            world.aws.session_token(&caller, &request)
        })?;
        answer.map_err(|error| explain(world, &loaded, &prepared, error))?
    };
    let made = MadeSession {
        // Not before the answer: it has told how wrong our clock is.
        issued_at: world.aws_time(),
        expires_at: credentials.expires_at,
        source: Some(prepared.key.id.to_string()),
        role: None,
    };
    let beside = store::write(world, &loaded, &prepared.target, &credentials, &made, &real)?;
    let mut warnings = loaded.warnings();
    warnings.extend(beside);
    warnings.extend(after::remember(world, &loaded, &prepared, request, &credentials, &made));
    after::learn_identity(world, &prepared, &credentials, &caller);
    Ok(prepared.made(&credentials, warnings))
}
