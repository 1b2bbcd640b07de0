//! The lists of what is on record and billed: columns, order of rows and spelling, as other programs rely on them.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::Failure;
use super::desk::Books;
use super::list::Table;
use super::money_lists::statements;
use crate::bill;
use crate::domain::books::account::BULK_CLASS;
use crate::domain::books::bill::{Bill, BillLine};
use crate::domain::books::entry::EntryKind;
use crate::domain::books::invoice::{Invoice, WorkKind};
use crate::domain::books::order::{OrderRecord, OrderState};
use crate::domain::books::permit::Permit;
use crate::domain::books::reading::AuditedRead;
use crate::domain::date::{Date, Month, Period};
use crate::domain::id::AccountId;
use crate::domain::money::Money;

pub(super) fn accounts(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let row = |account: crate::domain::books::account::Account| {
        vec![
            account.id.to_string(),
            account.customer,
            account.service_address,
            account.class,
            account.meter_size.to_string(),
            account.status.word().to_owned(),
            maybe(account.opened),
            maybe(account.closed),
            account.dwelling_units.to_string(),
            account.sewer.word().to_owned(),
            account.edu.map(quantity).unwrap_or_default(),
            account.cycle,
            account.route,
            maybe(account.sequence),
            yes_or_no(account.tenant),
        ]
    };
    let columns = &[
        "account",
        "customer",
        "service_address",
        "class",
        "meter_size",
        "status",
        "opened",
        "closed",
        "dwelling_units",
        "sewer",
        "edu",
        "cycle",
        "route",
        "sequence",
        "tenant",
    ];
    Ok(Table { columns, rows: books.ledger.accounts(as_of)?.into_iter().map(row).collect() })
}

pub(super) fn meters(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let sizes: BTreeMap<AccountId, String> = books
        .ledger
        .accounts(as_of)?
        .into_iter()
        .map(|account| (account.id, account.meter_size.to_string()))
        .collect();
    let row = |meter: crate::domain::books::meter::Meter| {
        let size = meter.size.map(|size| size.to_string());
        vec![
            meter.account.to_string(),
            meter.id.to_string(),
            size.or_else(|| sizes.get(&meter.account).cloned()).unwrap_or_default(),
            meter.register.dials.to_string(),
            meter.register.multiplier.to_string(),
            meter.register.unit.to_string(),
            meter.installed.to_string(),
            meter.initial_reading.to_string(),
            maybe(meter.removal.as_ref().map(|removal| removal.date)),
            maybe(meter.removal.as_ref().map(|removal| removal.final_reading)),
            meter.endpoint,
        ]
    };
    let columns = &[
        "account",
        "meter",
        "size",
        "dials",
        "multiplier",
        "unit",
        "installed",
        "initial_reading",
        "removed",
        "final_reading",
        "endpoint",
    ];
    Ok(Table { columns, rows: books.ledger.meters(as_of)?.into_iter().map(row).collect() })
}

pub(super) fn reads(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let audited = books.audit(as_of)?.audit;
    let mut reads: Vec<AuditedRead> = audited.accounts.into_iter().flatten().chain(audited.strays).collect();
    reads.retain(|read| period.is_none_or(|period| read.month == period));
    reads.sort_by(|a, b| {
        let key = |read: &AuditedRead| {
            (
                read.account.clone(),
                read.month,
                read.date,
                read.meter.clone(),
                read.value,
                read.code.map(|c| c.word()),
            )
        };
        key(a).cmp(&key(b))
    });
    let columns = &[
        "account",
        "meter",
        "month",
        "read_date",
        "reading",
        "code",
        "previous_date",
        "previous_reading",
        "days",
        "usage_cf",
        "exceptions",
        "severity",
        "decision",
        "state",
    ];
    Ok(Table { columns, rows: reads.iter().map(read_row).collect() })
}

