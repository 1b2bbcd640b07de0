//! The tables, as a list of migrations that is only ever added to.
//!
//! `user_version` counts the migrations that ran; all that are missing run in one transaction.

use rusqlite::{Connection, TransactionBehavior};

/// The migrations, oldest first. Never change or remove one that was released.
pub(super) const MIGRATIONS: &[&str] = &[
    FIRST,
    WEATHER,
    FIELD_WORK,
    COLLECTIONS,
    CORRECTIONS,
    DECISIONS,
    MONEY,
    UNDO,
    NOTICES,
    INVOICES,
    BACK_BILLS,
    BILLS_FOUND,
    ENTRY_ORDER,
    ACCOUNT_CHANGES,
    CANCELLATIONS,
    BILLS_POSTED,
];

/// Money is in cents, dates are `YYYY-MM-DD`, decimals are text.
const FIRST: &str = "
CREATE TABLE receipt (
    sequence INTEGER PRIMARY KEY, day TEXT NOT NULL, fate TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    rows INTEGER NOT NULL, totals TEXT NOT NULL, outcome TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL,
    dropped TEXT NOT NULL, receipt_sha256 TEXT NOT NULL
) STRICT;
CREATE TABLE finding (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, file TEXT NOT NULL, sheet TEXT NOT NULL,
    row INTEGER, at INTEGER, header TEXT NOT NULL, severity TEXT NOT NULL, code TEXT NOT NULL, value TEXT NOT NULL,
    message TEXT NOT NULL
) STRICT;
CREATE TABLE closed_day (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, date TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE account (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL,
    customer TEXT NOT NULL, service_address TEXT NOT NULL, class TEXT NOT NULL, meter_size TEXT NOT NULL,
    status TEXT NOT NULL, opened TEXT, closed TEXT, dwelling_units INTEGER NOT NULL, sewer TEXT NOT NULL, edu TEXT,
    cycle TEXT NOT NULL, route TEXT NOT NULL, place INTEGER, tenant INTEGER NOT NULL, contact TEXT NOT NULL
) STRICT;
CREATE TABLE meter (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, meter TEXT NOT NULL,
    size TEXT, dials INTEGER NOT NULL, multiplier INTEGER NOT NULL, unit TEXT NOT NULL, installed TEXT NOT NULL,
    initial_reading INTEGER NOT NULL, endpoint TEXT NOT NULL
) STRICT;
CREATE TABLE read (
    sequence INTEGER NOT NULL REFERENCES receipt, number INTEGER NOT NULL, account TEXT, meter TEXT,
    date TEXT NOT NULL, value INTEGER NOT NULL, code TEXT NOT NULL, trouble TEXT NOT NULL, echo INTEGER,
    PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE verdict (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, month TEXT NOT NULL,
    verdict TEXT NOT NULL, about TEXT NOT NULL, made TEXT NOT NULL, initials TEXT NOT NULL, day TEXT NOT NULL
) STRICT;
CREATE TABLE bulk_load (
    sequence INTEGER NOT NULL REFERENCES receipt, number INTEGER NOT NULL, account TEXT NOT NULL, meter TEXT NOT NULL,
    date TEXT NOT NULL, start INTEGER, finish INTEGER, gallons INTEGER, rental_days INTEGER NOT NULL,
    deposit INTEGER NOT NULL, PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE bill_run (
    sequence INTEGER PRIMARY KEY REFERENCES receipt, cycle TEXT NOT NULL, month TEXT NOT NULL, day TEXT NOT NULL,
    main INTEGER NOT NULL
) STRICT;
CREATE TABLE tariff_used (
    sequence INTEGER NOT NULL REFERENCES bill_run, file TEXT NOT NULL, sha256 TEXT NOT NULL, effective TEXT NOT NULL
) STRICT;
CREATE TABLE held (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES bill_run, account TEXT NOT NULL, meter TEXT,
    exceptions TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE bill (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES bill_run, number TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL, cycle TEXT NOT NULL, month TEXT NOT NULL, kind TEXT NOT NULL, bill_date TEXT NOT NULL,
    due_date TEXT NOT NULL, metered TEXT, units TEXT NOT NULL, tariff TEXT NOT NULL, class TEXT NOT NULL,
    meter_size TEXT NOT NULL, dwelling_units INTEGER NOT NULL, budget_hcf TEXT, over_budget_hcf TEXT,
    previous_balance INTEGER NOT NULL
) STRICT;
CREATE TABLE working (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL, key TEXT NOT NULL, line INTEGER NOT NULL, effective TEXT,
    above TEXT, up_to TEXT
) STRICT;
CREATE TABLE bill_line (
    bill INTEGER NOT NULL REFERENCES bill, line INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL,
    tier INTEGER, quantity TEXT NOT NULL, unit TEXT NOT NULL, price TEXT NOT NULL, amount INTEGER NOT NULL,
    working INTEGER NOT NULL REFERENCES working, PRIMARY KEY (bill, line)
) STRICT, WITHOUT ROWID;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, date TEXT NOT NULL, account TEXT NOT NULL,
    kind TEXT NOT NULL, amount INTEGER NOT NULL, deposit INTEGER NOT NULL, reference TEXT NOT NULL, due_date TEXT
) STRICT;
CREATE TABLE leg (
    entry INTEGER NOT NULL REFERENCES entry, leg INTEGER NOT NULL, gl_account TEXT NOT NULL, kind TEXT NOT NULL,
    amount INTEGER NOT NULL, PRIMARY KEY (entry, leg)
) STRICT, WITHOUT ROWID;
";

/// Reports of weather stations, by day (`2026-02-09`) or month (`2026-02`), and the landscapes they are applied to.
const WEATHER: &str = "
CREATE TABLE eto (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, station TEXT NOT NULL, span TEXT NOT NULL,
    inches TEXT, flag TEXT NOT NULL
) STRICT;
CREATE TABLE landscape (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, area TEXT NOT NULL,
    special_area TEXT NOT NULL, factor TEXT NOT NULL, station TEXT NOT NULL, since TEXT NOT NULL
) STRICT;
";

/// Meter changes, field orders and their results. What a crew wants is a request until the run of the day makes an order.
const FIELD_WORK: &str = "
ALTER TABLE meter ADD COLUMN removal TEXT;
CREATE TABLE order_request (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, request TEXT NOT NULL
) STRICT;
CREATE TABLE field_order (
    number TEXT PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, day TEXT NOT NULL, request TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE order_cancelled (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, number TEXT NOT NULL, day TEXT NOT NULL
) STRICT;
CREATE TABLE field_result (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, number TEXT,
    date TEXT NOT NULL, action TEXT NOT NULL, reading INTEGER, done_by TEXT NOT NULL, read TEXT NOT NULL
) STRICT;
";

/// What a run posted for one of its bills is found by the bill: by the run alone each bill would look through all entries of it.
const BILLS_POSTED: &str = "
DROP INDEX entry_by_fact;
CREATE INDEX entry_by_fact ON entry (sequence, reference);
";

/// Why an order was cancelled; empty for those of before.
const CANCELLATIONS: &str = "ALTER TABLE order_cancelled ADD COLUMN why TEXT NOT NULL DEFAULT '';";

/// Holds, and the late fees of each run with the rule they were worked out by.
const COLLECTIONS: &str = "
CREATE TABLE hold (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, kind TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT, certificate INTEGER NOT NULL, unable_to_pay INTEGER NOT NULL,
    accepts_plan INTEGER NOT NULL
) STRICT;
CREATE TABLE late_fee_run (
    sequence INTEGER PRIMARY KEY REFERENCES receipt, day TEXT NOT NULL, rule TEXT NOT NULL
) STRICT;
CREATE TABLE late_fee (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES late_fee_run, account TEXT NOT NULL,
    bill TEXT NOT NULL, unpaid INTEGER NOT NULL, fee INTEGER NOT NULL
) STRICT;
";

/// Files that correct what was handed back: the first digits of the sha256 of the content that came back.
const CORRECTIONS: &str = "
CREATE TABLE correction (
    sequence INTEGER PRIMARY KEY REFERENCES receipt, corrects TEXT NOT NULL
) STRICT;
";

/// What was decided about rows of proposals, by workbook.
const DECISIONS: &str = "
CREATE TABLE decision (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, what TEXT NOT NULL, run_id TEXT NOT NULL,
    reference TEXT NOT NULL, token TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL,
    initials TEXT NOT NULL, day TEXT NOT NULL
) STRICT;
";

/// Payments, adjustments, decisions about money, closings.
const MONEY: &str = "
CREATE TABLE payment (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, date TEXT NOT NULL, account TEXT NOT NULL,
    amount INTEGER NOT NULL, method TEXT NOT NULL, reference TEXT NOT NULL, returned INTEGER NOT NULL
) STRICT;
CREATE INDEX payment_by_date ON payment (date);
CREATE TABLE adjustment (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, reference TEXT NOT NULL, date TEXT NOT NULL,
    account TEXT NOT NULL, amount INTEGER NOT NULL, reason TEXT NOT NULL, approved_by TEXT NOT NULL,
    note TEXT NOT NULL, waits INTEGER NOT NULL
) STRICT;
CREATE TABLE money_decision (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, what TEXT NOT NULL, decision TEXT NOT NULL,
    account TEXT NOT NULL, reference TEXT NOT NULL, amount INTEGER NOT NULL, initials TEXT NOT NULL, day TEXT NOT NULL
) STRICT;
CREATE TABLE closing (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, date TEXT NOT NULL,
    read_number INTEGER, forwarding_address TEXT NOT NULL, transfer_to TEXT
) STRICT;
";

/// Which facts are undone, and which entry an entry mirrors.
const UNDO: &str = "
CREATE TABLE undone (
    sequence INTEGER PRIMARY KEY REFERENCES receipt, target INTEGER NOT NULL UNIQUE REFERENCES receipt
) STRICT;
ALTER TABLE entry ADD COLUMN mirrors INTEGER REFERENCES entry;
";

/// Notices, and payment plans by instalment.
const NOTICES: &str = "
CREATE TABLE notice (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, date TEXT NOT NULL,
    kind TEXT NOT NULL, method TEXT NOT NULL, reached INTEGER NOT NULL, time TEXT NOT NULL, bill TEXT NOT NULL,
    returned INTEGER NOT NULL
) STRICT;
CREATE TABLE instalment (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, start TEXT NOT NULL,
    due TEXT NOT NULL, amount INTEGER NOT NULL
) STRICT;
";

/// Installation invoices.
const INVOICES: &str = "
CREATE TABLE invoice (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, number TEXT NOT NULL, account TEXT NOT NULL,
    date TEXT NOT NULL, due_date TEXT NOT NULL
) STRICT;
CREATE TABLE invoice_line (
    invoice INTEGER NOT NULL REFERENCES invoice, line INTEGER NOT NULL, worked TEXT NOT NULL, item TEXT NOT NULL,
    kind TEXT NOT NULL, quantity TEXT NOT NULL, unit_price TEXT NOT NULL, PRIMARY KEY (invoice, line)
) STRICT, WITHOUT ROWID;
";

/// Back bills of stuck meters, with their working as JSON.
const BACK_BILLS: &str = "
CREATE TABLE back_bill (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, day TEXT NOT NULL,
    reference TEXT NOT NULL UNIQUE, posted TEXT NOT NULL
) STRICT;
";

/// How the bills of an account, and of a run, are found among those of years.
const BILLS_FOUND: &str = "
CREATE INDEX bill_by_account ON bill (account);
CREATE INDEX bill_by_run ON bill (cycle, month);
";

/// What an account's entries, a fact's and those that mirror another are found by; sums by account need the index alone.
const ENTRY_ORDER: &str = "
CREATE INDEX entry_by_account ON entry (account, kind, date, amount, deposit);
CREATE INDEX entry_by_fact ON entry (sequence);
CREATE INDEX entry_by_mirrored ON entry (mirrors) WHERE mirrors IS NOT NULL;
";

/// What changed of accounts (of a new one nothing), and changes that wait for a decision.
const ACCOUNT_CHANGES: &str = "
CREATE TABLE account_change (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL,
    differences TEXT NOT NULL
) STRICT;
CREATE TABLE account_proposal (
    id INTEGER PRIMARY KEY, sequence INTEGER NOT NULL REFERENCES receipt, account TEXT NOT NULL, why TEXT NOT NULL,
    proposed TEXT NOT NULL, differences TEXT NOT NULL
) STRICT;
";

/// The tables that may grow and never change; `working` too, for lines point at it.
pub(super) const TABLES: &[&str] = &[
    "receipt",
    "finding",
    "closed_day",
    "account",
    "meter",
    "read",
    "verdict",
    "bulk_load",
    "bill_run",
    "tariff_used",
    "held",
    "bill",
    "working",
    "bill_line",
    "entry",
    "leg",
    "eto",
    "landscape",
    "order_request",
    "field_order",
    "order_cancelled",
    "field_result",
    "hold",
    "late_fee_run",
    "late_fee",
    "correction",
    "decision",
    "payment",
    "adjustment",
    "money_decision",
    "closing",
    "undone",
    "notice",
    "instalment",
    "invoice",
    "invoice_line",
    "back_bill",
    "account_change",
    "account_proposal",
];

/// The tables whose rows stay what they are when their fact is undone: what was received and told, and money, which is
/// reversed by mirror entries.
const KEPT: &[&str] = &["receipt", "finding", "entry", "undone"];

/// Brings the tables up to date; `Err` with the layout found where a later version wrote the file.
///
/// A ledger that is up to date is only looked at, so that a list can be printed while a run is writing.
pub(super) fn migrate(connection: &mut Connection) -> rusqlite::Result<Result<(), usize>> {
    match layout(connection)? {
        done if done > MIGRATIONS.len() => return Ok(Err(done)),
        done if done == MIGRATIONS.len() => return Ok(Ok(())),
        _ => {}
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    for migration in &MIGRATIONS[layout(&transaction)?..] {
        transaction.execute_batch(migration)?;
    }
    for table in TABLES {
        transaction.execute_batch(&guards(table))?;
    }
    let count = u32::try_from(MIGRATIONS.len()).expect("migrations are few");
    transaction.pragma_update(None, "user_version", count)?;
    transaction.commit()?;
    Ok(Ok(()))
}

/// Lets every question see only the facts that stand.
///
/// A view hides each table of facts behind its own name, for this connection alone: `SELECT ... FROM read` leaves out
/// what was undone, and no question can forget to. What is written goes to `main.read`.
pub(super) fn hide_undone(connection: &Connection) -> rusqlite::Result<()> {
    for table in TABLES.iter().filter(|table| !KEPT.contains(table)) {
        let sql = "SELECT count(*) FROM pragma_table_info(?) WHERE name = 'sequence'";
        let of_a_fact: bool = connection.query_row(sql, [table], |row| row.get(0))?;
        if of_a_fact {
            connection.execute_batch(&format!(
                "CREATE TEMP VIEW {table} AS SELECT * FROM main.{table} \
                 WHERE sequence NOT IN (SELECT target FROM main.undone);"
            ))?;
        }
    }
    connection.execute_batch(
        "CREATE TEMP VIEW standing_entry AS SELECT * FROM main.entry WHERE mirrors IS NULL \
         AND id NOT IN (SELECT mirrors FROM main.entry WHERE mirrors IS NOT NULL);",
    )
}

/// How many migrations ran.
pub(super) fn layout(connection: &Connection) -> rusqlite::Result<usize> {
    let done: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    Ok(usize::try_from(done).expect("the computer counts beyond 16 bits"))
}

/// Triggers that refuse to change or remove what is written.
fn guards(table: &str) -> String {
    ["UPDATE", "DELETE"]
        .map(|change| {
            format!(
                "CREATE TRIGGER IF NOT EXISTS {table}_never_{} BEFORE {change} ON {table} BEGIN \
                 SELECT RAISE(ABORT, 'the books only grow: reverse a mistake by a mirror entry'); END;",
                change.to_lowercase()
            )
        })
        .concat()
}
