//! A key goes into the keychain, and out of the credentials file once it was shown to work from there.

use std::path::PathBuf;

use crate::aws_files::FileKind;
use crate::draft::{Draft, backup_of};
use crate::file::{self, Backup, FileError};
use crate::ini::Change;
use crate::keys::{KeysError, LongTermKey, entry, owner};
use crate::problem::Problem;
use crate::profile::{AccessKeyId, ProfileName};
use crate::secret::{AccessKey, ExposeSecret as _, SecretString};
use crate::settings::{self, Setting};
use crate::target;
use crate::world::{Loaded, World};

/// Where a key comes from.
#[derive(Debug, Clone)]
pub enum Source {
    /// The profile's section of the two files.
    Files,
    /// The person, a pipe or a file gave it.
    Given(AccessKey),
}

impl Source {
    /// Reads a key from text: two lines (id, then secret), the lines of an AWS file, or the CSV file of AWS's console.
    ///
    /// # Errors
    /// A [`Problem`] that repeats nothing of the text.
    pub fn parse(text: &SecretString) -> Result<Source, Problem> {
        let text = text.expose_secret().trim_start_matches('\u{feff}');
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let refused = no_key;
        let (first, second) = lines.next().zip(lines.next()).ok_or_else(refused)?;
        let (id, secret) = match columns(first) {
            Some((id, secret)) => (
                cell(second, id).ok_or_else(refused)?,
                cell(second, secret).ok_or_else(refused)?,
            ),
            None => (
                value(first, "aws_access_key_id"),
                value(second, "aws_secret_access_key"),
            ),
        };
        if lines.next().is_some() {
            return Err(Problem::new(
                "key-text",
                "there is more than one access key in that",
                "leave one in it: the file of one user",
            ));
        }
        Source::of(id, secret)
    }

    /// The key with this id and secret.
    ///
    /// # Errors
    /// As [`Source::parse`].
    pub fn typed(id: &str, secret: &SecretString) -> Result<Source, Problem> {
        Source::of(id.trim(), secret.expose_secret().trim())
    }

    fn of(id: &str, secret: &str) -> Result<Source, Problem> {
        let refused = no_key;
        // A secret in the place of the id must not be taken for one: ids are shown.
        let looks_like_an_id =
            |id: &str| id.len() <= 32 && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        let id = AccessKeyId::parse(id)
            .ok()
            .filter(|id| looks_like_an_id(id.as_str()))
            .ok_or_else(refused)?;
        if id.is_temporary() {
            return Err(Problem::new(
                "key-text",
                format!("{id} is the key of a session"),
                "give a long-term key: its id begins with AKIA",
            ));
        }
        if secret.len() < 16 || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused());
        }
        Ok(Source::Given(AccessKey {
            id,
            secret: secret.into(),
            session_token: None,
        }))
    }
}

fn no_key() -> Problem {
    Problem::new(
        "key-text",
        "that is no access key",
        "give the id on one line and the secret on the next, or the CSV file that the AWS console offers",
    )
}

/// Where the two columns are in the first line of AWS's CSV, if it is that.
fn columns(header: &str) -> Option<(usize, usize)> {
    let names: Vec<String> = header.split(',').map(|name| bare(name).to_ascii_lowercase()).collect();
    let at = |wanted: &str| names.iter().position(|name| name == wanted);
    at("access key id").zip(at("secret access key"))
}

fn cell(line: &str, column: usize) -> Option<&str> {
    line.split(',').nth(column).map(bare)
}

fn bare(cell: &str) -> &str {
    cell.trim().trim_matches('"')
}

fn value<'a>(line: &'a str, key: &str) -> &'a str {
    let after = line.strip_prefix(key).map(str::trim_start);
    after.and_then(|rest| rest.strip_prefix('=')).unwrap_or(line).trim()
}

