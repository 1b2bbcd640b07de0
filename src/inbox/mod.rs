//! Notices files, waits until each is complete, reads and hashes it.
//!
//! A file is claimed by moving it into a hidden folder of the inbox, so that somebody who saves it again there
//! makes a new file. What was claimed when the program was stopped is given back at the next start.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "shell: meets the disk and the clock"
)]

mod lock;
mod settle;
mod watch;
mod writers;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use sha2::{Digest, Sha256};

pub use lock::{Lock, LockError, lock};
pub use settle::{Sighting, plain_name, settled};
pub use watch::{Lying, Watch, lying};

/// Files larger than this are claimed and handed back unread.
pub const BYTES_MAX: u64 = 100 * 1024 * 1024;
/// How long a file must have stood still.
const STILL: Duration = Duration::from_millis(1_000);
/// How long a run waits for files that are still being written.
const PATIENCE: Duration = Duration::from_secs(20);
/// Tries to have a file that another program holds.
const TRIES: u32 = 5;
/// Time between two of them.
const PAUSE: Duration = Duration::from_millis(50);
/// Where claimed files lie.
const CLAIMED: &str = ".claimed";

/// The inbox cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {path}: {cause}")]
pub struct InboxError {
    doing: &'static str,
    path: PathBuf,
    cause: std::io::Error,
}

/// A complete file, claimed and read.
#[derive(Debug)]
pub struct Arrival {
    /// Its name as dropped (see [`plain_name`]).
    pub name: String,
    /// What it holds; nothing where it is larger than `BYTES_MAX`.
    pub bytes: Vec<u8>,
    /// Its size.
    pub size: u64,
    /// Its content's sha256, hexadecimal.
    pub sha256: String,
    claimed: PathBuf,
}

/// What lies in the inbox.
#[derive(Debug, Default)]
pub struct Waiting {
    /// The complete files, sorted.
    pub complete: Vec<OsString>,
    /// Those that are still being written or held by another program: they wait for the next run.
    pub unfinished: Vec<OsString>,
    /// Those that will not become files to take in by waiting.
    pub idle: Vec<Idle>,
}

/// What lies in the inbox and is no file to take in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Idle {
    /// Its name (see [`plain_name`]).
    pub name: String,
    /// What it is.
    pub why: WhyIdle,
}

/// Why something in the inbox is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyIdle {
    /// The file has no content.
    Empty,
    /// It is a folder.
    Folder,
}

/// What lies in the inbox; waits a while for files that are still changing.
///
/// # Errors
/// Where the folder cannot be read.
pub fn complete_files(inbox: &Path) -> Result<Waiting, InboxError> {
    let started = Instant::now();
    let (mut before, mut idle) = sightings(inbox)?;
    let (mut complete, mut unfinished) = closed(inbox, settled(&before, &before, STILL));
    // One that stands still for that long and is open all the same is being looked at, not written.
    let moves = |file: &Sighting| file.age < PATIENCE;
    while before.iter().any(|file| unfinished.contains(&file.name) && moves(file))
        && started.elapsed() < PATIENCE
    {
        std::thread::sleep(STILL / 2);
        let (now, idle_now) = sightings(inbox)?;
        (complete, unfinished) = closed(inbox, settled(&before, &now, STILL));
        (before, idle) = (now, idle_now);
    }
    Ok(Waiting { complete, unfinished, idle })
}

/// Of files that stand still and files that move: those that stand still and that nobody is writing, and all others.
fn closed(
    inbox: &Path,
    (still, mut moving): (Vec<OsString>, Vec<OsString>),
) -> (Vec<OsString>, Vec<OsString>) {
    if still.is_empty() {
        return (still, moving);
    }
    let written = writers::written_to(inbox);
    let (open, complete) = still.into_iter().partition::<Vec<_>, _>(|name| written.contains(name));
    moving.extend(open);
    (complete, moving)
}

