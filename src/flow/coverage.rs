//! Finds the accounts that the rates have no price for, before a bill run holds them, and the bills that were priced before
//! a rate file of their days came.

use rust_decimal::Decimal;

use super::Failure;
use super::bill::customer;
use super::desk::Books;
use crate::domain::count::counted;
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

/// The rate files that came after bills of their days were posted under older rates, a sentence each.
pub(super) fn priced_before(books: &Books) -> Result<Vec<String>, Failure> {
    let mut late = Vec::new();
    for tariff in &books.rates.tariffs {
        let Some(effective) = tariff.effective else { continue };
        let (bills, first) = books.ledger.bills_priced_before(effective)?;
        if let Some(first) = first {
            late.push(format!(
                "rates/{} is in force from {effective}, and {} of days since then, the first of {first}, went by older rates. \
                 They stay as they are posted; to bill them anew, undo their run.",
                tariff.file,
                counted(bills, "posted bill", "posted bills"),
            ));
        }
    }
    Ok(late)
}
