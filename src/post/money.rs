//! Rows about money: payments, returned payments, adjustments and deposits.

use super::returned::same_person;
use super::{Ground, entries, nearest, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::decision::same_initials;
use crate::domain::books::entry::EntryKind;
use crate::domain::books::known::Known;
use crate::domain::books::leak::LeakCredit;
use crate::domain::books::money_in::{AdjustmentFact, LEAK_CREDIT, PaymentFact};
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::office::{Mode, Sign};
use crate::domain::rows::{AdjustmentRow, DepositRow, PaymentRow};
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// Months in which an account has at most one leak credit.
const LEAK_CREDIT_MONTHS: u32 = 12;

/// Payments post to their account, or to unapplied cash where the account is not ours.
pub(super) fn payments(
    rows: &[Numbered<PaymentRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        let fact = &row.value;
        if known.money.payments.contains(&fact.key()) {
            batch.findings.push(posted_before(fact, row.row, place));
            continue;
        }
        let cash = ground.office.gl.cash_of(&fact.method);
        if known.accounts.contains_key(&fact.account) {
            batch.entries.push(entries::payment(fact, cash, ground.office));
        } else {
            batch.findings.push(unapplied(fact, row.row, place, known));
            batch.entries.push(entries::unapplied(fact, -fact.amount, cash, ground.office));
        }
        batch.payments.push(fact.clone());
    }
    batch
}

/// A returned payment takes its payment away as of its date, and adds the fee.
pub(super) fn returned_payments(
    rows: &[Numbered<PaymentRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let mut batch = Batch::default();
    let mut counts = known.money.returned_count.clone();
    for row in rows {
        let fact = &row.value;
        if known.money.returns.contains(&fact.key()) {
            batch.findings.push(posted_before(fact, row.row, place));
            continue;
        }
        let office = ground.office;
        if known.accounts.contains_key(&fact.account) {
            let before = counts.entry(fact.account.clone()).or_default();
            let fees = &office.fees;
            let fee = if *before == 0 { fees.returned_item_first } else { fees.returned_item_later };
            *before += 1;
            batch.entries.push(entries::returned_payment(fact, office));
            batch.entries.extend(entries::returned_item_fee(fact, fee, office));
        } else {
            batch.findings.push(unapplied(fact, row.row, place, known));
            batch.entries.push(entries::unapplied(fact, fact.amount, &office.gl.cash, office));
        }
        batch.payments.push(fact.clone());
    }
    batch
}

/// A row that an earlier file posted: with a reference it is surely the same, without one somebody must say.
fn posted_before(fact: &PaymentFact, row: u32, place: &Place) -> Finding {
    let what = if fact.returned { "returned payment" } else { "payment" };
    if !fact.reference.is_empty() {
        let message = format!(
            "An earlier file posted the {what} of {} on {} with the reference {}; the row was passed over.",
            fact.amount, fact.date, fact.reference
        );
        return place.row(row, Trouble::note(Code::DuplicatePayment, &fact.reference, message));
    }
    let message = format!(
        "An earlier file posted a {what} of {} on {} for account {}, and neither has a reference: the row was not \
         posted. Is it another one? Then drop it again with a reference.",
        fact.amount, fact.date, fact.account
    );
    place.row(row, Trouble::warning(Code::PossibleDuplicate, fact.amount.to_string(), message))
}

/// Money for an account that is not ours: taken in, and waiting for somebody to say whose it is.
fn unapplied(fact: &PaymentFact, row: u32, place: &Place, known: &Known) -> Finding {
    let near = nearest(&fact.account, known);
    let hint = if near.is_empty() { String::new() } else { format!(" Is it {}?", near.join(" or ")) };
    let message = format!(
        "Account {} is not on our books.{hint} The money waits in unapplied cash until a decision assigns it.",
        fact.account
    );
    place.cell(row, "Account", Trouble::warning(Code::UnknownAccount, fact.account.as_str(), message))
}

/// Adjustments post, or wait where they are large and nobody has approved them.
pub(super) fn adjustments(
    rows: &[Numbered<AdjustmentRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let office = ground.office;
    let mut batch = Batch::default();
    let mut leak_credits: Vec<(AccountId, Date)> = Vec::new();
    for row in rows {
        let typed = &row.value;
        if !known.accounts.contains_key(&typed.account) {
            batch.findings.push(unknown_account(place, row.row, &typed.account, known));
            continue;
        }
        if typed.amount.is_zero() {
            continue;
        }
        let same = |preparer: &&str| same_initials(preparer, &typed.approved_by);
        if office.approval.forbidden_approver().filter(same).is_some() {
            let trouble = same_person("adjustment", &typed.approved_by);
            batch.findings.push(place.cell(row.row, "Approved by", trouble));
            continue;
        }
        let doubts = doubts(typed, known, &leak_credits, ground);
        batch.findings.extend(doubts.into_iter().map(|trouble| place.cell(row.row, "Reason", trouble)));
        if typed.reason == LEAK_CREDIT {
            leak_credits.push((typed.account.clone(), typed.date));
        }
        let large = typed.amount.absolute() >= office.adjustments.approval_from;
        let waits = typed.approved_by.is_empty() && (large || office.approval.adjustments == Mode::Decision);
        let fact = AdjustmentFact {
            reference: reference(row.row, known, ground),
            date: typed.date,
            account: typed.account.clone(),
            amount: typed.amount,
            reason: typed.reason.clone(),
            approved_by: typed.approved_by.clone(),
            note: typed.note.clone(),
            waits,
        };
        if waits {
            batch.findings.push(awaits(&fact, row.row, place));
        } else {
            batch.entries.push(entries::adjustment(&fact, fact.date, office));
        }
        batch.adjustments.push(fact);
    }
    batch
}

/// What a proposal calls an adjustment: its file and row; where another sheet of the file has that row, with a number.
fn reference(row: u32, known: &Known, ground: Ground<'_>) -> String {
    let first = format!("A{}-{row}", ground.sequence);
    let numbered = (2..).map(|sheet: u32| format!("{first}-{sheet}"));
    let mut names = std::iter::once(first.clone()).chain(numbered);
    let is_free = |name: &String| !known.money.adjustments_of_file.contains(name);
    names.find(is_free).expect("there are more numbers than sheets")
}

fn awaits(fact: &AdjustmentFact, row: u32, place: &Place) -> Finding {
    let message = format!(
        "The adjustment of {} waits for approval as {}: it posts on the day a decision approves it. Approved by was \
         empty.",
        fact.amount, fact.reference
    );
    place.cell(row, "Amount", Trouble::note(Code::AwaitsApproval, fact.amount.to_string(), message))
}

/// What is odd about an adjustment's reason; it posts all the same, for somebody answers for it.
fn doubts(
    row: &AdjustmentRow,
    known: &Known,
    in_file: &[(AccountId, Date)],
    ground: Ground<'_>,
) -> Vec<Trouble> {
    let doubt = |message: String| Trouble::warning(Code::DoubtfulAdjustment, &row.reason, message);
    let Some(reason) = ground.office.adjustments.reason(&row.reason) else {
        let names = ground.office.adjustments.codes().join(", ");
        return vec![doubt(format!(
            "'{}' is not a reason code on record ({names}). It posts to [gl] adjustments; correct the code next time, \
             or add [adjustments.reasons.{}] to office.toml.",
            row.reason, row.reason
        ))];
    };
    let mut doubts = Vec::new();
    let unusual = match reason.sign {
        Sign::Credit => !row.amount.is_negative(),
        Sign::Debit => row.amount.is_negative(),
        Sign::Either => false,
    };
    if unusual {
        let usual = if row.amount.is_negative() { "adds to" } else { "lowers" };
        doubts.push(doubt(format!(
            "'{}' {usual} what is owed, and the amount is {}. Look whether its sign is right; if not, send \
             twice as much the other way.",
            row.reason, row.amount
        )));
    }
    if reason.worked && row.note.is_empty() {
        doubts.push(doubt(format!(
            "'{}' needs its grounds in Note (for a leak the day of the repair), and there are none.",
            row.reason
        )));
    }
    let again = |(account, date): (&AccountId, Date)| {
        let since = row.date.checked_sub_months(chrono::Months::new(LEAK_CREDIT_MONTHS));
        *account == row.account && since.is_some_and(|since| date > since)
    };
    let posted = known.money.leak_credits.get(&row.account);
    let before = posted.into_iter().flatten().map(|date| (&row.account, *date));
    let in_file = in_file.iter().map(|(account, date)| (account, *date));
    if row.reason == LEAK_CREDIT && before.chain(in_file).any(again) {
        doubts.push(doubt(format!(
            "Account {} had a leak credit less than {LEAK_CREDIT_MONTHS} months before. At most one is given.",
            row.account
        )));
    }
    if row.reason == LEAK_CREDIT {
        let worked = known.money.worked_leaks.get(&(row.account.clone(), row.date, row.note.clone()));
        doubts.extend(worked.and_then(|worked| leak_doubt(row.amount, worked)).map(doubt));
    }
    doubts
}

/// What speaks against the amount of a leak credit.
fn leak_doubt(amount: Money, worked: &Result<LeakCredit, String>) -> Option<String> {
    match worked {
        Ok(worked) if worked.credit == amount => None,
        Ok(LeakCredit { bill, mean, charge, credit, units, .. }) => Some(format!(
            "The leak credit for {bill} comes to {credit}: half of {charge} for the usage above {} HCF, the mean of the same month \
             in the 2 years before, of {units} HCF. The amount is {amount}. Send the difference, or say why in Note. For another \
             bill type its number in Note.",
            mean.round_dp(4).normalize()
        )),
        Err(why) => Some(format!(
            "The leak credit cannot be worked out: {why}. The amount posts as it is: look at it, and send the \
             difference where it should be another."
        )),
    }
}

/// Deposits taken.
pub(super) fn deposits(
    rows: &[Numbered<DepositRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
) -> Batch {
    let mut batch = Batch::default();
    for row in rows {
        let deposit = &row.value;
        if !known.accounts.contains_key(&deposit.account) {
            batch.findings.push(unknown_account(place, row.row, &deposit.account, known));
            continue;
        }
        batch.entries.push(entries::deposit_taken(
            &deposit.account,
            deposit.date,
            deposit.amount,
            &deposit.reference,
            ground.office,
        ));
    }
    batch
}

/// The entries that a deposit's verdict makes.
pub(super) fn deposit_entry(
    account: &AccountId,
    held: Money,
    kind: EntryKind,
    ground: Ground<'_>,
) -> crate::domain::books::entry::Entry {
    entries::deposit_released(account, held, kind, ground.today, &ground.office.gl)
}
