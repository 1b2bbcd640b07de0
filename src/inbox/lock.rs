//! One writer at a time: an operating-system lock on the office.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long another process may keep us waiting: one that was just started by the last holder has its lock until it
/// has become another program.
const PATIENCE: Duration = Duration::from_secs(1);
/// Time between two tries.
const PAUSE: Duration = Duration::from_millis(20);

/// The office while it is ours; let go when dropped, also when the process is killed.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// The office is in use, or its lock cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process has it.
    #[error("{path} is in use by another meterbook ({holder}). Wait until it is done, or stop it.")]
    Held {
        /// The lock's file.
        path: PathBuf,
        /// What the other process wrote about itself.
        holder: String,
    },
    /// The file system refuses.
    #[error("could not lock {path}: {cause}")]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the operating system said.
        cause: std::io::Error,
    },
}

/// Takes the office, waiting a moment for it; `name` says who we are to whoever comes next.
///
/// # Errors
/// Where another process has it, naming that process.
pub fn lock(path: &Path, name: &str) -> Result<Lock, LockError> {
    let io = |cause| LockError::Io { path: path.to_owned(), cause };
    let mut file =
        OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path).map_err(io)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if started.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.is_empty() { "it does not say which".to_owned() } else { holder };
                return Err(LockError::Held { path: path.to_owned(), holder });
            }
            Err(TryLockError::Error(cause)) => return Err(io(cause)),
        }
    }
    file.set_len(0).map_err(io)?;
    file.rewind().map_err(io)?;
    file.write_all(name.as_bytes()).map_err(io)?;
    Ok(Lock { _file: file })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_process_is_told_who_has_the_office() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = lock(&path, "process 17").unwrap();
        let refused = lock(&path, "process 18").unwrap_err().to_string();
        assert!(refused.contains("in use by another meterbook (process 17)"), "{refused}");
        drop(first);
        lock(&path, "process 18").unwrap();
    }
}
