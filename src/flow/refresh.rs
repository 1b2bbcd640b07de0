//! Refreshes the workbooks of the outbox: the register of each cycle's month, and the receipt log.

use std::collections::BTreeMap;
use std::path::Path;

use super::bill::RunOutcome;
use super::desk::{Audited, Books, Desk};
use super::progress::Progress;
use super::read_audits::Scope;
use super::registers::{held_tokens, newest_fact, newest_run, read_reference, register_path, run_id};
use super::{
    Failure, account_changes, back_bills, billing_calendar, bulk_water, cimis_worksheet, closed_accounts,
    collections, deposit_refunds, field_work, invoices, late_fees, letters, money_workbooks, read_audits,
    rebilled, receipt_logs, shutoff_report, tax_roll,
};
use crate::domain::books::account::{Account, MeterSize};
use crate::domain::books::bill::{Bill, Held};
use crate::domain::books::history::History;
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::{AuditedRead, ReadState};
use crate::domain::count::counted;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;
use crate::domain::office::ProratedLine;
use crate::domain::proposals::change::Compared;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::register::{
    Basis, Control, Customer, GlTotal, HeldRow, Illustrative, Proposed, Register, RegisterRow, Schedule,
    Source, Undecided,
};
use crate::{outbox, post, sheet, workbook};

/// What was written, and what is wrong with what was not.
pub(super) struct Refreshed {
    /// Workbooks and letters, by their path in the office.
    pub(super) written: Vec<String>,
    /// What keeps letters from being printed and workbooks from being replaced, a sentence each.
    pub(super) warnings: Vec<String>,
}

/// Refreshes the workbooks and the letters.
///
/// Without anything new (`changed`), only registers that are missing are written, and all where the run before was
/// stopped before it came here; and letters where others are due.
pub(super) fn refresh(
    desk: &Desk,
    runs: &[RunOutcome],
    audited: Option<Audited>,
    changed: bool,
    progress: &mut dyn Progress,
) -> Result<Refreshed, Failure> {
    let receipts = desk.books.ledger.receipts()?;
    let logs = receipt_logs::finished(desk, &receipts)?;
    let behind = logs.iter().any(|(path, bytes)| outbox::differs(&desk.books.root.join(path), bytes));
    let outbox_folder = desk.books.root.join("outbox");
    let (filled, _) = outbox::put_beside_in_place(&outbox_folder)?;
    let mut written: Vec<String> = filled.iter().map(|path| in_office(desk, path)).collect();
    let refreshed = refresh_all(desk, runs, audited, (&receipts, changed || behind), progress)?;
    written.extend(refreshed.written);
    // Nothing may come after the logs: they say that all else was written.
    for (path, bytes) in logs {
        written.extend(put(desk, path, &bytes)?);
    }
    let (_, taken) = outbox::put_beside_in_place(&outbox_folder)?;
    let mut warnings = refreshed.warnings;
    warnings.extend(taken.iter().map(|place| not_replaced(desk, place)));
    Ok(Refreshed { written, warnings })
}

