//! Facts that are only told: why a file came back, or that its content was taken in before.

use serde::{Deserialize, Serialize};

use crate::domain::finding::{Code, Finding, Severity};
use crate::domain::origin::{Origin, SheetName};

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

/// The archived form of a file's findings.
pub(super) fn to_bytes(findings: &[Finding]) -> Vec<u8> {
    let told: Vec<Told> = findings
        .iter()
        .map(|finding| Told {
            sheet: finding.origin.sheet.sheet.to_string(),
            row: finding.origin.row,
            at: finding.origin.column,
            column: finding.column.clone(),
            severity: finding.severity.word().to_owned(),
            code: finding.code.word().to_owned(),
            value: finding.value.clone(),
            message: finding.message.clone(),
        })
        .collect();
    serde_json::to_vec_pretty(&told).expect("findings have string keys and no floats")
}

/// The findings of their archived form; `None` where it is none.
pub(super) fn from_bytes(file: &str, bytes: &[u8]) -> Option<Vec<Finding>> {
    let told: Vec<Told> = serde_json::from_slice(bytes).ok()?;
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    told.into_iter()
        .map(|told| {
            let sheet = SheetName { file: file.into(), sheet: told.sheet.as_str().into() };
            Some(Finding {
                code: Code::ALL.iter().copied().find(|code| code.word() == told.code)?,
                severity: severities.into_iter().find(|severity| severity.word() == told.severity)?,
                origin: Origin { sheet, row: told.row, column: told.at },
                column: told.column,
                value: told.value,
                message: told.message,
            })
        })
        .collect()
}

/// The text that lies beside a returned file.
pub(super) fn letter(name: &str, day: crate::domain::date::Date, findings: &[Finding]) -> String {
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
