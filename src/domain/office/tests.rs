//! What office.toml may say, and how it is refused.

use super::*;
use crate::domain::law::LawRule;

fn fault(text: &str) -> String {
    Office::parse(text).unwrap_err().to_string()
}

#[test]
fn a_name_is_enough() {
    let office = Office::parse("[office]\nname = \"Here\"\n").unwrap();
    assert_eq!(office.accounts.digits(), 7);
    assert_eq!(office.usage.rounding, UsageRounding::TruncateReadings);
    assert_eq!(office.collections.late_fee.minimum, Money::from_cents(1000));
    assert_eq!(office.approval.bill_run, Mode::Automatic);
    assert_eq!(office.approval.read_audit, Mode::Decision);
}

#[test]
fn money_that_is_not_text_is_refused() {
    let told = fault("[office]\nname = \"Here\"\n[fees]\nlock_off = 45.0\n");
    assert!(told.contains("lock_off") || told.contains("45.0"), "{told}");
    assert!(told.contains("in quotes"), "{told}");
}

#[test]
fn an_unknown_key_is_named() {
    let told = fault("[office]\nname = \"Here\"\n[usage]\nroundin = \"exact\"\n");
    assert!(told.contains("roundin"), "{told}");
}

#[test]
fn who_may_not_approve_must_be_named() {
    let told = fault("[office]\nname = \"Here\"\n[approval]\npreparer_may_approve = false\n");
    assert!(told.contains("prepared_by"), "{told}");
}

#[test]
fn bill_dates_rise() {
    let told = fault(
        "[office]\nname = \"Here\"\n[cycles.1.bill_dates]\n\"2026-02\" = \"2026-02-19\"\n\"2026-03\" = \"2026-02-18\"\n",
    );
    assert!(told.contains("\"2026-03\" = \"2026-02-18\""), "{told}");
}

#[test]
fn the_month_of_a_day_is_the_latest_whose_bill_date_has_come() {
    let text = "[office]\nname = \"Here\"\n[cycles.1.bill_dates]\n\"2026-02\" = \"2026-02-19\"\n\"2026-03\" = \"2026-03-19\"\n";
    let office = Office::parse(text).unwrap();
    let month = |day: &str| office.cycles["1"].month_on(day.parse().unwrap()).map(|month| month.to_string());
    assert_eq!(month("2026-02-18"), None);
    assert_eq!(month("2026-02-19").as_deref(), Some("2026-02"));
    assert_eq!(month("2026-03-18").as_deref(), Some("2026-02"));
    assert_eq!(month("2026-04-30").as_deref(), Some("2026-03"));
}

#[test]
fn a_policy_laxer_than_the_law_is_refused_with_its_section() {
    let told = fault("[office]\nname = \"Here\"\n[collections.lock_off]\nresidential_days = 40\n");
    assert_eq!(
        told,
        "office.toml: [collections.lock_off] residential_days = 40: Health and Safety Code 116908(a)(1)(A) says at \
         least 60 days of delinquency. Write 60 or more."
    );
    let told = fault("[office]\nname = \"Here\"\n[collections]\nweekdays = [\"Sat\"]\n");
    assert!(told.contains("Government Code 60374"), "{told}");
    let stricter = "[office]\nname = \"Here\"\n[collections.lock_off]\nresidential_days = 75\n";
    assert_eq!(Office::parse(stricter).unwrap().collections.lock_off.residential_days, 75);
}

#[test]
fn every_figure_of_the_default_policy_is_the_law_s() {
    let law = Law::california();
    let policy = LockOff::default();
    let value = |rule| law.rule(rule, Date::MAX).value;
    assert_eq!(policy.residential_days, value(LawRule::DelinquentDays));
    assert_eq!(policy.contact_business_days, value(LawRule::ContactBusinessDays));
    assert_eq!(policy.notice_days, value(LawRule::NoticeDays));
    assert_eq!(policy.mailing_days, value(LawRule::MailingDays));
    assert_eq!(policy.notice_not_before_days, value(LawRule::NoticeNotBeforeDays));
    assert_eq!(policy.attempt_days, value(LawRule::AttemptDays));
    assert_eq!(policy.occupant_days, value(LawRule::OccupantDays));
    assert_eq!(policy.plan_default_days, value(LawRule::PlanDefaultDays));
    assert_eq!(policy.posting_business_days, value(LawRule::PostingBusinessDays));
    for rule in [LawRule::Hold, LawRule::Plan, LawRule::ClosedDays] {
        assert!(!law.rule(rule, Date::MAX).section.is_empty(), "{rule:?} has its section");
    }
    assert_eq!(law.reconnection_most(Date::MAX), Money::from_cents(5_000));
}

#[test]
fn an_office_is_open_on_a_working_day() {
    let told = fault("[office]\nname = \"Here\"\n[calendar]\nopen_days = [\"Sat\"]\n");
    assert!(told.contains("[calendar] open_days"), "{told}");
    let told = fault("[office]\nname = \"Here\"\n[collections]\nweekdays = [\"Fri\"]\n");
    assert!(told.contains("open on none of them"), "{told}");
}