/// Refreshes all but the receipt logs.
fn refresh_all(
    desk: &Desk,
    runs: &[RunOutcome],
    audited: Option<Audited>,
    (receipts, changed): (&[ReceiptRow], bool),
    progress: &mut dyn Progress,
) -> Result<Refreshed, Failure> {
    let mut written = Vec::new();
    for run in runs {
        let Some(audited) = &audited else { continue };
        written.extend(put_register(desk, (run, changed), audited, receipts, progress)?);
    }
    if changed {
        written.extend(registers_of_undone_runs(desk, runs, receipts, progress)?);
    }
    let path = format!("outbox/{}/lock-off-schedule.xlsx", Month::of(desk.today));
    progress.begin("Looking for lock-offs", None);
    if let Some(schedule) =
        collections::schedule(desk, receipts, (changed, desk.books.root.join(&path).is_file()))?
    {
        written.extend(put(desk, path, &workbook::xlsx(&workbook::lock_off_schedule(&schedule))?)?);
    }
    progress.begin("Looking at the calendar, stuck meters and deposits", None);
    written.extend(calendar_workbook(desk, receipts, changed)?);
    written.extend(stuck_workbook(desk, receipts, changed)?);
    if let Some(newest) = receipts.last().filter(|_| changed) {
        written.extend(shutoff_report::write(desk, newest)?);
    }
    written.extend(late_fees::refresh(desk, receipts, changed)?);
    written.extend(deposit_refunds::refresh(desk, receipts, changed)?);
    written.extend(account_changes::refresh(desk, receipts, changed)?);
    if changed {
        written.extend(field_workbooks(desk, (runs, audited), receipts, progress)?);
    }
    progress.begin("Looking for letters", None);
    let run = letters::letter_run(&desk.books, desk.today)?;
    let stands = !changed && letters::stands(desk, &run)?;
    let printing = letters::print(desk, &run, stands, progress)?;
    let invoiced = invoices::print(desk)?;
    written.extend(printing.written.into_iter().chain(invoiced.written));
    if !stands {
        // The list of the letters says which ones are on paper: it is written after them.
        written.extend(money_workbooks::money_workbooks(desk, receipts, (&run, changed), progress)?);
    }
    Ok(Refreshed { written, warnings: [printing.warnings, invoiced.warnings].concat() })
}

/// Writes the register of a run, where it is `changed` or does not show the newest fact.
fn put_register(
    desk: &Desk,
    (run, changed): (&RunOutcome, bool),
    audited: &Audited,
    receipts: &[ReceiptRow],
    progress: &mut dyn Progress,
) -> Result<Option<String>, Failure> {
    let path = register_path(run.month, &run.cycle);
    let Some(fact) = newest_fact(receipts, run.month, &run.cycle) else { return Ok(None) };
    let shown = Shown { fact, held: held_tokens(&run.held, run.month, audited) };
    if !changed && is_current(&desk.books.root.join(&path), &shown.run_id(run))? {
        return Ok(None);
    }
    progress.begin(&format!("Writing {path}"), None);
    let register = register(desk, run, audited, receipts, &shown)?;
    let book = workbook::bill_register(&register);
    let place = desk.books.root.join(&path);
    let written = outbox::place_or_beside(&place, |sink| workbook::write_xlsx(&book, sink))?;
    Ok(written.map(|path| in_office(desk, &path)))
}

/// Writes the registers of months whose run was taken back and is not due any more: of bills that are none, they would
/// still speak as of bills.
fn registers_of_undone_runs(
    desk: &Desk,
    runs: &[RunOutcome],
    receipts: &[ReceiptRow],
    progress: &mut dyn Progress,
) -> Result<Vec<String>, Failure> {
    let mut undone = desk.books.ledger.undone_runs()?;
    undone.retain(|(cycle, month)| !runs.iter().any(|run| (&run.cycle, run.month) == (cycle, *month)));
    if undone.is_empty() {
        return Ok(vec![]);
    }
    let audited = desk.books.audit(desk.today)?;
    let mut written = Vec::new();
    for (cycle, month) in undone {
        let run = RunOutcome::of_nothing(cycle, month);
        written.extend(put_register(desk, (&run, false), &audited, receipts, progress)?);
    }
    Ok(written)
}

/// The billing calendar; a month without news has one too.
fn calendar_workbook(desk: &Desk, receipts: &[ReceiptRow], changed: bool) -> Result<Option<String>, Failure> {
    let path = billing_calendar::path(desk.today);
    let wanted = changed || !desk.books.root.join(&path).is_file();
    let Some(newest) = receipts.last().filter(|_| wanted) else { return Ok(None) };
    let calendar = billing_calendar::billing_calendar(desk, newest)?;
    put(desk, path, &workbook::xlsx(&workbook::billing_calendar(&calendar))?)
}

