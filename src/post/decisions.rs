//! Decisions rows: what becomes of held and missing reads, decisions about money and about back bills.

use std::collections::BTreeMap;

use super::returned::{Waits, same_person};
use super::{Ground, money_decisions, once::once, unknown_account};
use crate::domain::books::back_bill::BACK_BILL;
use crate::domain::books::batch::Batch;
use crate::domain::books::decision::{APPROVE, Decision, same_initials};
use crate::domain::books::history::Verdict;
use crate::domain::books::known::{Known, Waiting};
use crate::domain::books::order::{OrderKind, OrderRequest};
use crate::domain::books::reading::{AuditedRead, Exception, ReadCode, ReadId, ReadVerdict, Reading};
use crate::domain::date::{Date, Month};
use crate::domain::finding::{Code, Finding};
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::rows::{BackBillDecisionRow, DecisionRow, MoneyDecisionRow, ReadDecision};
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// Works out the reading of an account on a date; `None` where nothing is known to work it out from.
pub type Estimator<'a> = dyn Fn(&AccountId, Date) -> Option<i64> + 'a;

/// What lies on the desk for a decision.
pub struct Desk<'a> {
    /// The reads that wait, by account and month.
    pub waiting: BTreeMap<(AccountId, Month), Waiting>,
    /// Works out estimates.
    pub estimate: &'a Estimator<'a>,
    /// The back bills that wait, by account: name and fingerprint.
    pub back_bills: BTreeMap<AccountId, (String, Waits)>,
}

pub(super) fn plan(
    rows: &[Numbered<DecisionRow>],
    place: &Place,
    known: &Known,
    ground: Ground<'_>,
    desk: &Desk<'_>,
) -> Batch {
    let Apart { reads, money, back_bills } = apart(rows);
    let (kept, findings) = once(&reads, place, "read", |row| (row.account.clone(), row.month));
    let mut batch = Batch { findings, ..Batch::default() };
    for row in kept {
        let decision = &row.value;
        if !known.accounts.contains_key(&decision.account) {
            batch.findings.push(unknown_account(place, row.row, &decision.account, known));
            continue;
        }
        match desk.waiting.get(&(decision.account.clone(), decision.month)) {
            Some(waiting) => match decide(decision, waiting, ground, desk, batch.reads.len()) {
                Ok((verdict, read)) => {
                    if decision.verdict == ReadVerdict::Reread {
                        batch.requests.push(reread(decision, waiting, known, ground.today));
                    }
                    batch.reads.extend(read);
                    batch.verdicts.push(verdict);
                    batch
                        .findings
                        .extend(waiting.overtaken.as_ref().map(|bill| without_effect(row, place, bill)));
                }
                Err(_) if waiting.overtaken.is_some() => batch.findings.push(nothing_waits(row, place)),
                Err(trouble) => batch.findings.push(place.cell(row.row, "Decision", trouble)),
            },
            None => batch.findings.push(nothing_waits(row, place)),
        }
    }
    let mut taken = money_decisions::Taken::default();
    for row in &money {
        batch.append(money_decisions::plan(row, place, known, ground, &mut taken));
    }
    for row in back_bills {
        match about_a_back_bill(&row.value, desk, &batch.decisions, ground.today) {
            Ok(decision) => batch.decisions.push(decision),
            Err((column, trouble)) => batch.findings.push(place.cell(row.row, column, trouble)),
        }
    }
    batch
}

/// The decision about the back bill of an account, as it is proposed on the day.
fn about_a_back_bill(
    row: &BackBillDecisionRow,
    desk: &Desk<'_>,
    so_far: &[Decision],
    today: Date,
) -> Result<Decision, (&'static str, Trouble)> {
    let meant = |account: &AccountId, reference: &str| {
        row.account.as_ref().is_none_or(|meant| meant == account)
            && (row.reference.is_empty() || row.reference == reference)
            && so_far.iter().all(|said| said.reference != reference)
    };
    let found = desk.back_bills.iter().find(|(account, (reference, _))| meant(account, reference));
    let Some((_, (reference, waits))) = found else {
        let (column, what) = match &row.account {
            Some(account) => ("Account", account.as_str()),
            None => ("Ref", row.reference.as_str()),
        };
        let message = format!("No back bill of {what} waits for a decision. Correct the row, or remove it.");
        return Err((column, Trouble::error(Code::NothingToDecide, what, message)));
    };
    let same = |other: &String| same_initials(other, &row.initials);
    if row.decision == APPROVE && waits.prepared_by.iter().any(same) {
        return Err(("Initials", same_person(BACK_BILL, &row.initials)));
    }
    Ok(Decision {
        what: BACK_BILL.to_owned(),
        run_id: String::new(),
        reference: reference.clone(),
        token: waits.token.clone(),
        decision: row.decision.to_owned(),
        reason: String::new(),
        initials: row.initials.clone(),
        day: today,
    })
}

/// The crew is to read again what is held, or what never came.
fn reread(decision: &ReadDecision, waiting: &Waiting, known: &Known, today: Date) -> OrderRequest {
    let held = waiting.latest().or(waiting.reads.last());
    let words = held.into_iter().flat_map(|read| &read.exceptions).map(|exception| exception.word());
    OrderRequest {
        account: decision.account.clone(),
        meter: known.meter_of(&decision.account, today).cloned(),
        kind: OrderKind::Reread,
        reason: words.collect::<Vec<_>>().join(";"),
        opened: today,
        due: None,
        month: Some(decision.month),
    }
}

