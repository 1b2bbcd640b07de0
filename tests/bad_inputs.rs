//! What people drop by mistake, or worse: each gets its own message, posts nothing by halves, and loses nothing.

use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};

use meterbook::domain::proposals::receipts::Fate;
use meterbook::domain::sheet::cell::Value;
use meterbook::flow::{FileOutcome, What};
use meterbook::sheet::{self, limits};
use zip::write::SimpleFileOptions;

use crate::support::desk::{Desk, TODAY, told};
use crate::support::golden;
use crate::templates::root;

const READS: &str = "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n0104,M4,2/9/2026,7000\n";

/// A package of parts.
fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet called Reads, with the rows given as XML; `settings` stands before its sheets.
fn workbook(settings: &str, rows: &str) -> Vec<u8> {
    let types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let list = "http://schemas.openxmlformats.org/package/2006";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    package(&[
        (
            "[Content_Types].xml",
            &format!(
                "<Types xmlns=\"{list}/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{types}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{types}.styles+xml\"/>\
                 <Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"{types}.worksheet+xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            &format!(
                "<Relationships xmlns=\"{list}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            &format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\">{settings}<sheets>\
                 <sheet name=\"Reads\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            &format!(
                "<Relationships xmlns=\"{list}/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{relations}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" \
                 Type=\"{relations}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            &format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>\
                 </cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            &format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ])
}

/// A cell of text.
fn text(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// The header of a reads sheet, and one read in row 2 whose date cell holds a day's number.
fn reads_of(day: u32) -> String {
    let header: String = ["Account", "Meter", "Read date", "Reading"]
        .iter()
        .zip(["A1", "B1", "C1", "D1"])
        .map(|(name, at)| text(at, name))
        .collect();
    format!(
        "<row r=\"1\">{header}</row><row r=\"2\">{}{}<c r=\"C2\" s=\"1\"><v>{day}</v></c><c r=\"D2\"><v>2150</v></c></row>",
        text("A2", "0101"),
        text("B2", "M1")
    )
}

/// February 9, 2026 as Excel counts days.
const FEB_9: u32 = 46_062;

fn corpus(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/corpus").join(name)).unwrap()
}

/// Sheets whose rows reach the last one that Excel has, every cell of them only formatted.
fn formatted_to_the_bottom() -> Vec<u8> {
    let mut rows = reads_of(FEB_9);
    for row in 3..=limits::ROWS {
        write!(rows, "<row r=\"{row}\" s=\"1\"><c r=\"A{row}\" s=\"1\"/></row>").unwrap();
    }
    workbook("", &rows)
}

fn zip_bomb() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let megabyte = vec![b' '; 1 << 20];
    for _ in 0..=limits::UNPACKED_BYTES >> 20 {
        zip.write_all(&megabyte).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A few bytes that claim to be a sheet of reads with 1,048,575 rows of 16,384 cells.
fn bomb_of_cells() -> Vec<u8> {
    let header: String = ["Account", "Meter", "Read date", "Reading"]
        .iter()
        .map(|name| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{name}</text:p></table:table-cell>"
            )
        })
        .collect();
    let rows = "<table:table-row table:number-rows-repeated=\"1048575\"><table:table-cell office:value-type=\"float\" \
                office:value=\"1\" table:number-columns-repeated=\"16384\"/></table:table-row>";
    let table = format!(
        "<table:table table:name=\"S\"><table:table-row>{header}</table:table-row>{rows}</table:table>"
    );
    package(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &format!("<office:body>{table}</office:body>")),
    ])
}

/// A reads sheet with one more cell in the farthest corner.
fn far_corner() -> Vec<u8> {
    workbook("", &format!("{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>", reads_of(FEB_9)))
}

/// Each bad file: what it is called and what it holds.
fn bad_files() -> Vec<(&'static str, Vec<u8>)> {
    let long = "x".repeat(40_000);
    let csv = |rows: &str| format!("Account,Meter,Read date,Reading\n{rows}").into_bytes();
    let uncalculated = reads_of(FEB_9).replace("<v>2150</v>", "<f>B2*2</f>");
    let error = reads_of(FEB_9).replace("<c r=\"D2\"><v>2150</v>", "<c r=\"D2\" t=\"e\"><v>#REF!</v>");
    vec![
        ("password.xlsx", corpus("password.xlsx")),
        ("password.xls", corpus("password.xls")),
        ("password.ods", corpus("password.ods")),
        ("truncated.xlsx", corpus("truncated.xlsx")),
        ("truncated.xls", corpus("truncated.xls")),
        ("zip-bomb.xlsx", zip_bomb()),
        ("bomb-of-cells.ods", bomb_of_cells()),
        ("far-corner.xlsx", far_corner()),
        ("formatted-to-the-bottom.xlsx", formatted_to_the_bottom()),
        ("csv-named.xlsx", READS.into()),
        ("xlsx-named.csv", workbook("", &reads_of(FEB_9))),
        ("html-named.xls", corpus("page.xls")),
        ("blank.csv", corpus("blank.csv")),
        ("picture.xlsx", corpus("photo.png")),
        ("no-header.csv", b"0101,M1,2/9/2026,2150\n".into()),
        (
            "two-kinds.csv",
            b"Account,Read date,Reading,Bill date,Amount\n0101,2/9/2026,2150,1/22/2026,12.00\n".into(),
        ),
        ("unknown-account.csv", csv("0111,,2/9/2026,2150\n0101,M1,2/9/2026,2150\n")),
        ("duplicate-rows.csv", csv("0101,M1,2/9/2026,2150\n0101,M1,2/9/2026,2150\n")),
        (
            "conflicting-rows.csv",
            b"Account,Bill date,Amount\n0102,12/18/2025,10\n0102,12/18/2025,11\n".into(),
        ),
        ("future-date.csv", csv("0101,M1,2/11/2026,2150\n")),
        ("text-in-a-number.csv", csv("0101,M1,2/9/2026,2l50\n")),
        ("negative-reading.csv", csv("0101,M1,2/9/2026,-2150\n")),
        ("dates-of-1904.xlsx", workbook("<workbookPr date1904=\"1\"/>", &reads_of(FEB_9 - 1_462))),
        ("lost-zeros.csv", csv("101,M1,2/9/2026,2150\n104,M4,2/9/2026,7000\n")),
        ("formulas-without-results.xlsx", workbook("", &uncalculated)),
        ("error-cells.xlsx", workbook("", &error)),
        ("40000-characters.csv", csv(&format!("0101,M1,2/9/2026,{long}\n0104,{long},2/9/2026,7000\n"))),
        (
            "huge-amount.csv",
            b"Account,Bill date,Amount\n0102,12/18/2025,79228162514264337593543950335\n".into(),
        ),
        ("line-breaks.csv", csv("\"01\n01\",M1,2/9/2026,2150\n0104,M4,\"2/9\u{1b}[2J\",7000\n")),
    ]
}

#[test]
fn every_bad_file_is_told_and_kept_and_posts_all_or_nothing() {
    let office = Desk::after_january();
    let before = office.lists(TODAY);
    let mut all = String::new();
    for (name, bytes) in bad_files() {
        let desk = office.copy();
        let outcome = desk.take(name, &bytes);
        assert!(desk.has(&bytes), "{name}: the bytes are lost");
        assert!(desk.files("inbox").is_empty(), "{name} lies in the inbox");
        let after = desk.lists(TODAY);
        match outcome.fate {
            Fate::Accepted => assert_ne!(after, before, "{name}: nothing was posted"),
            _ => assert_eq!(after, before, "{name}: something was posted"),
        }
        if outcome.fate == Fate::Returned {
            let files = desk.files("returned");
            let names: Vec<&str> = files.keys().map(|path| path.to_str().unwrap()).collect();
            let stem = name.rsplit_once('.').unwrap().0;
            let letter = format!("{name}.findings.txt");
            let is_marked = names.len() == 2 && names.contains(&format!("{stem}.xlsx").as_str());
            assert!(names == [name, &letter] || is_marked, "{name}: {names:?}");
        }
        writeln!(all, "== {name}\n{}", told(&outcome)).unwrap();
        let again = desk.run(TODAY);
        assert!(again.files.is_empty() && again.written.is_empty(), "{name}: the next run finds {again:?}");
    }
    golden::check("bad_inputs/messages.txt", &all);
}

#[test]
fn dates_that_count_from_1904_are_the_days_they_show() {
    let desk = Desk::after_january();
    let bytes = workbook("<workbookPr date1904=\"1\"/>", &reads_of(FEB_9 - 1_462));
    assert_eq!(desk.take("mac.xlsx", &bytes).fate, Fate::Accepted);
    assert!(desk.list(What::Reads, TODAY).contains("0101,M1,2026-02,2026-02-09,2150"));
}

#[test]
fn dates_of_another_epoch_are_held_by_the_audit() {
    let desk = Desk::after_january();
    assert_eq!(desk.take("old.xlsx", &workbook("", &reads_of(FEB_9 - 1_462))).fate, Fate::Accepted);
    let reads = desk.list(What::Reads, TODAY);
    let read = reads.lines().find(|line| line.contains("2022-02-08")).unwrap();
    assert_eq!(read, "0101,M1,2022-02,2022-02-08,2150,actual,,,,,unknown-meter,hold,,held");
}

#[test]
fn what_is_no_finished_file_is_left_alone() {
    let desk = Desk::after_january();
    let inbox = desk.root().join("inbox");
    let names =
        [".hidden.csv", "~$reads.xlsx", "reads.tmp", "reads.csv.part", "reads.crdownload", "empty.csv"];
    for name in names {
        desk.drop(name, if name == "empty.csv" { b"" } else { READS.as_bytes() });
    }
    fs::create_dir(inbox.join("february")).unwrap();
    desk.place(&inbox.join("february/reads.csv"), READS.as_bytes());
    let before = desk.files("inbox");
    let outcome = desk.run(TODAY);
    assert!(outcome.files.is_empty(), "{:?}", outcome.files);
    let idle: Vec<&str> = outcome.idle.iter().map(|idle| idle.name.as_str()).collect();
    assert_eq!(idle, ["empty.csv", "february"], "what waiting will not cure is told");
    assert_eq!(desk.files("inbox"), before);
}

#[test]
fn a_second_drop_of_the_same_content_posts_nothing() {
    let desk = Desk::after_january();
    assert_eq!(desk.take("reads.csv", READS.as_bytes()).fate, Fate::Accepted);
    let before = desk.lists(TODAY);
    for name in ["reads.csv", "other name.csv"] {
        let outcome = desk.take(name, READS.as_bytes());
        assert_eq!(outcome.fate, Fate::Duplicate);
        let told = outcome.findings[0].to_string();
        assert_eq!(
            told,
            format!(
                "{name}: note[duplicate-file]: The same content was taken in on {TODAY} as reads.csv (000013). Nothing was posted again."
            )
        );
    }
    assert_eq!(desk.lists(TODAY), before);
    assert!(desk.has(READS.as_bytes()));
}

#[test]
fn the_kind_of_a_file_decides_its_turn_and_not_its_name() {
    let desk = Desk::after_january();
    desk.drop("1 reads.csv", b"Account,Meter,Read date,Reading\n0108,M8,2/9/2026,15\n");
    desk.drop("2 meters.csv", b"Account,Meter,Dials,Installed,Initial reading\n0108,M8,6,2/2/2026,0\n");
    desk.drop(
        "3 accounts.csv",
        b"Account,Customer,Service address,Class,Meter size\n0108,Hal Ocotillo,6 Agave Way,residential,5/8\n",
    );
    let outcome = desk.run(TODAY);
    let names: Vec<(&str, Fate)> = outcome.files.iter().map(|file| (file.name.as_str(), file.fate)).collect();
    let accepted = |name| (name, Fate::Accepted);
    assert_eq!(names, [accepted("3 accounts.csv"), accepted("2 meters.csv"), accepted("1 reads.csv")]);
}

#[test]
fn a_returned_file_is_taken_in_once_corrected() {
    let desk = Desk::after_january();
    let wrong = READS.replace("7000", "7OOO");
    assert_eq!(desk.take("reads.csv", wrong.as_bytes()).fate, Fate::Returned);
    assert_eq!(desk.take("reads.csv", READS.as_bytes()).fate, Fate::Accepted);
    assert!(desk.has(wrong.as_bytes()) && desk.has(READS.as_bytes()));
}

#[test]
fn two_returned_files_of_one_name_lie_side_by_side_each_with_its_marks() {
    let desk = Desk::after_january();
    let (first, second) = (READS.replace("7000", "7OOO"), READS.replace("2150", "21S0"));
    let outcomes: Vec<FileOutcome> =
        [&first, &second, &first].map(|text| desk.take("reads.csv", text.as_bytes())).into();
    assert!(outcomes.iter().all(|outcome| outcome.fate == Fate::Returned));
    assert_eq!(outcomes[1].outcome, "1 error; see returned/(2) reads.xlsx");
    let returned: Vec<String> =
        desk.files("returned").keys().map(|path| path.to_str().unwrap().to_owned()).collect();
    let names = ["(2) reads.xlsx", "reads (as dropped 2).csv", "reads (as dropped).csv", "reads.xlsx"];
    assert_eq!(returned, names, "the third is the first");
    assert!(desk.has(first.as_bytes()) && desk.has(second.as_bytes()));
}

#[test]
fn a_letter_that_is_dropped_is_not_lost_under_the_next_one() {
    let desk = Desk::after_january();
    let dropped = b"Dear office, why does this come back?\n";
    assert_eq!(desk.take("reads.pdf.findings.txt", dropped).fate, Fate::Returned);
    assert_eq!(desk.take("reads.pdf", b"%PDF-1.4").fate, Fate::Returned);
    assert_eq!(desk.take("picture.pdf.findings.txt", b"%PDF-1.5").fate, Fate::Returned);
    assert_eq!(desk.take("picture.pdf", b"%PDF-1.6").fate, Fate::Returned);
    assert!([dropped.as_slice(), b"%PDF-1.4", b"%PDF-1.5", b"%PDF-1.6"].iter().all(|bytes| desk.has(bytes)));
}

#[test]
fn odd_names_escape_nowhere_and_stop_nothing() {
    let long = format!("{}.csv", "n".repeat(250));
    let mut names: Vec<std::ffi::OsString> = vec![
        "000001.receipt.json".into(),
        "000003 accounts.csv".into(),
        "CON.csv".into(),
        "=cmd.csv".into(),
        "..csv".into(),
        "%2e%2e%2fetc.csv".into(),
        long.into(),
    ];
    if cfg!(unix) {
        names.extend(["..\\..\\office.toml".into(), "line\nbreak\u{1b}[2J.csv".into()]);
    }
    #[cfg(target_os = "linux")]
    names.push(std::os::unix::ffi::OsStringExt::from_vec(b"reads \xff\xfe.csv".to_vec()));
    let desk = Desk::after_january();
    let outside = crate::support::desk::files(desk.root().parent().unwrap()).len();
    for (at, name) in names.iter().enumerate() {
        let bytes = READS.replace("2150", &(2_150 + at).to_string()).into_bytes();
        desk.place(&desk.root().join("inbox").join(name), &bytes);
        let outcome = desk.run(TODAY);
        if name.to_string_lossy().starts_with('.') {
            assert!(outcome.files.is_empty(), "hidden, as its name says");
            continue;
        }
        let [file] = outcome.files.as_slice() else { panic!("{name:?}: {outcome:?}") };
        assert_eq!(file.fate, Fate::Accepted, "{name:?}: {}", told(file));
        assert!(desk.has(&bytes), "{name:?}: the bytes are lost");
        assert!(file.name.chars().all(|c| !c.is_control()) && file.name.len() <= 200, "{:?}", file.name);
    }
    let everything = crate::support::desk::files(desk.root().parent().unwrap());
    let inside = everything.keys().filter(|path| path.starts_with("office")).count();
    assert_eq!(inside, everything.len(), "nothing lies outside the office");
    assert!(inside > outside);
}

#[test]
fn odd_names_are_returned_too() {
    let desk = Desk::after_january();
    for name in ["r".repeat(251) + ".csv", "000001.receipt.json".to_owned()] {
        let wrong = READS.replace("7000", &format!("7OOO{}", name.len()));
        let outcome = desk.take(&name, wrong.as_bytes());
        assert_eq!(outcome.fate, Fate::Returned, "{}", told(&outcome));
        assert!(desk.has(wrong.as_bytes()));
    }
    desk.run(TODAY);
}

#[test]
fn a_customer_who_is_named_like_a_formula_stays_text_in_the_register() {
    let name = "=cmd|' /C calc'!A0";
    let desk = Desk::empty();
    desk.drop(
        "accounts.csv",
        format!("Account,Customer,Service address,Class,Meter size\n0101,{name},@SUM(A1),residential,5/8\n")
            .as_bytes(),
    );
    desk.drop("meters.csv", b"Account,Meter,Dials,Installed,Initial reading\n0101,+1+1,6,12/12/2025,1000\n");
    desk.drop("reads.csv", b"Account,Read date,Reading\n0101,1/12/2026,1900\n");
    let outcome = desk.run("2026-01-22");
    assert!(outcome.files.iter().all(|file| file.fate == Fate::Accepted), "{:?}", outcome.files);
    assert!(desk.list(What::Accounts, TODAY).contains(name));
    let bytes =
        desk.files("outbox").remove(std::path::Path::new("2026-01/bill-register-cycle-1.xlsx")).unwrap();
    let mut book = sheet::open("register.xlsx", &bytes).unwrap();
    let mut found = 0;
    for index in 0..book.sheets().len() {
        let mut rows = book.rows(index).unwrap();
        while let Some(row) = rows.next_row().unwrap() {
            found += row.cells.iter().filter(|cell| cell.value == Value::Text(name.to_owned())).count();
        }
    }
    assert!(found > 0, "the register names the customer");
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    for at in 0..package.len() {
        let mut part = String::new();
        let mut file = package.by_index(at).unwrap();
        if std::io::Read::read_to_string(&mut file, &mut part).is_ok() {
            assert!(!part.contains("<f>cmd") && !part.contains("<f>=cmd"), "a formula");
        }
    }
}
