//! What holds on every list that takes decisions, besides what tampering comes to.

use std::collections::BTreeSet;
use std::fs;

use meterbook::domain::page::seal::{DECISION, INITIALS, REF};
use meterbook::domain::page::{Page, Table};
use meterbook::domain::proposals::receipts::Fate;
use meterbook::flow::{self, FileOutcome, UndoQuery};

use crate::pages::every_book;
use crate::support::desk::told;
use crate::support::golden;
use crate::tampered::{Waiting, every_list};

/// Drops a workbook as the only file of the list's day.
fn returned(list: &Waiting, book: &[u8]) -> FileOutcome {
    list.desk.drop("back.xlsx", book);
    let mut files = list.desk.run(list.day).files;
    assert_eq!(files.len(), 1);
    files.remove(0)
}

fn codes(file: &FileOutcome) -> BTreeSet<&'static str> {
    file.findings.iter().map(|finding| finding.code.word()).collect()
}

/// The words that the Decision cells of a list offer, and the list's name.
fn offered() -> Vec<(String, Vec<String>)> {
    let mut offered = Vec::new();
    every_book(|_, book| {
        let tables = book.pages.iter().filter_map(|page| match page {
            Page::Table(table) | Page::Summary(table, _) => Some(table),
            Page::Cover(_) | Page::Handout(_) | Page::Input(_) | Page::Merge(_) => None,
        });
        let takes = |table: &&Table<'_>| {
            [REF, DECISION, INITIALS]
                .iter()
                .all(|name| table.columns.iter().any(|column| column.name == *name))
        };
        for table in tables.filter(takes) {
            let decision = table.columns.iter().find(|column| column.name == DECISION).unwrap();
            let words = decision.entry.clone().map(|entry| entry.choices).unwrap_or_default();
            offered.push((table.name.clone(), words));
        }
    });
    offered
}

#[test]
fn every_word_that_a_list_offers_is_one_that_it_takes() {
    let offered = offered();
    for list in every_list() {
        let (_, words) = offered.iter().find(|(name, _)| name == list.list).unwrap();
        assert!(!words.is_empty(), "{} offers nothing", list.list);
        let desk = list.desk.copy();
        for word in words {
            desk.drop(&format!("{word}.xlsx"), &list.with(&list.decided(), &[("Decision", word)]));
        }
        for file in desk.run(list.day).files {
            let unknown = file.findings.iter().any(|finding| {
                finding.column == DECISION && finding.message.contains("is not a word that is known")
            });
            assert!(!unknown, "{}, {}: {}", list.list, file.name, told(&file));
        }
    }
}

#[test]
fn a_workbook_whose_rows_wait_says_how_to_decide() {
    let mut silent = BTreeSet::new();
    every_book(|name, book| {
        let decides = |page: &Page<'_>| match page {
            Page::Table(table) => {
                let has = |name: &str| table.columns.iter().any(|column| column.name == name);
                table.rows > 0 && has(DECISION) && has(INITIALS) && has(REF)
            }
            _ => false,
        };
        let told = book.pages.iter().any(|page| match page {
            Page::Cover(cover) => cover.sections.iter().any(|section| section.title.starts_with("How to ")),
            _ => false,
        });
        if !told && book.pages.iter().any(decides) {
            silent.insert(name.to_owned());
        }
    });
    assert!(silent.is_empty(), "{silent:?} do not say how to decide");
}

#[test]
fn what_was_held_by_a_return_is_decided_on_a_newer_copy() {
    let mut tried = 0;
    for list in every_list().into_iter().filter(|list| list.by_run) {
        let first = list.decided();
        let file = returned(&list, &list.with(&first, &[("Decision", "Hold")]));
        if file.fate != Fate::Accepted {
            continue; // a list of which nothing can be held
        }
        tried += 1;
        let again = returned(&list, &list.with(&first, &[("Initials", "AL")]));
        assert_eq!(again.fate, Fate::Returned, "{}: {}", list.list, told(&again));
        assert!(codes(&again).contains("returned-before"), "{}: {}", list.list, told(&again));
    }
    assert!(tried >= 3, "{tried} lists can hold a row");
}

#[test]
fn who_prepares_approves_on_no_list_where_the_office_forbids_it() {
    let mut refused = BTreeSet::new();
    for list in every_list() {
        let path = list.desk.root().join("office.toml");
        let text = fs::read_to_string(&path).unwrap();
        let forbids = "[approval]\npreparer_may_approve = false\nprepared_by = \"KB\"";
        let text = match text.contains("[approval]") {
            true => text.replacen("[approval]", forbids, 1),
            false => format!("{text}\n{forbids}\n"),
        };
        fs::write(&path, text).unwrap();
        let file = returned(&list, &list.decided());
        if codes(&file).contains("same-person") {
            refused.insert(list.list);
        }
    }
    let approved = ["Back bills", "Deposits", "Due", "Proposed", "Register", "Schedule", "Settled"];
    assert_eq!(refused, BTreeSet::from(approved), "lists on which KB, who prepares, cannot approve");
}

#[test]
fn what_rests_on_a_decision_is_taken_back_before_it() {
    let mut text = String::new();
    for list in every_list() {
        let file = returned(&list, &list.decided());
        assert_eq!(file.fate, Fate::Accepted, "{}: {}", list.list, told(&file));
        let today = list.day.parse().unwrap();
        let recent = flow::status(&list.desk.root(), today).unwrap().recent;
        let sequence = recent.iter().rev().find(|row| row.name == "back.xlsx").unwrap().sequence;
        let query = UndoQuery { sequence, today, reason: String::new() };
        let end = match flow::undo(&list.desk.root(), query) {
            Ok(_) => "taken back".to_owned(),
            Err(refused) => refused.to_string(),
        };
        text.push_str(&format!("{}: {end}\n", list.list));
    }
    golden::check("decided/undo.txt", &text);
}