/// The rows by what they are about.
#[derive(Default)]
struct Apart {
    reads: Vec<Numbered<ReadDecision>>,
    money: Vec<Numbered<MoneyDecisionRow>>,
    back_bills: Vec<Numbered<BackBillDecisionRow>>,
}

fn apart(rows: &[Numbered<DecisionRow>]) -> Apart {
    let mut apart = Apart::default();
    for Numbered { row, value } in rows {
        let row = *row;
        match value {
            DecisionRow::Read(about) => apart.reads.push(Numbered { row, value: about.clone() }),
            DecisionRow::Money(about) => apart.money.push(Numbered { row, value: about.clone() }),
            DecisionRow::BackBill(about) => apart.back_bills.push(Numbered { row, value: about.clone() }),
        }
    }
    apart
}

fn nothing_waits(row: &Numbered<ReadDecision>, place: &Place) -> Finding {
    let message = format!(
        "Account {} has no held or missing read in {}. Correct the account or the month, or remove the row.",
        row.value.account, row.value.month
    );
    let trouble = Trouble::error(Code::NothingToDecide, row.value.account.as_str(), message);
    place.cell(row.row, "Account", trouble)
}

fn without_effect(row: &Numbered<ReadDecision>, place: &Place, bill: &BillNumber) -> Finding {
    let message = format!(
        "Bill {bill} has counted past the read of {}: the decision is on record and changes no bill. Where the customer owes \
         another amount, send an adjustment.",
        row.value.month
    );
    let trouble = Trouble::warning(Code::OvertakenRead, row.value.account.as_str(), message);
    place.cell(row.row, "Month", trouble)
}

/// The verdict, and the reading that it makes.
fn decide(
    decision: &ReadDecision,
    waiting: &Waiting,
    ground: Ground<'_>,
    desk: &Desk<'_>,
    made_so_far: usize,
) -> Result<(Verdict, Option<Reading>), Trouble> {
    let id = ground.read_id(made_so_far);
    let made = match decision.verdict {
        ReadVerdict::Estimate => Some(estimate(decision, waiting, desk, id)?),
        ReadVerdict::Override => Some(replacement(decision, waiting, id)?),
        ReadVerdict::Accept if !waiting.can_be_accepted() => return Err(cannot_accept(decision)),
        ReadVerdict::Accept | ReadVerdict::Reread | ReadVerdict::Hold => None,
    };
    let about = match decision.verdict {
        ReadVerdict::Accept => waiting.latest().and_then(|read| read.id).into_iter().collect(),
        _ => waiting.ids(),
    };
    let verdict = Verdict {
        account: decision.account.clone(),
        month: decision.month,
        verdict: decision.verdict,
        about,
        made: made.as_ref().map(|read| read.id),
        initials: decision.initials.clone(),
        day: ground.today,
    };
    Ok((verdict, made))
}

fn cannot_accept(decision: &ReadDecision) -> Trouble {
    let message =
        "The read shows no usage that could be billed. Decide estimate, override or reread instead.";
    Trouble::error(Code::NothingToDecide, decision.verdict.word(), message)
}

/// An estimate takes the date given with the decision, else that of the held read.
fn estimate(
    decision: &ReadDecision,
    waiting: &Waiting,
    desk: &Desk<'_>,
    id: ReadId,
) -> Result<Reading, Trouble> {
    let refuse = |message: String| Trouble::error(Code::NothingToDecide, decision.verdict.word(), message);
    let date = decision.date.or_else(|| waiting.latest().and_then(|read| read.date));
    let Some(date) = date else {
        return Err(refuse("The month has no read. Type the date of the estimate as Value.".to_owned()));
    };
    if Month::of(date) != decision.month {
        return Err(refuse(format!(
            "The date {date} does not lie in {}. Correct Value or Month.",
            decision.month
        )));
    }
    let value = (desk.estimate)(&decision.account, date).ok_or_else(|| {
        refuse(format!(
            "Nothing is known to work out an estimate for {date} from, or a later read exists. Decide override \
             with a reading."
        ))
    })?;
    Ok(reading(decision, waiting, id, (date, value), ReadCode::Estimate))
}

/// An override keeps the date of the latest held read.
fn replacement(decision: &ReadDecision, waiting: &Waiting, id: ReadId) -> Result<Reading, Trouble> {
    let value = decision.reading.expect("an override without a reading is refused when it is read");
    let date = waiting.latest().and_then(|read| read.date).ok_or_else(|| {
        let message =
            "The month has no read whose date an override could keep. Decide estimate, or send the read.";
        Trouble::error(Code::NothingToDecide, decision.verdict.word(), message)
    })?;
    Ok(reading(decision, waiting, id, (date, value), ReadCode::Override))
}

fn reading(
    decision: &ReadDecision,
    waiting: &Waiting,
    id: ReadId,
    (date, value): (Date, i64),
    code: ReadCode,
) -> Reading {
    // A read of a meter that is not the account's is settled by one of the meter that is.
    let own = |read: &&AuditedRead| !read.exceptions.contains(&Exception::UnknownMeter);
    let meter: Option<MeterId> = waiting.reads.iter().rev().filter(own).find_map(|read| read.meter.clone());
    Reading {
        id,
        account: Some(decision.account.clone()),
        meter,
        date,
        value,
        code,
        trouble: String::new(),
        echo: None,
    }
}
