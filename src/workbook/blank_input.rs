//! The blank sheet that people fill in, made from what the program recognises the kind of sheet by.

use crate::domain::date::Date;
use crate::domain::page::{Book, Column, Entry, Input, Page, Role, Row, Table};
use crate::domain::sheet::profile::{self, Content, Profile};

/// Lays out the blank workbook of a kind of sheet: the sheet to fill in, then a sheet that explains it.
pub fn blank_input(profile: &Profile) -> Book<'_> {
    let name = capitalized(profile.kind.word());
    Book {
        title: format!("{name}: blank sheet"),
        office: String::new(),
        subject: name.clone(),
        date: Date::from_ymd_opt(2026, 1, 1).expect("it is a day"),
        run_id: String::new(),
        chain_head: String::new(),
        pages: vec![
            Page::Input(Input { name, columns: profile.columns.iter().map(column).collect() }),
            Page::Table(about(profile)),
        ],
    }
}

fn column(of: &profile::Column) -> Column {
    let entry = Entry { required: of.required, choices: choices(of), by_hand: false };
    let width = of.name.chars().count().max(of.example.chars().count()).clamp(10, 30) + 3;
    Column::new(of.name.as_str(), role(of.content))
        .entry(entry)
        .width(u16::try_from(width).expect("at most 33"))
        .note(format!("{}\nFor example: {}\n{}", of.meaning, of.example, need(of)))
}

fn choices(of: &profile::Column) -> Vec<String> {
    match of.content {
        Content::Flag if of.choices.is_empty() => vec!["y".to_owned(), "n".to_owned()],
        _ => of.choices.clone(),
    }
}

fn role(content: Content) -> Role {
    match content {
        // Months and sizes look like dates to Excel (2026-02, 3/4), so their cells are text as well.
        Content::Account | Content::Month | Content::MeterSize | Content::Text => Role::Account,
        Content::Choice | Content::Flag => Role::Text,
        Content::Date => Role::Date,
        Content::Integer => Role::Reading,
        Content::Decimal => Role::Decimal,
        Content::Money => Role::Money,
    }
}

fn need(of: &profile::Column) -> String {
    match (&of.one_of, of.required) {
        (Some(group), _) => format!("One of these is required: {group}."),
        (None, true) => "Required.".to_owned(),
        (None, false) => "May stay empty.".to_owned(),
    }
}

fn about(profile: &Profile) -> Table<'_> {
    Table {
        name: "About".to_owned(),
        about: format!(
            "{} Fill in the first sheet (a dark header marks what every row needs), save it and drop it into the inbox.",
            profile.about
        ),
        columns: vec![
            Column::new("Column", Role::Text).width(22),
            Column::new("Required", Role::Text).width(24),
            Column::new("What it means", Role::Sentence).width(60),
            Column::new("Example", Role::Account).width(24),
            Column::new("Words it takes", Role::Sentence).width(30),
        ],
        frozen: 1,
        rows: profile.columns.len(),
        fill: Box::new(move |index, row| explain(&profile.columns[index], row)),
    }
}

fn explain<'a>(of: &'a profile::Column, row: &mut Row<'a>) {
    row.push(of.name.as_str());
    row.push(need(of));
    row.push(of.meaning.as_str());
    row.push(of.example.as_str());
    row.push(choices(of).join(", "));
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
