//! What a run bills of one account, and what it holds.

use rust_decimal::Decimal;

use super::run::DueRun;
use super::usage::{first_carry, units};
use crate::domain::books::account::{Account, BULK_CLASS, Status};
use crate::domain::books::bill::{BillKind, Held, Metered};
use crate::domain::books::history::{BulkLoad, History};
use crate::domain::books::money_in::Closing;
use crate::domain::books::reading::{AuditedRead, Exception, ReadCode, ReadPoint, ReadState};
use crate::domain::date::{Date, Month, Period};
use crate::domain::office::Office;
use crate::domain::rows::BulkVolume;
use crate::domain::volume::{Usage, VolumeUnit};

/// What a run does with one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Nothing: it is billed already, or not due.
    Nothing,
    /// Bills it.
    Bill(Billable),
    /// Holds it, with reasons.
    Hold(Held),
}

/// What is to be priced for one bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Billable {
    /// Regular or final.
    pub kind: BillKind,
    /// What the water was measured from; `None` without a meter.
    pub metered: Option<Metered>,
    /// Billing units.
    pub units: Decimal,
    /// The date whose tariff counts: of the current read, else of the bill.
    pub tariff_date: Date,
    /// Days of a prorated opening bill; `None` where the month is charged whole.
    pub prorated_days: Option<i64>,
    /// Days of hydrant-meter rental.
    pub rental_days: i64,
    /// The water budget of the period in HCF, for a landscape that has one.
    pub budget: Option<Decimal>,
    /// How many bills of the account and month were undone before this one.
    pub rebill: usize,
}

/// Says what a run does with one account.
pub fn plan(history: &History, reads: &[AuditedRead], run: &DueRun, office: &Office) -> Plan {
    let account = &history.account;
    if account.status == Status::Closed {
        return plan_final(history, reads, run, office);
    }
    let served = account.status == Status::Active && account.opened.is_none_or(|opened| opened <= run.day);
    if account.cycle != run.cycle || !served || history.bill_in(run.month).is_some() {
        return Plan::Nothing;
    }
    if account.class == BULK_CLASS {
        return plan_bulk(history, run, office);
    }
    if history.meters.is_empty() {
        return Plan::Bill(Billable {
            kind: BillKind::Regular,
            metered: None,
            units: Decimal::ZERO,
            tariff_date: run.day,
            prorated_days: None,
            rental_days: 0,
            budget: None,
            rebill: history.bills_undone(run.month),
        });
    }
    plan_metered(history, reads, run, office)
}

/// The final bill of a closed account: made in the next main run after its closing was taken in, or after it where that
/// run held it; from the closing's reading, or what was decided in its place.
fn plan_final(history: &History, reads: &[AuditedRead], run: &DueRun, office: &Office) -> Plan {
    let Some(closing) = history.closings.last() else { return Plan::Nothing };
    let waits = run.after.is_some_and(|main| main < closing.sequence);
    let done = history.bills.iter().any(|bill| bill.kind == BillKind::Final);
    if history.account.cycle != run.cycle || waits || done || history.bill_in(run.month).is_some() {
        return Plan::Nothing;
    }
    let planned = if history.account.class == BULK_CLASS {
        plan_bulk(history, run, office)
    } else {
        let of_closing = |read: &&AuditedRead| {
            read.month == Month::of(closing.date) && read.date.is_some_and(|date| date <= closing.date)
        };
        let latest = |state: ReadState| {
            let latest = reads.iter().filter(of_closing).filter(|read| read.state == state);
            latest.max_by_key(|read| (read.date, read.id))
        };
        let held_final = latest(ReadState::Held).filter(|read| read.id == closing.read);
        match (held_final, latest(ReadState::Open)) {
            (Some(read), _) => Plan::Hold(held(history, run, &read.exceptions)),
            (None, Some(read)) => Plan::Bill(metered_bill(history, read, run, office)),
            (None, None) => Plan::Bill(unmetered_final(history, closing, run, office)),
        }
    };
    match planned {
        Plan::Bill(billable) => Plan::Bill(Billable { kind: BillKind::Final, ..billable }),
        other => other,
    }
}

