//! Flat rates: active accounts without a meter, and services that ended and still show water or a sewer.

use std::collections::BTreeSet;

use super::assemble::wastewater_a_month;
use super::audit::Audit;
use crate::domain::books::account::{Account, BULK_CLASS, Sewer, Status};
use crate::domain::books::history::{Histories, History};
use crate::domain::books::reading::{AuditedRead, ReadPoint, ReadState};
use crate::domain::date::Date;
use crate::domain::office::Office;
use crate::domain::proposals::flat_rates::{FollowUp, Why};
use crate::domain::volume::{Usage, VolumeUnit};

/// The accounts that are to be followed up on a day, by account, then reason.
pub fn flat_rates(histories: &Histories, audit: &Audit, office: &Office, today: Date) -> Vec<FollowUp> {
    let accounts = || histories.accounts.iter().map(|history| &history.account);
    let wanted: BTreeSet<String> =
        accounts().filter(|account| is_connected(account, office)).map(place).collect();
    // Mostly nobody is connected without a service: then no address has to be compared.
    let active = accounts().filter(|account| account.status == Status::Active && !wanted.is_empty());
    let served: BTreeSet<String> = active.map(place).filter(|place| wanted.contains(place)).collect();
    let each = |(history, reads): (&History, &Vec<AuditedRead>)| {
        [
            usage_since(history, reads),
            still_connected(history, &served, office, today),
            no_meter(history, office, today),
        ]
    };
    histories.accounts.iter().zip(&audit.accounts).flat_map(each).flatten().collect()
}

/// Where an account is, however it is spelled.
pub(super) fn place(account: &Account) -> String {
    let words: Vec<&str> = account.service_address.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

fn ended(account: &Account) -> bool {
    matches!(account.status, Status::Closed | Status::Inactive)
}

/// Whether its service ended and its wastewater was billed monthly.
fn is_connected(account: &Account, office: &Office) -> bool {
    let has_basis = || office.classes.get(&account.class).is_some_and(|class| class.sewer.is_some());
    ended(account) && account.sewer == Sewer::Billed && has_basis()
}

/// What is told of every account, with nothing said of its water.
fn about(history: &History, why: Why) -> FollowUp {
    let account = &history.account;
    FollowUp {
        account: account.id.clone(),
        customer: account.customer.clone(),
        service_address: account.service_address.clone(),
        class: account.class.clone(),
        route: account.route.clone(),
        status: account.status,
        closed: account.closed,
        why,
        meter: None,
        from: None,
        to: None,
        usage: None,
        wastewater: None,
        last_bill: history.bills.last().map(|bill| (bill.number.clone(), bill.bill_date)),
    }
}

/// A service that ended and whose meter has counted since: the reads that no bill covers, after the last day of service.
fn usage_since(history: &History, reads: &[AuditedRead]) -> Option<FollowUp> {
    let account = &history.account;
    let since = |read: &&AuditedRead| {
        let unbilled = matches!(read.state, ReadState::Open | ReadState::Held);
        let after = read.date.is_some_and(|date| account.closed.is_none_or(|closed| date > closed));
        ended(account) && unbilled && after && read.usage.is_some()
    };
    let mut reads: Vec<&AuditedRead> = reads.iter().filter(since).collect();
    reads.sort_by_key(|read| (read.date, read.id));
    // A usable read is the point from which the next one counts; a held one is not.
    let (mut counted, mut held) = (0, 0);
    for read in &reads {
        let usage = read.usage.unwrap_or_default();
        if read.state == ReadState::Open {
            (counted, held) = (counted + usage, 0);
        } else {
            held = usage;
        }
    }
    let (first, last) = (reads.first()?, reads.last()?);
    let date = last.date?;
    let unit =
        history.meter_read(last.meter.as_ref(), date).map_or(VolumeUnit::Cf, |meter| meter.register.unit);
    let amount = counted + held;
    (amount > 0).then(|| FollowUp {
        meter: last.meter.clone(),
        from: first.previous,
        to: last.value.map(|value| ReadPoint { date, value }),
        usage: Some(Usage { amount, unit }),
        ..about(history, Why::UsageSince)
    })
}

/// A service that ended, with wastewater on the bill, at an address where no active account pays it.
fn still_connected(
    history: &History,
    served: &BTreeSet<String>,
    office: &Office,
    today: Date,
) -> Option<FollowUp> {
    let account = &history.account;
    (is_connected(account, office) && !served.contains(&place(account))).then(|| FollowUp {
        wastewater: wastewater_a_month(account, office, today),
        ..about(history, Why::StillConnected)
    })
}

/// An active account without a meter; bulk water has none of its own.
fn no_meter(history: &History, office: &Office, today: Date) -> Option<FollowUp> {
    let account = &history.account;
    let unmetered =
        account.status == Status::Active && history.meters.is_empty() && account.class != BULK_CLASS;
    unmetered.then(|| FollowUp {
        wastewater: wastewater_a_month(account, office, today),
        ..about(history, Why::NoMeter)
    })
}
