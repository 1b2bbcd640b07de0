//! Meter changes rows: a meter leaves with its final reading and another takes its place.

use std::collections::BTreeMap;

use super::{once::same, unknown_account};
use crate::domain::books::account::Status;
use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::meter::{Meter, Register, Removal};
use crate::domain::books::reading::ReadPoint;
use crate::domain::finding::{Code, Finding};
use crate::domain::id::{AccountId, MeterId};
use crate::domain::rows::MeterChangeRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

type Row = Numbered<MeterChangeRow>;

pub(super) fn plan(rows: &[Row], place: &Place, known: &Known) -> Batch {
    let mut batch = Batch::default();
    let mut changes = Changes { known, places: BTreeMap::new(), put_in: BTreeMap::new() };
    // A meter may be changed twice in one sheet, and the rows may stand in any order.
    let mut by_date: Vec<&Row> = rows.iter().collect();
    by_date.sort_by_key(|row| (row.value.date, row.row));
    let mut done: Vec<&Row> = Vec::new();
    for row in by_date {
        if let Some(earlier) = done.iter().find(|earlier| earlier.value == row.value) {
            batch.findings.push(same(place, row.row, earlier.row));
            continue;
        }
        done.push(row);
        if !known.accounts.contains_key(&row.value.account) {
            batch.findings.push(unknown_account(place, row.row, &row.value.account, known));
            continue;
        }
        match changes.change(&row.value) {
            Ok(meters) => {
                let last = known.last_reads.get(&row.value.old_meter);
                if let Some((column, message)) = last.and_then(|last| doubt(&row.value, &meters[0], *last)) {
                    let value = row.value.final_reading.to_string();
                    let trouble = Trouble::warning(Code::DoubtfulChange, value, message);
                    batch.findings.push(place.cell(row.row, column, trouble));
                }
                batch.meters.extend(meters);
            }
            Err(refused) => batch.findings.push(refused.at(place, row)),
        }
    }
    batch
}

/// What of a change does not fit the newest read of the meter taken out: the column, and a sentence.
fn doubt(change: &MeterChangeRow, old: &Meter, last: ReadPoint) -> Option<(&'static str, String)> {
    let (read, date, meter) = (last.value, last.date, &old.id);
    if date > change.date {
        let message = format!(
            "Meter {meter} was read on {date} ({read}), after this change of {}. Check the date, and whose the reading was.",
            change.date
        );
        return Some(("Date", message));
    }
    let capacity = old.register.capacity();
    let rolls_over = read >= capacity - capacity / 10 && change.final_reading <= capacity / 10;
    (change.final_reading < read && !rolls_over).then(|| {
        let message = format!(
            "The final reading {} is below the {read} of {date}, and it is no rollover. Check it; the same row with the \
             right one corrects the change.",
            change.final_reading
        );
        ("Final reading", message)
    })
}

/// Why a change cannot be: the column that is wrong, and a sentence.
struct Refused {
    column: &'static str,
    message: String,
}

impl Refused {
    fn at(self, place: &Place, row: &Row) -> Finding {
        let change = &row.value;
        let value = match self.column {
            "Date" => change.date.to_string(),
            "Old meter" => change.old_meter.to_string(),
            "Final reading" => change.final_reading.to_string(),
            "New meter" => change.new_meter.to_string(),
            _ => change.initial_reading.to_string(),
        };
        place.cell(row.row, self.column, Trouble::error(Code::ConflictingRows, value, self.message))
    }
}

/// The meters as the rows before leave them.
struct Changes<'a> {
    known: &'a Known,
    /// Where the meters of the accounts met so far are and were, by day of installation.
    places: BTreeMap<AccountId, Vec<Meter>>,
    /// The meters that the sheet put in.
    put_in: BTreeMap<MeterId, AccountId>,
}

impl Changes<'_> {
    /// The old meter with its removal, and the new one.
    fn change(&mut self, row: &MeterChangeRow) -> Result<[Meter; 2], Refused> {
        let known = self.known;
        let places = self
            .places
            .entry(row.account.clone())
            .or_insert_with(|| known.places_of(&row.account).into_iter().cloned().collect());
        let at = place_of_old(row, places)?;
        not_counted_yet(row, places[at].removal.is_some(), known)?;
        let old = changed_out(row, &places[at])?;
        let new = put_in(row, &old)?;
        free(row, known, &self.put_in)?;
        self.put_in.insert(new.id.clone(), row.account.clone());
        places.truncate(at);
        places.extend([old.clone(), new.clone()]);
        Ok([old, new])
    }
}

