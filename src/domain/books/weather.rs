//! Reference evapotranspiration (ETo) as weather stations measured it, and the landscapes it is applied to.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, StationId};

/// Millimetres to the inch.
const MM_PER_INCH: Decimal = Decimal::from_parts(254, 0, 0, false, 1);

/// Inches, of what a metric report has in millimetres.
pub fn inches(millimetres: Decimal) -> Decimal {
    millimetres / MM_PER_INCH
}

/// The ETo of one day or month, with the station's word on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eto {
    /// Inches; `None` where the report has no value.
    pub inches: Option<Decimal>,
    /// The quality flag (qc) as the report has it, of several `P;R`; empty where the value passed.
    pub flag: String,
}

/// What stands between the flags of hours that were added up.
pub const FLAG_MARK: char = ';';

impl Eto {
    /// The inches where they can be used: there is a value, and its flag is not severe (I, M, S of the CIMIS list).
    pub fn good(&self) -> Option<Decimal> {
        let severe = self.flags().any(|flag| matches!(flag, "I" | "M" | "S" | "N/A"));
        self.inches.filter(|_| !severe)
    }

    /// Whether a later report may replace it: it has no good value, or its test is still pending (flag P).
    pub fn is_provisional(&self) -> bool {
        self.good().is_none() || self.flags().any(|flag| flag == "P")
    }

    /// Its flags: a day that is the sum of hours has those of all of them.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.flag.split(FLAG_MARK).filter(|flag| !flag.is_empty())
    }
}

/// What an ETo value is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EtoSpan {
    /// One day, in Pacific Standard Time.
    Day(Date),
    /// A calendar month.
    Month(Month),
}

/// `2026-02-09`, `2026-02`.
impl std::fmt::Display for EtoSpan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            EtoSpan::Day(day) => day.fmt(f),
            EtoSpan::Month(month) => month.fmt(f),
        }
    }
}

/// What a station's report says of one day or month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtoReport {
    /// The station.
    pub station: StationId,
    /// The day or month.
    pub span: EtoSpan,
    /// The value.
    pub eto: Eto,
}

/// The ETo of all stations.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weather {
    stations: BTreeMap<StationId, Station>,
}

/// The ETo of one station.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Station {
    /// By day.
    pub days: BTreeMap<Date, Eto>,
    /// By month, where the office has monthly reports.
    pub months: BTreeMap<Month, Eto>,
}

impl Weather {
    /// Adds a report, in place of what was there for the day or month.
    pub fn learn(&mut self, report: EtoReport) {
        let station = self.stations.entry(report.station).or_default();
        match report.span {
            EtoSpan::Day(day) => station.days.insert(day, report.eto),
            EtoSpan::Month(month) => station.months.insert(month, report.eto),
        };
    }

    /// The ETo of a station; `None` where no report names it.
    pub fn station(&self, id: &StationId) -> Option<&Station> {
        self.stations.get(id)
    }

    /// What is known of a station's day or month.
    pub fn known(&self, station: &StationId, span: EtoSpan) -> Option<&Eto> {
        let station = self.stations.get(station)?;
        match span {
            EtoSpan::Day(day) => station.days.get(&day),
            EtoSpan::Month(month) => station.months.get(&month),
        }
    }
}

/// The irrigated land of an account, from a date on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landscape {
    /// The account.
    pub account: AccountId,
    /// All of the landscaped area, in square feet.
    pub area: Decimal,
    /// The part of it that may use all of the ETo (edible plants, play fields), in square feet.
    pub special_area: Decimal,
    /// The share of the ETo that the rest may use.
    pub factor: Decimal,
    /// The weather station it goes by.
    pub station: StationId,
    /// The first day on which it counts.
    pub from: Date,
}

impl Landscape {
    /// The share of the ETo where the landscape sheet names none: that of the State's ordinance of 1992
    /// (illustrative: the district has published none).
    pub const FACTOR: Decimal = Decimal::from_parts(8, 0, 0, false, 1);

    /// The area that uses all of the ETo, in square feet: factor times the rest, and the special area.
    pub fn full_area(&self) -> Decimal {
        self.factor * (self.area - self.special_area) + self.special_area
    }
}

/// The water that a landscape may use in a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Billing units of 100 cubic feet.
    pub hcf: Decimal,
    /// Inches of ETo in the period.
    pub inches: Decimal,
    /// Where they come from.
    pub basis: BudgetBasis,
}

/// Where the ETo of a budget comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BudgetBasis {
    /// The days of the period, each as measured or as settled.
    Days(Vec<BudgetDay>),
    /// The report of the calendar month that the period is.
    Month(Month),
}

/// The ETo of one day of a budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BudgetDay {
    /// The day.
    pub date: Date,
    /// Inches that count.
    pub inches: Decimal,
    /// The report's flag; empty where the value passed or there is none.
    pub flag: String,
    /// The good days whose mean stands for this one, where it is a gap.
    pub between: Option<(Date, Date)>,
}

/// Days without a good value that may not be filled; told in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtoGap {
    /// The station.
    pub station: StationId,
    /// The first day of the gap, or of the period where no good day lies before it.
    pub first: Date,
    /// The good day after it; `None` where there is none yet.
    pub next: Option<Date>,
    /// The good day before it; `None` where there is none.
    pub before: Option<Date>,
}

impl std::fmt::Display for EtoGap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let EtoGap { station, first, next, before } = self;
        let until = next.map_or_else(|| "since then".to_owned(), |next| format!("before {next}"));
        let side = if before.is_none() { ", and none before it" } else { "" };
        write!(f, "Station {station} has no good value from {first} on {until}{side}.")
    }
}