/// The last fixed charges of an account without a meter, by the days since its last bill or its opening.
fn unmetered_final(history: &History, closing: &Closing, run: &DueRun, office: &Office) -> Billable {
    let since = history.bills.iter().map(|bill| bill.bill_date).max().or(history.account.opened);
    let days = since.map(|since| Period { previous: since, current: closing.date }.days().max(0));
    Billable {
        kind: BillKind::Final,
        metered: None,
        units: Decimal::ZERO,
        tariff_date: run.day.min(closing.date),
        prorated_days: days.filter(|days| *days < office.rates.prorate_below_days),
        rental_days: 0,
        budget: None,
        rebill: history.bills_undone(run.month),
    }
}

/// The latest usable read of the month is billed; without one the account is held with what is wrong.
fn plan_metered(history: &History, reads: &[AuditedRead], run: &DueRun, office: &Office) -> Plan {
    let of_month = || reads.iter().filter(|read| read.month == run.month);
    if let Some(read) =
        of_month().filter(|read| read.state == ReadState::Open).max_by_key(|read| (read.date, read.id))
    {
        return Plan::Bill(metered_bill(history, read, run, office));
    }
    if let Some(read) =
        of_month().filter(|read| read.state == ReadState::Held).max_by_key(|read| (read.date, read.id))
    {
        return Plan::Hold(held(history, run, &read.exceptions));
    }
    let new = history.account.opened.is_some_and(|opened| opened >= run.month.first_day());
    if new { Plan::Nothing } else { Plan::Hold(held(history, run, &[Exception::NoRead])) }
}

fn held(history: &History, run: &DueRun, exceptions: &[Exception]) -> Held {
    let advice: Vec<&str> = exceptions.iter().filter_map(|exception| exception.advice()).collect();
    Held {
        account: history.account.id.clone(),
        meter: history.meter_on(run.day).map(|meter| meter.id.clone()),
        exceptions: exceptions.to_vec(),
        reason: advice.join(" "),
    }
}

fn metered_bill(history: &History, read: &AuditedRead, run: &DueRun, office: &Office) -> Billable {
    let date = read.date.expect("an open read has a date");
    let meter = history.meter_read(read.meter.as_ref(), date).expect("an open read has a meter");
    let previous = read.previous.expect("an open read has a point to count from");
    let amount = read.usage.expect("an open read has usage");
    let first = &history.meters[0];
    let carry_before = history
        .last_metered()
        .map_or_else(|| first_carry(first.register, first.initial_reading), |metered| metered.carry);
    let unit = meter.register.unit;
    let made = units(office.usage.rounding, carry_before, amount, unit);
    let period = Period { previous: previous.date, current: date };
    let prorated_days = prorated_days(&history.account, period, office);
    Billable {
        kind: BillKind::Regular,
        units: made.units,
        tariff_date: date,
        prorated_days,
        rental_days: 0,
        budget: read.budget.clone().and_then(Result::ok),
        rebill: history.bills_undone(run.month),
        metered: Some(Metered {
            read: read.id,
            meter: read.meter.clone(),
            period,
            code: read.code.expect("an open read has a code"),
            previous: Some(previous),
            reading: read.value,
            usage: Usage { amount, unit },
            carry_before,
            carry: made.carry,
            exceptions: read.exceptions.clone(),
            loads: vec![],
            prorated_days,
            changed_out: read.changed_out.clone(),
        }),
    }
}

/// Days of an opening or final bill that is short enough to be prorated.
///
/// A bill is an opening bill when the account was opened on or after its previous read date, and a final one when the
/// account is closed.
fn prorated_days(account: &Account, period: Period, office: &Office) -> Option<i64> {
    let opening = account.opened.is_some_and(|opened| opened >= period.previous);
    let last = account.status == Status::Closed;
    ((opening || last) && period.days() < office.rates.prorate_below_days).then(|| period.days())
}