/// The stuck meters, where there are any, or were in the month: what can be billed of them changes with the day alone.
fn stuck_workbook(desk: &Desk, receipts: &[ReceiptRow], changed: bool) -> Result<Option<String>, Failure> {
    let is_there = back_bills::is_there(desk);
    if !changed && !is_there {
        return Ok(None);
    }
    match back_bills::stuck_meters(desk, receipts, is_there)? {
        Some(stuck) => {
            put(desk, back_bills::path(desk.today), &workbook::xlsx(&workbook::stuck_meters(&stuck))?)
        }
        None => Ok(None),
    }
}

/// What the field and the reader's desk work from: the read audits, water budgets, closed accounts and the field orders.
///
/// The audit that bills were made from is large and ends here.
fn field_workbooks(
    desk: &Desk,
    (runs, audited): (&[RunOutcome], Option<Audited>),
    receipts: &[ReceiptRow],
    progress: &mut dyn Progress,
) -> Result<Vec<String>, Failure> {
    // It does not know them yet.
    let still_true = |_: &Audited| runs.iter().all(|run| run.bills == 0 && run.held.is_empty());
    let audited = match audited.filter(still_true) {
        Some(audited) => audited,
        None => desk.books.audit(desk.today)?,
    };
    let audited = &audited;
    let sha256 = |sequence: Sequence| Ok(desk.archive.receipt(sequence)?.1);
    let mut written = Vec::new();
    let emptied = Scope::emptied(&desk.books, audited, desk.today);
    for scope in Scope::all(&desk.books, audited, desk.today).into_iter().chain(emptied) {
        progress.begin(&format!("Writing {}", scope.path()), None);
        let audit = read_audits::read_audit(&desk.books, audited, &scope, receipts, sha256)?;
        written.extend(put(desk, scope.path(), &workbook::xlsx(&workbook::read_audit(&audit))?)?);
    }
    progress.begin("Looking at water budgets, bulk water, closings and field orders", None);
    for sheet in cimis_worksheet::cimis_worksheets(desk, audited, receipts)? {
        let path = cimis_worksheet::path(&sheet);
        written.extend(put(desk, path, &workbook::xlsx(&workbook::cimis_worksheet(&sheet))?)?);
    }
    if let Some(bulk) = bulk_water::bulk_water(desk, audited, receipts)? {
        let path = bulk_water::path(&bulk);
        written.extend(put(desk, path, &workbook::xlsx(&workbook::bulk_water_worksheet(&bulk))?)?);
    }
    if let Some(closed) = closed_accounts::closed_accounts(desk, audited, receipts)? {
        let path = closed_accounts::path(closed.month);
        written.extend(put(desk, path, &workbook::xlsx(&workbook::closed_accounts(&closed))?)?);
    }
    if let Some(roll) = tax_roll::tax_roll(desk, audited, receipts)? {
        written.extend(put(desk, tax_roll::path(&roll), &workbook::xlsx(&workbook::tax_roll(&roll))?)?);
    }
    for work in field_work::field_work(&desk.books, audited, receipts, sha256, desk.today)? {
        let path = field_work::path(&work);
        let place = desk.books.root.join(&path);
        let wanted = match work.open_in {
            None => place.is_file() || !work.open.is_empty() || !work.closed.is_empty(),
            // A month that is past: its open orders have moved on, what was closed in it stays.
            Some(_) => place.is_file() && !is_current(&place, &work.run_id)?,
        };
        if wanted {
            written.extend(put(desk, path, &workbook::xlsx(&workbook::field_orders(&work))?)?);
        }
    }
    Ok(written)
}

pub(super) fn put(desk: &Desk, path: String, bytes: &[u8]) -> Result<Option<String>, Failure> {
    let written = outbox::place_or_beside(&desk.books.root.join(path), |sink| sink.write_all(bytes))?;
    Ok(written.map(|path| in_office(desk, &path)))
}

