//! Takes one file in: from bytes to posted facts. One file is one fact and one transaction.

use std::collections::{BTreeMap, BTreeSet};

use super::decided::{Decided, decided};
use super::desk::{Audited, Books, Desk, Draft};
use super::mapped::Layouts;
use super::orders::FIELD_ORDERS;
use super::progress::Progress;
use super::understand::{Understood, understand};
use super::{Failure, late_fees, returned};
use super::{back_bills, deposit_refunds};
use crate::domain::books::batch::Batch;
use crate::domain::books::decision::READ;
use crate::domain::books::entry::Entry;
use crate::domain::books::known::Waiting;
use crate::domain::books::late_fee::LateFeeRun;
use crate::domain::books::reading::ReadPoint;
use crate::domain::books::undo::Undo;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding, Severity, any_error};
use crate::domain::id::{AccountId, MeterId, Sequence};
use crate::domain::origin::Origin;
use crate::domain::proposals::receipts::Fate;
use crate::domain::rows::{Rows, SheetRows};
use crate::domain::sheet::place::Trouble;
use crate::domain::sheet::profile::Kind;
use crate::inbox::{Arrival, BYTES_MAX};
use crate::outbox::{self, Archived};
use crate::{bill, post, rows};

/// What became of one file.
#[derive(Clone, Debug)]
pub struct FileOutcome {
    /// Its name as dropped.
    pub name: String,
    /// What became of it.
    pub fate: Fate,
    /// The kinds of its sheets, in words.
    pub kind: String,
    /// Rows taken in.
    pub rows: u64,
    /// What it posted, or why it came back.
    pub outcome: String,
    /// What was wrong with it, or done to it.
    pub findings: Vec<Finding>,
}

/// Takes one file in, hands it back, or says that it was taken in before.
pub(super) fn take_in(
    desk: &mut Desk,
    arrival: Arrival,
    progress: &mut dyn Progress,
) -> Result<FileOutcome, Failure> {
    if let Some(before) = desk.books.ledger.accepted_content(&arrival.sha256)? {
        return duplicate(desk, arrival, before);
    }
    let understood = if arrival.size > BYTES_MAX {
        too_large(&arrival)
    } else {
        let (layouts, ground) = (Layouts::of(Some(&desk.books.office)), desk.books.rows_ground(desk.today));
        understand(&arrival.name, &arrival.bytes, &layouts, ground, progress)
    };
    progress.begin(&format!("Posting {}", arrival.name), None);
    let mut batch = plan(&desk.books, &understood, desk.next(), desk.today, true)?;
    batch.findings.extend(desk.same_rows(&understood, (&arrival.name, desk.next()))?);
    if any_error(&batch.findings) {
        return hand_back(desk, arrival, kinds(&understood), batch);
    }
    accept(desk, arrival, &understood, &batch)
}

fn accept(
    desk: &mut Desk,
    arrival: Arrival,
    understood: &Understood,
    batch: &Batch,
) -> Result<FileOutcome, Failure> {
    let rows: u64 = understood.sheets.iter().map(|sheet| sheet.rows.count() as u64).sum();
    let rows = rows + understood.returned.as_ref().map_or(0, |returned| returned.count() as u64);
    let mut outcome = FileOutcome {
        name: arrival.name.clone(),
        fate: Fate::Accepted,
        kind: kinds(understood),
        rows,
        outcome: match &understood.note {
            Some(note) => format!("{} ({note})", in_words(batch)),
            None => in_words(batch),
        },
        findings: batch.findings.clone(),
    };
    let draft = Draft {
        fate: Fate::Accepted,
        name: arrival.name.clone(),
        kind: outcome.kind.clone(),
        rows,
        totals: understood.sheets.iter().flat_map(|sheet| sheet.totals.clone()).collect(),
        outcome: outcome.outcome.clone(),
        file: arrival.name.clone(),
        dropped: arrival.sha256.clone(),
        bytes: arrival.bytes.clone(),
    };
    desk.post(draft, batch)?;
    if arrival.release()? {
        outcome.outcome.push_str(". It has grown since it was read and comes again: look whether its rows are posted twice, and take one of the two back");
    }
    Ok(outcome)
}

