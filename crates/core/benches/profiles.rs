//! What 10,000 profiles cost: listing them, and one edit of the 2 MB file. Prints each beside its budget.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_macros,
    reason = "a program for developers that prints"
)]

use std::fs;
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use mfa_tray_core::aws_files::{self, AwsFiles, AwsPaths};
use mfa_tray_core::catalog::Catalog;
use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::file;
use mfa_tray_core::ini::{Change, Document};
use mfa_tray_core::ports::Clock;
use mfa_tray_core::settings::Settings;
use mfa_tray_core::state::StateFolder;
use mfa_tray_core::status;
use mfa_tray_core::testing::{FakeKeychain, NoAws};
use mfa_tray_core::world::World;

const PROFILES: usize = 10_000;
const RUNS: usize = 21;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(1_795_521_600).unwrap()
    }
}

/// Runs `work` several times and returns the shortest: whatever else the machine does only adds to it.
fn shortest<T>(mut work: impl FnMut() -> T) -> Duration {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        let result = work();
        let time = start.elapsed();
        // What was made is not part of the work, and must not be optimised away.
        drop(std::hint::black_box(result));
        time
    });
    times.min().unwrap()
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Users, their sessions and roles, in the proportions of a large organisation; the credentials file is about 2 MB.
fn files() -> (String, String) {
    let (mut config, mut credentials) = (String::new(), String::new());
    for number in 0..PROFILES {
        let name = format!("profile-{number:05}");
        match number % 4 {
            3 => config.push_str(&format!(
                "[profile {name}]\nrole_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = profile-{:05}\nregion = eu-west-1\n\n",
                number - 1
            )),
            _ => {
                config.push_str(&format!(
                    "[profile {name}]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/user{number}\n\n"
                ));
                credentials.push_str(&format!(
                    "# Keys of user {number}.\n[{name}]\naws_access_key_id = AKIA{number:016}\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n\n"
                ));
            }
        }
        if number % 8 == 0 {
            credentials.push_str(&format!(
                "[{name}-mfa]\naws_access_key_id = ASIA{number:016}\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_session_token = {}\nx_security_token_expires = 2099-11-24T07:00:00Z\nmanager = mfa-tray\n\n",
                "FwoGZXIvYXdz".repeat(50)
            ));
        }
    }
    (config, credentials)
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let world = World {
        clock: Arc::new(Noon),
        aws: Arc::new(NoAws),
        keychain: Arc::new(FakeKeychain::default()),
        commands: Arc::new(mfa_tray_core::testing::FakeCommands::default()),
        paths: AwsPaths {
            config: at("config"),
            credentials: at("credentials"),
        },
        state: StateFolder::new(at("state")),
        settings: at("settings.toml"),
        endpoints: EndpointEnvironment::default(),
        by: mfa_tray_core::activity::By::CommandLine,
    };
    let (config, credentials) = files();
    for (path, text) in [(&world.paths.config, &config), (&world.paths.credentials, &credentials)] {
        fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    }
    println!(
        "{PROFILES} profiles; config {:.1} MB, credentials {:.1} MB; shortest of {RUNS} runs",
        config.len() as f64 / 1e6,
        credentials.len() as f64 / 1e6
    );

    let list = shortest(|| {
        let loaded = world.load().unwrap();
        let rows = status::rows(&loaded, &world.state, world.clock.now());
        assert_eq!(rows.len(), PROFILES);
        (loaded, rows)
    });
    let load = shortest(|| world.load().unwrap());
    let bytes = shortest(|| file::read(&world.paths.credentials).unwrap());
    let scan = shortest(|| [&config, &credentials].map(|text| Document::scan(text.as_bytes().to_vec()).unwrap()));
    let (config, credentials) = (config.into_bytes(), credentials.into_bytes());
    let read = || AwsFiles::read(Some(config.clone()), Some(credentials.clone())).unwrap();
    let merge = shortest(read);
    let files = read();
    let catalog = shortest(|| Catalog::new(&files, &Settings::default(), &Default::default()));
    println!("list: {:.1} ms (budget 50 ms)", ms(list));
    println!(
        "  both files read and merged {:.1} ms, of which lines {:.1} ms; the bytes alone {:.2} ms",
        ms(merge),
        ms(scan),
        ms(bytes)
    );
    println!(
        "  what each profile is {:.1} ms; rows {:.1} ms",
        ms(catalog),
        ms(list.saturating_sub(load))
    );

    let mut number = 0;
    let edit = shortest(|| {
        number += 1;
        let token = format!("token{number}");
        let changed = aws_files::edit(
            &world.paths.credentials,
            "profile-05000-mfa",
            &[Change::Set("aws_session_token", &token)],
            aws_files::no_conflict,
        );
        assert!(changed.unwrap());
    });
    let document = Document::scan(credentials.clone()).unwrap();
    let edited = shortest(|| {
        document
            .edited("profile-05000-mfa", &[Change::Set("aws_session_token", "t")])
            .unwrap()
    });
    // What any program pays that replaces the file and is sure of it.
    let plain = shortest(|| {
        let mut new = tempfile::NamedTempFile::new_in(folder.path()).unwrap();
        new.write_all(&credentials).unwrap();
        new.as_file().sync_all().unwrap();
        new.persist(at("other")).unwrap();
    });
    println!("edit: {:.1} ms (budget 20 ms)", ms(edit));
    println!(
        "  lines and text of the edit alone {:.1} ms; {:.2} times a plain write, sync and rename ({:.1} ms)",
        ms(edited),
        edit.as_secs_f64() / plain.as_secs_f64(),
        ms(plain)
    );
    let over = list > Duration::from_millis(50) || edit > Duration::from_millis(20);
    println!("{}", if over { "over budget" } else { "within budget" });
}
