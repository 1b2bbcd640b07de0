//! What the entries of a span of days did to customers and to the general ledger.

use std::collections::BTreeSet;

use crate::domain::books::entry::EntryKind;
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::GeneralLedger;

/// Days from one to another, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub to: Date,
}

/// What the entries of one kind did to one account before a span and in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Movement {
    /// The account; nobody's for unapplied cash.
    pub account: AccountId,
    /// The kind of the entries.
    pub kind: EntryKind,
    /// What they added to what is owed, before the first day.
    pub before: Money,
    /// The same in the span.
    pub within: Money,
    /// What they added to the deposit held, before the first day.
    pub deposit_before: Money,
    /// The same in the span.
    pub deposit_within: Money,
}

/// What the legs of one kind of entries did to one account of the general ledger before a span and in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlMovement {
    /// The account of the general ledger, as written in `[gl]`.
    pub gl_account: String,
    /// The kind of the entries.
    pub entry: EntryKind,
    /// What the legs are about.
    pub kind: String,
    /// Their sum before the first day; debit positive.
    pub before: Money,
    /// The debits of the span; a debit that was taken back counts against them.
    pub debit: Money,
    /// The credits of the span, as amounts above zero; one that was taken back counts against them.
    pub credit: Money,
}

impl GlMovement {
    /// What the span added; debit positive.
    pub fn net(&self) -> Money {
        self.debit - self.credit
    }
}

/// A debit of which something is unpaid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpaid {
    /// The account.
    pub account: AccountId,
    /// What it is.
    pub kind: EntryKind,
    /// The bill's number, or what the row gave.
    pub reference: String,
    /// Its date.
    pub date: Date,
    /// The last day to pay.
    pub due: Date,
    /// What was debited.
    pub amount: Money,
    /// What of it is unpaid; above zero.
    pub open: Money,
}

/// A line of the control: which way what is owed moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ControlLine {
    /// Posted bills.
    Billed,
    /// What was owed when the books were opened.
    TakenOver,
    /// Fees on bills unpaid for too long.
    LateFees,
    /// Fees of all other kinds.
    OtherFees,
    /// Corrections, either way.
    Adjustments,
    /// Money from customers.
    Payments,
    /// Payments that the bank took back.
    ReturnedPayments,
    /// Deposits used for what is owed.
    DepositsApplied,
    /// Credits moved between accounts.
    Transfers,
    /// Credits too small to be given back.
    WriteOffs,
    /// Credits given back.
    Refunds,
}

impl ControlLine {
    /// All lines, in the order of the control.
    pub const ALL: [ControlLine; 11] = [
        ControlLine::Billed,
        ControlLine::TakenOver,
        ControlLine::LateFees,
        ControlLine::OtherFees,
        ControlLine::Adjustments,
        ControlLine::Payments,
        ControlLine::ReturnedPayments,
        ControlLine::DepositsApplied,
        ControlLine::Transfers,
        ControlLine::WriteOffs,
        ControlLine::Refunds,
    ];

    /// The word of the line, in workbooks.
    pub fn word(self) -> &'static str {
        match self {
            ControlLine::Billed => "Billed",
            ControlLine::TakenOver => "Taken over",
            ControlLine::LateFees => "Late fees",
            ControlLine::OtherFees => "Other fees",
            ControlLine::Adjustments => "Adjustments",
            ControlLine::Payments => "Payments",
            ControlLine::ReturnedPayments => "Returned",
            ControlLine::DepositsApplied => "Deposits applied",
            ControlLine::Transfers => "Transfers",
            ControlLine::WriteOffs => "Write-offs",
            ControlLine::Refunds => "Refunds",
        }
    }

    /// The line of a kind of entries; `None` for those that leave what is owed as it is.
    pub fn of(kind: EntryKind) -> Option<ControlLine> {
        match kind {
            EntryKind::Bill => Some(ControlLine::Billed),
            EntryKind::OpeningBalance => Some(ControlLine::TakenOver),
            EntryKind::LateFee => Some(ControlLine::LateFees),
            EntryKind::Fee | EntryKind::ReturnedItemFee => Some(ControlLine::OtherFees),
            EntryKind::Adjustment => Some(ControlLine::Adjustments),
            EntryKind::Payment => Some(ControlLine::Payments),
            EntryKind::ReturnedPayment => Some(ControlLine::ReturnedPayments),
            EntryKind::DepositApplied => Some(ControlLine::DepositsApplied),
            EntryKind::TransferOut | EntryKind::TransferIn => Some(ControlLine::Transfers),
            EntryKind::WriteOff => Some(ControlLine::WriteOffs),
            EntryKind::Refund => Some(ControlLine::Refunds),
            EntryKind::DepositTaken | EntryKind::DepositRefund | EntryKind::UnappliedPayment => None,
        }
    }
}

