//! The call that spends a code, and the one that does not.

use jiff::Timestamp;

use crate::activity::By;
use crate::aws_error::{AwsError, Reason};
use crate::ledger::{Ledger, Source};
use crate::lock::Guard;
use crate::ports::{Reply, SessionCredentials};
use crate::profile::{MfaCode, MfaSerial};
use crate::refresh::prepare::Prepared;
use crate::refresh::{CodeFrom, RefreshError};
use crate::state::ClockOffset;
use crate::totp::Seed;
use crate::vault;
use crate::world::World;

/// What came of a call, in AWS's terms.
pub(super) type Answer = Result<SessionCredentials, AwsError>;

/// The seed of an enrolled device; `None`: the device is not, or its seed is not asked for.
pub(super) fn kept_seed(world: &World, code: &CodeFrom, serial: &MfaSerial) -> Result<Option<Seed>, RefreshError> {
    let asked = matches!(code, CodeFrom::Keychain);
    if asked && world.state.enrolled_devices().contains_key(serial.as_str()) {
        let read = match world.by {
            By::Automatic => vault::read_quietly,
            By::Click | By::CommandLine => vault::read,
        };
        Ok(Some(read(&*world.keychain, serial)?))
    } else {
        Ok(None)
    }
}

/// Sends a code, once, and writes down before that it was. A seed has another for the case that AWS refuses the first:
/// somebody may have used it elsewhere, or the answer has just told how wrong our clock is.
pub(super) fn with_code(
    world: &World,
    prepared: &Prepared<'_>,
    serial: &MfaSerial,
    source: Source<'_>,
    device: &Guard,
    send: &dyn Fn(&MfaCode) -> Reply<SessionCredentials>,
) -> Result<Answer, RefreshError> {
    let mut ledger = Ledger::open(&world.state, serial, device);
    let mut once = || try_once(world, prepared, source, &mut ledger, send);
    match (once()?, source) {
        (Err(AwsError::Refused(refusal)), Source::Seed(_)) if refusal.reason == Reason::CodeRejected => match once()? {
            Err(AwsError::Refused(refusal)) if refusal.reason == Reason::CodeRejected => {
                Err(RefreshError::SeedRejected(serial.clone()))
            }
            second => Ok(second),
        },
        (first, _) => Ok(first),
    }
}

fn try_once(
    world: &World,
    prepared: &Prepared<'_>,
    source: Source<'_>,
    ledger: &mut Ledger<'_>,
    send: &dyn Fn(&MfaCode) -> Reply<SessionCredentials>,
) -> Result<Answer, RefreshError> {
    let now = world.aws_time();
    let code = ledger.choose(source, now)?;
    ledger.record(&code, now).map_err(RefreshError::Ledger)?;
    let mut answer = take_in(world, send(&code.digits), now);
    if let Err(AwsError::Refused(refusal)) = &mut answer {
        // AWS quotes what it does not like, and its message is shown and written down.
        refusal.message = refusal.message.replace(code.digits.digits(), "[redacted]");
    }
    if let Err(AwsError::Unreachable { .. } | AwsError::NotMade(_)) = answer {
        // If this fails the code merely stays used.
        let _ = ledger.take_back();
    }
    if let Err(AwsError::Refused(refusal)) = &answer
        && refusal.reason == Reason::DeviceNotAccepted
    {
        // A device that IAM listed once may have been replaced; not knowing it only costs a call.
        let _ = world.state.forget_device(&prepared.key.id);
    }
    Ok(answer)
}

/// Takes in the answer to a call that carried no code.
pub(super) fn without_code(world: &World, reply: Reply<SessionCredentials>) -> Answer {
    take_in(world, reply, world.aws_time())
}

fn take_in(world: &World, reply: Reply<SessionCredentials>, now: Timestamp) -> Answer {
    remember_clock(world, reply.server_time);
    let credentials = reply.result?;
    if credentials.expires_at <= reply.server_time.unwrap_or(now) {
        return Err(AwsError::NotAws("the session in it is already over"));
    }
    Ok(credentials)
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
        Some(known) => (known.seconds - seconds).abs() > LATENCY || known.is_due(&*world.clock),
        None => seconds.abs() > LATENCY,
    };
    if is_news {
        // Only a warning and the next code hang on it.
        let _ = world.state.remember_clock_offset(ClockOffset {
            seconds,
            measured_at: now,
            started_at: world.clock.started_at(),
        });
    }
}
