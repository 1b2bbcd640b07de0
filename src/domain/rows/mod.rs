//! Rows of each kind of sheet, typed; one noun a kind.

use crate::domain::books::account::{Account, MeterSize};
use crate::domain::books::hold::Hold;
use crate::domain::books::invoice::InvoiceLine;
use crate::domain::books::money_in::{MoneyVerdict, PaymentFact};
use crate::domain::books::notice::Notice;
use crate::domain::books::order::{Action, OrderKind};
use crate::domain::books::payment_plan::Instalment;
use crate::domain::books::reading::{ReadCode, ReadVerdict};
use crate::domain::books::weather::{Eto, EtoSpan, Landscape};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId, OrderNumber, StationId};
use crate::domain::money::Money;
use crate::domain::sheet::place::{Numbered, Place};
use crate::domain::sheet::profile::Kind;
use crate::domain::volume::VolumeUnit;

/// A row of an accounts sheet: the account as it stands from now on.
pub type AccountRow = Account;

/// A row of a meters sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterRow {
    /// The account that holds it.
    pub account: AccountId,
    /// Its serial number.
    pub meter: MeterId,
    /// Its size, where given.
    pub size: Option<MeterSize>,
    /// Number of dials, 1 to 12.
    pub dials: u32,
    /// Units of water to one step; `None` where not given.
    pub multiplier: Option<i64>,
    /// What it counts; `None` where not given.
    pub unit: Option<VolumeUnit>,
    /// The day of installation.
    pub installed: Date,
    /// What it showed.
    pub initial_reading: i64,
    /// The radio endpoint.
    pub endpoint: String,
}

/// A row of a meter changes sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterChangeRow {
    /// The account.
    pub account: AccountId,
    /// The day of the change.
    pub date: Date,
    /// The meter that was taken out.
    pub old_meter: MeterId,
    /// What it showed at the end.
    pub final_reading: i64,
    /// The meter that was put in.
    pub new_meter: MeterId,
    /// What it showed at the start.
    pub initial_reading: i64,
    /// Its number of dials, 1 to 12; `None` where it has as many as the old one.
    pub new_dials: Option<u32>,
    /// Why.
    pub reason: String,
    /// Who changed it.
    pub crew: String,
}

/// A row of a work orders sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkOrderRow {
    /// The account.
    pub account: AccountId,
    /// The day on which the order is opened.
    pub date: Date,
    /// What the crew is sent for.
    pub kind: OrderKind,
    /// What it should know.
    pub note: String,
}

/// A row of a field results sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldResultRow {
    /// The order, where given.
    pub order: Option<OrderNumber>,
    /// The account, where given.
    pub account: Option<AccountId>,
    /// The day.
    pub date: Date,
    /// What was done.
    pub action: Action,
    /// What the register showed, where it was read; always there for a reread.
    pub reading: Option<i64>,
    /// Who did it.
    pub by: String,
    /// Whether it was done outside operating hours; a reconnection then has its own fee.
    pub after_hours: bool,
}

/// A row of a reads sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadRow {
    /// The account, where given.
    pub account: Option<AccountId>,
    /// The meter, where given.
    pub meter: Option<MeterId>,
    /// The day it was read.
    pub date: Date,
    /// What the register showed; never negative.
    pub reading: i64,
    /// How it came about.
    pub code: ReadCode,
    /// The reader's trouble code.
    pub trouble: String,
    /// The previous reading as the file has it.
    pub echo: Option<i64>,
}

/// How much bulk water a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BulkVolume {
    /// Two readings of a hydrant meter, in cubic feet.
    Readings {
        /// At the start.
        start: i64,
        /// At the end.
        end: i64,
    },
    /// Gallons.
    Gallons(i64),
}

/// A row of a bulk water sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BulkRow {
    /// The account.
    pub account: AccountId,
    /// The hydrant meter or hydrant.
    pub meter: String,
    /// The day of the second reading, or of the load.
    pub date: Date,
    /// How much.
    pub volume: BulkVolume,
    /// Days of rental.
    pub rental_days: i64,
    /// A deposit taken.
    pub deposit: Money,
}

/// A row of a payments or returned payments sheet, as it is posted.
pub type PaymentRow = PaymentFact;

/// A row of an adjustments sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdjustmentRow {
    /// The day it counts from, unless it has to wait.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// The effect on what is owed; a credit is negative.
    pub amount: Money,
    /// The reason code.
    pub reason: String,
    /// Who approved it.
    pub approved_by: String,
    /// Why, in words.
    pub note: String,
}

/// A row of a deposits sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositRow {
    /// The day it was taken.
    pub date: Date,
    /// The account.
    pub account: AccountId,
    /// How much; above zero.
    pub amount: Money,
    /// The receipt's number.
    pub reference: String,
}

/// A row of a closings sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosingRow {
    /// The account.
    pub account: AccountId,
    /// The last day of service.
    pub date: Date,
    /// What the register showed.
    pub final_reading: i64,
    /// Where the customer went.
    pub forwarding_address: String,
    /// The account that a credit passes to.
    pub transfer_to: Option<AccountId>,
}

/// A row of a decisions sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DecisionRow {
    /// About a held or missing read.
    Read(ReadDecision),
    /// About money.
    Money(MoneyDecisionRow),
    /// About the back bill of a stuck meter.
    BackBill(BackBillDecisionRow),
}

