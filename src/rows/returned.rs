//! Reads a list of a workbook of ours that came back: every row must be as it was written, but for its inputs.

use std::collections::BTreeSet;

use rust_decimal::prelude::ToPrimitive;

use super::cells::Cells;
use super::{Ground, decisions};
use crate::domain::books::money_in::MoneyVerdict;
use crate::domain::count::counted;
use crate::domain::date::Month;
use crate::domain::finding::{Code, Finding};
use crate::domain::id::AccountId;
use crate::domain::page::seal::{self, Found, REF, SEAL, Seal};
use crate::domain::proposals::decided::{ReturnedList, ReturnedRow};
use crate::domain::rows::{DecisionRow, MoneyDecisionRow, Rows, SheetRows};
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// Rows of a sheet, in Excel's last version.
const SHEET_ROWS: u64 = 1_048_576;

/// Reads the rows of one list that came back, one at a time.
pub struct ListReader {
    list: ReturnedList,
    seen: BTreeSet<String>,
    findings: Vec<Finding>,
    /// Whether it was told already that the list has other columns.
    told_columns: bool,
    /// How many rows the list has.
    rows: u64,
    /// The row above the header that counts them, and what became of it.
    count: Option<(Row, Found)>,
    /// The order of the rows' names, and the token that says in which order they were written.
    order: u64,
    written: Option<String>,
}

impl ListReader {
    /// Begins a list whose columns are where the place says.
    pub fn new(place: Place) -> ListReader {
        // A list past the length of a sheet goes on on `Register (2)`.
        let sheet = &*place.name.sheet;
        let name = sheet.split_once(" (").map_or(sheet, |(name, _)| name).to_owned();
        let list = ReturnedList { name, place, rows: vec![], is_sorted_anew: false };
        ListReader {
            list,
            seen: BTreeSet::new(),
            findings: vec![],
            told_columns: false,
            rows: 0,
            count: None,
            order: 0,
            written: None,
        }
    }

    /// Reads the next row of the sheet; rows up to the header count where they are sealed.
    pub fn push(&mut self, row: &Row) {
        let layout = &self.list.place.layout;
        let named = layout.columns.iter().filter(|column| !column.name.is_empty());
        let first = named.clone().find(|column| !is_blank(row.value(column.at)));
        let Some(first) = first.filter(|_| row.number != layout.header_row) else { return };
        self.rows += u64::from(row.number > layout.header_row);
        let text =
            |header| layout.column(header).map(|column| row.value(column.at).text()).unwrap_or_default();
        let (reference, sealed) = (text(REF).trim().to_owned(), text(SEAL));
        let Some(seal) = Seal::parse(&sealed) else {
            if row.number < layout.header_row {
                return;
            }
            let header = if sealed.is_empty() && !seal::takes_decisions(layout) { &first.name } else { SEAL };
            let header = header.to_owned();
            let message = "The row is none of those that the list was written with, or its seal was changed. Remove \
                           the row, or decide on a fresh copy of the workbook.";
            self.trouble(row, &header, Code::ChangedCell, sealed, message.to_owned());
            return;
        };
        let found = seal.compare(&self.list.name, &said(&self.list.place, row));
        if row.number < layout.header_row && row.value(0).text() == seal::ALL_ROWS {
            self.count = Some((row.clone(), found));
            self.written = Some(seal.token.to_owned());
            return;
        }
        if !reference.is_empty() && row.number > layout.header_row {
            self.order = self.order.wrapping_add(seal::placed(&reference, self.rows));
        }
        match found {
            Found::Whole if row.number < layout.header_row || !seal::takes_decisions(layout) => {}
            Found::Whole => self.keep(row, reference, seal.token),
            Found::Changed(headers) if headers.is_empty() => {
                let message = "Cells of the row were changed. Undo the change, or decide on a fresh copy of the workbook.";
                self.trouble(row, SEAL, Code::ChangedCell, reference, message.to_owned());
            }
            Found::Changed(headers) => headers.iter().for_each(|header| self.changed(row, header)),
            Found::OtherColumns => self.other_columns(row),
        }
    }

