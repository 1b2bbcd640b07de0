//! Puts together what is known of the accounts that owe, and asks when they may be locked off.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::{Books, Desk};
use super::{Failure, lock_off_orders};
use crate::collections::{self, BusinessDays, Case, Ground};
use crate::domain::books::account::{Account, Status};
use crate::domain::books::entry::Effect;
use crate::domain::books::hold::Hold;
use crate::domain::books::notice::{Method, Notice, NoticeKind};
use crate::domain::books::order::Action;
use crate::domain::books::payment_plan::{PaymentPlan, PlanStanding};
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::law::Law;
use crate::domain::office::Mode;
use crate::domain::proposals::lock_off_schedule::{
    Dropped, HeldAccount, LockOffRow, LockOffSchedule, Reached,
};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::timeline::Timeline;
use crate::receivables::{self, Statement};

/// The accounts on the lock-off list of a day, by number, with their places in its schedule.
pub(super) fn lock_offs(books: &Books, as_of: Date) -> Result<Vec<Timeline>, Failure> {
    let mut places = BTreeMap::new();
    let mut timelines = each_on_the_list(books, as_of, |account, _, case, ground| {
        places.insert(account.id.clone(), (account.route.clone(), account.sequence));
        collections::timeline(case, ground)
    })?;
    let (days, policy) = (business_days(books)?, &books.office.collections);
    collections::schedule(&mut timelines, &places, policy, &days, as_of);
    Ok(timelines)
}

/// Asks about each account on the lock-off list of a day, by number.
///
/// On it are active accounts that are not locked off at present, with at least the minimum past due.
pub(super) fn each_on_the_list<T>(
    books: &Books,
    as_of: Date,
    mut ask: impl FnMut(&Account, &Statement, &Case<'_>, Ground<'_>) -> T,
) -> Result<Vec<T>, Failure> {
    let (office, ledger) = (&books.office, &books.ledger);
    let (days, law) = (business_days(books)?, Law::california());
    let policy = &office.collections;
    let accounts: BTreeMap<AccountId, Account> =
        ledger.accounts(as_of)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let effects = ledger.standing_entries_of_debtors(as_of)?;
    let owing = statements(&effects, as_of);
    let known = Known::collect(books, &effects, as_of)?;
    let ground = Ground { policy: &policy.lock_off, law: &law, days: &days, as_of };
    let ask = |owed: &Statement| {
        let account = accounts.get(&owed.balance.account)?;
        let bill = owed.oldest_past_due.clone()?;
        let on_the_list = account.status == Status::Active
            && !known.locked.contains(&account.id)
            && owed.balance.past_due >= policy.minimum;
        let case = Case {
            account: &account.id,
            residential: office.classes.get(&account.class).is_some_and(|class| class.residential),
            tenant: account.tenant,
            past_due: owed.balance.past_due,
            bill,
            notices: known.notices.get(&account.id).map_or(&[], Vec::as_slice),
            holds: known.holds.get(&account.id).map_or(&[], Vec::as_slice),
            plan: known.plans.get(&account.id).copied(),
        };
        on_the_list.then(|| ask(account, owed, &case, ground))
    };
    Ok(owing.iter().filter_map(ask).collect())
}

