//! What a profile says about the role it takes, read before a code is spent on it.
//!
//! The keys are AWS's own and, for session tags, aws-vault's.

use crate::aws_files::Properties;
use crate::problem::Problem;
use crate::profile::{Arn, ProfileName};

/// STS accepts so many session tags.
const TAGS: usize = 50;

/// One AssumeRole, but for the keys and the code it is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// The profile that names the role.
    pub profile: ProfileName,
    /// The role's ARN.
    pub arn: String,
    /// Its `role_session_name`; without one the IAM user's name.
    pub session_name: Option<String>,
    /// Its `external_id`.
    pub external_id: Option<String>,
    /// Its `source_identity`.
    pub source_identity: Option<String>,
    /// Its `session_tags`.
    pub tags: Vec<(String, String)>,
    /// Its `transitive_session_tags`.
    pub transitive_tags: Vec<String>,
}

impl Hop {
    /// Reads the role of `profile`.
    ///
    /// # Errors
    /// A [`Problem`] for what STS would not accept
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>).
    pub fn read(profile: &ProfileName, properties: &Properties) -> Result<Hop, Problem> {
        let text = |key| properties.text(key).map(str::trim).filter(|text| !text.is_empty());
        let fits = |key, range: std::ops::RangeInclusive<usize>, more: &str| match text(key) {
            Some(text) if !(range.contains(&text.len()) && text.chars().all(|c| is_word(c) || more.contains(c))) => {
                Err(wrong(
                    profile,
                    key,
                    &format!(
                        "it has {} to {} letters, digits and _+=,.@-{more}",
                        range.start(),
                        range.end()
                    ),
                ))
            }
            text => Ok(text.map(str::to_owned)),
        };
        let arn = text("role_arn").unwrap_or_default();
        let is_role = Arn::parse(arn).is_some_and(|arn| arn.resource.starts_with("role/") && !arn.name().is_empty());
        if !is_role || !(20..=2048).contains(&arn.len()) {
            let looks = "it looks like arn:aws:iam::111122223333:role/NAME";
            return Err(wrong(profile, "role_arn", looks));
        }
        Ok(Hop {
            profile: profile.clone(),
            arn: arn.to_owned(),
            session_name: fits("role_session_name", 2..=64, "")?,
            external_id: fits("external_id", 2..=1224, ":/")?,
            source_identity: fits("source_identity", 2..=64, "")?,
            tags: tags(profile, text("session_tags"))?,
            transitive_tags: list(text("transitive_session_tags")),
        })
    }

    /// The role's name.
    pub fn name(&self) -> &str {
        self.arn.rsplit('/').next().unwrap_or(&self.arn)
    }
}

/// Whether STS takes `text` for the name of a role's session.
pub fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len()) && text.chars().all(is_word)
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_+=,.@-".contains(c)
}

fn wrong(profile: &ProfileName, key: &str, looks: &str) -> Problem {
    Problem::new(
        "role",
        format!("the {key} of {profile} is not one that AWS accepts"),
        format!("correct {key}; {looks}"),
    )
}

fn list(text: Option<&str>) -> Vec<String> {
    let items = text.into_iter().flat_map(|text| text.split(','));
    items
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Reads `KEY=VALUE,KEY=VALUE`, as aws-vault does.
fn tags(profile: &ProfileName, text: Option<&str>) -> Result<Vec<(String, String)>, Problem> {
    let allowed = |text: &str| {
        text.chars()
            .all(|c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c))
    };
    let tag = |item: &String| {
        let (key, value) = item.split_once('=')?;
        let (key, value) = (key.trim(), value.trim());
        let fits = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
        (fits && allowed(key) && allowed(value)).then(|| (key.to_owned(), value.to_owned()))
    };
    let items = list(text);
    let tags: Option<Vec<_>> = items.iter().map(tag).collect();
    tags.filter(|tags| tags.len() <= TAGS)
        .ok_or_else(|| wrong(profile, "session_tags", "it looks like KEY=VALUE,KEY=VALUE, 50 at most"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::AwsFiles;

    fn read(lines: &str) -> Result<Hop, Problem> {
        let name = ProfileName::parse("r").unwrap();
        let files = AwsFiles::read(Some(format!("[profile r]\n{lines}").into_bytes()), None).unwrap();
        Hop::read(&name, files.profile(&name).unwrap())
    }

    const ARN: &str = "role_arn = arn:aws:iam::111122223333:role/team/deploy\n";

    #[test]
    fn everything_a_profile_says_of_its_role_is_read() {
        let hop = read(&format!(
            "{ARN}role_session_name = alice@laptop\nexternal_id = x:1/2\nsource_identity = alice\n\
             session_tags = team = web , cost-center=a=b,empty=\ntransitive_session_tags = team, cost-center,\n"
        ))
        .unwrap();
        assert_eq!((hop.name(), hop.arn.as_str()), ("deploy", &ARN[11..ARN.len() - 1]));
        assert_eq!(hop.session_name.as_deref(), Some("alice@laptop"));
        assert_eq!(hop.external_id.as_deref(), Some("x:1/2"));
        assert_eq!(hop.source_identity.as_deref(), Some("alice"));
        let tags: Vec<_> = hop
            .tags
            .iter()
            .map(|(key, value)| (key.as_str(), value.as_str()))
            .collect();
        assert_eq!(tags, [("team", "web"), ("cost-center", "a=b"), ("empty", "")]);
        assert_eq!(hop.transitive_tags, ["team", "cost-center"]);
    }

    #[test]
    fn what_aws_would_not_accept_is_named_before_a_code_is_spent() {
        let many: Vec<String> = (0..51).map(|number| format!("k{number}=v")).collect();
        for (lines, key) in [
            ("role_arn = deploy\n".to_owned(), "role_arn"),
            (
                "role_arn = arn:aws:iam::111122223333:user/alice\n".to_owned(),
                "role_arn",
            ),
            (format!("{ARN}role_session_name = two words\n"), "role_session_name"),
            (format!("{ARN}role_session_name = x\n"), "role_session_name"),
            (format!("{ARN}external_id = x\n"), "external_id"),
            (format!("{ARN}source_identity = a/b\n"), "source_identity"),
            (format!("{ARN}session_tags = team\n"), "session_tags"),
            (format!("{ARN}session_tags = =x\n"), "session_tags"),
            (format!("{ARN}session_tags = a=$\n"), "session_tags"),
            (format!("{ARN}session_tags = {}\n", many.join(",")), "session_tags"),
        ] {
            let problem = read(&lines).unwrap_err();
            assert!(
                problem.message.contains(key) && problem.hint.is_some(),
                "{lines}: {problem:?}"
            );
        }
        assert!(read(ARN).is_ok());
    }
}
