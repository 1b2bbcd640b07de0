//! Reads a recognised grid into typed rows and lists what it could not read; one file per kind of sheet.
//!
//! A row with trouble never hides the others: everything wrong with a sheet is found in one pass. Totals rows
//! are checks, never data; blank rows, repeated headers and notes beside the table are passed over.

mod accounts;
mod adjustments;
mod bulk_water;
mod calendar;
mod canonical;
mod cells;
mod closings;
mod decisions;
mod deposits;
mod eto;
mod field_results;
mod holds;
mod installation;
mod landscape;
mod mapped;
mod meter_changes;
mod meters;
mod notices;
mod opening_balances;
mod payments;
mod plans;
mod reads;
mod returned;
mod returned_payments;
mod sent;
mod totals;
pub mod values;
mod work_orders;

use crate::domain::date::Date;
use crate::domain::finding::{Finding, any_error};
use crate::domain::rows::{METER_DIGITS, Rows, SheetRows};
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::place::{Numbered, Place};
use crate::domain::sheet::profile::{Kind, Layout};

pub use canonical::canonical;
pub use mapped::{Line, mapped};
pub use returned::{ListReader, money_verdicts, verdicts};
pub use sent::sent;

use cells::Cells;
use totals::Totals;

/// What a reader needs to know besides the sheet.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    /// The day of the run: events cannot lie after it.
    pub today: Date,
    /// How many digits an account number has.
    pub account_digits: usize,
}

/// Reads the rows of one recognised sheet, one at a time.
pub struct Reader {
    place: Place,
    ground: Ground,
    rows: Rows,
    findings: Vec<Finding>,
    zeros_restored: usize,
    totals: Totals,
    /// The sum of the digits of all meters' numbers: a total that means nothing and must agree.
    meter_digits: i64,
}

/// What a reader understood.
#[derive(Debug)]
pub struct Understood {
    /// The rows without trouble, and their control totals.
    pub sheet: SheetRows,
    /// The trouble with the others.
    pub findings: Vec<Finding>,
    /// Cells whose account number got its leading zeros back.
    pub zeros_restored: usize,
}

impl Reader {
    /// Begins a sheet.
    pub fn new(place: Place, ground: Ground) -> Reader {
        let rows = Rows::none(place.layout.kind);
        let totals = Totals::new(summed_columns(place.layout.kind));
        Reader { place, ground, rows, findings: vec![], zeros_restored: 0, totals, meter_digits: 0 }
    }

    /// Reads the next row of the sheet; rows up to the header are passed over.
    pub fn push(&mut self, row: &Row) {
        if row.number <= self.place.layout.header_row || is_beside_the_table(row, &self.place.layout) {
            return;
        }
        if totals::is_totals_row(row, &self.place.layout) {
            self.findings.extend(self.totals.check(row, &self.place));
            return;
        }
        let mut cells = Cells {
            place: &self.place,
            row,
            ground: self.ground,
            findings: &mut self.findings,
            zeros_restored: &mut self.zeros_restored,
        };
        let number = row.number;
        let before = cells.findings.len();
        match &mut self.rows {
            Rows::Calendar(rows) => keep(rows, number, calendar::read(&mut cells)),
            Rows::Accounts(rows) => keep(rows, number, accounts::read(&mut cells)),
            Rows::Meters(rows) => keep(rows, number, meters::read(&mut cells)),
            Rows::MeterChanges(rows) => keep(rows, number, meter_changes::read(&mut cells)),
            Rows::Reads(rows) => keep(rows, number, reads::read(&mut cells)),
            Rows::BulkWater(rows) => keep(rows, number, bulk_water::read(&mut cells)),
            Rows::WorkOrders(rows) => keep(rows, number, work_orders::read(&mut cells)),
            Rows::FieldResults(rows) => keep(rows, number, field_results::read(&mut cells)),
            Rows::Decisions(rows) => keep(rows, number, decisions::read(&mut cells)),
            Rows::Holds(rows) => keep(rows, number, holds::read(&mut cells)),
            Rows::Notices(rows) => keep(rows, number, notices::read(&mut cells)),
            Rows::Plans(rows) => keep(rows, number, plans::read(&mut cells)),
            Rows::OpeningBalances(rows) => keep(rows, number, opening_balances::read(&mut cells)),
            Rows::Payments(rows) => keep(rows, number, payments::read(&mut cells)),
            Rows::ReturnedPayments(rows) => keep(rows, number, returned_payments::read(&mut cells)),
            Rows::Adjustments(rows) => keep(rows, number, adjustments::read(&mut cells)),
            Rows::Deposits(rows) => keep(rows, number, deposits::read(&mut cells)),
            Rows::Closings(rows) => keep(rows, number, closings::read(&mut cells)),
            Rows::Eto(rows) => keep(rows, number, eto::read(&mut cells)),
            Rows::Landscape(rows) => keep(rows, number, landscape::read(&mut cells)),
            Rows::Installation(rows) => keep(rows, number, installation::read(&mut cells)),
        }
        self.totals.add(row, &self.place.layout);
        if self.place.layout.kind == Kind::Reads {
            self.meter_digits += totals::digits(&self.place, row, "Meter");
        }
        if any_error(&self.findings[before..]) {
            self.rows.drop_row(number);
        }
    }

