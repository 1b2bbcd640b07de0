//! The desk of one operation: the office with its settings, rates, books and archive.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Failure;
use crate::domain::books::batch::Batch;
use crate::domain::books::bill::{Bill, TariffUsed};
use crate::domain::books::history::{Histories, History};
use crate::domain::books::reading::AuditedRead;
use crate::domain::books::receipt::Receipt;
use crate::domain::books::tariff::{BillUnit, RateFault, Tariff};
use crate::domain::date::Date;
use crate::domain::id::Sequence;
use crate::domain::office::{Mode, Office, OfficeFault};
use crate::domain::proposals::letter_run::Language;
use crate::domain::proposals::receipts::Fate;
use crate::inbox::{self, Lock};
use crate::ledger::Ledger;
use crate::outbox::{self, Archive, Archived};
use crate::{bill, rate, recognise};

/// The file of the settings, in the office and in the archive.
pub(super) const SETTINGS: &str = "office.toml";
/// How the names of rate files end.
const RATES: &str = ".owrs";
/// The folder of the office's own texts of letters.
const LETTERS: &str = "letters";
/// The file of the books.
pub(super) const LEDGER: &str = "ledger.db";

/// The office with its settings, rates and books, to be read.
pub(super) struct Books {
    pub(super) root: PathBuf,
    pub(super) office: Office,
    pub(super) rates: Rates,
    /// The office's own texts of letters, by their names below its folder: `en/reminder.txt`.
    pub(super) letters: BTreeMap<String, String>,
    pub(super) ledger: Ledger,
}

/// The rate files of an office.
pub(super) struct Rates {
    pub(super) tariffs: Vec<Tariff>,
    pub(super) files: Vec<RateFile>,
    /// What is odd about them.
    pub(super) warnings: Vec<RateFault>,
    /// Files of the folder that look like rate files and are not read for their names.
    pub(super) others: Vec<String>,
    /// What keeps them from pricing a bill; books with such rates can be read, not run.
    pub(super) faults: Vec<String>,
}

/// One rate file as it lies under `rates`.
pub(super) struct RateFile {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) sha256: String,
}

impl Rates {
    /// The rate files that some bills were priced with.
    pub(super) fn used<'b>(&self, bills: impl IntoIterator<Item = &'b Bill>) -> Vec<TariffUsed> {
        let (mut dates, mut files) = (BTreeSet::new(), BTreeSet::new());
        for bill in bills {
            dates.insert(bill.tariff);
            files.extend(bill.lines.iter().map(|line| line.working.file.as_str()));
        }
        let file = |name: &str| self.files.iter().find(|file| file.name == name);
        let used = |tariff: &Tariff| {
            let effective = tariff.effective?;
            let file = file(&tariff.file)?;
            let used = dates.contains(&effective) || files.contains(tariff.file.as_str());
            used.then(|| TariffUsed { file: file.name.clone(), sha256: file.sha256.clone(), effective })
        };
        self.tariffs.iter().filter_map(used).collect()
    }

    /// The dates on which rates begin.
    pub(super) fn begin(&self) -> impl Iterator<Item = Date> {
        self.tariffs.iter().filter_map(|tariff| tariff.effective)
    }
}

impl Books {
    /// Opens an office to read it.
    pub(super) fn open(root: &Path) -> Result<Books, Failure> {
        let is_there = |path: PathBuf| path.metadata().is_ok_and(|file| file.len() > 0);
        if !is_there(root.join(LEDGER)) && is_there(root.join("archive/000001.receipt.json")) {
            return Err(Failure::NoLedger(root.join(LEDGER)));
        }
        Books::open_or_begin(root)
    }

    /// Opens an office, with empty books where it has none.
    fn open_or_begin(root: &Path) -> Result<Books, Failure> {
        let office = settings_in(root)?;
        refuse_what_is_not_done_yet(&office)?;
        let ledger = Ledger::open(&root.join(LEDGER))?;
        let (rates, letters) = (read_rates(root, &office)?, read_letters(root)?);
        Ok(Books { root: root.to_owned(), rates, letters, office, ledger })
    }
}

/// Takes an office for this process alone.
pub(super) fn take(root: &Path) -> Result<Lock, Failure> {
    Ok(inbox::lock(&root.join(".lock"), &format!("process {}", std::process::id()))?)
}

