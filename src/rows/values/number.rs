//! Numbers as people type them.

use rust_decimal::Decimal;

/// A number with an optional sign, decimals, and thousands set off by commas or blanks in groups of three.
pub(super) fn plain(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    if !decimals.bytes().all(|byte| byte.is_ascii_digit()) || whole.is_empty() && decimals.is_empty() {
        return None;
    }
    let joined = ungrouped(whole)?;
    let number: Decimal = format!(
        "{}.{}",
        if joined.is_empty() { "0" } else { &joined },
        if decimals.is_empty() { "0" } else { decimals }
    )
    .parse()
    .ok()?;
    Some(if negative { -number } else { number })
}

/// The digits of a whole number without its thousands separators; `None` where they stand wrong.
fn ungrouped(whole: &str) -> Option<String> {
    if whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(whole.to_owned());
    }
    let separator = whole
        .chars()
        .find(|c| !c.is_ascii_digit())
        .filter(|c| matches!(c, ',' | ' ' | '\u{a0}' | '\u{202f}'))?;
    let groups: Vec<&str> = whole.split(separator).collect();
    let digits =
        groups.iter().all(|group| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit()));
    let threes = groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3);
    (digits && threes).then(|| groups.concat())
}

/// An amount of money: a plain number, with a dollar sign, or in parentheses when negative.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        return amount(inside.trim()).filter(|number| !number.is_sign_negative()).map(|number| -number);
    }
    if let Some(rest) = text.strip_prefix("-$") {
        return plain(rest.trim_start()).filter(|number| !number.is_sign_negative()).map(|number| -number);
    }
    plain(text.strip_prefix('$').map_or(text, str::trim_start))
}

/// Says which character keeps a text from being a whole number.
pub(super) fn why_not_whole(text: &str, what: &str) -> String {
    let odd = |c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.' | ' ' | '-');
    let Some((at, letter)) = text.chars().enumerate().find(|(_, c)| odd(*c)) else {
        return format!("'{text}' is not a whole number. Type the {what}, digits only.");
    };
    let place = ordinal(at + 1);
    let name = match letter {
        'I' => "the letter I".to_owned(),
        'l' => "the small letter L".to_owned(),
        'O' | 'o' => "the letter O".to_owned(),
        c if c.is_alphabetic() => format!("the letter {c}"),
        c => format!("'{c}'"),
    };
    format!("'{text}' is not a whole number (the {place} character is {name}). Type the {what}, digits only.")
}

fn ordinal(n: usize) -> String {
    const WORDS: [&str; 10] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match WORDS.get(n - 1) {
        Some(word) => (*word).to_owned(),
        None => format!("{n}th"),
    }
}
