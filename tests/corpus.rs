//! What `sheet` sees of files that others made: each file in `corpus/` lies beside a `.grid` of the same name.
//!
//! `UPDATE=1 cargo test corpus` rewrites the grids; `corpus/README.md` says what made each file and why.

use std::fmt::Write;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use meterbook::domain::sheet::cell::{Row, Value};
use meterbook::sheet::{self, Unreadable, limits};
use zip::write::SimpleFileOptions;

/// The files of the corpus, in order of their names.
pub(crate) fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_input = |path: &PathBuf| !path.extension().is_some_and(|end| end == "grid" || end == "md");
    let mut files: Vec<PathBuf> = entries.filter(is_input).collect();
    files.sort();
    files
}

/// All that `sheet` sees of a file, as text.
fn grid(name: &str, bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut book = match sheet::open(name, bytes) {
        Ok(book) => book,
        Err(why) => return format!("unreadable: {why}\n"),
    };
    writeln!(text, "format: {:?}", book.format()).unwrap();
    if let Some(note) = book.note() {
        writeln!(text, "note: {note}").unwrap();
    }
    let sheets = book.sheets().to_vec();
    for (index, info) in sheets.iter().enumerate() {
        let hidden = if info.hidden { " (hidden)" } else { "" };
        writeln!(text, "sheet {:?}{hidden}", info.name).unwrap();
        if let Err(why) = write_rows(&mut book, index, &mut text) {
            writeln!(text, "  unreadable: {why}").unwrap();
        }
    }
    text
}

fn write_rows(book: &mut sheet::Workbook<'_>, index: usize, text: &mut String) -> Result<(), Unreadable> {
    let mut rows = book.rows(index)?;
    while let Some(row) = rows.next_row()? {
        let cells: Vec<String> =
            row.cells.iter().map(|cell| format!("{}={}", letters(cell.column), shown(&cell.value))).collect();
        writeln!(text, "  {}: {}", row.number, cells.join(" | ")).unwrap();
    }
    Ok(())
}

/// A column's letters: A, B ... Z, AA.
fn letters(column: u32) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap());
    match column / 26 {
        0 => last.to_string(),
        left => format!("{}{last}", letters(left - 1)),
    }
}

/// A value with its kind; text longer than a line by its length.
fn shown(value: &Value) -> String {
    match value {
        Value::Text(text) if text.chars().count() > 100 => {
            format!("text of {} characters", text.chars().count())
        }
        Value::Text(text) => format!("{text:?}"),
        Value::Number(number) => number.to_string(),
        Value::Bool(_) => value.text(),
        Value::DateTime(_) => format!("date {}", value.text()),
        Value::Error(text) => format!("error {text}"),
        Value::Uncalculated(text) => format!("uncalculated {text:?}"),
        Value::TooLong(characters) => format!("too long, {characters} characters"),
        Value::Empty => "EMPTY, which must never come".to_owned(),
    }
}

#[test]
fn every_file_reads_as_its_grid_says() {
    let mut wrong = Vec::new();
    for path in files() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let seen = grid(&name, &fs::read(&path).unwrap());
        let golden = path.with_file_name(format!("{name}.grid"));
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&golden, &seen).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != seen {
            wrong.push(format!("--- {name}\n{seen}"));
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 rewrites the grids, if this is right:\n{}", wrong.join("\n"));
}

#[test]
fn every_file_has_a_row_in_the_readme_and_a_grid() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    for path in files() {
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(readme.contains(&format!("`{name}`")), "README.md says nothing of {name}");
        assert!(folder.join(format!("{name}.grid")).exists(), "{name} has no grid");
        assert!(fs::metadata(&path).unwrap().len() < 40_000, "{name} is too heavy for the repository");
    }
    for row in readme.lines().filter_map(|line| line.strip_prefix("| `")) {
        let name = row.split('`').next().unwrap();
        assert!(folder.join(name).exists(), "README.md names {name}, which is not there");
    }
}