    /// Ends the list; gives what was wrong with it too.
    pub fn finish(mut self) -> (ReturnedList, Vec<Finding>) {
        if let Some((row, found)) = self.count.take() {
            self.check_count(&row, &found);
        }
        let order = seal::all_token(self.order);
        self.list.is_sorted_anew =
            self.findings.is_empty() && self.written.is_some_and(|written| written != order);
        (self.list, self.findings)
    }

    /// Compares the count of all rows with the rows that came. A program that worked the count out again changed it, and the
    /// totals beside it; in a file of any other it still says how many rows there were.
    fn check_count(&mut self, row: &Row, found: &Found) {
        let columns = &self.list.place.layout.columns;
        let header = columns.iter().find(|column| column.at == seal::COUNT).map(|column| column.name.clone());
        let header = header.unwrap_or_default();
        let was = match row.value(seal::COUNT) {
            Value::Number(count) => count.to_u64(),
            _ => None,
        };
        let is_another = matches!(found, Found::Changed(headers) if headers.contains(&header));
        // A list past the length of a sheet goes on on the next.
        let differs = was.is_some_and(|was| was != self.rows && was <= SHEET_ROWS);
        if is_another || differs {
            let before =
                was.filter(|_| !is_another).map_or("another number".to_owned(), |was| was.to_string());
            let message = format!(
                "The list has {} and was written with {before}: rows were removed or added. Decide on a fresh copy of \
                 the workbook; a row without a decision stays as it is.",
                counted(usize::try_from(self.rows).unwrap_or(usize::MAX), "row", "rows")
            );
            self.trouble(row, &header, Code::ChangedCell, row.value(seal::COUNT).text(), message);
            return;
        }
        match found {
            Found::Whole => {}
            Found::Changed(headers) => headers.iter().for_each(|header| self.changed(row, header)),
            Found::OtherColumns => self.other_columns(row),
        }
    }

    /// Keeps a whole row in which something was typed.
    fn keep(&mut self, row: &Row, reference: String, token: &str) {
        // Rows without a name take no decision; there may be many of them.
        let is_nameless = reference.is_empty() && token.is_empty();
        if !is_nameless && !self.seen.insert(reference.clone()) {
            let message = format!("The row of {reference} stands in the list twice. Remove one of the two.");
            self.trouble(row, REF, Code::ConflictingRows, reference, message);
            return;
        }
        let inputs = self.list.place.layout.columns.iter().filter(|column| seal::is_input(&column.name));
        let inputs: BTreeSet<u32> = inputs.map(|column| column.at).collect();
        let typed = row.cells.iter().filter(|cell| inputs.contains(&cell.column) && !is_blank(&cell.value));
        let typed = Row { number: row.number, cells: typed.cloned().collect() };
        if is_nameless && let Some(cell) = typed.cells.first() {
            let column = self.list.place.layout.columns.iter().find(|column| column.at == cell.column);
            let header = column.map(|column| column.name.clone()).unwrap_or_default();
            let message = "Nothing is decided on this row. Clear the cell; the read of an account is decided on the \
                           account's own row.";
            self.trouble(
                row,
                &header,
                Code::NothingToDecide,
                cell.value.text().to_string(),
                message.to_owned(),
            );
        } else if !typed.cells.is_empty() {
            let value = ReturnedRow { reference, token: token.to_owned(), typed };
            self.list.rows.push(Numbered { row: row.number, value });
        }
    }

    fn changed(&mut self, row: &Row, header: &str) {
        let column = self.list.place.layout.column(header);
        let there = column.map(|column| row.value(column.at).text()).unwrap_or_default();
        let says = if there.is_empty() { "is empty".to_owned() } else { format!("says '{there}'") };
        let message = format!(
            "The cell {says}, which is not what the workbook was written with. Only the yellow cells take something: \
             undo the change, or decide on a fresh copy of the workbook."
        );
        self.trouble(row, header, Code::ChangedCell, there, message);
    }

