//! What a customer owes as of a date, and how old it is.

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What one account owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The account.
    pub account: AccountId,
    /// All debits less all credits.
    pub balance: Money,
    /// The unpaid part of bills and opening balances due before the date.
    pub past_due: Money,
    /// The deposit held.
    pub deposit_held: Money,
}

/// How old an open item is: the days since its due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// Not yet due.
    Current,
    /// 1 to 30 days past due.
    UpTo30,
    /// 31 to 60 days past due.
    UpTo60,
    /// 61 to 90 days past due.
    UpTo90,
    /// More than 90 days past due.
    Over90,
}

impl Age {
    /// All ages, the youngest first.
    pub const ALL: [Age; 5] = [Age::Current, Age::UpTo30, Age::UpTo60, Age::UpTo90, Age::Over90];

    /// The age of something that was due on a day.
    pub fn of(due: Date, as_of: Date) -> Age {
        match (as_of - due).num_days() {
            ..=0 => Age::Current,
            1..=30 => Age::UpTo30,
            31..=60 => Age::UpTo60,
            61..=90 => Age::UpTo90,
            _ => Age::Over90,
        }
    }

    /// Its first day, counted from the due date.
    pub fn first_day(self) -> i64 {
        match self {
            Age::Current => 0,
            Age::UpTo30 => 1,
            Age::UpTo60 => 31,
            Age::UpTo90 => 61,
            Age::Over90 => 91,
        }
    }
}

/// What one account owes, by age.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aging {
    /// Not yet due.
    pub current: Money,
    /// 1 to 30, 31 to 60, 61 to 90 and over 90 days past due.
    pub past_due: [Money; 4],
    /// Credit that no item has used; zero or negative.
    pub credit: Money,
}

impl Aging {
    /// What is of one age.
    pub fn of(&self, age: Age) -> Money {
        match age {
            Age::Current => self.current,
            _ => self.past_due[age as usize - 1],
        }
    }

    /// Adds what is open to its age.
    pub fn add(&mut self, age: Age, open: Money) {
        *match age {
            Age::Current => &mut self.current,
            _ => &mut self.past_due[age as usize - 1],
        } += open;
    }

    /// The buckets and the credit together: the account's balance.
    pub fn balance(&self) -> Money {
        self.current + self.past_due.iter().copied().sum() + self.credit
    }
}

/// A deposit held for one account, with what stands against its refund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositHeld {
    /// The account.
    pub account: AccountId,
    /// The date of the oldest.
    pub taken: Date,
    /// What is held.
    pub held: Money,
    /// Bills of the last months of which something was open at the end of their due date.
    pub delinquent_bills: u32,
    /// Payments of the last months that the bank took back.
    pub returned_payments: u32,
    /// Lock-offs of the last months.
    pub lock_offs: u32,
    /// What is past due now.
    pub past_due: Money,
    /// What stands against a refund, in the words of the list; none: it can be refunded.
    pub reasons: Vec<&'static str>,
    /// What the counts above come from, oldest first.
    pub events: Vec<DepositEvent>,
}

/// What an event in the history of a depositor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HistoryKind {
    /// A bill, or a balance taken over, that fell due.
    Bill,
    /// One that fell due before the months that count, and is still unpaid.
    OlderBill,
    /// A payment that the bank took back.
    ReturnedPayment,
    /// A lock-off.
    LockOff,
}

impl HistoryKind {
    /// The word of the workbook.
    pub fn word(self) -> &'static str {
        match self {
            HistoryKind::Bill => "bill",
            HistoryKind::OlderBill => "older bill",
            HistoryKind::ReturnedPayment => "returned payment",
            HistoryKind::LockOff => "lock-off",
        }
    }
}

/// Something that speaks for or against giving a deposit back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositEvent {
    /// What it is.
    pub what: HistoryKind,
    /// The due date of a bill; else the day.
    pub date: Date,
    /// The bill's number, or that of the payment.
    pub reference: String,
    /// How much it was; a lock-off has no amount.
    pub amount: Option<Money>,
    /// What of a bill was open at the end of its due date.
    pub open_when_due: Money,
    /// Since when nothing of a bill is open.
    pub paid_on: Option<Date>,
    /// What of a bill is past due now.
    pub past_due: Money,
}

impl DepositEvent {
    /// Whether it counts as a delinquent bill.
    pub fn is_late(&self) -> bool {
        self.what == HistoryKind::Bill && !self.open_when_due.is_zero()
    }
}

/// A bill of which something is past due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastDueBill {
    /// Its number, or the reference of an opening balance.
    pub reference: String,
    /// Its date; it was mailed on the same day.
    pub date: Date,
    /// Its due date.
    pub due: Date,
}
