//! Encodes pages as aligned plain text, for the terminal and for goldens.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rust_decimal::{Decimal, RoundingStrategy};

use super::describe::described;
use super::survey::{Checked, Survey, checked, master, surveys};
use crate::domain::page::seal::ALL_ROWS;
use crate::domain::page::{Book, Cell, Column, Cover, Figure, Input, Page, Role, Section, Table, Value};

/// Encodes a book as text: every cell's value, the formulas once a column, notes under their table.
pub fn text(book: &Book<'_>) -> String {
    let surveys = surveys(book);
    let mut out = format!("{}\n{}\n", book.title, book.about());
    for page in &book.pages {
        let heading = if matches!(page, Page::Handout(_)) {
            "\n".to_owned()
        } else {
            format!("\n== {} ==\n", page.name())
        };
        out.push_str(&heading);
        match page {
            Page::Cover(cover) => cover_text(&mut out, cover, book, &surveys),
            Page::Table(table) => table_text(&mut out, table, &surveys[table.name.as_str()]),
            Page::Summary(table, chart) => {
                table_text(&mut out, table, &surveys[table.name.as_str()]);
                if table.rows > 0 {
                    let _ = writeln!(out, "Chart: {}. {}", chart.title, described(table, chart));
                }
            }
            Page::Handout(handout) => {
                facts_text(&mut out, handout);
                handout.sections.iter().for_each(|section| section_text(&mut out, section));
            }
            Page::Input(input) => input_text(&mut out, input),
            Page::Merge(merge) => {
                let _ = writeln!(out, "{}", merge.about);
                grid(&mut out, &merge.columns, merge.rows.clone(), &vec![Role::Text; merge.columns.len()]);
            }
        }
    }
    out
}

fn cover_text(out: &mut String, cover: &Cover<'_>, book: &Book<'_>, surveys: &BTreeMap<&str, Survey>) {
    let checks = checked(&cover.checks, surveys, book);
    let _ = writeln!(out, "Master check: {}", master(&checks));
    facts_text(out, cover);
    out.push_str("\nChecks\n");
    let rows = checks.iter().map(check_row).collect();
    grid(
        out,
        &["", "On the sheets", "Must equal", "Result"],
        rows,
        &[Role::Text, Role::Money, Role::Money, Role::Text],
    );
    out.push_str("\nContents\n");
    for page in &book.pages {
        if let Some((rows, about)) = page.listed() {
            let _ = writeln!(out, "{}: {rows} rows. {about}", page.name());
        }
    }
    cover.sections.iter().for_each(|section| section_text(out, section));
}

fn facts_text(out: &mut String, cover: &Cover<'_>) {
    for fact in &cover.facts {
        let _ = writeln!(out, "{}: {}", fact.label, figure(&fact.cell));
    }
}

/// A cell of a small list: counts as they are, amounts as amounts.
fn figure(cell: &Cell<'_>) -> String {
    match &cell.value {
        Value::Number(number) if number.scale() > 0 => shown(&cell.value, Role::Money, 0),
        value => shown(value, Role::Text, 0),
    }
}

fn check_row(check: &Checked<'_>) -> Vec<String> {
    let figure = |figure: &Figure, value: Decimal| {
        let how = if matches!(figure, Figure::Given(_)) { "" } else { "=" };
        format!("{how}{}", shown(&Value::Number(value), check.check.role, 0))
    };
    vec![
        check.check.says.clone(),
        figure(&check.check.found, check.found),
        figure(&check.check.expected, check.expected),
        check.word().to_owned(),
    ]
}

fn section_text(out: &mut String, section: &Section<'_>) {
    let _ = write!(out, "\n{}\n", section.title);
    if section.rows.is_empty() {
        let _ = writeln!(out, "{}", section.otherwise);
        return;
    }
    let rows: Vec<Vec<String>> = section.rows.iter().map(|row| row.iter().map(figure).collect()).collect();
    let roles = vec![Role::Text; rows.iter().map(Vec::len).max().unwrap_or(0)];
    grid(out, &section.columns, rows, &roles);
}

