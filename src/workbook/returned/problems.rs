//! The Problems sheet as XML: what came back and why, and one row a finding with a link to its cell.

use super::styles::Looks;
use super::xml::escaped;
use crate::domain::count::counted;
use crate::domain::finding::{Finding, Severity};
use crate::domain::origin::column_letters;
use crate::domain::proposals::returned::Returning;
use crate::workbook::text::wrapped;

/// The row of the header, from 1.
pub(super) const HEADER_ROW: u32 = 5;
/// A sheet has at most this many links, as in Excel.
const MOST_LINKS: usize = 65_000;
/// Rows of findings that fit below the header of a sheet.
const MOST_ROWS: usize = 1_048_000;

/// The columns: header and width in characters.
const COLUMNS: [(&str, u32); 5] = [
    ("Where", 24),
    ("Column", 20),
    ("Severity", 10),
    ("What is there", 28),
    ("What is wrong, and what to type", 78),
];

/// A finding, and the cell of the workbook that it is about: sheet, row from 1, column from 0.
pub(super) struct Problem<'f> {
    pub(super) finding: &'f Finding,
    pub(super) cell: Option<(&'f str, u32, u32)>,
}

/// Lays the sheet out; `shown` where it is the one that is shown when the workbook is opened.
pub(super) fn sheet(
    returning: &Returning<'_>,
    problems: &[Problem<'_>],
    looks: &Looks,
    (strict, shown): (bool, bool),
) -> String {
    let space = if strict {
        "http://purl.oclc.org/ooxml/spreadsheetml/main"
    } else {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    };
    let problems = &problems[..problems.len().min(MOST_ROWS)];
    let widths: String = (1..)
        .zip(COLUMNS)
        .map(|(at, (_, width))| {
            format!("<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>")
        })
        .collect();
    let selected = if shown { " tabSelected=\"1\"" } else { "" };
    let (first, last) = (HEADER_ROW + 1, HEADER_ROW as usize + problems.len());
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<worksheet xmlns=\"{space}\"><sheetPr><tabColor \
         rgb=\"FF9C0006\"/><pageSetUpPr fitToPage=\"1\"/></sheetPr><dimension ref=\"A1:E{last}\"/><sheetViews>\
         <sheetView{selected} workbookViewId=\"0\"><pane ySplit=\"{HEADER_ROW}\" topLeftCell=\"A{first}\" \
         activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\" activeCell=\"A{first}\" \
         sqref=\"A{first}\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>{widths}</cols>\
         <sheetData>"
    );
    head(&mut xml, returning, problems, looks);
    let mut links = String::new();
    for (row, problem) in (first..).zip(problems) {
        line(&mut xml, row, problem, looks);
        if let Some(link) = link(row, problem).filter(|_| row - first < MOST_LINKS as u32) {
            links.push_str(&link);
        }
    }
    xml.push_str("</sheetData>");
    if !links.is_empty() {
        xml.push_str(&format!("<hyperlinks>{links}</hyperlinks>"));
    }
    xml.push_str(
        "<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.6\" header=\"0.3\" footer=\"0.3\"/>\
         <pageSetup orientation=\"landscape\" fitToHeight=\"0\"/><headerFooter><oddFooter>&amp;C&amp;A&amp;RPage &amp;P \
         of &amp;N</oddFooter></headerFooter></worksheet>",
    );
    xml
}

