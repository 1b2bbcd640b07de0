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
}

/// The oldest bill of which something is past due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastDueBill {
    /// Its number, or the reference of an opening balance.
    pub reference: String,
    /// Its date; it was mailed on the same day.
    pub date: Date,
    /// Its due date.
    pub due: Date,
}
