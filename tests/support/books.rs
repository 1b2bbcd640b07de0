//! Small books that are posted to by the rules of the program, without an office around them.

use std::collections::BTreeMap;
use std::sync::Arc;

use meterbook::domain::books::account::{Account, Contact, MeterSize, Sewer, Status};
use meterbook::domain::books::balance::Aging;
use meterbook::domain::books::batch::Batch;
use meterbook::domain::books::bill::{Bill, BillKind, BillLine, BillRun};
use meterbook::domain::books::charge::{ChargeKind, ChargeUnit};
use meterbook::domain::books::control::{
    AccountControl, ControlNames, OpenCharges, Span, UnappliedMovement, Unpaid,
};
use meterbook::domain::books::entry::EntryKind;
use meterbook::domain::books::known::Known;
use meterbook::domain::books::late_fee::{LateFee, LateFeeRule};
use meterbook::domain::books::money_in::{MoneyVerdict, PaymentFact};
use meterbook::domain::books::receipt::Receipt;
use meterbook::domain::books::undo::Undo;
use meterbook::domain::date::{Date, Month, plus_days};
use meterbook::domain::finding::Severity;
use meterbook::domain::id::{AccountId, BillNumber, Sequence};
use meterbook::domain::money::Money;
use meterbook::domain::office::Office;
use meterbook::domain::origin::SheetName;
use meterbook::domain::proposals::adjustments_register::{AdjustmentsRegister, WorkedLeak};
use meterbook::domain::proposals::journal::MonthlyJournal;
use meterbook::domain::proposals::past_due::{AgedAccount, AssessedLateFee, PastDueList};
use meterbook::domain::proposals::receipts::Fate;
use meterbook::domain::proposals::receivables_control::{ControlledAccount, ReceivablesControl};
use meterbook::domain::proposals::register::{Customer, RegisterRow};
use meterbook::domain::proposals::statement::AccountStatement;
use meterbook::domain::rows::{
    AdjustmentRow, DecisionRow, DepositRow, MoneyDecisionRow, OpeningRow, Rows, SheetRows,
};
use meterbook::domain::sheet::place::{Numbered, Place};
use meterbook::domain::sheet::profile::{Kind, Layout};
use meterbook::ledger::Ledger;
use meterbook::{post, receivables};
use rust_decimal::Decimal;

use super::office::date;

/// The classes of the accounts, in turn.
const CLASSES: [&str; 3] = ["residential", "commercial", "multi-residential"];

/// The newest receipt's hash, as the workbooks have it.
const CHAIN_HEAD: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Books of some accounts.
pub(crate) struct Books {
    pub(crate) ledger: Ledger,
    pub(crate) office: Office,
    pub(crate) known: Known,
    next: u32,
}

/// The number of the account in a place.
pub(crate) fn account(at: usize) -> AccountId {
    AccountId::new(format!("{:07}", 104_007 + 7 * at))
}

fn numbered<T>(value: T) -> Vec<Numbered<T>> {
    vec![Numbered { row: 2, value }]
}

impl Books {
    /// Books of so many accounts that nobody has posted to.
    pub(crate) fn new(accounts: usize) -> Books {
        let office = Office::parse("[office]\nname = \"Joshua Flats Water District\"\n").unwrap();
        let known = Known {
            accounts: (0..accounts).map(|at| (account(at), customer(at))).collect(),
            ..Known::default()
        };
        Books { ledger: Ledger::passing().unwrap(), office, known, next: 1 }
    }

    /// Posts a batch as the fact of a day.
    pub(crate) fn post(&mut self, day: Date, fate: Fate, batch: &Batch) -> Sequence {
        let sequence = Sequence(self.next);
        let text = String::new;
        let receipt = Receipt {
            sequence,
            day,
            fate,
            name: format!("file {sequence}.csv"),
            kind: text(),
            rows: 1,
            totals: vec![],
            outcome: text(),
            file: text(),
            sha256: text(),
            dropped: text(),
            previous: text(),
        };
        batch.entries.iter().for_each(|entry| entry.assert_ties(&self.office.gl));
        self.ledger.append(&receipt, "", batch).unwrap();
        self.next += 1;
        sequence
    }

