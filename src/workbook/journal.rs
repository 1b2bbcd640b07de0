//! The journal of a month: every line of the general ledger, entry by entry, by account and by kind.

use std::collections::BTreeMap;

use crate::domain::books::journal::{JournalLine, JournalSource};
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::page::{
    Book, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table,
};
use crate::domain::proposals::journal::MonthlyJournal;
use crate::workbook::sections;
use crate::workbook::survey::{CHECK, OK};

const JOURNAL: &str = "Journal";
const ENTRIES: &str = "Entries";
const BY_ACCOUNT: &str = "By GL account";
const BY_KIND: &str = "By kind";
const TIES: &str = "Against the books";

/// Lays the journal of a month out as a workbook.
pub fn journal(of: &MonthlyJournal) -> Book<'_> {
    let chart = Chart::columns("Debits and credits by account", "GL account", &["Debit", "Credit"]);
    Book {
        title: "Journal".to_owned(),
        office: of.office.clone(),
        subject: of.month.to_string(),
        date: of.span.to,
        run_id: of.run_id.clone(),
        chain_head: of.chain_head.clone(),
        pages: vec![
            Page::Cover(cover(of)),
            Page::Table(lines(of)),
            Page::Table(entries(of)),
            Page::Summary(by_account(of), chart),
            Page::Table(by_kind(of)),
            Page::Table(against(of)),
        ],
    }
}

fn lines(of: &MonthlyJournal) -> Table<'_> {
    Table {
        name: JOURNAL.to_owned(),
        about: "One line per day, kind of entries, account, kind of charge and source.".to_owned(),
        columns: vec![
            Column::new("Date", Role::Date).width(12),
            Column::new("Entry", Role::Account).width(28).note("The day and the kind of entries; its debits equal its credits."),
            Column::new("GL account", Role::Account).width(14),
            Column::new("What it holds", Role::Text).width(28),
            Column::new("Kind", Role::Text).width(19).note("Of bills the kind of charge, else the kind of the entry."),
            Column::new("Source", Role::Text)
                .width(30)
                .note("Of bills the month of the run, else the file as it was dropped; empty where a run itself posted it."),
            Column::new("Debit", Role::Money).total(),
            Column::new("Credit", Role::Money).total(),
        ],
        frozen: 2,
        rows: of.lines.len(),
        fill: Box::new(|index, row| {
            let line = &of.lines[index];
            let side = |amount: Money| (!amount.is_zero()).then_some(amount);
            row.push(line.date);
            row.push(line.entry.as_str());
            row.push(line.gl_account.as_str());
            row.push(of.names.holds(&line.gl_account));
            row.push(line.kind.as_str());
            row.push(line.reference.as_str());
            row.push(side(line.debit));
            row.push(side(line.credit));
        }),
    }
}

/// A formula that adds up a column of the journal where others are as in the row.
fn of_journal(column: &str, keys: &[&str]) -> String {
    let keys: String = keys.iter().map(|key| format!(",{{{JOURNAL}!{key}}},[{key}]")).collect();
    format!("SUMIFS({{{JOURNAL}!{column}}}{keys})")
}

/// Debits and credits of lines that have something in common.
fn sums<'a, K: Ord>(of: &'a MonthlyJournal, key: impl Fn(&'a JournalLine) -> K) -> Vec<(K, Money, Money)> {
    let mut sums: BTreeMap<K, (Money, Money)> = BTreeMap::new();
    for line in &of.lines {
        let (debit, credit) = sums.entry(key(line)).or_default();
        *debit += line.debit;
        *credit += line.credit;
    }
    sums.into_iter().map(|(key, (debit, credit))| (key, debit, credit)).collect()
}

fn entries(of: &MonthlyJournal) -> Table<'_> {
    let sums: Vec<((Date, &str), Money, Money)> = sums(of, |line| (line.date, line.entry.as_str()));
    Table {
        name: ENTRIES.to_owned(),
        about: "Every entry of the journal balances.".to_owned(),
        columns: vec![
            Column::new("Date", Role::Date).width(12),
            Column::new("Entry", Role::Account).width(28),
            Column::new("Debit", Role::Money).formula(of_journal("Debit", &["Entry"])).total(),
            Column::new("Credit", Role::Money).formula(of_journal("Credit", &["Entry"])).total(),
            Column::new("Balanced", Role::Check)
                .formula("IF(ROUND([Debit]-[Credit],2)=0,\"OK\",\"CHECK\")")
                .total(),
        ],
        frozen: 2,
        rows: sums.len(),
        fill: Box::new(move |index, row| {
            let ((date, entry), debit, credit) = sums[index];
            row.push(date);
            row.push(entry);
            row.push(debit);
            row.push(credit);
            row.push(if debit == credit { OK } else { CHECK });
        }),
    }
}

/// The columns of sums: debit, credit and their difference.
fn sides(keys: &[&str]) -> [Column; 3] {
    [
        Column::new("Debit", Role::Money).formula(of_journal("Debit", keys)).total(),
        Column::new("Credit", Role::Money).formula(of_journal("Credit", keys)).total(),
        Column::new("Net", Role::Money).formula("[Debit]-[Credit]").total().note("Debits are positive."),
    ]
}

fn by_account(of: &MonthlyJournal) -> Table<'_> {
    let sums = sums(of, |line| line.gl_account.as_str());
    let mut columns = vec![
        Column::new("GL account", Role::Account).width(14),
        Column::new("What it holds", Role::Text).width(32),
    ];
    columns.extend(sides(&["GL account"]));
    Table {
        name: BY_ACCOUNT.to_owned(),
        about: "One row per account of the general ledger, added up from Journal.".to_owned(),
        columns,
        frozen: 1,
        rows: sums.len(),
        fill: Box::new(move |index, row| {
            let (account, debit, credit) = sums[index];
            row.push(account);
            row.push(of.names.holds(account));
            row.push(debit);
            row.push(credit);
            row.push(debit - credit);
        }),
    }
}

