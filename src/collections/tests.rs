//! The cases agreed on, a second engine that searches day by day, and the laws of every schedule.

mod steps;
mod year;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::domain::books::balance::PastDueBill;
use crate::domain::books::entry::{Effect, EntryKind};
use crate::domain::books::hold::{Hold, HoldKind, MedicalGrounds};
use crate::domain::books::notice::{Method, Notice, NoticeKind};
use crate::domain::books::payment_plan::{Instalment, PaymentPlan, PlanStanding};
use crate::domain::date::{Date, plus_days};
use crate::domain::id::AccountId;
use crate::domain::law::Law;
use crate::domain::money::Money;
use crate::domain::office::{Calendar, Collections, LockOff, Weekday};
use crate::domain::proposals::timeline::{Rule, Timeline};
use crate::domain::rows::ClosedDayRow;

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn account() -> AccountId {
    AccountId::new("0104007")
}

fn notice(day: Date, kind: NoticeKind, method: Method) -> Notice {
    let (time, bill) = (String::new(), String::new());
    Notice { account: account(), date: day, kind, method, reached: false, time, bill, returned: false }
}

fn letter(day: &str) -> Notice {
    notice(date(day), NoticeKind::PastDueLetter, Method::Mail)
}

fn hanger(day: &str) -> Notice {
    notice(date(day), NoticeKind::DoorHanger, Method::Posted)
}

/// What is known of one account in a test.
#[derive(Clone, Debug)]
struct History {
    bill_date: Date,
    residential: bool,
    tenant: bool,
    notices: Vec<Notice>,
    holds: Vec<Hold>,
    plan: Option<PlanStanding>,
}

impl History {
    fn of(bill_date: &str, notices: &[Notice]) -> History {
        let notices = notices.to_vec();
        let bill_date = date(bill_date);
        History { bill_date, residential: true, tenant: false, notices, holds: vec![], plan: None }
    }

    fn timeline(&self, days: &BusinessDays, as_of: Date) -> Timeline {
        self.asked(days, as_of, timeline)
    }

    /// What a question about the account says on a day.
    fn asked<T>(&self, days: &BusinessDays, as_of: Date, ask: impl Fn(&Case<'_>, Ground<'_>) -> T) -> T {
        let bill = PastDueBill {
            reference: "B1".to_owned(),
            date: self.bill_date,
            due: plus_days(self.bill_date, 20),
        };
        let account = account();
        let case = Case {
            account: &account,
            residential: self.residential,
            tenant: self.tenant,
            past_due: Money::from_cents(18_000),
            bill,
            notices: &self.notices,
            holds: &self.holds,
            plan: self.plan,
        };
        let (law, policy) = (Law::california(), LockOff::default());
        ask(&case, Ground { policy: &policy, law: &law, days, as_of })
    }
}

/// Monday to Thursday, closed on a few days of 2026.
fn office_days() -> BusinessDays {
    let calendar = Calendar { holidays: vec![date("2026-07-02")], ..Calendar::default() };
    BusinessDays::new(&calendar, &Law::california(), vec![])
}

fn earliest(history: &History, as_of: &str) -> (String, String) {
    let found = history.timeline(&office_days(), date(as_of));
    let missing: Vec<&str> = found.missing().into_iter().map(Rule::word).collect();
    (found.earliest.map_or("none".to_owned(), |day| day.to_string()), missing.join(";"))
}

fn found(date: &str, missing: &str) -> (String, String) {
    (date.to_owned(), missing.to_owned())
}

