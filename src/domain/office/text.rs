//! Values that `office.toml` writes as text.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::money::Money;

/// A percentage written as text: `"10"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub Decimal);

impl Percent {
    /// So much of an amount, rounded half-up to the cent.
    pub fn of(self, amount: Money) -> Money {
        Money::rounded(amount.decimal() * self.0 / Decimal::ONE_HUNDRED)
    }
}

impl Serialize for Percent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Percent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Percent, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Percent;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a percentage in quotes, such as \"10\"")
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Percent, E> {
                let number = text.trim_end_matches('%').trim().parse();
                number.map(Percent).map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// Whether landscape budgets are rounded to whole units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WholeUnits {
    /// Never.
    #[default]
    None,
    /// Half-up, once.
    WholeUnits,
}

/// A kind of line that opening and final bills prorate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProratedLine {
    /// The fixed charge.
    Fixed,
    /// Wastewater.
    Wastewater,
}
