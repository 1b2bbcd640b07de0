//! Prints a list as csv or JSON: `meterbook list`.

use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value};

use super::{End, Format, Stop};
use crate::flow::{self, ListQuery, Table};

pub(super) fn list(dir: &Path, query: ListQuery, format: Format, out: &mut impl Write) -> Result<End, Stop> {
    let table = flow::list(dir, query)?;
    match format {
        Format::Csv => write_csv(&table, out)?,
        Format::Json => writeln!(out, "{:#}", to_json(&table))?,
    }
    Ok(End::Clean)
}

fn write_csv(table: &Table, out: &mut impl Write) -> Result<(), Stop> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    let written = writer
        .write_record(table.columns)
        .and_then(|()| table.rows.iter().try_for_each(|row| writer.write_record(row)));
    written.map_err(output_error)?;
    writer.flush()?;
    Ok(())
}

/// The library wraps what went wrong with the output; whoever closed the pipe early must still be recognised.
fn output_error(error: csv::Error) -> std::io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(cause) => cause,
        other => std::io::Error::other(format!("{other:?}")),
    }
}

/// Every value is text; an empty field is null.
fn to_json(table: &Table) -> Value {
    let field = |text: &String| if text.is_empty() { Value::Null } else { Value::String(text.clone()) };
    let object = |row: &Vec<String>| {
        let fields = table.columns.iter().zip(row).map(|(name, text)| ((*name).to_owned(), field(text)));
        Value::Object(fields.collect::<Map<_, _>>())
    };
    Value::Array(table.rows.iter().map(object).collect())
}
