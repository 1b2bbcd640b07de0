//! Checks on the bytes of a workbook what every workbook owes its readers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use calamine::{Data, Range, Reader, Xlsx};
use meterbook::domain::page::seal::SEAL;
use meterbook::domain::page::{Book, Chart, Cover, Input, Merge, Page, Role, Table, Value};
use meterbook::workbook;
use rust_decimal::Decimal;

/// The header of a list stands in Excel's row 5, the control totals in row 4.
pub(crate) const HEADER: u32 = 4;
const TOTALS: u32 = 3;

/// Checks one workbook.
pub(crate) fn walk(name: &str, book: &Book<'_>) {
    let bytes = workbook::xlsx(book).unwrap();
    assert_eq!(bytes, workbook::xlsx(book).unwrap(), "{name}: the same input gives the same bytes");
    let parts = parts(&bytes);
    package(name, &parts);
    properties(name, book, &parts);
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).unwrap();
    let names = reader.sheet_names();
    assert_eq!(
        names,
        book.pages.iter().map(|page| page.name()).collect::<Vec<_>>(),
        "{name}: one sheet a page"
    );
    for (index, (page, sheet)) in book.pages.iter().zip(&names).enumerate() {
        let place = format!("{name}, {sheet}");
        assert!(sheet.encode_utf16().count() <= 31, "{place}: the name has at most 31 characters");
        let xml = &parts[&format!("xl/worksheets/sheet{}.xml", index + 1)];
        printing(&place, xml);
        formulas(&place, xml);
        let values = reader.worksheet_range(sheet).unwrap();
        match page {
            Page::Cover(_) => cover(&place, index, book, &values),
            Page::Table(table) => list(&place, table, xml, &values, &parts, index + 1),
            Page::Summary(table, chart) => {
                list(&place, table, xml, &values, &parts, index + 1);
                picture(&place, (table, chart), index + 1, &parts);
            }
            Page::Merge(merge) => merged(&place, merge, xml, &values),
            Page::Handout(handout) => hand_out(&place, index, handout, book, &values),
            Page::Input(input) => {
                assert_eq!(values.start(), Some((0, 0)), "{place}: the header stands in the first row");
                let header: Vec<String> =
                    values.rows().next().unwrap().iter().map(ToString::to_string).collect();
                assert_eq!(
                    header,
                    input.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
                );
                fill_in(&place, input, xml, &parts);
            }
        }
    }
    let sealed = book.tables().filter(|table| table.is_sealed()).count();
    let decided = book.tables().any(|table| table.columns.iter().any(|column| column.name == SEAL));
    assert_eq!(
        sealed,
        if decided { book.tables().count() } else { 0 },
        "{name}: every list or none is sealed"
    );
    if !matches!(book.pages[0], Page::Input(_) | Page::Handout(_)) {
        assert!(book.has_cover(), "{name}: the cover comes first");
    }
}

/// The parts of the package by name, text alone.
pub(crate) fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: String| {
        let mut text = String::new();
        zip.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(&mut read).collect()
}

/// The names of the sheets.
pub(crate) fn sheets(bytes: &[u8]) -> Vec<String> {
    Xlsx::<_>::new(Cursor::new(bytes)).unwrap().sheet_names()
}

/// One sheet as calamine reads it.
pub(crate) fn sheet(bytes: &[u8], name: &str) -> Range<Data> {
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    reader.worksheet_range(name).unwrap()
}

fn package(name: &str, parts: &BTreeMap<String, String>) {
    for part in parts.keys() {
        assert!(
            !part.contains("vbaProject") && !part.contains("externalLink"),
            "{name}: {part} must not be there"
        );
    }
    for (part, text) in parts.iter().filter(|(part, _)| part.ends_with(".rels")) {
        assert!(!text.contains("TargetMode=\"External\""), "{name}: {part} leads out of the workbook");
    }
}

fn properties(name: &str, book: &Book<'_>, parts: &BTreeMap<String, String>) {
    let core = &parts["docProps/core.xml"];
    assert!(core.contains(&format!("<dc:title>{}</dc:title>", book.title)), "{name}: title");
    assert!(core.contains(&format!("<dc:subject>{}</dc:subject>", book.subject)), "{name}: subject");
    assert!(core.contains(&format!("{}T00:00:00Z", book.date)), "{name}: the date of creation is the book's");
    let custom = &parts["docProps/custom.xml"];
    assert!(
        custom.contains(&book.run_id) && custom.contains(&book.chain_head),
        "{name}: run id and chain head"
    );
}

