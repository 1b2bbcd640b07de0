//! The field orders to print and fill in, and those that are closed.

use crate::domain::books::order::OrderRecord;
use crate::domain::books::reading::ReadPoint;
use crate::domain::date::{Date, Month};
use crate::domain::id::BillNumber;

/// The field orders as one workbook shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldWork {
    /// The office's name.
    pub office: String,
    /// The month.
    pub month: Month,
    /// The day of the newest order or result.
    pub day: Date,
    /// The newest order or result, as the archive names it.
    pub run_id: String,
    /// sha256 of its receipt.
    pub chain_head: String,
    /// The later month whose workbook has the open orders; `None` where it is this one.
    pub open_in: Option<Month>,
    /// The orders that wait for the crew, by number.
    pub open: Vec<OrderSheet>,
    /// The orders that were closed in the month, by number.
    pub closed: Vec<OrderSheet>,
}

/// One order with what the crew must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderSheet {
    /// The order, and where it stands.
    pub record: OrderRecord,
    /// Why it was cancelled; empty where it was not.
    pub cancelled: String,
    /// The bill that has counted past the read that an open order is out for.
    pub overtaken: Option<BillNumber>,
    /// The customer's name.
    pub customer: String,
    /// Where to go.
    pub service_address: String,
    /// The customer's telephone.
    pub phone: String,
    /// The reader's route.
    pub route: String,
    /// The last two usable reads, the latest first.
    pub last_reads: [Option<ReadPoint>; 2],
}
