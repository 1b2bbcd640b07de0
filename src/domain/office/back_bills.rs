//! `[back_bill]`: back bills of stuck meters.

use chrono::Months;
use serde::Deserialize;

use crate::domain::date::Date;

/// `[back_bill]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BackBills {
    /// How far back a period is billed (illustrative: the district has published no limit).
    pub months: u32,
}

impl Default for BackBills {
    fn default() -> BackBills {
        BackBills { months: 6 }
    }
}

impl BackBills {
    /// The first day on which a period may have been read that is billed on a day.
    pub fn since(&self, day: Date) -> Date {
        day.checked_sub_months(Months::new(self.months)).unwrap_or(Date::MIN)
    }
}
