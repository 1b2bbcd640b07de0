//! Decides what the decisions of a workbook that came back amount to: one rule for every list of every workbook.

use std::collections::BTreeMap;

use crate::domain::books::batch::Batch;
use crate::domain::books::decision::{Decision, READ, REJECT, approves, same_initials};
use crate::domain::date::Date;
use crate::domain::finding::Code;
use crate::domain::page::seal::{DECISION, INITIALS, REASON, REF};
use crate::domain::proposals::decided::{Imprint, ReturnedList, ReturnedRow};
use crate::domain::sheet::place::Trouble;

/// What may be decided on a list.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// The list's name.
    pub list: &'static str,
    /// What its rows are, as a word: `bill`.
    pub what: &'static str,
    /// The words that Decision takes, in small letters; a rejection needs a reason.
    pub words: &'static [&'static str],
}

/// A row that waits for a decision.
#[derive(Clone, Debug, Default)]
pub struct Waits {
    /// The fingerprint of what is proposed.
    pub token: String,
    /// The initials that may not approve it: of those who prepared it, where the office forbids that.
    pub prepared_by: Vec<String>,
    /// Words of the list that this row does not take, in small letters, each with why and what to do.
    pub refused: BTreeMap<&'static str, String>,
}

impl Waits {
    /// A row that takes every word of its list.
    pub fn new(token: String, prepared_by: Vec<String>) -> Waits {
        Waits { token, prepared_by, refused: BTreeMap::new() }
    }
}

/// Plans what the decisions of one list post, given the rows that wait by their names.
///
/// A file that is folded again (`None`) was checked when it was taken in: its decisions stand.
pub fn returned(
    list: &ReturnedList,
    imprint: &Imprint,
    (rule, waiting): (&Rule, Option<&BTreeMap<String, Waits>>),
    day: Date,
) -> Batch {
    let mut batch = Batch::default();
    for row in &list.rows {
        let typed = Typed::of(list, &row.value);
        let troubles = waiting.map(|waiting| typed.troubles(&row.value, rule, waiting)).unwrap_or_default();
        if troubles.is_empty() {
            batch.decisions.push(Decision {
                what: rule.what.to_owned(),
                run_id: imprint.run_id.clone(),
                reference: row.value.reference.clone(),
                token: row.value.token.clone(),
                decision: typed.decision.to_lowercase(),
                reason: typed.reason,
                initials: typed.initials,
                day,
            });
        }
        let finding = |(header, trouble)| list.place.cell(row.row, header, trouble);
        batch.findings.extend(troubles.into_iter().map(finding));
    }
    batch
}

/// What was typed in a row.
struct Typed {
    decision: String,
    reason: String,
    initials: String,
}

impl Typed {
    fn of(list: &ReturnedList, row: &ReturnedRow) -> Typed {
        let typed = |header| {
            let column = list.place.layout.column(header);
            column.map(|column| row.typed.value(column.at).text().trim().to_owned()).unwrap_or_default()
        };
        Typed { decision: typed(DECISION), reason: typed(REASON), initials: typed(INITIALS) }
    }

    /// What is wrong with it, by the header of the cell.
    fn troubles(
        &self,
        row: &ReturnedRow,
        rule: &Rule,
        waiting: &BTreeMap<String, Waits>,
    ) -> Vec<(&'static str, Trouble)> {
        let missing = |message: &str| Trouble::error(Code::MissingCell, "", message);
        let decision = self.decision.to_lowercase();
        let mut troubles = Vec::new();
        if decision.is_empty() {
            let message = "Something is typed beside it and the decision is empty. Pick one, or empty the row's yellow \
                           cells.";
            troubles.push((DECISION, missing(message)));
        } else if !rule.words.contains(&decision.as_str()) {
            troubles.push((DECISION, no_decision(rule, &self.decision)));
        } else if decision == REJECT && self.reason.is_empty() {
            let message = "A rejection needs its reason. Say in a few words why.";
            troubles.push((REASON, missing(message)));
        }
        if self.initials.is_empty() {
            troubles.push((INITIALS, missing("A decision needs the initials of who decided. Fill them in.")));
        }
        match waiting.get(&row.reference) {
            Some(waits) if waits.token == row.token => {
                let same = |other: &String| same_initials(other, &self.initials);
                if approves(&decision) && waits.prepared_by.iter().any(same) {
                    troubles.push((INITIALS, same_person(rule.what, &self.initials)));
                }
                if let Some(why) = waits.refused.get(decision.as_str()) {
                    troubles.push((DECISION, Trouble::error(Code::ConflictingRows, &self.decision, why)));
                }
            }
            Some(_) => troubles.push((REF, another_by_now(rule, &row.reference))),
            None => troubles.push((REF, nothing_waits(rule, &row.reference))),
        }
        troubles
    }
}

fn no_decision(rule: &Rule, typed: &str) -> Trouble {
    let message = format!(
        "'{typed}' is no decision about a {}. Pick one of: {}; or empty the cell to decide later.",
        rule.what,
        rule.words.join(", ")
    );
    Trouble::error(Code::UnreadableCell, typed, message)
}

pub(super) fn same_person(what: &str, initials: &str) -> Trouble {
    let message = format!(
        "{initials} prepared this {what} and may not approve it ([approval] preparer_may_approve in office.toml). Let \
         somebody else decide."
    );
    Trouble::error(Code::SamePerson, initials, message)
}

fn another_by_now(rule: &Rule, reference: &str) -> Trouble {
    let message = format!(
        "What the {} {reference} rests on has changed since. Decide on the newest workbook.",
        rule.what
    );
    Trouble::error(Code::StaleProposal, reference, message)
}

fn nothing_waits(rule: &Rule, reference: &str) -> Trouble {
    let rejected = if rule.what == READ {
        " Of a bill that was rejected, drop a reads sheet with the right reading."
    } else {
        ""
    };
    let message = format!(
        "The {} {reference} does not wait for a decision. Empty the row's yellow cells.{rejected}",
        rule.what
    );
    Trouble::error(Code::NothingToDecide, reference, message)
}
