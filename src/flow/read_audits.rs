//! The read audits of the months that can still be billed: what they show, and what of them waits for a decision.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::Failure;
use super::decided::Current;
use super::desk::{Audited, Books};
use super::refresh::customer;
use super::registers::read_reference;
use crate::bill;
use crate::domain::books::account::{BULK_CLASS, Status};
use crate::domain::books::history::History;
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::{AuditedRead, Exception, ReadPoint, ReadState, Reading};
use crate::domain::date::{Date, Month};
use crate::domain::id::Sequence;
use crate::domain::office::Cycle;
use crate::domain::page::seal;
use crate::domain::proposals::explanation::Reason;
use crate::domain::proposals::read_audit::{
    AuditNote, AuditRow, AuditState, ChangedMeter, HashTotals, MONTHS_SHOWN, ReadAudit, ReadsFile, Subject,
};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::register::Source;
use crate::domain::rows::{METER_DIGITS, READINGS};
use crate::domain::sheet::profile::Kind;
use crate::domain::volume::{Usage, VolumeUnit};
use crate::post::Waits;
use crate::workbook;

/// What to do about a read of an account under the number of a meter that is not its own.
const MISTYPED_METER: &str = " A mistyped number: send the read again with the right one. A changed meter: send a meter changes \
                              sheet. Or decide in Audit.";

/// A cycle and month whose reads are audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Scope {
    cycle: String,
    month: Month,
    /// Whether held reads of earlier months are shown with it.
    first: bool,
}

impl Scope {
    /// The audits that can still change a bill: of each cycle the month that is being billed, and later ones with reads.
    pub(super) fn all(books: &Books, audited: &Audited, today: Date) -> Vec<Scope> {
        let mut scopes = Vec::new();
        for (name, cycle) in &books.office.cycles {
            let due = cycle.month_on(today);
            let reads = Accounts { audited, cycle: name }.each().flat_map(|(_, reads)| reads);
            let months = reads.map(|read| read.month);
            let months: BTreeSet<Month> =
                months.filter(|month| due.is_none_or(|due| *month >= due)).collect();
            let scope = |(at, month)| Scope { cycle: name.clone(), month, first: at == 0 };
            scopes.extend(months.into_iter().enumerate().map(scope));
        }
        scopes
    }

    /// The audits that lie in the outbox and of whose month no read is left: what they showed was undone.
    pub(super) fn emptied(books: &Books, audited: &Audited, today: Date) -> Vec<Scope> {
        let shown = Scope::all(books, audited, today);
        let mut scopes = Vec::new();
        for (name, cycle) in &books.office.cycles {
            let this = Month::of(today);
            let months: BTreeSet<Month> = cycle.month_on(today).into_iter().chain([this]).collect();
            let scopes_of =
                months.into_iter().map(|month| Scope { cycle: name.clone(), month, first: false });
            let is_shown = |scope: &Scope| {
                shown.iter().any(|other| (&other.cycle, other.month) == (&scope.cycle, scope.month))
            };
            scopes.extend(
                scopes_of.filter(|scope| !is_shown(scope) && books.root.join(scope.path()).is_file()),
            );
        }
        scopes
    }

    /// What the id of each of its states begins with.
    fn subject(&self) -> String {
        format!("(read audit {} cycle {})", self.month, self.cycle)
    }

    /// The month.
    pub(super) fn month(&self) -> Month {
        self.month
    }

    /// Where its workbook lies in the office.
    pub(super) fn path(&self) -> String {
        format!("outbox/{}/read-audit-cycle-{}.xlsx", self.month, self.cycle)
    }

    fn shows(&self, read: &AuditedRead) -> bool {
        read.month == self.month || self.first && read.month < self.month && read.state == ReadState::Held
    }
}

/// The accounts of one cycle with their audited reads.
struct Accounts<'a> {
    audited: &'a Audited,
    cycle: &'a str,
}

impl<'a> Accounts<'a> {
    fn each(&self) -> impl Iterator<Item = (&'a History, &'a Vec<AuditedRead>)> + use<'a> {
        let cycle = self.cycle;
        let all = self.audited.accounts();
        all.filter(move |(history, _)| history.account.cycle == cycle)
    }
}

