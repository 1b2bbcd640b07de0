//! Folds one archived fact into the books: one transaction, all or nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Transaction, params};

use super::account_changes::insert_account_changes;
use super::back_bills::insert_back_bill;
use super::codec::{read_ids, to_json};
use super::collections::{insert_hold, insert_late_fees, insert_notice, insert_plan};
use super::field_work;
use super::money::{insert_adjustment, insert_closing, insert_money_decision, insert_payment};
use super::{Ledger, Result};
use crate::domain::books::account::Account;
use crate::domain::books::batch::Batch;
use crate::domain::books::bill::{Bill, BillLine, BillRun};
use crate::domain::books::charge::Working;
use crate::domain::books::decision::Decision;
use crate::domain::books::entry::Entry;
use crate::domain::books::history::{BulkLoad, Verdict};
use crate::domain::books::invoice::Invoice;
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::Reading;
use crate::domain::books::receipt::Receipt;
use crate::domain::books::undo::Undone;
use crate::domain::books::weather::{EtoReport, Landscape};
use crate::domain::finding::Finding;
use crate::domain::money::Money;
use crate::domain::rows::{BulkVolume, ClosedDayRow};
use crate::domain::sheet::returned::ReturnId;

pub(super) type Step = rusqlite::Result<()>;

impl Ledger {
    /// Folds one archived fact into the books.
    ///
    /// # Errors
    /// Where SQLite refuses; then nothing of the fact is in the books.
    ///
    /// # Panics
    /// Where an entry is out of balance, or the fact does not follow the last one: then the program is wrong.
    pub fn append(&mut self, receipt: &Receipt, receipt_sha256: &str, batch: &Batch) -> Result<()> {
        let head = self.head()?.map_or(0, |head| head.0);
        assert_eq!(receipt.sequence.0, head + 1, "facts are folded in the order of the archive");
        batch.entries.iter().for_each(Entry::assert_balanced);
        let posted: Money = batch.entries.iter().flat_map(|entry| &entry.legs).map(|leg| leg.amount).sum();
        assert!(posted.is_zero(), "the batch is out of balance by {posted}");
        let folded = fold(&mut self.connection, receipt, receipt_sha256, batch);
        self.sqlite(folded)
    }
}

fn fold(
    connection: &mut rusqlite::Connection,
    receipt: &Receipt,
    receipt_sha256: &str,
    batch: &Batch,
) -> Step {
    let transaction = connection.transaction()?;
    insert_receipt(&transaction, receipt, receipt_sha256)?;
    insert_batch(&transaction, receipt, batch)?;
    transaction.commit()
}

fn insert_batch(to: &Transaction<'_>, receipt: &Receipt, batch: &Batch) -> Step {
    // Every field by its name: one that is forgotten here would be lost without a word.
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
        orders,
        holds,
        notices,
        plans,
        late_fees,
        invoices,
        run,
        payments,
        adjustments,
        money_decisions,
        back_bills,
        closings,
        undone,
        entries,
        findings,
        corrects,
    } = batch;
    let sequence = receipt.sequence.0;
    findings.iter().try_for_each(|finding| insert_finding(to, sequence, finding))?;
    closed_days.iter().try_for_each(|day| insert_closed_day(to, sequence, day))?;
    accounts.iter().try_for_each(|account| insert_account(to, sequence, account))?;
    insert_account_changes(to, sequence, account_changes, proposed_accounts)?;
    meters.iter().try_for_each(|meter| insert_meter(to, sequence, meter))?;
    reads.iter().try_for_each(|read| insert_read(to, read))?;
    verdicts.iter().try_for_each(|verdict| insert_verdict(to, sequence, verdict))?;
    decisions.iter().try_for_each(|decision| insert_decision(to, sequence, decision))?;
    loads.iter().try_for_each(|load| insert_load(to, load))?;
    weather.iter().try_for_each(|report| insert_eto(to, sequence, report))?;
    landscapes.iter().try_for_each(|land| insert_landscape(to, sequence, land))?;
    field_work::insert(to, receipt, (requests, orders, results))?;
    holds.iter().try_for_each(|hold| insert_hold(to, sequence, hold))?;
    notices.iter().try_for_each(|notice| insert_notice(to, sequence, notice))?;
    plans.iter().try_for_each(|plan| insert_plan(to, sequence, plan))?;
    late_fees.iter().try_for_each(|run| insert_late_fees(to, sequence, run))?;
    corrects.iter().try_for_each(|content| insert_correction(to, sequence, content))?;
    invoices.iter().try_for_each(|invoice| insert_invoice(to, sequence, invoice))?;
    run.iter().try_for_each(|run| insert_run(to, sequence, run))?;
    payments.iter().try_for_each(|fact| insert_payment(to, sequence, fact))?;
    adjustments.iter().try_for_each(|fact| insert_adjustment(to, sequence, fact))?;
    money_decisions.iter().try_for_each(|taken| insert_money_decision(to, sequence, taken))?;
    back_bills.iter().try_for_each(|posted| insert_back_bill(to, sequence, posted))?;
    closings.iter().try_for_each(|closing| insert_closing(to, sequence, closing))?;
    insert_entries(to, sequence, entries, undone.as_ref())
}

