//! What the placeholders of a letter stand for, in its language.

use super::template::Field;
use crate::domain::books::balance::PastDueBill;
use crate::domain::date::Date;
use crate::domain::money::Money;
use crate::domain::proposals::letter_run::{Language, Letter, LetterRun};

/// What a field stands for in a letter.
pub(super) fn value(run: &LetterRun, letter: &Letter, language: Language, field: Field) -> String {
    let head = &run.letterhead;
    let day = |date: Date| language.day(date);
    match field {
        Field::Account => letter.account.to_string(),
        Field::Balance => letter.balance.in_dollars(),
        Field::Bill => letter.bill.clone(),
        Field::BillDate => day(letter.bill_date),
        Field::Customer => letter.customer.clone(),
        Field::Date => day(run.day),
        Field::DueDate => day(letter.due_date),
        Field::ExtensionBy => day(letter.extension_by),
        Field::Office => run.office.clone(),
        Field::OfficeAddress => head.address.join(", "),
        Field::OfficeEmail => head.email.clone(),
        Field::OfficeHours => head.hours_in(language).to_owned(),
        Field::OfficePhone => head.phone.clone(),
        Field::OfficeWeb => head.web.clone(),
        Field::PastDue => letter.past_due.in_dollars(),
        Field::PayBy => letter.pay_by.map(day).unwrap_or_default(),
        Field::Policy => head.policy.clone(),
        Field::ReconnectionMost => run.reconnection_most.in_dollars(),
        Field::ServiceAddress => letter.service_address.clone(),
        Field::ShutoffDate => letter.shutoff.map(day).unwrap_or_default(),
        Field::Invoice | Field::Total => {
            unreachable!("a text of letters with {field:?} is refused when it is read")
        }
    }
}

/// Bills that a letter names one by one.
const BILLS_NAMED: usize = 6;

/// The rows of the table of bills; of more than fit the oldest are named, and how much the others come to.
pub(super) fn bills(letter: &Letter, language: Language) -> Vec<Vec<String>> {
    let many = letter.bills.len();
    let named = if many > BILLS_NAMED { BILLS_NAMED - 1 } else { many };
    let row = |(bill, open): &(PastDueBill, Money)| {
        vec![bill.reference.clone(), language.day(bill.date), language.day(bill.due), open.in_dollars()]
    };
    let mut rows: Vec<Vec<String>> = letter.bills[..named].iter().map(row).collect();
    if named < many {
        let others = match language {
            Language::English => format!("{} more", many - named),
            Language::Spanish => format!("{} m\u{e1}s", many - named),
        };
        let open: Money = letter.bills[named..].iter().map(|(_, open)| *open).sum();
        rows.push(vec![others, String::new(), String::new(), open.in_dollars()]);
    }
    rows
}
