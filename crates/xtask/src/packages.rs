//! System packages: which are needed, which are missing, and how they come.

use std::env;
use std::fs;
use std::io::{IsTerminal as _, Write as _};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::command::{command, run, succeeds};

/// What building the app takes.
pub(crate) const BUILD: &[&str] = &["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev", "librsvg2-dev"];

/// What a desktop without a screen is made of.
pub(crate) const DESKTOP: &[&str] = &[
    "adwaita-icon-theme",
    "dbus",
    "dunst",
    "fonts-dejavu-core",
    "fonts-wqy-microhei", // for the pictures in Chinese
    "gnome-keyring",
    "imagemagick",
    "openbox",
    "scrot",
    "systemd", // for `busctl`
    "webkit2gtk-driver",
    "x11-utils",
    "xclip",
    "xdotool",
    "xfce4-panel",
    "xvfb",
];

/// What the tests use besides.
pub(crate) const TESTS: &[&str] = &["curl", "python3-venv", "strace", "tinyproxy-bin"];

/// What drawing the icons takes.
pub(crate) const ICONS: &[&str] = &["librsvg2-bin"];

/// Makes sure that the packages are there, and installs those that are missing after asking.
pub(crate) fn ensure_installed(wanted: &[&[&str]]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        return say_what_is_needed_elsewhere(wanted);
    }
    if !succeeds(Command::new("dpkg-query").arg("--version")) {
        name_packages_of_this_family(wanted);
        return Ok(());
    }
    let missing: Vec<&str> = wanted
        .iter()
        .copied()
        .flatten()
        .copied()
        .filter(|name| !is_installed(name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)
}

fn is_installed(package: &str) -> bool {
    let status = Command::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", package])
        .stderr(Stdio::null())
        .output();
    status.is_ok_and(|output| output.stdout == b"installed")
}

fn install(missing: &[&str]) -> Result<()> {
    let root = is_root();
    let sudo = if root { "" } else { "sudo " };
    let line = format!(
        "{sudo}apt-get install --no-install-recommends --yes {}",
        missing.join(" ")
    );
    println!("These Debian packages are missing. They come with:\n  {line}");
    if !root && env::var_os("CI").is_none() && !agreed()? {
        bail!("nothing was installed; run the line above, then this command again");
    }
    let apt = || {
        let mut apt = command(if root { "apt-get" } else { "sudo" });
        if !root {
            // sudo asks for the password on the terminal itself.
            apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        }
        apt.env("DEBIAN_FRONTEND", "noninteractive");
        apt
    };
    run(apt().args(["update", "--quiet"]))?;
    run(apt()
        .args(["install", "--no-install-recommends", "--yes", "--quiet"])
        .args(missing))
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn agreed() -> Result<bool> {
    ensure!(
        std::io::stdin().is_terminal(),
        "nobody to ask; run the line above, then this command again"
    );
    print!("Install them? [y/N] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).context("no answer")?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

/// Other distributions call the packages by other names. We say them and go on: what is missing shows in the build.
fn name_packages_of_this_family(wanted: &[&[&str]]) {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let family = |id: &str| release.lines().any(|line| line.starts_with("ID") && line.contains(id));
    let line = if family("fedora") || family("rhel") {
        "dnf install gcc gcc-c++ make pkgconf-pkg-config webkit2gtk4.1-devel librsvg2-devel"
    } else if family("arch") {
        "pacman -S --needed base-devel webkit2gtk-4.1 librsvg"
    } else if family("suse") {
        "zypper install gcc gcc-c++ make pkgconf webkit2gtk3-devel librsvg-devel"
    } else if family("alpine") {
        "apk add build-base pkgconf webkit2gtk-4.1-dev librsvg-dev"
    } else {
        "(a C compiler, pkg-config, WebKitGTK 4.1 and librsvg, with their development files)"
    };
    println!("Not a Debian family system, so nothing is installed for you. The build needs:\n  {line}");
    if wanted.contains(&DESKTOP) {
        println!(
            "The desktop tests also need these programs: Xvfb, dbus-daemon, busctl, gnome-keyring-daemon, dunst,\n  \
             openbox, xfce4-panel, WebKitWebDriver, scrot, xclip, xdotool, xprop, import (ImageMagick), python3 with venv, strace"
        );
    }
}

fn say_what_is_needed_elsewhere(wanted: &[&[&str]]) -> Result<()> {
    if cfg!(target_os = "macos") {
        println!("Needed: the Xcode command-line tools (`xcode-select --install`). WebKit is part of macOS.");
    } else {
        println!("Needed: the Visual Studio C++ build tools. WebView2 is part of Windows 11.");
    }
    ensure!(
        !wanted.contains(&DESKTOP),
        "the desktop tests run on Linux only, on a virtual desktop"
    );
    Ok(())
}
