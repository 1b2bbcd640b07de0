//! The tax roll: a home on the water bill goes there after June 30, by the workbook that proposes it.

use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::What;
use meterbook::workbook::ON_THE_BILL;

use crate::pages::walker::Listed;
use crate::support::desk::{Desk, told};
use crate::support::typed::typed;

const SETTINGS: &str = r#"
[cycles.2.bill_dates]
"2026-05" = "2026-05-21"
"2026-06" = "2026-06-18"
"2026-07" = "2026-07-23"
[classes.home]
owrs = "RESIDENTIAL_SINGLE"
residential = true
sewer = "single-family"
[[wastewater]]
effective = "2025-07-01"
single_family = "46.71"
multi_family_unit = "35.03"
mobile_home_unit = "28.03"
[[wastewater]]
effective = "2026-07-01"
single_family = "48.11"
multi_family_unit = "36.08"
mobile_home_unit = "28.87"
"#;

/// Homes without meters, which are billed in every run: on the roll, on the bill, and connected in July.
const HOMES: &str = "Account,Customer,Service address,Class,Meter size,Opened,Sewer,Cycle,Parcel\n\
                     0201,Ella Sorrel,1 Elm St,home,5/8,2/2/2020,tax roll,2,0601-123-45-0000\n\
                     0202,Otto Reed,2 Elm St,home,5/8,2/2/2026,billed,2,0601-123-46-0000\n\
                     0203,Ida Wells,3 Elm St,home,5/8,2/2/2021,none,2,\n";

fn workbook(desk: &Desk, month: &str) -> Vec<u8> {
    std::fs::read(desk.root().join(format!("outbox/{month}/tax-roll-2026.xlsx"))).unwrap()
}

/// Account and what becomes of it, row by row of the sheet of those who are on the bill.
fn on_the_bill(book: &[u8]) -> Vec<[String; 3]> {
    let list = Listed::read(book, ON_THE_BILL);
    let columns = ["Account", "Sewer", "What becomes of it"].map(|column| list.words(column));
    (0..columns[0].len()).map(|at| [0, 1, 2].map(|column: usize| columns[column][at].clone())).collect()
}

fn roll(book: &[u8]) -> Vec<String> {
    Listed::read(book, "Roll").words("Account")
}

/// The office after June was billed, with its first news of July.
fn in_july() -> Desk {
    let desk = Desk::with_settings(SETTINGS);
    desk.drop("homes.csv", HOMES.as_bytes());
    desk.run("2026-05-21");
    assert!(!desk.root().join("outbox/2026-05/tax-roll-2026.xlsx").exists(), "out of season");
    desk.run("2026-06-18");
    desk.drop(
        "connected.csv",
        b"Account,Customer,Service address,Class,Meter size,Sewer\n0203,Ida Wells,3 Elm St,home,5/8,billed\n",
    );
    desk.run("2026-07-06");
    desk
}

fn wastewater(desk: &Desk, bill: &str) -> Vec<String> {
    let lines = desk.list(What::BillLines, "2026-07-31");
    let of = lines.lines().filter(|line| line.starts_with(bill) && line.contains(",wastewater,"));
    of.map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
}

#[test]
fn a_home_goes_from_the_water_bill_to_the_roll_after_june_is_billed() {
    let desk = in_july();
    let preview = workbook(&desk, "2026-06");
    let comes = "Goes on the roll on 2026-07-01, after its bill of 2026-06.";
    assert_eq!(
        (roll(&preview), on_the_bill(&preview)),
        (vec!["0201".to_owned()], vec![["0202", "billed", comes].map(str::to_owned)])
    );
    let now = workbook(&desk, "2026-07");
    let stays = "Connected after 2026-06-30: stays on the bill until 2027-06-30.";
    let rows = [["0202", "tax roll", "Goes on the roll now."], ["0203", "billed", stays]];
    assert_eq!(on_the_bill(&now), rows.map(|row| row.map(str::to_owned)));
    desk.drop("tax roll.xlsx", &now);
    let taken = desk.run("2026-07-07").files.remove(0);
    assert_eq!((taken.fate, taken.kind.as_str()), (Fate::Accepted, "accounts"), "{}", told(&taken));
    let accounts = desk.list(What::Accounts, "2026-07-07");
    let sewer = |id: &str| {
        let row = accounts.lines().find(|row| row.starts_with(id)).unwrap();
        row.split(',').nth(9).unwrap().to_owned()
    };
    assert_eq!(["0201", "0202", "0203"].map(sewer), ["tax roll", "tax roll", "billed"]);
    let after = workbook(&desk, "2026-07");
    assert_eq!((roll(&after), on_the_bill(&after).len()), (vec!["0201".to_owned(), "0202".to_owned()], 1));
    let parcels = Listed::read(&after, "County");
    assert_eq!(parcels.words("Digits"), ["0601123450000", "0601123460000"], "the switch keeps the parcel");
    assert_eq!(parcels.words("Charge"), ["577.32", "577.32"]);
    desk.run("2026-07-23");
    assert_eq!(wastewater(&desk, "202606-0202"), ["46.71"]);
    assert_eq!(wastewater(&desk, "202607-0202"), [""; 0], "the county collects it");
    assert_eq!(wastewater(&desk, "202607-0203"), ["48.11"]);
    assert_eq!(wastewater(&desk, "202607-0201"), [""; 0]);
}

#[test]
fn a_changed_row_of_the_proposal_counts_as_it_was_changed() {
    let desk = in_july();
    let book = typed(&workbook(&desk, "2026-07"), &[(ON_THE_BILL, "Sewer", 0, "billed")]);
    desk.drop("tax roll.xlsx", &book);
    desk.run("2026-07-07");
    desk.run("2026-07-23");
    assert_eq!(wastewater(&desk, "202607-0202"), ["48.11"]);
    desk.drop("payments.csv", b"Date,Account,Amount,Reference\n7/24/2026,0202,1.00,R1\n");
    desk.run("2026-07-24");
    let beyond = "Goes on the roll now. It was billed to 2026-07: credit the wastewater after 2026-06, which the roll has too.";
    assert_eq!(on_the_bill(&workbook(&desk, "2026-07"))[0][2], beyond);
}

#[test]
fn a_preview_switches_nobody() {
    let desk = in_july();
    desk.drop("preview.xlsx", &workbook(&desk, "2026-06"));
    let refused = desk.run("2026-07-07").files.remove(0);
    assert!(
        told(&refused).contains("This is the program's own tax roll preview: it takes no decisions"),
        "{}",
        told(&refused)
    );
    assert!(desk.list(What::Accounts, "2026-07-07").contains(",billed,"));
}
