//! Why a bill differs from the account's last one: parts that sum to the whole, and a sentence to read out.

use rust_decimal::Decimal;

use crate::domain::books::bill::Bill;
use crate::domain::count::counted;
use crate::domain::date::Month;
use crate::domain::money::Money;

/// What one of two compared bills says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// The month of its run.
    pub month: Month,
    /// The sum of its lines.
    pub charges: Money,
    /// Billed units of 100 cubic feet (HCF).
    pub units: Decimal,
    /// Days of its period, where it has one.
    pub days: Option<i64>,
}

impl Side {
    /// What a bill says.
    pub fn of(bill: &Bill) -> Side {
        Side {
            month: bill.month,
            charges: bill.charges(),
            units: bill.units,
            days: bill.metered.as_ref().map(|metered| metered.period.days()),
        }
    }
}

/// The change from one bill of an account to the next, in parts that sum to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The earlier bill.
    pub before: Side,
    /// The bill that is explained.
    pub now: Side,
    /// More or less water.
    pub usage: Money,
    /// Other prices.
    pub rates: Money,
    /// Another landscape budget.
    pub budget: Money,
    /// A short opening bill, charged by its days.
    pub days: Money,
    /// Wastewater, as part of what is other.
    pub wastewater: Money,
    /// Fees, as part of what is other.
    pub fees: Money,
    /// Another class, meter size or number of dwellings, as part of what is other.
    pub service: Money,
    /// What is left: roundings, lines that no step reaches.
    pub rest: Money,
}

impl Change {
    /// The whole: this bill less the one before.
    pub fn whole(&self) -> Money {
        self.now.charges - self.before.charges
    }

    /// Wastewater, fees, another service and the rest together.
    pub fn other(&self) -> Money {
        self.wastewater + self.fees + self.service + self.rest
    }

    /// The change in one sentence, to be read out on the telephone.
    pub fn sentence(&self) -> String {
        let whole = self.whole();
        let last = if self.before.month.next() == self.now.month {
            "last month's".to_owned()
        } else {
            format!("the last one, of {}", self.before.month)
        };
        let opening = match (whole.is_zero(), whole.is_negative()) {
            (true, _) => format!("Your bill is the same as {last}"),
            (_, true) => format!("Your bill is ${} lower than {last}", -whole),
            (_, false) => format!("Your bill is ${whole} higher than {last}"),
        };
        let reasons = self.reasons();
        if reasons.is_empty() { format!("{opening}.") } else { format!("{opening}: {}.", reasons.join(", ")) }
    }

    /// Each part that is not nothing, in words.
    fn reasons(&self) -> Vec<String> {
        let parts = [
            (self.usage, self.water()),
            (self.rates, "new rates".to_owned()),
            (self.budget, "another landscape budget".to_owned()),
            (self.days, "a short month charged by its days".to_owned()),
            (self.wastewater, "wastewater".to_owned()),
            (self.fees, "fees".to_owned()),
            (self.service, "another class, meter size or number of homes".to_owned()),
            (self.rest, "rounding and other lines".to_owned()),
        ];
        parts
            .iter()
            .filter(|(part, _)| !part.is_zero())
            .map(|(part, why)| format!("{why} ({})", signed(*part)))
            .collect()
    }

    /// `3 units more water in 34 days instead of 29`.
    fn water(&self) -> String {
        let more = self.now.units - self.before.units;
        let units = match more.abs().normalize() {
            one if one == Decimal::ONE => "1 unit".to_owned(),
            units => format!("{units} units"),
        };
        let direction = if more.is_sign_negative() { "less" } else { "more" };
        let days = match (self.before.days, self.now.days) {
            (Some(before), Some(now)) if before != now => {
                let now = counted(usize::try_from(now).unwrap_or(0), "day", "days");
                format!(" in {now} instead of {before}")
            }
            _ => String::new(),
        };
        format!("{units} {direction} water{days}")
    }
}

/// `+$18.51`, `-$3.00`.
fn signed(amount: Money) -> String {
    if amount.is_negative() { format!("-${}", -amount) } else { format!("+${amount}") }
}

/// What the register says of one bill beside the bills before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// The change since the account's last bill; `None` for its first.
    pub change: Option<Change>,
    /// Units billed in the same month last year, where there was a bill.
    pub last_year: Option<Decimal>,
}

impl Compared {
    /// The change in one sentence.
    pub fn sentence(&self) -> String {
        self.change
            .as_ref()
            .map_or_else(|| "There is no earlier bill to compare this one with.".to_owned(), Change::sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(month: u32, cents: i64, units: i64, days: i64) -> Side {
        let month = Month::new(2026, month).unwrap();
        Side { month, charges: Money::from_cents(cents), units: units.into(), days: Some(days) }
    }

    fn change(before: Side, now: Side, usage: i64, rates: i64) -> Change {
        let zero = Money::ZERO;
        let (usage, rates) = (Money::from_cents(usage), Money::from_cents(rates));
        let rest = now.charges - before.charges - usage - rates;
        Change {
            before,
            now,
            usage,
            rates,
            rest,
            budget: zero,
            days: zero,
            wastewater: zero,
            fees: zero,
            service: zero,
        }
    }

    #[test]
    fn a_change_reads_as_one_sentence() {
        for (change, sentence) in [
            (
                change(side(1, 6_003, 8, 29), side(2, 7_243, 11, 34), 1_851, -611),
                "Your bill is $12.40 higher than last month's: 3 units more water in 34 days instead of 29 (+$18.51), \
                 new rates (-$6.11).",
            ),
            (
                change(side(1, 6_003, 8, 30), side(2, 5_386, 7, 30), -617, 0),
                "Your bill is $6.17 lower than last month's: 1 unit less water (-$6.17).",
            ),
            (
                change(side(1, 2_075, 0, 30), side(2, 2_075, 0, 30), 0, 0),
                "Your bill is the same as last month's.",
            ),
            (
                change(side(1, 2_075, 0, 30), side(4, 2_175, 0, 30), 0, 100),
                "Your bill is $1.00 higher than the last one, of 2026-01: new rates (+$1.00).",
            ),
        ] {
            assert_eq!(change.sentence(), sentence);
        }
    }
}
