//! The first thing AWS does with a request: every parameter against its schema, all complaints in one answer.

use std::ops::RangeInclusive;

use crate::{answer::AwsError, query::Parameters};

/// What a parameter may look like.
pub(crate) struct Text {
    pub(crate) length: RangeInclusive<usize>,
    pub(crate) pattern: Option<Pattern>,
}

/// A pattern as AWS writes it, and the characters it stands for. All of them are sets of characters.
pub(crate) struct Pattern {
    pub(crate) text: &'static str,
    pub(crate) allows: fn(char) -> bool,
}

const fn text(min: usize, max: usize, pattern: Option<Pattern>) -> Text {
    Text {
        length: min..=max,
        pattern,
    }
}

fn word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

const NAME: Pattern = Pattern {
    text: r"[\w+=,.@-]+",
    allows: |c| word(c) || "+=,.@-".contains(c),
};
const SERIAL: Pattern = Pattern {
    text: r"[\w+=/:,.@-]*",
    allows: |c| word(c) || "+=/:,.@-".contains(c),
};
const DIGITS: Pattern = Pattern {
    text: r"[\d]*",
    allows: |c| c.is_ascii_digit(),
};
const WORDS: Pattern = Pattern {
    text: r"[\w]+",
    allows: word,
};
const SESSION: Pattern = Pattern {
    text: r"[\w+=,.@-]*",
    allows: NAME.allows,
};
const EXTERNAL: Pattern = Pattern {
    text: r"[\w+=,.@:\/-]*",
    allows: |c| word(c) || "+=,.@:/-".contains(c),
};

pub(crate) const SERIAL_NUMBER: Text = text(9, 256, Some(SERIAL));
pub(crate) const CODE: Text = text(6, 6, Some(DIGITS));
pub(crate) const ROLE_ARN: Text = text(20, 2048, None);
pub(crate) const SESSION_NAME: Text = text(2, 64, Some(SESSION));
pub(crate) const EXTERNAL_ID: Text = text(2, 1224, Some(EXTERNAL));
const TAG: Pattern = Pattern {
    text: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*",
    allows: |c| c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c),
};

pub(crate) const TAG_KEY: Text = text(1, 128, Some(TAG));
pub(crate) const TAG_VALUE: Text = text(0, 256, Some(TAG));
pub(crate) const ROLE_NAME: Text = text(1, 64, Some(NAME));
/// IAM takes 64 characters where a user is made, and 128 where one is named.
pub(crate) const NEW_USER_NAME: Text = text(1, 64, Some(NAME));
pub(crate) const GROUP_NAME: Text = text(1, 128, Some(NAME));
pub(crate) const POLICY_NAME: Text = text(1, 128, Some(NAME));
pub(crate) const POLICY_ARN: Text = text(20, 2048, None);
pub(crate) const SOURCE_ARN: Text = text(20, 2048, None);
pub(crate) const VERSION_ID: Text = text(1, 32, None);
pub(crate) const DOCUMENT: Text = text(1, 131_072, None);
pub(crate) const USER_NAME: Text = text(1, 128, Some(NAME));
pub(crate) const DEVICE_NAME: Text = text(1, 226, Some(NAME));
pub(crate) const PATH: Text = text(1, 512, None);
pub(crate) const ACCESS_KEY_ID: Text = text(16, 128, Some(WORDS));
pub(crate) const MARKER: Text = text(1, 320, None);

/// Collects complaints while parameters are read.
pub(crate) struct Check<'a> {
    parameters: &'a Parameters,
    complaints: Vec<String>,
}

impl<'a> Check<'a> {
    pub(crate) fn new(parameters: &'a Parameters) -> Self {
        Self {
            parameters,
            complaints: Vec::new(),
        }
    }

