//! The steps of an enrolment, each of which can be tried again.

use jiff::{SignedDuration, Timestamp};

use crate::aws_error::{AwsError, Reason, Refusal};
use crate::enroll::create::{Creation, Doing, Next, Tell, Waiting};
use crate::enroll::error::iam;
use crate::enroll::ground::{Ground, open_session};
use crate::enroll::journal::{Journal, Step};
use crate::enroll::pair::{next_step, send_pair};
use crate::enroll::policy::Action;
use crate::enroll::{EnrollError, offer, settle};
use crate::ledger::CodeRefused;
use crate::ports::Caller;
use crate::profile::{DeviceName, MfaSerial};
use crate::refresh::{CodeFrom, RefreshError, Request, When, refresh};
use crate::totp::Seed;
use crate::vault::{self, VaultError};
use crate::world::World;

/// STS knows a device this long after IAM does, as others have observed
/// (8 to 14 s; nothing that AWS promises).
const SPREADING: SignedDuration = SignedDuration::from_secs(10);
/// Between two tries of the first session.
const AGAIN: SignedDuration = SignedDuration::from_secs(8);
/// Tries of the first session, each with a code of its own: more would eat into AWS's budget for the device.
const SESSION_TRIES: u8 = 3;
/// MFA devices a user may have
/// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>).
const MOST_DEVICES: usize = 8;
/// Pairs of codes that are tried to enable the device.
const PAIR_TRIES: u8 = 3;

impl Creation {
    pub(super) fn make(&mut self, world: &World, tell: &mut Tell<'_>) -> Result<Option<Next>, EnrollError> {
        say(tell, Doing::Looking)?;
        let ground = Ground::find(world, &self.profile)?;
        self.settle_asked(world, &ground)?;
        let devices = ground.devices(world)?;
        if devices.len() >= MOST_DEVICES {
            return Err(EnrollError::TooMany(devices.len()));
        }
        if let Some(next) = session_first(world, &ground, &devices)? {
            return Ok(next);
        }
        let caller = ground.caller_for_change(&devices)?.clone();
        let taken = nobodys_devices(world, &ground, &caller)?;
        // A keychain that does not keep anything is found out before there is a device to lose.
        say(tell, Doing::Storing)?;
        vault::check(&*world.keychain)?;
        say(tell, Doing::Creating)?;
        let first = |second| offer::default_name(&ground.user, second, &self.host);
        let names = match &self.name {
            Some(name) => vec![name.clone()],
            None if devices.is_empty() => vec![first(false), first(true)],
            None => vec![first(true)],
        };
        let last = names.len() - 1;
        for (index, name) in names.iter().enumerate() {
            match self.create(world, &ground, &caller, &taken, name) {
                Err(EnrollError::Iam {
                    source: AwsError::Refused(refusal),
                    ..
                }) if refusal.reason == Reason::AlreadyExists && index < last => {}
                made => return made.map(|()| None),
            }
        }
        Ok(None)
    }

    /// A device was asked for and no answer came: if it exists its seed is lost, for that was in the answer.
    fn settle_asked(&mut self, world: &World, ground: &Ground) -> Result<(), EnrollError> {
        let Some(serial) = self.journal.as_ref().and_then(Journal::serial) else {
            return Ok(());
        };
        let caller = ground.with_mfa.as_ref().unwrap_or(&ground.plain);
        let reply = world.aws.unassigned_devices(caller);
        match ground.ask(world, Action::ListVirtualMfaDevices, reply) {
            Ok(nobodys) if !nobodys.contains(&serial) => self.forget(world),
            Err(error) if !is_refused(&error) => Err(error),
            _ => Err(EnrollError::SeedLost(serial)),
        }
    }

    fn forget(&mut self, world: &World) -> Result<(), EnrollError> {
        Journal::remove(&world.state, &self.profile)?;
        self.journal = None;
        Ok(())
    }

