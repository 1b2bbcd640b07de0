//! Answers what was posted: bills with their lines, entries, findings and receipts.

use std::collections::BTreeMap;

use rusqlite::Row;

use super::codec::{self, from_json, from_text, maybe, money, parsed};
use super::facts::text;
use super::{Ledger, Result};
use crate::domain::books::account::MeterSize;
use crate::domain::books::bill::{Bill, BillLine, TariffUsed};
use crate::domain::books::charge::Working;
use crate::domain::books::entry::Effect;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber, Sequence};
use crate::domain::proposals::receipts::ReceiptRow;
use crate::domain::proposals::register::Control;

/// A posted bill and the run that posted it.
#[derive(Clone, Debug)]
pub struct BillRecord {
    /// The run.
    pub sequence: Sequence,
    /// The bill.
    pub bill: Bill,
}

/// A finding as it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FindingRecord {
    /// The day of the run.
    pub date: Date,
    /// The file's name as dropped.
    pub file: String,
    /// Row as numbered in the sheet.
    pub row: Option<u32>,
    /// The header of the column.
    pub column: String,
    /// Error, warning or note.
    pub severity: String,
    /// Its code.
    pub code: String,
    /// What was there.
    pub value: String,
    /// What was wrong and what to do.
    pub message: String,
}

impl Ledger {
    /// Bills dated on or before a day, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn bills(&self, as_of: Date) -> Result<Vec<BillRecord>> {
        self.bills_where("bill_date <= ?", [text(as_of)])
    }

    /// Bills of one cycle and month, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn bills_of(&self, cycle: &str, month: Month) -> Result<Vec<BillRecord>> {
        self.bills_where("cycle = ? AND month = ?", [cycle.to_owned(), month.to_string()])
    }

    fn bills_where<P: rusqlite::Params + Clone>(
        &self,
        condition: &str,
        values: P,
    ) -> Result<Vec<BillRecord>> {
        let sql = format!("SELECT * FROM bill WHERE {condition} ORDER BY bill_date, number");
        let bills = self.collect(&sql, values.clone(), |row| Ok((row.get::<_, i64>("id")?, bill(row)?)))?;
        let sql = format!(
            "SELECT bill_line.*, working.file, working.key, working.line AS at, working.effective, working.above, \
             working.up_to FROM bill JOIN bill_line ON bill_line.bill = bill.id \
             JOIN working ON working.id = bill_line.working WHERE {condition} ORDER BY bill_line.bill, bill_line.line"
        );
        let mut lines: BTreeMap<i64, Vec<BillLine>> = BTreeMap::new();
        for (bill, line) in self.collect(&sql, values, |row| Ok((row.get::<_, i64>("bill")?, line(row)?)))? {
            lines.entry(bill).or_default().push(line);
        }
        let with_lines = |(id, mut record): (i64, BillRecord)| {
            record.bill.lines = lines.remove(&id).unwrap_or_default();
            record
        };
        Ok(bills.into_iter().map(with_lines).collect())
    }

    /// Number of a cycle and month's bills, and the sum of the entries posted for them.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn control(&self, cycle: &str, month: Month) -> Result<Control> {
        let sql = "SELECT count(*) AS bills, coalesce(sum(entry.amount), 0) AS posted FROM bill \
                   JOIN entry ON entry.sequence = bill.sequence AND entry.reference = bill.number \
                   WHERE entry.kind = 'bill' AND cycle = ? AND month = ?";
        let read = |row: &Row<'_>| {
            let bills = u32::try_from(row.get::<_, i64>("bills")?).expect("bills are counted in thousands");
            Ok(Control { bills: bills as usize, posted: money(row, "posted")? })
        };
        let found = self.collect(sql, [cycle.to_owned(), month.to_string()], read)?;
        Ok(found.into_iter().next().expect("an aggregate has one row"))
    }

    /// Entries dated on or before a day, by date, account, kind, amount, deposit and reference.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn entries(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql =
            "SELECT * FROM entry WHERE date <= ? ORDER BY date, account, kind, amount, deposit, reference";
        self.collect(sql, [text(as_of)], |row| {
            Ok(Effect {
                date: parsed(row, "date", from_text)?,
                account: AccountId::new(row.get::<_, String>("account")?),
                kind: parsed(row, "kind", codec::entry_kind)?,
                amount: money(row, "amount")?,
                deposit: money(row, "deposit")?,
                reference: row.get("reference")?,
                due_date: maybe(row, "due_date", from_text)?,
            })
        })
    }

    /// Findings of runs on or before a day, by date, file, row, column and code.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn findings(&self, as_of: Date) -> Result<Vec<FindingRecord>> {
        let sql = "SELECT day, finding.* FROM finding JOIN receipt USING (sequence) WHERE day <= ? \
                   ORDER BY day, finding.file, row, header, code, finding.id";
        self.collect(sql, [text(as_of)], |row| {
            Ok(FindingRecord {
                date: parsed(row, "day", from_text)?,
                file: row.get("file")?,
                row: row.get("row")?,
                column: row.get("header")?,
                severity: row.get("severity")?,
                code: row.get("code")?,
                value: row.get("value")?,
                message: row.get("message")?,
            })
        })
    }

    /// All receipts, by sequence.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn receipts(&self) -> Result<Vec<ReceiptRow>> {
        self.collect("SELECT * FROM receipt ORDER BY sequence", [], |row| {
            let totals: Vec<(String, String)> = parsed(row, "totals", from_json)?;
            let dropped: String = row.get("dropped")?;
            let in_words: Vec<String> = totals.iter().map(|(what, sum)| format!("{what} {sum}")).collect();
            Ok(ReceiptRow {
                sequence: Sequence(row.get("sequence")?),
                day: parsed(row, "day", from_text)?,
                name: row.get("name")?,
                kind: row.get("kind")?,
                fate: parsed(row, "fate", codec::fate)?,
                rows: u64::try_from(row.get::<_, i64>("rows")?).unwrap_or_default(),
                totals: in_words.join("; "),
                sha256: row.get::<_, String>(if dropped.is_empty() { "sha256" } else { "dropped" })?,
                outcome: row.get("outcome")?,
            })
        })
    }

    /// The receipt whose file has this content and stands in the books: accepted, not returned.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn accepted_content(&self, sha256: &str) -> Result<Option<(Sequence, Date, String)>> {
        let sql = "SELECT sequence, day, name FROM receipt WHERE dropped = ? AND fate = 'accepted' LIMIT 1";
        let found = self.collect(sql, [sha256], |row| {
            Ok((Sequence(row.get("sequence")?), parsed(row, "day", from_text)?, row.get("name")?))
        })?;
        Ok(found.into_iter().next())
    }

    /// The latest content on record of each setting or rate file.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn recorded_settings(&self) -> Result<BTreeMap<String, String>> {
        let sql = "SELECT name, sha256, max(sequence) FROM receipt WHERE fate = 'recorded' GROUP BY name";
        Ok(self.collect(sql, [], |row| Ok((row.get("name")?, row.get("sha256")?)))?.into_iter().collect())
    }

    /// The rate files that posted bills were priced with.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn tariffs_used(&self) -> Result<Vec<TariffUsed>> {
        let sql = "SELECT DISTINCT file, sha256, effective FROM tariff_used ORDER BY effective, file";
        self.collect(sql, [], |row| {
            Ok(TariffUsed {
                file: row.get("file")?,
                sha256: row.get("sha256")?,
                effective: parsed(row, "effective", from_text)?,
            })
        })
    }

    /// The day of the newest fact; `None` for empty books.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn newest_day(&self) -> Result<Option<Date>> {
        let days =
            self.collect("SELECT max(day) AS day FROM receipt", [], |row| maybe(row, "day", from_text))?;
        Ok(days.into_iter().flatten().next())
    }
}

