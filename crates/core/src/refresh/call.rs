//! The call that spends a code.

use jiff::Timestamp;

use crate::aws_error::{AwsError, Reason};
use crate::ledger::Ledger;
use crate::lock::Guard;
use crate::ports::{Caller, Reply, SessionCredentials, SessionTokenRequest};
use crate::refresh::error::explain;
use crate::refresh::prepare::Prepared;
use crate::refresh::{CLOCK_TOLERANCE, RefreshError};
use crate::state::ClockOffset;
use crate::world::{Loaded, World};

/// Sends the code, once, and writes down before that it was.
pub(super) fn call(
    world: &World,
    loaded: &Loaded,
    prepared: &Prepared<'_>,
    caller: &Caller,
    request: &SessionTokenRequest<'_>,
    device: &Guard,
) -> Result<SessionCredentials, RefreshError> {
    let mut ledger = Ledger::open(&world.state, request.serial, device);
    let now = world.clock.now();
    ledger.check(request.code, now)?;
    ledger.record(request.code, now).map_err(RefreshError::Ledger)?;
    let Reply { result, server_time } = world.aws.session_token(caller, request);
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
    let credentials = result.map_err(|error| explain(world, loaded, prepared, error))?;
    if credentials.expires_at <= server_time.unwrap_or(now) {
        return Err(explain(
            world,
            loaded,
            prepared,
            AwsError::NotAws("the session in it is already over"),
        ));
    }
    Ok(credentials)
}
/// Remembers how wrong this machine's clock is, when that is news.
pub(super) fn remember_clock(world: &World, server_time: Option<Timestamp>) {
    let now = world.clock.now();
    let Some(server_time) = server_time else { return };
    let seconds = server_time.duration_since(now).as_secs();
    let known = world.state.clock_offset();
    let is_news = known.map_or(seconds.abs() > CLOCK_TOLERANCE, |known| {
        (known.seconds - seconds).abs() > 5
    });
    if is_news {
        // Only a warning hangs on it.
        let _ = world.state.remember_clock_offset(ClockOffset {
            seconds,
            measured_at: now,
        });
    }
}
