//! The call that spends a code.

use jiff::Timestamp;

use crate::aws_error::{AwsError, Reason};
use crate::ledger::{Ledger, Source};
use crate::lock::Guard;
use crate::ports::{Caller, Reply, SessionCredentials, SessionTokenRequest};
use crate::profile::MfaSerial;
use crate::refresh::RefreshError;
use crate::refresh::error::explain;
use crate::refresh::prepare::Prepared;
use crate::state::ClockOffset;
use crate::world::{Loaded, World};

/// Sends a code, once, and writes down before that it was. A seed has another for the case that AWS refuses the first:
/// somebody may have used it elsewhere, or the answer has just told how wrong our clock is.
pub(super) fn call(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    caller: &Caller,
    serial: &MfaSerial,
    source: Source<'_>,
    device: &Guard,
) -> Result<SessionCredentials, RefreshError> {
    let mut ledger = Ledger::open(&world.state, serial, device);
    let first = send(world, prepared, caller, serial, source, &mut ledger)?;
    let answer = match (first, source) {
        (Err(AwsError::Refused(refusal)), Source::Seed(_)) if refusal.reason == Reason::CodeRejected => {
            match send(world, prepared, caller, serial, source, &mut ledger)? {
                Err(AwsError::Refused(refusal)) if refusal.reason == Reason::CodeRejected => {
                    return Err(RefreshError::SeedRejected(serial.clone()));
                }
                second => second,
            }
        }
        (first, _) => first,
    };
    answer.map_err(|error| explain(world, loaded, prepared, error))
}

/// One try: the inner result is AWS's.
fn send(
    world: &World,
    prepared: &Prepared<'_>,
    caller: &Caller,
    serial: &MfaSerial,
    source: Source<'_>,
    ledger: &mut Ledger<'_>,
) -> Result<Result<SessionCredentials, AwsError>, RefreshError> {
    let now = world.aws_time();
    let code = ledger.choose(source, now)?;
    ledger.record(&code, now).map_err(RefreshError::Ledger)?;
    let request = SessionTokenRequest {
        serial,
        code: &code.digits,
        duration: prepared.duration,
    };
    let Reply { result, server_time } = world.aws.session_token(caller, &request);
    remember_clock(world, server_time);
    if let Err(AwsError::Unreachable { .. } | AwsError::NotMade(_)) = result {
        // If this fails the code merely stays used.
        let _ = ledger.take_back();
    }
    if let Err(AwsError::Refused(refusal)) = &result
        && refusal.reason == Reason::DeviceNotAccepted
    {
        // A device that IAM listed once may have been replaced; not knowing it only costs a call.
        let _ = world.state.forget_device(&prepared.key.id);
    }
    Ok(result.and_then(|credentials| {
        if credentials.expires_at <= server_time.unwrap_or(now) {
            Err(AwsError::NotAws("the session in it is already over"))
        } else {
            Ok(credentials)
        }
    }))
}

/// An answer's `Date` is this many seconds old at most, as a rule; a smaller difference is no news.
const LATENCY: i64 = 5;

/// Remembers how wrong this machine's clock is, when that is news.
pub(crate) fn remember_clock(world: &World, server_time: Option<Timestamp>) {
    let now = world.clock.now();
    let Some(server_time) = server_time else { return };
    let seconds = server_time.duration_since(now).as_secs();
    let known = world.state.clock_offset();
    let is_news = match known {
        Some(known) => (known.seconds - seconds).abs() > LATENCY || known.is_due(now),
        None => seconds.abs() > LATENCY,
    };
    if is_news {
        // Only a warning and the next code hang on it.
        let _ = world.state.remember_clock_offset(ClockOffset {
            seconds,
            measured_at: now,
        });
    }
}
