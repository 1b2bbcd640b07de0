//! Marks what is wrong in the user's own workbook: bad cells coloured, a note on each, a Problems sheet first.
//!
//! The package is patched: the sheets with findings, the styles, their notes, the list of sheets. Every other part is
//! copied as it is packed. Whatever is not known to be safe to change makes the whole `NotUnderstood`; then the values
//! are written into a plain workbook, which is marked in the same way.

mod book;
mod cells;
mod notes;
mod package;
mod plain;
mod problems;
mod styles;
mod xml;

use std::collections::BTreeMap;

use cells::{Marked, Wanted};
use notes::{Notes, Sheet};
use package::Package;
use problems::Problem;
use styles::Styles;
use xml::{Edits, NotUnderstood, Understood};

use crate::domain::finding::{Finding, Severity};
use crate::domain::page::MOST_NOTES;
use crate::domain::proposals::returned::Returning;

pub use plain::plain;

const STYLES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

/// How far into a sheet it says whether it is shown: before its cells.
const SHEET_HEAD: usize = 1 << 16;

/// Marks an xlsx or xlsm; `None` where something in its package is not known to be safe to change.
///
/// The same workbook and findings give the same bytes.
pub fn marked(bytes: &[u8], returning: &Returning<'_>) -> Option<Vec<u8>> {
    patched(bytes, returning).ok()
}

/// What becomes of one sheet.
struct SheetMarks {
    text: String,
    edits: Edits,
    marked: Marked,
}

fn patched(bytes: &[u8], returning: &Returning<'_>) -> Understood<Vec<u8>> {
    let mut package = Package::open(bytes)?;
    let book = book::read(&mut package)?;
    let mut styles = open_styles(&mut package, &book)?;
    let mut places: BTreeMap<&str, Marked> = BTreeMap::new();
    let mut sheets: BTreeMap<usize, SheetMarks> = BTreeMap::new();
    for (at, sheet) in book.sheets.iter().enumerate() {
        let wanted = wanted(returning.findings, &sheet.name);
        let untouched = wanted.is_empty() && !book.returned_before;
        if !sheet.is_worksheet || book.problems == Some(at) || untouched {
            continue;
        }
        let text = package.text(&sheet.part)?;
        let mut edits = Edits::default();
        let root = xml::outline(&text, "sheetData")?;
        if root.local() != "worksheet" {
            return Err(NotUnderstood("a sheet is none"));
        }
        let cleans = book.returned_before;
        let marked = cells::mark(&root, &text, &wanted, cleans, &mut styles, &mut edits)?;
        let notes = noted(returning.findings, &sheet.name, &marked);
        let own = Sheet { part: &sheet.part, text: &text, root: &root, strict: book.strict };
        notes::write(&mut package, &own, &notes, cleans, &mut edits)?;
        drop(root);
        places.insert(&sheet.name, marked.clone());
        sheets.insert(at, SheetMarks { text, edits, marked });
    }
    let lost =
        returning.findings.iter().any(|finding| is_marked(finding) && place(&places, finding).is_none());
    if lost {
        return Err(NotUnderstood("a finding is about a sheet that is not there"));
    }
    write_problems(&mut package, &book, returning, &mut styles, &mut sheets)?;
    for (at, sheet) in sheets {
        if !sheet.edits.is_empty() {
            package.put(&book.sheets[at].part, sheet.edits.apply(&sheet.text)?);
        }
    }
    close_styles(&mut package, &book, styles)?;
    package.finish()
}

/// Whether a finding colours a cell: what was merely done to a file is told on the Problems sheet alone.
fn is_marked(finding: &Finding) -> bool {
    finding.origin.row.is_some() && finding.severity != Severity::Note
}

/// The places of a sheet that findings are about, each with the worst severity.
fn wanted(findings: &[Finding], sheet: &str) -> Wanted {
    let mut wanted = Wanted::new();
    for finding in findings.iter().filter(|finding| is_marked(finding)) {
        if let (Some(row), true) = (finding.origin.row, &*finding.origin.sheet.sheet == sheet) {
            let known = wanted.entry((row, finding.origin.column)).or_insert(finding.severity);
            *known = (*known).min(finding.severity);
        }
    }
    wanted
}

/// The notes of a sheet: all that is said about a cell, one paragraph a finding.
fn noted(findings: &[Finding], sheet: &str, marked: &Marked) -> Notes {
    let mut notes = Notes::new();
    for finding in
        findings.iter().filter(|finding| is_marked(finding) && &*finding.origin.sheet.sheet == sheet)
    {
        let place = finding.origin.row.and_then(|row| marked.get(&(row, finding.origin.column)));
        let Some(place) = place else { continue };
        if notes.len() >= MOST_NOTES && !notes.contains_key(place) {
            continue;
        }
        let note: &mut String = notes.entry(*place).or_default();
        // Beyond some thousand characters nobody reads a note, and a cell's text has its own limit.
        if note.len() < 4_000 {
            let paragraph = if note.is_empty() { "" } else { "\n" };
            note.push_str(&format!("{paragraph}{}", finding.message));
        }
    }
    notes
}

