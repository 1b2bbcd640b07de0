//! The office: who it is, its calendar, classes and policies, as `office.toml` has them.
//!
//! Every key has a default or a clear error. The keys and their defaults are those of the published list of
//! settings; what a section means is said at its type.

mod back_bills;
mod letterhead;
mod policies;
mod tax_roll;
mod text;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::date::{Date, Month};
use crate::domain::law::Law;
use crate::domain::money::Money;
use crate::domain::sheet::column_map::ColumnMap;

pub use back_bills::BackBills;
pub use letterhead::{LetterSteps, Letterhead};
pub use policies::{
    Adjustments, Approval, Bulk, Closing, Collections, Deposits, Fees, GeneralLedger, LateFee, LockOff, Mode,
    RatePolicy, Reason, Revenue, Sign, UsagePolicy, UsageRounding,
};
pub use tax_roll::TaxRollPolicy;
pub use text::{Percent, ProratedLine, WholeUnits};

/// The settings of one office.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    /// Who it is.
    pub office: Identity,
    /// What letters say of it.
    #[serde(default)]
    pub letterhead: Letterhead,
    /// How account numbers are spelled.
    #[serde(default)]
    pub accounts: AccountNumbers,
    /// Layouts of other systems.
    #[serde(default)]
    pub columns: Vec<ColumnMap>,
    /// When it is open.
    #[serde(default)]
    pub calendar: Calendar,
    /// The cycles by the name that accounts give.
    #[serde(default)]
    pub cycles: BTreeMap<String, Cycle>,
    /// The classes by the name that accounts give.
    #[serde(default)]
    pub classes: BTreeMap<String, Class>,
    /// Monthly wastewater prices, each in force from a date.
    #[serde(default)]
    pub wastewater: Vec<WastewaterPrices>,
    /// What the county collects with the property tax.
    #[serde(default)]
    pub tax_roll: TaxRollPolicy,
    /// How usage becomes billing units.
    #[serde(default)]
    pub usage: UsagePolicy,
    /// How rates are applied.
    #[serde(default)]
    pub rates: RatePolicy,
    /// Bulk water.
    #[serde(default)]
    pub bulk: Bulk,
    /// Fees posted outside a bill.
    #[serde(default)]
    pub fees: Fees,
    /// Adjustments.
    #[serde(default)]
    pub adjustments: Adjustments,
    /// Back bills of stuck meters.
    #[serde(default)]
    pub back_bill: BackBills,
    /// Deposits.
    #[serde(default)]
    pub deposits: Deposits,
    /// Closings.
    #[serde(default)]
    pub closing: Closing,
    /// Late fees and lock-offs.
    #[serde(default)]
    pub collections: Collections,
    /// What waits for a decision.
    #[serde(default)]
    pub approval: Approval,
    /// Accounts of the general ledger.
    #[serde(default)]
    pub gl: GeneralLedger,
}

/// Who the office is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The name printed on every workbook.
    pub name: String,
}

/// How account numbers are spelled.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountNumbers {
    /// One 0 per digit; numbers that lost leading zeros are padded to it.
    pub pattern: String,
}

impl Default for AccountNumbers {
    fn default() -> AccountNumbers {
        AccountNumbers { pattern: "0000000".to_owned() }
    }
}

impl AccountNumbers {
    /// How many digits an account number has.
    pub fn digits(&self) -> usize {
        self.pattern.len()
    }
}

/// When the office is open.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Days of the week; the district's published hours are Monday to Thursday.
    pub open_days: Vec<Weekday>,
    /// Which holidays of the law the office keeps.
    pub legal_holidays: LegalHolidays,
    /// Closed days besides those and the ones of the calendar sheets.
    pub holidays: Vec<Date>,
}

/// Which holidays of the law are closed days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LegalHolidays {
    /// Those on which public offices close as a rule.
    #[default]
    Kept,
    /// Every day that Government Code 6700 names.
    All,
}

impl Default for Calendar {
    fn default() -> Calendar {
        Calendar {
            open_days: vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu],
            legal_holidays: LegalHolidays::default(),
            holidays: vec![],
        }
    }
}

/// A day of the week by its three letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[allow(missing_docs, reason = "the seven days")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// The day of the week of a date.
    pub fn of(date: Date) -> Weekday {
        use chrono::Datelike;
        match date.weekday() {
            chrono::Weekday::Mon => Weekday::Mon,
            chrono::Weekday::Tue => Weekday::Tue,
            chrono::Weekday::Wed => Weekday::Wed,
            chrono::Weekday::Thu => Weekday::Thu,
            chrono::Weekday::Fri => Weekday::Fri,
            chrono::Weekday::Sat => Weekday::Sat,
            chrono::Weekday::Sun => Weekday::Sun,
        }
    }
}

/// A group of accounts read and billed together.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cycle {
    /// First and last day of the month on which reads are expected; any day where absent.
    pub read_days: Option<(u32, u32)>,
    /// The bill date of each month.
    pub bill_dates: BTreeMap<Month, Date>,
}

