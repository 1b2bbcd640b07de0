//! The late fees of a day: what is due, what is posted, and the workbook where somebody decides about them.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::decided::{Current, state_of};
use super::desk::{Books, Desk, Draft};
use super::refresh::{customer, is_current, put};
use super::registers::newest_change;
use crate::domain::books::decision::{Decision, HOLD, LATE_FEE, REJECT};
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::late_fee::{LateFee, LateFeeRule, LateFeeRun};
use crate::domain::count::counted;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber};
use crate::domain::office::Mode;
use crate::domain::page::seal;
use crate::domain::proposals::late_fees::{LATE_FEE_PREFIX, LateFeeRow, LateFeeState, LateFees};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::post::Waits;
use crate::{post, receivables, workbook};

/// The kind of the fact, in receipts.
pub(super) const KIND: &str = "late fees";

/// What every state of the workbook has in its id.
const SUBJECT: &str = "(late fees)";

/// Where the workbook of a day lies in the office.
fn path(day: Date) -> String {
    format!("outbox/{}/late-fees.xlsx", Month::of(day))
}

/// Posts the late fees that are due, where somebody decides about them those that were approved; a run without any posts
/// nothing.
pub(super) fn assess(desk: &mut Desk) -> Result<LateFeeRun, Failure> {
    let day = desk.today;
    let mut run = due(&desk.books, &desk.books.ledger.standing_entries_of_debtors(day)?, day)?;
    if wants_decision(&desk.books) {
        let approved = desk.books.ledger.late_fees_approved()?;
        run.fees.retain(|late| approved.contains(&(reference(late), token(late))));
    }
    if run.fees.is_empty() {
        return Ok(run);
    }
    let name = format!("{KIND} {day}");
    let draft = Draft {
        fate: Fate::Posted,
        kind: KIND.to_owned(),
        rows: run.fees.len() as u64,
        totals: vec![("sum of late fees".to_owned(), run.total().to_string())],
        outcome: counted(run.fees.len(), "late fee", "late fees"),
        file: format!("{name}.json"),
        name,
        bytes: serde_json::to_vec(&run).expect("late fees have string keys and no floats"),
        ..Draft::default()
    };
    let batch = post::late_fees(run.clone(), &desk.books.office.gl);
    desk.post(draft, &batch)?;
    Ok(run)
}

/// The late fees that are due on a day and not posted.
fn due(books: &Books, effects: &[Effect], day: Date) -> Result<LateFeeRun, Failure> {
    let rule = LateFeeRule::of(&books.office.collections.late_fee);
    Ok(receivables::late_fees(effects, &books.ledger.holds()?, rule, day))
}

fn wants_decision(books: &Books) -> bool {
    books.office.approval.late_fees == Mode::Decision
}

fn reference(late: &LateFee) -> String {
    format!("{LATE_FEE_PREFIX}{}", late.bill)
}

/// A fingerprint of what is proposed: whoever approved a fee approved it on what was unpaid then.
fn token(late: &LateFee) -> String {
    let texts =
        [late.account.to_string(), late.bill.to_string(), late.unpaid.to_string(), late.fee.to_string()];
    seal::fingerprint(texts.iter().map(String::as_str))
}

/// The fees that are due on a day, each with where it stands; none where they are posted without a decision.
fn rows(books: &Books, day: Date) -> Result<Vec<LateFeeRow>, Failure> {
    if !wants_decision(books) {
        return Ok(vec![]);
    }
    let effects = books.ledger.standing_entries_of_debtors(day)?;
    let run = due(books, &effects, day)?;
    if run.fees.is_empty() {
        return Ok(vec![]);
    }
    let (ledger, late) = (&books.ledger, run.fees.iter().map(|late| &late.account).collect::<BTreeSet<_>>());
    let accounts = ledger.accounts(day)?.into_iter().filter(|account| late.contains(&account.id));
    let customers: BTreeMap<AccountId, _> =
        accounts.map(|account| (account.id.clone(), customer(&account))).collect();
    let bills = effects.into_iter().filter(|effect| effect.kind == EntryKind::Bill);
    let dates: BTreeMap<BillNumber, Date> =
        bills.map(|effect| (BillNumber::new(effect.reference), effect.date)).collect();
    let said: BTreeMap<String, Decision> =
        ledger.decisions(LATE_FEE, day)?.into_iter().map(|said| (said.reference.clone(), said)).collect();
    let row = |late: LateFee| {
        let reference = reference(&late);
        let state = state(said.get(&reference));
        LateFeeRow {
            customer: customers[&late.account].clone(),
            bill_date: dates[&late.bill],
            token: if state.waits() { token(&late) } else { String::new() },
            reference,
            state,
            late,
        }
    };
    Ok(run.fees.into_iter().map(row).collect())
}

fn state(said: Option<&Decision>) -> LateFeeState {
    match said {
        Some(said) if said.decision == REJECT => LateFeeState::Waived {
            day: said.day,
            initials: said.initials.clone(),
            reason: said.reason.clone(),
        },
        Some(said) if said.decision == HOLD => {
            LateFeeState::Held { day: said.day, initials: said.initials.clone() }
        }
        _ => LateFeeState::Proposed,
    }
}

/// What waits for a decision, by its name, with those who may not approve it.
pub(super) fn waiting(books: &Books, today: Date) -> Result<BTreeMap<String, Waits>, Failure> {
    Ok(open(books, &rows(books, today)?))
}

fn open(books: &Books, rows: &[LateFeeRow]) -> BTreeMap<String, Waits> {
    let prepared_by = books.office.approval.forbidden_approvers([]);
    let open = rows.iter().filter(|row| row.state.waits());
    let waits = |row: &LateFeeRow| Waits::new(row.token.clone(), prepared_by.clone());
    open.map(|row| (row.reference.clone(), waits(row))).collect()
}

/// The workbook that can be decided on now; each of its rows stands for itself, for what is due changes with the day alone.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    Ok(vec![Current::of_rows(SUBJECT, path(today), workbook::LATE_FEES_DUE, waiting(books, today)?)])
}

/// Writes the workbook, where fees are due or were in the month; gives its path if it is new.
///
/// Without news (`changed`) it is written when something else waits.
pub(super) fn refresh(
    desk: &Desk,
    receipts: &[ReceiptRow],
    changed: bool,
) -> Result<Option<String>, Failure> {
    let (books, day) = (&desk.books, desk.today);
    if !wants_decision(books) {
        return Ok(None);
    }
    let (path, rows) = (path(day), rows(books, day)?);
    let run_id = state_of(SUBJECT, &open(books, &rows));
    let place = books.root.join(&path);
    if (rows.is_empty() && !place.is_file()) || (!changed && is_current(&place, &run_id)?) {
        return Ok(None);
    }
    let Some(newest) = newest_change(receipts) else { return Ok(None) };
    let of = LateFees {
        office: books.office.office.name.clone(),
        month: Month::of(day),
        day,
        run_id,
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        rule: LateFeeRule::of(&books.office.collections.late_fee),
        rows,
        prepared_by: books.office.approval.prepared_by.clone(),
    };
    put(desk, path, &workbook::xlsx(&workbook::late_fees(&of))?)
}
