//! A workbook of ours that came back: what it says of itself, and the decisions on its lists.

use crate::domain::sheet::cell::Row;
use crate::domain::sheet::place::{Numbered, Place};

/// What a workbook of ours says of itself, in its properties and on its cover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// What it is: its title, such as `Bill register`.
    pub workbook: String,
    /// The run that it shows.
    pub run_id: String,
}

/// A workbook of ours that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Returned {
    /// What it says of itself.
    pub imprint: Imprint,
    /// Its lists that take decisions.
    pub lists: Vec<ReturnedList>,
}

/// A list that takes decisions, with the rows in which something was typed.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnedList {
    /// The list's name: that of its first sheet.
    pub name: String,
    /// Which sheet it is, and where its inputs stand.
    pub place: Place,
    /// The rows in which something was typed.
    pub rows: Vec<Numbered<ReturnedRow>>,
    /// Whether all its rows are there, and in another order than they were written in.
    pub is_sorted_anew: bool,
}

/// A row in which something was typed; its other cells are as they were written.
#[derive(Clone, Debug, PartialEq)]
pub struct ReturnedRow {
    /// The row's name in its list.
    pub reference: String,
    /// What the decision is about: the same where nothing of it changed.
    pub token: String,
    /// What was typed, in the columns of the inputs.
    pub typed: Row,
}

impl Returned {
    /// In how many rows something was typed.
    pub fn count(&self) -> usize {
        self.lists.iter().map(|list| list.rows.len()).sum()
    }
}
