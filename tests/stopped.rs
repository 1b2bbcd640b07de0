//! A day of final bills, settlements and undoing, stopped anywhere, ends like the undisturbed one.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use meterbook::domain::id::Sequence;
use meterbook::flow::{self, UndoQuery};

use crate::support::desk::Desk;

/// A day after the bill date of February, on which bills of January are thirty days old.
const DAY: &str = "2026-02-23";

/// What the day brings.
const DROPPED: [(&str, &str); 4] = [
    ("closings of the day.csv", "Account,Date,Final reading,Transfer to\n0104,2/3/2026,6900,0101\n"),
    ("deposits of the day.csv", "Date,Account,Amount,Reference\n1/5/2026,0104,900.00,D7\n"),
    ("payments of the day.csv", "Date,Account,Amount,Method,Reference\n2/9/2026,0101,30.00,check,L1\n"),
    ("reads of the day.csv", "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n"),
];

/// What is undone between the two runs of the day, in this order.
const UNDONE: [&str; 4] =
    ["settlements 2026-02-23", "bill run 2026-02 cycle 1", "payments of the day.csv", "late fees 2026-02-23"];

/// The files of each fact of the archive.
fn facts(desk: &Desk) -> BTreeMap<u32, Vec<PathBuf>> {
    let mut facts: BTreeMap<u32, Vec<PathBuf>> = BTreeMap::new();
    for path in desk.files("archive").into_keys() {
        facts.entry(path.to_str().unwrap()[..6].parse().unwrap()).or_default().push(path);
    }
    facts
}

/// What somebody does on that day.
#[derive(Debug)]
enum Step {
    Run,
    Undo(Sequence),
}

/// Takes a step; one that was stopped at its very end may be done already.
fn take(desk: &Desk, step: &Step) {
    let Step::Undo(sequence) = *step else {
        desk.run(DAY);
        return;
    };
    let query = UndoQuery { sequence, today: DAY.parse().unwrap(), reason: "a test".to_owned() };
    if let Err(told) = flow::undo(&desk.root(), query) {
        assert!(told.to_string().contains("is undone already"), "{told}");
    }
}

/// Leaves the office as a program that is stopped within a fact does: what comes before is in the archive, it itself too,
/// with its receipt or without, and its file lies among the claimed ones. The books are those from before the step.
fn stop(desk: &Desk, after: &Desk, (at, has_receipt): (u32, bool)) {
    let inbox = desk.root().join("inbox");
    for (number, files) in facts(after).range(..=at) {
        for file in files {
            let target = desk.root().join("archive").join(file);
            let left_out = number == &at && !has_receipt && file.to_str().unwrap().ends_with(".receipt.json");
            if !left_out && !target.exists() {
                fs::copy(after.root().join("archive").join(file), target).unwrap();
            }
        }
        let named = |name: &str| files.iter().any(|file| file.to_str().unwrap()[7..] == *name);
        let Some((name, text)) = DROPPED.into_iter().find(|(name, _)| named(name)) else { continue };
        if fs::remove_file(inbox.join(name)).is_ok() && *number == at {
            fs::create_dir_all(inbox.join(".claimed")).unwrap();
            desk.place(&inbox.join(".claimed").join(name), text.as_bytes());
        }
    }
}

/// The steps of the day, and the office before each of them and at the end.
fn undisturbed() -> (Vec<Step>, Vec<Desk>) {
    let morning = Desk::after_january();
    for (name, text) in DROPPED {
        morning.drop(name, text.as_bytes());
    }
    let evening = morning.copy();
    evening.run(DAY);
    let receipts = flow::status(&evening.root(), DAY.parse().unwrap()).unwrap().recent;
    let number = |name: &&str| receipts.iter().rev().find(|row| row.name == **name).unwrap().sequence;
    let undos = UNDONE.iter().map(|name| Step::Undo(number(name)));
    let steps: Vec<Step> = [Step::Run].into_iter().chain(undos).chain([Step::Run]).collect();
    let mut offices = vec![morning];
    for step in &steps {
        let office = offices.last().unwrap().copy();
        take(&office, step);
        offices.push(office);
    }
    (steps, offices)
}

#[test]
fn a_day_with_undos_that_was_stopped_anywhere_ends_like_the_undisturbed_one() {
    let (steps, offices) = undisturbed();
    let evening = offices.last().unwrap();
    let mut stops = 0;
    for (at, step) in steps.iter().enumerate() {
        let made = facts(&offices[at]).len() + 1..=facts(&offices[at + 1]).len();
        for (fact, has_receipt) in made.flat_map(|fact| [(fact, false), (fact, true)]) {
            let desk = offices[at].copy();
            stop(&desk, &offices[at + 1], (u32::try_from(fact).unwrap(), has_receipt));
            steps[at..].iter().for_each(|step| take(&desk, step));
            assert_same(
                &desk,
                evening,
                DAY,
                &format!("{step:?} stopped at {fact}, receipt written: {has_receipt}"),
            );
            stops += 1;
        }
    }
    assert!(stops >= 2 * (DROPPED.len() + UNDONE.len() + 6), "{stops} stops");
}

/// What must be the same however the day went.
pub(crate) fn assert_same(desk: &Desk, wanted: &Desk, day: &str, how: &str) {
    assert_eq!(desk.lists(day), wanted.lists(day), "{how}");
    for folder in ["archive", "outbox", "inbox", "returned"] {
        let (found, wanted) = (desk.files(folder), wanted.files(folder));
        assert_eq!(found.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>(), "{how}: {folder}");
        for (path, bytes) in wanted {
            assert!(found[&path] == bytes, "{how}: {folder}/{} differs", path.display());
        }
    }
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new(), "{how}");
}
