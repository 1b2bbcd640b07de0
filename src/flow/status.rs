//! Says where the office stands: what was taken in, returned, posted and held, and what is due next.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::Failure;
use super::bill::{self, Ground};
use super::decided::{self, OpenList};
use super::desk::Books;
use super::registers::register_path;
use super::{collections, letters, returned};
use crate::domain::books::reading::{AuditSeverity, AuditedRead, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::id::Sequence;
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::proposals::letter_run::CALL;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::sheet::returned::ReturnId;
use crate::{inbox, outbox, sheet};

/// Receipts shown.
const RECENT: usize = 12;

/// Where the office stands.
#[derive(Clone, Debug)]
pub struct Status {
    /// The office's name.
    pub office: String,
    /// Accounts that are billed.
    pub accounts: usize,
    /// The newest receipts, oldest first.
    pub recent: Vec<ReceiptRow>,
    /// What lies in `returned` and was not corrected since.
    pub returned: Vec<String>,
    /// Held and missing reads of the months that can still be billed: how many for each reason.
    pub held: BTreeMap<&'static str, usize>,
    /// Bills whose reads are sound and that have no price: how many for each reason.
    pub unpriced: BTreeMap<String, usize>,
    /// Field orders that wait for the crew: how many of each kind.
    pub orders: BTreeMap<&'static str, usize>,
    /// Posted bills by cycle and month: number and sum.
    pub billed: BTreeMap<(String, Month), (usize, Money)>,
    /// The bills that wait for a decision, by cycle and month.
    pub waiting: Vec<WaitingRun>,
    /// The other lists in which rows wait for a decision.
    pub open_lists: Vec<OpenList>,
    /// The next bill date of each cycle; `None` where `office.toml` has none ahead.
    pub next: BTreeMap<String, Option<(Month, Date)>>,
    /// Letters, cards and calls that are due: how many of each.
    pub letters: BTreeMap<&'static str, usize>,
    /// The next day with lock-offs, and how many it has.
    pub lock_offs: Option<(Date, usize)>,
    /// What all customers owe together.
    pub owed: Money,
}

/// The bills of a cycle and month that wait for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRun {
    /// The cycle.
    pub cycle: String,
    /// The month.
    pub month: Month,
    /// How many bills.
    pub bills: usize,
    /// Dollars on them.
    pub charges: Money,
    /// The last day on which they can be decided; `None` where the cycle has no later bill date.
    pub until: Option<Date>,
    /// The register on which they are decided.
    pub path: String,
}

/// Says where the office stands at the end of a day.
///
/// # Errors
/// Where the office cannot be read.
pub fn status(root: &Path, today: Date) -> Result<Status, Failure> {
    let books = Books::open(root)?;
    let receipts = books.ledger.receipts()?;
    let audited = books.audit(today)?;
    let active = |status| status == crate::domain::books::account::Status::Active;
    let mut billed: BTreeMap<(String, Month), (usize, Money)> = BTreeMap::new();
    books.ledger.each_bill(today, |bill| {
        let charges = bill.charges();
        let (bills, sum) = billed.entry((bill.cycle, bill.month)).or_default();
        *bills += 1;
        *sum += charges;
    })?;
    Ok(Status {
        office: books.office.office.name.clone(),
        accounts: audited.histories.accounts.iter().filter(|history| active(history.account.status)).count(),
        recent: receipts[receipts.len().saturating_sub(RECENT)..].to_vec(),
        returned: still_returned(&root.join("returned"), &receipts, &books.ledger.corrected()?)?,
        held: held(&books, &audited, today),
        unpriced: unpriced(&books, &audited, today)?,
        orders: open_orders(&books, today)?,
        billed,
        waiting: waiting(&books, &audited, today)?,
        open_lists: decided::open_lists(&books, today)?,
        next: next_bill_dates(&books, today)?,
        letters: letters_due(&books, today)?,
        lock_offs: next_lock_offs(&books, today)?,
        owed: books.ledger.balances(today)?.into_values().sum(),
    })
}

fn waiting(books: &Books, audited: &super::desk::Audited, today: Date) -> Result<Vec<WaitingRun>, Failure> {
    if books.office.approval.bill_run == Mode::Automatic {
        return Ok(vec![]);
    }
    let posted = books.ledger.main_runs()?;
    let balances = books.ledger.balances(today)?;
    let ground = Ground { books, audited, balances: &balances };
    let mut waiting = Vec::new();
    // Before the month's main run there is no register to decide on.
    for run in crate::bill::due_runs(&books.office, &posted, today).into_iter().filter(|run| !run.main) {
        let proposed = bill::prepare(ground, &run, &mut super::Silent)?.proposed;
        if !proposed.is_empty() {
            waiting.push(WaitingRun {
                bills: proposed.len(),
                charges: proposed.iter().map(|one| one.bill.charges()).sum(),
                until: bill::last_day(books, &run),
                path: register_path(run.month, &run.cycle),
                cycle: run.cycle,
                month: run.month,
            });
        }
    }
    Ok(waiting)
}

/// What lies there to be corrected, unless it was: marked workbooks, and files with a letter.
fn still_returned(
    folder: &Path,
    receipts: &[ReceiptRow],
    corrected: &BTreeSet<String>,
) -> Result<Vec<String>, Failure> {
    let names = outbox::names(folder)?;
    let mut waiting = Vec::new();
    for name in &names {
        let Some(id) = content_of(folder, &names, name)? else { continue };
        if !is_settled(name, &id, receipts, corrected) {
            waiting.push(name.clone());
        }
    }
    Ok(waiting)
}

