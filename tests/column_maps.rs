//! Layouts of other systems that an office maps: read, handed back, corrected, and folded again.

use std::fs;

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, CheckQuery, ConvertInput, ConvertOutput, ConvertQuery, Silent, What};

use crate::pages::walker;
use crate::support::desk::{Desk, TODAY, told};
use crate::support::typed::with_cell;

/// A reader's file of fixed width: account, meter, what the line is, reading, month and day.
const READER: &str = "\n[[columns]]\nkind = \"reads\"\nfiles = \"*.rdg\"\n\
    characters = { \"Account\" = \"1-6\", \"Meter\" = \"7-12\", \"Reading\" = \"15-22\", \"Read date\" = \"23-26\" }\n\
    dates = \"MMDD\"\nonly = { at = 14, is = \"M\" }\nskip_without = \"Read date\"\n";

/// A bank's text of fields, with implied decimals.
const LOCKBOX: &str = "\n[[columns]]\nkind = \"payments\"\nfiles = \"LB*\"\n\
    fields = { \"Date\" = 2, \"Account\" = 4, \"Amount\" = 5, \"Reference\" = 7 }\n\
    dates = \"YYYYMMDD\"\ndecimals = { \"Amount\" = 2 }\nonly = { at = 1, is = \"6\" }\n";

/// Another system's words.
const WORDS: &str =
    "\n[[columns]]\nkind = \"reads\"\nheaders = { \"Reading\" = \"CUR RDG\", \"Read date\" = \"RD DT\" }\n";

const RDG: &str = "HROUTE 9\r\n  0101M1     M    21500209\r\n  0104M4     M    70000210\r\n  0102M2     M    0000    \r\nT 3\r\n";

fn desk(maps: &[&str]) -> Desk {
    let desk = Desk::with_settings(&maps.concat());
    desk.run("2026-01-22");
    desk
}

fn reads_of(desk: &Desk, month: &str) -> Vec<String> {
    let reads = desk.list(What::Reads, TODAY);
    let of_month = reads.lines().filter(|line| line.contains(month));
    of_month.map(|line| line.split(',').take(6).collect::<Vec<_>>().join(",")).collect()
}