/// A row of a decisions sheet about the back bill of a stuck meter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackBillDecisionRow {
    /// The account; `None` where the reference says it.
    pub account: Option<AccountId>,
    /// The proposal's reference; empty where the account says it.
    pub reference: String,
    /// Approve or reject, as decisions are kept.
    pub decision: &'static str,
    /// Who decided.
    pub initials: String,
}

/// A row of a decisions sheet about money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyDecisionRow {
    /// What was decided.
    pub verdict: MoneyVerdict,
    /// The account; `None` where the reference says it.
    pub account: Option<AccountId>,
    /// The proposal's reference, or the payment's.
    pub reference: String,
    /// The amount as on the proposal's row, where given.
    pub amount: Option<Money>,
    /// Who decided.
    pub initials: String,
}

/// A row of a decisions sheet about a read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadDecision {
    /// The account.
    pub account: AccountId,
    /// The month of the read.
    pub month: Month,
    /// What was decided.
    pub verdict: ReadVerdict,
    /// The day of an estimate, where given.
    pub date: Option<Date>,
    /// The reading of an override.
    pub reading: Option<i64>,
    /// Who decided.
    pub initials: String,
}

/// A row of a holds sheet: the hold as it stands from now on.
pub type HoldRow = Hold;

/// A row of a notices sheet.
pub type NoticeRow = Notice;

/// A row of a plans sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRow {
    /// The account.
    pub account: AccountId,
    /// What is promised.
    pub instalment: Instalment,
}

/// A row of an opening balances sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpeningRow {
    /// The account that owes.
    pub account: AccountId,
    /// The day of the old bill.
    pub bill_date: Date,
    /// Its last day to pay, where given.
    pub due_date: Option<Date>,
    /// What of it is unpaid.
    pub amount: Money,
}

/// A row of a CIMIS report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EtoRow {
    /// The station.
    pub station: StationId,
    /// What the value is for.
    pub span: EtoRowSpan,
    /// The value, in inches.
    pub eto: Eto,
}

/// What a row of a CIMIS report is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EtoRowSpan {
    /// A day or a month.
    Whole(EtoSpan),
    /// The hour of a day that ends at this one, 1 to 24.
    Hour(Date, u32),
}

/// A row of an installation sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstallationRow {
    /// The account that pays.
    pub account: AccountId,
    /// The line of its invoice.
    pub line: InvoiceLine,
}

/// A row of a calendar sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDayRow {
    /// The closed day.
    pub date: Date,
    /// Why.
    pub reason: String,
}

macro_rules! kinds_of_rows {
    ($($(#[$about:meta])+ $kind:ident($row:ty);)+) => {
        /// The rows of one recognised sheet.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Rows {
            $($(#[$about])+ $kind(Vec<Numbered<$row>>),)+
        }

        impl Rows {
            /// No rows of a kind yet.
            pub fn none(kind: Kind) -> Rows {
                match kind { $(Kind::$kind => Rows::$kind(vec![]),)+ }
            }

            /// How many rows there are.
            pub fn count(&self) -> usize {
                match self { $(Rows::$kind(rows) => rows.len(),)+ }
            }

            /// Whether the rows say the same, wherever they stand.
            pub fn say_the_same(&self, other: &Rows) -> bool {
                match (self, other) {
                    $((Rows::$kind(ours), Rows::$kind(theirs)) => {
                        ours.len() == theirs.len()
                            && ours.iter().zip(theirs).all(|(ours, theirs)| ours.value == theirs.value)
                    })+
                    _ => false,
                }
            }

            /// Drops the last row where it has this number: a row with an error is no row.
            pub fn drop_row(&mut self, number: u32) {
                match self { $(Rows::$kind(rows) => drop(rows.pop_if(|row| row.row == number)),)+ }
            }
        }
    };
}

kinds_of_rows! {
    /// Closed days.
    Calendar(ClosedDayRow);
    /// Accounts.
    Accounts(AccountRow);
    /// Meters.
    Meters(MeterRow);
    /// Meter changes.
    MeterChanges(MeterChangeRow);
    /// Reads.
    Reads(ReadRow);
    /// Bulk water.
    BulkWater(BulkRow);
    /// Work orders.
    WorkOrders(WorkOrderRow);
    /// Field results.
    FieldResults(FieldResultRow);
    /// Decisions.
    Decisions(DecisionRow);
    /// Holds.
    Holds(HoldRow);
    /// Payments.
    Payments(PaymentRow);
    /// Returned payments.
    ReturnedPayments(PaymentRow);
    /// Adjustments.
    Adjustments(AdjustmentRow);
    /// Deposits.
    Deposits(DepositRow);
    /// Closings.
    Closings(ClosingRow);
    /// Notices.
    Notices(NoticeRow);
    /// Instalments of payment plans.
    Plans(PlanRow);
    /// Opening balances.
    OpeningBalances(OpeningRow);
    /// ETo as CIMIS reports it.
    Eto(EtoRow);
    /// Landscapes.
    Landscape(Landscape);
    /// Lines of installation invoices.
    Installation(InstallationRow);
}

/// The control total of a reads sheet that sums its readings.
pub const READINGS: &str = "sum of Reading";
/// The control total of a reads sheet that sums the digits of its meters' numbers.
pub const METER_DIGITS: &str = "sum of meter digits";

/// What was understood of one recognised sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRows {
    /// Which sheet it is.
    pub place: Place,
    /// Its rows.
    pub rows: Rows,
    /// Control totals: what was summed, and the sum as text.
    pub totals: Vec<(String, String)>,
}
