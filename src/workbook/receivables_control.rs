//! The receivables control: what customers owed, all that moved it, what they owe; by class, by charge, by account.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::books::charge::ChargeKind;
use crate::domain::books::control::{ControlLine, OpenByCharge, Posted};
use crate::domain::books::entry::EntryKind;
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table,
};
use crate::domain::proposals::receivables_control::{ControlledAccount, ReceivablesControl};
use crate::workbook::sections;
use crate::workbook::survey::{CHECK, OK};

const CONTROL: &str = "Control";
const BY_CLASS: &str = "By class";
const BY_CHARGE: &str = "By charge";
const POSTINGS: &str = "Postings";
const ACCOUNTS: &str = "Accounts";
const BEFORE: &str = "Open at start";
const AFTER: &str = "Open at end";
const DEPOSITS: &str = "Deposits";
const UNAPPLIED: &str = "Unapplied cash";
const LEDGER: &str = "General ledger";
/// The headers of what was owed and is owed.
const OPENING: &str = "Opening";
const CLOSING: &str = "Closing";
/// The header of what no item has used.
const CREDIT: &str = "Credit";

/// Lays the receivables control out as a workbook.
pub fn receivables_control(of: &ReceivablesControl) -> Book<'_> {
    let charges = charges(of);
    let chart = Chart::columns("What customers owed and owe, by class", "Class", &[OPENING, CLOSING]);
    let before = |row: &ControlledAccount| row.control.before.clone();
    let after = |row: &ControlledAccount| row.control.after.clone();
    Book {
        title: "Receivables control".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(control(of)),
            Page::Summary(by_class(of), chart),
            Page::Table(by_charge(of, &charges)),
            Page::Table(postings(of)),
            Page::Table(ledger(of)),
            Page::Table(accounts(of)),
            Page::Table(open(of, BEFORE, "the start", &charges, before)),
            Page::Table(open(of, AFTER, "the end", &charges, after)),
            Page::Table(deposits(of)),
            Page::Table(unapplied(of)),
        ],
    }
}

/// What a line holds.
fn holds(line: ControlLine) -> &'static str {
    match line {
        ControlLine::Billed => "Bills posted",
        ControlLine::TakenOver => "What was owed when the books were opened",
        ControlLine::LateFees => "Fees on bills that were unpaid for too long",
        ControlLine::OtherFees => "Lock-offs, reconnections, returned items, installations",
        ControlLine::Adjustments => "Corrections by reason; credits in parentheses",
        ControlLine::Payments => "Money from customers",
        ControlLine::ReturnedPayments => "Payments that the bank took back",
        ControlLine::DepositsApplied => "Deposits used for what was owed",
        ControlLine::Transfers => "Credits moved between accounts; they sum to nothing",
        ControlLine::WriteOffs => "Credits too small to be given back",
        ControlLine::Refunds => "Credits given back",
    }
}

/// Kinds of charges in the order in which they are shown; those of bills first.
const CHARGES: [&str; 7] = ["fixed", "tier", "flat", "budget", "wastewater", "surcharge", "fee"];

/// The charges that were open, were posted or are open.
fn charges(of: &ReceivablesControl) -> Vec<&str> {
    let standing = of.accounts.iter().flat_map(|row| [&row.control.before, &row.control.after]);
    let open = standing.flat_map(|open| open.charges.iter().map(|(kind, _)| *kind));
    let posted = of.posted.iter().filter_map(|posted| posted.charge.as_deref());
    let found: BTreeSet<&str> = open.chain(posted).collect();
    let mut charges: Vec<&str> = found.into_iter().collect();
    charges
        .sort_by_key(|kind| (CHARGES.iter().position(|known| known == kind).unwrap_or(CHARGES.len()), *kind));
    charges
}

/// The header of a charge: `Late fee`.
fn header(charge: &str) -> String {
    let mut letters = charge.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str().replace('-', " "))
}