    /// Takes in rows as a file of a day.
    pub(crate) fn take(&mut self, day: Date, rows: Rows) -> Sequence {
        let (file, sheet) = (Arc::from("file.csv"), Arc::from(""));
        let layout = Layout { kind: Kind::Payments, header_row: 1, columns: vec![] };
        let place = Place { name: SheetName { file, sheet }, layout };
        let sheet = SheetRows { place, rows, totals: vec![] };
        let ground =
            post::Ground { office: &self.office, today: day, sequence: Sequence(self.next), named: 0 };
        let desk = post::Desk {
            waiting: BTreeMap::new(),
            estimate: &|_, _| unreachable!("no read is decided"),
            back_bills: BTreeMap::new(),
        };
        let batch = post::plan(&sheet, &self.known, ground, &desk);
        let refused = batch.findings.iter().find(|finding| finding.severity == Severity::Error);
        assert!(refused.is_none(), "{refused:?}");
        self.post(day, Fate::Accepted, &batch)
    }

    /// Money from a customer, or back to the bank.
    pub(crate) fn paid(&mut self, day: Date, account: AccountId, cents: i64, returned: bool) -> Sequence {
        let fact = PaymentFact {
            date: day,
            account,
            amount: Money::from_cents(cents),
            method: "check".to_owned(),
            reference: format!("P{}", self.next),
            returned,
        };
        let rows = numbered(fact);
        self.take(day, if returned { Rows::ReturnedPayments(rows) } else { Rows::Payments(rows) })
    }

    /// An adjustment that somebody approved.
    pub(crate) fn adjusted(&mut self, day: Date, account: AccountId, cents: i64) -> Sequence {
        let row = AdjustmentRow {
            date: day,
            account,
            amount: Money::from_cents(cents),
            reason: "billing-error".to_owned(),
            approved_by: "RM".to_owned(),
            note: String::new(),
        };
        self.take(day, Rows::Adjustments(numbered(row)))
    }

    /// A deposit.
    pub(crate) fn deposited(&mut self, day: Date, account: AccountId, cents: i64) -> Sequence {
        let (amount, reference) = (Money::from_cents(cents), format!("D{}", self.next));
        self.take(day, Rows::Deposits(numbered(DepositRow { date: day, account, amount, reference })))
    }

    /// What was owed when the books were opened.
    pub(crate) fn owed(&mut self, day: Date, account: AccountId, cents: i64) -> Sequence {
        let amount = Money::from_cents(cents);
        let row = OpeningRow { account, bill_date: day, due_date: None, amount };
        self.take(day, Rows::OpeningBalances(numbered(row)))
    }

    /// A bill run of some accounts, each with the amounts of its lines.
    pub(crate) fn billed(&mut self, day: Date, bills: &[(AccountId, [i64; 4])]) -> Sequence {
        let bills = bills.iter().map(|(account, cents)| bill(day, account, *cents, self.next)).collect();
        let (month, cycle) = (Month::of(day), "1".to_owned());
        let run = BillRun { cycle, month, day, main: true, tariffs: vec![], bills, held: vec![] };
        let batch = post::bill_run(run, &self.office.gl);
        self.post(day, Fate::Posted, &batch)
    }

    /// The late fees of a day.
    pub(crate) fn late(&mut self, day: Date) -> Sequence {
        let rule = LateFeeRule::of(&self.office.collections.late_fee);
        let effects = self.ledger.standing_entries_of_debtors(day).unwrap();
        let run = receivables::late_fees(&effects, &[], rule, day);
        let batch = post::late_fees(run, &self.office.gl);
        self.post(day, Fate::Posted, &batch)
    }

    /// Settles an account as one that was closed.
    pub(crate) fn settled(&mut self, day: Date, account: &AccountId, to: Option<&AccountId>) -> Sequence {
        let owed = self.ledger.balances(day).unwrap().get(account).copied().unwrap_or_default();
        let held = self.ledger.deposits_held(day).unwrap().get(account).copied().unwrap_or_default();
        let settled = receivables::settle(account, owed, held, to, self.office.closing.refund_minimum);
        let entries =
            settled.map(|settled| post::settlement(&settled, day, &self.office.gl)).unwrap_or_default();
        self.post(day, Fate::Posted, &Batch { entries, ..Batch::default() })
    }

