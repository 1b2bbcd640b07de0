//! Writes the cover: title, master check, facts, checks, contents, sections.
#![expect(clippy::disallowed_types, reason = "widths are floats")]

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use rust_xlsxwriter::{
    ConditionalFormatCell, ConditionalFormatCellRule, Format,
    FormatAlign::{self, Center, Left, Right, VerticalCenter},
    Formula, Url, Worksheet, XlsxError,
};

use super::layout::{Layout, address, float, plain, quoted, range, serial};
use super::styles;
use super::table::lines;
use crate::domain::page::seal::{self, COVER_SEALS, Sealer};
use crate::domain::page::{Cell, Cover, Fact, Figure, Flag, Role, Section, Value};
use crate::workbook::survey::{CHECK, Checked, OK, checked, master};
use crate::workbook::text::{shown, wrapped};

/// What a link says that leads to nothing yet.
const NOTHING: &str = "none";
/// The widths of the columns, in characters; together they fill a landscape page.
const WIDTHS: [u16; 6] = [44, 20, 18, 18, 14, 26];
/// Rows that are still read easily on one page: a few more than a page has at full size.
const ONE_PAGE: u32 = 64;
/// The row of the master check, counted from 0.
const MASTER: u32 = 3;
/// The width of the column of seals, in characters.
const SEAL_WIDTH: u16 = 6;
/// The column of a check's result.
const RESULT: u16 = 4;

/// The sheet and the row to write next.
struct Desk<'s> {
    sheet: &'s mut Worksheet,
    row: u32,
    /// What was written, by row and column.
    written: BTreeMap<u32, BTreeMap<u16, Value<'static>>>,
}

/// Writes the cover of a book.
pub(super) fn write(
    sheet: &mut Worksheet,
    cover: &Cover<'_>,
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, f64::from(width))?;
    }
    sheet.set_screen_gridlines(false);
    let checks = checked(&cover.checks, &layout.surveys, layout.book);
    // The checks stand below the facts: two rows on, under a heading and captions.
    let first = MASTER + 2 + cover.facts.iter().map(fact_rows).sum::<u32>() + 3;
    let mut desk = Desk { sheet, row: 0, written: BTreeMap::new() };
    desk.top(layout, &checks, first)?;
    desk.facts(&cover.facts)?;
    desk.checks(&checks, layout, first)?;
    desk.contents(layout)?;
    for section in &cover.sections {
        desk.section(section)?;
    }
    let bottom = desk.row;
    if layout.book.is_sealed() {
        desk.seals()?;
    }
    sheet.set_print_area(0, 0, bottom, WIDTHS.len() as u16 - 1)?;
    if bottom <= ONE_PAGE {
        sheet.set_print_fit_to_pages(1, 1);
    }
    Ok(())
}

/// Writes a page to hand out: title, facts, sections.
pub(super) fn write_handout(
    sheet: &mut Worksheet,
    handout: &Cover<'_>,
    layout: &Layout<'_, '_>,
) -> Result<(), XlsxError> {
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, f64::from(width))?;
    }
    sheet.set_screen_gridlines(false);
    let mut desk = Desk { sheet, row: 0, written: BTreeMap::new() };
    desk.title(layout)?;
    desk.row = MASTER;
    desk.facts(&handout.facts)?;
    for section in &handout.sections {
        desk.section(section)?;
    }
    let bottom = desk.row;
    sheet.set_print_area(0, 0, bottom, WIDTHS.len() as u16 - 1)?;
    Ok(())
}

