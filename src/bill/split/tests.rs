//! Periods cut by hand and at random: units, cents and the lines they stand on.

use proptest::prelude::*;

use super::*;
use crate::domain::books::bill::{BillKind, Metered};
use crate::domain::books::charge::Working;
use crate::domain::books::reading::ReadCode;
use crate::domain::volume::{Usage, VolumeUnit};

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn office(rounding: &str, more: &str) -> Office {
    let text = format!(
        "[office]\nname = \"Test\"\n[usage]\nrounding = \"{rounding}\"\n[rates]\nprorate_change = true\n{more}"
    );
    Office::parse(&text).unwrap()
}

/// 31 days, from January 13 to February 12.
fn billable(units: Decimal, prorated_days: Option<i64>) -> Billable {
    let period = Period { previous: date("2026-01-12"), current: date("2026-02-12") };
    Billable {
        budget: None,
        rebill: 0,
        kind: BillKind::Regular,
        metered: Some(Metered {
            read: None,
            meter: None,
            period,
            code: ReadCode::Actual,
            previous: None,
            reading: None,
            usage: Usage { amount: 0, unit: VolumeUnit::Cf },
            carry_before: 0,
            carry: 0,
            exceptions: vec![],
            prorated_days: None,
            loads: vec![],
            changed_out: vec![],
        }),
        units,
        tariff_date: period.current,
        prorated_days,
        rental_days: 0,
    }
}

fn charge(kind: ChargeKind, name: &str, quantity: Decimal, price: &str) -> Charge {
    let unit = if kind == ChargeKind::Tier || kind == ChargeKind::Flat {
        ChargeUnit::Hcf
    } else {
        ChargeUnit::Month
    };
    let price = decimal(price);
    let (name, amount) = (name.to_owned(), quantity * price);
    Charge { kind, name, tier: None, quantity, unit, price, amount, working: Working::default() }
}

/// A fixed charge and tiers that end at the bounds, the last one open.
fn priced(effective: &str, units: Decimal, fixed: &str, tiers: &[(Option<i64>, &str)]) -> PricedPart {
    let mut charges = vec![charge(ChargeKind::Fixed, "service_charge", Decimal::ONE, fixed)];
    let mut above = Decimal::ZERO;
    for (tier, (up_to, price)) in (1..).zip(tiers) {
        let up_to = up_to.map(Decimal::from);
        let quantity = (up_to.unwrap_or(units).min(units) - above).max(Decimal::ZERO);
        let working = Working { above: Some(above), up_to, ..Working::default() };
        let water = charge(ChargeKind::Tier, "commodity_charge", quantity, price);
        if !quantity.is_zero() {
            charges.push(Charge { tier: Some(tier), working, ..water });
        }
        above = up_to.unwrap_or(above);
    }
    PricedPart { effective: date(effective), charges }
}

fn shown(lines: &[BillLine]) -> Vec<String> {
    let tier = |line: &BillLine| line.tier.map_or(String::new(), |tier| format!(" {tier}"));
    let figures =
        |line: &BillLine| format!("{} {} x {}", line.quantity.normalize(), line.unit.word(), line.price);
    lines
        .iter()
        .map(|line| {
            format!("{}{}: {} = {}, {}", line.kind.word(), tier(line), figures(line), line.amount, line.name)
        })
        .collect()
}