fn insert_closed_day(transaction: &Transaction<'_>, sequence: u32, day: &ClosedDayRow) -> Step {
    let sql = "INSERT INTO main.closed_day (sequence, date, reason) VALUES (?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![sequence, day.date.to_string(), day.reason])?;
    Ok(())
}

fn insert_correction(transaction: &Transaction<'_>, sequence: u32, corrects: &ReturnId) -> Step {
    let sql = "INSERT INTO main.correction VALUES (?, ?)";
    transaction.prepare_cached(sql)?.execute(params![sequence, corrects.as_str()])?;
    Ok(())
}

/// Writes entries, and what they mirror where they take a fact back.
fn insert_entries(
    transaction: &Transaction<'_>,
    sequence: u32,
    entries: &[Entry],
    undone: Option<&Undone>,
) -> Step {
    let mirrored = undone.iter().flat_map(|undone| undone.mirrored.iter().copied().map(Some));
    for (entry, mirrors) in entries.iter().zip(mirrored.chain(std::iter::repeat(None))) {
        insert_entry(transaction, sequence, entry, mirrors)?;
    }
    if let Some(undone) = undone {
        let sql = "INSERT INTO main.undone (sequence, target) VALUES (?, ?)";
        transaction.prepare_cached(sql)?.execute([sequence, undone.target.0])?;
    }
    Ok(())
}

fn insert_receipt(transaction: &Transaction<'_>, receipt: &Receipt, receipt_sha256: &str) -> Step {
    let sql = "INSERT INTO main.receipt VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        receipt.sequence.0,
        receipt.day.to_string(),
        receipt.fate.word(),
        receipt.name,
        receipt.kind,
        i64::try_from(receipt.rows).expect("a file has at most 20 million cells"),
        to_json(&receipt.totals),
        receipt.outcome,
        receipt.file,
        receipt.sha256,
        receipt.dropped,
        receipt_sha256,
    ])?;
    Ok(())
}

fn insert_finding(transaction: &Transaction<'_>, sequence: u32, finding: &Finding) -> Step {
    let sql = "INSERT INTO main.finding (sequence, file, sheet, row, at, header, severity, code, value, message) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        &*finding.origin.sheet.file,
        &*finding.origin.sheet.sheet,
        finding.origin.row,
        finding.origin.column,
        finding.column,
        finding.severity.word(),
        finding.code.word(),
        finding.value,
        finding.message,
    ])?;
    Ok(())
}

fn insert_account(transaction: &Transaction<'_>, sequence: u32, account: &Account) -> Step {
    let sql = "INSERT INTO main.account (sequence, account, customer, service_address, class, meter_size, status, opened, \
               closed, dwelling_units, sewer, edu, cycle, route, place, tenant, contact) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        account.id.as_str(),
        account.customer,
        account.service_address,
        account.class,
        account.meter_size.as_str(),
        account.status.word(),
        account.opened.map(|date| date.to_string()),
        account.closed.map(|date| date.to_string()),
        account.dwelling_units,
        account.sewer.word(),
        account.edu.map(|edu| edu.normalize().to_string()),
        account.cycle,
        account.route,
        account.sequence,
        account.tenant,
        to_json(&account.contact),
    ])?;
    Ok(())
}

fn insert_meter(transaction: &Transaction<'_>, sequence: u32, meter: &Meter) -> Step {
    let sql = "INSERT INTO main.meter (sequence, account, meter, size, dials, multiplier, unit, installed, initial_reading, \
               endpoint, removal) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        meter.account.as_str(),
        meter.id.as_str(),
        meter.size.as_ref().map(|size| size.as_str()),
        meter.register.dials,
        meter.register.multiplier,
        meter.register.unit.to_string(),
        meter.installed.to_string(),
        meter.initial_reading,
        meter.endpoint,
        meter.removal.as_ref().map(to_json),
    ])?;
    Ok(())
}

