//! Prices one customer: the lines of the bill, each with its working, and their exact sum.

use rust_decimal::Decimal;

use super::evaluate::{Chosen, Evaluation, Step};
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::priced::{Place, Priced, PricedLine};
use crate::domain::books::tariff::{
    BillLine, Customer, Field, Formula, LineSource, PerUnit, RateFault, Rule, Tariff,
};

/// What the office decides about pricing beyond the rate file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Multiplies the upper bound of each tier (the next start less 1); at least 1. Fixed charges and
    /// budgets are not multiplied.
    pub dwelling_units: u32,
}

impl Default for Options {
    fn default() -> Options {
        Options { dwelling_units: 1 }
    }
}

/// Prices one customer under one class of a tariff, in exact decimals, rounding nothing.
///
/// The lines come in the order of a printed bill. Water whose amount is a price times usage is a line of
/// that quantity and price, in tiers or flat; any other formula is a line of quantity 1. What a factor
/// around the charges adds (`1.014*(...)`) is a surcharge named `tax`, so that the lines always sum to
/// the bill.
///
/// # Errors
/// Where the tariff has no such class, the customer lacks a variable or has one that no key fits, or a
/// number has no result (division by zero, more than 28 digits).
pub fn price<'t>(
    tariff: &'t Tariff,
    class: &str,
    customer: &Customer,
    options: Options,
) -> Result<Priced<'t>, RateFault> {
    price_boxed(tariff, class, customer, options).map_err(|fault| *fault)
}

fn price_boxed<'t>(
    tariff: &'t Tariff,
    class: &str,
    customer: &Customer,
    options: Options,
) -> Step<Priced<'t>> {
    let class = tariff.classes.get(class).ok_or_else(|| no_class(tariff, class))?;
    let evaluation = Evaluation {
        file: &tariff.file,
        class,
        customer,
        dwellings: options.dwelling_units.max(1),
        values: vec![None; class.fields.len()],
        parts: Vec::with_capacity(class.lines.len() + 4), // most have one charge of up to five tiers
    };
    let mut lines = Lines { evaluation, sum: Decimal::ZERO };
    for line in &class.lines {
        lines.add(line)?;
    }
    if class.factored {
        let bill = lines.evaluation.field(class.bill)?;
        lines.add_tax(bill)?;
    }
    let Lines { mut evaluation, sum } = lines;
    evaluation.values[class.bill].get_or_insert(sum);
    for charge in &class.charges {
        // A charge that is listed but not billed may need what the customer has not got.
        _ = evaluation.field(*charge);
    }
    Ok(Priced { tariff, class, parts: evaluation.parts, bill: sum, values: evaluation.values })
}

struct Lines<'t, 'c> {
    evaluation: Evaluation<'t, 'c>,
    sum: Decimal,
}