/// The settings that an archived fact put on record.
pub(super) fn settings_of(fact: &Archived) -> Result<Office, Failure> {
    settings_from(&fact.bytes)
}

/// The settings of an office's folder, read without its books.
pub(super) fn settings_in(root: &Path) -> Result<Office, Failure> {
    let path = root.join(SETTINGS);
    if !path.is_file() {
        return Err(Failure::NoOffice(root.to_owned()));
    }
    settings_from(&outbox::content(&path)?)
}

/// Reads settings; the layouts of other systems must fit the kinds of sheet.
fn settings_from(bytes: &[u8]) -> Result<Office, Failure> {
    let office = Office::parse(&String::from_utf8_lossy(bytes))?;
    recognise::check_maps(&office.columns).map_err(OfficeFault)?;
    Ok(office)
}

/// Settings that would be passed over in silence are refused instead.
fn refuse_what_is_not_done_yet(office: &Office) -> Result<(), Failure> {
    if office.approval.letters == Mode::Automatic {
        let told = "office.toml: [approval] letters = \"automatic\": this version records a letter once somebody says that it \
                    was sent. Write \"decision\".";
        return Err(Failure::NotYet(told.to_owned()));
    }
    Ok(())
}

/// The texts of letters that the office has of its own.
fn read_letters(root: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let mut letters = BTreeMap::new();
    for language in Language::ALL {
        let folder = root.join(LETTERS).join(language.code());
        let found = if folder.is_dir() { outbox::texts(&folder, ".txt")? } else { vec![] };
        for (name, bytes) in found {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            letters.insert(format!("{}/{name}", language.code()), text);
        }
    }
    Ok(letters)
}

fn read_rates(root: &Path, office: &Office) -> Result<Rates, Failure> {
    let folder = root.join("rates");
    let found = if folder.is_dir() { outbox::texts(&folder, RATES)? } else { vec![] };
    // What looks like a rate file: saved by an editor under another ending, or as the YAML that it is.
    let is_other = |name: &String| {
        let name = name.to_lowercase();
        let looks_so =
            name.contains(RATES) || [".yaml", ".yml", ".txt"].iter().any(|ending| name.ends_with(ending));
        looks_so && !name.ends_with(RATES) && !name.starts_with("~$")
    };
    let others = outbox::names(&folder)?.into_iter().filter(is_other).collect();
    let mut rates = Rates { tariffs: vec![], files: vec![], warnings: vec![], others, faults: vec![] };
    for (name, bytes) in found {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let compiled = rate::compile(&name, &text);
        let concerns_us = |fault: &&RateFault| {
            fault.class.as_ref().is_none_or(|class| office.classes.values().any(|ours| ours.owrs == *class))
        };
        rates.faults.extend(compiled.faults.iter().filter(concerns_us).map(ToString::to_string));
        rates.warnings.extend(compiled.warnings);
        rates.tariffs.extend(compiled.tariff);
        rates.files.push(RateFile { name, text, sha256: inbox::sha256(&bytes) });
    }
    let not_hcf = rates.tariffs.iter().filter(|tariff| tariff.unit != BillUnit::Ccf).map(|tariff| {
        format!(
            "{}: metadata/bill_unit: the office bills in hundreds of cubic feet (ccf); write ccf.",
            tariff.file
        )
    });
    let more: Vec<String> = not_hcf.chain(same_dates(&rates.tariffs)).collect();
    rates.faults.extend(more);
    Ok(rates)
}

/// Two rate files of one date: nobody could say which one prices a bill.
fn same_dates(tariffs: &[Tariff]) -> Vec<String> {
    let mut by_date: BTreeMap<Date, &str> = BTreeMap::new();
    let mut faults = Vec::new();
    for tariff in tariffs {
        let Some(date) = tariff.effective else { continue };
        if let Some(other) = by_date.insert(date, &tariff.file) {
            faults.push(format!("{}: effective on {date}, as is {other}. Keep one of them.", tariff.file));
        }
    }
    faults
}

/// An office that this process alone may write.
pub(super) struct Desk {
    pub(super) books: Books,
    pub(super) archive: Archive,
    pub(super) today: Date,
    lock: Lock,
}