fn read_row(read: &AuditedRead) -> Vec<String> {
    let period = read.previous.zip(read.date).map(|(from, to)| Period { previous: from.date, current: to });
    let words: Vec<&str> = read.exceptions.iter().map(|exception| exception.word()).collect();
    let severity = read.exceptions.iter().map(|exception| exception.severity()).max();
    vec![
        maybe(read.account.as_ref()),
        maybe(read.meter.as_ref()),
        read.month.to_string(),
        maybe(read.date),
        maybe(read.value),
        read.code.map(|code| code.word().to_owned()).unwrap_or_default(),
        maybe(read.previous.map(|point| point.date)),
        maybe(read.previous.map(|point| point.value)),
        maybe(period.map(Period::days)),
        maybe(read.usage),
        words.join(";"),
        severity.map(|severity| severity.word().to_owned()).unwrap_or_default(),
        read.verdict.map(|verdict| verdict.word().to_owned()).unwrap_or_default(),
        read.state.word().to_owned(),
    ]
}

pub(super) fn bills(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let open: BTreeMap<(EntryKind, String), Money> =
        statements(books, as_of)?.into_iter().flat_map(|statement| statement.open).collect();
    let open =
        |bill: &Bill| open.get(&(EntryKind::Bill, bill.number.to_string())).copied().unwrap_or_default();
    let records = books.ledger.bills(as_of)?;
    let rows = records
        .iter()
        .filter(|record| period.is_none_or(|period| record.bill.month == period))
        .map(|record| bill_row(&record.bill, open(&record.bill)))
        .collect();
    let columns = &[
        "bill",
        "account",
        "cycle",
        "month",
        "kind",
        "bill_date",
        "due_date",
        "from_date",
        "to_date",
        "days",
        "read_code",
        "usage",
        "usage_unit",
        "units_hcf",
        "carry",
        "tariff",
        "class",
        "meter_size",
        "dwelling_units",
        "budget_hcf",
        "over_budget_hcf",
        "charges",
        "previous_balance",
        "total_due",
        "open",
    ];
    Ok(Table { columns, rows })
}

/// The permits for bulk water as of a day, by account.
pub(super) fn permits_of(books: &Books, as_of: Date) -> Result<Vec<Permit>, Failure> {
    let ledger = &books.ledger;
    let ground = bill::PermitGround {
        accounts: &ledger.accounts(as_of)?,
        loads: &ledger.loads(as_of)?,
        meters: &ledger.meters(as_of)?,
        holds: &ledger.holds()?,
        deposits: &ledger.deposits_held(as_of)?,
        billed: &ledger.units_of_class(BULK_CLASS, as_of)?,
        days: books.office.bulk.permit_days.into(),
    };
    Ok(bill::permits(ground, as_of))
}

pub(super) fn permits(books: &Books, as_of: Date) -> Result<Table, Failure> {
    let row = |permit: Permit| {
        vec![
            permit.account.to_string(),
            permit.meter.unwrap_or_default(),
            maybe(permit.issued),
            maybe(permit.expires),
            permit.deposit_held.to_string(),
            maybe(permit.last_read_date),
            quantity(permit.billed_hcf),
        ]
    };
    let columns = &["account", "meter", "issued", "expires", "deposit_held", "last_read_date", "billed_hcf"];
    Ok(Table { columns, rows: permits_of(books, as_of)?.into_iter().map(row).collect() })
}

pub(super) fn invoices(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let open: BTreeMap<(EntryKind, String), Money> =
        statements(books, as_of)?.into_iter().flat_map(|statement| statement.open).collect();
    let row = |invoice: &Invoice| {
        let kinds = WorkKind::ALL.map(|kind| invoice.sum(kind).to_string());
        let mut row = vec![invoice.number.clone(), invoice.account.to_string()];
        row.extend([invoice.date.to_string(), invoice.due_date.to_string()]);
        row.extend(kinds);
        row.push(invoice.total().to_string());
        let owed = open.get(&(EntryKind::Fee, invoice.number.clone()));
        row.push(owed.copied().unwrap_or_default().to_string());
        row
    };
    let columns =
        &["invoice", "account", "date", "due_date", "service", "material", "labor", "total", "open"];
    let invoices = books.ledger.invoices(as_of)?;
    let within = |invoice: &&Invoice| period.is_none_or(|period| Month::of(invoice.date) == period);
    Ok(Table { columns, rows: invoices.iter().filter(within).map(row).collect() })
}