/// Which dropped content a file of the folder stands for; `None` for letters, files as they were dropped, and others.
fn content_of(folder: &Path, names: &[String], name: &str) -> Result<Option<ReturnId>, Failure> {
    if name.ends_with(outbox::LETTER) {
        return Ok(None);
    }
    let has_letter = names.binary_search(&format!("{name}{}", outbox::LETTER)).is_ok();
    let ending = name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let is_workbook = ["xlsx", "xltx", "xlsm", "xltm", "xlam"].contains(&ending.as_str());
    if has_letter {
        return Ok(Some(ReturnId::of_content(&inbox::sha256(&outbox::content(&folder.join(name))?))));
    }
    if !is_workbook || name.contains(outbox::AS_DROPPED) {
        return Ok(None);
    }
    Ok(sheet::returned_from(&outbox::content(&folder.join(name))?))
}

/// Whether a content that came back needs nobody any more: a file that was made from it has been dropped, the content
/// itself was taken in later, or a file of the same name, whatever its ending.
fn is_settled(name: &str, id: &ReturnId, receipts: &[ReceiptRow], corrected: &BTreeSet<String>) -> bool {
    if corrected.contains(id.as_str()) {
        return true;
    }
    let of_content = |row: &&ReceiptRow| row.sha256.starts_with(id.as_str());
    let returned = receipts.iter().rfind(|row| row.fate == Fate::Returned && of_content(row));
    let (since, name) = returned.map_or((Sequence(0), name), |row| (row.sequence, row.name.as_str()));
    let accepted = receipts.iter().filter(|row| row.fate == Fate::Accepted && row.sequence > since);
    accepted.into_iter().any(|row| of_content(&row) || stem(&row.name) == stem(name))
}

/// A file's name as it was given once, without its ending.
fn stem(name: &str) -> String {
    let name = returned::base_name(name).to_lowercase();
    name.rsplit_once('.').map_or(name.clone(), |(stem, _)| stem.to_owned())
}

/// How many reads are held that a bill can still wait for, by the word for why.
pub(super) fn held(
    books: &Books,
    audited: &super::desk::Audited,
    today: Date,
) -> BTreeMap<&'static str, usize> {
    let mut held: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (history, reads) in audited.accounts() {
        let cycle = books.office.cycles.get(&history.account.cycle);
        let from = cycle.and_then(|cycle| cycle.month_on(today));
        let waits = |read: &&AuditedRead| {
            from.is_none_or(|from| read.month >= from)
                && history.bill_in(read.month).is_none()
                && history.waits(read)
        };
        for read in reads.iter().filter(waits) {
            let holds = read.exceptions.iter().filter(|said| said.severity() == AuditSeverity::Hold);
            holds.for_each(|said| *held.entry(said.word()).or_default() += 1);
        }
    }
    for stray in audited.audit.strays.iter().filter(|stray| stray.state == ReadState::Held) {
        stray.exceptions.iter().for_each(|said| *held.entry(said.word()).or_default() += 1);
    }
    held
}

/// The bills that the runs made so far could not price.
fn unpriced(
    books: &Books,
    audited: &super::desk::Audited,
    today: Date,
) -> Result<BTreeMap<String, usize>, Failure> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let posted = books.ledger.main_runs()?;
    for run in crate::bill::due_runs(&books.office, &posted, today).into_iter().filter(|run| !run.main) {
        let accounts = audited.accounts();
        let reasons = accounts.filter_map(|(history, reads)| bill::why_unpriced(books, history, reads, &run));
        reasons.for_each(|reason| *found.entry(reason).or_default() += 1);
    }
    Ok(found)
}

/// What is to be sent, hung and said, as the past-due list has it.
fn letters_due(books: &Books, today: Date) -> Result<BTreeMap<&'static str, usize>, Failure> {
    let run = letters::letter_run(books, today)?;
    let mut due = BTreeMap::new();
    run.letters.iter().for_each(|letter| *due.entry(letter.kind.word()).or_default() += 1);
    if !run.calls.is_empty() {
        due.insert(CALL, run.calls.len());
    }
    Ok(due)
}

/// The first day of the schedule.
fn next_lock_offs(books: &Books, today: Date) -> Result<Option<(Date, usize)>, Failure> {
    let days: Vec<Date> =
        collections::lock_offs(books, today)?.iter().filter_map(|timeline| timeline.scheduled).collect();
    let first = days.iter().min().copied();
    Ok(first.map(|first| (first, days.iter().filter(|day| **day == first).count())))
}

fn open_orders(books: &Books, today: Date) -> Result<BTreeMap<&'static str, usize>, Failure> {
    let mut orders = BTreeMap::new();
    for record in books.ledger.orders(today)?.into_iter().filter(|record| record.is_open()) {
        *orders.entry(record.order.request.kind.word()).or_default() += 1;
    }
    Ok(orders)
}

/// The bill date that comes next, or that has come and waits for its run.
fn next_bill_dates(books: &Books, today: Date) -> Result<BTreeMap<String, Option<(Month, Date)>>, Failure> {
    let posted = books.ledger.main_runs()?;
    let next = |(name, cycle): (&String, &crate::domain::office::Cycle)| {
        let latest = cycle.month_on(today).filter(|month| !posted.contains_key(&(name.clone(), *month)));
        let due = |(month, date): &(&Month, &Date)| Some(**month) == latest || **date > today;
        let next = cycle.bill_dates.iter().find(due).map(|(month, date)| (*month, *date));
        (name.clone(), next)
    };
    Ok(books.office.cycles.iter().map(next).collect())
}