/// The workbook's figures of a day; `None` where there is nothing to say: nobody is past due and no workbook has to be
/// brought up to date, or nothing `changed` and nobody is scheduled.
pub(super) fn schedule(
    desk: &Desk,
    receipts: &[ReceiptRow],
    (changed, is_there): (bool, bool),
) -> Result<Option<LockOffSchedule>, Failure> {
    let (books, day) = (&desk.books, desk.today);
    let timelines = lock_offs(books, day)?;
    let before = lock_offs(books, plus_days(day, -1))?;
    // What was returned or dropped twice posted nothing and makes no new schedule; a day without news makes one where
    // somebody is on it, or was, for then the crew needs this morning's.
    let posted = |row: &&ReceiptRow| matches!(row.fate, Fate::Accepted | Fate::Posted);
    let crew = |timelines: &[Timeline]| timelines.iter().any(|timeline| timeline.scheduled.is_some());
    let wanted = if changed { is_there || !timelines.is_empty() } else { crew(&timelines) || crew(&before) };
    let Some(newest) = receipts.iter().rev().find(posted).filter(|_| wanted) else {
        return Ok(None);
    };
    let accounts: BTreeMap<AccountId, Account> =
        books.ledger.accounts(day)?.into_iter().map(|account| (account.id.clone(), account)).collect();
    let customer = |account: &AccountId| accounts.get(account).map(reached).unwrap_or_default();
    let dropped = dropped(&before, &timelines).into_iter().map(|(account, was, reason)| {
        let customer = customer(&account);
        Dropped { account, customer, was, reason }
    });
    let held = books.ledger.holds()?.into_iter().filter(|hold| hold.until.is_none_or(|until| until >= day));
    let held = held.map(|hold| HeldAccount { customer: customer(&hold.account), hold });
    let calendar = business_days(books)?;
    let (first, last) = span(&timelines, day);
    let open = |day: &Date| calendar.is_open(*day);
    let back = first.iter_days().rev().find(open).unwrap_or(first);
    let business_days: Vec<Date> = back.iter_days().take_while(|day| *day <= last).filter(open).collect();
    let mut lock_off_days = business_days.clone();
    lock_off_days.retain(|day| calendar.may_lock_off(*day));
    let ordered = lock_off_orders::open(&books.ledger.orders(day)?);
    let rows = timelines.into_iter().map(|timeline| LockOffRow {
        customer: customer(&timeline.account),
        order: ordered.get(&timeline.account).map(ToString::to_string).unwrap_or_default(),
        held: String::new(),
        timeline,
    });
    let (mut scheduled, waiting): (Vec<LockOffRow>, Vec<LockOffRow>) =
        rows.partition(|row| row.timeline.scheduled.is_some());
    lock_off_orders::sort(&mut scheduled);
    lock_off_orders::mark_held(books, &mut scheduled, day)?;
    Ok(Some(LockOffSchedule {
        office: books.office.office.name.clone(),
        day,
        run_id: lock_off_orders::run_id(&scheduled),
        chain_head: desk.archive.receipt(newest.sequence)?.1,
        law: Law::california().version,
        attempt_lapses_days: books.office.collections.lock_off.attempt_lapses_days,
        attempt_days: books.office.collections.lock_off.attempt_days,
        per_day: books.office.collections.per_day,
        waits: books.office.approval.lock_offs == Mode::Decision,
        scheduled,
        waiting,
        holds: held.collect(),
        dropped: dropped.collect(),
        business_days,
        lock_off_days,
    }))
}

/// The first evidence, and a day well behind the last date.
fn span(timelines: &[Timeline], day: Date) -> (Date, Date) {
    let rules = || timelines.iter().flat_map(|timeline| &timeline.rules);
    let first = rules().filter_map(|found| found.evidence).min().unwrap_or(day).min(day);
    let dates =
        timelines.iter().flat_map(|timeline| [timeline.scheduled, timeline.earliest, timeline.if_today]);
    let last = dates.flatten().chain(rules().filter_map(|found| found.standing.date())).max().unwrap_or(day);
    (first, plus_days(last.max(day), 31))
}

/// Why an account is on the lock-off list no more.
pub(super) const OFF_THE_LIST: &str = "paid, locked off or no longer active: not on the list any more";

/// Who had a day the day before and has none now, or a later one because of a rule; with that day and the reason.
fn dropped(before: &[Timeline], now: &[Timeline]) -> Vec<(AccountId, Date, String)> {
    let why = |was: &Timeline| {
        let scheduled = was.scheduled?;
        let reason = match now.iter().find(|timeline| timeline.account == was.account) {
            Some(timeline) => match timeline.scheduled {
                None => timeline.told_missing(),
                Some(day) if day > scheduled && timeline.earliest > was.earliest => {
                    format!("moved to {day}: {}", timeline.told_latest())
                }
                Some(_) => return None,
            },
            None => OFF_THE_LIST.to_owned(),
        };
        Some((was.account.clone(), scheduled, reason))
    };
    before.iter().filter_map(why).collect()
}

pub(super) fn reached(account: &Account) -> Reached {
    Reached {
        name: account.customer.clone(),
        service_address: account.service_address.clone(),
        phone: account.contact.phone.clone(),
        route: account.route.clone(),
        place: account.sequence,
    }
}

/// The days on which the office is open.
pub(super) fn business_days(books: &Books) -> Result<BusinessDays, Failure> {
    Ok(BusinessDays::new(&books.office.calendar, &Law::california(), books.ledger.closed_days()?))
}

/// What is on record about one account at the end of a day.
pub(super) struct OnRecord {
    /// What was sent, said and posted, by date.
    pub(super) notices: Vec<Notice>,
    pub(super) holds: Vec<Hold>,
    pub(super) plan: Option<(PaymentPlan, PlanStanding)>,
    /// The day on which it was locked off, where it is so at present.
    pub(super) locked_since: Option<Date>,
}