#[test]
fn a_period_over_one_change_is_shared_by_days() {
    let (office, billable) = (office("truncate-readings", ""), billable(decimal("12"), None));
    let split =
        split(&billable, [date("2026-02-01"), date("2025-07-01"), date("2026-02-13")].into_iter(), &office);
    let parts: Vec<String> =
        split.parts().iter().map(|part| format!("{} to {}: {}", part.from, part.until, part.units)).collect();
    assert_eq!(parts, ["2026-01-13 to 2026-01-31: 7", "2026-02-01 to 2026-02-12: 5"]);
    let old = priced(
        "2025-07-01",
        billable.units,
        "23.30",
        &[(Some(4), "3.59"), (Some(10), "5.69"), (None, "6.89")],
    );
    let new = priced("2026-02-01", billable.units, "35.65", &[(Some(5), "4.11"), (None, "6.22")]);
    assert_eq!(
        shown(&split.lines(vec![old, new], &billable, &office)),
        [
            "fixed: 19 day x 23.30 = 14.28, service_charge 2026-01-13 to 2026-01-31",
            "fixed: 12 day x 35.65 = 13.80, service_charge 2026-02-01 to 2026-02-12",
            "tier 1: 2 hcf x 3.59 = 7.18, commodity_charge 2026-01-13 to 2026-01-31",
            "tier 1: 2 hcf x 4.11 = 8.22, commodity_charge 2026-02-01 to 2026-02-12",
            "tier 2: 4 hcf x 5.69 = 22.76, commodity_charge 2026-01-13 to 2026-01-31",
            "tier 2: 3 hcf x 6.22 = 18.66, commodity_charge 2026-02-01 to 2026-02-12",
            "tier 3: 1 hcf x 6.89 = 6.89, commodity_charge 2026-01-13 to 2026-01-31",
        ]
    );
}

#[test]
fn an_opening_bill_is_prorated_part_by_part() {
    let (office, mut billable) = (office("truncate-readings", ""), billable(decimal("0"), Some(10)));
    if let Some(metered) = &mut billable.metered {
        metered.period.previous = date("2026-02-02");
    }
    let split = split(&billable, [date("2026-02-07")].into_iter(), &office);
    let month = |effective| priced(effective, Decimal::ZERO, "30.00", &[]);
    assert_eq!(
        shown(&split.lines(vec![month("2025-07-01"), month("2026-02-07")], &billable, &office)),
        [
            "fixed: 4 day x 30.00 = 4.00, service_charge 2026-02-03 to 2026-02-06",
            "fixed: 6 day x 30.00 = 6.00, service_charge 2026-02-07 to 2026-02-12",
        ]
    );
}

#[test]
fn without_a_change_a_meter_or_the_wish_a_period_is_whole() {
    let wanted = office("truncate-readings", "");
    let not_wanted = Office::parse("[office]\nname = \"Test\"\n").unwrap();
    let metered = billable(decimal("9"), None);
    let without = Billable { metered: None, ..metered.clone() };
    let change = || [date("2026-02-01")].into_iter();
    for (billable, dates, office) in [
        (&metered, [date("2026-01-13")].into_iter(), &wanted),
        (&without, change(), &wanted),
        (&metered, change(), &not_wanted),
    ] {
        let split = split(billable, dates, office);
        assert_eq!(split.parts().len(), 1);
        assert_eq!((split.parts()[0].until, split.parts()[0].units), (date("2026-02-12"), decimal("9")));
        let charges = priced("2025-07-01", decimal("9"), "23.30", &[(None, "3.5975")]);
        assert_eq!(
            shown(&split.lines(vec![charges], billable, office)),
            [
                "fixed: 1 month x 23.30 = 23.30, service_charge",
                "tier 1: 9 hcf x 3.5975 = 32.38, commodity_charge"
            ]
        );
    }
}

/// The dates on which rates begin, and the bounds of tiers with their prices in cents.
fn changes() -> impl Strategy<Value = Vec<Date>> {
    prop::collection::vec(0_i64..31, 0..5)
        .prop_map(|days| days.into_iter().map(|day| plus_days(date("2026-01-13"), day)).collect())
}

fn tiers() -> impl Strategy<Value = Vec<(Option<i64>, String)>> {
    prop::collection::vec((1_i64..20, 0_u32..2_000), 1..6).prop_map(|widths| {
        let (mut bound, last) = (0, widths.len() - 1);
        let tier = |(at, (width, cents)): (usize, (i64, u32))| {
            bound += width;
            ((at < last).then_some(bound), Decimal::new(cents.into(), 2).to_string())
        };
        widths.into_iter().enumerate().map(tier).collect()
    })
}

