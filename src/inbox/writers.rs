//! Says which files of a folder some program still has open for writing, where the system tells.
//!
//! A copy may pause for longer than any stillness that one would wait for. Windows refuses to move a file that is open;
//! Linux moves it, and what comes later would be lost, so there the open files of all processes are looked at.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// Where Linux shows its processes.
const PROCESSES: &str = "/proc";
/// The bits of an open file's flags that say whether it is written to.
const ACCESS: u32 = 0o3;

/// The names of the files in a folder that are open for writing; none where the system does not tell.
///
/// Processes of other people, and those on other machines of a shared drive, are not seen.
pub(super) fn written_to(folder: &Path) -> BTreeSet<OsString> {
    let mut found = BTreeSet::new();
    let (Ok(folder), Ok(processes)) = (fs::canonicalize(folder), fs::read_dir(PROCESSES)) else {
        return found;
    };
    let is_number = |name: &OsString| name.to_string_lossy().bytes().all(|byte| byte.is_ascii_digit());
    let processes = processes.flatten().filter(|process| is_number(&process.file_name()));
    for process in processes.map(|process| process.path()) {
        let Ok(open) = fs::read_dir(process.join("fd")) else { continue };
        for descriptor in open.flatten() {
            let Ok(path) = fs::read_link(descriptor.path()) else { continue };
            if path.parent() != Some(&folder) {
                continue;
            }
            let told = fs::read_to_string(process.join("fdinfo").join(descriptor.file_name()));
            if told.is_ok_and(|told| is_writing(&told)) {
                found.extend(path.file_name().map(ToOwned::to_owned));
            }
        }
    }
    found
}

/// Whether what is told of an open file says that it is written to.
fn is_writing(told: &str) -> bool {
    let flags = told.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & ACCESS != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_of_an_open_file_says_how() {
        assert!(is_writing("pos:\t0\nflags:\t0100001\nmnt_id:\t30\n"));
        assert!(is_writing("pos:\t0\nflags:\t02100002\n"));
        assert!(!is_writing("pos:\t0\nflags:\t0100000\n"));
        assert!(!is_writing("nothing"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_is_written_to_until_it_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments.csv");
        let writing = fs::File::create(&path).unwrap();
        assert_eq!(written_to(folder.path()), BTreeSet::from(["payments.csv".into()]));
        drop(writing);
        let _reading = fs::File::open(&path).unwrap();
        assert!(written_to(folder.path()).is_empty());
    }
}