fn hand_back(
    desk: &mut Desk,
    arrival: Arrival,
    kind: String,
    planned: Batch,
) -> Result<FileOutcome, Failure> {
    let layouts = Layouts::of(Some(&desk.books.office));
    let text = layouts.mapped(&arrival.name, &arrival.bytes, desk.today);
    let place =
        returned::hand_back(&desk.books.root, &arrival, desk.today, (&planned.findings, text.as_ref()))?;
    let errors = planned.findings.iter().filter(|f| f.severity == Severity::Error).count();
    let outcome = format!("{}; see returned/{place}", counted(errors, "error", "errors"));
    // Of what was planned nothing is posted but what was wrong, and which return it answers.
    let told = Batch { findings: planned.findings, corrects: planned.corrects, ..Batch::default() };
    tell(desk, arrival, Fate::Returned, kind, outcome, told)
}

fn duplicate(
    desk: &mut Desk,
    arrival: Arrival,
    (sequence, day, name): (Sequence, Date, String),
) -> Result<FileOutcome, Failure> {
    let message =
        format!("The same content was taken in on {day} as {name} ({sequence}). Nothing was posted again.");
    let note = Trouble::note(Code::DuplicateFile, "", message.clone()).at(Origin::file(&arrival.name), "");
    let told = Batch { findings: vec![note], ..Batch::default() };
    tell(desk, arrival, Fate::Duplicate, String::new(), message, told)
}

/// Archives what is told of a file that posts nothing.
fn tell(
    desk: &mut Desk,
    arrival: Arrival,
    fate: Fate,
    kind: String,
    outcome: String,
    told: Batch,
) -> Result<FileOutcome, Failure> {
    let draft = Draft {
        fate,
        name: arrival.name.clone(),
        kind: kind.clone(),
        outcome: outcome.clone(),
        file: format!("{} {}.json", fate.word(), arrival.name),
        dropped: arrival.sha256.clone(),
        bytes: returned::to_bytes(&told),
        ..Draft::default()
    };
    desk.post(draft, &told)?;
    let name = arrival.name.clone();
    arrival.release()?;
    Ok(FileOutcome { name, fate, kind, rows: 0, outcome, findings: told.findings })
}

impl Desk {
    /// What an archived fact adds to the books: the same calls as when it was taken in.
    pub(super) fn refold(&self, fact: &Archived) -> Result<Batch, Failure> {
        let receipt = &fact.receipt;
        let unreadable = || {
            let what = "the archived fact cannot be read again";
            Failure::Asked(format!("archive/{}: {what}. Restore the archive from a backup.", receipt.file))
        };
        match receipt.fate {
            Fate::Accepted => {
                let layouts = Layouts::of(Some(&self.books.office));
                let ground = self.books.rows_ground(receipt.day);
                let understood = understand(&receipt.name, &fact.bytes, &layouts, ground, &mut super::Silent);
                let mut batch = plan(&self.books, &understood, receipt.sequence, receipt.day, false)?;
                let this = (receipt.name.as_str(), receipt.sequence);
                batch.findings.extend(self.same_rows(&understood, this)?);
                Ok(batch)
            }
            Fate::Returned | Fate::Duplicate => {
                returned::from_bytes(&receipt.name, &fact.bytes).ok_or_else(unreadable)
            }
            Fate::Posted if receipt.kind == FIELD_ORDERS => {
                let orders = serde_json::from_slice(&fact.bytes).map_err(|_| unreadable())?;
                Ok(Batch { orders, ..Batch::default() })
            }
            Fate::Posted if receipt.kind == late_fees::KIND => {
                let run: LateFeeRun = serde_json::from_slice(&fact.bytes).map_err(|_| unreadable())?;
                Ok(post::late_fees(run, &self.books.office.gl))
            }
            Fate::Posted if receipt.kind == back_bills::KIND => {
                let posted = serde_json::from_slice(&fact.bytes).map_err(|_| unreadable())?;
                Ok(post::back_bills(posted, &self.books.office))
            }
            Fate::Posted
                if [super::money::SETTLEMENTS, deposit_refunds::KIND].contains(&receipt.kind.as_str()) =>
            {
                let entries: Vec<Entry> = serde_json::from_slice(&fact.bytes).map_err(|_| unreadable())?;
                Ok(Batch { entries, ..Batch::default() })
            }
            Fate::Posted => {
                let run = outbox::run_from_bytes(&fact.bytes).ok_or_else(unreadable)?;
                Ok(post::bill_run(run, &self.books.office.gl))
            }
            Fate::Recorded => Ok(Batch::default()),
            Fate::Undo => {
                let undo: Undo = serde_json::from_slice(&fact.bytes).map_err(|_| unreadable())?;
                Ok(post::undo(&undo, &self.books.ledger.entries_of(undo.target)?, receipt.day))
            }
        }
    }
}