/// What an import would do, for the person to see first.
#[derive(Debug)]
pub struct Import {
    /// The profile.
    pub profile: ProfileName,
    /// The key.
    pub id: AccessKeyId,
    /// How the files would change, secrets masked.
    pub draft: Draft,
    /// Profiles that name it as `source_profile`: other tools cannot use them then, until they name `target` instead.
    pub used_by: Vec<ProfileName>,
    /// Where its sessions go.
    pub target: Option<ProfileName>,
    /// Copies of our own beside the two files in which the secret stands, too.
    pub copies: Vec<PathBuf>,
    key: AccessKey,
}

/// Says what [`import`] would do.
///
/// # Errors
/// [`KeysError`].
pub fn plan_import(world: &World, profile: &ProfileName, source: &Source) -> Result<Import, KeysError> {
    let loaded = world.load().map_err(crate::refresh::RefreshError::from)?;
    let entry = owner::entry(&loaded, profile)?;
    let refused = |message: String, hint: &str| Err(KeysError::Refused(Problem::new("keys", message, hint)));
    let properties = loaded.files.profile(&entry.section);
    let in_file = properties
        .filter(|properties| target::has_long_term_key(properties))
        .and_then(|_| LongTermKey::of(&loaded.files, &loaded.settings, &entry.section));
    let key = match (source, in_file.as_ref()) {
        (Source::Files, Some(key)) => key.open(world)?,
        (Source::Files, None) if loaded.settings.access_key(&entry.section).is_some() => {
            return refused(
                format!("the access key of {} is in the keychain already", entry.name),
                "there is nothing to do",
            );
        }
        (Source::Files, None) => {
            let message = format!("[{}] has no long-term access key", entry.section);
            return refused(message, "give it yourself: mfa-tray keys import PROFILE -");
        }
        (Source::Given(given), Some(key)) if key.id != given.id => {
            let message = format!("[{}] holds another access key, {}", entry.section, key.id);
            return refused(message, "import that one first, or name another profile");
        }
        (Source::Given(given), _) => given.clone(),
    };
    let mut draft = Draft::begin(world).map_err(crate::draft::DraftError::from)?;
    if in_file.is_some() {
        take_out(&mut draft, &entry.section)?;
    }
    Ok(Import {
        profile: entry.name.clone(),
        copies: copies_with(world, &key.secret),
        id: key.id.clone(),
        key,
        draft,
        used_by: used_by(&loaded, &entry.section, &entry.name),
        target: entry.target.as_ref().map(|target| target.section.clone()),
    })
}

/// Takes the two lines out of whichever of the files has them.
fn take_out(draft: &mut Draft, section: &ProfileName) -> Result<(), KeysError> {
    let lines = [
        Change::Remove("aws_access_key_id"),
        Change::Remove("aws_secret_access_key"),
    ];
    for kind in [FileKind::Credentials, FileKind::Config] {
        let header = kind.header(section);
        if draft.has(kind, &header).map_err(crate::draft::DraftError::from)? {
            draft
                .change(kind, &header, &lines)
                .map_err(crate::draft::DraftError::from)?;
        }
    }
    Ok(())
}

fn used_by(loaded: &Loaded, section: &ProfileName, name: &ProfileName) -> Vec<ProfileName> {
    let names = |profile: &&ProfileName| {
        let source = loaded.files.profile(profile).and_then(|own| own.text("source_profile"));
        source.is_some_and(|source| source == section.as_str() || source == name.as_str()) && *profile != section
    };
    loaded.files.names().iter().filter(names).cloned().collect()
}

