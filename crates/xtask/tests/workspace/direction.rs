//! Imports go one way: towards the core, which knows nobody.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Package};

use crate::dependencies::METADATA;

/// What each member may use of the others. A member that is not named here fails the test.
const MAY_USE: &[(&str, &[&str])] = &[
    ("mfa-tray-core", &[]),
    ("mfa-tray-system", &["mfa-tray-core", "mfa-tray-qr"]),
    ("mfa-tray-practice", &[]),
    ("mfa-tray-qr", &[]),
    (
        "mfa-tray-cli",
        &["mfa-tray-core", "mfa-tray-practice", "mfa-tray-system"],
    ),
    ("mfa-tray-app", &["mfa-tray-core", "mfa-tray-system"]),
    ("mfa-tray-tests", &[]),
    ("xtask", &[]),
];

/// What the core must not reach, however far away: screens, networks, runtimes, terminals, the person's machine.
const NOT_IN_CORE: &[&str] = &[
    "tauri", "tokio", "aws-", "smithy", "keyring", "clap", "hyper", "http", "reqwest", "axum", "rustls", "tracing",
    "dirs", "zbus",
];

#[test]
fn members_use_only_what_they_may() {
    for package in members() {
        let name = package.name.as_str();
        let allowed = MAY_USE.iter().find(|(member, _)| *member == name);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{name} is new: say here what it may use"));
        for used in normal(package).filter(|used| is_member(used)) {
            assert!(allowed.contains(&used), "{name} must not use {used}");
        }
    }
}

#[test]
fn the_core_reaches_no_edge() {
    let reached = reach("mfa-tray-core");
    assert!(reached.contains("secrecy"), "the walk does not work: {reached:?}");
    for name in reached {
        let at_edge = NOT_IN_CORE.iter().any(|edge| {
            if edge.ends_with('-') {
                name.starts_with(edge)
            } else {
                name == *edge || name.starts_with(&format!("{edge}-"))
            }
        });
        assert!(!at_edge, "the core reaches {name}");
    }
}

#[test]
fn only_practice_serves_and_the_endpoint_of_one_command() {
    for package in members() {
        let direct = |server| normal(package).any(|used| used == server);
        let name = package.name.as_str();
        assert_eq!(direct("axum"), name == "mfa-tray-practice", "{name} and axum");
        // `exec --serve` gives one command the container-credentials endpoint; nothing of ours serves longer than that.
        assert_eq!(direct("hyper"), name == "mfa-tray-cli", "{name} and hyper");
    }
    assert!(!reach("mfa-tray-app").contains("axum"), "the app carries no server");
}

#[test]
fn plain_cargo_test_needs_no_web_view() {
    for id in METADATA.workspace_default_members.iter() {
        let name = METADATA[id].name.as_str();
        assert!(!reach(name).contains("webkit2gtk"), "{name} needs WebKit");
    }
}

fn members() -> Vec<&'static Package> {
    METADATA.workspace_packages()
}

fn is_member(name: &str) -> bool {
    members().iter().any(|package| package.name.as_str() == name)
}

/// What a package is built with, tests and build scripts left out.
fn normal(package: &Package) -> impl Iterator<Item = &str> {
    let normal = package
        .dependencies
        .iter()
        .filter(|used| used.kind == DependencyKind::Normal);
    normal.map(|used| used.name.as_str())
}

/// Every package that ends up in `member`, on any platform.
fn reach(member: &str) -> BTreeSet<String> {
    let resolve = METADATA.resolve.as_ref().unwrap();
    let start = members()
        .into_iter()
        .find(|package| package.name.as_str() == member)
        .unwrap();
    let (mut open, mut reached) = (vec![&start.id], BTreeSet::new());
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id) {
            continue;
        }
        reached.insert(METADATA[id].name.to_string());
        let node = resolve.nodes.iter().find(|node| node.id == *id).unwrap();
        let normal = node
            .deps
            .iter()
            .filter(|used| used.dep_kinds.iter().any(|how| how.kind == DependencyKind::Normal));
        open.extend(normal.map(|used| &used.pkg));
    }
    reached
}
