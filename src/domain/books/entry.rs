//! Money entries: each an effect on one customer, balanced over the general ledger.

use serde::{Deserialize, Serialize};

use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::GeneralLedger;

/// Days to pay a bill, and whatever else is debited without a due date of its own (the district's published 20 days).
const DUE_DAYS: i64 = 20;

/// The last day to pay what is debited on a day.
pub fn due_date(debited: Date) -> Date {
    plus_days(debited, DUE_DAYS)
}

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
    /// Money from a customer.
    Payment,
    /// Money for an account that is not ours, and its assignment.
    UnappliedPayment,
    /// A payment that the bank took back.
    ReturnedPayment,
    /// The fee for a returned payment.
    ReturnedItemFee,
    /// A correction of what is owed, by reason.
    Adjustment,
    /// A deposit used for what is owed.
    DepositApplied,
    /// A deposit given back.
    DepositRefund,
    /// A credit given back.
    Refund,
    /// A credit too small to be given back.
    WriteOff,
    /// A credit moved to another account.
    TransferOut,
    /// A credit moved from another account.
    TransferIn,
    /// A fee posted outside a bill.
    Fee,
}

impl EntryKind {
    /// All kinds.
    pub const ALL: &[EntryKind] = &[
        EntryKind::Bill,
        EntryKind::DepositTaken,
        EntryKind::LateFee,
        EntryKind::OpeningBalance,
        EntryKind::Payment,
        EntryKind::UnappliedPayment,
        EntryKind::ReturnedPayment,
        EntryKind::ReturnedItemFee,
        EntryKind::Adjustment,
        EntryKind::DepositApplied,
        EntryKind::DepositRefund,
        EntryKind::Refund,
        EntryKind::WriteOff,
        EntryKind::TransferOut,
        EntryKind::TransferIn,
        EntryKind::Fee,
    ];

    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            EntryKind::Bill => "bill",
            EntryKind::DepositTaken => "deposit-taken",
            EntryKind::LateFee => "late-fee",
            EntryKind::OpeningBalance => "opening-balance",
            EntryKind::Payment => "payment",
            EntryKind::UnappliedPayment => "unapplied-payment",
            EntryKind::ReturnedPayment => "returned-payment",
            EntryKind::ReturnedItemFee => "returned-item-fee",
            EntryKind::Adjustment => "adjustment",
            EntryKind::DepositApplied => "deposit-applied",
            EntryKind::DepositRefund => "deposit-refund",
            EntryKind::Refund => "refund",
            EntryKind::WriteOff => "write-off",
            EntryKind::TransferOut => "transfer-out",
            EntryKind::TransferIn => "transfer-in",
            EntryKind::Fee => "fee",
        }
    }

    /// Whether an unpaid part of it counts as past due (bills and opening balances do, fees do not).
    pub fn is_bill(self) -> bool {
        matches!(self, EntryKind::Bill | EntryKind::OpeningBalance)
    }
}

/// One side of an entry in the general ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The account of the general ledger, as written in `[gl]`.
    pub gl_account: String,
    /// What the leg is about: the entry's kind, or for revenue the kind of the bill's lines.
    pub kind: String,
    /// Debit positive, credit negative.
    pub amount: Money,
}

/// One effect on one customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The day it counts from.
    pub date: Date,
    /// The customer; nobody (an empty number) for money that no account of ours is named for.
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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

    /// Checks that the control accounts of the general ledger move as what customers owe and have deposited.
    ///
    /// # Panics
    /// Where they do not: then the program is wrong, and nothing may be written.
    pub fn assert_ties(&self, ledger: &GeneralLedger) {
        let on = |account: &str| -> Money {
            self.legs.iter().filter(|leg| leg.gl_account == account).map(|leg| leg.amount).sum()
        };
        let Effect { kind, reference, amount, deposit, .. } = &self.effect;
        let owed = if *kind == EntryKind::UnappliedPayment { Money::ZERO } else { *amount };
        assert_eq!(on(&ledger.receivable), owed, "the receivable moves with entry {reference}");
        assert_eq!(on(&ledger.deposits), -*deposit, "the deposits held move with entry {reference}");
    }
}
