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
/// (`-2^2` is -4), then a sign, then `*` and `/`, then `+` and `-`.
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

/// Joins two values.
///
/// Numbers are calculated at once where the result is exact; where there is none (`1/0`), pricing will say
/// so with the customer at hand. In a product the divisions come last (`irr_area*(1/748)`), so that
/// 7480 times a 748th is 10 and not 10.000000000000000000000000208.
fn combine(operator: Operator, left: Expr<String>, right: Expr<String>) -> Expr<String> {
    match (operator, left, right) {
        (_, Expr::Number(a), Expr::Number(b)) => match exactly(operator, a, b) {
            Some(number) => Expr::Number(number),
            None => binary(operator, Expr::Number(a), Expr::Number(b)),
        },
        (Operator::Multiply, left, Expr::Binary(Operator::Divide, above, below)) => {
            let above = match *above {
                Expr::Number(one) if one == Decimal::ONE => left,
                above => combine(Operator::Multiply, left, above),
            };
            combine(Operator::Divide, above, *below)
        }
        (Operator::Multiply, Expr::Binary(Operator::Divide, above, below), right) => {
            combine(Operator::Divide, combine(Operator::Multiply, *above, right), *below)
        }
        (operator, left, right) => binary(operator, left, right),
    }
}

fn binary(operator: Operator, left: Expr<String>, right: Expr<String>) -> Expr<String> {
    Expr::Binary(operator, Box::new(left), Box::new(right))
}

/// A sum, difference or product of numbers, or a quotient that comes out even.
fn exactly(operator: Operator, a: Decimal, b: Decimal) -> Option<Decimal> {
    let result = number::calculate(operator, a, b)?;
    match operator {
        Operator::Divide => (result.checked_mul(b)? == a).then_some(result),
        Operator::Power => None,
        _ => Some(result),
    }
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
                let (sign, below, above) = match operator {
                    Operator::Add => ('+', 1, 2),
                    Operator::Subtract => ('-', 1, 2),
                    Operator::Multiply => ('*', 2, 3),
                    Operator::Divide => ('/', 2, 3),
                    Operator::Power => ('^', 5, 3),
                };
                let (left, right) = (left.text_within(write, below), right.text_within(write, above));
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
            Expr::Number(number) if number.is_sign_negative() => 3,
            Expr::Binary(Operator::Power, ..) => 4,
            Expr::Number(_) | Expr::Name(_) => 5,
        };
        let text = self.text(write);
        if binds < level { format!("({text})") } else { text }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The formula with every parenthesis that its meaning needs, or what is wrong with it.
    fn read(text: &str) -> String {
        match parse(text) {
            Ok(expr) => expr.text(&String::clone),
            Err(Nonsense { column, problem }) => format!("{column}: {problem}"),
        }
    }

    #[test]
    fn formulas_mean_what_they_mean_in_r() {
        for (text, meaning) in [
            ("service_charge+commodity_charge", "service_charge+commodity_charge"),
            (" a - (b - c) - d ", "a-(b-c)-d"),
            ("a*(b+c)/d", "a*(b+c)/d"),
            ("a/(b*c)", "a/(b*c)"),
            ("-a^2", "-a^2"),
            ("(-a)^2", "(-a)^2"),
            ("a^b^c", "a^b^c"),
            ("(a^b)^c", "(a^b)^c"),
            ("(-2)^a", "(-2)^a"),
            ("2^-a", "2^-a"),
            ("a*-2", "a*-2"),
            ("+a--b", "a--b"),
            (".62*x", "0.62*x"),
            ("2*3+4", "10"),
            ("a*(1/748)", "a/748"),
            ("a*(0.62/748)*b", "a*0.62*b/748"),
            ("(a/b)*(c/d)", "a*c/b/d"),
            ("1/4", "0.25"),
            ("1/3", "1/3"),
            ("3*(1/3)", "1"),
            ("1/0", "1/0"),
        ] {
            assert_eq!(read(text), meaning, "{text}");
        }
    }

    #[test]
    fn nonsense_is_named_by_column() {
        for (text, nonsense) in [
            (
                "flat_rate*usage_ccf flat_rate:4.1165",
                "21: 'flat_rate' stands where an operator \
                or the end is expected",
            ),
            ("a+", "3: the end stands where a name, a number or a parenthesis is expected"),
            ("(a+b", "5: the end stands where an operator or a closing parenthesis is expected"),
            ("a)", "2: ')' stands where an operator or the end is expected"),
            ("3x", "1: '3x' is no number (such as 2, 2.10 or .62)"),
            ("1e3*a", "1: '1e3' is no number (such as 2, 2.10 or .62)"),
            ("$3.50", "1: '$' stands where a name, a number or a parenthesis is expected"),
            ("max(a, b)", "4: '(' stands where an operator or the end is expected"),
            ("\u{fc}ber*2", "1: '\u{fc}' stands where a name, a number or a parenthesis is expected"),
            ("a \u{d7} b", "3: '\u{d7}' stands where an operator or the end is expected"),
        ] {
            assert_eq!(read(text), nonsense, "{text}");
        }
        assert!(read(&"(".repeat(1_000_000)).ends_with("it has more than 100 operators and parentheses"));
        assert!(read(&"1+".repeat(1_000_000)).ends_with("it has more than 100 operators and parentheses"));
    }

    #[test]
    fn a_price_is_found_where_usage_is_a_factor() {
        for (text, price) in [
            ("flat_rate*usage_ccf", Some("flat_rate")),
            ("usage_ccf", Some("1")),
            ("(a+b)*usage_ccf/2", Some("(a+b)/2")),
            ("a*(usage_ccf*b)", Some("b*a")),
            ("usage_ccf*usage_ccf", None),
            ("12/usage_ccf", None),
            ("a+usage_ccf", None),
            ("a*(usage_ccf-5)", None),
        ] {
            let found = price_of(&parse(text).unwrap(), &"usage_ccf".to_owned());
            assert_eq!(found.map(|price| price.text(&String::clone)).as_deref(), price, "{text}");
        }
    }
}
