//! Remembering what something was made from, to make it anew only when that changed.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::places;

/// Runs `make` unless it succeeded before on the same `sources` (files or folders) and `product` is still there.
pub(crate) fn unless_made(
    name: &str,
    sources: &[PathBuf],
    product: &Path,
    make: impl FnOnce() -> Result<()>,
) -> Result<()> {
    let stamp = places::target().join("xtask").join(name);
    let print = fingerprint(sources)?;
    if product.exists() && fs::read_to_string(&stamp).is_ok_and(|last| last == print) {
        return Ok(());
    }
    make()?;
    fs::create_dir_all(places::target().join("xtask"))?;
    fs::write(stamp, print)?;
    Ok(())
}

fn fingerprint(sources: &[PathBuf]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in sources {
        hash(source, &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn hash(path: &Path, hasher: &mut DefaultHasher) -> Result<()> {
    path.hash(hasher);
    if path.is_dir() {
        let mut inside = fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<Vec<_>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| hash(path, hasher));
    }
    fs::read(path)
        .with_context(|| format!("{}", path.display()))?
        .hash(hasher);
    Ok(())
}
