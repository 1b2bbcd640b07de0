//! Prices a sheet of customers under a rate file, without an office.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use rust_decimal::Decimal;

use super::Failure;
use super::progress::Progress;
use crate::domain::proposals::rated::{Figure, RatedRow, RatedSheet, headers, in_columns};
use crate::domain::sheet::cell::Row;
use crate::rate::Columns;
use crate::sheet::{self, Format};
use crate::workbook::Delimited;
use crate::{outbox, rate, recognise, workbook};

/// Rows between two tellings of progress.
const ROWS_TOLD: u64 = 20_000;
/// Rows without figures that are told one by one; all of them stand in the output.
const FINDINGS_TOLD: usize = 20;
/// Columns of a sheet, in Excel's last version.
const COLUMNS_MAX: usize = 16_384;

/// What is to be rated.
#[derive(Clone, Copy, Debug)]
pub struct RateQuery<'p> {
    /// The rate file.
    pub rates: &'p Path,
    /// The sheet of customers.
    pub customers: &'p Path,
    /// Whether figures stay unrounded.
    pub exact: bool,
}

/// Where the rated customers go.
pub enum RateOutput<'w> {
    /// To a file, csv or xlsx by its extension.
    File(&'w Path),
    /// As csv to a stream.
    Stream(&'w mut dyn Write),
}

/// What became of a sheet of customers.
#[derive(Clone, Debug, Default)]
pub struct Rated {
    /// Customers with figures.
    pub rated: u64,
    /// Customers without, each with its reason in the output.
    pub not_rated: u64,
    /// The first of these: row and reason.
    pub findings: Vec<(u32, String)>,
    /// The sum of all bills.
    pub sum: Decimal,
    /// What has no meaning in the rate file.
    pub faults: Vec<String>,
    /// What is odd about it.
    pub warnings: Vec<String>,
    /// What is odd about the customers' file: its name, and columns that it lacks where customers could not be rated.
    pub notes: Vec<String>,
}

impl Rated {
    /// Whether something needs a person: a customer without figures, a fault in the rate file.
    pub fn has_findings(&self) -> bool {
        self.not_rated > 0 || !self.faults.is_empty()
    }
}

/// Prices a sheet of customers: the rows and columns as they came, and behind them what each pays and why not.
///
/// The sheet is read twice, once to learn which figures occur. A csv is held by neither reading; for an xlsx the
/// rows are held once. Titles above the header are left out.
///
/// # Errors
/// Where a file cannot be read or written, the rate file as a whole says nothing usable, or no row of the first
/// 50 is a header with a column `class`.
pub fn rate_customers(
    query: RateQuery<'_>,
    output: RateOutput<'_>,
    progress: &mut dyn Progress,
) -> Result<Rated, Failure> {
    let into_xlsx = check_output(query, &output)?;
    let rates = name(query.rates);
    let compiled = rate::compile(&rates, &String::from_utf8_lossy(&outbox::content(query.rates)?));
    let faults: Vec<String> = compiled.faults.iter().map(ToString::to_string).collect();
    let Some(tariff) = compiled.tariff else { return Err(Failure::Asked(faults.join("\n"))) };
    let bytes = outbox::content(query.customers)?;
    let sheet = Sheet::find(name(query.customers), &bytes)?;
    let columns = Columns::find(&sheet.header, &tariff)
        .map_err(|why| Failure::Asked(format!("{}, row {}: {why}", sheet.name, sheet.header.number)))?;
    let mut survey = Survey::new(sheet.width(), into_xlsx);
    let rate = |row: &Row| columns.rate(row, query.exact);
    progress.begin(&format!("Rating {}", sheet.name), None);
    sheet.each_row(progress, &mut |row| {
        survey.see(row, &rate);
        Ok(())
    })?;
    let lacking = if survey.rated.not_rated > 0 { lacking(&columns) } else { vec![] };
    let rated = Rated {
        faults,
        warnings: compiled.warnings.iter().map(ToString::to_string).collect(),
        notes: sheet.note.iter().cloned().chain(lacking).collect(),
        ..std::mem::take(&mut survey.rated)
    };
    progress.begin("Writing", Some(rated.rated + rated.not_rated));
    let figures: Vec<Figure<'_>> = survey.figures.into_iter().collect();
    let own = sheet.columns(survey.width);
    match output {
        RateOutput::File(path) if into_xlsx => {
            let effective = tariff.effective;
            let sheet = RatedSheet {
                rates,
                effective,
                columns: own,
                figures,
                exact: query.exact,
                rows: survey.rows,
                rate: Box::new(rate),
            };
            write_xlsx(path, &sheet)?;
        }
        RateOutput::File(path) => outbox::place_stream(path, |file| {
            write_csv(&sheet, &own, &figures, &rate, progress, file).map_err(as_io)
        })?,
        RateOutput::Stream(out) => write_csv(&sheet, &own, &figures, &rate, progress, out)?,
    }
    Ok(rated)
}

/// The columns that a sheet of customers lacks, a sentence each.
fn lacking(columns: &Columns<'_>) -> Vec<String> {
    let told = |(variable, classes): (&str, Vec<&str>)| {
        let who = match classes.as_slice() {
            [class] => format!("the class {class} asks"),
            [first, second] => format!("the classes {first} and {second} ask"),
            more => format!("{} classes ask", more.len()),
        };
        format!(
            "It has no column {variable}, for which {who}. Add it, or give its name to the column that holds it."
        )
    };
    columns.missing().into_iter().map(told).collect()
}

fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether the output is an xlsx; refuses one of an unknown kind, and one that would replace what is read.
fn check_output(query: RateQuery<'_>, output: &RateOutput<'_>) -> Result<bool, Failure> {
    let RateOutput::File(path) = output else { return Ok(false) };
    if outbox::same_file(path, query.customers) || outbox::same_file(path, query.rates) {
        let told = format!("{} is read; name another file for the output", path.display());
        return Err(Failure::Asked(told));
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match extension.as_str() {
        "xlsx" => Ok(true),
        "csv" => Ok(false),
        _ => Err(Failure::Asked(format!(
            "{}: the output is a .csv or an .xlsx file; name one",
            path.display()
        ))),
    }
}

/// The sheet of a file that holds the customers.
struct Sheet<'b> {
    name: String,
    bytes: &'b [u8],
    index: usize,
    header: Row,
    note: Option<String>,
}

impl<'b> Sheet<'b> {
    /// Finds the first visible sheet with a header.
    fn find(name: String, bytes: &'b [u8]) -> Result<Sheet<'b>, Failure> {
        let unreadable = |why: sheet::Unreadable| Failure::Asked(format!("{name}: {why}"));
        let mut book = sheet::open(&name, bytes).map_err(unreadable)?;
        let note = book.note();
        for index in 0..book.sheets().len() {
            if book.sheets()[index].hidden {
                continue;
            }
            let mut rows = book.rows(index).map_err(unreadable)?;
            for _ in 0..recognise::ROWS_LOOKED_AT {
                let Some(row) = rows.next_row().map_err(unreadable)? else { break };
                if rate::is_header(row) {
                    let header = row.clone();
                    return Ok(Sheet { name, bytes, index, header, note });
                }
            }
        }
        Err(Failure::Asked(format!(
            "{name}: none of the first {} rows is a header with a column 'class'. Name the column that holds each \
             customer's class in the rate file 'class'.",
            recognise::ROWS_LOOKED_AT
        )))
    }

    fn width(&self) -> u32 {
        self.header.cells.last().map_or(0, |cell| cell.column + 1)
    }

    /// The names of so many columns.
    fn columns(&self, width: u32) -> Vec<String> {
        (0..width).map(|at| self.header.value(at).text().trim().to_owned()).collect()
    }

    /// Shows the rows below the header, blank ones too.
    fn each_row(
        &self,
        progress: &mut dyn Progress,
        see: &mut dyn FnMut(&Row) -> io::Result<()>,
    ) -> Result<(), Failure> {
        let unreadable = |why: sheet::Unreadable| Failure::Asked(format!("{}: {why}", self.name));
        let mut book = sheet::open(&self.name, self.bytes).map_err(unreadable)?;
        let is_text = matches!(book.format(), Format::Text(..));
        let mut rows = book.rows(self.index).map_err(unreadable)?;
        let mut next = self.header.number + 1;
        let mut count = 0;
        while let Some(row) = rows.next_row().map_err(unreadable)? {
            if row.number <= self.header.number {
                continue;
            }
            (next..row.number).try_for_each(|number| see(&blank(number)))?;
            see(row)?;
            next = row.number + 1;
            count += 1;
            if count % ROWS_TOLD == 0 {
                progress.reach(count);
            }
        }
        // A workbook may be formatted to its last row; what is blank below its last cell is no row of it.
        let last = if is_text { rows.last_row() } else { 0 };
        Ok((next..=last).try_for_each(|number| see(&blank(number)))?)
    }
}

fn blank(number: u32) -> Row {
    Row { number, cells: vec![] }
}

/// What the first reading of a sheet finds out.
struct Survey<'t> {
    rated: Rated,
    /// The figures that occur; a charge that is 0 for everybody does not.
    figures: BTreeSet<Figure<'t>>,
    width: u32,
    keeps_rows: bool,
    rows: Vec<Row>,
}

impl<'t> Survey<'t> {
    fn new(width: u32, keeps_rows: bool) -> Survey<'t> {
        let figures = BTreeSet::from([Figure::Bill]);
        Survey { rated: Rated::default(), figures, width, keeps_rows, rows: Vec::new() }
    }

    fn see(&mut self, row: &Row, rate: &dyn Fn(&Row) -> RatedRow<'t>) {
        if self.keeps_rows {
            self.rows.push(row.clone());
        }
        let Some(last) = row.cells.last() else { return };
        self.width = self.width.max(last.column + 1);
        match rate(row) {
            Ok(figures) => {
                self.rated.rated += 1;
                self.rated.sum += figures.last().map_or(Decimal::ZERO, |(_, bill)| *bill);
                let occurs =
                    |(figure, value): &(Figure<'t>, Decimal)| figure.always_shown() || !value.is_zero();
                self.figures.extend(figures.into_iter().filter(occurs).map(|(figure, _)| figure));
            }
            Err(finding) => {
                self.rated.not_rated += 1;
                if self.rated.findings.len() < FINDINGS_TOLD {
                    self.rated.findings.push((row.number, finding));
                }
            }
        }
    }
}

/// The failure as whoever puts the file in place expects it.
pub(super) fn as_io(failure: Failure) -> io::Error {
    match failure {
        Failure::Output(cause) => cause,
        failure => io::Error::other(failure.to_string()),
    }
}

/// Writes the rows with their figures as csv, one at a time.
fn write_csv<'t>(
    sheet: &Sheet<'_>,
    columns: &[String],
    figures: &[Figure<'t>],
    rate: &dyn Fn(&Row) -> RatedRow<'t>,
    progress: &mut dyn Progress,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let width = u32::try_from(columns.len()).expect("a sheet has at most 16,384 columns");
    let mut text = Delimited::new(out, b',', width);
    text.record(headers(columns, figures))?;
    sheet.each_row(progress, &mut |row| {
        let rated = if row.cells.is_empty() { Ok(Vec::new()) } else { rate(row) };
        let (found, finding) = match rated {
            Ok(found) => (found, String::new()),
            Err(finding) => (Vec::new(), finding),
        };
        let own = (0..width).map(|column| row.value(column).text());
        let priced = in_columns(figures, &found);
        let priced = priced.map(|value| value.map(|value| value.to_string()).unwrap_or_default());
        text.record(own.chain(priced).chain([finding]))
    })?;
    Ok(text.finish()?)
}

fn write_xlsx(path: &Path, sheet: &RatedSheet<'_>) -> Result<(), Failure> {
    let columns = sheet.headers().len();
    if columns > COLUMNS_MAX {
        return Err(Failure::Asked(format!(
            "{}: the rated customers have {columns} columns and a workbook has at most {COLUMNS_MAX}; write a csv",
            path.display()
        )));
    }
    let bytes = workbook::xlsx(&workbook::rated_customers(sheet))?;
    outbox::place(path, &bytes)?;
    Ok(())
}