/// Collects what is on record about one account.
pub(super) fn on_record(books: &Books, account: &AccountId, as_of: Date) -> Result<OnRecord, Failure> {
    let ledger = &books.ledger;
    let mut notices = ledger.notices(as_of)?;
    notices.retain(|notice| notice.account == *account);
    collections::mark_returned(&mut notices);
    let mut locked_since = None;
    for result in ledger.field_results(as_of)?.into_iter().filter(|result| result.account == *account) {
        match result.action {
            Action::Locked => locked_since = Some(result.date),
            Action::Unlocked => locked_since = None,
            Action::Hung => notices.push(hung(result.account, result.date)),
            Action::Reread | Action::Done => {}
        }
    }
    notices.sort_by_key(|notice| (notice.date, notice.kind.word(), notice.method.word()));
    // A row that says that the mail came back tells of a letter that is there already.
    let key = |notice: &Notice| (notice.date, notice.kind, notice.method);
    notices.dedup_by(|later, first| first.returned && key(later) == key(first));
    let holds = ledger.holds()?.into_iter().filter(|hold| hold.account == *account).collect();
    let effects = ledger.standing_entries_of(account, as_of)?;
    let effects: Vec<&Effect> = effects.iter().collect();
    let default_days = books.office.collections.lock_off.plan_default_days;
    let plan = ledger.payment_plans(as_of)?.into_iter().find(|plan| plan.account == *account);
    let plan = plan.map(|plan| {
        let standing = collections::standing(&plan, &effects, default_days, as_of);
        (plan, standing)
    });
    Ok(OnRecord { notices, holds, plan, locked_since })
}

/// What each of the accounts with entries owes.
fn statements(effects: &[Effect], as_of: Date) -> Vec<Statement> {
    let accounts: BTreeSet<AccountId> = effects.iter().map(|effect| effect.account.clone()).collect();
    let accounts: Vec<AccountId> = accounts.into_iter().collect();
    receivables::statements(&accounts, effects, as_of)
}

/// What is known for and against locking somebody off, by account.
struct Known {
    notices: BTreeMap<AccountId, Vec<Notice>>,
    holds: BTreeMap<AccountId, Vec<Hold>>,
    plans: BTreeMap<AccountId, PlanStanding>,
    /// The accounts that are locked off at present.
    locked: BTreeSet<AccountId>,
}

impl Known {
    fn collect(books: &Books, effects: &[Effect], as_of: Date) -> Result<Known, Failure> {
        let ledger = &books.ledger;
        let mut notices: BTreeMap<AccountId, Vec<Notice>> = BTreeMap::new();
        let mut on_record = ledger.notices(as_of)?;
        collections::mark_returned(&mut on_record);
        for notice in on_record {
            notices.entry(notice.account.clone()).or_default().push(notice);
        }
        let mut locked = BTreeSet::new();
        for result in ledger.field_results(as_of)? {
            let account = result.account;
            match result.action {
                Action::Locked => drop(locked.insert(account)),
                Action::Unlocked => drop(locked.remove(&account)),
                Action::Hung => notices.entry(account.clone()).or_default().push(hung(account, result.date)),
                Action::Reread | Action::Done => {}
            }
        }
        let mut holds: BTreeMap<AccountId, Vec<Hold>> = BTreeMap::new();
        for hold in ledger.holds()? {
            holds.entry(hold.account.clone()).or_default().push(hold);
        }
        let mut by_account: BTreeMap<&AccountId, Vec<&Effect>> = BTreeMap::new();
        for effect in effects {
            by_account.entry(&effect.account).or_default().push(effect);
        }
        let default_days = books.office.collections.lock_off.plan_default_days;
        let standing = |plan: PaymentPlan| {
            let effects = by_account.get(&plan.account).map_or(&[][..], Vec::as_slice);
            let standing = collections::standing(&plan, effects, default_days, as_of);
            (plan.account, standing)
        };
        let plans = ledger.payment_plans(as_of)?.into_iter().map(standing).collect();
        Ok(Known { notices, holds, plans, locked })
    }
}

/// A door hanger that the crew hung.
fn hung(account: AccountId, date: Date) -> Notice {
    Notice {
        account,
        date,
        kind: NoticeKind::DoorHanger,
        method: Method::Posted,
        reached: false,
        time: String::new(),
        bill: String::new(),
        returned: false,
    }
}
