//! Late fees: what a bill costs more when something of it is unpaid for too long.

use serde::{Deserialize, Serialize};

use crate::domain::date::Date;
use crate::domain::id::{AccountId, BillNumber};
use crate::domain::money::Money;
use crate::domain::office::LateFee as Policy;
use crate::domain::office::Percent;

/// The rule that fees were worked out by, as it stood on the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFeeRule {
    /// Days after the bill date.
    pub days: i64,
    /// The least fee.
    pub minimum: Money,
    /// Percent of what of the bill is unpaid.
    pub percent: Percent,
    /// The most, in percent of what is unpaid (Government Code 54348), where the office applies it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub percent_ceiling: Option<Percent>,
}

impl LateFeeRule {
    /// The rule of an office's settings.
    pub fn of(policy: &Policy) -> LateFeeRule {
        LateFeeRule {
            days: policy.days,
            minimum: policy.minimum,
            percent: policy.percent,
            percent_ceiling: policy.percent_ceiling,
        }
    }

    /// The fee on an unpaid amount: the greater of minimum and percentage, at most the ceiling, each rounded
    /// half-up to the cent.
    pub fn fee(&self, unpaid: Money) -> Money {
        let greater = self.minimum.max(self.percent.of(unpaid));
        match self.percent_ceiling {
            Some(ceiling) => greater.min(ceiling.of(unpaid)),
            None => greater,
        }
    }
}

/// A late fee on one bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFee {
    /// The account.
    pub account: AccountId,
    /// The bill; it takes no second one.
    pub bill: BillNumber,
    /// What of the bill was unpaid.
    pub unpaid: Money,
    /// The fee.
    pub fee: Money,
}

/// The late fees of one run; archived with its exact lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LateFeeRun {
    /// The day of the run; the fees are dated with it.
    pub day: Date,
    /// The rule.
    pub rule: LateFeeRule,
    /// The fees, by account and bill.
    pub fees: Vec<LateFee>,
}

impl LateFeeRun {
    /// The sum of the fees.
    pub fn total(&self) -> Money {
        self.fees.iter().map(|fee| fee.fee).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fee(unpaid: i64, ceiling: Option<&str>) -> i64 {
        let percent = |text: &str| Percent(text.parse().unwrap());
        let rule = LateFeeRule {
            days: 30,
            minimum: Money::from_cents(1_000),
            percent: percent("10"),
            percent_ceiling: ceiling.map(percent),
        };
        rule.fee(Money::from_cents(unpaid)).cents()
    }

    #[test]
    fn the_fee_is_the_greater_of_ten_dollars_and_ten_percent() {
        assert_eq!(fee(6_003, None), 1_000);
        assert_eq!(fee(10_000, None), 1_000);
        assert_eq!(fee(10_005, None), 1_001, "half a cent is rounded up");
        assert_eq!(fee(10_004, None), 1_000);
        assert_eq!(fee(15_000, None), 1_500);
    }

    #[test]
    fn a_ceiling_holds_against_the_minimum() {
        assert_eq!(fee(6_003, Some("10")), 600);
        assert_eq!(fee(15_000, Some("10")), 1_500);
        assert_eq!(fee(15_000, Some("5")), 750);
    }
}
