//! Answers what was posted: bills with their lines, entries, findings and receipts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rusqlite::Params;

use super::codec::{self, Fields, from_json, from_text};
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
        self.bills_where("bill WHERE bill_date <= ?", [text(as_of)])
    }

    /// Shows the bills of one cycle and month one by one, in the order in which they were posted.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn each_bill_of(&self, cycle: &str, month: Month, mut see: impl FnMut(Bill)) -> Result<()> {
        let values = [cycle.to_owned(), month.to_string()];
        self.walk_bills("bill WHERE cycle = ? AND month = ?", values, |record| see(record.bill))
    }

    /// Shows the bills dated on or before a day one by one, in the order in which they were posted.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn each_bill(&self, as_of: Date, mut see: impl FnMut(Bill)) -> Result<()> {
        self.walk_bills("bill WHERE bill_date <= ?", [text(as_of)], |record| see(record.bill))
    }

    /// Bills of one account dated on or before a day, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn bills_of_account(&self, account: &AccountId, as_of: Date) -> Result<Vec<BillRecord>> {
        self.bills_where("bill WHERE account = ? AND bill_date <= ?", [account.to_string(), text(as_of)])
    }

    /// Bills of one cycle and month, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn bills_of(&self, cycle: &str, month: Month) -> Result<Vec<BillRecord>> {
        self.bills_where("bill WHERE cycle = ? AND month = ?", [cycle.to_owned(), month.to_string()])
    }

    /// Bills of a table with a condition (`bill WHERE ...`), with their lines; by bill date, then number.
    pub(super) fn bills_where<P: Params + Clone>(&self, which: &str, values: P) -> Result<Vec<BillRecord>> {
        let mut bills = Vec::new();
        self.walk_bills(which, values, |record| bills.push(record))?;
        bills.sort_by(|a, b| (a.bill.bill_date, &a.bill.number).cmp(&(b.bill.bill_date, &b.bill.number)));
        Ok(bills)
    }

    /// Shows the bills of a table with a condition one by one, in the order in which they were posted.
    fn walk_bills<P: Params + Clone>(
        &self,
        which: &str,
        values: P,
        mut see: impl FnMut(BillRecord),
    ) -> Result<()> {
        let workings = self.workings()?;
        let bills = format!("SELECT id, {BILL_COLUMNS} FROM {which} ORDER BY id");
        let lines = format!(
            "SELECT bill, working, kind, name, tier, quantity, unit, price, amount FROM bill_line \
             WHERE bill IN (SELECT id FROM {which}) ORDER BY bill, line"
        );
        let mut walk = || -> rusqlite::Result<()> {
            let (mut bills, mut lines) =
                (self.connection.prepare_cached(&bills)?, self.connection.prepare_cached(&lines)?);
            let (mut bills, mut lines) = (bills.query(values.clone())?, lines.query(values.clone())?);
            let mut next_line = || -> rusqlite::Result<Option<(i64, BillLine)>> {
                let Some(row) = lines.next()? else { return Ok(None) };
                let mut fields = Fields::of(row);
                Ok(Some((fields.next()?, line(&mut fields, &workings)?)))
            };
            let mut ahead = next_line()?;
            while let Some(row) = bills.next()? {
                let mut fields = Fields::of(row);
                let id: i64 = fields.next()?;
                let mut record = bill(&mut fields)?;
                while let Some((_, line)) = ahead.take_if(|(of, _)| *of == id) {
                    record.bill.lines.push(line);
                    ahead = next_line()?;
                }
                // A month has many bills: none has more room than it needs.
                record.bill.lines.shrink_to_fit();
                see(record);
            }
            Ok(())
        };
        self.sqlite(walk())
    }

    /// Where prices and bounds come from, by their ids, each shared by the lines that have it.
    fn workings(&self) -> Result<BTreeMap<i64, Arc<Working>>> {
        let sql = "SELECT id, file, key, line, effective, above, up_to FROM working";
        let workings = self.collect(sql, [], |row| Ok((row.next()?, Arc::new(working(row)?))))?;
        Ok(workings.into_iter().collect())
    }

    /// Number of a cycle and month's bills, and the sum of the entries posted for them.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn control(&self, cycle: &str, month: Month) -> Result<Control> {
        let sql = "SELECT count(*) AS bills, coalesce(sum(entry.amount), 0) AS posted FROM bill \
                   JOIN entry ON entry.sequence = bill.sequence AND entry.reference = bill.number \
                   WHERE entry.kind = 'bill' AND cycle = ? AND month = ?";
        let values = [cycle.to_owned(), month.to_string()];
        let found = self.collect(sql, values, |row| {
            let bills = row.next::<u32>()?;
            Ok(Control {
                bills: usize::try_from(bills).expect("a computer of 32 bits"),
                posted: row.money()?,
            })
        })?;
        Ok(found.into_iter().next().expect("an aggregate has one row"))
    }

    /// Entries dated on or before a day, by date, account, kind, amount, deposit and reference.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn entries(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql =
            "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry WHERE date <= ?";
        let mut effects = self.collect(sql, [text(as_of)], effect)?;
        effects.sort_by(|a, b| {
            let key = |effect: &Effect| (effect.date, effect.account.clone(), effect.kind.word());
            let rest = |effect: &Effect| (effect.amount, effect.deposit, effect.reference.clone());
            key(a).cmp(&key(b)).then_with(|| rest(a).cmp(&rest(b)))
        });
        Ok(effects)
    }

    /// Findings of runs on or before a day, by date, file, row, column and code.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn findings(&self, as_of: Date) -> Result<Vec<FindingRecord>> {
        let sql = "SELECT day, finding.file, row, header, severity, code, value, message FROM finding \
                   JOIN receipt USING (sequence) WHERE day <= ? \
                   ORDER BY day, finding.file, row, header, code, finding.id";
        self.collect(sql, [text(as_of)], |row| {
            Ok(FindingRecord {
                date: row.parsed(from_text)?,
                file: row.next()?,
                row: row.next()?,
                column: row.next()?,
                severity: row.next()?,
                code: row.next()?,
                value: row.next()?,
                message: row.next()?,
            })
        })
    }

    /// All receipts, by sequence.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn receipts(&self) -> Result<Vec<ReceiptRow>> {
        let sql = "SELECT receipt.sequence, day, name, kind, fate, rows, totals, \
                   outcome || CASE WHEN undone.sequence IS NULL THEN '' \
                   ELSE printf('; undone by %06d', undone.sequence) END, \
                   CASE dropped WHEN '' THEN sha256 ELSE dropped END \
                   FROM receipt LEFT JOIN undone ON target = receipt.sequence ORDER BY receipt.sequence";
        self.collect(sql, [], receipt)
    }

    /// The contents that were handed back and that later files correct, by the first digits of their sha256.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn corrected(&self) -> Result<BTreeSet<String>> {
        let sql = "SELECT corrects FROM correction";
        Ok(self.collect(sql, [], |row| row.next())?.into_iter().collect())
    }

    /// The receipt whose file has this content and stands in the books: accepted, not returned.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn accepted_content(&self, sha256: &str) -> Result<Option<(Sequence, Date, String)>> {
        let sql = "SELECT sequence, day, name FROM receipt WHERE dropped = ? AND fate = 'accepted' \
                   AND sequence NOT IN (SELECT target FROM undone) LIMIT 1";
        let found = self
            .collect(sql, [sha256], |row| Ok((Sequence(row.next()?), row.parsed(from_text)?, row.next()?)))?;
        Ok(found.into_iter().next())
    }

    /// The accepted files before a number with so many rows of a kind that stand in the books, the newest first.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn accepted_like(&self, kind: &str, rows: u64, before: Sequence) -> Result<Vec<Sequence>> {
        let sql = "SELECT sequence FROM receipt WHERE fate = 'accepted' AND kind = ? AND rows = ? AND sequence < ? \
                   AND sequence NOT IN (SELECT target FROM undone) ORDER BY sequence DESC";
        let rows = i64::try_from(rows).expect("a file has at most 20 million cells");
        self.collect(sql, (kind, rows, before.0), |row| Ok(Sequence(row.next()?)))
    }

    /// The latest content on record of each setting or rate file.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn recorded_settings(&self) -> Result<BTreeMap<String, String>> {
        let sql = "SELECT name, sha256, max(sequence) FROM receipt WHERE fate = 'recorded' GROUP BY name";
        Ok(self.collect(sql, [], |row| Ok((row.next()?, row.next()?)))?.into_iter().collect())
    }

    /// Where a setting or rate file was put on record last.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn recorded(&self, name: &str) -> Result<Option<Sequence>> {
        let sql = "SELECT max(sequence) FROM receipt WHERE fate = 'recorded' AND name = ?";
        let found = self.collect(sql, [name], |row| row.next::<Option<u32>>())?;
        Ok(found.into_iter().flatten().next().map(Sequence))
    }

    /// The rate files that posted bills were priced with.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn tariffs_used(&self) -> Result<Vec<TariffUsed>> {
        let sql = "SELECT DISTINCT file, sha256, effective FROM tariff_used ORDER BY effective, file";
        self.collect(sql, [], |row| {
            Ok(TariffUsed { file: row.next()?, sha256: row.next()?, effective: row.parsed(from_text)? })
        })
    }

    /// The day of the oldest fact, on which the books were opened; `None` for empty books.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn oldest_day(&self) -> Result<Option<Date>> {
        let days = self.collect("SELECT min(day) FROM receipt", [], |row| row.maybe(from_text))?;
        Ok(days.into_iter().flatten().next())
    }

    /// The day of the newest fact; `None` for empty books.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn newest_day(&self) -> Result<Option<Date>> {
        let days = self.collect("SELECT max(day) AS day FROM receipt", [], |row| row.maybe(from_text))?;
        Ok(days.into_iter().flatten().next())
    }
}

