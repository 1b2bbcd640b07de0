//! Answers what a month's bills are compared with: the bills before them, and what they posted.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::codec::{Fields, from_text};
use super::facts::text;
use super::lists::{BILL_COLUMNS, bill, line_without_working};
use super::{Ledger, Result};
use crate::domain::books::bill::Bill;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::proposals::register::GlTotal;

impl Ledger {
    /// Calls a function with the last bill before a month of every account that was ever in a cycle, one after the
    /// other; the lines come without their workings.
    ///
    /// Only one bill is held at a time: a large office has a million of them.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn each_earlier_bill(&self, cycle: &str, month: Month, mut see: impl FnMut(&Bill)) -> Result<()> {
        let sql = format!(
            "SELECT bill.id, bill_line.kind, bill_line.name, tier, quantity, unit, price, amount, {BILL_COLUMNS} \
             FROM bill LEFT JOIN bill_line ON bill_line.bill = bill.id \
             WHERE bill.id IN (SELECT max(id) FROM bill WHERE month < ?2 AND account IN \
             (SELECT account FROM account WHERE cycle = ?1) GROUP BY account) \
             ORDER BY bill.id, bill_line.line"
        );
        let mut walk = || -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare_cached(&sql)?;
            let mut rows = statement.query([cycle.to_owned(), month.to_string()])?;
            let mut open: Option<(i64, Bill)> = None;
            while let Some(row) = rows.next()? {
                let mut fields = Fields::of(row);
                let id: i64 = fields.next()?;
                let line = line_without_working(&mut fields)?;
                if open.as_ref().is_none_or(|(known, _)| *known != id) {
                    open.iter().for_each(|(_, done)| see(done));
                    open = Some((id, bill(&mut fields)?.bill));
                }
                let (_, bill) = open.as_mut().expect("a bill was opened just now");
                bill.lines.extend(line);
            }
            open.iter().for_each(|(_, done)| see(done));
            Ok(())
        };
        self.sqlite(walk())
    }

    /// The bills of days from a date on that were priced under rates of before it: how many, and the earliest day read.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn bills_priced_before(&self, effective: Date) -> Result<(usize, Option<Date>)> {
        let sql = "SELECT count(*), min(day) FROM \
                   (SELECT coalesce(json_extract(metered, '$.period.current'), bill_date) AS day FROM bill \
                   WHERE tariff < ?1 AND bill_date >= ?1) \
                   WHERE day >= ?1";
        let found = self.collect(sql, [text(effective)], |row| {
            let bills = row.next::<u32>()?;
            Ok((usize::try_from(bills).expect("a computer of 32 bits"), row.maybe(from_text)?))
        })?;
        Ok(found.into_iter().next().expect("an aggregate has one row"))
    }

    /// Units billed to each account in a month, of all its bills.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn units_in(&self, month: Month) -> Result<BTreeMap<AccountId, Decimal>> {
        let sql = "SELECT account, units FROM bill WHERE month = ?";
        let rows = self.collect(sql, [month.to_string()], |row| {
            Ok((row.id(AccountId::new)?, row.parsed(from_text::<Decimal>)?))
        })?;
        let mut units = BTreeMap::new();
        for (account, more) in rows {
            *units.entry(account).or_insert(Decimal::ZERO) += more;
        }
        Ok(units)
    }

    /// Units billed to each account of a class, on all its bills dated on or before a day.
    ///
    /// # Errors
    /// Where SQLite refuses or a value is not ours.
    pub fn units_of_class(&self, class: &str, as_of: Date) -> Result<BTreeMap<AccountId, Decimal>> {
        let sql = "SELECT account, units FROM bill WHERE bill_date <= ? \
                   AND account IN (SELECT account FROM account WHERE class = ?)";
        let rows = self.collect(sql, [text(as_of), class.to_owned()], |row| {
            Ok((row.id(AccountId::new)?, row.parsed(from_text::<Decimal>)?))
        })?;
        let mut units = BTreeMap::new();
        for (account, more) in rows {
            *units.entry(account).or_insert(Decimal::ZERO) += more;
        }
        Ok(units)
    }

    /// What a cycle and month's bills posted to the general ledger, by its account, then by the kind of the legs.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn gl_totals(&self, cycle: &str, month: Month) -> Result<Vec<GlTotal>> {
        let sql = "SELECT gl_account, leg.kind, sum(leg.amount) FROM bill \
                   JOIN entry ON entry.sequence = bill.sequence AND entry.reference = bill.number \
                   JOIN leg ON leg.entry = entry.id \
                   WHERE entry.kind = 'bill' AND cycle = ? AND month = ? \
                   GROUP BY gl_account, leg.kind ORDER BY gl_account, leg.kind";
        self.collect(sql, [cycle.to_owned(), month.to_string()], |row| {
            Ok(GlTotal { gl_account: row.next()?, kind: row.next()?, amount: row.money()? })
        })
    }
}
