//! Changes of accounts: every column that is another by now, old beside new; new accounts; changes that wait.

use crate::domain::books::account_change::{Difference, RecordedChange, WhyWaiting};
use crate::domain::books::decision::{APPROVE, HOLD, REJECT};
use crate::domain::page::{
    Book, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table, Value,
};
use crate::domain::proposals::account_changes::{AccountChanges, ProposalState, ProposedRow};
use crate::workbook::sections;

/// The title of the workbook.
pub const ACCOUNTS_CHANGES: &str = "Accounts changes";
/// The sheet of what waits, which takes decisions.
pub const PROPOSED: &str = "Proposed";
/// The sheet of what changed.
const CHANGES: &str = "Changes";
/// The sheet of the new accounts.
const NEW: &str = "New accounts";

/// Lays the changes of a month out as a workbook.
pub fn account_changes(of: &AccountChanges) -> Book<'_> {
    Book {
        title: ACCOUNTS_CHANGES.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(changes(of)),
            Page::Table(new_accounts(of)),
            Page::Table(proposed(of)),
        ],
    }
    .sealed()
}

/// The file that brought something, with its number in the archive.
fn file(by: &RecordedChange) -> String {
    format!("{} {}", by.sequence, by.file)
}

fn changes(of: &AccountChanges) -> Table<'_> {
    Table {
        name: CHANGES.to_owned(),
        about: "Every column of an account that is another by now, old beside new, in the order in which the files came."
            .to_owned(),
        columns: vec![
            Column::new("In force from", Role::Date).width(12),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Column", Role::Text).width(16),
            Column::new("Before", Role::Text)
                .width(26)
                .note("Of bank data the last digits. Empty: it said nothing."),
            Column::new("After", Role::Text).width(26),
            Column::new("Approved by", Role::Text)
                .width(10)
                .note("Where it waited for a decision."),
            Column::new("File", Role::Text).width(28).note("With its number in the archive."),
        ],
        frozen: 2,
        rows: of.changes.len(),
        fill: Box::new(|index, row| {
            let change = &of.changes[index];
            row.push(change.by.day);
            row.push(change.by.change.account.as_str());
            row.push(change.customer.as_str());
            row.push(change.difference.column.as_str());
            row.push(change.difference.before.as_str());
            row.push(change.difference.after.as_str());
            row.push(change.approved_by.as_str());
            row.push(file(&change.by));
        }),
    }
}

fn new_accounts(of: &AccountChanges) -> Table<'_> {
    Table {
        name: NEW.to_owned(),
        about: "The accounts that came to the books, as they stand now, each with the one that had its address before.".to_owned(),
        columns: vec![
            Column::new("Taken in on", Role::Date).width(12),
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("Service address", Role::Text).width(26),
            Column::new("Class", Role::Text).width(17),
            Column::new("Meter size", Role::Text).width(8),
            Column::new("Opened", Role::Date).width(12),
            Column::new("Before it", Role::Account)
                .width(11)
                .note("The account with the same service address; empty where there is none."),
            Column::new("It closed on", Role::Date).width(12).note("Empty where it is open."),
            Column::new("File", Role::Text).width(28),
        ],
        frozen: 2,
        rows: of.new.len(),
        fill: Box::new(|index, row| {
            let new = &of.new[index];
            row.push(new.by.day);
            row.push(new.account.id.as_str());
            row.push(new.account.customer.as_str());
            row.push(new.account.service_address.as_str());
            row.push(new.account.class.as_str());
            row.push(new.account.meter_size.as_str());
            row.push(new.account.opened);
            row.push(new.before.as_ref().map(|(account, _)| account.as_str()));
            row.push(new.before.as_ref().and_then(|(_, closed)| *closed));
            row.push(file(&new.by));
        }),
    }
}

