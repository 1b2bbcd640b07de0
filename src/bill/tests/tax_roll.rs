//! The tax roll, a table of cases.

use super::*;
use crate::domain::proposals::tax_roll::{FiscalYear, Parcel, Rolled, Switch};

const MORE: &str = r#"
[classes.home]
owrs = "HOMES"
residential = true
sewer = "single-family"
[classes.flats]
owrs = "FLATS"
residential = true
sewer = "multi-family"
[classes.lawn]
owrs = "LAWNS"
residential = true
[[wastewater]]
effective = "2026-07-01"
single_family = "48.11"
multi_family_unit = "36.08"
mobile_home_unit = "28.87"
"#;

fn settings(more: &str) -> Office {
    Office::parse(&format!("{SETTINGS}{more}")).unwrap()
}

/// An account of a class at an address of its own, changed.
fn of(id: &str, class: &str, sewer: Sewer, change: impl Fn(&mut Account)) -> Account {
    let mut account =
        Account { class: class.to_owned(), service_address: format!("{id} Elm St"), sewer, ..account(id) };
    change(&mut account);
    account
}

/// The roll of 2026-27 on a day; the accounts at the cut-off are those of `then`.
fn rolled(accounts: Vec<Account>, bills: &[(&str, &str)], then: &[Account], today: &str) -> Rolled {
    let office = settings(MORE);
    let bills = bills.iter().map(|(id, month)| PastBill {
        number: BillNumber::new(format!("{}-{id}", month.replace('-', ""))),
        account: AccountId::new(*id),
        month: month.parse().unwrap(),
        kind: BillKind::Regular,
        bill_date: month.parse::<Month>().unwrap().last_day(),
        metered: None,
    });
    let histories = gather(Facts { accounts, bills: bills.collect(), ..Facts::default() });
    let year = FiscalYear(2026);
    tax_roll(&histories, RollGround { office: &office, year, today: date(today), at_cut_off: then })
}

/// Every account of the three lists in a few words.
fn told(rolled: &Rolled) -> Vec<String> {
    let on = rolled
        .rows
        .iter()
        .map(|row| format!("{} roll {} {:?}", row.account, row.counted.charge(), row.remarks));
    let billed =
        rolled.billed.iter().map(|row| format!("{} {:?} {}", row.account, row.switch, row.sewer().word()));
    let out = rolled.left_out.iter().map(|row| format!("{} out {:?}", row.account, row.why));
    on.chain(billed).chain(out).collect()
}

#[test]
fn the_sheet_says_who_is_on_the_roll_and_july_the_first_at_which_price() {
    let dwellings = |account: &mut Account| account.dwelling_units = 4;
    let edu = |account: &mut Account| account.edu = Some("2.25".parse().unwrap());
    let inactive = |account: &mut Account| account.status = Status::Inactive;
    let accounts = vec![
        of("1", "home", Sewer::TaxRoll, |_| {}),
        of("2", "flats", Sewer::TaxRoll, dwellings),
        of("3", "commercial", Sewer::TaxRoll, edu),
        of("4", "home", Sewer::TaxRoll, inactive),
        of("5", "home", Sewer::None, |_| {}),
        of("6", "commercial", Sewer::Billed, edu),
        of("7", "commercial", Sewer::TaxRoll, |_| {}),
        of("8", "lawn", Sewer::TaxRoll, |_| {}),
        of("9", "lawn", Sewer::Billed, |_| {}),
    ];
    let roll = rolled(accounts.clone(), &[], &accounts, "2026-07-06");
    assert_eq!(
        told(&roll),
        [
            "1 roll 577.32 []",
            "2 roll 1731.84 []",
            "3 roll 1298.97 [NotResidential]",
            "4 roll 577.32 [Inactive]",
            "7 out NoEdu",
            "8 out NoBasis",
            "9 out NoBasis",
        ]
    );
}

