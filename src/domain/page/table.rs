//! A list: its columns, and how one row after the other is filled.

use super::cell::{Cell, Value};
use super::seal::{self, Sealer};

/// What the cells of a column are, and so how they look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Words on one line; longer ones wrap.
    Text,
    /// Sentences, which wrap.
    Sentence,
    /// A number that is a name (account, meter): text, with its leading zeros.
    Account,
    /// A count.
    Integer,
    /// A register's reading: digits without separators.
    Reading,
    /// Any number, with the decimals that it has.
    Decimal,
    /// Dollars and cents.
    Money,
    /// A volume; the unit stands in the header.
    Volume,
    /// The price of one unit, with all its decimals.
    Price,
    /// A share of one, shown as percent.
    Percent,
    /// A day.
    Date,
    /// `OK` or `CHECK`.
    Check,
    /// The seal of the row, made when the row is passed on; the cell that is filled in holds its token.
    Seal,
}

impl Role {
    /// Whether the cells are numbers that can be added.
    pub fn adds_up(self) -> bool {
        matches!(self, Role::Integer | Role::Money | Role::Volume)
    }
}

/// One column of a table or an input sheet.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header, unique in its table.
    pub name: String,
    /// What its cells are.
    pub role: Role,
    /// Its width in characters; measured where not given.
    pub width: Option<u16>,
    /// How each cell follows from others of its row, their headers in brackets: `[Charges]+[Previous balance]`.
    /// `[Register!Charges]` is the cell of the same row of another page. The cell's own value is then the formula's
    /// stored result.
    ///
    /// Braces lead to whole columns and totals, of the own list or another: `{Register!Class}` is all cells of a column,
    /// `{Register#Charges}` its control total, `{Register:headers}` and `{Register:totals}` the rows of the headers and of
    /// the control totals. Of a list that takes several sheets, a formula over its cells is made for each and added up.
    pub formula: Option<String>,
    /// Whether the total stands above it: a sum, or for checks the number of `CHECK`.
    pub total: bool,
    /// A note on the header.
    pub note: Option<String>,
    /// What people may type, where they may.
    pub entry: Option<Entry>,
    /// The name by which formulas of every page call its cells.
    pub range: Option<&'static str>,
    /// Whether it is on paper too; columns for the screen alone come last.
    pub printed: bool,
    /// The first and the last of the columns that a little chart in each of its cells shows; the cells are empty.
    pub trend: Option<(String, String)>,
}

/// What people may type into a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Whether every row needs it.
    pub required: bool,
    /// The words that it takes, where it takes only some.
    pub choices: Vec<String>,
    /// Whether it is filled in on paper first: then its rows are as high as a hand needs.
    pub by_hand: bool,
}

impl Column {
    /// A column of a role.
    pub fn new(name: impl Into<String>, role: Role) -> Column {
        let (name, width) = (name.into(), None);
        let (formula, note, entry, range) = (None, None, None, None);
        Column { name, role, width, formula, total: false, note, entry, range, printed: true, trend: None }
    }

    /// A column of a volume, with the unit in its header: `Usage (cf)`.
    pub fn volume(name: &str, unit: &str) -> Column {
        Column::new(format!("{name} ({unit})"), Role::Volume)
    }

    /// Gives it a live formula.
    pub fn formula(mut self, pattern: impl Into<String>) -> Column {
        self.formula = Some(pattern.into());
        self
    }

    /// Puts its total above it.
    ///
    /// # Panics
    /// Where its cells cannot be added.
    pub fn total(mut self) -> Column {
        assert!(self.role.adds_up() || self.role == Role::Check, "column {} has no total", self.name);
        self.total = true;
        self
    }

    /// Sets its width in characters.
    pub fn width(mut self, characters: u16) -> Column {
        self.width = Some(characters);
        self
    }

    /// Puts a note on its header.
    pub fn note(mut self, text: impl Into<String>) -> Column {
        self.note = Some(text.into());
        self
    }

    /// Names its cells for formulas.
    pub fn named(mut self, range: &'static str) -> Column {
        self.range = Some(range);
        self
    }

    /// Lets people type into it.
    pub fn entry(mut self, entry: Entry) -> Column {
        self.entry = Some(entry);
        self
    }

    /// The column that names a row which comes back with a decision; each name stands once in its list.
    pub fn reference() -> Column {
        Column::new(seal::REF, Role::Account).note("Names the row when the workbook comes back.")
    }

    /// The column that takes one of some words as the decision.
    pub fn decision(words: &[&str]) -> Column {
        let choices: Vec<String> = words.iter().map(|&word| capitalized(word)).collect();
        let note = format!("Type or pick: {}. Leave it empty to decide later.", choices.join(", "));
        let entry = Entry { choices, ..Entry::default() };
        Column::new(seal::DECISION, Role::Text).width(10).note(note).entry(entry)
    }

    /// The column that takes the initials of who decided.
    pub fn initials() -> Column {
        let note = "The initials of who decides; every decision needs them.";
        Column::new(seal::INITIALS, Role::Text).width(8).note(note).entry(Entry::default())
    }

    /// The column that takes a reason, with what it is for.
    pub fn reason(note: &str) -> Column {
        Column::new(seal::REASON, Role::Text).width(18).note(note).entry(Entry::default())
    }

    /// The column that takes a figure or a date with the decision, with what it is for.
    pub fn figure(note: &str) -> Column {
        Column::new(seal::VALUE, Role::Decimal).width(12).note(note).entry(Entry::default())
    }

