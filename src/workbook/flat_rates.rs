//! The sheet of the flat-rate follow-up.

use crate::domain::page::{Column, Flag, Role, Row, Table};
use crate::domain::proposals::flat_rates::{FollowUp, Why};

/// The sheet of the flat-rate follow-up.
pub(super) const FLAT_RATES: &str = "Flat rates";

/// The accounts that are followed up, a row for each reason.
pub(super) fn flat_rates(of: &[FollowUp]) -> Table<'_> {
    Table {
        name: FLAT_RATES.to_owned(),
        about: "Services that ended and still show water or a sewer, and active accounts without a meter, which pay the fixed \
                charges alone."
            .to_owned(),
        columns: columns(),
        frozen: 1,
        rows: of.len(),
        fill: Box::new(|index, row| fill(&of[index], row)),
    }
}

/// Paper has what a person needs to act; where the usage comes from stands to the right on the screen.
fn columns() -> Vec<Column> {
    let mut columns = vec![
        Column::new("Account", Role::Account),
        Column::new("Customer", Role::Text).width(22),
        Column::new("Service address", Role::Text).width(26),
        Column::new("Status", Role::Text).width(9),
        Column::new("Closed on", Role::Date).width(11),
        Column::new("Why", Role::Text).width(20),
        Column::new("What to do", Role::Sentence).width(40),
        Column::new("Meter", Role::Account),
        Column::new("Usage", Role::Volume)
            .width(8)
            .note("Since the end of service and not billed, in the register's unit."),
        Column::new("Unit", Role::Text).width(6),
        Column::new("Wastewater a month", Role::Money).total().note("At today's price."),
        Column::new("Billed on", Role::Date).width(11).note("The date of its last bill."),
    ];
    let screen = [
        Column::new("Last bill", Role::Account).width(16),
        Column::new("Counted from", Role::Reading),
        Column::new("Read before on", Role::Date).width(11),
        Column::new("Latest reading", Role::Reading),
        Column::new("Read on", Role::Date).width(11),
        Column::new("Class", Role::Text),
        Column::new("Route", Role::Account),
    ];
    columns.extend(screen.into_iter().map(Column::screen_only));
    columns
}

fn fill<'a>(of: &'a FollowUp, row: &mut Row<'a>) {
    row.push(of.account.as_str());
    row.push(of.customer.as_str());
    row.push(of.service_address.as_str());
    row.push(of.status.word());
    row.push(of.closed);
    let why = row.push(of.why.words());
    if of.why != Why::NoMeter || of.last_bill.is_none() {
        why.flag(Flag::Warning);
    }
    row.push(what_to_do(of));
    row.push(of.meter.as_ref().map(|meter| meter.as_str()));
    row.push(of.usage.map(|usage| usage.amount));
    row.push(of.usage.map(|usage| usage.unit.to_string()));
    row.push(of.wastewater);
    row.push(of.last_bill.as_ref().map(|(_, date)| *date));
    row.push(of.last_bill.as_ref().map(|(number, _)| number.as_str()));
    row.push(of.from.map(|point| point.value));
    row.push(of.from.map(|point| point.date));
    row.push(of.to.map(|point| point.value));
    row.push(of.to.map(|point| point.date));
    row.push(of.class.as_str());
    row.push(of.route.as_str());
}

fn what_to_do(of: &FollowUp) -> &'static str {
    match (of.why, &of.last_bill) {
        (Why::UsageSince, _) => {
            "Find out who uses the water: open an account for them, or have the meter locked."
        }
        (Why::StillConnected, _) => {
            "Nobody at the address pays its wastewater. Open an account for the owner, or take the connection off the record."
        }
        (Why::NoMeter, None) => {
            "It was never billed. Put its meter on record, or see that the next run bills it."
        }
        (Why::NoMeter, Some(_)) => {
            "It pays the fixed charges in every run. Put its meter on record if it has one."
        }
    }
}
