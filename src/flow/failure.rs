//! Why an operation could not run: the world's trouble, with what to do about it.

use std::path::PathBuf;

use crate::domain::date::Date;
use crate::domain::office::OfficeFault;
use crate::inbox::{InboxError, LockError};
use crate::ledger::LedgerError;
use crate::outbox::OutboxError;

/// Why an operation could not run.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The folder is no office.
    #[error("{0} is not an office: it has no office.toml")]
    NoOffice(PathBuf),
    /// The folder cannot become an office.
    #[error("{0} is not empty")]
    NotEmpty(PathBuf),
    /// `office.toml` cannot be used.
    #[error(transparent)]
    Settings(#[from] OfficeFault),
    /// Rate files cannot be used.
    #[error("{}", .0.join("\n"))]
    Rates(Vec<String>),
    /// A setting asks for what this version does not do.
    #[error("{0}")]
    NotYet(String),
    /// The books were run for a later day.
    #[error("the books have been run for {newest}; a run cannot be dated {asked}, before that")]
    DayBefore {
        /// The day asked for.
        asked: Date,
        /// The newest day in the books.
        newest: Date,
    },
    /// The ledger has more facts than the archive.
    #[error("ledger.db has {ledger} facts and the archive {archive}: the archive is incomplete")]
    ArchiveBehind {
        /// Facts of the ledger.
        ledger: u32,
        /// Facts of the archive.
        archive: u32,
    },
    /// The archive has facts, and the books are gone.
    #[error("{0} is missing or empty")]
    NoLedger(PathBuf),
    /// The office is in use.
    #[error(transparent)]
    Locked(#[from] LockError),
    /// The inbox cannot be used.
    #[error(transparent)]
    Inbox(#[from] InboxError),
    /// The books cannot be used.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A file cannot be put in place or read.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
    /// A workbook cannot be made.
    #[error(transparent)]
    Workbook(#[from] crate::workbook::NotWritten),
    /// Whoever reads the output has gone, or the disk behind it is full.
    #[error("could not write the output: {0}")]
    Output(#[from] std::io::Error),
    /// The asked-for account is not ours, or the like.
    #[error("{0}")]
    Asked(String),
}

impl Failure {
    /// What to do about it; `None` where the message says it.
    pub fn hint(&self) -> Option<&'static str> {
        Some(match self {
            Failure::NoOffice(_) => "make one with: meterbook init DIR",
            Failure::NotEmpty(_) => "name a folder that does not exist yet, or empty this one",
            Failure::Rates(_) => "correct the rate files under rates/, then run again; nothing was posted",
            Failure::DayBefore { .. } => "leave out --today, or name a later day",
            Failure::ArchiveBehind { .. } => {
                "restore the whole office folder from a backup; to give up what is missing, move ledger.db away and rebuild"
            }
            Failure::NoLedger(_) => {
                "the next `meterbook run`, or `meterbook rebuild`, makes it again from the archive"
            }
            Failure::Ledger(error) if error.is_damaged() => {
                "`meterbook rebuild` makes the books again from the archive; the damaged file is kept beside"
            }
            // Its message says what to do.
            Failure::Outbox(OutboxError::Broken { .. }) => return None,
            Failure::Ledger(_) => "check that the folder can be written and the disk has room",
            Failure::Workbook(_) => "check that the folder for temporary files can be written and has room",
            Failure::Outbox(error) if error.is_missing() => {
                "check the name and the folder: there is no such file"
            }
            Failure::Inbox(_) | Failure::Outbox(_) => {
                "check that the file is not open elsewhere, the folder can be written and the disk has room"
            }
            Failure::Settings(_)
            | Failure::NotYet(_)
            | Failure::Locked(_)
            | Failure::Output(_)
            | Failure::Asked(_) => {
                return None;
            }
        })
    }
}
