//! The register of adjustments: every one that was posted or taken back, that waits or was rejected, with who decided.

use std::collections::BTreeSet;

use crate::domain::books::adjustment::{
    AdjustmentDecision, AdjustmentRecord, AdjustmentState, PostedAdjustment, RegisteredAdjustment,
};
use crate::domain::books::control::Span;
use crate::domain::date::Date;

/// The adjustments of a span: what was posted and taken back in it, then what was rejected in it and what waits at its end.
///
/// An entry is that of the row of its own file, or of a row that its decision approved, with its account, amount and reason.
pub fn adjustments_register(
    posted: &[PostedAdjustment],
    records: &[AdjustmentRecord],
    decisions: &[AdjustmentDecision],
    span: Span,
) -> Vec<RegisteredAdjustment> {
    let mut used: BTreeSet<(usize, bool)> = BTreeSet::new();
    let mut rows: Vec<RegisteredAdjustment> = Vec::new();
    for entry in posted {
        let amount = if entry.mirror { -entry.amount } else { entry.amount };
        let found = records.iter().enumerate().find_map(|(at, record)| {
            let row = &record.row;
            let same = row.account == entry.account && row.amount == amount && row.reason == entry.reason;
            if !same || used.contains(&(at, entry.mirror)) {
                return None;
            }
            let approved = |decision: &&AdjustmentDecision| {
                decision.approves && decision.reference == row.reference && decision.sequence == entry.fact
            };
            let decision = decisions.iter().find(approved);
            let own = !row.waits && record.sequence == entry.fact;
            (own || row.waits && decision.is_some()).then(|| (at, record.clone(), decision.cloned()))
        });
        used.extend(found.as_ref().map(|(at, ..)| (*at, entry.mirror)));
        let (record, decision) = found.map_or((None, None), |(_, record, decision)| (Some(record), decision));
        rows.push(RegisteredAdjustment {
            state: if entry.mirror { AdjustmentState::TakenBack } else { AdjustmentState::Posted },
            date: entry.date,
            account: entry.account.clone(),
            amount: entry.amount,
            reason: entry.reason.clone(),
            gl_account: entry.gl_account.clone(),
            record,
            decision,
        });
    }
    rows.extend(records.iter().filter_map(|record| undecided(record, decisions, span)));
    rows
}

/// The line of a row that waits at the end of a span, or was rejected in it.
fn undecided(
    record: &AdjustmentRecord,
    decisions: &[AdjustmentDecision],
    span: Span,
) -> Option<RegisteredAdjustment> {
    let by_then = |day: Date| day <= span.to;
    if !record.row.waits || !by_then(record.day) || record.undone.is_some_and(by_then) {
        return None;
    }
    let stands = |decision: &&AdjustmentDecision| {
        decision.reference == record.row.reference
            && by_then(decision.day)
            && !decision.undone.is_some_and(by_then)
    };
    let decision = decisions.iter().find(stands);
    let state = match decision {
        None => AdjustmentState::Waits,
        Some(decision) if !decision.approves && decision.day >= span.from => AdjustmentState::Rejected,
        Some(_) => return None,
    };
    Some(RegisteredAdjustment {
        state,
        date: record.row.date,
        account: record.row.account.clone(),
        amount: record.row.amount,
        reason: record.row.reason.clone(),
        gl_account: String::new(),
        record: Some(record.clone()),
        decision: decision.cloned(),
    })
}