impl Desk {
    /// Takes the office, finishes what an interrupted run left, and puts changed settings on record.
    pub(super) fn open(root: &Path, today: Date) -> Result<Desk, Failure> {
        if !root.join(SETTINGS).is_file() {
            return Err(Failure::NoOffice(root.to_owned()));
        }
        let lock = take(root)?;
        for folder in ["archive", "outbox", "returned"] {
            outbox::remove_half_written(&root.join(folder))?;
        }
        let books = Books::open_or_begin(root)?;
        outbox::keep_private(&root.join("ledger.db"))?;
        let known = books.ledger.head()?.map_or(0, |head| head.0);
        let archive = Archive::open(&root.join("archive"), known)?;
        let mut desk = Desk { books, archive, today, lock };
        desk.catch_up()?;
        if let Some(newest) = desk.books.ledger.newest_day()?.filter(|newest| *newest > today) {
            return Err(Failure::DayBefore { asked: today, newest });
        }
        desk.refuse_bad_rates()?;
        desk.record_settings()?;
        Ok(desk)
    }

    /// Takes the office to fold its whole archive into books of their own, whatever became of the ledger.
    pub(super) fn refolded(root: &Path, archive: Archive, lock: Lock, into: Ledger) -> Result<Desk, Failure> {
        let office = settings_in(root)?;
        let rates = read_rates(root, &office)?;
        let letters = read_letters(root)?;
        let books = Books { root: root.to_owned(), office, rates, letters, ledger: into };
        let mut desk = Desk { books, archive, today: Date::MAX, lock };
        desk.fold_archive()?;
        Ok(desk)
    }

    /// Closes the books and keeps the office.
    pub(super) fn close(self) -> Lock {
        self.lock
    }

    /// The number of the next fact.
    pub(super) fn next(&self) -> Sequence {
        self.archive.next()
    }

    /// Archives a fact and folds it into the books.
    pub(super) fn post(&mut self, draft: Draft, batch: &Batch) -> Result<Sequence, Failure> {
        batch.entries.iter().for_each(|entry| entry.assert_ties(&self.books.office.gl));
        let sequence = self.next();
        let receipt = Receipt {
            sequence,
            day: self.today,
            fate: draft.fate,
            name: draft.name,
            kind: draft.kind,
            rows: draft.rows,
            totals: draft.totals,
            outcome: draft.outcome,
            file: format!("{sequence} {}", draft.file),
            sha256: inbox::sha256(&draft.bytes),
            dropped: draft.dropped,
            previous: self.archive.chain_head().to_owned(),
        };
        let hash = self.archive.put(&receipt, &draft.bytes)?;
        drop(draft.bytes);
        self.books.ledger.append(&receipt, &hash, batch)?;
        Ok(sequence)
    }

    /// Finishes what an interrupted run left: facts that were archived and not yet folded, and files it had claimed.
    fn catch_up(&mut self) -> Result<(), Failure> {
        self.fold_archive()?;
        let done = self.archive.next().0.checked_sub(1).filter(|last| *last > 0);
        let last =
            done.map(|last| self.archive.receipt(Sequence(last))).transpose()?.map(|(receipt, _)| receipt);
        let is_done = |name: &str, sha256: &str| {
            last.as_ref().is_some_and(|last| last.name == name && last.dropped == sha256)
        };
        let inbox_folder = self.books.root.join("inbox");
        Ok(inbox::give_back(&inbox_folder, is_done)?)
    }

    /// Folds the facts that were archived and not yet folded: when a run was interrupted, or the ledger lost.
    ///
    /// Each is folded under the settings that were on record when it was archived, not under those of today.
    fn fold_archive(&mut self) -> Result<(), Failure> {
        let folded = self.books.ledger.head()?.map_or(0, |head| head.0);
        let archived = self.next().0 - 1;
        if folded > archived {
            return Err(Failure::ArchiveBehind { ledger: folded, archive: archived });
        }
        let todays = self.books.office.clone();
        if let Some(recorded) = self.books.ledger.recorded(SETTINGS)?.filter(|_| folded < archived) {
            self.books.office = settings_of(&self.archive.get(recorded)?)?;
        }
        for sequence in folded + 1..=archived {
            let fact = self.archive.get(Sequence(sequence))?;
            if fact.receipt.fate == Fate::Recorded && fact.receipt.name == SETTINGS {
                self.books.office = settings_of(&fact)?;
            }
            let batch = self.refold(&fact)?;
            self.books.ledger.append(&fact.receipt, &fact.receipt_sha256, &batch)?;
        }
        self.books.office = todays;
        Ok(())
    }