/// The names that the control accounts of the general ledger have had: what is compared with customers' accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ControlNames {
    /// What customers owe.
    pub receivable: BTreeSet<String>,
    /// Deposits held.
    pub deposits: BTreeSet<String>,
    /// Money of nobody we know.
    pub unapplied: BTreeSet<String>,
}

impl ControlNames {
    /// Takes up the names of one state of the settings.
    pub fn add(&mut self, ledger: &GeneralLedger) {
        self.receivable.insert(ledger.receivable.clone());
        self.deposits.insert(ledger.deposits.clone());
        self.unapplied.insert(ledger.unapplied_cash.clone());
    }
}

/// What one account owed at the start and owes at the end, and what moved it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountControl {
    /// The account.
    pub account: AccountId,
    /// What it owed before the first day; a credit is negative.
    pub opening: Money,
    /// What moved it, line by line as in `ControlLine::ALL`.
    pub moved: [Money; ControlLine::ALL.len()],
    /// What was open at the start, by charge.
    pub before: OpenByCharge,
    /// What is open at the end, by charge.
    pub after: OpenByCharge,
}

impl AccountControl {
    /// What it owes at the end: what it owed, and all that moved it.
    pub fn closing(&self) -> Money {
        self.opening + self.moved.iter().copied().sum()
    }
}

/// What is open of each charge: the kind of the bill's line, or of the entry.
pub type OpenCharges = Vec<(&'static str, Money)>;

/// What of an account is open, charge by charge, and the credit that paid nothing yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenByCharge {
    /// What is unpaid.
    pub charges: OpenCharges,
    /// Credit that no item has used; zero or negative.
    pub credit: Money,
}

impl OpenByCharge {
    /// What of one kind of charge is open.
    pub fn of(&self, charge: &str) -> Money {
        self.charges.iter().filter(|(kind, _)| *kind == charge).map(|(_, open)| *open).sum()
    }

    /// What is open in all, less the credit.
    pub fn balance(&self) -> Money {
        self.charges.iter().map(|(_, open)| *open).sum::<Money>() + self.credit
    }
}

/// What was posted to what customers owe, as the general ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The line of the control.
    pub line: ControlLine,
    /// The kind of the entries.
    pub entry: EntryKind,
    /// The charge that was debited; `None` for what lowers what is owed, whichever charge it pays.
    pub charge: Option<String>,
    /// The account of the general ledger: of bills the revenue's, of all else the receivable.
    pub gl_account: String,
    /// What it added to what is owed.
    pub amount: Money,
}

/// The deposit of one account, before a span and in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositMovement {
    /// The account.
    pub account: AccountId,
    /// What was held before the first day.
    pub opening: Money,
    /// What was taken.
    pub taken: Money,
    /// What was used for what is owed; zero or negative.
    pub applied: Money,
    /// What was given back; zero or negative.
    pub refunded: Money,
}

/// A line of unapplied cash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnappliedMovement {
    /// The day of the payment, or on which it left.
    pub date: Date,
    /// Its reference.
    pub reference: String,
    /// What waited at the start.
    pub waited: Money,
    /// What came in.
    pub received: Money,
    /// What was assigned or taken back; zero or negative.
    pub left: Money,
}
