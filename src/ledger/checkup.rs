//! Looks whether the books are whole, and whether they are what other books say.

use std::collections::BTreeSet;

use rusqlite::{Connection, OpenFlags};

use super::{Ledger, LedgerError, Result, schema};
use crate::domain::date::Date;
use crate::domain::money::Money;

/// Differences told of one table; more say nothing new.
const TOLD: usize = 3;

impl Ledger {
    /// Opens the books without changing a byte of them, to be checked.
    ///
    /// # Errors
    /// Where the file cannot be opened, is no ledger, or has another layout.
    pub fn open_unchanged(path: &std::path::Path) -> Result<Ledger> {
        let sqlite = |cause| LedgerError::Sqlite { path: path.to_owned(), cause };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(path, flags).map_err(sqlite)?;
        let (found, known) = (schema::layout(&connection).map_err(sqlite)?, schema::MIGRATIONS.len());
        if found != known {
            return Err(LedgerError::OtherLayout { path: path.to_owned(), found, known });
        }
        Ok(Ledger { connection, path: path.to_owned() })
    }

    /// What is wrong with the books in themselves: damage of the file, missing triggers, entries out of balance.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn checkup(&self) -> Result<Vec<String>> {
        let mut faults: Vec<String> = self
            .collect("PRAGMA integrity_check(3)", [], |row| row.next::<String>())?
            .into_iter()
            .filter(|told| told != "ok")
            .map(|told| format!("ledger.db is damaged: {told}"))
            .collect();
        for table in schema::TABLES {
            let sql = "SELECT count(*) FROM main.sqlite_master WHERE type = 'trigger' AND tbl_name = ?";
            if self.collect(sql, [table], |row| row.next::<u32>())? != [2] {
                faults
                    .push(format!("the table {table} has lost the triggers that keep it from being changed"));
            }
        }
        let sql = "SELECT entry.id, reference FROM main.entry JOIN main.leg ON leg.entry = entry.id \
                   GROUP BY entry.id HAVING sum(leg.amount) <> 0 LIMIT 3";
        for (id, reference) in self.collect(sql, [], |row| Ok((row.next::<i64>()?, row.next::<String>()?)))? {
            faults.push(format!("entry {id} ({reference}) is out of balance"));
        }
        Ok(faults)
    }

    /// Where the control accounts of the general ledger do not stand at what customers owe and have deposited.
    ///
    /// `receivable` and `deposits` are the names these accounts had in the settings on record.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn untied(&self, receivable: &BTreeSet<String>, deposits: &BTreeSet<String>) -> Result<Vec<String>> {
        let on = |accounts: &BTreeSet<String>| -> Result<Money> {
            accounts.iter().map(|account| self.gl_balance(account, Date::MAX)).sum()
        };
        // Unapplied cash belongs to no customer.
        let owed = self.balances(Date::MAX)?.into_iter().filter(|(account, _)| !account.as_str().is_empty());
        let owed: Money = owed.map(|(_, owed)| owed).sum();
        let held: Money = self.deposits_held(Date::MAX)?.into_values().sum();
        let mut told = Vec::new();
        for (what, stands, own) in
            [("customers owe", on(receivable)?, owed), ("customers have deposited", -on(deposits)?, held)]
        {
            if stands != own {
                told.push(format!("{what} {own}, and the general ledger says {stands}"));
            }
        }
        Ok(told)
    }

    /// Where these books differ from others, table by table and row by row.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn differences(&self, from: &Ledger) -> Result<Vec<String>> {
        let mut told = Vec::new();
        for table in schema::TABLES {
            let compared = compare(&self.connection, &from.connection, table);
            let (ours, theirs, differing) = self.sqlite(compared)?;
            if ours != theirs {
                told.push(format!("the table {table} has {ours} rows; the archive makes {theirs}"));
            }
            told.extend(
                differing.iter().map(|row| {
                    format!("row {row} of the table {table} is not the one that the archive makes")
                }),
            );
        }
        Ok(told)
    }
}

/// How many rows a table has in two books, and the first that are not the same.
///
/// Rows are compared two by two as they come: a large office has millions.
fn compare(ours: &Connection, theirs: &Connection, table: &str) -> rusqlite::Result<(u64, u64, Vec<u64>)> {
    let sql = format!("SELECT * FROM main.{table}");
    let (mut ours, mut theirs) = (ours.prepare(&sql)?, theirs.prepare(&sql)?);
    let width = ours.column_count();
    let (mut ours, mut theirs) = (ours.query([])?, theirs.query([])?);
    let (mut counts, mut differing) = ([0, 0], Vec::new());
    loop {
        let (one, other) = (ours.next()?, theirs.next()?);
        counts[0] += u64::from(one.is_some());
        counts[1] += u64::from(other.is_some());
        let (one, other) = match (one, other) {
            (Some(one), Some(other)) => (one, other),
            (None, None) => return Ok((counts[0], counts[1], differing)),
            _ => continue,
        };
        let mut same = true;
        for at in 0..width {
            same &= one.get_ref(at)? == other.get_ref(at)?;
        }
        if !same && differing.len() < TOLD {
            differing.push(counts[0]);
        }
    }
}