#[test]
fn a_text_of_fixed_width_is_read_line_by_line() {
    let desk = desk(&[READER]);
    let outcome = desk.take("route 9.RDG", RDG.as_bytes());
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert_eq!((outcome.rows, outcome.kind.as_str()), (2, "reads"));
    let passed = "2 lines of other kinds passed over, 1 line without read date passed over";
    assert!(outcome.outcome.contains(passed), "{}", outcome.outcome);
    let expected = ["0101,M1,2026-02,2026-02-09,2150,actual", "0104,M4,2026-02,2026-02-10,7000,actual"];
    assert_eq!(reads_of(&desk, ",2026-02,"), expected);
    let lists = desk.lists(TODAY);
    assert_eq!(flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
    flow::rebuild(&desk.root()).unwrap();
    assert_eq!(desk.lists(TODAY), lists, "the archive makes the same books under the same maps");
}

#[test]
fn settings_that_change_later_do_not_change_how_an_archived_file_was_read() {
    let desk = desk(&[READER]);
    desk.take("route 9.rdg", RDG.as_bytes());
    let lists = desk.lists(TODAY);
    let path = desk.root().join("office.toml");
    let changed = fs::read_to_string(&path).unwrap().replace("15-22", "15-21");
    fs::write(&path, changed).unwrap();
    desk.run(TODAY);
    flow::rebuild(&desk.root()).unwrap();
    assert_eq!(desk.lists(TODAY), lists);
}

#[test]
fn a_text_with_an_error_comes_back_as_a_workbook_that_is_taken_in_once_corrected() {
    let desk = desk(&[READER]);
    let bad = RDG.replace("    2150", "    2l50");
    let outcome = desk.take("route 9.rdg", bad.as_bytes());
    assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
    assert_eq!((outcome.findings[0].origin.row, outcome.findings[0].column.as_str()), (Some(2), "Reading"));
    let returned = desk.root().join("returned");
    assert_eq!(fs::read(returned.join("route 9 (as dropped).rdg")).unwrap(), bad.as_bytes());
    let book = fs::read(returned.join("route 9.rdg.xlsx")).unwrap();
    let sheet = walker::sheet(&book, "route 9");
    let row =
        |at: u32| (0..4).map(|column| sheet.get_value((at, column)).unwrap().to_string()).collect::<Vec<_>>();
    assert_eq!(row(0), ["Account", "Meter", "Reading", "Read date"]);
    assert_eq!(
        row(2)[..3],
        ["0101", "M1", "2l50"],
        "the line stands one row below its number, for the header"
    );
    let corrected = with_cell(&book, "route 9", "C3", "2150");
    let outcome = desk.take("again.xlsx", &corrected);
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    let expected = ["0101,M1,2026-02,2026-02-09,2150,actual", "0104,M4,2026-02,2026-02-10,7000,actual"];
    assert_eq!(reads_of(&desk, ",2026-02,"), expected);
    let status = flow::status(&desk.root(), TODAY.parse().unwrap()).unwrap();
    assert!(status.returned.is_empty(), "{:?}", status.returned);
}

#[test]
fn fields_and_headers_of_other_systems_are_read() {
    let desk = desk(&[LOCKBOX, WORDS]);
    let lockbox =
        "1,20260210,bank\n6,20260209,x,0101,00004150,x,LB1\n6,20260209,x,0104,00009600,x,LB2\n9,2\n";
    let outcome = desk.take("lb0210.txt", lockbox.as_bytes());
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    let entries = desk.list(What::Entries, TODAY);
    for entry in ["2026-02-09,0101,payment,-41.50,0.00,LB1", "2026-02-09,0104,payment,-96.00,0.00,LB2"] {
        assert!(entries.contains(entry), "{entries}");
    }
    let outcome = desk.take("reads.csv", b"Account,RD DT,CUR RDG\n0101,2/9/2026,2150\n");
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert_eq!(reads_of(&desk, ",2026-02,"), ["0101,M1,2026-02,2026-02-09,2150,actual"]);
}

#[test]
fn a_text_of_money_comes_back_as_a_workbook_that_says_which_money_it_is() {
    let fewer = LOCKBOX.replace(", \"Reference\" = 7", "");
    let desk = desk(&[&fewer]);
    let outcome = desk.take("lb0210.txt", b"6,20260209,x,0101,00004I50,x,LB1\n");
    assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
    let book = fs::read(desk.root().join("returned/lb0210.xlsx")).unwrap();
    let outcome = desk.take("again.xlsx", &with_cell(&book, "lb0210", "C2", "41.50"));
    assert_eq!(outcome.fate, Fate::Accepted, "{}", told(&outcome));
    assert!(desk.list(What::Entries, TODAY).contains("2026-02-09,0101,payment,-41.50"));
}

#[test]
fn a_file_that_is_none_of_its_map_comes_back_with_the_question() {
    let desk = desk(&[READER]);
    let outcome = desk.take("letter.rdg", b"Dear customer,\n\nthis is no reading.\n");
    assert_eq!(outcome.fate, Fate::Returned);
    assert!(told(&outcome).contains("No line of the file is a row of reads"), "{}", told(&outcome));
}

#[test]
fn maps_that_contradict_themselves_are_refused_with_what_to_write() {
    for (map, message) in [
        (READER.replace("Reading", "Readings"), "has no column 'Readings'"),
        (READER.replace("\"15-22\"", "\"22-15\""), "'22-15' is not the first and the last character"),
        (READER.replace("*.rdg", "*"), "name them, such as files"),
        (READER.replace("MMDD", "MMM"), "'MMM' is not the form of a date"),
        (READER.replace(", \"Read date\" = \"23-26\"", ""), "the place of 'Read date' is not given"),
        (
            READER.replace("skip_without = \"Read date\"\n", "").replace(", \"Read date\" = \"23-26\"", ""),
            "cannot be read without: Read date",
        ),
        (format!("{READER}fields = {{ \"Reading\" = 1 }}\n"), "by one of the three"),
        (LOCKBOX.replace("\"Date\" = 2", "\"Date\" = 0"), "counted from 1"),
        (WORDS.replace("CUR RDG", "Previous reading"), "another column's name"),
        (format!("{WORDS}dates = \"MMDD\"\n"), "not with headers"),
        (format!("{WORDS}{}", WORDS.replace("\"Reading\" =", "\"Previous reading\" =")), "means both"),
        (
            READER
                .replace("\"reads\"", "\"calendar\"")
                .replace("Account\" = \"1-6\", \"Meter\" = \"7-12\", \"Reading", "Closed")
                .replace("Read date", "Date"),
            "needs the year",
        ),
    ] {
        let desk = Desk::empty();
        let path = desk.root().join("office.toml");
        fs::write(&path, fs::read_to_string(&path).unwrap() + &map).unwrap();
        let told = desk.try_run(TODAY).unwrap_err().to_string();
        assert!(told.starts_with("office.toml: ") && told.contains(message), "{message}: {told}");
    }
}

#[test]
fn a_map_can_be_tried_before_a_file_is_dropped() {
    let desk = desk(&[READER]);
    let folder = tempfile::tempdir().unwrap();
    let (file, to) = (folder.path().join("route 9.rdg"), folder.path().join("reads.csv"));
    let root = desk.root();
    fs::write(&file, RDG.replace("  0104M4 ", "   104M4 ")).unwrap();
    let query = CheckQuery { today: TODAY.parse().unwrap(), office: Some(&root) };
    let checked = flow::check(&file, query, &mut Silent).unwrap();
    assert_eq!((checked.sheets[0].kind.as_str(), checked.sheets[0].rows), ("reads", 2));
    let convert = |kind| {
        let today = TODAY.parse().unwrap();
        let query = ConvertQuery { form: None, sheet: None, kind, office: Some(&root), today };
        flow::convert(query, ConvertInput::File(&file), ConvertOutput::File(&to), &mut Silent).unwrap()
    };
    assert!(convert(None).is_written());
    let expected = "Account,Meter,Read date,Reading\n0101,M1,2026-02-09,2150\n0104,M4,2026-02-10,7000\n";
    assert_eq!(fs::read_to_string(&to).unwrap(), expected);
    fs::write(&file, RDG.replace("    2150", "    2l50")).unwrap();
    let told = convert(Some("reads"));
    assert_eq!((told.is_written(), told.findings[0].origin.row), (false, Some(2)), "{:?}", told.findings);
}
