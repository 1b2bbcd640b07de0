//! The seal of a row that comes back with a decision: it tells whether a cell was changed, and which.
//!
//! A seal stands in the last column of its list. It is made of the words that the cells say, not of their bytes:
//! saved again by another program, filtered or sorted, a row keeps its seal. It guards against slips, not against
//! forgers; what is posted is taken from the books, never from a cell.

use std::collections::BTreeSet;

use chrono::NaiveTime;
use rust_decimal::Decimal;

use super::cell::Value;
use crate::domain::date::Date;
use crate::domain::sheet::cell::Value as Read;

/// The header of the column that names a row.
pub const REF: &str = "Ref";
/// The header of the column that takes the decision.
pub const DECISION: &str = "Decision";
/// The header of the column that takes a figure with the decision.
pub const VALUE: &str = "Value";
/// The header of the column that takes the day on which something was done.
pub const DONE_ON: &str = "Done on";
/// The header of the column that takes a reason.
pub const REASON: &str = "Reason";
/// The header of the column that takes the initials of who decided.
pub const INITIALS: &str = "Initials";
/// The header of the column of seals.
pub const SEAL: &str = "Seal";

/// The digits of seals: none begins a formula, and a seal never looks like a number.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~";
/// Digits of a whole hash of 64 bits.
const LONG: usize = 11;
/// Digits of a cell's hash: a change escapes one cell in 4,096, and never the row.
const SHORT: usize = 2;

/// Whether people type into the column of a header.
pub fn is_input(header: &str) -> bool {
    [DECISION, VALUE, DONE_ON, REASON, INITIALS].contains(&header)
}

/// What a cell says when it is written, whatever it looks like.
pub fn said(value: &Value<'_>) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => words(text),
        Value::Number(number) => figure(*number),
        Value::Date(date) => serial(*date).to_string(),
    }
}

/// What a cell says when it is read again; `None` for a formula that another program saved without its result.
pub fn said_again(value: &Read) -> Option<String> {
    Some(match value {
        Read::Empty => String::new(),
        Read::Uncalculated(_) => return None,
        Read::Number(number) => figure(*number),
        Read::DateTime(moment) if moment.time() == NaiveTime::MIN => serial(moment.date()).to_string(),
        other => words(&other.text()),
    })
}

/// A number to the millionth, so that the last bits of a formula that was worked out again do not count.
fn figure(number: Decimal) -> String {
    let rounded = number.round_dp(6).normalize();
    if rounded.is_zero() { "0".to_owned() } else { rounded.to_string() }
}

/// A text without the spaces that programs add, drop or exchange.
fn words(text: &str) -> String {
    let gap = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.split(gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A day as a number, which it is in a cell that lost its format.
fn serial(date: Date) -> i64 {
    (date - Date::from_ymd_opt(1899, 12, 30).expect("it is a day")).num_days()
}

/// A short name of what texts say: the same for the same texts, in every run and version.
pub fn fingerprint<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    digits(hash(texts), LONG)
}

/// Makes the seal of a row: `token` names what its decision is about, `cells` are headers with what the cells say.
///
/// The order of the columns does not count.
pub fn seal(list: &str, token: &str, cells: &[(&str, String)]) -> String {
    let mut cells: Vec<(&str, &str)> = cells.iter().map(|(header, said)| (*header, said.as_str())).collect();
    cells.sort_unstable();
    let mut seal = format!("{token}.{}.", row_code(list, token, &cells));
    cells.iter().for_each(|(header, said)| seal.push_str(&cell_code(header, said)));
    seal
}

/// A seal as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal<'s> {
    /// What the decision is about.
    pub token: &'s str,
    row: &'s str,
    cells: &'s str,
}

/// What became of a sealed row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Every cell is as it was written.
    Whole,
    /// The cells of these headers were changed; none where it cannot be told which.
    Changed(BTreeSet<String>),
    /// The list has other columns than it was written with.
    OtherColumns,
}

