//! The commands the window may call are the same four times: names, handlers, capability, client.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::sources::{read, root, rust};

#[test]
fn names_are_handlers_are_permissions_are_calls() {
    let names = names();
    assert!(!names.is_empty());
    assert_eq!(
        handlers(),
        names,
        "generate_handler! (left) and commands/names.rs (right)"
    );
    assert_eq!(
        permitted(),
        names,
        "the capability (left) and commands/names.rs (right)"
    );
    assert_eq!(
        called(),
        names,
        "ui/src/api/client.ts (left) and commands/names.rs (right)"
    );
    assert!(
        read("src-tauri/build.rs").contains("include!(\"src/commands/names.rs\")"),
        "the build declares the names"
    );
}

#[test]
fn a_window_may_do_nothing_by_default() {
    for (path, capability) in capabilities() {
        for key in ["windows", "webviews", "permissions"] {
            let entries = capability[key].as_array().into_iter().flatten();
            for entry in entries {
                let entry = entry
                    .as_str()
                    .unwrap_or_else(|| panic!("{path}: a scope nobody reviewed: {entry}"));
                assert!(
                    !entry.contains('*') && !entry.ends_with(":default"),
                    "{path} allows {entry}"
                );
            }
        }
        assert!(capability["remote"].is_null(), "{path} lets a remote page in");
        let windows = capability["windows"]
            .as_array()
            .unwrap_or_else(|| panic!("{path} names no window"));
        assert_eq!(windows.len(), 1, "{path}: one window, one capability");
    }
}

#[test]
fn the_page_runs_only_what_it_brings() {
    let config: Value = serde_json::from_str(&read("src-tauri/tauri.conf.json")).unwrap();
    let app = &config["app"];
    assert_eq!(app["withGlobalTauri"], false);
    let policy = app["security"]["csp"].as_str().expect("a content security policy");
    assert!(policy.contains("default-src 'self'"), "{policy}");
    for loose in ["unsafe-", "*", "https:", "http://*", "data: 'self'"] {
        assert!(!policy.contains(loose), "{loose} in the policy {policy}");
    }
    let script = policy.split(';').find(|part| part.trim().starts_with("script-src"));
    assert_eq!(script.unwrap_or("script-src 'self'").trim(), "script-src 'self'");
}

/// `const COMMANDS: &[&str] = &["…", …];`
fn names() -> BTreeSet<String> {
    let text = read("src-tauri/src/commands/names.rs");
    let list = text
        .split_once("&[&str] = &[")
        .expect("the list of names")
        .1
        .split_once(']')
        .unwrap()
        .0;
    quoted(list)
}

/// The last parts of the paths in `generate_handler![…]`.
fn handlers() -> BTreeSet<String> {
    let sources = rust();
    let lists: Vec<&str> = sources
        .iter()
        .filter_map(|source| Some(source.product.split_once("generate_handler![")?.1.split_once(']')?.0))
        .collect();
    assert_eq!(lists.len(), 1, "one place registers the handlers");
    let handlers = lists[0].split(',').map(str::trim).filter(|path| !path.is_empty());
    handlers
        .map(|path| path.rsplit("::").next().unwrap().to_owned())
        .collect()
}

/// `allow-set-favourite` permits `set_favourite`. What is Tauri's own bears a `:`, and only hearing events is allowed.
fn permitted() -> BTreeSet<String> {
    let mut permitted = BTreeSet::new();
    for (path, capability) in capabilities() {
        for permission in capability["permissions"].as_array().unwrap() {
            let permission = permission.as_str().unwrap();
            if permission.contains(':') {
                let hearing = ["core:event:allow-listen", "core:event:allow-unlisten"];
                assert!(hearing.contains(&permission), "{path} permits {permission}");
            } else {
                let name = permission
                    .strip_prefix("allow-")
                    .unwrap_or_else(|| panic!("{path}: {permission}"));
                permitted.insert(name.replace('-', "_"));
            }
        }
    }
    permitted
}

/// The names in `invoke("…")` and `invoke<…>("…")`.
fn called() -> BTreeSet<String> {
    let client = read("ui/src/api/client.ts");
    let calls = client.split("invoke").skip(1);
    calls
        .filter_map(|after| {
            after
                .split_once('(')?
                .1
                .trim_start()
                .strip_prefix('"')?
                .split('"')
                .next()
        })
        .map(str::to_owned)
        .collect()
}

fn capabilities() -> Vec<(String, Value)> {
    let folder = root().join("src-tauri").join("capabilities");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        found.push((path.display().to_string(), serde_json::from_str(&text).unwrap()));
    }
    assert!(!found.is_empty());
    found
}

fn quoted(list: &str) -> BTreeSet<String> {
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}
