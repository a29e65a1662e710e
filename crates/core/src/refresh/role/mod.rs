//! A session of a role: the steps that [`plan`] names, each under the locks of its own target.

mod calls;
mod words;

use crate::aws_error::{AwsError, Reason};
use crate::catalog;
use crate::endpoint::Endpoint;
use crate::file;
use crate::lock::{self, Subject};
use crate::plan::{self, First, Known, Shared, Step};
use crate::ports::SessionCredentials;
use crate::problem::Problem;
use crate::profile::{Arn, MfaSerial, ProfileName};
use crate::refresh::error::{explain, without_a_code};
use crate::refresh::outlook::{self, Memory};
use crate::refresh::prepare::{self, Prepared};
use crate::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, after, call, user};
use crate::role::Hop;
use crate::state::{MadeSession, TooLong};
use crate::store;
use crate::world::{Loaded, World};

/// Everything one refresh of a role goes by.
struct Taking<'a> {
    world: &'a World,
    loaded: &'a Loaded,
    request: &'a Request,
    prepared: Prepared<'a>,
    /// From the user on, each with where its call goes.
    hops: Vec<(Hop, Endpoint)>,
    serial: Option<MfaSerial>,
    /// What the person typed has been sent.
    spent: bool,
    /// What the last code did not do.
    why: String,
    warnings: Vec<Problem>,
}

/// What came of taking the role.
enum Outcome {
    Done(Refreshed),
    /// AWS refused the first role.
    Refused(AwsError),
    /// The shared session is not there any more.
    Gone,
}

/// See [`refresh`](super::refresh).
pub(super) fn refresh(world: &World, loaded: &Loaded, request: &Request) -> Result<Refreshed, RefreshError> {
    let prepared = prepare::prepare(loaded, request)?;
    if let Some(session) = prepare::good_session(world, loaded, &prepared, request.when) {
        return Ok(prepared.kept(session));
    }
    let Some(role) = prepared.role else {
        return Err(RefreshError::UnknownProfile(request.profile.clone()));
    };
    let hops = role
        .hops(&prepared.entry.section)
        .map(|profile| hop(world, loaded, profile));
    let hops: Vec<_> = hops.collect::<Result<_, _>>().map_err(RefreshError::Profile)?;
    store::rehearse(world, &prepared.target, &prepared.key.id)?;
    let serial = request.serial.clone().or_else(|| prepared.entry.serial.clone());
    let mut known = outlook::known(
        loaded,
        prepared.entry,
        role,
        prepared.duration,
        serial.is_some(),
        &Memory::read(&world.state),
        world.aws_time(),
    );
    let mut taking = Taking {
        world,
        loaded,
        request,
        prepared,
        hops,
        serial,
        spent: false,
        why: String::new(),
        warnings: Vec::new(),
    };
    let mut gone = false;
    loop {
        match plan::next(&known) {
            Step::ReadLimit => known.limit = taking.read_limit(&known),
            Step::OpenShared => {
                taking.open_shared(known.shared)?;
                known.shared = Shared::Young;
            }
            Step::Assume(first, seconds) => match taking.take(&known, first, seconds)? {
                Outcome::Done(refreshed) => return Ok(refreshed),
                Outcome::Gone if !gone => {
                    gone = true;
                    known.shared = Shared::Absent;
                }
                Outcome::Gone => return Err(taking.refused(0, first, taken_away())),
                Outcome::Refused(error) => {
                    let reason = match &error {
                        AwsError::Refused(refusal) => refusal.reason,
                        _ => Reason::Other,
                    };
                    if !known.learn(first, seconds, reason) {
                        return Err(taking.refused(0, first, error));
                    }
                    taking.remember_refusal(reason, seconds);
                }
            },
        }
    }
}

fn hop(world: &World, loaded: &Loaded, profile: &ProfileName) -> Result<(Hop, Endpoint), Problem> {
    let none = crate::aws_files::Properties::default();
    let properties = loaded.files.profile(profile).unwrap_or(&none);
    let hop = Hop::read(profile, properties)?;
    let endpoint = loaded.endpoint(world, properties, Arn::parse(&hop.arn))?;
    Ok((hop, endpoint))
}

fn taken_away() -> AwsError {
    AwsError::NotMade("the session of the user was taken away meanwhile".to_owned())
}

