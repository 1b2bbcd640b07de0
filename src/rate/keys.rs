//! Keys of maps: how a file spells them and how a customer's data may.

use std::borrow::Cow;

use crate::domain::books::account::MeterSize;
use crate::domain::books::tariff::{Entry, KeyMap, KeyPart};

/// Divides a key into as many parts as the map has names; `None` where that is impossible.
///
/// Parts are joined by `|`, and `1|1/2"` is one part: the size of a meter of one and a half inches.
pub(super) fn split(key: &str, names: usize) -> Option<Vec<KeyPart>> {
    if names == 1 {
        return Some(vec![part(key)]);
    }
    let mut parts: Vec<String> = key.split('|').map(|part| part.trim().to_owned()).collect();
    while parts.len() > names {
        let inches =
            parts.windows(2).position(|pair| is_whole(&pair[0]) && begins_with_fraction(&pair[1]))?;
        let fraction = parts.remove(inches + 1);
        parts[inches] = format!("{}|{fraction}", parts[inches]);
    }
    (parts.len() == names).then(|| parts.iter().map(|text| part(text)).collect())
}

fn part(written: &str) -> KeyPart {
    KeyPart { written: written.to_owned(), usual: usual(written).into_owned() }
}

fn is_whole(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn begins_with_fraction(text: &str) -> bool {
    let (above, below) = text.split_once('/').unwrap_or_default();
    is_whole(above) && below.starts_with(|c: char| c.is_ascii_digit())
}

/// The one spelling of a meter size or of yes and no; every other text as it is.
pub(super) fn usual(text: &str) -> Cow<'_, str> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "on" => return Cow::Borrowed("true"),
        "no" | "false" | "off" => return Cow::Borrowed("false"),
        _ => {}
    }
    match MeterSize::parse(text) {
        Some(size) => Cow::Owned(size.as_str().to_owned()),
        None => Cow::Borrowed(text.trim()),
    }
}

impl KeyPart {
    /// Whether the key is spelled exactly so, or usually so.
    fn is(&self, text: &str) -> bool {
        self.written == text || self.usual == text
    }
}

impl<T> KeyMap<T> {
    /// The entry for a customer's data, one text for each name.
    ///
    /// The file's own spelling comes first, then the usual one, then any other spelling of it.
    pub(super) fn find(&self, texts: &[Cow<'_, str>]) -> Option<&Entry<T>> {
        if let [text] = texts {
            return self.find_one(text);
        }
        let exact =
            |entry: &&Entry<T>| entry.parts.iter().zip(texts).all(|(part, text)| part.written == **text);
        let near = |entry: &&Entry<T>| entry.parts.iter().zip(texts).all(|(part, text)| part.is(text));
        self.entries.iter().find(exact).or_else(|| self.entries.iter().find(near)).or_else(|| {
            let usual: Vec<Cow<'_, str>> = texts.iter().map(|text| usual(text)).collect();
            self.entries
                .iter()
                .find(|entry| entry.parts.iter().zip(&usual).all(|(part, text)| part.usual == **text))
        })
    }

    /// The same for a map by one name, which nearly all are: one look at each key does.
    fn find_one(&self, text: &str) -> Option<&Entry<T>> {
        let mut near = None;
        for entry in &self.entries {
            let part = &entry.parts[0];
            if part.written == text {
                return Some(entry);
            }
            if near.is_none() && part.usual == text {
                near = Some(entry);
            }
        }
        near.or_else(|| {
            let usual = usual(text);
            self.entries.iter().find(|entry| entry.parts[0].usual == *usual)
        })
    }

    /// The keys in the order of the file, for messages.
    pub(super) fn keys(&self) -> String {
        let keys: Vec<&str> = self.entries.iter().map(|entry| entry.key.as_str()).collect();
        keys.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(key: &str, names: usize) -> Option<Vec<String>> {
        split(key, names).map(|parts| parts.into_iter().map(|part| part.written).collect())
    }

    #[test]
    fn a_key_is_divided_by_the_number_of_names() {
        for (key, expected) in [
            ("5/8\"", vec!["5/8\""]),
            ("1|1/2\"", vec!["1|1/2\""]),
            ("1\"|inside_city", vec!["1\"", "inside_city"]),
            ("1|1/2\"|inside_city", vec!["1|1/2\"", "inside_city"]),
            ("2|1|1/2\"", vec!["2", "1|1/2\""]),
            ("1|1/2\"", vec!["1", "1/2\""]),
            ("Winter|1|Low", vec!["Winter", "1", "Low"]),
            ("1|1/2\"|1|inside_city", vec!["1|1/2\"", "1", "inside_city"]),
        ] {
            assert_eq!(parts(key, expected.len()).unwrap(), expected, "{key}");
        }
        assert_eq!(parts("a|b|c", 2), None);
        assert_eq!(parts("a", 2), None);
    }

    #[test]
    fn sizes_and_yes_and_no_have_one_usual_spelling() {
        for (text, expected) in
            [("1|1/2\"", "1 1/2"), ("1_1/2\"", "1 1/2"), ("5/8", "5/8"), ("Yes", "true"), ("FALSE", "false")]
        {
            assert_eq!(usual(text), expected);
        }
        assert_eq!(usual("Larger"), "Larger");
        assert_eq!(usual("5/8\" by 3/4\""), "5/8\" by 3/4\"");
    }
}