impl Books {
    pub(super) fn rows_ground(&self, today: Date) -> rows::Ground {
        rows::Ground { today, account_digits: self.office.accounts.digits() }
    }
}

/// Plans what a file posts, sheet by sheet; each sheet sees what those before it are about to post.
///
/// A file that is folded again (`checked` false) was checked against what waited when it was taken in.
fn plan(
    books: &Books,
    understood: &Understood,
    sequence: Sequence,
    today: Date,
    checked: bool,
) -> Result<Batch, Failure> {
    let returned = understood.returned.as_ref();
    let Decided { batch: decided, sheets, is_stale } = match returned {
        Some(returned) => decided(books, returned, today, checked)?,
        None => Decided::default(),
    };
    let sheets: Vec<&SheetRows> = understood.sheets.iter().chain(&sheets).collect();
    let kinds: Vec<Kind> = sheets.iter().map(|sheet| sheet.place.layout.kind).collect();
    let mut known = books.ledger.known(&kinds, read_dates(&sheets))?;
    if sheets.iter().any(|sheet| matches!(sheet.rows, Rows::Eto(_))) {
        known.weather = books.ledger.weather(None)?;
    }
    known.billed_until = books.ledger.billed_until(&changed_accounts(&sheets))?;
    known.last_reads = last_reads(books, &sheets)?;
    known.money = super::money::known(books, &sheets, today)?;
    let decides = sheets.iter().any(|sheet| matches!(sheet.rows, Rows::Decisions(_)));
    let audited = if decides { Some(books.audit(today)?) } else { None };
    let estimate = |account: &AccountId, date: Date| {
        let audited = audited.as_ref()?;
        let at = audited.histories.accounts.iter().position(|history| history.account.id == *account)?;
        let (history, reads) = (&audited.histories.accounts[at], &audited.audit.accounts[at]);
        bill::estimate(history, reads, &audited.audit, date).map(|estimate| estimate.reading)
    };
    let waiting = audited.iter().flat_map(Audited::accounts);
    let decisions = post::Desk {
        waiting: Waiting::collect(waiting),
        estimate: &estimate,
        back_bills: back_bills::on_the_desk(books, &sheets, today, checked)?,
    };
    let mut batch = Batch {
        findings: if is_stale { vec![] } else { understood.findings.clone() },
        corrects: understood.corrects.clone(),
        ..Batch::default()
    };
    batch.append(decided);
    for sheet in sheets {
        let named = u32::try_from(batch.reads.len() + batch.loads.len())
            .expect("a file has at most 20 million cells");
        let ground = post::Ground { office: &books.office, today, sequence, named };
        let planned = post::plan(sheet, &known, ground, &decisions);
        known.learn(&planned);
        batch.append(planned);
    }
    // What is wrong with a workbook of ours comes in an order of its own: the likely cause first.
    if understood.returned.is_none() {
        batch.findings.sort_by(|a, b| a.origin.cmp(&b.origin));
    }
    Ok(batch)
}

/// The first and last read date of a file; `None` without reads.
fn read_dates(sheets: &[&SheetRows]) -> Option<(Date, Date)> {
    let dates: BTreeSet<Date> = sheets
        .iter()
        .filter_map(|sheet| match &sheet.rows {
            Rows::Reads(rows) => Some(rows.iter().map(|row| row.value.date)),
            _ => None,
        })
        .flatten()
        .collect();
    Some((*dates.first()?, *dates.last()?))
}

