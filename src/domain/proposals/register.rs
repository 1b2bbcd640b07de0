//! The bill register of one run: what was billed, what is held, and what it was made from.

use rust_decimal::Decimal;

use crate::domain::books::bill::{Bill, BillKind, Held, TariffUsed};
use crate::domain::books::charge::{ChargeKind, Working};
use crate::domain::books::meter;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId, Sequence};
use crate::domain::money::Money;
use crate::domain::office::UsageRounding;
use crate::domain::proposals::change::Compared;
use crate::domain::proposals::rebilled::Rebilled;

/// Who a row of the register is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The customer's name.
    pub name: String,
    /// Where the water is used.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// The reader's route.
    pub route: String,
    /// Whether the bill is paid by automatic payment.
    pub autopay: bool,
}

/// One billed account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterRow {
    /// The bill as posted, or as proposed.
    pub bill: Bill,
    /// What is decided about it; `None` for a posted bill.
    pub proposed: Option<Undecided>,
    /// Who it is for.
    pub customer: Customer,
    /// What the bill does not say and its proof needs.
    pub basis: Basis,
}

/// A row that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// The fingerprint of what is decided.
    pub token: String,
    /// Who held it and why, where somebody did; else empty.
    pub held: String,
}

/// What a bill was worked out with beyond what stands on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The register that was read; `None` without readings.
    pub gauge: Option<meter::Register>,
    /// What the water was priced with, as a place in the register's schedules; `None` where it has no price a unit.
    pub schedule: Option<usize>,
    /// How many times the tiers were widened: the dwellings, or 1.
    pub tier_dwellings: u32,
    /// Days of a prorated wastewater charge; `None` where the month is charged whole.
    pub wastewater_days: Option<i64>,
}

/// The prices of water in one class: tiers, or one price for all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// Tier, or flat.
    pub kind: ChargeKind,
    /// The name of its lines on a bill.
    pub charge: String,
    /// Its tiers from the first, also those that no bill reached, with the bounds of one dwelling; one for a flat price.
    pub tiers: Vec<TierRate>,
}

/// One tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TierRate {
    /// Price of one unit.
    pub price: Decimal,
    /// Its bounds, and where the price stands.
    pub working: Working,
}

/// A bill that waits for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposed {
    /// The bill as it would be posted on the day it is shown.
    pub bill: Bill,
    /// The fingerprint of what is approved.
    pub token: String,
    /// Who held it and why, where somebody did; else empty.
    pub held: String,
    /// The initials of who decided about its reading.
    pub prepared_by: Vec<String>,
}

/// One held account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRow {
    /// What was held and why.
    pub held: Held,
    /// Who it is about.
    pub customer: Customer,
    /// The date and reading in question, where there is one.
    pub read: Option<(Date, i64)>,
    /// The account's last billed reading before it, where there is one.
    pub previous: Option<(Date, i64)>,
    /// The row's name when it comes back with a decision: month and account.
    pub reference: String,
    /// The fingerprint of the reads that wait for a decision; empty where none does.
    pub token: String,
}

/// A file that the register was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its place in the archive.
    pub sequence: Sequence,
    /// Its name as dropped.
    pub name: String,
    /// What kind of sheet it was, in words.
    pub kind: String,
    /// Rows taken in.
    pub rows: u64,
    /// Its content's sha256, hexadecimal.
    pub sha256: String,
}

/// A price or rule of the office that the district has not published.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Illustrative {
    /// The key in `office.toml`, or the file under `rates`.
    pub key: String,
    /// Its value and why it is illustrative.
    pub note: String,
}

/// Everything that the register shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Register {
    /// The office's name.
    pub office: String,
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// The day of the newest run in it.
    pub day: Date,
    /// The run's name in the archive, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of the archive's newest receipt when the run was posted.
    pub chain_head: String,
    /// The rate files used.
    pub tariffs: Vec<TariffUsed>,
    /// The prices of water in use.
    pub schedules: Vec<Schedule>,
    /// How usage became billing units.
    pub rounding: UsageRounding,
    /// The files it was made from.
    pub sources: Vec<Source>,
    /// Values in use that the district has not published.
    pub illustrative: Vec<Illustrative>,
    /// The bills of the month so far, by account, then number.
    pub rows: Vec<RegisterRow>,
    /// The accounts not billed, by account.
    pub held: Vec<HeldRow>,
    /// What each bill is beside the ones before it, in the order of the rows.
    pub compared: Vec<Compared>,
    /// The bills of the month that were taken back, beside what took their place; by account.
    pub rebilled: Vec<Rebilled>,
    /// What the bills posted to each account of the general ledger, by account and kind.
    pub general_ledger: Vec<GlTotal>,
    /// Number and sum of the bills as the ledger has them, to check the sheet against.
    pub control: Control,
    /// Number and sum of the bills that wait for a decision.
    pub proposals: Control,
    /// The last day on which the decisions are taken in; `None` where the cycle has no later bill date.
    pub until: Option<Date>,
    /// The initials of who prepares the proposals; empty where the office names nobody.
    pub prepared_by: String,
}

/// What bills posted to one account of the general ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlTotal {
    /// The account, as written in `[gl]`.
    pub gl_account: String,
    /// The kind of the legs: of the entry, or for revenue of the bill's lines.
    pub kind: String,
    /// Their sum: debit positive, credit negative.
    pub amount: Money,
}

/// What the sheet must add up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Control {
    /// Number of bills.
    pub bills: usize,
    /// Sum of the entries posted for them, or that they would post.
    pub posted: Money,
}

impl Register {
    /// Whether bills wait for a decision.
    pub fn is_proposal(&self) -> bool {
        self.proposals.bills > 0
    }
}

impl RegisterRow {
    /// The account.
    pub fn account(&self) -> &AccountId {
        &self.bill.account
    }

    /// The meter, where there is one.
    pub fn meter(&self) -> Option<&MeterId> {
        self.bill.metered.as_ref().and_then(|metered| metered.meter.as_ref())
    }

    /// Whether it is the account's last bill.
    pub fn is_final(&self) -> bool {
        self.bill.kind == BillKind::Final
    }
}
