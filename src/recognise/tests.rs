//! Each kind of sheet is recognised by its columns, and doubt is a question.

use super::*;
use crate::domain::sheet::cell::{Cell, Value};

fn rows(text: &str) -> Vec<Row> {
    let row = |(at, line): (usize, &str)| Row {
        number: u32::try_from(at).unwrap() + 1,
        cells: (0u32..)
            .zip(line.split(','))
            .filter(|(_, text)| !text.is_empty())
            .map(|(column, text)| Cell { column, value: Value::Text(text.to_owned()) })
            .collect(),
    };
    text.lines().enumerate().map(row).filter(|row| !row.cells.is_empty()).collect()
}

fn recognised(text: &str) -> Recognition {
    recognise(&rows(text), &built_in_profiles())
}

fn layout(text: &str) -> Layout {
    match recognised(text) {
        Recognition::One(layout) => layout,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_kind_is_recognised_by_its_own_columns() {
    for profile in built_in_profiles() {
        let header: Vec<&str> = profile.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(layout(&header.join(",")).kind, profile.kind);
        let needed: Vec<&str> = profile
            .columns
            .iter()
            .filter(|c| c.required || c.one_of.is_some())
            .map(|c| c.name.as_str())
            .collect();
        match recognised(&needed.join(",")) {
            Recognition::One(layout) => assert_eq!(layout.kind, profile.kind),
            // Date, account and amount, and the reason of an adjustment, are columns of several kinds of money.
            Recognition::Several(kinds) => {
                assert!(needed.contains(&"Amount") && kinds.contains(&profile.kind), "{kinds:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_kind_of_money_is_never_guessed() {
    let kinds = |header: &str| match recognised(header) {
        Recognition::One(layout) => vec![layout.kind],
        Recognition::Several(kinds) => kinds,
        other => panic!("{other:?}"),
    };
    assert_eq!(kinds("Date,Account,Amount,Method"), [Kind::Payments]);
    assert_eq!(kinds("Date,Account,Amount,Reference"), [Kind::Deposits]);
    assert_eq!(kinds("Date,Account,Amount,Reason,Reference"), [Kind::ReturnedPayments]);
    assert_eq!(kinds("Date,Account,Amount,Reason,Note"), [Kind::Adjustments]);
    assert_eq!(kinds("Date,Account,Amount"), [Kind::Payments, Kind::ReturnedPayments, Kind::Deposits]);
    assert_eq!(kinds("Date,Account,Amount,Reason"), [Kind::ReturnedPayments, Kind::Adjustments]);
}

#[test]
fn reason_codes_tell_adjustments_from_returned_payments() {
    let kinds = |below: &str| match recognised(&format!("Date,Account,Amount,Reason\n{below}")) {
        Recognition::One(layout) => vec![layout.kind],
        Recognition::Several(kinds) => kinds,
        other => panic!("{other:?}"),
    };
    let both = [Kind::ReturnedPayments, Kind::Adjustments];
    assert_eq!(kinds("2026-02-04,0104056,(49.99),courtesy"), [Kind::Adjustments]);
    assert_eq!(
        kinds("2026-02-04,0104056,12.00,Fine\n2026-02-05,0104063,-8.00,Billing-error\nTotal,,4.00"),
        [Kind::Adjustments]
    );
    // A bank may write what came back as a negative amount: the sign tells nothing.
    assert_eq!(kinds("2026-02-04,0104056,-86.41,NSF"), both);
    assert_eq!(kinds("2026-02-04,0104056,(49.99),courtesy\n2026-02-05,0104063,86.41,NSF"), both);
    assert_eq!(kinds("2026-02-04,0104056,86.41,"), both, "no reason, no answer");
    assert_eq!(kinds("2026-02-04,0104056,86.41,7"), both);
}

#[test]
fn the_question_names_the_column_that_answers_it() {
    let settled = |header: &str| {
        let rows = rows(header);
        let Recognition::Several(kinds) = recognised(header) else { panic!("{:?}", recognised(header)) };
        let columns = settling_columns(&rows, &kinds, &built_in_profiles());
        let told =
            columns.into_iter().map(|(kind, column)| format!("{}: {}", kind.word(), column.join(" and ")));
        told.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(
        settled("Date,Account,Amount,Reason"),
        "returned payments: Reference, adjustments: Approved by"
    );
    assert_eq!(
        settled("Date,Account,Amount"),
        "payments: Method, returned payments: Reason and Reference, deposits: Reference"
    );
}

#[test]
fn the_header_may_stand_below_titles_and_use_synonyms() {
    let found =
        layout("Sample District\nReads of February\n\nMeter no.,ACCT #,Date read,Current Read,Remark\n");
    assert_eq!((found.kind, found.header_row), (Kind::Reads, 4));
    let at = |name: &str| found.column(name).map(|column| (column.at, column.header.clone()));
    assert_eq!(at("Meter"), Some((0, "Meter no.".to_owned())));
    assert_eq!(at("Account"), Some((1, "ACCT #".to_owned())));
    assert_eq!(at("Reading"), Some((3, "Current Read".to_owned())));
    assert_eq!(at("Trouble code"), None);
}

#[test]
fn a_missing_column_is_named() {
    let Recognition::None(Some(nearest)) = recognised("Account,Meter,Reading\n1,2,3\n") else { panic!() };
    assert_eq!((nearest.kind, nearest.missing), (Kind::Reads, vec!["Read date".to_owned()]));
    assert_eq!(recognised("apples,pears\n1,2\n"), Recognition::None(None));
}

#[test]
fn two_kinds_that_fit_equally_well_are_a_question() {
    let header = "Account,Meter,Read date,Reading,Dials,Installed,Initial reading";
    let Recognition::Several(kinds) = recognised(header) else { panic!("{:?}", recognised(header)) };
    assert_eq!(kinds, [Kind::Meters, Kind::Reads]);
}

#[test]
fn a_column_named_twice_is_a_question() {
    let Recognition::Twice(layout, twice) = recognised("Meter,Read date,Reading,Reading\n") else { panic!() };
    assert_eq!(layout.kind, Kind::Reads);
    assert_eq!((twice.column.as_str(), twice.headers.map(|header| header.at)), ("Reading", [2, 3]));
}
