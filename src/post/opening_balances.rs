//! Opening balances rows: what customers owed when the books were opened.

use super::{entries, once::once, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::date::Date;
use crate::domain::finding::Code;
use crate::domain::id::AccountId;
use crate::domain::office::Office;
use crate::domain::rows::OpeningRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<OpeningRow>], place: &Place, known: &Known, office: &Office) -> Batch {
    let (kept, findings) = once(rows, place, "bill", |row| (row.account.clone(), row.bill_date));
    let mut batch = Batch { findings, ..Batch::default() };
    for row in kept {
        let opening = &row.value;
        if !known.accounts.contains_key(&opening.account) {
            batch.findings.push(unknown_account(place, row.row, &opening.account, known));
            continue;
        }
        let reference = reference(&opening.account, opening.bill_date);
        if known.opening_balances.contains(&reference) {
            let message = format!(
                "The books have an opening balance of account {} for the bill of {} already. Remove the row.",
                opening.account, opening.bill_date
            );
            let trouble = Trouble::error(Code::ConflictingRows, &reference, message);
            batch.findings.push(place.row(row.row, trouble));
            continue;
        }
        if !opening.amount.is_zero() {
            batch.entries.push(entries::opening_balance(opening, reference, office));
        }
    }
    batch
}

fn reference(account: &AccountId, bill_date: Date) -> String {
    format!("OB-{}-{account}", bill_date.format("%Y%m%d"))
}