    /// Takes a fact back.
    pub(crate) fn undone(&mut self, day: Date, target: Sequence) -> Sequence {
        let posted = self.ledger.entries_of(target).unwrap();
        let batch = post::undo(&Undo { target, reason: String::new() }, &posted, day);
        self.post(day, Fate::Undo, &batch)
    }

    /// What is unpaid as of a day.
    fn unpaid(&self, as_of: Date) -> Vec<Unpaid> {
        receivables::unpaid(&self.ledger.standing_entries_of_debtors(as_of).unwrap(), as_of)
    }

    /// The control of each account between two days.
    fn controls(&self, span: Span) -> Vec<AccountControl> {
        let open = |as_of: Date| {
            let mut found: BTreeMap<AccountId, OpenCharges> = BTreeMap::new();
            for item in self.unpaid(as_of) {
                let is_bill = item.kind == EntryKind::Bill;
                let lines = if is_bill { self.ledger.charges_of(&item.reference).unwrap() } else { vec![] };
                found.entry(item.account.clone()).or_default().extend(receivables::by_charge(&item, &lines));
            }
            found
        };
        let movements = self.ledger.movements(span).unwrap();
        receivables::control(&movements, open(plus_days(span.from, -1)), open(span.to))
    }

    /// The past-due list as of the end of a span.
    pub(crate) fn past_due(&self, span: Span) -> PastDueList {
        let aged = receivables::aged(&self.controls(span), &self.unpaid(span.to), span.to).into_iter();
        let customer = |account: &AccountId| self.known.accounts[account].customer.clone();
        let account = |(id, aging): (AccountId, Aging)| {
            let account = &self.known.accounts[&id];
            AgedAccount {
                customer: account.customer.clone(),
                phone: "760-555-0142".to_owned(),
                class: account.class.clone(),
                status: account.status,
                account: id,
                aging,
            }
        };
        let fees = self.ledger.late_fees_in(span).unwrap().into_iter();
        PastDueList {
            office: self.office.office.name.clone(),
            month: Month::of(span.to),
            as_of: span.to,
            run_id: format!("past due list to {} receipt {:06}", span.to, self.next - 1),
            chain_head: CHAIN_HEAD.to_owned(),
            accounts: aged.map(account).collect(),
            items: self
                .unpaid(span.to)
                .into_iter()
                .map(|item| (item.clone(), customer(&item.account)))
                .collect(),
            late_fees: fees
                .map(|(day, rule, late)| AssessedLateFee {
                    day,
                    rule,
                    customer: customer(&late.account),
                    late,
                })
                .collect(),
            receivable: self.ledger.gl_balance(&self.office.gl.receivable, span.to).unwrap(),
        }
    }

    /// The receivables control between two days.
    pub(crate) fn control(&self, span: Span) -> ReceivablesControl {
        let movements = self.ledger.movements(span).unwrap();
        let ledger = self.ledger.gl_movements(span).unwrap();
        let of = |control: AccountControl| {
            let account = &self.known.accounts[&control.account];
            let (customer, class) = (account.customer.clone(), account.class.clone());
            ControlledAccount { control, customer, class }
        };
        let gl = &self.office.gl;
        let stands = |account: &str| {
            let as_of = |day| self.ledger.gl_balance(account, day).unwrap();
            (as_of(plus_days(span.from, -1)), as_of(span.to))
        };
        let negative = |(before, after): (Money, Money)| (-before, -after);
        let deposits = receivables::deposit_movements(&movements).into_iter();
        ReceivablesControl {
            office: self.office.office.name.clone(),
            month: Month::of(span.to),
            span,
            run_id: format!("receivables control to {} receipt {:06}", span.to, self.next - 1),
            chain_head: CHAIN_HEAD.to_owned(),
            accounts: self.controls(span).into_iter().map(of).collect(),
            posted: receivables::posted(&ledger, |account| account == gl.receivable),
            deposits: deposits
                .map(|moved| {
                    let customer = self.known.accounts[&moved.account].customer.clone();
                    (moved, customer)
                })
                .collect(),
            unapplied: self.unapplied(span),
            ledger,
            names: gl.clone(),
            stands: [
                stands(&gl.receivable),
                negative(stands(&gl.deposits)),
                negative(stands(&gl.unapplied_cash)),
            ],
        }
    }

