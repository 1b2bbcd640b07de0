//! A workbook of several sheets is one file: what a sheet says is checked against what the sheets before it brought.

use meterbook::flow::What;
use rust_xlsxwriter::Workbook;

use crate::support::desk::{Desk, TODAY, told};

/// A workbook with a sheet of text for each csv.
pub(crate) fn workbook(sheets: &[&str]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for csv in sheets {
        let sheet = workbook.add_worksheet();
        for (row, line) in (0..).zip(csv.lines()) {
            for (column, cell) in (0..).zip(line.split(',')) {
                sheet.write_string(row, column, cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

/// What becomes of two sheets of the same words in one workbook.
fn twice(desk: &Desk, csv: &str) -> String {
    told(&desk.take("twice.xlsx", &workbook(&[csv, csv])))
}

fn lines(desk: &Desk, word: &str) -> usize {
    desk.list(What::Entries, TODAY).lines().filter(|line| line.contains(word)).count()
}

#[test]
fn money_that_two_sheets_decide_about_moves_once() {
    let desk = Desk::after_january();
    for (csv, word) in [
        ("What,Decision,Account,Initials\ndeposit-refund,refund,0102,KB\n", "deposit-refund"),
        ("Account,Bill date,Due date,Amount\n0102,12/18/2025,1/8/2026,10.00\n", "OB-20251218-0102"),
    ] {
        let told = twice(&desk, csv);
        assert!(told.starts_with("returned"), "{told}");
        assert!(told.contains("Sheet2"), "the second sheet is the one too many: {told}");
        assert_eq!(lines(&desk, word), 0, "nothing of the file is posted");
        let told = self::told(&desk.take("once.xlsx", &workbook(&[csv])));
        assert!(told.starts_with("accepted"), "{told}");
        assert_eq!(lines(&desk, word), 1);
    }
    desk.take("nobody.csv", b"Date,Account,Amount,Method,Reference\n2/9/2026,9999,23.60,check,LB7\n");
    let told = twice(&desk, "What,Decision,Ref,Account,Initials\npayment,assign,LB7,0101,KB\n");
    assert!(told.starts_with("returned"), "{told}");
    assert_eq!(lines(&desk, ",0101,payment,-23.60"), 0);
}

#[test]
fn adjustments_of_the_same_row_of_two_sheets_are_decided_one_by_one() {
    let desk = Desk::after_january();
    let sheet = |account: &str| {
        format!("Date,Account,Amount,Reason,Note\n2/9/2026,{account},-80.00,billing-error,x\n")
    };
    let told = told(&desk.take("adjustments.xlsx", &workbook(&[&sheet("0101"), &sheet("0102")])));
    assert!(told.starts_with("accepted"), "{told}");
    let waits = |reference: &str| told.contains(&format!(" as {reference}:"));
    let named = told.split(" as A").nth(1).unwrap().split('-').next().unwrap();
    assert!(waits(&format!("A{named}-2")) && waits(&format!("A{named}-2-2")), "{told}");
    let decision = format!("What,Decision,Ref,Initials\nadjustment,approve,A{named}-2,KB\n");
    assert!(self::told(&desk.take("one.csv", decision.as_bytes())).starts_with("accepted"));
    assert_eq!((lines(&desk, ",0101,adjustment,-80.00"), lines(&desk, ",0102,adjustment,-80.00")), (1, 0));
    let decision = format!("What,Decision,Ref,Initials\nadjustment,approve,A{named}-2-2,KB\n");
    assert!(self::told(&desk.take("other.csv", decision.as_bytes())).starts_with("accepted"));
    assert_eq!(lines(&desk, ",0102,adjustment,-80.00"), 1);
}

#[test]
fn a_sheet_may_decide_what_a_sheet_before_it_brought() {
    let desk = Desk::after_january();
    let adjustments = "Date,Account,Amount,Reason,Note\n2/9/2026,0101,-80.00,billing-error,x\n";
    let decisions = "What,Decision,Account,Value,Initials\nadjustment,approve,0101,-80.00,KB\n";
    let told = told(&desk.take("both.xlsx", &workbook(&[adjustments, decisions])));
    assert!(told.starts_with("accepted"), "{told}");
    assert_eq!(lines(&desk, ",0101,adjustment,-80.00"), 1);
}
