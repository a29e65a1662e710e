//! The calls themselves: who signs, where to, under which name.

use super::Taking;
use crate::ledger::Source;
use crate::lock::{self, Subject};
use crate::plan::{Known, Limit, Shared};
use crate::ports::{AssumeRoleRequest, Caller, Reply, SessionCredentials};
use crate::profile::{Arn, MfaCode, MfaSerial};
use crate::refresh::{CodeFrom, RefreshError, call, outlook};
use crate::role::is_session_name;
use crate::secret::AccessKey;
use crate::store;
use crate::world::Loaded;

/// The name of a session whose user's name cannot be found out.
const NAMELESS: &str = "mfa-tray";

impl Taking<'_> {
    /// Asks IAM how long sessions of the wanted role may last. Only tells of a role in the user's own account.
    pub(super) fn read_limit(&self, known: &Known) -> Limit {
        let Some((hop, endpoint)) = self.hops.last() else {
            return Limit::Untold;
        };
        let shared = matches!(known.shared, Shared::Young | Shared::Old).then(|| self.shared_key(self.loaded));
        let shared = shared.and_then(Result::ok).flatten();
        let Some(key) = shared.or_else(|| self.prepared.key.open(self.world).ok()) else {
            return Limit::Untold;
        };
        let caller = Caller {
            key,
            endpoint: endpoint.clone(),
        };
        let reply = self.world.aws.role(&caller, hop.name());
        call::remember_clock(self.world, reply.server_time);
        match reply.result {
            Ok(found) if found.arn == hop.arn => {
                let longest = Some(found.max_session_duration);
                // It is only shown.
                let _ = self.world.state.remember_role(&hop.arn, |role| role.longest = longest);
                Limit::Seconds(found.max_session_duration)
            }
            _ => Limit::Untold,
        }
    }

    pub(super) fn with_code(
        &self,
        key: &AccessKey,
        serial: &MfaSerial,
        source: &CodeFrom,
        user_name: &str,
        seconds: u32,
    ) -> Result<call::Answer, RefreshError> {
        let source = match source {
            CodeFrom::Person(code) => Source::Typed(code),
            CodeFrom::Seed(seed) => Source::Seed(seed),
            CodeFrom::Keychain => return Err(RefreshError::CodeNeeded(serial.clone())),
        };
        let device = lock::take(&self.world.state.locks(), Subject::Device(serial), lock::PATIENCE)?;
        call::with_code(self.world, &self.prepared, serial, source, &device, &|code| {
            self.send(0, key, user_name, Some((serial, code)), seconds)
        })
    }

    pub(super) fn assume(
        &self,
        number: usize,
        key: &AccessKey,
        user_name: &str,
        mfa: Option<(&MfaSerial, &MfaCode)>,
        seconds: u32,
    ) -> call::Answer {
        call::without_code(self.world, self.send(number, key, user_name, mfa, seconds))
    }

    fn send(
        &self,
        number: usize,
        key: &AccessKey,
        user_name: &str,
        mfa: Option<(&MfaSerial, &MfaCode)>,
        seconds: u32,
    ) -> Reply<SessionCredentials> {
        let (hop, endpoint) = &self.hops[number];
        let caller = Caller {
            key: key.clone(),
            endpoint: endpoint.clone(),
        };
        let request = AssumeRoleRequest {
            hop,
            session_name: hop.session_name.as_deref().unwrap_or(user_name),
            mfa,
            duration: seconds,
        };
        self.world.aws.assume_role(&caller, &request)
    }

    /// The key of the user's session; `None`: it is not there.
    pub(super) fn shared_key(&self, loaded: &Loaded) -> Result<Option<AccessKey>, RefreshError> {
        let place = self.prepared.role.and_then(|role| outlook::shared_place(loaded, role));
        let Some((_, target)) = place else { return Ok(None) };
        Ok(store::key(self.world, loaded, target)?)
    }

    /// The name of the IAM user, for sessions whose profile names none: what is known of the key, else asked once.
    pub(super) fn user_name(&self) -> String {
        if self.hops.iter().all(|(hop, _)| hop.session_name.is_some()) {
            return NAMELESS.to_owned();
        }
        let id = &self.prepared.key.id;
        let known = self
            .world
            .state
            .known_keys()
            .remove(id.as_str())
            .and_then(|known| known.arn);
        let arn = known.or_else(|| {
            let caller = Caller {
                key: self.prepared.key.open(self.world).ok()?,
                endpoint: self.hops.first()?.1.clone(),
            };
            let identity = self.world.aws.caller_identity(&caller).result.ok()?;
            // Not knowing it again only costs a call.
            let _ = self.world.state.remember_identity(id, &identity);
            Some(identity.arn)
        });
        let name = arn.as_deref().and_then(Arn::parse).map(|arn| arn.name().to_owned());
        name.filter(|name| is_session_name(name))
            .unwrap_or_else(|| NAMELESS.to_owned())
    }
}
