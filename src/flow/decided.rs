//! Takes the decisions of a workbook that came back: against what waits on the day, or it goes back.
//!
//! A further workbook needs its lists in `lists`, what of it waits in `current` (and its title in `STANDING`, so that the
//! status names it), and the step of the run that reads its decisions from the ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::desk::Books;
use super::{
    Failure, account_changes, back_bills, closed_accounts, deposit_refunds, late_fees, letters,
    lock_off_orders, read_audits, registers,
};
use crate::domain::books::back_bill::BACK_BILL;
use crate::domain::books::batch::Batch;
use crate::domain::books::decision::{
    ACCOUNT_CHANGE, APPLY, APPROVE, BILL, CREDIT, DEPOSIT_REFUND, HOLD, KEEP, LATE_FEE, LOCK_OFF,
    LOCK_OFF_WORDS, READ, REFUND, REJECT, STRAY,
};
use crate::domain::books::money_in::CREDIT_REFUND;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::origin::Origin;
use crate::domain::page::seal::{self, REF};
use crate::domain::proposals::closed_money::CREDIT_PREFIX;
use crate::domain::proposals::decided::{Imprint, Returned, ReturnedList, ReturnedRow};
use crate::domain::proposals::deposit_refunds::DEPOSIT_PREFIX;
use crate::domain::proposals::letter_run::{CALL, CALL_WORDS, LETTER, LETTER_WORDS};
use crate::domain::rows::{Rows, SheetRows};
use crate::domain::sheet::place::{Numbered, Trouble};
use crate::post::{Rule, Waits};
use crate::{post, rows, workbook};

/// Stale rows that are told one by one.
const STALE_TOLD: usize = 20;

/// The lists of a workbook that take decisions; none where the workbook takes none.
fn lists(title: &str) -> &'static [Rule] {
    match title {
        workbook::BILL_REGISTER => &[
            Rule { list: workbook::REGISTER, what: BILL, words: &[APPROVE, HOLD, REJECT] },
            Rule { list: workbook::HELD, what: READ, words: &workbook::READ_DECISIONS },
        ],
        workbook::READ_AUDIT => &[
            Rule { list: workbook::AUDIT, what: READ, words: &workbook::READ_DECISIONS },
            Rule { list: workbook::NOT_ON_RECORD, what: STRAY, words: &[REJECT] },
        ],
        workbook::STUCK_METERS => {
            &[Rule { list: workbook::STUCK, what: BACK_BILL, words: &[APPROVE, HOLD, REJECT] }]
        }
        workbook::LOCK_OFF_SCHEDULE => {
            &[Rule { list: workbook::SCHEDULE, what: LOCK_OFF, words: &LOCK_OFF_WORDS }]
        }
        workbook::LATE_FEES => {
            &[Rule { list: workbook::LATE_FEES_DUE, what: LATE_FEE, words: &[APPROVE, HOLD, REJECT] }]
        }
        workbook::DEPOSIT_REFUNDS => {
            &[Rule { list: workbook::DEPOSITS, what: DEPOSIT_REFUND, words: &[APPLY, REFUND, KEEP] }]
        }
        workbook::ACCOUNTS_CHANGES => {
            &[Rule { list: workbook::PROPOSED, what: ACCOUNT_CHANGE, words: &[APPROVE, HOLD, REJECT] }]
        }
        workbook::CLOSED_ACCOUNTS => &[Rule { list: workbook::SETTLED, what: CREDIT, words: &[REFUND] }],
        workbook::PAST_DUE_LIST => &[
            Rule { list: workbook::LETTERS, what: LETTER, words: &LETTER_WORDS },
            Rule { list: workbook::CALLS, what: CALL, words: &CALL_WORDS },
        ],
        _ => &[],
    }
}

/// The workbooks of a title that can be decided on now.
fn current(books: &Books, title: &str, today: Date) -> Result<Vec<Current>, Failure> {
    match title {
        workbook::BILL_REGISTER => registers::current(books, today),
        workbook::READ_AUDIT => read_audits::current(books, today),
        workbook::STUCK_METERS => back_bills::current(books, today),
        workbook::LOCK_OFF_SCHEDULE => lock_off_orders::current(books, today),
        workbook::LATE_FEES => late_fees::current(books, today),
        workbook::DEPOSIT_REFUNDS => deposit_refunds::current(books, today),
        workbook::CLOSED_ACCOUNTS => closed_accounts::current(books, today),
        workbook::ACCOUNTS_CHANGES => account_changes::current(books, today),
        _ => Ok(vec![]),
    }
}

