//! What each profile is: an IAM user's keys, a role with its chain of sources, managed by another tool, or incomplete.
//!
//! The order of the questions is the order in which AWS's tools look for credentials (botocore's
//! `credentials.py`): a role before keys, keys of the credentials file before a `credential_process`, that before keys
//! of the config file.

mod reader;

use std::collections::{BTreeMap, HashMap};

use crate::aws_files::AwsFiles;
use crate::problem::Problem;
use crate::profile::{MfaSerial, ProfileName};
use crate::settings::Settings;
use crate::state::KnownKey;
use crate::target::{self, Sources, Store, Target};

use reader::Reader;
pub(crate) use reader::{fido_only, unusable};

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
    /// Where in `entries` a section is.
    sections: HashMap<ProfileName, usize>,
}

impl Role {
    /// The section with the keys of the user the chain begins at.
    pub fn root(&self) -> Option<&ProfileName> {
        self.chain.last()
    }

    /// The profiles whose roles are taken one after the other, from the user on; the last is `own`, which this role is of.
    pub fn hops<'a>(&'a self, own: &'a ProfileName) -> impl Iterator<Item = &'a ProfileName> {
        let between = self.chain.split_last().map_or(&[][..], |(_, between)| between);
        between.iter().rev().chain(std::iter::once(own))
    }
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
            if pair.is_none() && !properties.has("role_arn") && !reader.has_key(name, properties) {
                continue;
            }
            let shown = pair.unwrap_or(name);
            if let Some(target) = target::choose(shown, pair.is_some(), None, files, settings) {
                let free = target.store == Store::Keychain
                    || files
                        .profile(&target.section)
                        .is_none_or(|properties| target::conflict(properties).is_none());
                // A profile whose keys are not in its section may be its own target.
                if free && target.section != *name {
                    folded.insert(target.section.clone(), shown.clone());
                }
                if let Some(second) = target.second.filter(|second| second != name) {
                    let free = files
                        .profile(&second)
                        .is_none_or(|properties| target::conflict(properties).is_none());
                    if free {
                        folded.insert(second.clone(), shown.clone());
                    }
                    sources.entry(second).or_default().push(shown.clone());
                }
                sources.entry(target.section).or_default().push(shown.clone());
            }
        }
        let entries: Vec<Entry> = files
            .names()
            .iter()
            .filter(|name| !folded.contains_key(*name) && !pairs.section.contains_key(*name))
            .filter_map(|name| reader.entry(name, &pairs, &folded))
            .collect();
        let sections = entries.iter().enumerate();
        let sections = sections.map(|(index, entry)| (entry.section.clone(), index)).collect();
        Catalog {
            entries,
            sources,
            sections,
        }
    }

    /// The entry called `name`, or whose long-term section or target is called so.
    pub fn find(&self, name: &ProfileName) -> Option<&Entry> {
        let by = |is: &dyn Fn(&Entry) -> bool| self.entries.iter().find(|entry| is(entry));
        by(&|entry| entry.name == *name)
            .or_else(|| by(&|entry| entry.section == *name))
            .or_else(|| by(&|entry| entry.target.as_ref().is_some_and(|target| target.section == *name)))
    }

    /// The entry whose keys or role stand in `section`.
    pub fn with_section(&self, section: &ProfileName) -> Option<&Entry> {
        self.entries.get(*self.sections.get(section)?)
    }

    /// The other profile whose sessions go to `target`.
    pub fn shared_with(&self, entry: &Entry, target: &Target) -> Option<&ProfileName> {
        target::shared_with(&self.sources, &entry.name, target)
    }
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
                format!("[profile a]\n{role}source_profile = b\n[profile b]\n{role}source_profile = dev\n"),
                format!("[dev]\n{KEYS}"),
                &["a: role via b, dev", "b: role via dev", "dev: user"],
            ),
            (
                format!("[profile a]\n{role}source_profile = b-mfa\n[profile b]\n{role}source_profile = dev\n"),
                format!("[dev]\n{KEYS}[b-mfa]\n{SESSION}manager = mfa-tray\n"),
                &["a: role via b, dev", "b: role via dev", "dev: user"],
            ),
            (
                format!("[profile x-long-term]\n{role}source_profile = x-long-term\n"),
                format!("[x-long-term]\n{KEYS}"),
                &["x-long-term: role via x-long-term"],
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
