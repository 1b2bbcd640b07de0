//! Says what files are and what is wrong with them: `meterbook check`.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Value, json};

use super::progress::Shown;
use super::{End, Stop};
use crate::domain::count::counted;
use crate::domain::finding::any_error;
use crate::flow::{self, CheckQuery, Checked};

pub(super) fn check(
    files: &[PathBuf],
    query: CheckQuery<'_>,
    json: bool,
    out: &mut impl Write,
) -> Result<End, Stop> {
    let mut progress = Shown::new(true);
    let mut all = Vec::with_capacity(files.len());
    for file in files {
        all.push(flow::check(file, query, &mut progress)?);
    }
    drop(progress);
    if json {
        writeln!(out, "{:#}", Value::Array(all.iter().map(to_json).collect()))?;
    } else {
        all.iter().try_for_each(|checked| tell(checked, out))?;
    }
    Ok(if all.iter().any(|checked| any_error(&checked.findings)) { End::Findings } else { End::Clean })
}

fn tell(checked: &Checked, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", checked.name)?;
    if let Some(note) = &checked.note {
        writeln!(out, "  {note}")?;
    }
    for sheet in &checked.sheets {
        let name = if sheet.name.is_empty() { String::new() } else { format!("{}: ", sheet.name) };
        let rows = counted(sheet.rows, "row", "rows");
        if sheet.columns.is_empty() {
            writeln!(out, "  {name}{}, {rows}", sheet.kind)?;
        } else {
            writeln!(out, "  {name}{}, header in row {}, {rows}", sheet.kind, sheet.header_row)?;
            let columns: Vec<String> =
                sheet.columns.iter().map(|(name, header)| spelled(name, header)).collect();
            writeln!(out, "    columns: {}", columns.join(", "))?;
        }
        for (what, sum) in &sheet.totals {
            writeln!(out, "    {what}: {sum}")?;
        }
    }
    for finding in &checked.findings {
        writeln!(out, "  {finding}")?;
    }
    if checked.findings.is_empty() {
        writeln!(out, "  nothing wrong (accounts and meters are checked when the office takes it in)")?;
    }
    Ok(())
}

/// A column, with the header behind it where the file spells it another way.
fn spelled(name: &str, header: &str) -> String {
    if name == header { name.to_owned() } else { format!("{name} ('{header}')") }
}

fn to_json(checked: &Checked) -> Value {
    let sheets = checked.sheets.iter().map(|sheet| {
        json!({
            "name": sheet.name,
            "kind": sheet.kind,
            "header_row": sheet.header_row,
            "rows": sheet.rows,
            "totals": sheet.totals.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
        })
    });
    json!({
        "name": checked.name,
        "note": checked.note,
        "sheets": sheets.collect::<Vec<_>>(),
        "findings": flow::findings_json(&checked.findings),
    })
}
