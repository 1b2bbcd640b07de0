//! Takes the formula of `bill` apart into the lines of a printed bill.

use super::USAGE;
use super::formula::price_of;
use crate::domain::books::charge::ChargeKind;
use crate::domain::books::tariff::{
    BillLine, Choice, Expr, Field, FieldId, Formula, LineSource, Name, Operator, PerUnit, Rule, TierKind,
};

/// The lines of `bill` in the order in which they are printed, and whether the bill is more than their sum.
///
/// Each charge that is added or subtracted is a line. A factor around charges (`1.014*(...)`) leaves them
/// their own lines; what it adds becomes a line of its own when a bill is priced. A part of the formula
/// that has no name (`8*dwelling_units`) is a line named by its text.
pub(super) fn lines(fields: &[Field], variables: &[String], bill: FieldId) -> (Vec<BillLine>, bool) {
    let charged = charged_fields(fields);
    let divided = vec![false; fields.len()];
    let mut reader = LineReader { fields, variables, charged, divided, lines: Vec::new(), factored: false };
    reader.field(bill, false);
    let LineReader { mut lines, factored, .. } = reader;
    lines.sort_by_key(|line| line.kind);
    (lines, factored)
}

/// Names the tiers after the line they are printed on, where that is another name for their field.
pub(super) fn name_tiers(fields: &mut [Field], lines: &[BillLine]) {
    for line in lines {
        if let LineSource::Field(id) = line.source
            && let Rule::Tiers(tiers) = &mut fields[id].rule
        {
            tiers.charge.clone_from(&line.name);
        }
    }
}

struct LineReader<'a> {
    fields: &'a [Field],
    variables: &'a [String],
    /// Whether the service charge or the water stands anywhere in a field.
    charged: Vec<bool>,
    /// Whether a field has been divided into its own terms.
    divided: Vec<bool>,
    lines: Vec<BillLine>,
    factored: bool,
}

impl LineReader<'_> {
    fn field(&mut self, id: FieldId, negative: bool) {
        let field = &self.fields[id];
        match formula(field).filter(|_| !is_charge(field) && (self.charged[id] || field.name == "bill")) {
            None => self.push_field(id, negative),
            Some(_) if self.divided[id] => self.factored = true, // its lines are there already
            Some(formula) => {
                self.divided[id] = true;
                self.terms(&formula.amount, formula.line, negative);
            }
        }
    }

    fn terms(&mut self, expr: &Expr, line: u32, negative: bool) {
        match expr {
            Expr::Name(Name::Field(id)) => self.field(*id, negative),
            Expr::Negate(inner) => self.terms(inner, line, !negative),
            Expr::Binary(Operator::Add, left, right) => {
                self.terms(left, line, negative);
                self.terms(right, line, negative);
            }
            Expr::Binary(Operator::Subtract, left, right) => {
                self.terms(left, line, negative);
                self.terms(right, line, !negative);
            }
            Expr::Binary(operator @ (Operator::Multiply | Operator::Divide), left, right) => {
                match (self.is_charged(left), self.is_charged(right)) {
                    (true, false) => self.factored(left, line, negative),
                    (false, true) if *operator == Operator::Multiply => self.factored(right, line, negative),
                    _ => self.push_formula(expr, line, negative),
                }
            }
            _ => self.push_formula(expr, line, negative),
        }
    }

    fn factored(&mut self, inner: &Expr, line: u32, negative: bool) {
        self.factored = true;
        self.terms(inner, line, negative);
    }

    fn is_charged(&self, expr: &Expr) -> bool {
        mentions_charge(expr, &self.charged)
    }

    fn push_field(&mut self, id: FieldId, negative: bool) {
        let source = LineSource::Field(self.behind(id));
        let name = self.fields[id].name.clone();
        self.push(BillLine { kind: self.kind(id), name, negative, source });
    }

    fn push_formula(&mut self, expr: &Expr, line: u32, negative: bool) {
        let name = expr.text(&|name| match name {
            Name::Field(id) => self.fields[*id].name.clone(),
            Name::Variable(index) => self.variables[*index].clone(),
        });
        let usage = self.variables.iter().position(|variable| variable == USAGE).map(Name::Variable);
        let per_unit = usage.and_then(|usage| {
            let price = price_of(expr, &usage)?;
            Some(PerUnit { usage, price })
        });
        let source = LineSource::Formula(Formula { line, amount: expr.clone(), per_unit });
        self.push(BillLine { kind: ChargeKind::Surcharge, name, negative, source });
    }

    /// Adds a line; a charge that has one already is only counted again by the bill's formula.
    fn push(&mut self, line: BillLine) {
        if self.lines.iter().any(|known| known.source == line.source) {
            self.factored = true;
        } else {
            self.lines.push(line);
        }
    }

    fn kind(&self, id: FieldId) -> ChargeKind {
        match (self.fields[id].name.as_str(), &self.fields[self.behind(id)].rule) {
            ("service_charge", _) => ChargeKind::Fixed,
            ("commodity_charge", Rule::Tiers(tiers)) if tiers.kind == TierKind::Budget => ChargeKind::Budget,
            ("commodity_charge", Rule::Tiers(_)) => ChargeKind::Tier,
            ("commodity_charge", Rule::Amount(_)) => ChargeKind::Flat,
            _ => ChargeKind::Surcharge,
        }
    }

    /// The field with the tiers, where a field is only another name for it (`commodity_charge: budget`).
    fn behind(&self, id: FieldId) -> FieldId {
        match formula(&self.fields[id]) {
            Some(Formula { amount: Expr::Name(Name::Field(next)), .. }) => {
                let behind = self.behind(*next);
                if matches!(self.fields[behind].rule, Rule::Tiers(_)) { behind } else { id }
            }
            _ => id,
        }
    }
}

/// Finds the fields in which the service charge or the water stands; a field needs only earlier ones.
fn charged_fields(fields: &[Field]) -> Vec<bool> {
    let mut charged = Vec::with_capacity(fields.len());
    for field in fields {
        let inside = formula(field).is_some_and(|formula| mentions_charge(&formula.amount, &charged));
        charged.push(is_charge(field) || inside);
    }
    charged
}

fn mentions_charge(expr: &Expr, charged: &[bool]) -> bool {
    match expr {
        Expr::Number(_) | Expr::Name(Name::Variable(_)) => false,
        Expr::Name(Name::Field(id)) => charged[*id],
        Expr::Negate(inner) => mentions_charge(inner, charged),
        Expr::Binary(_, left, right) => mentions_charge(left, charged) || mentions_charge(right, charged),
    }
}

fn is_charge(field: &Field) -> bool {
    field.name == "service_charge" || field.name == "commodity_charge"
}

/// The formula of a field that has one and the same for everybody.
fn formula(field: &Field) -> Option<&Formula> {
    match &field.rule {
        Rule::Amount(Choice::Always(formula)) => Some(formula),
        _ => None,
    }
}
