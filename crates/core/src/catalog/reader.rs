//! How a profile's properties are read for what it is.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::aws_files::{AwsFiles, Properties};
use crate::catalog::{Entry, Kind, Role};
use crate::keys::LongTermKey;
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};
use crate::session::MANAGER;
use crate::settings::Settings;
use crate::state::KnownKey;
use crate::target::{self, LONG_TERM};

/// The `X-long-term`/`X` pairs, where `X` may hold a session.
pub(super) struct Pairs {
    /// `X-long-term` → `X`.
    pub(super) shown: HashMap<ProfileName, ProfileName>,
    /// `X` → `X-long-term`.
    pub(super) section: HashMap<ProfileName, ProfileName>,
}

pub(super) struct Reader<'a> {
    pub(super) files: &'a AwsFiles,
    pub(super) settings: &'a Settings,
    pub(super) known: &'a BTreeMap<String, KnownKey>,
}

impl Reader<'_> {
    pub(super) fn pairs(&self) -> Pairs {
        let pair = |name: &ProfileName| {
            let shown = ProfileName::parse(name.as_str().strip_suffix(LONG_TERM)?).ok()?;
            let free = self
                .files
                .profile(&shown)
                .is_none_or(|properties| target::conflict(properties).is_none());
            // With a role in it the section is the role's, and its sessions are.
            let keys = self
                .files
                .profile(name)
                .is_some_and(|properties| self.has_key(name, properties) && !properties.has("role_arn"));
            (free && keys).then(|| (name.clone(), shown))
        };
        let shown: HashMap<_, _> = self.files.names().iter().filter_map(pair).collect();
        let section = shown
            .iter()
            .map(|(section, shown)| (shown.clone(), section.clone()))
            .collect();
        Pairs { shown, section }
    }

    pub(super) fn entry(
        &self,
        name: &ProfileName,
        pairs: &Pairs,
        folded: &HashMap<ProfileName, ProfileName>,
    ) -> Option<Entry> {
        let properties = self.files.profile(name)?;
        let pair = pairs.shown.get(name);
        let shown = pair.unwrap_or(name);
        let mut kind = self.kind(name, properties, folded, pairs);
        let serial = match &kind {
            Kind::IamUser => self.serial(name, shown, properties),
            Kind::Role(role) => self.serial_of_role(name, role, pairs),
            Kind::Managed { .. } | Kind::Incomplete(_) => serial_in(properties),
        };
        if kind == Kind::IamUser
            && let Some(problem) = serial.as_ref().and_then(unusable)
        {
            kind = Kind::Incomplete(problem);
        }
        let target = match kind {
            Kind::IamUser | Kind::Role(_) => target::choose(shown, pair.is_some(), None, self.files, self.settings),
            Kind::Managed { .. } | Kind::Incomplete(_) => None,
        };
        Some(Entry {
            name: shown.clone(),
            section: name.clone(),
            kind,
            serial,
            target,
        })
    }

    /// The device of a role: its own, one of the profiles that lead to it, the user's.
    fn serial_of_role(&self, name: &ProfileName, role: &Role, pairs: &Pairs) -> Option<MfaSerial> {
        let (root, between) = role.chain.split_last()?;
        let own = std::iter::once(name).chain(between).find_map(|profile| {
            let written = || self.files.profile(profile).and_then(serial_in);
            self.settings.device(profile).or_else(written)
        });
        let shown = pairs.shown.get(root).unwrap_or(root);
        own.or_else(|| self.serial(root, shown, self.files.profile(root)?))
    }

    fn serial(&self, section: &ProfileName, shown: &ProfileName, properties: &Properties) -> Option<MfaSerial> {
        let of_pair = || {
            self.files
                .profile(shown)
                .filter(|_| shown != section)
                .and_then(serial_in)
        };
        let discovered = || {
            let key = LongTermKey::of(self.files, self.settings, section)?.id;
            MfaSerial::parse(self.known.get(key.as_str())?.mfa_serial.as_deref()?).ok()
        };
        self.settings
            .device(shown)
            .or_else(|| serial_in(properties))
            .or_else(of_pair)
            .or_else(discovered)
    }

    fn kind(
        &self,
        name: &ProfileName,
        properties: &Properties,
        folded: &HashMap<ProfileName, ProfileName>,
        pairs: &Pairs,
    ) -> Kind {
        if let Some(arn) = properties.text("role_arn") {
            return self.role(name, arn, properties, folded, pairs);
        }
        let managed = |by: &str| Kind::Managed { by: by.to_owned() };
        if properties.has("web_identity_token_file") {
            return managed("web identity");
        }
        if properties.has_prefix("sso_") {
            return managed("IAM Identity Center");
        }
        match properties.text("manager") {
            Some(manager) if manager != MANAGER => return managed(manager),
            _ => {}
        }
        if self.key_in_keychain(name, properties) {
            return Kind::IamUser;
        }
        let keys = keys(properties);
        if properties.keys_from_credentials()
            && let Some(kind) = &keys
        {
            return kind.clone();
        }
        if properties.has("login_session") {
            return managed("aws login");
        }
        match (properties.text("credential_process"), target::served(properties)) {
            (Some(_), Some(served)) if served == *name => return Kind::Incomplete(resolves_to_itself(name)),
            (Some(_), Some(served)) => return managed(&format!("MFA Tray, for {served}")),
            (Some(command), None) => return managed(program(command)),
            (None, _) => {}
        }
        keys.unwrap_or_else(|| {
            Kind::Incomplete(Problem::new(
                "no-keys",
                format!("the profile {name} has no access key"),
                format!("run `aws configure --profile {name}`, or add aws_access_key_id and aws_secret_access_key to [{name}]"),
            ))
        })
    }

    /// Whether the profile's long-term key is in the keychain; one in the files counts first.
    pub(super) fn key_in_keychain(&self, name: &ProfileName, properties: &Properties) -> bool {
        !target::has_long_term_key(properties) && self.settings.access_key(name).is_some()
    }

    /// Whether the profile has a long-term key somewhere.
    pub(super) fn has_key(&self, name: &ProfileName, properties: &Properties) -> bool {
        target::has_long_term_key(properties) || self.key_in_keychain(name, properties)
    }

    fn role(
        &self,
        name: &ProfileName,
        arn: &str,
        properties: &Properties,
        folded: &HashMap<ProfileName, ProfileName>,
        pairs: &Pairs,
    ) -> Kind {
        let incomplete = |code, message: String, hint: &str| Kind::Incomplete(Problem::new(code, message, hint));
        if properties.has("web_identity_token_file") {
            return Kind::Managed {
                by: "web identity".to_owned(),
            };
        }
        if let Some(source) = properties.text("credential_source") {
            let message =
                format!("the role of {name} takes its credentials from {source}, which only exists on AWS machines");
            return incomplete(
                "credential-source",
                message,
                "nothing to do: AWS's tools read those credentials themselves",
            );
        }
        let mut chain = Vec::new();
        let mut seen = HashSet::from([name.clone()]);
        let (mut at, mut here) = (name.clone(), properties);
        loop {
            let Some(source) = here.text("source_profile") else {
                let message = format!("{at} has a role_arn but no source_profile");
                return incomplete(
                    "missing-source",
                    message,
                    "add source_profile = NAME, the profile with the user's keys",
                );
            };
            let Ok(written) = ProfileName::parse(source) else {
                return incomplete(
                    "missing-source",
                    format!("the source_profile of {at} is not a profile name"),
                    "correct source_profile",
                );
            };
            // A source that is our own target counts as its source; so does the short name of a pair.
            let named = folded.get(&written).unwrap_or(&written);
            let section = pairs.section.get(named).unwrap_or(named);
            let Some(next) = self.files.profile(section) else {
                return incomplete(
                    "missing-source",
                    format!("{at} names the source_profile {written}, which does not exist"),
                    "correct source_profile or add that profile",
                );
            };
            chain.push(section.clone());
            // A profile with a role may be its own source when it holds keys too.
            if section == &at && self.has_key(section, next) {
                return Kind::Role(Role {
                    arn: arn.to_owned(),
                    chain,
                });
            }
            if !next.has("role_arn") {
                return match self.kind(section, next, folded, pairs) {
                    Kind::IamUser => Kind::Role(Role {
                        arn: arn.to_owned(),
                        chain,
                    }),
                    Kind::Incomplete(problem) => Kind::Incomplete(problem),
                    managed => managed,
                };
            }
            if !seen.insert(section.clone()) {
                return incomplete(
                    "circular-source",
                    format!("the source profiles of {name} lead in a circle at {section}"),
                    "let one source_profile name a profile with keys",
                );
            }
            (at, here) = (section.clone(), next);
        }
    }
}

