//! What the wizard shows. A seed is never among it: of one there is a fingerprint.

use mfa_tray_core::enroll;
use mfa_tray_core::otpauth;
use serde::Serialize;

use crate::dto::{Failure, Problem};

/// Which of the two ways an enrolment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    Create,
    Use,
}

/// What the wizard waits for, or does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Step {
    Source,
    Choose,
    Device,
    Code,
    Picture,
    Working,
    Waiting,
    Failed,
    Done,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Doing {
    Looking,
    Reading,
    Creating,
    Storing,
    Enabling,
    Spreading,
    Proving,
    Session,
    NextCode,
}

/// An enrolment, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Enrolment {
    pub(crate) profile: String,
    pub(crate) way: Way,
    pub(crate) step: Step,
    pub(crate) doing: Option<Doing>,
    pub(crate) since: Option<String>,
    pub(crate) until: Option<String>,
    pub(crate) device: Option<String>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) devices: Vec<String>,
    pub(crate) found: Vec<Found>,
    pub(crate) failure: Option<Failure>,
    pub(crate) can_retry: bool,
    pub(crate) can_clean_up: bool,
}

/// An account that a picture or a text holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Found {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) issuer: Option<String>,
    pub(crate) account: Option<String>,
    pub(crate) algorithm: Option<String>,
    pub(crate) digits: Option<u32>,
    pub(crate) period: Option<u32>,
    pub(crate) fingerprint: Option<String>,
    pub(crate) problem: Option<Problem>,
}

/// What the wizard says before anything happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Offer {
    pub(crate) user: String,
    pub(crate) account: String,
    pub(crate) device_name: String,
    pub(crate) devices: Vec<String>,
    pub(crate) config_line: Option<String>,
    pub(crate) unfinished: Option<Unfinished>,
}

/// An enrolment that was cut short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Unfinished {
    pub(crate) device: String,
    pub(crate) can_resume: bool,
    pub(crate) can_clean_up: bool,
}

/// The code a device shows, which the person has asked to see. Not to be printed.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct DeviceCode {
    pub(crate) code: String,
    #[cfg_attr(test, ts(type = "number"))]
    pub(crate) seconds_left: i64,
    pub(crate) period: u32,
}

/// A backup that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct BackupReport {
    pub(crate) file: String,
    pub(crate) devices: Vec<String>,
}

/// What a restore did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct RestoreReport {
    pub(crate) restored: Vec<String>,
    pub(crate) kept: Vec<String>,
    pub(crate) differing: Vec<String>,
}

impl Enrolment {
    pub(crate) fn new(profile: &str, way: Way) -> Enrolment {
        Enrolment {
            profile: profile.to_owned(),
            way,
            step: Step::Working,
            doing: Some(Doing::Looking),
            since: None,
            until: None,
            device: None,
            fingerprint: None,
            devices: Vec::new(),
            found: Vec::new(),
            failure: None,
            can_retry: false,
            can_clean_up: false,
        }
    }
}

impl From<enroll::Doing> for Doing {
    fn from(doing: enroll::Doing) -> Doing {
        match doing {
            enroll::Doing::Looking => Doing::Looking,
            enroll::Doing::Creating => Doing::Creating,
            enroll::Doing::Storing => Doing::Storing,
            enroll::Doing::Enabling => Doing::Enabling,
            enroll::Doing::Proving => Doing::Session,
        }
    }
}

impl From<&otpauth::Found> for Found {
    fn from(found: &otpauth::Found) -> Found {
        Found {
            kind: found.kind.name().to_owned(),
            issuer: found.issuer.clone(),
            account: found.account.clone(),
            algorithm: found.algorithm.clone(),
            digits: found.digits,
            period: found.period,
            fingerprint: found.seed.as_ref().map(|seed| seed.fingerprint()),
            problem: found.problem.as_ref().map(Problem::from),
        }
    }
}

impl From<enroll::Offer> for Offer {
    fn from(offer: enroll::Offer) -> Offer {
        Offer {
            user: offer.user,
            account: offer.account,
            device_name: offer.name.to_string(),
            devices: offer.devices.iter().map(ToString::to_string).collect(),
            config_line: offer.config_line,
            unfinished: offer.unfinished.map(|unfinished| Unfinished {
                device: unfinished.serial.to_string(),
                can_resume: unfinished.can_resume,
                can_clean_up: unfinished.can_clean_up,
            }),
        }
    }
}
