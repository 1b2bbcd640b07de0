//! The formulas of Proof, worked out as Excel does: in doubles, `ROUND` looking at fifteen digits.
#![allow(clippy::disallowed_types, clippy::float_arithmetic, reason = "Excel works in doubles")]

use proptest::prelude::*;
use rust_decimal::{Decimal, RoundingStrategy};

use super::rebuilt::{Units, amount, tiers};
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::volume::VolumeUnit;

/// `ROUND(x,2)`: Excel takes a double for the decimal of its first fifteen digits, and rounds half away from zero.
fn round(x: f64) -> Money {
    let shown = Decimal::from_scientific(&format!("{x:.14e}")).unwrap();
    Money::rounded(shown.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}

fn double(number: Decimal) -> f64 {
    number.to_string().parse().unwrap()
}

/// `ROUND(price*quantity*IF(days>0,days/Month_days,1),2)`, with `quantity` 1 where the formula has none.
fn in_excel(price: Decimal, quantity: Decimal, days: Option<i64>) -> Money {
    round(double(price) * double(quantity) * days.map_or(1.0, |days| days as f64 / 30.0))
}

fn exact(price: Decimal, quantity: Decimal, days: Option<i64>) -> Money {
    amount(price, quantity, days.map(Decimal::from))
}

/// Whether the exact amount lies half-way between two cents.
fn is_tie(price: Decimal, quantity: Decimal, days: Option<i64>) -> bool {
    let thousandths =
        price * quantity * Decimal::ONE_THOUSAND * days.map_or(Decimal::from(30), Decimal::from);
    thousandths % Decimal::from(300) == Decimal::from(150)
}

#[test]
fn a_double_alone_would_lose_a_cent() {
    let (price, quantity) = (Decimal::new(42_375, 4), Decimal::TWO);
    assert!(is_tie(price, quantity, None));
    assert!(double(price) * double(quantity) < 8.475_000_000_000_001);
    assert_eq!(in_excel(price, quantity, None), Money::from_cents(848));
}

/// Every price to $200 by every number of days below a month, whole months and two and a half dwellings among them.
#[test]
fn a_prorated_charge_rounds_as_the_rule_does() {
    let mut ties = 0;
    for cents in 1..20_000 {
        let price = Decimal::new(cents, 2);
        let days = 1 + cents % 29;
        for (quantity, days) in
            [(Decimal::ONE, Some(days)), (Decimal::new(25, 1), Some(days)), (Decimal::new(25, 1), None)]
        {
            ties += usize::from(is_tie(price, quantity, days));
            let (excel, rule) = (in_excel(price, quantity, days), exact(price, quantity, days));
            assert_eq!(excel, rule, "{price} x {quantity}, {days:?} days");
        }
    }
    assert!(ties > 5_000, "{ties} of them are ties");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// Water: whole units, hundredths of units, prices of up to four decimals, amounts of up to ten digits.
    #[test]
    fn water_rounds_as_the_rule_does(units in 0_i64..1_000_000, scale in 0_u32..3, price in -99_999_i64..999_999) {
        let (quantity, price) = (Decimal::new(units, scale), Decimal::new(price, 4));
        prop_assert_eq!(in_excel(price, quantity, None), exact(price, quantity, None));
    }

    /// The same with every amount a tie: an odd multiple of half a cent over the quantity's power of two.
    #[test]
    fn water_rounds_ties_as_the_rule_does(units in 1_i64..40_000, price in 1_i64..99_999) {
        let price = Decimal::new(2 * price + 1, 3);
        let quantity = Decimal::from(2 * units + 1);
        for quantity in [quantity, quantity * Decimal::new(2, 1) * Decimal::from(5)] {
            prop_assert_eq!(in_excel(price * Decimal::from(5), quantity, None), exact(price * Decimal::from(5), quantity, None));
        }
    }

    /// Wastewater by EDU in hundredths, prorated.
    #[test]
    fn wastewater_rounds_as_the_rule_does(edu in 1_i64..10_000, cents in 1_i64..20_000, days in 1_i64..30) {
        let (price, quantity) = (Decimal::new(cents, 2), Decimal::new(edu, 2));
        prop_assert_eq!(in_excel(price, quantity, Some(days)), exact(price, quantity, Some(days)));
        prop_assert_eq!(in_excel(price, quantity, None), exact(price, quantity, None));
    }

    /// `MAX(0,INT(x/y))` in doubles is the floor, and no unit is lost between units and carry.
    #[test]
    fn units_are_those_of_excel(carry in -5_000_i64..748, usage in -5_000_i64..99_999_999, gallons: bool) {
        let unit = if gallons { VolumeUnit::Gal } else { VolumeUnit::Cf };
        let made = Units::of(UsageRounding::TruncateReadings, carry, usage, unit);
        let one = unit.per_hcf() as f64;
        let units = (made.with_carry as f64 / one).floor().max(0.0);
        prop_assert_eq!(double(made.units), units);
        prop_assert_eq!(double(made.carry), made.with_carry as f64 - units * one);
        prop_assert_eq!(made.units * Decimal::from(unit.per_hcf()) + made.carry, Decimal::from(carry + usage));
    }

    /// Tiers from above are those that are filled from below, and sum to the units.
    #[test]
    fn tiers_are_filled_from_below(units in 0_i64..500, bounds in proptest::collection::vec(0_i64..60, 0..5), dwellings in 1_u32..40) {
        let mut above = bounds;
        above.sort_unstable();
        above.insert(0, 0);
        let bounds: Vec<Decimal> = above.iter().map(|bound| Decimal::from(*bound)).collect();
        let mut taken = 0;
        for (tier, quantity) in tiers(units.into(), &bounds, dwellings).into_iter().enumerate() {
            let up_to = above.get(tier + 1).map_or(units, |bound| units.min(bound * i64::from(dwellings)));
            let expected = (up_to - taken).max(0);
            prop_assert_eq!(quantity, Decimal::from(expected));
            taken += expected;
        }
        prop_assert_eq!(taken, units);
    }
}