/// The place of the meter that leaves: the one there on the day; or the one that a row corrects.
fn place_of_old(row: &MeterChangeRow, places: &[Meter]) -> Result<usize, Refused> {
    let refuse = |message: String| Err(Refused { column: "Old meter", message });
    let corrects = |pair: &[Meter]| {
        let removed = pair[0].removal.as_ref().is_some_and(|removal| removal.date == row.date);
        removed && pair[0].id == row.old_meter && pair[1].id == row.new_meter
    };
    if places.len() >= 2 && corrects(&places[places.len() - 2..]) {
        return Ok(places.len() - 2);
    }
    let (account, date, old) = (&row.account, row.date, &row.old_meter);
    match places.iter().rposition(|meter| meter.is_there_on(date)) {
        None => match places.first() {
            None => refuse(format!(
                "Account {account} has no meter. Send a meters sheet for the first one; a change needs one to take out."
            )),
            Some(first) => refuse(format!(
                "Account {account} has meter {} since {}, and the change is dated {date}. Correct the date.",
                first.id, first.installed
            )),
        },
        Some(at) if places[at].id != *old => refuse(format!(
            "The meter of account {account} on {date} is {}, not {old}. Correct the old meter, the account or the date.",
            places[at].id
        )),
        Some(at) => match &places[at].removal {
            None => Ok(at),
            Some(removal) => refuse(format!(
                "Meter {old} was changed out on {} already. To correct that change, give the same date and meters again.",
                removal.date
            )),
        },
    }
}

/// What bills were counted over must stay as it was.
fn not_counted_yet(row: &MeterChangeRow, corrects: bool, known: &Known) -> Result<(), Refused> {
    let Some(until) = known.billed_until.get(&row.account).copied() else { return Ok(()) };
    if row.date > until || row.date == until && !corrects {
        return Ok(());
    }
    let message = format!(
        "Account {} is billed up to the read of {until}, and the change is dated {}. Correct the date, or post the \
         difference as an adjustment.",
        row.account, row.date
    );
    Err(Refused { column: "Date", message })
}

/// The old meter with its removal.
fn changed_out(row: &MeterChangeRow, old: &Meter) -> Result<Meter, Refused> {
    fits(old.register, row.final_reading, "Final reading")?;
    let removal = Removal {
        date: row.date,
        final_reading: row.final_reading,
        reason: row.reason.clone(),
        crew: row.crew.clone(),
    };
    Ok(Meter { removal: Some(removal), ..old.clone() })
}

/// The new meter: it takes size, multiplier and unit of the old one.
fn put_in(row: &MeterChangeRow, old: &Meter) -> Result<Meter, Refused> {
    let register = Register { dials: row.new_dials.unwrap_or(old.register.dials), ..old.register };
    fits(register, row.initial_reading, "Initial reading")?;
    Ok(Meter {
        account: row.account.clone(),
        id: row.new_meter.clone(),
        size: old.size.clone(),
        register,
        installed: row.date,
        initial_reading: row.initial_reading,
        endpoint: String::new(),
        removal: None,
    })
}

fn fits(register: Register, reading: i64, column: &'static str) -> Result<(), Refused> {
    if reading < register.capacity() {
        return Ok(());
    }
    let message = format!(
        "A register of {} dials cannot show {reading}. Correct the {} or the dials.",
        register.dials,
        column.to_lowercase()
    );
    Err(Refused { column, message })
}

/// The new meter must not be in service elsewhere.
fn free(row: &MeterChangeRow, known: &Known, put_in: &BTreeMap<MeterId, AccountId>) -> Result<(), Refused> {
    let meter = &row.new_meter;
    let refuse = |holder: &AccountId| {
        let message = format!(
            "Meter {meter} is on account {holder} on {}. Correct the new meter, or send the change that took it out \
             there first.",
            row.date
        );
        Err(Refused { column: "New meter", message })
    };
    if let Some(holder) = put_in.get(meter).filter(|holder| **holder != row.account) {
        return refuse(holder);
    }
    let in_service = |place: &&Meter| {
        let left = place.removal.as_ref().map(|removal| removal.date).or_else(|| closed_on(place, known));
        place.account != row.account && left.is_none_or(|left| left > row.date)
    };
    match known.meters.get(meter).and_then(|places| places.iter().find(in_service)) {
        Some(place) => refuse(&place.account),
        None => Ok(()),
    }
}

/// The day on which the account of a place was closed.
fn closed_on(place: &Meter, known: &Known) -> Option<crate::domain::date::Date> {
    let account = known.accounts.get(&place.account)?;
    account.closed.filter(|_| account.status == Status::Closed)
}