fn bill_row(bill: &Bill, open: Money) -> Vec<String> {
    let metered = bill.metered.as_ref();
    vec![
        bill.number.to_string(),
        bill.account.to_string(),
        bill.cycle.clone(),
        bill.month.to_string(),
        bill.kind.word().to_owned(),
        bill.bill_date.to_string(),
        bill.due_date.to_string(),
        maybe(metered.map(|metered| metered.period.from_date())),
        maybe(metered.map(|metered| metered.period.current)),
        maybe(metered.map(|metered| metered.period.days())),
        metered.map(|metered| metered.code.word().to_owned()).unwrap_or_default(),
        maybe(metered.map(|metered| metered.usage.amount)),
        maybe(metered.map(|metered| metered.usage.unit)),
        quantity(bill.units),
        maybe(metered.map(|metered| metered.carry)),
        bill.tariff.to_string(),
        bill.class.clone(),
        bill.meter_size.to_string(),
        bill.dwelling_units.to_string(),
        bill.budget_hcf.map(quantity).unwrap_or_default(),
        bill.over_budget_hcf.map(quantity).unwrap_or_default(),
        bill.charges().to_string(),
        bill.previous_balance.to_string(),
        bill.total_due().to_string(),
        open.to_string(),
    ]
}

pub(super) fn bill_lines(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let records = books.ledger.bills(as_of)?;
    let rows = records
        .iter()
        .filter(|record| period.is_none_or(|period| record.bill.month == period))
        .flat_map(|record| (1..).zip(&record.bill.lines).map(|(n, line)| line_row(&record.bill, n, line)))
        .collect();
    let columns = &["bill", "line", "kind", "tier", "quantity", "unit", "price", "amount"];
    Ok(Table { columns, rows })
}

fn line_row(bill: &Bill, number: u32, line: &BillLine) -> Vec<String> {
    vec![
        bill.number.to_string(),
        number.to_string(),
        line.kind.word().to_owned(),
        maybe(line.tier),
        quantity(line.quantity),
        line.unit.word().to_owned(),
        price(line.price),
        line.amount.to_string(),
    ]
}

pub(super) fn findings(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let rows = books
        .ledger
        .findings(as_of)?
        .into_iter()
        .filter(|finding| period.is_none_or(|period| Month::of(finding.date) == period))
        .map(|finding| {
            vec![
                finding.date.to_string(),
                finding.file,
                maybe(finding.row),
                finding.column,
                finding.severity,
                finding.code,
                finding.value,
            ]
        })
        .collect();
    Ok(Table { columns: &["date", "file", "row", "column", "severity", "code", "value"], rows })
}

pub(super) fn orders(books: &Books, as_of: Date, period: Option<Month>) -> Result<Table, Failure> {
    let mut records = books.ledger.orders(as_of)?;
    records.retain(|record| period.is_none_or(|period| Month::of(record.order.request.opened) == period));
    let columns = &[
        "order", "account", "meter", "kind", "reason", "opened", "due", "state", "result", "reading",
        "done_on", "done_by",
    ];
    Ok(Table { columns, rows: records.iter().map(order_row).collect() })
}

fn order_row(record: &OrderRecord) -> Vec<String> {
    let request = &record.order.request;
    let result = match &record.state {
        OrderState::Done(result) => Some(result),
        OrderState::Open | OrderState::Cancelled => None,
    };
    vec![
        record.order.number.to_string(),
        request.account.to_string(),
        maybe(request.meter.as_ref()),
        request.kind.word().to_owned(),
        request.reason.clone(),
        request.opened.to_string(),
        maybe(request.due),
        record.state.word().to_owned(),
        result.map(|result| result.action.word().to_owned()).unwrap_or_default(),
        maybe(result.and_then(|result| result.reading)),
        maybe(result.map(|result| result.date)),
        result.map(|result| result.by.clone()).unwrap_or_default(),
    ]
}

pub(super) fn maybe<T: ToString>(value: Option<T>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

pub(super) fn yes_or_no(yes: bool) -> String {
    if yes { "y" } else { "n" }.to_owned()
}

/// A quantity without trailing zeros.
fn quantity(value: Decimal) -> String {
    value.normalize().to_string()
}

/// A unit price as in the rate file, with at least two decimals.
fn price(value: Decimal) -> String {
    let mut shown = value;
    if shown.scale() < 2 {
        shown.rescale(2);
    }
    shown.to_string()
}
