//! The seal of a row of a workbook that comes back with decisions: it tells whether a cell was changed, and which.
//!
//! A seal stands in the last column of its list, and beside the cover. It is made of the words that the cells say, not of
//! their bytes: saved again by another program, recalculated, filtered or sorted, a row keeps its seal. It guards against
//! slips, not against forgers; what is posted is taken from the books, never from a cell.

use std::collections::BTreeSet;
use std::fmt::Write;

use chrono::NaiveTime;
use rust_decimal::Decimal;

use super::cell::Value;
use crate::domain::date::Date;
use crate::domain::origin::column_letters;
use crate::domain::sheet::cell::Value as Read;
use crate::domain::sheet::profile::Layout;

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
/// What the row above a header says that counts all rows of its list, behind it in the next column.
pub const ALL_ROWS: &str = "All rows";
/// How the token of that row's seal begins, which names each of its cells; the order of the rows' names follows.
pub const ALL_TOKEN: &str = "all";
/// The column of that count, from 0.
pub const COUNT: u32 = 1;
/// The sheet on which a workbook says what it is; its columns have no headers and go by their letters.
pub const COVER: &str = "Cover";
/// The column of the cover's seals, from 0: the one behind those that people read.
pub const COVER_SEALS: u32 = 6;

/// The digits of seals: none begins a formula, and a seal never looks like a number.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~";
/// Digits of a whole hash of 64 bits.
const LONG: usize = 11;
/// Digits of a cell's hash: a change escapes one cell in 4,096, and never the row.
const SHORT: usize = 2;
/// Digits of a sum over the cells of a row that takes no decision: such rows are many, and their seals short.
const SUM: usize = 4;
/// The prime below which sums are, so that the place of one changed cell follows from two of them.
const PRIME: u64 = 16_777_213;

/// Whether people type into the column of a header, in a list that takes decisions.
pub fn is_input(header: &str) -> bool {
    [DECISION, VALUE, DONE_ON, REASON, INITIALS].contains(&header)
}

/// Whether people decide on the rows of a list; in any other no column is an input, whatever its header.
pub fn takes_decisions(layout: &Layout) -> bool {
    [REF, DECISION, INITIALS, SEAL].iter().all(|header| layout.column(header).is_some())
}

/// What a cell says when it is written, whatever it looks like.
pub fn said(value: &Value<'_>) -> String {
    let mut said = String::new();
    say(value, &mut said);
    said
}

fn say(value: &Value<'_>, said: &mut String) {
    match value {
        Value::Empty => {}
        Value::Text(text) => words(text, said),
        Value::Number(number) => figure(*number, said),
        Value::Date(date) => write!(said, "{}", serial(*date)).expect("a text takes whatever is written"),
    }
}

/// What a cell says when it is read again; `None` for a formula that another program saved without its result.
pub fn said_again(value: &Read) -> Option<String> {
    let mut said = String::new();
    match value {
        Read::Empty => {}
        Read::Uncalculated(_) => return None,
        Read::Number(number) => figure(*number, &mut said),
        Read::DateTime(moment) if moment.time() == NaiveTime::MIN => said = serial(moment.date()).to_string(),
        other => words(&other.text(), &mut said),
    }
    Some(said)
}

/// A number to the millionth, so that the last bits of a formula that was worked out again do not count.
///
/// Twelve digits come first: of a number that ends half way between two millionths the last bits would count.
fn figure(number: Decimal, said: &mut String) {
    let is_short = number.scale() <= 6 && number.mantissa().unsigned_abs() < 1_000_000_000_000;
    let short = if is_short { number } else { number.round_sf(12).unwrap_or(number).round_dp(6) };
    let short = short.normalize();
    let short = if short.is_zero() { Decimal::ZERO } else { short };
    write!(said, "{short}").expect("a text takes whatever is written");
}

/// A text without the spaces that programs add, drop or exchange.
fn words(text: &str, said: &mut String) {
    let gap = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    for word in text.split(gap).filter(|word| !word.is_empty()) {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(word);
    }
}

/// A day as a number, which it is in a cell that lost its format.
fn serial(date: Date) -> i64 {
    (date - Date::from_ymd_opt(1899, 12, 30).expect("it is a day")).num_days()
}

/// A short name of what texts say: the same for the same texts, in every run and version.
pub fn fingerprint<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    digits(mixed(hash(START, texts)), LONG)
}

/// What a row's name adds to the order of its list, at its place counted from 1: the sum tells one order from another.
pub fn placed(reference: &str, place: u64) -> u64 {
    mixed(hash(START, [reference])).wrapping_mul(place)
}

/// The token of the row that counts all rows of a list, whose names stand in this order.
pub fn all_token(order: u64) -> String {
    format!("{ALL_TOKEN}{}", digits(order, LONG))
}

/// Makes the seals of a list's rows.
#[derive(Debug)]
pub struct Sealer<'l> {
    list: &'l str,
    /// The place of each sealed column with the hash of its header, in the order of the headers.
    columns: Vec<(usize, u64)>,
}

