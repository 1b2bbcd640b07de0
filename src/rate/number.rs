//! Numbers as rate files write them, and exact arithmetic that says when it has no answer.

use rust_decimal::Decimal;

use crate::domain::books::tariff::Operator;

/// Reads digits with at most one point (`2`, `2.10`, `.62`); no sign, no thousands separator.
///
/// A whole number with a leading zero is refused: YAML takes `010` for eight.
pub(super) fn parse(text: &str) -> Option<Decimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let octal = whole.len() > 1 && whole.starts_with('0') && !text.contains('.');
    let empty = whole.is_empty() && fraction.is_empty();
    if octal || empty || !digits(whole) || !digits(fraction) {
        return None;
    }
    let whole = if whole.is_empty() { "0" } else { whole };
    let text = if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") };
    Decimal::from_str_exact(&text).ok()
}

/// Combines two values; `None` on overflow, division by zero and powers that have no answer here.
pub(super) fn calculate(operator: Operator, left: Decimal, right: Decimal) -> Option<Decimal> {
    match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide => left.checked_div(right),
        Operator::Power => power(left, right),
    }
}

/// Raises to a power: whole exponents from -64 to 64 and their fractions in sixteenths (`x^0.5` is the
/// square root, `x^0.75` the square root times its own square root).
///
/// `None` outside these, where the result overflows, for a root of a negative number and for zero to a
/// negative power.
fn power(base: Decimal, exponent: Decimal) -> Option<Decimal> {
    let sixteenths = exponent.checked_mul(Decimal::from(16))?;
    if !sixteenths.fract().is_zero() || sixteenths.abs() > Decimal::from(64 * 16) {
        return None;
    }
    let sixteenths = u32::try_from(sixteenths.abs().trunc().mantissa()).ok()?;
    let mut result = whole_power(base, sixteenths / 16)?;
    let mut root = base;
    for bit in [8, 4, 2, 1] {
        if (sixteenths % 16) % (bit * 2) == 0 {
            break;
        }
        root = square_root(root)?;
        if sixteenths & bit != 0 {
            result = result.checked_mul(root)?;
        }
    }
    if exponent.is_sign_negative() { Decimal::ONE.checked_div(result) } else { Some(result) }
}

fn whole_power(base: Decimal, exponent: u32) -> Option<Decimal> {
    (0..exponent).try_fold(Decimal::ONE, |product, _| product.checked_mul(base))
}

/// Newton's method; it halves the error's exponent at each step, so it has settled long before the last.
fn square_root(square: Decimal) -> Option<Decimal> {
    if square.is_zero() {
        return Some(square);
    }
    if square.is_sign_negative() {
        return None;
    }
    let mut root = if square > Decimal::ONE { square } else { Decimal::ONE };
    for _ in 0..200 {
        let next = root.checked_add(square.checked_div(root)?)?.checked_div(Decimal::TWO)?;
        if next >= root {
            break;
        }
        root = next;
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn numbers_are_read_as_rate_files_write_them() {
        for (text, number) in
            [("2", "2"), ("2.10", "2.10"), (".62", "0.62"), ("5.", "5"), ("0", "0"), ("0.5", "0.5")]
        {
            assert_eq!(parse(text), Some(decimal(number)), "{text}");
        }
        for text in ["", ".", "010", "1e3", "1,000", "1.2.3", "-1", "$2", "123456789012345678901234567890"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn powers_are_whole_or_in_sixteenths() {
        let close = |a: Decimal, b: &str| (a - decimal(b)).abs() < decimal("0.000000000000000000000001");
        for (base, exponent, result) in [
            ("2", "10", "1024"),
            ("2", "-2", "0.25"),
            ("0", "0", "1"),
            ("-3", "3", "-27"),
            ("9", "0.5", "3"),
            ("16", "0.75", "8"),
            ("2", "0.5", "1.414213562373095048801688724"),
            ("65536", "0.0625", "2"),
            ("4", "1.5", "8"),
            ("4", "-0.5", "0.5"),
            ("0.0001", "0.5", "0.01"),
        ] {
            let power = power(decimal(base), decimal(exponent)).unwrap();
            assert!(close(power, result), "{base}^{exponent} = {power}");
        }
        for (base, exponent) in [("2", "0.1"), ("-4", "0.5"), ("0", "-1"), ("10", "64"), ("2", "65")] {
            assert_eq!(power(decimal(base), decimal(exponent)), None, "{base}^{exponent}");
        }
    }
}