    /// The register of adjustments between two days.
    pub(crate) fn adjustments(&self, span: Span) -> AdjustmentsRegister {
        let ledger = &self.ledger;
        let (records, decisions) =
            (ledger.adjustment_records().unwrap(), ledger.adjustment_decisions().unwrap());
        let posted = ledger.posted_adjustments(span).unwrap();
        let movements = ledger.movements(span).unwrap();
        let own = movements.iter().filter(|movement| movement.kind == EntryKind::Adjustment);
        let rows = receivables::adjustments_register(&posted, &records, &decisions, span);
        let customer = |account: &AccountId| self.known.accounts[account].customer.clone();
        AdjustmentsRegister {
            office: self.office.office.name.clone(),
            month: Month::of(span.to),
            span,
            run_id: format!("adjustments register to {} receipt {:06}", span.to, self.next - 1),
            chain_head: CHAIN_HEAD.to_owned(),
            rows: rows.into_iter().map(|row| (row.clone(), customer(&row.account))).collect(),
            leaks: vec![],
            posted: own.map(|movement| movement.within).sum(),
            prepared_by: "KB".to_owned(),
            approval_from: self.office.adjustments.approval_from,
            names: self.office.gl.clone(),
        }
    }

    /// An adjustment as typed, and what was decided on it the day after.
    fn asked(&mut self, day: Date, row: AdjustmentRow, decided: Option<MoneyVerdict>) {
        let reference = format!("A{:06}-2", self.next);
        self.take(day, Rows::Adjustments(numbered(row)));
        let Some(verdict) = decided else { return };
        self.known.money.waiting = self.ledger.waiting_adjustments().unwrap();
        let (account, amount) = (None, None);
        let decision = MoneyDecisionRow { reference, account, amount, verdict, initials: "RM".to_owned() };
        self.take(plus_days(day, 1), Rows::Decisions(numbered(DecisionRow::Money(decision))));
    }

    /// The statement of an account.
    pub(crate) fn statement(&self, account: &AccountId, span: Span) -> AccountStatement {
        let (before, entries): (Vec<_>, Vec<_>) = self
            .ledger
            .stated_entries(account, span.to)
            .unwrap()
            .into_iter()
            .partition(|stated| stated.entry.date < span.from);
        let standing = self.ledger.standing_entries_of(account, span.to).unwrap();
        let of = &self.known.accounts[account];
        AccountStatement {
            office: self.office.office.name.clone(),
            account: account.clone(),
            customer: Customer {
                name: of.customer.clone(),
                service_address: of.service_address.clone(),
                class: of.class.clone(),
                route: of.route.clone(),
                autopay: false,
            },
            span,
            opening: before.iter().map(|stated| stated.entry.amount).sum(),
            deposit: before.iter().chain(&entries).map(|stated| stated.entry.deposit).sum(),
            unpaid: receivables::unpaid(&standing, span.to),
            units: Decimal::from(7),
            entries,
        }
    }

    /// The journal between two days.
    pub(crate) fn journal(&self, span: Span) -> MonthlyJournal {
        let ledger = &self.ledger;
        let (billed, received) = (ledger.billed(span).unwrap(), ledger.received(span).unwrap());
        let movements = ledger.movements(span).unwrap();
        let mut names = ControlNames::default();
        names.add(&self.office.gl);
        MonthlyJournal {
            office: self.office.office.name.clone(),
            month: Month::of(span.to),
            span,
            run_id: format!("journal to {} receipt {:06}", span.to, self.next - 1),
            chain_head: CHAIN_HEAD.to_owned(),
            lines: receivables::journal(ledger.postings(Some(span.from), span.to).unwrap()),
            sources: receivables::journal_sources(&movements, billed, received, &names),
            names: self.office.gl.clone(),
        }
    }

    fn unapplied(&self, span: Span) -> Vec<UnappliedMovement> {
        let effects = self.ledger.entries_of_nobody(span.to).unwrap();
        receivables::unapplied_movements(&effects, span)
    }
}

