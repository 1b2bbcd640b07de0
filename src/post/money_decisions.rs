//! Decisions about money: waiting adjustments, deposits, and whose a payment is.

use std::collections::BTreeSet;

use super::returned::same_person;
use super::{Ground, entries, money::deposit_entry, unknown_account};
use crate::domain::books::balance::DepositHeld;
use crate::domain::books::batch::Batch;
use crate::domain::books::decision::{approves, same_initials};
use crate::domain::books::entry::{Entry, EntryKind};
use crate::domain::books::known::Known;
use crate::domain::books::money_in::{
    AdjustmentFact, DepositVerdict, MoneyDecision, MoneyVerdict, PaymentFact, Unapplied,
};
use crate::domain::books::settlement::Settlement;
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::rows::MoneyDecisionRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// What of the proposals the rows before have decided: each is decided once.
#[derive(Default)]
pub(super) struct Taken {
    adjustments: BTreeSet<String>,
    deposits: BTreeSet<AccountId>,
    unapplied: BTreeSet<usize>,
    settled: BTreeSet<AccountId>,
}

pub(super) fn plan(
    row: &Numbered<MoneyDecisionRow>,
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
    taken: &mut Taken,
) -> Batch {
    let mut batch = Batch::default();
    let decision = &row.value;
    if let Some(account) = decision.account.as_ref().filter(|account| !known.accounts.contains_key(account)) {
        batch.findings.push(unknown_account(place, row.row, account, known));
        return batch;
    }
    if let Some(trouble) = prepared_by_the_same(decision, ground) {
        batch.findings.push(place.cell(row.row, "Initials", trouble));
        return batch;
    }
    let decided = match decision.verdict {
        MoneyVerdict::ApproveAdjustment => adjustment(decision, known, taken).map(|fact| {
            batch.entries.push(entries::adjustment(fact, ground.today, ground.office));
            (fact.account.clone(), fact.reference.clone(), fact.amount)
        }),
        MoneyVerdict::RejectAdjustment => adjustment(decision, known, taken)
            .map(|fact| (fact.account.clone(), fact.reference.clone(), fact.amount)),
        MoneyVerdict::Deposit(verdict) => deposit(decision, known, taken).map(|held| {
            let entry = released(held, verdict, ground);
            if let Some(warning) = against(held).filter(|_| entry.is_some()) {
                batch.findings.push(place.cell(row.row, "Decision", warning));
            }
            batch.entries.extend(entry);
            (held.account.clone(), String::new(), held.held)
        }),
        MoneyVerdict::RefundCredit => to_settle(decision, known, taken).map(|settled| {
            batch.entries.extend(entries::settlement(settled, ground.today, &ground.office.gl));
            (settled.account.clone(), String::new(), settled.paid_out())
        }),
        MoneyVerdict::AssignPayment => payment(decision, known, taken).map(|found| {
            let account = decision.account.clone().expect("an assignment without an account is refused");
            batch.entries.extend(assigned(found, &account, ground));
            (account, found.reference.clone(), found.amount)
        }),
    };
    match decided {
        Ok((account, reference, amount)) => batch.money_decisions.push(MoneyDecision {
            verdict: decision.verdict,
            account,
            reference,
            amount,
            initials: decision.initials.clone(),
            day: ground.today,
        }),
        Err(message) => {
            let what = decision.verdict.words().0;
            let trouble = Trouble::error(Code::NothingToDecide, what, message);
            batch.findings.push(place.cell(row.row, "What", trouble));
        }
    }
    batch
}

/// Who prepares may neither approve an adjustment nor give a deposit back, where the office forbids it.
fn prepared_by_the_same(decision: &MoneyDecisionRow, ground: Ground<'_>) -> Option<Trouble> {
    let (what, said) = decision.verdict.words();
    let same = |preparer: &&str| same_initials(preparer, &decision.initials);
    ground.office.approval.forbidden_approver().filter(|_| approves(said)).filter(same)?;
    Some(same_person(what, &decision.initials))
}

