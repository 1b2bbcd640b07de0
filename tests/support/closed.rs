//! Invented closed accounts for the workbook.

use meterbook::domain::books::account::Status;
use meterbook::domain::books::reading::ReadPoint;
use meterbook::domain::date::Month;
use meterbook::domain::id::{AccountId, BillNumber, MeterId};
use meterbook::domain::money::Money;
use meterbook::domain::proposals::closed_accounts::ClosedAccounts;
use meterbook::domain::proposals::flat_rates::{FollowUp, Why};
use meterbook::domain::volume::{Usage, VolumeUnit};

use super::office::date;

/// The follow-up of so many accounts, each reason in turn.
pub(crate) fn closed_accounts(accounts: usize) -> ClosedAccounts {
    ClosedAccounts {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-23"),
        run_id: "000031 (bill run 2026-02 cycle 1)".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        flat_rates: (0..accounts).map(follow_up).collect(),
    }
}

fn follow_up(at: usize) -> FollowUp {
    let why = [Why::UsageSince, Why::StillConnected, Why::NoMeter][at % 3];
    let account = AccountId::new(format!("{:07}", 100_300 + at));
    let used = why == Why::UsageSince;
    FollowUp {
        customer: ["Ella Sorrel", "=1+1", "Otto N\u{fa}\u{f1}ez"][at / 2 % 3].to_owned(),
        service_address: format!("{} Maple Ave", 7_800 + at),
        class: "residential".to_owned(),
        route: "07".to_owned(),
        status: if why == Why::NoMeter { Status::Active } else { [Status::Closed, Status::Inactive][at % 2] },
        closed: (why != Why::NoMeter && at.is_multiple_of(2)).then_some(date("2025-12-15")),
        why,
        meter: used.then(|| MeterId::new(format!("M{:08}", 30_000_000 + at))),
        from: used.then_some(ReadPoint { date: date("2025-12-15"), value: 61_200 }),
        to: used.then_some(ReadPoint { date: date("2026-02-10"), value: 61_940 }),
        usage: used.then_some(Usage { amount: 740, unit: VolumeUnit::Cf }),
        wastewater: (why != Why::UsageSince).then(|| Money::from_cents(4_671)),
        last_bill: (at % 4 != 2).then(|| (BillNumber::new(format!("202512-{account}")), date("2025-12-18"))),
        account,
    }
}