/// A package of these parts, deflated.
fn package(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An xlsx with one sheet of this XML.
fn xlsx(sheet: &str) -> Vec<u8> {
    package(&xlsx_parts(sheet.as_bytes()))
}

fn xlsx_parts(sheet: &[u8]) -> [(&'static str, &[u8]); 5] {
    [
        ("[Content_Types].xml", b"<Types><Override ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/></Types>"),
        ("_rels/.rels", b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"),
        ("xl/workbook.xml", b"<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"),
        ("xl/worksheets/sheet1.xml", sheet),
    ]
}

/// Reads the first sheet to its end: how many rows came, or why it stopped.
fn count(bytes: &[u8]) -> Result<u64, Unreadable> {
    let mut book = sheet::open("bomb.xlsx", bytes)?;
    let mut rows = book.rows(0)?;
    let mut count = 0;
    while rows.next_row()?.is_some() {
        count += 1;
    }
    Ok(count)
}

#[test]
fn a_sheet_formatted_to_its_last_row_is_read_fast_and_holds_nothing() {
    let mut sheet = String::from("<worksheet><dimension ref=\"A1:C1048576\"/><sheetData>");
    for row in 1..=limits::ROWS {
        write!(sheet, "<row r=\"{row}\" s=\"1\"><c r=\"A{row}\" s=\"1\"/></row>").unwrap();
    }
    sheet.push_str("</sheetData></worksheet>");
    let bytes = xlsx(&sheet);
    let started = Instant::now();
    assert_eq!(count(&bytes), Ok(0));
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_bomb_of_cells_is_harmless_or_named() {
    let corner = "<worksheet><dimension ref=\"A1:XFD1048576\"/><sheetData>\
        <row r=\"1\"><c r=\"A1\"><v>1</v></c></row>\
        <row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row></sheetData></worksheet>";
    assert_eq!(count(&xlsx(corner)), Ok(2));
    let mut wide = String::from("<worksheet><sheetData><row r=\"1\">");
    for _ in 0..=limits::COLUMNS {
        wide.push_str("<c><v>1</v></c>");
    }
    wide.push_str("</row></sheetData></worksheet>");
    assert_eq!(too_large(count(&xlsx(&wide))), "columns");
    let csv = vec![b','; 20_000];
    assert_eq!(count(&csv), Ok(0), "empty cells are none, but there must not be too many");
}

#[test]
fn an_ods_of_a_few_bytes_that_repeats_itself_without_end_is_refused() {
    let content = b"<office:body><table:table table:name=\"S\"><table:table-row table:number-rows-repeated=\"1048576\">\
        <table:table-cell office:value-type=\"float\" office:value=\"1\" table:number-columns-repeated=\"16384\"/>\
        </table:table-row></table:table></office:body>";
    let bytes =
        package(&[("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", content)]);
    assert_eq!(too_large(count(&bytes)), "cells");
}

/// An xls of the corpus, to be changed by a test.
fn xls() -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/libreoffice-1904.xls")).unwrap()
}

#[test]
fn an_xls_with_a_cell_in_the_far_corner_is_refused() {
    let mut bytes = xls();
    // A Number or Rk record for the cell in row 2, column A.
    let heads: [&[u8]; 2] = [&[0x03, 0x02, 14, 0, 1, 0, 0, 0], &[0x7E, 0x02, 10, 0, 1, 0, 0, 0]];
    let at = (0..bytes.len() - 8).find(|at| heads.contains(&&bytes[*at..at + 8])).unwrap();
    bytes[at + 4..at + 8].fill(0xFF);
    let what = too_large(sheet::open("bomb.xls", &bytes).map(|_| ()));
    assert_eq!(what, "cells in an xls, empty ones within counted");
}

#[test]
fn a_compound_file_whose_directory_runs_in_a_circle_is_refused() {
    let mut bytes = xls();
    let number = |bytes: &[u8], at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (directory, table) = (number(&bytes, 48), number(&bytes, 76));
    let at = (table + 1) * 512 + directory * 4;
    bytes[at..at + 4].copy_from_slice(&u32::try_from(directory).unwrap().to_le_bytes());
    let why = sheet::open("circle.xls", &bytes).map(|_| ()).unwrap_err();
    assert!(why.to_string().contains("a chain of sectors is broken"), "{why}");
}

/// What there was too much of.
fn too_large<T: std::fmt::Debug>(result: Result<T, Unreadable>) -> &'static str {
    match result {
        Err(Unreadable::TooLarge { what, .. }) => what,
        other => panic!("expected a limit, got {other:?}"),
    }
}

#[test]
fn one_text_in_every_cell_of_a_row_is_refused() {
    let mut parts: Vec<(&str, Vec<u8>)> =
        xlsx_parts(b"").iter().map(|(name, content)| (*name, content.to_vec())).collect();
    let mut sheet = String::from("<worksheet><sheetData><row r=\"1\">");
    for _ in 0..limits::COLUMNS {
        sheet.push_str("<c t=\"s\"><v>0</v></c>");
    }
    sheet.push_str("</row></sheetData></worksheet>");
    parts[4].1 = sheet.into_bytes();
    let text = "x".repeat(limits::TEXT_CHARACTERS);
    parts.push(("xl/sharedStrings.xml", format!("<sst><si><t>{text}</t></si></sst>").into_bytes()));
    let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, content)| (*name, content.as_slice())).collect();
    assert_eq!(too_large(count(&package(&parts))), "bytes of text in one row");
}

