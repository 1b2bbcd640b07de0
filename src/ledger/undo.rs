//! Answers what an undo needs to know: what a fact posted, and which later facts rest on it.

use std::collections::{BTreeMap, BTreeSet};

use super::codec::{Fields, from_text};
use super::facts::text;
use super::lists::{BillRecord, effect};
use super::{Ledger, Result, schema};
use crate::domain::books::entry::{Effect, Entry, Leg};
use crate::domain::books::undo::{Dependant, PostedEntry};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::proposals::rebilled::UndoneBill;

/// Why a later fact rests on fact `?1`, and the facts that do.
///
/// Facts that are undone themselves are in none of them: the views leave them out.
const DEPENDANTS: &[(&str, &str)] = &[
    ("bills its reads", "SELECT sequence FROM bill WHERE json_extract(metered, '$.read.sequence') = ?1"),
    (
        "bills its bulk water",
        "SELECT bill.sequence FROM bill, json_each(bill.metered, '$.loads') AS load \
         WHERE json_extract(load.value, '$.sequence') = ?1",
    ),
    (
        "decides about its reads",
        "SELECT sequence FROM verdict WHERE ';' || about LIKE '%;' || ?1 || ':%' AND sequence <> ?1",
    ),
    (
        "puts reads of it aside",
        "SELECT sequence FROM decision WHERE what = 'stray read' AND reference LIKE printf('%06d-%%', ?1)",
    ),
    (
        "decides about its changes of accounts",
        "SELECT sequence FROM decision WHERE what = 'account change' AND reference LIKE printf('AC-%06d-%%', ?1)",
    ),
    (
        "bills a read that it decided about",
        "SELECT bill.sequence FROM bill JOIN verdict ON verdict.account = bill.account WHERE verdict.sequence = ?1 \
         AND bill.sequence > ?1 AND ';' || verdict.about || ';' LIKE '%;' || json_extract(metered, '$.read.sequence') \
         || ':' || json_extract(metered, '$.read.number') || ';%'",
    ),
    (
        "posts what it approved",
        "SELECT bill.sequence FROM bill JOIN decision ON decision.reference = bill.number \
         WHERE decision.sequence = ?1 AND bill.sequence > ?1",
    ),
    (
        "reads its meters",
        "SELECT sequence FROM read WHERE sequence > ?1 AND meter IN (SELECT meter FROM \
         (SELECT account, meter FROM meter WHERE sequence = ?1 EXCEPT \
         SELECT account, meter FROM meter WHERE sequence <> ?1))",
    ),
    (
        "bills its meters",
        "SELECT bill.sequence FROM bill JOIN meter ON meter.account = bill.account \
         AND meter.meter = json_extract(metered, '$.meter') WHERE meter.sequence = ?1 AND bill.sequence > ?1",
    ),
    (
        "bills the same accounts after it",
        "SELECT later.sequence FROM bill JOIN bill AS later ON later.account = bill.account \
         WHERE bill.sequence = ?1 AND later.sequence > ?1",
    ),
    (
        "charges late fees on its bills",
        "SELECT late_fee.sequence FROM late_fee JOIN bill ON bill.number = late_fee.bill WHERE bill.sequence = ?1",
    ),
    (
        "bills budgets made from it",
        "SELECT bill.sequence FROM bill JOIN landscape ON landscape.account = bill.account \
         WHERE bill.sequence > ?1 AND budget_hcf IS NOT NULL \
         AND (landscape.sequence = ?1 OR landscape.station IN (SELECT station FROM eto WHERE eto.sequence = ?1))",
    ),
    (
        "decides about its payments in unapplied cash",
        "SELECT money_decision.sequence FROM money_decision JOIN standing_entry AS waiting \
         ON waiting.reference = money_decision.reference AND waiting.amount = -money_decision.amount \
         WHERE what = 'payment' AND waiting.kind = 'unapplied-payment' AND waiting.sequence = ?1 \
         AND money_decision.sequence > ?1",
    ),
    (
        "decides about its adjustments",
        "SELECT money_decision.sequence FROM money_decision JOIN adjustment USING (reference) \
         WHERE what = 'adjustment' AND adjustment.sequence = ?1",
    ),
    (
        "returns its payments",
        "SELECT back.sequence FROM payment JOIN payment AS back USING (account, amount, reference) \
         WHERE payment.sequence = ?1 AND NOT payment.returned AND back.returned AND back.sequence > ?1",
    ),
    (
        "gives back its deposits",
        "SELECT back.sequence FROM standing_entry AS taken JOIN standing_entry AS back USING (account) \
         WHERE taken.sequence = ?1 AND taken.deposit > 0 AND back.deposit < 0 AND back.sequence > ?1",
    ),
    (
        "gives back credits that rest on it",
        "SELECT money_decision.sequence FROM money_decision JOIN standing_entry USING (account) \
         WHERE what = 'credit-refund' AND standing_entry.sequence = ?1 AND money_decision.sequence > ?1",
    ),
    (
        "makes the final bills of its closings",
        "SELECT bill.sequence FROM bill JOIN closing USING (account) \
         WHERE closing.sequence = ?1 AND bill.kind = 'final' AND bill.sequence > ?1",
    ),
    (
        "settles its final bills",
        "SELECT settled.sequence FROM bill JOIN standing_entry AS settled USING (account) \
         JOIN receipt ON receipt.sequence = settled.sequence \
         WHERE bill.sequence = ?1 AND bill.kind = 'final' AND receipt.kind = 'settlements' AND settled.sequence > ?1",
    ),
    (
        "bills its periods on top",
        "SELECT back_bill.sequence FROM back_bill, json_each(back_bill.posted, '$.back_bill.stuck.periods') AS period \
         JOIN bill ON bill.number = json_extract(period.value, '$.bill') WHERE bill.sequence = ?1",
    ),
    (
        "posts the back bills that it approved",
        "SELECT back_bill.sequence FROM back_bill JOIN decision USING (reference) \
         WHERE decision.sequence = ?1 AND back_bill.sequence > ?1",
    ),
    (
        "orders the lock-offs that it approved",
        "SELECT field_order.sequence FROM field_order JOIN decision ON decision.reference = \
         'LO-' || json_extract(request, '$.account') || '-' || json_extract(request, '$.reason') \
         WHERE decision.sequence = ?1 AND decision.what = 'lock-off' AND field_order.sequence > ?1",
    ),
    (
        "charges the late fees that it approved",
        "SELECT late_fee.sequence FROM late_fee JOIN decision ON decision.reference = 'LF-' || late_fee.bill \
         WHERE decision.sequence = ?1 AND decision.what = 'late fee' AND late_fee.sequence > ?1",
    ),
    (
        "makes field orders of it",
        "SELECT sequence FROM field_order WHERE sequence > ?1 \
         AND request IN (SELECT request FROM order_request WHERE order_request.sequence = ?1)",
    ),
    (
        "has results of its field orders",
        "SELECT field_result.sequence FROM field_result JOIN field_order ON field_order.number = field_result.number \
         WHERE field_order.sequence = ?1",
    ),
    (
        "bills accounts as it has them",
        "WITH changed AS (SELECT account, min(sequence) AS next FROM account WHERE sequence > ?1 GROUP BY account) \
         SELECT bill.sequence FROM account JOIN bill USING (account) LEFT JOIN changed USING (account) \
         WHERE account.sequence = ?1 AND bill.sequence > ?1 AND (next IS NULL OR bill.sequence < next)",
    ),
];

