//! Money entries, balanced over the general ledger of `office.toml`.

use std::collections::BTreeMap;

use crate::domain::books::back_bill::{BACK_BILL, PostedBackBill};
use crate::domain::books::batch::Batch;
use crate::domain::books::bill::{Bill, BillRun};
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::entry::{Effect, Entry, EntryKind, Leg, due_date};
use crate::domain::books::invoice::Invoice;
use crate::domain::books::known::Known;
use crate::domain::books::late_fee::{LateFee, LateFeeRun};
use crate::domain::books::money_in::{AdjustmentFact, PaymentFact};
use crate::domain::books::order::{Action, FieldResult};
use crate::domain::books::settlement::{CreditGoes, Settlement};
use crate::domain::date::Date;
use crate::domain::id::AccountId;
use crate::domain::law::Law;
use crate::domain::money::Money;
use crate::domain::office::{GeneralLedger, Office};
use crate::domain::rows::OpeningRow;

/// The reference of a credit too small to be given back.
const SMALL_BALANCE: &str = "small-balance";

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
            due_date: Some(due_date(day)),
        },
        legs: vec![
            leg(&ledger.receivable, kind.word(), late.fee),
            leg(&ledger.revenue.fee, kind.word(), -late.fee),
        ],
    }
}

/// The fee for a lock-off or a reconnection, dated as the field result; none where the office takes none.
///
/// A low-income customer pays at most the cap of Health and Safety Code 116914(a)(1) for a reconnection.
pub(super) fn field_fee(
    result: &FieldResult,
    after_hours: bool,
    known: &Known,
    office: &Office,
) -> Option<Entry> {
    let law = Law::california();
    let (fee, reference, most) = match (result.action, after_hours) {
        (Action::Locked, _) => (office.fees.lock_off, "lock-off", None),
        (Action::Unlocked, false) => {
            (office.fees.reconnection, "reconnection", Some(law.reconnection_most(result.date)))
        }
        (Action::Unlocked, true) => {
            let most = law.reconnection_after_hours_most(result.date);
            (office.fees.reconnection_after_hours, "reconnection", Some(most))
        }
        (Action::Reread | Action::Hung | Action::Done, _) => return None,
    };
    let contact = &known.accounts.get(&result.account)?.contact;
    let low_income = contact.low_income_until.is_some_and(|until| result.date <= until);
    let fee = most.filter(|_| low_income).map_or(fee, |most| fee.min(most));
    let kind = EntryKind::Fee;
    (!fee.is_zero()).then(|| Entry {
        effect: Effect {
            date: result.date,
            account: result.account.clone(),
            kind,
            amount: fee,
            deposit: Money::ZERO,
            reference: reference.to_owned(),
            due_date: Some(due_date(result.date)),
        },
        legs: vec![
            leg(&office.gl.receivable, kind.word(), fee),
            leg(&office.gl.revenue.fee, kind.word(), -fee),
        ],
    })
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
    let usual = effect(row.bill_date, &row.account, EntryKind::OpeningBalance, row.amount, reference);
    let effect = Effect { due_date: usual.due_date.map(|due| row.due_date.unwrap_or(due)), ..usual };
    on_account(effect, &office.gl.opening_balances, &office.gl)
}

/// Debits what the customer owes for an installation; nothing where it costs nothing.
pub(super) fn invoice(invoice: &Invoice, office: &Office) -> Option<Entry> {
    let (kind, amount) = (EntryKind::Fee, invoice.total());
    let entry = Entry {
        effect: Effect {
            date: invoice.date,
            account: invoice.account.clone(),
            kind,
            amount,
            deposit: Money::ZERO,
            reference: invoice.number.clone(),
            due_date: Some(invoice.due_date),
        },
        legs: vec![
            leg(&office.gl.receivable, kind.word(), amount),
            leg(&office.gl.revenue.fee, kind.word(), -amount),
        ],
    };
    (!amount.is_zero()).then_some(entry)
}

/// Debits cash, credits the deposits held.
pub(super) fn deposit_taken(
    account: &AccountId,
    date: Date,
    deposit: Money,
    reference: &str,
    office: &Office,
) -> Entry {
    let kind = EntryKind::DepositTaken;
    let effect = Effect { deposit, ..effect(date, account, kind, Money::ZERO, reference.to_owned()) };
    on_account(effect, &office.gl.cash, &office.gl)
}

/// Debits the deposits held; credits what the customer owes where it is applied, else the refunds to be paid.
pub(super) fn deposit_released(
    account: &AccountId,
    deposit: Money,
    kind: EntryKind,
    date: Date,
    ledger: &GeneralLedger,
) -> Entry {
    let amount = if kind == EntryKind::DepositApplied { -deposit } else { Money::ZERO };
    let effect = Effect { deposit: -deposit, ..effect(date, account, kind, amount, String::new()) };
    on_account(effect, &ledger.refunds_payable, ledger)
}

/// The entry that uses a deposit for what the customer owes, now and later.
pub fn deposit_applied(account: &AccountId, deposit: Money, day: Date, ledger: &GeneralLedger) -> Entry {
    deposit_released(account, deposit, EntryKind::DepositApplied, day, ledger)
}

/// Debits cash, credits what the customer owes.
pub(super) fn payment(fact: &PaymentFact, cash: &str, office: &Office) -> Entry {
    on_account(of_payment(fact, EntryKind::Payment, -fact.amount), cash, &office.gl)
}