/// The read audits with what waits for a decision in each.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    let audited = books.audit(today)?;
    let scope = |scope: Scope| {
        let tokens = tokens(&audited, &scope);
        let waits = |(reference, token): (String, String)| (reference, Waits::new(token, vec![]));
        Current {
            run_id: run_id(&audited, &scope, &tokens),
            subject: scope.subject(),
            path: scope.path(),
            waiting: BTreeMap::from([
                (workbook::AUDIT, tokens.into_iter().map(waits).collect()),
                (workbook::NOT_ON_RECORD, stray_tokens(&audited, &scope).into_iter().map(waits).collect()),
            ]),
        }
    };
    Ok(Scope::all(books, &audited, today).into_iter().map(scope).collect())
}

/// What waits: every month of an account with a held or missing read, by its name, with a fingerprint of it.
fn tokens(audited: &Audited, scope: &Scope) -> BTreeMap<String, String> {
    let mut tokens = BTreeMap::new();
    for (history, reads) in (Accounts { audited, cycle: &scope.cycle }).each() {
        let held = reads.iter().filter(|read| scope.shows(read) && history.waits(read));
        for month in held.map(|read| read.month).collect::<BTreeSet<Month>>() {
            tokens.insert(read_reference(month, &history.account.id), token(history, reads, month));
        }
    }
    tokens
}

/// The fingerprint of what is held of an account and month, and of what was decided about it so far.
fn token(history: &History, reads: &[AuditedRead], month: Month) -> String {
    let held = reads.iter().filter(|read| read.month == month && read.state == ReadState::Held);
    let said = |read: &AuditedRead| {
        let words: Vec<&str> = read.exceptions.iter().map(|exception| exception.word()).collect();
        let id = read.id.map_or("none".to_owned(), |id| format!("{}:{}", id.sequence, id.number));
        format!("{id} {:?} {}", read.value, words.join(";"))
    };
    let verdicts = history.verdicts.iter().filter(|verdict| verdict.month == month);
    let decided = verdicts.map(|said| format!("{} {} {}", said.verdict.word(), said.initials, said.day));
    let texts: Vec<String> = held.map(said).chain(decided).collect();
    seal::fingerprint(texts.iter().map(String::as_str))
}

fn run_id(audited: &Audited, scope: &Scope, tokens: &BTreeMap<String, String>) -> String {
    let strays = stray_tokens(audited, scope);
    let texts =
        tokens.iter().chain(&strays).flat_map(|(reference, token)| [reference.as_str(), token.as_str()]);
    format!("{} {}", scope.subject(), seal::fingerprint(texts))
}

/// The reads of meters on nobody's record that an audit shows: those of its month, with the first of them earlier ones too.
fn shown_strays<'a>(audited: &'a Audited, scope: &'a Scope) -> impl Iterator<Item = &'a Reading> {
    let strays = audited.histories.strays.iter().zip(&audited.audit.strays);
    strays
        .filter(|(_, audited)| audited.state == ReadState::Held && scope.shows(audited))
        .map(|(read, _)| read)
}

/// Those reads by their names, with a fingerprint of each.
fn stray_tokens(audited: &Audited, scope: &Scope) -> BTreeMap<String, String> {
    shown_strays(audited, scope).map(|read| (read.id.reference(), stray_token(read))).collect()
}

fn stray_token(read: &Reading) -> String {
    let meter = read.meter.as_ref().map(|meter| meter.as_str()).unwrap_or_default();
    seal::fingerprint([meter, &read.date.to_string(), &read.value.to_string()])
}

/// What a read audit shows.
pub(super) fn read_audit(
    books: &Books,
    audited: &Audited,
    scope: &Scope,
    receipts: &[ReceiptRow],
    receipt_sha256: impl Fn(Sequence) -> Result<String, Failure>,
) -> Result<ReadAudit, Failure> {
    let (rows, notes, changes) = accounts(books, audited, scope, receipts);
    let sources = sources(receipts, audited, scope);
    let newest = sources.last().map(|source| source.sequence);
    let day = newest.and_then(|newest| receipts.iter().find(|row| row.sequence == newest)).map(|row| row.day);
    let chain_head = newest.map(receipt_sha256).transpose()?.unwrap_or_default();
    let mut notes = notes;
    notes.extend(strays(audited, scope, receipts));
    Ok(ReadAudit {
        office: books.office.office.name.clone(),
        cycle: scope.cycle.clone(),
        month: scope.month,
        day: day.unwrap_or(scope.month.first_day()),
        run_id: run_id(audited, scope, &tokens(audited, scope)),
        chain_head,
        files: files(books, receipts, &sources)?,
        sources,
        rows,
        notes,
        changes,
    })
}