/// A customer, of one class after the other.
pub(crate) fn customer(at: usize) -> Account {
    let names = ["Ruiz, Maria", "=1+1", "O'Brien & Sons <x>", "Nu\u{f1}ez Landscaping", "Yamamoto, K."];
    Account {
        id: account(at),
        customer: names[at % names.len()].to_owned(),
        service_address: format!("{} Joshua Lane", 7_000 + at),
        class: CLASSES[at % CLASSES.len()].to_owned(),
        meter_size: MeterSize::parse("5/8").unwrap(),
        status: Status::Active,
        opened: None,
        closed: None,
        dwelling_units: 1,
        sewer: Sewer::None,
        edu: None,
        cycle: "1".to_owned(),
        route: "07".to_owned(),
        sequence: None,
        tenant: false,
        contact: Contact::default(),
    }
}

fn bill(day: Date, account: &AccountId, cents: [i64; 4], run: u32) -> Bill {
    let kinds = [ChargeKind::Fixed, ChargeKind::Tier, ChargeKind::Wastewater, ChargeKind::Fee];
    let lines = kinds.into_iter().zip(cents).filter(|(_, cents)| *cents != 0);
    let line = |(kind, cents): (ChargeKind, i64)| BillLine {
        kind,
        name: kind.word().into(),
        tier: (kind == ChargeKind::Tier).then_some(1),
        quantity: Decimal::ONE,
        unit: ChargeUnit::Month,
        price: Decimal::new(cents, 2),
        amount: Money::from_cents(cents),
        working: Arc::default(),
    };
    Bill {
        number: BillNumber::new(format!("{}-{account}-{run}", Month::of(day).compact())),
        account: account.clone(),
        cycle: "1".to_owned(),
        month: Month::of(day),
        kind: BillKind::Regular,
        bill_date: day,
        due_date: plus_days(day, 20),
        metered: None,
        units: Decimal::ZERO,
        tariff: date("2025-07-01"),
        class: "residential".to_owned(),
        meter_size: MeterSize::parse("5/8").unwrap(),
        dwelling_units: 1,
        budget_hcf: None,
        over_budget_hcf: None,
        lines: lines.map(line).collect(),
        previous_balance: Money::ZERO,
    }
}

/// Two months of so many accounts: everything that money does, and something of it undone.
pub(crate) fn two_months(accounts: usize) -> Books {
    let mut books = Books::new(accounts);
    let amount = |at: usize, of: usize| i64::try_from((at * 137 + of * 53) % 9_000 + 500).unwrap();
    let (january, february) = (date("2026-01-22"), date("2026-02-19"));
    for at in (0..accounts).step_by(4) {
        books.owed(date("2025-12-18"), account(at), amount(at, 1));
        books.deposited(date("2026-01-05"), account(at), 25_000);
    }
    for (day, lines) in [(january, 2), (february, 3)] {
        let bills: Vec<(AccountId, [i64; 4])> = (0..accounts)
            .map(|at| {
                let fee = if at % 5 == 2 { 2_500 } else { 0 };
                (account(at), [3_685, amount(at, lines), amount(at, lines + 4), fee])
            })
            .collect();
        books.billed(day, &bills);
    }
    let nobody = AccountId::new("9999999");
    for at in 0..accounts {
        let paid = date(["2026-01-28", "2026-02-03", "2026-02-20", "2026-02-24"][at % 4]);
        match at % 7 {
            0 => drop(books.paid(paid, account(at), amount(at, 2), false)),
            1 => drop(books.paid(paid, account(at), 90_000, false)),
            2 => {
                books.paid(paid, account(at), 4_000, false);
                books.paid(plus_days(paid, 3), account(at), 4_000, true);
            }
            3 => drop(books.adjusted(paid, account(at), -1_250)),
            4 => drop(books.adjusted(paid, account(at), 2_075)),
            5 => {
                let mistyped = books.paid(paid, account(at), 77_700, false);
                books.undone(plus_days(paid, 2), mistyped);
            }
            _ => drop(books.paid(paid, nobody.clone(), 1_234, false)),
        }
    }
    books.late(date("2026-02-23"));
    if accounts > 8 {
        books.settled(date("2026-02-24"), &account(8), None);
        books.settled(date("2026-02-24"), &account(1), Some(&account(2)));
        books.paid(date("2026-02-25"), nobody, 1_234, true);
    }
    books
}

