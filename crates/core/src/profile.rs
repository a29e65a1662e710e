//! The words of the field, each parsed once at the edge: profile, access key, MFA device, code, region, partition.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

/// Text that is not what it should be. The message says what is expected and never repeats a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(pub &'static str);

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text as AWS writes it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(
    /// The name of a profile, without the `profile ` that the config file puts before it.
    ProfileName
);
word!(
    /// The id of an access key: `AKIA…` long-term, `ASIA…` of a session. Not secret.
    AccessKeyId
);
word!(
    /// What STS calls `SerialNumber`: the ARN of a virtual MFA device, or the serial of a hardware one.
    MfaSerial
);
word!(
    /// The name of a virtual MFA device: the last part of its ARN.
    DeviceName
);
word!(
    /// A region such as `eu-west-1`, safe to put into a host name.
    Region
);

impl ProfileName {
    /// Accepts the names AWS's tools read: letters, digits, `_ - / . % @ : +`, and single spaces inside.
    ///
    /// # Errors
    /// [`Malformed`] for anything else, including `DEFAULT` and `__proto__`, which break other readers.
    pub fn parse(text: &str) -> Result<ProfileName, Malformed> {
        if crate::ini::is_safe_name(text) && !text.starts_with("profile ") && !text.contains('"') {
            Ok(ProfileName(text.to_owned()))
        } else {
            Err(Malformed(
                "a profile name may have letters, digits and _ - / . % @ : + in it",
            ))
        }
    }
}

impl ProfileName {
    /// The profile that AWS's tools use when none is named.
    pub fn default_profile() -> ProfileName {
        ProfileName("default".to_owned())
    }
}

impl AccessKeyId {
    /// STS accepts 16 to 128 word characters
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>).
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<AccessKeyId, Malformed> {
        let word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if (16..=128).contains(&text.len()) && word {
            Ok(AccessKeyId(text.to_owned()))
        } else {
            Err(Malformed(
                "an access key id is 16 to 128 letters and digits, such as AKIAIOSFODNN7EXAMPLE",
            ))
        }
    }

    /// Whether the id says that the key belongs to a session
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes>).
    pub fn is_temporary(&self) -> bool {
        self.0.starts_with("ASIA")
    }
}

impl MfaSerial {
    /// STS accepts 9 to 256 characters of `\w + = / : , . @ -`.
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<MfaSerial, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=/:,.@-".contains(c);
        if (9..=256).contains(&text.len()) && text.chars().all(allowed) {
            Ok(MfaSerial(text.to_owned()))
        } else {
            Err(Malformed(
                "an MFA serial is an ARN such as arn:aws:iam::111122223333:mfa/alice, or a number such as GAHT12345678",
            ))
        }
    }

    /// The parts of the ARN, where it is one; a hardware device has a bare serial.
    pub fn arn(&self) -> Option<Arn<'_>> {
        Arn::parse(&self.0)
    }

    /// A FIDO security key or passkey: STS takes no code from those.
    pub fn is_fido(&self) -> bool {
        self.arn().is_some_and(|arn| arn.resource.starts_with("u2f/"))
    }

    /// The device of an account's root user.
    pub fn is_root(&self) -> bool {
        self.arn()
            .is_some_and(|arn| arn.resource == "mfa/root-account-mfa-device")
    }

    /// What a person calls the device: the last part of the ARN, or the serial.
    pub fn device_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }
}

impl DeviceName {
    /// IAM accepts 1 to 226 characters of `\w + = , . @ -`
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html>).
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<DeviceName, Malformed> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
        if (1..=226).contains(&text.len()) && text.chars().all(allowed) {
            Ok(DeviceName(text.to_owned()))
        } else {
            Err(Malformed(
                "the name of an MFA device has letters, digits and _ + = , . @ - and no spaces",
            ))
        }
    }
}

impl Region {
    /// # Errors
    /// [`Malformed`] unless the text is lower-case letters, digits and dashes: it becomes part of a host name.
    pub fn parse(text: &str) -> Result<Region, Malformed> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !text.is_empty() && text.len() <= 32 && text.chars().all(allowed) {
            Ok(Region(text.to_owned()))
        } else {
            Err(Malformed(
                "a region has lower-case letters, digits and dashes, such as eu-west-1",
            ))
        }
    }
}

/// A six-digit code. Secret while it can be used.
#[derive(Debug, Clone)]
pub struct MfaCode(SecretString);