/// Does it: into the keychain and read back, shown to work, written into the settings, out of the files. Cut short, it
/// is done by calling it again: what stands in the files counts until it is out.
///
/// # Errors
/// [`KeysError`]; the files are then what they were, and the key works from there.
pub fn import(world: &World, profile: &ProfileName, source: &Source) -> Result<Import, KeysError> {
    let plan = plan_import(world, profile, source)?;
    let loaded = world.load().map_err(crate::refresh::RefreshError::from)?;
    let found = owner::entry(&loaded, profile)?;
    let key = &plan.key;
    let endpoint = owner::endpoint_of(world, &loaded, found)?;
    entry::store(&*world.keychain, key)?;
    // What is proved is what the keychain gives.
    let kept = entry::read(&*world.keychain, world.by, &key.id)?;
    let identity = owner::prove(world, &endpoint, &kept).map_err(|source| {
        if loaded.settings.access_key(&found.section).as_ref() != Some(&key.id) {
            // An entry that stays behind is read by nobody.
            let _ = entry::remove(&*world.keychain, &key.id);
        }
        KeysError::NotProved {
            id: key.id.clone(),
            source,
        }
    })?;
    // Only shown.
    let _ = world.state.remember_identity(&key.id, &identity);
    settings::set(
        &world.settings,
        &world.state.locks(),
        &found.section,
        &Setting::AccessKey(Some(key.id.clone())),
    )?;
    // No copy of what goes out: that is the point.
    plan.draft.write(world, FileKind::Credentials, Backup::Never)?;
    Ok(plan)
}

/// Copies of our own beside the two files in which a secret stands.
fn copies_with(world: &World, secret: &SecretString) -> Vec<PathBuf> {
    let secret = secret.expose_secret().as_bytes();
    let copies = [FileKind::Config, FileKind::Credentials].into_iter();
    let copies = copies.filter_map(|kind| backup_of(world.paths.of(kind)));
    let holds = |path: &PathBuf| {
        let bytes = file::read(path).ok().flatten().map(zeroize::Zeroizing::new);
        bytes.is_some_and(|bytes| bytes.windows(secret.len()).any(|part| part == secret))
    };
    copies.filter(holds).collect()
}

/// Removes the copies that an [`Import`] has named.
///
/// # Errors
/// [`FileError`].
pub fn remove_copies(copies: &[PathBuf]) -> Result<(), FileError> {
    for path in copies {
        std::fs::remove_file(path).map_err(|source| FileError::Io {
            path: path.clone(),
            doing: "removed",
            source,
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn parse(text: &str) -> Result<(String, String), String> {
        match Source::parse(&text.into()) {
            Ok(Source::Given(key)) => Ok((key.id.to_string(), key.secret.expose_secret().to_owned())),
            Ok(Source::Files) => Err("files".to_owned()),
            Err(problem) => Err(problem.message),
        }
    }

    #[test]
    fn every_way_a_key_is_handed_over_is_read() {
        for text in [
            format!("{ID}\n{SECRET}\n"),
            format!("  {ID}\r\n\r\n{SECRET}"),
            format!("aws_access_key_id = {ID}\naws_secret_access_key={SECRET}\n"),
            format!("\u{feff}Access key ID,Secret access key\r\n{ID},{SECRET}\r\n"),
            format!("User name,Access key ID,Secret access key\n\"alice\",\"{ID}\",\"{SECRET}\"\n"),
            format!(
                "User Name,Password,Access Key Id,Secret Access Key,Console login link\nalice,,{ID},{SECRET},https://x\n"
            ),
        ] {
            assert_eq!(parse(&text), Ok((ID.to_owned(), SECRET.to_owned())), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_and_not_repeated() {
        for text in [
            String::new(),
            ID.to_owned(),
            format!("{SECRET}\n{ID}"),
            format!("{ID}\nshort"),
            format!("{ID}\n{SECRET}\n{ID}\n{SECRET}"),
            format!("ASIAIOSFODNN7EXAMPLE\n{SECRET}"),
            format!("Access key ID,Secret access key\n{ID}\n"),
            "User name,Password\nalice,secretsecretsecret\n".to_owned(),
            format!("{ID}\n{SECRET} with a space"),
            format!("Z89A86OzCFGp30aH7nzBDoZts2HbbMA8SHwOlTEG\n{ID}"),
        ] {
            let message = parse(&text).unwrap_err();
            assert!(
                !message.contains("secret") && !message.contains(SECRET) && !message.contains("Z89A"),
                "{message}"
            );
        }
    }
}