#[test]
fn the_cases_agreed_on() {
    let one = History::of("2026-06-01", &[letter("2026-07-06"), hanger("2026-08-20")]);
    assert_eq!(earliest(&one, "2026-08-20"), found("2026-08-24", ""));
    let early = History::of("2026-06-01", &[letter("2026-06-15"), hanger("2026-08-20")]);
    assert_eq!(earliest(&early, "2026-08-20"), found("none", "L3;L4"));
    let commercial = History {
        residential: false,
        ..History::of("2026-06-01", &[letter("2026-06-24"), hanger("2026-07-06")])
    };
    assert_eq!(earliest(&commercial, "2026-07-12"), found("2026-07-13", ""));
    let call = Notice { reached: true, ..notice(date("2026-08-10"), NoticeKind::Call, Method::Phone) };
    let called = History::of("2026-06-01", &[call, letter("2026-08-03"), hanger("2026-08-18")]);
    assert_eq!(earliest(&called, "2026-08-20"), found("2026-08-24", ""));
    let appeal = Hold {
        account: account(),
        kind: HoldKind::Appeal,
        from: date("2026-10-01"),
        until: None,
        grounds: MedicalGrounds::default(),
    };
    let appealed = History {
        holds: vec![appeal],
        ..History::of("2026-09-01", &[letter("2026-10-05"), hanger("2026-11-20")])
    };
    assert_eq!(earliest(&appealed, "2026-11-23"), found("none", "L7"));
}

#[test]
fn each_date_of_the_first_case_is_the_one_of_its_rule() {
    let one = History::of("2026-06-01", &[letter("2026-07-06"), hanger("2026-08-20")]);
    let found = one.timeline(&office_days(), date("2026-08-20"));
    let dates: Vec<Option<String>> =
        found.rules.iter().map(|rule| rule.standing.date().map(|day| day.to_string())).collect();
    let expected = [Some("2026-08-21"), None, Some("2026-07-16"), Some("2026-07-21"), Some("2026-08-23")];
    assert_eq!(dates[..5], expected.map(|day| day.map(str::to_owned)));
    assert_eq!(found.rules[0].section, "Health and Safety Code 116908(a)(1)(A)");
    assert_eq!(found.rules[1].section, "policy");
}

#[test]
fn a_door_hanger_lapses_after_fourteen_days() {
    let one = History::of("2026-06-01", &[letter("2026-07-06"), hanger("2026-08-20")]);
    assert_eq!(earliest(&one, "2026-09-03").1, "");
    assert_eq!(earliest(&one, "2026-09-04"), found("none", "L5"));
}

#[test]
fn mail_that_came_back_contacted_nobody() {
    let back = Notice { returned: true, ..letter("2026-07-06") };
    let one = History::of("2026-06-01", &[back, hanger("2026-08-20")]);
    assert_eq!(earliest(&one, "2026-08-20").1, "L3");
}

#[test]
fn a_broken_plan_needs_a_posted_final_notice() {
    let plan = Some(PlanStanding::Broken(date("2026-08-01")));
    let posted = |day: &str| notice(date(day), NoticeKind::FinalNotice, Method::Posted);
    let history = |final_notice: &str| History {
        plan,
        ..History::of("2026-04-01", &[letter("2026-05-04"), hanger("2026-08-20"), posted(final_notice)])
    };
    assert_eq!(earliest(&history("2026-07-30"), "2026-08-20").1, "L9", "posted before it was broken");
    assert_eq!(earliest(&history("2026-08-17"), "2026-08-20"), found("2026-08-25", ""));
}

fn effect(kind: EntryKind, day: &str, due: Option<&str>, cents: i64) -> Effect {
    Effect {
        date: date(day),
        account: account(),
        kind,
        amount: Money::from_cents(cents),
        deposit: Money::ZERO,
        reference: String::new(),
        due_date: due.map(date),
    }
}