    /// Makes the device called `name`, and writes down before that it will.
    fn create(
        &mut self,
        world: &World,
        ground: &Ground,
        caller: &Caller,
        taken: &[MfaSerial],
        name: &DeviceName,
    ) -> Result<(), EnrollError> {
        let serial = format!("arn:{}:iam::{}:mfa/{name}", ground.partition, ground.account);
        // Known before it is asked for: else a lost answer would make somebody's device look like ours.
        if taken.iter().any(|taken| taken.as_str() == serial) {
            let refusal = Refusal::new("EntityAlreadyExists", "");
            return Err(iam(ground, Action::CreateVirtualMfaDevice, AwsError::Refused(refusal)));
        }
        let journal = Journal {
            profile: self.profile.to_string(),
            serial,
            step: Step::Asked,
        };
        journal.write(&world.state, &self.profile)?;
        let reply = world.aws.create_virtual_device(caller, name);
        let certainly_not_made = matches!(
            reply.result,
            Err(AwsError::Refused(_) | AwsError::Throttled | AwsError::Unreachable { .. } | AwsError::NotMade(_))
        );
        self.journal = Some(journal);
        let device = match ground.ask(world, Action::CreateVirtualMfaDevice, reply) {
            Ok(device) => device,
            Err(error) => {
                if certainly_not_made {
                    self.forget(world)?;
                }
                return Err(error);
            }
        };
        self.seed = Some(device.seed);
        // The seed is what counts now: that the device was asked for stands there already.
        let _ = self.write(world, &device.serial, Step::Made);
        Ok(())
    }

    pub(super) fn keep(&mut self, world: &World, tell: &mut Tell<'_>) -> Result<Option<Next>, EnrollError> {
        // No word stops it here: the seed is in this process alone.
        let _ = tell(Doing::Storing);
        let serial = self.device()?;
        let seed = self
            .seed
            .as_ref()
            .ok_or_else(|| EnrollError::SeedLost(serial.clone()))?;
        vault::store(&*world.keychain, &serial, seed)?;
        self.write(world, &serial, Step::Kept)?;
        Ok(None)
    }

    pub(super) fn enable(&mut self, world: &World, tell: &mut Tell<'_>) -> Result<Option<Next>, EnrollError> {
        say(tell, Doing::Enabling)?;
        let serial = self.device()?;
        let seed = self.load_seed(world)?.clone();
        let ground = Ground::find(world, &self.profile)?;
        let devices = ground.devices(world)?;
        if devices.contains(&serial) {
            // The answer was lost, or we were killed before we could write it down.
            return self.enabled(world, &serial);
        }
        if let Some(next) = session_first(world, &ground, &devices)? {
            return Ok(next);
        }
        let caller = ground.caller_for_change(&devices)?;
        match send_pair(world, &ground.user, &serial, &seed, |pair| {
            let reply = world.aws.enable_device(caller, pair);
            ground.ask(world, Action::EnableMfaDevice, reply)
        }) {
            Ok(()) => self.enabled(world, &serial),
            Err(EnrollError::Iam {
                source: AwsError::Refused(refusal),
                ..
            }) if refusal.reason == Reason::PairRejected && self.pairs_refused + 1 < PAIR_TRIES => {
                self.pairs_refused += 1;
                self.not_before = Some(next_step(world, &seed));
                Ok(None)
            }
            Err(error) => {
                self.pairs_refused = 0;
                Err(error)
            }
        }
    }

    fn enabled(&mut self, world: &World, serial: &MfaSerial) -> Result<Option<Next>, EnrollError> {
        let now = world.clock.now();
        self.write(world, serial, Step::Enabled(now))?;
        Ok(None)
    }

    pub(super) fn prove(
        &mut self,
        world: &World,
        enabled_at: Timestamp,
        tell: &mut Tell<'_>,
    ) -> Result<Option<Next>, EnrollError> {
        let now = world.clock.now();
        let spread = enabled_at + SPREADING;
        // A clock that was set back must not make anybody wait for days.
        if self.not_before.is_none() && now < spread && enabled_at <= now {
            self.not_before = Some(spread);
            return Ok(None);
        }
        say(tell, Doing::Proving)?;
        let serial = self.device()?;
        let seed = self.load_seed(world)?.clone();
        // What can fail without a code fails before one is spent.
        let ground = Ground::find(world, &self.profile)?;
        let request = Request {
            code: CodeFrom::Seed(seed.clone()),
            serial: Some(serial.clone()),
            when: When::Always,
            ..Request::of(&self.profile)
        };
        match refresh(world, &request) {
            Ok(mut refreshed) => {
                match settle::settle(world, &ground, &serial, &seed) {
                    // The device works; a line in the config file is not worth failing for.
                    Err(error @ EnrollError::Config(_)) => refreshed.warnings.push(error.problem()),
                    settled => settled?,
                }
                self.forget(world)?;
                self.enrolled = Some(serial);
                Ok(Some(Next::Done(Box::new(refreshed))))
            }
            Err(RefreshError::Code(CodeRefused::NoneLeft { wait } | CodeRefused::BudgetSpent { wait })) => {
                self.not_before = Some(world.clock.now() + SignedDuration::from_secs(wait));
                Ok(None)
            }
            Err(error) if not_known_yet(&error) && self.sessions_refused + 1 < SESSION_TRIES => {
                self.sessions_refused += 1;
                self.not_before = Some(now + AGAIN);
                Ok(None)
            }
            Err(error) => {
                self.sessions_refused = 0;
                let listed = ground.listed_devices(world)?;
                if not_known_yet(&error) && listed.is_some_and(|devices| !devices.contains(&serial)) {
                    // It was never enabled, or is not any more.
                    self.write(world, &serial, Step::Kept)?;
                }
                Err(error.into())
            }
        }
    }