/// A path as it is told: with slashes, below the office's folder.
fn in_office(desk: &Desk, path: &Path) -> String {
    let below = path.strip_prefix(&desk.books.root).unwrap_or(path);
    below.to_string_lossy().replace('\\', "/")
}

/// What is said of a workbook that could not be replaced.
fn not_replaced(desk: &Desk, place: &Path) -> String {
    format!(
        "{} could not be replaced: it is open elsewhere or may not be written. The newest is {}; close the other one, and \
         the next run puts it in its place.",
        in_office(desk, place),
        in_office(desk, &outbox::beside(place))
    )
}

/// The newest fact that a register shows, and the held reads that can be decided on it.
struct Shown<'r> {
    fact: &'r ReceiptRow,
    held: BTreeMap<String, String>,
}

impl Shown<'_> {
    fn run_id(&self, run: &RunOutcome) -> String {
        let name = super::bill::run_name(run.month, &run.cycle);
        run_id(self.fact.sequence, &name, (&run.proposed, &self.held))
    }
}

/// Whether the register is there and shows the run: what is proposed may change with the day alone.
pub(super) fn is_current(path: &Path, run_id: &str) -> Result<bool, Failure> {
    if !path.is_file() {
        return Ok(false);
    }
    let bytes = outbox::content(path)?;
    let book = sheet::open("register.xlsx", &bytes);
    Ok(book.is_ok_and(|book| book.property(workbook::RUN_ID) == Some(run_id)))
}

fn register(
    desk: &Desk,
    run: &RunOutcome,
    audited: &Audited,
    receipts: &[ReceiptRow],
    shown: &Shown<'_>,
) -> Result<Register, Failure> {
    let (ledger, office) = (&desk.books.ledger, &desk.books.office);
    let accounts: BTreeMap<&AccountId, usize> =
        (0..).zip(&audited.histories.accounts).map(|(at, history)| (&history.account.id, at)).collect();
    let history = |account: &AccountId| &audited.histories.accounts[accounts[account]];
    let rebilled = rebilled::of_run(ledger, run, &audited.histories.accounts)?;
    let mut schedules = Schedules::default();
    let mut row = |bill: Bill, proposed: Option<Undecided>| {
        let history = history(&bill.account);
        RegisterRow {
            customer: customer(&history.account),
            basis: basis(desk, &bill, history, &mut schedules),
            bill,
            proposed,
        }
    };
    let mut rows: Vec<RegisterRow> = Vec::new();
    ledger.each_bill_of(&run.cycle, run.month, |bill| rows.push(row(bill, None)))?;
    let waiting = |one: &Proposed| Undecided { token: one.token.clone(), held: one.held.clone() };
    rows.extend(run.proposed.iter().map(|one| row(one.bill.clone(), Some(waiting(one)))));
    rows.sort_by(|a, b| (&a.bill.account, &a.bill.number).cmp(&(&b.bill.account, &b.bill.number)));
    let tariffs = desk.books.rates.used(rows.iter().map(|row| &row.bill));
    let compared = compared(desk, run, &rows)?;
    let held_row = |held: &Held| {
        let at = accounts[&held.account];
        let row = held_row(held, &audited.histories.accounts[at], &audited.audit.accounts[at], run.month);
        HeldRow { token: shown.held.get(&row.reference).cloned().unwrap_or_default(), ..row }
    };
    Ok(Register {
        office: office.office.name.clone(),
        cycle: run.cycle.clone(),
        month: run.month,
        day: if run.proposed.is_empty() { shown.fact.day } else { desk.today },
        run_id: shown.run_id(run),
        chain_head: desk.archive.receipt(shown.fact.sequence)?.1,
        illustrative: illustrative(desk, &tariffs)?,
        tariffs,
        schedules: schedules.distinct,
        rounding: office.usage.rounding,
        sources: sources(receipts, run, desk.next()),
        rows,
        compared,
        rebilled,
        general_ledger: general_ledger(desk, run)?,
        held: run.held.iter().map(held_row).collect(),
        control: ledger.control(&run.cycle, run.month)?,
        proposals: Control {
            bills: run.proposed.len(),
            posted: run.proposed.iter().map(|one| one.bill.charges()).sum(),
        },
        until: run.until,
        prepared_by: office.approval.prepared_by.clone(),
    })
}

