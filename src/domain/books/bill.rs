//! A bill as posted: never changed, only reversed.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::domain::books::account::MeterSize;
use crate::domain::books::charge::{ChargeKind, ChargeUnit, Working};
use crate::domain::books::reading::{ChangedOut, Exception, ReadCode, ReadId, ReadPoint};
use crate::domain::date::{Date, Month, Period};
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::money::Money;
use crate::domain::page::seal;
use crate::domain::volume::Usage;

/// Whether a bill is one of a month or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BillKind {
    /// The bill of a month.
    Regular,
    /// The last bill of a closed account.
    Final,
}

impl BillKind {
    /// The word that lists use.
    pub fn word(self) -> &'static str {
        match self {
            BillKind::Regular => "regular",
            BillKind::Final => "final",
        }
    }
}

/// What the water on a bill was measured from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metered {
    /// The reading that is billed; `None` for gallons without a register.
    pub read: Option<ReadId>,
    /// The meter, where there is one.
    pub meter: Option<MeterId>,
    /// From the day after the previous read to the current one.
    pub period: Period,
    /// How the current reading came about.
    pub code: ReadCode,
    /// The point that usage counts from; `None` for gallons without a register. Where the meter was changed, the reading is
    /// the new meter's first.
    pub previous: Option<ReadPoint>,
    /// The current reading; `None` for gallons without a register.
    pub reading: Option<i64>,
    /// Usage in the register's unit.
    pub usage: Usage,
    /// The carry before this bill, in the same unit.
    pub carry_before: i64,
    /// The carry after this bill; negative after an over-estimate.
    pub carry: i64,
    /// What the read audit said, as it stood when the bill was made.
    pub exceptions: Vec<Exception>,
    /// The rows of bulk water that the bill covers; none for a register that is read.
    pub loads: Vec<ReadId>,
    /// Days of a prorated opening bill; `None` where the month is charged whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prorated_days: Option<i64>,
    /// The meters that were changed out in the period, oldest first; their usage is part of `usage`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changed_out: Vec<ChangedOut>,
}

/// One bill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Its number.
    pub number: BillNumber,
    /// The account.
    pub account: AccountId,
    /// The cycle of the run.
    pub cycle: String,
    /// The month of the run.
    pub month: Month,
    /// Regular or final.
    pub kind: BillKind,
    /// The day of the run.
    pub bill_date: Date,
    /// The last day to pay.
    pub due_date: Date,
    /// What the water was measured from; `None` for an account without a meter.
    pub metered: Option<Metered>,
    /// Billed units of 100 cubic feet (HCF).
    pub units: Decimal,
    /// Effective date of the rates.
    pub tariff: Date,
    /// The office's name of the class.
    pub class: String,
    /// The size of the fixed charge.
    pub meter_size: MeterSize,
    /// Dwellings behind the meter.
    pub dwelling_units: u32,
    /// The landscape budget in HCF, where the account has one.
    pub budget_hcf: Option<Decimal>,
    /// Usage above the budget in HCF.
    pub over_budget_hcf: Option<Decimal>,
    /// The lines, in order; the archive keeps them in a form of its own.
    #[serde(skip)]
    pub lines: Vec<BillLine>,
    /// What was owed before: all entries dated up to the bill date, but this bill.
    pub previous_balance: Money,
}

impl Bill {
    /// The sum of the lines.
    pub fn charges(&self) -> Money {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// Whether its period was shared by days among several rate files.
    pub fn is_shared_by_days(&self) -> bool {
        let rated =
            self.lines.iter().filter(|line| !matches!(line.kind, ChargeKind::Wastewater | ChargeKind::Fee));
        let dates: std::collections::BTreeSet<_> = rated.map(|line| line.working.effective).collect();
        dates.len() > 1
    }

    /// The fingerprint of what somebody approves: reading, period, units, lines and all they are made from.
    ///
    /// The dates and the previous balance are those of the day on which it is posted, and what the audit remarks may
    /// change with other accounts' reads: they are left out.
    pub fn fingerprint(&self) -> String {
        let day = self.month.first_day();
        let mut approved =
            Bill { bill_date: day, due_date: day, previous_balance: Money::ZERO, ..self.clone() };
        approved.metered.iter_mut().for_each(|metered| metered.exceptions.clear());
        let text = serde_json::to_string(&approved).expect("a bill has string keys and no floats");
        seal::fingerprint([text.as_str()])
    }

    /// Charges and what was owed before.
    pub fn total_due(&self) -> Money {
        self.charges() + self.previous_balance
    }
}

/// One line of a bill, rounded once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// What it is for.
    pub kind: ChargeKind,
    /// The field of the rate file, or the office's own name for it.
    pub name: SmolStr,
    /// Tier from 1, where it has tiers.
    pub tier: Option<u32>,
    /// How many.
    pub quantity: Decimal,
    /// Of what.
    pub unit: ChargeUnit,
    /// Price of one, as the rate file writes it.
    pub price: Decimal,
    /// Quantity times price, rounded half-up to the cent.
    pub amount: Money,
    /// Where price and bounds come from, shared by the lines of many bills.
    pub working: Arc<Working>,
}

/// An account that a run wanted to bill and could not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The account.
    pub account: AccountId,
    /// The meter, where it has one.
    pub meter: Option<MeterId>,
    /// Why, as audit exceptions; empty where the reason is another.
    pub exceptions: Vec<Exception>,
    /// Why, in words, and what to do.
    pub reason: String,
}

/// What one run of one cycle and month decided; archived with its exact lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRun {
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// The day of the run; the bills are dated with it.
    pub day: Date,
    /// Whether it is the month's first run, which also names the missing reads.
    pub main: bool,
    /// The rate files used: name, sha256, effective date.
    pub tariffs: Vec<TariffUsed>,
    /// The bills, by account.
    pub bills: Vec<Bill>,
    /// The accounts that were not billed, by account.
    pub held: Vec<Held>,
}

/// A rate file that a run's bills were priced with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TariffUsed {
    /// The file's name.
    pub file: String,
    /// Its content's sha256, hexadecimal.
    pub sha256: String,
    /// The date from which it is in force.
    pub effective: Date,
}
