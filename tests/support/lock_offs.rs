//! An invented lock-off schedule: accounts that may be locked off, and accounts that lack each of the steps.

use std::collections::BTreeMap;

use meterbook::collections::{BusinessDays, Case, Ground, bill_steps, schedule, timeline};
use meterbook::domain::books::balance::PastDueBill;
use meterbook::domain::books::hold::{Hold, HoldKind, MedicalGrounds};
use meterbook::domain::books::notice::{Method, Notice, NoticeKind};
use meterbook::domain::books::payment_plan::{Instalment, PaymentPlan, PlanStanding};
use meterbook::domain::date::{Date, Month, plus_days};
use meterbook::domain::id::AccountId;
use meterbook::domain::law::Law;
use meterbook::domain::money::Money;
use meterbook::domain::office::{Calendar, Collections, Letterhead, Weekday};
use meterbook::domain::proposals::account_collections::AccountCollections;
use meterbook::domain::proposals::billing_calendar::{BillingCalendar, CycleMonth};
use meterbook::domain::proposals::letter_run::LetterKind;
use meterbook::domain::proposals::lock_off_schedule::{
    Dropped, HeldAccount, LockOffRow, LockOffSchedule, Reached,
};
use meterbook::domain::proposals::shutoff_report::{Shutoff, ShutoffReport};
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
    let calendar = Calendar { holidays: vec![date("2026-07-02")], ..Calendar::default() };
    BusinessDays::new(&calendar, &Law::california(), vec![])
}

/// How one account stands: of eleven, each lacks or has something else.
fn one(at: usize, policy: &Collections) -> (Timeline, Vec<Hold>, Vec<Notice>, Option<PlanStanding>) {
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
    (timeline(&case, ground), holds.clone(), notices.clone(), plan)
}

/// A schedule of so many accounts.
pub(crate) fn lock_offs(accounts: usize) -> LockOffSchedule {
    let (policy, calendar) = (Collections { per_day: 3, ..Collections::default() }, days());
    let (mut timelines, holds): (Vec<Timeline>, Vec<Vec<Hold>>) = (0..accounts)
        .map(|at| {
            let (timeline, holds, _, _) = one(at, &policy);
            (timeline, holds)
        })
        .unzip();
    schedule(&mut timelines, &BTreeMap::new(), &policy, &calendar, date(DAY));
    let row = |(at, timeline): (usize, Timeline)| {
        let order = if at % 11 == 1 { format!("FO-20260823-{:03}", at + 1) } else { String::new() };
        let held = if at % 11 == 3 { "Held by KB on 2026-08-23.".to_owned() } else { String::new() };
        LockOffRow { timeline, customer: customer(at), order, held }
    };
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
        run_id: "(lock-off schedule) 5c1f0a9e".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        law: Law::california().version,
        attempt_lapses_days: policy.lock_off.attempt_lapses_days,
        attempt_days: policy.lock_off.attempt_days,
        per_day: policy.per_day,
        waits: true,
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

/// A billing calendar of so many bill dates in two cycles, from August 2026 on; further months have none.
pub(crate) fn billing_calendar(bills: usize) -> BillingCalendar {
    let (policy, calendar) =
        (Collections { weekdays: vec![Weekday::Tue, Weekday::Wed], ..Collections::default() }, days());
    let months: Vec<Month> =
        std::iter::successors(Some(Month::of(date(DAY))), |month| Some(month.next())).take(12).collect();
    let places =
        ["1", "2"].into_iter().flat_map(|cycle| months.iter().map(move |month| (cycle.to_owned(), *month)));
    let (set, without): (Vec<_>, Vec<_>) = places.enumerate().partition(|(at, _)| *at < bills);
    let row = |(at, (cycle, month)): (usize, (String, Month))| {
        let bill = calendar.roll(plus_days(month.first_day(), 10 + i64::from(cycle == "2")));
        let reads = (at % 3 != 2).then(|| (month.first_day(), plus_days(month.first_day(), 5)));
        let steps = bill_steps(bill, &policy, &calendar);
        CycleMonth { cycle, month, reads, steps, is_open: calendar.is_open(bill) }
    };
    let rows: Vec<CycleMonth> = set.into_iter().map(row).collect();
    BillingCalendar {
        office: "Joshua Flats Water District".to_owned(),
        day: date(DAY),
        months: (months[0], months[11]),
        run_id: "billing calendar 2026-08 receipt 000031".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        law: Law::california().version,
        closed: calendar.closed_between(date("2026-07-01"), date("2027-12-31")),
        open: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu],
        crew: policy.weekdays.clone(),
        rows,
        without: without.into_iter().map(|(_, place)| place).collect(),
        policy,
    }
}

