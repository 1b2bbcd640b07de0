//! An office whose rates change: what a bill over the change comes to, and what is refused or said before it.

use std::fs;
use std::path::{Path, PathBuf};

use meterbook::flow::{self, Failure, ListQuery, Outcome, RunOptions, Silent, What};

/// A rate file with a fixed charge and two tiers.
fn rates(effective: &str, fixed: &str, second_tier: u32, prices: [&str; 2]) -> String {
    let [low, high] = prices;
    format!(
        "metadata:\n  effective_date: {effective}\nrate_structure:\n  HOMES:\n    service_charge:\n      \
         depends_on: meter_size\n      values:\n        5/8\": {fixed}\n        1\": 46.80\n    \
         commodity_charge: Tiered\n    tier_starts: [0, {second_tier}]\n    tier_prices: [{low}, {high}]\n    \
         bill: service_charge+commodity_charge\n"
    )
}

const SETTINGS: &str = "\
[office]
name = \"Office of changes\"
[accounts]
pattern = \"0000\"
[classes.home]
owrs = \"HOMES\"
tiers_per_dwelling = true
[cycles.1.bill_dates]
\"2026-02\" = \"2026-02-19\"
";

const ACCOUNTS: &str = "Account,Customer,Service address,Class,Meter size,Dwelling units\n\
    0001,Ana Ruiz,1 First St,home,5/8,1\n0002,Bo Lund,2 First St,home,1,2\n";
const METERS: &str = "Account,Meter,Size,Dials,Multiplier,Unit,Installed,Initial reading\n\
    0001,M1,5/8,6,1,cf,1/12/2026,10000\n0002,M2,1,6,1,cf,1/12/2026,20000\n";
/// 31 days: 12 units, and 25.
const READS: &str = "Meter,Read date,Reading\nM1,2/12/2026,11200\nM2,2/12/2026,22500\n";

/// An office in a folder of its own.
struct Office {
    folder: tempfile::TempDir,
}

