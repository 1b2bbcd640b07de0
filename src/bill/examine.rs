//! Examines the reads of one account in the order of their dates: what usage each shows, and what is wrong.

use crate::domain::books::account::Status;
use crate::domain::books::bill::Metered;
use crate::domain::books::history::{History, Verdict};
use crate::domain::books::reading::{
    AuditSeverity, AuditedRead, Exception, ReadCode, ReadId, ReadPoint, ReadState, ReadVerdict, Reading,
};
use crate::domain::date::{Date, Month, Period};
use crate::domain::office::Cycle;

use super::budget::Budgets;
use super::consecutive::consecutive;
use super::count::{Anchor, Current, count};

/// Days between two readings above which the tiers of one month price two.
pub(super) const LONG_PERIOD_DAYS: i64 = 40;

/// Examines the reads of one account.
///
/// Usage counts from the last read that was billed, or that is usable in an earlier month which can still be
/// billed (`billable_from`), else from the installation. Of several usable reads of one month the latest counts.
pub(super) fn examine(
    history: &History,
    cycle: &Cycle,
    billable_from: Option<Month>,
    budgets: Budgets<'_>,
) -> Vec<AuditedRead> {
    let mut anchor = history.meters.first().map(|meter| Anchor::installed(0, meter));
    let mut usable: Option<(Month, Anchor)> = None;
    let mut rows: Vec<AuditedRead> = Vec::with_capacity(history.reads.len() + history.missing.len());
    for read in in_order(history) {
        let place = history.place_of(read.meter.as_ref(), read.date);
        let after = |before: Anchor| place.map(|place| before.after(&history.meters, current(read, place)));
        let month = Month::of(read.date);
        if let Some((earlier, reached)) = usable
            && earlier < month
        {
            anchor = Some(reached);
            usable = None;
        }
        if let Some((_, metered)) = history.bill_of(read.id) {
            anchor = anchor.and_then(after).or(anchor);
            usable = None;
            rows.push(billed_row(history, read, metered));
            continue;
        }
        let row = open_row(history, read, (cycle, budgets), anchor);
        let countable = billable_from.is_none_or(|from| month >= from) && history.bill_in(month).is_none();
        if row.state == ReadState::Open && countable {
            usable = anchor.and_then(after).map(|reached| (month, reached));
        }
        rows.push(row);
    }
    leave_one_open_read_a_month(&mut rows, history.account.closed);
    rows.extend(missing_rows(history));
    rows
}

/// The reads by date; of the day of a change, those of the old meter first.
fn in_order(history: &History) -> Vec<&Reading> {
    let mut reads: Vec<&Reading> = history.reads.iter().collect();
    if history.meters.len() > 1 {
        reads.sort_by_key(|read| (read.date, history.place_of(read.meter.as_ref(), read.date), read.id));
    }
    reads
}

fn current(read: &Reading, place: usize) -> Current {
    Current { place, date: read.date, value: read.value, code: read.code }
}

fn row(history: &History, read: &Reading) -> AuditedRead {
    AuditedRead {
        account: Some(history.account.id.clone()),
        verdict: verdict_on(history, read.id).map(|verdict| verdict.verdict),
        ..AuditedRead::of(read)
    }
}

/// A billed read shows what was said when its bill was made.
fn billed_row(history: &History, read: &Reading, metered: &Metered) -> AuditedRead {
    AuditedRead {
        previous: metered.previous,
        usage: Some(metered.usage.amount),
        changed_out: metered.changed_out.clone(),
        exceptions: metered.exceptions.clone(),
        state: ReadState::Billed,
        ..row(history, read)
    }
}