/// The rows of all meters, what does not reconcile, and the meters that were changed.
fn accounts(
    books: &Books,
    audited: &Audited,
    scope: &Scope,
    receipts: &[ReceiptRow],
) -> (Vec<AuditRow>, Vec<AuditNote>, Vec<ChangedMeter>) {
    let any_day = Cycle::default();
    let cycle = books.office.cycles.get(&scope.cycle).unwrap_or(&any_day);
    let names: BTreeMap<Sequence, String> =
        receipts.iter().map(|row| (row.sequence, format!("{} {}", row.sequence, row.name))).collect();
    let (mut rows, mut notes, mut changes) = (Vec::new(), Vec::new(), Vec::new());
    for (history, reads) in (Accounts { audited, cycle: &scope.cycle }).each() {
        let account = One { history, reads, audited, cycle, names: &names };
        rows.extend(account.rows(scope));
        notes.extend(account.notes(scope));
        changes.extend(account.changes(scope));
    }
    (rows, notes, changes)
}

/// One account with its reads.
struct One<'a> {
    history: &'a History,
    reads: &'a [AuditedRead],
    audited: &'a Audited,
    cycle: &'a Cycle,
    /// The files by their numbers in the archive.
    names: &'a BTreeMap<Sequence, String>,
}

impl One<'_> {
    /// The row of the month, and one for each earlier month that waits.
    fn rows(&self, scope: &Scope) -> Vec<AuditRow> {
        let shown = self.reads.iter().filter(|read| scope.shows(read));
        let mut months: BTreeSet<Month> = shown.map(|read| read.month).collect();
        if self.is_read() {
            months.insert(scope.month);
        }
        months.into_iter().map(|month| self.row(month)).collect()
    }

    /// Whether the account has a meter that is read month by month.
    fn is_read(&self) -> bool {
        !self.history.meters.is_empty()
            && self.history.account.status == Status::Active
            && self.history.account.class != BULK_CLASS
    }

    /// The read of a month that matters most: a held one, else the billed one, else the latest that counts.
    fn read_of(&self, month: Month) -> Option<&AuditedRead> {
        let in_state = |state: ReadState| {
            let of_month = self.reads.iter().filter(|read| read.month == month && read.state == state);
            of_month.max_by_key(|read| (read.date, read.id))
        };
        let order = [ReadState::Held, ReadState::Billed, ReadState::Open, ReadState::Replaced];
        order.into_iter().find_map(in_state)
    }

    fn row(&self, month: Month) -> AuditRow {
        let history = self.history;
        let read = self.read_of(month);
        let state = read.map_or(AuditState::NotReadYet, |read| self.state(read));
        let comparison = read.and_then(|read| bill::comparison(history, read, &self.audited.audit));
        let reference = read_reference(month, &history.account.id);
        let token = if state == AuditState::Held { token(history, self.reads, month) } else { String::new() };
        let unit = read.and_then(|read| self.meter(read)).map_or(VolumeUnit::Cf, |meter| meter.register.unit);
        AuditRow {
            reference,
            token,
            account: history.account.id.clone(),
            customer: customer(&history.account),
            meter: read
                .and_then(|read| read.meter.clone())
                .or_else(|| history.meters.last().map(|meter| meter.id.clone())),
            month,
            previous: read.map_or_else(|| self.last_point(), |read| read.previous.or(self.last_point())),
            read: read.and_then(point),
            code: read.and_then(|read| read.code),
            usage: read.and_then(|read| read.usage).map(|amount| Usage { amount, unit }),
            comparison,
            band: read.map_or("", |read| band(read, comparison.is_some())),
            reasons: read.map(|read| self.reasons(read)).unwrap_or_default(),
            overtaken: read.and_then(|read| bill::overtaken(history, read)),
            state,
            months: self.months(month, read, unit),
        }
    }

    fn state(&self, read: &AuditedRead) -> AuditState {
        match read.state {
            ReadState::Held if self.history.waits(read) => AuditState::Held,
            ReadState::Held => AuditState::Overtaken,
            ReadState::Billed => AuditState::Billed,
            ReadState::Open | ReadState::Replaced if self.history.account.status != Status::Active => {
                AuditState::NotBilled
            }
            ReadState::Open | ReadState::Replaced => AuditState::Usable,
        }
    }

    fn meter(&self, read: &AuditedRead) -> Option<&Meter> {
        self.history.meter_read(read.meter.as_ref(), read.date?)
    }

    fn reasons(&self, read: &AuditedRead) -> Vec<Reason> {
        bill::reasons(self.history, read, self.reads, &self.audited.audit, self.cycle)
    }

    /// The last billed read, else the installation: what a read that shows no usage is looked at beside.
    fn last_point(&self) -> Option<ReadPoint> {
        let billed = self.reads.iter().rev().filter(|read| read.state == ReadState::Billed);
        let installed = self.history.meters.first();
        let installed =
            installed.map(|meter| ReadPoint { date: meter.installed, value: meter.initial_reading });
        billed.filter_map(point).next().or(installed)
    }

    /// Usage in HCF of the months up to one, the oldest first: as billed, and of the read that is audited.
    fn months(
        &self,
        last: Month,
        read: Option<&AuditedRead>,
        unit: VolumeUnit,
    ) -> [Option<Decimal>; MONTHS_SHOWN] {
        let hcf = |amount: i64, unit: VolumeUnit| {
            (Decimal::from(amount) / Decimal::from(unit.per_hcf())).round_dp(2).normalize()
        };
        let mut months = [None; MONTHS_SHOWN];
        let mut month = last.a_year_before();
        for slot in &mut months {
            let billed = self.history.bills.iter().filter(|bill| bill.month == month);
            let billed = billed.filter_map(|bill| bill.metered.as_ref());
            for metered in billed {
                *slot.get_or_insert(Decimal::ZERO) += hcf(metered.usage.amount, metered.usage.unit);
            }
            month = month.next();
        }
        let audited = read.and_then(|read| read.usage).map(|amount| hcf(amount, unit));
        let slot = &mut months[MONTHS_SHOWN - 1];
        *slot = slot.or(audited);
        months
    }

    /// What does not reconcile with the records.
    fn notes(&self, scope: &Scope) -> Vec<AuditNote> {
        let mut notes = Vec::new();
        let of_month = self.reads.iter().filter(|read| read.month == scope.month);
        for read in of_month.clone().filter(|read| read.state != ReadState::Replaced) {
            for reason in self.reasons(read) {
                let Some(subject) = subject(reason.exception) else { continue };
                let what_to_do = if subject == Subject::NotOnRecord { MISTYPED_METER } else { "" };
                notes.push(self.note(subject, read, reason.numbers + what_to_do));
            }
            let closed =
                self.history.account.closed.filter(|_| self.history.account.status == Status::Closed);
            if let Some(closed) = closed.filter(|closed| read.date.is_some_and(|date| date > *closed)) {
                let says = format!("The account was closed on {closed}.");
                notes.push(self.note(Subject::ClosedAccount, read, says));
            }
        }
        if self.is_read() && of_month.clone().all(|read| read.id.is_none()) {
            let says = format!("There is no read for {}.", scope.month);
            notes.push(AuditNote {
                subject: Subject::NoRead,
                meter: self.history.meters.last().map(|meter| meter.id.clone()),
                read: self.last_point(),
                ..self.about(says)
            });
        }
        notes
    }

    fn about(&self, says: String) -> AuditNote {
        let account = &self.history.account;
        AuditNote {
            subject: Subject::NoRead,
            account: Some(account.id.clone()),
            customer: account.customer.clone(),
            service_address: account.service_address.clone(),
            meter: None,
            read: None,
            says,
            file: String::new(),
            reference: String::new(),
            token: String::new(),
        }
    }

    fn note(&self, subject: Subject, read: &AuditedRead, says: String) -> AuditNote {
        let file = read.id.and_then(|id| self.names.get(&id.sequence).cloned()).unwrap_or_default();
        AuditNote { subject, meter: read.meter.clone(), read: point(read), file, ..self.about(says) }
    }

    /// The meters that were changed in the period of the month's read.
    fn changes(&self, scope: &Scope) -> Vec<ChangedMeter> {
        let Some(read) = self.read_of(scope.month) else { return vec![] };
        let change = |out: &crate::domain::books::reading::ChangedOut| {
            let at = self.history.place_of(Some(&out.meter), out.date)?;
            let (old, new) = (&self.history.meters[at], self.history.meters.get(at + 1)?);
            let removal = old.removal.as_ref()?;
            Some(ChangedMeter {
                account: self.history.account.id.clone(),
                customer: self.history.account.customer.clone(),
                old: out.clone(),
                new: (new.id.clone(), new.initial_reading),
                reason: removal.reason.clone(),
                crew: removal.crew.clone(),
            })
        };
        read.changed_out.iter().filter_map(change).collect()
    }
}

