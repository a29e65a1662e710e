//! Practice AWS and a home, with a clock that a test turns for both.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};
use mfa_tray_core::aws_files::AwsPaths;
use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::enroll::{Creation, EnrollError, Next};
use mfa_tray_core::ports::{Clock, Keychain};
use mfa_tray_core::profile::{DeviceName, MfaCode, MfaSerial, ProfileName};
use mfa_tray_core::refresh::Refreshed;
use mfa_tray_core::state::StateFolder;
use mfa_tray_core::testing::FakeKeychain;
use mfa_tray_core::world::World;
use mfa_tray_practice::{Fault, FaultOrder, LongTermKey, Options, Practice};
use mfa_tray_system::SdkAws;
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ALICE: &str = "arn:aws:iam::111122223333:mfa/alice";
pub(crate) const HOST: &str = "laptop";

#[derive(Clone)]
pub(crate) struct TurnedClock(Arc<AtomicI64>);

impl TurnedClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for TurnedClock {
    fn now(&self) -> Timestamp {
        Timestamp::now() + SignedDuration::from_secs(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) struct Stage {
    pub(crate) practice: Practice,
    pub(crate) world: World,
    pub(crate) keychain: FakeKeychain,
    pub(crate) clock: TurnedClock,
    _folder: TempDir,
}

impl Stage {
    /// `fresh` is a user `dana` without a device, `dev` is alice, who has one.
    pub(crate) fn new() -> Stage {
        Stage::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Stage {
        let clock = TurnedClock(Arc::default());
        let turned = clock.clone();
        let practice_clock = mfa_tray_practice::Clock::new(move || turned.now());
        let practice = Practice::start_with_clock(options, practice_clock).unwrap();
        let dana = practice.add_user(ACCOUNT, "dana").unwrap();
        let erin = practice.add_user(ACCOUNT, "erin").unwrap();
        practice
            .add_device("erin", ALICE.replace("alice", "erin").as_str())
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let keychain = FakeKeychain::default();
        let world = World {
            clock: Arc::new(clock.clone()),
            aws: Arc::new(SdkAws::new()),
            keychain: Arc::new(keychain.clone()),
            commands: Arc::new(mfa_tray_core::testing::FakeCommands::default()),
            paths: AwsPaths {
                config: at("config"),
                credentials: at("credentials"),
            },
            state: StateFolder::new(at("state")),
            settings: at("settings.toml"),
            by: mfa_tray_core::activity::By::CommandLine,
            endpoints: EndpointEnvironment {
                url: Some(practice.endpoint().to_owned()),
                ..EndpointEnvironment::default()
            },
        };
        put(
            &world.paths.config,
            "# mine\n[profile fresh]\nregion = eu-west-1\n\n[profile dev]\nregion = eu-west-1\n",
        );
        put(
            &world.paths.credentials,
            &format!("{}{}", section("fresh", &dana), section("dev", &erin)),
        );
        Stage {
            practice,
            world,
            keychain,
            clock,
            _folder: folder,
        }
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(&self.world.paths.config).unwrap()
    }

    pub(crate) fn begin(&self, profile: &str) -> Result<Creation, EnrollError> {
        Creation::begin(&self.world, &name(profile), None, HOST)
    }

    pub(crate) fn begin_called(&self, profile: &str, device: &str) -> Result<Creation, EnrollError> {
        Creation::begin(
            &self.world,
            &name(profile),
            Some(DeviceName::parse(device).unwrap()),
            HOST,
        )
    }

    /// Drives an enrolment to its end, turning the clock where it waits.
    pub(crate) fn drive(&self, creation: &mut Creation) -> Result<Box<Refreshed>, EnrollError> {
        for _ in 0..40 {
            match creation.advance(&self.world, &mut |_| true)? {
                Next::Code(devices) => {
                    let serial = devices.first().expect("a device whose code can be given");
                    creation.give_code(&self.world, serial, self.code(serial.as_str()))?;
                }
                Next::Picture => creation.go_on(),
                Next::Wait { until, .. } => {
                    let left = until.duration_since(self.world.clock.now()).as_secs();
                    assert!((0..=60).contains(&left), "a wait of {left} s");
                    self.clock.forward(left + 1);
                }
                Next::Done(refreshed) => return Ok(refreshed),
            }
        }
        panic!("it does not come to an end");
    }

    /// The code that a device of practice AWS shows now.
    pub(crate) fn code(&self, serial: &str) -> MfaCode {
        MfaCode::parse(&self.practice.code(serial, 0).expect("a device with codes").code).unwrap()
    }

    pub(crate) fn order(&self, action: &str, times: u32, processed: bool, fault: Fault) {
        self.practice.order_faults(vec![FaultOrder {
            action: action.to_owned(),
            times,
            processed,
            fault,
        }]);
    }

    /// AWS says no, in its own words.
    pub(crate) fn refuse(&self, action: &str, times: u32, status: u16, code: &str, message: &str) {
        let body = format!(
            "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        );
        let answer = serde_json::json!({
            "action": action, "times": times, "kind": "answer", "status": status,
            "headers": {"content-type": "text/xml"}, "body": body,
        });
        self.practice
            .order_faults(vec![serde_json::from_value(answer).unwrap()]);
    }

    /// The serials of the devices there are, each with its user.
    pub(crate) fn devices(&self) -> Vec<(String, Option<String>)> {
        let state = self.practice.state();
        let of = |device: &Value| {
            let user = device["user"].as_str().map(str::to_owned);
            (device["serial"].as_str().unwrap().to_owned(), user)
        };
        state["devices"].as_array().unwrap().iter().map(of).collect()
    }

    /// The devices of a user, and those that are nobody's.
    pub(crate) fn devices_of(&self, user: Option<&str>) -> Vec<String> {
        let all = self.devices().into_iter();
        all.filter(|(_, of)| of.as_deref() == user)
            .map(|(serial, _)| serial)
            .collect()
    }

    /// What was asked of AWS, in order.
    pub(crate) fn actions(&self) -> Vec<String> {
        let state = self.practice.state();
        let requests = state["requests"]["last"].as_array().unwrap().iter();
        requests
            .filter_map(|request| request["action"].as_str().map(str::to_owned))
            .collect()
    }

    /// The profile refreshes without a question, and the device is the only one that was made for `user`.
    pub(crate) fn is_enrolled(&self, profile: &str, user: &str, serial: &str) {
        let enrolled = self.world.state.enrolled_devices();
        assert_eq!(enrolled.keys().collect::<Vec<_>>(), [serial]);
        assert_eq!(self.keychain.names(), [format!("seed/{serial}")]);
        assert!(self.devices_of(Some(user)).contains(&serial.to_owned()));
        assert_eq!(self.devices_of(None), Vec::<String>::new(), "devices that are nobody's");
        self.clock.forward(60);
        let request = mfa_tray_core::refresh::Request {
            when: mfa_tray_core::refresh::When::Always,
            ..mfa_tray_core::refresh::Request::of(&name(profile))
        };
        assert!(mfa_tray_core::refresh::refresh(&self.world, &request).unwrap().made);
        assert!(self.keychain.read(&format!("seed/{serial}")).unwrap().is_some());
    }
}

pub(crate) fn serial(name: &str) -> MfaSerial {
    MfaSerial::parse(&format!("arn:aws:iam::{ACCOUNT}:mfa/{name}")).unwrap()
}

pub(crate) fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

fn section(name: &str, key: &LongTermKey) -> String {
    let (id, secret) = (&key.access_key_id, &key.secret_access_key);
    format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\n")
}

pub(crate) fn put(path: &PathBuf, text: &str) {
    use std::io::Write as _;
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}
