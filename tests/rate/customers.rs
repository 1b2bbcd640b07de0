//! `meterbook rate`: a sheet of customers in, the same sheet with what each of them pays out.

use std::fs;
use std::path::{Path, PathBuf};

use meterbook::flow::{Failure, RateOutput, RateQuery, Rated, Silent, rate_customers};
use meterbook::sheet;
use proptest::prelude::*;

use crate::scenarios::meterbook;
use crate::support::golden;

/// A folder with a rate file and a sheet of customers.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new(rates: &str, customers: &str) -> Desk {
        let desk = Desk { folder: tempfile::tempdir().unwrap() };
        let rates = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rate").join(rates);
        fs::copy(rates, desk.path("rates.owrs")).unwrap();
        fs::write(desk.path("customers.csv"), customers).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn rate(&self, from: &str, to: &str, exact: bool) -> Result<Rated, Failure> {
        let (rates, customers, out) = (self.path("rates.owrs"), self.path(from), self.path(to));
        let query = RateQuery { rates: &rates, customers: &customers, exact };
        rate_customers(query, RateOutput::File(&out), &mut Silent)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Rates the customers into a csv.
    fn csv(&self, exact: bool) -> String {
        self.rate("customers.csv", "out.csv", exact).unwrap();
        self.text("out.csv")
    }

    /// Why the customers cannot be rated.
    fn refusal(&self, to: &str) -> String {
        self.rate("customers.csv", to, false).unwrap_err().to_string()
    }
}

/// Titles, sizes in every spelling, blanks, and rows that have no price.
const DISTRICT: &str = "\
Spring study,,,,
,,,,
Account ,Class,METER_SIZE,usage_ccf,Note
0001,RESIDENTIAL_SINGLE,\"5/8\"\"\",12.34,\"a, b\"
0002,RESIDENTIAL_SINGLE,1.5,0,
,,,,
0003,RESIDENTIAL_SINGLE,7/8,4,
0004,RESIDENTIAL_SINGLE,1,,no usage
0005,HYDRANT,1,4,
0006,,1,4,
0007,RESIDENTIAL_MULTI, 1 in ,11,
0008,RESIDENTIAL_SINGLE,2,-3,
Total,,,27.34,
,,,,
";

#[test]
fn each_row_comes_back_with_what_it_pays_or_why_not() {
    let desk = Desk::new("files/district.owrs", DISTRICT);
    golden::check("rate/customers/district.csv", &desk.csv(false));
    let rated = desk.rate("customers.csv", "out.csv", false).unwrap();
    assert_eq!((rated.rated, rated.not_rated, rated.sum.to_string()), (3, 6, "256.91".to_owned()));
    assert!(rated.has_findings());
    assert_eq!(rated.findings[0].0, 7, "the row is numbered as in the sheet");
}

#[test]
fn exact_figures_are_not_rounded() {
    let desk = Desk::new("files/district.owrs", DISTRICT);
    let text = desk.csv(true);
    let row = text.lines().nth(1).unwrap();
    assert_eq!(
        row,
        "0001,RESIDENTIAL_SINGLE,\"5/8\"\"\",12.34,\"a, b\",23.3,64.6226,4,14.36,6,34.14,2.34,16.1226,0,0,87.9226,"
    );
}

#[test]
fn headers_and_numbers_are_taken_as_people_write_them() {
    let rated = |customers: &str| {
        let desk = Desk::new("files/district.owrs", customers);
        let rated = desk.rate("customers.csv", "out.csv", false).unwrap();
        (rated.sum.to_string(), rated.notes)
    };
    let (plain, _) = rated("class,meter_size,usage_ccf\nRESIDENTIAL_SINGLE,1,1250\n");
    let (marked, notes) = rated("Class,METER-SIZE,Usage (CCF)\nRESIDENTIAL_SINGLE,1,\"1,250\"\n");
    assert_eq!((&marked, notes.len()), (&plain, 0));
    let (nothing, notes) = rated("class,size,usage_ccf\nRESIDENTIAL_SINGLE,1,\"1,25\"\n");
    let told = "It has no column meter_size, for which the classes RESIDENTIAL_MULTI and RESIDENTIAL_SINGLE ask. \
                Add it, or give its name to the column that holds it.";
    assert_eq!((nothing.as_str(), notes), ("0", vec![told.to_owned()]));
}

