//! Takes the decisions of a workbook that came back: against what waits on the day, or it goes back.

use std::collections::{BTreeMap, BTreeSet};

use super::deciding::{Becomes, DECIDING, DecidingList, HoldsFor, deciding};
use super::desk::Books;
use super::{Failure, account_changes};
use crate::domain::books::batch::Batch;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::origin::Origin;
use crate::domain::page::seal::{self, REF};
use crate::domain::proposals::decided::{Imprint, Returned, ReturnedList, ReturnedRow};
use crate::domain::rows::{Rows, SheetRows};
use crate::domain::sheet::place::{Numbered, Trouble};
use crate::post::Waits;
use crate::{post, rows};

/// Stale rows that are told one by one.
const STALE_TOLD: usize = 20;

/// A list of a workbook with rows that wait for a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenList {
    /// The workbook, by its path in the office.
    pub path: String,
    /// The sheet.
    pub list: &'static str,
    /// How many rows wait.
    pub rows: usize,
    /// Whether the workbook is there; else the next run writes it.
    pub is_written: bool,
}

/// The lists in which rows wait for a decision on a day.
pub(super) fn open_lists(books: &Books, today: Date) -> Result<Vec<OpenList>, Failure> {
    let mut open = Vec::new();
    for entry in DECIDING.iter().filter(|entry| entry.in_status) {
        for workbook in (entry.current)(books, today)? {
            let is_written = books.root.join(&workbook.path).is_file();
            let waiting = workbook.waiting.into_iter().filter(|(_, rows)| !rows.is_empty());
            open.extend(waiting.map(|(list, rows)| OpenList {
                path: workbook.path.clone(),
                list,
                rows: rows.len(),
                is_written,
            }));
        }
    }
    Ok(open)
}

/// A workbook that can be decided on now.
pub(super) struct Current {
    /// The run that it shows.
    pub(super) run_id: String,
    /// What every run of its kind and subject has in its id: `(bill run 2026-02 cycle 1)`.
    pub(super) subject: String,
    /// Where it lies in the office.
    pub(super) path: String,
    /// The rows that wait, by list and name.
    pub(super) waiting: BTreeMap<&'static str, BTreeMap<String, Waits>>,
}

impl Current {
    /// A workbook with one list, whose rows stand for themselves: its run is the state of what waits.
    pub(super) fn of_rows(
        subject: &str,
        path: String,
        list: &'static str,
        waiting: BTreeMap<String, Waits>,
    ) -> Current {
        Current {
            run_id: state_of(subject, &waiting),
            subject: subject.to_owned(),
            path,
            waiting: BTreeMap::from([(list, waiting)]),
        }
    }
}

/// The state of what waits, as the id of a run.
pub(super) fn state_of(subject: &str, waiting: &BTreeMap<String, Waits>) -> String {
    let told = waiting.iter().flat_map(|(reference, waits)| [reference.as_str(), waits.token.as_str()]);
    format!("{subject} {}", seal::fingerprint(told))
}

/// What a workbook that came back posts: its decisions, and rows of decisions sheets to be planned like any others.
#[derive(Default)]
pub(super) struct Decided {
    pub(super) batch: Batch,
    pub(super) sheets: Vec<SheetRows>,
    /// Whether the workbook's time has passed: then nothing else about it matters.
    pub(super) is_stale: bool,
}

/// Plans what a workbook that came back posts.
///
/// A file that is folded again (`checked` false) was checked when it was taken in: its decisions stand.
pub(super) fn decided(
    books: &Books,
    returned: &Returned,
    today: Date,
    checked: bool,
) -> Result<Decided, Failure> {
    let Imprint { workbook: title, run_id } = &returned.imprint;
    let entry = deciding(title);
    let candidates = match entry.filter(|_| checked) {
        Some(entry) => (entry.current)(books, today)?,
        None => vec![],
    };
    let newest = candidates.iter().find(|candidate| candidate.run_id == *run_id);
    let mut decided = Decided::default();
    if checked && newest.is_none() && goes_by_run(returned) > 0 {
        decided.batch.findings = stale(books, returned, &candidates)?;
        decided.is_stale = true;
        return Ok(decided);
    }
    for list in &returned.lists {
        match entry.and_then(|entry| entry.list(&list.name)) {
            Some(of) => {
                let waiting = waiting(books, (list, of), newest, (today, checked))?;
                let batch = post::returned(list, &returned.imprint, (&of.rule, waiting.as_ref()), today);
                decided.take(books, (list, of), batch, today)?;
            }
            None if checked => {
                decided.batch.findings.extend(list.rows.first().map(|row| undecidable(list, row.row)));
            }
            None => {}
        }
    }
    Ok(decided)
}

/// What waits of a list; `None` for a file that is folded again, which was checked when it was taken in.
fn waiting(
    books: &Books,
    (list, of): (&ReturnedList, &DecidingList),
    newest: Option<&Current>,
    (today, checked): (Date, bool),
) -> Result<Option<BTreeMap<String, Waits>>, Failure> {
    Ok(match of.holds_for {
        HoldsFor::Row(waiting) if checked => Some(waiting(books, (list, &of.rule), today)?),
        HoldsFor::Row(_) | HoldsFor::Run => {
            newest.map(|newest| newest.waiting.get(of.rule.list).cloned().unwrap_or_default())
        }
    })
}

