//! Converting a file changes its form and nothing else: the cells stay where they are, and the office posts the same.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use meterbook::domain::finding::{Code, any_error};
use meterbook::domain::sheet::cell::Value;
use meterbook::flow::{self, CheckQuery, ConvertInput, ConvertOutput, ConvertQuery, Converted, Form, Silent};
use meterbook::sheet;

use crate::corpus;
use crate::sample_office::make_office;
use crate::scenarios::meterbook;
use crate::several_sheets;
use crate::support::desk::{Desk, TODAY, files};

/// Converts bytes, and gives what was written.
fn converted(query: ConvertQuery<'_>, bytes: &[u8]) -> Result<(Converted, Vec<u8>), flow::Failure> {
    let mut written = Vec::new();
    let (mut from, to) = (bytes, ConvertOutput::Stream(&mut written));
    let converted = flow::convert(query, ConvertInput::Stream(&mut from), to, &mut Silent)?;
    Ok((converted, written))
}

fn into(form: Form) -> ConvertQuery<'static> {
    ConvertQuery { form: Some(form), sheet: None, kind: None, office: None, today: TODAY.parse().unwrap() }
}

fn text_of(query: ConvertQuery<'_>, bytes: &str) -> String {
    let (converted, written) = converted(query, bytes.as_bytes()).unwrap();
    assert!(converted.is_written(), "{:?}", converted.findings);
    String::from_utf8(written).unwrap()
}

/// Every cell of the sheets, or of one, by sheet, row and column.
fn cells(bytes: &[u8], only: Option<usize>) -> BTreeMap<(usize, u32, u32), Value> {
    let mut book = sheet::open("", bytes).unwrap();
    let wanted: Vec<usize> = (0..book.sheets().len())
        .filter(|at| only.map_or(!book.sheets()[*at].hidden, |only| only == *at))
        .collect();
    let mut found = BTreeMap::new();
    for (place, at) in wanted.into_iter().enumerate() {
        let mut rows = book.rows(at).unwrap();
        while let Some(row) = rows.next_row().unwrap() {
            let cells = row.cells.iter().map(|cell| ((place, row.number, cell.column), cell.value.clone()));
            found.extend(cells);
        }
    }
    found
}

/// The cells as a text has them.
fn spelled(cells: BTreeMap<(usize, u32, u32), Value>) -> BTreeMap<(usize, u32, u32), String> {
    cells.into_iter().map(|(at, value)| (at, value.text())).collect()
}

/// A moment before the calendar of Excel has no number there, and an error of a formula is a text without its formula.
fn as_kept(value: Value) -> Value {
    match value {
        Value::Error(_) => Value::Text(value.text()),
        Value::DateTime(moment) if chrono::Datelike::year(&moment) < 1900 => Value::Text(value.text()),
        other => other,
    }
}

#[test]
fn whatever_is_converted_every_cell_stays_what_and_where_it_is() {
    let (mut texts, mut books) = (0, 0);
    for path in corpus::files() {
        let bytes = fs::read(&path).unwrap();
        let Ok(book) = sheet::open("", &bytes) else { continue };
        let (named, sheets) = (path.display(), book.sheets().to_vec());
        for (at, info) in sheets.iter().enumerate().filter(|(_, info)| !info.name.is_empty()) {
            let number = (at + 1).to_string();
            let by_name = sheets.iter().filter(|other| other.name == info.name).count() == 1;
            let sheet = if by_name { info.name.as_str() } else { &number };
            let query = ConvertQuery { sheet: Some(sheet), ..into(Form::Csv) };
            let Ok((told, written)) = converted(query, &bytes) else { continue };
            if told.is_written() {
                assert_eq!(
                    spelled(cells(&written, None)),
                    spelled(cells(&bytes, Some(at))),
                    "{named}, {}",
                    info.name
                );
                texts += 1;
            }
        }
        let Ok((told, written)) = converted(into(Form::Xlsx), &bytes) else { continue };
        if told.is_written() {
            let kept = |cells: BTreeMap<_, _>| -> BTreeMap<(usize, u32, u32), Value> {
                cells.into_iter().map(|(at, value)| (at, as_kept(value))).collect()
            };
            // A sheet without a cell has no place in the copy.
            let mut wanted = kept(cells(&bytes, None));
            let places: Vec<usize> = {
                let mut places: Vec<usize> = wanted.keys().map(|key| key.0).collect();
                places.dedup();
                places
            };
            wanted = wanted
                .into_iter()
                .map(|((place, row, column), value)| {
                    ((places.binary_search(&place).unwrap(), row, column), value)
                })
                .collect();
            assert_eq!(kept(cells(&written, None)), wanted, "{named}");
            books += 1;
        }
    }
    assert!(texts > 15 && books > 15, "{texts} sheets became text, {books} files workbooks");
}