fn open_row(
    history: &History,
    read: &Reading,
    (cycle, budgets): (&Cycle, Budgets<'_>),
    anchor: Option<Anchor>,
) -> AuditedRead {
    let mut row = row(history, read);
    match ending_exception(history, read) {
        Err(ending) => row.exceptions.push(ending),
        Ok(place) => {
            let anchor = anchor.expect("an account with a meter has a point to count from");
            measure(&mut row, history, current(read, place), anchor);
            judge(&mut row, history, read, cycle, anchor.reading_before(&history.meters, place));
            row.exceptions.extend(consecutive(history, &row));
            apply_budget(&mut row, history, read.date, budgets);
        }
    }
    row.exceptions.sort_by_key(|exception| exception.word());
    row.state = state(history, read, &row);
    row
}

/// The place of the meter that was read, or what ends the examination: then no usage can be told.
fn ending_exception(history: &History, read: &Reading) -> Result<usize, Exception> {
    let place = history.place_of(read.meter.as_ref(), read.date).ok_or(Exception::UnknownMeter)?;
    if read.value >= history.meters[place].register.capacity() {
        return Err(Exception::OverDials);
    }
    // A reread is sent for because of the reading that it differs from.
    let from_file = |read: &Reading| matches!(read.code, ReadCode::Actual | ReadCode::Customer);
    let alike = |other: &Reading| history.is_reread(other.id) == history.is_reread(read.id);
    let rival = |other: &&Reading| {
        other.date == read.date
            && other.meter == read.meter
            && other.value != read.value
            && from_file(other)
            && from_file(read)
            && alike(other)
    };
    match history.reads.iter().find(rival) {
        Some(_) => Err(Exception::ConflictingReads),
        None => Ok(place),
    }
}

/// Fills in the point that usage counts from, and the usage.
fn measure(row: &mut AuditedRead, history: &History, read: Current, anchor: Anchor) {
    match count(&history.meters, anchor, read) {
        Some(counted) => {
            let value = anchor.reading_before(&history.meters, read.place);
            row.previous = Some(ReadPoint { date: anchor.point.date, value });
            row.usage = Some(counted.usage);
            row.exceptions.extend(counted.said);
            row.changed_out = counted.changed_out;
        }
        None => row.exceptions.push(Exception::RunsBackwards),
    }
}

/// Adds what can be said of one read without looking at others.
fn judge(row: &mut AuditedRead, history: &History, read: &Reading, cycle: &Cycle, before: i64) {
    let account = &history.account;
    let from_the_reader =
        matches!(read.code, ReadCode::Actual | ReadCode::Customer) && !history.is_reread(read.id);
    let days = row.previous.map(|previous| Period { previous: previous.date, current: read.date }.days());
    let used = row.usage.is_some_and(|usage| usage > 0);
    let after_closing =
        account.status == Status::Closed && account.closed.is_none_or(|closed| read.date > closed);
    let said = [
        (from_the_reader && !cycle.expects_read_on(read.date), Exception::OutsideWindow),
        (read.echo.is_some_and(|echo| echo != before), Exception::EchoMismatch),
        (after_closing && used, Exception::ClosedWithUsage),
        (account.status == Status::Inactive && used, Exception::InactiveWithUsage),
        (days.is_some_and(|days| days > LONG_PERIOD_DAYS), Exception::LongPeriod),
        (row.usage == Some(0), Exception::Zero),
        (read.code == ReadCode::Estimate, Exception::Estimated),
        (read.code == ReadCode::Customer, Exception::CustomerRead),
        (!read.trouble.is_empty(), Exception::TroubleCode),
    ];
    row.exceptions.extend(said.iter().filter(|(applies, _)| *applies).map(|(_, exception)| *exception));
}

/// The budget of the read's period, for an account with a landscape; without the weather the read is held.
fn apply_budget(row: &mut AuditedRead, history: &History, date: Date, budgets: Budgets<'_>) {
    let Some(previous) = row.previous else { return };
    let budget = budgets.of(history, Period { previous: previous.date, current: date });
    if let Some(Err(_)) = budget {
        row.exceptions.push(Exception::EtoGap);
    }
    row.budget = budget.map(|budget| budget.map(|budget| budget.hcf));
}

fn state(history: &History, read: &Reading, row: &AuditedRead) -> ReadState {
    let about = || history.verdicts.iter().filter(|verdict| verdict.about.contains(&read.id));
    if about().any(|verdict| verdict.made.is_some()) {
        return ReadState::Replaced;
    }
    let held = row.exceptions.iter().any(|exception| exception.severity() == AuditSeverity::Hold);
    let accepted = about().next_back().is_some_and(|verdict| verdict.verdict == ReadVerdict::Accept);
    match held && !accepted {
        true if is_read_again(history, read) => ReadState::Replaced,
        true => ReadState::Held,
        false => ReadState::Open,
    }
}

/// Whether the crew read the meter again later in the month: that read takes the place of a held one.
fn is_read_again(history: &History, read: &Reading) -> bool {
    let later = |other: &Reading| {
        history.is_reread(other.id)
            && Month::of(other.date) == Month::of(read.date)
            && (other.date, other.id) > (read.date, read.id)
    };
    history.reads.iter().any(later)
}

fn verdict_on(history: &History, read: ReadId) -> Option<&Verdict> {
    history.verdicts.iter().rev().find(|verdict| verdict.made == Some(read) || verdict.about.contains(&read))
}

/// Of several usable reads of one month the latest takes the place of the others; a read after the closing of its account
/// takes no place.
fn leave_one_open_read_a_month(rows: &mut [AuditedRead], closed: Option<Date>) {
    let mut taken: Option<Month> = None;
    let served =
        |row: &&mut AuditedRead| closed.is_none_or(|closed| row.date.is_none_or(|date| date <= closed));
    for row in rows.iter_mut().rev().filter(served) {
        match row.state {
            ReadState::Open if taken == Some(row.month) => row.state = ReadState::Replaced,
            ReadState::Open | ReadState::Billed => taken = Some(row.month),
            ReadState::Held | ReadState::Replaced => {}
        }
    }
}

/// A row for each month whose main run found no read, until a read of that month takes its place.
fn missing_rows(history: &History) -> Vec<AuditedRead> {
    let unread = |month: Month| history.reads.iter().all(|read| Month::of(read.date) != month);
    let row = |month: Month, meter| AuditedRead {
        id: None,
        account: Some(history.account.id.clone()),
        meter,
        month,
        date: None,
        value: None,
        code: None,
        previous: None,
        usage: None,
        budget: None,
        changed_out: vec![],
        exceptions: vec![Exception::NoRead],
        verdict: history
            .verdicts
            .iter()
            .rev()
            .find(|verdict| verdict.month == month)
            .map(|found| found.verdict),
        state: ReadState::Held,
    };
    history
        .missing
        .iter()
        .filter(|missing| unread(missing.month))
        .map(|missing| row(missing.month, missing.meter.clone()))
        .collect()
}