    fn other_columns(&mut self, row: &Row) {
        if !self.told_columns {
            self.told_columns = true;
            let message = "The list has other columns than it was written with. Remove what was added, or decide on a \
                           fresh copy of the workbook.";
            let trouble = Trouble::error(Code::ChangedCell, "", message);
            self.findings
                .push(self.list.place.row(self.list.place.layout.header_row.clamp(1, row.number), trouble));
        }
    }

    fn trouble(&mut self, row: &Row, header: &str, code: Code, value: String, message: String) {
        self.findings.push(self.list.place.cell(row.number, header, Trouble::error(code, value, message)));
    }
}

/// What the cells of a row say, but for its inputs and its seal.
fn said<'p>(place: &'p Place, row: &Row) -> Vec<(&'p str, Option<String>)> {
    let decides = seal::takes_decisions(&place.layout);
    let columns = place.layout.columns.iter().filter(|column| column.name != SEAL && !column.name.is_empty());
    let written = columns.filter(|column| !decides || !seal::is_input(&column.name));
    written.map(|column| (column.name.as_str(), seal::said_again(row.value(column.at)))).collect()
}

fn is_blank(value: &Value) -> bool {
    value.text().trim().is_empty()
}

/// Reads the rows of a list of held reads as rows of a decisions sheet.
///
/// The row's name is month and account, as in the number of the bill that is held.
pub fn verdicts(list: &ReturnedList, ground: Ground) -> (SheetRows, Vec<Finding>) {
    let (mut findings, mut zeros_restored, mut rows) = (Vec::new(), 0, Vec::new());
    for row in &list.rows {
        let mut cells = Cells {
            place: &list.place,
            row: &row.value.typed,
            ground,
            findings: &mut findings,
            zeros_restored: &mut zeros_restored,
        };
        if let Some((month, account)) = month_and_account(&row.value.reference)
            && let Some(value) = decisions::verdict(&mut cells, account, month)
        {
            rows.push(Numbered { row: row.row, value: DecisionRow::Read(value) });
        }
    }
    let sheet = SheetRows { place: list.place.clone(), rows: Rows::Decisions(rows), totals: vec![] };
    (sheet, findings)
}

/// Reads the decided rows of a list of deposits or credits, whose names begin with a prefix, as rows of a decisions sheet; words that are none were refused before.
pub fn money_verdicts(list: &ReturnedList, ground: Ground, (what, prefix): (&str, &str)) -> SheetRows {
    let (mut findings, mut zeros_restored, mut rows) = (Vec::new(), 0, Vec::new());
    for row in &list.rows {
        let mut cells = Cells {
            place: &list.place,
            row: &row.value.typed,
            ground,
            findings: &mut findings,
            zeros_restored: &mut zeros_restored,
        };
        let said = cells.text(seal::DECISION).to_lowercase();
        let verdict = MoneyVerdict::ALL.into_iter().find(|verdict| verdict.words() == (what, said.as_str()));
        if let (Some(verdict), Some(account)) = (verdict, row.value.reference.strip_prefix(prefix)) {
            let value = MoneyDecisionRow {
                verdict,
                account: Some(AccountId::new(account)),
                reference: String::new(),
                amount: None,
                initials: cells.text(seal::INITIALS),
            };
            rows.push(Numbered { row: row.row, value: DecisionRow::Money(value) });
        }
    }
    SheetRows { place: list.place.clone(), rows: Rows::Decisions(rows), totals: vec![] }
}

/// Month and account of `202602-0000102`.
fn month_and_account(reference: &str) -> Option<(Month, AccountId)> {
    let (month, account) = reference.split_once('-')?;
    let (year, month) = month.split_at_checked(4)?;
    Some((Month::new(year.parse().ok()?, month.parse().ok()?)?, AccountId::new(account)))
}