fn point(read: &AuditedRead) -> Option<ReadPoint> {
    Some(ReadPoint { date: read.date?, value: read.value? })
}

fn band(read: &AuditedRead, compared: bool) -> &'static str {
    let bands = [Exception::Highest, Exception::High, Exception::Low, Exception::Lowest, Exception::Zero];
    match bands.iter().find(|band| read.exceptions.contains(band)) {
        Some(band) => band.word(),
        None if compared => "normal",
        None => "",
    }
}

/// The sheet on which an exception is reconciled.
fn subject(exception: Exception) -> Option<Subject> {
    match exception {
        Exception::UnknownMeter => Some(Subject::NotOnRecord),
        Exception::InactiveWithUsage => Some(Subject::InactiveUsage),
        Exception::EchoMismatch => Some(Subject::EchoDiffers),
        _ => None,
    }
}

/// Reads of meters that no account holds; they belong to no cycle and stand in every audit of their month.
fn strays(audited: &Audited, scope: &Scope, receipts: &[ReceiptRow]) -> Vec<AuditNote> {
    let file = |sequence: Sequence| {
        let row = receipts.iter().find(|row| row.sequence == sequence);
        row.map_or_else(String::new, |row| format!("{sequence} {}", row.name))
    };
    let note = |read: &Reading| {
        AuditNote {
        subject: Subject::NotOnRecord,
        account: None,
        customer: String::new(),
        service_address: String::new(),
        meter: read.meter.clone(),
        read: Some(ReadPoint { date: read.date, value: read.value }),
        says: "No account has this meter on the read date. Send a meters or meter changes sheet, or correct the meter's \
               number and send the read again; then reject this one."
            .to_owned(),
        file: file(read.id.sequence),
        reference: read.id.reference(),
        token: stray_token(read),
    }
    };
    shown_strays(audited, scope).map(note).collect()
}

