//! Customers priced under a rate file: the sheet as it came, with the figures to its right.

use std::collections::BTreeSet;

use crate::domain::date::Date;
use crate::domain::origin::column_letters;
use crate::domain::page::{Book, Column, Flag, Page, Role, Row, Table, Value};
use crate::domain::proposals::rated::{RatedSheet, in_columns};
use crate::domain::sheet::cell::{self, Value as Came};

/// Lays rated customers out as a workbook of one sheet.
pub fn rated_customers<'a>(sheet: &'a RatedSheet<'_>) -> Book<'a> {
    Book {
        title: "Rated customers".to_owned(),
        office: String::new(),
        subject: format!("under {}", sheet.rates),
        // Without a date of its own the workbook would differ from one run to the next.
        date: sheet.effective.unwrap_or_else(|| Date::from_ymd_opt(2000, 1, 1).expect("it is a day")),
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![Page::Table(customers(sheet))],
    }
}

fn customers<'a>(sheet: &'a RatedSheet<'_>) -> Table<'a> {
    let about = if sheet.exact { "unrounded" } else { "each line rounded to the cent" };
    Table {
        name: "Customers".to_owned(),
        about: format!("One row per customer, priced under {}; {about}.", sheet.rates),
        columns: columns(sheet),
        frozen: 1,
        rows: sheet.rows.len(),
        fill: Box::new(move |index, row| fill(sheet, &sheet.rows[index], row)),
    }
}

fn columns(sheet: &RatedSheet<'_>) -> Vec<Column> {
    let own = sheet.columns.len();
    let mut taken = BTreeSet::new();
    let named = (0_u32..).zip(sheet.headers()).map(|(at, name)| unique(name, at, &mut taken));
    let column = |(at, name): (usize, String)| {
        let figure = at.checked_sub(own).map(|at| sheet.figures.get(at));
        match figure {
            None => Column::new(name, Role::Account),
            Some(None) => Column::new(name, Role::Sentence).width(60),
            Some(Some(figure)) if figure.is_money() && !sheet.exact => Column::new(name, Role::Money).total(),
            Some(Some(_)) => Column::new(name, Role::Decimal),
        }
    };
    named.enumerate().map(column).collect()
}

/// A name that an Excel table accepts: not empty, and no other column's whatever its capitals.
fn unique(name: String, at: u32, taken: &mut BTreeSet<String>) -> String {
    let name = if name.trim().is_empty() { format!("Column {}", column_letters(at)) } else { name };
    let mut unique = name.clone();
    let mut copy = 2;
    while !taken.insert(unique.to_lowercase()) {
        unique = format!("{name} ({copy})");
        copy += 1;
    }
    unique
}

fn fill<'a>(sheet: &RatedSheet<'_>, of: &'a cell::Row, row: &mut Row<'a>) {
    for column in (0_u32..).take(sheet.columns.len()) {
        row.push(as_it_came(of.value(column)));
    }
    let rated = if of.cells.is_empty() { Ok(Vec::new()) } else { (sheet.rate)(of) };
    let (found, finding) = match rated {
        Ok(found) => (found, String::new()),
        Err(finding) => (Vec::new(), finding),
    };
    in_columns(&sheet.figures, &found).for_each(|value| _ = row.push(value));
    let wrong = !finding.is_empty();
    let cell = row.push(finding);
    if wrong {
        cell.flag(Flag::Held);
    }
}

/// A cell as a person reads it: the columns are text, so that nothing is lost or turned into a date.
fn as_it_came(value: &Came) -> Value<'_> {
    match value {
        Came::Text(text) => text.as_str().into(),
        Came::Number(number) => (*number).into(),
        other => other.text().into(),
    }
}
