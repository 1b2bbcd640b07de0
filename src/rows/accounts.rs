//! A row of an accounts sheet: one customer at one service address.

use super::cells::Cells;
use crate::domain::books::account::{Contact, Sewer, Status};
use crate::domain::rows::AccountRow;

const STATUSES: [(&str, Status); 3] =
    [("active", Status::Active), ("inactive", Status::Inactive), ("closed", Status::Closed)];
const SEWERS: [(&str, Sewer); 4] = [
    ("none", Sewer::None),
    ("tax roll", Sewer::TaxRoll),
    ("tax-roll", Sewer::TaxRoll),
    ("billed", Sewer::Billed),
];

/// The cycle of an account whose cell is empty.
const DEFAULT_CYCLE: &str = "1";

pub(super) fn read(cells: &mut Cells<'_>) -> Option<AccountRow> {
    let id = cells.needed_account("Account");
    let customer = cells.needed_text("Customer");
    let service_address = cells.needed_text("Service address");
    let class = cells.needed_text("Class");
    let meter_size = cells.needed_meter_size("Meter size");
    let status = cells.choice("Status", &STATUSES).unwrap_or(Status::Active);
    let opened = cells.date("Opened");
    let closed = cells.date("Closed");
    let dwelling_units = cells.whole_within("Dwelling units", 1, 100_000).unwrap_or(1);
    let sewer = cells.choice("Sewer", &SEWERS).unwrap_or(Sewer::None);
    let edu = cells.decimal("EDU");
    let cycle = cells.text("Cycle");
    let route = cells.text("Route");
    let sequence = cells.whole("Sequence");
    let tenant = cells.flag("Tenant");
    let contact = contact(cells);
    Some(AccountRow {
        id: id?,
        customer: customer?,
        service_address: service_address?,
        class: class?,
        meter_size: meter_size?,
        status,
        opened,
        closed,
        dwelling_units: u32::try_from(dwelling_units).expect("at most 100,000"),
        sewer,
        edu,
        cycle: if cycle.is_empty() { DEFAULT_CYCLE.to_owned() } else { cycle },
        route,
        sequence,
        tenant,
        contact,
    })
}

fn contact(cells: &mut Cells<'_>) -> Contact {
    Contact {
        mailing_address: cells.text("Mailing address"),
        city: cells.text("City"),
        state: cells.text("State"),
        zip: cells.text("ZIP"),
        phone: cells.text("Phone"),
        email: cells.text("Email"),
        owner: cells.text("Owner"),
        parcel: cells.text("Parcel"),
        autopay: cells.flag("Autopay"),
        bank_routing: cells.text("Bank routing"),
        bank_account: cells.text("Bank account"),
        paperless: cells.flag("Paperless"),
        language: cells.text("Language"),
        medical_until: cells.date("Medical until"),
        low_income_until: cells.date("Low income until"),
    }
}