/// The workbooks whose waiting rows are counted in the status; the bills of registers are told with their dollars.
const STANDING: [&str; 7] = [
    workbook::READ_AUDIT,
    workbook::STUCK_METERS,
    workbook::LATE_FEES,
    workbook::LOCK_OFF_SCHEDULE,
    workbook::DEPOSIT_REFUNDS,
    workbook::CLOSED_ACCOUNTS,
    workbook::ACCOUNTS_CHANGES,
];

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
    for title in STANDING {
        for workbook in current(books, title, today)? {
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
    let candidates = if checked { current(books, title, today)? } else { vec![] };
    let newest = candidates.iter().find(|candidate| candidate.run_id == *run_id);
    let mut decided = Decided::default();
    if checked && newest.is_none() && goes_by_run(returned) > 0 {
        decided.batch.findings = stale(books, returned, &candidates)?;
        return Ok(decided);
    }
    let nothing = BTreeMap::new();
    for list in &returned.lists {
        let Some(rule) = lists(title).iter().find(|rule| rule.list == list.name) else { continue };
        let of_itself;
        let waiting = if checked && stands_for_itself(rule) {
            of_itself = match rule.what {
                DEPOSIT_REFUND => deposit_refunds::waiting(books, today)?,
                LATE_FEE => late_fees::waiting(books, today)?,
                CREDIT => closed_accounts::waiting(books, today)?,
                ACCOUNT_CHANGE => account_changes::waiting(books, today)?,
                _ => letters::waiting(books, list, rule, today)?,
            };
            Some(&of_itself)
        } else {
            newest.map(|newest| newest.waiting.get(rule.list).unwrap_or(&nothing))
        };
        let mut batch = post::returned(list, &returned.imprint, (rule, waiting), today);
        if rule.what == ACCOUNT_CHANGE && batch.findings.is_empty() {
            account_changes::approve(books, &mut batch, today)?;
        }
        if rule.what == READ {
            let (mut sheet, findings) = rows::verdicts(list, books.rows_ground(today));
            // What is wrong with a cell is told once, and everything in one go; a sound row is planned further.
            let cell = |finding: &Finding| (finding.origin.row, finding.origin.column);
            let told: BTreeSet<_> = batch.findings.iter().map(cell).collect();
            decided
                .batch
                .findings
                .extend(findings.into_iter().filter(|finding| !told.contains(&cell(finding))));
            if let Rows::Decisions(rows) = &mut sheet.rows {
                rows.retain(|row| told.iter().all(|(told, _)| *told != Some(row.row)));
            }
            decided.sheets.push(sheet);
        }
        let about_money = match rule.what {
            DEPOSIT_REFUND => Some(("deposit-refund", DEPOSIT_PREFIX)),
            CREDIT => Some((CREDIT_REFUND, CREDIT_PREFIX)),
            _ => None,
        };
        if let Some(what) = about_money.filter(|_| batch.findings.is_empty()) {
            decided.sheets.push(rows::money_verdicts(list, books.rows_ground(today), what));
        }
        if letters::stands_for_itself(rule) && batch.findings.is_empty() {
            let (sheet, findings) = rows::sent(list, books.rows_ground(today));
            decided.batch.findings.extend(findings);
            decided.sheets.push(sheet);
        }
        decided.batch.append(batch);
    }
    Ok(decided)
}

/// Whether each row of a list is decided by itself, whatever else its workbook proposed: letters and calls; changes of
/// accounts; late fees, deposits and credits, which change with the day alone.
fn stands_for_itself(rule: &Rule) -> bool {
    [LATE_FEE, DEPOSIT_REFUND, CREDIT, ACCOUNT_CHANGE].contains(&rule.what)
        || letters::stands_for_itself(rule)
}

/// In how many rows something was typed that holds for the run of the workbook alone.
fn goes_by_run(returned: &Returned) -> usize {
    let rules = lists(&returned.imprint.workbook);
    let by_run =
        |list: &&ReturnedList| !rules.iter().any(|rule| rule.list == list.name && stands_for_itself(rule));
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
        let changed = returned.lists.iter().flat_map(|list| changed_rows(list, newest, lists(workbook)));
        findings.extend(changed.take(STALE_TOLD));
    }
    Ok(findings)
}

/// The decided rows of which something changed since.
fn changed_rows(list: &ReturnedList, newest: &Current, rules: &[Rule]) -> Vec<Finding> {
    let Some(rule) = rules.iter().find(|rule| rule.list == list.name) else { return vec![] };
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
