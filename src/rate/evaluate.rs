//! Works out the fields of a class for one customer, each when it is needed and once.

use std::borrow::Cow;

use rust_decimal::Decimal;

use super::tiers::{bound, different_lengths};
use super::{USAGE, number};
use crate::domain::books::charge::{ChargeKind, ChargeUnit};
use crate::domain::books::priced::{Place, PricedLine};
use crate::domain::books::tariff::{
    Choice, ClassTariff, Customer, Expr, Field, FieldId, Formula, KeyMap, Name, Operator, RateFault, Rule,
    Tiers, Value,
};

/// What a customer has none of at the least; a budget below 0 counts as one of 0.
const NEVER_NEGATIVE: [&str; 3] = [USAGE, "hhsize", "days_in_period"];

/// What a step of the calculation gives; the fault is boxed so that the steps that find none stay small.
pub(super) type Step<T> = Result<T, Box<RateFault>>;

/// A value of a choice, and the key it stands under where there is one.
pub(super) type Chosen<'t, T> = (&'t T, Option<&'t str>);

/// The calculation for one customer.
pub(super) struct Evaluation<'t, 'c> {
    pub(super) file: &'t str,
    pub(super) class: &'t ClassTariff,
    pub(super) customer: &'c Customer,
    pub(super) dwellings: u32,
    /// What the fields came to, so far.
    pub(super) values: Vec<Option<Decimal>>,
    /// The lines so far, and the tiers of every charge that was divided.
    pub(super) parts: Vec<PricedLine<'t>>,
}

impl<'t, 'c> Evaluation<'t, 'c> {
    /// Works out a field, or takes what was worked out before.
    ///
    /// Fields need only earlier ones and at most sixteen in a row, so this ends and stays off the stack.
    pub(super) fn field(&mut self, id: FieldId) -> Step<Decimal> {
        if let Some(value) = self.values[id] {
            return Ok(value);
        }
        let class = self.class;
        let field = &class.fields[id];
        let value = match &field.rule {
            Rule::Amount(choice) => {
                let (formula, _) = self.choose(choice, field)?;
                self.value(&formula.amount, field)?
            }
            Rule::Tiers(tiers) => self.divide(tiers, field)?,
        };
        self.values[id] = Some(value);
        Ok(value)
    }

    /// Works out a field that is no tiers, and tells the formula that gave its value.
    pub(super) fn amount(
        &mut self,
        id: FieldId,
        choice: &'t Choice<Formula>,
    ) -> Step<(Decimal, Chosen<'t, Formula>)> {
        let class = self.class;
        let field = &class.fields[id];
        let chosen = self.choose(choice, field)?;
        let value = match self.values[id] {
            Some(value) => value,
            None => self.value(&chosen.0.amount, field)?,
        };
        self.values[id] = Some(value);
        Ok((value, chosen))
    }

    /// Works out a formula; `field` is named where that fails.
    #[inline]
    pub(super) fn value(&mut self, expr: &'t Expr, field: &'t Field) -> Step<Decimal> {
        match expr {
            Expr::Number(number) => Ok(*number), // nearly every price and start is one
            formula => self.work_out(formula, field),
        }
    }

    fn work_out(&mut self, expr: &'t Expr, field: &'t Field) -> Step<Decimal> {
        match expr {
            Expr::Number(number) => Ok(*number),
            Expr::Name(name) => self.name(*name, field),
            Expr::Negate(inner) => Ok(-self.value(inner, field)?),
            Expr::Binary(operator, left, right) => {
                let (a, b) = (self.value(left, field)?, self.value(right, field)?);
                number::calculate(*operator, a, b).ok_or_else(|| self.no_result(expr, a, b, field))
            }
        }
    }

    pub(super) fn name(&mut self, name: Name, field: &'t Field) -> Step<Decimal> {
        match name {
            Name::Field(id) => self.field(id),
            Name::Variable(index) => self.variable(index, field),
        }
    }

    fn variable(&self, index: usize, field: &Field) -> Step<Decimal> {
        let name = &self.class.variables[index];
        let number = match self.known(index, field)? {
            Value::Number(number) => *number,
            Value::Text(text) => Decimal::from_str_exact(text.trim()).map_err(|_| {
                let told = format!(
                    "The customer's {name} is '{text}', and a number is needed: digits with at most one point, such as 12.5."
                );
                self.fault(field, told)
            })?,
        };
        if number < Decimal::ZERO && NEVER_NEGATIVE.contains(&name.as_str()) {
            return Err(self.fault(field, format!("The {name} is {number}; nothing below 0 can be priced.")));
        }
        Ok(number)
    }