/// The files that brought reads of the month, or field results and changes of meters since the first of them.
fn sources(receipts: &[ReceiptRow], audited: &Audited, scope: &Scope) -> Vec<Source> {
    let mut brought: BTreeSet<Sequence> = BTreeSet::new();
    for (history, _) in (Accounts { audited, cycle: &scope.cycle }).each() {
        let of_month = history.reads.iter().filter(|read| Month::of(read.date) == scope.month);
        brought.extend(of_month.map(|read| read.id.sequence));
    }
    let strays = audited.histories.strays.iter().filter(|read| Month::of(read.date) == scope.month);
    brought.extend(strays.map(|read| read.id.sequence));
    let first = brought.first().copied();
    let [audit, register] = [workbook::READ_AUDIT, workbook::BILL_REGISTER].map(str::to_lowercase);
    let sheets = [Kind::MeterChanges, Kind::Decisions, Kind::FieldResults].map(Kind::word);
    let decided =
        |kind: &str| sheets.iter().any(|word| kind.contains(word)) || kind == audit || kind == register;
    let concerns = |row: &&ReceiptRow| {
        let later = Some(row.sequence) > first && first.is_some();
        row.fate == Fate::Accepted && (brought.contains(&row.sequence) || later && decided(&row.kind))
    };
    let source = |row: &ReceiptRow| Source {
        sequence: row.sequence,
        name: row.name.clone(),
        kind: row.kind.clone(),
        rows: row.rows,
        sha256: row.sha256.clone(),
    };
    receipts.iter().filter(concerns).map(source).collect()
}

/// The files of reads as they were counted when they came, beside the ledger.
fn files(books: &Books, receipts: &[ReceiptRow], sources: &[Source]) -> Result<Vec<ReadsFile>, Failure> {
    let mut files = Vec::new();
    for source in sources.iter().filter(|source| source.kind == Kind::Reads.word()) {
        let totals =
            receipts.iter().find(|row| row.sequence == source.sequence).map(|row| row.totals.as_str());
        let total = |name: &str| {
            let mut totals = totals.unwrap_or_default().split("; ");
            totals.find_map(|total| total.strip_prefix(name)?.trim().parse().ok())
        };
        let (ledger, passed_over) = books.ledger.hash_totals(source.sequence)?;
        files.push(ReadsFile {
            name: format!("{} {}", source.sequence, source.name),
            file: HashTotals {
                reads: source.rows,
                readings: total(READINGS),
                meter_digits: total(METER_DIGITS),
            },
            ledger,
            passed_over,
        });
    }
    Ok(files)
}