/// The files that lie in the inbox now, and what is none.
fn sightings(inbox: &Path) -> Result<(Vec<Sighting>, Vec<Idle>), InboxError> {
    let wrong = |cause| InboxError { doing: "could not read the folder", path: inbox.to_owned(), cause };
    let (mut seen, mut idle) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(inbox).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        let Ok(metadata) = entry.metadata() else { continue };
        let name = entry.file_name();
        if settle::is_left_alone(&name.to_string_lossy()) {
            continue;
        }
        if metadata.is_dir() {
            idle.push(Idle { name: plain_name(&name), why: WhyIdle::Folder });
        }
        if !metadata.is_file() {
            continue;
        }
        if metadata.len() == 0 {
            idle.push(Idle { name: plain_name(&name), why: WhyIdle::Empty });
            continue;
        }
        let age = metadata.modified().ok().and_then(|at| SystemTime::now().duration_since(at).ok());
        seen.push(Sighting { name, size: metadata.len(), age: age.unwrap_or_default() });
    }
    seen.sort_by(|a, b| a.name.cmp(&b.name));
    idle.sort();
    Ok((seen, idle))
}

/// What a look at a waiting file shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// What it holds.
    Content(Vec<u8>),
    /// It is larger than `BYTES_MAX` and was not read.
    TooLarge,
    /// It cannot be read now: another program holds it, or took it away.
    NotNow,
}

/// Looks at what a waiting file holds.
pub fn peek(inbox: &Path, name: &OsStr) -> Seen {
    let path = inbox.join(name);
    let look = || {
        let too_large = fs::metadata(&path)?.len() > BYTES_MAX;
        Ok(if too_large { Seen::TooLarge } else { Seen::Content(fs::read(&path)?) })
    };
    patiently(look).unwrap_or(Seen::NotNow)
}

/// Tries a few times to have a file: a virus scanner or a program that is just closing it holds it for a moment, and a
/// run without it would bill without what it says.
fn patiently<T>(act: impl Fn() -> std::io::Result<T>) -> std::io::Result<T> {
    for _ in 1..TRIES {
        match act() {
            Err(held) if held.kind() != std::io::ErrorKind::NotFound => std::thread::sleep(PAUSE),
            had_or_gone => return had_or_gone,
        }
    }
    act()
}

/// Claims a file and reads it; `None` where it cannot be had now: another program holds it, or took it away.
///
/// # Errors
/// Where the folder of claimed files cannot be made, or a claimed file cannot be read; it then lies among the
/// claimed ones.
pub fn claim(inbox: &Path, name: &OsStr) -> Result<Option<Arrival>, InboxError> {
    let folder = inbox.join(CLAIMED);
    let wrong = |doing, path: &Path, cause| InboxError { doing, path: path.to_owned(), cause };
    fs::create_dir_all(&folder).map_err(|cause| wrong("could not make the folder", &folder, cause))?;
    let from = inbox.join(name);
    let name = plain_name(name);
    let claimed = folder.join(&name);
    let take = || fs::File::open(&from).and_then(|_| fs::rename(&from, &claimed));
    if patiently(take).is_err() {
        return Ok(None);
    }
    // Whoever opened it since it was looked at would write into what is already read.
    if writers::written_to(&folder).contains(OsStr::new(&name)) {
        give_back(inbox, |_, _| false)?;
        return Ok(None);
    }
    let size = fs::metadata(&claimed).map_err(|cause| wrong("could not look at", &claimed, cause))?.len();
    let bytes = if size > BYTES_MAX {
        vec![]
    } else {
        patiently(|| fs::read(&claimed)).map_err(|cause| wrong("could not read", &claimed, cause))?
    };
    let sha256 = if bytes.is_empty() { hash_of_file(&claimed)? } else { sha256(&bytes) };
    Ok(Some(Arrival { name, bytes, size, sha256, claimed }))
}

impl Arrival {
    /// Lets go of a file that was archived or handed back; says whether it came back to the inbox.
    ///
    /// One that has grown since it was read was still being written, by somebody whom the system does not show: it is given
    /// back, to be taken in as what it is now.
    ///
    /// # Errors
    /// Where it cannot be removed.
    pub fn release(self) -> Result<bool, InboxError> {
        if fs::metadata(&self.claimed).is_ok_and(|now| now.len() != self.size)
            && let Some(inbox) = self.claimed.parent().and_then(Path::parent)
        {
            give_back(inbox, |_, _| false)?;
            return Ok(true);
        }
        let removed = fs::remove_file(&self.claimed);
        removed.map_err(|cause| InboxError { doing: "could not remove", path: self.claimed, cause })?;
        Ok(false)
    }