impl Desk<'_> {
    fn title(&mut self, layout: &Layout<'_, '_>) -> Result<(), XlsxError> {
        let book = layout.book;
        self.sheet.set_row_height(0, 24)?;
        self.text((0, 0), &book.title, &styles::title())?;
        self.text((1, 0), &book.about(), &styles::label())
    }

    fn facts(&mut self, facts: &[Fact<'_>]) -> Result<(), XlsxError> {
        for fact in facts {
            self.text((self.row, 0), fact.label, &styles::label())?;
            self.cells(1, std::slice::from_ref(&fact.cell))?;
        }
        Ok(())
    }

    /// Title and master check.
    fn top(&mut self, layout: &Layout<'_, '_>, checks: &[Checked<'_>], first: u32) -> Result<(), XlsxError> {
        self.title(layout)?;
        self.sheet.set_row_height(MASTER, 28)?;
        self.text((MASTER, 0), "Master check", &styles::at(&styles::label(), VerticalCenter))?;
        let results =
            range(RESULT.into(), first, first + u32::try_from(checks.len().max(1)).expect("few") - 1);
        let formula = format!("IF(COUNTIF({results},\"{OK}\")=ROWS({results}),\"{OK}\",\"{CHECK}\")");
        self.formula((MASTER, 1), formula, master(checks).into(), &styles::master())?;
        self.judge(MASTER, 1, MASTER, 1)?;
        let says = "OK: every check below holds.  CHECK: at least one does not; do not use this workbook.";
        self.text((MASTER, 2), says, &styles::beside())?;
        self.row = MASTER + 2;
        Ok(())
    }

    fn checks(
        &mut self,
        checks: &[Checked<'_>],
        layout: &Layout<'_, '_>,
        first: u32,
    ) -> Result<(), XlsxError> {
        let captions = [
            ("", Left),
            ("On the sheets", Right),
            ("Must equal", Right),
            ("Difference", Right),
            ("Result", Center),
        ];
        self.heading("Checks", &captions)?;
        assert_eq!(self.row, first, "the master check looks at the rows of the checks");
        for check in checks {
            let (row, role) = (self.row, check.check.role);
            self.text((row, 0), &check.check.says, &styles::words())?;
            self.figure(1, &check.check.found, check.found, role, layout)?;
            self.figure(2, &check.check.expected, check.expected, role, layout)?;
            let difference = format!("ROUND({}-{},2)", address(row, 1), address(row, 2));
            let result = (check.found - check.expected).round_dp(2);
            self.formula((row, 3), difference, result.into(), &styles::cell(role, 0))?;
            let word = format!("IF({}=0,\"{OK}\",\"{CHECK}\")", address(row, 3));
            self.formula((row, RESULT), word, check.word().into(), &styles::cell(Role::Check, 0))?;
            self.row += 1;
        }
        self.judge(first, RESULT, self.row.max(first + 1) - 1, RESULT)
    }

    fn figure(
        &mut self,
        column: u16,
        figure: &Figure,
        value: Decimal,
        role: Role,
        layout: &Layout<'_, '_>,
    ) -> Result<(), XlsxError> {
        let style = styles::cell(role, value.normalize().scale());
        match layout.formula(figure) {
            Some(formula) => self.formula((self.row, column), formula, value.into(), &style),
            None => self.number((self.row, column), value, &style),
        }
    }

    /// Colours the words OK and CHECK, whatever they become.
    fn judge(&mut self, row: u32, column: u16, last_row: u32, last_column: u16) -> Result<(), XlsxError> {
        for (word, flag) in [(OK, Flag::Ok), (CHECK, Flag::Held)] {
            let rule = ConditionalFormatCell::new().set_rule(ConditionalFormatCellRule::EqualTo(word));
            let rule = rule.set_format(styles::rule(flag));
            self.sheet.add_conditional_format(row, column, last_row, last_column, &rule)?;
        }
        Ok(())
    }

    fn contents(&mut self, layout: &Layout<'_, '_>) -> Result<(), XlsxError> {
        self.heading("Contents", &["Sheet", "Rows", "What it shows"].map(|caption| (caption, Left)))?;
        for part in &layout.parts {
            let Some((rows, about)) = part.page.listed() else { continue };
            // Of a list that takes several sheets each has its own part of the rows.
            let rows = part.page.table().map_or(rows, |_| part.rows.len());
            let url = Url::new(format!("internal:{}!A1", quoted(&part.name))).set_text(&part.name);
            self.link((self.row, 0), url, &part.name)?;
            self.cells(1, &[Cell::new(rows), Cell::new(about)])?;
        }
        Ok(())
    }

    fn section(&mut self, section: &Section<'_>) -> Result<(), XlsxError> {
        // An amount stands at the right of its column, and so does the word above it.
        let is_amount = |cell: &Cell<'_>| matches!(cell.value, Value::Number(number) if number.scale() > 0);
        let amounts = |at: usize| section.rows.iter().any(|row| row.get(at).is_some_and(is_amount));
        let side = |at: usize| if amounts(at) { Right } else { Left };
        let captions: Vec<_> =
            (0..).zip(&section.columns).map(|(at, &caption)| (caption, side(at))).collect();
        self.heading(section.title, &captions)?;
        if section.rows.is_empty() {
            self.cells(0, &[Cell::new(section.otherwise)])?;
        }
        section.rows.iter().try_for_each(|row| self.cells(0, row))
    }

    /// Writes a heading over the whole width, with captions under it, one row below what stands above.
    fn heading(&mut self, title: &str, captions: &[(&str, FormatAlign)]) -> Result<(), XlsxError> {
        self.row += 1;
        self.text((self.row, 0), title, &styles::heading())?;
        for column in 1..WIDTHS.len() as u16 {
            self.sheet.write_blank(self.row, column, &styles::heading())?;
        }
        self.row += 1;
        for (column, (caption, side)) in (0..).zip(captions) {
            let style = styles::at(&styles::caption(), *side);
            self.text((self.row, column), caption, &style)?;
        }
        self.row += u32::from(!captions.is_empty());
        Ok(())
    }

    /// Writes cells from a column on; a long text at the end runs on over the rows below.
    fn cells(&mut self, from: u16, cells: &[Cell<'_>]) -> Result<(), XlsxError> {
        let (_, before) = cells.split_last().expect("a row of the cover says something");
        let height = (from..).zip(before).map(|(column, cell)| match &cell.value {
            Value::Text(text) => lines(text, usize::from(WIDTHS[usize::from(column)]) - 2),
            _ => 1,
        });
        let height = u32::try_from(height.max().unwrap_or(1)).expect("a cell has few lines");
        if height > 1 {
            self.sheet.set_row_height(self.row, height * 15)?;
        }
        for (column, cell) in (from..).zip(cells) {
            let last = usize::from(column - from) + 1 == cells.len();
            let style = cell.flag.map_or_else(styles::words, |flag| styles::flagged(&styles::words(), flag));
            match running_text(cell).filter(|_| last) {
                Some(text) => self.running(column, text, &style)?,
                None => self.cell(column, cell, &style.set_text_wrap())?,
            }
        }
        self.row += 1;
        Ok(())
    }

    fn running(&mut self, column: u16, text: &str, style: &Format) -> Result<(), XlsxError> {
        for (index, line) in running_lines(column, text).iter().enumerate() {
            self.row += u32::from(index > 0);
            self.text((self.row, column), line, style)?;
        }
        Ok(())
    }

    fn cell(&mut self, column: u16, cell: &Cell<'_>, style: &Format) -> Result<(), XlsxError> {
        let row = self.row;
        if let Some(page) = cell.link {
            let text = match &cell.value {
                Value::Empty => NOTHING.to_owned(),
                Value::Number(number) => shown(&cell.value, role(*number), 0),
                Value::Text(_) | Value::Date(_) => shown(&cell.value, Role::Text, 0),
            };
            let url = Url::new(format!("internal:{}!A1", quoted(page))).set_text(plain(&text));
            return self.link((row, column), url, &text);
        }
        match &cell.value {
            Value::Empty => self.sheet.write_blank(row, column, style).map(drop),
            Value::Text(text) => self.text((row, column), text, style),
            Value::Number(number) => {
                self.number((row, column), *number, &styles::at(&styles::cell(role(*number), 0), Left))
            }
            Value::Date(date) => {
                let style = styles::at(&styles::cell(Role::Date, 0), Left);
                self.sheet.write_number_with_format(row, column, serial(*date), &style)?;
                self.wrote((row, column), Value::Date(*date));
                Ok(())
            }
        }
    }

    fn text(&mut self, at: (u32, u16), text: &str, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_string_with_format(at.0, at.1, plain(text), style)?;
        self.wrote(at, plain(text).into_owned().into());
        Ok(())
    }

    fn link(&mut self, at: (u32, u16), url: Url, text: &str) -> Result<(), XlsxError> {
        self.sheet.write_url_with_format(at.0, at.1, url, &styles::link())?;
        self.wrote(at, plain(text).into_owned().into());
        Ok(())
    }

    fn number(&mut self, at: (u32, u16), number: Decimal, style: &Format) -> Result<(), XlsxError> {
        self.sheet.write_number_with_format(at.0, at.1, float(number), style)?;
        self.wrote(at, number.into());
        Ok(())
    }

    /// Writes a formula with its stored result.
    fn formula(
        &mut self,
        at: (u32, u16),
        formula: String,
        result: Value<'static>,
        style: &Format,
    ) -> Result<(), XlsxError> {
        let shown = match &result {
            Value::Number(number) => number.normalize().to_string(),
            word => seal::said(word),
        };
        self.sheet.write_formula_with_format(at.0, at.1, Formula::new(formula).set_result(shown), style)?;
        self.wrote(at, result);
        Ok(())
    }

    fn wrote(&mut self, (row, column): (u32, u16), value: Value<'static>) {
        self.written.entry(row).or_default().insert(column, value);
    }

    /// Seals each row, in the column behind those on paper.
    fn seals(&mut self) -> Result<(), XlsxError> {
        let (sealer, at) = (Sealer::of_cover(), WIDTHS.len() as u16);
        assert_eq!(u32::from(at), COVER_SEALS, "the seals stand behind what people read");
        self.sheet.set_column_width(at, SEAL_WIDTH)?;
        for (row, cells) in &self.written {
            let seal = sealer.seal("", |column| cells.get(&(column as u16)));
            self.sheet.write_string_with_format(*row, at, seal, &styles::cell(Role::Seal, 0))?;
        }
        Ok(())
    }
}

/// The text of a cell that may run on over the rows below.
fn running_text<'c>(cell: &'c Cell<'_>) -> Option<&'c str> {
    match &cell.value {
        Value::Text(text) if cell.link.is_none() && cell.flag.is_none() => Some(text),
        _ => None,
    }
}

/// A text in lines as wide as what is left of the page from a column on.
fn running_lines(column: u16, text: &str) -> Vec<String> {
    let room: u16 = WIDTHS[usize::from(column)..].iter().sum();
    wrapped(text, usize::from(room))
}

/// How many rows a fact takes.
fn fact_rows(fact: &Fact<'_>) -> u32 {
    let lines = running_text(&fact.cell).map_or(1, |text| running_lines(1, text).len());
    u32::try_from(lines).expect("a fact is short")
}

/// What a number on a cover is: a count, or, with decimals, money.
fn role(number: Decimal) -> Role {
    if number.scale() == 0 { Role::Integer } else { Role::Money }
}
