//! Keeps facts and entries for ever in SQLite and answers questions in domain types; the only SQL.
//!
//! The ledger is the fold of the archive: one archived fact is one transaction under its sequence number. It
//! only grows; triggers refuse every change and removal. It needs no WAL, so that it works on a network share.

mod account_changes;
mod adjustments;
mod append;
mod back_bills;
mod checkup;
mod codec;
mod collections;
mod control;
mod decided;
mod deposits;
mod earlier;
mod facts;
mod field_work;
mod invoices;
mod lists;
mod money;
mod schema;
mod undo;
mod weather;

use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::domain::id::Sequence;

pub use lists::{BillRecord, FindingRecord};

/// The books of one office.
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
}

/// The ledger's file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// SQLite refused.
    #[error("{path}: {cause}")]
    Sqlite {
        /// The ledger's file.
        path: PathBuf,
        /// What SQLite said.
        cause: rusqlite::Error,
    },
    /// The file was written by a later version of the program.
    #[error(
        "{path} was written by a later version of meterbook (layout {found}, this one knows {known}). Use that version."
    )]
    TooNew {
        /// The ledger's file.
        path: PathBuf,
        /// Its layout.
        found: usize,
        /// The newest layout we know.
        known: usize,
    },
    /// The file has another layout than this version of the program.
    #[error(
        "{path} has layout {found}, this version of meterbook has {known}. The next run brings an older one up to date."
    )]
    OtherLayout {
        /// The ledger's file.
        path: PathBuf,
        /// Its layout.
        found: usize,
        /// The layout we know.
        known: usize,
    },
    /// A value that this program never writes.
    #[error(
        "{path}: table {table} holds '{value}', which is no {what}. The file was changed by another program; restore it from a backup."
    )]
    Foreign {
        /// The ledger's file.
        path: PathBuf,
        /// Where.
        table: &'static str,
        /// What is there.
        value: String,
        /// What should be there.
        what: &'static str,
    },
}

impl LedgerError {
    /// Whether the file is no ledger any more, or has pages that are not as they must be.
    pub fn is_damaged(&self) -> bool {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        let LedgerError::Sqlite { cause, .. } = self else { return false };
        cause.sqlite_error_code().is_some_and(|code| matches!(code, DatabaseCorrupt | NotADatabase))
    }
}

/// What the ledger's functions return.
pub type Result<T> = std::result::Result<T, LedgerError>;

impl Ledger {
    /// Opens the books, making them where there are none.
    ///
    /// # Errors
    /// Where the file cannot be opened or was written by a later version.
    pub fn open(path: &Path) -> Result<Ledger> {
        let opened = Connection::open(path);
        Ledger::prepare(opened.map_err(|cause| LedgerError::Sqlite { path: path.to_owned(), cause })?, path)
    }

    /// Makes empty books that go away with the last question: in memory, and beyond a certain size in a file of the
    /// folder for temporary ones.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn passing() -> Result<Ledger> {
        let path = Path::new("(passing books)");
        let opened = Connection::open("");
        Ledger::prepare(opened.map_err(|cause| LedgerError::Sqlite { path: path.to_owned(), cause })?, path)
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Ledger> {
        let path = path.to_owned();
        let sqlite = |cause| LedgerError::Sqlite { path: path.clone(), cause };
        connection
            .execute_batch(
                "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA synchronous = FULL; \
                 PRAGMA cache_size = -32000; PRAGMA busy_timeout = 5000; PRAGMA temp_store = MEMORY;",
            )
            .map_err(sqlite)?;
        // Else every value that is bound anew would have the statement planned anew.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(sqlite)?;
        connection.set_prepared_statement_cache_capacity(64);
        match schema::migrate(&mut connection).map_err(sqlite)? {
            Ok(()) => {
                schema::hide_undone(&connection).map_err(sqlite)?;
                Ok(Ledger { connection, path })
            }
            Err(found) => Err(LedgerError::TooNew { path, found, known: schema::MIGRATIONS.len() }),
        }
    }

    /// The last fact that was folded; `None` for empty books.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub fn head(&self) -> Result<Option<Sequence>> {
        let head: rusqlite::Result<Option<u32>> =
            self.connection.query_row("SELECT max(sequence) FROM receipt", [], |row| row.get(0));
        Ok(self.sqlite(head)?.map(Sequence))
    }

    fn sqlite<T>(&self, result: rusqlite::Result<T>) -> Result<T> {
        result.map_err(|cause| LedgerError::Sqlite { path: self.path.clone(), cause })
    }
}

#[cfg(test)]
mod tests;