fn printing(place: &str, xml: &str) {
    for (needle, what) in [
        ("orientation=\"landscape\"", "landscape"),
        ("<pageSetUpPr fitToPage=\"1\"/>", "fitted to the page"),
        ("&amp;RPage &amp;P of &amp;N", "page x of y in the footer"),
        ("&amp;C&amp;A", "the sheet's name in the footer"),
    ] {
        assert!(xml.contains(needle), "{place}: {what}");
    }
    assert!(!xml.contains("fitToWidth"), "{place}: one page wide");
    let one_page = !xml.contains("fitToHeight=\"0\"");
    assert!(!one_page || place.ends_with(", Cover"), "{place}: as many pages as it takes");
}

/// Formulas have results, are short, and use nothing volatile or newer than Excel 2010.
fn formulas(place: &str, xml: &str) {
    let cells = xml.split("<c ").skip(1).filter_map(|cell| cell.split("</c>").next());
    for cell in cells.filter(|cell| cell.contains("<f")) {
        // A formula that stands for the cells below it too is written once.
        let formula = between(cell, "<f", "<v>").split_once('>').unwrap().1.trim_end_matches("</f>");
        let result = between(cell, "<v>", "</v>");
        assert!(!result.is_empty(), "{place}: {formula} has a stored result");
        assert!(
            formula.matches("IF(").count() - formula.matches("COUNTIF(").count() <= 1,
            "{place}: {formula}"
        );
        assert!(formula.len() <= 200, "{place}: {formula} is too long to check by eye");
        for word in ["NOW(", "TODAY(", "RAND", "OFFSET(", "INDIRECT(", "INFO(", "CELL(", "_xlfn", "#REF", "["]
        {
            assert!(!formula.contains(word), "{place}: {formula} has {word}");
        }
    }
}

fn cover(place: &str, index: usize, book: &Book<'_>, values: &Range<Data>) {
    assert_eq!(index, 0, "{place}: the cover comes first");
    let text = |row, column| values.get_value((row, column)).map_or_else(String::new, ToString::to_string);
    assert_eq!(text(0, 0), book.title, "{place}: the title stands in A1");
    assert_eq!(text(3, 0), "Master check", "{place}: the master check stands at the top");
    let all: Vec<String> = values.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    let results = all.iter().filter(|cell| *cell == "OK" || *cell == "CHECK").count();
    assert!(results >= 2, "{place}: there is something behind the master check");
    assert!(text(3, 1) == "OK", "{place}: a workbook of consistent books is OK:\n{all:#?}");
    for page in book.pages.iter().filter(|page| page.listed().is_some()) {
        assert!(all.iter().any(|cell| cell == page.name()), "{place}: the contents name {}", page.name());
    }
    for needed in [&book.run_id, &book.chain_head, "Made from", "Colours", "Known limits"] {
        assert!(
            needed.is_empty() || all.iter().any(|cell| cell == needed),
            "{place}: {needed} is on the cover"
        );
    }
}

/// A handout is one page in words: title, facts, sections.
fn hand_out(place: &str, index: usize, handout: &Cover<'_>, book: &Book<'_>, values: &Range<Data>) {
    assert_eq!((index, book.pages.len()), (0, 1), "{place}: a handout is the only page");
    let all: Vec<String> = values.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert_eq!(all[0], book.title, "{place}: the title stands in A1");
    let headings = handout.sections.iter().map(|section| section.title);
    for needed in handout.facts.iter().map(|fact| fact.label).chain(headings) {
        assert!(all.iter().any(|cell| cell == needed), "{place}: {needed} is on the page");
    }
}