/// The sample office played with its files converted first, each under its own name.
fn played(form: Option<Form>) -> (Desk, usize) {
    let folder = tempfile::tempdir().unwrap();
    make_office::make(&make_office::SAMPLE, folder.path()).unwrap();
    let desk = Desk::of(folder.path());
    let mut count = 0;
    let mut days: Vec<_> =
        fs::read_dir(folder.path().join("drops")).unwrap().map(|day| day.unwrap().path()).collect();
    days.sort();
    for day in days {
        for (name, bytes) in files(&day) {
            let bytes = match form {
                Some(form) => in_form(form, &day.join(&name), &bytes, &mut count),
                None => bytes,
            };
            desk.drop(name.to_str().unwrap(), &bytes);
        }
        desk.run(day.file_name().unwrap().to_str().unwrap());
    }
    (desk, count)
}

/// A file with its rows alone, in one spelling; as it is where something is wrong with it.
fn in_form(form: Form, path: &Path, bytes: &[u8], count: &mut usize) -> Vec<u8> {
    let query = CheckQuery { today: chrono::NaiveDate::MAX, office: None };
    let checked = flow::check(path, query, &mut Silent).unwrap();
    let [sheet] = checked.sheets.as_slice() else { return bytes.to_vec() };
    if any_error(&checked.findings) {
        return bytes.to_vec();
    }
    let query = ConvertQuery { kind: Some(&sheet.kind), ..into(form) };
    let (told, written) = converted(query, bytes).unwrap();
    assert!(told.is_written(), "{}: {:?}", path.display(), told.findings);
    *count += 1;
    written
}

#[test]
fn an_office_posts_the_same_from_its_files_converted() {
    let (wanted, _) = played(None);
    for form in [Form::Csv, Form::Xlsx] {
        let (found, count) = played(Some(form));
        assert!(count >= 15, "{count} files were converted into {form:?}");
        assert_eq!(found.lists("2020-02-29"), wanted.lists("2020-02-29"), "{form:?}");
    }
}

const MESSY: &str = "\
Route 9, read by hand,,,,\n\
,,,,\n\
Zone,Acct no,Meter #,Date read,Current reading,Prior read\n\
A,00123,M1,2/9/2026,\"4,012\",3990\n\
,,,,,\n\
B,00124,M2,\"Feb 10, 2026\",77.5,\n\
Zone,Acct no,Meter #,Date read,Current reading,Prior read\n\
Total,,,,4089,\n";

#[test]
fn a_kind_gives_its_columns_their_names_and_its_cells_one_spelling() {
    let query = ConvertQuery { kind: Some("reads"), ..into(Form::Csv) };
    assert_eq!(
        text_of(query, MESSY),
        "Account,Meter,Read date,Reading,Previous reading\n\
         00123,M1,2026-02-09,4012,3990\n\
         00124,M2,2026-02-10,77,\n"
    );
    let (told, _) = converted(query, MESSY.as_bytes()).unwrap();
    assert!(told.notes.iter().any(|note| note.contains("Zone")), "{:?}", told.notes);
    let unread = MESSY.replace("2/9/2026", "2/30/2026");
    let (told, written) = converted(query, unread.as_bytes()).unwrap();
    assert_eq!(
        told.findings.iter().map(|found| found.code).collect::<Vec<_>>(),
        [Code::UnreadableCell, Code::TotalMismatch]
    );
    assert!(!told.is_written() && written.is_empty(), "with an error nothing is written");
}

#[test]
fn sheets_that_are_not_of_the_kind_are_named() {
    let reads = "Account,Read date,Reading\n0101,2/9/2026,2150\n";
    let book = several_sheets::workbook(&[reads, &reads.replace("Reading", "Redding"), reads]);
    let query = ConvertQuery { kind: Some("reads"), ..into(Form::Xlsx) };
    let (told, written) = converted(query, &book).unwrap();
    assert_eq!(told.sheets.len(), 2);
    assert!(told.notes.iter().any(|note| note.ends_with("no sheets of reads: Sheet2.")), "{:?}", told.notes);
    assert_eq!(cells(&written, None).keys().map(|key| key.0).max(), Some(1));
}

