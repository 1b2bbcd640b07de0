//! Meter changes: before, on and after the read date, twice in a period, and that no cubic foot is lost on the way.

use proptest::prelude::*;

use super::*;
use crate::domain::books::meter::Removal;
use crate::domain::books::order::{Action, FieldResult};
use crate::domain::books::reading::Exception;

/// A meter, its first reading, and the day and the reading of its removal.
type Link = (&'static str, i64, Option<(&'static str, i64)>);

/// The account's meters, all but the last changed out.
fn chain(links: &[Link]) -> Vec<Meter> {
    let mut installed = date("2026-01-12");
    let mut meters = Vec::new();
    for (id, initial, removed) in links {
        let removal = removed.map(|(day, final_reading)| Removal {
            date: date(day),
            final_reading,
            reason: "stuck".to_owned(),
            crew: "JM".to_owned(),
        });
        let next = removal.as_ref().map_or(installed, |removal| removal.date);
        meters.push(Meter { id: MeterId::new(*id), installed, removal, ..meter("1", *initial) });
        installed = next;
    }
    meters
}

fn of(meter: &str, number: u32, day: &str, value: i64) -> Reading {
    Reading { meter: Some(MeterId::new(meter)), ..read(number, "1", day, value) }
}

fn books(meters: Vec<Meter>, reads: Vec<Reading>) -> Facts {
    Facts { meters, ..facts(0, reads) }
}

#[test]
fn a_change_counts_both_registers_wherever_the_read_lies() {
    let one_change = || chain(&[("A", 1_000, Some(("2026-02-05", 1_400))), ("B", 50, None)]);
    let cases = [
        ("before the read", of("B", 1, "2026-02-10", 350), "open 700 meter-changed"),
        ("on the day, read after it", of("B", 1, "2026-02-05", 60), "open 410 meter-changed"),
        ("on the day, read before it", of("A", 1, "2026-02-05", 1_390), "open 390"),
        ("after the read", of("A", 1, "2026-02-04", 1_300), "open 300"),
        ("the old meter after it left", of("A", 1, "2026-02-06", 1_410), "held - unknown-meter"),
        ("the new meter before it came", of("B", 1, "2026-02-04", 60), "held - unknown-meter"),
    ];
    for (what, reading, expected) in cases {
        let mut reading = reading;
        reading.account = Some(AccountId::new("1"));
        assert_eq!(lines(&audited(books(one_change(), vec![reading]), "2026-02-12")), [expected], "{what}");
    }
}

#[test]
fn a_read_without_a_meter_is_of_the_new_one_from_the_day_of_the_change() {
    for (day, value, meter) in [("2026-02-04", 1_300, "A"), ("2026-02-05", 60, "B"), ("2026-02-10", 350, "B")]
    {
        let meters = chain(&[("A", 1_000, Some(("2026-02-05", 1_400))), ("B", 50, None)]);
        let reading = Reading { account: Some(AccountId::new("1")), meter: None, ..read(1, "1", day, value) };
        let found = audited(books(meters, vec![reading]), "2026-02-12");
        assert_eq!((found[0].meter.clone(), found[0].state), (Some(MeterId::new(meter)), ReadState::Open));
    }
}

#[test]
fn the_period_counts_from_the_read_before_and_the_reading_from_the_new_meter() {
    let meters = chain(&[("A", 1_000, Some(("2026-02-05", 1_400))), ("B", 50, None)]);
    let found = audited(books(meters, vec![of("B", 1, "2026-02-10", 350)]), "2026-02-12").remove(0);
    let previous = found.previous.unwrap();
    assert_eq!((previous.date, previous.value), (date("2026-01-12"), 50));
    let out = &found.changed_out[0];
    assert_eq!((out.meter.as_str(), out.previous, out.final_reading, out.usage), ("A", 1_000, 1_400, 400));
}

#[test]
fn the_echo_on_a_changed_meter_is_its_first_reading() {
    for (echo, state) in [(50, ReadState::Open), (1_000, ReadState::Held)] {
        let meters = chain(&[("A", 1_000, Some(("2026-02-05", 1_400))), ("B", 50, None)]);
        let reading = Reading { echo: Some(echo), ..of("B", 1, "2026-02-10", 350) };
        assert_eq!(audited(books(meters, vec![reading]), "2026-02-12")[0].state, state, "echo {echo}");
    }
}

