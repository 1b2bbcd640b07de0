//! One bill explained: where each figure comes from, why it differs from the last one, and what is held.

use crate::domain::books::account::Status;
use crate::domain::books::bill::Bill;
use crate::domain::books::reading::Exception;
use crate::domain::date::{Date, Month};
use crate::domain::id::AccountId;
use crate::domain::proposals::change::Compared;
use crate::domain::proposals::rebilled::Rebilled;
use crate::domain::proposals::register::Customer;

/// What an exception was raised for: the rule, and the numbers that met it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The exception.
    pub exception: Exception,
    /// Its numbers, in a full sentence.
    pub numbers: String,
}

/// A read that is not billed, held or not yet; also one that never came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRead {
    /// The month it counts in.
    pub month: Month,
    /// What is said of it: why it is held, or what someone should look at.
    pub reasons: Vec<Reason>,
    /// The bill that has counted past it while it was held, in a sentence: nothing waits any more.
    pub overtaken: Option<String>,
}

/// A posted bill beside the one before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedBill {
    /// The bill.
    pub bill: Bill,
    /// The bills before it.
    pub compared: Compared,
    /// What the read audit said of its read.
    pub marks: Vec<Reason>,
    /// The bill of the month that was taken back and in whose place it stands.
    pub rebilled: Option<Rebilled>,
}

/// Everything that is explained of one account and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The office's name.
    pub office: String,
    /// The day on which it is explained.
    pub day: Date,
    /// The account.
    pub account: AccountId,
    /// Who it is.
    pub customer: Customer,
    /// Whether it is billed at all.
    pub status: Status,
    /// The month that was asked for, or of the latest bill.
    pub month: Month,
    /// The bill; `None` where the month has none.
    pub bill: Option<ExplainedBill>,
    /// Its held reads of that month and later.
    pub held: Vec<HeldRead>,
    /// The month whose bill is held though its read is sound, with the reason and what to do; the rates lack its price.
    pub unpriced: Option<(Month, String)>,
    /// Its reads of that month and later that can be billed and are not yet, where the audit says something of them.
    pub flagged: Vec<HeldRead>,
}