/// The columns of a bill, in the order in which `bill` reads them.
pub(super) const BILL_COLUMNS: &str = "sequence, number, account, cycle, month, bill.kind, bill_date, due_date, metered, \
     units, tariff, class, meter_size, dwelling_units, budget_hcf, over_budget_hcf, previous_balance";

pub(super) fn bill(row: &mut Fields<'_>) -> rusqlite::Result<BillRecord> {
    Ok(BillRecord {
        sequence: Sequence(row.next()?),
        bill: Bill {
            number: row.id(BillNumber::new)?,
            account: row.id(AccountId::new)?,
            cycle: row.next()?,
            month: row.parsed(from_text)?,
            kind: row.parsed(codec::bill_kind)?,
            bill_date: row.parsed(from_text)?,
            due_date: row.parsed(from_text)?,
            metered: row.maybe(from_json)?,
            units: row.parsed(from_text)?,
            tariff: row.parsed(from_text)?,
            class: row.next()?,
            meter_size: row.parsed(MeterSize::parse)?,
            dwelling_units: row.next()?,
            budget_hcf: row.maybe(from_text)?,
            over_budget_hcf: row.maybe(from_text)?,
            lines: vec![],
            previous_balance: row.money()?,
        },
    })
}

/// A line that may be missing, where bills and their lines are read in one go.
pub(super) fn line_without_working(row: &mut Fields<'_>) -> rusqlite::Result<Option<BillLine>> {
    let Some(kind) = row.maybe(codec::charge_kind)? else {
        row.skip(6);
        return Ok(None);
    };
    Ok(Some(BillLine {
        kind,
        name: row.id(std::convert::identity)?,
        tier: row.next()?,
        quantity: row.parsed(from_text)?,
        unit: row.parsed(codec::charge_unit)?,
        price: row.parsed(from_text)?,
        amount: row.money()?,
        working: Arc::default(),
    }))
}

