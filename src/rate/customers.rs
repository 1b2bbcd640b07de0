//! Prices the customers of a sheet: a column is a variable, a row is a customer.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::needs::needs;
use super::price::{Options, price};
use crate::domain::books::priced::Priced;
use crate::domain::books::tariff::{Customer, Tariff, Value};
use crate::domain::money::Money;
use crate::domain::origin::column_letters;
use crate::domain::proposals::rated::{ChargeName, Figure, RatedRow, TierFigure};
use crate::domain::sheet::cell::{Row, Value as Cell};

/// The column that says under which class a customer is priced.
const CLASS: &str = "class";

/// Which column of a sheet is which variable of a tariff.
#[derive(Clone, Debug)]
pub struct Columns<'t> {
    tariff: &'t Tariff,
    class: u32,
    /// The variables that each class may ask for, and where the sheet has them.
    variables: BTreeMap<&'t str, Vec<(u32, &'t str)>>,
}

/// Whether a row is the header of a sheet of customers: it has a column `class`.
pub fn is_header(row: &Row) -> bool {
    named(row, CLASS).next().is_some()
}

impl<'t> Columns<'t> {
    /// Finds the variables of a tariff in a header, whatever its capitals, blanks and marks: `Usage (CCF)` is `usage_ccf`.
    ///
    /// # Errors
    /// Where two columns are one variable, or none is the class; with what to do.
    pub fn find(header: &Row, tariff: &'t Tariff) -> Result<Columns<'t>, String> {
        let class = column(header, CLASS)?.ok_or("The header has no column class. Add it.")?;
        let mut variables = BTreeMap::new();
        for class in tariff.classes.values() {
            let mut found = Vec::new();
            for variable in &class.variables {
                found.extend(column(header, variable)?.map(|at| (at, variable.as_str())));
            }
            variables.insert(class.name.as_str(), found);
        }
        Ok(Columns { tariff, class, variables })
    }

    /// The variables that classes ask for and the sheet has no column of, each with the classes.
    pub fn missing(&self) -> BTreeMap<&'t str, Vec<&'t str>> {
        let mut missing: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for class in self.tariff.classes.values() {
            let found = &self.variables[class.name.as_str()];
            let asked = needs(class).into_iter().map(|need| need.variable);
            for variable in asked.filter(|asked| found.iter().all(|(_, known)| known != asked)) {
                let classes = missing.entry(variable).or_default();
                if classes.last() != Some(&class.name.as_str()) {
                    classes.push(&class.name);
                }
            }
        }
        missing
    }

    /// Prices the customer of a row; rounded, each line is rounded half-up once and the bill is their sum.
    pub fn rate(&self, row: &Row, exact: bool) -> RatedRow<'t> {
        let class = row.value(self.class).text();
        let class = class.trim();
        if class.is_empty() {
            return Err(
                "The class is missing. Type the customer class as the rate file spells it.".to_owned()
            );
        }
        let mut customer = Customer::new();
        for (at, variable) in self.variables.get(class).into_iter().flatten() {
            if let Some(value) = value(row.value(*at), variable)? {
                customer.set(variable, value);
            }
        }
        let priced =
            price(self.tariff, class, &customer, Options::default()).map_err(|fault| fault.to_string())?;
        Ok(figures(&priced, exact))
    }
}

/// The columns of a name, whatever their capitals, blanks and marks.
fn named<'r>(header: &'r Row, name: &'r str) -> impl Iterator<Item = (u32, &'r str)> {
    let wanted = plain(name);
    header.cells.iter().filter_map(move |cell| match &cell.value {
        Cell::Text(text) if plain(text) == wanted => Some((cell.column, text.trim())),
        _ => None,
    })
}

/// A header or name in small letters, its words joined by one line each.
fn plain(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("_")
}

fn column(header: &Row, name: &str) -> Result<Option<u32>, String> {
    let mut all = named(header, name);
    match (all.next(), all.next()) {
        (None, _) => Ok(None),
        (Some((at, _)), None) => Ok(Some(at)),
        (Some((first, _)), Some((second, _))) => {
            let (first, second) = (column_letters(first), column_letters(second));
            Err(format!("The columns {first} and {second} both hold the {name}. Remove or rename one."))
        }
    }
}