    /// Where the claimed file lies.
    pub fn path(&self) -> &Path {
        &self.claimed
    }
}

/// Gives back what was claimed when the program was stopped.
///
/// `is_done` says of a name and a content whether it was archived already; such a file is removed.
///
/// # Errors
/// Where a file cannot be read or moved.
pub fn give_back(inbox: &Path, is_done: impl Fn(&str, &str) -> bool) -> Result<(), InboxError> {
    let folder = inbox.join(CLAIMED);
    let wrong =
        |path: &Path, cause| InboxError { doing: "could not give back", path: path.to_owned(), cause };
    let Ok(entries) = fs::read_dir(&folder) else { return Ok(()) };
    for entry in entries {
        let path = entry.map_err(|cause| wrong(&folder, cause))?.path();
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if is_done(&name, &hash_of_file(&path)?) {
            fs::remove_file(&path).map_err(|cause| wrong(&path, cause))?;
            continue;
        }
        let mut target = inbox.join(&name);
        let mut copy = 2;
        while target.exists() {
            target = inbox.join(format!("({copy}) {name}"));
            copy += 1;
        }
        fs::rename(&path, &target).map_err(|cause| wrong(&path, cause))?;
    }
    Ok(())
}

/// Names a content: its sha256 as hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

fn hash_of_file(path: &Path) -> Result<String, InboxError> {
    let wrong = |cause| InboxError { doing: "could not read", path: path.to_owned(), cause };
    let mut file = fs::File::open(path).map_err(wrong)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer).map_err(wrong)?;
        if read == 0 {
            return Ok(hexadecimal(&hasher.finalize()));
        }
        hasher.update(&buffer[..read]);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_taken_away_is_not_claimed() {
        let inbox = tempfile::tempdir().unwrap();
        assert!(claim(inbox.path(), OsStr::new("reads.csv")).unwrap().is_none());
        assert_eq!(peek(inbox.path(), OsStr::new("reads.csv")), Seen::NotNow);
    }

    #[test]
    fn a_claimed_file_keeps_its_content_under_a_plain_name() {
        let inbox = tempfile::tempdir().unwrap();
        let long = format!("{}.csv", "n".repeat(250));
        fs::write(inbox.path().join(&long), b"reads").unwrap();
        let arrival = claim(inbox.path(), OsStr::new(&long)).unwrap().unwrap();
        assert_eq!((arrival.name.len(), arrival.bytes.as_slice()), (200, b"reads".as_slice()));
        give_back(inbox.path(), |_, _| false).unwrap();
        assert_eq!(fs::read(inbox.path().join(&arrival.name)).unwrap(), b"reads");
    }

    #[test]
    fn a_claimed_file_that_has_grown_comes_back() {
        let inbox = tempfile::tempdir().unwrap();
        let path = inbox.path().join("payments.csv");
        fs::write(&path, b"half").unwrap();
        let arrival = claim(inbox.path(), OsStr::new("payments.csv")).unwrap().unwrap();
        fs::write(arrival.path(), b"half and half").unwrap();
        assert!(arrival.release().unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"half and half");
        assert!(!claim(inbox.path(), OsStr::new("payments.csv")).unwrap().unwrap().release().unwrap());
        assert!(!path.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_was_opened_since_it_was_looked_at_is_not_claimed() {
        let inbox = tempfile::tempdir().unwrap();
        let path = inbox.path().join("payments.csv");
        fs::write(&path, b"half").unwrap();
        let writing = fs::File::options().append(true).open(&path).unwrap();
        assert!(claim(inbox.path(), OsStr::new("payments.csv")).unwrap().is_none());
        assert!(path.is_file(), "it lies where it lay");
        drop(writing);
        assert!(claim(inbox.path(), OsStr::new("payments.csv")).unwrap().is_some());
    }
}