#[test]
fn who_was_on_the_bill_at_the_cut_off_goes_on_the_roll_once_june_is_billed() {
    let billed = |id: &str| of(id, "home", Sewer::Billed, |_| {});
    let since_july =
        |id: &str| of(id, "home", Sewer::Billed, |account| account.opened = Some(date("2026-07-02")));
    let now: Vec<Account> =
        vec![billed("1"), billed("2"), billed("3"), billed("4"), billed("5"), since_july("6")];
    let then: Vec<Account> = vec![
        billed("1"),
        billed("2"),
        billed("3"),
        // Connected in July, although the customer was there before.
        of("4", "home", Sewer::None, |_| {}),
    ];
    let bills = [
        ("1", "2026-05"),
        ("1", "2026-06"),
        ("2", "2026-05"),
        ("3", "2026-06"),
        ("3", "2026-07"),
        ("4", "2026-06"),
        ("5", "2026-06"),
    ];
    assert_eq!(
        told(&rolled(now.clone(), &bills, &then, "2026-07-20")),
        [
            "1 Now tax roll",
            "2 Waits billed",
            "3 NowBilledBeyond(Month(2026-07)) tax roll",
            "4 Stays billed",
            "5 Now tax roll",
            "6 Stays billed",
        ]
        .map(|told| told.replace("Month(2026-07)", &format!("{:?}", "2026-07".parse::<Month>().unwrap())))
    );
    let before = rolled(now.clone(), &bills, &now, "2026-06-30");
    assert!(before.billed.iter().all(|row| row.switch == Switch::Comes && row.sewer() == Sewer::Billed));
}

#[test]
fn a_closed_account_is_left_out_unless_somebody_else_is_connected_there() {
    let closed = |account: &mut Account| account.status = Status::Closed;
    let at = |id: &str, place: &'static str, opened: &'static str, sewer| {
        of(id, "home", sewer, move |account| {
            (account.service_address, account.opened) = (place.to_owned(), Some(date(opened)));
        })
    };
    let then = vec![
        of("1", "home", Sewer::TaxRoll, |_| {}),
        of("2", "home", Sewer::TaxRoll, |_| {}),
        of("3", "home", Sewer::Billed, |_| {}),
    ];
    let accounts = vec![
        of("1", "home", Sewer::TaxRoll, closed),
        of("2", "home", Sewer::TaxRoll, closed),
        of("3", "home", Sewer::Billed, closed),
        at("7", "1  ELM st", "2026-07-09", Sewer::TaxRoll),
        at("8", "2 Elm St", "2026-07-09", Sewer::None),
        at("9", "99 Elm St", "2026-07-09", Sewer::TaxRoll),
    ];
    assert_eq!(
        told(&rolled(accounts, &[], &then, "2026-07-20")),
        ["7 roll 577.32 []", "9 roll 577.32 [NewConnection]", "2 out Closed"]
    );
}

#[test]
fn without_a_price_nobody_is_on_the_roll() {
    let accounts = vec![of("1", "home", Sewer::TaxRoll, |_| {})];
    let histories = gather(Facts { accounts: accounts.clone(), ..Facts::default() });
    let office = settings(MORE);
    let year = FiscalYear(2025);
    let ground = RollGround { office: &office, year, today: date("2025-07-20"), at_cut_off: &accounts };
    assert_eq!(told(&tax_roll(&histories, ground)), ["1 out NoPrice"]);
}

#[test]
fn a_parcel_has_one_spelling_and_its_owner_is_named() {
    let parcel = |typed: &'static str, owner: &'static str| {
        move |account: &mut Account| {
            (account.contact.parcel, account.contact.owner) = (typed.to_owned(), owner.to_owned());
        }
    };
    let accounts = vec![
        of("1", "home", Sewer::TaxRoll, parcel("0601-123-450", "N\u{fa}\u{f1}ez Trust")),
        of("2", "home", Sewer::TaxRoll, parcel("601123450", "")),
        of("3", "home", Sewer::TaxRoll, parcel("12", "")),
    ];
    let roll = rolled(accounts, &[], &[], "2026-07-20");
    let seen: Vec<(&str, &Parcel)> = roll.rows.iter().map(|row| (row.owner.as_str(), &row.parcel)).collect();
    let known = Parcel::Known("0601123450".to_owned());
    assert_eq!(
        seen,
        [
            ("N\u{fa}\u{f1}ez Trust", &known),
            ("Ella Sorrel", &known),
            ("Ella Sorrel", &Parcel::Malformed("12".to_owned())),
        ]
    );
}
