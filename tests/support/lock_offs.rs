//! An invented lock-off schedule: accounts that may be locked off, and accounts that lack each of the steps.

use std::collections::BTreeMap;

use meterbook::collections::{BusinessDays, Case, Ground, schedule, timeline};
use meterbook::domain::books::balance::PastDueBill;
use meterbook::domain::books::hold::{Hold, HoldKind, MedicalGrounds};
use meterbook::domain::books::notice::{Method, Notice, NoticeKind};
use meterbook::domain::books::payment_plan::PlanStanding;
use meterbook::domain::date::{Date, plus_days};
use meterbook::domain::id::AccountId;
use meterbook::domain::law::Law;
use meterbook::domain::money::Money;
use meterbook::domain::office::{Calendar, Collections};
use meterbook::domain::proposals::lock_off_schedule::{
    Dropped, HeldAccount, LockOffRow, LockOffSchedule, Reached,
};
use meterbook::domain::proposals::timeline::Timeline;

use super::office::date;

/// The morning of the schedule.
const DAY: &str = "2026-08-24";

fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 104_007 + 7 * at))
}

fn notice(at: usize, day: &str, kind: NoticeKind, method: Method) -> Notice {
    let (time, bill) = (String::new(), String::new());
    Notice {
        account: account(at),
        date: date(day),
        kind,
        method,
        reached: false,
        time,
        bill,
        returned: false,
    }
}

fn hold(at: usize, kind: HoldKind, until: Option<&str>) -> Hold {
    let grounds =
        MedicalGrounds { certificate: true, unable_to_pay: at.is_multiple_of(2), accepts_plan: true };
    Hold { account: account(at), kind, from: date("2026-07-20"), until: until.map(date), grounds }
}

fn customer(at: usize) -> Reached {
    let names = ["Ruiz, Maria", "=1+1", "Nu\u{f1}ez Landscaping", "O'Brien & Sons <x>"];
    Reached {
        name: names[at % names.len()].to_owned(),
        service_address: format!("{} Joshua Lane", 7_000 + at),
        phone: "760-555-0142".to_owned(),
        route: format!("{:02}", 1 + at % 2),
        place: Some(i64::try_from(at).unwrap() * 10),
    }
}

fn days() -> BusinessDays {
    BusinessDays::new(&Calendar::default(), ["2026-07-02", "2026-09-07"].map(date))
}

/// How one account stands: of eleven, each lacks or has something else.
fn one(at: usize, policy: &Collections) -> (Timeline, Vec<Hold>) {
    let mut notices = vec![
        notice(at, "2026-07-06", NoticeKind::PastDueLetter, Method::Mail),
        notice(at, "2026-08-20", NoticeKind::DoorHanger, Method::Posted),
    ];
    let mut holds = Vec::new();
    let (mut tenant, mut residential, mut plan) = (false, true, None);
    match at % 11 {
        2 => drop(notices.remove(0)),
        3 => drop(notices.pop()),
        4 => residential = false,
        5 => tenant = true,
        6 => holds.push(hold(at, HoldKind::Dispute, Some("2026-09-10"))),
        7 => holds.push(hold(at, HoldKind::Appeal, None)),
        8 => plan = Some(PlanStanding::Kept),
        9 => {
            plan = Some(PlanStanding::Broken(date("2026-08-10")));
            notices.push(notice(at, "2026-08-17", NoticeKind::FinalNotice, Method::Posted));
        }
        10 => holds.push(hold(at, HoldKind::Medical, None)),
        _ => {}
    }
    let (law, days, id) = (Law::california(), days(), account(at));
    let bill_date = date("2026-06-01");
    let case = Case {
        account: &id,
        residential,
        tenant,
        past_due: Money::from_cents(18_000 + i64::try_from(at).unwrap()),
        bill: PastDueBill {
            reference: format!("202606-{id}"),
            date: bill_date,
            due: plus_days(bill_date, 20),
        },
        notices: &notices,
        holds: &holds,
        plan,
    };
    let ground = Ground { policy: &policy.lock_off, law: &law, days: &days, as_of: date(DAY) };
    (timeline(&case, ground), holds)
}

/// A schedule of so many accounts.
pub(crate) fn lock_offs(accounts: usize) -> LockOffSchedule {
    let (policy, calendar) = (Collections { per_day: 3, ..Collections::default() }, days());
    let (mut timelines, holds): (Vec<Timeline>, Vec<Vec<Hold>>) =
        (0..accounts).map(|at| one(at, &policy)).unzip();
    schedule(&mut timelines, &BTreeMap::new(), &policy, &calendar, date(DAY));
    let row = |(at, timeline)| LockOffRow { timeline, customer: customer(at) };
    let (scheduled, waiting): (Vec<LockOffRow>, Vec<LockOffRow>) =
        timelines.into_iter().enumerate().map(row).partition(|row| row.timeline.scheduled.is_some());
    let mut scheduled = scheduled;
    scheduled.sort_by_key(|row| (row.timeline.scheduled, row.customer.route.clone(), row.customer.place));
    let business_days: Vec<Date> =
        date("2026-05-28").iter_days().take(200).filter(|day| calendar.is_open(*day)).collect();
    let held = |(at, hold)| HeldAccount { hold, customer: customer(at) };
    let holds = holds.into_iter().enumerate().flat_map(|(at, holds)| holds.into_iter().map(move |h| (at, h)));
    LockOffSchedule {
        office: "Joshua Flats Water District".to_owned(),
        day: date(DAY),
        run_id: "lock-off schedule 2026-08-24 receipt 000031".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        law: Law::california().version,
        per_day: policy.per_day,
        scheduled,
        waiting,
        holds: holds.map(held).collect(),
        dropped: (0..accounts.min(1))
            .map(|at| Dropped {
                account: account(99),
                customer: customer(at),
                was: date(DAY),
                reason: "L5: no call, visit or door hanger since 2026-08-10".to_owned(),
            })
            .collect(),
        lock_off_days: business_days.clone(),
        business_days,
    }
}
