//! What is said of a read because of the billed periods just before it: standing still, repeating, estimated again.

use super::bands::mean;
use crate::domain::books::bill::Metered;
use crate::domain::books::history::History;
use crate::domain::books::reading::{AuditedRead, Exception, ReadCode};

/// Billed periods before the first zero whose mean says whether water is usually used.
pub(super) const PERIODS_BEFORE: usize = 12;
/// Units in 30 days from which on a register that stands still may be stuck: 200 cubic feet.
pub(super) const USUAL_UNITS: i64 = 2;

/// The billed periods that end before a read, the latest first.
pub(super) fn periods_before<'a>(
    history: &'a History,
    read: &AuditedRead,
) -> impl Iterator<Item = &'a Metered> + Clone {
    let date = read.date;
    let metered = history.bills.iter().rev().filter_map(|bill| bill.metered.as_ref());
    metered.filter(move |metered| date.is_some_and(|date| metered.period.current < date))
}

/// What the read and the billed periods before it have in common.
pub(super) fn consecutive(history: &History, read: &AuditedRead) -> Vec<Exception> {
    let said = [
        (stands_still(history, read), Exception::ZeroTwice),
        (repeats(history, read), Exception::IdenticalUsage),
        (estimated_again(history, read), Exception::ThirdEstimate),
    ];
    said.into_iter().filter(|(applies, _)| *applies).map(|(_, exception)| exception).collect()
}

/// Whether a period shows an actual read without usage.
pub(super) fn is_actual_zero(metered: &Metered) -> bool {
    metered.code == ReadCode::Actual && metered.usage.amount == 0
}

/// Two or more consecutive actual reads without usage, where the mean before the first was at least 200 cubic feet in
/// 30 days.
fn stands_still(history: &History, read: &AuditedRead) -> bool {
    if read.code != Some(ReadCode::Actual) || read.usage != Some(0) {
        return false;
    }
    let mut before = periods_before(history, read).skip_while(|metered| is_actual_zero(metered)).peekable();
    let zeros = periods_before(history, read).take_while(|metered| is_actual_zero(metered)).count();
    zeros >= 1
        && before.peek().is_some()
        && mean(before.take(PERIODS_BEFORE)).is_some_and(|usual| usual.at_least_a_month(USUAL_UNITS))
}

/// The same usage, not zero, as in each of the two periods before.
fn repeats(history: &History, read: &AuditedRead) -> bool {
    let before: Vec<i64> =
        periods_before(history, read).take(2).map(|metered| metered.usage.amount).collect();
    read.usage.is_some_and(|usage| usage != 0 && before == [usage, usage])
}

/// An estimate after two estimates.
fn estimated_again(history: &History, read: &AuditedRead) -> bool {
    let before: Vec<ReadCode> = periods_before(history, read).take(2).map(|metered| metered.code).collect();
    read.code == Some(ReadCode::Estimate) && before == [ReadCode::Estimate, ReadCode::Estimate]
}
