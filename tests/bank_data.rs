//! Bank data of customers: nothing that the program writes or says shows them.

use std::path::{Path, PathBuf};

use meterbook::flow::What;

use crate::pages::walker::parts;
use crate::scenarios::meterbook;
use crate::support::desk::Desk;

/// Routing and account numbers of the two customers who pay by themselves; their last digits occur nowhere else.
const NUMBERS: [&str; 4] = ["122105278", "83071946255", "321270742", "60418827391"];
/// How many of the last digits may be shown.
const SHOWN: usize = 4;

/// What of a text says more of a number than its last digits.
fn shown(text: &str) -> Option<&'static str> {
    NUMBERS.into_iter().find(|number| text.contains(&number[number.len() - SHOWN - 1..]))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

/// The small office through its bills of February, its accounts with bank data, and files that are wrong beside them.
fn office() -> Desk {
    let desk = Desk::after_january();
    let header = "Account,Customer,Service address,Class,Meter size,Status,Opened,Cycle,Autopay,Bank routing,Bank account\n";
    let row = |number: &str, class: &str, at: usize| {
        let bank = format!("y,{},{}", NUMBERS[at], NUMBERS[at + 1]);
        format!("{number},Ada Barrow,1 Agave Way,{class},5/8,active,3/1/2019,1,{bank}\n")
    };
    let sound = format!("{header}{}{}", row("0101", "residential", 0), row("0102", "residential", 2));
    desk.drop("accounts-bank.csv", sound.as_bytes());
    let wrong = format!("{header}{}{}", row("0101", "castle", 0), row("0101", "residential", 2));
    desk.drop("accounts-wrong.csv", wrong.as_bytes());
    desk.drop("deposits-2.csv", b"Date,Account,Amount,Reference\n9/16/2024,0101,250.00,D1\n");
    desk.drop(
        "reads.csv",
        b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n0102,M2,2/9/2026,2900\n",
    );
    desk.drop("closings.csv", b"Account,Date,Final reading\n0104,2/3/2026,6900\n");
    desk
}

#[test]
fn no_workbook_list_or_message_shows_more_than_the_last_digits() {
    let desk = office();
    let root = desk.root();
    let folder = root.to_str().unwrap();
    let mut said = Vec::new();
    let mut say = |arguments: &[&str]| {
        let output = meterbook(arguments);
        let text = [output.stdout, output.stderr].concat();
        said.push((arguments.join(" "), String::from_utf8_lossy(&text).into_owned()));
    };
    for day in ["2026-02-10", "2026-02-19", "2026-03-12"] {
        say(&["run", folder, "--today", day]);
        say(&["run", folder, "--today", day, "--json"]);
    }
    for what in What::ALL {
        for format in ["csv", "json"] {
            say(&["list", folder, what.word(), "--as-of", "2026-03-12", "--format", format]);
        }
    }
    for arguments in [
        &["status", folder][..],
        &["status", folder, "--json"],
        &["find", folder, "Ada"],
        &["explain", folder, "0101"],
    ] {
        say(arguments);
    }
    let mut returned = Vec::new();
    walk(&root.join("returned"), &mut returned);
    assert!(!returned.is_empty(), "the wrong file came back");
    for file in returned {
        say(&["check", file.to_str().unwrap()]);
    }
    // Who asks by a number of the bank is not told whose it is.
    for number in NUMBERS {
        let output = meterbook(&["find", folder, number]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(!text.contains("0101") && !text.contains("0102"), "find {number}: {text}");
    }
    for (what, text) in &said {
        assert_eq!(shown(text), None, "{what}:\n{text}");
    }
    let mut files = Vec::new();
    walk(&root.join("outbox"), &mut files);
    assert!(files.len() > 10, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        if file.extension().is_some_and(|ending| ending == "xlsx") {
            for (part, text) in parts(&bytes) {
                assert_eq!(shown(&text), None, "{} {part}", file.display());
            }
        } else {
            assert_eq!(shown(&String::from_utf8_lossy(&bytes)), None, "{}", file.display());
        }
    }
}

/// What was dropped with them lies in the archive, in the books and in what was handed back; copies that a run makes are gone.
#[cfg(unix)]
#[test]
fn every_file_that_holds_them_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let desk = office();
    for day in ["2026-02-10", "2026-02-19"] {
        desk.run(day);
    }
    let mut files = Vec::new();
    walk(&desk.root(), &mut files);
    let holds = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        let is_workbook = path.extension().is_some_and(|ending| ending == "xlsx");
        let text = if is_workbook {
            parts(&bytes).into_values().collect()
        } else {
            String::from_utf8_lossy(&bytes).into_owned()
        };
        NUMBERS.into_iter().any(|number| text.contains(number))
    };
    let holding: Vec<PathBuf> = files.into_iter().filter(holds).collect();
    assert!(holding.len() >= 4, "the archive, the books, the wrong file and its workbook: {holding:?}");
    for path in holding {
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} can be read by others: {mode:o}", path.display());
    }
}
