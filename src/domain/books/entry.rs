//! Money entries: each an effect on one customer, balanced over the general ledger.

use serde::{Deserialize, Serialize};

use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A posted bill.
    Bill,
    /// A deposit taken from a customer.
    DepositTaken,
    /// The fee on a bill of which something is unpaid for too long.
    LateFee,
    /// What was owed when the books were opened.
    OpeningBalance,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: [EntryKind; 4] =
        [EntryKind::Bill, EntryKind::DepositTaken, EntryKind::LateFee, EntryKind::OpeningBalance];

    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Bill => "bill",
            EntryKind::DepositTaken => "deposit-taken",
            EntryKind::LateFee => "late-fee",
            EntryKind::OpeningBalance => "opening-balance",
        }
    }

    /// Whether an unpaid part of it counts as past due (bills and opening balances do, fees do not).
    pub fn is_bill(self) -> bool {
        matches!(self, EntryKind::Bill | EntryKind::OpeningBalance)
    }
}

/// One side of an entry in the general ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leg {
    /// The account of the general ledger, as written in `[gl]`.
    pub gl_account: String,
    /// What the leg is about: the entry's kind, or for revenue the kind of the bill's lines.
    pub kind: String,
    /// Debit positive, credit negative.
    pub amount: Money,
}

/// One effect on one customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// The day it counts from.
    pub date: Date,
    /// The customer.
    pub account: AccountId,
    /// What it is.
    pub kind: EntryKind,
    /// The effect on what is owed; debit positive.
    pub amount: Money,
    /// The effect on the deposit held.
    pub deposit: Money,
    /// The bill's number, or what the row gave.
    pub reference: String,
    /// The last day to pay, for debits.
    pub due_date: Option<Date>,
}

/// One effect on one customer, balanced over the general ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The effect.
    pub effect: Effect,
    /// Its legs in the general ledger; they sum to nothing.
    pub legs: Vec<Leg>,
}

impl Entry {
    /// Checks that the legs sum to nothing.
    ///
    /// # Panics
    /// Where they do not: then the program is wrong, and nothing may be written.
    pub fn assert_balanced(&self) {
        let sum: Money = self.legs.iter().map(|leg| leg.amount).sum();
        let Effect { account, reference, .. } = &self.effect;
        assert!(sum.is_zero(), "entry {reference} of {account} is out of balance by {sum}");
    }
}