/// What a charge is.
fn about(charge: &str) -> &'static str {
    const BILL: [(ChargeKind, &str); 7] = [
        (ChargeKind::Fixed, "Fixed charges of bills"),
        (ChargeKind::Tier, "Water of bills, by tiers"),
        (ChargeKind::Flat, "Water of bills, at one price"),
        (ChargeKind::Budget, "Water of bills, by budget"),
        (ChargeKind::Wastewater, "Wastewater of bills"),
        (ChargeKind::Surcharge, "Surcharges of bills"),
        (ChargeKind::Fee, "Fees, on bills and outside"),
    ];
    const OTHER: [(EntryKind, &str); 8] = [
        (EntryKind::LateFee, "Fees on bills that were unpaid for too long"),
        (EntryKind::ReturnedItemFee, "Fees for returned payments"),
        (EntryKind::Adjustment, "Adjustments that add to what is owed"),
        (EntryKind::OpeningBalance, "What was owed when the books were opened"),
        (EntryKind::Refund, "Credits given back"),
        (EntryKind::WriteOff, "Credits written off"),
        (EntryKind::TransferOut, "Credits moved to other accounts"),
        (EntryKind::ReturnedPayment, "More came back than was paid"),
    ];
    let bill = BILL.iter().map(|(kind, about)| (kind.word(), *about));
    let other = OTHER.iter().map(|(kind, about)| (kind.word(), *about));
    bill.chain(other).find(|(word, _)| *word == charge).map_or("", |(_, about)| about)
}

fn control(of: &ReceivablesControl) -> Table<'_> {
    let (before, _) = of.stands[0];
    let moved =
        |line: ControlLine| -> Money { of.accounts.iter().map(|row| row.control.moved[line as usize]).sum() };
    let posted = |line: ControlLine| {
        of.posted.iter().filter(|posted| posted.line == line).map(|posted| posted.amount).sum()
    };
    let opening: Money = of.accounts.iter().map(|row| row.control.opening).sum();
    let mut rows = vec![(OPENING, "What customers owed before the first day", opening, before)];
    rows.extend(ControlLine::ALL.map(|line| (line.word(), holds(line), moved(line), posted(line))));
    Table {
        name: CONTROL.to_owned(),
        about:
            "What was owed, line by line what moved it; the total of the lines is what is owed at the end."
                .to_owned(),
        columns: vec![
            Column::new("Line", Role::Text).width(18),
            Column::new("What it holds", Role::Text).width(58),
            Column::new("Customers' accounts", Role::Money)
                .width(18)
                .formula(format!("SUMIF({{{ACCOUNTS}:headers}},[Line],{{{ACCOUNTS}:totals}})"))
                .total()
                .note("The total of that column of Accounts."),
            Column::new("General ledger", Role::Money)
                .width(18)
                .formula(format!("SUMIFS({{{POSTINGS}!Amount}},{{{POSTINGS}!Line}},[Line])"))
                .total()
                .note("The postings of that line."),
            Column::new("Difference", Role::Money)
                .formula("ROUND([Customers' accounts]-[General ledger],2)")
                .total(),
            Column::new("Ties", Role::Check).formula("IF([Difference]=0,\"OK\",\"CHECK\")").total(),
        ],
        frozen: 1,
        rows: rows.len(),
        fill: Box::new(move |index, row| {
            let (word, about, accounts, ledger) = rows[index];
            row.push(word);
            row.push(about);
            row.push(accounts);
            row.push(ledger);
            row.push(accounts - ledger);
            row.push(if accounts == ledger { OK } else { CHECK });
        }),
    }
}

/// The columns of a control: opening, line by line, closing.
fn lines(formula: impl Fn(&str) -> Option<String>) -> Vec<Column> {
    let movements = ControlLine::ALL.into_iter().map(ControlLine::word);
    let amounts = [OPENING].into_iter().chain(movements).map(|name| {
        let column = Column::new(name, Role::Money).total();
        match formula(name) {
            Some(formula) => column.formula(formula),
            None => column,
        }
    });
    let last = ControlLine::Refunds.word();
    let closing = Column::new(CLOSING, Role::Money).formula(format!("SUM([{OPENING}]:[{last}])")).total();
    amounts.chain([closing]).collect()
}

fn by_class(of: &ReceivablesControl) -> Table<'_> {
    let mut classes: BTreeMap<&str, Vec<&ControlledAccount>> = BTreeMap::new();
    for row in &of.accounts {
        classes.entry(&row.class).or_default().push(row);
    }
    let classes: Vec<(&str, Vec<&ControlledAccount>)> = classes.into_iter().collect();
    let mut columns = vec![
        Column::new("Class", Role::Text).width(20),
        Column::new("Accounts with entries", Role::Integer)
            .width(10)
            .formula(format!("COUNTIFS({{{ACCOUNTS}!Class}},[Class])")),
    ];
    columns.extend(lines(|name| Some(format!("SUMIFS({{{ACCOUNTS}!{name}}},{{{ACCOUNTS}!Class}},[Class])"))));
    Table {
        name: BY_CLASS.to_owned(),
        about: "The control of each class of customers, added up from Accounts.".to_owned(),
        columns,
        frozen: 1,
        rows: classes.len(),
        fill: Box::new(move |index, row| {
            let (class, accounts) = &classes[index];
            row.push(*class);
            row.push(accounts.len());
            row.push(accounts.iter().map(|row| row.control.opening).sum::<Money>());
            for at in 0..ControlLine::ALL.len() {
                row.push(accounts.iter().map(|row| row.control.moved[at]).sum::<Money>());
            }
            row.push(accounts.iter().map(|row| row.control.closing()).sum::<Money>());
        }),
    }
}