fn insert_read(transaction: &Transaction<'_>, read: &Reading) -> Step {
    let sql = "INSERT INTO main.read VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        read.id.sequence.0,
        read.id.number,
        read.account.as_ref().map(|account| account.as_str()),
        read.meter.as_ref().map(|meter| meter.as_str()),
        read.date.to_string(),
        read.value,
        read.code.word(),
        read.trouble,
        read.echo,
    ])?;
    Ok(())
}

fn insert_verdict(transaction: &Transaction<'_>, sequence: u32, verdict: &Verdict) -> Step {
    let sql = "INSERT INTO main.verdict (sequence, account, month, verdict, about, made, initials, day) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        verdict.account.as_str(),
        verdict.month.to_string(),
        verdict.verdict.word(),
        read_ids(&verdict.about),
        read_ids(verdict.made.as_slice()),
        verdict.initials,
        verdict.day.to_string(),
    ])?;
    Ok(())
}

fn insert_decision(transaction: &Transaction<'_>, sequence: u32, decision: &Decision) -> Step {
    let sql = "INSERT INTO main.decision (sequence, what, run_id, reference, token, decision, reason, initials, day) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        decision.what,
        decision.run_id,
        decision.reference,
        decision.token,
        decision.decision,
        decision.reason,
        decision.initials,
        decision.day.to_string(),
    ])?;
    Ok(())
}

fn insert_load(transaction: &Transaction<'_>, load: &BulkLoad) -> Step {
    let (start, finish, gallons) = match load.volume {
        BulkVolume::Readings { start, end } => (Some(start), Some(end), None),
        BulkVolume::Gallons(gallons) => (None, None, Some(gallons)),
    };
    let sql = "INSERT INTO main.bulk_load VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        load.id.sequence.0,
        load.id.number,
        load.account.as_str(),
        load.meter,
        load.date.to_string(),
        start,
        finish,
        gallons,
        load.rental_days,
        load.deposit.cents(),
    ])?;
    Ok(())
}

fn insert_eto(transaction: &Transaction<'_>, sequence: u32, report: &EtoReport) -> Step {
    let sql = "INSERT INTO main.eto (sequence, station, span, inches, flag) VALUES (?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        report.station.as_str(),
        report.span.to_string(),
        report.eto.inches.map(|inches| inches.to_string()),
        report.eto.flag,
    ])?;
    Ok(())
}

fn insert_landscape(transaction: &Transaction<'_>, sequence: u32, land: &Landscape) -> Step {
    let sql = "INSERT INTO main.landscape (sequence, account, area, special_area, factor, station, since) \
               VALUES (?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        land.account.as_str(),
        land.area.to_string(),
        land.special_area.to_string(),
        land.factor.to_string(),
        land.station.as_str(),
        land.from.to_string(),
    ])?;
    Ok(())
}

fn insert_invoice(transaction: &Transaction<'_>, sequence: u32, invoice: &Invoice) -> Step {
    let sql = "INSERT INTO main.invoice (sequence, number, account, date, due_date) VALUES (?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        invoice.number,
        invoice.account.as_str(),
        invoice.date.to_string(),
        invoice.due_date.to_string(),
    ])?;
    let id = transaction.last_insert_rowid();
    for (number, line) in (1_u32..).zip(&invoice.lines) {
        let (quantity, price) = (line.quantity.to_string(), line.unit_price.to_string());
        let values = params![id, number, line.date.to_string(), line.item, line.kind.word(), quantity, price];
        transaction
            .prepare_cached("INSERT INTO main.invoice_line VALUES (?, ?, ?, ?, ?, ?, ?)")?
            .execute(values)?;
    }
    Ok(())
}

