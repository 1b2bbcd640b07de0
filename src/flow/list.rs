//! Prints facts for other programs and for checking: data only, no title, no totals row.

use std::path::Path;

use super::desk::Books;
use super::{Failure, lists};
use crate::domain::date::{Date, Month};

/// What is listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names of the lists, each defined by its page")]
pub enum What {
    Accounts,
    Meters,
    Reads,
    Bills,
    BillLines,
    Entries,
    Balances,
    Aging,
    LateFees,
    LockOffs,
    Deposits,
    Findings,
    Orders,
    Journal,
    Permits,
    Invoices,
}

impl What {
    /// All lists, in the order of the help text.
    pub const ALL: [What; 16] = [
        What::Accounts,
        What::Meters,
        What::Reads,
        What::Bills,
        What::BillLines,
        What::Entries,
        What::Balances,
        What::Aging,
        What::LateFees,
        What::LockOffs,
        What::Deposits,
        What::Findings,
        What::Orders,
        What::Journal,
        What::Permits,
        What::Invoices,
    ];

    /// The word for the command line.
    pub fn word(self) -> &'static str {
        match self {
            What::Accounts => "accounts",
            What::Meters => "meters",
            What::Reads => "reads",
            What::Bills => "bills",
            What::BillLines => "bill-lines",
            What::Entries => "entries",
            What::Balances => "balances",
            What::Aging => "aging",
            What::LateFees => "late-fees",
            What::LockOffs => "lock-offs",
            What::Deposits => "deposits",
            What::Findings => "findings",
            What::Orders => "orders",
            What::Journal => "journal",
            What::Permits => "permits",
            What::Invoices => "invoices",
        }
    }

    /// Whether the list can be limited to a period.
    fn has_period(self) -> bool {
        matches!(
            self,
            What::Reads
                | What::Bills
                | What::BillLines
                | What::Entries
                | What::LateFees
                | What::Findings
                | What::Orders
                | What::Journal
                | What::Invoices
        )
    }
}

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery {
    /// The list.
    pub what: What,
    /// The end of this day.
    pub as_of: Date,
    /// Only rows of this month.
    pub period: Option<Month>,
}

/// A list: columns and rows of text; an empty field does not apply or is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The names of the columns.
    pub columns: &'static [&'static str],
    /// The rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// Makes a list.
///
/// # Errors
/// Where the office cannot be read, or the list knows no period.
pub fn list(root: &Path, query: ListQuery) -> Result<Table, Failure> {
    if query.period.is_some() && !query.what.has_period() {
        let told = format!("the list {} knows no --period; leave it out", query.what.word());
        return Err(Failure::Asked(told));
    }
    let books = Books::open(root)?;
    match query.what {
        What::Accounts => lists::accounts(&books, query.as_of),
        What::Meters => lists::meters(&books, query.as_of),
        What::Reads => lists::reads(&books, query.as_of, query.period),
        What::Bills => lists::bills(&books, query.as_of, query.period),
        What::BillLines => lists::bill_lines(&books, query.as_of, query.period),
        What::Entries => lists::entries(&books, query.as_of, query.period),
        What::Balances => lists::balances(&books, query.as_of),
        What::Aging => lists::aging(&books, query.as_of),
        What::LateFees => lists::late_fees(&books, query.as_of, query.period),
        What::LockOffs => lists::lock_offs(&books, query.as_of),
        What::Deposits => lists::deposits(&books, query.as_of),
        What::Findings => lists::findings(&books, query.as_of, query.period),
        What::Orders => lists::orders(&books, query.as_of, query.period),
        What::Journal => lists::journal(&books, query.as_of, query.period),
        What::Permits => lists::permits(&books, query.as_of),
        What::Invoices => lists::invoices(&books, query.as_of, query.period),
    }
}
