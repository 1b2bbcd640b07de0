//! Rows that are in a file twice.

use std::collections::BTreeMap;

use crate::domain::finding::{Code, Finding};
use crate::domain::sheet::place::{Numbered, Place, Trouble};

/// The first row of each key, and what is wrong with the later ones.
///
/// A later row that says the same is passed over with a warning; one that says something else is an error, for
/// both cannot be true.
pub(super) fn once<'a, T: PartialEq, K: Ord>(
    rows: &'a [Numbered<T>],
    place: &Place,
    what: &str,
    key: impl Fn(&T) -> K,
) -> (Vec<&'a Numbered<T>>, Vec<Finding>) {
    let mut first: BTreeMap<K, &Numbered<T>> = BTreeMap::new();
    let (mut kept, mut findings) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        let key = key(&row.value);
        match first.get(&key) {
            None => {
                first.insert(key, row);
                kept.push(row);
            }
            Some(earlier) if earlier.value == row.value => findings.push(same(place, row.row, earlier.row)),
            Some(earlier) => findings.push(contradiction(place, row.row, earlier.row, what)),
        }
    }
    (kept, findings)
}

/// A row that repeats an earlier one word for word.
pub(super) fn same(place: &Place, row: u32, earlier: u32) -> Finding {
    let message = format!("The row says the same as row {earlier} and was passed over.");
    place.row(row, Trouble::warning(Code::DuplicateRow, "", message))
}

fn contradiction(place: &Place, row: u32, earlier: u32, what: &str) -> Finding {
    let message = format!(
        "Rows {earlier} and {row} are about the same {what} and say different things. Remove the wrong one."
    );
    place.row(row, Trouble::error(Code::ConflictingRows, "", message))
}