fn insert_run(transaction: &Transaction<'_>, sequence: u32, run: &BillRun) -> Step {
    transaction.prepare_cached("INSERT INTO main.bill_run VALUES (?, ?, ?, ?, ?)")?.execute(params![
        sequence,
        run.cycle,
        run.month.to_string(),
        run.day.to_string(),
        run.main
    ])?;
    for tariff in &run.tariffs {
        let values = params![sequence, tariff.file, tariff.sha256, tariff.effective.to_string()];
        transaction.prepare_cached("INSERT INTO main.tariff_used VALUES (?, ?, ?, ?)")?.execute(values)?;
    }
    for held in &run.held {
        let words: Vec<&str> = held.exceptions.iter().map(|exception| exception.word()).collect();
        let sql =
            "INSERT INTO main.held (sequence, account, meter, exceptions, reason) VALUES (?, ?, ?, ?, ?)";
        transaction.prepare_cached(sql)?.execute(params![
            sequence,
            held.account.as_str(),
            held.meter.as_ref().map(|meter| meter.as_str()),
            words.join(";"),
            held.reason,
        ])?;
    }
    let mut workings = Workings::default();
    run.bills.iter().try_for_each(|bill| insert_bill(transaction, sequence, bill, &mut workings))
}

fn insert_bill(transaction: &Transaction<'_>, sequence: u32, bill: &Bill, workings: &mut Workings) -> Step {
    let sql = "INSERT INTO main.bill (sequence, number, account, cycle, month, kind, bill_date, due_date, metered, units, \
               tariff, class, meter_size, dwelling_units, budget_hcf, over_budget_hcf, previous_balance) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        bill.number.as_str(),
        bill.account.as_str(),
        bill.cycle,
        bill.month.to_string(),
        bill.kind.word(),
        bill.bill_date.to_string(),
        bill.due_date.to_string(),
        bill.metered.as_ref().map(to_json),
        bill.units.to_string(),
        bill.tariff.to_string(),
        bill.class,
        bill.meter_size.as_str(),
        bill.dwelling_units,
        bill.budget_hcf.map(|budget| budget.to_string()),
        bill.over_budget_hcf.map(|over| over.to_string()),
        bill.previous_balance.cents(),
    ])?;
    let id = transaction.last_insert_rowid();
    (1_u32..)
        .zip(&bill.lines)
        .try_for_each(|(number, line)| insert_line(transaction, (id, number), line, workings))
}

fn insert_line(
    transaction: &Transaction<'_>,
    (bill, number): (i64, u32),
    line: &BillLine,
    workings: &mut Workings,
) -> Step {
    let working = workings.id(transaction, &line.working)?;
    let sql = "INSERT INTO main.bill_line VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        bill,
        number,
        line.kind.word(),
        line.name.as_str(),
        line.tier,
        line.quantity.to_string(),
        line.unit.word(),
        line.price.to_string(),
        line.amount.cents(),
        working,
    ])?;
    Ok(())
}

/// Bills of one class share their prices' sources: each is written once a run.
#[derive(Default)]
struct Workings(BTreeMap<Arc<Working>, i64>);

impl Workings {
    fn id(&mut self, transaction: &Transaction<'_>, working: &Arc<Working>) -> rusqlite::Result<i64> {
        if let Some(id) = self.0.get(working) {
            return Ok(*id);
        }
        let sql =
            "INSERT INTO main.working (file, key, line, effective, above, up_to) VALUES (?, ?, ?, ?, ?, ?)";
        let effective = working.effective.map(|date| date.to_string());
        let (above, up_to) = (working.above.map(|at| at.to_string()), working.up_to.map(|at| at.to_string()));
        let values = params![working.file, working.key, working.line, effective, above, up_to];
        transaction.prepare_cached(sql)?.execute(values)?;
        let id = transaction.last_insert_rowid();
        self.0.insert(Arc::clone(working), id);
        Ok(id)
    }
}

fn insert_entry(transaction: &Transaction<'_>, sequence: u32, entry: &Entry, mirrors: Option<i64>) -> Step {
    let effect = &entry.effect;
    let sql = "INSERT INTO main.entry (sequence, date, account, kind, amount, deposit, reference, due_date, mirrors) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    transaction.prepare_cached(sql)?.execute(params![
        sequence,
        effect.date.to_string(),
        effect.account.as_str(),
        effect.kind.word(),
        effect.amount.cents(),
        effect.deposit.cents(),
        effect.reference,
        effect.due_date.map(|date| date.to_string()),
        mirrors,
    ])?;
    let id = transaction.last_insert_rowid();
    for (number, leg) in (1_u32..).zip(&entry.legs) {
        let values = params![id, number, leg.gl_account, leg.kind, leg.amount.cents()];
        transaction.prepare_cached("INSERT INTO main.leg VALUES (?, ?, ?, ?, ?)")?.execute(values)?;
    }
    Ok(())
}
