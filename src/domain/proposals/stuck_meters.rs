//! What the workbook of stuck meters shows: who has one, the evidence, and the back bill worked out.

use crate::domain::books::back_bill::BackBill;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId};
use crate::domain::office::UsageRounding;
use crate::domain::proposals::register::{Customer, Source};
use crate::domain::volume::Usage;

/// Everything that the workbook of stuck meters shows.
#[derive(Clone, Debug)]
pub struct StuckMeters {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day of the newest fact in it.
    pub day: Date,
    /// Names what waits, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of the receipt of the newest fact in it.
    pub chain_head: String,
    /// The facts it was made from: bill runs and what posts back bills.
    pub sources: Vec<Source>,
    /// How many months back a period is billed.
    pub months: u32,
    /// How usage becomes billing units.
    pub rounding: UsageRounding,
    /// The stuck meters, by account; those whose back bill was posted in the month among them.
    pub rows: Vec<StuckRow>,
    /// The accounts whose last three bills show the same usage, by number.
    pub repeated: Vec<RepeatedRow>,
    /// The initials of who prepares the proposals; empty where the office names nobody.
    pub prepared_by: String,
}

/// One stuck meter.
#[derive(Clone, Debug)]
pub struct StuckRow {
    /// Who it is.
    pub customer: Customer,
    /// The evidence, and the back bill worked out.
    pub back_bill: BackBill,
    /// The fingerprint of what waits for a decision; empty where nothing does.
    pub token: String,
    /// Where it stands.
    pub state: StuckState,
}

/// Where a back bill stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StuckState {
    /// It waits for a decision.
    Proposed,
    /// It was held, and waits: by whom, when and why.
    Held(String),
    /// It was rejected: by whom, when and why. Another period makes another proposal.
    Rejected(String),
    /// It was posted on a day, approved by somebody; empty where the office posts back bills by itself.
    Posted(Date, String),
    /// It cannot be priced, for this reason.
    Unpriced(String),
}

impl StuckState {
    /// Whether it waits for a decision.
    pub fn waits(&self) -> bool {
        matches!(self, StuckState::Proposed | StuckState::Held(_))
    }
}

/// An account whose last three bills show the same usage, not zero.
#[derive(Clone, Debug)]
pub struct RepeatedRow {
    /// The account.
    pub account: AccountId,
    /// Who it is.
    pub customer: Customer,
    /// The meter.
    pub meter: Option<MeterId>,
    /// The usage that is the same.
    pub usage: Usage,
    /// The three read dates, oldest first.
    pub dates: [Date; 3],
}
