//! Reads rows: every reading posts once, whatever the audit will say of it.

use std::collections::BTreeMap;

use super::{Ground, once::same, unknown_account};
use crate::domain::books::batch::Batch;
use crate::domain::books::known::{Known, ReadKey};
use crate::domain::books::reading::Reading;
use crate::domain::finding::{Code, Finding};
use crate::domain::rows::ReadRow;
use crate::domain::sheet::place::{Numbered, Place, Trouble};

pub(super) fn plan(rows: &[Numbered<ReadRow>], place: &Place, known: &Known, ground: Ground<'_>) -> Batch {
    let (mut reads, mut findings) = (Vec::with_capacity(rows.len()), Vec::new());
    let mut seen: BTreeMap<ReadKey, u32> = BTreeMap::new();
    for row in rows {
        let read = &row.value;
        if let Some(trouble) = account_trouble(row, place, known) {
            findings.push(trouble);
            continue;
        }
        let key = known.key_of(read.account.as_ref(), read.meter.as_ref(), read.date, read.reading);
        if known.reads.contains(&key) {
            findings.push(posted_before(row, place));
            continue;
        }
        if let Some(earlier) = seen.get(&key) {
            findings.push(same(place, row.row, *earlier));
            continue;
        }
        seen.insert(key, row.row);
        reads.push(Reading {
            id: ground.read_id(reads.len()),
            account: read.account.clone(),
            meter: read.meter.clone(),
            date: read.date,
            value: read.reading,
            code: read.code,
            trouble: read.trouble.clone(),
            echo: read.echo,
        });
    }
    Batch { reads, findings, ..Batch::default() }
}

/// An account that is not ours, or that does not hold the meter of the row.
///
/// A meter that is nowhere on record is no trouble here: the audit holds its read.
fn account_trouble(row: &Numbered<ReadRow>, place: &Place, known: &Known) -> Option<Finding> {
    let account = row.value.account.as_ref()?;
    if !known.accounts.contains_key(account) {
        return Some(unknown_account(place, row.row, account, known));
    }
    let meter = row.value.meter.as_ref()?;
    let holder = known.holder(meter, row.value.date).filter(|holder| *holder != account)?;
    let message = format!(
        "Meter {meter} is on account {holder} on {}, and the row says {account}. Correct one of them.",
        row.value.date
    );
    Some(place.cell(row.row, "Account", Trouble::error(Code::ConflictingRows, account.as_str(), message)))
}

fn posted_before(row: &Numbered<ReadRow>, place: &Place) -> Finding {
    let read = &row.value;
    let message = format!(
        "An earlier file posted the reading {} of {}; the row was passed over.",
        read.reading, read.date
    );
    place.row(row.row, Trouble::note(Code::DuplicateRead, read.reading.to_string(), message))
}