/// Credits cash, debits what the customer owes again.
pub(super) fn returned_payment(fact: &PaymentFact, office: &Office) -> Entry {
    let effect = Effect { due_date: None, ..of_payment(fact, EntryKind::ReturnedPayment, fact.amount) };
    on_account(effect, &office.gl.cash, &office.gl)
}

/// Debits the fee; none where the office asks for none.
pub(super) fn returned_item_fee(fact: &PaymentFact, fee: Money, office: &Office) -> Option<Entry> {
    let effect = of_payment(fact, EntryKind::ReturnedItemFee, fee);
    (!fee.is_zero()).then(|| on_account(effect, &office.gl.revenue.fee, &office.gl))
}

fn of_payment(fact: &PaymentFact, kind: EntryKind, amount: Money) -> Effect {
    effect(fact.date, &fact.account, kind, amount, fact.reference.clone())
}

/// Money of nobody we know: into unapplied cash (negative) or out of it.
pub(super) fn unapplied(fact: &PaymentFact, amount: Money, cash: &str, office: &Office) -> Entry {
    let kind = EntryKind::UnappliedPayment;
    let effect = Effect { account: AccountId::nobody(), due_date: None, ..of_payment(fact, kind, amount) };
    let legs = vec![leg(&office.gl.unapplied_cash, kind.word(), amount), leg(cash, kind.word(), -amount)];
    Entry { effect, legs }
}

/// An adjustment, to the account of the general ledger that its reason names.
pub(super) fn adjustment(fact: &AdjustmentFact, date: Date, office: &Office) -> Entry {
    let reason = office.adjustments.reason(&fact.reason);
    let other = reason.and_then(|reason| reason.gl).unwrap_or_else(|| office.gl.adjustments.clone());
    let kind = EntryKind::Adjustment;
    on_account(effect(date, &fact.account, kind, fact.amount, fact.reason.clone()), &other, &office.gl)
}

/// The batch that posts back bills: an adjustment for each, dated with the day of its decision.
pub fn back_bills(posted: Vec<PostedBackBill>, office: &Office) -> Batch {
    let fact = |one: &PostedBackBill| AdjustmentFact {
        reference: one.back_bill.reference.clone(),
        date: one.day,
        account: one.back_bill.account.clone(),
        amount: one.back_bill.amount(),
        reason: BACK_BILL.to_owned(),
        approved_by: one.initials.clone(),
        note: one.back_bill.note(),
        waits: false,
    };
    let adjustments: Vec<AdjustmentFact> = posted.iter().map(fact).collect();
    let entries = adjustments.iter().map(|fact| adjustment(fact, fact.date, office)).collect();
    Batch { entries, adjustments, back_bills: posted, ..Batch::default() }
}

/// What settles a closed account.
pub fn settlement(closing: &Settlement, day: Date, ledger: &GeneralLedger) -> Vec<Entry> {
    let account = &closing.account;
    let mut entries = Vec::new();
    for (amount, kind) in [
        (closing.deposit_applied, EntryKind::DepositApplied),
        (closing.deposit_refund, EntryKind::DepositRefund),
    ] {
        if !amount.is_zero() {
            entries.push(deposit_released(account, amount, kind, day, ledger));
        }
    }
    let credit = closing.credit;
    let of = |account: &AccountId, kind, amount, reference: &str| {
        effect(day, account, kind, amount, reference.to_owned())
    };
    match &closing.credit_goes {
        CreditGoes::Nowhere => {}
        CreditGoes::ToAccount(other) => {
            let out = of(account, EntryKind::TransferOut, credit, other.as_str());
            entries.push(on_account(out, &ledger.transfers, ledger));
            let into = of(other, EntryKind::TransferIn, -credit, account.as_str());
            entries.push(on_account(into, &ledger.transfers, ledger));
        }
        CreditGoes::ToCustomer => {
            let refund = of(account, EntryKind::Refund, credit, "");
            entries.push(on_account(refund, &ledger.refunds_payable, ledger));
        }
        CreditGoes::WrittenOff => {
            let small = of(account, EntryKind::WriteOff, credit, SMALL_BALANCE);
            entries.push(on_account(small, &ledger.write_offs, ledger));
        }
    }
    entries
}

/// An effect on what is owed; a debit is due after the usual days.
fn effect(date: Date, account: &AccountId, kind: EntryKind, amount: Money, reference: String) -> Effect {
    Effect {
        date,
        account: account.clone(),
        kind,
        amount,
        deposit: Money::ZERO,
        reference,
        due_date: (amount > Money::ZERO).then(|| due_date(date)),
    }
}

/// Moves the receivable and the deposits held as the effect says, against another account.
fn on_account(effect: Effect, other: &str, ledger: &GeneralLedger) -> Entry {
    let kind = effect.kind.word();
    let rest = effect.deposit - effect.amount;
    let legs = [(&*ledger.receivable, effect.amount), (&*ledger.deposits, -effect.deposit), (other, rest)];
    let legs = legs.into_iter().filter(|(_, amount)| !amount.is_zero());
    Entry { legs: legs.map(|(account, amount)| leg(account, kind, amount)).collect(), effect }
}

fn leg(account: &str, kind: &str, amount: Money) -> Leg {
    Leg { gl_account: account.to_owned(), kind: kind.to_owned(), amount }
}
