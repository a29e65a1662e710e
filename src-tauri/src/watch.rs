//! Hears of changes to the files, whoever makes them.
//!
//! Folders are watched, not files: a rename puts another file in the place of the one that was there. A folder that
//! does not exist yet is waited for at its nearest ancestor.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use mfa_tray_core::file::real_path;
use mfa_tray_core::world::World;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::desk::Nudge;

/// Watches what a snapshot is made of.
pub(crate) struct Watch {
    files: Vec<PathBuf>,
    watched: BTreeSet<PathBuf>,
    watcher: Option<RecommendedWatcher>,
    polling: bool,
}

impl Watch {
    pub(crate) fn new(world: World, nudges: Sender<Nudge>) -> Watch {
        let files = files(&world);
        let of_interest = files.clone();
        let heard = move |event: notify::Result<Event>| {
            if event.is_ok_and(|event| matters(&event, &of_interest)) {
                let _ = nudges.send(Nudge);
            }
        };
        let watcher = notify::recommended_watcher(heard);
        if let Err(error) = &watcher {
            tracing::warn!(%error, "files cannot be watched; they are read every two seconds instead");
        }
        Watch {
            files,
            watched: BTreeSet::new(),
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
        let Some(watcher) = &mut self.watcher else { return };
        let wanted: BTreeSet<PathBuf> = self.files.iter().filter_map(|file| existing_folder(file)).collect();
        for gone in self.watched.difference(&wanted) {
            // It may have been removed, and its watch with it.
            let _ = watcher.unwatch(gone);
        }
        let mut failed = false;
        for folder in wanted.difference(&self.watched) {
            if let Err(error) = watcher.watch(folder, RecursiveMode::NonRecursive) {
                tracing::warn!(%error, folder = %folder.display(), "a folder cannot be watched");
                failed = true;
            }
        }
        self.polling = failed;
        self.watched = if failed { BTreeSet::new() } else { wanted };
    }
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
    files.extend(["sessions.json", "identities.json", "clock.json"].map(|name| state.join(name)));
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
}
