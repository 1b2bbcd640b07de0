//! What the workbook of closed accounts shows.

use crate::domain::date::{Date, Month};
use crate::domain::proposals::flat_rates::FollowUp;

/// Everything that the workbook of closed accounts shows.
#[derive(Clone, Debug)]
pub struct ClosedAccounts {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day of the newest fact in it.
    pub day: Date,
    /// The newest fact in it, printed on the cover and in every footer.
    pub run_id: String,
    /// sha256 of its receipt.
    pub chain_head: String,
    /// The flat-rate follow-up, by account, then reason.
    pub flat_rates: Vec<FollowUp>,
}