/// One chart below the list: it names its cells and says in words what it shows, and it is on the paper.
fn picture(
    place: &str,
    (table, chart): (&Table<'_>, &Chart),
    number: usize,
    parts: &BTreeMap<String, String>,
) {
    let relations = &parts[&format!("xl/worksheets/_rels/sheet{number}.xml.rels")];
    let drawing = relations.split("Target=\"../drawings/").find(|target| target.starts_with("drawing"));
    let Some(drawing) = drawing else {
        assert_eq!(table.rows, 0, "{place}: a list with rows has its picture");
        return;
    };
    let drawing = &parts[&format!("xl/drawings/{}", drawing.split('"').next().unwrap())];
    let words = between(drawing, "descr=\"", "\"");
    assert!(words.starts_with("Column chart, "), "{place}: the chart has a text in its place: {drawing}");
    assert!(chart.series.iter().all(|series| words.contains(series.as_str())), "{place}: {words}");
    assert!(words.encode_utf16().count() <= 255, "{place}: Excel takes no longer text: {words}");
    let last = 5 + table.rows;
    let of_us = parts.iter().filter(|(part, _)| part.starts_with("xl/charts/chart"));
    let drawn = of_us
        .filter(|(_, text)| text.contains(&format!("!$A$6:$A${last}</c:f>")) && text.contains(&chart.title));
    assert_eq!(drawn.count(), 1, "{place}: the chart draws every row");
    let area = between(&parts["xl/workbook.xml"], &format!("'{}'!$A$1:$", table.name), "<").to_owned();
    let bottom: usize = area.rsplit('$').next().and_then(|row| row.parse().ok()).unwrap_or(0);
    assert!(bottom > last + 15, "{place}: the chart is on the paper: {area}");
}

/// A merge sheet has its header in the first row, and every cell is the text that the letter shows.
fn merged(place: &str, merge: &Merge, xml: &str, values: &Range<Data>) {
    assert_eq!(values.start(), Some((0, 0)), "{place}: the header stands in the first row");
    let text = |row: usize, column: usize| match values.get((row, column)) {
        Some(Data::String(text)) => text.clone(),
        None | Some(Data::Empty) => String::new(),
        Some(other) => panic!("{place}: {other:?} is no text"),
    };
    let width = merge.columns.len();
    let read = |row: usize| (0..width).map(|column| text(row, column)).collect::<Vec<_>>();
    assert_eq!(read(0), merge.columns, "{place}: header");
    for (at, row) in (1..).zip(&merge.rows) {
        assert_eq!(&read(at), row, "{place}: row {at}");
    }
    assert!(values.height() <= merge.rows.len() + 1, "{place}: no further row");
    let ignored =
        between(xml, "<ignoredError sqref=\"", "\"").split(' ').filter(|range| !range.is_empty()).count();
    assert_eq!(ignored, if merge.rows.is_empty() { 0 } else { width }, "{place}: no green triangles");
}

/// The header is locked, all below it is not; words are offered, and account numbers stay text.
fn fill_in(place: &str, input: &Input, xml: &str, parts: &BTreeMap<String, String>) {
    assert!(
        xml.contains("<sheetProtection") && !xml.contains("password"),
        "{place}: locked without a password"
    );
    let styles: Vec<&str> =
        between(&parts["xl/styles.xml"], "<cellXfs", "</cellXfs>").split("<xf ").skip(1).collect();
    let columns: Vec<&str> = between(xml, "<cols>", "</cols>").split("<col ").skip(1).collect();
    for (at, column) in input.columns.iter().enumerate() {
        let place = format!("{place}, {}", column.name);
        let covers = |col: &&&str| {
            let end = |key: &str| between(col, key, "\"").parse::<usize>().unwrap();
            (end("min=\"")..=end("max=\"")).contains(&(at + 1))
        };
        let style =
            styles[between(columns.iter().find(covers).unwrap(), "style=\"", "\"").parse::<usize>().unwrap()];
        assert!(style.contains("locked=\"0\""), "{place}: people can type: {style}");
        if column.role == Role::Account {
            assert!(style.contains("numFmtId=\"49\""), "{place}: cells are text: {style}");
        }
    }
    let lists =
        input.columns.iter().filter(|column| !column.entry.as_ref().unwrap().choices.is_empty()).count();
    assert_eq!(xml.matches("<dataValidation type=\"list\"").count(), lists, "{place}: words are offered");
}

fn list(
    place: &str,
    table: &Table<'_>,
    xml: &str,
    values: &Range<Data>,
    parts: &BTreeMap<String, String>,
    number: usize,
) {
    let relations = &parts[&format!("xl/worksheets/_rels/sheet{number}.xml.rels")];
    assert_eq!(relations.matches("/table\"").count(), 1, "{place}: one Excel table a list");
    assert!(xml.contains("state=\"frozen\""), "{place}: the header stays in sight");
    let workbook = &parts["xl/workbook.xml"];
    let repeated = format!("'{}'!$5:$5", table.name);
    assert!(
        workbook.contains(&repeated) || workbook.contains(&repeated.replace('\'', "")),
        "{place}: {workbook}"
    );
    assert!(!xml.contains("<mergeCell"), "{place}: no merged cells");
    assert!(!xml.contains("hidden=\"1\""), "{place}: nothing is hidden");
    print_scale(place, table, xml);
    let headers: BTreeSet<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(headers.len(), table.columns.len(), "{place}: headers are unique");
    let accounts = table.columns.iter().filter(|column| column.role == Role::Account).count();
    let ignored =
        between(xml, "<ignoredError sqref=\"", "\"").split(' ').filter(|range| !range.is_empty()).count();
    assert_eq!(ignored, accounts, "{place}: account numbers have no green triangles");
    same_values(place, table, values);
}

/// A page one sheet wide is readable only as long as it is not made much smaller.
fn print_scale(place: &str, table: &Table<'_>, xml: &str) {
    let number = |col: &str, key: &str| between(col, &format!("{key}=\""), "\"").parse::<f64>().unwrap();
    // Neighbours of one width and format share an element.
    let width = |col: &str| {
        let on_paper = number(col, "max").min(table.printed() as f64) - number(col, "min") + 1.0;
        number(col, "width") * on_paper.max(0.0)
    };
    let characters: f64 = between(xml, "<cols>", "</cols>").split("<col ").skip(1).map(width).sum();
    // Letter less its margins is 10.2 inches; a character of the sheet is 7 pixels of 96 an inch.
    let scale = (10.2 * 96.0 / (characters * 7.0)).min(1.0);
    // Eleven points become six, the smallest print that people read without complaint.
    assert!(scale >= 0.55, "{place}: {characters} characters on paper would shrink to {scale:.2}");
}

/// What calamine reads is what the page says, cell by cell.
fn same_values(place: &str, table: &Table<'_>, values: &Range<Data>) {
    let passed: Result<(), std::convert::Infallible> = table.each_row(0..table.rows, |index, cells| {
        let row = HEADER + 1 + u32::try_from(index).unwrap();
        for (column, cell) in cells.iter().enumerate() {
            let read = values.get_value((row, u32::try_from(column).unwrap())).unwrap_or(&Data::Empty);
            let same = match (&cell.value, read) {
                (Value::Empty, Data::Empty) => true,
                (Value::Empty, Data::String(text)) => text.is_empty(),
                (Value::Text(text), Data::String(read)) => read == &text.replace(['\u{1}', '\t'], " "),
                (Value::Number(number), Data::Float(read)) => {
                    // A share may have more digits than a float: what was written is its nearest float.
                    number.to_string().parse() == Ok(*read)
                }
                (Value::Date(date), Data::DateTime(read)) => {
                    read.to_ymd_hms_milli()
                        == (
                            u16::try_from(chrono::Datelike::year(date)).unwrap(),
                            u8::try_from(chrono::Datelike::month(date)).unwrap(),
                            u8::try_from(chrono::Datelike::day(date)).unwrap(),
                            0,
                            0,
                            0,
                            0,
                        )
                }
                _ => false,
            };
            assert!(
                same,
                "{place}, row {}: {} is {:?} and reads {read:?}",
                row + 1,
                table.columns[column].name,
                cell.value
            );
        }
        Ok(())
    });
    let Ok(()) = passed;
}

fn decimal(float: f64) -> Decimal {
    float.to_string().parse::<Decimal>().unwrap().normalize()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let Some((_, rest)) = text.split_once(before) else { return "" };
    rest.split_once(after).map_or(rest, |(inner, _)| inner)
}

/// A list as it was read back: its columns by header.
pub(crate) struct Listed(Range<Data>);

impl Listed {
    /// Reads one sheet.
    pub(crate) fn read(bytes: &[u8], name: &str) -> Listed {
        Listed(sheet(bytes, name))
    }

    /// The place of the column of a header, from 0.
    pub(crate) fn column(&self, column: &str) -> u32 {
        self.find(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// Whether there is a column of that header.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.find(column).is_some()
    }

    /// The control total above a column.
    pub(crate) fn total(&self, column: &str) -> Decimal {
        self.number(TOTALS, self.find(column).unwrap())
    }

    /// The sum of a column's cells.
    pub(crate) fn sum(&self, column: &str) -> Decimal {
        let at = self.find(column).unwrap();
        (HEADER + 1..=self.0.end().unwrap().0).map(|row| self.number(row, at)).sum()
    }

    /// The number of a column in a row counted from 0.
    pub(crate) fn number_at(&self, column: &str, row: u32) -> Decimal {
        self.number(HEADER + 1 + row, self.find(column).unwrap())
    }

    /// The words of a column's cells.
    pub(crate) fn words(&self, column: &str) -> Vec<String> {
        let at = self.find(column).unwrap();
        let word = |row| self.0.get_value((row, at)).map_or_else(String::new, ToString::to_string);
        (HEADER + 1..=self.0.end().unwrap().0).map(word).collect()
    }

    fn find(&self, column: &str) -> Option<u32> {
        let last = self.0.end().unwrap().1;
        (0..=last).find(|at| self.0.get_value((HEADER, *at)).is_some_and(|cell| *cell == column))
    }

    fn number(&self, row: u32, column: u32) -> Decimal {
        match self.0.get_value((row, column)) {
            Some(Data::Float(number)) => decimal(*number),
            _ => Decimal::ZERO,
        }
    }
}