impl<'l> Sealer<'l> {
    /// A sealer of a list, with its headers and their places; the order of the columns does not count.
    pub fn new<'h>(list: &'l str, headers: impl IntoIterator<Item = (usize, &'h str)>) -> Sealer<'l> {
        let mut headers: Vec<(usize, &str)> = headers.into_iter().collect();
        headers.sort_unstable_by_key(|(_, header)| *header);
        let columns = headers.into_iter().map(|(at, header)| (at, hash(START, [header])));
        Sealer { list, columns: columns.collect() }
    }

    /// A sealer of the cover.
    pub fn of_cover() -> Sealer<'static> {
        let letters: Vec<String> = (0..COVER_SEALS).map(column_letters).collect();
        Sealer::new(COVER, letters.iter().map(String::as_str).enumerate())
    }

    /// Makes the seal of a row: `token` names what its decision is about, `cells` gives what stands at a place.
    ///
    /// The seal of a row that is decided on names each changed cell. Without a token it is a shorter one, which names the
    /// cell where one was changed.
    pub fn seal<'v>(&self, token: &str, cells: impl Fn(usize) -> Option<&'v Value<'v>>) -> String {
        let mut said = String::new();
        let hashes = self.columns.iter().map(|(at, header)| {
            said.clear();
            if let Some(value) = cells(*at) {
                say(value, &mut said);
            }
            mixed(hash(*header, [said.as_str()]))
        });
        if token.is_empty() {
            return Sums::of(self.list, hashes).seal();
        }
        let (mut sum, mut codes) = (0_u64, String::with_capacity(self.columns.len() * SHORT));
        for cell in hashes {
            sum = sum.wrapping_add(cell);
            push_digits(cell, SHORT, &mut codes);
        }
        format!("{token}.{}.{codes}", row_code(self.list, token, sum))
    }
}

/// What a row without a decision comes to: the hashes of its cells added, and added times their places.
///
/// If one cell changes, the second sum changes by its place times what the first changes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums {
    plain: u64,
    placed: u64,
    count: u64,
}

impl Sums {
    fn of(list: &str, cells: impl Iterator<Item = u64>) -> Sums {
        let mut sums = Sums { plain: mixed(hash(START, [list])) % PRIME, placed: 0, count: 0 };
        for cell in cells {
            let cell = cell % PRIME;
            sums.count += 1;
            sums.plain = (sums.plain + cell) % PRIME;
            sums.placed = (sums.placed + sums.count * cell) % PRIME;
        }
        sums
    }

    fn seal(self) -> String {
        format!(".{}.{}{}", digits(self.plain, SUM), digits(self.placed, SUM), digits(self.count, 1))
    }

    /// The place from 0 of the one cell that differs, where one differs.
    fn differing(self, other: Sums) -> Option<usize> {
        let by = |these: u64, those: u64| (these + PRIME - those) % PRIME;
        let (plain, placed) = (by(self.plain, other.plain), by(self.placed, other.placed));
        let place = (1..=self.count).find(|place| place * plain % PRIME == placed)?;
        usize::try_from(place - 1).ok()
    }
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
        let is_long = row.len() == LONG && cells.len().is_multiple_of(SHORT);
        let is_short = token.is_empty() && row.len() == SUM && cells.len() == SUM + 1;
        let whole = (is_long || is_short) && digits(row) && digits(cells);
        whole.then_some(Seal { token, row, cells })
    }

    /// Compares a row with its seal; the inputs and the seal itself are left out of `cells`.
    ///
    /// Where a formula came without its result, the other cells are compared one by one.
    pub fn compare(&self, list: &str, cells: &[(&str, Option<String>)]) -> Found {
        let mut cells: Vec<(&str, Option<&str>)> =
            cells.iter().map(|(header, said)| (*header, said.as_deref())).collect();
        cells.sort_unstable();
        let hashed = |(header, said): &(&str, Option<&str>)| Some(mixed(hash(START, [*header, (*said)?])));
        let hashes: Vec<Option<u64>> = cells.iter().map(hashed).collect();
        if self.row.len() == SUM {
            return self.compare_sums(list, &cells, &hashes);
        }
        if self.cells.len() != cells.len() * SHORT {
            return Found::OtherColumns;
        }
        let all = hashes.iter().try_fold(0_u64, |sum, cell| Some(sum.wrapping_add((*cell)?)));
        if all.is_some_and(|sum| self.row == row_code(list, self.token, sum)) {
            return Found::Whole;
        }
        let codes = self.cells.as_bytes().chunks(SHORT);
        let is_changed =
            |cell: Option<u64>, code| cell.is_some_and(|cell| digits(cell, SHORT).as_bytes() != code);
        let changed =
            cells.iter().zip(&hashes).zip(codes).filter(|((_, cell), code)| is_changed(**cell, *code));
        let changed: BTreeSet<String> = changed.map(|(((header, _), _), _)| (*header).to_owned()).collect();
        if all.is_none() && changed.is_empty() { Found::Whole } else { Found::Changed(changed) }
    }

    /// Compares a row without a decision; where a formula came without its result nothing can be said of the row.
    fn compare_sums(&self, list: &str, cells: &[(&str, Option<&str>)], hashes: &[Option<u64>]) -> Found {
        let (placed, count) = self.cells.split_at(SUM);
        if number(count) != cells.len() as u64 % 64 {
            return Found::OtherColumns;
        }
        let Some(hashes) = hashes.iter().copied().collect::<Option<Vec<u64>>>() else { return Found::Whole };
        let found = Sums::of(list, hashes.into_iter());
        let written = Sums { plain: number(self.row), placed: number(placed), count: found.count };
        if found == written {
            return Found::Whole;
        }
        let header = found.differing(written).map(|at| cells[at].0.to_owned());
        Found::Changed(header.into_iter().collect())
    }
}

