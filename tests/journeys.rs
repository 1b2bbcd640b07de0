//! The journey holds: stopped anywhere it is finished by the next run, run twice it changes nothing, and the program
//! says by its exit code what came of it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use meterbook::domain::proposals::receipts::Fate;
use meterbook::inbox;

use crate::scenarios::meterbook;
use crate::support::desk::{Desk, TODAY, copy_folder};

const READS: &str = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n0104,M4,2/9/2026,7000\n";
const DECISIONS: &str = "Account,Month,What,Decision,Value,Initials\n0107,2026-01,read,estimate,1/12/2026,RT\n0102,2026-01,read,override,2300,RT\n";
const WRONG: &str = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,21S0\n";

/// What a day brings: reads, decisions that make bills of January, a file to be returned, and one that came before.
fn drop_the_day(desk: &Desk) {
    desk.drop("decisions.csv", DECISIONS.as_bytes());
    desk.drop("reads.csv", READS.as_bytes());
    desk.drop("twice.csv", READS.as_bytes());
    desk.drop("wrong.csv", WRONG.as_bytes());
}

/// The office after that day, without disturbance; and the same office before it, with the files in the inbox.
fn undisturbed() -> (Desk, Desk) {
    let before = Desk::after_january();
    drop_the_day(&before);
    let after = before.copy();
    let outcome = after.run(TODAY);
    let fates: Vec<&str> = outcome.files.iter().map(|file| file.fate.word()).collect();
    assert_eq!(fates, ["accepted", "accepted", "duplicate", "returned"], "{:?}", outcome.files);
    assert_eq!(outcome.runs[0].bills, 2, "both decisions make bills: {:?}", outcome.runs);
    (before, after)
}

/// What must be the same however a day went.
fn assert_same(found: &Desk, wanted: &Desk, how: &str) {
    assert_eq!(found.lists(TODAY), wanted.lists(TODAY), "{how}: lists");
    for folder in ["archive", "outbox", "returned"] {
        assert_same_files(&found.files(folder), &wanted.files(folder), &format!("{how}: {folder}"));
    }
    assert!(found.files("inbox").is_empty(), "{how}: {:?} lie in the inbox", found.files("inbox").keys());
}

fn assert_same_files(found: &BTreeMap<PathBuf, Vec<u8>>, wanted: &BTreeMap<PathBuf, Vec<u8>>, how: &str) {
    assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{how}");
    for (path, bytes) in wanted {
        assert!(found[path] == *bytes, "{how}: {} differs", path.display());
    }
}

/// Removes a file of the archive, as a run that was stopped before it would have left it out.
fn remove(path: &Path) {
    let mut rights = fs::metadata(path).unwrap().permissions();
    #[allow(clippy::permissions_set_readonly_false, reason = "the file is removed in the next line")]
    rights.set_readonly(false);
    fs::set_permissions(path, rights).unwrap();
    fs::remove_file(path).unwrap();
}

/// The numbers of the facts that an office has, and the names of their files.
fn facts(desk: &Desk) -> BTreeMap<u32, Vec<PathBuf>> {
    let mut facts: BTreeMap<u32, Vec<PathBuf>> = BTreeMap::new();
    for path in desk.files("archive").into_keys() {
        let number = path.to_str().unwrap()[..6].parse().unwrap();
        facts.entry(number).or_default().push(path);
    }
    facts
}

/// The day's file behind a fact, by what the archive calls it; none for a bill run.
fn dropped(contents: &[PathBuf]) -> Option<(&'static str, &'static str)> {
    let files =
        [("decisions.csv", DECISIONS), ("reads.csv", READS), ("twice.csv", READS), ("wrong.csv", WRONG)];
    files.into_iter().find(|(name, _)| contents.iter().any(|path| path.to_str().unwrap().contains(name)))
}

