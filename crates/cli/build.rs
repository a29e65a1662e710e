//! Packs what the loader has to fix up when the program starts: `credentials` is called often, and half of its time was
//! that. It takes the C library of 2022 or a later one where the program runs, so only where it is built with one.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a build script: cargo speaks to it by variables, and it to cargo by its output"
)]

use std::env;
use std::process::Command;

/// The first glibc that reads them (DT_RELR).
const SINCE: (u32, u32) = (2, 36);

fn main() {
    let variable = |name| env::var(name).unwrap_or_default();
    let here = variable("HOST") == variable("TARGET") && variable("CARGO_CFG_TARGET_ENV") == "gnu";
    if here && variable("CARGO_CFG_TARGET_OS") == "linux" && glibc().is_some_and(|version| version >= SINCE) {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
    println!("cargo::rerun-if-changed=build.rs");
}

/// The version of this machine's C library: `getconf` says `glibc 2.36`.
fn glibc() -> Option<(u32, u32)> {
    let said = Command::new("getconf").arg("GNU_LIBC_VERSION").output().ok()?;
    let said = String::from_utf8(said.stdout).ok()?;
    let (major, minor) = said.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.split('.').next()?.parse().ok()?))
}
