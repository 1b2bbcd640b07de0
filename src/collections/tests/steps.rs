//! Who is written to on which day of a bill's life.

use super::*;
use crate::domain::office::LetterSteps;
use crate::domain::proposals::letter_run::LetterKind;

/// A bill of Monday, June 1: due on June 21, delinquent since June 22.
const BILL: &str = "2026-06-01";

fn steps(history: &History, day: &str) -> Steps {
    let policy = LetterSteps::default();
    history.asked(&office_days(), date(day), |case, ground| letters(case, ground, &policy))
}

fn kinds(history: &History, day: &str) -> Vec<LetterKind> {
    steps(history, day).due.into_iter().map(|due| due.kind).collect()
}

fn sent(day: &str, kind: LetterKind) -> Notice {
    let (notice_kind, method) = kind.notice();
    notice(date(day), notice_kind, method)
}

#[test]
fn each_step_is_due_from_its_day_until_it_was_taken() {
    use LetterKind::{Final, PastDue, Reminder};
    let nothing = History::of(BILL, &[]);
    for (day, due) in [
        ("2026-06-21", vec![]),
        ("2026-06-22", vec![Reminder]),
        // Day 34 is a Sunday, and the office opens on Monday.
        ("2026-07-05", vec![Reminder]),
        ("2026-07-06", vec![PastDue]),
        // Day 61 is a Saturday.
        ("2026-08-02", vec![PastDue]),
        ("2026-08-03", vec![Final]),
    ] {
        assert_eq!(kinds(&nothing, day), due, "{day}");
    }
    let reminded = History::of(BILL, &[sent("2026-06-22", Reminder)]);
    assert_eq!(kinds(&reminded, "2026-07-05"), []);
    assert_eq!(kinds(&reminded, "2026-07-06"), [PastDue]);
    let written = History::of(BILL, &[sent("2026-07-06", PastDue)]);
    assert_eq!(kinds(&written, "2026-08-02"), [], "a reminder is not sent after the letter");
    let all = History::of(BILL, &[sent("2026-07-06", PastDue), sent("2026-08-03", Final)]);
    assert_eq!(kinds(&all, "2026-08-04"), []);
    let before = History::of(BILL, &[sent("2026-06-21", Reminder), sent("2026-06-21", PastDue)]);
    assert_eq!(
        kinds(&before, "2026-07-06"),
        [PastDue],
        "what was sent before the delinquency is no step of it"
    );
}

#[test]
fn a_letter_names_the_day_that_holds_if_it_is_mailed_today() {
    let due = |history: &History, day: &str| {
        let due = steps(history, day).due.swap_remove(0);
        (due.shutoff.unwrap().to_string(), due.pay_by.unwrap().to_string())
    };
    let nothing = History::of(BILL, &[]);
    // L1: 60 days after June 22 are August 21, a Friday.
    assert_eq!(due(&nothing, "2026-07-06"), ("2026-08-24".to_owned(), "2026-08-20".to_owned()));
    // L4: 15 days after August 20.
    assert_eq!(due(&nothing, "2026-08-20"), ("2026-09-08".to_owned(), "2026-09-03".to_owned()));
    // The law's date has come, and a card alone is missing.
    let late = History::of(BILL, &[letter("2026-07-06")]);
    assert_eq!(due(&late, "2026-09-14"), ("2026-09-17".to_owned(), "2026-09-16".to_owned()));
}

#[test]
fn occupants_are_told_with_the_final_notice_and_once() {
    let tenant = |notices: &[Notice]| History { tenant: true, ..History::of(BILL, notices) };
    assert_eq!(kinds(&tenant(&[]), "2026-07-06"), [LetterKind::PastDue]);
    assert_eq!(kinds(&tenant(&[]), "2026-08-03"), [LetterKind::Final, LetterKind::Occupants]);
    let told = tenant(&[sent("2026-08-03", LetterKind::Final), sent("2026-08-03", LetterKind::Occupants)]);
    assert_eq!(kinds(&told, "2026-08-04"), []);
}

#[test]
fn nobody_with_a_hold_or_a_kept_plan_is_written_to() {
    let hold = |until: Option<&str>| Hold {
        account: account(),
        kind: HoldKind::Dispute,
        from: date("2026-06-25"),
        until: until.map(date),
        grounds: MedicalGrounds::default(),
    };
    let held = |until| History { holds: vec![hold(until)], ..History::of(BILL, &[]) };
    let open = steps(&held(None), "2026-07-06");
    assert_eq!(
        open.passed_over,
        Some((LetterKind::PastDue, "dispute hold open since 2026-06-25".to_owned()))
    );
    assert_eq!((open.due, open.call), (vec![], false));
    assert_eq!(kinds(&held(Some("2026-07-06")), "2026-07-06"), [], "its last day");
    assert_eq!(kinds(&held(Some("2026-07-06")), "2026-07-07"), [LetterKind::PastDue]);
    let plan = |standing| History { plan: Some(standing), ..History::of(BILL, &[]) };
    assert_eq!(kinds(&plan(PlanStanding::Kept), "2026-07-06"), []);
    let broken = plan(PlanStanding::Broken(date("2026-08-10")));
    assert_eq!(kinds(&broken, "2026-08-11"), [LetterKind::Final, LetterKind::PlanNotice]);
}

#[test]
fn a_card_is_hung_when_it_alone_is_missing_and_will_not_lapse() {
    let written = History::of(BILL, &[letter("2026-07-06"), sent("2026-08-03", LetterKind::Final)]);
    // The earliest date is August 24: a card of August 6 would have lapsed.
    assert_eq!(kinds(&written, "2026-08-06"), []);
    assert_eq!(kinds(&written, "2026-08-10"), [LetterKind::DoorHanger]);
    let hung = |day: &str| History {
        notices: [written.notices.clone(), vec![hanger(day)]].concat(),
        ..written.clone()
    };
    assert_eq!(kinds(&hung("2026-08-10"), "2026-08-11"), []);
    assert_eq!(kinds(&hung("2026-08-10"), "2026-08-25"), [LetterKind::DoorHanger], "it has lapsed");
    // One of August 6 will have lapsed on August 24: another is hung from August 10 on, and once.
    assert_eq!(kinds(&hung("2026-08-06"), "2026-08-07"), []);
    assert_eq!(kinds(&hung("2026-08-06"), "2026-08-10"), [LetterKind::DoorHanger]);
    assert_eq!(kinds(&hung("2026-08-06"), "2026-08-20"), [LetterKind::DoorHanger]);
    assert_eq!(kinds(&hung("2026-08-12"), "2026-08-13"), []);
}

#[test]
fn who_was_not_reached_shortly_before_is_on_the_call_list() {
    let nothing = History::of(BILL, &[]);
    // Day 75 is a Saturday.
    assert!(!steps(&nothing, "2026-08-16").call);
    assert!(steps(&nothing, "2026-08-17").call);
    let called = History::of(BILL, &[notice(date("2026-08-17"), NoticeKind::Call, Method::Phone)]);
    assert!(!steps(&called, "2026-08-18").call, "whoever was not reached was called");
    assert!(steps(&called, "2026-09-01").call, "a call lapses");
}

#[test]
fn a_row_that_says_the_mail_came_back_tells_of_the_letter_on_record() {
    let back = Notice { returned: true, ..letter("2026-07-06") };
    let mut notices = [letter("2026-07-06"), letter("2026-07-07"), hanger("2026-07-06"), back];
    mark_returned(&mut notices);
    assert_eq!(notices.map(|notice| notice.returned), [true, false, false, true]);
}
