//! The change from one bill to the next: its parts sum to the whole, and each is what its cause comes to.

use meterbook::bill::{self, Basis, STEPS};
use meterbook::domain::books::account::MeterSize;
use meterbook::domain::books::bill::{Bill, BillKind, BillLine, Metered};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use meterbook::domain::books::priced::Priced;
use meterbook::domain::books::reading::ReadCode;
use meterbook::domain::books::tariff::{Customer, Tariff};
use meterbook::domain::date::{Date, Month, Period, plus_days};
use meterbook::domain::id::{AccountId, BillNumber};
use meterbook::domain::money::Money;
use meterbook::domain::proposals::change::Change;
use meterbook::domain::volume::{Usage, VolumeUnit};
use meterbook::rate::{self, Options};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::office::date;

/// Two tariffs whose prices have fractions of a cent, with a surcharge on the units and a budget class.
const OLD: &str = "
metadata: {effective_date: 01/01/2026, bill_unit: ccf}
rate_structure:
  HOMES:
    service_charge: {depends_on: meter_size, values: {5/8\": 20.755, 1\": 41.70}}
    commodity_charge: Tiered
    tier_starts: [0, 5, 11]
    tier_prices: [3.6525, 6.1775, 7.02]
    elevation_charge: 0.3575*usage_ccf
    bill: service_charge+commodity_charge+elevation_charge
  GARDENS:
    service_charge: {depends_on: meter_size, values: {5/8\": 20.755, 1\": 41.70}}
    commodity_charge: Budget
    tier_starts: [0, 100%]
    tier_prices: [3.6525, 9.1775]
    bill: service_charge+commodity_charge
";

fn tariffs() -> [Tariff; 2] {
    let new = OLD.replace("01/01/2026", "02/01/2026").replace("6.1775", "6.4125").replace("20.755", "23.305");
    [OLD.to_owned(), new].map(|text| {
        let compiled = rate::compile("rates.owrs", &text);
        assert!(compiled.faults.is_empty(), "{:?}", compiled.faults);
        compiled.tariff.unwrap()
    })
}

/// What a bill is made from.
#[derive(Clone, Debug)]
struct Plan {
    new_rates: bool,
    budget_class: bool,
    budget: i64,
    units: i64,
    days: i64,
    prorated: bool,
    inch: bool,
    dwellings: u32,
    wastewater: i64,
    fee: i64,
}

fn plan() -> impl Strategy<Value = Plan> {
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    let numbers = (0_i64..60, 0_i64..60, 1_i64..65, 1_u32..9, 0_i64..9_000, 0_i64..3);
    (flags, numbers).prop_map(|((new_rates, budget_class, prorated, inch), numbers)| {
        let (budget, units, days, dwellings, wastewater, fee) = numbers;
        Plan {
            new_rates,
            budget_class,
            budget,
            units,
            days,
            prorated,
            inch,
            dwellings,
            wastewater,
            fee: fee * 250,
        }
    })
}

/// The sum of a basis, as the program prices it.
fn priced<'t>(tariffs: &'t [Tariff], basis: Basis<'_>) -> Priced<'t> {
    let tariff = rate::choose(tariffs, basis.tariff).unwrap();
    let mut customer = Customer::new()
        .with_number(rate::USAGE, basis.units)
        .with_text("meter_size", basis.meter_size)
        .with_number("days_in_period", basis.days.unwrap().into());
    if let Some(budget) = basis.budget {
        customer = customer.with_number("budget", budget);
    }
    rate::price(tariff, basis.class, &customer, Options { dwelling_units: basis.dwelling_units }).unwrap()
}

fn bill(tariffs: &[Tariff], plan: &Plan, month: u32) -> Bill {
    let tariff = if plan.new_rates { "2026-02-01" } else { "2026-01-01" };
    let current = date("2026-03-05");
    let period = Period { previous: plus_days(current, -plan.days), current };
    let mut bill = Bill {
        number: BillNumber::new(format!("20260{month}-1")),
        account: AccountId::new("1"),
        cycle: "1".to_owned(),
        month: Month::new(2026, month).unwrap(),
        kind: BillKind::Regular,
        bill_date: current,
        due_date: current,
        metered: Some(metered(period, plan)),
        units: plan.units.into(),
        tariff: tariff.parse::<Date>().unwrap(),
        class: if plan.budget_class { "GARDENS" } else { "HOMES" }.to_owned(),
        meter_size: MeterSize::parse(if plan.inch { "1" } else { "5/8" }).unwrap(),
        dwelling_units: plan.dwellings,
        budget_hcf: plan.budget_class.then(|| plan.budget.into()),
        over_budget_hcf: None,
        lines: vec![],
        previous_balance: Money::ZERO,
    };
    let [basis, ..] = bill::steps(&bill, &bill);
    let lines: Vec<BillLine> = priced(tariffs, basis)
        .charges()
        .into_iter()
        .map(|charge| {
            let by_days = plan.prorated && charge.kind == ChargeKind::Fixed;
            let share = if by_days { Decimal::from(plan.days) / Decimal::from(30) } else { Decimal::ONE };
            line(charge.kind, charge.quantity, charge.price, Money::rounded(charge.amount * share))
        })
        .collect();
    bill.lines = lines;
    let whole = Decimal::new(plan.wastewater, 2);
    let share = if plan.prorated { Decimal::from(plan.days) / Decimal::from(30) } else { Decimal::ONE };
    bill.lines.push(line(ChargeKind::Wastewater, Decimal::ONE, whole, Money::rounded(whole * share)));
    bill.lines.push(line(
        ChargeKind::Fee,
        Decimal::ONE,
        Decimal::new(plan.fee, 2),
        Money::from_cents(plan.fee),
    ));
    bill
}

fn metered(period: Period, plan: &Plan) -> Metered {
    Metered {
        read: None,
        meter: None,
        period,
        code: ReadCode::Actual,
        previous: None,
        reading: None,
        usage: Usage { amount: plan.units * 100, unit: VolumeUnit::Cf },
        carry_before: 0,
        carry: 0,
        exceptions: vec![],
        loads: vec![],
        prorated_days: plan.prorated.then_some(plan.days),
        changed_out: vec![],
    }
}

fn line(kind: ChargeKind, quantity: Decimal, price: Decimal, amount: Money) -> BillLine {
    let working = Working { effective: None, ..Working::default() };
    BillLine {
        kind,
        name: kind.word().into(),
        tier: None,
        quantity,
        unit: ChargeUnit::Month,
        price,
        amount,
        working: working.into(),
    }
}

fn change(before: &Plan, now: &Plan) -> Change {
    let tariffs = tariffs();
    let (before, now) = (bill(&tariffs, before, 1), bill(&tariffs, now, 2));
    let mut sums = [Money::ZERO; STEPS];
    for (sum, basis) in sums.iter_mut().zip(bill::steps(&before, &now)) {
        // Whoever comes from a class with a budget to one without has none, and the other way round.
        let budget = basis.budget.or((basis.class == "GARDENS").then_some(Decimal::ZERO));
        *sum = bill::rounded(&priced(&tariffs, Basis { budget, ..basis }));
    }
    bill::compare(&before, &now, Some(sums))
}

fn parts(change: &Change) -> [Money; 8] {
    [
        change.usage,
        change.rates,
        change.budget,
        change.days,
        change.wastewater,
        change.fees,
        change.service,
        change.rest,
    ]
}

/// Where nothing but one thing differs, all of the change is its part.
fn is_all(before: &Plan, now: &Plan, part: impl Fn(&Change) -> Money) -> Result<(), TestCaseError> {
    let change = change(before, now);
    prop_assert_eq!(part(&change), change.whole(), "{:?}", change);
    let others = parts(&change).into_iter().filter(|other| !other.is_zero()).count();
    prop_assert!(others <= 1, "{:?}", change);
    Ok(())
}

proptest! {
    #[test]
    fn the_parts_sum_to_the_whole(before in plan(), now in plan()) {
        let change = change(&before, &now);
        prop_assert_eq!(parts(&change).into_iter().sum::<Money>(), change.whole());
        prop_assert_eq!(
            change.usage + change.rates + change.budget + change.days + change.other(),
            change.whole()
        );
    }

    #[test]
    fn one_cause_is_all_of_the_change(plan in plan(), units in 0_i64..60, cents in 0_i64..9_000, days in 1_i64..65) {
        let plan = Plan { prorated: false, ..plan };
        is_all(&plan, &Plan { units, ..plan.clone() }, |change| change.usage)?;
        is_all(&plan, &Plan { new_rates: !plan.new_rates, ..plan.clone() }, |change| change.rates)?;
        is_all(&plan, &Plan { wastewater: cents, ..plan.clone() }, |change| change.wastewater)?;
        is_all(&plan, &Plan { fee: cents, ..plan.clone() }, |change| change.fees)?;
        is_all(&plan, &Plan { inch: !plan.inch, ..plan.clone() }, |change| change.service)?;
        let gardens = Plan { budget_class: true, ..plan.clone() };
        is_all(&gardens, &Plan { budget: units, ..gardens.clone() }, |change| change.budget)?;
        is_all(&plan, &Plan { prorated: true, days, ..plan.clone() }, |change| change.days)?;
        is_all(&Plan { prorated: true, ..plan.clone() }, &plan, |change| change.days)?;
    }

    #[test]
    fn without_the_earlier_prices_the_change_is_the_rest(before in plan(), now in plan()) {
        let tariffs = tariffs();
        let (before, now) = (bill(&tariffs, &before, 1), bill(&tariffs, &now, 2));
        let change = bill::compare(&before, &now, None);
        prop_assert_eq!(parts(&change).into_iter().sum::<Money>(), change.whole());
        prop_assert!(change.usage.is_zero() && change.rates.is_zero());
    }
}
