//! Says where the office stands: what was taken in, returned, posted and held, and what is due next.

use std::collections::BTreeMap;
use std::path::Path;

use super::Failure;
use super::bill::{self, Ground};
use super::desk::Books;
use super::registers::register_path;
use crate::domain::books::reading::{AuditSeverity, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::money::Money;
use crate::domain::office::Mode;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::outbox;

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
    /// Files that came back and were not taken in since under the same name.
    pub returned: Vec<String>,
    /// Held and missing reads of the months that can still be billed: how many for each reason.
    pub held: BTreeMap<&'static str, usize>,
    /// Posted bills by cycle and month: number and sum.
    pub billed: BTreeMap<(String, Month), (usize, Money)>,
    /// The bills that wait for a decision, by cycle and month.
    pub waiting: Vec<WaitingRun>,
    /// The next bill date of each cycle; `None` where `office.toml` has none ahead.
    pub next: BTreeMap<String, Option<(Month, Date)>>,
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
    for record in books.ledger.bills(today)? {
        let entry = billed.entry((record.bill.cycle.clone(), record.bill.month)).or_default();
        entry.0 += 1;
        entry.1 += record.bill.charges();
    }
    Ok(Status {
        office: books.office.office.name.clone(),
        accounts: audited.histories.accounts.iter().filter(|history| active(history.account.status)).count(),
        recent: receipts[receipts.len().saturating_sub(RECENT)..].to_vec(),
        returned: still_returned(&root.join("returned"), &receipts)?,
        held: held(&books, &audited, today),
        billed,
        waiting: waiting(&books, &audited, today)?,
        next: next_bill_dates(&books, today)?,
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

/// Files that lie there with their letter, unless a file of their name was taken in since.
fn still_returned(folder: &Path, receipts: &[ReceiptRow]) -> Result<Vec<String>, Failure> {
    let mut newest: BTreeMap<&str, Fate> = BTreeMap::new();
    for receipt in receipts.iter().filter(|receipt| receipt.fate != Fate::Duplicate) {
        newest.insert(&receipt.name, receipt.fate);
    }
    let taken_in = |file: &&str| newest.get(file) == Some(&Fate::Accepted);
    let letters = if folder.is_dir() { outbox::texts(folder, outbox::LETTER)? } else { vec![] };
    let files = letters.iter().filter_map(|(letter, _)| letter.strip_suffix(outbox::LETTER));
    let waiting = files.filter(|file| folder.join(file).is_file() && !taken_in(file));
    Ok(waiting.map(str::to_owned).collect())
}

fn held(books: &Books, audited: &super::desk::Audited, today: Date) -> BTreeMap<&'static str, usize> {
    let mut held: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (history, reads) in audited.histories.accounts.iter().zip(&audited.audit.accounts) {
        let cycle = books.office.cycles.get(&history.account.cycle);
        let from = cycle.and_then(|cycle| cycle.month_on(today));
        let waits = |month: Month| from.is_none_or(|from| month >= from) && history.bill_in(month).is_none();
        for read in reads.iter().filter(|read| read.state == ReadState::Held && waits(read.month)) {
            let holds = read.exceptions.iter().filter(|said| said.severity() == AuditSeverity::Hold);
            holds.for_each(|said| *held.entry(said.word()).or_default() += 1);
        }
    }
    for stray in &audited.audit.strays {
        stray.exceptions.iter().for_each(|said| *held.entry(said.word()).or_default() += 1);
    }
    held
}

/// The bill date that comes next, or that has come and waits for its run.
fn next_bill_dates(books: &Books, today: Date) -> Result<BTreeMap<String, Option<(Month, Date)>>, Failure> {
    let posted = books.ledger.main_runs()?;
    let next = |(name, cycle): (&String, &crate::domain::office::Cycle)| {
        let latest = cycle.month_on(today).filter(|month| !posted.contains(&(name.clone(), *month)));
        let due = |(month, date): &(&Month, &Date)| Some(**month) == latest || **date > today;
        let next = cycle.bill_dates.iter().find(due).map(|(month, date)| (*month, *date));
        (name.clone(), next)
    };
    Ok(books.office.cycles.iter().map(next).collect())
}
