//! Reads the formulas of a rate file: names, numbers, `+ - * / ^` and parentheses, and nothing else.

use rust_decimal::Decimal;

use super::number;
use crate::domain::books::tariff::{Expr, Operator};

/// The longest known formula has 15 operators; the bound keeps a hostile one off the stack.
const OPERATORS_MAX: usize = 100;

/// Where a formula stops making sense, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Nonsense {
    /// Column within the formula, from 1.
    pub(super) column: usize,
    /// What was met there and what was expected.
    pub(super) problem: String,
}

/// Reads a formula; its names are not resolved yet.
///
/// Precedence is R's, the language that the format was made for: `^` binds tightest and from the right
/// (`-2^2` is -4), then a sign, then `*` and `/`, then `+` and `-`. Numbers that stand beside each other
/// are calculated at once.
pub(super) fn parse(text: &str) -> Result<Expr<String>, Nonsense> {
    let mut parser = Parser { text, at: 0, operators: 0 };
    let expr = parser.sum()?;
    match parser.peek() {
        None => Ok(expr),
        Some(_) => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
    operators: usize,
}

impl<'a> Parser<'a> {
    fn sum(&mut self) -> Result<Expr<String>, Nonsense> {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&[('+', Operator::Add), ('-', Operator::Subtract)])? {
            left = combine(operator, left, self.product()?);
        }
        Ok(left)
    }

    fn product(&mut self) -> Result<Expr<String>, Nonsense> {
        let mut left = self.signed()?;
        while let Some(operator) = self.operator(&[('*', Operator::Multiply), ('/', Operator::Divide)])? {
            left = combine(operator, left, self.signed()?);
        }
        Ok(left)
    }

    fn signed(&mut self) -> Result<Expr<String>, Nonsense> {
        match self.operator(&[('-', Operator::Subtract), ('+', Operator::Add)])? {
            Some(Operator::Subtract) => Ok(match self.signed()? {
                Expr::Number(number) => Expr::Number(-number),
                other => Expr::Negate(Box::new(other)),
            }),
            Some(_) => self.signed(),
            None => self.power(),
        }
    }

    fn power(&mut self) -> Result<Expr<String>, Nonsense> {
        let base = self.atom()?;
        match self.operator(&[('^', Operator::Power)])? {
            Some(operator) => Ok(combine(operator, base, self.signed()?)),
            None => Ok(base),
        }
    }

    fn atom(&mut self) -> Result<Expr<String>, Nonsense> {
        match self.peek() {
            Some('(') => {
                self.count()?;
                self.at += 1;
                let inner = self.sum()?;
                if self.peek() != Some(')') {
                    return Err(self.unexpected("an operator or a closing parenthesis"));
                }
                self.at += 1;
                Ok(inner)
            }
            Some(c) if c.is_ascii_digit() || c == '.' => self.number().map(Expr::Number),
            Some(c) if is_letter(c) => Ok(Expr::Name(self.word().to_owned())),
            _ => Err(self.unexpected("a name, a number or a parenthesis")),
        }
    }

    fn number(&mut self) -> Result<Decimal, Nonsense> {
        let column = self.column();
        let word = self.word();
        number::parse(word).ok_or_else(|| Nonsense {
            column,
            problem: format!("'{word}' is no number (such as 2, 2.10 or .62)"),
        })
    }

    /// Takes letters, digits, underscores and points.
    fn word(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| !is_letter(c) && !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn operator(&mut self, known: &[(char, Operator)]) -> Result<Option<Operator>, Nonsense> {
        let next = self.peek();
        let Some((_, operator)) = known.iter().find(|(sign, _)| Some(*sign) == next) else { return Ok(None) };
        self.count()?;
        self.at += 1;
        Ok(Some(*operator))
    }

    fn count(&mut self) -> Result<(), Nonsense> {
        self.operators += 1;
        if self.operators > OPERATORS_MAX {
            return Err(Nonsense {
                column: self.column(),
                problem: format!("it has more than {OPERATORS_MAX} operators and parentheses"),
            });
        }
        Ok(())
    }

    /// The next character after blanks.
    fn peek(&mut self) -> Option<char> {
        let rest = &self.text[self.at..];
        self.at += rest.len() - rest.trim_start().len();
        rest.trim_start().chars().next()
    }

    fn column(&self) -> usize {
        self.text[..self.at].chars().count() + 1
    }

    fn unexpected(&mut self, expected: &str) -> Nonsense {
        let met = match self.peek() {
            None => "the end".to_owned(),
            Some(c) if is_letter(c) || c.is_ascii_digit() || c == '.' => {
                let start = self.at;
                let word = self.word().to_owned();
                self.at = start;
                format!("'{word}'")
            }
            Some(c) => format!("'{c}'"),
        };
        Nonsense { column: self.column(), problem: format!("{met} stands where {expected} is expected") }
    }
}

fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}