impl Taking<'_> {
    /// Has the user's session made, as a refresh of its own.
    fn open_shared(&mut self, shared: Shared) -> Result<(), RefreshError> {
        if self.spent
            && let Some(error) = self.another_code()
        {
            return Err(error);
        }
        // Read again: a session of this refresh may have been written meanwhile.
        let loaded = self.world.load()?;
        let user = self.prepared.role.and_then(|role| outlook::shared_place(&loaded, role));
        let Some((user, _)) = user else {
            return Err(self.refused(0, First::Shared, taken_away()));
        };
        let request = Request {
            code: self.request.code.clone(),
            when: match shared {
                Shared::Dead => When::Always,
                _ => When::Needed,
            },
            ..Request::of(&user.name)
        };
        let refreshed = user::refresh(self.world, &loaded, &request, self.serial.as_ref())?;
        self.spent |= refreshed.made && matches!(self.request.code, CodeFrom::Person(_));
        self.warnings.extend(refreshed.warnings);
        Ok(())
    }

    /// Takes the first role as `first` says and the others with what it gives, and writes the session.
    fn take(&mut self, known: &Known, first: First, seconds: u32) -> Result<Outcome, RefreshError> {
        // Before any lock: the keychain may ask the person first.
        let code = match (&self.serial, first) {
            (Some(serial), First::Code) => Some((serial.clone(), self.code(serial)?)),
            _ => None,
        };
        let long_term = match first {
            First::Shared => None,
            First::Code | First::Plain => Some(self.prepared.key.open(self.world)?),
        };
        let user_name = self.user_name();
        let world = self.world;
        let real = file::real_path(&world.paths.credentials);
        let section = self.prepared.target.section.clone();
        let _target = lock::take(
            &world.state.locks(),
            Subject::Target(&real, section.as_str()),
            lock::PATIENCE,
        )?;
        let loaded = world.load()?;
        if let Some(session) = prepare::good_session(world, &loaded, &self.prepared, self.request.when) {
            return Ok(Outcome::Done(self.prepared.kept(session)));
        }
        let key = match long_term {
            Some(key) => key,
            None => match self.shared_key(&loaded)? {
                Some(key) => key,
                None => return Ok(Outcome::Gone),
            },
        };
        let answer = match &code {
            Some((serial, source)) => {
                self.spent |= matches!(source, CodeFrom::Person(_));
                self.with_code(&key, serial, source, &user_name, seconds)?
            }
            None => self.assume(0, &key, &user_name, None, seconds),
        };
        let mut credentials = match answer {
            Ok(credentials) => credentials,
            Err(error) => return Ok(Outcome::Refused(error)),
        };
        for number in 1..self.hops.len() {
            let answer = self.assume(
                number,
                &credentials.key,
                &user_name,
                None,
                plan::later_hop(known, number),
            );
            credentials = answer.map_err(|error| self.refused(number, first, error))?;
        }
        let made = MadeSession {
            issued_at: self.world.aws_time(),
            expires_at: credentials.expires_at,
            source: Some(self.prepared.key.id.to_string()),
            role: self.prepared.role.map(|role| role.arn.clone()),
        };
        let beside = store::write(world, &loaded, &self.prepared.target, &credentials, &made, &real)?;
        self.warnings.extend(beside);
        Ok(Outcome::Done(self.finish(&loaded, known, first, &credentials, &made)))
    }

    /// The seed or the typed code for a call that carries MFA.
    fn code(&self, serial: &MfaSerial) -> Result<CodeFrom, RefreshError> {
        if serial.is_fido() {
            return Err(RefreshError::Profile(catalog::fido_only()));
        }
        match &self.request.code {
            CodeFrom::Person(_) if self.spent => Err(self
                .another_code()
                .unwrap_or_else(|| RefreshError::CodeNeeded(serial.clone()))),
            CodeFrom::Keychain => match call::kept_seed(self.world, &self.request.code, serial)? {
                Some(seed) => Ok(CodeFrom::Seed(seed)),
                None => Err(RefreshError::CodeNeeded(serial.clone())),
            },
            given => Ok(given.clone()),
        }
    }

    fn another_code(&self) -> Option<RefreshError> {
        self.serial.clone().map(|serial| RefreshError::AnotherCode {
            serial,
            why: self.why.clone(),
        })
    }

    /// What is worth knowing the next time.
    fn remember_refusal(&mut self, reason: Reason, seconds: u32) {
        let Some((hop, _)) = self.hops.first() else { return };
        let name = hop.name();
        self.why = match reason {
            Reason::DurationTooLong => {
                let refused_at = self.world.clock.now();
                let too_long = Some(TooLong { seconds, refused_at });
                // Not knowing it again costs a code, which is no reason to have no session.
                let _ = self
                    .world
                    .state
                    .remember_role(&hop.arn, |role| role.too_long = too_long);
                format!("the role {name} does not allow sessions of {seconds} s")
            }
            _ => format!("the role {name} wants a code of its own"),
        };
    }

    fn finish(
        &mut self,
        loaded: &Loaded,
        known: &Known,
        first: First,
        credentials: &SessionCredentials,
        made: &MadeSession,
    ) -> Refreshed {
        if known.denied
            && first == First::Code
            && let Some((hop, _)) = self.hops.first()
        {
            // Not knowing it again only costs a call.
            let _ = self
                .world
                .state
                .remember_role(&hop.arn, |role| role.wants_fresh_mfa = true);
        }
        let mut warnings = loaded.warnings();
        warnings.append(&mut self.warnings);
        let name = self.hops.last().map_or("", |(hop, _)| hop.name());
        warnings.extend(known.shortened().map(|why| words::shorter(name, why, known.asked)));
        warnings.extend(after::remember(
            self.world,
            loaded,
            &self.prepared,
            self.request,
            credentials,
            made,
        ));
        warnings.dedup();
        self.prepared.made(credentials, warnings)
    }

    /// Why hop `number` was not taken, in a person's words.
    fn refused(&self, number: usize, first: First, error: AwsError) -> RefreshError {
        let denied = matches!(&error, AwsError::Refused(refusal) if refusal.reason == Reason::Denied);
        let mut explained = explain(self.world, self.loaded, &self.prepared, error);
        if first != First::Code || number > 0 {
            explained = without_a_code(explained);
        }
        match explained {
            RefreshError::Aws { source, .. } if denied => {
                let name = |number: usize| self.hops.get(number).map(|(hop, _)| hop.name());
                let before = number.checked_sub(1).and_then(name);
                let (message, hint) = words::denied(name(number).unwrap_or_default(), before, first);
                RefreshError::Aws { source, message, hint }
            }
            other => other,
        }
    }
}