/// Where the mark of a finding stands.
fn place<'m>(places: &'m BTreeMap<&str, Marked>, finding: &Finding) -> Option<&'m (u32, u32)> {
    let marked = places.get(&*finding.origin.sheet.sheet)?;
    marked.get(&(finding.origin.row?, finding.origin.column))
}

fn write_problems(
    package: &mut Package<'_>,
    book: &book::Book,
    returning: &Returning<'_>,
    styles: &mut Styles,
    sheets: &mut BTreeMap<usize, SheetMarks>,
) -> Understood<()> {
    let mut findings: Vec<&Finding> = returning.findings.iter().collect();
    findings.sort_by_key(|finding| finding.severity);
    let problem = |finding| Problem { finding, cell: cell_of(book, sheets, finding) };
    let problems: Vec<Problem<'_>> = findings.into_iter().map(problem).collect();
    let looks = styles.looks();
    if let Some(at) = book.problems {
        let sheet = &book.sheets[at];
        book::renew_mark(package, book, &sheet.name, &returning.id)?;
        let shown = is_shown(package, &sheet.part)?;
        let xml = problems::sheet(returning, &problems, &looks, (book.strict, shown));
        package.put(&sheet.part, xml);
        return Ok(());
    }
    // The sheets that say of themselves that they are shown; those that are changed anyway can be told otherwise.
    let mut stays = None;
    let mut hide = Vec::new();
    for (at, sheet) in book.sheets.iter().enumerate() {
        if is_shown(package, &sheet.part)? {
            match sheets.contains_key(&at) {
                true => hide.push(at),
                false => stays = stays.or(Some(at)),
            }
        }
    }
    let shown = stays.is_none();
    let xml = problems::sheet(returning, &problems, &looks, (book.strict, shown));
    drop(problems);
    if shown {
        for at in hide {
            let sheet = sheets.get_mut(&at).expect("it was found among them");
            unselect(sheet)?;
        }
    }
    let name = book.free_name();
    let part = book::add_problems(package, book, &name, &returning.id, stays, problems::HEADER_ROW)?;
    package.put(&part, xml);
    Ok(())
}

/// The cell that a finding links to: the one that is marked, or the first of its sheet.
fn cell_of<'b>(
    book: &'b book::Book,
    sheets: &BTreeMap<usize, SheetMarks>,
    finding: &Finding,
) -> Option<(&'b str, u32, u32)> {
    let at = book.sheets.iter().position(|sheet| sheet.name == *finding.origin.sheet.sheet)?;
    let name = book.sheets[at].name.as_str();
    let Some(row) = finding.origin.row else { return Some((name, 1, 0)) };
    let marked = sheets.get(&at).and_then(|sheet| sheet.marked.get(&(row, finding.origin.column)));
    let (row, column) = marked.copied().unwrap_or((row, finding.origin.column.unwrap_or(0)));
    Some((name, row, column))
}

/// Whether a sheet says of itself that it is shown.
fn is_shown(package: &mut Package<'_>, part: &str) -> Understood<bool> {
    let text = package.head(part, SHEET_HEAD)?;
    let head = text.split("sheetData").next().unwrap_or_default();
    Ok(["tabSelected=\"1\"", "tabSelected=\"true\"", "tabSelected='1'"].iter().any(|it| head.contains(it)))
}

/// Lets a sheet no longer say of itself that it is shown.
fn unselect(sheet: &mut SheetMarks) -> Understood<()> {
    let root = xml::outline(&sheet.text, "sheetData")?;
    for view in root.child("sheetViews").map_or(&[][..], |views| views.children.as_slice()) {
        let tag = &sheet.text[view.open.clone()];
        let without = xml::without_attribute(tag, "tabSelected");
        if without != *tag {
            sheet.edits.replace(view.open.clone(), without);
        }
    }
    Ok(())
}

/// The styles of a workbook; one without any gets some.
fn open_styles(package: &mut Package<'_>, book: &book::Book) -> Understood<Styles> {
    match &book.styles {
        Some(part) => Styles::read(package.text(part)?),
        None if book.strict => Err(NotUnderstood("a strict workbook has no styles")),
        None => Styles::read(styles::BARE.to_owned()),
    }
}

fn close_styles(package: &mut Package<'_>, book: &book::Book, styles: Styles) -> Understood<()> {
    let text = styles.finish()?;
    let part = match &book.styles {
        Some(part) => part.clone(),
        None => {
            let part = package.free_name("xl/styles", ".xml");
            package.declare(&part, STYLES)?;
            package.relate(&book.part, "styles", &part, book.strict)?;
            part
        }
    };
    package.put(&part, text);
    Ok(())
}
