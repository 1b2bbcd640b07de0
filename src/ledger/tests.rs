//! The books are guarded, balanced and come back as they were posted.

use super::*;
use crate::domain::books::batch::Batch;
use crate::domain::books::entry::{Effect, Entry, EntryKind, Leg};
use crate::domain::books::receipt::Receipt;
use crate::domain::id::AccountId;
use crate::domain::money::Money;
use crate::domain::proposals::receipts::Fate;

fn receipt(sequence: u32) -> Receipt {
    Receipt {
        sequence: Sequence(sequence),
        day: "2026-02-02".parse().unwrap(),
        fate: Fate::Accepted,
        name: "opening.csv".to_owned(),
        kind: "opening balances".to_owned(),
        rows: 1,
        totals: vec![("sum of Amount".to_owned(), "47.69".to_owned())],
        outcome: String::new(),
        file: "000001 opening.csv".to_owned(),
        sha256: "ab".to_owned(),
        dropped: String::new(),
        previous: String::new(),
    }
}

fn owed(cents: i64, other_side: i64) -> Batch {
    let leg = |account: &str, cents| Leg {
        gl_account: account.to_owned(),
        kind: "opening-balance".to_owned(),
        amount: Money::from_cents(cents),
    };
    let effect = Effect {
        date: "2025-12-18".parse().unwrap(),
        account: AccountId::new("0104021"),
        kind: EntryKind::OpeningBalance,
        amount: Money::from_cents(cents),
        deposit: Money::ZERO,
        reference: "OB-20251218-0104021".to_owned(),
        due_date: Some("2026-01-07".parse().unwrap()),
    };
    let entry = Entry { effect, legs: vec![leg("1200", cents), leg("3900", other_side)] };
    Batch { entries: vec![entry], ..Batch::default() }
}

#[test]
fn what_is_written_can_be_neither_changed_nor_removed() {
    let mut ledger = Ledger::passing().unwrap();
    ledger.append(&receipt(1), "cd", &owed(4769, -4769)).unwrap();
    for table in ["receipt", "entry", "leg"] {
        for sql in [
            format!("DELETE FROM {table}"),
            format!("UPDATE {table} SET rowid = rowid"),
            format!("INSERT OR REPLACE INTO main.{table} SELECT * FROM {table}"),
        ] {
            let sql = if table == "leg" { sql.replace("rowid = rowid", "amount = 0") } else { sql };
            let refused = ledger.connection.execute(&sql, []).unwrap_err().to_string();
            assert!(refused.contains("the books only grow"), "{sql}: {refused}");
        }
    }
    for table in schema::TABLES {
        let triggers: i64 = ledger
            .connection
            .query_row(
                "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?",
                [table],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(triggers, 2, "{table}");
    }
    let tables: i64 = ledger
        .connection
        .query_row("SELECT count(*) FROM sqlite_master WHERE type = 'table'", [], |row| row.get(0))
        .unwrap();
    assert_eq!(usize::try_from(tables).unwrap(), schema::TABLES.len(), "every table is guarded");
}

#[test]
#[should_panic(expected = "out of balance by 0.01")]
fn an_entry_out_of_balance_is_never_written() {
    let mut ledger = Ledger::passing().unwrap();
    let _ = ledger.append(&receipt(1), "cd", &owed(4769, -4768));
}

#[test]
#[should_panic(expected = "in the order of the archive")]
fn a_fact_out_of_turn_is_never_written() {
    let mut ledger = Ledger::passing().unwrap();
    let _ = ledger.append(&receipt(2), "cd", &Batch::default());
}

#[test]
fn migrations_run_once_and_a_later_layout_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ledger.db");
    drop(Ledger::open(&path).unwrap());
    let ledger = Ledger::open(&path).unwrap();
    assert_eq!(ledger.head().unwrap(), None);
    ledger.connection.pragma_update(None, "user_version", 99).unwrap();
    drop(ledger);
    let refused = Ledger::open(&path).err().unwrap().to_string();
    assert!(refused.contains("later version of meterbook (layout 99"), "{refused}");
}

#[test]
fn entries_come_back_as_they_were_posted() {
    let mut ledger = Ledger::passing().unwrap();
    ledger.append(&receipt(1), "cd", &owed(4769, -4769)).unwrap();
    let before = |day: &str| ledger.balances(day.parse().unwrap()).unwrap();
    assert_eq!(before("2025-12-17").len(), 0);
    assert_eq!(before("2025-12-18")[&AccountId::new("0104021")], Money::from_cents(4769));
    let entries = ledger.entries("2026-01-01".parse().unwrap()).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0].kind, entries[0].amount.to_string()),
        (EntryKind::OpeningBalance, "47.69".to_owned())
    );
}

#[test]
fn entries_are_found_without_walking_the_books() {
    let ledger = Ledger::passing().unwrap();
    let plan = |sql: &str| -> String {
        let mut asked = ledger.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = asked.query_map([], |row| row.get::<_, String>(3)).unwrap();
        steps.map(|step| step.unwrap()).collect::<Vec<_>>().join("; ")
    };
    for (sql, how) in [
        (
            "SELECT * FROM entry WHERE account = '0101' AND date <= '2026-01-01'",
            "SEARCH entry USING INDEX entry_by_account",
        ),
        ("SELECT * FROM entry WHERE sequence = 7", "SEARCH entry USING INDEX entry_by_fact"),
        (
            "SELECT * FROM bill JOIN entry ON entry.sequence = bill.sequence AND entry.reference = bill.number \
             WHERE cycle = '1' AND month = '2026-02'",
            "SEARCH entry USING INDEX entry_by_fact (sequence=? AND reference=?)",
        ),
        (
            "SELECT account, sum(amount) FROM entry WHERE date <= '2026-01-01' GROUP BY account",
            "SCAN entry USING COVERING INDEX entry_by_account",
        ),
        (
            "SELECT account, kind, sum(amount), sum(deposit) FROM entry WHERE date <= '2026-01-01' GROUP BY account, kind",
            "SCAN entry USING COVERING INDEX entry_by_account",
        ),
        ("SELECT reference FROM standing_entry WHERE account = '0101'", "INDEX entry_by_mirrored"),
    ] {
        let plan = plan(sql);
        assert!(plan.contains(how), "{sql}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{sql}: {plan}");
    }
}
