//! The workbooks that take decisions, an entry each: their lists, what waits on them, and what a decision becomes.

use std::collections::BTreeMap;

use super::decided::Current;
use super::desk::Books;
use super::{
    Failure, account_changes, back_bills, closed_accounts, deposit_refunds, late_fees, letters,
    lock_off_orders, read_audits, registers,
};
use crate::domain::books::back_bill::BACK_BILL;
use crate::domain::books::decision::{
    ACCOUNT_CHANGE, APPLY, APPROVE, BILL, CREDIT, DEPOSIT_REFUND, HOLD, KEEP, LATE_FEE, LOCK_OFF,
    LOCK_OFF_WORDS, READ, REFUND, REJECT, STRAY,
};
use crate::domain::books::money_in::CREDIT_REFUND;
use crate::domain::date::Date;
use crate::domain::proposals::closed_money::CREDIT_PREFIX;
use crate::domain::proposals::decided::ReturnedList;
use crate::domain::proposals::deposit_refunds::DEPOSIT_PREFIX;
use crate::domain::proposals::letter_run::{CALL, CALL_WORDS, LETTER, LETTER_WORDS};
use crate::post::{Rule, Waits};
use crate::workbook;

/// A workbook that takes decisions.
pub(super) struct Deciding {
    /// Its title.
    pub(super) title: &'static str,
    /// The workbooks of this title that can be decided on now.
    pub(super) current: fn(&Books, Date) -> Result<Vec<Current>, Failure>,
    /// Whether the status counts its waiting rows; bills it tells with their dollars, letters by their kinds.
    pub(super) in_status: bool,
    /// Its lists.
    pub(super) lists: &'static [DecidingList],
}

/// A list that takes decisions.
pub(super) struct DecidingList {
    /// What may be decided.
    pub(super) rule: Rule,
    /// What a decision holds for.
    pub(super) holds_for: HoldsFor,
    /// What it becomes.
    pub(super) becomes: Becomes,
}

/// What waits of a list that came back, by the names of its rows.
type WaitingOf = fn(&Books, (&ReturnedList, &Rule), Date) -> Result<BTreeMap<String, Waits>, Failure>;

/// What a decision holds for.
#[derive(Clone, Copy)]
pub(super) enum HoldsFor {
    /// The run that the workbook shows: when anything of what it proposes changed, it is stale.
    Run,
    /// Its own row, whatever else the workbook proposed; with what waits now.
    Row(WaitingOf),
}

/// What the decisions of a list become.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Becomes {
    /// Decisions, which the step that posts asks for.
    Decisions,
    /// Decisions, and the changes of accounts that they approve.
    Changes,
    /// Verdicts on held reads.
    Verdicts,
    /// Decisions about money: what the decisions sheet calls it, and how the names of its rows begin.
    Money(&'static str, &'static str),
    /// Notices of what was sent and said.
    Notices,
}

const APPROVALS: [&str; 3] = [APPROVE, HOLD, REJECT];

/// Every workbook that takes decisions.
pub(super) const DECIDING: [Deciding; 9] = [
    Deciding {
        title: workbook::BILL_REGISTER,
        current: registers::current,
        in_status: false,
        lists: &[
            by_run(workbook::REGISTER, BILL, &APPROVALS, Becomes::Decisions),
            by_run(workbook::HELD, READ, &workbook::READ_DECISIONS, Becomes::Verdicts),
        ],
    },
    Deciding {
        title: workbook::READ_AUDIT,
        current: read_audits::current,
        in_status: true,
        lists: &[
            by_run(workbook::AUDIT, READ, &workbook::READ_DECISIONS, Becomes::Verdicts),
            by_run(workbook::NOT_ON_RECORD, STRAY, &[REJECT], Becomes::Decisions),
        ],
    },
    Deciding {
        title: workbook::STUCK_METERS,
        current: back_bills::current,
        in_status: true,
        lists: &[by_run(workbook::STUCK, BACK_BILL, &APPROVALS, Becomes::Decisions)],
    },
    Deciding {
        title: workbook::LATE_FEES,
        current: late_fees::current,
        in_status: true,
        lists: &[by_row(
            workbook::LATE_FEES_DUE,
            LATE_FEE,
            &APPROVALS,
            Becomes::Decisions,
            |books, _, today| late_fees::waiting(books, today),
        )],
    },
    Deciding {
        title: workbook::LOCK_OFF_SCHEDULE,
        current: lock_off_orders::current,
        in_status: true,
        lists: &[by_run(workbook::SCHEDULE, LOCK_OFF, &LOCK_OFF_WORDS, Becomes::Decisions)],
    },
    Deciding {
        title: workbook::DEPOSIT_REFUNDS,
        current: deposit_refunds::current,
        in_status: true,
        lists: &[by_row(
            workbook::DEPOSITS,
            DEPOSIT_REFUND,
            &[APPLY, REFUND, KEEP],
            Becomes::Money("deposit-refund", DEPOSIT_PREFIX),
            |books, _, today| deposit_refunds::waiting(books, today),
        )],
    },
    Deciding {
        title: workbook::CLOSED_ACCOUNTS,
        current: closed_accounts::current,
        in_status: true,
        lists: &[by_row(
            workbook::SETTLED,
            CREDIT,
            &[REFUND],
            Becomes::Money(CREDIT_REFUND, CREDIT_PREFIX),
            |books, _, today| closed_accounts::waiting(books, today),
        )],
    },
    Deciding {
        title: workbook::ACCOUNTS_CHANGES,
        current: account_changes::current,
        in_status: true,
        lists: &[by_row(
            workbook::PROPOSED,
            ACCOUNT_CHANGE,
            &APPROVALS,
            Becomes::Changes,
            |books, _, today| account_changes::waiting(books, today),
        )],
    },
    Deciding {
        title: workbook::PAST_DUE_LIST,
        current: |_, _| Ok(vec![]),
        in_status: false,
        lists: &[
            by_row(workbook::LETTERS, LETTER, &LETTER_WORDS, Becomes::Notices, letters::waiting),
            by_row(workbook::CALLS, CALL, &CALL_WORDS, Becomes::Notices, letters::waiting),
        ],
    },
];

const fn by_run(
    list: &'static str,
    what: &'static str,
    words: &'static [&'static str],
    becomes: Becomes,
) -> DecidingList {
    DecidingList { rule: Rule { list, what, words }, holds_for: HoldsFor::Run, becomes }
}

const fn by_row(
    list: &'static str,
    what: &'static str,
    words: &'static [&'static str],
    becomes: Becomes,
    waiting: WaitingOf,
) -> DecidingList {
    DecidingList { rule: Rule { list, what, words }, holds_for: HoldsFor::Row(waiting), becomes }
}

/// The entry of a title; `None` for a workbook that takes no decisions.
pub(super) fn deciding(title: &str) -> Option<&'static Deciding> {
    DECIDING.iter().find(|entry| entry.title == title)
}

impl Deciding {
    /// Its list of a name.
    pub(super) fn list(&self, name: &str) -> Option<&DecidingList> {
        self.lists.iter().find(|list| list.rule.list == name)
    }
}
