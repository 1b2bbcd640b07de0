//! Explains one bill: its figures line by line, why it differs from the last one, and what is held.

use std::path::{Path, PathBuf};

use super::desk::{Audited, Books};
use super::{Failure, rebilled, refresh};
use crate::domain::books::account::Account;
use crate::domain::books::bill::Bill;
use crate::domain::books::reading::{AuditedRead, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::office::Cycle;
use crate::domain::proposals::change::Compared;
use crate::domain::proposals::explanation::{ExplainedBill, Explanation, HeldRead, Reason};
use crate::{bill, outbox, workbook};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct ExplainQuery<'a> {
    /// The account's number; lost leading zeros are put back.
    pub account: &'a str,
    /// The month; the latest bill's where none is named.
    pub period: Option<Month>,
    /// The end of this day.
    pub today: Date,
    /// Where to write a page to hand out.
    pub xlsx: Option<&'a Path>,
}

/// A bill explained.
#[derive(Clone, Debug)]
pub struct Explained {
    /// The explanation as text.
    pub text: String,
    /// Whether there is a bill; without one the account is held.
    pub billed: bool,
    /// The page that was written.
    pub written: Option<PathBuf>,
}

/// Explains the bill of an account and month.
///
/// # Errors
/// Where the office cannot be read, there is no such account, or nothing to explain in that month.
pub fn explain(root: &Path, query: ExplainQuery<'_>) -> Result<Explained, Failure> {
    let books = Books::open(root)?;
    let audited = books.audit(query.today)?;
    let accounts = audited.histories.accounts.iter().map(|history| &history.account);
    let at = place_among(&books, accounts, query.account)?;
    let explanation = explanation(&books, &audited, at, query)?;
    if let Some(path) = query.xlsx {
        let page = workbook::explanation(&explanation, workbook::Reader::Customer);
        outbox::place(path, &workbook::xlsx(&page)?)?;
    }
    Ok(Explained {
        text: workbook::text(&workbook::explanation(&explanation, workbook::Reader::Office)),
        billed: explanation.bill.is_some(),
        written: query.xlsx.map(Path::to_owned),
    })
}

/// The place of an account among others; an unknown one is answered with those that are spelled nearly so.
pub(super) fn place_among<'a>(
    books: &Books,
    accounts: impl Iterator<Item = &'a Account> + Clone,
    asked: &str,
) -> Result<usize, Failure> {
    let digits = books.office.accounts.digits();
    let asked = asked.trim();
    let padded = format!("{asked:0>digits$}");
    let found = accounts.clone().position(|account| [asked, &padded].contains(&account.id.as_str()));
    found.ok_or_else(|| {
        let mut near: Vec<(usize, String)> = accounts
            .map(|account| {
                (distance(account.id.as_str(), &padded), format!("{} ({})", account.id, account.customer))
            })
            .collect();
        near.sort();
        let near: Vec<String> = near.into_iter().take(3).map(|(_, account)| account).collect();
        let nearest = match near.as_slice() {
            [] => "The books have no account yet.".to_owned(),
            near => format!("Nearest are {}.", near.join(", ")),
        };
        Failure::Asked(format!(
            "there is no account {asked}. {nearest} `meterbook find` looks for names and addresses."
        ))
    })
}

