//! A row of a decisions sheet: what somebody decided about a held or missing read, or about money.

use super::{cells::Cells, values};
use crate::domain::books::back_bill::BACK_BILL;
use crate::domain::books::decision::{APPROVE, REJECT};
use crate::domain::books::money_in::{CREDIT_REFUND, MoneyVerdict};
use crate::domain::books::reading::ReadVerdict;
use crate::domain::date::Month;
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::rows::{BackBillDecisionRow, DecisionRow, MoneyDecisionRow, ReadDecision};
use crate::domain::sheet::place::Trouble;

/// What a decision is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    Read,
    Money(&'static str),
    BackBill,
}

const SUBJECTS: [(&str, Subject); 6] = [
    ("read", Subject::Read),
    (BACK_BILL, Subject::BackBill),
    ("adjustment", Subject::Money("adjustment")),
    ("deposit-refund", Subject::Money("deposit-refund")),
    (CREDIT_REFUND, Subject::Money(CREDIT_REFUND)),
    ("payment", Subject::Money("payment")),
];
const VERDICTS: [(&str, ReadVerdict); 5] = [
    ("accept", ReadVerdict::Accept),
    ("estimate", ReadVerdict::Estimate),
    ("override", ReadVerdict::Override),
    ("reread", ReadVerdict::Reread),
    ("hold", ReadVerdict::Hold),
];

pub(super) fn read(cells: &mut Cells<'_>) -> Option<DecisionRow> {
    match cells.needed_choice("What", &SUBJECTS) {
        Some(Subject::Money(what)) => about_money(cells, what).map(DecisionRow::Money),
        Some(Subject::BackBill) => about_a_back_bill(cells).map(DecisionRow::BackBill),
        Some(Subject::Read) => about_a_read(cells).map(DecisionRow::Read),
        None => {
            cells.text("Decision");
            None
        }
    }
}

fn about_money(cells: &mut Cells<'_>, what: &str) -> Option<MoneyDecisionRow> {
    let verdicts: Vec<(&str, MoneyVerdict)> = MoneyVerdict::ALL
        .into_iter()
        .filter(|verdict| verdict.words().0 == what)
        .map(|verdict| (verdict.words().1, verdict))
        .collect();
    let verdict = cells.needed_choice("Decision", &verdicts);
    let reference = cells.text("Ref");
    let account = cells.account("Account");
    let initials = cells.text("Initials");
    let amount = match verdict? {
        MoneyVerdict::ApproveAdjustment | MoneyVerdict::RejectAdjustment => cells.money("Value"),
        MoneyVerdict::Deposit(_) | MoneyVerdict::AssignPayment | MoneyVerdict::RefundCredit => None,
    };
    if verdict == Some(MoneyVerdict::ApproveAdjustment) && initials.is_empty() {
        cells.missing("Initials");
    }
    let needs_account = matches!(
        verdict,
        Some(MoneyVerdict::Deposit(_) | MoneyVerdict::AssignPayment | MoneyVerdict::RefundCredit)
    );
    if account.is_none() && (needs_account || reference.is_empty()) && !cells.has("Account") {
        cells.missing("Account");
    }
    if verdict == Some(MoneyVerdict::AssignPayment) && reference.is_empty() {
        cells.missing("Ref");
    }
    Some(MoneyDecisionRow { verdict: verdict?, account, reference, amount, initials })
}

fn about_a_back_bill(cells: &mut Cells<'_>) -> Option<BackBillDecisionRow> {
    let decision = cells.needed_choice("Decision", &[(APPROVE, APPROVE), (REJECT, REJECT)]);
    let reference = cells.text("Ref");
    let account = cells.account("Account");
    let initials = cells.text("Initials");
    if decision == Some(APPROVE) && initials.is_empty() {
        cells.missing("Initials");
    }
    if account.is_none() && reference.is_empty() && !cells.has("Account") {
        cells.missing("Account");
    }
    Some(BackBillDecisionRow { account, reference, decision: decision?, initials })
}

fn about_a_read(cells: &mut Cells<'_>) -> Option<ReadDecision> {
    let verdict = cells.needed_choice("Decision", &VERDICTS);
    let account = cells.needed_account("Account");
    if !cells.has("Month") {
        cells.missing("Month");
    }
    let month = cells.month("Month");
    decided(cells, verdict?, (account, month))
}

/// What was typed beside a read that waits for a decision.
pub(super) fn verdict(cells: &mut Cells<'_>, account: AccountId, month: Month) -> Option<ReadDecision> {
    let verdict = cells.needed_choice("Decision", &VERDICTS);
    decided(cells, verdict?, (Some(account), Some(month)))
}

fn decided(
    cells: &mut Cells<'_>,
    verdict: ReadVerdict,
    (account, month): (Option<AccountId>, Option<Month>),
) -> Option<ReadDecision> {
    let initials = cells.text("Initials");
    let (mut date, mut reading) = (None, None);
    match verdict {
        ReadVerdict::Override => {
            if initials.is_empty() {
                cells.missing("Initials");
            }
            if !cells.has("Value") {
                cells.missing("Value");
            }
            reading = cells.whole("Value");
            reading?;
        }
        ReadVerdict::Estimate if cells.has("Value") => date = Some(cells.event_date("Value")?),
        ReadVerdict::Accept | ReadVerdict::Reread | ReadVerdict::Hold if cells.has("Value") => {
            refuse_value(cells, verdict);
            return None;
        }
        _ => {}
    }
    Some(ReadDecision { account: account?, month: month?, verdict, date, reading, initials })
}

/// A value beside a decision that takes none is a slip that must not be swallowed.
fn refuse_value(cells: &mut Cells<'_>, verdict: ReadVerdict) {
    let typed = values::text(cells.value("Value")).unwrap_or_default();
    let message = format!(
        "'{}' takes no value, and the row gives {typed}. Empty the cell, or decide override.",
        verdict.word()
    );
    cells.trouble("Value", Trouble::error(Code::UnreadableCell, typed, message));
}
