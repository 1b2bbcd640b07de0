//! The yearly report of lock-offs (Health and Safety Code 116918).

use crate::domain::date::Date;
use crate::domain::id::AccountId;

/// The lock-offs of one year.
#[derive(Clone, Debug)]
pub struct ShutoffReport {
    /// The office's name.
    pub office: String,
    /// The year.
    pub year: i32,
    /// The day of the newest lock-off or reconnection that it knows.
    pub day: Date,
    /// The name of what it shows.
    pub run_id: String,
    /// sha256 of the receipt of the newest file.
    pub chain_head: String,
    /// The lock-offs, by date and account.
    pub rows: Vec<Shutoff>,
}

/// One lock-off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shutoff {
    /// The day.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where the water was shut off.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// Whether the rules for residential customers apply to it.
    pub residential: bool,
    /// The field order; empty where the crew named none.
    pub order: String,
    /// The day on which it was turned on again.
    pub restored: Option<Date>,
}
