//! Plans rows: a sheet starts the payment plan of each of its accounts on the day it is taken in.

use std::collections::BTreeMap;

use super::{Ground, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::payment_plan::{Instalment, PaymentPlan};
use crate::domain::id::AccountId;
use crate::domain::rows::PlanRow;
use crate::domain::sheet::place::{Numbered, Place};

pub(super) fn plan(rows: &[Numbered<PlanRow>], place: &Place, known: &Known, ground: Ground<'_>) -> Batch {
    let mut batch = Batch::default();
    let mut promises: BTreeMap<&AccountId, Vec<Instalment>> = BTreeMap::new();
    for row in rows {
        let account = &row.value.account;
        if known.accounts.contains_key(account) {
            promises.entry(account).or_default().push(row.value.instalment);
        } else {
            batch.findings.push(unknown_account(place, row.row, account, known));
        }
    }
    for (account, mut instalments) in promises {
        instalments.sort();
        batch.plans.push(PaymentPlan { account: account.clone(), start: ground.today, instalments });
    }
    batch
}
