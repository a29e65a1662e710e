//! The sources as text, for rules that the compiler does not know.

use std::fs;
use std::path::{Path, PathBuf};

/// A source file without its tests, which stand last.
pub(crate) struct Source {
    /// Its path from the repository's root, with `/`.
    pub(crate) path: String,
    /// What is compiled into the product.
    pub(crate) product: String,
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_path_buf()
}

/// A file of the repository.
pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Rust files that make the product: no tests, no tools.
pub(crate) fn rust() -> Vec<Source> {
    let mut sources = Vec::new();
    for folder in [
        "crates/core",
        "crates/system",
        "crates/cli",
        "crates/practice",
        "crates/qr",
        "src-tauri",
    ] {
        collect(&format!("{folder}/src"), &["rs"], &mut sources);
    }
    sources.retain(|source| !source.path.ends_with("/tests.rs") && !source.path.contains("/tests/"));
    for source in &mut sources {
        let end = source
            .product
            .find("#[cfg(test)]\nmod ")
            .unwrap_or(source.product.len());
        source.product.truncate(end);
        source.product = without_comments(&source.product);
    }
    assert!(sources.len() > 20, "the sources were not found");
    sources
}

/// The files of the web UI, without its tests and its stand-in for the program.
pub(crate) fn ui() -> Vec<Source> {
    let mut sources = Vec::new();
    collect("ui/src", &["ts", "svelte"], &mut sources);
    sources.retain(|source| !source.path.ends_with(".test.ts") && !source.path.contains("/mock/"));
    assert!(sources.len() > 5, "the sources were not found");
    sources
}

fn collect(folder: &str, endings: &[&str], sources: &mut Vec<Source>) {
    let mut entries: Vec<_> = fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap())
        .collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            collect(&path, endings, sources);
        } else if endings.iter().any(|ending| path.ends_with(&format!(".{ending}"))) {
            let product = fs::read_to_string(entry.path()).unwrap();
            sources.push(Source { path, product });
        }
    }
}

/// Blanks whole-line comments: they may speak of what the code must not do.
fn without_comments(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    kept.collect::<Vec<_>>().join("\n")
}