    /// Reads a parameter that may be missing.
    pub(crate) fn optional(&mut self, name: &str, rule: &Text) -> Option<&'a str> {
        let value = self.parameters.value(name)?;
        let length = value.chars().count();
        if length > *rule.length.end() {
            self.complain(
                name,
                Some(value),
                &format!("have length less than or equal to {}", rule.length.end()),
            );
        }
        if length < *rule.length.start() {
            self.complain(
                name,
                Some(value),
                &format!("have length greater than or equal to {}", rule.length.start()),
            );
        }
        if let Some(pattern) = rule
            .pattern
            .as_ref()
            .filter(|pattern| !value.chars().all(pattern.allows))
        {
            self.complain(
                name,
                Some(value),
                &format!("satisfy regular expression pattern: {}", pattern.text),
            );
        }
        Some(value)
    }

    /// Reads a parameter that must be there. Empty when it is not, and then `finish` refuses.
    pub(crate) fn required(&mut self, name: &str, rule: &Text) -> &'a str {
        let value = self.optional(name, rule);
        if value.is_none() {
            self.complain(name, None, "not be null");
        }
        value.unwrap_or_default()
    }

    /// Reads a number that may be missing.
    pub(crate) fn number(&mut self, name: &str, range: RangeInclusive<u64>) -> Option<u64> {
        let text = self.parameters.value(name)?;
        // AWS counts in 32 bits with a sign; what is below the range complains as AWS does, in its own words.
        let Ok(number) = text.parse::<i64>() else {
            self.complaints
                .push(format!("Value '{text}' at '{}' is not a number", field(name)));
            return None;
        };
        if u64::try_from(number).is_ok_and(|n| n > *range.end()) {
            self.complain(
                name,
                Some(text),
                &format!("have value less than or equal to {}", range.end()),
            );
        } else if !u64::try_from(number).is_ok_and(|n| n >= *range.start()) {
            self.complain(
                name,
                Some(text),
                &format!("have value greater than or equal to {}", range.start()),
            );
        }
        u64::try_from(number).ok()
    }

    /// Reads a parameter that must be one of a few words.
    pub(crate) fn one_of(&mut self, name: &str, words: &[&str]) -> Option<&'a str> {
        let value = self.parameters.value(name)?;
        if !words.contains(&value) {
            self.complain(
                name,
                Some(value),
                &format!("satisfy enum value set: [{}]", words.join(", ")),
            );
        }
        Some(value)
    }

    /// Refuses the request if anything was wrong.
    pub(crate) fn finish(self) -> Result<(), AwsError> {
        match self.complaints.len() {
            0 => Ok(()),
            1 => Err(AwsError::validation(format!(
                "1 validation error detected: {}",
                self.complaints[0]
            ))),
            n => Err(AwsError::validation(format!(
                "{n} validation errors detected: {}",
                self.complaints.join("; ")
            ))),
        }
    }

    fn complain(&mut self, name: &str, value: Option<&str>, must: &str) {
        let value = value.map_or("null".to_owned(), |value| format!("'{value}'"));
        let name = field(name);
        self.complaints.push(format!(
            "Value {value} at '{name}' failed to satisfy constraint: Member must {must}"
        ));
    }
}

/// Reads a parameter that must be there and is looked at on its own.
pub(crate) fn only<'a>(parameters: &'a Parameters, name: &str, rule: &Text) -> Result<&'a str, AwsError> {
    let mut check = Check::new(parameters);
    let value = check.required(name, rule);
    check.finish()?;
    Ok(value)
}

/// Writes a parameter's name as complaints do, with a small first letter.
fn field(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_ascii_lowercase().to_string() + chars.as_str()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(body: &str, read: impl FnOnce(&mut Check<'_>)) -> Option<String> {
        let parameters = Parameters::parse("", body.as_bytes());
        let mut check = Check::new(&parameters);
        read(&mut check);
        check.finish().err().map(|error| error.message)
    }

    #[test]
    fn complaints_are_worded_as_aws_words_them() {
        let check = |body: &str, expected: Option<&str>| {
            let found = complaint(body, |check| {
                check.optional("TokenCode", &CODE);
                check.number("DurationSeconds", 900..=129_600);
            });
            assert_eq!(found.as_deref(), expected, "{body}");
        };
        check("TokenCode=123456&DurationSeconds=900", None);
        check("DurationSeconds=129600", None);
        check(
            "TokenCode=12345",
            Some(
                "1 validation error detected: Value '12345' at 'tokenCode' failed to satisfy constraint: \
                 Member must have length greater than or equal to 6",
            ),
        );
        check(
            "TokenCode=12345a&DurationSeconds=899",
            Some(
                "2 validation errors detected: Value '12345a' at 'tokenCode' failed to satisfy constraint: \
                 Member must satisfy regular expression pattern: [\\d]*; Value '899' at 'durationSeconds' failed to \
                 satisfy constraint: Member must have value greater than or equal to 900",
            ),
        );
        check(
            "DurationSeconds=129601",
            Some(
                "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: \
                 Member must have value less than or equal to 129600",
            ),
        );
    }

    #[test]
    fn a_missing_parameter_is_null() {
        let found = complaint("", |check| {
            check.required("RoleArn", &ROLE_ARN);
        });
        let text = "1 validation error detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null";
        assert_eq!(found.as_deref(), Some(text));
    }
}
