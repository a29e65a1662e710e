//! `mfa-tray practice`: practice AWS with a temporary home, and the app on it.

use std::path::PathBuf;
use std::process::{Child, Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mfa_tray_core::profile::MfaSerial;
use mfa_tray_practice::{Home, Options, Practice};
use mfa_tray_system::environment;
use serde_json::Value;
use signal_hook::consts::{SIGINT, SIGTERM};

use crate::args::{self, PracticeCommand};
use crate::exit::{Exit, Failure};
use crate::output;

/// How often the end is looked for: nobody notices a tenth of a second, and nothing else runs here.
const LOOK: Duration = Duration::from_millis(100);

pub(crate) fn run(arguments: &args::Practice) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Some(PracticeCommand::Code { serial }) => code(serial),
        None => serve(arguments),
    }
}

fn code(serial: &MfaSerial) -> Result<ExitCode, Failure> {
    let missing = || {
        Failure::new(Exit::Usage, "AWS_ENDPOINT_URL does not name a practice AWS")
            .with_hint("`mfa-tray practice` prints the environment to set")
    };
    let endpoint = environment::practice_endpoint().ok_or_else(missing)?;
    let code = mfa_tray_practice::current_code(&endpoint, serial.as_str());
    output::line(&code.map_err(|error| Failure::new(Exit::Failed, sentence(&error)))?)?;
    Ok(ExitCode::SUCCESS)
}

fn serve(arguments: &args::Practice) -> Result<ExitCode, Failure> {
    let ended = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&ended))?;
    }
    let options = Options {
        port: arguments.port,
        session_seconds: arguments.session_seconds,
        limits: !arguments.no_limits,
        ..Options::default()
    };
    let failed = |error: &dyn std::error::Error| Failure::new(Exit::Failed, sentence(error));
    let practice = Practice::start(options).map_err(|error| failed(&error))?;
    let mut home = Home::create(&practice).map_err(|error| failed(&error))?;
    if arguments.real_keychain {
        home = home.with_real_keychain();
    }
    let ready = home.ready_line();
    output::line(&ready.to_string())?;
    let mut app = if arguments.no_app { None } else { open_app(&ready) };
    let quit = |app: &mut Child| matches!(app.try_wait(), Ok(Some(_)));
    while !ended.load(Ordering::Relaxed) && !app.as_mut().is_some_and(quit) {
        std::thread::sleep(LOOK);
    }
    if let Some(mut app) = app {
        // It may be gone already, by itself or by the same signal.
        let _ = app.kill();
        let _ = app.wait();
    }
    Ok(ExitCode::SUCCESS)
}

/// Starts the app beside this program, in the environment of `ready`.
fn open_app(ready: &Value) -> Option<Child> {
    let Some(app) = app_path() else {
        output::say("The app is not installed beside this program; practice AWS runs without it.");
        return None;
    };
    if !environment::has_display() {
        output::say("There is no display to open the app on; practice AWS runs without it.");
        return None;
    }
    let environment = ready["env"].as_object().into_iter().flatten();
    let variables = environment.filter_map(|(name, value)| Some((name, value.as_str()?)));
    let mut command = Command::new(&app);
    // Of a practice around this one: with the real keychain nothing below would take its place.
    command.env_remove("MFA_TRAY_PRACTICE_KEYCHAIN");
    match command.envs(variables).spawn() {
        Ok(child) => Some(child),
        Err(error) => {
            output::say(&format!(
                "The app could not be started ({error}); practice AWS runs without it."
            ));
            None
        }
    }
}

fn app_path() -> Option<PathBuf> {
    let name = format!("mfa-tray-app{}", std::env::consts::EXE_SUFFIX);
    Some(std::env::current_exe().ok()?.with_file_name(name)).filter(|path| path.is_file())
}

/// An error with its causes.
fn sentence(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
