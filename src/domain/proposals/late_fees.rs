//! What the workbook of late fees shows, where somebody decides about them: each fee that is due, with what became of it.

use crate::domain::books::late_fee::{LateFee, LateFeeRule};
use crate::domain::date::{Date, Month};
use crate::domain::proposals::register::Customer;

/// What the name of a proposal begins with; the bill follows.
pub const LATE_FEE_PREFIX: &str = "LF-";

/// Everything that the workbook of late fees shows.
#[derive(Clone, Debug)]
pub struct LateFees {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day as of which fees are due.
    pub day: Date,
    /// Names what waits, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of the receipt of the newest fact in it.
    pub chain_head: String,
    /// The rule, `[collections.late_fee]`.
    pub rule: LateFeeRule,
    /// The fees that are due, by account and bill.
    pub rows: Vec<LateFeeRow>,
    /// The initials of who prepares the proposals; empty where the office names nobody.
    pub prepared_by: String,
}

/// A late fee that is due and not posted.
#[derive(Clone, Debug)]
pub struct LateFeeRow {
    /// Who it is.
    pub customer: Customer,
    /// The fee.
    pub late: LateFee,
    /// The date of its bill.
    pub bill_date: Date,
    /// The name of the row: `LF-202601-0104`.
    pub reference: String,
    /// The fingerprint of what waits for a decision; empty where nothing does.
    pub token: String,
    /// Where it stands.
    pub state: LateFeeState,
}

/// Where a late fee stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LateFeeState {
    /// It waits for a decision.
    Proposed,
    /// Somebody wanted to wait; it still waits for a decision.
    Held {
        /// The day of the decision.
        day: Date,
        /// Who decided.
        initials: String,
    },
    /// Somebody rejected it: its bill takes none.
    Waived {
        /// The day of the decision.
        day: Date,
        /// Who decided.
        initials: String,
        /// Why.
        reason: String,
    },
}

impl LateFeeState {
    /// Whether it waits for a decision.
    pub fn waits(&self) -> bool {
        !matches!(self, LateFeeState::Waived { .. })
    }
}