fn line(row: &mut Fields<'_>, workings: &BTreeMap<i64, Arc<Working>>) -> rusqlite::Result<BillLine> {
    let working = workings.get(&row.next()?).cloned().unwrap_or_default();
    Ok(BillLine {
        working,
        kind: row.parsed(codec::charge_kind)?,
        name: row.id(std::convert::identity)?,
        tier: row.next()?,
        quantity: row.parsed(from_text)?,
        unit: row.parsed(codec::charge_unit)?,
        price: row.parsed(from_text)?,
        amount: row.money()?,
    })
}

fn working(row: &mut Fields<'_>) -> rusqlite::Result<Working> {
    Ok(Working {
        file: row.next()?,
        key: row.next()?,
        line: row.next()?,
        effective: row.maybe(from_text)?,
        above: row.maybe(from_text)?,
        up_to: row.maybe(from_text)?,
    })
}

pub(super) fn effect(row: &mut Fields<'_>) -> rusqlite::Result<Effect> {
    Ok(Effect {
        date: row.parsed(from_text)?,
        account: row.id(AccountId::new)?,
        kind: row.parsed(codec::entry_kind)?,
        amount: row.money()?,
        deposit: row.money()?,
        reference: row.next()?,
        due_date: row.maybe(from_text)?,
    })
}

fn receipt(row: &mut Fields<'_>) -> rusqlite::Result<ReceiptRow> {
    Ok(ReceiptRow {
        sequence: Sequence(row.next()?),
        day: row.parsed(from_text)?,
        name: row.next()?,
        kind: row.next()?,
        fate: row.parsed(codec::fate)?,
        rows: row.next::<i64>()?.unsigned_abs(),
        totals: row.parsed(totals_in_words)?,
        outcome: row.next()?,
        sha256: row.next()?,
    })
}

fn totals_in_words(json: &str) -> Option<String> {
    let totals: Vec<(String, String)> = from_json(json)?;
    Some(totals.iter().map(|(what, sum)| format!("{what} {sum}")).collect::<Vec<_>>().join("; "))
}
