//! Says which files are complete: a pure function of two sightings.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

/// The longest name in bytes: with a number before it and an ending behind it every file system takes it.
const NAME_BYTES: usize = 200;

/// A file as seen in the inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// Its name as the system has it.
    pub name: OsString,
    /// Its size in bytes.
    pub size: u64,
    /// How long ago it was last written; nothing where the clock says it was written in the future.
    pub age: Duration,
}

/// Whether the inbox leaves a file alone: Office's lock files, hidden files and unfinished downloads.
pub(super) fn is_left_alone(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.starts_with('.')
        || name.starts_with("~$")
        || [".tmp", ".part", ".crdownload", ".download"].iter().any(|ending| lower.ends_with(ending))
}

/// A file's name as it can be written down everywhere: readable text of one line, without a path, not too long.
pub fn plain_name(name: &OsStr) -> String {
    let odd = |c: char| c.is_control() || c == '/' || c == '\\';
    let name = name.to_string_lossy().replace(odd, "_");
    if name.len() <= NAME_BYTES {
        return name;
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 10 => (stem, format!(".{ending}")),
        _ => (name.as_str(), String::new()),
    };
    format!("{}{ending}", &stem[..stem.floor_char_boundary(NAME_BYTES - ending.len())])
}

/// The names of the files that stand still, and of those that are still being written.
///
/// A file stands still when it was not written for so long, or when neither size nor age says that it was
/// written between the two sightings (a copy may carry the time of its original, even one that lies ahead).
pub fn settled(before: &[Sighting], now: &[Sighting], still: Duration) -> (Vec<OsString>, Vec<OsString>) {
    let stands_still = |file: &&Sighting| {
        let earlier = before.iter().find(|earlier| earlier.name == file.name);
        let unchanged = earlier.is_some_and(|earlier| earlier.size == file.size);
        let seen_twice = earlier.is_some_and(|earlier| earlier.age < file.age);
        unchanged && (file.age >= still || seen_twice && file.age >= still / 2)
    };
    let (ready, moving): (Vec<&Sighting>, Vec<&Sighting>) = now.iter().partition(stands_still);
    let names = |files: Vec<&Sighting>| files.into_iter().map(|file| file.name.clone()).collect();
    (names(ready), names(moving))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, size: u64, age_ms: u64) -> Sighting {
        Sighting { name: name.into(), size, age: Duration::from_millis(age_ms) }
    }

    fn verdict(before: &[Sighting], now: &[Sighting]) -> (Vec<OsString>, Vec<OsString>) {
        settled(before, now, Duration::from_millis(600))
    }

    #[test]
    fn an_old_file_is_ready_at_once() {
        let file = [seen("reads.xlsx", 10, 5_000)];
        assert_eq!(verdict(&file, &file), (vec!["reads.xlsx".into()], vec![]));
    }

    #[test]
    fn a_growing_file_is_not_ready() {
        let (_, moving) = verdict(&[seen("reads.xlsx", 10, 0)], &[seen("reads.xlsx", 20, 0)]);
        assert_eq!(moving, ["reads.xlsx"]);
        let (_, moving) = verdict(&[seen("reads.xlsx", 10, 5_000)], &[seen("reads.xlsx", 20, 5_300)]);
        assert_eq!(moving, ["reads.xlsx"], "a size that changed outweighs an old time");
    }

    #[test]
    fn a_file_that_was_seen_twice_is_ready() {
        let (ready, _) = verdict(&[seen("reads.xlsx", 10, 10)], &[seen("reads.xlsx", 10, 320)]);
        assert_eq!(ready, ["reads.xlsx"]);
        let (_, moving) = verdict(&[], &[seen("reads.xlsx", 10, 5_000)]);
        assert_eq!(moving, ["reads.xlsx"], "a file that has just appeared may be half a copy");
    }

    #[test]
    fn a_name_becomes_one_that_can_be_written_everywhere() {
        let plain = |name: &str| plain_name(OsStr::new(name));
        assert_eq!(plain("reads, März.csv"), "reads, März.csv");
        assert_eq!(plain("..\\..\\reads\n\u{1b}[2J.csv"), ".._.._reads__[2J.csv");
        let long = plain(&format!("{}.csv", "ä".repeat(125)));
        assert_eq!((long.len(), long.ends_with("ä.csv")), (200, true));
    }

    #[test]
    fn unfinished_and_hidden_files_are_left_alone() {
        for name in ["~$reads.xlsx", ".DS_Store", "reads.tmp", "reads.csv.part", "x.CRDOWNLOAD"] {
            assert!(is_left_alone(name), "{name}");
        }
        assert!(!is_left_alone("reads.csv"));
    }
}
