//! Hands files back: as a marked workbook or with a letter. What is only told of a file is archived from here too.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Failure;
use super::mapped::MappedText;
use crate::domain::books::batch::Batch;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding, Severity};
use crate::domain::origin::{Origin, SheetName};
use crate::domain::proposals::returned::Returning;
use crate::domain::sheet::cell::Row;
use crate::domain::sheet::returned::ReturnId;
use crate::inbox::Arrival;
use crate::outbox::{self, Marked};
use crate::sheet::{self, Format, Unreadable};
use crate::workbook::{self, NotWritten};

/// What is told of a file that posts nothing, as the archive keeps it.
#[derive(Serialize, Deserialize)]
struct Record {
    /// The content that was handed back before and that the file corrects.
    corrects: Option<String>,
    findings: Vec<Told>,
}

/// A finding as the archive keeps it.
#[derive(Serialize, Deserialize)]
struct Told {
    sheet: String,
    row: Option<u32>,
    at: Option<u32>,
    column: String,
    severity: String,
    code: String,
    value: String,
    message: String,
}

/// The archived form of what is told of a file.
pub(super) fn to_bytes(told: &Batch) -> Vec<u8> {
    let corrects = told.corrects.as_ref().map(ToString::to_string);
    let record = Record { corrects, findings: told.findings.iter().map(telling).collect() };
    serde_json::to_vec_pretty(&record).expect("findings have string keys and no floats")
}

/// Findings as JSON, in the form that the archive has.
pub(super) fn to_json(findings: &[Finding]) -> serde_json::Value {
    let told: Vec<Told> = findings.iter().map(telling).collect();
    serde_json::to_value(told).expect("findings have string keys and no floats")
}

fn telling(finding: &Finding) -> Told {
    Told {
        sheet: finding.origin.sheet.sheet.to_string(),
        row: finding.origin.row,
        at: finding.origin.column,
        column: finding.column.clone(),
        severity: finding.severity.word().to_owned(),
        code: finding.code.word().to_owned(),
        value: finding.value.clone(),
        message: finding.message.clone(),
    }
}

/// What an archived form tells; `None` where it is none.
pub(super) fn from_bytes(file: &str, bytes: &[u8]) -> Option<Batch> {
    let record: Record = serde_json::from_slice(bytes).ok()?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let finding = |told: Told| {
        let sheet = SheetName { file: file.into(), sheet: told.sheet.as_str().into() };
        Some(Finding {
            code: Code::ALL.iter().copied().find(|code| code.word() == told.code)?,
            severity: severities.into_iter().find(|severity| severity.word() == told.severity)?,
            origin: Origin { sheet, row: told.row, column: told.at },
            column: told.column,
            value: told.value,
            message: told.message,
        })
    };
    let findings: Option<Vec<Finding>> = record.findings.into_iter().map(finding).collect();
    let corrects = record.corrects.map(|id| ReturnId::of_content(&id));
    Some(Batch { findings: findings?, corrects, ..Batch::default() })
}

