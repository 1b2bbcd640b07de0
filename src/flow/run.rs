//! Takes in all that lies in the inbox, makes the bill runs that are due, and refreshes the outbox.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use super::bill::{RunOutcome, bill_runs};
use super::coverage::{not_covered, priced_before};
use super::desk::{Audited, Books, Desk, SETTINGS, take};
use super::mapped::Layouts;
use super::orders::make_orders;
use super::progress::Progress;
use super::refresh::refresh;
use super::take_in::{FileOutcome, take_in};
use super::{Failure, back_bills, deposit_refunds, late_fees, money, receipt_logs, status, understand};
use crate::domain::books::back_bill::PostedBackBill;
use crate::domain::books::entry::Entry;
use crate::domain::books::late_fee::LateFeeRun;
use crate::domain::books::order::FieldOrders;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::finding::Severity;
use crate::domain::proposals::receipts::Fate;
use crate::domain::sheet::profile::Kind;
use crate::inbox::{Idle, Seen, Waiting};
use crate::{bill, inbox, outbox};

/// How a run is made.
#[derive(Clone, Copy, Debug)]
pub struct RunOptions {
    /// The day of the run.
    pub today: Date,
}

/// What a run did.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The day of the run.
    pub today: Date,
    /// What became of each file, in the order in which they were taken in.
    pub files: Vec<FileOutcome>,
    /// Files that were still being written or held by another program: they wait for the next run.
    pub unfinished: Vec<String>,
    /// What lies in the inbox and no run will take in.
    pub idle: Vec<Idle>,
    /// The late fees assessed, before the bill runs.
    pub late_fees: LateFeeRun,
    /// The back bills of stuck meters that were posted.
    pub back_bills: Vec<PostedBackBill>,
    /// The deposits that were applied to their accounts without a decision.
    pub deposits_applied: Vec<Entry>,
    /// Where reads were taken in: how many are held now, by the word for why.
    pub held_reads: BTreeMap<&'static str, usize>,
    /// The bill runs of each cycle.
    pub runs: Vec<RunOutcome>,
    /// The field orders that the run made and cancelled.
    pub orders: FieldOrders,
    /// What is odd about the rate files, and which accounts they have no price for.
    pub warnings: Vec<String>,
    /// Workbooks that were written, by their path in the office.
    pub written: Vec<String>,
}

impl Outcome {
    /// Whether something needs a person: a returned file, a warning, a held read or account.
    pub fn has_findings(&self) -> bool {
        let told = |file: &FileOutcome| {
            file.fate == Fate::Returned
                || file.findings.iter().any(|finding| finding.severity != Severity::Note)
        };
        self.files.iter().any(told)
            || self.runs.iter().any(|run| !run.held.is_empty())
            || !self.held_reads.is_empty()
            || !self.warnings.is_empty()
    }
}

/// Takes in all that lies in the inbox, assesses late fees, makes the bill runs that are due, and refreshes the outbox.
///
/// # Errors
/// Where the office cannot be used or the world fails; what was taken in before stays, and the next run
/// finishes the work.
pub fn run(root: &Path, options: RunOptions, progress: &mut dyn Progress) -> Result<Outcome, Failure> {
    let mut desk = Desk::open(root, options.today)?;
    money::settle_what_was_interrupted(&mut desk)?;
    let folder = root.join("inbox");
    outbox::make_folder(&folder)?;
    let Waiting { complete, mut unfinished, idle } = inbox::complete_files(&folder)?;
    let mut files = Vec::with_capacity(complete.len());
    let (in_turn, not_now) = in_turn(&desk.books, options.today, complete);
    unfinished.extend(not_now);
    for name in in_turn {
        match inbox::claim(&folder, &name)? {
            Some(arrival) => {
                let file = take_in(&mut desk, arrival, progress)?;
                progress.taken(&file);
                files.push(file);
            }
            None => unfinished.push(name),
        }
    }
    if !files.is_empty() {
        receipt_logs::write_at_once(&desk)?;
    }
    let unfinished = unfinished.iter().map(|name| inbox::plain_name(name)).collect();
    let mut back_bills = back_bills::post_approved(&mut desk)?;
    let late_fees = late_fees::assess(&mut desk)?;
    let (runs, audited) = bill_runs(&mut desk, progress)?;
    back_bills.extend(back_bills::post_by_itself(&mut desk)?);
    let deposits_applied = deposit_refunds::post_by_itself(&mut desk)?;
    let orders = make_orders(&mut desk, audited.as_ref())?;
    let ordered = !orders.made.is_empty() || !orders.cancelled.is_empty();
    let billed = runs.iter().any(|run| run.bills > 0);
    let posted = !late_fees.fees.is_empty() || !back_bills.is_empty() || !deposits_applied.is_empty();
    let changed = !files.is_empty() || posted || ordered || billed;
    let (audited, held_reads) = held_now(&desk, &files, audited)?;
    let refreshed = refresh(&desk, &runs, audited, changed, progress)?;
    let mut warnings: Vec<String> =
        desk.books.rates.warnings.iter().map(|warning| format!("rates/{warning}")).collect();
    warnings.extend(desk.books.rates.others.iter().map(|name| {
        format!(
            "rates/{name} is not read: the name of a rate file ends in .owrs. Rename it, or put it elsewhere."
        )
    }));
    warnings.extend(refreshed.warnings);
    warnings.extend(priced_before(&desk.books)?);
    warnings.extend(not_covered(&desk.books, options.today)?);
    warnings.extend(runs.iter().filter_map(lapsed));
    warnings.extend(skipped_months(&desk.books, options.today)?);
    let today = options.today;
    Ok(Outcome {
        today,
        files,
        unfinished,
        idle,
        late_fees,
        back_bills,
        deposits_applied,
        held_reads,
        runs,
        orders,
        warnings,
        written: refreshed.written,
    })
}

