//! What the README promises is tried on the sample office: the demo's output, and what becomes of bad days.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use meterbook::flow::{self, Outcome, RunOptions, Silent, What};

use crate::scenarios::meterbook;
use crate::support::desk::{Desk, copy_folder};
use crate::templates::root;

/// The sample office after its last day, and what the demo said.
struct Sample {
    _folder: tempfile::TempDir,
    office: PathBuf,
    said: String,
}

impl Sample {
    fn new() -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let office = folder.path().join("my-office");
        let output = meterbook(&["demo", office.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8(output.stdout).unwrap();
        let said = said.replace(office.to_str().unwrap(), "my-office");
        Sample { _folder: folder, office, said }
    }

    /// Runs the office for a day: exit code, output and errors.
    fn run(&self, today: &str) -> (i32, String, String) {
        let output = meterbook(&["run", self.office.to_str().unwrap(), "--today", today]);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn list(&self, what: &str) -> String {
        let output = meterbook(&["list", self.office.to_str().unwrap(), what, "--as-of", "2020-02-21"]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// All lists that say what was posted.
    fn posted(&self) -> BTreeMap<&'static str, String> {
        let lists = ["accounts", "meters", "reads", "bills", "bill-lines", "entries", "aging", "findings"];
        lists.into_iter().map(|what| (what, self.list(what))).collect()
    }
}

/// Every file below a folder by its path in it, with its content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            found.extend(contents(&path).into_iter().map(|(below, bytes)| (name.join(below), bytes)));
        } else {
            found.insert(name, fs::read(&path).unwrap());
        }
    }
    found
}

#[test]
fn the_status_names_the_workbooks_with_rows_to_decide_on() {
    let sample = Sample::new();
    let day = crate::support::office::date("2020-02-20");
    let open = |day| {
        let lists = flow::status(&sample.office, day).unwrap().open_lists;
        lists.into_iter().map(|open| (open.list, open.rows, open.is_written)).collect::<Vec<_>>()
    };
    assert_eq!(open(day), [("Audit", 2, true), ("Not on record", 2, true)]);
    for month in ["2020-01", "2020-02"] {
        fs::remove_dir_all(sample.office.join("outbox").join(month)).unwrap();
    }
    assert_eq!(open(day), [("Audit", 2, false), ("Not on record", 2, false)]);
}

#[test]
fn the_demo_says_what_the_readme_shows() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (_, shown) = readme.split_once("```text\nThe sample office").unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let sample = Sample::new();
    let mut said = sample.said.lines();
    for line in shown.lines().skip(1).filter(|line| !line.is_empty() && *line != "...") {
        let shortened = line.strip_suffix(" ...");
        let found = said.any(|said| shortened.map_or(said == line, |start| said.starts_with(start)));
        assert!(found, "the demo does not say, or not in this order: {line}\n{}", sample.said);
    }
}

