//! Allocates credits, ages what is open, finds late fees, works out leak credits, and says what each customer owes as of a date.
//!
//! Everything here is a pure function of the entries: entering the same entries in another order gives the
//! same result, and nothing is remembered from earlier days.

mod adjustments;
mod allocation;
mod closed;
mod control;
mod deposits;
mod journal;
mod late_fees;
mod leak_credit;
mod settle;
mod statement;
mod unapplied;

pub use adjustments::adjustments_register;
pub use closed::{keeps_from, settled};
pub use control::{aged, by_charge, control, deposit_movements, posted, unpaid};
pub use deposits::deposits;
pub use journal::{journal, journal_sources};
pub use late_fees::late_fees;
pub use leak_credit::leak_credit;
pub use settle::settle;
pub use statement::{Statement, statements};
pub use unapplied::{unapplied, unapplied_movements};

#[cfg(test)]
mod tests;