/// Where the bills that were taken back are.
const UNDONE_BILLS: &str = "main.bill WHERE sequence IN (SELECT target FROM undone)";

/// The accounts that no other fact knows.
const OPENED_HERE: &str = "SELECT account FROM account WHERE sequence = ?1 \
                           EXCEPT SELECT account FROM account WHERE sequence <> ?1";

impl Ledger {
    /// The later facts that rest on one, each with the first reason; by sequence.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn dependants(&self, target: Sequence) -> Result<Vec<Dependant>> {
        let mut why: BTreeMap<u32, &'static str> = BTreeMap::new();
        for (reason, sql) in DEPENDANTS {
            for sequence in self.collect(sql, [target.0], |row| row.next())? {
                why.entry(sequence).or_insert(reason);
            }
        }
        for table in self.tables_of_accounts()? {
            let sql = format!(
                "SELECT DISTINCT sequence FROM {table} WHERE sequence > ?1 AND account IN ({OPENED_HERE})"
            );
            for sequence in self.collect(&sql, [target.0], |row| row.next())? {
                why.entry(sequence).or_insert("is about an account that it opened");
            }
        }
        let named = |(sequence, why): (u32, &'static str)| {
            let sql = "SELECT day, name FROM receipt WHERE sequence = ?";
            let found = self.collect(sql, [sequence], |row| {
                let (day, name) = (row.parsed(from_text)?, row.next()?);
                Ok(Dependant { sequence: Sequence(sequence), day, name, why })
            })?;
            Ok(found.into_iter().next().expect("every fact has a receipt"))
        };
        why.into_iter().map(named).collect()
    }

    /// The tables whose rows are about an account, money among them.
    fn tables_of_accounts(&self) -> Result<Vec<&'static str>> {
        let sql = "SELECT count(*) FROM pragma_table_info(?) WHERE name IN ('sequence', 'account')";
        let mut tables = vec!["standing_entry"];
        for table in schema::TABLES.iter().filter(|table| **table != "entry") {
            if self.collect(sql, [table], |row| row.next::<u32>())? == [2] {
                tables.push(table);
            }
        }
        Ok(tables)
    }

    /// The entries that a fact posted, in their order.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn entries_of(&self, fact: Sequence) -> Result<Vec<PostedEntry>> {
        let sql = "SELECT id, date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE sequence = ? ORDER BY id";
        let mut posted = self.collect(sql, [fact.0], |row| {
            Ok(PostedEntry { id: row.next()?, entry: Entry { effect: effect(row)?, legs: vec![] } })
        })?;
        for posted in &mut posted {
            let sql = "SELECT gl_account, kind, amount FROM leg WHERE entry = ? ORDER BY leg";
            posted.entry.legs = self.collect(sql, [posted.id], leg)?;
        }
        Ok(posted)
    }

    /// The entries that stand at the end of a day: an entry and its mirror are left out from the day of the mirror on.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn standing_entries(&self, as_of: Date) -> Result<Vec<Effect>> {
        let sql = "SELECT date, account, kind, amount, deposit, reference, due_date FROM entry \
                   WHERE date <= ?1 AND mirrors IS NULL \
                   AND id NOT IN (SELECT mirrors FROM entry WHERE mirrors IS NOT NULL AND date <= ?1) ORDER BY id";
        self.collect(sql, [text(as_of)], effect)
    }

    /// The fact that undid a fact; `None` for one that stands.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn undone_by(&self, target: Sequence) -> Result<Option<Sequence>> {
        let sql = "SELECT sequence FROM undone WHERE target = ?";
        Ok(self.collect(sql, [target.0], |row| row.next())?.into_iter().next().map(Sequence))
    }

    /// The accounts and months whose bills were undone, once for each bill.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn undone_bills(&self) -> Result<Vec<(AccountId, Month)>> {
        let sql =
            "SELECT account, month FROM main.bill WHERE sequence IN (SELECT target FROM undone) ORDER BY id";
        self.collect(sql, [], |row| Ok((row.id(AccountId::new)?, row.parsed(from_text)?)))
    }

    /// The bills of one cycle and month that were taken back, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn undone_bills_of(&self, cycle: &str, month: Month) -> Result<Vec<UndoneBill>> {
        let condition = format!("{UNDONE_BILLS} AND cycle = ? AND month = ?");
        self.with_their_undos(self.bills_where(&condition, [cycle.to_owned(), month.to_string()])?)
    }

    /// The bills of one account that were taken back, by bill date, then number.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn undone_bills_of_account(&self, account: &AccountId) -> Result<Vec<UndoneBill>> {
        let condition = format!("{UNDONE_BILLS} AND account = ?");
        self.with_their_undos(self.bills_where(&condition, [account.to_string()])?)
    }

    fn with_their_undos(&self, bills: Vec<BillRecord>) -> Result<Vec<UndoneBill>> {
        let sql = "SELECT target, undone.sequence, day FROM undone JOIN receipt USING (sequence)";
        let undos = self.collect(sql, [], |row| {
            Ok((Sequence(row.next()?), (Sequence(row.next()?), row.parsed(from_text)?)))
        })?;
        let undos: BTreeMap<Sequence, (Sequence, Date)> = undos.into_iter().collect();
        let told = |BillRecord { sequence, bill }: BillRecord| {
            let (by, on) = undos[&sequence];
            UndoneBill { run: sequence, bill, by, on }
        };
        Ok(bills.into_iter().map(told).collect())
    }

    /// The cycles and months of which a bill run was taken back, each once.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn undone_runs(&self) -> Result<Vec<(String, Month)>> {
        let sql = "SELECT DISTINCT cycle, month FROM main.bill_run \
                   WHERE sequence IN (SELECT target FROM undone) ORDER BY cycle, month";
        self.collect(sql, [], |row| Ok((row.next()?, row.parsed(from_text)?)))
    }

    /// The facts that are undone.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn undone(&self) -> Result<BTreeSet<Sequence>> {
        let found = self.collect("SELECT target FROM undone", [], |row| row.next())?;
        Ok(found.into_iter().map(Sequence).collect())
    }
}

fn leg(row: &mut Fields<'_>) -> rusqlite::Result<Leg> {
    Ok(Leg { gl_account: row.next()?, kind: row.next()?, amount: row.money()? })
}