fn by_charge<'a>(of: &'a ReceivablesControl, charges: &[&'a str]) -> Table<'a> {
    let open = |of_row: fn(&ControlledAccount) -> &OpenByCharge, charge: Option<&str>| -> Money {
        let of_row = of.accounts.iter().map(of_row);
        of_row.map(|open| charge.map_or(open.credit, |charge| open.of(charge))).sum()
    };
    let posted = |charge: Option<&str>| -> Money {
        let found = of.posted.iter().filter(|posted| posted.charge.as_deref() == charge);
        found.map(|posted| posted.amount).sum()
    };
    let kinds = charges.iter().map(|charge| Some(*charge)).chain([None]);
    let rows: Vec<(String, &str, [Money; 3])> = kinds
        .map(|charge| {
            let name = charge.map_or_else(|| CREDIT.to_owned(), header);
            let what = charge.map_or("All that lowers what is owed, and credit that paid nothing yet", about);
            let before = open(|row| &row.control.before, charge);
            let after = open(|row| &row.control.after, charge);
            (name, what, [before, posted(charge), after])
        })
        .collect();
    let of_sheet = |sheet: &str| format!("SUMIF({{{sheet}:headers}},[Charge],{{{sheet}:totals}})");
    Table {
        name: BY_CHARGE.to_owned(),
        about: "What was open of each charge, posted and paid. Inside a bill fees are paid first, then its lines in order."
            .to_owned(),
        columns: vec![
            Column::new("Charge", Role::Text).width(18),
            Column::new("What it is", Role::Text).width(58),
            Column::new(OPENING, Role::Money).formula(of_sheet(BEFORE)).total(),
            Column::new("Posted", Role::Money)
                .formula(format!("SUMIFS({{{POSTINGS}!Amount}},{{{POSTINGS}!Charge}},[Charge])"))
                .total()
                .note("What the general ledger was debited with for the charge."),
            Column::new("Paid with credits", Role::Money)
                .width(14)
                .formula(format!("ROUND([{OPENING}]+[Posted]-[{CLOSING}],2)"))
                .total()
                .note("What credits have paid of the charge. All of it comes from the row Credit, so that the column sums to nothing."),
            Column::new(CLOSING, Role::Money).formula(of_sheet(AFTER)).total(),
        ],
        frozen: 1,
        rows: rows.len(),
        fill: Box::new(move |index, row| {
            let (name, what, [before, posted, after]) = &rows[index];
            row.push(name.clone());
            row.push(*what);
            row.push(*before);
            row.push(*posted);
            row.push(*before + *posted - *after);
            row.push(*after);
        }),
    }
}

fn postings(of: &ReceivablesControl) -> Table<'_> {
    Table {
        name: POSTINGS.to_owned(),
        about: "What the general ledger says was posted to what customers owe.".to_owned(),
        columns: vec![
            Column::new("Line", Role::Text).width(18).note("The line of Control."),
            Column::new("Kind of entries", Role::Text).width(18),
            Column::new("Charge", Role::Text).width(18).note("The row of By charge."),
            Column::new("GL account", Role::Account)
                .width(14)
                .note("Of bills the revenue's, else the receivable."),
            Column::new("What it holds there", Role::Text).width(26),
            Column::new("Amount", Role::Money).total(),
        ],
        frozen: 1,
        rows: of.posted.len() + 1,
        fill: Box::new(move |index, row| {
            let Some(at) = index.checked_sub(1) else {
                row.push(OPENING);
                row.push("all before");
                row.push("");
                row.push(of.names.receivable.as_str());
                row.push(of.names.holds(&of.names.receivable));
                row.push(of.stands[0].0);
                return;
            };
            let Posted { line, entry, charge, gl_account, amount } = &of.posted[at];
            row.push(line.word());
            row.push(entry.word());
            row.push(charge.as_deref().map_or_else(|| CREDIT.to_owned(), header));
            row.push(gl_account.as_str());
            row.push(of.names.holds(gl_account));
            row.push(*amount);
        }),
    }
}

