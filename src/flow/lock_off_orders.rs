//! The field orders for lock-offs and unlocks: what is approved is ordered, and what has no reason any more is cancelled.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::bill::in_words;
use super::collections::{OFF_THE_LIST, business_days, lock_offs, on_record, reached};
use super::decided::Current;
use super::desk::Books;
use crate::domain::books::account::{Account, Status};
use crate::domain::books::decision::{APPROVE, Decision, HOLD, LOCK_OFF};
use crate::domain::books::order::{Action, Cancellation, OrderKind, OrderRecord, OrderRequest};
use crate::domain::books::payment_plan::PlanStanding;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId, OrderNumber};
use crate::domain::office::Mode;
use crate::domain::page::seal;
use crate::domain::proposals::lock_off_schedule::{LockOffRow, Reached};
use crate::domain::proposals::timeline::Timeline;
use crate::post::Waits;
use crate::{receivables, workbook};

/// What every state of the workbook has in its id.
const SUBJECT: &str = "(lock-off schedule)";
/// Why a meter is opened again: nothing is past due any more.
const PAID: &str = "paid";
/// Why a meter is opened again: a plan that is kept, or a hold.
const ARRANGED: &str = "arranged";

/// What a run changes about the orders for lock-offs and unlocks.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) wanted: Vec<OrderRequest>,
    pub(super) gone: Vec<Cancellation>,
}

/// The open orders for lock-offs that the schedule made, by account.
pub(super) fn open(orders: &[OrderRecord]) -> BTreeMap<AccountId, OrderNumber> {
    let open = orders.iter().filter(|record| record.is_open()).map(|record| &record.order);
    let scheduled = open.filter(|order| order.request.is_scheduled_lock_off());
    scheduled.map(|order| (order.request.account.clone(), order.number.clone())).collect()
}

/// The state of what is scheduled: after every payment, step, decision or order it is another one.
pub(super) fn run_id(scheduled: &[LockOffRow]) -> String {
    let texts: Vec<String> = scheduled
        .iter()
        .flat_map(|row| [row.reference(), row.token(), row.order.clone(), row.held.clone()])
        .collect();
    format!("{SUBJECT} {}", seal::fingerprint(texts.iter().map(String::as_str)))
}

/// The rows of the schedule of a day, as the workbook has them.
fn scheduled(books: &Books, timelines: Vec<Timeline>, day: Date) -> Result<Vec<LockOffRow>, Failure> {
    let ordered = open(&books.ledger.orders(day)?);
    let accounts: BTreeMap<AccountId, Reached> =
        books.ledger.accounts(day)?.iter().map(|account| (account.id.clone(), reached(account))).collect();
    let row = |timeline: Timeline| LockOffRow {
        customer: accounts.get(&timeline.account).cloned().unwrap_or_default(),
        order: ordered.get(&timeline.account).map(ToString::to_string).unwrap_or_default(),
        held: String::new(),
        timeline,
    };
    let scheduled = timelines.into_iter().filter(|timeline| timeline.scheduled.is_some());
    let mut rows: Vec<LockOffRow> = scheduled.map(row).collect();
    sort(&mut rows);
    mark_held(books, &mut rows, day)?;
    Ok(rows)
}

/// Says of each row who holds it: whose last word about exactly this was that.
pub(super) fn mark_held(books: &Books, rows: &mut [LockOffRow], day: Date) -> Result<(), Failure> {
    let decisions = books.ledger.decisions(LOCK_OFF, day)?;
    for row in rows.iter_mut().filter(|row| row.order.is_empty()) {
        let (reference, token) = (row.reference(), row.token());
        let last = decisions.iter().rfind(|said| said.reference == reference && said.token == token);
        let held = last.filter(|said| said.decision == HOLD);
        row.held = held.map(|said| in_words("Held", said)).unwrap_or_default();
    }
    Ok(())
}

/// By day, route and place.
pub(super) fn sort(rows: &mut [LockOffRow]) {
    rows.sort_by(|a, b| {
        let key = |row: &LockOffRow| {
            let customer = &row.customer;
            (row.timeline.scheduled, customer.route.clone(), customer.place, row.timeline.account.clone())
        };
        key(a).cmp(&key(b))
    });
}

/// The workbook that can be decided on now.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    let approval = &books.office.approval;
    if approval.lock_offs == Mode::Automatic {
        return Ok(vec![]);
    }
    let rows = scheduled(books, lock_offs(books, today)?, today)?;
    let prepared_by = approval.forbidden_approvers([]);
    let waits = |row: &LockOffRow| (row.reference(), Waits::new(row.token(), prepared_by.clone()));
    let waiting = rows.iter().filter(|row| row.order.is_empty()).map(waits).collect();
    Ok(vec![Current {
        run_id: run_id(&rows),
        subject: SUBJECT.to_owned(),
        path: format!("outbox/{}/lock-off-schedule.xlsx", Month::of(today)),
        waiting: BTreeMap::from([(workbook::SCHEDULE, waiting)]),
    }])
}

/// The orders that a day wants and those whose reason has gone.
pub(super) fn changes(books: &Books, orders: &[OrderRecord], day: Date) -> Result<Changes, Failure> {
    let decisions = books.ledger.decisions(LOCK_OFF, day)?;
    let automatic = books.office.approval.lock_offs == Mode::Automatic;
    let mut changes = Changes::default();
    if automatic || !decisions.is_empty() || !open(orders).is_empty() {
        let timelines = lock_offs(books, day)?;
        changes.gone.extend(without_reason(books, &timelines, orders, day)?);
        let rows = scheduled(books, timelines, day)?;
        let approved = |row: &&LockOffRow| automatic || is_approved(row, &decisions, orders);
        let wanted = rows.iter().filter(|row| row.order.is_empty()).filter(approved);
        changes.wanted.extend(wanted.map(|row| request(row, day)));
    }
    unlocks(books, orders, day, &mut changes)?;
    let meters: BTreeMap<AccountId, MeterId> = if changes.wanted.is_empty() {
        BTreeMap::new()
    } else {
        let standing = books.ledger.meters(day)?.into_iter().filter(|meter| meter.removal.is_none());
        standing.map(|meter| (meter.account, meter.id)).collect()
    };
    for request in &mut changes.wanted {
        request.meter = meters.get(&request.account).cloned();
    }
    Ok(changes)
}

