//! A new virtual MFA device, from nothing to its first session.
//!
//! [`Creation::advance`] goes as far as it can and says what it waits for; whoever drives it shows that, waits or asks,
//! and calls again. Each step is written down before the next: made → kept (seed in the keychain, read back) → enabled
//! → proved by a session. After a failure the same call tries the same step again.

use jiff::{SignedDuration, Timestamp};

use crate::enroll::ground::{entry_name, open_session};
use crate::enroll::journal::{Journal, Step};
use crate::enroll::{EnrollError, offer};
use crate::lock::{self, Subject};
use crate::profile::{DeviceName, MfaCode, MfaSerial, ProfileName};
use crate::refresh::{CodeFrom, Refreshed};
use crate::totp::Seed;
use crate::vault;
use crate::world::World;

/// No wait here is longer: what a clock that was set back makes of one is not waited for.
const LONGEST_WAIT: SignedDuration = SignedDuration::from_secs(200);

/// What is being done, for the person who waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Who is the user, and which devices are there?
    Looking,
    /// The device is made.
    Creating,
    /// The seed goes into the keychain.
    Storing,
    /// Two codes make the device the user's.
    Enabling,
    /// A code of it buys the first session.
    Proving,
}

/// Why there is a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// For the next code.
    NextCode,
    /// For STS to learn of the device.
    Spreading,
}

/// Hears what is being done; false stops it where nothing is lost.
pub type Tell<'a> = dyn FnMut(Doing) -> bool + 'a;

/// What an enrolment needs before it goes on.
#[derive(Debug)]
pub enum Next {
    /// A code of one of these devices, by [`Creation::give_code`].
    Code(Vec<MfaSerial>),
    /// Nothing but a word: now is the time for a copy on the phone; then [`Creation::go_on`].
    Picture,
    /// Time.
    Wait {
        /// Until then, by this machine's clock.
        until: Timestamp,
        /// For what.
        why: Waiting,
    },
    /// Nothing: the device is enrolled, and here is its first session.
    Done(Box<Refreshed>),
}

/// An enrolment under way.
#[derive(Debug)]
pub struct Creation {
    pub(super) profile: ProfileName,
    pub(super) host: String,
    pub(super) name: Option<DeviceName>,
    pub(super) journal: Option<Journal>,
    pub(super) seed: Option<Seed>,
    copied: bool,
    pub(super) pairs_refused: u8,
    pub(super) sessions_refused: u8,
    pub(super) not_before: Option<Timestamp>,
    pub(super) enrolled: Option<MfaSerial>,
}

impl Creation {
    /// Begins one for `profile`; the device is called `name`, else as [`offer`](offer::offer) says. `host` is this
    /// computer's name. Touches nothing yet.
    ///
    /// # Errors
    /// [`EnrollError::Unfinished`] while there is another.
    pub fn begin(
        world: &World,
        profile: &ProfileName,
        name: Option<DeviceName>,
        host: &str,
    ) -> Result<Creation, EnrollError> {
        let profile = entry_name(world, profile)?;
        match offer::read(world, &profile) {
            Some((_, serial)) => Err(EnrollError::Unfinished(serial)),
            None => Ok(Creation::new(profile, name, host, None)),
        }
    }

    /// Takes up the one that was cut short.
    ///
    /// # Errors
    /// [`EnrollError::NothingUnfinished`]; [`EnrollError::SeedLost`] if the device can only be removed.
    pub fn resume(world: &World, profile: &ProfileName) -> Result<Creation, EnrollError> {
        let profile = entry_name(world, profile)?;
        // Somebody may be between the device and the keychain right now.
        let _lock = lock::take(&world.state.locks(), Subject::Enrolment(&profile), lock::PATIENCE)?;
        let (mut journal, serial) =
            offer::read(world, &profile).ok_or_else(|| EnrollError::NothingUnfinished(profile.clone()))?;
        match journal.step {
            Step::Made => {
                match vault::read(&*world.keychain, &serial) {
                    Ok(_) => journal.step = Step::Kept,
                    Err(error) if error.is_unavailable() => return Err(error.into()),
                    Err(_) => return Err(EnrollError::SeedLost(serial)),
                }
                journal.write(&world.state, &profile)?;
            }
            Step::Asked | Step::Kept | Step::Enabled(_) => {}
        }
        let name = DeviceName::parse(serial.device_name()).ok();
        Ok(Creation::new(profile, name, "", Some(journal)))
    }