fn ledger(of: &ReceivablesControl) -> Table<'_> {
    let mut accounts: BTreeMap<&str, [Money; 3]> = BTreeMap::new();
    for legs in &of.ledger {
        let [before, debit, credit] = accounts.entry(&legs.gl_account).or_default();
        *before += legs.before;
        *debit += legs.debit;
        *credit += legs.credit;
    }
    let accounts: Vec<(&str, [Money; 3])> = accounts.into_iter().collect();
    Table {
        name: LEDGER.to_owned(),
        about: "Every account of the general ledger: before the first day, in the period, at the end. Debits are positive."
            .to_owned(),
        columns: vec![
            Column::new("GL account", Role::Account).width(14),
            Column::new("What it holds", Role::Text).width(30),
            Column::new(OPENING, Role::Money).total(),
            Column::new("Debit", Role::Money).total(),
            Column::new(CREDIT, Role::Money).total(),
            Column::new(CLOSING, Role::Money).formula(format!("[{OPENING}]+[Debit]-[{CREDIT}]")).total(),
        ],
        frozen: 1,
        rows: accounts.len(),
        fill: Box::new(move |index, row| {
            let (account, [before, debit, credit]) = accounts[index];
            row.push(account);
            row.push(of.names.holds(account));
            row.push(before);
            row.push(debit);
            row.push(credit);
            row.push(before + debit - credit);
        }),
    }
}

fn accounts(of: &ReceivablesControl) -> Table<'_> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(20),
        Column::new("Class", Role::Text).width(14),
    ];
    columns.extend(lines(|_| None));
    let at_end = format!("[{AFTER}!Balance]");
    columns.extend([
        Column::new("Open at end", Role::Money)
            .formula(at_end)
            .total()
            .note("The balance as the allocation of its payments finds it."),
        Column::new("Ties", Role::Check)
            .formula(format!("IF(ROUND([{CLOSING}]-[Open at end],2)=0,\"OK\",\"CHECK\")"))
            .total(),
    ]);
    Table {
        name: ACCOUNTS.to_owned(),
        about: "The control of each account that owed, was moved or owes.".to_owned(),
        columns,
        frozen: 1,
        rows: of.accounts.len(),
        fill: Box::new(|index, row| {
            let ControlledAccount { control, customer, class } = &of.accounts[index];
            row.push(control.account.as_str());
            row.push(customer.as_str());
            row.push(class.as_str());
            row.push(control.opening);
            for moved in control.moved {
                row.push(moved);
            }
            row.push(control.closing());
            row.push(control.after.balance());
            row.push(if control.closing() == control.after.balance() { OK } else { CHECK });
        }),
    }
}

fn open<'a>(
    of: &'a ReceivablesControl,
    name: &str,
    when: &str,
    charges: &[&'a str],
    open: impl Fn(&ControlledAccount) -> OpenByCharge + Sync + 'a,
) -> Table<'a> {
    let charges = charges.to_vec();
    let mut columns = vec![Column::new("Account", Role::Account), Column::new("Class", Role::Text).width(14)];
    columns.extend(charges.iter().map(|charge| Column::new(header(charge), Role::Money).total()));
    let first = charges.first().map_or_else(|| CREDIT.to_owned(), |charge| header(charge));
    columns.extend([
        Column::new(CREDIT, Role::Money).total().note("Credit that paid nothing yet."),
        Column::new("Balance", Role::Money).formula(format!("SUM([{first}]:[{CREDIT}])")).total(),
    ]);
    Table {
        name: name.to_owned(),
        about: format!("What of each charge was unpaid at {when}, account by account."),
        columns,
        frozen: 1,
        rows: of.accounts.len(),
        fill: Box::new(move |index, row| {
            let account = &of.accounts[index];
            let found = open(account);
            row.push(account.control.account.as_str());
            row.push(account.class.as_str());
            for charge in &charges {
                row.push(found.of(charge));
            }
            row.push(found.credit);
            row.push(found.balance());
        }),
    }
}

fn deposits(of: &ReceivablesControl) -> Table<'_> {
    Table {
        name: DEPOSITS.to_owned(),
        about: "Deposits held apart from what is owed: what was held, taken, used and given back.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(26),
            Column::new(OPENING, Role::Money).total(),
            Column::new("Taken", Role::Money).total(),
            Column::new("Applied", Role::Money).total(),
            Column::new("Refunded", Role::Money).total(),
            Column::new(CLOSING, Role::Money).formula(format!("SUM([{OPENING}]:[Refunded])")).total(),
        ],
        frozen: 1,
        rows: of.deposits.len(),
        fill: Box::new(|index, row| {
            let (moved, customer) = &of.deposits[index];
            row.push(moved.account.as_str());
            row.push(customer.as_str());
            let amounts = [moved.opening, moved.taken, moved.applied, moved.refunded];
            fill_and_sum(&amounts, row);
        }),
    }
}

