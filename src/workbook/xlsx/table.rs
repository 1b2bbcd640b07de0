//! Writes a list: title, totals, header, rows.
#![expect(clippy::disallowed_types, reason = "cells hold floats")]

use std::collections::BTreeMap;

use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, DataValidation, Format, Formula, IgnoreError, Note,
    ProtectionOptions, Sparkline, Table as ExcelTable, TableColumn, TableStyle, Url, Worksheet, XlsxError,
};

use super::layout::{ABOUT, ALL, COUNT, FIRST, HEADER, Layout, Part, SHOWN, TITLE, plain, range};
use super::skeleton::sample_row;
use super::{chart, styles};
use crate::domain::page::seal::COVER;
use crate::domain::page::seal::{self, ALL_ROWS};
use crate::domain::page::{Cell, Column, Flag, MOST_NOTES, Page, Role, Table, Value};
use crate::workbook::survey::{CHECK, Measured, Survey};
use crate::workbook::text::wrapped;

/// The width in characters to which a list is stretched at most for its title: about that of a landscape page.
const MOST_STRETCHED: usize = 125;

/// Writes one sheet of a table, all but its rows.
pub(super) fn write(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    part: &Part<'_, '_>,
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    let whole = &layout.surveys[table.name.as_str()];
    // The part's own totals; the widths and decimals are those of the whole list, so that its sheets look alike.
    let own = (part.rows.len() != table.rows).then(|| Survey::of(table, part.rows.clone()));
    let last = part.last();
    columns(sheet, table, &widths(table, whole, part, layout), (whole, last))?;
    trends(sheet, table, (&part.name, last))?;
    title(sheet, table, part, layout)?;
    let totalled = own.as_ref().unwrap_or(whole);
    totals(sheet, table, totalled, last)?;
    seals(sheet, table, (part, totalled), layout)?;
    header(sheet, table, part, layout, last)?;
    samples(sheet, table, whole)?;
    notes(sheet, table, part, layout)
}

/// Sets what belongs to whole columns. Their cells take the format from here, which is far cheaper than a format a cell.
fn columns(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    widths: &[u16],
    (survey, last): (&Survey, u32),
) -> Result<(), XlsxError> {
    for (index, (column, measured)) in table.columns.iter().zip(&survey.columns).enumerate() {
        let at = number(index);
        sheet.set_column_width(at, f64::from(widths[index]))?;
        sheet.set_column_format(at, &styles::cell(column.role, measured.decimals))?;
        if column.role == Role::Account {
            sheet.ignore_error_range(FIRST, at, last, at, IgnoreError::NumberStoredAsText)?;
        }
        if column.role == Role::Money {
            let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::LessThan(0));
            sheet.add_conditional_format(SHOWN, at, last, at, &rule.set_format(styles::negative()))?;
        }
        if column.role == Role::Check {
            let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::EqualTo(CHECK));
            sheet.add_conditional_format(FIRST, at, last, at, &rule.set_format(styles::rule(Flag::Held)))?;
        }
        if let Some(choices) = column.entry.as_ref().and_then(|entry| choices(&entry.choices)) {
            sheet.add_data_validation(FIRST, at, last, at, &choices?)?;
        }
    }
    if table.columns.iter().any(|column| column.entry.is_some()) {
        sheet.protect_with_options(&ProtectionOptions {
            use_autofilter: true,
            format_columns: true,
            format_rows: true,
            ..ProtectionOptions::new()
        });
    }
    sheet.set_freeze_panes(FIRST, table.frozen)?;
    sheet.set_repeat_rows(HEADER, HEADER)?;
    sheet.set_print_area(0, 0, last, number(table.printed().max(1) - 1))?;
    Ok(())
}

/// Puts a little chart of other columns into each cell of a column.
fn trends(sheet: &mut Worksheet, table: &Table<'_>, (name, last): (&str, u32)) -> Result<(), XlsxError> {
    for (at, column) in (0..).zip(&table.columns) {
        let Some((from, to)) = &column.trend else { continue };
        let (from, to) = (number(table.position(from)), number(table.position(to)));
        let line = Sparkline::new().set_range((name, FIRST, from, last, to)).show_last_point(true);
        // A group of one is none to the library.
        match last {
            FIRST => sheet.add_sparkline(FIRST, at, &line)?,
            _ => sheet.add_sparkline_group(FIRST, at, last, at, &line)?,
        };
    }
    Ok(())
}

