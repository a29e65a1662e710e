//! Third-party code: under which licence, from where, and not twice where it is heavy.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use cargo_metadata::{Metadata, MetadataCommand, Package};

use crate::licence;
use crate::sources::root;

/// Everything `Cargo.lock` holds, on every platform.
pub(crate) static METADATA: LazyLock<Metadata> = LazyLock::new(|| {
    MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .unwrap()
});

/// Crates that cost minutes to build or megabytes to carry, so that a second version has to be argued for.
const HEAVY: &[&str] = &[
    "aws-config",
    "aws-runtime",
    "aws-sdk-iam",
    "aws-sdk-sts",
    "aws-sigv4",
    "aws-smithy-http-client",
    "aws-smithy-runtime",
    "aws-smithy-types",
    "axum",
    "clap",
    "hyper",
    "hyper-util",
    "image",
    "jiff",
    "notify",
    "proptest",
    "regex",
    "regex-automata",
    "reqwest",
    "ring",
    "rustls",
    "rustls-webpki",
    "serde",
    "serde_json",
    "tao",
    "tauri",
    "tokio",
    "tower",
    "tracing",
    "tracing-subscriber",
    "tray-icon",
    "url",
    "webkit2gtk",
    "wry",
    "zbus",
];

/// Heavy crates that are there twice, each with the reason.
const TWICE: &[(&str, &str)] = &[(
    "jiff",
    "serde_with names an older one in Cargo.lock for a feature that nobody turns on: it is never built",
)];

/// Crates that must not come in at all, each with the reason.
const UNWANTED: &[(&str, &str)] = &[
    (
        "aws-lc-rs",
        "ring is the one provider: half the size, no C build of minutes, no 39 ms at the start",
    ),
    ("aws-lc-sys", "comes with aws-lc-rs"),
    ("openssl-sys", "rustls is the one TLS stack"),
    ("native-tls", "rustls is the one TLS stack"),
];

#[test]
fn every_licence_is_allowed() {
    for package in third_party() {
        let licence = package
            .license
            .as_deref()
            .unwrap_or_else(|| panic!("{} names no licence", package.name));
        assert!(
            licence::is_allowed(licence),
            "{} {} is under {licence}",
            package.name,
            package.version
        );
    }
}

#[test]
fn everything_comes_from_the_one_registry() {
    for package in third_party() {
        let source = package.source.as_ref().unwrap();
        assert!(source.is_crates_io(), "{} comes from {source}", package.name);
    }
}

#[test]
fn nothing_heavy_is_there_twice() {
    let mut versions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for package in third_party() {
        versions
            .entry(package.name.as_str())
            .or_default()
            .push(package.version.to_string());
    }
    for name in HEAVY {
        let found = versions.get(name).map_or(0, Vec::len);
        let argued = TWICE.iter().any(|(twice, _)| twice == name);
        assert!(
            found <= 1 || argued,
            "{name} is there {found} times: {:?}",
            versions[name]
        );
        assert!(
            found > 1 || !argued,
            "{name} is not there twice any more: take it out of TWICE"
        );
    }
}

#[test]
fn nothing_unwanted_came_in() {
    for (name, reason) in UNWANTED {
        assert!(
            third_party().all(|package| package.name.as_str() != *name),
            "{name} came in: {reason}"
        );
    }
}

/// With it, a keychain call inside an asynchronous task panics: "Cannot start a runtime from within a runtime".
#[test]
fn zbus_does_not_run_on_tokio() {
    let resolve = METADATA.resolve.as_ref().unwrap();
    for node in &resolve.nodes {
        let package = &METADATA[&node.id];
        let on_tokio = node.features.iter().any(|feature| feature.as_str() == "tokio");
        assert!(
            package.name.as_str() != "zbus" || !on_tokio,
            "zbus {} runs on tokio",
            package.version
        );
    }
}

/// 1.7.0 keeps every thread it ever started, and each wakes up twice a second for ever. zbus starts some as it connects.
/// Cargo.lock holds the version before it (`cargo update -p blocking --precise 1.6.2`).
#[test]
fn blocking_lets_its_threads_go() {
    for package in third_party().filter(|package| package.name.as_str() == "blocking") {
        assert_ne!(package.version.to_string(), "1.7.0");
    }
}

/// Without it the tray falls back to libappindicator: no clicks, and icons in temporary files.
#[test]
fn the_tray_speaks_d_bus() {
    let resolve = METADATA.resolve.as_ref().unwrap();
    let tray = resolve
        .nodes
        .iter()
        .filter(|node| METADATA[&node.id].name.as_str() == "tray-icon");
    for node in tray {
        assert!(
            node.features.iter().any(|feature| feature.as_str() == "ksni"),
            "{:?}",
            node.features
        );
    }
}

fn third_party() -> impl Iterator<Item = &'static Package> {
    METADATA.packages.iter().filter(|package| package.source.is_some())
}
