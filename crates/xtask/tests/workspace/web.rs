//! The web UI has one door to the program, and no way to run or keep what it is shown.

use crate::sources::ui;

const DOOR: &str = "ui/src/api/client.ts";

/// What would turn text into a page or a program, or leave it on the disk.
const FORBIDDEN: &[&str] = &[
    "{@html",
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "eval(",
    "new Function",
    "localStorage",
    "sessionStorage",
    "indexedDB",
    "document.cookie",
];

#[test]
fn one_file_knows_tauri() {
    for source in ui() {
        let knows = source.product.contains("@tauri-apps/") || source.product.contains("__TAURI");
        assert_eq!(knows, source.path == DOOR, "{} and Tauri", source.path);
    }
}

#[test]
fn the_page_makes_no_page_and_keeps_nothing() {
    for source in ui() {
        for word in FORBIDDEN {
            assert!(!source.product.contains(word), "{} uses {word}", source.path);
        }
    }
}
