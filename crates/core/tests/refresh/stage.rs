//! A home of the test's own, and a clock that stands still.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use mfa_tray_core::activity::{self, By, Event};
use mfa_tray_core::aws_files::{AwsPaths, FileKind};
use mfa_tray_core::draft::Draft;
use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::file::Backup;
use mfa_tray_core::profile::{MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::{CodeFrom, RefreshError, Refreshed, Request, When, refresh};
use mfa_tray_core::state::{EnrolledDevice, StateFolder};
use mfa_tray_core::status::{self, Row};
use mfa_tray_core::testing::{FakeClock, FakeCommands, FakeKeychain};
use mfa_tray_core::totp::Seed;
use mfa_tray_core::vault;
use mfa_tray_core::world::World;
use tempfile::TempDir;

use crate::aws::FakeAws;

pub(crate) const SERIAL: &str = "arn:aws:iam::111122223333:mfa/alice";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
pub(crate) const NEW_SECRET: &str = "secretOfTheSessionEXAMPLE";
pub(crate) const TOKEN: &str = "FwoGZXIvYXdzEXAMPLETOKEN==";
/// Ten seconds into a step and into a window of three minutes.
pub(crate) const NOW: &str = "2026-11-24T12:00:10Z";

/// The keys of an IAM user, as lines of a section.
pub(crate) fn keys(id: &str) -> String {
    format!("aws_access_key_id = {id}\naws_secret_access_key = {SECRET}\n")
}

/// Two files, a state folder and settings, in a folder that goes when the test ends.
pub(crate) struct Stage {
    pub(crate) world: World,
    pub(crate) aws: FakeAws,
    pub(crate) clock: FakeClock,
    pub(crate) keychain: FakeKeychain,
    pub(crate) commands: FakeCommands,
    _folder: TempDir,
}

impl Stage {
    pub(crate) fn new(config: &str, credentials: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at(".aws")).unwrap();
        let start: Timestamp = NOW.parse().unwrap();
        let clock = FakeClock::at(start);
        let aws = FakeAws::new(&clock);
        let keychain = FakeKeychain::default();
        let commands = FakeCommands::default();
        let stage = Stage {
            world: World {
                clock: Arc::new(clock.clone()),
                aws: Arc::new(aws.clone()),
                keychain: Arc::new(keychain.clone()),
                commands: Arc::new(commands.clone()),
                paths: AwsPaths {
                    config: at(".aws/config"),
                    credentials: at(".aws/credentials"),
                },
                state: StateFolder::new(at("state/mfa-tray")),
                settings: at("config/mfa-tray/settings.toml"),
                endpoints: EndpointEnvironment::default(),
                by: By::CommandLine,
            },
            aws,
            clock,
            keychain,
            commands,
            _folder: folder,
        };
        put(&stage.world.paths.config, config);
        put(&stage.world.paths.credentials, credentials);
        stage
    }

    /// The profile `dev` with its device in the config file.
    pub(crate) fn dev() -> Stage {
        let config = format!("[profile dev]\nregion = eu-west-1\noutput = json\nmfa_serial = {SERIAL}\n");
        Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")))
    }

    /// The same, with settings.
    pub(crate) fn with_settings(self, settings: &str) -> Stage {
        self.choose(settings);
        self
    }

    /// The same, asked by somebody else.
    pub(crate) fn asked(mut self, by: By) -> Stage {
        self.world.by = by;
        self
    }

    /// The same, with the seed of the device in the keychain.
    pub(crate) fn enrolled(self) -> Stage {
        let serial = MfaSerial::parse(SERIAL).unwrap();
        vault::store(&self.keychain, &serial, &seed()).unwrap();
        let device = EnrolledDevice {
            fingerprint: seed().fingerprint(),
            enrolled_at: NOW.parse().unwrap(),
        };
        self.world.state.remember_enrolled(&serial, &device).unwrap();
        self
    }

    /// The person writes other settings.
    pub(crate) fn choose(&self, settings: &str) {
        fs::create_dir_all(self.world.settings.parent().unwrap()).unwrap();
        put(&self.world.settings, settings);
    }

    /// What is shown of a profile, by the clock that codes and sessions follow.
    pub(crate) fn row(&self, profile: &str) -> Row {
        let loaded = self.world.load().unwrap();
        let rows = status::rows(&loaded, &self.world.state, self.world.aws_time());
        rows.into_iter().find(|row| row.name == name(profile)).unwrap()
    }

    /// What was done, the oldest first.
    pub(crate) fn events(&self) -> Vec<Event> {
        let mut events = activity::events(&self.world.state);
        events.reverse();
        events
    }

    /// Does something whose `draft` a person has seen: the files are then what that makes of them, secrets aside.
    pub(crate) fn does_what_was_shown(&self, draft: &Draft, act: impl FnOnce()) {
        let files = || [self.config(), self.credentials()];
        let restore = |[config, credentials]: &[String; 2]| {
            put(&self.world.paths.config, config);
            put(&self.world.paths.credentials, credentials);
        };
        let masked = |files: [String; 2]| {
            files.map(|text| {
                let shown = |line: &str| match line.split_once(" = ") {
                    Some((key @ ("aws_secret_access_key" | "aws_session_token"), _)) => format!("{key} = ***"),
                    _ => line.to_owned(),
                };
                text.lines().map(shown).collect::<Vec<_>>()
            })
        };
        let before = files();
        act();
        let done = files();
        assert_ne!(done, before);
        restore(&before);
        draft
            .write(&self.world, FileKind::Credentials, Backup::OnFirstTouch)
            .unwrap();
        assert_eq!(masked(files()), masked(done.clone()));
        restore(&done);
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(&self.world.paths.config).unwrap()
    }

    pub(crate) fn credentials(&self) -> String {
        fs::read_to_string(&self.world.paths.credentials).unwrap()
    }

    pub(crate) fn settings(&self) -> String {
        fs::read_to_string(&self.world.settings).unwrap_or_default()
    }

    pub(crate) fn refresh(&self, request: &Request) -> Result<Refreshed, RefreshError> {
        refresh(&self.world, request)
    }

    /// A refresh that must be refused, and change neither file.
    pub(crate) fn refused(&self, request: &Request) -> RefreshError {
        let before = (self.config(), self.credentials());
        let error = self.refresh(request).unwrap_err();
        assert_eq!((self.config(), self.credentials()), before, "{error}: a file changed");
        error
    }
}

pub(crate) fn put(path: &PathBuf, text: &str) {
    use std::io::Write as _;
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

/// Of the device with [`SERIAL`].
pub(crate) fn seed() -> Seed {
    Seed::from_base32(&"JBSWY3DPEHPK3PXP".repeat(4)).unwrap()
}

pub(crate) fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

/// A request without a code.
pub(crate) fn ask(profile: &str) -> Request {
    Request::of(&name(profile))
}

/// A request with a code.
pub(crate) fn with_code(profile: &str, code: &str) -> Request {
    Request {
        code: CodeFrom::Person(MfaCode::parse(code).unwrap()),
        ..ask(profile)
    }
}

/// The same in any case, whether or not there is a good session.
pub(crate) fn always(profile: &str, code: &str) -> Request {
    Request {
        when: When::Always,
        ..with_code(profile, code)
    }
}
