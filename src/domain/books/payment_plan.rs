//! A payment plan: dated promises, which are no entries.

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// One promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instalment {
    /// The day by which it is paid.
    pub due: Date,
    /// How much.
    pub amount: Money,
}

/// A payment plan of an account; a later one takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentPlan {
    /// The account.
    pub account: AccountId,
    /// The day on which its sheet was taken in.
    pub start: Date,
    /// The promises, by day.
    pub instalments: Vec<Instalment>,
}

/// Where a plan stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanStanding {
    /// In force, and what is late is less than the days of default late.
    Kept,
    /// In force, and broken since a day.
    Broken(Date),
    /// Its time has passed.
    Over,
}