fn serial_in(properties: &Properties) -> Option<MfaSerial> {
    ["mfa_serial", "aws_mfa_device"]
        .iter()
        .find_map(|key| MfaSerial::parse(properties.text(key)?).ok())
}

fn keys(properties: &Properties) -> Option<Kind> {
    let id = properties.text("aws_access_key_id");
    let secret = properties.secret("aws_secret_access_key");
    let incomplete = |code, message: &str, hint: &str| Some(Kind::Incomplete(Problem::new(code, message, hint)));
    match (id.map(AccessKeyId::parse), secret) {
        (Some(Ok(_)), Some(_)) if target::has_long_term_key(properties) => Some(Kind::IamUser),
        (Some(Ok(_)), Some(_)) => incomplete(
            "temporary-keys",
            "the profile holds the keys of a session, and no session can be made from those",
            "refresh the profile with the user's long-term keys instead",
        ),
        (Some(Err(_)), _) => incomplete(
            "half-keys",
            "the access key id is not one",
            "correct aws_access_key_id; it looks like AKIAIOSFODNN7EXAMPLE",
        ),
        (Some(Ok(_)), None) => incomplete(
            "half-keys",
            "the secret access key is missing",
            "add aws_secret_access_key beside aws_access_key_id",
        ),
        (None, Some(_)) => incomplete(
            "half-keys",
            "the access key id is missing",
            "add aws_access_key_id beside aws_secret_access_key",
        ),
        (None, None) => None,
    }
}