/// The list of words that a cell offers; Excel holds 255 characters of them, a longer list goes without.
pub(super) fn choices(words: &[String]) -> Option<Result<DataValidation, XlsxError>> {
    let fits =
        !words.is_empty() && words.iter().map(|word| word.encode_utf16().count() + 1).sum::<usize>() <= 255;
    fits.then(|| {
        DataValidation::new()
            .allow_list_strings(words)?
            .set_error_title("Not one of the words")?
            .set_error_message("Pick one of the words of the list, or leave the cell empty.")
    })
}

fn title(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    part: &Part<'_, '_>,
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    sheet.set_row_height(TITLE, 24)?;
    sheet.write_string_with_format(TITLE, 0, plain(&heading(part, layout)), &styles::title())?;
    if layout.book.has_cover() {
        let cover = Url::new("internal:'Cover'!A1").set_text(COVER);
        sheet.write_url_with_format(ABOUT, 0, cover, &styles::link())?;
    }
    sheet.write_string_with_format(ABOUT, COUNT, plain(&table.about), &styles::words())?;
    Ok(())
}

/// The title of a sheet.
fn heading(part: &Part<'_, '_>, layout: &Layout<'_, '_>) -> String {
    format!("{} \u{2013} {}", part.name, layout.book.about())
}

/// Seals what stands above the header, but for the totals of the rows that the filter shows.
fn seals(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    (part, survey): (&Part<'_, '_>, &Survey),
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    let Some(sealer) = table.sealer() else { return Ok(()) };
    let at = table.columns.len() - 1;
    let columns = (0..at).zip(table.columns.iter().zip(&survey.columns)).skip(2);
    let totals = columns.filter(|(_, (column, _))| column.total);
    let mut all: BTreeMap<usize, Value<'_>> =
        totals.map(|(at, (_, measured))| (at, measured.total.into())).collect();
    all.extend([(0, ALL_ROWS.into()), (COUNT.into(), survey.rows.into())]);
    let cover = if layout.book.has_cover() { COVER } else { "" };
    let about = [(0, cover.into()), (COUNT.into(), table.about.as_str().into())];
    let title = [(0, heading(part, layout).into())];
    // The count of all rows names its cell, whatever else changed: removed rows are told by it.
    let token = seal::all_token(survey.order);
    for (row, token, cells) in
        [(TITLE, "", title.into()), (ABOUT, "", about.into()), (ALL, token.as_str(), all)]
    {
        let seal = sealer.seal(token, |at| cells.get(&at));
        sheet.write_string_with_format(row, number(at), seal, &styles::cell(Role::Seal, 0))?;
    }
    Ok(())
}

/// Writes the totals of the rows shown and of all rows, each a live formula with its stored result.
fn totals(sheet: &mut Worksheet, table: &Table<'_>, survey: &Survey, last: u32) -> Result<(), XlsxError> {
    let label_and_count = table.columns.iter().take(2);
    assert!(
        label_and_count.filter(|column| column.total).count() == 0,
        "the totals of {} have room",
        table.name
    );
    let rows = range(0, FIRST, last);
    for (row, label, count) in [(SHOWN, "Shown", "SUBTOTAL(103,"), (ALL, ALL_ROWS, "COUNTA(")] {
        sheet.write_string_with_format(row, 0, label, &styles::total(Role::Text, 0))?;
        let count = Formula::new(format!("{count}{rows})")).set_result(survey.rows.to_string());
        sheet.write_formula_with_format(row, COUNT, count, &styles::row_count())?;
        for (index, (column, measured)) in table.columns.iter().zip(&survey.columns).enumerate().skip(2) {
            let style = styles::total(column.role, measured.decimals);
            match total(column, row, &range(u32::from(number(index)), FIRST, last)) {
                Some(formula) => {
                    let formula = Formula::new(formula).set_result(measured.total.normalize().to_string());
                    sheet.write_formula_with_format(row, number(index), formula, &style)?
                }
                None => sheet.write_blank(row, number(index), &style)?,
            };
        }
    }
    Ok(())
}