#[test]
fn two_changes_in_one_period_count_three_registers() {
    let meters = chain(&[
        ("A", 1_000, Some(("2026-01-20", 1_100))),
        ("B", 999_990, Some(("2026-02-05", 20))),
        ("C", 0, None),
    ]);
    let found = audited(books(meters, vec![of("C", 1, "2026-02-10", 5)]), "2026-02-12");
    assert_eq!(lines(&found), ["open 135 meter-changed;rollover"]);
    assert_eq!(found[0].changed_out.iter().map(|out| out.usage).collect::<Vec<_>>(), [100, 30]);
}

#[test]
fn a_final_reading_below_the_last_read_runs_backwards() {
    let meters = chain(&[("A", 1_000, Some(("2026-02-05", 900))), ("B", 0, None)]);
    let found = audited(books(meters, vec![of("B", 1, "2026-02-10", 5)]), "2026-02-12");
    assert_eq!(lines(&found), ["held - runs-backwards"]);
}

#[test]
fn a_final_reading_below_an_estimate_gives_back_what_was_billed_too_much() {
    let january = run("2026-01", "2026-01-22");
    let estimate = Reading { code: ReadCode::Estimate, ..of("A", 1, "2026-01-20", 1_500) };
    let first = billable(books(chain(&[("A", 1_000, None)]), vec![estimate.clone()]), &january);
    for (final_reading, expected) in
        [(1_200, "open -250 lowest;meter-changed;over-estimated"), (999, "held - runs-backwards")]
    {
        let meters = chain(&[("A", 1_000, Some(("2026-02-05", final_reading))), ("B", 0, None)]);
        let mut books = books(meters, vec![estimate.clone(), of("B", 2, "2026-02-10", 50)]);
        books.bills = vec![posted(&first, &january)];
        assert_eq!(lines(&audited(books, "2026-02-19"))[1], expected, "final reading {final_reading}");
    }
}

#[test]
fn the_first_read_after_an_estimate_on_a_new_meter_may_lie_below_it_but_not_below_its_first_reading() {
    let meters = || chain(&[("A", 1_000, Some(("2026-01-15", 1_100))), ("B", 40, None)]);
    let january = run("2026-01", "2026-01-22");
    let estimate = Reading { code: ReadCode::Estimate, ..of("B", 1, "2026-01-20", 240) };
    let first = billable(books(meters(), vec![estimate.clone()]), &january);
    assert_eq!(first.metered.as_ref().unwrap().usage.amount, 300);
    for (value, state) in [(100, ReadState::Open), (40, ReadState::Open), (39, ReadState::Held)] {
        let mut books = books(meters(), vec![estimate.clone(), of("B", 2, "2026-02-10", value)]);
        books.bills = vec![posted(&first, &january)];
        assert_eq!(audited(books, "2026-02-19")[1].state, state, "{value}");
    }
}

#[test]
fn an_estimate_takes_off_what_the_old_meter_counted() {
    let meters = chain(&[("A", 1_000, Some(("2026-02-05", 1_300))), ("B", 50, None)]);
    let mut books = books(meters, vec![]);
    let january = run("2026-01", "2026-01-22");
    let mut last_year =
        billable(facts(0, vec![read(1, "1", "2026-02-11", 600)]), &run("2026-02", "2026-02-19"));
    let metered = last_year.metered.as_mut().unwrap();
    metered.period.previous = date("2025-01-12");
    metered.period.current = date("2025-02-11");
    books.bills = vec![PastBill { month: "2025-02".parse().unwrap(), ..posted(&last_year, &january) }];
    let histories = gather(books);
    let office = office();
    let audit = audit(&histories, AuditGround { office: &office, today: date("2026-02-12") });
    let found = estimate(&histories.accounts[0], &audit.accounts[0], &audit, date("2026-02-11")).unwrap();
    assert_eq!((found.usage, found.reading), (600, 350), "300 on the old meter, 300 from 50 on the new");
}

fn result(read: u32) -> FieldResult {
    FieldResult {
        account: AccountId::new("1"),
        order: None,
        date: date("2026-02-27"),
        action: Action::Reread,
        reading: None,
        by: "JM".to_owned(),
        read: Some(ReadId { sequence: Sequence(1), number: read }),
    }
}