fn by_kind(of: &MonthlyJournal) -> Table<'_> {
    let sums = sums(of, |line| (line.gl_account.as_str(), line.kind.as_str()));
    let mut columns = vec![
        Column::new("GL account", Role::Account).width(14),
        Column::new("Kind", Role::Text).width(19),
        Column::new("What it holds", Role::Text).width(32),
    ];
    columns.push(
        Column::new("Must agree with", Role::Text)
            .width(26)
            .note("The row of Against the books, where there is one."),
    );
    columns.extend(sides(&["GL account", "Kind"]));
    Table {
        name: BY_KIND.to_owned(),
        about:
            "One row per account of the general ledger and kind of charge or entry, added up from Journal."
                .to_owned(),
        columns,
        frozen: 2,
        rows: sums.len(),
        fill: Box::new(move |index, row| {
            let ((account, kind), debit, credit) = sums[index];
            row.push(account);
            row.push(kind);
            row.push(of.names.holds(account));
            let source = of.sources.iter().find(|source| has(source, account, kind));
            row.push(source.map(|source| source.what));
            row.push(debit);
            row.push(credit);
            row.push(debit - credit);
        }),
    }
}

/// Whether the lines of an account and kind are among those that a source must agree with.
fn has(source: &JournalSource, account: &str, kind: &str) -> bool {
    source.lines.iter().any(|(gl_account, of)| gl_account == account && *of == kind)
}

fn against(of: &MonthlyJournal) -> Table<'_> {
    let net = |source: &JournalSource| -> Money {
        let own = of.lines.iter().filter(|line| has(source, &line.gl_account, &line.kind));
        own.map(|line| line.debit - line.credit).sum()
    };
    Table {
        name: TIES.to_owned(),
        about: "What the journal says beside the bills, payments and all other records of the books."
            .to_owned(),
        columns: vec![
            Column::new("What", Role::Text).width(26),
            Column::new("Where the figure comes from", Role::Text).width(52),
            Column::new("In the journal", Role::Money)
                .formula(format!("SUMIFS({{{BY_KIND}!Net}},{{{BY_KIND}!Must agree with}},[What])"))
                .total(),
            Column::new("In the books", Role::Money).total(),
            Column::new("Ties", Role::Check)
                .formula("IF(ROUND([In the journal]-[In the books],2)=0,\"OK\",\"CHECK\")")
                .total(),
        ],
        frozen: 1,
        rows: of.sources.len(),
        fill: Box::new(move |index, row| {
            let source = &of.sources[index];
            let journal = net(source);
            row.push(source.what);
            row.push(source.from);
            row.push(journal);
            row.push(source.amount);
            row.push(if journal == source.amount { OK } else { CHECK });
        }),
    }
}

fn cover(of: &MonthlyJournal) -> Cover<'_> {
    let debits: Money = of.lines.iter().map(|line| line.debit).sum();
    let facts = vec![
        Fact::new("District", of.office.as_str()),
        Fact::new("Period", format!("{} to {}", of.span.from, of.span.to)),
        Fact::new("As of", of.span.to),
        Fact::new("Run id", of.run_id.as_str()),
        Fact::new("Chain head", of.chain_head.as_str()),
        Fact::new("Program", concat!("meterbook ", env!("CARGO_PKG_VERSION"))),
        Fact::new("Debits of the period", debits),
    ];
    let check = |says: &str, role, found, expected| Check { says: says.to_owned(), role, found, expected };
    let none = || Figure::Given(0.into());
    let total = Figure::total;
    let checks = vec![
        check("Debits are credits", Role::Money, total(JOURNAL, "Debit"), total(JOURNAL, "Credit")),
        check("Entries out of balance", Role::Integer, total(ENTRIES, "Balanced"), none()),
        check("Entries have every debit", Role::Money, total(ENTRIES, "Debit"), total(JOURNAL, "Debit")),
        check(
            "GL accounts have every debit",
            Role::Money,
            total(BY_ACCOUNT, "Debit"),
            total(JOURNAL, "Debit"),
        ),
        check(
            "GL accounts have every credit",
            Role::Money,
            total(BY_ACCOUNT, "Credit"),
            total(JOURNAL, "Credit"),
        ),
        check("Kinds have every debit", Role::Money, total(BY_KIND, "Debit"), total(JOURNAL, "Debit")),
        check("Kinds have every credit", Role::Money, total(BY_KIND, "Credit"), total(JOURNAL, "Credit")),
        check("Records of the books that differ", Role::Integer, total(TIES, "Ties"), none()),
    ];
    Cover { facts, checks, sections: sections() }
}

fn sections<'a>() -> Vec<Section<'a>> {
    let legend =
        [(Flag::Ok, "OK", "A check that holds."), (Flag::Held, "CHECK", "A check that does not hold.")];
    let limits = [
        "Entries count by their date, whenever they were taken in: what comes later with a date in this month makes the workbook anew.",
        "What was undone stands here, and so does the mirror entry of the day of the undo.",
        "The accounts are those of [gl] in office.toml; an earlier name keeps its lines.",
    ];
    vec![
        sections::made_from_the_books("All entries of the archive up to the chain head above."),
        sections::colours(legend, false),
        sections::limits(limits),
    ]
}