/// Joins two values, calculating at once where both are numbers and there is a result; where there is
/// none (`1/0`), pricing will say so with the customer at hand.
fn combine(operator: Operator, left: Expr<String>, right: Expr<String>) -> Expr<String> {
    if let (Expr::Number(a), Expr::Number(b)) = (&left, &right)
        && let Some(number) = number::calculate(operator, *a, *b)
    {
        return Expr::Number(number);
    }
    Expr::Binary(operator, Box::new(left), Box::new(right))
}

/// The formula of one unit's price, where the whole is a price times usage, once: `flat_rate*usage_ccf`.
pub(super) fn price_of<N: Clone + PartialEq>(amount: &Expr<N>, usage: &N) -> Option<Expr<N>> {
    let Expr::Binary(operator, left, right) = amount else {
        return (*amount == Expr::Name(usage.clone())).then_some(Expr::Number(Decimal::ONE));
    };
    let join = |price: Expr<N>, other: &Expr<N>| match price {
        Expr::Number(one) if one == Decimal::ONE && *operator == Operator::Multiply => other.clone(),
        price => Expr::Binary(*operator, Box::new(price), Box::new(other.clone())),
    };
    match (operator, left.mentions(usage), right.mentions(usage)) {
        (Operator::Multiply | Operator::Divide, true, false) => {
            price_of(left, usage).map(|price| join(price, right))
        }
        (Operator::Multiply, false, true) => price_of(right, usage).map(|price| join(price, left)),
        _ => None,
    }
}

impl<N: PartialEq> Expr<N> {
    /// Whether the name stands anywhere in the formula.
    pub(super) fn mentions(&self, name: &N) -> bool {
        match self {
            Expr::Number(_) => false,
            Expr::Name(other) => other == name,
            Expr::Negate(inner) => inner.mentions(name),
            Expr::Binary(_, left, right) => left.mentions(name) || right.mentions(name),
        }
    }
}

impl<N> Expr<N> {
    /// Gives every name, by `write`, its place in a text of the formula.
    pub(super) fn text(&self, write: &impl Fn(&N) -> String) -> String {
        match self {
            Expr::Number(number) => number.to_string(),
            Expr::Name(name) => write(name),
            Expr::Negate(inner) => format!("-{}", inner.text_within(write, 3)),
            Expr::Binary(operator, left, right) => {
                let (sign, level) = match operator {
                    Operator::Add => ('+', 1),
                    Operator::Subtract => ('-', 1),
                    Operator::Multiply => ('*', 2),
                    Operator::Divide => ('/', 2),
                    Operator::Power => ('^', 4),
                };
                let (left, right) = (left.text_within(write, level), right.text_within(write, level + 1));
                format!("{left}{sign}{right}")
            }
        }
    }

    /// The same, in parentheses where it binds less than `level`.
    fn text_within(&self, write: &impl Fn(&N) -> String, level: u8) -> String {
        let binds = match self {
            Expr::Binary(Operator::Add | Operator::Subtract, ..) => 1,
            Expr::Binary(Operator::Multiply | Operator::Divide, ..) => 2,
            Expr::Negate(_) => 3,
            Expr::Binary(Operator::Power, ..) => 4,
            Expr::Number(_) | Expr::Name(_) => 5,
        };
        let text = self.text(write);
        if binds < level { format!("({text})") } else { text }
    }
}
