//! Money: US dollars in whole cents, never a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount of US dollars with exactly two decimals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(Decimal);

impl Money {
    /// No money.
    pub const ZERO: Money = Money(Decimal::ZERO);

    /// Rounds an exact amount half-up (away from zero) to the cent, once.
    pub fn rounded(exact: Decimal) -> Money {
        Money(exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)).rescaled()
    }

    /// Makes an amount from whole cents.
    pub fn from_cents(cents: i64) -> Money {
        Money(Decimal::new(cents, 2))
    }

    /// Takes an amount that has no more than two decimals; `None` where it has more.
    pub fn exact(amount: Decimal) -> Option<Money> {
        (amount.normalize().scale() <= 2).then(|| Money(amount).rescaled())
    }

    /// The amount as a decimal of dollars.
    pub fn decimal(self) -> Decimal {
        self.0
    }

    /// The amount in whole cents.
    pub fn cents(self) -> i64 {
        let cents = (self.0 * Decimal::ONE_HUNDRED).trunc().mantissa();
        i64::try_from(cents).expect("the books of a water district stay below 92 quadrillion dollars")
    }

    /// The amount as people write it, with its sign: `$1,234.56`.
    pub fn in_dollars(self) -> String {
        let text = self.absolute().to_string();
        let (whole, cents) = text.split_once('.').expect("money has cents");
        let groups: Vec<&str> = (0..whole.len().div_ceil(3))
            .rev()
            .map(|at| &whole[whole.len().saturating_sub(3 * (at + 1))..whole.len() - 3 * at])
            .collect();
        format!("{}${}.{cents}", if self.is_negative() { "-" } else { "" }, groups.join(","))
    }

    /// Whether the amount is nothing.
    pub fn is_zero(self) -> bool {
        self.0.is_zero()
    }

    /// Whether the amount is below nothing.
    pub fn is_negative(self) -> bool {
        self.0.is_sign_negative() && !self.0.is_zero()
    }

    /// The amount without its sign.
    pub fn absolute(self) -> Money {
        if self.is_negative() { -self } else { self }
    }

    fn rescaled(mut self) -> Money {
        self.0.rescale(2);
        if self.0.is_zero() {
            self.0.set_sign_positive(true);
        }
        self
    }
}

/// Two decimals, `-` in front, no thousands separator: `-1234.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.rescaled().0.to_string())
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Text alone: a float in a settings file or an archive would already have lost its cents.
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Money, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Money;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an amount of money in quotes, such as \"25.00\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Money, E> {
                let amount = text.parse().ok().and_then(Money::exact);
                amount.ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0).rescaled()
    }
}

impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0).rescaled()
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}

impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn half_a_cent_is_rounded_away_from_zero() {
        assert_eq!(Money::rounded(decimal("2.345")).to_string(), "2.35");
        assert_eq!(Money::rounded(decimal("-2.345")).to_string(), "-2.35");
        assert_eq!(Money::rounded(decimal("2.3449999999")).to_string(), "2.34");
    }

    #[test]
    fn an_amount_always_shows_two_decimals() {
        assert_eq!(Money::rounded(decimal("7")).to_string(), "7.00");
        assert_eq!(Money::ZERO.to_string(), "0.00");
        assert_eq!((-Money::ZERO).to_string(), "0.00");
        assert_eq!((Money::from_cents(5) - Money::from_cents(5)).to_string(), "0.00");
    }

    #[test]
    fn an_amount_with_tenths_of_a_cent_is_not_money() {
        assert_eq!(Money::exact(decimal("1.230")), Some(Money::from_cents(123)));
        assert_eq!(Money::exact(decimal("1.234")), None);
    }
}
