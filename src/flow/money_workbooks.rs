//! The workbooks about money, month by month: collects what they show and writes those that are behind the books.

use std::collections::{BTreeMap, BTreeSet};

use super::Failure;
use super::desk::{Desk, SETTINGS, settings_of};
use super::leak_credits;
use super::progress::Progress;
use super::refresh::{is_current, put};
use crate::domain::books::account::Account;
use crate::domain::books::adjustment::{AdjustmentRecord, AdjustmentState, RegisteredAdjustment};
use crate::domain::books::balance::Aging;
use crate::domain::books::control::{
    AccountControl, ControlNames, GlMovement, Movement, OpenCharges, Span, Unpaid,
};
use crate::domain::books::entry::EntryKind;
use crate::domain::books::invoice::Invoice;
use crate::domain::books::late_fee::{LateFee, LateFeeRule};
use crate::domain::books::money_in::LEAK_CREDIT;
use crate::domain::date::{Date, Month, plus_days};
use crate::domain::id::{AccountId, Sequence};
use crate::domain::money::Money;
use crate::domain::proposals::adjustments_register::{AdjustmentsRegister, WorkedLeak};
use crate::domain::proposals::installation_invoices::{InstallationInvoices, InvoiceRow};
use crate::domain::proposals::journal::MonthlyJournal;
use crate::domain::proposals::letter_run::LetterRun;
use crate::domain::proposals::past_due::{AgedAccount, AssessedLateFee, PastDueList};
use crate::domain::proposals::receipts::{Fate, ReceiptRow};
use crate::domain::proposals::receivables_control::{ControlledAccount, ReceivablesControl};
use crate::ledger::Ledger;
use crate::{receivables, workbook};

/// The names of the workbooks in a month's outbox.
const WORKBOOKS: [&str; 5] = [CONTROL, JOURNAL, PAST_DUE, ADJUSTMENTS, INVOICES];
const CONTROL: &str = "receivables-control";
const JOURNAL: &str = "journal";
const ADJUSTMENTS: &str = "adjustments-register";
const INVOICES: &str = "installation-invoices";
const PAST_DUE: &str = "past-due-list";

/// A month whose workbooks are made, and the newest fact that they are made from.
struct Made {
    month: Month,
    span: Span,
    newest: Sequence,
}

impl Made {
    /// The name of the state of the books that a workbook shows; the past-due list of the day shows a letter run too.
    fn run_id(&self, of: &str, letters: &LetterRun) -> String {
        let state = format!("{} to {} receipt {}", of.replace('-', " "), self.span.to, self.newest);
        match self.letters(of, letters) {
            Some(run) => format!("{state} {}", run.id),
            None => state,
        }
    }

    /// The letter run that a workbook shows.
    fn letters<'r>(&self, of: &str, run: &'r LetterRun) -> Option<&'r LetterRun> {
        (of == PAST_DUE && self.span.to == run.day).then_some(run)
    }

    fn path(&self, of: &str) -> String {
        format!("outbox/{}/{of}.xlsx", self.month)
    }
}

/// Writes the workbooks about money; gives the paths of those that changed.
///
/// The month of the day is always looked at, the month before until its workbooks are as of its last day, and every month since
/// the earliest date of what was taken in on the day. Months before the books were opened have no workbooks.
pub(super) fn money_workbooks(
    desk: &Desk,
    receipts: &[ReceiptRow],
    (letters, changed): (&LetterRun, bool),
    progress: &mut dyn Progress,
) -> Result<Vec<String>, Failure> {
    let names = names(desk, receipts)?;
    let mut written = Vec::new();
    for made in months(desk)? {
        let mut behind = Vec::new();
        // Without news in the books, only who is written to has changed.
        let wanted = |which: &&str| changed || made.letters(which, letters).is_some();
        for which in WORKBOOKS.into_iter().filter(wanted) {
            let place = desk.books.root.join(made.path(which));
            let wanted = which != INVOICES || place.is_file() || has_invoices(desk, made.span)?;
            if wanted && !is_current(&place, &made.run_id(which, letters))? {
                behind.push(which);
            }
        }
        if behind.is_empty() {
            continue;
        }
        progress.begin(&format!("Adding up the books of {}", made.month), None);
        let figures = Figures::collect(desk, &made, &names, letters)?;
        for which in behind {
            progress.begin(&format!("Writing {}", made.path(which)), None);
            written.extend(put(desk, made.path(which), &figures.workbook(which)?)?);
        }
    }
    Ok(written)
}

