//! Invented closed accounts for the workbook.

use meterbook::domain::books::account::Status;
use meterbook::domain::books::reading::ReadPoint;
use meterbook::domain::date::Month;
use meterbook::domain::id::{AccountId, BillNumber, MeterId};
use meterbook::domain::money::Money;
use meterbook::domain::proposals::closed_accounts::ClosedAccounts;
use meterbook::domain::proposals::closed_money::{RefundCheck, SettledAccount};
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
        refund_minimum: Money::from_cents(100),
        settled: (0..accounts).map(settled).collect(),
        checks: (0..accounts).map(check).collect(),
        flat_rates: (0..accounts).map(follow_up).collect(),
    }
}

/// Settled with a deposit, owing, with a credit that arose later, waiting for the final bill, with a few cents.
fn settled(at: usize) -> SettledAccount {
    let account = AccountId::new(format!("{:07}", 100_200 + at));
    let amount = |cents: usize| Money::from_cents(i64::try_from(cents).unwrap());
    let (before, billed) = (amount(4_100 + at), amount(3_685 + at * 3));
    let (deposit_applied, later, refunded) = match at % 5 {
        0 => (before + billed, Money::ZERO, Money::ZERO),
        1 => (Money::ZERO, amount(250), Money::ZERO),
        2 => (before + billed, amount(9_000) - amount(11_345), amount(0)),
        3 => (Money::ZERO, Money::ZERO, Money::ZERO),
        _ => (before + billed, Money::ZERO - amount(45), Money::ZERO),
    };
    let bill_to_come = at % 5 == 3;
    let billed = if bill_to_come { Money::ZERO } else { billed };
    let balance = before + billed + later - deposit_applied + refunded;
    SettledAccount {
        customer: ["Ella Sorrel", "=1+1", "Otto N\u{fa}\u{f1}ez"][at % 3].to_owned(),
        address: "PO Box 12, Yucca Valley CA 92284".to_owned(),
        tenant: at % 2 == 1,
        closed: Some(date("2026-02-03")),
        final_bill: (!bill_to_come).then(|| (format!("202602-{account}"), date("2026-02-19"))),
        bill_to_come,
        before,
        billed,
        later,
        deposit_applied,
        deposit_refunded: if at.is_multiple_of(5) { amount(1_200) } else { Money::ZERO },
        refunded,
        balance,
        due: (balance > Money::ZERO).then(|| date(if at < 4 { "2026-01-08" } else { "2026-03-11" })),
        token: if at % 5 == 2 { format!("t{at}") } else { String::new() },
        ..SettledAccount::without_entries(account)
    }
}

fn check(at: usize) -> RefundCheck {
    let cents = if at.is_multiple_of(2) { 1_200 } else { 21_000 };
    let (date, amount) =
        (date(if at.is_multiple_of(3) { "2022-11-17" } else { "2026-02-19" }), Money::from_cents(cents));
    RefundCheck {
        date,
        account: AccountId::new(format!("{:07}", 100_100 + at)),
        customer: "Ella Sorrel".to_owned(),
        address: "4 Elm St, Joshua Tree CA 92252".to_owned(),
        what: if at.is_multiple_of(2) { "deposit" } else { "credit" },
        amount,
        keeps_from: meterbook::receivables::keeps_from(date, amount),
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