/// Says what a run would do, and changes nothing: it takes place in a copy of the office that goes away again.
///
/// # Errors
/// As `run`; and where there is no room for the copy.
pub fn dry_run(root: &Path, options: RunOptions, progress: &mut dyn Progress) -> Result<Outcome, Failure> {
    if !root.join(SETTINGS).is_file() {
        return Err(Failure::NoOffice(root.to_owned()));
    }
    // Nobody may write while it is copied; the lock of the copy is its own.
    let lock = take(root)?;
    let copy = outbox::passing_copy(root)?;
    drop(lock);
    run(copy.path(), options, progress)
}

/// Where files brought reads, how many are held now; with the audit that told, for whoever needs it next.
fn held_now(
    desk: &Desk,
    files: &[FileOutcome],
    audited: Option<Audited>,
) -> Result<(Option<Audited>, BTreeMap<&'static str, usize>), Failure> {
    if !files.iter().any(took_reads) {
        return Ok((audited, BTreeMap::new()));
    }
    let audited = audited.map_or_else(|| desk.books.audit(desk.today), Ok)?;
    let held = status::held(&desk.books, &audited, desk.today);
    Ok((Some(audited), held))
}

/// Whether a file brought reads.
fn took_reads(file: &FileOutcome) -> bool {
    file.fate == Fate::Accepted && file.kind.split(", ").any(|kind| kind == Kind::Reads.word())
}

/// The bills of a month that was closed before anybody decided about them.
fn lapsed(run: &RunOutcome) -> Option<String> {
    let (month, bills, charges) = run.lapsed?;
    Some(format!(
        "{month} cycle {}: {} (${charges}) waited for a decision until the bill date of {} came, and cannot be posted any \
         more. The water is billed with the next read; the fixed charges are not.",
        run.cycle,
        counted(bills, "bill", "bills"),
        run.month
    ))
}

/// The months whose bill date went by without a run, a sentence each.
fn skipped_months(books: &Books, today: Date) -> Result<Vec<String>, Failure> {
    let opened = books.ledger.oldest_day()?.unwrap_or(today);
    let skipped = bill::skipped_runs(&books.office, &books.ledger.main_runs()?, (opened, today));
    let told = |run: &bill::SkippedRun| {
        format!(
            "{} cycle {} was due on {} and has not been billed: no run took place before the next bill date. Its water \
             is billed with the next read; its fixed charges are not.",
            run.month, run.cycle, run.bill_date
        )
    };
    Ok(skipped.iter().map(told).collect())
}

/// Files by kind (calendar, accounts, meters ... then the rest), within a kind by name; and those that cannot be read now.
///
/// A file whose turn is not known waits for the next run: out of turn it could be refused.
fn in_turn(books: &Books, today: Date, names: Vec<OsString>) -> (Vec<OsString>, Vec<OsString>) {
    if names.len() < 2 {
        return (names, vec![]);
    }
    let (folder, layouts) = (books.root.join("inbox"), Layouts::of(Some(&books.office)));
    let (mut turns, mut not_now): (Vec<(u8, OsString)>, Vec<OsString>) = (vec![], vec![]);
    for name in names {
        let kind = match inbox::peek(&folder, &name) {
            Seen::NotNow => {
                not_now.push(name);
                continue;
            }
            Seen::TooLarge => None,
            Seen::Content(bytes) => understand::turn(&name.to_string_lossy(), &bytes, &layouts, today),
        };
        turns.push((kind.map_or(u8::MAX, |kind| kind.turn()), name));
    }
    turns.sort();
    (turns.into_iter().map(|(_, name)| name).collect(), not_now)
}
