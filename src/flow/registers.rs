//! The bill registers that can be decided on: what waits, and the run under which it is shown.

use std::collections::BTreeMap;

use super::bill::{self, Ground, Prepared};
use super::decided::Current;
use super::desk::{Audited, Books};
use super::{Failure, undo};
use crate::domain::books::bill::Held;
use crate::domain::books::reading::{AuditedRead, ReadState};
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::office::Approval;
use crate::domain::page::seal;
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::register::Proposed;
use crate::post::Waits;
use crate::workbook;

/// The registers of the runs that are due, with the bills and the held reads that wait for a decision.
pub(super) fn current(books: &Books, today: Date) -> Result<Vec<Current>, Failure> {
    let due = crate::bill::due_runs(&books.office, &books.ledger.main_runs()?, today);
    if due.is_empty() {
        return Ok(vec![]);
    }
    let (audited, balances) = (books.audit(today)?, books.ledger.balances(today)?);
    let receipts = books.ledger.receipts()?;
    let ground = Ground { books, audited: &audited, balances: &balances };
    let mut registers = Vec::new();
    for run in due {
        let Some(fact) = newest_fact(&receipts, run.month, &run.cycle) else { continue };
        let Prepared { proposed, held, .. } = bill::prepare(ground, &run, &mut super::Silent)?;
        let held = held_tokens(&held, run.month, &audited);
        let name = bill::run_name(run.month, &run.cycle);
        let run_id = run_id(fact.sequence, &name, (&proposed, &held));
        let bills = proposed.into_iter().map(|one| waits(one, &books.office.approval)).collect();
        let read = |(reference, token)| (reference, Waits::new(token, vec![]));
        let reads = held.into_iter().map(read).collect();
        registers.push(Current {
            run_id,
            subject: format!("({name})"),
            path: register_path(run.month, &run.cycle),
            waiting: BTreeMap::from([(workbook::REGISTER, bills), (workbook::HELD, reads)]),
        });
    }
    Ok(registers)
}

/// A proposed bill by its number, with those who may not approve it.
fn waits(proposed: Proposed, approval: &Approval) -> (String, Waits) {
    let prepared_by = approval.forbidden_approvers(proposed.prepared_by);
    (proposed.bill.number.to_string(), Waits::new(proposed.token, prepared_by))
}

/// The newest posted run of a cycle and month.
pub(super) fn newest_run<'a>(
    receipts: &'a [ReceiptRow],
    month: Month,
    cycle: &str,
) -> Option<&'a ReceiptRow> {
    let name = bill::run_name(month, cycle);
    receipts.iter().rev().find(|row| row.fate == Fate::Posted && row.name == name)
}

/// The newest fact about a cycle and month's bills: a posted run, or the undo of one.
pub(super) fn newest_fact<'a>(
    receipts: &'a [ReceiptRow],
    month: Month,
    cycle: &str,
) -> Option<&'a ReceiptRow> {
    let name = bill::run_name(month, cycle);
    let is_about = |row: &&ReceiptRow| match row.fate {
        Fate::Posted => row.name == name,
        Fate::Undo => undo::of(&row.name) == Some(&name),
        Fate::Accepted | Fate::Returned | Fate::Duplicate | Fate::Recorded => false,
    };
    receipts.iter().rev().find(is_about)
}

/// The newest fact that changed the books: what was handed back, dropped again or put on record changes none.
pub(super) fn newest_change(receipts: &[ReceiptRow]) -> Option<&ReceiptRow> {
    receipts.iter().rev().find(|row| matches!(row.fate, Fate::Accepted | Fate::Posted | Fate::Undo))
}

/// Where the register of a run lies in the office.
pub(super) fn register_path(month: Month, cycle: &str) -> String {
    format!("outbox/{month}/bill-register-cycle-{cycle}.xlsx")
}

/// The run that a register shows: the newest fact about it, and a fingerprint of all that waits for a decision.
pub(super) fn run_id(
    fact: Sequence,
    name: &str,
    (proposed, held): (&[Proposed], &BTreeMap<String, String>),
) -> String {
    let run = format!("{fact} ({name})");
    if proposed.is_empty() && held.is_empty() {
        return run;
    }
    // After a return every row that was decided looks another way, so that no workbook is returned twice.
    let bills =
        proposed.iter().flat_map(|one| [one.bill.number.as_str(), one.token.as_str(), one.held.as_str()]);
    let reads = held.iter().flat_map(|(reference, token)| [reference.as_str(), token.as_str()]);
    format!("{run} {}", seal::fingerprint(bills.chain(reads)))
}

/// The name of a held or missing read in its list: the number of the bill that is held.
pub(super) fn read_reference(month: Month, account: &AccountId) -> String {
    format!("{}-{account}", month.compact())
}

/// What waits for a decision about a read, by its name, with a fingerprint of the reads that are held.
pub(super) fn held_tokens(held: &[Held], month: Month, audited: &Audited) -> BTreeMap<String, String> {
    let held: BTreeMap<&AccountId, &Held> = held.iter().map(|held| (&held.account, held)).collect();
    let accounts = audited.accounts();
    let mut tokens = BTreeMap::new();
    for (history, reads) in accounts {
        let Some(held) = held.get(&history.account.id).filter(|held| !held.exceptions.is_empty()) else {
            continue;
        };
        let why = held.exceptions.iter().map(|exception| exception.word().to_owned());
        let read = |read: &AuditedRead| {
            let (id, value) = (read.id?, read.value?);
            let wanted = read.month == month && read.state == ReadState::Held;
            wanted.then(|| format!("{}:{} {value}", id.sequence, id.number))
        };
        let verdicts = history.verdicts.iter().filter(|verdict| verdict.month == month);
        let said = verdicts.map(|said| format!("{} {} {}", said.verdict.word(), said.initials, said.day));
        let texts: Vec<String> = why.chain(reads.iter().filter_map(read)).chain(said).collect();
        let token = seal::fingerprint(texts.iter().map(String::as_str));
        tokens.insert(read_reference(month, &held.account), token);
    }
    tokens
}
