//! The past-due list: balances by age, what is open item by item, and the late fees of the month.

use std::collections::BTreeMap;

use crate::domain::books::balance::{Age, Aging};
use crate::domain::books::entry::EntryKind;
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Row, Section, Table,
};
use crate::domain::proposals::letter_run::LetterRun;
use crate::domain::proposals::past_due::{AgedAccount, AssessedLateFee, PastDueList};
use crate::workbook::sections;
use crate::workbook::survey::{CHECK, OK};
use crate::workbook::{late_fees, letters};

const AGED: &str = "Aged balances";
const BY_AGE: &str = "By age";
const BY_CLASS: &str = "By class";
const ITEMS: &str = "Open items";
const LATE_FEES: &str = "Late fees";
/// The header of credit that paid nothing yet.
const CREDIT: &str = "Credit";

/// The title of the workbook.
pub const PAST_DUE_LIST: &str = "Past-due list";

/// Lays the past-due list out as a workbook, with the sheets of the day's letter run where it has one.
pub fn past_due_list<'a>(of: &'a PastDueList, run: Option<&'a LetterRun>) -> Book<'a> {
    let chart = Chart::columns("What customers owe, by age", "Age", &["Open"]);
    let mut pages = vec![
        Page::Cover(cover(of, run)),
        Page::Table(aged(of)),
        Page::Summary(by_age(of), chart),
        Page::Table(by_class(of)),
        Page::Table(items(of)),
        Page::Table(late_fees_of_the_month(of)),
    ];
    pages.extend(run.map(letters::pages).unwrap_or_default());
    Book {
        title: PAST_DUE_LIST.to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.as_of,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages,
    }
    .sealed()
}

/// The header of an age.
fn word(age: Age) -> &'static str {
    match age {
        Age::Current => "Current",
        Age::UpTo30 => "1 to 30 days",
        Age::UpTo60 => "31 to 60 days",
        Age::UpTo90 => "61 to 90 days",
        Age::Over90 => "Over 90 days",
    }
}

/// The columns of an aging: by age, credit, balance, past due.
fn ages(formula: impl Fn(&str) -> Option<String>) -> Vec<Column> {
    let words = Age::ALL.map(word).into_iter().chain([CREDIT]);
    let mut columns: Vec<Column> = words
        .map(|name| {
            let column = Column::new(name, Role::Money).total();
            match formula(name) {
                Some(formula) => column.formula(formula),
                None => column,
            }
        })
        .collect();
    let (first, last) = (word(Age::UpTo30), word(Age::Over90));
    columns.extend([
        Column::new("Balance", Role::Money)
            .formula(format!("SUM([{}]:[{CREDIT}])", word(Age::Current)))
            .total(),
        Column::new("Past due", Role::Money)
            .formula(format!("SUM([{first}]:[{last}])"))
            .total()
            .note("All that is past its due date, fees too. A lock-off looks at bills alone."),
    ]);
    columns
}

fn fill_ages(aging: &Aging, row: &mut Row<'_>) {
    for age in Age::ALL {
        let open = aging.of(age);
        let cell = row.push(open);
        if age == Age::Over90 && !open.is_zero() {
            cell.flag(Flag::Warning);
        }
    }
    row.push(aging.credit);
    row.push(aging.balance());
    row.push(aging.past_due.iter().copied().sum::<Money>());
}

fn aged(of: &PastDueList) -> Table<'_> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Class", Role::Text).width(16),
        Column::new("Status", Role::Text).width(9),
        Column::new("Phone", Role::Account).width(14),
    ];
    columns.extend(ages(|_| None));
    Table {
        name: AGED.to_owned(),
        about: "One row per account that owes something or has a credit, by days past the due date."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.accounts.len(),
        fill: Box::new(|index, row| {
            let AgedAccount { account, customer, phone, class, status, aging } = &of.accounts[index];
            row.push(account.as_str());
            row.push(customer.as_str());
            row.push(class.as_str());
            row.push(status.word());
            row.push(phone.as_str());
            fill_ages(aging, row);
        }),
    }
}

