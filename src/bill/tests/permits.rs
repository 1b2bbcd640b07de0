//! Permits for bulk water: their last day, their meter, and who has one.

use std::collections::BTreeMap;

use super::{account, date, load, meter};
use crate::bill::{PermitGround, permits};
use crate::domain::books::history::BulkLoad;
use crate::domain::books::hold::{Hold, HoldKind, MedicalGrounds};
use crate::domain::books::permit::Permit;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::rows::BulkVolume;

/// The permits of an office with one account of class bulk, opened on 2026-01-12, and one house.
fn told(closed: Option<&str>, loads: &[BulkLoad], holds: &[Hold], as_of: &str) -> Vec<Permit> {
    let mut bulk = account("1");
    bulk.class = "bulk".to_owned();
    bulk.opened = Some(date("2026-01-12"));
    bulk.closed = closed.map(date);
    let ground = PermitGround {
        accounts: &[bulk, account("2")],
        loads,
        meters: &[meter("1", 0), meter("2", 0)],
        holds,
        deposits: &BTreeMap::from([(AccountId::new("1"), Money::rounded("900.00".parse().unwrap()))]),
        billed: &BTreeMap::from([(AccountId::new("1"), "12".parse().unwrap())]),
        days: 45,
    };
    permits(ground, date(as_of))
}

fn until(kind: HoldKind, from: &str, until: Option<&str>) -> Hold {
    Hold {
        account: AccountId::new("1"),
        kind,
        from: date(from),
        until: until.map(date),
        grounds: MedicalGrounds::default(),
    }
}

#[test]
fn a_permit_ends_after_its_days_or_when_it_is_extended_to_or_closed() {
    let extended = until(HoldKind::Extension, "2026-02-20", Some("2026-03-31"));
    let shorter = until(HoldKind::Extension, "2026-01-20", Some("2026-02-01"));
    let open_ended = until(HoldKind::Extension, "2026-02-20", None);
    let disputed = until(HoldKind::Dispute, "2026-02-20", Some("2026-03-31"));
    let issued_and_45 = "2026-02-26";
    for (closed, hold, as_of, expires) in [
        (None, None, "2026-01-12", issued_and_45),
        (None, Some(&extended), "2026-02-20", "2026-03-31"),
        (None, Some(&extended), "2026-02-19", issued_and_45), // not granted yet
        (None, Some(&shorter), "2026-02-20", issued_and_45),
        (None, Some(&open_ended), "2026-02-20", issued_and_45),
        (None, Some(&disputed), "2026-02-20", issued_and_45),
        (Some("2026-02-10"), Some(&extended), "2026-02-20", "2026-02-10"),
    ] {
        let holds: Vec<Hold> = hold.into_iter().cloned().collect();
        let permits = told(closed, &[], &holds, as_of);
        let found: Vec<_> = permits.iter().map(|permit| permit.expires).collect();
        assert_eq!(found, [Some(date(expires))], "closed {closed:?}, {hold:?}, as of {as_of}");
    }
}

#[test]
fn only_bulk_accounts_opened_by_the_day_have_one() {
    assert_eq!(told(None, &[], &[], "2026-01-11"), []);
    let [permit] = told(None, &[], &[], "2026-01-12").try_into().unwrap();
    assert_eq!((permit.account.as_str(), permit.issued), ("1", Some(date("2026-01-12"))));
    assert_eq!(
        (permit.deposit_held.to_string(), permit.billed_hcf.to_string()),
        ("900.00".into(), "12".into())
    );
}

#[test]
fn the_meter_is_that_of_the_latest_row_or_else_the_accounts() {
    let [unused] = told(None, &[], &[], "2026-03-01").try_into().unwrap();
    assert_eq!((unused.meter.as_deref(), unused.last_read_date), (Some("M1"), None));
    let rows = ["2026-01-20", "2026-02-02"].map(|day| load(1, day, BulkVolume::Gallons(2_500), 0));
    let [used] = told(None, &rows, &[], "2026-03-01").try_into().unwrap();
    assert_eq!((used.meter.as_deref(), used.last_read_date), (Some("H-7"), Some(date("2026-02-02"))));
}