/// What a bill comes to, and the units on it, under one and the same price list in every part.
fn total(
    dates: &[Date],
    office: &Office,
    units: Decimal,
    fixed: &str,
    tiers: &[(Option<i64>, String)],
) -> (Money, Vec<BillLine>, Split) {
    let billable = billable(units, None);
    let split = split(&billable, dates.iter().copied(), office);
    let tiers: Vec<(Option<i64>, &str)> =
        tiers.iter().map(|(bound, price)| (*bound, price.as_str())).collect();
    let part = |_: &Part| priced("2026-01-13", units, fixed, &tiers);
    let lines = split.lines(split.parts().iter().map(part).collect(), &billable, office);
    (lines.iter().map(|line| line.amount).sum(), lines, split)
}

proptest! {
    /// Unchanged prices in whole cents: the same bill, however often the period is cut.
    #[test]
    fn a_change_that_changes_nothing_costs_nothing(
        dates in changes(), tiers in tiers(), units in 0_i64..120, fixed in 0_u32..20_000,
    ) {
        let (office, fixed) = (office("truncate-readings", ""), Decimal::new(fixed.into(), 2).to_string());
        let (whole, ..) = total(&[], &office, units.into(), &fixed, &tiers);
        let (sum, lines, split) = total(&dates, &office, units.into(), &fixed, &tiers);
        prop_assert_eq!(sum, whole);
        let water = || lines.iter().filter(|line| line.unit == ChargeUnit::Hcf);
        prop_assert!(water().all(|line| line.quantity.fract().is_zero() && line.quantity > Decimal::ZERO));
        prop_assert!(water().all(|line| line.amount == Money::rounded(line.quantity * line.price)));
        prop_assert_eq!(water().map(|line| line.quantity).sum::<Decimal>(), Decimal::from(units));
        for part in split.parts().iter().filter(|_| split.parts().len() > 1) {
            let own = water().filter(|line| line.name.ends_with(&format!("{} to {}", part.from, part.until)));
            prop_assert_eq!(own.map(|line| line.quantity).sum::<Decimal>(), part.units);
        }
    }

    /// Fractions of a unit are shared exactly; a rounded line may differ by half a cent.
    #[test]
    fn exact_units_are_shared_without_rest(dates in changes(), tiers in tiers(), usage in 0_i64..100_000) {
        let office = office("exact", "");
        let units = Decimal::new(usage, 2);
        let (whole, ..) = total(&[], &office, units, "23.30", &tiers);
        let (sum, lines, split) = total(&dates, &office, units, "23.30", &tiers);
        prop_assert_eq!(split.parts().iter().map(|part| part.units).sum::<Decimal>().round_dp(12), units);
        let water = lines.iter().filter(|line| line.unit == ChargeUnit::Hcf);
        prop_assert_eq!(water.map(|line| line.quantity).sum::<Decimal>().round_dp(12), units);
        prop_assert!((sum - whole).cents().abs() <= i64::try_from(lines.len()).unwrap());
    }

    /// Units by largest remainder: each part within one unit of its days' share.
    #[test]
    fn no_part_is_a_unit_away_from_its_share(dates in changes(), units in 0_i64..1_000_000) {
        let office = office("truncate-usage", "");
        let split = split(&billable(units.into(), None), dates.into_iter(), &office);
        prop_assert_eq!(split.parts().iter().map(|part| part.units).sum::<Decimal>(), Decimal::from(units));
        for part in split.parts() {
            let share = Decimal::from(units) * Decimal::from(part.days()) / Decimal::from(31);
            prop_assert!((part.units - share).abs() < Decimal::ONE);
        }
    }
}
