//! Writes the values of a file that cannot be patched into a plain workbook, and marks it.

use crate::domain::finding::Finding;
use crate::domain::origin::{Origin, SheetName};
use crate::domain::proposals::returned::Returning;
use crate::workbook::copied::{EachRow, FirstRow, copied, tabs};
use crate::workbook::xlsx::NotWritten;

/// Makes a plain, marked workbook of a file's visible sheets; `None` where even that is too large to be marked.
///
/// `sheets` are their names; an empty one, as text has it, becomes the file's own. Every cell keeps its place, text stays
/// text, and nothing becomes a formula.
///
/// # Errors
/// Where the sheets cannot be kept in temporary files while they are made, or a row cannot be had.
pub fn plain<E: From<NotWritten>>(
    sheets: &[String],
    returning: &Returning<'_>,
    each_row: &mut EachRow<'_, E>,
) -> Result<Option<Vec<u8>>, E> {
    let tabs = tabs(sheets, returning.file);
    let bytes = copied(returning.file, &tabs, FirstRow::Data, each_row)?;
    let findings = renamed(returning.findings, sheets, &tabs);
    // Of text nothing is lost but its form.
    let plain = sheets.iter().any(|sheet| !sheet.is_empty());
    let returning = Returning { findings: &findings, plain, ..returning.clone() };
    Ok(super::marked(&bytes, &returning))
}

/// The findings with the names of the tabs in the place of those of the sheets.
fn renamed(findings: &[Finding], sheets: &[String], tabs: &[String]) -> Vec<Finding> {
    let rename = |finding: &Finding| {
        let at = sheets.iter().position(|sheet| **sheet == *finding.origin.sheet.sheet);
        // Of a text the sheet has no name, and a finding about the file none either.
        let about_file = finding.origin.row.is_none() && finding.origin.sheet.sheet.is_empty();
        let Some(at) = at.filter(|_| !about_file) else { return finding.clone() };
        let file = finding.origin.sheet.file.clone();
        let sheet = SheetName { file, sheet: tabs[at].as_str().into() };
        Finding { origin: Origin { sheet, ..finding.origin.clone() }, ..finding.clone() }
    };
    findings.iter().map(rename).collect()
}