/// A class of customers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// The class of the rate file.
    pub owrs: String,
    /// Whether tier bounds are multiplied by dwelling units.
    #[serde(default)]
    pub tiers_per_dwelling: bool,
    /// Whether the rules for residential customers apply.
    #[serde(default)]
    pub residential: bool,
    /// How it pays for wastewater; absent: never.
    #[serde(default)]
    pub sewer: Option<SewerBasis>,
}

/// What wastewater is charged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SewerBasis {
    /// One price a month.
    SingleFamily,
    /// The price of a multi-family unit times dwelling units.
    MultiFamily,
    /// The price of a mobile-home unit times dwelling units.
    MobileHome,
    /// The single-family price times the account's EDU.
    Edu,
}

/// Wastewater prices a month, in force from a date.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WastewaterPrices {
    /// First day in force.
    pub effective: Date,
    /// A single-family home, and one EDU.
    pub single_family: Money,
    /// One multi-family unit.
    pub multi_family_unit: Money,
    /// One mobile-home unit.
    pub mobile_home_unit: Money,
}

/// Something wrong in `office.toml`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("office.toml: {0}")]
pub struct OfficeFault(pub String);

impl Office {
    /// Reads `office.toml`.
    ///
    /// # Errors
    /// Names the line, the key and what would be right.
    pub fn parse(text: &str) -> Result<Office, OfficeFault> {
        let office: Office = toml::from_str(text).map_err(|fault| OfficeFault(fault.to_string()))?;
        office.check()?;
        Ok(office)
    }

    fn check(&self) -> Result<(), OfficeFault> {
        let pattern = &self.accounts.pattern;
        if pattern.is_empty() || pattern.len() > 18 || pattern.bytes().any(|byte| byte != b'0') {
            return Err(OfficeFault(format!(
                "[accounts] pattern = \"{pattern}\": write one 0 for each digit of an account number, such as \
                 \"0000000\"."
            )));
        }
        let approval = &self.approval;
        if !approval.preparer_may_approve && approval.prepared_by.trim().is_empty() {
            return Err(OfficeFault(
                "[approval] preparer_may_approve = false: nobody knows who prepares. Write their initials, such as \
                 prepared_by = \"KB\"."
                    .to_owned(),
            ));
        }
        self.gl.check()?;
        self.letterhead.check()?;
        self.tax_roll.check()?;
        for (name, cycle) in &self.cycles {
            cycle.check(name)?;
        }
        self.collections.check(&Law::california())?;
        self.check_calendar()?;
        let mut dates: Vec<Date> = self.wastewater.iter().map(|prices| prices.effective).collect();
        dates.sort_unstable();
        if let Some(pair) = dates.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(OfficeFault(format!(
                "[[wastewater]]: two price lists are effective on {}. Keep one of them.",
                pair[0]
            )));
        }
        Ok(())
    }

    /// Without an open day, and without one on which the crew may lock off, no date could be found.
    fn check_calendar(&self) -> Result<(), OfficeFault> {
        let workdays = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];
        let open = |day: &Weekday| self.calendar.open_days.contains(day);
        if !workdays.iter().any(open) {
            let told =
                "[calendar] open_days: name at least one day from Mon to Fri on which the office is open.";
            return Err(OfficeFault(told.to_owned()));
        }
        let weekdays = &self.collections.weekdays;
        if !weekdays.is_empty() && !weekdays.iter().any(open) {
            let told = "[collections] weekdays: the office is open on none of them. Name days of [calendar] open_days.";
            return Err(OfficeFault(told.to_owned()));
        }
        Ok(())
    }

    /// The wastewater prices in force on a date; `None` before the first.
    pub fn wastewater_on(&self, date: Date) -> Option<&WastewaterPrices> {
        self.wastewater.iter().filter(|prices| prices.effective <= date).max_by_key(|prices| prices.effective)
    }
}

impl Cycle {
    fn check(&self, name: &str) -> Result<(), OfficeFault> {
        if let Some((first, last)) = self.read_days
            && (first < 1 || last > 31 || first > last)
        {
            return Err(OfficeFault(format!(
                "[cycles.{name}] read_days = [{first}, {last}]: write the first and the last day of the month, \
                 such as [1, 25]."
            )));
        }
        let mut before: Option<(Month, Date)> = None;
        for (month, date) in &self.bill_dates {
            if let Some((earlier, its_date)) = before
                && *date <= its_date
            {
                return Err(OfficeFault(format!(
                    "[cycles.{name}.bill_dates] \"{month}\" = \"{date}\" does not lie after the bill date of \
                     {earlier} ({its_date}). Bill dates rise from month to month."
                )));
            }
            before = Some((*month, *date));
        }
        Ok(())
    }

    /// Whether reads are expected on the day of the month.
    pub fn expects_read_on(&self, date: Date) -> bool {
        use chrono::Datelike;
        self.read_days.is_none_or(|(first, last)| (first..=last).contains(&date.day()))
    }

    /// The latest month whose bill date has come; `None` before the first.
    pub fn month_on(&self, day: Date) -> Option<Month> {
        self.bill_dates.iter().filter(|(_, date)| **date <= day).map(|(month, _)| *month).max()
    }
}

#[cfg(test)]
mod tests;
