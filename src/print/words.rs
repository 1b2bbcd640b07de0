//! What the placeholders of a letter stand for, in its language.

use chrono::Datelike;

use super::template::Field;
use crate::domain::books::balance::PastDueBill;
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::proposals::letter_run::{Language, Letter, LetterRun};

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
];

/// What a field stands for in a letter.
pub(super) fn value(run: &LetterRun, letter: &Letter, language: Language, field: Field) -> String {
    let head = &run.letterhead;
    let day = |date: Date| day(date, language);
    match field {
        Field::Account => letter.account.to_string(),
        Field::Balance => dollars(letter.balance),
        Field::Bill => letter.bill.clone(),
        Field::BillDate => day(letter.bill_date),
        Field::Customer => letter.customer.clone(),
        Field::Date => day(run.day),
        Field::DueDate => day(letter.due_date),
        Field::ExtensionBy => day(letter.extension_by),
        Field::Office => run.office.clone(),
        Field::OfficeAddress => head.address.join(", "),
        Field::OfficeEmail => head.email.clone(),
        Field::OfficeHours => match language {
            Language::Spanish if !head.hours_spanish.trim().is_empty() => head.hours_spanish.clone(),
            _ => head.hours.clone(),
        },
        Field::OfficePhone => head.phone.clone(),
        Field::OfficeWeb => head.web.clone(),
        Field::PastDue => dollars(letter.past_due),
        Field::PayBy => letter.pay_by.map(day).unwrap_or_default(),
        Field::Policy => head.policy.clone(),
        Field::ReconnectionMost => dollars(run.reconnection_most),
        Field::ServiceAddress => letter.service_address.clone(),
        Field::ShutoffDate => letter.shutoff.map(day).unwrap_or_default(),
    }
}

/// Bills that a letter names one by one.
const BILLS_NAMED: usize = 6;

/// The rows of the table of bills; of more than fit the oldest are named, and how much the others come to.
pub(super) fn bills(letter: &Letter, language: Language) -> Vec<Vec<String>> {
    let many = letter.bills.len();
    let named = if many > BILLS_NAMED { BILLS_NAMED - 1 } else { many };
    let row = |(bill, open): &(PastDueBill, Money)| {
        vec![bill.reference.clone(), day(bill.date, language), day(bill.due, language), dollars(*open)]
    };
    let mut rows: Vec<Vec<String>> = letter.bills[..named].iter().map(row).collect();
    if named < many {
        let others = match language {
            Language::English => format!("{} more", many - named),
            Language::Spanish => format!("{} m\u{e1}s", many - named),
        };
        let open = letter.bills[named..].iter().map(|(_, open)| *open).sum();
        rows.push(vec![others, String::new(), String::new(), dollars(open)]);
    }
    rows
}

/// A day in words.
pub(super) fn day(date: Date, language: Language) -> String {
    let month = usize::try_from(date.month0()).expect("below 12");
    match language {
        Language::English => format!("{} {}, {}", MONTHS[0][month], date.day(), date.year()),
        Language::Spanish => format!("{} de {} de {}", date.day(), MONTHS[1][month], date.year()),
    }
}

/// An amount with its sign: `$1,234.56`.
fn dollars(amount: Money) -> String {
    let text = amount.absolute().to_string();
    let (whole, cents) = text.split_once('.').expect("money has cents");
    let digits = whole.as_bytes().rchunks(3).rev();
    let groups: Vec<&str> =
        digits.map(|group| std::str::from_utf8(group).expect("digits are ASCII")).collect();
    format!("{}${}.{cents}", if amount.is_negative() { "-" } else { "" }, groups.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_read_as_people_write_them() {
        let cents = |cents| dollars(Money::from_cents(cents));
        assert_eq!([cents(5), cents(123_456), cents(-100_000_000)], ["$0.05", "$1,234.56", "-$1,000,000.00"]);
        let date: Date = "2026-07-06".parse().unwrap();
        assert_eq!(day(date, Language::English), "July 6, 2026");
        assert_eq!(day(date, Language::Spanish), "6 de julio de 2026");
    }
}
