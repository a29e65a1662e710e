//! What practice AWS knows: people, keys, devices, roles and the sessions it issued.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::{
    device::{Attempts, Device},
    groups::{Group, ManagedPolicy},
    options::Options,
    random,
};

/// Everything that outlives a request.
pub(crate) struct World {
    pub(crate) options: Options,
    /// By name. Names are unique across accounts here, which AWS does not demand but no test misses.
    pub(crate) users: BTreeMap<String, User>,
    /// Long-term keys by id.
    pub(crate) keys: BTreeMap<String, AccessKey>,
    /// The accounts of deleted keys: GetAccessKeyInfo still names them.
    pub(crate) deleted_keys: BTreeMap<String, String>,
    /// By serial.
    pub(crate) devices: BTreeMap<String, Device>,
    /// Attempts by serial and not by device: a device recreated under the same name keeps the spent budget.
    pub(crate) attempts: BTreeMap<String, Attempts>,
    /// By ARN.
    pub(crate) roles: BTreeMap<String, KnownRole>,
    /// By access key id.
    pub(crate) sessions: BTreeMap<String, Session>,
    /// Account aliases by account.
    pub(crate) aliases: BTreeMap<String, String>,
    /// Tokens that sign a browser in, each once.
    pub(crate) sign_ins: BTreeMap<String, SignIn>,
    /// By name.
    pub(crate) groups: BTreeMap<String, Group>,
    /// Managed policies by ARN.
    pub(crate) policies: BTreeMap<String, ManagedPolicy>,
    /// When the credential report was first asked for.
    pub(crate) report_asked: Option<Timestamp>,
}

/// Who a token signs in, and until when.
pub(crate) struct SignIn {
    pub(crate) who: String,
    pub(crate) until: Timestamp,
}

/// An IAM user, or the root of an account.
pub(crate) struct User {
    pub(crate) account: String,
    pub(crate) id: String,
    pub(crate) created: Timestamp,
    pub(crate) root: bool,
    /// Whether the user may do only what policies say, even if there are none.
    pub(crate) by_policies: bool,
}

/// A long-term access key.
pub(crate) struct AccessKey {
    pub(crate) secret: String,
    pub(crate) user: String,
    pub(crate) active: bool,
    pub(crate) created: Timestamp,
    pub(crate) last_used: Option<LastUse>,
}

/// When and where a key was last seen.
pub(crate) struct LastUse {
    pub(crate) at: Timestamp,
    pub(crate) service: String,
    pub(crate) region: String,
}

/// Temporary credentials that were issued.
pub(crate) struct Session {
    pub(crate) secret: String,
    pub(crate) token: String,
    pub(crate) expires: Timestamp,
    pub(crate) principal: Principal,
    /// When the code was given that the session carries with it. A role's session carries none.
    pub(crate) mfa_at: Option<Timestamp>,
    /// What a role's session hands on to the roles taken with it.
    pub(crate) handed_on: HandedOn,
}

/// What goes down a chain of roles.
#[derive(Clone, Default)]
pub(crate) struct HandedOn {
    /// Set once, and for all roles that follow.
    pub(crate) source_identity: Option<String>,
    /// The transitive ones of the session's tags.
    pub(crate) tags: BTreeMap<String, String>,
}

/// Who a request or a session speaks for.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Principal {
    User(String),
    Role { arn: String, session_name: String },
}

/// A role and what AWS adds to it.
pub(crate) struct KnownRole {
    pub(crate) id: String,
    pub(crate) role: Role,
}

/// A role that can be assumed.
#[derive(Clone, Debug)]
pub struct Role {
    /// The role's ARN; its account and name follow from it.
    pub arn: String,
    /// MaxSessionDuration, in seconds.
    pub max_session_seconds: u64,
    /// Who may assume it, and how.
    pub trust: Trust,
}