#[test]
fn a_zip_bomb_is_refused_by_what_it_declares() {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
    let megabyte = vec![b' '; 1 << 20];
    for _ in 0..=limits::UNPACKED_BYTES >> 20 {
        zip.write_all(&megabyte).unwrap();
    }
    let bytes = zip.finish().unwrap().into_inner();
    assert!(bytes.len() < 2 << 20, "a bomb is small");
    assert_eq!(too_large(sheet::open("bomb.xlsx", &bytes).map(|_| ())), "bytes when unpacked");
}

#[test]
fn a_zip_bomb_with_a_lying_header_is_refused_by_counting() {
    // 40 MiB of styles that the directory calls 64 bytes.
    let styles = vec![b' '; 40 << 20];
    let mut parts = xlsx_parts(b"<worksheet><sheetData/></worksheet>").to_vec();
    parts.push(("xl/styles.xml", &styles));
    let mut bytes = package(&parts);
    let honest = u32::try_from(styles.len()).unwrap().to_le_bytes();
    let mut lies = 0;
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == honest {
            bytes[at..at + 4].copy_from_slice(&64_u32.to_le_bytes());
            lies += 1;
        }
    }
    assert!(lies > 0, "the size stands in the directory");
    let why = sheet::open("bomb.xlsx", &bytes).map(|_| ()).unwrap_err();
    assert!(matches!(why, Unreadable::Damaged { .. }), "{why}");
}

#[test]
fn a_file_beyond_the_limit_is_refused_unread() {
    let bytes = vec![0; usize::try_from(limits::FILE_BYTES).unwrap() + 1];
    assert_eq!(too_large(sheet::open("large.csv", &bytes).map(|_| ())), "bytes");
}

#[test]
fn more_rows_than_a_sheet_has_are_refused() {
    let bytes = b"1\n".repeat(limits::ROWS as usize + 1);
    assert_eq!(too_large(count(&bytes)), "rows");
}

#[test]
fn rows_are_lent_from_one_buffer_without_traces_of_the_last() {
    let mut book = sheet::open("x.csv", b"long text,b,c\n\nd,,e\nf\n").unwrap();
    let mut rows = book.rows(0).unwrap();
    let mut seen = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        seen.push(row.clone());
    }
    let row = |number, cells: &[(u32, &str)]| Row {
        number,
        cells: cells
            .iter()
            .map(|(column, text)| meterbook::domain::sheet::cell::Cell {
                column: *column,
                value: Value::Text((*text).to_owned()),
            })
            .collect(),
    };
    assert_eq!(
        seen,
        [row(1, &[(0, "long text"), (1, "b"), (2, "c")]), row(3, &[(0, "d"), (2, "e")]), row(4, &[(0, "f")])]
    );
}