    /// Rate files must be sound, and one that posted bills were priced with must stay as it was.
    fn refuse_bad_rates(&self) -> Result<(), Failure> {
        let mut faults = self.books.rates.faults.clone();
        for used in self.books.ledger.tariffs_used()? {
            match self.books.rates.files.iter().find(|file| file.name == used.file) {
                Some(file) if file.sha256 == used.sha256 => {}
                Some(_) => faults.push(format!(
                    "rates/{}: the file was changed after bills were posted with it. Put the old content back (it is \
                     in the archive) and write new rates as a new file with its own effective date.",
                    used.file
                )),
                None => faults.push(format!(
                    "rates/{}: posted bills were priced with this file, and it is gone. Put it back; it is in the \
                     archive.",
                    used.file
                )),
            }
        }
        if faults.is_empty() { Ok(()) } else { Err(Failure::Rates(faults)) }
    }

    /// Account numbers on record keep their length: under another pattern the same customer would be two.
    fn refuse_new_pattern(&self) -> Result<(), Failure> {
        let Some(recorded) = self.books.ledger.recorded(SETTINGS)? else { return Ok(()) };
        let before = settings_of(&self.archive.get(recorded)?)?.accounts.pattern;
        let now = &self.books.office.accounts.pattern;
        if before == *now || self.books.ledger.accounts(self.today)?.is_empty() {
            return Ok(());
        }
        Err(OfficeFault(format!(
            "[accounts] pattern = \"{now}\": the accounts on record were taken in with \"{before}\". Put that pattern \
             back; another one needs a new office."
        ))
        .into())
    }

    /// Puts `office.toml`, the rate files and the office's own texts of letters into the archive whenever they changed, so
    /// that the archive alone says under which settings a fact was taken in.
    fn record_settings(&mut self) -> Result<(), Failure> {
        let recorded = self.books.ledger.recorded_settings()?;
        let settings = outbox::content(&self.books.root.join(SETTINGS))?;
        let mut files = vec![(SETTINGS.to_owned(), "settings", settings)];
        let rates = self.books.rates.files.iter();
        files.extend(rates.map(|file| (file.name.clone(), "rates", file.text.clone().into_bytes())));
        let letters = self.books.letters.iter();
        let letter = |(name, text): (&String, &String)| {
            (format!("{LETTERS}-{}", name.replace('/', "-")), LETTERS, text.clone().into_bytes())
        };
        files.extend(letters.map(letter));
        for (name, kind, bytes) in files {
            if recorded.get(&name) == Some(&inbox::sha256(&bytes)) {
                continue;
            }
            if name == SETTINGS {
                self.refuse_new_pattern()?;
            }
            let draft = Draft {
                fate: Fate::Recorded,
                kind: kind.to_owned(),
                outcome: "put on record".to_owned(),
                file: name.clone(),
                name,
                bytes,
                ..Draft::default()
            };
            self.post(draft, &Batch::default())?;
        }
        Ok(())
    }
}

impl Books {
    /// The audit of all reads as of the end of a day.
    pub(super) fn audit(&self, day: Date) -> Result<Audited, Failure> {
        let histories = bill::gather(self.ledger.facts(day)?);
        let audit = bill::audit(&histories, bill::AuditGround { office: &self.office, today: day });
        Ok(Audited { histories, audit })
    }
}

/// Histories and what the audit says of them.
pub(super) struct Audited {
    pub(super) histories: Histories,
    pub(super) audit: bill::Audit,
}

impl Audited {
    /// Each account with its reads.
    pub(super) fn accounts(&self) -> impl ExactSizeIterator<Item = (&History, &Vec<AuditedRead>)> {
        self.histories.accounts.iter().zip(&self.audit.accounts)
    }
}

/// A fact about to be archived.
pub(super) struct Draft {
    pub(super) fate: Fate,
    /// The file's name as dropped, or the run's.
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) rows: u64,
    pub(super) totals: Vec<(String, String)>,
    pub(super) outcome: String,
    /// The archived file's name behind its number.
    pub(super) file: String,
    /// The dropped file's sha256; empty where the program itself made the fact.
    pub(super) dropped: String,
    pub(super) bytes: Vec<u8>,
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            fate: Fate::Recorded,
            name: String::new(),
            kind: String::new(),
            rows: 0,
            totals: vec![],
            outcome: String::new(),
            file: String::new(),
            dropped: String::new(),
            bytes: vec![],
        }
    }
}
