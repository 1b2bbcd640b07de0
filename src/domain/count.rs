//! A number with its noun, for messages.

/// `1 bill`, `2 bills`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn one_is_one() {
        assert_eq!(counted(1, "bill", "bills"), "1 bill");
        assert_eq!(counted(0, "bill", "bills"), "0 bills");
    }
}