fn total(column: &Column, row: u32, cells: &str) -> Option<String> {
    match (column.total, column.role, row) {
        (false, ..) => None,
        // A filter cannot count words, so the number of CHECK is of all rows.
        (true, Role::Check, SHOWN) => None,
        (true, Role::Check, _) => Some(format!("COUNTIF({cells},\"{CHECK}\")")),
        (true, _, SHOWN) => Some(format!("SUBTOTAL(109,{cells})")),
        (true, ..) => Some(format!("SUM({cells})")),
    }
}

fn header(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    part: &Part<'_, '_>,
    layout: &Layout<'_, '_>,
    last: u32,
) -> Result<(), XlsxError> {
    let survey = &layout.surveys[table.name.as_str()];
    let height = header_height(table.columns.iter().zip(&survey.columns));
    // The filter's buttons have a line of their own.
    sheet.set_row_height(HEADER, height + 14)?;
    let right = number(table.columns.len() - 1);
    if !layout.is_excel_table(table) {
        for (index, column) in table.columns.iter().enumerate() {
            sheet.write_string_with_format(
                HEADER,
                number(index),
                &column.name,
                &styles::header(column.role),
            )?;
        }
        sheet.autofilter(HEADER, 0, last, right)?;
    } else {
        let column = |column: &Column| {
            TableColumn::new().set_header(&column.name).set_header_format(styles::header(column.role))
        };
        let columns: Vec<TableColumn> = table.columns.iter().map(column).collect();
        let excel = ExcelTable::new().set_name(list_name(&part.name)).set_style(TableStyle::Medium2);
        // The library keeps every cell of a table in memory: it is told of one row.
        sheet.add_table(HEADER, 0, FIRST, right, &excel.set_columns(&columns))?;
    }
    for (index, column) in table.columns.iter().enumerate() {
        if let Some(text) = &column.note {
            sheet.insert_note(HEADER, number(index), &note(text))?;
        }
    }
    Ok(())
}

/// Writes a cell for each look that the cells of a column have, where the rows will stand.
fn samples(sheet: &mut Worksheet, table: &Table<'_>, survey: &Survey) -> Result<(), XlsxError> {
    for (at, (column, measured)) in (0..).zip(table.columns.iter().zip(&survey.columns)) {
        let usual = format(column, measured);
        sheet.write_blank(sample_row(None), at, &usual)?;
        for flag in &measured.flags {
            sheet.write_blank(sample_row(Some(*flag)), at, &styles::flagged(&usual, *flag))?;
        }
    }
    Ok(())
}

/// Puts the notes on the rows. A note's place depends on the heights of the rows around it.
fn notes(
    sheet: &mut Worksheet,
    table: &Table<'_>,
    part: &Part<'_, '_>,
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    let survey = &layout.surveys[table.name.as_str()];
    let fitted = part.rows.len() <= layout.limits.fitted;
    let noted = survey.noted.iter().filter(|index| part.rows.contains(*index));
    if noted.clone().next().is_none() {
        return Ok(());
    }
    let row = |index: usize| {
        FIRST + u32::try_from(index - part.rows.start).expect("a sheet has about a million rows")
    };
    if fitted {
        table.each_row(part.rows.clone(), |index, cells| match tallest(table, survey, cells) {
            1 => Ok(()),
            lines => sheet.set_row_height(row(index), lines * 15).map(drop),
        })?;
    }
    let mut notes = 0;
    for index in noted {
        table.each_row(*index..index + 1, |index, cells| {
            for (column, cell) in cells.iter().enumerate() {
                if let Some(text) = cell.note.as_ref().filter(|_| notes < MOST_NOTES) {
                    notes += 1;
                    sheet.insert_note(row(index), number(column), &note(text))?;
                }
            }
            Ok::<(), XlsxError>(())
        })?;
    }
    Ok(())
}