fn table_text(out: &mut String, table: &Table<'_>, survey: &Survey) {
    let _ = writeln!(out, "{}\n", table.about);
    let mut notes = Vec::new();
    let mut rows = Vec::new();
    let passed: Result<(), std::convert::Infallible> = table.each_row(0..table.rows, |_, cells| {
        rows.push(
            cells
                .iter()
                .enumerate()
                .map(|(at, cell)| {
                    if let Some(note) = &cell.note {
                        notes.push(note.to_string());
                    }
                    let mark =
                        if cell.note.is_some() { format!(" ({})", notes.len()) } else { String::new() };
                    shown(&cell.value, table.columns[at].role, survey.columns[at].decimals) + &mark
                })
                .collect(),
        );
        Ok(())
    });
    let Ok(()) = passed;
    rows.push(totals(table, survey));
    let headers: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    let roles: Vec<Role> = table.columns.iter().map(|column| column.role).collect();
    grid(out, &headers, rows, &roles);
    for (column, formula) in
        table.columns.iter().filter_map(|column| Some((column, column.formula.as_ref()?)))
    {
        let _ = writeln!(out, "{} = {formula}", column.name);
    }
    for (index, note) in notes.iter().enumerate() {
        let _ = writeln!(out, "({}) {}", index + 1, note.replace('\n', " "));
    }
}

fn totals(table: &Table<'_>, survey: &Survey) -> Vec<String> {
    let total = |(at, column): (usize, &Column)| match (at, column.total) {
        (0, _) => ALL_ROWS.to_owned(),
        (1, _) if table.rows == 1 => "1 row".to_owned(),
        (1, _) => format!("{} rows", table.rows),
        (_, true) => {
            shown(&Value::Number(survey.columns[at].total), column.role, survey.columns[at].decimals)
        }
        (_, false) => String::new(),
    };
    table.columns.iter().enumerate().map(total).collect()
}

fn input_text(out: &mut String, input: &Input) {
    let row = |column: &Column| {
        let entry = column.entry.clone().unwrap_or_default();
        let required = if entry.required { "required" } else { "optional" };
        vec![column.name.clone(), required.to_owned(), format!("{:?}", column.role), entry.choices.join(", ")]
    };
    let rows = input.columns.iter().map(row).collect();
    grid(out, &["Header", "Required", "Role", "Words"], rows, &[Role::Text; 4]);
}

/// Writes rows under a header, in columns two spaces apart; numbers stand at the right.
fn grid(out: &mut String, headers: &[&str], rows: Vec<Vec<String>>, roles: &[Role]) {
    let mut lines: Vec<Vec<String>> = Vec::new();
    if !headers.is_empty() {
        lines.push(headers.iter().map(|&header| header.to_owned()).collect());
    }
    lines.extend(rows);
    let widest =
        |at: usize| lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..roles.len()).map(|at| widest(at).unwrap_or(0)).collect();
    for line in &lines {
        let mut text = String::new();
        for ((cell, width), role) in line.iter().zip(&widths).zip(roles) {
            let right =
                role.adds_up() || matches!(role, Role::Price | Role::Percent | Role::Reading | Role::Decimal);
            let _ = if right { write!(text, "{cell:>width$}  ") } else { write!(text, "{cell:<width$}  ") };
        }
        out.push_str(text.trim_end());
        out.push('\n');
    }
}

/// A value as its role shows it.
pub(super) fn shown(value: &Value<'_>, role: Role, decimals: u32) -> String {
    match value {
        Value::Empty => String::new(),
        // A control character in a name must not reach the terminal.
        Value::Text(text) => text.replace(char::is_control, " "),
        Value::Date(date) => date.to_string(),
        Value::Number(number) => match role {
            Role::Money => amount(*number),
            Role::Percent => grouped(*number * Decimal::ONE_HUNDRED, 1) + "%",
            Role::Reading | Role::Decimal | Role::Text | Role::Account => number.normalize().to_string(),
            Role::Price => grouped(*number, decimals.max(2)),
            _ => grouped(*number, decimals),
        },
    }
}

/// An amount as accountants write it: negative in parentheses.
fn amount(number: Decimal) -> String {
    let text = grouped(number.abs(), 2);
    if number.is_sign_negative() && !number.is_zero() { format!("({text})") } else { text }
}

fn grouped(number: Decimal, decimals: u32) -> String {
    let number = number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    let text = format!("{:.*}", decimals as usize, number.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if number.is_sign_negative() && !number.is_zero() { "-" } else { "" };
    let mut out = String::from(sign);
    for (at, digit) in whole.char_indices() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

/// A text in lines of at most so many characters, broken between words where they allow it.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("there is a first line");
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(word.to_owned());
        } else {
            line.push_str(if line.is_empty() { "" } else { " " });
            line.push_str(word);
        }
    }
    lines
}
