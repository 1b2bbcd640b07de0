//! What was taken in about money besides its entries: rows of payments, adjustments, decisions and closings.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::books::balance::DepositHeld;
use crate::domain::books::leak::LeakCredit;
use crate::domain::books::reading::ReadId;
use crate::domain::books::settlement::Settlement;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;

/// What makes two rows of payments the same: date, account as typed, amount and reference.
pub type PaymentKey = (Date, AccountId, Money, String);

/// What a leak credit is asked for: account, date and note of its row.
pub type LeakCreditAsked = (AccountId, Date, String);

/// A row of payments or returned payments that was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentFact {
    /// Its date.
    pub date: Date,
    /// The account as typed, ours or not.
    pub account: AccountId,
    /// How much; above zero.
    pub amount: Money,
    /// How it was paid, in the file's words and lower case; why it came back, for a return.
    pub method: String,
    /// The payer's or the bank's reference.
    pub reference: String,
    /// Whether the bank took it back.
    pub returned: bool,
}

impl PaymentFact {
    /// What makes it the same as another.
    pub fn key(&self) -> PaymentKey {
        (self.date, self.account.clone(), self.amount, self.reference.clone())
    }
}

/// A row of adjustments, posted or waiting for approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentFact {
    /// What a proposal calls it: `A000012-3`, file and row.
    pub reference: String,
    /// Its date.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// The effect on what is owed.
    pub amount: Money,
    /// The reason code.
    pub reason: String,
    /// Who approved it on the sheet; empty where nobody did.
    pub approved_by: String,
    /// Why, in words.
    pub note: String,
    /// Whether it waited for a decision.
    pub waits: bool,
}

/// What becomes of a deposit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepositVerdict {
    /// Used for what the account owes now and later.
    Apply,
    /// Given back by check.
    Refund,
    /// Kept.
    Keep,
}

/// What a decision about money says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyVerdict {
    /// The waiting adjustment posts.
    ApproveAdjustment,
    /// The waiting adjustment is dropped.
    RejectAdjustment,
    /// What becomes of the deposit.
    Deposit(DepositVerdict),
    /// Money in unapplied cash is the account's.
    AssignPayment,
    /// The deposit of a closed account pays what is owed; what is left of it, and a credit, are given back by check.
    RefundCredit,
}

impl MoneyVerdict {
    /// All of them.
    pub const ALL: [MoneyVerdict; 7] = [
        MoneyVerdict::ApproveAdjustment,
        MoneyVerdict::RejectAdjustment,
        MoneyVerdict::Deposit(DepositVerdict::Apply),
        MoneyVerdict::Deposit(DepositVerdict::Refund),
        MoneyVerdict::Deposit(DepositVerdict::Keep),
        MoneyVerdict::AssignPayment,
        MoneyVerdict::RefundCredit,
    ];

    /// The subject and the decision, in the words of the decisions sheet.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            MoneyVerdict::ApproveAdjustment => ("adjustment", "approve"),
            MoneyVerdict::RejectAdjustment => ("adjustment", "reject"),
            MoneyVerdict::Deposit(DepositVerdict::Apply) => ("deposit-refund", "apply"),
            MoneyVerdict::Deposit(DepositVerdict::Refund) => ("deposit-refund", "refund"),
            MoneyVerdict::Deposit(DepositVerdict::Keep) => ("deposit-refund", "keep"),
            MoneyVerdict::AssignPayment => ("payment", "assign"),
            MoneyVerdict::RefundCredit => (CREDIT_REFUND, "refund"),
        }
    }
}

/// A decision about money that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyDecision {
    /// What was decided.
    pub verdict: MoneyVerdict,
    /// The account.
    pub account: AccountId,
    /// The proposal's or the payment's reference; empty where the account says enough.
    pub reference: String,
    /// The amount it moved.
    pub amount: Money,
    /// Who decided.
    pub initials: String,
    /// The day it took effect.
    pub day: Date,
}

