//! Workbooks: their text lies beside this file, and a walker checks what every workbook owes its readers.

pub(crate) mod walker;

use meterbook::domain::money::Money;
use meterbook::domain::office::UsageRounding;
use meterbook::domain::origin::column_letters as letters;
use meterbook::domain::page::Book;
use meterbook::domain::proposals::past_due::PastDueList;
use meterbook::domain::proposals::receivables_control::ReceivablesControl;
use meterbook::domain::proposals::register::Register;
use meterbook::domain::sheet::cell::Row;
use meterbook::recognise::{Recognition, built_in_profiles, recognise};
use meterbook::sheet;
use meterbook::workbook::{self, Reader};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::late_fees;
use crate::support::lock_offs::{account_collections, billing_calendar, lock_offs, shutoff_report};
use crate::support::{
    account_changes, books, bulk, closed, deposits, field, golden, invoiced, landscapes, letters, office,
    receipts, stuck, tax_roll,
};
use crate::templates::files_below;

/// Calls a function with every workbook that exists, each of a sample and some of nothing at all.
pub(crate) fn every_book(mut see: impl FnMut(&str, &Book<'_>)) {
    for bills in [60, 5, 0] {
        see("bill register", &workbook::bill_register(&office::register(bills)));
        see("proposed bill register", &workbook::bill_register(&office::proposal(bills)));
        see("register of bills made again", &workbook::bill_register(&office::rebilled(bills)));
        see("lock-off schedule", &workbook::lock_off_schedule(&lock_offs(bills)));
        see("shutoff report", &workbook::shutoff_report(&shutoff_report(bills)));
        see("billing calendar", &workbook::billing_calendar(&billing_calendar(bills)));
        see("receipt log", &workbook::receipt_log(&receipts::receipts(bills)));
        see("read audit", &workbook::read_audit(&field::read_audit(bills)));
        let roundings = [UsageRounding::TruncateReadings, UsageRounding::TruncateUsage, UsageRounding::Exact];
        for rounding in roundings {
            see("bulk water", &workbook::bulk_water_worksheet(&bulk::worksheet(bills, rounding)));
        }
        see("CIMIS worksheet", &workbook::cimis_worksheet(&landscapes::worksheet(bills.min(14))));
        see("closed accounts", &workbook::closed_accounts(&closed::closed_accounts(bills)));
        see("stuck meters", &workbook::stuck_meters(&stuck::stuck_meters(bills)));
        see("late fees", &workbook::late_fees(&late_fees::proposals(bills, (bills == 5).then_some("20"))));
        let changes = account_changes::account_changes(bills);
        see("accounts changes", &workbook::account_changes(&changes));
        see("deposit refunds", &workbook::deposit_refunds(&deposits::deposit_refunds(bills)));
        for day in ["2026-06-15", "2026-07-20"] {
            see("tax roll", &workbook::tax_roll(&tax_roll::tax_roll(bills, day)));
        }
        see("field orders", &workbook::field_orders(&field::field_work(bills)));
        see("adjustments register", &workbook::adjustments_register(&books::adjustments(bills)));
        see("past-due list", &workbook::past_due_list(&books::past_due(bills), None));
        let run = letters::letter_run(bills);
        see("past-due list with letters", &workbook::past_due_list(&books::past_due(bills), Some(&run)));
        see("installation invoices", &workbook::installation_invoices(&invoiced::invoices(bills)));
        see("journal", &workbook::journal(&books::journal(bills)));
        see("receivables control", &workbook::receivables_control(&books::control(bills)));
    }
    let explanation = office::explanation();
    for reader in [Reader::Office, Reader::Customer] {
        see("explanation", &workbook::explanation(&explanation, reader));
    }
    for at in 0..11 {
        see("account's collections", &workbook::account_collections(&account_collections(at)));
    }
    for at in [0, 2, 5, 8] {
        see("statement", &workbook::statement(&books::statement(at)));
    }
    see("receipt log of a run that goes on", &workbook::receipt_log(&receipts::receipts_of_a_long_name()));
    for profile in built_in_profiles() {
        see(profile.kind.word(), &workbook::blank_input(&profile));
    }
}

#[test]
fn a_bill_register_reads_as_its_golden_text() {
    golden::check(
        "pages/bill-register.txt",
        &workbook::text(&workbook::bill_register(&office::register(12))),
    );
}

#[test]
fn a_proposed_bill_register_reads_as_its_golden_text() {
    golden::check(
        "pages/proposed-bill-register.txt",
        &workbook::text(&workbook::bill_register(&office::proposal(7))),
    );
}

#[test]
fn bills_made_again_are_shown_old_beside_new() {
    let text = workbook::text(&workbook::bill_register(&office::rebilled(12)));
    let sheet = text.split_once("\n== Rebilled ==\n").expect("a sheet of them").1;
    golden::check("pages/rebilled.txt", sheet.split("\n== ").next().unwrap());
}

#[test]
fn a_lock_off_schedule_reads_as_its_golden_text() {
    let schedule = lock_offs(11);
    golden::check("pages/lock-off-schedule.txt", &workbook::text(&workbook::lock_off_schedule(&schedule)));
}

#[test]
fn a_billing_calendar_reads_as_its_golden_text() {
    golden::check(
        "pages/billing-calendar.txt",
        &workbook::text(&workbook::billing_calendar(&billing_calendar(14))),
    );
}

#[test]
fn a_shutoff_report_reads_as_its_golden_text() {
    golden::check("pages/shutoff-report.txt", &workbook::text(&workbook::shutoff_report(&shutoff_report(9))));
}

#[test]
fn a_bill_date_on_a_closed_day_is_named() {
    let mut calendar = billing_calendar(14);
    let text = workbook::text(&workbook::billing_calendar(&calendar));
    assert!(text.contains("Bill dates on a closed day: 0"), "{text}");
    calendar.rows[3].is_open = false;
    let text = workbook::text(&workbook::billing_calendar(&calendar));
    assert!(text.contains("Bill dates on a closed day: 1"), "{text}");
    assert!(text.contains("The office is closed on this bill date."), "{text}");
}

#[test]
fn where_accounts_stand_in_collections_reads_as_its_golden_text() {
    let told: Vec<String> =
        (0..11).map(|at| workbook::text(&workbook::account_collections(&account_collections(at)))).collect();
    golden::check("pages/account-collections.txt", &told.join("\n"));
}

#[test]
fn a_date_that_does_not_follow_from_its_evidence_is_found() {
    let mut schedule = lock_offs(11);
    schedule.scheduled[0].timeline.scheduled = Some("2026-08-19".parse().unwrap());
    let text = workbook::text(&workbook::lock_off_schedule(&schedule));
    assert!(text.contains("Master check: CHECK"), "scheduled before the earliest date:\n{text}");
}

#[test]
fn a_receipt_log_reads_as_its_golden_text() {
    golden::check("pages/receipt-log.txt", &workbook::text(&workbook::receipt_log(&receipts::receipts(7))));
}

#[test]
fn a_read_audit_reads_as_its_golden_text() {
    golden::check("pages/read-audit.txt", &workbook::text(&workbook::read_audit(&field::read_audit(18))));
}

#[test]
fn a_file_of_reads_that_differs_from_the_ledger_says_so() {
    let check = |more: Option<usize>| {
        let mut audit = field::read_audit(12);
        audit.files.extend(more.map(field::reads_file));
        let bytes = workbook::xlsx(&workbook::read_audit(&audit)).unwrap();
        walker::sheet(&bytes, "Cover").get_value((3, 1)).unwrap().to_string()
    };
    assert_eq!(
        (check(None).as_str(), check(Some(2)).as_str()),
        ("OK", "CHECK"),
        "the third file lacks a read"
    );
}

#[test]
fn every_meter_has_its_little_chart() {
    let bytes = workbook::xlsx(&workbook::read_audit(&field::read_audit(18))).unwrap();
    let audit = &walker::parts(&bytes)["xl/worksheets/sheet2.xml"];
    assert_eq!(audit.matches("<x14:sparkline>").count(), 18);
}

#[test]
fn bulk_water_reads_as_its_golden_text() {
    let sheet = bulk::worksheet(9, UsageRounding::TruncateReadings);
    golden::check("pages/bulk-water.txt", &workbook::text(&workbook::bulk_water_worksheet(&sheet)));
}

#[test]
fn a_cimis_worksheet_reads_as_its_golden_text() {
    let sheet = landscapes::worksheet(7);
    golden::check("pages/cimis-worksheet.txt", &workbook::text(&workbook::cimis_worksheet(&sheet)));
}

#[test]
fn closed_accounts_read_as_their_golden_text() {
    let closed = closed::closed_accounts(7);
    golden::check("pages/closed-accounts.txt", &workbook::text(&workbook::closed_accounts(&closed)));
}

#[test]
fn only_rows_that_wait_have_cells_to_fill_in() {
    let bytes = workbook::xlsx(&workbook::read_audit(&field::read_audit(18))).unwrap();
    let audit = field::read_audit(18);
    let sheet = &walker::parts(&bytes)["xl/worksheets/sheet2.xml"];
    let decision = letters(walker::Listed::read(&bytes, "Audit").column("Decision"));
    for (at, row) in audit.rows.iter().enumerate() {
        let cell = format!("<c r=\"{decision}{}\"", walker::HEADER as usize + 2 + at);
        assert_eq!(sheet.contains(&cell), !row.token.is_empty(), "{}: {:?}", row.account, row.state);
    }
    assert!(
        audit.rows.iter().any(|row| row.token.is_empty())
            && audit.rows.iter().any(|row| !row.token.is_empty())
    );
}

#[test]
fn stuck_meters_read_as_their_golden_text() {
    golden::check(
        "pages/stuck-meters.txt",
        &workbook::text(&workbook::stuck_meters(&stuck::stuck_meters(7))),
    );
}

#[test]
fn deposit_refunds_read_as_their_golden_text() {
    let refunds = deposits::deposit_refunds(9);
    golden::check("pages/deposit-refunds.txt", &workbook::text(&workbook::deposit_refunds(&refunds)));
}

#[test]
fn accounts_changes_read_as_their_golden_text() {
    let changes = account_changes::account_changes(7);
    golden::check("pages/accounts-changes.txt", &workbook::text(&workbook::account_changes(&changes)));
}

#[test]
fn a_change_that_the_workbook_does_not_list_is_found() {
    let changes: [fn(&mut meterbook::domain::proposals::account_changes::AccountChanges); 2] =
        [|of| drop(of.changes.remove(0)), |of| drop(of.new.remove(0))];
    for change in changes {
        let mut of = account_changes::account_changes(7);
        change(&mut of);
        let text = workbook::text(&workbook::account_changes(&of));
        assert!(text.contains("Master check: CHECK"), "{text}");
    }
}

#[test]
fn a_tax_roll_reads_as_its_golden_text() {
    let roll = tax_roll::tax_roll(9, "2026-07-20");
    golden::check("pages/tax-roll.txt", &workbook::text(&workbook::tax_roll(&roll)));
}

#[test]
fn a_preview_of_a_tax_roll_reads_as_its_golden_text() {
    let roll = tax_roll::tax_roll(3, "2026-06-15");
    golden::check("pages/tax-roll-preview.txt", &workbook::text(&workbook::tax_roll(&roll)));
}

#[test]
fn of_a_tax_roll_one_sheet_alone_is_a_sheet_of_accounts() {
    let bytes = workbook::xlsx(&workbook::tax_roll(&tax_roll::tax_roll(9, "2026-07-20"))).unwrap();
    let recognised = |index| recognise(&rows_of(&bytes, index), &built_in_profiles());
    let Recognition::One(layout) = recognised(2) else { panic!("{:?}", recognised(2)) };
    let columns: Vec<&str> = layout.columns.iter().map(|column| column.name.as_str()).collect();
    let known = ["Account", "Customer", "Service address", "Class", "Meter size", "Opened", "Sewer"];
    assert_eq!((layout.kind.word(), columns), ("accounts", known.to_vec()));
    for other in [0, 1, 3, 4, 5, 6] {
        assert!(matches!(recognised(other), Recognition::None(_)), "sheet {other}: {:?}", recognised(other));
    }
}

#[test]
fn field_orders_read_as_their_golden_text() {
    golden::check("pages/field-orders.txt", &workbook::text(&workbook::field_orders(&field::field_work(7))));
}

#[test]
fn a_receivables_control_reads_as_its_golden_text() {
    golden::check(
        "pages/receivables-control.txt",
        &workbook::text(&workbook::receivables_control(&books::control(12))),
    );
}

#[test]
fn a_journal_reads_as_its_golden_text() {
    golden::check("pages/journal.txt", &workbook::text(&workbook::journal(&books::journal(12))));
}

#[test]
fn a_cent_between_the_journal_and_the_bills_or_payments_is_found() {
    for source in 0..books::journal(12).sources.len() {
        let mut journal = books::journal(12);
        journal.sources[source].amount += Money::from_cents(1);
        let text = workbook::text(&workbook::journal(&journal));
        assert!(text.contains("Master check: CHECK"), "source {source}:\n{text}");
    }
    let mut journal = books::journal(12);
    journal.lines[0].debit += Money::from_cents(1);
    let text = workbook::text(&workbook::journal(&journal));
    assert!(text.contains("Debits are credits") && text.contains("Master check: CHECK"), "{text}");
}

#[test]
fn a_past_due_list_reads_as_its_golden_text() {
    golden::check(
        "pages/past-due-list.txt",
        &workbook::text(&workbook::past_due_list(&books::past_due(12), None)),
    );
}

#[test]
fn the_sheets_of_a_letter_run_read_as_their_golden_text() {
    let (list, run) = (books::past_due(0), letters::letter_run(11));
    golden::check("pages/letters.txt", &workbook::text(&workbook::past_due_list(&list, Some(&run))));
}

#[test]
fn a_past_due_list_with_a_cent_too_many_says_so() {
    let cent = Money::from_cents(1);
    let changes: [fn(&mut PastDueList, Money); 4] = [
        |list, cent| list.receivable += cent,
        |list, cent| list.items[2].0.open += cent,
        |list, cent| list.accounts[1].aging.current += cent,
        |list, cent| list.late_fees[0].late.fee += cent,
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut list = books::past_due(12);
        change(&mut list, cent);
        let text = workbook::text(&workbook::past_due_list(&list, None));
        assert!(text.contains("Master check: CHECK"), "change {at}:\n{text}");
    }
}

#[test]
fn installation_invoices_read_as_their_golden_text() {
    let invoices = invoiced::invoices(7);
    golden::check(
        "pages/installation-invoices.txt",
        &workbook::text(&workbook::installation_invoices(&invoices)),
    );
}

#[test]
fn an_invoice_that_was_posted_with_another_cent_is_found() {
    let mut invoices = invoiced::invoices(7);
    invoices.rows[3].posted += Money::from_cents(1);
    invoices.rows[4].posted -= Money::from_cents(1);
    let text = workbook::text(&workbook::installation_invoices(&invoices));
    assert!(text.contains("Master check: CHECK"), "two cents that cancel each other out:\n{text}");
}

#[test]
fn an_adjustments_register_reads_as_its_golden_text() {
    golden::check(
        "pages/adjustments-register.txt",
        &workbook::text(&workbook::adjustments_register(&books::adjustments(14))),
    );
}

#[test]
fn an_adjustment_that_is_not_in_the_customers_accounts_is_found() {
    let mut register = books::adjustments(14);
    register.rows.remove(0);
    let text = workbook::text(&workbook::adjustments_register(&register));
    assert!(text.contains("Master check: CHECK"), "{text}");
}

#[test]
fn statements_read_as_their_golden_text() {
    let texts = [0, 2, 5, 8].map(|at| workbook::text(&workbook::statement(&books::statement(at))));
    golden::check("pages/statements.txt", &texts.join("\n"));
}

#[test]
fn a_cent_between_customers_and_the_general_ledger_is_found() {
    let cent = Money::from_cents(1);
    let changes: [fn(&mut ReceivablesControl, Money); 5] = [
        |control, cent| control.stands[0].1 += cent,
        |control, cent| control.stands[1].1 += cent,
        |control, cent| control.posted[0].amount += cent,
        |control, cent| control.accounts[3].control.after.credit -= cent,
        |control, cent| control.accounts[3].control.moved[0] += cent,
    ];
    for (at, change) in changes.into_iter().enumerate() {
        let mut control = books::control(12);
        change(&mut control, cent);
        let text = workbook::text(&workbook::receivables_control(&control));
        assert!(text.contains("Master check: CHECK"), "change {at}:\n{text}");
    }
}

#[test]
fn the_open_orders_are_a_sheet_of_field_results() {
    let bytes = workbook::xlsx(&workbook::field_orders(&field::field_work(7))).unwrap();
    let open = (0..3).map(|index| rows_of(&bytes, index)).nth(1).unwrap();
    let Recognition::One(layout) = recognise(&open, &built_in_profiles()) else {
        panic!("{:?}", recognise(&open, &built_in_profiles()));
    };
    assert_eq!(layout.kind.word(), "field results");
    assert_eq!(layout.columns.len(), 7, "order, account, date, action, reading, by and after hours");
}

#[test]
fn a_blank_sheet_reads_as_its_golden_text() {
    let profiles = built_in_profiles();
    let reads = profiles.iter().find(|profile| profile.kind.word() == "reads").unwrap();
    golden::check("pages/blank-reads.txt", &workbook::text(&workbook::blank_input(reads)));
}

/// The rows of a sheet, as the program reads them.
fn rows_of(bytes: &[u8], index: usize) -> Vec<Row> {
    let mut book = sheet::open("blank.xlsx", bytes).unwrap();
    let mut stream = book.rows(index).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = stream.next_row().unwrap() {
        rows.push(row.clone());
    }
    rows
}

/// The rows of both sheets of a blank workbook.
fn rows(bytes: &[u8]) -> Vec<Vec<Row>> {
    (0..2).map(|index| rows_of(bytes, index)).collect()
}

#[test]
fn a_blank_sheet_is_recognised_and_its_explanation_is_not() {
    let profiles = built_in_profiles();
    for profile in &profiles {
        let sheets = rows(&workbook::xlsx(&workbook::blank_input(profile)).unwrap());
        let Recognition::One(layout) = recognise(&sheets[0], &profiles) else {
            panic!("{:?}: {:?}", profile.kind, recognise(&sheets[0], &profiles));
        };
        assert_eq!((layout.kind, layout.header_row), (profile.kind, 1));
        assert_eq!(layout.columns.len(), profile.columns.len(), "{:?}: every column", profile.kind);
        assert_eq!(sheets[0].len(), 1, "{:?}: nothing but the header is written", profile.kind);
        assert!(matches!(recognise(&sheets[1], &profiles), Recognition::None(_)), "{:?}", profile.kind);
    }
}

#[test]
fn every_workbook_keeps_the_rules_for_workbooks() {
    every_book(walker::walk);
}

#[test]
fn a_register_that_does_not_tie_to_the_ledger_says_so() {
    let mut register = office::register(5);
    register.control.posted += Money::from_cents(1);
    let text = workbook::text(&workbook::bill_register(&register));
    assert!(text.contains("Master check: CHECK"), "a cent more in the ledger:\n{text}");
    let cover = walker::sheet(&workbook::xlsx(&workbook::bill_register(&register)).unwrap(), "Cover");
    assert_eq!(cover.get_value((3, 1)).unwrap().to_string(), "CHECK");
}

#[test]
fn a_bill_that_is_not_what_its_reading_comes_to_is_found() {
    for (at, changed) in [(0, "charges"), (3, "units"), (5, "carry")] {
        let mut register = office::register(12);
        let bill = &mut register.rows[at].bill;
        match changed {
            "charges" => bill.lines[0].amount += Money::from_cents(1),
            "units" => bill.units += Decimal::ONE,
            _ => bill.metered.as_mut().unwrap().carry += 1,
        }
        office::post(&mut register);
        let bytes = workbook::xlsx(&workbook::bill_register(&register)).unwrap();
        let proof = walker::Listed::read(&bytes, "Proof");
        assert_eq!(proof.words("Proof").iter().filter(|word| *word == "CHECK").count(), 1, "{changed}");
        assert_eq!(proof.words("Proof")[at], "CHECK", "{changed}");
        assert_eq!(walker::sheet(&bytes, "Cover").get_value((3, 1)).unwrap().to_string(), "CHECK");
    }
}

#[test]
fn a_price_that_is_every_customers_own_is_taken_as_billed() {
    let mut register = office::register(60);
    for (at, row) in (1..).zip(&mut register.rows) {
        let charges = row.bill.charges();
        row.bill.lines.push(office::tax(Money::from_cents(charges.cents() / 50 + at)));
    }
    office::post(&mut register);
    let bytes = workbook::xlsx(&workbook::bill_register(&register)).unwrap();
    assert_eq!(walker::sheet(&bytes, "Cover").get_value((3, 1)).unwrap().to_string(), "OK");
    let proof = walker::Listed::read(&bytes, "Proof");
    assert!(proof.total("As billed") > Decimal::TEN);
    let few = walker::Listed::read(
        &workbook::xlsx(&workbook::bill_register(&office::register(60))).unwrap(),
        "Proof",
    );
    assert!(!few.has("As billed"), "where every price has a rate, nothing is taken as billed");
}

/// A register whose amounts are changed at random, line by line.
fn any_register() -> impl Strategy<Value = Register> {
    let amounts = proptest::collection::vec(-99_999_i64..9_999_999, 1..120);
    (1_usize..40, amounts).prop_map(|(bills, amounts)| {
        let mut register = office::register(bills);
        let mut next = amounts.iter().cycle();
        for row in &mut register.rows {
            row.bill.lines.iter_mut().for_each(|line| line.amount = Money::from_cents(*next.next().unwrap()));
            row.bill.previous_balance = Money::from_cents(*next.next().unwrap());
        }
        office::post(&mut register);
        register
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn totals_tie(register in any_register()) {
        let bytes = workbook::xlsx(&workbook::bill_register(&register)).unwrap();
        let sheet = walker::Listed::read(&bytes, "Register");
        let total = |column: &str| sheet.total(column);
        prop_assert_eq!(total("Charges"), register.control.posted.decimal());
        prop_assert_eq!(total("Charges") + total("Previous balance"), total("Total due"));
        prop_assert_eq!(total("Posted"), register.control.posted.decimal());
        let lines = ["Fixed", "Tier 1", "Tier 2", "Tier 3", "Flat", "Wastewater", "Fees"];
        let sum: Decimal = lines.iter().filter(|column| sheet.has(column)).map(|column| total(column)).sum();
        prop_assert_eq!(sum, total("Charges"));
        for column in lines.iter().chain(&["Charges", "Previous balance", "Total due"]) {
            if sheet.has(column) {
                prop_assert_eq!(sheet.sum(column), total(column), "{} sums to its total", column);
            }
        }
        let cover = walker::sheet(&bytes, "Cover");
        let checks = cover.rows().filter(|row| row[4] == "OK" || row[4] == "CHECK");
        let failed: Vec<String> = checks.filter(|row| row[4] == "CHECK").map(|row| row[0].to_string()).collect();
        let only_proof = ["Bills rebuilt sum to the charges", "Bills whose proof is not OK"];
        prop_assert!(failed.iter().all(|says| only_proof.contains(&says.as_str())), "{:?}", failed);
    }
}

/// The functions that lay a workbook out: the module's file and the name.
fn layouts() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, text) in files_below("src/workbook", ".rs") {
        let makes_a_book = |line: &&str| line.starts_with("pub fn ") && line.contains("-> Book<");
        for line in text.lines().filter(makes_a_book) {
            let name = line.trim_start_matches("pub fn ").split(['(', '<']).next().unwrap();
            found.push((path.clone(), name.to_owned()));
        }
    }
    found
}

#[test]
fn every_workbook_is_walked_here_and_made_in_an_office() {
    let (_, every_book) = include_str!("pages.rs").split_once("fn every_book(").unwrap();
    let (every_book, _) = every_book.split_once("\n}\n").unwrap();
    let flow: String = files_below("src/flow", ".rs").into_iter().map(|(_, text)| text).collect();
    let layouts = layouts();
    assert!(layouts.len() > 20, "{layouts:?}");
    // A rated sheet has the customer's own columns and no cover: `tests/rate/customers.rs` looks at it.
    for (path, name) in layouts.into_iter().filter(|(_, name)| name != "rated_customers") {
        let call = format!("workbook::{name}(");
        assert!(every_book.contains(&call), "{path}: {name} is not in every_book");
        assert!(flow.contains(&call), "{path}: {name} is made nowhere in src/flow");
    }
}