#[test]
fn a_plan_is_broken_when_an_instalment_or_a_current_bill_is_sixty_days_late() {
    let instalments = ["2026-08-01", "2026-09-01"]
        .map(|due| Instalment { due: date(due), amount: Money::from_cents(6_000) })
        .to_vec();
    let plan = PaymentPlan { account: account(), start: date("2026-07-20"), instalments };
    let on = |effects: &[Effect], day: &str| {
        let effects: Vec<&Effect> = effects.iter().collect();
        standing(&plan, &effects, 60, date(day))
    };
    assert_eq!(on(&[], "2026-09-29"), PlanStanding::Kept);
    assert_eq!(on(&[], "2026-09-30"), PlanStanding::Broken(date("2026-09-30")));
    assert_eq!(on(&[], "2026-10-20"), PlanStanding::Broken(date("2026-09-30")));
    let paid = effect(EntryKind::Payment, "2026-07-30", None, -6_000);
    let bill = effect(EntryKind::Bill, "2026-07-21", Some("2026-08-10"), 5_000);
    assert_eq!(on(std::slice::from_ref(&paid), "2026-09-30"), PlanStanding::Kept);
    let both = [paid.clone(), bill];
    assert_eq!(on(&both, "2026-10-08"), PlanStanding::Kept);
    assert_eq!(on(&both, "2026-10-09"), PlanStanding::Broken(date("2026-10-09")));
    let returned = effect(EntryKind::ReturnedPayment, "2026-10-02", None, 6_000);
    assert_eq!(on(&[paid.clone(), returned], "2026-10-05"), PlanStanding::Broken(date("2026-10-02")));
    let late = effect(EntryKind::Payment, "2026-10-15", None, -6_000);
    assert_eq!(on(&[late], "2026-10-15"), PlanStanding::Kept, "a late payment mends it");
    assert_eq!(on(&[], "2026-11-01"), PlanStanding::Over);
}

/// The second engine: is it lawful to lock off on this very day? No arithmetic of dates but counting.
fn is_lawful(history: &History, days: &BusinessDays, as_of: Date, day: Date) -> bool {
    let gap = |from: Date, to: Date| (to - from).num_days();
    let business = |from: Date| {
        from.iter_days().skip(1).take_while(|at| *at <= day).filter(|at| days.is_open(*at)).count()
    };
    let bill = history.bill_date;
    let known = |from: Date| history.notices.iter().filter(move |n| n.date >= from && n.date <= as_of);
    let since = plus_days(bill, 21);
    let long_enough = if history.residential { gap(since, day) >= 60 } else { gap(bill, day) >= 40 };
    let contacted = !history.residential
        || known(since).any(|n| {
            let written = n.method == Method::Mail
                && matches!(n.kind, NoticeKind::PastDueLetter | NoticeKind::FinalNotice)
                && !n.returned;
            (written || n.kind == NoticeKind::Call && n.reached) && business(n.date) >= 7
        });
    let mailed = known(bill).any(|n| {
        n.method == Method::Mail
            && matches!(n.kind, NoticeKind::PastDueLetter | NoticeKind::FinalNotice)
            && gap(bill, n.date) >= 19
            && gap(n.date, day) >= 15
    });
    let last = known(bill)
        .filter(|n| matches!(n.kind, NoticeKind::Call | NoticeKind::Visit | NoticeKind::DoorHanger))
        .filter(|n| gap(n.date, as_of) <= 14)
        .map(|n| n.date)
        .max();
    let attempted = last.is_some_and(|last| gap(last, day) >= 3);
    let occupants = !history.tenant
        || known(bill).any(|n| {
            let wait = if n.method == Method::Mail { 15 } else { 10 };
            n.kind == NoticeKind::OccupantNotice && gap(n.date, day) >= wait
        });
    let free = history.holds.iter().all(|hold| {
        let counts = hold.kind != HoldKind::Medical || hold.grounds.are_complete();
        let ended_before = hold.until.is_some_and(|until| until < since);
        !counts || ended_before || hold.from > as_of || hold.until.is_some_and(|until| until < day)
    });
    let planned = match history.plan {
        Some(PlanStanding::Kept) => false,
        Some(PlanStanding::Broken(broken)) => known(bill.max(broken)).any(|n| {
            n.kind == NoticeKind::FinalNotice && n.method == Method::Posted && business(n.date) >= 5
        }),
        _ => true,
    };
    let open = days.is_open(day) && !matches!(Weekday::of(day), Weekday::Sat | Weekday::Sun);
    long_enough && contacted && mailed && attempted && occupants && free && planned && open
}

fn searched(history: &History, days: &BusinessDays, as_of: Date) -> Option<Date> {
    history.bill_date.iter_days().take(700).find(|day| is_lawful(history, days, as_of, *day))
}

