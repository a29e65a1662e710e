//! Both files merged into profiles, as the AWS SDKs see them.
//!
//! `rust-ini` reads the values, from a projection that holds only what it reads as AWS does: plain `key = value` lines.
//! Nested blocks, continued values, values with a backslash at the end and secrets never pass through it: it would
//! join the first three to what follows and leave copies of the last. Nor do single words, which can only be read in
//! one way: of 10,000 profiles they would take it all the time a whole list may take.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use ini::{Ini, ParseOption};
use secrecy::SecretString;

use crate::ini::{Document, LineKind, ScanError, Section, Warning};
use crate::profile::ProfileName;
use crate::secret::is_secret_key;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// `~/.aws/config`: sections `[default]`, `[profile x]`, `[sso-session x]`, `[services x]`.
    Config,
    /// `~/.aws/credentials`: sections `[x]`. Its keys win over the config file's.
    Credentials,
}

impl FileKind {
    /// What people call the file.
    pub fn name(self) -> &'static str {
        match self {
            FileKind::Config => "config",
            FileKind::Credentials => "credentials",
        }
    }
}

/// A file that cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Readers would not agree on its lines.
    #[error("the {} file cannot be read: {source}", kind.name())]
    Lines {
        /// Which file.
        kind: FileKind,
        /// Why.
        source: ScanError,
    },
    /// `rust-ini` did not accept the projection.
    #[error("the {} file cannot be read: {source}", kind.name())]
    Values {
        /// Which file.
        kind: FileKind,
        /// Why.
        source: ini::ParseError,
    },
}

/// The value of one property.
#[derive(Debug, Clone)]
pub enum Value {
    /// Plain text.
    Text(String),
    /// Never shown.
    Secret(SecretString),
    /// A block of indented `key = value` lines.
    Nested(BTreeMap<String, String>),
}

/// The properties of a profile, keys in lower case.
#[derive(Debug, Clone, Default)]
pub struct Properties {
    /// Sorted by key. A profile has a handful: looking through them costs less than a tree.
    values: Vec<(String, Value)>,
    from_credentials: bool,
}

impl Properties {
    /// The plain text of `key`, unless it is empty.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.value(key) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text),
            _ => None,
        }
    }

    /// The secret value of `key`.
    pub fn secret(&self, key: &str) -> Option<&SecretString> {
        match self.value(key) {
            Some(Value::Secret(secret)) => Some(secret),
            _ => None,
        }
    }

    /// The value `inner` of the block `outer`.
    pub fn nested(&self, outer: &str, inner: &str) -> Option<&str> {
        match self.value(outer) {
            Some(Value::Nested(block)) => block.get(inner).map(String::as_str),
            _ => None,
        }
    }

    /// Whether `key` stands there with any value.
    pub fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Whether a key begins so.
    pub fn has_prefix(&self, prefix: &str) -> bool {
        self.values.iter().any(|(key, _)| key.starts_with(prefix))
    }

    /// All properties, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Whether the access key comes from the credentials file, where it beats more than in the config file.
    pub fn keys_from_credentials(&self) -> bool {
        self.from_credentials
    }

    /// The properties of one section by itself.
    pub(crate) fn of_section(document: &Document, section: &Section) -> Properties {
        let mut own = Properties::default();
        properties(document, section, |key, value| {
            own.set(FileKind::Credentials, key, value)
        });
        own
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.values.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The last value of a key counts.
    fn set(&mut self, kind: FileKind, key: String, value: Value) {
        if key == "aws_access_key_id" {
            self.from_credentials = kind == FileKind::Credentials;
        }
        match self.values.binary_search_by(|(own, _)| own.cmp(&key)) {
            Ok(at) => self.values[at].1 = value,
            Err(at) => self.values.insert(at, (key, value)),
        }
    }
}

/// What both files say.
#[derive(Debug, Default)]
pub struct AwsFiles {
    order: Vec<ProfileName>,
    /// Of each profile in `order`.
    properties: Vec<Properties>,
    places: HashMap<ProfileName, usize>,
    /// How many of `order` the config file has; it is read first.
    in_config: usize,
    services: HashMap<String, Properties>,
    warnings: Vec<(FileKind, Warning)>,
}

