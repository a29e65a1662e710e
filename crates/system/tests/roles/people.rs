//! Erin of the profile `dev`, who has a device, and the roles she may take.

use mfa_tray_core::problem::Problem;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, refresh};
use mfa_tray_practice::{Options, Role, Trust};

use crate::stage::{ACCOUNT, Stage, name, put, serial};

/// A role that profile `name` takes with the credentials of `source`; `more` are further lines of the profile.
pub(crate) struct Profile<'a> {
    pub(crate) name: &'a str,
    pub(crate) source: &'a str,
    pub(crate) more: &'a str,
}

pub(crate) fn erin() -> MfaSerial {
    serial("erin")
}

pub(crate) fn arn(role: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/team/{role}")
}

pub(crate) fn user(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{name}")
}

/// Trust in Erin, with MFA.
pub(crate) fn erin_with_mfa() -> Trust {
    Trust {
        principals: vec![user("erin")],
        mfa: true,
        ..Trust::default()
    }
}

/// Practice AWS, and a home whose profiles take roles of their own names.
pub(crate) fn stage(profiles: &[Profile<'_>]) -> Stage {
    // Sessions of roles are a matter of hours.
    let stage = Stage::with(Options {
        any_date: true,
        ..Options::default()
    });
    let of = |profile: &Profile<'_>| {
        let Profile { name, source, more } = profile;
        let arn = arn(name);
        format!("[profile {name}]\nregion = eu-west-1\nrole_arn = {arn}\nsource_profile = {source}\n{more}\n")
    };
    let roles: String = profiles.iter().map(of).collect();
    let config = format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {}\n\n{roles}", erin());
    put(&stage.world.paths.config, &config);
    stage
}

/// Makes a role whose sessions last up to `hours`.
pub(crate) fn role(stage: &Stage, role: &str, hours: u64, trust: Trust) {
    let role = Role {
        arn: arn(role),
        max_session_seconds: hours * 3_600,
        trust,
    };
    stage.practice.add_role(role).unwrap();
}

pub(crate) fn ask(profile: &str) -> Request {
    Request {
        when: When::Always,
        ..Request::of(&name(profile))
    }
}

impl Stage {
    /// A session for a profile without a code, but for what the keychain gives.
    pub(crate) fn asking_nothing(&self, profile: &str) -> Result<Refreshed, RefreshError> {
        refresh(&self.world, &ask(profile))
    }

    /// The same with the code that Erin's device shows now.
    pub(crate) fn typing(&self, profile: &str) -> Result<Refreshed, RefreshError> {
        self.clock.forward(30);
        let request = Request {
            code: CodeFrom::Person(self.code(erin().as_str())),
            ..ask(profile)
        };
        refresh(&self.world, &request)
    }

    /// The calls that make sessions or read limits: not those that ask once per key who it is, and how old.
    pub(crate) fn calls(&self) -> Vec<String> {
        let mut calls = self.actions();
        calls.retain(|action| !matches!(action.as_str(), "GetCallerIdentity" | "ListAccessKeys"));
        calls
    }

    /// Seconds a session has left, and whose it is.
    pub(crate) fn issued(&self, refreshed: &Refreshed) -> (i64, String) {
        let state = self.practice.state();
        let mut sessions = state["sessions"].as_array().unwrap().iter();
        let id = refreshed.access_key_id.as_str();
        let session = sessions.rfind(|session| session["access_key_id"] == id).unwrap();
        let end = refreshed.expires_at.unwrap();
        let now = mfa_tray_core::ports::Clock::now(&self.clock);
        (
            end.duration_since(now).as_secs(),
            session["who"].as_str().unwrap().to_owned(),
        )
    }
}

pub(crate) fn problem(error: &RefreshError) -> Problem {
    error.problem()
}