/// Lines of print that one line of handwriting takes on a page that is fitted to its width.
const BY_HAND: usize = 3;

/// How many lines the row's longest text takes, at most ten.
pub(super) fn tallest(table: &Table<'_>, survey: &Survey, cells: &[Cell<'_>]) -> u16 {
    let columns = table.columns.iter().zip(&survey.columns).zip(cells);
    let lines = columns.map(|((column, measured), cell)| match &cell.value {
        Value::Text(text) if matches!(column.role, Role::Text | Role::Sentence) => {
            // A width counts digits, and the letters of a text are a little narrower.
            let width = usize::from(width(column, measured));
            lines(text, width + width / 10)
        }
        _ if column.entry.as_ref().is_some_and(|entry| entry.by_hand) => BY_HAND,
        _ => 1,
    });
    u16::try_from(lines.max().unwrap_or(1).min(10)).expect("at most 10")
}

/// A note wide and high enough for its text.
pub(super) fn note(text: &str) -> Note {
    let text = plain(text);
    let lines: usize = text.lines().map(|line| line.chars().count() / 40 + 1).sum();
    let height = u32::try_from(lines.min(20)).expect("at most 20") * 19 + 12;
    Note::new(text).add_author_prefix(false).set_width(280).set_height(height)
}

/// The format of a column's cells.
pub(super) fn format(column: &Column, measured: &Measured) -> Format {
    let format = styles::cell(column.role, measured.decimals);
    if column.entry.is_some() { styles::entry(&format) } else { format }
}

/// The widths of a sheet's columns: those on paper are wider where together they would cut the title or the chart off.
fn widths(table: &Table<'_>, survey: &Survey, part: &Part<'_, '_>, layout: &Layout<'_, '_>) -> Vec<u16> {
    let own = table.columns.iter().zip(&survey.columns).map(|(column, measured)| width(column, measured));
    let mut widths: Vec<u16> = own.collect();
    let paper = &mut widths[..table.printed()];
    let now: usize = paper.iter().copied().map(usize::from).sum();
    // The title's letters are larger than those of the cells; what stands beside the link to the cover is as large.
    let title = heading(part, layout).chars().count() * 5 / 4;
    let about = paper.first().copied().map_or(0, usize::from) + table.about.chars().count();
    let drawn = if matches!(part.page, Page::Summary(..)) { chart::WIDTH } else { 0 };
    let needed = title.max(about).min(MOST_STRETCHED).max(drawn);
    for width in paper.iter_mut().filter(|_| now < needed) {
        *width =
            u16::try_from((usize::from(*width) * needed).div_ceil(now)).expect("bounded by what is needed");
    }
    widths
}

/// The width of a column: as wide as its cells within bounds, and as the longest word of its header.
pub(super) fn width(column: &Column, measured: &Measured) -> u16 {
    let most = if column.role == Role::Text { 26 } else { 60 };
    let word = column.name.split(' ').map(|word| word.chars().count()).max().unwrap_or(0);
    let widest = measured.characters(column).min(most).max(word) + 2;
    column.width.unwrap_or_else(|| u16::try_from(widest).expect("bounded above"))
}

/// The height of a header in points: as many lines as its longest name needs.
pub(super) fn header_height<'c>(columns: impl Iterator<Item = (&'c Column, &'c Measured)>) -> u16 {
    let lines =
        columns.map(|(column, measured)| lines(&column.name, usize::from(width(column, measured)) - 1));
    u16::try_from(lines.max().unwrap_or(1).min(5)).expect("at most 5") * 15 + 4
}

/// How many lines a text takes in a cell; a word longer than a line is broken.
pub(super) fn lines(text: &str, width: usize) -> usize {
    if text.len() <= width {
        return 1;
    }
    wrapped(text, width).iter().map(|line| line.chars().count().div_ceil(width).max(1)).sum()
}

/// A name for Excel's list: letters and digits of the tab's name.
fn list_name(sheet: &str) -> String {
    let letters: String = sheet.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{letters}_list")
}

/// A column's number.
pub(super) fn number(index: usize) -> u16 {
    u16::try_from(index).expect("a sheet has at most 16,384 columns")
}
