//! `meterbook explain`: bills of the sample office in words, and the page to hand out.

use std::path::Path;

use calamine::{Reader as _, Xlsx};
use meterbook::workbook::{self, Reader};

use crate::pages::walker;
use crate::scenarios::meterbook;
use crate::support::{self, golden};

/// The sample office after its last day.
fn office() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let office = folder.path().join("office").to_str().unwrap().to_owned();
    assert_eq!(meterbook(&["demo", &office]).status.code(), Some(0));
    (folder, office)
}

/// Explains a bill on a day after all of them: exit code, output and errors.
fn explain(office: &str, arguments: &[&str]) -> (i32, String, String) {
    let output = meterbook(&[&["explain", office], arguments, &["--as-of", "2020-02-21"]].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

#[test]
fn bills_and_held_reads_are_explained() {
    let (_folder, office) = office();
    for (name, account, period, code) in [
        ("changed", "0100009", None, 0),
        ("bulk-water", "0100177", None, 0),
        ("runs-backwards", "0101276", None, 0),
        ("no-read", "0101073", None, 0),
        ("over-dials", "100828", Some("2020-01"), 1),
        ("echo-mismatch", "0101381", Some("2020-01"), 0),
        ("mobile-homes", "0100023", None, 0),
    ] {
        let mut arguments = vec![account];
        arguments.extend(period.into_iter().flat_map(|period| ["--period", period]));
        let (found, text, errors) = explain(&office, &arguments);
        assert_eq!((found, errors.as_str()), (code, ""), "{name}");
        golden::check(&format!("explain/{name}.txt"), &text);
    }
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let (_folder, office) = office();
    let (code, _, errors) = explain(&office, &["0100008"]);
    assert_eq!(code, 2);
    assert!(errors.contains("there is no account 0100008. Nearest are 0100009 (Gus Vasko), "), "{errors}");
    let (code, _, errors) = explain(&office, &["0100009", "--period", "2020-09"]);
    assert_eq!(code, 2);
    let told = "account 0100009 has no bill of 2020-09; it has bills of 2020-01, 2020-02.";
    assert!(errors.contains(told), "{errors}");
}

#[test]
fn the_page_to_hand_out_says_nothing_that_is_the_offices_own() {
    let (folder, office) = office();
    let path = folder.path().join("bill.xlsx");
    let (code, text, _) = explain(&office, &["0101276", "--xlsx", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(text.ends_with(&format!("written    {}\n", path.display())), "{text}");
    let bytes = std::fs::read(&path).unwrap();
    let book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Handout"]);
    let sheet = walker::sheet(&bytes, "Handout");
    let cells: Vec<String> = sheet.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    assert_eq!(cells[0], "Bill 202001-0101276 explained");
    assert!(
        text.contains("Read the meter again, or record the meter change."),
        "the clerk is told what to do"
    );
    assert!(
        !cells.iter().any(|cell| cell.contains("Read the meter again")),
        "the customer is not: {cells:#?}"
    );
    assert!(cells.iter().any(|cell| cell.contains("16172 of 2020-02-06 is below 16312")), "{cells:#?}");
    let again = folder.path().join("again.xlsx");
    explain(&office, &["0101276", "--xlsx", again.to_str().unwrap()]);
    assert!(bytes == std::fs::read(&again).unwrap(), "the same page has the same bytes");
}

#[test]
fn bank_numbers_are_never_shown() {
    let (folder, office) = office();
    let header =
        "Account,Customer,Service address,Class,Meter size,Cycle,Autopay,Bank routing,Bank account\n";
    let row = "0100009,Gus Vasko,2226 Creosote Rd,residential,5/8,1,y,121000358,987654321012\n";
    std::fs::write(Path::new(&office).join("inbox/accounts.csv"), format!("{header}{row}")).unwrap();
    let ran = meterbook(&["run", &office, "--today", "2020-02-21"]);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(said.contains("accepted   accounts.csv"), "{said}");
    let path = folder.path().join("bill.xlsx");
    let (code, text, _) = explain(&office, &["0100009", "--xlsx", path.to_str().unwrap()]);
    assert_eq!(code, 0);
    let parts = walker::parts(&std::fs::read(&path).unwrap());
    for secret in ["121000358", "987654321012"] {
        assert!(!text.contains(secret), "{text}");
        assert!(parts.values().all(|part| !part.contains(secret)), "{secret} is in the workbook");
    }
}

#[test]
fn a_year_of_an_account_is_stated() {
    let (folder, office) = office();
    let path = folder.path().join("statement.xlsx");
    let (code, text, errors) = explain(&office, &["100023", "--statement", "--xlsx", path.to_str().unwrap()]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert!(text.starts_with("Statement of account 0100023\n"), "{text}");
    let page = walker::sheet(&std::fs::read(&path).unwrap(), "Handout");
    let cells: Vec<String> = page.used_cells().map(|(_, _, cell)| cell.to_string()).collect();
    for line in ["Bill", "202001-0100023", "202002-0100023", "Still open at the end"] {
        assert!(cells.iter().any(|cell| cell == line) && text.contains(line), "{line}: {text}");
    }
    let balance = meterbook(&["list", &office, "balances", "--as-of", "2020-02-21"]).stdout;
    let balance = String::from_utf8(balance).unwrap();
    let owed = balance.lines().find_map(|line| line.strip_prefix("0100023,")).unwrap();
    let owed = owed.split(',').next().unwrap();
    assert!(text.replace(',', "").contains(&format!("Owed at the end: {owed}\n")), "{owed}: {text}");
    let (code, _, errors) = explain(&office, &["100023", "--statement", "2021"]);
    assert_eq!(code, 2);
    assert!(errors.contains("the year 2021 has not begun on 2020-02-21"), "{errors}");
    let (code, text, _) = explain(&office, &["100023", "--statement", "2019"]);
    assert_eq!(code, 0);
    assert!(text.contains("2019-01-01 to 2019-12-31") && !text.contains("202001-"), "{text}");
}

#[test]
fn the_water_budget_of_a_landscape_stands_beside_what_was_billed() {
    let told = |over: &str| {
        let mut of = support::office::explanation();
        let bill = &mut of.bill.as_mut().unwrap().bill;
        bill.budget_hcf = Some("12.4729".parse().unwrap());
        bill.over_budget_hcf = Some(over.parse().unwrap());
        workbook::text(&workbook::explanation(&of, Reader::Customer))
    };
    let beside = "water budget for these days is 12.47 units; the bill is";
    assert!(told("12.5271").contains(&format!("{beside} 12.53 above it")), "{}", told("12.5271"));
    assert!(told("0").contains(&format!("{beside} within it")), "{}", told("0"));
}
