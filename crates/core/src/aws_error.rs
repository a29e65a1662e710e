//! What AWS's errors mean, and what to do about each.
//!
//! This is the one place that looks at the wording of a message: STS says `AccessDenied` for a wrong code, a wrong
//! device, a forbidden call and a session used as a source alike, and only the text tells them apart. The texts are
//! those AWS users quote (see the practice server's tests).

/// Why a call gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AwsError {
    /// AWS said no.
    #[error("AWS refused: {} ({})", .0.message, .0.code)]
    Refused(Refusal),
    /// Too many requests.
    #[error("AWS is throttling requests")]
    Throttled,
    /// A 5xx.
    #[error("AWS had a fault of its own (HTTP {0})")]
    ServerFault(u16),
    /// An answer that AWS did not write.
    #[error("the answer did not come from AWS: {0}")]
    NotAws(&'static str),
    /// A proxy wants a password.
    #[error("the proxy asks for a user name and password (HTTP 407)")]
    ProxyAuthentication,
    /// The request never left this machine: a code in it can be used again.
    #[error("{host} cannot be reached: {reason}")]
    Unreachable {
        /// Where the request would have gone.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The request may have arrived: a code in it counts as used.
    #[error("no answer came from {host}: {reason}")]
    Unanswered {
        /// Where the request went.
        host: String,
        /// What the system said.
        reason: String,
    },
    /// The request could not be made at all.
    #[error("the request could not be made: {0}")]
    NotMade(String),
}

/// AWS's own words, and what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What they mean.
    pub reason: Reason,
    /// AWS's error code.
    pub code: String,
    /// AWS's message.
    pub message: String,
}

/// What a refusal means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Wrong, too old or used code.
    CodeRejected,
    /// The device is not this user's, is unknown, or has had too many attempts.
    DeviceNotAccepted,
    /// The caller's key is one of a session.
    SessionAsSource,
    /// A session that is over signed the call.
    SessionExpired,
    /// No policy allows it, or one forbids it.
    Denied,
    /// Longer than the role or the account allows.
    DurationTooLong,
    /// Role chaining ends after an hour.
    ChainingLimit,
    /// A parameter is malformed.
    Malformed,
    /// The key is deleted, inactive or of another partition.
    KeyNotAccepted,
    /// The secret does not belong to the key.
    WrongSecret,
    /// This machine's clock is off by more than 15 minutes.
    ClockSkew,
    /// STS is off in this region.
    RegionDisabled,
    /// There is something of that name already, or it is in use already.
    AlreadyExists,
    /// A quota of IAM is used up.
    LimitExceeded,
    /// The two codes are not consecutive ones of the device.
    PairRejected,
    /// IAM is still busy with the user.
    TemporarilyUnmodifiable,
    /// IAM knows no such user or device.
    NoSuchEntity,
    /// A device that is somebody's cannot be deleted.
    StillInUse,
    /// Anything else.
    Other,
}

impl Refusal {
    /// Reads AWS's error code and message
    /// (<https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>).
    pub fn new(code: &str, message: &str) -> Refusal {
        let says = |text: &str| message.contains(text);
        let reason = match code {
            "AccessDenied" if says("invalid MFA one time pass code") => Reason::CodeRejected,
            "AccessDenied" if says("unable to validate MFA code") => Reason::DeviceNotAccepted,
            "AccessDenied" if says("with session credentials") => Reason::SessionAsSource,
            "AccessDenied" | "AccessDeniedException" | "UnauthorizedOperation" => Reason::Denied,
            "ValidationError" if says("MaxSessionDuration") => Reason::DurationTooLong,
            "ValidationError" if says("role chaining") => Reason::ChainingLimit,
            "ValidationError" => Reason::Malformed,
            "InvalidClientTokenId" | "UnrecognizedClientException" => Reason::KeyNotAccepted,
            "ExpiredToken" | "ExpiredTokenException" => Reason::SessionExpired,
            "RequestExpired" => Reason::ClockSkew,
            "SignatureDoesNotMatch" if says("Signature expired") || says("Signature not yet current") => {
                Reason::ClockSkew
            }
            "SignatureDoesNotMatch" | "InvalidSignatureException" => Reason::WrongSecret,
            "RegionDisabledException" => Reason::RegionDisabled,
            "EntityAlreadyExists" => Reason::AlreadyExists,
            "LimitExceeded" => Reason::LimitExceeded,
            "InvalidAuthenticationCode" => Reason::PairRejected,
            "EntityTemporarilyUnmodifiable" => Reason::TemporarilyUnmodifiable,
            "NoSuchEntity" => Reason::NoSuchEntity,
            "DeleteConflict" => Reason::StillInUse,
            _ => Reason::Other,
        };
        Refusal {
            reason,
            code: code.to_owned(),
            message: message.to_owned(),
        }
    }
}