/// Which map of [`AwsFiles`] a section belongs to.
enum Place {
    Profile(ProfileName),
    Services(String),
}

impl AwsFiles {
    /// Merges the two files; `None` is a file that does not exist.
    ///
    /// # Errors
    /// [`ReadError`] when a file is not text that every reader splits into the same lines.
    pub fn read(config: Option<Vec<u8>>, credentials: Option<Vec<u8>>) -> Result<AwsFiles, ReadError> {
        let mut files = AwsFiles::default();
        for (kind, bytes) in [(FileKind::Config, config), (FileKind::Credentials, credentials)] {
            let Some(bytes) = bytes else { continue };
            let document = Document::scan(bytes).map_err(|source| ReadError::Lines { kind, source })?;
            files.merge(kind, &document)?;
            files
                .warnings
                .extend(document.warnings().into_iter().map(|warning| (kind, warning)));
        }
        Ok(files)
    }

    /// Has a profile known that stands in neither file, without any property.
    pub fn include(&mut self, name: ProfileName) {
        self.meet(name);
    }

    /// What some AWS tools mind about the files.
    pub fn warnings(&self) -> &[(FileKind, Warning)] {
        &self.warnings
    }

    /// Profile names in the order of their first appearance, the config file first.
    pub fn names(&self) -> &[ProfileName] {
        &self.order
    }

    /// The merged properties of a profile.
    pub fn profile(&self, name: &ProfileName) -> Option<&Properties> {
        self.properties.get(*self.places.get(name)?)
    }

    /// Whether the config file has a section for the profile.
    pub fn in_config(&self, name: &ProfileName) -> bool {
        self.places.get(name).is_some_and(|&at| at < self.in_config)
    }

    /// The properties of `[services name]`.
    pub fn services(&self, name: &str) -> Option<&Properties> {
        self.services.get(name)
    }

    fn merge(&mut self, kind: FileKind, document: &Document) -> Result<(), ReadError> {
        // `[profile default]` hides `[default]` in the config file, wherever the two stand.
        let spelled_out = document
            .sections()
            .iter()
            .any(|s| s.name != "default" && name_in_config(&s.name) == Some("default"));
        let mut projection = String::new();
        // In file order, because the last value of a key counts; `None` is what `rust-ini` reads.
        let mut found: Vec<(usize, String, Option<Value>)> = Vec::new();
        for section in document.sections() {
            if kind == FileKind::Config && spelled_out && section.name == "default" {
                continue;
            }
            match place(kind, &section.name) {
                Some(Place::Profile(name)) => {
                    let at = self.meet(name);
                    properties(document, section, |key, value| match value {
                        Value::Text(text) if needs_rust_ini(&text) && reads_alike(&key, &text) => {
                            // Writing to a `String` cannot fail. A section of its own keeps two lines of a key apart.
                            let _ = writeln!(projection, "[{}]\n{key} = {text}", found.len());
                            found.push((at, key, None));
                        }
                        value => found.push((at, key, Some(value))),
                    });
                }
                Some(Place::Services(name)) => {
                    let services = self.services.entry(name).or_default();
                    properties(document, section, |key, value| services.set(kind, key, value));
                }
                None => {}
            }
        }
        if kind == FileKind::Config {
            self.in_config = self.order.len();
        }
        let options = ParseOption {
            enabled_quote: false,
            enabled_escape: false,
            ..ParseOption::default()
        };
        let ini = Ini::load_from_str_opt(&projection, options).map_err(|source| ReadError::Values { kind, source })?;
        let mut read = ini.into_iter().flat_map(|(_, values)| values);
        for (at, key, value) in found {
            let value = value.or_else(|| read.next().map(|(_, value)| Value::Text(value)));
            if let Some(value) = value {
                self.properties[at].set(kind, key, value);
            }
        }
        Ok(())
    }

