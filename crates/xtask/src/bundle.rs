//! The package that people install: app, command line, completions and pages in one.

use std::fs::{self, File};
use std::path::Path;
use std::process::{ExitCode, Stdio};

use anyhow::{Context as _, Result, ensure};

use crate::command::{command, run};
use crate::{packages, places, product, tools, ui};

/// What an installed product may take.
const BUDGET_KB: u64 = 15_000;

/// Where each shell looks for what completes a command of ours.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "bash-completion/completions/mfa-tray"),
    ("zsh", "zsh/vendor-completions/_mfa-tray"),
    ("fish", "fish/vendor_completions.d/mfa-tray.fish"),
];

/// Builds the product for people and packs it for Debian and Ubuntu.
pub(crate) fn bundle() -> Result<ExitCode> {
    ensure!(
        cfg!(target_os = "linux"),
        "there are packages for Debian and Ubuntu only; README.md says how to build the two programs"
    );
    packages::ensure_installed(&[packages::BUILD])?;
    ui::build()?;
    product::build_for_people()?;
    lay_out()?;
    let bundler = tools::install("bundler", &places::root().join("crates").join("xtask").join("bundler"))?;
    let bundles = places::release().join("bundle").join("deb");
    if bundles.exists() {
        fs::remove_dir_all(&bundles)?;
    }
    run(command("node")
        .arg(bundler.join("@tauri-apps").join("cli").join("tauri.js"))
        .args(["bundle", "--ci", "--bundles", "deb"])
        .current_dir(places::root().join("src-tauri")))?;
    for entry in fs::read_dir(&bundles)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".deb") {
            // As Debian calls its packages.
            let package = bundles.join(name.replace("MFA Tray", "mfa-tray"));
            fs::rename(bundles.join(&name), &package)?;
            tell(&package)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts what the app's own build does not know of where `tauri.linux.conf.json` takes it from.
fn lay_out() -> Result<()> {
    let built = places::release().join("mfa-tray");
    let package = places::root().join("target").join("package");
    if package.exists() {
        fs::remove_dir_all(&package)?;
    }
    let share = package.join("share");
    let pages = share.join("man").join("man1");
    fs::create_dir_all(&pages)?;
    fs::copy(&built, package.join("mfa-tray")).context("the command line that was just built")?;
    run(command(&built).arg("man").arg(&pages))?;
    for (shell, place) in COMPLETIONS {
        let place = share.join(place);
        fs::create_dir_all(place.parent().context("a folder")?)?;
        run(command(&built)
            .args(["completions", shell])
            .stdout(File::create(place)?))?;
    }
    Ok(())
}

/// Says where the package is, how to install it, and whether it is as small as it should be.
fn tell(package: &Path) -> Result<()> {
    let size = command("dpkg-deb")
        .args(["--field"])
        .arg(package)
        .arg("Installed-Size")
        .stderr(Stdio::inherit())
        .output()?;
    let installed: u64 = String::from_utf8_lossy(&size.stdout).trim().parse()?;
    println!("{}", package.display());
    println!("  install it with: sudo apt-get install {}", package.display());
    let verdict = if installed > BUDGET_KB { "over" } else { "within" };
    println!("  installed it takes {installed} kB, {verdict} the budget of {BUDGET_KB} kB");
    Ok(())
}
