//! Workbooks part by part: what is in the packages of a few small ones lies beside this file, one tag a line.
//!
//! A change of a format, a width, a note or a chart shows here as a line, in the part that it is in. One of the workbooks is
//! made up, of everything that a page can have; so a new column of the register changes nothing here.

use std::collections::BTreeSet;
use std::path::Path;

use meterbook::domain::date::Date;
use meterbook::domain::page::{
    Book, Cell, Chart, Check, Column, Cover, Fact, Figure, Flag, Page, Role, Section, Table,
};
use meterbook::recognise::built_in_profiles;
use meterbook::workbook;
use rust_decimal::Decimal;

use crate::pages::walker;
use crate::support::{golden, receipts};
use crate::templates::files_below;

/// The part with the colours and fonts of a theme is the library's, and the same in every workbook.
const THEME: &str = "xl/theme/theme1.xml";

fn check(name: &str, book: &Book<'_>) {
    let folder = format!("parts/{name}");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(&folder);
    if std::env::var_os("UPDATE").is_some() && place.is_dir() {
        std::fs::remove_dir_all(&place).unwrap();
    }
    let mut parts = walker::parts(&workbook::xlsx(book).unwrap());
    parts.remove(THEME).unwrap();
    for (part, xml) in &parts {
        golden::check(&format!("{folder}/{part}"), &a_tag_a_line(xml));
    }
    let prefix = format!("tests/{folder}/");
    let there: BTreeSet<String> = files_below(&prefix[..prefix.len() - 1], "")
        .into_iter()
        .map(|(path, _)| path.replacen(&prefix, "", 1))
        .collect();
    assert_eq!(
        there,
        parts.into_keys().collect(),
        "{name}: every part has its file, and every file its part"
    );
}

/// The tags of a part, a line each, by their depth; what a cell holds stays on its line, and so does text.
fn a_tag_a_line(xml: &str) -> String {
    let (mut out, mut depth, mut rest, mut in_cell) = (String::new(), 0_usize, xml, false);
    while let Some(start) = rest.find('<') {
        let text = &rest[..start];
        let end = start + rest[start..].find('>').unwrap() + 1;
        let tag = &rest[start..end];
        let (closes, opens) = (tag.starts_with("</"), !tag.ends_with("/>") && !tag.starts_with("<?"));
        depth -= usize::from(closes);
        // Behind its text or its opening, a closing tag ends the line.
        let joined = in_cell || closes && (!text.trim().is_empty() || rest_opened(&out, tag));
        out.push_str(if joined { text } else { text.trim() });
        if !joined && !out.is_empty() {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
        out.push_str(tag);
        in_cell = (in_cell || tag.starts_with("<c ") && opens) && tag != "</c>";
        depth += usize::from(opens && !closes);
        rest = &rest[end..];
    }
    out + rest.trim_end() + "\n"
}

/// Whether what was written last is the tag that this one closes.
fn rest_opened(out: &str, closing: &str) -> bool {
    let name = closing.trim_start_matches("</").trim_end_matches('>');
    let last = out.rsplit_once('<').map_or("", |(_, last)| last);
    last.starts_with(name) && last[name.len()..].starts_with([' ', '>']) && !last.ends_with("/>")
}

#[test]
fn tags_stand_on_lines_of_their_own() {
    let xml = "<?xml?>\n<a x=\"1\"><b/><row><c r=\"A1\"><is><t> x </t></is></c></row><d>text</d><e></e></a>";
    let lines = [
        "<?xml?>",
        "<a x=\"1\">",
        "  <b/>",
        "  <row>",
        "    <c r=\"A1\"><is><t> x </t></is></c>",
        "  </row>",
        "  <d>text</d>",
        "  <e></e>",
        "</a>",
    ];
    assert_eq!(a_tag_a_line(xml).lines().collect::<Vec<_>>(), lines);
}

/// Accounts, customers, cents and marks of some sales.
const SALES: [(&str, &str, i64, &str); 3] = [
    ("0104021", "Joshua & Daughters <Pumps>", 1_250, ""),
    ("0104022", " Two lines\nof _x0041_ text ", -330, "High"),
    ("0104023", "Sand", 0, "CHECK"),
];

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

/// A list with everything that a list can have.
fn sales() -> Table<'static> {
    Table {
        name: "Sales".to_owned(),
        about: "One row per sale.".to_owned(),
        columns: vec![
            Column::new("Account", Role::Account).note("Text, with its zeros."),
            Column::new("Customer", Role::Text).width(16),
            Column::new("Amount", Role::Money).total().named("Amounts"),
            Column::new("Double", Role::Money).formula("2*[Amount]").total(),
            Column::new("Share", Role::Percent).formula("[Amount]/{Sales#Amount}"),
            Column::new("Day", Role::Date),
            Column::new("Mark", Role::Check).total().screen_only(),
        ],
        frozen: 2,
        rows: SALES.len(),
        fill: Box::new(move |at, row| {
            let (account, customer, amount, mark) = SALES[at];
            row.push(account);
            row.push(customer);
            row.push(cents(amount));
            row.push(cents(2 * amount));
            row.push(cents(amount) / cents(920));
            row.push("2026-02-12".parse::<Date>().unwrap());
            let cell = row.push(mark);
            if mark == "High" {
                cell.flag(Flag::Warning).note("Look at it.");
            }
        }),
    }
}

/// The list of sales, and a summary of it with a chart.
fn everything() -> Book<'static> {
    let summary = Table {
        name: "By kind".to_owned(),
        about: "One row per kind of sale.".to_owned(),
        columns: vec![Column::new("Kind", Role::Text), Column::new("Dollars", Role::Money)],
        frozen: 1,
        rows: 2,
        fill: Box::new(move |at, row| {
            row.push(["Pumps", "Sand"][at]);
            row.push(cents([1_250, -330][at]));
        }),
    };
    let tie = Check {
        says: "Sales are the sum".to_owned(),
        role: Role::Money,
        found: Figure::total("Sales", "Amount"),
        expected: Figure::Given(cents(920)),
    };
    let section = Section {
        title: "Colours",
        columns: vec!["Word", "Meaning"],
        rows: vec![vec![Cell::new("OK").flagged(Flag::Ok), Cell::new("A check that holds.")]],
        otherwise: "",
    };
    let facts = vec![Fact::new("District", "Sagebrush Flats"), Fact::new("Sales", 3_u32).leading_to("Sales")];
    Book {
        title: "Everything".to_owned(),
        office: "Sagebrush Flats".to_owned(),
        subject: "February".to_owned(),
        date: "2026-02-12".parse().unwrap(),
        run_id: "000007 (sales)".to_owned(),
        chain_head: "ab12".to_owned(),
        pages: vec![
            Page::Cover(Cover { facts, checks: vec![tie], sections: vec![section] }),
            Page::Table(sales()),
            Page::Summary(summary, Chart::columns("Sales by kind", "Kind", &["Dollars"])),
        ],
    }
}

#[test]
fn a_workbook_of_everything_has_these_parts() {
    check("everything", &everything());
}

#[test]
fn a_small_receipt_log_has_these_parts() {
    check("receipt-log", &workbook::receipt_log(&receipts::receipts(2)));
}

#[test]
fn a_blank_sheet_has_these_parts() {
    let profiles = built_in_profiles();
    let meters = profiles.iter().find(|profile| profile.kind.word() == "meters").unwrap();
    check("blank-meters", &workbook::blank_input(meters));
}