fn by_age(of: &PastDueList) -> Table<'_> {
    let found = |age: Age| of.items.iter().filter(move |(item, _)| Age::of(item.due, of.as_of) == age);
    let rows = Age::ALL.map(|age| {
        let open: Money = found(age).map(|(item, _)| item.open).sum();
        let aged: Money = of.accounts.iter().map(|row| row.aging.of(age)).sum();
        (age, found(age).count(), open, aged)
    });
    Table {
        name: BY_AGE.to_owned(),
        about: "What is open by days past the due date, added up from Open items.".to_owned(),
        columns: vec![
            Column::new("Age", Role::Text).width(16),
            Column::new("From day", Role::Integer).note("The first day past due of that age."),
            Column::new("Items", Role::Integer).formula(format!("COUNTIFS({{{ITEMS}!Age}},[Age])")).total(),
            Column::new("Open", Role::Money)
                .formula(format!("SUMIFS({{{ITEMS}!Open}},{{{ITEMS}!Age}},[Age])"))
                .total(),
            Column::new("On Aged balances", Role::Money)
                .formula(format!("SUMIF({{{AGED}:headers}},[Age],{{{AGED}:totals}})"))
                .total(),
            Column::new("Ties", Role::Check)
                .formula("IF(ROUND([Open]-[On Aged balances],2)=0,\"OK\",\"CHECK\")")
                .total(),
        ],
        frozen: 1,
        rows: if of.items.is_empty() { 0 } else { rows.len() },
        fill: Box::new(move |index, row| {
            let (age, items, open, aged) = rows[index];
            row.push(word(age));
            row.push(age.first_day());
            row.push(items);
            row.push(open);
            row.push(aged);
            row.push(if open == aged { OK } else { CHECK });
        }),
    }
}

fn by_class(of: &PastDueList) -> Table<'_> {
    let mut classes: BTreeMap<&str, (usize, Aging)> = BTreeMap::new();
    for row in &of.accounts {
        let (accounts, sum) = classes.entry(&row.class).or_default();
        *accounts += 1;
        for age in Age::ALL {
            sum.add(age, row.aging.of(age));
        }
        sum.credit += row.aging.credit;
    }
    let classes: Vec<(&str, (usize, Aging))> = classes.into_iter().collect();
    let mut columns = vec![
        Column::new("Class", Role::Text).width(22),
        Column::new("Accounts", Role::Integer).formula(format!("COUNTIFS({{{AGED}!Class}},[Class])")),
    ];
    columns.extend(ages(|name| Some(format!("SUMIFS({{{AGED}!{name}}},{{{AGED}!Class}},[Class])"))));
    Table {
        name: BY_CLASS.to_owned(),
        about: "The ages of each class of customers, added up from Aged balances.".to_owned(),
        columns,
        frozen: 1,
        rows: classes.len(),
        fill: Box::new(move |index, row| {
            let (class, (accounts, aging)) = &classes[index];
            row.push(*class);
            row.push(*accounts);
            fill_ages(aging, row);
        }),
    }
}

fn items(of: &PastDueList) -> Table<'_> {
    Table {
        name: ITEMS.to_owned(),
        about: "One row per bill, fee or other debit of which something is unpaid.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account),
            Column::new("Customer", Role::Text).width(22),
            Column::new("What", Role::Text).width(18),
            Column::new("Reference", Role::Account).width(22),
            Column::new("Date", Role::Date).width(12),
            Column::new("Due on", Role::Date).width(12),
            Column::new("Age", Role::Text)
                .width(15)
                .formula(format!("LOOKUP([Days past due],{{{BY_AGE}!From day}},{{{BY_AGE}!Age}})")),
            Column::new("Days past due", Role::Integer).width(10).formula("MAX([As of]-[Due on],0)"),
            Column::new("Debited", Role::Money).total(),
            Column::new("Open", Role::Money).total(),
            Column::new("As of", Role::Date).width(12).screen_only(),
        ],
        frozen: 2,
        rows: of.items.len(),
        fill: Box::new(|index, row| {
            let (item, customer) = &of.items[index];
            row.push(item.account.as_str());
            row.push(customer.as_str());
            row.push(match item.kind {
                // Of that one no more than what was returned and never paid is open.
                EntryKind::ReturnedPayment => "returned payment".to_owned(),
                kind => kind.word().replace('-', " "),
            });
            row.push(item.reference.as_str());
            row.push(item.date);
            row.push(item.due);
            let age = Age::of(item.due, of.as_of);
            let cell = row.push(word(age));
            if age == Age::Over90 {
                cell.flag(Flag::Warning);
            }
            row.push((of.as_of - item.due).num_days().max(0));
            row.push(item.amount);
            row.push(item.open);
            row.push(of.as_of);
        }),
    }
}

