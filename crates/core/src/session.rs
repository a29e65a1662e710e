//! The session in a target section: which keys are ours, what they say, how long it lasts.

use jiff::{SignedDuration, Timestamp, civil};

use crate::aws_files::Properties;
use crate::ini::Change;
use crate::ports::SessionCredentials;
use crate::profile::AccessKeyId;
use crate::secret::ExposeSecret as _;
use crate::state::MadeSession;

/// What `manager` says in sections of ours: other tools leave those alone.
pub const MANAGER: &str = "mfa-tray";

/// How a session is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `manager = mfa-tray` and `x_security_token_expires` (RFC 3339), which every tool that reads an expiry accepts.
    Ours,
    /// The keys of broamski/aws-mfa for an `X-long-term`/`X` pair, so that both tools agree about the session.
    AwsMfa,
}

/// How a session stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// There is none.
    None,
    /// More than its margin is left.
    Active,
    /// Inside its margin.
    Expiring,
    /// Over.
    Expired,
    /// There are session keys, and nothing says until when.
    Unknown,
}

impl State {
    /// The word `list --json` uses.
    pub fn word(self) -> &'static str {
        match self {
            State::None => "none",
            State::Active => "active",
            State::Expiring => "expiring",
            State::Expired => "expired",
            State::Unknown => "unknown",
        }
    }
}

/// Whose session it is: that of a user's long-term key, or of a role taken with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner<'a> {
    /// The id of the long-term key.
    pub key: &'a str,
    /// The ARN of the role.
    pub role: Option<&'a str>,
}

/// The session a target section holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The id of its key.
    pub access_key_id: AccessKeyId,
    /// When it ends, if anything says so.
    pub expires_at: Option<Timestamp>,
    /// When it was made, if it was made here.
    pub issued_at: Option<Timestamp>,
    /// Whether it is known to be a session of the profile whose target this is.
    pub is_ours: bool,
}

impl Session {
    /// Reads the session of a section; `None` if it holds none.
    ///
    /// A session is only known to be `owner`'s when we wrote it there: any tool may have put another user's session
    /// into the section, and the profile may name another role now.
    pub fn read(
        properties: &Properties,
        owner: Option<Owner<'_>>,
        made: impl Fn(&AccessKeyId) -> Option<MadeSession>,
    ) -> Option<Session> {
        let access_key_id = AccessKeyId::parse(properties.text("aws_access_key_id")?).ok()?;
        let has_token = properties.has("aws_session_token") || properties.has("aws_security_token");
        if !has_token && !access_key_id.is_temporary() {
            return None;
        }
        let made = made(&access_key_id);
        let is_ours = match &made {
            Some(made) => made.source.is_none() || made.owner() == owner,
            // Our memory may be gone, or another's; what we and aws-mfa write is told by its keys.
            None => properties.text("manager") == Some(MANAGER) || is_of_aws_mfa(properties),
        };
        let issued_at = made.map(|made| made.issued_at);
        Some(Session {
            expires_at: expiry(properties),
            issued_at,
            access_key_id,
            is_ours,
        })
    }

    /// `longest`, such as the margin the person chose, but at most a quarter of the session's life: how long before
    /// its end something is worth saying or doing.
    pub fn margin(&self, longest: SignedDuration) -> SignedDuration {
        let lifetime = self
            .expires_at
            .zip(self.issued_at)
            .map(|(end, start)| end.duration_since(start));
        lifetime.map_or(longest, |lifetime| (lifetime / 4).clamp(SignedDuration::ZERO, longest))
    }

    /// How it stands at `now`, where `margin` is the most that may be left when it counts as expiring.
    pub fn state(&self, now: Timestamp, margin: SignedDuration) -> State {
        let Some(expires_at) = self.expires_at.filter(|_| self.is_ours) else {
            return State::Unknown;
        };
        let left = expires_at.duration_since(now);
        if left <= SignedDuration::ZERO {
            State::Expired
        } else if left <= self.margin(margin) {
            State::Expiring
        } else {
            State::Active
        }
    }
}

/// Whether aws-mfa wrote the section for the user's own session: it refreshes where a key is missing or a role was taken.
fn is_of_aws_mfa(properties: &Properties) -> bool {
    let complete = ["aws_session_token", "aws_security_token", "expiration"]
        .iter()
        .all(|key| properties.has(key));
    complete && properties.text("assumed_role") == Some("False")
}

/// The expiry a section states, in any of the forms tools write (`expiration` is aws-mfa's naive UTC or RFC 3339).
fn expiry(properties: &Properties) -> Option<Timestamp> {
    let rfc3339 = ["x_security_token_expires", "aws_credential_expiration", "expiration"];
    let stated = rfc3339.iter().find_map(|key| properties.text(key)?.parse().ok());
    stated.or_else(|| {
        let naive: civil::DateTime =
            civil::DateTime::strptime("%Y-%m-%d %H:%M:%S", properties.text("expiration")?).ok()?;
        jiff::tz::TimeZone::UTC.to_timestamp(naive).ok()
    })
}