/// A list that nothing knows what to do with, such as one of a later version.
fn undecidable(list: &ReturnedList, row: u32) -> Finding {
    let message = format!(
        "This version takes no decisions on {}. Clear its yellow cells, or use the version that wrote the workbook.",
        list.name
    );
    list.place.row(row, Trouble::error(Code::NothingToDecide, list.name.as_str(), message))
}

impl Decided {
    /// Takes what a list's decisions amount to, and what they become besides.
    fn take(
        &mut self,
        books: &Books,
        (list, of): (&ReturnedList, &DecidingList),
        mut batch: Batch,
        today: Date,
    ) -> Result<(), Failure> {
        let (ground, sound) = (books.rows_ground(today), batch.findings.is_empty());
        match of.becomes {
            Becomes::Decisions => {}
            Becomes::Changes if sound => account_changes::approve(books, &mut batch, today)?,
            Becomes::Verdicts => {
                let (mut sheet, findings) = rows::verdicts(list, ground);
                // What is wrong with a cell is told once, and everything in one go; a sound row is planned further.
                let cell = |finding: &Finding| (finding.origin.row, finding.origin.column);
                let told: BTreeSet<_> = batch.findings.iter().map(cell).collect();
                let further = findings.into_iter().filter(|finding| !told.contains(&cell(finding)));
                self.batch.findings.extend(further);
                if let Rows::Decisions(rows) = &mut sheet.rows {
                    rows.retain(|row| told.iter().all(|(told, _)| *told != Some(row.row)));
                }
                self.sheets.push(sheet);
            }
            Becomes::Money(what, prefix) if sound => {
                self.sheets.push(rows::money_verdicts(list, ground, (what, prefix)));
            }
            Becomes::Notices if sound => {
                let (sheet, findings) = rows::sent(list, ground);
                self.batch.findings.extend(findings);
                self.sheets.push(sheet);
            }
            Becomes::Changes | Becomes::Money(..) | Becomes::Notices => {}
        }
        self.batch.append(batch);
        Ok(())
    }
}

/// In how many rows something was typed that holds for the run of the workbook alone.
fn goes_by_run(returned: &Returned) -> usize {
    let entry = deciding(&returned.imprint.workbook);
    let by_run = |list: &&ReturnedList| {
        let of = entry.and_then(|entry| entry.list(&list.name));
        of.is_none_or(|of| matches!(of.holds_for, HoldsFor::Run))
    };
    returned.lists.iter().filter(by_run).map(|list| list.rows.len()).sum()
}

/// Why a workbook comes back whose run is no longer the newest: the rows that changed, where any did.
fn stale(books: &Books, returned: &Returned, candidates: &[Current]) -> Result<Vec<Finding>, Failure> {
    let Imprint { workbook, run_id } = &returned.imprint;
    let file = returned.lists.first().map(|list| list.place.name.file.to_string()).unwrap_or_default();
    let what = workbook.to_lowercase();
    let newest = candidates.iter().find(|candidate| run_id.contains(&candidate.subject));
    let where_now =
        newest.map(|newest| format!(" Decide on the newest one, {}.", newest.path)).unwrap_or_default();
    if let Some((sequence, day, name)) = books.ledger.decided_by(run_id)? {
        let message = format!(
            "The decisions of this {what} were taken in on {day} as {name} ({sequence}); a workbook is returned once.\
             {where_now}"
        );
        let trouble = Trouble::error(Code::ReturnedBefore, run_id.as_str(), message);
        return Ok(vec![trouble.at(Origin::file(&file), "")]);
    }
    let message = match newest {
        Some(_) => format!(
            "Since this {what} was written, reads, decisions, rates or a run changed what it proposes.{where_now}"
        ),
        None => format!("What this {what} proposes no longer waits for a decision: its time has passed."),
    };
    let trouble = Trouble::error(Code::StaleProposal, run_id.as_str(), message);
    let mut findings = vec![trouble.at(Origin::file(&file), "")];
    if let Some(newest) = newest {
        let changed = returned.lists.iter().flat_map(|list| changed_rows(list, newest, workbook));
        findings.extend(changed.take(STALE_TOLD));
    }
    Ok(findings)
}

/// The decided rows of which something changed since.
fn changed_rows(list: &ReturnedList, newest: &Current, title: &str) -> Vec<Finding> {
    let Some(of) = deciding(title).and_then(|entry| entry.list(&list.name)) else { return vec![] };
    let rule = &of.rule;
    let waiting = newest.waiting.get(rule.list);
    let told = |row: &Numbered<ReturnedRow>| {
        let reference = &row.value.reference;
        let message = match waiting.and_then(|waiting| waiting.get(reference)) {
            Some(waits) if waits.token == row.value.token => return None,
            Some(_) => format!("The {} {reference} is another one by now.", rule.what),
            None => format!("The {} {reference} no longer waits for a decision.", rule.what),
        };
        let trouble = Trouble::error(Code::StaleProposal, reference.as_str(), message);
        Some(list.place.cell(row.row, REF, trouble))
    };
    list.rows.iter().filter_map(told).collect()
}