fn bill(row: &Row<'_>) -> rusqlite::Result<BillRecord> {
    let bill = Bill {
        number: BillNumber::new(row.get::<_, String>("number")?),
        account: AccountId::new(row.get::<_, String>("account")?),
        cycle: row.get("cycle")?,
        month: parsed(row, "month", from_text)?,
        kind: parsed(row, "kind", codec::bill_kind)?,
        bill_date: parsed(row, "bill_date", from_text)?,
        due_date: parsed(row, "due_date", from_text)?,
        metered: maybe(row, "metered", from_json)?,
        units: parsed(row, "units", from_text)?,
        tariff: parsed(row, "tariff", from_text)?,
        class: row.get("class")?,
        meter_size: parsed(row, "meter_size", MeterSize::parse)?,
        dwelling_units: row.get("dwelling_units")?,
        budget_hcf: maybe(row, "budget_hcf", from_text)?,
        over_budget_hcf: maybe(row, "over_budget_hcf", from_text)?,
        lines: vec![],
        previous_balance: money(row, "previous_balance")?,
    };
    Ok(BillRecord { sequence: Sequence(row.get("sequence")?), bill })
}

fn line(row: &Row<'_>) -> rusqlite::Result<BillLine> {
    Ok(BillLine {
        kind: parsed(row, "kind", codec::charge_kind)?,
        name: row.get("name")?,
        tier: row.get("tier")?,
        quantity: parsed(row, "quantity", from_text)?,
        unit: parsed(row, "unit", codec::charge_unit)?,
        price: parsed(row, "price", from_text)?,
        amount: money(row, "amount")?,
        working: Working {
            file: row.get("file")?,
            key: row.get("key")?,
            line: row.get("at")?,
            effective: maybe(row, "effective", from_text)?,
            above: maybe(row, "above", from_text)?,
            up_to: maybe(row, "up_to", from_text)?,
        },
    })
}
