//! Finds the accounts that the rates have no price for, before a bill run holds them.

use rust_decimal::Decimal;

use super::Failure;
use super::bill::customer;
use super::desk::Books;
use crate::domain::date::Date;
use crate::rate;

/// What the tariff in force and those to come lack for the active accounts, a sentence for each class and size.
pub(super) fn not_covered(books: &Books, today: Date) -> Result<Vec<String>, Failure> {
    let mut lacking = Vec::new();
    let accounts = books.ledger.active_by_class_and_size(today)?;
    for tariff in rate::in_force_from(&books.rates.tariffs, today) {
        for (class, size, count) in &accounts {
            let Some(rules) = books.office.classes.get(class) else { continue };
            let known = customer(size.as_str(), 1, Decimal::ZERO, Some(30));
            for fault in rate::unmet(tariff, &rules.owrs, &known) {
                let many = if *count == 1 {
                    "1 active account".to_owned()
                } else {
                    format!("{count} active accounts")
                };
                lacking.push(format!(
                    "rates/{fault} {many} of class {class} with meter size {size} cannot be billed under this file."
                ));
            }
        }
    }
    Ok(lacking)
}