impl<'s> Seal<'s> {
    /// Reads a seal; `None` where the text is none.
    pub fn parse(text: &'s str) -> Option<Seal<'s>> {
        let (token, rest) = text.trim().split_once('.')?;
        let (row, cells) = rest.split_once('.')?;
        let digits = |text: &str| text.bytes().all(|byte| DIGITS.contains(&byte));
        let whole = row.len() == LONG && cells.len().is_multiple_of(SHORT) && digits(row) && digits(cells);
        whole.then_some(Seal { token, row, cells })
    }

    /// Compares a row with its seal; the inputs and the seal itself are left out of `cells`.
    ///
    /// Where a formula came without its result, the other cells are compared one by one.
    pub fn compare(&self, list: &str, cells: &[(&str, Option<String>)]) -> Found {
        let mut cells: Vec<(&str, Option<&str>)> =
            cells.iter().map(|(header, said)| (*header, said.as_deref())).collect();
        cells.sort_unstable();
        if self.cells.len() != cells.len() * SHORT {
            return Found::OtherColumns;
        }
        let all: Option<Vec<(&str, &str)>> =
            cells.iter().map(|(header, said)| Some((*header, (*said)?))).collect();
        if all.as_ref().is_some_and(|all| self.row == row_code(list, self.token, all)) {
            return Found::Whole;
        }
        let codes = self.cells.as_bytes().chunks(SHORT);
        let changed = cells.iter().zip(codes).filter(|((header, said), code)| {
            said.is_some_and(|said| cell_code(header, said).as_bytes() != *code)
        });
        let changed: BTreeSet<String> = changed.map(|((header, _), _)| (*header).to_owned()).collect();
        if all.is_none() && changed.is_empty() { Found::Whole } else { Found::Changed(changed) }
    }
}

fn row_code(list: &str, token: &str, cells: &[(&str, &str)]) -> String {
    let cells = cells.iter().flat_map(|(header, said)| [*header, *said]);
    digits(hash([list, token].into_iter().chain(cells)), LONG)
}

fn cell_code(header: &str, said: &str) -> String {
    digits(hash([header, said]), SHORT)
}

/// FNV-1a over the texts, an end after each, mixed so that every digit depends on every byte.
fn hash<'t>(texts: impl IntoIterator<Item = &'t str>) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn digits(mut hash: u64, count: usize) -> String {
    let mut digits = String::with_capacity(count);
    for _ in 0..count {
        let digit = usize::try_from(hash % 64).expect("below 64");
        digits.push(char::from(DIGITS[digit]));
        hash /= 64;
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Vec<(&'static str, String)> {
        let amount: Decimal = "72.43".parse().unwrap();
        vec![
            ("Account", said(&Value::Text("0000104".into()))),
            ("Charges", said(&Value::Number(amount))),
            ("Due date", said(&Value::Date("2026-03-11".parse().unwrap()))),
            ("Customer", said(&Value::Text("Tab\tand\u{1}control ".into()))),
        ]
    }

    /// The same cells, read again.
    fn read() -> Vec<(&'static str, Option<String>)> {
        cells().into_iter().map(|(header, said)| (header, Some(said))).collect()
    }

    #[test]
    fn a_row_that_was_saved_by_another_program_is_whole() {
        let seal = seal("Register", "token", &cells());
        let seal = Seal::parse(&seal).unwrap();
        let date: Date = "2026-03-11".parse().unwrap();
        let noisy: Decimal = "72.430000000000007".parse().unwrap();
        let mut again = [
            ("Customer", said_again(&Read::Text("Tab and control".to_owned()))),
            ("Due date", said_again(&Read::DateTime(date.and_time(NaiveTime::MIN)))),
            ("Charges", said_again(&Read::Number(noisy))),
            ("Account", said_again(&Read::Text("0000104".to_owned()))),
        ];
        assert_eq!(seal.compare("Register", &again), Found::Whole);
        let lost_format = said_again(&Read::Number(Decimal::from(46_092)));
        assert_eq!(lost_format, again[1].1, "a date that lost its format");
        again[2].1 = said_again(&Read::Uncalculated("H6+I6".to_owned()));
        assert_eq!(seal.compare("Register", &again), Found::Whole, "a formula that lost its result");
        again[3].1 = Some("0000105".to_owned());
        assert_eq!(seal.compare("Register", &again), Found::Changed(["Account".to_owned()].into()));
    }

    #[test]
    fn changed_cells_are_named() {
        let seal = seal("Register", "token", &cells());
        let seal = Seal::parse(&seal).unwrap();
        let mut changed = read();
        changed[1].1 = Some("72.44".to_owned());
        changed[0].1 = Some("104".to_owned());
        let headers = ["Account", "Charges"].map(str::to_owned);
        assert_eq!(seal.compare("Register", &changed), Found::Changed(headers.into()));
        assert_eq!(seal.compare("Register", &changed[1..]), Found::OtherColumns);
        assert_eq!(seal.compare("Held", &read()), Found::Changed(BTreeSet::new()), "a row of another list");
    }

    #[test]
    fn no_text_that_is_no_seal_passes_for_one() {
        for text in ["", "OK", "a.b.c", "token.AAAAAAAAAA.AA", "token.AAAAAAAAAAA.A", "1.5"] {
            assert_eq!(Seal::parse(text), None, "{text}");
        }
    }
}