/// All bulk water up to the day of the run that no bill covers yet; nothing in a month without.
fn plan_bulk(history: &History, run: &DueRun, office: &Office) -> Plan {
    let covered = |load: &&BulkLoad| {
        history
            .bills
            .iter()
            .filter_map(|bill| bill.metered.as_ref())
            .any(|metered| metered.loads.contains(&load.id))
    };
    let loads: Vec<&BulkLoad> =
        history.loads.iter().filter(|load| load.date <= run.day && !covered(load)).collect();
    let Some(last) = loads.last() else { return Plan::Nothing };
    let unit = bulk_unit(last.volume);
    if loads.iter().any(|load| bulk_unit(load.volume) != unit) {
        let reason = "The month has both readings and gallons. Send one of them again in the other's unit.";
        return Plan::Hold(Held {
            account: history.account.id.clone(),
            meter: None,
            exceptions: vec![],
            reason: reason.to_owned(),
        });
    }
    let previous = history
        .last_metered()
        .map(|metered| metered.period.current)
        .or(history.account.opened)
        .unwrap_or(loads[0].date);
    let period = Period { previous, current: last.date };
    let prorated_days = prorated_days(&history.account, period, office);
    let amount: i64 = loads.iter().map(|load| bulk_usage(load.volume)).sum();
    let carry_before = bulk_carry(history, loads[0].volume, unit);
    let made = units(office.usage.rounding, carry_before, amount, unit);
    Plan::Bill(Billable {
        kind: BillKind::Regular,
        units: made.units,
        tariff_date: last.date,
        prorated_days,
        rental_days: loads.iter().map(|load| load.rental_days).sum(),
        budget: None,
        rebill: history.bills_undone(run.month),
        metered: Some(Metered {
            read: None,
            meter: Some(crate::domain::id::MeterId::new(last.meter.clone())),
            period,
            code: ReadCode::Actual,
            previous: bulk_start(loads[0]),
            reading: bulk_end(last.volume),
            usage: Usage { amount, unit },
            carry_before,
            carry: made.carry,
            exceptions: vec![],
            loads: loads.iter().map(|load| load.id).collect(),
            prorated_days,
            changed_out: vec![],
        }),
    })
}

fn bulk_unit(volume: BulkVolume) -> VolumeUnit {
    match volume {
        BulkVolume::Readings { .. } => VolumeUnit::Cf,
        BulkVolume::Gallons(_) => VolumeUnit::Gal,
    }
}

fn bulk_usage(volume: BulkVolume) -> i64 {
    match volume {
        BulkVolume::Readings { start, end } => end - start,
        BulkVolume::Gallons(gallons) => gallons,
    }
}

fn bulk_start(load: &BulkLoad) -> Option<ReadPoint> {
    match load.volume {
        BulkVolume::Readings { start, .. } => Some(ReadPoint { date: load.date, value: start }),
        BulkVolume::Gallons(_) => None,
    }
}

fn bulk_end(volume: BulkVolume) -> Option<i64> {
    match volume {
        BulkVolume::Readings { end, .. } => Some(end),
        BulkVolume::Gallons(_) => None,
    }
}

/// The carry of the last bill in the same unit; gallons begin at nothing, readings with what the meter's initial
/// reading (without a meter on record: the first start reading) leaves over.
fn bulk_carry(history: &History, first: BulkVolume, unit: VolumeUnit) -> i64 {
    let in_unit = history.bills.iter().rev().filter_map(|bill| bill.metered.as_ref());
    if let Some(last) = in_unit.into_iter().find(|metered| metered.usage.unit == unit) {
        return last.carry;
    }
    match (first, history.meters.first()) {
        (BulkVolume::Gallons(_), _) => 0,
        (BulkVolume::Readings { .. }, Some(meter)) => first_carry(meter.register, meter.initial_reading),
        (BulkVolume::Readings { start, .. }, None) => start % VolumeUnit::Cf.per_hcf(),
    }
}