/// Every key either format writes, and the keys of others that would shadow them or lie about the session.
const OWNED: [&str; 10] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "manager",
    "x_security_token_expires",
    "expiration",
    "aws_credential_expiration",
    "assumed_role",
    "assumed_role_arn",
];

/// Calls `write` with the changes that put `session` into a section.
///
/// `aws_security_token` goes, or repeats the token: botocore reads it before `aws_session_token`.
pub fn with_changes<T>(session: &SessionCredentials, format: Format, write: impl FnOnce(&[Change<'_>]) -> T) -> T {
    let token = session
        .key
        .session_token
        .as_ref()
        .map_or("", |token| token.expose_secret());
    let keys = [
        Change::Set("aws_access_key_id", session.key.id.as_str()),
        Change::Set("aws_secret_access_key", session.key.secret.expose_secret()),
        Change::Set("aws_session_token", token),
    ];
    match format {
        Format::Ours => {
            let expires_at = rfc3339(session.expires_at);
            let more = [
                Change::Set("x_security_token_expires", &expires_at),
                Change::Set("manager", MANAGER),
                Change::Remove("aws_security_token"),
                Change::Remove("expiration"),
                Change::Remove("aws_credential_expiration"),
            ];
            write(&[&keys[..], &more[..]].concat())
        }
        Format::AwsMfa => {
            let expiration = session.expires_at.strftime("%Y-%m-%d %H:%M:%S").to_string();
            let more = [
                Change::Set("aws_security_token", token),
                Change::Set("assumed_role", "False"),
                Change::Set("expiration", &expiration),
                Change::Remove("assumed_role_arn"),
                Change::Remove("x_security_token_expires"),
                Change::Remove("aws_credential_expiration"),
                Change::Remove("manager"),
            ];
            write(&[&keys[..], &more[..]].concat())
        }
    }
}

/// The changes that take our keys out of a section.
pub fn removal() -> [Change<'static>; OWNED.len()] {
    OWNED.map(Change::Remove)
}

/// A time as AWS writes it: RFC 3339, UTC, whole seconds.
pub fn rfc3339(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::AwsFiles;
    use crate::profile::ProfileName;

    fn read(section: &str) -> Option<Session> {
        let files = AwsFiles::read(None, Some(format!("[t]\n{section}").into_bytes())).unwrap();
        Session::read(files.profile(&ProfileName::parse("t").unwrap()).unwrap(), None, |_| {
            None
        })
    }

    #[test]
    fn every_way_to_state_an_expiry_is_read() {
        let keys = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_session_token = t\n";
        let end: Timestamp = "2026-11-24T07:00:00Z".parse().unwrap();
        for (line, expected) in [
            ("x_security_token_expires = 2026-11-24T07:00:00Z", Some(end)),
            ("x_security_token_expires = 2026-11-24T08:00:00+01:00", Some(end)),
            ("expiration = 2026-11-24 07:00:00", Some(end)),
            ("expiration = 2026-11-24T07:00:00Z", Some(end)),
            ("aws_credential_expiration = 2026-11-24T07:00:00Z", Some(end)),
            ("expiration = tomorrow", None),
            ("", None),
        ] {
            assert_eq!(read(&format!("{keys}{line}\n")).unwrap().expires_at, expected, "{line}");
        }
        assert_eq!(
            read("aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\n"),
            None,
            "long-term keys"
        );
    }

    #[test]
    fn the_margin_is_a_quarter_of_a_life_at_most() {
        let longest = SignedDuration::from_mins(15);
        let start: Timestamp = "2026-11-23T19:00:00Z".parse().unwrap();
        for (life, margin) in [(60, 15), (3600, 900), (43_200, 900)] {
            let session = Session {
                access_key_id: AccessKeyId::parse("ASIAIOSFODNN7EXAMPLE").unwrap(),
                expires_at: Some(start + SignedDuration::from_secs(life)),
                issued_at: Some(start),
                is_ours: true,
            };
            assert_eq!(session.margin(longest).as_secs(), margin);
            let at = |second: i64| session.state(start + SignedDuration::from_secs(second), longest);
            assert_eq!(
                [
                    at(0),
                    at(life - margin - 1),
                    at(life - margin),
                    at(life - 1),
                    at(life),
                    at(life + 86_400 * 30)
                ],
                [
                    State::Active,
                    State::Active,
                    State::Expiring,
                    State::Expiring,
                    State::Expired,
                    State::Expired
                ]
            );
        }
    }
}