/// A cell as a variable; `None` where it is blank.
fn value(cell: &Cell, variable: &str) -> Result<Option<Value>, String> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Text(text) => {
            let text = text.trim();
            // Other programs write small numbers as 1e-05.
            let scientific = text.contains(['e', 'E']).then(|| Decimal::from_scientific(text).ok()).flatten();
            let value = scientific
                .or_else(|| grouped(text))
                .map_or_else(|| Value::Text(text.to_owned()), Value::Number);
            Ok((!text.is_empty()).then_some(value))
        }
        Cell::Number(number) => Ok(Some(Value::Number(*number))),
        Cell::Bool(yes) => Ok(Some(Value::Text(if *yes { "true" } else { "false" }.to_owned()))),
        Cell::DateTime(_) if variable == "meter_size" => Err(format!(
            "The {variable} is the date {}. Excel takes sizes like 3/4 for dates: format the column as text and \
             type it again.",
            cell.text()
        )),
        Cell::DateTime(_) => {
            Err(format!("The {variable} is the date {}. Type what it should be.", cell.text()))
        }
        Cell::Error(error) => {
            Err(format!("The {variable} shows Excel's error {error}. Repair its formula, or type the value."))
        }
        Cell::Uncalculated(_) => Err(format!(
            "The {variable} is a formula without a stored result. Open the file in Excel and save it there."
        )),
        Cell::TooLong(length) => Err(format!("The {variable} is a text of {length} characters. Shorten it.")),
    }
}

/// A number with its thousands set off by commas, and perhaps a dollar sign: `1,250.50`.
fn grouped(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('$').unwrap_or(text);
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut groups = whole.split(',');
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()))?;
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let sound = is_digits(first) && groups.all(|group| group.len() == 3 && is_digits(group));
    let changed = digits.len() < text.len() || whole.contains(',');
    (sound && changed).then(|| format!("{}{rest}", whole.replace(',', "")).parse().ok()).flatten()
}

/// The figures of a priced customer, in the order of their columns.
fn figures<'t>(priced: &Priced<'t>, exact: bool) -> Vec<(Figure<'t>, Decimal)> {
    let rounded = |amount: Decimal| if exact { amount.normalize() } else { Money::rounded(amount).decimal() };
    let mut figures = Vec::with_capacity(4 + 2 * priced.parts.len());
    let class = priced.class;
    for line in &class.lines {
        add(&mut figures, &line.name, rounded(Decimal::ZERO));
    }
    let mut bill = Decimal::ZERO;
    for line in priced.lines() {
        add(&mut figures, line.name, rounded(line.amount));
        bill += rounded(line.amount);
    }
    for charge in class.charges.iter().map(|charge| class.fields[*charge].name.as_str()) {
        // A charge that is listed and not billed is shown all the same.
        if let Some(amount) =
            priced.field(charge).filter(|_| class.lines.iter().all(|line| line.name != charge))
        {
            add(&mut figures, charge, rounded(amount));
        }
    }
    for (number, tier) in priced.tiers() {
        let charge = ChargeName::new(tier.name);
        figures.push((Figure::Tier(charge, number, TierFigure::Usage), tier.quantity.normalize()));
        figures.push((Figure::Tier(charge, number, TierFigure::Amount), rounded(tier.amount)));
    }
    figures.push((Figure::Bill, if exact { rounded(priced.bill) } else { bill }));
    figures.sort_by_key(|(figure, _)| *figure);
    figures
}

/// Adds to what a charge comes to.
fn add<'t>(figures: &mut Vec<(Figure<'t>, Decimal)>, charge: &'t str, amount: Decimal) {
    let figure = Figure::Charge(ChargeName::new(charge));
    match figures.iter_mut().find(|(known, _)| *known == figure) {
        Some((_, sum)) => *sum += amount,
        None => figures.push((figure, amount)),
    }
}
