//! Hears of changes to the files, whoever makes them.
//!
//! Folders are watched, not files: a rename puts another file in the place of the one that was there. A folder that
//! does not exist yet is waited for at its nearest ancestor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use mfa_tray_core::file::real_path;
use mfa_tray_core::world::World;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::desk::Nudge;

/// Watches what a snapshot is made of.
pub(crate) struct Watch {
    world: World,
    files: Arc<Mutex<Vec<PathBuf>>>,
    watched: BTreeMap<PathBuf, Option<Identity>>,
    watcher: Option<RecommendedWatcher>,
    polling: bool,
}

/// What a folder is besides its name: another one under the same name must be watched anew.
type Identity = (u64, u64);

impl Watch {
    pub(crate) fn new(world: World, nudges: Sender<Nudge>) -> Watch {
        let files = Arc::new(Mutex::new(files(&world)));
        let of_interest = Arc::clone(&files);
        let heard = move |event: notify::Result<Event>| {
            let files = of_interest.lock().unwrap_or_else(PoisonError::into_inner);
            if event.is_ok_and(|event| matters(&event, &files)) {
                let _ = nudges.send(Nudge);
            }
        };
        let watcher = notify::recommended_watcher(heard);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "files cannot be watched; they are read every two seconds instead");
        }
        Watch {
            world,
            files,
            watched: BTreeMap::new(),
            polling: watcher.is_err(),
            watcher: watcher.ok(),
        }
    }

    /// Whether the system cannot tell of changes, so that somebody has to look.
    pub(crate) fn is_polling(&self) -> bool {
        self.polling
    }

    /// Watches the folders that exist now.
    pub(crate) fn arm(&mut self) {
        let files = files(&self.world);
        let wanted = folders(&files);
        *self.files.lock().unwrap_or_else(PoisonError::into_inner) = files;
        let Some(watcher) = &mut self.watcher else { return };
        let stale = |(folder, identity): &(&PathBuf, &Option<Identity>)| wanted.get(*folder) != Some(*identity);
        for (folder, _) in self.watched.iter().filter(stale) {
            // It may have been removed, and its watch with it.
            let _ = watcher.unwatch(folder);
        }
        let mut failed = false;
        for (folder, identity) in &wanted {
            if self.watched.get(folder) == Some(identity) {
                continue;
            }
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                tracing::warn!(%error, folder = %folder.display(), "a folder cannot be watched");
                failed = true;
            }
        }
        self.polling = failed;
        self.watched = if failed { BTreeMap::new() } else { wanted };
    }
}

/// The folders of `files`, and the folders those are in: a folder may be moved away and another put in its place.
fn folders(files: &[PathBuf]) -> BTreeMap<PathBuf, Option<Identity>> {
    let own = files.iter().filter_map(|file| existing_folder(file));
    let with_parent = own.flat_map(|folder| [folder.parent().map(Path::to_owned), Some(folder)]);
    with_parent
        .flatten()
        .map(|folder| (identity(&folder), folder))
        .map(|(identity, folder)| (folder, identity))
        .collect()
}

#[cfg(unix)]
fn identity(folder: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    folder.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Option<Identity> {
    None
}

fn files(world: &World) -> Vec<PathBuf> {
    let state = world.state.path();
    let mut files = vec![
        world.paths.config.clone(),
        world.paths.credentials.clone(),
        world.settings.clone(),
    ];
    // A link and what it leads to may lie in different folders.
    files.extend([real_path(&world.paths.config), real_path(&world.paths.credentials)]);
    files.extend(
        [
            "sessions.json",
            "identities.json",
            "clock.json",
            "enrolled.json",
            "kept.json",
            "asks.json",
            "roles.json",
        ]
        .map(|name| state.join(name)),
    );
    files
}

fn existing_folder(file: &Path) -> Option<PathBuf> {
    file.ancestors()
        .skip(1)
        .find(|folder| folder.is_dir())
        .map(Path::to_owned)
}

/// Whether an event may change what is shown. Our own reading of the files must not.
fn matters(event: &Event, files: &[PathBuf]) -> bool {
    let read_only = matches!(event.kind, EventKind::Access(kind) if kind != AccessKind::Close(AccessMode::Write));
    !read_only
        && event
            .paths
            .iter()
            .any(|path| files.iter().any(|file| file.starts_with(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_changes_to_the_files_and_their_folders_matter() {
        let files = [PathBuf::from("/home/alice/.aws/credentials")];
        let event = |kind, path: &str| Event::new(kind).add_path(PathBuf::from(path));
        let create = EventKind::Create(notify::event::CreateKind::Any);
        assert!(matters(&event(create, "/home/alice/.aws/credentials"), &files));
        assert!(matters(&event(create, "/home/alice/.aws"), &files));
        assert!(!matters(&event(create, "/home/alice/.aws/credentials.swp"), &files));
        assert!(!matters(
            &event(
                EventKind::Access(AccessKind::Open(AccessMode::Any)),
                "/home/alice/.aws/credentials"
            ),
            &files
        ));
        assert!(matters(
            &event(
                EventKind::Access(AccessKind::Close(AccessMode::Write)),
                "/home/alice/.aws/credentials"
            ),
            &files
        ));
    }

    #[test]
    fn a_folder_that_is_missing_is_waited_for_at_its_ancestor() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".aws/credentials");
        assert_eq!(existing_folder(&file).as_deref(), Some(home.path()));
        std::fs::create_dir(home.path().join(".aws")).unwrap();
        assert_eq!(existing_folder(&file), Some(home.path().join(".aws")));
    }

    #[cfg(unix)]
    #[test]
    fn another_folder_under_the_same_name_is_watched_anew() {
        let home = tempfile::tempdir().unwrap();
        let aws = home.path().join(".aws");
        std::fs::create_dir(&aws).unwrap();
        let files = [aws.join("credentials")];
        let before = folders(&files);
        std::fs::rename(&aws, home.path().join(".aws.old")).unwrap();
        std::fs::create_dir(&aws).unwrap();
        let after = folders(&files);
        assert!(before.contains_key(home.path()), "the folder above is watched too");
        assert_ne!(before[&aws], after[&aws]);
    }
}
