//! What each profile is: an IAM user's keys, a role with its chain of sources, managed by another tool, or incomplete.
//!
//! The order of the questions is the order in which AWS's tools look for credentials (botocore's
//! `credentials.py`): a role before keys, keys of the credentials file before a `credential_process`, that before keys
//! of the config file.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::aws_files::{AwsFiles, Properties};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, MfaSerial, ProfileName};
use crate::session::MANAGER;
use crate::settings::Settings;
use crate::state::KnownKey;
use crate::target::{self, LONG_TERM, Sources, Target};

/// One profile as people see it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its name; of an `X-long-term`/`X` pair, `X`.
    pub name: ProfileName,
    /// The section that holds its keys or role: of a pair, `X-long-term`.
    pub section: ProfileName,
    /// What it is.
    pub kind: Kind,
    /// Its MFA device, where one is known.
    pub serial: Option<MfaSerial>,
    /// Where its sessions go; `None` where none are made.
    pub target: Option<Target>,
}

/// What a profile is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Long-term keys of an IAM user.
    IamUser,
    /// A role taken with the credentials of other profiles.
    Role(Role),
    /// Another tool gets its credentials.
    Managed {
        /// Which.
        by: String,
    },
    /// No session can be made.
    Incomplete(Problem),
}

/// A role and where its credentials come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// Its ARN.
    pub arn: String,
    /// The profiles that lead to it, the nearest first; the last holds an IAM user's keys.
    pub chain: Vec<ProfileName>,
}

/// Everything the two files and the settings name, in file order, targets folded into their sources.
#[derive(Debug)]
pub struct Catalog {
    /// The entries.
    pub entries: Vec<Entry>,
    sources: Sources,
}

impl Catalog {
    /// Reads the catalog out of the files.
    pub fn new(files: &AwsFiles, settings: &Settings, known: &BTreeMap<String, KnownKey>) -> Catalog {
        let reader = Reader { files, settings, known };
        let pairs = reader.pairs();
        let mut sources = Sources::new();
        let mut folded: HashMap<ProfileName, ProfileName> = HashMap::new();
        for name in files.names() {
            let Some(properties) = files.profile(name) else {
                continue;
            };
            let pair = pairs.shown.get(name);
            if pair.is_none() && !properties.has("role_arn") && !target::has_long_term_key(properties) {
                continue;
            }
            let shown = pair.unwrap_or(name);
            if let Some(target) = target::choose(shown, pair.is_some(), None, settings) {
                if files
                    .profile(&target.section)
                    .is_some_and(|properties| target::conflict(properties).is_none())
                {
                    folded.insert(target.section.clone(), shown.clone());
                }
                sources.entry(target.section).or_default().push(shown.clone());
            }
        }
        let entries = files
            .names()
            .iter()
            .filter(|name| !folded.contains_key(*name) && !pairs.section.contains_key(*name))
            .filter_map(|name| reader.entry(name, &pairs, &folded))
            .collect();
        Catalog { entries, sources }
    }

    /// The entry called `name`, or whose long-term section or target is called so.
    pub fn find(&self, name: &ProfileName) -> Option<&Entry> {
        let by = |is: &dyn Fn(&Entry) -> bool| self.entries.iter().find(|entry| is(entry));
        by(&|entry| entry.name == *name)
            .or_else(|| by(&|entry| entry.section == *name))
            .or_else(|| by(&|entry| entry.target.as_ref().is_some_and(|target| target.section == *name)))
    }

    /// The other profile whose sessions go to `target`.
    pub fn shared_with(&self, entry: &Entry, target: &Target) -> Option<&ProfileName> {
        target::shared_with(&self.sources, &entry.name, target)
    }
}

/// The `X-long-term`/`X` pairs, where `X` may hold a session.
struct Pairs {
    /// `X-long-term` → `X`.
    shown: HashMap<ProfileName, ProfileName>,
    /// `X` → `X-long-term`.
    section: HashMap<ProfileName, ProfileName>,
}

struct Reader<'a> {
    files: &'a AwsFiles,
    settings: &'a Settings,
    known: &'a BTreeMap<String, KnownKey>,
}