    /// The place of a profile, a new one at the end.
    fn meet(&mut self, name: ProfileName) -> usize {
        if let Some(&at) = self.places.get(&name) {
            return at;
        }
        let at = self.order.len();
        self.order.push(name.clone());
        self.properties.push(Properties::default());
        self.places.insert(name, at);
        at
    }
}

fn properties(document: &Document, section: &Section, mut found: impl FnMut(String, Value)) {
    let mut lines = document
        .lines(section)
        .filter(|line| !matches!(line, LineKind::Blank | LineKind::Comment))
        .peekable();
    while let Some(line) = lines.next() {
        let LineKind::Property { key, value, .. } = line else {
            continue;
        };
        let key = document.text(key).to_ascii_lowercase();
        let is_identifier = !key.contains([' ', '\t']);
        let value = document.text(value);
        let mut more = Vec::new();
        while let Some(LineKind::Continuation(span)) = lines.peek() {
            more.push(document.text(span));
            lines.next();
        }
        // The SDKs ignore such a key; nothing of AWS's has one.
        if !is_identifier {
            continue;
        }
        let value = if is_secret_key(&key) {
            Value::Secret(joined(&value, &more).into())
        } else if value.is_empty() && !more.is_empty() {
            Value::Nested(nested(&more))
        } else {
            Value::Text(joined(&value, &more))
        };
        found(key, value);
    }
}

/// Whether there is anything in the value that an INI reader may read in one way or another.
fn needs_rust_ini(value: &str) -> bool {
    let is_word =
        |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'/' | b':' | b'+' | b'@' | b',');
    !value.bytes().all(is_word)
}

/// Whether `rust-ini` reads `key = value` as AWS does.
fn reads_alike(key: &str, value: &str) -> bool {
    let plain_key = key
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
    plain_key && !value.is_empty() && !value.ends_with('\\') && !value.chars().any(char::is_control)
}

fn joined(value: &str, more: &[Cow<'_, str>]) -> String {
    let mut joined = value.to_owned();
    for line in more {
        joined.push('\n');
        joined.push_str(line);
    }
    joined
}

fn nested(lines: &[Cow<'_, str>]) -> BTreeMap<String, String> {
    lines
        .iter()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

/// The profile a config section is about: `default`, `profile x`, `profile "x"`.
fn name_in_config(section: &str) -> Option<&str> {
    if section == "default" {
        return Some(section);
    }
    let name = section
        .strip_prefix("profile")
        .filter(|rest| rest.starts_with([' ', '\t']))?
        .trim();
    let quoted = |quote| name.strip_prefix(quote).and_then(|name| name.strip_suffix(quote));
    // Without quotes a name ends at white space for every reader, and what follows makes the header no profile's.
    quoted('"')
        .or_else(|| quoted('\''))
        .or_else(|| Some(name).filter(|name| !name.contains([' ', '\t'])))
}

fn place(kind: FileKind, section: &str) -> Option<Place> {
    let name = match kind {
        FileKind::Config => match name_in_config(section) {
            Some(name) => name,
            None => {
                let services = section
                    .strip_prefix("services")
                    .filter(|rest| rest.starts_with([' ', '\t']))?;
                return Some(Place::Services(services.trim().to_owned()));
            }
        },
        // Sections of the config file have no meaning here, not even as profiles with odd names.
        FileKind::Credentials
            if ["sso-session ", "services "]
                .iter()
                .any(|kind| section.starts_with(kind)) =>
        {
            return None;
        }
        FileKind::Credentials => section,
    };
    ProfileName::parse(name).ok().map(Place::Profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_of_a_key_counts_however_each_is_read() {
        let values = ["word", "two words", "\"quoted\"", "C:\\dir\\", "a#b"];
        for first in values {
            for last in values {
                let text = format!("[profile p]\nk = {first}\nother = x y\nk = {last}\n[profile p]\nother = z\n");
                let files = AwsFiles::read(Some(text.into_bytes()), None).unwrap();
                let properties = files.profile(&ProfileName::parse("p").unwrap()).unwrap();
                assert_eq!(properties.text("k"), Some(last), "after {first}");
                assert_eq!(properties.text("other"), Some("z"));
            }
        }
    }
}
