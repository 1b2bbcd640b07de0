//! Prints facts for other programs and for checking: data only, no title, no totals row.

use std::path::Path;

use super::desk::Books;
use super::{Failure, lists};
use crate::domain::date::{Date, Month};

macro_rules! lists {
    ($($name:ident = $word:literal, $reach:ident;)*) => {
        /// What is listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs, reason = "the names of the lists, each defined by its page")]
        pub enum What { $($name,)* }

        impl What {
            /// All lists, in the order of the help text.
            pub const ALL: &[What] = &[$(What::$name,)*];

            /// The word for the command line.
            pub fn word(self) -> &'static str {
                match self { $(What::$name => $word,)* }
            }

            /// How much of the books the list can show.
            fn reach(self) -> Reach {
                match self { $(What::$name => Reach::$reach,)* }
            }
        }
    };
}

/// How much of the books a list can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// What stands at the end of a day.
    Day,
    /// That, or what happened in a period of it.
    Period,
}

lists! {
    Accounts = "accounts", Day;
    Meters = "meters", Day;
    Reads = "reads", Period;
    Bills = "bills", Period;
    BillLines = "bill-lines", Period;
    Entries = "entries", Period;
    Balances = "balances", Day;
    Aging = "aging", Day;
    LateFees = "late-fees", Period;
    LockOffs = "lock-offs", Day;
    Deposits = "deposits", Day;
    Findings = "findings", Period;
    Orders = "orders", Period;
    Journal = "journal", Period;
    Permits = "permits", Day;
    Invoices = "invoices", Period;
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
    if query.period.is_some() && query.what.reach() == Reach::Day {
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