impl Reason {
    /// One sentence in a person's words; `None` leaves AWS's own.
    pub fn message(self) -> Option<&'static str> {
        Some(match self {
            Reason::CodeRejected => "AWS did not accept the code",
            Reason::DeviceNotAccepted => "AWS could not check the code with this MFA device",
            Reason::SessionAsSource => "a session cannot be made from the keys of another session",
            Reason::SessionExpired => "the keys belong to a session that is over",
            Reason::DurationTooLong => "the session would be longer than the role allows",
            Reason::ChainingLimit => "a role taken from another role lasts an hour at most",
            Reason::KeyNotAccepted => "AWS does not know this access key, or it is inactive",
            Reason::WrongSecret => "the secret access key does not belong to the access key id",
            Reason::ClockSkew => "this computer's clock is wrong, so AWS refuses its requests",
            Reason::RegionDisabled => "STS is switched off in this region for the account",
            Reason::AlreadyExists => "there is an MFA device of that name already",
            Reason::LimitExceeded => "the user has as many MFA devices as AWS allows, which is eight",
            Reason::PairRejected => "AWS did not accept the two codes of the new device",
            Reason::TemporarilyUnmodifiable => "AWS is still busy with this user",
            Reason::NoSuchEntity => "AWS knows no such MFA device",
            Reason::StillInUse => "the MFA device is in use, so it cannot be deleted",
            Reason::Denied | Reason::Malformed | Reason::Other => return None,
        })
    }

    /// The next step.
    pub fn hint(self) -> &'static str {
        match self {
            Reason::CodeRejected => {
                "wait for the next code and type it as it appears; if it keeps failing, check the clock of the device that shows it"
            }
            Reason::DeviceNotAccepted => {
                "check the MFA serial in the profile; after many attempts AWS refuses right codes too, so wait three minutes before the next one"
            }
            Reason::SessionAsSource => "put the long-term access key (AKIA…) of the user into this profile",
            Reason::SessionExpired => "put the long-term access key (AKIA…) of the user into this profile",
            Reason::Denied => "ask an administrator whether a policy allows this call",
            Reason::DurationTooLong => "ask for a shorter session",
            Reason::ChainingLimit => "ask for 3600 seconds or less",
            Reason::Malformed => "check the MFA serial and the duration of the profile",
            Reason::KeyNotAccepted => {
                "check that the key is active in IAM and that the profile's region belongs to the account; keys are often switched off after 90 days"
            }
            Reason::WrongSecret => "copy both lines of the access key into the profile again",
            Reason::ClockSkew => "set this computer's clock, then try again",
            Reason::AlreadyExists => "choose another name for the new device",
            Reason::LimitExceeded => "remove an MFA device of the user that is not needed any more, then try again",
            Reason::PairRejected => "check this computer's clock, then try again with the next codes",
            Reason::TemporarilyUnmodifiable => "wait a few minutes, then try again",
            Reason::NoSuchEntity => "check the MFA device of the profile; it may have been removed at AWS",
            Reason::StillInUse => "deactivate it first",
            Reason::RegionDisabled => "choose another region in the profile, or have STS activated there",
            Reason::Other => "try again; if it stays, look the error up in AWS's documentation",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_seen_on_the_wire_has_its_meaning() {
        let cases = [
            (
                "AccessDenied",
                "MultiFactorAuthentication failed with invalid MFA one time pass code.",
                Reason::CodeRejected,
            ),
            (
                "AccessDenied",
                "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
                Reason::DeviceNotAccepted,
            ),
            (
                "AccessDenied",
                "Cannot call GetSessionToken with session credentials",
                Reason::SessionAsSource,
            ),
            (
                "AccessDenied",
                "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/Admin",
                Reason::Denied,
            ),
            (
                "ValidationError",
                "1 validation error detected: Value at 'tokenCode' failed to satisfy constraint: Member must have length greater than or equal to 6",
                Reason::Malformed,
            ),
            (
                "ValidationError",
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
                Reason::DurationTooLong,
            ),
            (
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
                Reason::ChainingLimit,
            ),
            (
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
                Reason::KeyNotAccepted,
            ),
            (
                "ExpiredToken",
                "The security token included in the request is expired",
                Reason::SessionExpired,
            ),
            (
                "SignatureDoesNotMatch",
                "Signature expired: 20261122T000000Z is now earlier than 20261123T000000Z (20261123T001500Z - 15 min.)",
                Reason::ClockSkew,
            ),
            (
                "SignatureDoesNotMatch",
                "Signature not yet current: 20261124T000000Z is still later than 20261123T000000Z (20261122T234500Z + 15 min.)",
                Reason::ClockSkew,
            ),
            (
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided.",
                Reason::WrongSecret,
            ),
            ("RequestExpired", "Request has expired.", Reason::ClockSkew),
            (
                "RegionDisabledException",
                "STS is not activated in this region for account:111122223333.",
                Reason::RegionDisabled,
            ),
            (
                "EntityAlreadyExists",
                "MFADevice entity at the same path and name already exists.",
                Reason::AlreadyExists,
            ),
            (
                "LimitExceeded",
                "Cannot exceed quota for MFADevicesPerUser: 8",
                Reason::LimitExceeded,
            ),
            (
                "InvalidAuthenticationCode",
                "Authentication code for device is not valid.",
                Reason::PairRejected,
            ),
            ("EntityTemporarilyUnmodifiable", "?", Reason::TemporarilyUnmodifiable),
            ("NoSuchEntity", "MFA Device invalid for user.", Reason::NoSuchEntity),
            (
                "DeleteConflict",
                "MFA VirtualDevice in use. Must deactivate first.",
                Reason::StillInUse,
            ),
            ("Surprise", "?", Reason::Other),
        ];
        for (code, message, reason) in cases {
            assert_eq!(Refusal::new(code, message).reason, reason, "{code}: {message}");
        }
    }
}