#[test]
fn surcharges_taxes_and_tiers_of_other_charges_have_their_columns() {
    let customers = "class,usage_ccf,zone,dwelling_units,hhsize\n\
        SURCHARGES,12,1,3,\nSURCHARGES,4,2,0,\nTAXED,100,,,\nFLAT,1e-05,,,\nFLAT,,,,\n";
    let desk = Desk::new("files/forms.owrs", customers);
    golden::check("rate/customers/forms.csv", &desk.csv(false));
}

#[test]
fn a_broken_class_leaves_the_others_their_prices() {
    let desk = Desk::new(
        "check/broken-class.owrs",
        "class,usage_ccf,meter_size\nHOMES,10,5/8\nSHOPS,10,1\nHOMES,10,1\n",
    );
    let rated = desk.rate("customers.csv", "out.csv", false).unwrap();
    assert_eq!((rated.rated, rated.not_rated, rated.faults.len(), rated.warnings.len()), (1, 2, 2, 1));
    golden::check("rate/customers/broken-class.csv", &desk.text("out.csv"));
}

#[test]
fn a_workbook_comes_out_and_goes_in_again() {
    let desk = Desk::new("files/district.owrs", DISTRICT);
    desk.rate("customers.csv", "out.xlsx", false).unwrap();
    let first = fs::read(desk.path("out.xlsx")).unwrap();
    desk.rate("customers.csv", "out.xlsx", false).unwrap();
    assert!(first == fs::read(desk.path("out.xlsx")).unwrap(), "the same sheet gives the same bytes");
    let again = desk.rate("out.xlsx", "again.csv", false).unwrap();
    assert_eq!((again.rated, again.not_rated), (3, 6));
    let (once, twice) = (desk.csv(false), desk.text("again.csv"));
    assert!(twice.lines().next().unwrap().ends_with(",bill,finding,rated_service_charge,rated_commodity_charge,rated_tier_1_usage,rated_tier_1_amount,rated_tier_2_usage,rated_tier_2_amount,rated_tier_3_usage,rated_tier_3_amount,rated_tier_4_usage,rated_tier_4_amount,rated_bill,rated_finding"));
    let bills = |text: &str, column: &str| {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let at = reader.headers().unwrap().iter().position(|header| header == column).unwrap();
        let bill = |record: csv::StringRecord| record[at].parse::<rust_decimal::Decimal>().ok();
        reader.records().map(|record| bill(record.unwrap())).collect::<Vec<_>>()
    };
    let (once, twice) = (bills(&once, "bill"), bills(&twice, "rated_bill"));
    assert_eq!(
        once[..twice.len()],
        twice,
        "a csv keeps its blank last row, a workbook ends with its last cell"
    );
    assert_eq!(once.len(), 11);
}

#[test]
fn a_workbook_shows_a_row_in_its_place() {
    let desk = Desk::new("files/district.owrs", DISTRICT);
    desk.rate("customers.csv", "out.xlsx", false).unwrap();
    let bytes = fs::read(desk.path("out.xlsx")).unwrap();
    let mut book = sheet::open("out.xlsx", &bytes).unwrap();
    let mut rows = book.rows(0).unwrap();
    let mut seen = Vec::new();
    while let Some(row) = rows.next_row().unwrap() {
        seen.push((row.number, row.value(0).text(), row.value(5).text()));
    }
    let shown: Vec<(u32, &str, &str)> =
        seen.iter().map(|(row, a, b)| (*row, a.as_str(), b.as_str())).collect();
    assert_eq!(
        shown[4..8],
        [(5, "Account", "service_charge"), (6, "0001", "23.3"), (7, "0002", "78.3"), (9, "0003", "")]
    );
}

