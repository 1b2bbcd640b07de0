//! Keeps the back bills of stuck meters, and answers which accounts may need one.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::append::Step;
use super::codec::{Fields, from_json, to_json};
use super::facts::text;
use super::lists::{BILL_COLUMNS, bill};
use super::{Ledger, Result};
use crate::domain::books::back_bill::PostedBackBill;
use crate::domain::books::bill::Bill;
use crate::domain::date::Date;

pub(super) fn insert_back_bill(
    transaction: &Transaction<'_>,
    sequence: u32,
    posted: &PostedBackBill,
) -> Step {
    let sql = "INSERT INTO main.back_bill (sequence, account, day, reference, posted) VALUES (?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        posted.back_bill.account.as_str(),
        posted.day.to_string(),
        posted.back_bill.reference,
        to_json(posted),
    ])?;
    Ok(())
}

impl Ledger {
    /// Calls a function with the bills of each account that has one without usage, or with the same usage again, dated
    /// between two days; all its bills up to the last day, oldest first, without their lines.
    ///
    /// One account's bills are held at a time. No index finds them: the text of what was measured is searched.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn each_doubtful_account(
        &self,
        (since, until): (Date, Date),
        mut see: impl FnMut(&[Bill]),
    ) -> Result<()> {
        let sql = format!(
            "SELECT {BILL_COLUMNS} FROM bill WHERE bill_date <= ?2 AND account IN (SELECT account FROM bill \
             WHERE bill_date BETWEEN ?1 AND ?2 AND (metered LIKE '%\"usage\":{{\"amount\":0,%' \
             OR metered LIKE '%identical-usage%')) ORDER BY account, bill.id"
        );
        let mut walk = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([text(since), text(until)])?;
            let mut of_one: Vec<Bill> = Vec::new();
            while let Some(row) = rows.next()? {
                let next = bill(&mut Fields::of(row))?.bill;
                if of_one.first().is_some_and(|first| first.account != next.account) {
                    see(&of_one);
                    of_one.clear();
                }
                of_one.push(next);
            }
            if !of_one.is_empty() {
                see(&of_one);
            }
            Ok(())
        };
        self.sqlite(walk())
    }

    /// The back bills dated on or before a day, in the order in which they were posted.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn back_bills(&self, as_of: Date) -> Result<Vec<PostedBackBill>> {
        let sql = "SELECT posted FROM back_bill WHERE day <= ? ORDER BY id";
        self.collect(sql, [text(as_of)], |row| row.parsed(from_json))
    }

    /// The references that back bills ever had, those that were undone included: none is given twice.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn back_bill_references(&self) -> Result<BTreeSet<String>> {
        let found = self.collect("SELECT reference FROM main.back_bill", [], |row| row.next())?;
        Ok(found.into_iter().collect())
    }
}