impl Reader<'_> {
    fn pairs(&self) -> Pairs {
        let pair = |name: &ProfileName| {
            let shown = ProfileName::parse(name.as_str().strip_suffix(LONG_TERM)?).ok()?;
            let free = self
                .files
                .profile(&shown)
                .is_none_or(|properties| target::conflict(properties).is_none());
            let keys = self.files.profile(name).is_some_and(target::has_long_term_key);
            (free && keys).then(|| (name.clone(), shown))
        };
        let shown: HashMap<_, _> = self.files.names().iter().filter_map(pair).collect();
        let section = shown
            .iter()
            .map(|(section, shown)| (shown.clone(), section.clone()))
            .collect();
        Pairs { shown, section }
    }

    fn entry(&self, name: &ProfileName, pairs: &Pairs, folded: &HashMap<ProfileName, ProfileName>) -> Option<Entry> {
        let properties = self.files.profile(name)?;
        let pair = pairs.shown.get(name);
        let shown = pair.unwrap_or(name);
        let mut kind = self.kind(name, properties, folded, pairs);
        let serial = match &kind {
            Kind::IamUser => self.serial(name, shown, properties),
            Kind::Role(role) => serial_in(properties).or_else(|| {
                let root = role.chain.last()?;
                self.serial(root, root, self.files.profile(root)?)
            }),
            Kind::Managed { .. } | Kind::Incomplete(_) => serial_in(properties),
        };
        if kind == Kind::IamUser
            && let Some(problem) = serial.as_ref().and_then(unusable)
        {
            kind = Kind::Incomplete(problem);
        }
        let target = match kind {
            Kind::IamUser | Kind::Role(_) => target::choose(shown, pair.is_some(), None, self.settings),
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

    fn serial(&self, section: &ProfileName, shown: &ProfileName, properties: &Properties) -> Option<MfaSerial> {
        let of_pair = || {
            self.files
                .profile(shown)
                .filter(|_| shown != section)
                .and_then(serial_in)
        };
        let discovered = || {
            let key = properties.text("aws_access_key_id")?;
            MfaSerial::parse(self.known.get(key)?.mfa_serial.as_deref()?).ok()
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
        let keys = keys(properties);
        if properties.keys_from_credentials()
            && let Some(kind) = &keys
        {
            return kind.clone();
        }
        if properties.has("login_session") {
            return managed("aws login");
        }
        if let Some(command) = properties.text("credential_process") {
            return managed(program(command));
        }
        keys.unwrap_or_else(|| {
            Kind::Incomplete(Problem::new(
                "no-keys",
                format!("the profile {name} has no access key"),
                format!("run `aws configure --profile {name}`, or add aws_access_key_id and aws_secret_access_key to [{name}]"),
            ))
        })
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
            if section == &at && target::has_long_term_key(next) {
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

fn unusable(serial: &MfaSerial) -> Option<Problem> {
    if serial.is_fido() {
        return Some(Problem::new(
            "fido-only",
            "the MFA device is a security key or passkey, and STS takes no code from those",
            "add a virtual MFA device to the user and put its ARN into mfa_serial, or use `aws login`",
        ));
    }
    serial.is_root().then(|| {
        Problem::new(
            "root-keys",
            "these are the root user's keys",
            "make an IAM user for daily work; AWS advises to delete root's access keys",
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn show(config: &str, credentials: &str) -> Vec<String> {
        let files = AwsFiles::read(Some(config.into()), Some(credentials.into())).unwrap();
        let catalog = Catalog::new(&files, &Settings::default(), &Default::default());
        let kind = |entry: &Entry| match &entry.kind {
            Kind::IamUser => "user".to_owned(),
            Kind::Role(role) => format!(
                "role via {}",
                role.chain
                    .iter()
                    .map(ProfileName::as_str)
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
            Kind::Managed { by } => format!("by {by}"),
            Kind::Incomplete(problem) => problem.code.to_owned(),
        };
        catalog
            .entries
            .iter()
            .map(|entry| format!("{}: {}", entry.name, kind(entry)))
            .collect()
    }

    const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI\n";
    const SESSION: &str =
        "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";

    #[test]
    fn every_profile_is_told_what_it_is() {
        let role = "role_arn = arn:aws:iam::111122223333:role/Admin\n";
        let cases: Vec<(String, String, &[&str])> = vec![
            (
                "[profile dev]\nregion = eu-west-1\n".into(),
                format!("[dev]\n{KEYS}"),
                &["dev: user"],
            ),
            (
                String::new(),
                format!("[dev]\n{KEYS}[dev-mfa]\n{SESSION}manager = mfa-tray\n"),
                &["dev: user"],
            ),
            (
                String::new(),
                format!("[dev]\n{KEYS}[dev-mfa]\n{KEYS}"),
                &["dev: user", "dev-mfa: user"],
            ),
            (
                String::new(),
                format!("[x-long-term]\n{KEYS}[x]\n{SESSION}"),
                &["x: user"],
            ),
            (
                String::new(),
                format!("[x-long-term]\n{KEYS}[x]\n{KEYS}"),
                &["x-long-term: user", "x: user"],
            ),
            (String::new(), format!("[x]\n{SESSION}"), &["x: temporary-keys"]),
            (
                String::new(),
                format!("[x]\n{SESSION}manager = awsume\n"),
                &["x: by awsume"],
            ),
            ("[profile r]\nregion = a\n".into(), String::new(), &["r: no-keys"]),
            (
                format!("[profile r]\n{role}source_profile = dev\n"),
                format!("[dev]\n{KEYS}"),
                &["r: role via dev", "dev: user"],
            ),
            (
                format!("[profile r]\n{role}source_profile = dev-mfa\n"),
                format!("[dev]\n{KEYS}[dev-mfa]\n{SESSION}"),
                &["r: role via dev", "dev: user"],
            ),
            (
                format!("[profile r]\n{role}source_profile = x\n"),
                format!("[x-long-term]\n{KEYS}"),
                &["r: role via x-long-term", "x: user"],
            ),
            (
                format!("[profile r]\n{role}source_profile = r\n"),
                format!("[r]\n{KEYS}"),
                &["r: role via r"],
            ),
            (
                format!("[profile r]\n{role}source_profile = r\n"),
                String::new(),
                &["r: circular-source"],
            ),
            (
                format!("[profile a]\n{role}source_profile = b\n[profile b]\n{role}source_profile = a\n"),
                String::new(),
                &["a: circular-source", "b: circular-source"],
            ),
            (
                format!("[profile r]\n{role}source_profile = gone\n"),
                String::new(),
                &["r: missing-source"],
            ),
            (format!("[profile r]\n{role}"), String::new(), &["r: missing-source"]),
            (
                format!("[profile r]\n{role}credential_source = Ec2InstanceMetadata\n"),
                String::new(),
                &["r: credential-source"],
            ),
            (
                format!("[profile r]\n{role}web_identity_token_file = /t\n"),
                String::new(),
                &["r: by web identity"],
            ),
            (
                format!("[profile r]\n{role}source_profile = s\n[profile s]\nsso_session = x\n"),
                String::new(),
                &["r: by IAM Identity Center", "s: by IAM Identity Center"],
            ),
            (
                "[profile l]\nlogin_session = arn\n".into(),
                String::new(),
                &["l: by aws login"],
            ),
            (
                "[profile v]\ncredential_process = \"/opt/my tools/aws-vault\" export v\n".into(),
                String::new(),
                &["v: by aws-vault"],
            ),
            (
                format!("[profile c]\ncredential_process = /bin/c\n{KEYS}"),
                String::new(),
                &["c: by c"],
            ),
            (
                "[profile c]\ncredential_process = /bin/c\n".into(),
                format!("[c]\n{KEYS}"),
                &["c: user"],
            ),
            (
                String::new(),
                "[h]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n".into(),
                &["h: half-keys"],
            ),
            (
                "[profile f]\nmfa_serial = arn:aws:iam::111122223333:u2f/user/alice/k\n".into(),
                format!("[f]\n{KEYS}"),
                &["f: fido-only"],
            ),
            (
                "[default]\nmfa_serial = arn:aws:iam::111122223333:mfa/root-account-mfa-device\n".into(),
                format!("[default]\n{KEYS}"),
                &["default: root-keys"],
            ),
        ];
        for (config, credentials, expected) in cases {
            assert_eq!(show(&config, &credentials), expected, "{config}---\n{credentials}");
        }
    }

    #[test]
    fn a_pair_answers_to_all_its_names() {
        let files = AwsFiles::read(
            None,
            Some(format!("[x-long-term]\naws_mfa_device = GAHT12345678\n{KEYS}").into()),
        )
        .unwrap();
        let catalog = Catalog::new(&files, &Settings::default(), &Default::default());
        for name in ["x", "x-long-term"] {
            let entry = catalog.find(&ProfileName::parse(name).unwrap()).unwrap();
            assert_eq!(
                (entry.name.as_str(), entry.serial.as_ref().unwrap().as_str()),
                ("x", "GAHT12345678")
            );
        }
    }
}