/// Where one of eleven accounts stands in collections; each lacks or has something else.
pub(crate) fn account_collections(at: usize) -> AccountCollections {
    let (timeline, holds, notices, standing) = one(at, &Collections::default());
    let instalment = |day: &str| Instalment { due: date(day), amount: Money::from_cents(6_000) };
    let plan = standing.map(|standing| {
        let instalments = vec![instalment("2026-09-01"), instalment("2026-10-01")];
        (PaymentPlan { account: account(at), start: date("2026-07-10"), instalments }, standing)
    });
    let mut timelines = vec![timeline];
    schedule(&mut timelines, &BTreeMap::new(), &Collections::default(), &days(), date(DAY));
    let timeline = timelines.remove(0);
    let bill_date = date("2026-06-01");
    let bill =
        PastDueBill { reference: timeline.bill.clone(), date: bill_date, due: plus_days(bill_date, 20) };
    let bills = if at == 1 { vec![] } else { vec![(bill, timeline.past_due)] };
    let is_listed = at != 1 && at != 4;
    AccountCollections {
        office: "Joshua Flats Water District".to_owned(),
        letterhead: Letterhead { phone: "760-555-0100".to_owned(), ..Letterhead::default() },
        day: date(DAY),
        account: account(at),
        customer: customer(at),
        residential: at != 4,
        active: true,
        balance: Money::from_cents(if at == 1 { -1_250 } else { 24_000 }),
        bills,
        minimum: Money::from_cents(2_500),
        locked_since: (at == 4).then(|| date("2026-08-18")),
        reconnection: Money::from_cents(5_000),
        pay_by: timeline.scheduled.map(|day| days().last_before(day)),
        letters: if at == 3 { vec![LetterKind::Final, LetterKind::DoorHanger] } else { vec![] },
        call: at == 3,
        passed_over: (at == 7).then(|| "appeal hold open since 2026-07-20".to_owned()),
        notices: notices.into_iter().rev().collect(),
        timeline: is_listed.then_some(timeline),
        holds,
        plan,
    }
}

/// The report of a year with so many lock-offs; every fourth is not residential, every third still off.
pub(crate) fn shutoff_report(lock_offs: usize) -> ShutoffReport {
    let row = |at: usize| {
        let customer = customer(at);
        let day = plus_days(date("2026-02-03"), 13 * i64::try_from(at % 20).unwrap());
        Shutoff {
            date: day,
            account: account(at),
            customer: customer.name,
            service_address: customer.service_address,
            class: if at % 4 == 3 { "commercial" } else { "residential" }.to_owned(),
            residential: at % 4 != 3,
            order: if at % 5 == 4 { String::new() } else { format!("FO-{}-001", day.format("%Y%m%d")) },
            restored: (at % 3 != 2).then(|| plus_days(day, 2)),
        }
    };
    let mut rows: Vec<Shutoff> = (0..lock_offs).map(row).collect();
    rows.sort_by(|a, b| (a.date, &a.account).cmp(&(b.date, &b.account)));
    ShutoffReport {
        office: "Joshua Flats Water District".to_owned(),
        year: 2026,
        day: date("2026-12-17"),
        run_id: "shutoff report 2026 receipt 000301".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        rows,
    }
}