#[test]
fn what_cannot_be_rated_at_all_is_refused() {
    let desk = Desk::new("files/district.owrs", "account,meter_size\n1,2\n");
    assert_eq!(
        desk.refusal("out.csv"),
        "customers.csv: none of the first 50 rows is a header with a column 'class'. Name the column that holds \
         each customer's class in the rate file 'class'."
    );
    assert_eq!(
        Desk::new("files/district.owrs", "class,usage_ccf,Usage_CCF,usage_ccf\n").refusal("out.csv"),
        "customers.csv, row 1: The columns B and C both hold the usage_ccf. Remove or rename one."
    );
    assert!(desk.refusal("out.pdf").ends_with("out.pdf: the output is a .csv or an .xlsx file; name one"));
    assert!(desk.refusal("customers.csv").ends_with("is read; name another file for the output"));
    assert_eq!(
        Desk::new("check/unusable.owrs", "class\nHOMES\n").refusal("out.csv").lines().count(),
        3,
        "every fault of the file is told"
    );
    let binary = Desk::new("files/district.owrs", "class\u{0}\n");
    assert!(binary.refusal("out.csv").starts_with("customers.csv: "), "{}", binary.refusal("out.csv"));
    assert!(!desk.path("out.csv").exists());
}

#[test]
fn the_program_rates_to_standard_output_and_says_beside_it_what_is_wrong() {
    let desk = Desk::new("files/district.owrs", DISTRICT);
    let [rates, customers] =
        ["rates.owrs", "customers.csv"].map(|name| desk.path(name).display().to_string());
    let rate = |out: &str, more: &[&str]| {
        let output = meterbook(
            &[&["rate", "--rates", &rates, "--customers", &customers, "--out", out], more].concat(),
        );
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, beside) = rate("-", &[]);
    assert_eq!((code, out), (Some(1), desk.csv(false)));
    assert!(beside.contains("rated      3 customers, $256.91; 6 not rated"), "{beside}");
    let (code, out, _) = rate(desk.path("out.csv").to_str().unwrap(), &["--json"]);
    let told: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, told["not_rated"].as_u64(), told["findings"][0]["row"].as_u64()),
        (Some(1), Some(6), Some(7))
    );
    let missing = meterbook(&["rate", "--rates", &rates, "--customers", "nowhere.csv", "--out", "-"]);
    assert_eq!(missing.status.code(), Some(2));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the cells hold: as many rows out as in, and each has a bill or a finding or is blank.
    #[test]
    fn no_row_is_lost(rows in prop::collection::vec(("[A-Z_ ]{0,3}|RESIDENTIAL_SINGLE", "[0-9./\" ]{0,5}", "[-0-9.e]{0,6}|[ -~]{0,9}"), 0..20)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["class", "meter_size", "usage_ccf"]).unwrap();
        for (class, size, usage) in &rows {
            writer.write_record([class, size, usage]).unwrap();
        }
        let customers = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let desk = Desk::new("files/district.owrs", &customers);
        let out = desk.csv(false);
        let mut reader = csv::Reader::from_reader(out.as_bytes());
        let headers = reader.headers().unwrap().clone();
        let at = |name: &str| headers.iter().position(|header| header == name).unwrap();
        let (bill, finding) = (at("bill"), at("finding"));
        let out: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        prop_assert_eq!(out.len(), rows.len());
        for ((class, size, usage), row) in rows.iter().zip(&out) {
            let blank = [class, size, usage].iter().all(|cell| cell.trim().is_empty());
            let said = [!row[bill].is_empty(), !row[finding].is_empty()];
            prop_assert_eq!(said.iter().filter(|said| **said).count(), usize::from(!blank), "{:?}", row);
        }
    }
}