    fn known(&self, index: usize, field: &Field) -> Step<&'c Value> {
        let name = &self.class.variables[index];
        self.customer.get(name).ok_or_else(|| {
            self.fault(field, format!("{} depends on {name}, and the customer has no {name}.", field.name))
        })
    }

    /// Takes the value for this customer, and the key it stands under.
    fn choose<T>(&mut self, choice: &'t Choice<T>, field: &'t Field) -> Step<Chosen<'t, T>> {
        let map = match choice {
            Choice::Always(value) => return Ok((value, None)),
            Choice::ByKey(map) => map,
        };
        let entry = if let [name] = map.on.as_slice() {
            let text = self.text(*name, field)?;
            map.find(std::slice::from_ref(&text)).ok_or_else(|| self.no_key(map, &[text]))?
        } else {
            let texts: Vec<Cow<'c, str>> =
                map.on.iter().map(|name| self.text(*name, field)).collect::<Result<_, _>>()?;
            map.find(&texts).ok_or_else(|| self.no_key(map, &texts))?
        };
        match &entry.value {
            Ok(value) => Ok((value, Some(&entry.key))),
            Err(fault) => Err(Box::new(fault.clone())),
        }
    }

    /// The customer's data, or the number of a field, as a key spells it.
    fn text(&mut self, name: Name, field: &'t Field) -> Step<Cow<'c, str>> {
        let number = match name {
            Name::Field(id) => self.field(id)?,
            Name::Variable(index) => match self.known(index, field)? {
                Value::Text(text) => return Ok(Cow::Borrowed(text)),
                Value::Number(number) => *number,
            },
        };
        Ok(Cow::Owned(number.normalize().to_string()))
    }

    /// Divides the usage into tiers and adds up what they cost.
    fn divide(&mut self, tiers: &'t Tiers, field: &'t Field) -> Step<Decimal> {
        let usage = self.name(tiers.usage, field)?;
        let (starts, _) = self.choose(&tiers.starts, field)?;
        let (prices, key) = self.choose(&tiers.prices, field)?;
        if starts.items.len() != prices.items.len() {
            return Err(self.fault(field, different_lengths(starts, prices)));
        }
        let (mut taken, mut above, mut total) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        for (index, price) in prices.items.iter().enumerate() {
            let up_to = match starts.items.get(index + 1) {
                Some(start) => Some(self.bound(tiers, start, field)?),
                None => None,
            };
            // What the tiers so far hold of the usage; a bound below the one before it leaves nothing for its tier.
            let reached = up_to.map_or(usage, |up_to| up_to.min(usage));
            let unit_price = self.value(&price.amount, field)?;
            let (quantity, amount) = if reached > taken {
                let quantity = reached - taken;
                let amount = quantity.checked_mul(unit_price).ok_or_else(|| self.overflow(field))?;
                taken = reached;
                total = self.add(total, amount, field)?;
                (quantity, amount)
            } else {
                (Decimal::ZERO, Decimal::ZERO)
            };
            let tier = u32::try_from(index + 1).unwrap_or(u32::MAX);
            let place = Place { field: &prices.field, key, item: Some(tier), line: price.line };
            self.parts.push(PricedLine {
                kind: ChargeKind::Tier,
                name: &tiers.charge,
                tier: Some(tier),
                quantity,
                unit: ChargeUnit::Hcf,
                price: unit_price,
                amount,
                above: Some(above),
                up_to,
                place,
                printed: false,
            });
            if let Some(up_to) = up_to {
                above = up_to.max(above);
            }
        }
        Ok(total)
    }

    #[inline]
    fn bound(&mut self, tiers: &'t Tiers, start: &'t Formula, field: &'t Field) -> Step<Decimal> {
        let start = self.value(&start.amount, field)?;
        bound(tiers.kind, start, self.dwellings).ok_or_else(|| self.overflow(field))
    }

    /// A quantity times the value of a price, and that value.
    #[inline]
    pub(super) fn times(
        &mut self,
        quantity: Decimal,
        price: &'t Expr,
        field: &'t Field,
    ) -> Step<(Decimal, Decimal)> {
        let price = self.value(price, field)?;
        let amount = quantity.checked_mul(price).ok_or_else(|| self.overflow(field))?;
        Ok((amount, price))
    }

    /// A sum; called for each tier and each line, where a call that is not inlined costs as much as the addition.
    #[inline(always)]
    pub(super) fn add(&self, a: Decimal, b: Decimal, field: &Field) -> Step<Decimal> {
        a.checked_add(b).ok_or_else(|| self.overflow(field))
    }

    fn no_key<T>(&self, map: &KeyMap<T>, texts: &[Cow<'_, str>]) -> Box<RateFault> {
        let names: Vec<&str> = map.on.iter().map(|name| self.name_of(*name)).collect();
        let (names, texts, keys) = (names.join(", "), texts.join(", "), map.keys());
        let field = &map.field;
        let message = format!(
            "The customer's {names} is {texts}, and {field} has no such key; its keys are {keys}. Correct the \
                {names} of the customer, or add the key to the rate file."
        );
        self.fault_at(map.line, field, message)
    }

    fn no_result(&self, expr: &Expr, a: Decimal, b: Decimal, field: &Field) -> Box<RateFault> {
        let reason = match expr {
            Expr::Binary(Operator::Divide, ..) if b.is_zero() => "nothing can be divided by 0",
            Expr::Binary(Operator::Power, ..) => {
                "a power is whole or in sixteenths, up to 64, and a root needs a number from 0"
            }
            _ => "the result has more than 28 digits",
        };
        let text = expr.text(&|name| self.name_of(*name).to_owned());
        self.fault(field, format!("{text} cannot be worked out with {a} and {b}: {reason}."))
    }

    fn name_of(&self, name: Name) -> &'t str {
        match name {
            Name::Field(id) => &self.class.fields[id].name,
            Name::Variable(index) => &self.class.variables[index],
        }
    }

    #[cold]
    fn overflow(&self, field: &Field) -> Box<RateFault> {
        let message = "The result has more than 28 digits; check the customer's usage and the prices.";
        self.fault(field, message.to_owned())
    }

    fn fault(&self, field: &Field, message: String) -> Box<RateFault> {
        self.fault_at(field.line, &field.name, message)
    }

    #[cold]
    fn fault_at(&self, line: u32, field: &str, message: String) -> Box<RateFault> {
        let class = &self.class.name;
        let key = format!("{class}/{field}");
        Box::new(RateFault { file: self.file.to_owned(), line, class: Some(class.clone()), key, message })
    }
}