impl MfaCode {
    /// Accepts six digits, with white space or one dash between them as authenticator apps show them.
    ///
    /// # Errors
    /// [`Malformed`] for anything else.
    pub fn parse(text: &str) -> Result<MfaCode, Malformed> {
        let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        if digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit()) {
            Ok(MfaCode(digits.into()))
        } else {
            Err(Malformed("a code is six digits"))
        }
    }

    /// The six digits, for the request and the ledger's hash.
    pub fn digits(&self) -> &str {
        self.0.expose_secret()
    }
}

/// The parts of an ARN that matter here, borrowed from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, `aws-eusc`, …
    pub partition: &'a str,
    /// Twelve digits.
    pub account: &'a str,
    /// Everything after the account.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Splits `arn:partition:service:region:account:resource`.
    pub fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        if parts.next()? != "arn" {
            return None;
        }
        let partition = parts.next()?;
        let account = parts.nth(2)?;
        let resource = parts.next()?;
        Some(Arn {
            partition,
            account,
            resource,
        })
    }

    /// The name after the last `/` of a user's, role's or device's ARN.
    pub fn name(&self) -> &'a str {
        self.resource.rsplit('/').next().unwrap_or(self.resource)
    }
}

/// The region whose STS endpoint serves a partition when a profile names none.
pub fn default_region(partition: &str) -> Region {
    Region(
        match partition {
            "aws-cn" => "cn-northwest-1",
            "aws-us-gov" => "us-gov-west-1",
            "aws-eusc" => "eusc-de-east-1",
            _ => "us-east-1",
        }
        .to_owned(),
    )
}

/// The partition a region belongs to, told by its prefix (botocore's `partitions.json` has the patterns).
pub fn partition_of(region: &Region) -> &'static str {
    match region.as_str().split('-').next() {
        Some("cn") => "aws-cn",
        Some("eusc") => "aws-eusc",
        Some("us") if region.as_str().starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_accept_what_aws_accepts() {
        for (text, ok) in [
            ("dev", true),
            ("a/b.c%d@e:f+g-h_1", true),
            ("my mfa", true),
            ("a]b", false),
            ("", false),
            ("a\nb", false),
            ("DEFAULT", false),
            ("__proto__", false),
            (" a", false),
            ("a#b", false),
            ("开发", true),
        ] {
            assert_eq!(ProfileName::parse(text).is_ok(), ok, "profile {text:?}");
        }
        for (text, ok) in [
            ("123456", true),
            ("123 456", true),
            ("123-456", true),
            ("12345", false),
            ("12345a", false),
            ("１２３４５６", false),
        ] {
            assert_eq!(MfaCode::parse(text).is_ok(), ok, "code {text:?}");
        }
        for (text, ok) in [
            ("arn:aws:iam::111122223333:mfa/alice", true),
            ("GAHT12345678", true),
            ("short", false),
            ("arn with space", false),
        ] {
            assert_eq!(MfaSerial::parse(text).is_ok(), ok, "serial {text:?}");
        }
        for (text, ok) in [
            ("eu-west-1", true),
            ("evil.com/#", false),
            ("", false),
            ("EU-WEST-1", false),
        ] {
            assert_eq!(Region::parse(text).is_ok(), ok, "region {text:?}");
        }
        for (text, ok) in [
            ("alice", true),
            ("alice@example.com-laptop_1", true),
            ("", false),
            ("a b", false),
            ("a/b", false),
            ("ä", false),
        ] {
            assert_eq!(DeviceName::parse(text).is_ok(), ok, "device {text:?}");
        }
    }

    #[test]
    fn arns_give_their_parts() {
        let serial = MfaSerial::parse("arn:aws-cn:iam::111122223333:mfa/path/alice").unwrap();
        let arn = serial.arn().unwrap();
        assert_eq!(
            (arn.partition, arn.account, arn.name()),
            ("aws-cn", "111122223333", "alice")
        );
        assert!(
            MfaSerial::parse("arn:aws:iam::111122223333:u2f/user/alice/key")
                .unwrap()
                .is_fido()
        );
        assert!(MfaSerial::parse("GAHT12345678").unwrap().arn().is_none());
    }

    #[test]
    fn partitions_and_regions_agree() {
        for partition in ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] {
            assert_eq!(partition_of(&default_region(partition)), partition);
        }
    }
}