fn proposed(of: &AccountChanges) -> Table<'_> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Why it waits", Role::Sentence).width(18),
        Column::new("Before", Role::Sentence).width(32).note("Of bank data the last digits."),
        Column::new("After", Role::Sentence).width(32),
        Column::new("State", Role::Sentence).width(22),
        Column::decision(&[APPROVE, HOLD, REJECT]),
        Column::reason("A rejection needs one."),
        Column::initials(),
    ];
    let screen = [
        Column::new("Taken in on", Role::Date).width(12),
        Column::new("File", Role::Text).width(28),
        Column::reference(),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns.push(Column::seal());
    Table {
        name: PROPOSED.to_owned(),
        about: "One row per account whose change waits, or was decided in the month. Decide in the yellow cells, save, and drop the \
                workbook into the inbox."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.proposed.len(),
        fill: Box::new(|index, row| {
            let ProposedRow { proposal, state, token } = &of.proposed[index];
            let (account, told) = (&proposal.proposed.account, &proposal.proposed.differences);
            row.push(account.id.as_str());
            row.push(account.customer.as_str());
            row.push(why(proposal.proposed.why));
            row.push(each(told, |one| &one.before));
            row.push(each(told, |one| &one.after));
            let cell = row.push(words(state));
            if *state == ProposalState::Waits {
                cell.flag(Flag::Held);
            }
            for _input in 0..3 {
                row.push(Value::Empty);
            }
            row.push(proposal.day);
            row.push(format!("{} {}", proposal.sequence, proposal.file));
            row.push(proposal.reference());
            row.push(token.as_str());
        }),
    }
}

/// One side of every difference: `Phone: 760-555-0142; Class: (empty)`.
fn each(differences: &[Difference], side: impl Fn(&Difference) -> &String) -> String {
    let said = differences.iter().map(|one| {
        let told = side(one);
        format!("{}: {}", one.column, if told.is_empty() { "(empty)" } else { told })
    });
    said.collect::<Vec<_>>().join("; ")
}

fn why(why: WhyWaiting) -> &'static str {
    match why {
        WhyWaiting::BankData => "it changes bank data",
        WhyWaiting::ManyAccounts => "its sheet changes more than 5 % of the accounts",
    }
}

/// What became of a proposal, in words.
fn words(state: &ProposalState) -> String {
    match state {
        ProposalState::Waits => "waits for a decision".to_owned(),
        ProposalState::Approved { day, initials } => format!("approved by {initials}, in force from {day}"),
        ProposalState::Rejected { day, initials, reason } => {
            format!("rejected by {initials} on {day}: {reason}")
        }
        ProposalState::Replaced => "replaced by a later row for the account".to_owned(),
    }
}

fn cover(of: &AccountChanges) -> Cover<'_> {
    let waiting = of.proposed.iter().filter(|row| row.state == ProposalState::Waits).count();
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Columns changed", of.changes.len()).leading_to(CHANGES),
        Fact::new("New accounts", of.new.len()).leading_to(NEW),
        Fact::new("Waiting for a decision", waiting).leading_to(PROPOSED),
    ];
    if !of.prepared_by.is_empty() {
        facts.push(Fact::new("Prepared by", of.prepared_by.as_str()));
    }
    let (new, changed) = of.counted;
    let check = |says: &str, page, counted: u32| Check {
        says: says.to_owned(),
        role: Role::Integer,
        found: Figure::Rows(page),
        expected: Figure::Given(counted.into()),
    };
    let checks = vec![
        check("Every change on record is listed", CHANGES, changed),
        check("Every account that came to the books is listed", NEW, new),
    ];
    Cover { facts, checks, sections: cover_sections(waiting) }
}

fn cover_sections<'a>(waiting: usize) -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Held, "waits, CHECK", "It waits for a decision; or a check that does not hold."),
    ];
    let limits = [
        "A change is in force from the day on which it was taken in or approved; what was before stays on record for the days before.",
        "What an accounts sheet has no column for stays as it was. An empty cell of a column that it has empties it.",
        "The accounts of the first sheet of all open the books; they are not listed as new.",
        "Bank data are never shown beyond their last four digits, neither here nor anywhere else.",
        "Excel does not sort locked cells: use the filter buttons.",
    ];
    let mut sections = vec![
        sections::made_from_the_books(
            "The accounts sheets and closings of the books up to the chain head above.",
        ),
        sections::colours(legend, true),
        sections::limits(limits),
    ];
    if waiting > 0 {
        let steps = [
            "Proposed: pick Approve, Hold or Reject (with a Reason), with Initials. Leave a row empty to decide later.",
            "Save the workbook and drop it into the inbox. What is approved is in force from the day of that run.",
            "Until then the account is billed as it was. A later accounts sheet with a row for it takes the place of what waits.",
        ];
        sections.insert(0, sections::how_to_decide(steps));
    }
    sections
}