/// What the month's bills posted to the general ledger, and what the proposed ones would.
fn general_ledger(desk: &Desk, run: &RunOutcome) -> Result<Vec<GlTotal>, Failure> {
    let mut totals: BTreeMap<(String, String), Money> = BTreeMap::new();
    for total in desk.books.ledger.gl_totals(&run.cycle, run.month)? {
        totals.insert((total.gl_account, total.kind), total.amount);
    }
    let proposed = run.proposed.iter().map(|one| &one.bill);
    for leg in proposed.flat_map(|bill| post::bill_entry(bill, &desk.books.office.gl).legs) {
        *totals.entry((leg.gl_account, leg.kind)).or_default() += leg.amount;
    }
    let total = |((gl_account, kind), amount)| GlTotal { gl_account, kind, amount };
    Ok(totals.into_iter().map(total).collect())
}

/// What each bill is beside the account's last one, and beside the same month last year.
fn compared(desk: &Desk, run: &RunOutcome, rows: &[RegisterRow]) -> Result<Vec<Compared>, Failure> {
    let ledger = &desk.books.ledger;
    let last_year = ledger.units_in(run.month.a_year_before())?;
    let beside =
        |row: &RegisterRow| Compared { change: None, last_year: last_year.get(row.account()).copied() };
    let mut compared: Vec<Compared> = rows.iter().map(beside).collect();
    ledger.each_earlier_bill(&run.cycle, run.month, |before| {
        // An account may have two bills in a month; its rows stand together.
        let first = rows.partition_point(|row| *row.account() < before.account);
        let own = rows[first..].iter().take_while(|row| *row.account() == before.account);
        for (row, compared) in own.zip(&mut compared[first..]) {
            compared.change = Some(super::bill::change(&desk.books, before, &row.bill));
        }
    })?;
    Ok(compared)
}

/// What may make one bill's prices of water differ from another's: tariff, class, meter size and dwellings.
type PricedAlike = (Date, String, MeterSize, u32);

/// The prices of water in use, each once.
#[derive(Default)]
struct Schedules {
    distinct: Vec<Schedule>,
    known: BTreeMap<PricedAlike, Option<usize>>,
}

impl Schedules {
    /// The place of a bill's prices.
    fn place(&mut self, books: &Books, bill: &Bill) -> Option<usize> {
        if bill.is_shared_by_days() {
            return None;
        }
        let alike = (bill.tariff, bill.class.clone(), bill.meter_size.clone(), bill.dwelling_units);
        let Schedules { distinct, known } = self;
        *known.entry(alike).or_insert_with(|| {
            let schedule = super::bill::schedule(books, bill)?;
            Some(distinct.iter().position(|other| *other == schedule).unwrap_or_else(|| {
                distinct.push(schedule);
                distinct.len() - 1
            }))
        })
    }
}

/// What the bill was worked out with beyond what stands on it.
fn basis(desk: &Desk, bill: &Bill, history: &History, schedules: &mut Schedules) -> Basis {
    let office = &desk.books.office;
    let metered = bill.metered.as_ref();
    let gauge = metered.filter(|metered| metered.loads.is_empty()).and_then(|metered| {
        let read = |meter: &&Meter| {
            Some(&meter.id) == metered.meter.as_ref() && meter.installed <= metered.period.current
        };
        history.meters.iter().rev().find(read).map(|meter| meter.register)
    });
    let widened = office.classes.get(&bill.class).is_some_and(|class| class.tiers_per_dwelling);
    let prorated = office.rates.prorate.contains(&ProratedLine::Wastewater);
    Basis {
        gauge,
        schedule: schedules.place(&desk.books, bill),
        tier_dwellings: if widened { bill.dwelling_units } else { 1 },
        wastewater_days: metered.filter(|_| prorated).and_then(|metered| metered.prorated_days),
    }
}

