//! Meters rows: new meters, corrections before the first bill, and meters that pass to whoever moved in.

use super::{once::once, unknown_account};
use crate::domain::books::account::Status;
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::meter::{Meter, Register};
use crate::domain::finding::Code;
use crate::domain::rows::MeterRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};
use crate::domain::volume::VolumeUnit;

pub(super) fn plan(rows: &[Numbered<MeterRow>], place: &Place, known: &Known) -> Batch {
    let (by_meter, mut findings) = once(rows, place, "meter", |row| row.meter.clone());
    let mut meters: Vec<Meter> = Vec::with_capacity(by_meter.len());
    let mut taken = std::collections::BTreeMap::new();
    for row in by_meter {
        let account = &row.value.account;
        if !known.accounts.contains_key(account) {
            findings.push(unknown_account(place, row.row, account, known));
            continue;
        }
        if let Some(earlier) = taken.insert(account.clone(), row.row) {
            let message = format!(
                "Account {account} has a meter in row {earlier} already. An account has one meter: correct the \
                 account, or give the second meter an account of its own."
            );
            let trouble = Trouble::error(Code::ConflictingRows, row.value.meter.as_str(), message);
            findings.push(place.cell(row.row, "Meter", trouble));
            continue;
        }
        match contradiction(&row.value, known) {
            Some(message) => {
                let trouble = Trouble::error(Code::ConflictingRows, row.value.meter.as_str(), message);
                findings.push(place.cell(row.row, "Meter", trouble));
            }
            None => meters.push(meter(&row.value)),
        }
    }
    Batch { meters, findings, ..Batch::default() }
}

fn meter(row: &MeterRow) -> Meter {
    Meter {
        account: row.account.clone(),
        id: row.meter.clone(),
        size: row.size.clone(),
        register: register(row),
        installed: row.installed,
        initial_reading: row.initial_reading,
        endpoint: row.endpoint.clone(),
        removal: None,
    }
}

fn register(row: &MeterRow) -> Register {
    Register {
        dials: row.dials,
        multiplier: row.multiplier.unwrap_or(1),
        unit: row.unit.unwrap_or(VolumeUnit::Cf),
    }
}

/// What the books know that cannot be true together with the row.
fn contradiction(row: &MeterRow, known: &Known) -> Option<String> {
    let (meter, account) = (&row.meter, &row.account);
    if let Some(last) = known.meters.get(meter).and_then(|places| places.last()) {
        if last.account == *account {
            return correction(row, last, known);
        }
        return passing(row, last, known);
    }
    let other = known.meters_of.get(account).and_then(|meters| meters.iter().next())?;
    Some(format!(
        "Account {account} has meter {other} already. A change of meters needs the final reading of the old one: send a \
         meter changes sheet."
    ))
}

/// A row for a meter that its account has: what bills were counted from must stay.
fn correction(row: &MeterRow, before: &Meter, known: &Known) -> Option<String> {
    let same = before.installed == row.installed
        && before.initial_reading == row.initial_reading
        && before.register == register(row);
    if same || !known.billed.contains(&row.account) {
        return None;
    }
    Some(format!(
        "Meter {} is on account {} since {} with {} at installation, and bills were counted from that. Only size \
         and endpoint can be replaced now.",
        row.meter, row.account, before.installed, before.initial_reading
    ))
}

/// A meter on record elsewhere may pass to a new account once the old one is closed.
fn passing(row: &MeterRow, before: &Meter, known: &Known) -> Option<String> {
    let (meter, holder) = (&row.meter, &before.account);
    let closed = known.accounts.get(holder).filter(|account| account.status == Status::Closed);
    let Some(old) = closed else {
        return Some(format!(
            "Meter {meter} is on account {holder}. Close that account first, or correct the meter."
        ));
    };
    let until = old.closed.unwrap_or(before.installed);
    if row.installed >= until {
        return None;
    }
    Some(format!(
        "Meter {meter} was on account {holder} until {until}. Installed must not lie before that day; it is {}.",
        row.installed
    ))
}
