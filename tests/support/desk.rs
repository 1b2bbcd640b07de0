//! An office in a folder of its own: small enough to see whole, with two months' files already taken in.
//!
//! `tests/findings/office` holds its settings, its prices and what was dropped on each day.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{fs, io};

use meterbook::flow::{self, FileOutcome, ListQuery, Outcome, RunOptions, Silent, What};
use tempfile::TempDir;

use super::office::date;
use crate::templates::root;

/// The day on which the tests drop their files: reads of February may come, its bills are not due yet.
pub(crate) const TODAY: &str = "2026-02-10";

/// An office that goes away with the test.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    /// The small office after January was billed: 0101 and 0104 have bills, the read of 0102 is held, the one of
    /// 0107 never came, 0103 is closed, 0105 buys bulk water and 0106 has no meter. The crew is to check 0101 for a leak and to
    /// read the meter of 0104 again.
    pub(crate) fn after_january() -> Desk {
        let desk = Desk::with_settings("");
        desk.play(&["2026-01-22"]);
        desk
    }

    /// The small office on its first day, before any file.
    pub(crate) fn empty() -> Desk {
        let folder = tempfile::tempdir().unwrap();
        let desk = Desk { folder };
        flow::init(&desk.root()).unwrap();
        fs::copy(office().join("office.toml"), desk.root().join("office.toml")).unwrap();
        let rates = "coyote-wells-2026-01-01.owrs";
        fs::copy(office().join(rates), desk.root().join("rates").join(rates)).unwrap();
        desk
    }

    /// The small office with further settings, after its files were taken in and before January's bill date.
    pub(crate) fn with_settings(settings: &str) -> Desk {
        let desk = Desk::empty();
        let path = desk.root().join("office.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, format!("{text}{settings}")).unwrap();
        desk.play(&["2026-01-05", "2026-01-12"]);
        desk
    }

    /// An office with the settings and the rates of a folder, before any file.
    pub(crate) fn of(made: &Path) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        flow::init(&desk.root()).unwrap();
        fs::copy(made.join("office.toml"), desk.root().join("office.toml")).unwrap();
        fs::remove_dir_all(desk.root().join("rates")).unwrap();
        copy_folder(&made.join("rates"), &desk.root().join("rates"));
        desk
    }

    /// Drops the small office's own files of some days, and runs each day.
    fn play(&self, days: &[&str]) {
        for day in days {
            for (name, bytes) in files(&office().join("drops").join(day)) {
                self.drop(name.to_str().unwrap(), &bytes);
            }
            self.run(day);
        }
    }

    /// The same office in another folder.
    pub(crate) fn copy(&self) -> Desk {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(&self.root(), &folder.path().join("office"));
        Desk { folder }
    }

    /// The office's folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    /// Drops a file into the inbox, as one that has lain there for a while.
    pub(crate) fn drop(&self, name: &str, bytes: &[u8]) {
        self.place(&self.root().join("inbox").join(name), bytes);
    }

    /// Writes a file that has lain in its place for a while.
    pub(crate) fn place(&self, path: &Path, bytes: &[u8]) {
        fs::write(path, bytes).unwrap();
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(3_600)).unwrap();
    }

    /// Runs the office for a day.
    pub(crate) fn run(&self, day: &str) -> Outcome {
        self.try_run(day).unwrap()
    }

    /// Runs the office for a day, or says why not.
    pub(crate) fn try_run(&self, day: &str) -> Result<Outcome, flow::Failure> {
        flow::run(&self.root(), RunOptions { today: date(day) }, &mut Silent)
    }

    /// Drops one file on `TODAY`, runs, and gives what became of it.
    pub(crate) fn take(&self, name: &str, bytes: &[u8]) -> FileOutcome {
        self.drop(name, bytes);
        let mut outcome = self.run(TODAY);
        assert_eq!(outcome.files.len(), 1, "{name}: {:?}", outcome.files);
        outcome.files.remove(0)
    }

    /// All lists but the one of findings, as of a day: what was posted.
    pub(crate) fn lists(&self, day: &str) -> String {
        let mut text = String::new();
        for what in What::ALL.iter().copied().filter(|what| *what != What::Findings) {
            text.push_str(&format!("[{}]\n{}", what.word(), self.list(what, day)));
        }
        text
    }

    /// One list as of a day.
    pub(crate) fn list(&self, what: What, day: &str) -> String {
        let query = ListQuery { what, as_of: date(day), period: None };
        let table = flow::list(&self.root(), query).unwrap();
        table.rows.iter().map(|row| format!("{}\n", row.join(","))).collect()
    }

    /// The files below one of its folders, with their bytes.
    pub(crate) fn files(&self, folder: &str) -> BTreeMap<PathBuf, Vec<u8>> {
        files(&self.root().join(folder))
    }

    /// Whether these bytes lie somewhere in the office as a file of their own.
    pub(crate) fn has(&self, bytes: &[u8]) -> bool {
        ["inbox", "returned", "archive"].iter().any(|at| self.files(at).values().any(|found| found == bytes))
    }
}

/// Why a file came back, or that it did not.
pub(crate) fn told(outcome: &FileOutcome) -> String {
    let kind = if outcome.kind.is_empty() { String::new() } else { format!(" ({})", outcome.kind) };
    let mut text = format!("{}{kind}: {}\n", outcome.fate.word(), outcome.outcome);
    for finding in &outcome.findings {
        text.push_str(&format!("{finding}\n"));
    }
    text
}

/// Where the small office lies.
fn office() -> PathBuf {
    root().join("tests/findings/office")
}

/// The files below a folder by their path in it, with their bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(files(&path).into_iter().map(|(below, bytes)| (name.join(below), bytes)));
        } else {
            match fs::read(&path) {
                Ok(bytes) => _ = found.insert(name, bytes),
                // A file that is being put in its place goes by another name for a moment.
                Err(error) => assert_eq!(error.kind(), io::ErrorKind::NotFound, "{}", path.display()),
            }
        }
    }
    found
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