/// Whether invoices are dated in a span: few months have some, and the others need no workbook.
fn has_invoices(desk: &Desk, span: Span) -> Result<bool, Failure> {
    Ok(desk.books.ledger.invoices(span.to)?.iter().any(|invoice| invoice.date >= span.from))
}

fn months(desk: &Desk) -> Result<Vec<Made>, Failure> {
    let (ledger, today) = (&desk.books.ledger, desk.today);
    let this = Month::of(today);
    let before = Month::of(plus_days(this.first_day(), -1));
    let touched = ledger.earliest_entry_of(today)?.map_or(before, Month::of);
    let mut found = Vec::new();
    let opened = ledger.oldest_day()?.map_or(this, Month::of);
    let mut month = touched.min(before).max(opened);
    while month <= this {
        let span = Span { from: month.first_day(), to: month.last_day().min(today) };
        if let Some(newest) = ledger.newest_about_money(span.to)? {
            found.push(Made { month, span, newest });
        }
        month = month.next();
    }
    Ok(found)
}

/// The names that the control accounts of the general ledger have had.
pub(super) fn names(desk: &Desk, receipts: &[ReceiptRow]) -> Result<ControlNames, Failure> {
    let mut names = ControlNames::default();
    names.add(&desk.books.office.gl);
    for row in receipts.iter().filter(|row| row.fate == Fate::Recorded && row.name == SETTINGS) {
        names.add(&settings_of(&desk.archive.get(row.sequence)?)?.gl);
    }
    Ok(names)
}

/// What the workbooks of a month show, each of it fetched once.
struct Figures<'d> {
    desk: &'d Desk,
    made: &'d Made,
    names: &'d ControlNames,
    letters: &'d LetterRun,
    chain_head: String,
    accounts: BTreeMap<AccountId, Account>,
    movements: Vec<Movement>,
    gl: Vec<GlMovement>,
    controls: Vec<AccountControl>,
    unpaid: Vec<Unpaid>,
}

