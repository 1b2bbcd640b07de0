//! The tax roll: the wastewater of a fiscal year that the county collects with the property tax.

use rust_decimal::Decimal;

use crate::domain::books::account::{MeterSize, Sewer, Status};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, BillNumber};
use crate::domain::money::Money;
use crate::domain::office::{SewerBasis, TaxRollPolicy, WastewaterPrices};

/// Months of wastewater in a year's charge.
pub const MONTHS: u32 = 12;

/// A fiscal year, from July 1 to June 30 (the district's sewer prices go by it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FiscalYear(
    /// The calendar year in which it begins.
    pub i32,
);

impl FiscalYear {
    /// The last day on which a residential connection comes on the year's roll: June 30 before it.
    ///
    /// # Panics
    /// In a year beyond the calendar.
    pub fn cut_off(self) -> Date {
        Date::from_ymd_opt(self.0, 6, 30).expect("every year has a June 30")
    }

    /// Its first day: July 1.
    ///
    /// # Panics
    /// In a year beyond the calendar.
    pub fn first_day(self) -> Date {
        Date::from_ymd_opt(self.0, 7, 1).expect("every year has a July 1")
    }

    /// The fiscal year after it.
    pub fn next(self) -> FiscalYear {
        FiscalYear(self.0 + 1)
    }

    /// The month whose bills are the last with wastewater of those who go on the year's roll.
    pub fn last_month_billed(self) -> Month {
        Month::of(self.cut_off())
    }
}

impl std::fmt::Display for FiscalYear {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{:02}", self.0, self.next().0.rem_euclid(100))
    }
}

/// The roll of a fiscal year, with what belongs on it and is not.
#[derive(Clone, Debug)]
pub struct TaxRoll {
    /// The office's name.
    pub office: String,
    /// The fiscal year.
    pub year: FiscalYear,
    /// The day as of which it is.
    pub day: Date,
    /// The name of what it shows.
    pub run_id: String,
    /// sha256 of the receipt of the newest file.
    pub chain_head: String,
    /// The prices of the year's first day; `None` where no list is in force.
    pub prices: Option<WastewaterPrices>,
    /// The first day of a list that comes into force later in the year.
    pub later_prices: Option<Date>,
    /// What the county wants to know.
    pub policy: TaxRollPolicy,
    /// Who is on it.
    pub rolled: Rolled,
}

impl TaxRoll {
    /// Whether the cut-off has not come yet: connections may still be added.
    pub fn is_preview(&self) -> bool {
        self.day <= self.year.cut_off()
    }
}

/// The accounts that a roll is about, each list by account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rolled {
    /// On the roll.
    pub rows: Vec<RollRow>,
    /// Residential, with wastewater on the water bill.
    pub billed: Vec<BilledRow>,
    /// Connected, and on neither list.
    pub left_out: Vec<LeftOut>,
}

/// What a year's charge is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What is counted.
    pub basis: SewerBasis,
    /// How many.
    pub quantity: Decimal,
    /// The price of one for a month.
    pub price: Money,
}

impl Counted {
    /// The charge of the year: price times months times quantity, rounded once, half-up to the cent.
    pub fn charge(&self) -> Money {
        Money::rounded(self.price.decimal() * Decimal::from(MONTHS) * self.quantity)
    }
}

/// A parcel number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Parcel {
    /// Its digits.
    Known(String),
    /// What was typed, where it is none.
    Malformed(String),
    /// The account has none.
    Missing,
}

/// An account on the roll.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollRow {
    /// The account.
    pub account: AccountId,
    /// The owner's name, or the customer's where no other owner is on record.
    pub owner: String,
    /// Where it is.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// The parcel that is taxed.
    pub parcel: Parcel,
    /// What it is charged for.
    pub counted: Counted,
    /// What somebody should look at.
    pub remarks: Vec<Remark>,
}

/// What is odd about an account on the roll.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Remark {
    /// It is not served.
    Inactive,
    /// Wastewater of other than residential customers is billed by the month.
    NotResidential,
    /// It was opened after the cut-off where nobody was connected.
    NewConnection,
}

/// A residential account with wastewater on the water bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledRow {
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where it is.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// The size of its meter.
    pub meter_size: MeterSize,
    /// First day of service, where known.
    pub opened: Option<Date>,
    /// Its newest bill.
    pub last_bill: Option<(BillNumber, Month)>,
    /// What becomes of it.
    pub switch: Switch,
    /// What it is charged for.
    pub counted: Counted,
}

impl BilledRow {
    /// How it pays from now on, as a row of an accounts sheet says it.
    pub fn sewer(&self) -> Sewer {
        match self.switch {
            Switch::Now | Switch::NowBilledBeyond(_) => Sewer::TaxRoll,
            Switch::Comes | Switch::Waits | Switch::Stays => Sewer::Billed,
        }
    }
}

/// What becomes of wastewater on the water bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Switch {
    /// It goes on the roll when the cut-off has come.
    Comes,
    /// It goes on the roll now.
    Now,
    /// It goes on the roll now, and was billed past the cut-off, up to this month.
    NowBilledBeyond(Month),
    /// It goes on the roll once it has the last bill with wastewater.
    Waits,
    /// It was connected after the cut-off: it stays until the next one.
    Stays,
}

/// An account that is connected and on neither list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where it is.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// Whether it is served.
    pub status: Status,
    /// How it pays for wastewater.
    pub sewer: Sewer,
    /// Why it is left out.
    pub why: WhyLeftOut,
}

/// Why an account that is connected is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhyLeftOut {
    /// It was closed, and no other account at its address is connected.
    Closed,
    /// Its class pays for no wastewater.
    NoBasis,
    /// Its class goes by EDU and it has none.
    NoEdu,
    /// No price is in force.
    NoPrice,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_years_charge_is_rounded_once() {
        let charge = |quantity: &str, price: i64| {
            let quantity = quantity.parse().unwrap();
            Counted { basis: SewerBasis::Edu, quantity, price: Money::from_cents(price) }.charge().to_string()
        };
        assert_eq!(charge("1", 4_671), "560.52");
        assert_eq!(charge("2.25", 4_671), "1261.17", "not twelve times 105.10");
        assert_eq!(charge("0.125", 4_675), "70.13", "70.125: half a cent up");
        assert_eq!(charge("4", 3_503), "1681.44");
    }

    #[test]
    fn a_fiscal_year_begins_after_its_cut_off() {
        let year = FiscalYear(2099);
        assert_eq!((year.to_string().as_str(), year.next().0), ("2099-00", 2100));
        assert_eq!(year.cut_off().succ_opt(), Some(year.first_day()));
        assert_eq!(year.last_month_billed().to_string(), "2099-06");
    }
}
