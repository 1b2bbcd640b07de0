//! Prints facts for other programs and for checking: data only, no title, no totals row.

use std::path::Path;

use super::desk::Books;
use super::{Failure, lists, money_lists};
use crate::domain::date::{Date, Month};

macro_rules! lists {
    ($($name:ident = $word:literal, $reach:ident($list:path);)*) => {
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

            /// How the list is made.
            fn made(self) -> Made {
                match self { $(What::$name => Made::$reach($list),)* }
            }
        }
    };
}

/// How a list is made, by how much of the books it can show.
enum Made {
    /// What stands at the end of a day.
    Day(fn(&Books, Date) -> Result<Table, Failure>),
    /// That, or what happened in a period of it.
    Period(fn(&Books, Date, Option<Month>) -> Result<Table, Failure>),
}

lists! {
    Accounts = "accounts", Day(lists::accounts);
    Meters = "meters", Day(lists::meters);
    Reads = "reads", Period(lists::reads);
    Bills = "bills", Period(lists::bills);
    BillLines = "bill-lines", Period(lists::bill_lines);
    Entries = "entries", Period(money_lists::entries);
    Balances = "balances", Day(money_lists::balances);
    Aging = "aging", Day(money_lists::aging);
    LateFees = "late-fees", Period(money_lists::late_fees);
    LockOffs = "lock-offs", Day(money_lists::lock_offs);
    Deposits = "deposits", Day(money_lists::deposits);
    Findings = "findings", Period(lists::findings);
    Orders = "orders", Period(lists::orders);
    Journal = "journal", Period(money_lists::journal);
    Permits = "permits", Day(lists::permits);
    Invoices = "invoices", Period(lists::invoices);
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
    let books = || Books::open(root);
    match (query.what.made(), query.period) {
        (Made::Day(_), Some(_)) => {
            let told = format!("the list {} knows no --period; leave it out", query.what.word());
            Err(Failure::Asked(told))
        }
        (Made::Day(list), None) => list(&books()?, query.as_of),
        (Made::Period(list), period) => list(&books()?, query.as_of, period),
    }
}