    fn new(profile: ProfileName, name: Option<DeviceName>, host: &str, journal: Option<Journal>) -> Creation {
        Creation {
            profile,
            host: host.to_owned(),
            name,
            journal,
            seed: None,
            copied: false,
            pairs_refused: 0,
            sessions_refused: 0,
            not_before: None,
            enrolled: None,
        }
    }

    /// The profile.
    pub fn profile(&self) -> &ProfileName {
        &self.profile
    }

    /// The device, once there is one.
    pub fn serial(&self) -> Option<MfaSerial> {
        let journal = self.journal.as_ref().filter(|journal| journal.step != Step::Asked);
        journal.and_then(Journal::serial).or_else(|| self.enrolled.clone())
    }

    /// The seed, while this process has it: for the copy on the phone.
    pub fn seed(&self) -> Option<&Seed> {
        self.seed.as_ref()
    }

    /// Whether a device was made, or may have been, that is nobody's yet.
    pub fn leaves_device(&self) -> bool {
        let step = self.journal.as_ref().map(|journal| journal.step);
        matches!(step, Some(Step::Asked | Step::Made | Step::Kept))
    }

    /// Looks whether somebody else has begun, gone on with or ended the enrolment meanwhile.
    fn compare(&mut self, world: &World) -> Result<(), EnrollError> {
        let kept = offer::read(world, &self.profile);
        match (kept, &self.journal) {
            (None, None) => Ok(()),
            (Some((kept, _)), Some(own)) if kept.serial == own.serial => {
                if kept.step.is_after(own.step) {
                    self.journal = Some(kept);
                }
                Ok(())
            }
            (Some((_, serial)), _) => Err(EnrollError::Unfinished(serial)),
            (None, Some(_)) => Err(EnrollError::NothingUnfinished(self.profile.clone())),
        }
    }

    /// Answers [`Next::Code`] with a code of a device the user has.
    ///
    /// # Errors
    /// [`EnrollError`]: the answer was not good; [`Creation::advance`] asks again.
    pub fn give_code(&mut self, world: &World, serial: &MfaSerial, code: MfaCode) -> Result<(), EnrollError> {
        Ok(open_session(world, &self.profile, serial, CodeFrom::Person(code))?)
    }

    /// Answers [`Next::Picture`].
    pub fn go_on(&mut self) {
        self.copied = true;
    }

    /// Goes as far as possible; `tell` hears what is being done, and says whether to go on.
    ///
    /// # Errors
    /// [`EnrollError`]; calling again tries the same step again.
    pub fn advance(&mut self, world: &World, tell: &mut Tell<'_>) -> Result<Next, EnrollError> {
        let _lock = lock::take(&world.state.locks(), Subject::Enrolment(&self.profile), lock::PATIENCE)?;
        self.compare(world)?;
        loop {
            let now = world.clock.now();
            if let Some(until) = self
                .not_before
                .filter(|&until| until > now && until - LONGEST_WAIT <= now)
            {
                let enabled = matches!(
                    &self.journal,
                    Some(Journal {
                        step: Step::Enabled(_),
                        ..
                    })
                );
                let why = if enabled { Waiting::Spreading } else { Waiting::NextCode };
                return Ok(Next::Wait { until, why });
            }
            let next = match self.journal.as_ref().map(|journal| journal.step) {
                None | Some(Step::Asked) => self.make(world, tell)?,
                Some(Step::Made) => self.keep(world, tell)?,
                Some(Step::Kept) if !self.copied => {
                    self.load_seed(world)?;
                    Some(Next::Picture)
                }
                Some(Step::Kept) => self.enable(world, tell)?,
                Some(Step::Enabled(at)) => self.prove(world, at, tell)?,
            };
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }
}
