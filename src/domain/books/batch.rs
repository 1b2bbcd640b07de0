//! What one archived fact adds to the books, all or nothing.

use crate::domain::books::account::Account;
use crate::domain::books::account_change::{AccountChange, ProposedAccount};
use crate::domain::books::back_bill::PostedBackBill;
use crate::domain::books::bill::BillRun;
use crate::domain::books::decision::Decision;
use crate::domain::books::entry::Entry;
use crate::domain::books::history::{BulkLoad, Verdict};
use crate::domain::books::hold::Hold;
use crate::domain::books::invoice::Invoice;
use crate::domain::books::late_fee::LateFeeRun;
use crate::domain::books::meter::Meter;
use crate::domain::books::money_in::{AdjustmentFact, Closing, MoneyDecision, PaymentFact};
use crate::domain::books::notice::Notice;
use crate::domain::books::order::{FieldOrders, FieldResult, OrderRequest};
use crate::domain::books::payment_plan::PaymentPlan;
use crate::domain::books::reading::Reading;
use crate::domain::books::undo::Undone;
use crate::domain::books::weather::{EtoReport, Landscape};
use crate::domain::finding::Finding;
use crate::domain::rows::ClosedDayRow;
use crate::domain::sheet::returned::ReturnId;

/// What one archived fact adds to the books.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Closed days.
    pub closed_days: Vec<ClosedDayRow>,
    /// Accounts as they stand from now on.
    pub accounts: Vec<Account>,
    /// What is different of them, and which are new.
    pub account_changes: Vec<AccountChange>,
    /// Accounts as they would be: they wait for a decision.
    pub proposed_accounts: Vec<ProposedAccount>,
    /// Meters.
    pub meters: Vec<Meter>,
    /// Readings.
    pub reads: Vec<Reading>,
    /// Decisions about reads.
    pub verdicts: Vec<Verdict>,
    /// Decisions about rows of proposals.
    pub decisions: Vec<Decision>,
    /// Bulk water.
    pub loads: Vec<BulkLoad>,
    /// Reports of weather stations.
    pub weather: Vec<EtoReport>,
    /// Landscapes with a water budget.
    pub landscapes: Vec<Landscape>,
    /// What the crew is to be sent for.
    pub requests: Vec<OrderRequest>,
    /// What the crew did.
    pub results: Vec<FieldResult>,
    /// The orders that a run made and cancelled.
    pub orders: FieldOrders,
    /// Holds as they stand from now on.
    pub holds: Vec<Hold>,
    /// What was sent, said or posted.
    pub notices: Vec<Notice>,
    /// Payment plans.
    pub plans: Vec<PaymentPlan>,
    /// Late fees.
    pub late_fees: Option<LateFeeRun>,
    /// Installation invoices.
    pub invoices: Vec<Invoice>,
    /// A bill run.
    pub run: Option<BillRun>,
    /// Rows of payments and returned payments.
    pub payments: Vec<PaymentFact>,
    /// Rows of adjustments.
    pub adjustments: Vec<AdjustmentFact>,
    /// Decisions about money.
    pub money_decisions: Vec<MoneyDecision>,
    /// Back bills of stuck meters that were approved.
    pub back_bills: Vec<PostedBackBill>,
    /// Accounts closed.
    pub closings: Vec<Closing>,
    /// A fact that was taken back; then the entries are its mirrors.
    pub undone: Option<Undone>,
    /// Money.
    pub entries: Vec<Entry>,
    /// What was wrong with the file, or done to it.
    pub findings: Vec<Finding>,
    /// The content that was handed back and that the file corrects.
    pub corrects: Option<ReturnId>,
}

impl Batch {
    /// Adds another batch behind this one.
    pub fn append(&mut self, other: Batch) {
        self.closed_days.extend(other.closed_days);
        self.accounts.extend(other.accounts);
        self.account_changes.extend(other.account_changes);
        self.proposed_accounts.extend(other.proposed_accounts);
        self.meters.extend(other.meters);
        self.reads.extend(other.reads);
        self.verdicts.extend(other.verdicts);
        self.decisions.extend(other.decisions);
        self.loads.extend(other.loads);
        self.weather.extend(other.weather);
        self.landscapes.extend(other.landscapes);
        self.requests.extend(other.requests);
        self.results.extend(other.results);
        self.orders.made.extend(other.orders.made);
        self.orders.cancelled.extend(other.orders.cancelled);
        self.holds.extend(other.holds);
        self.payments.extend(other.payments);
        self.adjustments.extend(other.adjustments);
        self.money_decisions.extend(other.money_decisions);
        self.back_bills.extend(other.back_bills);
        self.closings.extend(other.closings);
        self.notices.extend(other.notices);
        self.plans.extend(other.plans);
        self.invoices.extend(other.invoices);
        self.entries.extend(other.entries);
        self.findings.extend(other.findings);
        self.corrects = self.corrects.take().or(other.corrects);
        if other.undone.is_some() {
            assert!(self.undone.is_none(), "one fact takes one back");
            self.undone = other.undone;
        }
        if other.run.is_some() {
            assert!(self.run.is_none(), "one fact posts one run");
            self.run = other.run;
        }
        if other.late_fees.is_some() {
            assert!(self.late_fees.is_none(), "one fact posts the late fees of one run");
            self.late_fees = other.late_fees;
        }
    }
}
