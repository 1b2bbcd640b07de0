//! The billing calendar: when each cycle is read and billed, and when each step of its unpaid bills is due.

use crate::domain::date::{Date, Month};
use crate::domain::office::{Collections, Weekday};
use crate::domain::rows::ClosedDayRow;

/// The billing calendar of twelve months.
#[derive(Clone, Debug)]
pub struct BillingCalendar {
    /// The office's name.
    pub office: String,
    /// The day it was made on.
    pub day: Date,
    /// Its first and its last month.
    pub months: (Month, Month),
    /// The name of what it shows.
    pub run_id: String,
    /// sha256 of the archive's newest receipt.
    pub chain_head: String,
    /// The version of the law's text.
    pub law: String,
    /// The bills, by cycle and month.
    pub rows: Vec<CycleMonth>,
    /// The cycles and months without a bill date.
    pub without: Vec<(String, Month)>,
    /// The holidays and closed days, from before the first date to behind the last.
    pub closed: Vec<ClosedDayRow>,
    /// The days of the week on which the office is open.
    pub open: Vec<Weekday>,
    /// Those on which the crew locks off.
    pub crew: Vec<Weekday>,
    /// The office's figures.
    pub policy: Collections,
}

/// The bill run of a cycle's month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CycleMonth {
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// The days on which reads are expected; `None` where any will do.
    pub reads: Option<(Date, Date)>,
    /// What comes of its bills.
    pub steps: BillSteps,
    /// Whether the office is open on the bill date.
    pub is_open: bool,
}

/// The days of one bill that is not paid, when every step is taken on its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillSteps {
    /// The last day to settle the read audit: the business day before the bill date.
    pub audit: Date,
    /// The bill date.
    pub bill: Date,
    /// The last day to pay.
    pub due: Date,
    /// Delinquent since.
    pub delinquent: Date,
    /// The reminder.
    pub reminder: Date,
    /// The late fee.
    pub late_fee: Date,
    /// The past-due letter, which is the written notice.
    pub past_due_letter: Date,
    /// The day from which that letter allows a lock-off, of residential customers.
    pub letter_proves: Date,
    /// The final notice.
    pub final_notice: Date,
    /// The telephone call.
    pub call: Date,
    /// The first day on which a residential customer may be locked off.
    pub lock_off: Date,
    /// The same of others.
    pub lock_off_others: Date,
}

impl BillSteps {
    /// The latest of its days.
    pub fn last(&self) -> Date {
        self.lock_off.max(self.lock_off_others).max(self.call).max(self.final_notice).max(self.late_fee)
    }
}