/// February, as far as the two months go.
pub(crate) fn february() -> Span {
    Span { from: date("2026-02-01"), to: date("2026-02-26") }
}

/// February's control of the two months.
pub(crate) fn control(accounts: usize) -> ReceivablesControl {
    two_months(accounts).control(february())
}

/// February's journal of the two months.
pub(crate) fn journal(accounts: usize) -> MonthlyJournal {
    two_months(accounts).journal(february())
}

/// February's past-due list of the two months; what follows the fees that were posted are some with half a cent to round, and some
/// under a ceiling.
pub(crate) fn past_due(accounts: usize) -> PastDueList {
    let mut list = two_months(accounts).past_due(february());
    let ties = (0..accounts).map(|at| 10_005 + 10 * i64::try_from(at * at).unwrap());
    for (at, cents) in ties.enumerate() {
        let mut rule = LateFeeRule::of(&meterbook::domain::office::LateFee::default());
        if at % 3 == 0 {
            rule.percent_ceiling = Some(meterbook::domain::office::Percent("7.5".parse().unwrap()));
        }
        let unpaid = Money::from_cents(cents);
        list.late_fees.push(AssessedLateFee {
            day: date("2026-02-25"),
            late: LateFee {
                account: account(at),
                bill: BillNumber::new(format!("202601-{}", account(at))),
                unpaid,
                fee: rule.fee(unpaid),
            },
            rule,
            customer: "Ruiz, Maria".to_owned(),
        });
    }
    list
}

/// February's register of adjustments: those of the two months, and so many more of every kind.
pub(crate) fn adjustments(rows: usize) -> AdjustmentsRegister {
    let mut books = two_months(rows);
    let verdicts = [None, Some(MoneyVerdict::ApproveAdjustment), Some(MoneyVerdict::RejectAdjustment)];
    for at in 0..rows {
        let cents = [-4_900, -12_500, 7_500, -6_000][at % 4];
        let row = AdjustmentRow {
            date: date("2026-02-10"),
            account: account(at),
            amount: Money::from_cents(cents),
            reason: ["courtesy", "billing-error", "<5", "=1+1"][at % 4].to_owned(),
            approved_by: ["", "RM", "", "kb"][(at / 2) % 4].to_owned(),
            note: ["", "Meter box leak repaired", "=cmd|' /C calc'!A0"][at % 3].to_owned(),
        };
        let waits =
            row.approved_by.is_empty() && row.amount.absolute() >= books.office.adjustments.approval_from;
        books.asked(date("2026-02-16"), row, if waits { verdicts[at % 3] } else { None });
    }
    if rows > 0 {
        let mistyped = books.adjusted(date("2026-02-18"), account(0), -3_000);
        books.undone(date("2026-02-20"), mistyped);
    }
    AdjustmentsRegister { leaks: leaks(rows), ..books.adjustments(february()) }
}

/// Leak credits: as worked out, of another amount, without grounds, for less than the mean.
fn leaks(rows: usize) -> Vec<WorkedLeak> {
    let register = super::office::register(30);
    let high = register.rows.iter().filter(|row| row.bill.units >= Decimal::TEN).take(rows.min(4));
    let leak = |(at, row): (usize, &RegisterRow)| {
        let bill = &row.bill;
        let units = |part: i64| Some(bill.units / Decimal::from(part));
        let before = [[units(2), units(3)], [None, units(4)], [None, None], [units(1), None]][at % 4];
        let worked = receivables::leak_credit(bill, before);
        let credit = worked.as_ref().map_or(Money::from_cents(-2_500), |worked| worked.credit);
        WorkedLeak {
            reference: format!("A{:06}-2", 900 + at),
            account: bill.account.clone(),
            customer: row.customer.name.clone(),
            amount: if at == 1 { Money::from_cents(-1_000) } else { credit },
            worked,
        }
    };
    high.enumerate().map(leak).collect()
}

/// The year of one of twelve accounts.
pub(crate) fn statement(at: usize) -> AccountStatement {
    let span = Span { from: date("2026-01-01"), to: date("2026-02-26") };
    two_months(12).statement(&account(at), span)
}