impl<'d> Figures<'d> {
    fn collect(
        desk: &'d Desk,
        made: &'d Made,
        names: &'d ControlNames,
        letters: &'d LetterRun,
    ) -> Result<Figures<'d>, Failure> {
        let (ledger, span) = (&desk.books.ledger, made.span);
        let movements = ledger.movements(span)?;
        let open = |as_of: Date| -> Result<Vec<Unpaid>, Failure> {
            Ok(receivables::unpaid(&ledger.standing_entries_of_debtors(as_of)?, as_of))
        };
        let unpaid = open(span.to)?;
        let before = by_charge(ledger, &open(plus_days(span.from, -1))?)?;
        let accounts = ledger.accounts(Date::MAX)?.into_iter().map(|account| (account.id.clone(), account));
        Ok(Figures {
            chain_head: desk.archive.receipt(made.newest)?.1,
            accounts: accounts.collect(),
            gl: ledger.gl_movements(span)?,
            controls: receivables::control(&movements, before, by_charge(ledger, &unpaid)?),
            movements,
            unpaid,
            desk,
            made,
            names,
            letters,
        })
    }

    /// The workbook of a name, encoded.
    fn workbook(&self, which: &str) -> Result<Vec<u8>, Failure> {
        Ok(match which {
            CONTROL => workbook::xlsx(&workbook::receivables_control(&self.receivables_control()?))?,
            INVOICES => workbook::xlsx(&workbook::installation_invoices(&self.installation_invoices()?))?,
            ADJUSTMENTS => workbook::xlsx(&workbook::adjustments_register(&self.adjustments_register()?))?,
            PAST_DUE => {
                let run = self.made.letters(which, self.letters);
                workbook::xlsx(&workbook::past_due_list(&self.past_due_list()?, run))?
            }
            _ => workbook::xlsx(&workbook::journal(&self.journal()?))?,
        })
    }

    fn office(&self) -> String {
        self.desk.books.office.office.name.clone()
    }

    fn customer(&self, account: &AccountId) -> String {
        self.accounts.get(account).map(|account| account.customer.clone()).unwrap_or_default()
    }

    /// What accounts of the general ledger stood at before the span, and stand at in its end.
    fn stands(&self, accounts: &BTreeSet<String>) -> (Money, Money) {
        let legs = || self.gl.iter().filter(|legs| accounts.contains(&legs.gl_account));
        let before: Money = legs().map(|legs| legs.before).sum();
        (before, before + legs().map(|legs| legs.net()).sum())
    }

    fn receivables_control(&self) -> Result<ReceivablesControl, Failure> {
        let (ledger, span) = (&self.desk.books.ledger, self.made.span);
        let controlled = self.controls.iter().map(|control| ControlledAccount {
            customer: self.customer(&control.account),
            class: self
                .accounts
                .get(&control.account)
                .map(|account| account.class.clone())
                .unwrap_or_default(),
            control: control.clone(),
        });
        let deposits = receivables::deposit_movements(&self.movements).into_iter();
        let credit = |(before, after): (Money, Money)| (-before, -after);
        Ok(ReceivablesControl {
            office: self.office(),
            month: self.made.month,
            span,
            run_id: self.made.run_id(CONTROL, self.letters),
            chain_head: self.chain_head.clone(),
            accounts: controlled.collect(),
            posted: receivables::posted(&self.gl, |account| self.names.receivable.contains(account)),
            deposits: deposits
                .map(|moved| (self.customer(&moved.account), moved))
                .map(|(who, moved)| (moved, who))
                .collect(),
            unapplied: receivables::unapplied_movements(&ledger.entries_of_nobody(span.to)?, span),
            stands: [
                self.stands(&self.names.receivable),
                credit(self.stands(&self.names.deposits)),
                credit(self.stands(&self.names.unapplied)),
            ],
            ledger: self.gl.clone(),
            names: self.desk.books.office.gl.clone(),
        })
    }

    fn journal(&self) -> Result<MonthlyJournal, Failure> {
        let (ledger, span) = (&self.desk.books.ledger, self.made.span);
        let (billed, received) = (ledger.billed(span)?, ledger.received(span)?);
        Ok(MonthlyJournal {
            office: self.office(),
            month: self.made.month,
            span,
            run_id: self.made.run_id(JOURNAL, self.letters),
            chain_head: self.chain_head.clone(),
            lines: receivables::journal(ledger.postings(Some(span.from), span.to)?),
            sources: receivables::journal_sources(&self.movements, billed, received, self.names),
            names: self.desk.books.office.gl.clone(),
        })
    }

    fn adjustments_register(&self) -> Result<AdjustmentsRegister, Failure> {
        let (ledger, office, span) = (&self.desk.books.ledger, &self.desk.books.office, self.made.span);
        let (records, decisions) = (ledger.adjustment_records()?, ledger.adjustment_decisions()?);
        let rows =
            receivables::adjustments_register(&ledger.posted_adjustments(span)?, &records, &decisions, span);
        let own = self.movements.iter().filter(|movement| movement.kind == EntryKind::Adjustment);
        let leaks = self.leaks(&rows)?;
        Ok(AdjustmentsRegister {
            leaks,
            office: self.office(),
            month: self.made.month,
            span,
            run_id: self.made.run_id(ADJUSTMENTS, self.letters),
            chain_head: self.chain_head.clone(),
            rows: rows
                .into_iter()
                .map(|row| (self.customer(&row.account), row))
                .map(|(who, row)| (row, who))
                .collect(),
            posted: own.map(|movement| movement.within).sum(),
            prepared_by: office.approval.prepared_by.clone(),
            approval_from: office.adjustments.approval_from,
            names: office.gl.clone(),
        })
    }

    /// The leak credits among adjustments that are posted or wait.
    fn leaks(&self, rows: &[RegisteredAdjustment]) -> Result<Vec<WorkedLeak>, Failure> {
        let stands = |row: &&RegisteredAdjustment| {
            row.reason == LEAK_CREDIT && matches!(row.state, AdjustmentState::Posted | AdjustmentState::Waits)
        };
        let records = rows.iter().filter(stands).filter_map(|row| Some((row, row.record.as_ref()?)));
        let leak = |(row, record): (&RegisteredAdjustment, &AdjustmentRecord)| {
            let asked = &record.row;
            Ok(WorkedLeak {
                reference: asked.reference.clone(),
                account: row.account.clone(),
                customer: self.customer(&row.account),
                amount: row.amount,
                worked: leak_credits::worked(&self.desk.books.ledger, &row.account, asked.date, &asked.note)?,
            })
        };
        records.map(leak).collect()
    }

    fn installation_invoices(&self) -> Result<InstallationInvoices, Failure> {
        let (ledger, span) = (&self.desk.books.ledger, self.made.span);
        let posted = ledger.posted_invoices(span.to)?;
        let row = |invoice: Invoice| {
            let account = self.accounts.get(&invoice.account);
            let own = self.unpaid.iter().filter(|item| {
                item.kind == EntryKind::Fee
                    && item.account == invoice.account
                    && item.reference == invoice.number
            });
            InvoiceRow {
                customer: account.map(|account| account.customer.clone()).unwrap_or_default(),
                service_address: account.map(|account| account.service_address.clone()).unwrap_or_default(),
                posted: posted.get(&invoice.number).copied().unwrap_or_default(),
                open: own.map(|item| item.open).sum(),
                invoice,
            }
        };
        let invoices = ledger.invoices(span.to)?.into_iter();
        Ok(InstallationInvoices {
            office: self.office(),
            month: self.made.month,
            span,
            run_id: self.made.run_id(INVOICES, self.letters),
            chain_head: self.chain_head.clone(),
            rows: invoices.filter(|invoice| invoice.date >= span.from).map(row).collect(),
        })
    }

    fn past_due_list(&self) -> Result<PastDueList, Failure> {
        let as_of = self.made.span.to;
        let aged = receivables::aged(&self.controls, &self.unpaid, as_of).into_iter();
        let account = |(id, aging): (AccountId, Aging)| {
            let account = self.accounts.get(&id)?;
            Some(AgedAccount {
                customer: account.customer.clone(),
                phone: account.contact.phone.clone(),
                class: account.class.clone(),
                status: account.status,
                account: id,
                aging,
            })
        };
        let late_fee = |(day, rule, late): (Date, LateFeeRule, LateFee)| AssessedLateFee {
            day,
            rule,
            customer: self.customer(&late.account),
            late,
        };
        Ok(PastDueList {
            office: self.office(),
            month: self.made.month,
            as_of,
            run_id: self.made.run_id(PAST_DUE, self.letters),
            chain_head: self.chain_head.clone(),
            accounts: aged.filter_map(account).collect(),
            items: self.unpaid.iter().map(|item| (item.clone(), self.customer(&item.account))).collect(),
            late_fees: self
                .desk
                .books
                .ledger
                .late_fees_in(self.made.span)?
                .into_iter()
                .map(late_fee)
                .collect(),
            receivable: self.stands(&self.names.receivable).1,
        })
    }
}

/// What is unpaid, charge by charge: bills by their lines.
fn by_charge(ledger: &Ledger, unpaid: &[Unpaid]) -> Result<BTreeMap<AccountId, OpenCharges>, Failure> {
    let mut found: BTreeMap<AccountId, OpenCharges> = BTreeMap::new();
    for item in unpaid {
        let is_bill = item.kind == EntryKind::Bill;
        let lines = if is_bill { ledger.charges_of(&item.reference)? } else { vec![] };
        found.entry(item.account.clone()).or_default().extend(receivables::by_charge(item, &lines));
    }
    Ok(found)
}