/// How many letters must be put in, left out or changed (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (to, known) in other.iter().enumerate() {
            let cost = diagonal + usize::from(letter != *known);
            diagonal = row[to + 1];
            row[to + 1] = cost.min(row[to] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

fn explanation(
    books: &Books,
    audited: &Audited,
    at: usize,
    query: ExplainQuery<'_>,
) -> Result<Explanation, Failure> {
    let (history, reads) = (&audited.histories.accounts[at], &audited.audit.accounts[at]);
    let id = &history.account.id;
    let posted = books.ledger.bills_of_account(id, query.today)?;
    let rebilled = rebilled::of_account(&books.ledger, history, &posted)?;
    let bills: Vec<Bill> = posted.into_iter().map(|record| record.bill).collect();
    let of_month = |month: Month| bills.iter().rfind(|bill| bill.month == month);
    let bill = query.period.map_or_else(|| bills.last(), of_month);
    let waits = |read: &&AuditedRead| read.state == ReadState::Held;
    let unbilled = |read: &&AuditedRead| matches!(read.state, ReadState::Held | ReadState::Open);
    let newest = reads.iter().filter(unbilled).map(|read| read.month).max();
    let month = query.period.or(bill.map(|bill| bill.month)).or(newest).unwrap_or(Month::of(query.today));
    let told = |read: &&AuditedRead| match query.period {
        Some(period) => read.month == period,
        None => read.month >= month,
    };
    let flagged = |read: &&AuditedRead| read.state == ReadState::Open && !read.exceptions.is_empty();
    let any_day = Cycle::default();
    let cycle = books.office.cycles.get(&history.account.cycle).unwrap_or(&any_day);
    let reasons = |read: &AuditedRead| bill::reasons(history, read, reads, &audited.audit, cycle);
    let with_reasons = |read: &AuditedRead| HeldRead {
        month: read.month,
        reasons: reasons(read),
        overtaken: bill::overtaken(history, read),
    };
    let held: Vec<HeldRead> = reads.iter().filter(waits).filter(told).map(with_reasons).collect();
    let flagged: Vec<HeldRead> = reads.iter().filter(flagged).filter(told).map(with_reasons).collect();
    let run = bill::due_runs(&books.office, &books.ledger.main_runs()?, query.today)
        .into_iter()
        .find(|run| run.cycle == history.account.cycle && !run.main);
    let unpriced = run.filter(|run| query.period.is_none_or(|period| period == run.month)).and_then(|run| {
        let reason = super::bill::why_unpriced(books, history, reads, &run)?;
        Some((run.month, reason))
    });
    if bill.is_none() && held.is_empty() && flagged.is_empty() && unpriced.is_none() {
        return Err(Failure::Asked(nothing(id.as_str(), month, &bills)));
    }
    let bill = bill.map(|bill| ExplainedBill {
        compared: compared(books, bill, &bills),
        marks: marks(bill, reads, reasons),
        rebilled: rebilled.iter().find(|pair| pair.new.as_ref() == Some(bill)).cloned(),
        bill: bill.clone(),
    });
    Ok(Explanation {
        office: books.office.office.name.clone(),
        day: query.today,
        account: id.clone(),
        customer: refresh::customer(&history.account),
        status: history.account.status,
        month,
        bill,
        held,
        unpriced,
        flagged,
    })
}

fn nothing(account: &str, month: Month, bills: &[Bill]) -> String {
    let months: Vec<String> = bills.iter().map(|bill| bill.month.to_string()).collect();
    match months.as_slice() {
        [] => format!("account {account} has no bill yet, and nothing of it is held."),
        months => format!("account {account} has no bill of {month}; it has bills of {}.", months.join(", ")),
    }
}

/// A bill beside the account's last one of an earlier month, and the same month last year.
fn compared(books: &Books, bill: &Bill, bills: &[Bill]) -> Compared {
    let before = bills.iter().rfind(|other| other.month < bill.month);
    let last_year = bills.iter().filter(|other| other.month == bill.month.a_year_before());
    let last_year: Vec<_> = last_year.map(|other| other.units).collect();
    Compared {
        change: before.map(|before| super::bill::change(books, before, bill)),
        last_year: (!last_year.is_empty()).then(|| last_year.into_iter().sum()),
    }
}

/// What the audit said of the billed read.
fn marks(bill: &Bill, reads: &[AuditedRead], reasons: impl Fn(&AuditedRead) -> Vec<Reason>) -> Vec<Reason> {
    let read = bill.metered.as_ref().and_then(|metered| metered.read);
    let billed = read.and_then(|id| reads.iter().find(|read| read.id == Some(id)));
    billed.map(reasons).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_slips() {
        for (one, other, slips) in
            [("0100065", "0100065", 0), ("0100065", "0100056", 2), ("100065", "0100065", 1), ("", "12", 2)]
        {
            assert_eq!(distance(one, other), slips, "{one} and {other}");
        }
    }
}