impl<'t> Lines<'t, '_> {
    fn add(&mut self, line: &'t BillLine) -> Step<()> {
        let class = self.evaluation.class;
        match &line.source {
            LineSource::Field(id) => {
                let field = &class.fields[*id];
                match &field.rule {
                    Rule::Amount(choice) => {
                        let (value, chosen) = self.evaluation.amount(*id, choice)?;
                        self.add_formula(line, field, chosen, value)
                    }
                    Rule::Tiers(_) => {
                        self.evaluation.field(*id)?;
                        self.print_tiers(line)
                    }
                }
            }
            LineSource::Formula(formula) => {
                let field = &class.fields[class.bill];
                let value = self.evaluation.value(&formula.amount, field)?;
                self.add_formula(line, field, (formula, None), value)
            }
        }
    }

    /// Prints the tiers of a line, which may have been worked out for an earlier one.
    fn print_tiers(&mut self, line: &'t BillLine) -> Step<()> {
        let parts = &mut self.evaluation.parts;
        let is_own = |part: &PricedLine<'_>| part.tier.is_some() && part.name == line.name;
        let start = parts.iter().position(is_own).unwrap_or(parts.len());
        let own = parts[start..].iter().take_while(|part| is_own(part)).count();
        parts[start..].rotate_left(own);
        for at in parts.len() - own..parts.len() {
            let tier = &mut self.evaluation.parts[at];
            (tier.kind, tier.printed) = (line.kind, !tier.quantity.is_zero());
            if line.negative {
                negate(tier);
            }
            if tier.printed {
                // One by one, as a reader adds them up: the 28th digit comes out the same.
                let amount = tier.amount;
                self.count(amount)?;
            }
        }
        Ok(())
    }

    fn add_formula(
        &mut self,
        line: &'t BillLine,
        field: &'t Field,
        (formula, key): Chosen<'t, Formula>,
        value: Decimal,
    ) -> Step<()> {
        let place = Place { field: &field.name, key, item: None, line: formula.line };
        let priced = match &formula.per_unit {
            Some(PerUnit { usage, price }) if line.kind != ChargeKind::Fixed => {
                let usage = self.evaluation.name(*usage, field)?;
                let (amount, price) = self.evaluation.times(usage, price, field)?;
                water(line, usage, price, amount, place)
            }
            _ => whole(line.kind, &line.name, value, place),
        };
        if is_printed(&priced) { self.push(line.negative, priced) } else { Ok(()) }
    }

    /// Adds what a factor around the charges makes of them, unless that is nothing but the rounding of the
    /// 28th digit.
    fn add_tax(&mut self, bill: Decimal) -> Step<()> {
        let class = self.evaluation.class;
        let field = &class.fields[class.bill];
        let tax = self.evaluation.add(bill, -self.sum, field)?;
        if tax.round_dp(12).is_zero() {
            return Ok(());
        }
        let place = Place { field: &field.name, key: None, item: None, line: field.line };
        self.push(false, whole(ChargeKind::Surcharge, "tax", tax, place))
    }

    fn push(&mut self, negative: bool, mut line: PricedLine<'t>) -> Step<()> {
        if negative {
            negate(&mut line);
        }
        let amount = line.amount;
        self.evaluation.parts.push(line);
        self.count(amount)
    }

    #[inline]
    fn count(&mut self, amount: Decimal) -> Step<()> {
        let class = self.evaluation.class;
        self.sum = self.evaluation.add(self.sum, amount, &class.fields[class.bill])?;
        Ok(())
    }
}

fn negate(line: &mut PricedLine<'_>) {
    (line.price, line.amount) = (-line.price, -line.amount);
}

/// A line of so many units at a price.
fn water<'t>(
    line: &'t BillLine,
    quantity: Decimal,
    price: Decimal,
    amount: Decimal,
    place: Place<'t>,
) -> PricedLine<'t> {
    PricedLine { quantity, unit: ChargeUnit::Hcf, price, ..whole(line.kind, &line.name, amount, place) }
}

/// A line of one amount.
fn whole<'t>(kind: ChargeKind, name: &'t str, amount: Decimal, place: Place<'t>) -> PricedLine<'t> {
    let (quantity, unit) = (Decimal::ONE, ChargeUnit::Month);
    PricedLine {
        kind,
        name,
        tier: None,
        quantity,
        unit,
        price: amount,
        amount,
        above: None,
        up_to: None,
        place,
        printed: true,
    }
}

/// The fixed line always, water where there is any, all else where it comes to something.
fn is_printed(line: &PricedLine<'_>) -> bool {
    match line.kind {
        ChargeKind::Fixed => true,
        ChargeKind::Flat if line.unit == ChargeUnit::Hcf => !line.quantity.is_zero(),
        _ => !line.amount.is_zero(),
    }
}

pub(super) fn no_class(tariff: &Tariff, class: &str) -> RateFault {
    let known: Vec<&str> = tariff.classes.keys().map(String::as_str).collect();
    let message = match known.iter().find(|known| known.eq_ignore_ascii_case(class)) {
        Some(known) => format!("The file has no class {class}, but {known}; capitals count."),
        None => format!("The file has no class {class}, or it is refused; it has {}.", known.join(", ")),
    };
    RateFault {
        file: tariff.file.clone(),
        line: 0,
        class: Some(class.to_owned()),
        key: class.to_owned(),
        message,
    }
}