/// Who a row is about; nothing of how they pay but whether it is by itself.
pub(super) fn customer(account: &Account) -> Customer {
    Customer {
        name: account.customer.clone(),
        service_address: account.service_address.clone(),
        class: account.class.clone(),
        route: account.route.clone(),
        autopay: account.contact.autopay,
    }
}

fn held_row(held: &Held, history: &History, reads: &[AuditedRead], month: Month) -> HeldRow {
    let figure = |read: &AuditedRead| Some((read.date?, read.value?));
    let of_month = reads.iter().rev().filter(|read| read.month == month && read.state == ReadState::Held);
    let billed = reads.iter().rev().filter(|read| read.state == ReadState::Billed);
    let installed = history.meters.first().map(|meter| (meter.installed, meter.initial_reading));
    HeldRow {
        held: held.clone(),
        customer: customer(&history.account),
        read: of_month.filter_map(figure).next(),
        previous: billed.filter_map(figure).next().or(installed),
        reference: read_reference(month, &held.account),
        token: String::new(),
    }
}

/// The files accepted since the run of the month before, up to the newest run of this one; of proposals, up to now.
fn sources(receipts: &[ReceiptRow], run: &RunOutcome, next: Sequence) -> Vec<Source> {
    let newest = newest_run(receipts, run.month, &run.cycle).filter(|_| run.proposed.is_empty());
    let posted = newest.map_or(next, |newest| newest.sequence);
    let suffix = super::bill::run_suffix(&run.cycle);
    let this = super::bill::run_name(run.month, &run.cycle);
    let earlier_run =
        |row: &&ReceiptRow| row.fate == Fate::Posted && row.name.ends_with(&suffix) && row.name < this;
    let since = receipts.iter().filter(earlier_run).map(|row| row.sequence).max();
    receipts
        .iter()
        .filter(|row| row.fate == Fate::Accepted && row.sequence < posted && Some(row.sequence) > since)
        .map(|row| Source {
            sequence: row.sequence,
            name: row.name.clone(),
            kind: row.kind.clone(),
            rows: row.rows,
            sha256: row.sha256.clone(),
        })
        .collect()
}

/// What the bills were made with that the district has not published.
fn illustrative(
    desk: &Desk,
    tariffs: &[crate::domain::books::bill::TariffUsed],
) -> Result<Vec<Illustrative>, Failure> {
    let rates = &desk.books.office.rates;
    let mut found = vec![Illustrative {
        key: "[rates] prorate_below_days".to_owned(),
        note: format!(
            "{} days; no rule for short opening and final bills is published",
            rates.prorate_below_days
        ),
    }];
    if rates.prorate_change {
        found.push(Illustrative {
            key: "[rates] prorate_change".to_owned(),
            note: "a period over a change of rates is shared by days; no rule for it is published".to_owned(),
        });
    }
    let settings = outbox::content(&desk.books.root.join("office.toml"))?;
    let settings = String::from_utf8_lossy(&settings).to_lowercase();
    let marked = |line: &&str| line.contains("illustrative") && !line.trim_start().starts_with('#');
    let marked = settings.lines().filter(marked).count();
    if marked > 0 {
        let note = format!(
            "marked illustrative in the file, each with its reason: {}",
            counted(marked, "setting", "settings")
        );
        found.push(Illustrative { key: "office.toml".to_owned(), note });
    }
    for file in desk.books.rates.files.iter().filter(|file| tariffs.iter().any(|used| used.file == file.name))
    {
        let marked = file.text.lines().filter(|line| line.contains("illustrative")).count();
        if marked > 0 {
            let note = format!("{marked} lines are marked illustrative in the file, each with its reason");
            found.push(Illustrative { key: format!("rates/{}", file.name), note });
        }
    }
    Ok(found)
}