/// The trust policy of a role, as far as sessions depend on it.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// ARNs of users, of roles, or of an account's root, which stands for everyone in it.
    pub principals: Vec<String>,
    /// Whether `aws:MultiFactorAuthPresent` must be true.
    pub mfa: bool,
    /// The greatest `aws:MultiFactorAuthAge` allowed, in seconds. Implies MFA.
    pub mfa_age_seconds: Option<u64>,
    /// The external id the caller must give.
    pub external_id: Option<String>,
    /// The `sts:RoleSessionName` the caller must give.
    pub session_name: Option<String>,
    /// The `sts:SourceIdentity` the caller must give or have.
    pub source_identity: Option<String>,
    /// Tags the caller must give (`aws:RequestTag`) or have been handed (`aws:PrincipalTag`).
    pub tags: BTreeMap<String, String>,
}

/// A user's long-term access key, told once to whoever made it. Has no `Debug`, for it holds the secret.
#[derive(Clone)]
pub struct LongTermKey {
    /// The access key id.
    pub access_key_id: String,
    /// The secret access key.
    pub secret_access_key: String,
}

impl World {
    pub(crate) fn new(options: Options) -> Self {
        Self {
            options,
            users: BTreeMap::new(),
            keys: BTreeMap::new(),
            deleted_keys: BTreeMap::new(),
            devices: BTreeMap::new(),
            attempts: BTreeMap::new(),
            roles: BTreeMap::new(),
            sessions: BTreeMap::new(),
            aliases: BTreeMap::new(),
            sign_ins: BTreeMap::new(),
            groups: BTreeMap::new(),
            policies: BTreeMap::new(),
            report_asked: None,
        }
    }

    /// Adds a user, or leaves the one of that name alone.
    pub(crate) fn add_user(&mut self, account: &str, name: &str, now: Timestamp) -> Result<(), getrandom::Error> {
        let user = User {
            account: account.to_owned(),
            id: random::unique_id("AIDA")?,
            created: now,
            root: name == "root",
            by_policies: false,
        };
        self.users.entry(name.to_owned()).or_insert(user);
        Ok(())
    }

    /// Adds an active key for a user.
    pub(crate) fn add_key(&mut self, user: &str, now: Timestamp) -> Result<LongTermKey, getrandom::Error> {
        let (id, secret) = (random::long_term_key_id()?, random::secret_access_key()?);
        let key = AccessKey {
            secret: secret.clone(),
            user: user.to_owned(),
            active: true,
            created: now,
            last_used: None,
        };
        self.keys.insert(id.clone(), key);
        Ok(LongTermKey {
            access_key_id: id,
            secret_access_key: secret,
        })
    }

    pub(crate) fn add_role(&mut self, role: Role) -> Result<(), getrandom::Error> {
        self.roles.insert(
            role.arn.clone(),
            KnownRole {
                id: random::unique_id("AROA")?,
                role,
            },
        );
        Ok(())
    }

    /// Returns the account of a principal. Unknown users cannot be callers, so theirs is empty.
    pub(crate) fn account(&self, principal: &Principal) -> String {
        match principal {
            Principal::User(name) => self.users.get(name).map(|user| user.account.clone()),
            Principal::Role { arn, .. } => arn.split(':').nth(4).map(str::to_owned),
        }
        .unwrap_or_default()
    }

    /// Returns the ARN that GetCallerIdentity gives and that error texts name.
    pub(crate) fn arn(&self, principal: &Principal) -> String {
        let account = self.account(principal);
        match principal {
            Principal::User(name) if self.users.get(name).is_some_and(|user| user.root) => {
                format!("arn:aws:iam::{account}:root")
            }
            Principal::User(name) => format!("arn:aws:iam::{account}:user/{name}"),
            Principal::Role { arn, session_name } => {
                let name = arn.rsplit('/').next().unwrap_or_default();
                format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}")
            }
        }
    }

    /// Returns the unique id that GetCallerIdentity gives.
    pub(crate) fn unique_id(&self, principal: &Principal) -> String {
        match principal {
            Principal::User(name) => match self.users.get(name) {
                Some(user) if user.root => user.account.clone(),
                Some(user) => user.id.clone(),
                None => String::new(),
            },
            Principal::Role { arn, session_name } => {
                let id = self.roles.get(arn).map_or("", |known| &known.id);
                format!("{id}:{session_name}")
            }
        }
    }
}