impl Office {
    fn new(prorate_change: bool, files: &[(&str, String)]) -> Office {
        let office = Office { folder: tempfile::tempdir().unwrap() };
        flow::init(&office.root()).unwrap();
        let settings = format!("{SETTINGS}[rates]\nprorate_change = {prorate_change}\n");
        fs::write(office.root().join("office.toml"), settings).unwrap();
        files.iter().for_each(|(name, text)| office.put_rates(name, text));
        for (name, text) in [("accounts.csv", ACCOUNTS), ("meters.csv", METERS), ("reads.csv", READS)] {
            fs::write(office.root().join("inbox").join(name), text).unwrap();
        }
        office
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    fn put_rates(&self, name: &str, text: &str) {
        fs::write(self.root().join("rates").join(name), text).unwrap();
    }

    fn run(&self, today: &str) -> Result<Outcome, Failure> {
        flow::run(&self.root(), RunOptions { today: today.parse().unwrap() }, &mut Silent)
    }

    /// A list as csv without its header; a row of the account that it contains.
    fn list(&self, what: What, account: &str) -> Vec<String> {
        let query = ListQuery { what, as_of: "2026-02-28".parse().unwrap(), period: None };
        let table = flow::list(&self.root(), query).unwrap();
        let rows = table.rows.iter().map(|row| row.join(","));
        rows.filter(|row| row.contains(account)).collect()
    }

    fn refusal(&self, today: &str) -> String {
        self.run(today).unwrap_err().to_string()
    }
}

fn old() -> (&'static str, String) {
    ("2025-07-01.owrs", rates("07/01/2025", "31.00", 5, ["3.00", "6.00"]))
}

fn new() -> (&'static str, String) {
    ("2026-02-01.owrs", rates("02/01/2026", "62.00", 8, ["4.00", "9.00"]))
}

#[test]
fn a_bill_over_a_change_has_lines_of_both_rates() {
    let office = Office::new(true, &[old(), new()]);
    let outcome = office.run("2026-02-19").unwrap();
    assert_eq!((outcome.runs[0].bills, outcome.warnings.len()), (2, 0));
    assert_eq!(
        office.list(What::BillLines, "202602-0001"),
        [
            "202602-0001,1,fixed,,19,day,31.00,19.00",
            "202602-0001,2,fixed,,12,day,62.00,24.00",
            "202602-0001,3,tier,1,2,hcf,3.00,6.00",
            "202602-0001,4,tier,1,3,hcf,4.00,12.00",
            "202602-0001,5,tier,2,5,hcf,6.00,30.00",
            "202602-0001,6,tier,2,2,hcf,9.00,18.00",
        ]
    );
    let bill = office.list(What::Bills, "202602-0001").remove(0);
    assert!(bill.contains(",2026-02-01,home,") && bill.contains(",12,"), "its tariff is the last: {bill}");
    assert!(Path::new(&office.root().join("outbox/2026-02/bill-register-cycle-1.xlsx")).is_file());
}

/// What the master check on the cover of the register says.
fn master_check(office: &Office) -> String {
    let path = office.root().join("outbox/2026-02/bill-register-cycle-1.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let cover = calamine::Reader::worksheet_range(&mut book, "Cover").unwrap();
    let row = cover.rows().find(|row| row[0] == "Master check").unwrap();
    row[1].to_string()
}

#[test]
fn the_register_of_a_change_ties() {
    for prorate_change in [true, false] {
        let office = Office::new(prorate_change, &[old(), new()]);
        office.run("2026-02-19").unwrap();
        assert_eq!(master_check(&office), "OK", "prorate_change = {prorate_change}");
    }
}

#[test]
fn without_the_setting_the_current_read_date_decides() {
    let office = Office::new(false, &[old(), new()]);
    office.run("2026-02-19").unwrap();
    assert_eq!(
        office.list(What::BillLines, "202602-0001"),
        [
            "202602-0001,1,fixed,,1,month,62.00,62.00",
            "202602-0001,2,tier,1,7,hcf,4.00,28.00",
            "202602-0001,3,tier,2,5,hcf,9.00,45.00",
        ]
    );
}

#[test]
fn rates_that_change_nothing_change_no_bill() {
    let same = |effective| rates(effective, "31.47", 5, ["3.59", "6.89"]);
    let charges = |office: &Office, account: &str| {
        let lines = office.list(What::BillLines, account);
        let amount =
            |line: &String| line.rsplit(',').next().unwrap().parse::<rust_decimal::Decimal>().unwrap();
        lines.iter().map(amount).sum::<rust_decimal::Decimal>()
    };
    let whole = Office::new(true, &[("a.owrs", same("07/01/2025"))]);
    let cut = Office::new(
        true,
        &[
            ("a.owrs", same("07/01/2025")),
            ("b.owrs", same("01/20/2026")),
            ("c.owrs", same("02/01/2026")),
            ("d.owrs", same("02/12/2026")),
        ],
    );
    for office in [&whole, &cut] {
        assert_eq!(office.run("2026-02-19").unwrap().runs[0].bills, 2);
    }
    for account in ["202602-0001", "202602-0002"] {
        assert_eq!(charges(&whole, account), charges(&cut, account));
    }
    assert!(cut.list(What::BillLines, "0001").len() > whole.list(What::BillLines, "0001").len());
}

#[test]
fn days_before_the_first_rates_hold_the_account() {
    let office = Office::new(true, &[new()]);
    let outcome = office.run("2026-02-19").unwrap();
    assert_eq!(outcome.runs[0].bills, 0);
    assert_eq!(
        outcome.runs[0].held[0].reason,
        "No rate file under rates/ is in force on 2026-01-31. Add the one that is."
    );
}

#[test]
fn a_rate_file_that_bills_were_made_with_can_neither_change_nor_go() {
    let office = Office::new(true, &[old(), new()]);
    office.run("2026-02-19").unwrap();
    let (name, text) = old();
    office.put_rates(name, &format!("{text}# dearer\n"));
    assert!(
        office.refusal("2026-02-20").starts_with("rates/2025-07-01.owrs: the file was changed after bills")
    );
    fs::remove_file(office.root().join("rates").join(name)).unwrap();
    assert!(office.refusal("2026-02-20").starts_with("rates/2025-07-01.owrs: posted bills were priced with"));
    office.put_rates(name, &text);
    assert!(office.run("2026-02-20").is_ok());
}

#[test]
fn two_rate_files_of_one_date_are_refused() {
    let office = Office::new(true, &[old(), ("again.owrs", old().1)]);
    assert_eq!(
        office.refusal("2026-02-19"),
        "again.owrs: effective on 2025-07-01, as is 2025-07-01.owrs. Keep one of them."
    );
}

#[test]
fn accounts_that_rates_have_no_price_for_are_told_before_they_are_billed() {
    let later = rates("07/01/2026", "31.00", 5, ["3.00", "6.00"]).replace("1\": 46.80", "2\": 99.00");
    let earlier = rates("07/01/2020", "31.00", 5, ["3.00", "6.00"]).replace("1\": 46.80", "2\": 99.00");
    let office = Office::new(false, &[("later.owrs", later), ("earlier.owrs", earlier), old()]);
    let outcome = office.run("2026-02-13").unwrap();
    assert_eq!(
        outcome.warnings,
        [
            "rates/later.owrs:5: HOMES/service_charge: service_charge has no key for the meter_size 1; its keys are \
          5/8\", 2\". Correct the meter_size by an accounts sheet, or add the key to the rate file. 1 active account of \
          class home with meter size 1 cannot be billed under this file."
        ]
    );
    assert!(outcome.has_findings());
}

#[test]
fn an_account_without_a_price_is_named_until_it_has_one() {
    let office = Office::new(false, &[("late.owrs", rates("03/01/2026", "23.30", 5, ["3.59", "5.69"]))]);
    let outcome = office.run("2026-02-19").unwrap();
    assert_eq!(outcome.runs[0].held.len(), 2);
    let status = flow::status(&office.root(), crate::support::office::date("2026-02-19")).unwrap();
    let reason = "No rate file under rates/ is in force on 2026-02-12. Add the one that is.";
    assert_eq!(status.unpriced.into_iter().collect::<Vec<_>>(), [(reason.to_owned(), 2)]);
    let query = flow::ExplainQuery {
        account: "1",
        period: None,
        today: crate::support::office::date("2026-02-19"),
        xlsx: None,
    };
    let explained = flow::explain(&office.root(), query).unwrap();
    assert!(!explained.billed && explained.text.contains(reason), "{}", explained.text);
}

#[test]
fn files_that_look_like_rates_and_are_not_read_are_named() {
    let office = Office::new(false, &[old()]);
    for name in ["2026-08.owrs.txt", "new.yaml", "~$old.owrs", "notes.docx", "NEWER.OWRS"] {
        office.put_rates(name, &rates("02/01/2026", "43.30", 5, ["3.59", "5.69"]));
    }
    let warnings = office.run("2026-02-19").unwrap().warnings;
    let named = |name: &str| {
        let told = format!(
            "rates/{name} is not read: the name of a rate file ends in .owrs. Rename it, or put it elsewhere."
        );
        warnings.contains(&told)
    };
    assert_eq!(["2026-08.owrs.txt", "new.yaml"].map(named), [true, true], "{warnings:?}");
    assert_eq!(["~$old.owrs", "notes.docx", "NEWER.OWRS"].map(named), [false; 3], "{warnings:?}");
    assert!(
        office.list(What::BillLines, "0001").iter().any(|line| line.contains("43.30")),
        "NEWER.OWRS counts"
    );
}

#[test]
fn rates_that_come_after_bills_of_their_days_are_told() {
    let office = Office::new(false, &[old()]);
    let told =
        |outcome: &Outcome| outcome.warnings.iter().filter(|told| told.contains("older rates")).count();
    assert_eq!(told(&office.run("2026-02-19").unwrap()), 0);
    office.put_rates("late.owrs", &rates("02/12/2026", "43.30", 5, ["3.59", "5.69"]));
    let outcome = office.run("2026-02-20").unwrap();
    assert_eq!(told(&outcome), 1);
    let warning = outcome.warnings.iter().find(|told| told.contains("older rates")).unwrap();
    assert_eq!(
        warning,
        "rates/late.owrs is in force from 2026-02-12, and 2 posted bills of days since then, the first of 2026-02-12, went by \
         older rates. They stay as they are posted; to bill them anew, undo their run."
    );
    let office = Office::new(false, &[old()]);
    office.run("2026-02-19").unwrap();
    office.put_rates("next.owrs", &rates("02/13/2026", "43.30", 5, ["3.59", "5.69"]));
    assert_eq!(told(&office.run("2026-02-20").unwrap()), 0, "no bill is of its days");
}
