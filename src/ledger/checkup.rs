//! Looks whether the books are whole, and whether they are what other books say.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};

use super::{Ledger, LedgerError, Result, schema};

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

    /// Where these books differ from others, table by table and row by row.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn differences(&self, from: &Ledger) -> Result<Vec<String>> {
        let mut told = Vec::new();
        for table in schema::TABLES {
            let (ours, theirs) = (self.rows(table)?, from.rows(table)?);
            if ours.len() != theirs.len() {
                told.push(format!(
                    "the table {table} has {} rows; the archive makes {}",
                    ours.len(),
                    theirs.len()
                ));
            }
            let differing = (1..).zip(ours.iter().zip(&theirs)).filter(|(_, (one, other))| one != other);
            told.extend(differing.take(TOLD).map(|(row, _)| {
                format!("row {row} of the table {table} is not the one that the archive makes")
            }));
        }
        Ok(told)
    }

    /// All rows of a table, in their order.
    fn rows(&self, table: &str) -> Result<Vec<Vec<Value>>> {
        let read = || {
            let mut statement = self.connection.prepare(&format!("SELECT * FROM main.{table}"))?;
            let width = statement.column_count();
            let rows = statement.query_map([], |row| (0..width).map(|at| row.get(at)).collect())?;
            rows.collect::<rusqlite::Result<Vec<Vec<Value>>>>()
        };
        self.sqlite(read())
    }
}
