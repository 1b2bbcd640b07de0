//! Watches the inbox: wakes when something changes in it, and says what lies there.
//!
//! The operating system's word only wakes early; what lies in the folder is looked at all the same, for a network share
//! tells nothing.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, SystemTime};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};

use super::{CLAIMED, InboxError, settle};

/// Wakes when something changes in a folder, or when time is up.
pub struct Watch {
    changes: Receiver<()>,
    // Watching ends when it is dropped; none where the operating system offers nothing for the folder.
    _watcher: Option<RecommendedWatcher>,
}

/// A file or folder as it lies in the inbox: its name, size, and when it was last written.
pub type Lying = (OsString, u64, Option<SystemTime>);

impl Watch {
    /// Begins to watch a folder.
    pub fn begin(folder: &Path) -> Watch {
        let (tell, changes) = channel();
        // Looking into the folder is told as well; only what changes it wakes.
        let changed =
            |told: &notify::Result<notify::Event>| told.as_ref().is_ok_and(|event| !event.kind.is_access());
        let watcher = notify::recommended_watcher(move |told| {
            if changed(&told) {
                // Nobody listens any more only when the watch is being dropped.
                let _ = tell.send(());
            }
        });
        let watcher = watcher.and_then(|mut watcher| {
            watcher.watch(folder, RecursiveMode::NonRecursive)?;
            Ok(watcher)
        });
        Watch { changes, _watcher: watcher.ok() }
    }

    /// Waits until something changes, at most so long.
    pub fn wait(&self, most: Duration) {
        if self._watcher.is_none() {
            std::thread::sleep(most);
        } else if self.changes.recv_timeout(most).is_ok() {
            // One copy makes many changes: all that were told until now are one.
            while self.changes.try_recv().is_ok() {}
        }
    }
}

/// What lies in the inbox now, by name; files that it leaves alone are left out.
///
/// # Errors
/// Where the folder cannot be read.
pub fn lying(inbox: &Path) -> Result<Vec<Lying>, InboxError> {
    let wrong = |cause| InboxError { doing: "could not read the folder", path: inbox.to_owned(), cause };
    let mut lying = Vec::new();
    for entry in fs::read_dir(inbox).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let name = entry.file_name();
        let Ok(metadata) = entry.metadata() else { continue };
        if name != CLAIMED && !settle::is_left_alone(&name.to_string_lossy()) {
            lying.push((name, metadata.len(), metadata.modified().ok()));
        }
    }
    lying.sort();
    Ok(lying)
}
