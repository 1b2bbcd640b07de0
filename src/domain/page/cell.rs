//! A cell: its value, and what is said about it.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::domain::date::Date;
use crate::domain::money::Money;

/// What a cell holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing.
    #[default]
    Empty,
    /// Text; never a formula or a link, whatever it looks like.
    Text(Cow<'a, str>),
    /// A number; its column says how it looks.
    Number(Decimal),
    /// A day.
    Date(Date),
}

/// What a coloured cell means; a word beside it always says the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// It ties, it is done.
    Ok,
    /// Someone should look.
    Warning,
    /// It does not tie, it waits for somebody.
    Held,
}

/// One cell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell<'a> {
    /// What it holds.
    pub value: Value<'a>,
    /// What its colour means.
    pub flag: Option<Flag>,
    /// A note on it: what, why, what to do, in one sentence each.
    pub note: Option<Cow<'a, str>>,
    /// The name of the page that it leads to; cells of lists lead nowhere.
    pub link: Option<&'a str>,
    /// The name by which formulas of every page call it; only in tables that have a named column.
    pub name: Option<&'static str>,
    /// Whether it takes nothing although people type into its column: then it is locked and looks like any other.
    pub closed: bool,
}

impl<'a> Cell<'a> {
    /// A cell without a word about it.
    pub fn new(value: impl Into<Value<'a>>) -> Cell<'a> {
        Cell { value: value.into(), ..Cell::default() }
    }

    /// Colours the cell.
    pub fn flag(&mut self, flag: Flag) -> &mut Cell<'a> {
        self.flag = Some(flag);
        self
    }

    /// Puts a note on the cell.
    pub fn note(&mut self, text: impl Into<Cow<'a, str>>) -> &mut Cell<'a> {
        self.note = Some(text.into());
        self
    }

    /// Gives the cell a name for formulas.
    pub fn named(&mut self, name: &'static str) -> &mut Cell<'a> {
        self.name = Some(name);
        self
    }

    /// The same cell, leading to a page.
    pub fn leading_to(mut self, page: &'a str) -> Cell<'a> {
        self.link = Some(page);
        self
    }

    /// The same cell, coloured.
    pub fn flagged(mut self, flag: Flag) -> Cell<'a> {
        self.flag = Some(flag);
        self
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        if text.is_empty() { Value::Empty } else { Value::Text(Cow::Borrowed(text)) }
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        if text.is_empty() { Value::Empty } else { Value::Text(Cow::Owned(text)) }
    }
}

impl From<Decimal> for Value<'_> {
    fn from(number: Decimal) -> Self {
        Value::Number(number)
    }
}

impl From<Money> for Value<'_> {
    fn from(amount: Money) -> Self {
        let mut cents = amount.decimal();
        if cents.scale() < 2 {
            // Nothing shows as 0.00 too.
            cents.rescale(2);
        }
        Value::Number(cents)
    }
}

impl From<Date> for Value<'_> {
    fn from(date: Date) -> Self {
        Value::Date(date)
    }
}

macro_rules! whole_numbers {
    ($($kind:ty)*) => {$(
        impl From<$kind> for Value<'_> {
            fn from(number: $kind) -> Self {
                Value::Number(Decimal::from(number))
            }
        }
    )*};
}

whole_numbers!(i64 u64 u32 usize);

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Empty, Into::into)
    }
}