#[test]
fn a_kind_is_known_by_its_word_and_other_sheets_are_named() {
    let refused = |query: ConvertQuery<'_>| converted(query, MESSY.as_bytes()).unwrap_err().to_string();
    let told = refused(ConvertQuery { kind: Some("read"), ..into(Form::Csv) });
    assert!(told.contains("no kind of sheet 'read'") && told.contains("meter changes"), "{told}");
    let told = refused(ConvertQuery { sheet: Some("Reads"), ..into(Form::Csv) });
    assert!(told.contains("no sheet 'Reads'") && told.contains("leave out --sheet"), "{told}");
    let query = ConvertQuery { kind: Some("meter-changes"), ..into(Form::Csv) };
    let (told, written) = converted(query, MESSY.as_bytes()).unwrap();
    assert!(written.is_empty());
    assert!(told.findings[0].message.contains("sheet of meter changes"), "{}", told.findings[0].message);
}

#[test]
fn text_that_a_spreadsheet_would_work_out_is_told_of() {
    let bytes = "Account,Note\n0101,=1+1\n0102,-12.50\n0103,+1-760-365\n".as_bytes();
    let (told, _) = converted(into(Form::Tsv), bytes).unwrap();
    assert_eq!(told.notes.len(), 1, "{:?}", told.notes);
    assert!(told.notes[0].contains("2 of its cells") && told.notes[0].contains("B2"), "{:?}", told.notes);
    let (told, written) = converted(into(Form::Xlsx), bytes).unwrap();
    assert_eq!(told.notes, Vec::<String>::new());
    assert_eq!(cells(&written, None)[&(0, 2, 1)], Value::Text("=1+1".to_owned()));
}

#[test]
fn an_answer_of_cimis_becomes_a_station_report() {
    let answer = br#"{"Data":{"Providers":[{"Type":"station","Records":[
        {"Date":"2026-02-01","Station":"117","DayEto":{"Value":"0.11","Qc":" ","Unit":"(in)"}},
        {"Date":"2026-02-02","Station":"117","DayEto":{"Value":null,"Qc":"M","Unit":"(in)"}}]}]}}"#;
    for kind in [None, Some("eto")] {
        let (told, written) = converted(ConvertQuery { kind, ..into(Form::Csv) }, answer).unwrap();
        assert!(told.is_written(), "{:?}", told.findings);
        assert_eq!(
            String::from_utf8(written).unwrap(),
            "Stn Id,Date,ETo (in),qc\n117,2026-02-01,0.11,\n117,2026-02-02,,M\n"
        );
    }
}

/// Runs the program with something on its standard input.
fn piped(arguments: &[&str], bytes: &[u8]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_meterbook"));
    program.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut program = program.spawn().unwrap();
    program.stdin.take().unwrap().write_all(bytes).unwrap();
    program.wait_with_output().unwrap()
}

#[test]
fn the_program_converts_files_and_streams() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("reads.csv"), MESSY).unwrap();
    let output = meterbook(&["convert", &path("reads.csv"), &path("reads.xlsx"), "--kind", "reads"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("converted  reads.csv: 2 rows below a header, 5 columns"), "{told}");
    let output = piped(&["convert", "-", "-", "--to", "tsv"], &fs::read(path("reads.xlsx")).unwrap());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.ends_with("00124\tM2\t2026-02-10\t77\t\n"), "{text}");
    assert!(!output.stderr.is_empty(), "what became of it is told beside the stream");

    fs::write(path("wrong.csv"), MESSY.replace("4,012", "4,0l2")).unwrap();
    let output = meterbook(&["convert", &path("wrong.csv"), &path("reads.xlsx"), "--kind", "reads"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("wrong.csv, E4: error[unreadable-cell]: '4,0l2'"), "{told}");
    let kept = piped(&["convert", "-", "-"], &fs::read(path("reads.xlsx")).unwrap()).stdout;
    assert!(String::from_utf8(kept).unwrap().contains("4012"), "the output that was there is still there");

    for (from, to) in [
        ("reads.csv", "reads.csv"),
        ("reads.csv", "reads"),
        ("none.csv", "out.csv"),
        ("reads.csv", "none/out.csv"),
    ] {
        let output = meterbook(&["convert", &path(from), &path(to)]);
        assert_eq!(output.status.code(), Some(2), "{from} to {to}: {output:?}");
    }
}