/// The code of a row whose cells' hashes add up to a sum.
fn row_code(list: &str, token: &str, sum: u64) -> String {
    digits(mixed(hash(START, [list, token]).wrapping_add(sum)), LONG)
}

/// Where a hash begins.
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a over the texts, an end after each, from where another hash ended.
fn hash<'t>(from: u64, texts: impl IntoIterator<Item = &'t str>) -> u64 {
    let mut hash = from;
    for text in texts {
        for byte in text.bytes().chain([0xff]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

/// A hash mixed so that every digit depends on every byte.
fn mixed(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ (hash >> 33)
}

fn digits(hash: u64, count: usize) -> String {
    let mut digits = String::with_capacity(count);
    push_digits(hash, count, &mut digits);
    digits
}

/// The number that digits spell.
fn number(digits: &str) -> u64 {
    let value = |byte| DIGITS.iter().position(|digit| *digit == byte).unwrap_or(0) as u64;
    digits.bytes().rev().fold(0, |number, byte| number * 64 + value(byte))
}

fn push_digits(mut hash: u64, count: usize, digits: &mut String) {
    for _ in 0..count {
        let digit = usize::try_from(hash % 64).expect("below 64");
        digits.push(char::from(DIGITS[digit]));
        hash /= 64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells() -> Vec<(&'static str, Value<'static>)> {
        let amount: Decimal = "72.43".parse().unwrap();
        vec![
            ("Account", Value::Text("0000104".into())),
            ("Charges", Value::Number(amount)),
            ("Due date", Value::Date("2026-03-11".parse().unwrap())),
            ("Customer", Value::Text("Tab\tand\u{1}control ".into())),
        ]
    }

    fn sealed() -> String {
        let cells = cells();
        let headers = cells.iter().enumerate().map(|(at, (header, _))| (at, *header));
        Sealer::new("Register", headers).seal("token", |at| Some(&cells[at].1))
    }

    /// The same cells, read again.
    fn read() -> Vec<(&'static str, Option<String>)> {
        cells().into_iter().map(|(header, value)| (header, Some(said(&value)))).collect()
    }

    #[test]
    fn the_last_bits_of_a_formula_do_not_count() {
        for (written, again) in [
            ("0.1234575", "0.12345749999999999"),
            ("0.3333333333333333333333333333", "0.3333333333333333"),
            ("-0.00", "0"),
            ("1234567.89", "1234567.8899999999"),
        ] {
            let [written, again] = [written, again].map(|number| number.parse::<Decimal>().unwrap());
            assert_eq!(Some(said(&Value::Number(written))), said_again(&Read::Number(again)), "{written}");
        }
        let [cent, other] = ["0.01", "0.010001"].map(|number| number.parse::<Decimal>().unwrap());
        assert_ne!(said(&Value::Number(cent)), said(&Value::Number(other)));
    }

    #[test]
    fn a_row_that_was_saved_by_another_program_is_whole() {
        let seal = sealed();
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
        let seal = sealed();
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
    fn the_changed_cell_of_a_row_without_a_decision_is_named() {
        let cells = cells();
        let headers = cells.iter().enumerate().map(|(at, (header, _))| (at, *header));
        let seal = Sealer::new("Proof", headers).seal("", |at| Some(&cells[at].1));
        let seal = Seal::parse(&seal).unwrap();
        assert_eq!(seal.compare("Proof", &read()), Found::Whole);
        for at in 0..cells.len() {
            let mut changed = read();
            changed[at].1 = Some("other".to_owned());
            assert_eq!(seal.compare("Proof", &changed), Found::Changed([cells[at].0.to_owned()].into()));
        }
        let mut changed = read();
        changed[1].1 = Some("72.44".to_owned());
        changed[2].1 = Some("46093".to_owned());
        assert_eq!(
            seal.compare("Proof", &changed),
            Found::Changed(BTreeSet::new()),
            "several are not told apart"
        );
        assert_eq!(seal.compare("Proof", &read()[1..]), Found::OtherColumns);
        assert_eq!(seal.compare("Rates", &read()), Found::Changed(BTreeSet::new()), "a row of another list");
    }

    #[test]
    fn no_text_that_is_no_seal_passes_for_one() {
        for text in ["", "OK", "a.b.c", "token.AAAAAAAAAA.AA", "token.AAAAAAAAAAA.A", "1.5"] {
            assert_eq!(Seal::parse(text), None, "{text}");
        }
    }
}
