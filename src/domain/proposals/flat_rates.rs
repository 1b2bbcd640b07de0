//! The flat-rate follow-up: who pays without a read, and where a service that ended still shows water or a sewer.

use crate::domain::books::account::Status;
use crate::domain::books::reading::ReadPoint;
use crate::domain::date::Date;
use crate::domain::id::{AccountId, BillNumber, MeterId};
use crate::domain::money::Money;
use crate::domain::volume::Usage;

/// Why an account is followed up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its service ended, and its meter has counted water since.
    UsageSince,
    /// Its service ended, its wastewater was billed monthly, and nobody at the address pays it now.
    StillConnected,
    /// It is active and has no meter: it pays the fixed charges alone.
    NoMeter,
}

impl Why {
    /// The words on the sheet.
    pub fn words(self) -> &'static str {
        match self {
            Why::UsageSince => "usage since the end",
            Why::StillConnected => "wastewater connected",
            Why::NoMeter => "no meter",
        }
    }
}

/// An account that is followed up, for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// The account.
    pub account: AccountId,
    /// The customer's name.
    pub customer: String,
    /// Where the water is used.
    pub service_address: String,
    /// The office's name of the class.
    pub class: String,
    /// The reader's route.
    pub route: String,
    /// Active, inactive or closed.
    pub status: Status,
    /// The last day of service, where it was closed.
    pub closed: Option<Date>,
    /// Why it is followed up.
    pub why: Why,
    /// The meter that shows the usage.
    pub meter: Option<MeterId>,
    /// The point that the usage counts from.
    pub from: Option<ReadPoint>,
    /// The latest read.
    pub to: Option<ReadPoint>,
    /// What was used in between.
    pub usage: Option<Usage>,
    /// What wastewater costs a month, at today's price; `None` where it has none or cannot be priced.
    pub wastewater: Option<Money>,
    /// Its last bill and the date of it.
    pub last_bill: Option<(BillNumber, Date)>,
}
