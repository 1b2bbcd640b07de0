//! The flat-rate follow-up, a table of cases.

use super::*;
use crate::domain::proposals::flat_rates::{FollowUp, Why};

/// What is followed up on February 12 of account "1", whose meter showed 100,000 on January 12, with this change.
fn followed(reads: Vec<Reading>, change: impl Fn(&mut Facts)) -> Vec<FollowUp> {
    let mut facts = facts(100_000, reads);
    change(&mut facts);
    let (histories, office) = (gather(facts), office());
    let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-12") });
    super::flat_rates(&histories, &audit, &office, date("2026-02-12"))
}

fn why(rows: &[FollowUp]) -> Vec<String> {
    let told = |row: &FollowUp| {
        let usage = row.usage.map_or(String::new(), |usage| format!(" {}", usage.amount));
        let wastewater = row.wastewater.map_or(String::new(), |amount| format!(" ${amount}"));
        format!("{} {}{usage}{wastewater}", row.account, row.why.words())
    };
    rows.iter().map(told).collect()
}

fn closed(facts: &mut Facts) {
    (facts.accounts[0].status, facts.accounts[0].closed) = (Status::Closed, Some(date("2026-02-01")));
}

#[test]
fn usage_after_the_end_is_followed_up() {
    let read_on = |day: &str, value: i64| read(if day == "2026-02-10" { 1 } else { 2 }, "1", day, value);
    let later = || vec![read_on("2026-02-10", 100_900)];
    assert_eq!(why(&followed(later(), |_| {})), [""; 0], "an active account");
    assert_eq!(why(&followed(later(), closed)), ["1 usage since the end 900"]);
    assert_eq!(why(&followed(vec![read_on("2026-02-01", 100_900)], closed)), [""; 0], "up to the last day");
    assert_eq!(why(&followed(vec![read_on("2026-02-10", 100_000)], closed)), [""; 0], "no usage");
    // Both reads are held and count from January 12: the later one has the usage of both.
    let twice = || vec![read_on("2026-02-10", 100_900), read_on("2026-02-11", 101_000)];
    let rows = followed(twice(), closed);
    assert_eq!(why(&rows), ["1 usage since the end 1000"]);
    assert_eq!((rows[0].from.unwrap().value, rows[0].to.unwrap().value), (100_000, 101_000));
    // Those of an inactive account are usable: each counts from the one before.
    let inactive = |facts: &mut Facts| facts.accounts[0].status = Status::Inactive;
    assert_eq!(why(&followed(twice(), inactive)), ["1 usage since the end 1000"]);
}

#[test]
fn wastewater_that_nobody_pays_is_followed_up() {
    let billed = |facts: &mut Facts| facts.accounts[0].sewer = Sewer::Billed;
    let closed = |facts: &mut Facts| {
        closed(facts);
        billed(facts);
    };
    assert_eq!(why(&followed(vec![], billed)), [""; 0], "an active account pays it");
    assert_eq!(why(&followed(vec![], closed)), ["1 wastewater connected $46.71"]);
    let tax_roll = |facts: &mut Facts| {
        closed(facts);
        facts.accounts[0].sewer = Sewer::TaxRoll;
    };
    assert_eq!(why(&followed(vec![], tax_roll)), [""; 0], "the county collects it");
    let next = |address: &'static str, status: Status| {
        move |facts: &mut Facts| {
            closed(facts);
            facts.accounts.push(Account { service_address: address.to_owned(), status, ..account("2") });
            facts.meters.push(meter("2", 0));
        }
    };
    let still = ["1 wastewater connected $46.71"];
    assert_eq!(why(&followed(vec![], next("7837  MAPLE ave", Status::Active))), [""; 0], "somebody moved in");
    assert_eq!(why(&followed(vec![], next("7837 Maple Ave", Status::Inactive))), still);
    assert_eq!(why(&followed(vec![], next("7839 Maple Ave", Status::Active))), still);
}

#[test]
fn an_active_account_without_a_meter_is_followed_up() {
    let no_meter = |facts: &mut Facts| facts.meters.clear();
    let rows = followed(vec![], no_meter);
    assert_eq!((why(&rows), rows[0].last_bill.clone()), (vec!["1 no meter".to_owned()], None));
    let bulk = |facts: &mut Facts| {
        no_meter(facts);
        facts.accounts[0].class = "bulk".to_owned();
    };
    assert_eq!(why(&followed(vec![], bulk)), [""; 0], "bulk water has no meter of its own");
    let inactive = |facts: &mut Facts| {
        no_meter(facts);
        facts.accounts[0].status = Status::Inactive;
    };
    assert_eq!(why(&followed(vec![], inactive)), [""; 0]);
    assert_eq!(rows[0].why, Why::NoMeter);
}