/// Why no session can be made with the codes of this device.
pub(crate) fn unusable(serial: &MfaSerial) -> Option<Problem> {
    if serial.is_fido() {
        return Some(fido_only());
    }
    let hint = "make an IAM user for daily work; AWS advises to delete root's access keys";
    serial
        .is_root()
        .then(|| Problem::new("root-keys", "these are the root user's keys", hint))
}

/// The problem of a user who has only security keys or passkeys
/// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html> takes codes alone).
pub(crate) fn fido_only() -> Problem {
    Problem::new(
        "fido-only",
        "the user's MFA device is a security key or passkey, and STS takes no code from those",
        "add a virtual MFA device to the user and put its ARN into mfa_serial, or use `aws login`",
    )
}

fn resolves_to_itself(name: &ProfileName) -> Problem {
    Problem::new(
        "circular-source",
        format!("the credential_process of {name} asks MFA Tray for a session of {name}, which has no access key"),
        format!("add aws_access_key_id and aws_secret_access_key to [{name}], or remove its credential_process"),
    )
}

/// The name of the program in a `credential_process` line. The line is never run.
fn program(command: &str) -> &str {
    let first = match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next(),
        None => command.split_whitespace().next(),
    };
    first
        .and_then(|path| path.rsplit(['/', '\\']).next())
        .filter(|name| !name.is_empty())
        .unwrap_or("credential_process")
}
