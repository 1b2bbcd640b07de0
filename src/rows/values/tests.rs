//! One cell at a time: what is read, and what is refused with which words.

use super::*;

fn typed(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn dates_are_read_month_first() {
    for (text, date_read) in [
        ("2/9/2026", "2026-02-09"),
        ("02/09/2026", "2026-02-09"),
        ("2026-02-09", "2026-02-09"),
        ("9-Feb-2026", "2026-02-09"),
        ("Feb 9, 2026", "2026-02-09"),
        ("February 9, 2026", "2026-02-09"),
        ("2/9/26", "2026-02-09"),
        ("20260209", "2026-02-09"),
        ("2026-02-09 00:00:00", "2026-02-09"),
        ("2026/02/09", "2026-02-09"),
        ("2/29/2028", "2028-02-29"),
    ] {
        assert_eq!(
            date(&typed(text), "Date").map(|date| date.to_string()),
            Ok(date_read.to_owned()),
            "{text}"
        );
    }
    for text in
        ["31 June", "2/30/2026", "13/1/2026", "2/29/2026", "tomorrow", "46062", "2/9/0026", "1/1/2200"]
    {
        assert_eq!(date(&typed(text), "Date").unwrap_err().value, text);
    }
    let serial = date(&Value::Number(46062.into()), "Read date").unwrap_err();
    assert!(serial.message.starts_with("46062 is a number, not a date. Format the read date as a date"));
}

#[test]
fn whole_numbers_drop_decimals_and_know_thousands() {
    for (text, number) in [
        ("8812", 8812),
        ("8,812", 8812),
        ("8 812", 8812),
        ("81710.99", 81710),
        ("0", 0),
        ("000123", 123),
        ("1,234,567", 1_234_567),
        ("+5", 5),
        ("-0", 0),
    ] {
        assert_eq!(whole(&typed(text), "Reading").map_err(|t| t.message), Ok(number), "{text}");
    }
    for text in ["", "8 81", "12,34", ",123", "1e5", "--5", "5-", ".", "1.2.3", "999999999999999"] {
        assert!(whole(&typed(text), "Reading").is_err(), "{text}");
    }
}

#[test]
fn the_character_that_does_not_belong_is_named() {
    let told = |text: &str| whole(&typed(text), "Reading").unwrap_err().message;
    assert_eq!(
        told("8 8I2"),
        "'8 8I2' is not a whole number (the fourth character is the letter I). Type the reading, digits only."
    );
    assert_eq!(
        told("12o4"),
        "'12o4' is not a whole number (the third character is the letter O). Type the reading, digits only."
    );
    assert_eq!(told("-5"), "-5 is negative. Type the reading as it stands, without a sign.");
}

#[test]
fn money_is_read_as_offices_write_it() {
    for (text, amount) in [
        ("$1,134.05", "1134.05"),
        ("(12.00)", "-12.00"),
        ("-12", "-12.00"),
        ("$ 5", "5.00"),
        ("-$5.10", "-5.10"),
        ("($5.10)", "-5.10"),
        ("88.15", "88.15"),
        (".5", "0.50"),
        ("0.00", "0.00"),
    ] {
        assert_eq!(
            money(&typed(text), "Amount").map(|m| m.to_string()).map_err(|t| t.message),
            Ok(amount.to_owned())
        );
    }
    for text in ["12o.50", "1.234", "$", "5 USD", "(-5)", "1,13"] {
        assert!(money(&typed(text), "Amount").is_err(), "{text}");
    }
}

#[test]
fn lost_zeros_come_back_and_nothing_else_changes() {
    let read = |value: Value| account(&value, 7).map(|(id, restored)| (id.to_string(), restored)).ok();
    assert_eq!(read(Value::Number(104_007.into())), Some(("0104007".to_owned(), true)));
    assert_eq!(read(typed("0104007")), Some(("0104007".to_owned(), false)));
    assert_eq!(read(typed(" 104007 ")), Some(("0104007".to_owned(), true)));
    assert_eq!(read(typed("A-17")), Some(("A-17".to_owned(), false)));
    assert_eq!(read(Value::Number("104007.5".parse().unwrap())), None);
}

#[test]
fn months_are_read_from_their_usual_forms() {
    let read = |value: Value| month(&value).map(|month| month.to_string()).ok();
    assert_eq!(read(typed("2026-02")).as_deref(), Some("2026-02"));
    assert_eq!(read(typed("2/2026")).as_deref(), Some("2026-02"));
    assert_eq!(read(typed("2/9/2026")).as_deref(), Some("2026-02"));
    assert_eq!(read(typed("spring")), None);
}