    /// Ends the sheet.
    pub fn finish(self) -> Understood {
        let mut totals = self.totals.in_words();
        if self.place.layout.kind == Kind::Reads && self.place.layout.column("Meter").is_some() {
            totals.push((METER_DIGITS.to_owned(), self.meter_digits.to_string()));
        }
        totals.extend(read_dates(&self.rows));
        Understood {
            sheet: SheetRows { place: self.place, rows: self.rows, totals },
            findings: self.findings,
            zeros_restored: self.zeros_restored,
        }
    }
}

/// Whether a row of a recognised sheet holds data: no title, header or total, and not blank in the table's columns.
pub fn is_data(row: &Row, layout: &Layout) -> bool {
    row.number > layout.header_row && !is_beside_the_table(row, layout) && !totals::is_totals_row(row, layout)
}

/// Whether the row has nothing in the table's columns, or repeats its header (as a report does on each page).
fn is_beside_the_table(row: &Row, layout: &Layout) -> bool {
    let columns = &layout.columns;
    let blank = |value: &Value| match value {
        Value::Empty => true,
        Value::Text(text) => text.trim().is_empty(),
        _ => false,
    };
    columns.iter().all(|column| blank(row.value(column.at)))
        || columns.iter().all(|column| row.value(column.at).text().trim() == column.header)
}

/// The first and the last day of a sheet of reads: a month that was taken for a day shows in them.
fn read_dates(rows: &Rows) -> Vec<(String, String)> {
    let Rows::Reads(rows) = rows else { return vec![] };
    let dates = || rows.iter().map(|row| row.value.date);
    let both = [("first read", dates().min()), ("last read", dates().max())];
    both.into_iter().filter_map(|(name, date)| Some((name.to_owned(), date?.to_string()))).collect()
}

/// The columns whose sums are control totals.
fn summed_columns(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Calendar
        | Kind::Accounts
        | Kind::Meters
        | Kind::MeterChanges
        | Kind::WorkOrders
        | Kind::FieldResults
        | Kind::Decisions
        | Kind::Holds
        | Kind::Notices
        | Kind::Eto
        | Kind::Landscape => &[],
        Kind::Installation => &["Quantity"],
        Kind::Reads => &["Reading"],
        Kind::BulkWater => &["Gallons", "Deposit"],
        Kind::OpeningBalances
        | Kind::Plans
        | Kind::Payments
        | Kind::ReturnedPayments
        | Kind::Adjustments
        | Kind::Deposits => &["Amount"],
        Kind::Closings => &["Final reading"],
    }
}

fn keep<T>(rows: &mut Vec<Numbered<T>>, row: u32, read: Option<T>) {
    rows.extend(read.map(|value| Numbered { row, value }));
}

#[cfg(test)]
mod tests;