/// Whether exactly this was approved, and not ordered since.
fn is_approved(row: &LockOffRow, decisions: &[Decision], orders: &[OrderRecord]) -> bool {
    let (reference, token) = (row.reference(), row.token());
    let last = decisions.iter().rfind(|said| said.reference == reference && said.token == token);
    let ordered_since = |said: &Decision| {
        orders.iter().map(|record| &record.order.request).any(|request| {
            request.is_scheduled_lock_off()
                && request.account == row.timeline.account
                && request.opened >= said.day
        })
    };
    last.is_some_and(|said| said.decision == APPROVE && !ordered_since(said))
}

fn request(row: &LockOffRow, day: Date) -> OrderRequest {
    OrderRequest {
        account: row.timeline.account.clone(),
        meter: None,
        kind: OrderKind::LockOff,
        reason: row.timeline.bill.clone(),
        opened: day,
        due: row.timeline.scheduled,
        month: None,
    }
}

/// The open orders for lock-offs that the law or the customer's payment no longer allows on their day.
fn without_reason(
    books: &Books,
    timelines: &[Timeline],
    orders: &[OrderRecord],
    day: Date,
) -> Result<Vec<Cancellation>, Failure> {
    let days = business_days(books)?;
    let by_account: BTreeMap<&AccountId, &Timeline> =
        timelines.iter().map(|timeline| (&timeline.account, timeline)).collect();
    let why_not = |request: &OrderRequest| {
        let due = request.due?;
        let Some(timeline) = by_account.get(&request.account) else { return Some(OFF_THE_LIST.to_owned()) };
        let Some(earliest) = timeline.earliest else { return Some(timeline.told_missing()) };
        // An order of an earlier day is still open because the crew did not come to it.
        if due < day {
            None
        } else if due < earliest {
            Some(format!("not before {earliest}: {}", timeline.told_latest()))
        } else if !days.may_lock_off(due) {
            Some(format!("nobody is locked off on {due}: the office is closed"))
        } else {
            None
        }
    };
    let scheduled =
        orders.iter().filter(|record| record.is_open() && record.order.request.is_scheduled_lock_off());
    let gone = scheduled.filter_map(|record| {
        let why = why_not(&record.order.request)?;
        Some(Cancellation { number: record.order.number.clone(), why })
    });
    Ok(gone.collect())
}

/// Orders to open the meters of those who have paid or arranged, and cancels such orders where that is no longer so.
fn unlocks(books: &Books, orders: &[OrderRecord], day: Date, changes: &mut Changes) -> Result<(), Failure> {
    let mut locked = BTreeSet::new();
    for result in books.ledger.field_results(day)? {
        match result.action {
            Action::Locked => drop(locked.insert(result.account)),
            Action::Unlocked => drop(locked.remove(&result.account)),
            Action::Reread | Action::Hung | Action::Done => {}
        }
    }
    let own = |record: &&OrderRecord| {
        let request = &record.order.request;
        record.is_open()
            && request.kind == OrderKind::Unlock
            && [PAID, ARRANGED].contains(&request.reason.as_str())
    };
    if locked.is_empty() && !orders.iter().any(|record| own(&record)) {
        return Ok(());
    }
    let mut reasons: BTreeMap<AccountId, &'static str> = BTreeMap::new();
    for account in books.ledger.accounts(day)?.iter().filter(|account| locked.contains(&account.id)) {
        reasons.extend(why_open(books, account, day)?.map(|why| (account.id.clone(), why)));
    }
    let gone =
        orders.iter().filter(own).filter(|record| !reasons.contains_key(&record.order.request.account));
    changes.gone.extend(gone.map(|record| Cancellation {
        number: record.order.number.clone(),
        why: "the service is on again, or the account owes and nothing is arranged".to_owned(),
    }));
    let is_out = |account: &AccountId| {
        orders.iter().any(|record| {
            let request = &record.order.request;
            record.is_open() && request.kind == OrderKind::Unlock && request.account == *account
        })
    };
    let wanted = reasons.into_iter().filter(|(account, _)| !is_out(account));
    changes.wanted.extend(wanted.map(|(account, why)| OrderRequest {
        account,
        meter: None,
        kind: OrderKind::Unlock,
        reason: why.to_owned(),
        opened: day,
        due: None,
        month: None,
    }));
    Ok(())
}

/// Why the meter of an account that is locked off is to be opened; `None` where it is not.
fn why_open(books: &Books, account: &Account, day: Date) -> Result<Option<&'static str>, Failure> {
    if account.status != Status::Active {
        return Ok(None);
    }
    let effects = books.ledger.standing_entries_of(&account.id, day)?;
    let owed = receivables::statements(std::slice::from_ref(&account.id), &effects, day);
    if owed.iter().all(|owed| owed.past_due_bills.is_empty()) {
        return Ok(Some(PAID));
    }
    let record = on_record(books, &account.id, day)?;
    let plan = matches!(record.plan, Some((_, PlanStanding::Kept)));
    let hold = record.holds.iter().any(|hold| hold.counts() && hold.is_open_on(day));
    Ok((plan || hold).then_some(ARRANGED))
}