fn late_fees_of_the_month(of: &PastDueList) -> Table<'_> {
    let ceiling = of.late_fees.iter().any(|fee| fee.rule.percent_ceiling.is_some());
    let mut columns = vec![
        Column::new("Date", Role::Date).width(12),
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Bill", Role::Account).width(18),
    ];
    columns.extend(late_fees::arithmetic(ceiling));
    columns.extend([
        Column::new("Posted", Role::Money).total(),
        Column::new("Ties", Role::Check).formula("IF(ROUND([Fee]-[Posted],2)=0,\"OK\",\"CHECK\")").total(),
    ]);
    Table {
        name: LATE_FEES.to_owned(),
        about: "The late fees of the month with their arithmetic: a bill takes one when something of it is unpaid for too long."
            .to_owned(),
        columns,
        frozen: 2,
        rows: of.late_fees.len(),
        fill: Box::new(move |index, row| {
            let AssessedLateFee { day, rule, late, customer } = &of.late_fees[index];
            row.push(*day);
            row.push(late.account.as_str());
            row.push(customer.as_str());
            row.push(late.bill.as_str());
            late_fees::worked(row, rule, late.unpaid, ceiling);
            row.push(late.fee);
            row.push(if rule.fee(late.unpaid) == late.fee { OK } else { CHECK });
        }),
    }
}

fn cover<'a>(of: &'a PastDueList, run: Option<&'a LetterRun>) -> Cover<'a> {
    let past_due = |row: &&AgedAccount| row.aging.past_due.iter().any(|open| !open.is_zero());
    let owed: Money = of.accounts.iter().map(|row| row.aging.past_due.iter().copied().sum::<Money>()).sum();
    let mut facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", of.month.to_string()),
        Fact::new("As of", of.as_of),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Accounts past due", of.accounts.iter().filter(past_due).count()).leading_to(AGED),
        Fact::new("Past due in all", owed),
        Fact::new("Late fees of the month", of.late_fees.len()).leading_to(LATE_FEES),
    ];
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let none = || Figure::Given(0.into());
    let total = Figure::total;
    let open_and_credit = Figure::Totals(vec![(ITEMS, "Open".to_owned()), (AGED, CREDIT.to_owned())]);
    let mut checks = vec![
        check(
            "Balances are the receivables control's closing",
            Role::Money,
            total(AGED, "Balance"),
            Figure::Given(of.receivable.decimal()),
        ),
        check(
            "Open items and credits are the balances",
            Role::Money,
            open_and_credit,
            total(AGED, "Balance"),
        ),
        check("Ages that differ between items and balances", Role::Integer, total(BY_AGE, "Ties"), none()),
        check("Classes sum to the balances", Role::Money, total(BY_CLASS, "Balance"), total(AGED, "Balance")),
        check(
            "Late fees that are not what their rule gives",
            Role::Integer,
            total(LATE_FEES, "Ties"),
            none(),
        ),
    ];
    facts.extend(run.map(letters::facts).unwrap_or_default());
    checks.extend(run.map(letters::checks).unwrap_or_default());
    Cover { facts, checks, sections: sections(run.is_some()) }
}

fn sections<'a>(has_letters: bool) -> Vec<Section<'a>> {
    let legend = [
        (Flag::Ok, "OK", "A check that holds."),
        (Flag::Warning, "Over 90 days", "Something is more than 90 days past due; the words are beside it."),
        (Flag::Held, "CHECK", "A check that does not hold."),
    ];
    let limits = [
        "Ages are those of the day above: the list is made when something is taken in or posted, not every day.",
        "Past due are all open items, fees too; lock-offs and deposits look at bills and opening balances alone.",
        "A late fee that was undone is not listed.",
    ];
    let mut sections = vec![
        sections::made_from_the_books("All entries of the archive up to the chain head above."),
        sections::colours(legend, has_letters),
        sections::limits(limits),
    ];
    if has_letters {
        sections.insert(0, letters::how_to_say());
    }
    sections
}