    /// The last column of a list of a workbook that comes back: the seal of each row.
    pub fn seal() -> Column {
        let note = "Tells the program whether a cell of the row was changed. Leave it.";
        Column::new(seal::SEAL, Role::Seal).width(6).note(note).screen_only()
    }

    /// Draws a little chart of the columns from one to another, row by row.
    pub fn trend(mut self, first: &str, last: &str) -> Column {
        self.trend = Some((first.to_owned(), last.to_owned()));
        self
    }

    /// Leaves it off the paper.
    pub fn screen_only(mut self) -> Column {
        self.printed = false;
        self
    }
}

/// A word as a list of choices offers it.
fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// One row on its way to the sheet; its cells are pushed in the order of the columns.
#[derive(Debug, Default)]
pub struct Row<'a> {
    /// The cells so far.
    pub cells: Vec<Cell<'a>>,
}

impl<'a> Row<'a> {
    /// Adds the next cell, and hands it out to be coloured or annotated.
    pub fn push(&mut self, value: impl Into<Value<'a>>) -> &mut Cell<'a> {
        self.cells.push(Cell::new(value));
        self.cells.last_mut().expect("a cell was pushed just now")
    }
}

/// Fills the row of an index from 0; called more than once for a row, by several threads, and always with the same outcome.
pub type Fill<'a> = Box<dyn Fn(usize, &mut Row<'a>) + Sync + 'a>;

/// A list of rows, none of which is held.
pub struct Table<'a> {
    /// The name on its tab; at most 25 characters, so that a second sheet can be numbered.
    pub name: String,
    /// What it shows, in one sentence.
    pub about: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// How many columns at the left stay in sight.
    pub frozen: u16,
    /// How many rows it has.
    pub rows: usize,
    /// Fills one of them.
    pub fill: Fill<'a>,
}

impl<'a> Table<'a> {
    /// Calls a function with every row of a range, one buffer serving them all.
    ///
    /// # Panics
    /// Where a row has not as many cells as the table has columns.
    pub fn each_row<E>(
        &self,
        rows: std::ops::Range<usize>,
        see: impl FnMut(usize, &[Cell<'a>]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(rows, self.sealer().as_ref(), see)
    }

    /// Calls a function with every row as [`Table::each_row`] does, sparing the work of sealing: the last cell of a list
    /// that is sealed holds the token.
    ///
    /// # Panics
    /// Where a row has not as many cells as the table has columns.
    pub fn each_unsealed<E>(
        &self,
        rows: std::ops::Range<usize>,
        see: impl FnMut(usize, &[Cell<'a>]) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each(rows, None, see)
    }

    fn each<E>(
        &self,
        rows: std::ops::Range<usize>,
        sealer: Option<&Sealer<'_>>,
        mut see: impl FnMut(usize, &[Cell<'a>]) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut row = Row::default();
        for index in rows {
            row.cells.clear();
            (self.fill)(index, &mut row);
            assert_eq!(
                row.cells.len(),
                self.columns.len(),
                "row {index} of {} has a cell a column",
                self.name
            );
            if let Some(sealer) = sealer {
                self.seal(sealer, &mut row);
            }
            see(index, &row.cells)?;
        }
        Ok(())
    }

    /// Whether its rows are sealed: it is a list of a workbook that comes back with decisions.
    pub fn is_sealed(&self) -> bool {
        self.columns.last().is_some_and(|column| column.role == Role::Seal)
    }

    /// Makes the seals of its rows, where it is sealed.
    pub fn sealer(&self) -> Option<Sealer<'_>> {
        let written = self.columns.iter().enumerate();
        let written = written.filter(|(_, column)| column.entry.is_none() && column.role != Role::Seal);
        let sealer = || Sealer::new(&self.name, written.map(|(at, column)| (at, column.name.as_str())));
        self.is_sealed().then(sealer)
    }

    /// Seals the rows of a list that takes no decisions itself.
    pub(super) fn sealed(mut self) -> Table<'a> {
        if !self.is_sealed() {
            self.columns.push(Column::seal());
            let fill = self.fill;
            self.fill = Box::new(move |index, row| {
                fill(index, row);
                row.push(Value::Empty);
            });
        }
        self
    }

    /// Seals a row: its last cell holds the token of what is decided.
    ///
    /// A row without a token takes no decision.
    fn seal(&self, sealer: &Sealer<'_>, row: &mut Row<'a>) {
        let token = row.cells.pop().map(|cell| seal::said(&cell.value)).unwrap_or_default();
        if token.is_empty() {
            let inputs = self.columns.iter().zip(&mut row.cells).filter(|(column, _)| column.entry.is_some());
            inputs.for_each(|(_, cell)| cell.closed = true);
        }
        let sealed = sealer.seal(&token, |at| row.cells.get(at).map(|cell| &cell.value));
        row.push(sealed);
    }

    /// The place of a column.
    ///
    /// # Panics
    /// Where there is none of that name.
    pub fn position(&self, column: &str) -> usize {
        let found = self.columns.iter().position(|other| other.name == column);
        found.unwrap_or_else(|| panic!("table {} has no column {column}", self.name))
    }

    /// How many columns are on paper.
    pub fn printed(&self) -> usize {
        self.columns.iter().take_while(|column| column.printed).count()
    }
}

/// A sheet that people fill in.
pub struct Input {
    /// The name on its tab.
    pub name: String,
    /// Its columns, each with its entry.
    pub columns: Vec<Column>,
}