#[test]
fn a_run_that_was_stopped_anywhere_is_finished_by_the_next() {
    let (before, after) = undisturbed();
    let (old, new) = (facts(&before).len(), facts(&after).len());
    assert_eq!(new - old, 5, "four files and a bill run");
    for (at, _) in facts(&after).split_off(&u32::try_from(old + 1).unwrap()) {
        for has_receipt in [false, true] {
            let desk = before.copy();
            stop(&desk, &after, at, has_receipt);
            desk.run(TODAY);
            assert_same(&desk, &after, &format!("stopped at {at}, receipt written: {has_receipt}"));
            let again = desk.run(TODAY);
            assert!(again.files.is_empty() && again.written.is_empty(), "{again:?}");
        }
    }
}

/// Leaves the office as a run does that is stopped in the middle of a fact: the facts before it are in the archive,
/// it itself too, with its receipt or without; its file lies among the claimed ones, the others still in the inbox.
/// The books are of the evening before, which is worse than any stop.
fn stop(desk: &Desk, after: &Desk, at: u32, has_receipt: bool) {
    let (from, inbox) = (after.root().join("archive"), desk.root().join("inbox"));
    for (number, contents) in facts(after).into_iter().filter(|(number, _)| *number <= at) {
        for content in &contents {
            let target = desk.root().join("archive").join(content);
            let left_out =
                number == at && !has_receipt && content.to_str().unwrap().ends_with(".receipt.json");
            if !left_out && !target.exists() {
                fs::copy(from.join(content), target).unwrap();
            }
        }
        let Some((name, bytes)) = dropped(&contents) else { continue };
        fs::remove_file(inbox.join(name)).unwrap();
        if name == "wrong.csv" {
            copy_folder(&after.root().join("returned"), &desk.root().join("returned"));
        }
        if number == at {
            fs::create_dir_all(inbox.join(".claimed")).unwrap();
            desk.place(&inbox.join(".claimed").join(name), bytes.as_bytes());
        }
    }
}

#[test]
fn a_file_that_was_posted_and_not_let_go_is_let_go_by_the_next_run() {
    let desk = Desk::after_january();
    desk.take("reads.csv", READS.as_bytes());
    let after = desk.copy();
    let claimed = desk.root().join("inbox/.claimed");
    desk.place(&claimed.join("reads.csv"), READS.as_bytes());
    assert!(desk.run(TODAY).files.is_empty());
    assert_same(&desk, &after, "not let go");
}

#[test]
fn books_of_an_older_day_are_made_up_from_the_archive() {
    let (before, after) = undisturbed();
    let desk = after.copy();
    fs::copy(before.root().join("ledger.db"), desk.root().join("ledger.db")).unwrap();
    desk.run(TODAY);
    assert_same(&desk, &after, "older books");
    fs::remove_file(desk.root().join("ledger.db")).unwrap();
    desk.run(TODAY);
    assert_same(&desk, &after, "no books at all");
}

#[test]
fn workbooks_of_a_run_that_was_stopped_before_them_are_written_by_the_next() {
    let (before, after) = undisturbed();
    let desk = after.copy();
    fs::remove_dir_all(desk.root().join("outbox")).unwrap();
    copy_folder(&before.root().join("outbox"), &desk.root().join("outbox"));
    desk.run(TODAY);
    assert_same(&desk, &after, "older workbooks");
}

#[test]
fn a_receipt_that_is_missing_in_the_middle_is_named_and_nothing_is_posted() {
    let (_, after) = undisturbed();
    remove(&after.root().join("archive/000004.receipt.json"));
    let told = after.try_run(TODAY).unwrap_err().to_string();
    assert!(
        told.ends_with("000004.receipt.json: the receipt is missing. Restore the archive from a backup."),
        "{told}"
    );
}

#[test]
fn an_archive_that_is_behind_the_books_is_named() {
    let (before, after) = undisturbed();
    fs::copy(after.root().join("ledger.db"), before.root().join("ledger.db")).unwrap();
    let told = before.try_run(TODAY).unwrap_err().to_string();
    assert_eq!(told, "ledger.db has 17 facts and the archive 12: the archive is incomplete");
    assert_eq!(before.files("inbox").len(), 4, "the files wait");
}

