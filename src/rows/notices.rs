//! A row of a notices sheet: what was sent, said or posted.

use super::cells::Cells;
use crate::domain::books::notice::{Method, NoticeKind};
use crate::domain::rows::NoticeRow;

pub(super) fn read(cells: &mut Cells<'_>) -> Option<NoticeRow> {
    let kinds = NoticeKind::ALL.map(|kind| (kind.word(), kind));
    let methods = Method::ALL.map(|method| (method.word(), method));
    let account = cells.needed_account("Account");
    let date = cells.event_date("Date");
    let kind = cells.needed_choice("Kind", &kinds);
    let method = cells.needed_choice("Method", &methods);
    let (reached, returned) = (cells.flag("Reached"), cells.flag("Returned"));
    let (time, bill) = (cells.text("Time"), cells.text("Bill"));
    Some(NoticeRow {
        account: account?,
        date: date?,
        kind: kind?,
        method: method?,
        reached,
        time,
        bill,
        returned,
    })
}
