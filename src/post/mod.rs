//! Decides which facts and money entries the rows amount to, given what is known.
//!
//! Nothing here reads or writes: rows and knowledge in, a batch and findings out. A batch whose findings have
//! an error is never posted.

mod accounts;
mod bulk_water;
mod closings;
mod decisions;
mod entries;
mod eto;
mod field_results;
mod holds;
mod installation;
mod landscape;
mod meter_changes;
mod meters;
mod money;
mod money_decisions;
mod notices;
mod once;
mod opening_balances;
mod orders;
mod plans;
mod reads;
mod returned;
mod undo;
mod work_orders;

use std::collections::BTreeSet;

use crate::domain::books::batch::Batch;
use crate::domain::books::known::Known;
use crate::domain::books::reading::ReadId;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::office::Office;
use crate::domain::rows::{Rows, SheetRows};
use crate::domain::sheet::place::{Place, Trouble};

pub use accounts::approved_account;
pub use decisions::{Desk, Estimator};
pub use entries::{back_bills, bill_entry, bill_run, deposit_applied, late_fees, settlement};
pub use orders::field_orders;
pub use returned::{Rule, Waits, returned};
pub use undo::undo;

/// The most letters of an account number that looks like one of ours.
const ACCOUNT_LENGTH_MAX: usize = 32;

/// Where and when rows are posted.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The settings.
    pub office: &'a Office,
    /// The day of the run.
    pub today: Date,
    /// The archive's number of the file.
    pub sequence: Sequence,
    /// How many readings of the file were named before this sheet.
    pub named: u32,
}

impl Ground<'_> {
    /// Names the `n`-th reading of the sheet, counted from 0.
    fn read_id(&self, n: usize) -> ReadId {
        let number = u32::try_from(n).expect("a sheet has at most 1,048,576 rows");
        ReadId { sequence: self.sequence, number: self.named + number + 1 }
    }
}

/// Whether rows of the kind post again when they come again: nothing in them says that they are the same.
pub fn posts_again(rows: &Rows) -> bool {
    match rows {
        Rows::Adjustments(_)
        | Rows::Deposits(_)
        | Rows::BulkWater(_)
        | Rows::WorkOrders(_)
        | Rows::Installation(_) => true,
        Rows::Calendar(_)
        | Rows::Accounts(_)
        | Rows::Meters(_)
        | Rows::MeterChanges(_)
        | Rows::Reads(_)
        | Rows::FieldResults(_)
        | Rows::Decisions(_)
        | Rows::Holds(_)
        | Rows::Payments(_)
        | Rows::ReturnedPayments(_)
        | Rows::Closings(_)
        | Rows::Notices(_)
        | Rows::Plans(_)
        | Rows::OpeningBalances(_)
        | Rows::Eto(_)
        | Rows::Landscape(_) => false,
    }
}

/// Plans what a sheet's rows post.
pub fn plan(sheet: &SheetRows, known: &Known, ground: Ground<'_>, desk: &Desk<'_>) -> Batch {
    let mut batch = of_kind(sheet, known, ground, desk);
    batch.account_changes = known.changes(&batch.accounts);
    batch
}

fn of_kind(sheet: &SheetRows, known: &Known, ground: Ground<'_>, desk: &Desk<'_>) -> Batch {
    let place = &sheet.place;
    match &sheet.rows {
        Rows::Calendar(rows) => {
            Batch { closed_days: rows.iter().map(|row| row.value.clone()).collect(), ..Batch::default() }
        }
        Rows::Accounts(rows) => accounts::plan(rows, place, known, ground.office),
        Rows::Meters(rows) => meters::plan(rows, place, known),
        Rows::MeterChanges(rows) => meter_changes::plan(rows, place, known),
        Rows::Reads(rows) => reads::plan(rows, place, known, ground),
        Rows::BulkWater(rows) => bulk_water::plan(rows, place, known, ground),
        Rows::WorkOrders(rows) => work_orders::plan(rows, place, known, ground),
        Rows::FieldResults(rows) => field_results::plan(rows, place, known, ground),
        Rows::Decisions(rows) => decisions::plan(rows, place, known, ground, desk),
        Rows::Holds(rows) => holds::plan(rows, place, known),
        Rows::Notices(rows) => notices::plan(rows, place, known),
        Rows::Plans(rows) => plans::plan(rows, place, known, ground),
        Rows::OpeningBalances(rows) => opening_balances::plan(rows, place, known, ground.office),
        Rows::Payments(rows) => money::payments(rows, place, known, ground),
        Rows::ReturnedPayments(rows) => money::returned_payments(rows, place, known, ground),
        Rows::Adjustments(rows) => money::adjustments(rows, place, known, ground),
        Rows::Deposits(rows) => money::deposits(rows, place, known, ground),
        Rows::Closings(rows) => closings::plan(rows, place, known, ground),
        Rows::Eto(rows) => eto::plan(rows, place, known),
        Rows::Landscape(rows) => landscape::plan(rows, place, known),
        Rows::Installation(rows) => installation::plan(rows, place, known, ground),
    }
}

/// An account that is not ours, with those that look like it.
fn unknown_account(place: &Place, row: u32, account: &AccountId, known: &Known) -> Finding {
    let near = nearest(account, known);
    let hint = if near.is_empty() { String::new() } else { format!(" Did you mean {}?", near.join(" or ")) };
    let message = format!(
        "Account {account} is not on our books.{hint} Correct the number, or send the accounts sheet first."
    );
    place.cell(row, "Account", Trouble::error(Code::UnknownAccount, account.as_str(), message))
}

/// At most three accounts whose number differs in one letter or digit, or has two neighbours swapped.
///
/// The numbers that look alike are made and looked up: a file may have as many unknown accounts as the office has
/// known ones.
fn nearest<'a>(account: &AccountId, known: &'a Known) -> Vec<&'a str> {
    let typed: Vec<char> = account.as_str().chars().collect();
    if typed.len() > ACCOUNT_LENGTH_MAX {
        return vec![];
    }
    let mut alike: BTreeSet<&str> = BTreeSet::new();
    let mut look_up = |number: &[char]| {
        let number = AccountId::new(number.iter().collect::<String>());
        alike.extend(known.accounts.get_key_value(&number).map(|(found, _)| found.as_str()));
    };
    for at in 0..typed.len() {
        let mut other = typed.clone();
        for letter in ('0'..='9').chain('A'..='Z').chain('a'..='z').chain(['-']) {
            other[at] = letter;
            look_up(&other);
        }
        if at > 0 {
            let mut swapped = typed.clone();
            swapped.swap(at - 1, at);
            look_up(&swapped);
        }
    }
    alike.into_iter().take(3).collect()
}