#[test]
fn a_file_that_was_claimed_and_no_more_is_taken_in_beside_a_new_one_of_its_name() {
    let desk = Desk::after_january();
    let claimed = desk.root().join("inbox/.claimed");
    fs::create_dir_all(&claimed).unwrap();
    desk.place(&claimed.join("reads.csv"), READS.as_bytes());
    let newer = READS.replace("0101,M1,2/9/2026,2150\n", "").replace("7000", "7001");
    desk.drop("reads.csv", newer.as_bytes());
    let outcome = desk.run(TODAY);
    let files: Vec<(&str, Fate)> = outcome.files.iter().map(|file| (file.name.as_str(), file.fate)).collect();
    assert_eq!(files, [("(2) reads.csv", Fate::Accepted), ("reads.csv", Fate::Accepted)]);
    assert!(desk.has(READS.as_bytes()) && desk.has(newer.as_bytes()));
}

#[test]
fn the_same_day_run_twice_changes_nothing() {
    let (_, after) = undisturbed();
    let again = after.copy();
    let outcome = again.run(TODAY);
    assert!(outcome.written.is_empty(), "{:?}", outcome.written);
    assert_same(&again, &after, "run twice");
    again.run("2026-02-11");
    assert_same_files(&again.files("archive"), &after.files("archive"), "a day without files leaves no fact");
    assert_same_files(&again.files("outbox"), &after.files("outbox"), "nor a workbook");
}

#[test]
fn the_order_of_a_days_files_does_not_change_the_lists() {
    let reads = "Account,Meter,Read date,Reading\n";
    let drops = [
        format!("{reads}0101,M1,2/9/2026,2150\n"),
        format!("{reads}0104,M4,2/9/2026,7000\n0102,M2,2/9/2026,2300\n"),
        "Account,Bill date,Amount\n0102,12/18/2025,10.00\n0106,12/18/2025,20.00\n".to_owned(),
        "Account,Hydrant,Date,Gallons,Deposit\n0105,H1,2/9/2026,2500,100.00\n".to_owned(),
        DECISIONS.to_owned(),
        "Account,Meter,Dials,Installed,Initial reading\n0106,M6,6,2/2/2026,0\n".to_owned(),
    ];
    let office = Desk::after_january();
    let mut wanted = None;
    for turn in 0..drops.len() {
        let desk = office.copy();
        for (at, text) in drops.iter().enumerate() {
            desk.drop(&format!("{}.csv", (at * 5 + turn) % drops.len()), text.as_bytes());
        }
        let outcome = desk.run(TODAY);
        assert!(outcome.files.iter().all(|file| file.fate == Fate::Accepted), "{:?}", outcome.files);
        desk.run("2026-02-19");
        // The journal names the files, which have other names in each turn.
        let lists = desk.lists("2026-02-19").split_once("[journal]").unwrap().0.to_owned();
        assert_eq!(*wanted.get_or_insert_with(|| lists.clone()), lists, "turn {turn}");
    }
}

