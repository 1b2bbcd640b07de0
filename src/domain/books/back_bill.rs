//! The back bill of a stuck meter: the water that it did not count, period by period, priced as it would have been.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::domain::books::charge::{ChargeKind, Working};
use crate::domain::date::{Date, Month, Period};
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::money::Money;
use crate::domain::page::seal;
use crate::domain::volume::{Usage, VolumeUnit};

/// The reason code under which a back bill posts, and the reference of its entry.
pub const BACK_BILL: &str = "back-bill";

/// Two or more consecutive actual reads without usage, where water used to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stuck {
    /// The meter of the last of these reads.
    pub meter: Option<MeterId>,
    /// What its register showed all the while.
    pub reading: Option<i64>,
    /// The last read before the first without usage: since then it stands.
    pub since: Date,
    /// The last read without usage.
    pub until: Date,
    /// How many reads show no usage.
    pub zeros: usize,
    /// Usage of the billed periods before the first of them, at most 12.
    pub before: Usage,
    /// Their days.
    pub days_before: i64,
    /// Their mean in units of 30 days, to the tenth.
    pub a_month: Decimal,
    /// What became of the register since.
    pub since_then: SinceThen,
    /// The affected periods that can be billed, oldest first.
    pub periods: Vec<StuckPeriod>,
}

/// What became of a register that stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SinceThen {
    /// It stands still.
    Stands,
    /// The meter was changed out on a day, for a reason that may be empty.
    ChangedOut(Date, String),
    /// It has moved again by a read, without a change.
    Moved(Date),
}

/// A billed period that a register did not count, with what it is estimated at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StuckPeriod {
    /// The bill of the period.
    pub bill: BillNumber,
    /// Its month.
    pub month: Month,
    /// From the day after the previous read to the current one.
    pub period: Period,
    /// The usage that the estimate is worked out from, in the register's unit.
    pub usual: Decimal,
    /// The days that it is of.
    pub usual_days: i64,
    /// Where it comes from, in words.
    pub method: String,
    /// The estimate: usual x days / its days, division last, floored.
    pub estimate: i64,
    /// The register's unit.
    pub unit: VolumeUnit,
    /// What the estimate comes to in billing units, of each period by itself.
    pub units: Decimal,
    /// The units that were billed.
    pub billed: Decimal,
}

/// A back bill, worked out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackBill {
    /// Its name: `BB-` and the number of its last bill.
    pub reference: String,
    /// The account.
    pub account: AccountId,
    /// The evidence and the periods.
    pub stuck: Stuck,
    /// What each period costs more, in the order of the periods.
    pub lines: Vec<Vec<BackLine>>,
}

/// A line of the rate file that a period's estimate makes larger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BackLine {
    /// What it is for.
    pub kind: ChargeKind,
    /// The field of the rate file.
    pub name: String,
    /// Tier from 1, where it has tiers.
    pub tier: Option<u32>,
    /// Price of one.
    pub price: Decimal,
    /// How many at what was billed.
    pub billed: Decimal,
    /// How many with the estimate on top.
    pub with: Decimal,
    /// What the line came to.
    pub before: Money,
    /// What it comes to with the estimate on top.
    pub after: Money,
    /// Where price and bounds come from.
    pub working: Working,
}

impl BackLine {
    /// What the line costs more.
    pub fn amount(&self) -> Money {
        self.after - self.before
    }

    /// Whether it is water whose quantities follow from the units and the bounds of its tier alone.
    pub fn is_water(&self) -> bool {
        matches!(self.kind, ChargeKind::Tier | ChargeKind::Flat | ChargeKind::Budget)
    }
}

impl BackBill {
    /// What a period costs more, by its place.
    pub fn amount_of(&self, period: usize) -> Money {
        self.lines[period].iter().map(BackLine::amount).sum()
    }

    /// What all of it costs.
    pub fn amount(&self) -> Money {
        self.lines.iter().flatten().map(BackLine::amount).sum()
    }

    /// The units that are billed on top.
    pub fn units(&self) -> Decimal {
        self.stuck.periods.iter().map(|period| period.units).sum()
    }

    /// The fingerprint of what somebody approves: its periods and lines.
    pub fn fingerprint(&self) -> String {
        let text = serde_json::to_string(&(&self.reference, &self.account, &self.stuck.periods, &self.lines));
        seal::fingerprint([text.expect("a back bill has string keys and no floats").as_str()])
    }

    /// The fingerprint of its periods alone, by which a decisions sheet means it: what rate files say now is no part of it, so that
    /// the sheet means the same whenever it is read again.
    pub fn periods_fingerprint(&self) -> String {
        periods_fingerprint(&self.reference, &self.account, &self.stuck)
    }

    /// What it is for, in one sentence.
    pub fn note(&self) -> String {
        let (first, last) = (self.stuck.periods.first(), self.stuck.periods.last());
        let months = match (first, last) {
            (Some(first), Some(last)) if first.month != last.month => {
                format!("{} to {}", first.month, last.month)
            }
            (Some(one), _) => one.month.to_string(),
            (None, _) => String::new(),
        };
        let meter = self.stuck.meter.as_ref().map_or_else(String::new, |meter| format!(" {meter}"));
        format!(
            "Stuck meter{meter}: {} estimated units of {months}, see the workbook of stuck meters.",
            self.units().normalize()
        )
    }
}

/// The fingerprint of the periods of a back bill.
pub fn periods_fingerprint(reference: &str, account: &AccountId, stuck: &Stuck) -> String {
    let text = serde_json::to_string(&(reference, account, &stuck.periods));
    seal::fingerprint([text.expect("periods have string keys and no floats").as_str()])
}

/// A back bill that was approved; archived with its exact lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedBackBill {
    /// The day of the decision, which dates the adjustment.
    pub day: Date,
    /// Who approved it; empty where the office posts back bills by itself.
    pub initials: String,
    /// The back bill.
    pub back_bill: BackBill,
}