#[test]
fn a_reread_takes_the_place_of_the_held_read_and_knows_no_window() {
    let held = read(1, "1", "2026-02-10", 99_000);
    let again = read(2, "1", "2026-02-27", 100_700);
    let mut books = facts(100_000, vec![held.clone(), again.clone()]);
    assert_eq!(
        lines(&audited(books.clone(), "2026-02-28")),
        ["held - runs-backwards", "held 700 long-period;outside-window"],
        "a read of the reader is bound to the window"
    );
    books.results = vec![result(2)];
    assert_eq!(lines(&audited(books, "2026-02-28")), ["replaced - runs-backwards", "open 700 long-period"]);
    let same_day = Reading { date: held.date, ..again };
    let mut books = facts(100_000, vec![held, same_day]);
    books.results = vec![result(2)];
    assert_eq!(lines(&audited(books, "2026-02-28")), ["replaced - runs-backwards", "open 700"]);
}

/// Months of one account: what is used, how it is read, and whether the meter is changed.
#[derive(Clone, Debug)]
struct Step {
    used: i64,
    change_after: Option<i64>,
    estimate: Option<i64>,
}

fn step() -> impl Strategy<Value = Step> {
    (0_i64..400, prop::option::of(0_i64..9_000), prop::option::weighted(0.25, 0_i64..600))
        .prop_map(|(used, change_after, estimate)| Step { used, change_after, estimate })
}

/// A register of four dials, so that it rolls over often.
fn four_dials(id: usize, initial: i64, installed: Date) -> Meter {
    let register = Register { dials: 4, multiplier: 1, unit: VolumeUnit::Cf };
    Meter { id: MeterId::new(format!("M{id}")), register, installed, ..meter("1", initial) }
}

proptest! {
    /// Billed units x 100 and the carry are the usage and the first carry, over any history of changes, rollovers and
    /// estimates; and usage is the water that was used, when the last read is an actual one.
    #[test]
    fn no_cubic_foot_is_lost_or_invented(first in 0_i64..10_000, steps in prop::collection::vec(step(), 1..14)) {
        let start = date("2026-01-12");
        let mut books = Facts { meters: vec![four_dials(0, first, start)], ..facts(0, vec![]) };
        let (mut register, mut used, mut clean) = (first, 0, true);
        let mut units = Decimal::ZERO;
        let mut month: Month = "2026-02".parse().unwrap();
        let mut last_code = ReadCode::Actual;
        for (at, step) in steps.iter().enumerate() {
            let day = crate::domain::date::plus_days(month.first_day(), 9);
            let changed = step.change_after.map(|initial| (step.used / 2, initial));
            if let Some((before, initial)) = changed {
                register = (register + before) % 10_000;
                let out = books.meters.last_mut().unwrap();
                out.removal = Some(Removal {
                    date: crate::domain::date::plus_days(day, -3),
                    final_reading: register,
                    reason: String::new(),
                    crew: String::new(),
                });
                let installed = out.removal.as_ref().unwrap().date;
                books.meters.push(four_dials(books.meters.len(), initial, installed));
                register = initial;
            }
            register = (register + step.used - changed.map_or(0, |(before, _)| before)) % 10_000;
            used += step.used;
            let meter = books.meters.last().unwrap().id.clone();
            let number = u32::try_from(at).unwrap() + 1;
            let (value, code) = match step.estimate {
                Some(more) if register + more < 10_000 => (register + more, ReadCode::Estimate),
                _ => (register, ReadCode::Actual),
            };
            books.reads.push(Reading { meter: Some(meter), code, ..read(number, "1", "2026-02-10", value) });
            books.reads.last_mut().unwrap().date = day;
            let run = DueRun { cycle: "1".to_owned(), month, day, main: true, after: None };
            match planned(books.clone(), &run) {
                Plan::Bill(billable) => {
                    units += billable.units;
                    books.bills.push(PastBill { bill_date: day, ..posted(&billable, &run) });
                    last_code = code;
                }
                // An estimate on the other side of the register's last figure.
                Plan::Hold(held) => {
                    prop_assert!(held.exceptions.contains(&Exception::RunsBackwards));
                    clean = false;
                }
                Plan::Nothing => prop_assert!(false, "an active account is billed"),
            }
            month = month.next();
        }
        let metered = || books.bills.iter().filter_map(|bill| bill.metered.as_ref());
        let usage: i64 = metered().map(|metered| metered.usage.amount).sum();
        let mut carry = first % 100;
        for metered in metered() {
            prop_assert_eq!(metered.carry_before, carry, "the carry goes on over every change");
            carry = metered.carry;
        }
        prop_assert_eq!(units * Decimal::ONE_HUNDRED + Decimal::from(carry), Decimal::from(usage + first % 100));
        if clean && last_code == ReadCode::Actual && !books.bills.is_empty() {
            prop_assert_eq!(usage, used);
        }
    }
}