    fn device(&self) -> Result<MfaSerial, EnrollError> {
        self.serial()
            .ok_or_else(|| EnrollError::NothingUnfinished(self.profile.clone()))
    }

    pub(super) fn load_seed(&mut self, world: &World) -> Result<&Seed, EnrollError> {
        let seed = match self.seed.take() {
            Some(seed) => seed,
            None => vault::read(&*world.keychain, &self.device()?)?,
        };
        Ok(self.seed.insert(seed))
    }

    fn write(&mut self, world: &World, serial: &MfaSerial, step: Step) -> Result<(), EnrollError> {
        let journal = Journal {
            profile: self.profile.to_string(),
            serial: serial.to_string(),
            step,
        };
        // Even if it cannot be written down this process knows it.
        self.journal = Some(journal.clone());
        self.not_before = None;
        Ok(journal.write(&world.state, &self.profile)?)
    }
}

/// Sees to the session with MFA that a change of devices needs: by itself where a seed of ours can, else by asking.
fn session_first(world: &World, ground: &Ground, devices: &[MfaSerial]) -> Result<Option<Option<Next>>, EnrollError> {
    if devices.is_empty() || ground.with_mfa.is_some() {
        return Ok(None);
    }
    let enrolled = world.state.enrolled_devices();
    let ours = devices.iter().find(|serial| enrolled.contains_key(serial.as_str()));
    let Some(serial) = ours else {
        return Ok(Some(Some(Next::Code(usable(devices)))));
    };
    match open_session(world, &ground.profile, serial, CodeFrom::Keychain) {
        // The ground has changed: look again.
        Ok(()) => Ok(Some(None)),
        Err(RefreshError::Code(CodeRefused::NoneLeft { wait } | CodeRefused::BudgetSpent { wait })) => {
            Ok(Some(Some(Next::Wait {
                until: world.clock.now() + SignedDuration::from_secs(wait),
                why: Waiting::NextCode,
            })))
        }
        // It is enrolled no more, whatever we remember; the person may still have it.
        Err(RefreshError::Keychain(VaultError::Missing(_) | VaultError::Damaged(_))) => {
            Ok(Some(Some(Next::Code(usable(devices)))))
        }
        Err(error) => Err(error.into()),
    }
}

/// The devices that have codes.
fn usable(devices: &[MfaSerial]) -> Vec<MfaSerial> {
    devices.iter().filter(|serial| !serial.is_fido()).cloned().collect()
}

/// The account's devices that are nobody's, as far as the user may see them.
fn nobodys_devices(world: &World, ground: &Ground, caller: &Caller) -> Result<Vec<MfaSerial>, EnrollError> {
    match ground.ask(
        world,
        Action::ListVirtualMfaDevices,
        world.aws.unassigned_devices(caller),
    ) {
        Err(error) if error.is_denied() => Ok(Vec::new()),
        answer => answer,
    }
}

/// Whether STS may simply not have heard of the device yet.
fn not_known_yet(error: &RefreshError) -> bool {
    match error {
        RefreshError::SeedRejected(_) => true,
        RefreshError::Aws {
            source: AwsError::Refused(refusal),
            ..
        } => refusal.reason == Reason::DeviceNotAccepted,
        _ => false,
    }
}

/// Says what is being done, and stops if it shall not be.
fn say(tell: &mut Tell<'_>, doing: Doing) -> Result<(), EnrollError> {
    if tell(doing) { Ok(()) } else { Err(EnrollError::Stopped) }
}

fn is_refused(error: &EnrollError) -> bool {
    matches!(
        error,
        EnrollError::Iam {
            source: AwsError::Refused(_),
            ..
        }
    )
}
