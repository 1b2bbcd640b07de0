//! What a class needs to know of a customer, so that an office finds out before the first bill.

use std::collections::BTreeSet;

use super::keys;
use super::price::{Options, no_class, price};
use crate::domain::books::tariff::{
    Choice, ClassTariff, Customer, Expr, Field, FieldId, Formula, KeyMap, KeyPart, Name, RateFault, Rule,
    Tariff,
};

/// One thing that a class needs to know of its customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need<'t> {
    /// The variable's name.
    pub variable: &'t str,
    /// The field that needs it.
    pub field: &'t str,
    /// The field's line in the file, from 1.
    pub line: u32,
    /// The keys that have a value, where the field is a map; empty where any number will do.
    pub keys: Vec<&'t KeyPart>,
}

impl Need<'_> {
    /// Whether a customer's text, in whatever spelling, has a key.
    pub fn accepts(&self, text: &str) -> bool {
        let usual = keys::usual(text);
        self.keys.is_empty() || self.keys.iter().any(|key| key.written == text || key.usual == *usual)
    }
}

/// What the bill of a class needs to know of a customer, each variable and field once.
///
/// Keys whose value is refused do not count. A field that several names decide may still lack a
/// combination of keys that are each in the list.
pub fn needs(class: &ClassTariff) -> Vec<Need<'_>> {
    let mut reader = NeedReader { class, seen: vec![false; class.fields.len()], needs: Vec::new() };
    reader.field(class.bill);
    reader.needs
}

/// What a tariff asks of a customer of a class and does not get: everything, not the first thing only.
///
/// Empty where the customer can be priced. The customer's numbers count as well, so give usage that may occur.
pub fn unmet(tariff: &Tariff, class: &str, customer: &Customer) -> Vec<RateFault> {
    let Some(class) = tariff.classes.get(class) else { return vec![no_class(tariff, class)] };
    let fault = |need: &Need<'_>, message: String| RateFault {
        file: tariff.file.clone(),
        line: need.line,
        class: Some(class.name.clone()),
        key: format!("{}/{}", class.name, need.field),
        message,
    };
    let lack = |need: Need<'_>| {
        let (field, variable) = (need.field, need.variable);
        match customer.get(variable) {
            None => {
                let message = format!("{field} depends on {variable}, which is not known.");
                Some(fault(&need, message))
            }
            Some(value) if !need.accepts(&value.to_string()) => {
                let keys: Vec<&str> = need.keys.iter().map(|key| key.written.as_str()).collect();
                let keys = keys.join(", ");
                let message = format!(
                    "{field} has no key for the {variable} {value}; its keys are {keys}. Correct the {variable} \
                    by an accounts sheet, or add the key to the rate file."
                );
                Some(fault(&need, message))
            }
            Some(_) => None,
        }
    };
    let lacks: Vec<RateFault> = needs(class).into_iter().filter_map(lack).collect();
    if lacks.is_empty() {
        // Keys that are each in the list may still lack their combination, which only pricing finds.
        return price(tariff, &class.name, customer, Options::default()).err().into_iter().collect();
    }
    lacks
}

struct NeedReader<'t> {
    class: &'t ClassTariff,
    seen: Vec<bool>,
    needs: Vec<Need<'t>>,
}

impl<'t> NeedReader<'t> {
    fn field(&mut self, id: FieldId) {
        if std::mem::replace(&mut self.seen[id], true) {
            return;
        }
        let field = &self.class.fields[id];
        match &field.rule {
            Rule::Amount(choice) => {
                self.choice(choice, &|reader, formula| reader.expr(&formula.amount, field));
            }
            Rule::Tiers(tiers) => {
                self.name(tiers.usage, field);
                let each = |reader: &mut Self, items: &'t [Formula]| {
                    items.iter().for_each(|item| reader.expr(&item.amount, field));
                };
                self.choice(&tiers.starts, &|reader, list| each(reader, &list.items));
                self.choice(&tiers.prices, &|reader, list| each(reader, &list.items));
            }
        }
    }

    fn choice<T>(&mut self, choice: &'t Choice<T>, read: &dyn Fn(&mut Self, &'t T)) {
        match choice {
            Choice::Always(value) => read(self, value),
            Choice::ByKey(map) => {
                self.keys(map);
                map.entries
                    .iter()
                    .filter_map(|entry| entry.value.as_ref().ok())
                    .for_each(|value| read(self, value));
            }
        }
    }

    fn keys<T>(&mut self, map: &'t KeyMap<T>) {
        for (place, name) in map.on.iter().enumerate() {
            let sound = map.entries.iter().filter(|entry| entry.value.is_ok());
            let mut seen = BTreeSet::new();
            let parts = sound.filter_map(|entry| entry.parts.get(place));
            let keys = parts.filter(|part| seen.insert(part.written.as_str())).collect();
            match name {
                Name::Field(id) => self.field(*id),
                Name::Variable(index) => {
                    self.needs.push(Need {
                        variable: &self.class.variables[*index],
                        field: &map.field,
                        line: map.line,
                        keys,
                    });
                }
            }
        }
    }

    fn expr(&mut self, expr: &'t Expr, field: &'t Field) {
        match expr {
            Expr::Number(_) => {}
            Expr::Name(name) => self.name(*name, field),
            Expr::Negate(inner) => self.expr(inner, field),
            Expr::Binary(_, left, right) => {
                self.expr(left, field);
                self.expr(right, field);
            }
        }
    }

    fn name(&mut self, name: Name, field: &'t Field) {
        match name {
            Name::Field(id) => self.field(id),
            Name::Variable(index) => {
                let variable = &self.class.variables[index];
                let need = Need { variable, field: &field.name, line: field.line, keys: Vec::new() };
                if !self.needs.contains(&need) {
                    self.needs.push(need);
                }
            }
        }
    }
}