/// Hands a file back; gives the name in the folder of what to look at.
pub(super) fn hand_back(
    root: &Path,
    arrival: &Arrival,
    day: Date,
    (findings, text): (&[Finding], Option<&MappedText<'_>>),
) -> Result<String, Failure> {
    let folder = root.join("returned");
    let name = base_name(&arrival.name);
    let original = outbox::name_as_dropped(&folder, &name, &arrival.bytes);
    let id = ReturnId::of_content(&arrival.sha256);
    let returning = Returning { id, file: &arrival.name, original: &original, findings, plain: false };
    let marked = match text {
        Some(text) => marked_text(text, &returning),
        None => marked(&arrival.bytes, &returning),
    };
    let Some((bytes, ending)) = marked else {
        let letter = letter(&arrival.name, day, findings);
        let given = outbox::hand_back(&folder, &name, arrival.path(), &letter)?;
        return Ok(format!("{given}{}", outbox::LETTER));
    };
    let name = with_ending(&name, ending);
    let file = Marked { name: &name, bytes: &bytes, as_dropped: &original, dropped: &arrival.bytes };
    Ok(outbox::hand_back_marked(&folder, file)?)
}

/// Why a file has no marked workbook.
struct Unmarkable;

impl From<Unreadable> for Unmarkable {
    fn from(_: Unreadable) -> Unmarkable {
        Unmarkable
    }
}

impl From<NotWritten> for Unmarkable {
    fn from(_: NotWritten) -> Unmarkable {
        Unmarkable
    }
}

/// The marked workbook of a file and the endings that its name may have; `None` where it cannot be read as a sheet, or is
/// too large to be marked.
fn marked(bytes: &[u8], returning: &Returning<'_>) -> Option<(Vec<u8>, &'static [&'static str])> {
    if returning.findings.iter().any(|finding| finding.code == Code::UnreadableFile) {
        return None;
    }
    let mut book = sheet::open(returning.file, bytes).ok()?;
    let endings: &[&str] = match book.format() {
        Format::Xlsx => &["xlsx", "xltx"],
        Format::Xlsm => &["xlsm", "xltm", "xlam"],
        _ => &[],
    };
    if !endings.is_empty()
        && let Some(marked) = workbook::marked(bytes, returning).filter(|marked| holds(marked, returning))
    {
        return Some((marked, endings));
    }
    let (places, names): (Vec<usize>, Vec<String>) = (0..)
        .zip(book.sheets())
        .filter(|(_, info)| !info.hidden)
        .map(|(at, info)| (at, info.name.clone()))
        .unzip();
    let plain = workbook::plain::<Unmarkable>(&names, returning, &mut |at, see| {
        let mut rows = book.rows(places[at])?;
        while let Some(row) = rows.next_row()? {
            see(row)?;
        }
        Ok(())
    });
    let plain = plain.ok()?.filter(|marked| holds(marked, returning))?;
    Some((plain, &["xlsx"]))
}

/// The marked rows of a mapped text, below a header of their columns: the workbook is known by these when it comes back.
fn marked_text(
    text: &MappedText<'_>,
    returning: &Returning<'_>,
) -> Option<(Vec<u8>, &'static [&'static str])> {
    if returning.findings.iter().any(|finding| finding.code == Code::UnreadableFile) {
        return None;
    }
    let below = |finding: &Finding| {
        let row = finding.origin.row.map(|row| row + 1);
        Finding { origin: Origin { row, ..finding.origin.clone() }, ..finding.clone() }
    };
    let findings: Vec<Finding> = returning.findings.iter().map(below).collect();
    let returning = Returning { findings: &findings, ..returning.clone() };
    let plain = workbook::plain::<Unmarkable>(&[String::new()], &returning, &mut |_, see| {
        see(&text.header_to_return())?;
        text.each_row::<Unmarkable>(&mut |row| {
            Ok(see(&Row { number: row.number + 1, cells: row.cells.clone() })?)
        })?;
        Ok(())
    });
    Some((plain.ok()?.filter(|marked| holds(marked, &returning))?, &["xlsx"]))
}

/// Whether a marked workbook can be read again and is known as what it is.
fn holds(bytes: &[u8], returning: &Returning<'_>) -> bool {
    let Ok(book) = sheet::open("", bytes) else { return false };
    book.returned().is_some_and(|returned| returned.id == returning.id && returned.problems.is_some())
}

/// A file's name without what an earlier return added: `(2) reads (as dropped).csv` is `reads.csv`.
pub(super) fn base_name(name: &str) -> String {
    let numbered = name.strip_prefix('(').and_then(|rest| rest.split_once(") "));
    let name = match numbered {
        Some((number, rest)) if !rest.is_empty() && number.chars().all(|c| c.is_ascii_digit()) => rest,
        _ => name,
    };
    let Some((stem, rest)) = name.split_once(outbox::AS_DROPPED) else { return name.to_owned() };
    let closed = rest.split_once(')').filter(|(number, _)| number.trim().chars().all(|c| c.is_ascii_digit()));
    match closed {
        Some((_, ending)) if !stem.is_empty() => format!("{stem}{ending}"),
        _ => name.to_owned(),
    }
}

/// The endings that a marked workbook does not keep.
const ENDINGS: [&str; 15] = [
    "xlsx", "xltx", "xlsm", "xltm", "xlam", "xlsb", "xls", "xlt", "ods", "ots", "csv", "tsv", "tab", "txt",
    "prn",
];

/// A name with one of these endings: its own, or the first in the place of another.
fn with_ending(name: &str, endings: &[&str]) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let ending = ending.to_lowercase();
    if endings.contains(&ending.as_str()) {
        name.to_owned()
    } else if ENDINGS.contains(&ending.as_str()) {
        format!("{stem}.{}", endings[0])
    } else {
        format!("{name}.{}", endings[0])
    }
}

/// The text that lies beside a returned file.
pub(super) fn letter(name: &str, day: Date, findings: &[Finding]) -> String {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error).count();
    let many = if errors == 1 { "one thing has" } else { "these things have" };
    let mut text = format!(
        "{name} was handed back on {day}; nothing of it was posted.\n\nBefore it can be taken in, {many} to be put \
         right. Correct the file, save it, and drop it into the inbox again.\n\n"
    );
    for finding in findings.iter().filter(|finding| finding.severity == Severity::Error) {
        text.push_str(&format!("{}\n    {}\n\n", finding.origin, finding.message));
    }
    let others: Vec<&Finding> =
        findings.iter().filter(|finding| finding.severity != Severity::Error).collect();
    if !others.is_empty() {
        text.push_str("Also worth knowing:\n\n");
        for finding in others {
            text.push_str(&format!("{}\n    {}\n\n", finding.origin, finding.message));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_return_added_to_a_name_is_taken_off() {
        for (name, base) in [
            ("reads.csv", "reads.csv"),
            ("(2) reads.xlsx", "reads.xlsx"),
            ("reads (as dropped).csv", "reads.csv"),
            ("(3) reads (as dropped 2).csv", "reads.csv"),
            ("(route 9) reads.csv", "(route 9) reads.csv"),
            ("reads (as dropped by Sam).csv", "reads (as dropped by Sam).csv"),
            ("(2) ", "(2) "),
        ] {
            assert_eq!(base_name(name), base);
        }
    }

    #[test]
    fn a_workbook_is_named_after_what_it_is() {
        assert_eq!(with_ending("reads.csv", &["xlsx"]), "reads.xlsx");
        assert_eq!(with_ending("reads.XLSM", &["xlsm", "xltm"]), "reads.XLSM");
        assert_eq!(with_ending("reads.xlsx", &["xlsm", "xltm"]), "reads.xlsm");
        assert_eq!(with_ending("reads 2.9", &["xlsx"]), "reads 2.9.xlsx");
        assert_eq!(with_ending("reads", &["xlsx"]), "reads.xlsx");
    }
}