/// The waiting adjustment that a row is about: of several the oldest.
fn adjustment<'k>(
    row: &MoneyDecisionRow,
    known: &'k Known,
    taken: &mut Taken,
) -> Result<&'k AdjustmentFact, String> {
    let fits = |fact: &&AdjustmentFact| {
        (row.reference.is_empty() || fact.reference == row.reference)
            && row.account.as_ref().is_none_or(|account| *account == fact.account)
            && row.amount.is_none_or(|amount| amount == fact.amount)
            && !taken.adjustments.contains(&fact.reference)
    };
    let mut waiting = known.money.waiting.iter().filter(fits);
    let Some(found) = waiting.next() else {
        return Err("No adjustment of that account, Ref and amount waits for approval. Correct the row, or remove it."
            .to_owned());
    };
    if row.amount.is_none() && row.reference.is_empty() && waiting.any(|other| other.amount != found.amount) {
        return Err(format!(
            "Several adjustments of account {} wait. Type the amount of the one that is meant as Value.",
            found.account
        ));
    }
    taken.adjustments.insert(found.reference.clone());
    Ok(found)
}

fn deposit<'k>(
    row: &MoneyDecisionRow,
    known: &'k Known,
    taken: &mut Taken,
) -> Result<&'k DepositHeld, String> {
    let account = row.account.as_ref().expect("a decision on a deposit without an account is refused");
    let held = known.money.deposits.get(account);
    held.filter(|_| taken.deposits.insert(account.clone())).ok_or_else(|| {
        format!("No deposit of account {account} is held. Correct the account, or remove the row.")
    })
}

/// How the closed account that a row is about is settled. A deposit that another row gives back is not given back again.
fn to_settle<'k>(
    row: &MoneyDecisionRow,
    known: &'k Known,
    taken: &mut Taken,
) -> Result<&'k Settlement, String> {
    let account = row.account.as_ref().expect("a decision on a credit without an account is refused");
    let settled = known.money.to_settle.get(account).filter(|_| taken.settled.insert(account.clone()));
    let free = settled.filter(|one| !one.moves_deposit() || taken.deposits.insert(account.clone()));
    free.ok_or_else(|| {
        format!(
            "Nothing of account {account} waits to be refunded: the account is open, its final bill is to come, nothing is \
             left, or another row decides about it. Correct the account, or remove the row."
        )
    })
}

fn released(held: &DepositHeld, verdict: DepositVerdict, ground: Ground<'_>) -> Option<Entry> {
    let kind = match verdict {
        DepositVerdict::Apply => EntryKind::DepositApplied,
        DepositVerdict::Refund => EntryKind::DepositRefund,
        DepositVerdict::Keep => return None,
    };
    Some(deposit_entry(&held.account, held.held, kind, ground))
}

/// What stands against giving a deposit back; the decision counts all the same.
fn against(held: &DepositHeld) -> Option<Trouble> {
    let reasons = held.reasons.join(", ");
    let message = format!(
        "The rule for refunds stands against this deposit of {} ({reasons}); the decision was carried out.",
        held.held
    );
    let warning = Trouble::warning(Code::NotRefundable, held.account.as_str(), message);
    (!held.reasons.is_empty()).then_some(warning)
}

fn payment<'k>(row: &MoneyDecisionRow, known: &'k Known, taken: &mut Taken) -> Result<&'k Unapplied, String> {
    let fits =
        |(at, found): &(usize, &Unapplied)| found.reference == row.reference && !taken.unapplied.contains(at);
    let Some((at, found)) = known.money.unapplied.iter().enumerate().find(fits) else {
        return Err(format!(
            "No payment with the reference {} waits in unapplied cash. Correct Ref, or remove the row.",
            row.reference
        ));
    };
    taken.unapplied.insert(at);
    Ok(found)
}

/// Out of unapplied cash, and to the account.
fn assigned(found: &Unapplied, account: &AccountId, ground: Ground<'_>) -> [Entry; 2] {
    let (office, cash) = (ground.office, &ground.office.gl.cash);
    let fact = PaymentFact {
        date: ground.today,
        account: account.clone(),
        amount: found.amount,
        method: String::new(),
        reference: found.reference.clone(),
        returned: false,
    };
    debug_assert!(found.amount > Money::ZERO, "money in unapplied cash is above zero");
    [entries::unapplied(&fact, found.amount, cash, office), entries::payment(&fact, cash, office)]
}
