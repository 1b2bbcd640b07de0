//! Reads what somebody said of the letters and calls of a run as rows of a notices sheet.

use super::Ground;
use super::cells::Cells;
use crate::domain::books::notice::{Method, NoticeKind};
use crate::domain::date::{Date, plus_days};
use crate::domain::finding::{Code, Finding};
use crate::domain::page::seal::{DECISION, DONE_ON};
use crate::domain::proposals::decided::ReturnedList;
use crate::domain::proposals::letter_run::{CALL_WORDS, LetterKind, NO_ANSWER, Reference, SENT, Subject};
use crate::domain::rows::{NoticeRow, Rows, SheetRows};
use crate::domain::sheet::place::{Numbered, Trouble};

/// Days before the date of a letter on which it may have been mailed: whoever prints early does not mail weeks before.
const EARLY_DAYS: i64 = 14;

/// Reads the rows of a list of letters or calls as rows of a notices sheet.
pub fn sent(list: &ReturnedList, ground: Ground) -> (SheetRows, Vec<Finding>) {
    let (mut findings, mut zeros_restored, mut rows) = (Vec::new(), 0, Vec::new());
    for row in &list.rows {
        let mut cells = Cells {
            place: &list.place,
            row: &row.value.typed,
            ground,
            findings: &mut findings,
            zeros_restored: &mut zeros_restored,
        };
        let Some(reference) = Reference::parse(&row.value.reference) else { continue };
        let said = cells.text(DECISION).to_lowercase();
        let Some((kind, method)) = notice(reference.subject, &said) else { continue };
        let Some(date) = day(&mut cells, reference.date) else { continue };
        let value = NoticeRow {
            account: reference.account,
            date,
            kind,
            method,
            reached: said == CALL_WORDS[0],
            time: String::new(),
            bill: reference.bill,
            returned: false,
        };
        rows.push(Numbered { row: row.row, value });
    }
    (SheetRows { place: list.place.clone(), rows: Rows::Notices(rows), totals: vec![] }, findings)
}

/// What a word makes of a row; `None` where nothing was sent.
fn notice(subject: Subject, said: &str) -> Option<(NoticeKind, Method)> {
    match subject {
        Subject::Letter(kind) if said == SENT => Some(kind.notice()),
        Subject::Call if said == CALL_WORDS[0] || said == NO_ANSWER => {
            Some((NoticeKind::Call, Method::Phone))
        }
        Subject::Call if said == CALL_WORDS[2] => Some(LetterKind::DoorHanger.notice()),
        Subject::Letter(_) | Subject::Call => None,
    }
}

/// The day that was typed, or today.
fn day(cells: &mut Cells<'_>, of_run: Date) -> Option<Date> {
    if !cells.has(DONE_ON) {
        return Some(cells.ground.today);
    }
    let day = cells.event_date(DONE_ON)?;
    if day < plus_days(of_run, -EARLY_DAYS) {
        let message = format!(
            "{day} lies long before {of_run}, the date of the run. Correct it, or put what was done on that day on a \
             notices sheet."
        );
        cells.trouble(DONE_ON, Trouble::error(Code::UnreadableCell, day.to_string(), message));
        return None;
    }
    Some(day)
}