#[test]
fn the_same_files_on_the_same_days_give_the_same_bytes() {
    let (one, other) = (Sample::new(), Sample::new());
    for folder in ["archive", "blank", "outbox", "returned"] {
        let (one, other) = (contents(&one.office.join(folder)), contents(&other.office.join(folder)));
        assert_eq!(one.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
        assert!(!one.is_empty(), "{folder} has something in it");
        for (path, bytes) in one {
            assert!(bytes == other[&path], "{folder}/{} differs", path.display());
        }
    }
}

#[test]
fn a_lost_ledger_is_made_again_from_the_archive() {
    let sample = Sample::new();
    let before = sample.posted();
    fs::remove_file(sample.office.join("ledger.db")).unwrap();
    let settings = sample.office.join("office.toml");
    let changed = fs::read_to_string(&settings).unwrap().replace("[classes.governmental]", "[classes.city]");
    assert!(changed.contains("[classes.city]"), "a governmental account is of no class any more");
    fs::write(&settings, changed).unwrap();
    let (code, _, errors) = sample.run("2020-02-20");
    assert_eq!((code, errors.as_str()), (1, ""), "two accounts are held");
    assert_eq!(sample.posted(), before, "folded under the settings of their day");
}

#[test]
fn late_fees_are_assessed_once_and_come_back_from_the_archive() {
    let desk = Desk::after_january();
    let bills = desk.list(What::Bills, "2026-02-10");
    assert_eq!(bills.lines().count(), 3, "{bills}");
    let dispute = "Account,Kind,From\n0104,dispute,2/1/2026\n";
    desk.drop("holds.csv", dispute.as_bytes());
    assert!(desk.run("2026-02-20").late_fees.fees.is_empty(), "the bills are 29 days old");
    let assessed = desk.run("2026-02-21").late_fees;
    let fees: Vec<String> =
        assessed.fees.iter().map(|late| format!("{} {} {}", late.bill, late.unpaid, late.fee)).collect();
    assert_eq!(fees, ["202601-0101 65.45 10.00", "202601-0106 30.00 10.00"]);
    let until = "Account,Kind,From,Until\n0104,dispute,2/1/2026,2/28/2026\n";
    desk.drop("holds-ended.csv", until.as_bytes());
    assert!(desk.run("2026-02-28").late_fees.fees.is_empty(), "the dispute is open on its last day");
    assert_eq!(desk.run("2026-03-01").late_fees.fees.len(), 1);
    let before = desk.lists("2026-03-01");
    assert!(before.contains("late-fee"), "{before}");
    fs::remove_file(desk.root().join("ledger.db")).unwrap();
    assert!(desk.run("2026-03-01").late_fees.fees.is_empty(), "each bill has its late fee");
    assert_eq!(desk.lists("2026-03-01"), before);
}

#[test]
fn an_interrupted_run_is_finished_by_the_next() {
    let sample = Sample::new();
    let before = sample.list("reads");
    let (ledger, kept) = (sample.office.join("ledger.db"), sample.office.join("kept"));
    fs::copy(&ledger, &kept).unwrap();
    let read = "Account,Read date,Reading\n0101073,2/18/2020,400000\n";
    fs::write(sample.office.join("inbox/late.csv"), read).unwrap();
    sample.run("2020-02-21");
    let after = sample.list("reads");
    assert_ne!(after, before, "the late read was taken in");
    // Stopped behind the archive and before the books: the file is archived, not folded, and still claimed.
    fs::rename(&kept, &ledger).unwrap();
    fs::write(sample.office.join("inbox/.claimed/late.csv"), read).unwrap();
    assert_eq!(sample.list("reads"), before);
    let (_, said, errors) = sample.run("2020-02-21");
    assert_eq!((sample.list("reads"), errors.as_str()), (after, ""), "{said}");
    // Stopped before the archive: the file is claimed and nothing else.
    let other = "Account,Read date,Reading\n0101276,2/18/2020,999000\n";
    fs::write(sample.office.join("inbox/.claimed/other.csv"), other).unwrap();
    let (_, said, _) = sample.run("2020-02-21");
    assert!(said.contains("  accepted   other.csv (reads): 1 reading"), "{said}");
}

#[test]
fn a_copy_of_the_folder_is_the_office() {
    let sample = Sample::new();
    let before = sample.posted();
    let restored = tempfile::tempdir().unwrap();
    for (path, bytes) in contents(&sample.office) {
        let path = restored.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let restored = Sample { office: restored.path().to_owned(), _folder: restored, said: String::new() };
    assert_eq!(restored.posted(), before);
    let (code, said, _) = restored.run("2020-02-20");
    assert_eq!(code, 1, "two accounts are held");
    assert!(said.ends_with("  nothing new\n"), "{said}");
}

#[test]
fn the_same_content_posts_once_under_any_name() {
    let sample = Sample::new();
    let before = sample.list("reads");
    let taken_in = sample.office.join("archive/000021 reads-feb-route-9.csv");
    fs::copy(taken_in, sample.office.join("inbox/another name.csv")).unwrap();
    let (_, said, _) = sample.run("2020-02-20");
    let told = "another name.csv: The same content was taken in on 2020-02-13 as reads-feb-route-9.csv (000021). \
                Nothing was posted again.";
    assert!(said.contains(told), "{said}");
    assert_eq!(sample.list("reads"), before);
}

#[test]
fn a_file_that_is_no_sheet_is_handed_back_and_nothing_else_happens() {
    let sample = Sample::new();
    let before = sample.list("entries");
    fs::write(sample.office.join("inbox/letter.xlsx"), "%PDF-1.4").unwrap();
    let (code, said, _) = sample.run("2020-02-21");
    assert_eq!(code, 1);
    assert!(
        said.contains("  returned   letter.xlsx: 1 error; see returned/letter.xlsx.findings.txt"),
        "{said}"
    );
    assert_eq!(fs::read(sample.office.join("returned/letter.xlsx")).unwrap(), b"%PDF-1.4");
    assert!(!sample.office.join("inbox/letter.xlsx").exists());
    assert_eq!(sample.list("entries"), before);
}

#[test]
fn rates_that_priced_a_bill_cannot_change_and_days_do_not_run_backwards() {
    let sample = Sample::new();
    let (code, _, errors) = sample.run("2020-02-19");
    assert_eq!(code, 2);
    assert!(errors.contains("a run cannot be dated 2020-02-19"), "{errors}");
    let rates = sample.office.join("rates/hi-desert-2020-02-01.owrs");
    let changed = fs::read_to_string(&rates).unwrap() + "# a word\n";
    fs::write(&rates, changed).unwrap();
    let (code, _, errors) = sample.run("2020-02-21");
    assert_eq!(code, 2);
    assert!(errors.contains("the file was changed after bills were posted with it"), "{errors}");
}

#[test]
fn account_numbers_on_record_keep_their_pattern() {
    let sample = Sample::new();
    let settings = sample.office.join("office.toml");
    let changed = fs::read_to_string(&settings).unwrap().replace("\"0000000\"", "\"00000000\"");
    fs::write(&settings, changed).unwrap();
    let (code, _, errors) = sample.run("2020-02-21");
    assert_eq!(code, 2);
    assert!(errors.contains("the accounts on record were taken in with \"0000000\""), "{errors}");
}

#[test]
fn a_dry_run_says_what_a_run_would_do_and_changes_nothing() {
    let desk = Desk::after_january();
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2600\n");
    desk.drop("bad.csv", b"Account,Meter,Read date,Reading\n0104,M4,2/9/2026,8 8I2\n");
    let before = desk.files("");
    let day = RunOptions { today: "2026-02-19".parse().unwrap() };
    let said = flow::dry_run(&desk.root(), day, &mut Silent).unwrap();
    assert!(desk.files("") == before, "a byte was changed");
    let done = flow::run(&desk.root(), day, &mut Silent).unwrap();
    let told = |outcome: &Outcome| format!("{:?} {:?} {:?}", outcome.files, outcome.runs, outcome.written);
    assert_eq!(told(&said), told(&done));
    assert_eq!(said.runs[0].bills, 2, "0101 and the account without a meter");
}

#[test]
fn an_incomplete_archive_is_named_and_nothing_is_run() {
    let sample = Sample::new();
    let before = sample.list("entries");
    let receipts = fs::read_dir(sample.office.join("archive")).unwrap().map(|entry| entry.unwrap().path());
    let newest = receipts.filter(|path| path.to_str().unwrap().ends_with(".receipt.json")).max().unwrap();
    fs::remove_file(newest).unwrap();
    let (code, _, errors) = sample.run("2020-02-20");
    assert_eq!(code, 2);
    assert!(errors.contains("the archive is incomplete"), "{errors}");
    assert_eq!(sample.list("entries"), before);
}

#[test]
fn a_copy_of_the_folder_is_a_backup_and_put_in_its_place_it_goes_on_as_if_nothing_had_happened() {
    const DAY: &str = "2026-02-10";
    let drop_next = |desk: &Desk| {
        desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n");
        desk.run(DAY);
    };
    let office = Desk::after_january();
    let backup = office.copy();
    let lists = office.lists(DAY);
    fs::remove_dir_all(office.root()).unwrap();
    copy_folder(&backup.root(), &office.root());
    assert_eq!(office.lists(DAY), lists);
    assert_eq!(flow::verify(&office.root()).unwrap().faults, Vec::<String>::new());
    fs::remove_file(office.root().join("ledger.db")).unwrap();
    drop_next(&office);
    drop_next(&backup);
    assert_eq!(office.lists(DAY), backup.lists(DAY), "a backup without its ledger is enough");
    for folder in ["archive", "outbox"] {
        assert_eq!(office.files(folder), backup.files(folder), "{folder}");
    }
    assert_eq!(flow::verify(&office.root()).unwrap().faults, Vec::<String>::new());
}

#[test]
fn a_workbook_that_cannot_be_replaced_stops_no_other_and_lies_beside_it_for_a_while() {
    let desk = Desk::after_january();
    let (day, taken) = ("2026-02-19", "outbox/2026-02/journal.xlsx");
    let undisturbed = desk.copy();
    undisturbed.run(day);
    // Nothing takes the place of a folder that has something in it.
    fs::create_dir_all(desk.root().join(taken).join("held")).unwrap();
    let outcome = desk.run(day);
    let beside = "outbox/2026-02/journal (newer).xlsx".to_owned();
    assert!(outcome.written.contains(&beside), "{:?}", outcome.written);
    assert!(outcome.written.contains(&"outbox/2026-02/receipt-log.xlsx".to_owned()), "{:?}", outcome.written);
    let told = outcome.warnings.iter().find(|told| told.starts_with(taken)).unwrap();
    assert!(told.contains(&beside), "{told}");
    assert!(outcome.has_findings());
    let again = desk.run(day);
    assert!(again.written.is_empty() && again.warnings.contains(told), "{again:?}");
    fs::remove_dir_all(desk.root().join(taken)).unwrap();
    assert_eq!(desk.run(day).written, [taken]);
    assert!(desk.files("outbox") == undisturbed.files("outbox"));
}