/// The accounts whose meter a file changes.
fn changed_accounts(sheets: &[&SheetRows]) -> BTreeSet<AccountId> {
    let accounts = |sheet: &SheetRows| -> Vec<AccountId> {
        match &sheet.rows {
            Rows::MeterChanges(rows) => rows.iter().map(|row| row.value.account.clone()).collect(),
            Rows::Closings(rows) => rows.iter().map(|row| row.value.account.clone()).collect(),
            _ => vec![],
        }
    };
    sheets.iter().copied().flat_map(accounts).collect()
}

/// The newest read of each meter that a file takes out.
fn last_reads(books: &Books, sheets: &[&SheetRows]) -> Result<BTreeMap<MeterId, ReadPoint>, Failure> {
    let mut newest = BTreeMap::new();
    for sheet in sheets {
        let Rows::MeterChanges(rows) = &sheet.rows else { continue };
        for row in rows {
            let (meter, account) = (&row.value.old_meter, &row.value.account);
            newest.extend(books.ledger.last_read(meter, account)?.map(|read| (meter.clone(), read)));
        }
    }
    Ok(newest)
}

fn too_large(arrival: &Arrival) -> Understood {
    let message = format!(
        "The file has {} MiB; {} MiB is the most that is read. Split it.",
        arrival.size / (1024 * 1024),
        BYTES_MAX / (1024 * 1024)
    );
    let finding = Trouble::error(Code::UnreadableFile, "", message).at(Origin::file(&arrival.name), "");
    Understood { findings: vec![finding], ..Understood::default() }
}

fn kinds(understood: &Understood) -> String {
    if let Some(returned) = &understood.returned {
        return returned.imprint.workbook.to_lowercase();
    }
    let mut words: Vec<&str> = understood.sheets.iter().map(|sheet| sheet.place.layout.kind.word()).collect();
    words.dedup();
    words.join(", ")
}

/// What a batch posts, in words.
fn in_words(batch: &Batch) -> String {
    // Every field by its name: what a file brings is told, and what it cannot bring, or tells in another way, is left out here.
    let Batch {
        closed_days,
        accounts,
        account_changes,
        proposed_accounts,
        meters,
        reads,
        verdicts,
        decisions,
        loads,
        weather,
        landscapes,
        requests,
        results,
        holds,
        notices,
        plans,
        invoices,
        adjustments,
        money_decisions,
        closings,
        entries,
        orders: _,
        late_fees: _,
        run: _,
        payments: _,
        back_bills: _,
        undone: _,
        findings: _,
        corrects: _,
    } = batch;
    // A decision about a read is a verdict too.
    let of_proposals = decisions.iter().filter(|decision| decision.what != READ).count();
    let counts = [
        (closed_days.len(), "closed day", "closed days"),
        (accounts.len(), "account", "accounts"),
        (
            account_changes.iter().filter(|change| !change.differences.is_empty()).count(),
            "of them changed",
            "of them changed",
        ),
        (proposed_accounts.len(), "change of an account waiting", "changes of accounts waiting"),
        (meters.len(), "meter", "meters"),
        (reads.len(), "reading", "readings"),
        (loads.len(), "bulk water load", "bulk water loads"),
        (invoices.len(), "invoice", "invoices"),
        (landscapes.len(), "landscape", "landscapes"),
        (weather.len(), "value of ETo", "values of ETo"),
        (results.len(), "field result", "field results"),
        (requests.len(), "field order to be made", "field orders to be made"),
        (verdicts.len() + of_proposals, "decision", "decisions"),
        (holds.len(), "hold", "holds"),
        (closings.len(), "closing", "closings"),
        (money_decisions.len(), "decision about money", "decisions about money"),
        (adjustments.iter().filter(|fact| fact.waits).count(), "adjustment waiting", "adjustments waiting"),
        (notices.len(), "notice", "notices"),
        (plans.len(), "payment plan", "payment plans"),
        (entries.len(), "money entry", "money entries"),
    ];
    let said = counts.iter().filter(|(count, ..)| *count > 0);
    let said: Vec<String> = said.map(|(count, one, many)| counted(*count, one, many)).collect();
    if said.is_empty() { "nothing new".to_owned() } else { said.join(", ") }
}