/// The closing of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The fact that brought it.
    pub sequence: Sequence,
    /// The account.
    pub account: AccountId,
    /// The last day of service.
    pub date: Date,
    /// The final reading; `None` for an account without a meter.
    pub read: Option<ReadId>,
    /// Where the customer went.
    pub forwarding_address: String,
    /// The account that a credit passes to.
    pub transfer_to: Option<AccountId>,
}

/// Money in unapplied cash: received for an account that is not ours, and not assigned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unapplied {
    /// The day of the payment.
    pub date: Date,
    /// Its reference.
    pub reference: String,
    /// How much.
    pub amount: Money,
}

/// What the books know of money, as far as a dropped file must be checked against it.
#[derive(Clone, Debug, Default)]
pub struct MoneyKnown {
    /// Keys of the payments that earlier files posted.
    pub payments: BTreeSet<PaymentKey>,
    /// Keys of the returned payments that earlier files posted.
    pub returns: BTreeSet<PaymentKey>,
    /// Returned payments of each account so far.
    pub returned_count: BTreeMap<AccountId, u32>,
    /// Adjustments that wait for a decision, in the order in which they came.
    pub waiting: Vec<AdjustmentFact>,
    /// The references of the adjustments that other sheets of the same file brought.
    pub adjustments_of_file: BTreeSet<String>,
    /// Money in unapplied cash, oldest first.
    pub unapplied: Vec<Unapplied>,
    /// Deposits held, with what stands against their refund.
    pub deposits: BTreeMap<AccountId, DepositHeld>,
    /// Closed accounts whose refunds wait for a decision, with what one comes to.
    pub to_settle: BTreeMap<AccountId, Settlement>,
    /// When each account was given a leak credit.
    pub leak_credits: BTreeMap<AccountId, Vec<Date>>,
    /// The leak credits that rows ask for, or why one cannot be worked out.
    pub worked_leaks: BTreeMap<LeakCreditAsked, Result<LeakCredit, String>>,
}

impl MoneyKnown {
    /// Adds what a sheet of the file brought: a proposal that it decided waits no longer for the next one.
    ///
    /// Equal payments of one file all post, so that those are not learned.
    pub fn learn(
        &mut self,
        payments: &[PaymentFact],
        adjustments: &[AdjustmentFact],
        decisions: &[MoneyDecision],
    ) {
        for payment in payments.iter().filter(|payment| payment.returned) {
            *self.returned_count.entry(payment.account.clone()).or_default() += 1;
        }
        for fact in adjustments {
            self.adjustments_of_file.insert(fact.reference.clone());
            self.waiting.extend(fact.waits.then(|| fact.clone()));
            if fact.reason == LEAK_CREDIT && !fact.waits {
                self.leak_credits.entry(fact.account.clone()).or_default().push(fact.date);
            }
        }
        decisions.iter().for_each(|decision| self.learn_decision(decision));
    }

    fn learn_decision(&mut self, decision: &MoneyDecision) {
        let account = &decision.account;
        match decision.verdict {
            MoneyVerdict::ApproveAdjustment | MoneyVerdict::RejectAdjustment => {
                self.waiting.retain(|fact| fact.reference != decision.reference);
            }
            MoneyVerdict::Deposit(_) => {
                self.deposits.remove(account);
                if self.to_settle.get(account).is_some_and(Settlement::moves_deposit) {
                    self.to_settle.remove(account);
                }
            }
            MoneyVerdict::RefundCredit => {
                let settled = self.to_settle.remove(account);
                if settled.is_some_and(|settled| settled.moves_deposit()) {
                    self.deposits.remove(account);
                }
            }
            MoneyVerdict::AssignPayment => {
                let assigned = |money: &Unapplied| {
                    money.reference == decision.reference && money.amount == decision.amount
                };
                if let Some(at) = self.unapplied.iter().position(assigned) {
                    self.unapplied.remove(at);
                }
            }
        }
    }
}

/// What a decision to give a closed account back what is its own is about, on a decisions sheet.
pub const CREDIT_REFUND: &str = "credit-refund";
/// The reason code of a leak credit.
pub const LEAK_CREDIT: &str = "leak-credit";
