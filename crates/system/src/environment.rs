//! Every environment variable the product reads, in one place.
//!
//! `AWS_ACCESS_KEY_ID` and its companions are deliberately absent: they never replace a named profile's keys.

use std::path::PathBuf;

use mfa_tray_core::endpoint::EndpointEnvironment;
use mfa_tray_core::lint::Environment;

/// A variable that is set and not empty.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

fn flag(name: &str) -> Option<bool> {
    text(name).map(|value| value.eq_ignore_ascii_case("true"))
}

/// `AWS_CONFIG_FILE`.
pub fn config_file() -> Option<PathBuf> {
    path("AWS_CONFIG_FILE")
}

/// `AWS_SHARED_CREDENTIALS_FILE`.
pub fn credentials_file() -> Option<PathBuf> {
    path("AWS_SHARED_CREDENTIALS_FILE")
}

/// `AWS_PROFILE`: the profile when none is named.
pub fn profile() -> Option<String> {
    text("AWS_PROFILE")
}

/// The variables that make AWS's tools look at no profile, or at another.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn shadows() -> Environment {
    let set = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    Environment {
        set: set.map(|(name, _)| name.to_string_lossy().into_owned()).collect(),
        profile: profile(),
    }
}

/// What the environment says about endpoints
/// (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>).
pub fn endpoints() -> EndpointEnvironment {
    EndpointEnvironment {
        url: text("AWS_ENDPOINT_URL"),
        sts_url: text("AWS_ENDPOINT_URL_STS"),
        iam_url: text("AWS_ENDPOINT_URL_IAM"),
        ec2_url: text("AWS_ENDPOINT_URL_EC2"),
        s3_url: text("AWS_ENDPOINT_URL_S3"),
        ignore_configured: flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS").unwrap_or(false),
        sts_regional_endpoints: text("AWS_STS_REGIONAL_ENDPOINTS"),
        fips: flag("AWS_USE_FIPS_ENDPOINT"),
        dual_stack: flag("AWS_USE_DUALSTACK_ENDPOINT"),
        ca_bundle: text("AWS_CA_BUNDLE"),
    }
}

/// Whether the environment names a proxy, or hosts that have none.
pub(crate) fn names_proxy() -> bool {
    let names = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];
    names
        .iter()
        .any(|name| text(name).or_else(|| text(&name.to_ascii_lowercase())).is_some())
}

/// The proxy for https that the environment names, and the hosts that are called without it.
pub(crate) fn proxy() -> Option<(String, String)> {
    let either = |name: &str| text(&name.to_ascii_lowercase()).or_else(|| text(name));
    let url = either("HTTPS_PROXY").or_else(|| either("ALL_PROXY"))?;
    Some((url, either("NO_PROXY").unwrap_or_default()))
}

/// The endpoint of practice AWS, where `mfa-tray practice code` finds the server.
pub fn practice_endpoint() -> Option<String> {
    text("AWS_ENDPOINT_URL")
}

/// `MFA_TRAY_PRACTICE_KEYCHAIN`: the token of practice's keychain. Also when it is empty or no text: whoever sets it
/// must never reach the real keychain.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub fn practice_keychain() -> Option<String> {
    std::env::var_os("MFA_TRAY_PRACTICE_KEYCHAIN").map(|token| token.to_string_lossy().into_owned())
}

/// `HOME`, as `mfa-tray practice` sets it.
pub fn home() -> Option<PathBuf> {
    path("HOME")
}

/// Whether this process was started on practice AWS.
pub fn is_practice() -> bool {
    text("MFA_TRAY_PRACTICE").is_some()
}

/// `SHELL`: the person's shell. Windows sets none, but some shells there do.
pub fn shell() -> Option<PathBuf> {
    path("SHELL")
}

/// `RUST_LOG`: what is logged.
pub fn log_filter() -> Option<String> {
    text("RUST_LOG")
}

/// The variables by which a program finds the display, and with it the clipboard. Nothing else.
pub(crate) fn display() -> Vec<(&'static str, PathBuf)> {
    // `HOME` for the X authority where `XAUTHORITY` is not set; Windows' sockets need `SystemRoot`.
    [
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
        "HOME",
        "SystemRoot",
    ]
    .into_iter()
    .filter_map(|name| Some((name, path(name)?)))
    .collect()
}

/// The variables that are AWS's or ours: no business of a program that photographs the screen.
#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(crate) fn private_names() -> Vec<std::ffi::OsString> {
    let is_private = |name: &std::ffi::OsString| {
        let name = name.to_string_lossy();
        name.starts_with("AWS_") || name.starts_with("MFA_TRAY_")
    };
    std::env::vars_os().map(|(name, _)| name).filter(is_private).collect()
}

/// Whether the desktop is a Wayland one: no program moves its window there, or takes keys from all others.
pub fn is_wayland() -> bool {
    text("WAYLAND_DISPLAY").is_some() && text("GDK_BACKEND").as_deref() != Some("x11")
}

/// `XDG_SESSION_ID`: what logind calls the session this process was started in.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn session_id() -> Option<String> {
    text("XDG_SESSION_ID")
}

/// `APPIMAGE` and `APPDIR`, which an AppImage's own loader sets: the image, and where it is mounted for now
/// (<https://docs.appimage.org/packaging-guide/environment-variables.html>). Programs that it starts inherit them.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) fn app_image() -> Option<(PathBuf, PathBuf)> {
    Some((path("APPIMAGE")?, path("APPDIR")?))
}

/// Whether a desktop can be reached: always, but on Linux and its kin only with a display.
pub fn has_display() -> bool {
    !cfg!(all(unix, not(target_os = "macos"))) || text("DISPLAY").is_some() || text("WAYLAND_DISPLAY").is_some()
}
