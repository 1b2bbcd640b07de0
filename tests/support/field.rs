//! Invented field orders and read audits for the workbooks.

use meterbook::domain::books::order::{
    Action, FieldResult, Order, OrderKind, OrderRecord, OrderRequest, OrderState,
};
use meterbook::domain::books::reading::{ChangedOut, Exception, ReadCode, ReadPoint};
use meterbook::domain::date::{Month, plus_days};
use meterbook::domain::id::{AccountId, MeterId, OrderNumber, Sequence};
use meterbook::domain::proposals::explanation::Reason;
use meterbook::domain::proposals::field_work::{FieldWork, OrderSheet};
use meterbook::domain::proposals::read_audit::{
    AuditNote, AuditRow, AuditState, ChangedMeter, Comparison, HashTotals, ReadAudit, ReadsFile, Subject,
};
use meterbook::domain::proposals::register::{Customer, Source};
use meterbook::domain::volume::{Usage, VolumeUnit};
use rust_decimal::Decimal;

use super::office::date;

/// Field orders of every kind, so many of them open and one in three as many closed.
pub(crate) fn field_work(orders: usize) -> FieldWork {
    let sheet = |at: usize, state: OrderState| {
        let account = AccountId::new(format!("{:07}", 100_400 + at * 7));
        let kind = OrderKind::ALL[at % 6];
        let opened = plus_days(date("2026-02-23"), i64::try_from(at % 5).unwrap());
        let reason = [
            "runs-backwards;echo-mismatch",
            "Asks for a leak check",
            "stuck",
            "202601-0100421",
            "paid",
            "=1+1",
        ];
        let request = OrderRequest {
            meter: (at % 7 != 5).then(|| MeterId::new(format!("M{:08}", 20_000_000 + at))),
            account,
            kind,
            reason: reason[at % 6].to_owned(),
            opened,
            due: (kind == OrderKind::LockOff).then_some(date("2026-03-03")),
            month: None,
        };
        let number = OrderNumber::new(format!("FO-{}-{:03}", opened.format("%Y%m%d"), at + 1));
        let read =
            |months: i64, value: i64| ReadPoint { date: plus_days(date("2026-02-10"), -30 * months), value };
        OrderSheet {
            overtaken: None,
            cancelled: match state {
                OrderState::Cancelled => {
                    "paid, locked off or no longer active: not on the list any more".to_owned()
                }
                OrderState::Open | OrderState::Done(_) => String::new(),
            },
            record: OrderRecord { order: Order { number, request }, state },
            customer: ["Ella Sorrel", "Otto N\u{fa}\u{f1}ez", "Trailside Shops LLC"][at % 3].to_owned(),
            service_address: format!("{} Maple Ave", 7_800 + at),
            phone: "760-555-0100".to_owned(),
            route: "07".to_owned(),
            last_reads: [Some(read(0, 100_900)), (at % 4 != 3).then(|| read(1, 100_100))],
        }
    };
    let closed = |at: usize| {
        let account = AccountId::new(format!("{:07}", 100_400 + at * 7));
        let result = FieldResult {
            account,
            order: None,
            date: date("2026-02-25"),
            action: Action::ALL[at % 5],
            reading: (at % 5 == 2).then_some(100_950),
            by: "JM".to_owned(),
            read: None,
        };
        if at % 4 == 3 { OrderState::Cancelled } else { OrderState::Done(result) }
    };
    FieldWork {
        office: "Joshua Flats Water District".to_owned(),
        month: Month::new(2026, 2).unwrap(),
        day: date("2026-02-26"),
        run_id: "000031 (field orders 2026-02-26)".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        open_in: None,
        open: (0..orders).map(|at| sheet(at, OrderState::Open)).collect(),
        closed: (0..orders / 3).map(|at| sheet(100 + at, closed(at))).collect(),
    }
}

/// A read audit of so many meters, in every state in turn.
pub(crate) fn read_audit(meters: usize) -> ReadAudit {
    let month = Month::new(2026, 2).unwrap();
    ReadAudit {
        office: "Joshua Flats Water District".to_owned(),
        cycle: "1".to_owned(),
        month,
        day: date("2026-02-12"),
        run_id: "(read audit 2026-02 cycle 1) AbCdEfGhIjK".to_owned(),
        chain_head: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        sources: vec![Source {
            sequence: Sequence(12),
            name: "reads-2026-02.xlsx".to_owned(),
            kind: "reads".to_owned(),
            rows: meters as u64,
            sha256: "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9".to_owned(),
        }],
        rows: (0..meters).map(|at| audit_row(at, month)).collect(),
        notes: (0..meters / 3).map(audit_note).collect(),
        changes: (0..meters / 9).map(changed_meter).collect(),
        files: (0..meters.min(2)).map(reads_file).collect(),
    }
}

fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 100_400 + at * 7))
}

fn audit_row(at: usize, month: Month) -> AuditRow {
    let states = [
        AuditState::Usable,
        AuditState::Held,
        AuditState::Billed,
        AuditState::NotReadYet,
        AuditState::Usable,
        AuditState::NotBilled,
    ];
    let state = states[at % 6];
    let (band, exception) = [
        ("highest", Some(Exception::Highest)),
        ("", Some(Exception::RunsBackwards)),
        ("normal", None),
        ("", None),
        ("low", Some(Exception::Low)),
        ("zero", Some(Exception::InactiveWithUsage)),
    ][at % 6];
    let used = 137 * i64::try_from(at % 41).unwrap();
    let read = (state != AuditState::NotReadYet)
        .then(|| ReadPoint { date: date("2026-02-10"), value: 90_000 + used });
    let usage =
        read.filter(|_| state != AuditState::Held).map(|_| Usage { amount: used, unit: VolumeUnit::Cf });
    let hcf = |cf: i64| Decimal::new(cf, 2);
    let mut months = [None; 13];
    for (back, slot) in months.iter_mut().enumerate().filter(|(back, _)| at % 5 != 3 || *back > 6) {
        *slot = Some(hcf(used + i64::try_from(back * 31 % 97).unwrap()));
    }
    months[12] = usage.map(|usage| hcf(usage.amount));
    AuditRow {
        overtaken: None,
        reference: format!("202602-{}", account(at)),
        token: if state == AuditState::Held { format!("token{at}") } else { String::new() },
        account: account(at),
        customer: Customer {
            name: ["Ella Sorrel", "Otto N\u{fa}\u{f1}ez", "=Trailside Shops"][at % 3].to_owned(),
            service_address: format!("{} Maple Ave", 7_800 + at),
            class: ["residential", "residential", "commercial"][at % 3].to_owned(),
            route: "07".to_owned(),
            autopay: false,
        },
        meter: Some(MeterId::new(format!("M{:08}", 20_000_000 + at))),
        month,
        previous: Some(ReadPoint { date: date("2026-01-12"), value: 90_000 }),
        read,
        code: read.map(|_| ReadCode::Actual),
        usage,
        comparison: usage.map(|usage| Comparison {
            usage: hcf(usage.amount).round_dp(1),
            usual: Decimal::new(87, 1),
            with: "the same month last year",
        }),
        band,
        reasons: exception
            .map(|exception| Reason {
                exception,
                numbers: "The numbers that met the rule, in a sentence.".to_owned(),
            })
            .into_iter()
            .collect(),
        state,
        months,
    }
}

fn audit_note(at: usize) -> AuditNote {
    let subject = Subject::ALL[at % 5];
    let known = subject != Subject::NotOnRecord;
    AuditNote {
        subject,
        account: known.then(|| account(at)),
        customer: if known { "Ella Sorrel".to_owned() } else { String::new() },
        service_address: if known { "7837 Maple Ave".to_owned() } else { String::new() },
        meter: (at % 10 != 5).then(|| MeterId::new(format!("M{:08}", 99_000_000 + at))),
        read: (subject != Subject::NoRead).then(|| ReadPoint { date: date("2026-02-10"), value: 77 }),
        says: "What is there, and what is on record.".to_owned(),
        file: "000012 reads-2026-02.xlsx".to_owned(),
        reference: format!("000012-{}", at + 1),
        token: if known { String::new() } else { format!("stray{at}") },
    }
}

fn changed_meter(at: usize) -> ChangedMeter {
    ChangedMeter {
        account: account(at),
        customer: "Ella Sorrel".to_owned(),
        old: ChangedOut {
            meter: MeterId::new(format!("M{:08}", 10_000_000 + at)),
            previous: 61_200,
            date: date("2026-02-03"),
            final_reading: 61_330,
            usage: 130,
        },
        new: (MeterId::new(format!("M{:08}", 20_000_000 + at)), 0),
        reason: "stuck".to_owned(),
        crew: "JM".to_owned(),
    }
}

/// The third file lacks a read in the ledger.
pub(crate) fn reads_file(at: usize) -> ReadsFile {
    let file = HashTotals { reads: 1_204, readings: Some(98_123_456), meter_digits: Some(31_415) };
    let missing = u64::from(at == 2);
    ReadsFile {
        name: format!("{:06} reads-{at}.xlsx", 12 + at),
        file,
        ledger: HashTotals { reads: file.reads - missing - u64::from(at == 1), ..file },
        passed_over: u64::from(at == 1),
    }
}