fn start() -> Date {
    date("2026-01-01")
}

fn notices() -> impl Strategy<Value = Vec<Notice>> {
    let one = (
        0_i64..330,
        0..NoticeKind::ALL.len(),
        0..Method::ALL.len(),
        any::<bool>(),
        prop::bool::weighted(0.1),
    );
    let one = one.prop_map(|(day, kind, method, reached, returned)| Notice {
        reached,
        returned,
        ..notice(plus_days(start(), day), NoticeKind::ALL[kind], Method::ALL[method])
    });
    prop::collection::vec(one, 0..24)
}

fn holds() -> impl Strategy<Value = Vec<Hold>> {
    let one = (0..HoldKind::ALL.len(), 0_i64..330, prop::option::of(0_i64..90), any::<[bool; 3]>());
    let one = one.prop_map(|(kind, from, length, [certificate, unable_to_pay, accepts_plan])| Hold {
        account: account(),
        kind: HoldKind::ALL[kind],
        from: plus_days(start(), from),
        until: length.map(|length| plus_days(start(), from + length)),
        grounds: MedicalGrounds { certificate, unable_to_pay, accepts_plan },
    });
    prop::collection::vec(one, 0..2)
}

fn histories() -> impl Strategy<Value = History> {
    let plan = prop_oneof![
        6 => Just(None),
        1 => Just(Some(PlanStanding::Kept)),
        1 => Just(Some(PlanStanding::Over)),
        2 => (0_i64..300).prop_map(|day| Some(PlanStanding::Broken(plus_days(start(), day)))),
    ];
    (0_i64..120, any::<bool>(), any::<bool>(), notices(), holds(), plan).prop_map(
        |(day, residential, tenant, notices, holds, plan)| {
            let bill_date = plus_days(start(), day);
            History { bill_date, residential, tenant, notices, holds, plan }
        },
    )
}

fn calendars() -> impl Strategy<Value = BusinessDays> {
    let weekdays = prop::collection::btree_set(0_usize..7, 1..6).prop_map(|open| {
        let all = [
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
            Weekday::Sat,
            Weekday::Sun,
        ];
        // One working day is always open: the settings are refused otherwise.
        open.into_iter().map(|at| all[at]).chain([Weekday::Wed]).collect::<Vec<_>>()
    });
    (weekdays, prop::collection::vec(0_i64..400, 0..30)).prop_map(|(open_days, closed)| {
        let calendar = Calendar { open_days, ..Calendar::default() };
        let closed = closed
            .into_iter()
            .map(|day| ClosedDayRow { date: plus_days(start(), day), reason: "inventory".to_owned() });
        BusinessDays::new(&calendar, &Law::california(), closed.collect())
    })
}

/// The holidays that are kept, of the years in which the histories lie, as an almanac prints them.
const ALMANAC: &str = "\
    2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-04 2026-09-07 2026-10-12 2026-11-11 2026-11-26 2026-12-25 \
    2027-01-01 2027-01-18 2027-02-15 2027-05-31 2027-06-19 2027-07-04 2027-07-05 2027-09-06 2027-10-11 2027-11-11 2027-11-25 \
    2027-12-25 2028-01-01 2028-01-17 2028-02-21 2028-05-29 2028-06-19 2028-07-04 2028-09-04 2028-10-09 2028-11-10 2028-11-11 \
    2028-11-23 2028-12-25";

#[test]
fn a_second_calendar_has_the_same_closed_days() {
    let (calendar, own) = (Calendar::default(), date("2027-03-02"));
    let sheet = vec![ClosedDayRow { date: own, reason: "inventory".to_owned() }];
    let days = BusinessDays::new(&calendar, &Law::california(), sheet);
    let mut by_hand = date("2026-01-01");
    while by_hand < date("2029-01-01") {
        // 2026-01-01 was a Thursday.
        let weekday = (by_hand - date("2026-01-01")).num_days() % 7;
        let open = [0, 4, 5, 6].contains(&weekday);
        let holiday = ALMANAC.contains(&by_hand.to_string()) || by_hand == own;
        assert_eq!(days.is_open(by_hand), open && !holiday, "{by_hand}");
        by_hand = by_hand.succ_opt().unwrap();
    }
}

