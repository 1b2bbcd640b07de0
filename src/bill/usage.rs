//! From two readings to usage, and from usage to billing units.

use rust_decimal::Decimal;

use crate::domain::books::meter::Register;
use crate::domain::office::UsageRounding;
use crate::domain::volume::VolumeUnit;

/// What lies between two readings of one register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Raw {
    /// So many steps forward.
    Forward(i64),
    /// Past the last number of the register and on from zero.
    Rollover(i64),
    /// Backwards, and not by a rollover.
    Backwards,
}

/// Steps of the register from one reading to the next.
///
/// A lower reading is a rollover only where the previous one lies in the last tenth of the register and the
/// current one in the first.
pub(super) fn raw(register: Register, previous: i64, current: i64) -> Raw {
    let capacity = register.capacity();
    if current >= previous {
        Raw::Forward(current - previous)
    } else if 10 * previous >= 9 * capacity && 10 * current <= capacity {
        Raw::Rollover(capacity - previous + current)
    } else {
        Raw::Backwards
    }
}

/// Billing units and what is carried to the next bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Units {
    /// Units of 100 cubic feet.
    pub(super) units: Decimal,
    /// The remainder, in the register's unit; negative after an over-estimate.
    pub(super) carry: i64,
}

/// Turns usage into billing units.
///
/// Where carry and usage together are below zero, nothing is billed and the sum is carried.
pub(super) fn units(rounding: UsageRounding, carry: i64, usage: i64, unit: VolumeUnit) -> Units {
    let carried = match rounding {
        UsageRounding::TruncateReadings => carry,
        UsageRounding::TruncateUsage | UsageRounding::Exact => carry.min(0),
    };
    let (sum, one) = (carried + usage, unit.per_hcf());
    if sum < 0 {
        return Units { units: Decimal::ZERO, carry: sum };
    }
    match rounding {
        UsageRounding::TruncateReadings => Units { units: Decimal::from(sum / one), carry: sum % one },
        UsageRounding::TruncateUsage => Units { units: Decimal::from(sum / one), carry: 0 },
        UsageRounding::Exact => Units { units: Decimal::from(sum) / Decimal::from(one), carry: 0 },
    }
}

/// The carry before an account's first bill: what the last billed reading left over.
pub(super) fn first_carry(register: Register, initial_reading: i64) -> i64 {
    (initial_reading * register.multiplier) % register.unit.per_hcf()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIX_DIALS: Register = Register { dials: 6, multiplier: 1, unit: VolumeUnit::Cf };

    #[test]
    fn a_register_rolls_over_only_from_its_last_tenth_into_its_first() {
        assert_eq!(raw(SIX_DIALS, 100, 250), Raw::Forward(150));
        assert_eq!(raw(SIX_DIALS, 900_000, 100_000), Raw::Rollover(200_000));
        assert_eq!(raw(SIX_DIALS, 899_999, 100_000), Raw::Backwards);
        assert_eq!(raw(SIX_DIALS, 900_000, 100_001), Raw::Backwards);
        assert_eq!(raw(SIX_DIALS, 999_990, 5), Raw::Rollover(15));
        assert_eq!(raw(SIX_DIALS, 500, 499), Raw::Backwards);
    }

    #[test]
    fn the_published_example_bills_817() {
        let first = units(UsageRounding::TruncateReadings, 0, 81_710, VolumeUnit::Cf);
        assert_eq!(first, Units { units: Decimal::from(817), carry: 10 });
    }

    #[test]
    fn an_over_estimate_is_carried_below_zero() {
        let over = units(UsageRounding::TruncateReadings, 40, -250, VolumeUnit::Cf);
        assert_eq!(over, Units { units: Decimal::ZERO, carry: -210 });
        let next = units(UsageRounding::TruncateReadings, over.carry, 700, VolumeUnit::Cf);
        assert_eq!(next, Units { units: Decimal::from(4), carry: 90 });
    }

    proptest! {
        /// No cubic foot is lost or invented: units x 100 + carry = usage + first carry.
        #[test]
        fn the_carry_keeps_every_cubic_foot(first in 0_i64..100, usages in prop::collection::vec(-500_i64..5_000, 1..24)) {
            let mut carry = first;
            let mut billed = Decimal::ZERO;
            for usage in &usages {
                let made = units(UsageRounding::TruncateReadings, carry, *usage, VolumeUnit::Cf);
                billed += made.units;
                carry = made.carry;
            }
            let total = Decimal::from(first + usages.iter().sum::<i64>());
            prop_assert_eq!(billed * Decimal::ONE_HUNDRED + Decimal::from(carry), total);
        }

        /// On an unchanged register the carry equals truncating both readings.
        #[test]
        fn the_carry_is_the_published_truncation(initial in 0_i64..900_000, more in 0_i64..99_999) {
            let carry = first_carry(SIX_DIALS, initial);
            let made = units(UsageRounding::TruncateReadings, carry, more, VolumeUnit::Cf);
            prop_assert_eq!(made.units, Decimal::from((initial + more) / 100 - initial / 100));
        }
    }
}
