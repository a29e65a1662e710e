//! Finds the corpora and reads their cases. They lie beside the repository and not in it.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// The folder, or none: then there is nothing to check here, and the test says so.
#[expect(clippy::disallowed_methods, reason = "a test may be told where the corpora are")]
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpora");
    let folder = std::env::var_os("MFA_TRAY_CORPORA").map_or(beside, PathBuf::from);
    if folder.is_dir() {
        return Some(folder);
    }
    say(&format!("skipped: no corpora at {}", folder.display()));
    None
}

/// The whole file `name`, or none without corpora.
pub(crate) fn file(name: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder()?.join(name)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

/// The cases of the file `name`, or none without corpora.
pub(crate) fn cases(name: &str) -> Option<Vec<Value>> {
    Some(file(name)?["cases"].as_array().unwrap().clone())
}

/// The case's own name, unique in all corpora.
pub(crate) fn id(case: &Value) -> &str {
    case["id"].as_str().unwrap()
}

#[expect(clippy::disallowed_macros, reason = "counts for whoever reads the run")]
pub(crate) fn say(text: &str) {
    println!("{text}");
}
