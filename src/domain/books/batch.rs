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
        // Every field by its name: one that is forgotten here would be lost without a word.
        let Batch {
            closed_days,
            accounts,
            account_changes,
            proposed_accounts,
            meters,
            reads,
            verdicts,
            decisions,
            loads,
            weather,
            landscapes,
            requests,
            results,
            orders,
            holds,
            notices,
            plans,
            late_fees,
            invoices,
            run,
            payments,
            adjustments,
            money_decisions,
            back_bills,
            closings,
            undone,
            entries,
            findings,
            corrects,
        } = other;
        self.closed_days.extend(closed_days);
        self.accounts.extend(accounts);
        self.account_changes.extend(account_changes);
        self.proposed_accounts.extend(proposed_accounts);
        self.meters.extend(meters);
        self.reads.extend(reads);
        self.verdicts.extend(verdicts);
        self.decisions.extend(decisions);
        self.loads.extend(loads);
        self.weather.extend(weather);
        self.landscapes.extend(landscapes);
        self.requests.extend(requests);
        self.results.extend(results);
        self.orders.made.extend(orders.made);
        self.orders.cancelled.extend(orders.cancelled);
        self.holds.extend(holds);
        self.payments.extend(payments);
        self.adjustments.extend(adjustments);
        self.money_decisions.extend(money_decisions);
        self.back_bills.extend(back_bills);
        self.closings.extend(closings);
        self.notices.extend(notices);
        self.plans.extend(plans);
        self.invoices.extend(invoices);
        self.entries.extend(entries);
        self.findings.extend(findings);
        self.corrects = self.corrects.take().or(corrects);
        once(&mut self.undone, undone, "one fact takes one back");
        once(&mut self.run, run, "one fact posts one run");
        once(&mut self.late_fees, late_fees, "one fact posts the late fees of one run");
    }
}

/// Fills what a batch has once at most.
fn once<T>(slot: &mut Option<T>, other: Option<T>, rule: &str) {
    if other.is_some() {
        assert!(slot.is_none(), "{rule}");
        *slot = other;
    }
}
