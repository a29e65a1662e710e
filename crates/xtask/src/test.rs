//! Every test, in an order that fails early.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use crate::command::{npm, run};
use crate::counts::Counts;
use crate::{engine, packages, places, product, python, ui, webdriver};

/// One line of the summary.
struct Step {
    name: &'static str,
    took: Duration,
    outcome: Result<()>,
}

/// Installs what the tests need, builds, and runs them all; `filters` narrows each run down.
pub(crate) fn test(filters: &[String]) -> Result<ExitCode> {
    packages::ensure_installed(&[packages::BUILD, packages::DESKTOP, packages::TESTS])?;
    let home = Home::new()?;
    let mut counts = Counts::default();
    let mut steps = Vec::new();
    let mut step = |name, work: &mut dyn FnMut() -> Result<()>| {
        let started = Instant::now();
        let outcome = work();
        if let Err(error) = &outcome {
            eprintln!("error: {error:#}");
        }
        steps.push(Step {
            name,
            took: started.elapsed(),
            outcome,
        });
    };

    step("build the web UI", &mut ui::build);
    step("test the web UI", &mut || {
        run(home.dress(npm().args(["test", "--"]).args(ui_filter(filters))))
    });
    step("make the Python environment", &mut python::install);
    step("install the policy engine", &mut engine::install);
    step("build the WebDriver", &mut webdriver::install);
    step("build the app and the command line", &mut || {
        run(home.dress(&mut product::build_command()))
    });
    step("test all Rust packages, on a desktop too", &mut || {
        counts.run(home.dress(&mut product::test_command(filters)))
    });
    Ok(summary(&steps, &counts))
}

fn ui_filter(filters: &[String]) -> Vec<String> {
    if filters.is_empty() {
        return Vec::new();
    }
    vec![
        "--passWithNoTests".into(),
        "--testNamePattern".into(),
        filters.join("|"),
    ]
}

fn summary(steps: &[Step], counts: &Counts) -> ExitCode {
    println!("\nWhat ran:");
    for Step { name, took, outcome } in steps {
        let word = if outcome.is_ok() { "ok    " } else { "FAILED" };
        println!("  {word} {name} ({} s)", took.as_secs());
    }
    println!("Rust tests: {counts}.");
    if steps.iter().any(|step| step.outcome.is_err()) {
        return ExitCode::FAILURE;
    }
    println!("Pictures of the app are in {}.", places::root().join("out").display());
    ExitCode::SUCCESS
}

/// A home for the tests, so that none can touch the person's, with the tools still found in theirs.
struct Home {
    folder: PathBuf,
    tools: Vec<(&'static str, PathBuf)>,
}

impl Home {
    fn new() -> Result<Self> {
        let folder = env::temp_dir().join(format!("mfa-tray-home-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let tools = env::home_dir().map_or_else(Vec::new, |home| tools(&home));
        Ok(Self { folder, tools })
    }

    fn dress<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("AWS_") || name.starts_with("XDG_") || name.ends_with("DISPLAY") {
                command.env_remove(name);
            }
        }
        command
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("HOME", &self.folder)
            .envs(self.tools.clone())
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _best_effort = fs::remove_dir_all(&self.folder);
    }
}

/// Where cargo, rustup and npm keep their own files, as they would find them in `home`.
fn tools(home: &Path) -> Vec<(&'static str, PathBuf)> {
    let places = [
        ("CARGO_HOME", ".cargo"),
        ("RUSTUP_HOME", ".rustup"),
        ("npm_config_cache", ".npm"),
    ];
    places
        .into_iter()
        .filter(|(name, _)| env::var_os(name).is_none())
        .map(|(name, folder)| (name, home.join(folder)))
        .filter(|(_, folder)| folder.exists())
        .collect()
}