fn unapplied(of: &ReceivablesControl) -> Table<'_> {
    Table {
        name: UNAPPLIED.to_owned(),
        about: "Money received for accounts that are not ours: what waited, came and was assigned."
            .to_owned(),
        columns: vec![
            Column::new("Date", Role::Date).width(12),
            Column::new("Reference", Role::Account).width(24),
            Column::new("Waited", Role::Money).total(),
            Column::new("Received", Role::Money).total(),
            Column::new("Assigned", Role::Money).total().note("Assigned to an account, or taken back."),
            Column::new(CLOSING, Role::Money).formula("SUM([Waited]:[Assigned])").total(),
        ],
        frozen: 1,
        rows: of.unapplied.len(),
        fill: Box::new(|index, row| {
            let moved = &of.unapplied[index];
            row.push(moved.date);
            row.push(moved.reference.as_str());
            fill_and_sum(&[moved.waited, moved.received, moved.left], row);
        }),
    }
}

fn fill_and_sum(amounts: &[Money], row: &mut Row<'_>) {
    for amount in amounts {
        row.push(*amount);
    }
    row.push(amounts.iter().copied().sum::<Money>());
}

fn cover(of: &ReceivablesControl) -> Cover<'_> {
    let closing: Money = of.accounts.iter().map(|row| row.control.closing()).sum();
    let credits: Money = of.accounts.iter().map(|row| row.control.after.credit).sum();
    let [_, (_, deposits), (_, unapplied)] = of.stands;
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", format!("{} to {}", of.span.from, of.span.to)),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Owed at the end, credits taken off", closing),
        Fact::new("Of that credits", credits),
        Fact::new("Deposits held", deposits),
        Fact::new("Unapplied cash", unapplied),
    ];
    Cover { facts, checks: checks(of), sections: sections() }
}

fn checks(of: &ReceivablesControl) -> Vec<Check> {
    let check = |says: &str, found: Figure, expected: Figure| Check {
        says: says.to_owned(),
        role: Role::Money,
        found,
        expected,
    };
    let count = |says: &str, found: Figure| Check {
        says: says.to_owned(),
        role: Role::Integer,
        found,
        expected: Figure::Given(0.into()),
    };
    let given = |amount: Money| Figure::Given(amount.decimal());
    let total = Figure::total;
    let [receivable, deposits, unapplied] = of.stands;
    vec![
        check("Opening is the general ledger's receivable", total(ACCOUNTS, OPENING), given(receivable.0)),
        check("Closing is the general ledger's receivable", total(ACCOUNTS, CLOSING), given(receivable.1)),
        check(
            "Opening and all lines are the closing",
            total(CONTROL, "Customers' accounts"),
            total(ACCOUNTS, CLOSING),
        ),
        check(
            "Closing is the sum of the account balances",
            total(ACCOUNTS, CLOSING),
            total(AFTER, "Balance"),
        ),
        check("Opening is what was open at the start", total(ACCOUNTS, OPENING), total(BEFORE, "Balance")),
        count("Lines that differ from the general ledger", total(CONTROL, "Ties")),
        count("Accounts that do not tie", total(ACCOUNTS, "Ties")),
        check("Classes sum to the closing", total(BY_CLASS, CLOSING), total(ACCOUNTS, CLOSING)),
        check("Charges sum to the closing", total(BY_CHARGE, CLOSING), total(ACCOUNTS, CLOSING)),
        check(
            "What credits paid is what charges were paid",
            total(BY_CHARGE, "Paid with credits"),
            Figure::Given(0.into()),
        ),
        check("Debits of the general ledger are its credits", total(LEDGER, "Debit"), total(LEDGER, CREDIT)),
        check("Deposits are the general ledger's", total(DEPOSITS, CLOSING), given(deposits.1)),
        check("Unapplied cash is the general ledger's", total(UNAPPLIED, CLOSING), given(unapplied.1)),
    ]
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend =
        [(Flag::Ok, "OK", "A check that holds."), (Flag::Held, "CHECK", "A check that does not hold.")];
    let limits = [
        "A class is the account's own as it is now, at the start too.",
        "Entries count by their date, whenever they were taken in: a payment dated in this month that comes later makes the workbook anew.",
        "Deposits held and unapplied cash are no part of what customers owe; each has its own sheet and its own account of the general ledger.",
    ];
    vec![
        sections::made_from_the_books("All entries of the archive up to the chain head above."),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