/// Title, what to do, counts, and the header of the list.
fn head(xml: &mut String, returning: &Returning<'_>, problems: &[Problem<'_>], looks: &Looks) {
    let count = |severity| problems.iter().filter(|it| it.finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let mut counts = counted(errors, "error", "errors");
    if warnings > 0 {
        counts.push_str(&format!(", {}", counted(warnings, "warning", "warnings")));
    }
    let beside = format!(
        "{counts}. The file as it was dropped lies beside this one as \"{}\".{}",
        returning.original,
        if returning.plain { PLAIN } else { "" }
    );
    let lines = [
        (1, 24, looks.title, format!("Problems in {}", returning.file)),
        (
            2,
            15,
            looks.line,
            "Nothing of it was posted. Correct the red cells, save this workbook and drop it into the inbox. This sheet, \
             the colours and the notes \"To correct (meterbook)\" are passed over there."
                .to_owned(),
        ),
        (3, 15, looks.line, beside),
    ];
    for (row, height, look, text) in lines {
        xml.push_str(&format!("<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">"));
        cell(xml, row, 0, look, &text);
        xml.push_str("</row>");
    }
    xml.push_str(&format!("<row r=\"{HEADER_ROW}\" ht=\"18\" customHeight=\"1\">"));
    for (at, (name, _)) in (0..).zip(COLUMNS) {
        cell(xml, HEADER_ROW, at, looks.header, name);
    }
    xml.push_str("</row>");
}

const PLAIN: &str =
    " This is a plain copy of its values: charts, formulas and formats are in that file alone.";

fn line(xml: &mut String, row: u32, problem: &Problem<'_>, looks: &Looks) {
    let finding = problem.finding;
    let place = place(problem);
    let value = &finding.value;
    let lines =
        [(&place, 24), (&finding.column, 20), (value, 28), (&finding.message, 86)].map(|(text, width)| {
            wrapped(text, width).iter().map(|line| line.chars().count().div_ceil(width).max(1)).sum::<usize>()
        });
    let height = lines.into_iter().max().unwrap_or(1).min(20) * 15;
    let severity = match finding.severity {
        Severity::Error => looks.error,
        Severity::Warning => looks.warning,
        Severity::Note => looks.words,
    };
    let place_look = if problem.cell.is_some() { looks.link } else { looks.words };
    xml.push_str(&format!("<row r=\"{row}\" ht=\"{height}\" customHeight=\"1\">"));
    let cells = [
        (place_look, place.as_str()),
        (looks.words, &finding.column),
        (severity, finding.severity.word()),
        (looks.words, value),
        (looks.words, &finding.message),
    ];
    for (at, (look, text)) in (0..).zip(cells) {
        cell(xml, row, at, look, text);
    }
    xml.push_str("</row>");
}

/// Where a finding is, in words: `Readings!D17`, or the whole sheet or file.
fn place(problem: &Problem<'_>) -> String {
    let origin = &problem.finding.origin;
    match (problem.cell, origin.row, origin.column) {
        (Some((sheet, row, _)), Some(_), None) => format!("{sheet}, row {row}"),
        // A mark may stand on the first of merged cells; the name is the cell's own.
        (Some((sheet, ..)), Some(row), Some(column)) => format!("{sheet}!{}{row}", column_letters(column)),
        (Some((sheet, ..)), None, _) => sheet.to_owned(),
        (None, ..) if origin.sheet.sheet.is_empty() => "the whole file".to_owned(),
        (None, ..) => origin.sheet.sheet.to_string(),
    }
}

fn link(row: u32, problem: &Problem<'_>) -> Option<String> {
    let (sheet, at_row, at_column) = problem.cell?;
    let target = format!("'{}'!{}{at_row}", sheet.replace('\'', "''"), column_letters(at_column));
    Some(format!(
        "<hyperlink ref=\"A{row}\" location=\"{}\" display=\"{}\"/>",
        escaped(&target),
        escaped(&place(problem))
    ))
}

fn cell(xml: &mut String, row: u32, column: u32, look: usize, text: &str) {
    let name = column_letters(column);
    if text.is_empty() {
        xml.push_str(&format!("<c r=\"{name}{row}\" s=\"{look}\"/>"));
        return;
    }
    let text: String = text.chars().take(30_000).collect();
    // "_x0041_" would be read as the letter that it numbers.
    let text = escaped(&text).replace("_x", "_x005F_x");
    xml.push_str(&format!(
        "<c r=\"{name}{row}\" s=\"{look}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>"
    ));
}