/// The history after every missing step was taken on the day.
fn with_the_steps_of(day: Date, history: &History, missing: &[Rule]) -> History {
    let mut after = history.clone();
    for rule in missing {
        after.notices.extend(match rule {
            Rule::L3 | Rule::L4 => Some(notice(day, NoticeKind::PastDueLetter, Method::Mail)),
            Rule::L5 => Some(notice(day, NoticeKind::DoorHanger, Method::Posted)),
            Rule::L6 => Some(notice(day, NoticeKind::OccupantNotice, Method::Mail)),
            Rule::L9 => Some(notice(day, NoticeKind::FinalNotice, Method::Posted)),
            _ => None,
        });
    }
    after
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Arithmetic of dates and a search day by day find the same date.
    #[test]
    fn a_search_day_by_day_finds_the_same_date(history in histories(), days in calendars(), later in 21_i64..210) {
        let as_of = plus_days(history.bill_date, later);
        let found = history.timeline(&days, as_of);
        prop_assert_eq!(found.earliest, searched(&history, &days, as_of));
        prop_assert_eq!(found.earliest.is_some(), found.missing().is_empty());
        if let Some(earliest) = found.earliest {
            let since = if history.residential { plus_days(history.bill_date, 81) } else { plus_days(history.bill_date, 40) };
            prop_assert!(earliest >= since, "sixty days of delinquency, or forty after the bill");
            prop_assert_eq!(found.if_today, None);
        }
    }

    /// What is promised for steps taken today comes true when they are taken.
    #[test]
    fn steps_taken_today_give_the_date_that_was_promised(history in histories(), days in calendars(), later in 21_i64..210) {
        let as_of = plus_days(history.bill_date, later);
        // A plan that is broken was broken by then.
        prop_assume!(!matches!(history.plan, Some(PlanStanding::Broken(broken)) if broken > as_of));
        let found = history.timeline(&days, as_of);
        if let Some(promised) = found.if_today {
            let after = with_the_steps_of(as_of, &history, &found.missing());
            prop_assert_eq!(after.timeline(&days, as_of).earliest, Some(promised));
            prop_assert_eq!(searched(&after, &days, as_of), Some(promised));
        }
    }

    /// No schedule holds a closed day, a missing step, a hold, a day before the earliest, or more than the crew can do.
    #[test]
    fn every_scheduled_day_is_lawful(
        histories in prop::collection::vec(histories(), 1..25),
        days in calendars(),
        day in 60_i64..330,
        per_day in 1_u32..4,
        only_wednesdays in any::<bool>(),
    ) {
        let today = plus_days(start(), day);
        let weekdays = if only_wednesdays { vec![Weekday::Wed] } else { vec![] };
        let policy = Collections { per_day, weekdays, ..Collections::default() };
        let named = |at: usize, timeline: Timeline| Timeline { account: AccountId::new(format!("{at:07}")), ..timeline };
        let mut timelines: Vec<Timeline> =
            histories.iter().enumerate().map(|(at, history)| named(at, history.timeline(&days, today))).collect();
        schedule(&mut timelines, &BTreeMap::new(), &policy, &days, today);
        let mut taken: BTreeMap<Date, u32> = BTreeMap::new();
        for (history, timeline) in histories.iter().zip(&timelines) {
            prop_assert_eq!(timeline.scheduled.is_some(), timeline.earliest.is_some());
            let Some(scheduled) = timeline.scheduled else { continue };
            prop_assert!(scheduled >= today);
            prop_assert!(is_lawful(history, &days, today, scheduled), "{scheduled} of {timeline:?}");
            prop_assert!(!only_wednesdays || Weekday::of(scheduled) == Weekday::Wed);
            *taken.entry(scheduled).or_default() += 1;
        }
        prop_assert!(taken.values().all(|many| *many <= per_day));
    }
}
