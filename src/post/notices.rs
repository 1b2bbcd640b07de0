//! Notices rows: what was sent, said or posted to customers who owe.

use super::{once::same, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::finding::Code;
use crate::domain::rows::NoticeRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<NoticeRow>], place: &Place, known: &Known) -> Batch {
    let mut batch = Batch::default();
    let mut first = std::collections::BTreeMap::new();
    for row in rows {
        let notice = &row.value;
        if !known.accounts.contains_key(&notice.account) {
            batch.findings.push(unknown_account(place, row.row, &notice.account, known));
            continue;
        }
        if !notice.kind.goes_by(notice.method) {
            let (kind, method) = (notice.kind.word(), notice.method.word());
            let message =
                format!("There is no {kind} by {method}. Correct the kind or the method: it is a proof.");
            let trouble = Trouble::error(Code::ConflictingRows, method, message);
            batch.findings.push(place.cell(row.row, "Method", trouble));
            continue;
        }
        let earlier = *first.entry(key(notice)).or_insert(row.row);
        if earlier == row.row {
            batch.notices.push(notice.clone());
        } else {
            batch.findings.push(same(place, row.row, earlier));
        }
    }
    batch
}

/// What makes two rows the same.
fn key(notice: &NoticeRow) -> impl Ord + use<> {
    let NoticeRow { account, date, kind, method, reached, time, bill, returned } = notice.clone();
    (account, date, kind, method, reached, time, bill, returned)
}
