//! Money entries, balanced over the general ledger of `office.toml`.

use std::collections::BTreeMap;

use crate::domain::books::batch::Batch;
use crate::domain::books::bill::{Bill, BillRun};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::entry::{Effect, Entry, EntryKind, Leg};
use crate::domain::books::late_fee::{LateFee, LateFeeRun};
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::{GeneralLedger, Office};
use crate::domain::rows::OpeningRow;

/// Days to pay a fee, or an opening balance whose row gives no due date.
const DUE_DAYS: i64 = 20;

/// The batch that posts a bill run: its bills, and an entry for each.
pub fn bill_run(run: BillRun, ledger: &GeneralLedger) -> Batch {
    let entries = run.bills.iter().map(|bill| bill_entry(bill, ledger)).collect();
    Batch { entries, run: Some(run), ..Batch::default() }
}

/// The batch that posts the late fees of a run: an entry for each.
pub fn late_fees(run: LateFeeRun, ledger: &GeneralLedger) -> Batch {
    let entries = run.fees.iter().map(|fee| late_fee_entry(fee, run.day, ledger)).collect();
    Batch { entries, late_fees: Some(run), ..Batch::default() }
}

/// Debits what the customer owes, credits the revenue of fees.
fn late_fee_entry(late: &LateFee, day: Date, ledger: &GeneralLedger) -> Entry {
    let kind = EntryKind::LateFee;
    Entry {
        effect: Effect {
            date: day,
            account: late.account.clone(),
            kind,
            amount: late.fee,
            deposit: Money::ZERO,
            reference: late.bill.to_string(),
            due_date: Some(plus_days(day, DUE_DAYS)),
        },
        legs: vec![
            leg(&ledger.receivable, kind.word(), late.fee),
            leg(&ledger.revenue.fee, kind.word(), -late.fee),
        ],
    }
}

/// The entry that posts a bill: debits what the customer owes, credits the revenue of each kind of line.
pub fn bill_entry(bill: &Bill, ledger: &GeneralLedger) -> Entry {
    let charges = bill.charges();
    let mut revenue: BTreeMap<ChargeKind, Money> = BTreeMap::new();
    for line in &bill.lines {
        *revenue.entry(line.kind).or_default() += line.amount;
    }
    let mut legs = vec![leg(&ledger.receivable, EntryKind::Bill.word(), charges)];
    legs.extend(
        revenue.iter().map(|(kind, amount)| leg(revenue_account(*kind, ledger), kind.word(), -*amount)),
    );
    Entry {
        effect: Effect {
            date: bill.bill_date,
            account: bill.account.clone(),
            kind: EntryKind::Bill,
            amount: charges,
            deposit: Money::ZERO,
            reference: bill.number.to_string(),
            due_date: Some(bill.due_date),
        },
        legs,
    }
}

fn revenue_account(kind: ChargeKind, ledger: &GeneralLedger) -> &str {
    let revenue = &ledger.revenue;
    match kind {
        ChargeKind::Fixed => &revenue.fixed,
        ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget => &revenue.water,
        ChargeKind::Wastewater => &revenue.wastewater,
        ChargeKind::Surcharge => &revenue.surcharge,
        ChargeKind::Fee => &revenue.fee,
    }
}

/// Debits what the customer owed; a negative amount is a credit and has no due date.
pub(super) fn opening_balance(row: &OpeningRow, reference: String, office: &Office) -> Entry {
    let kind = EntryKind::OpeningBalance;
    let due = row.due_date.unwrap_or_else(|| plus_days(row.bill_date, DUE_DAYS));
    Entry {
        effect: Effect {
            date: row.bill_date,
            account: row.account.clone(),
            kind,
            amount: row.amount,
            deposit: Money::ZERO,
            reference,
            due_date: (!row.amount.is_negative()).then_some(due),
        },
        legs: vec![
            leg(&office.gl.receivable, kind.word(), row.amount),
            leg(&office.gl.opening_balances, kind.word(), -row.amount),
        ],
    }
}

/// Debits cash, credits the deposits held.
pub(super) fn deposit_taken(account: &AccountId, date: Date, deposit: Money, office: &Office) -> Entry {
    let kind = EntryKind::DepositTaken;
    Entry {
        effect: Effect {
            date,
            account: account.clone(),
            kind,
            amount: Money::ZERO,
            deposit,
            reference: String::new(),
            due_date: None,
        },
        legs: vec![
            leg(&office.gl.cash, kind.word(), deposit),
            leg(&office.gl.deposits, kind.word(), -deposit),
        ],
    }
}

fn leg(account: &str, kind: &str, amount: Money) -> Leg {
    Leg { gl_account: account.to_owned(), kind: kind.to_owned(), amount }
}