#[test]
fn a_run_before_the_newest_day_is_refused() {
    let desk = Desk::after_january();
    desk.drop("reads.csv", READS.as_bytes());
    let before = desk.files("");
    let output = run(&desk, &["--today", "2026-01-21"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "error: the books have been run for 2026-01-22; a run cannot be dated 2026-01-21, before that\n\
         hint: leave out --today, or name a later day\n"
    );
    let changed = |path: &&PathBuf| !path.starts_with(".lock") && !path.starts_with("ledger.db");
    let after = desk.files("");
    assert!(before.keys().filter(changed).eq(after.keys().filter(changed)), "nothing else changed");
}

fn run(desk: &Desk, more: &[&str]) -> Output {
    program(&["run", desk.root().to_str().unwrap()], more)
}

fn program(command: &[&str], more: &[&str]) -> Output {
    meterbook(&[command, more].concat())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn two_runs_at_once_are_refused_naming_the_other() {
    let desk = Desk::after_january();
    desk.drop("reads.csv", READS.as_bytes());
    let held = inbox::lock(&desk.root().join(".lock"), "process 4711").unwrap();
    let output = run(&desk, &["--today", TODAY]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(
        told.contains("is in use by another meterbook (process 4711). Wait until it is done, or stop it."),
        "{told}"
    );
    assert_eq!(desk.files("inbox").len(), 1, "the file waits");
    drop(held);
    assert_eq!(run(&desk, &["--today", TODAY]).status.code(), Some(1), "held reads need a person");
}

#[test]
fn exit_codes_say_clean_findings_or_could_not_run() {
    let desk = Desk::after_january();
    let root = desk.root();
    let root = root.to_str().unwrap();
    let file = |name: &str, text: &str| {
        let path = desk.root().parent().unwrap().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (good, bad) = (file("good.csv", READS), file("bad.csv", WRONG));
    let code = |arguments: &[&str]| meterbook(arguments).status.code().unwrap();
    assert_eq!(code(&["check", &good, "--today", TODAY]), 0);
    assert_eq!(code(&["check", &good, &bad, "--today", TODAY]), 1);
    assert_eq!(code(&["check", "no-such-file.csv"]), 2);
    assert_eq!(code(&["list", root, "accounts"]), 0);
    assert_eq!(code(&["find", root, "Ada"]), 0);
    assert_eq!(code(&["find", root, "nobody"]), 1);
    assert_eq!(code(&["run", "no-such-office"]), 2);
    assert_eq!(code(&["init", root]), 2);
    assert_eq!(code(&["run", root, "--today", "2026-02-30"]), 2);
    assert_eq!(code(&["no-such-command"]), 2);
    let empty = Desk::empty();
    assert_eq!(code(&["run", empty.root().to_str().unwrap(), "--today", TODAY]), 0);
}

#[test]
fn a_list_without_a_period_refuses_one() {
    let desk = Desk::after_january();
    let root = desk.root();
    let root = root.to_str().unwrap();
    for what in ["accounts", "meters", "balances", "aging", "lock-offs", "deposits"] {
        let output = meterbook(&["list", root, what, "--period", "2026-01"]);
        assert_eq!(output.status.code(), Some(2), "{what}");
        assert_eq!(text(&output.stderr), format!("error: the list {what} knows no --period; leave it out\n"));
    }
    for what in ["reads", "bills", "bill-lines", "entries", "late-fees", "findings"] {
        let output = meterbook(&["list", root, what, "--period", "2026-01", "--as-of", TODAY]);
        assert_eq!(output.status.code(), Some(0), "{what}: {}", text(&output.stderr));
    }
    assert_eq!(meterbook(&["list", root, "bills", "--period", "2026-13"]).status.code(), Some(2));
}

#[test]
fn what_is_printed_as_json_is_json() {
    let desk = Desk::after_january();
    drop_the_day(&desk);
    let root = desk.root();
    let root = root.to_str().unwrap();
    let json = |arguments: &[&str]| -> serde_json::Value {
        serde_json::from_slice(&meterbook(arguments).stdout).unwrap()
    };
    let run = json(&["run", root, "--today", TODAY, "--json"]);
    assert_eq!(run["files"][3]["findings"][0]["code"], "unreadable-cell");
    assert_eq!(run["runs"][0]["bills"], 2);
    let status = json(&["status", root, "--today", TODAY, "--json"]);
    assert_eq!(status["returned"], serde_json::json!(["wrong.xlsx"]));
    let wrong = desk.root().join("returned/wrong.xlsx");
    let checked = json(&["check", wrong.to_str().unwrap(), "--today", TODAY, "--json"]);
    assert_eq!(checked[0]["findings"][0]["value"], "21S0");
    let findings = json(&["list", root, "findings", "--as-of", TODAY, "--format", "json"]);
    let codes: Vec<&str> =
        findings.as_array().unwrap().iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["duplicate-file", "unreadable-cell"]);
    fs::remove_file(&wrong).unwrap();
    assert_eq!(json(&["status", root, "--today", TODAY, "--json"])["returned"], serde_json::json!([]));
}
