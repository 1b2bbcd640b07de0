//! Checks the books against the archive, and makes them again from it.

use std::path::Path;

use super::Failure;
use super::desk::{Desk, LEDGER, SETTINGS, settings_of, take};
use crate::domain::books::receipt::Receipt;
use crate::domain::id::Sequence;
use crate::domain::office::Office;
use crate::domain::proposals::receipts::Fate;
use crate::ledger::Ledger;
use crate::outbox::{self, Archive};

/// What a check of the books found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Facts in the archive.
    pub facts: u32,
    /// What is wrong, a sentence each; empty where all is well.
    pub faults: Vec<String>,
}

/// Checks the archive's chain and contents, the books in themselves, and that the archive makes the same books.
///
/// Nothing is changed.
///
/// # Errors
/// Where the office cannot be read or is in use.
pub fn verify(root: &Path) -> Result<Verified, Failure> {
    if !root.join(SETTINGS).is_file() {
        return Err(Failure::NoOffice(root.to_owned()));
    }
    let lock = take(root)?;
    let archive = match Archive::look(&root.join("archive")) {
        Ok((archive, _)) => archive,
        Err(broken) => return Ok(Verified { facts: 0, faults: vec![broken.to_string()] }),
    };
    let facts = archive.next().0 - 1;
    let mut faults = chain_faults(&archive, facts);
    let settings = settings(&archive, facts, &mut faults);
    let whole = faults.is_empty();
    match Ledger::open_unchanged(&root.join(LEDGER)) {
        Ok(ledger) => {
            let known = ledger.head().ok().flatten().map_or(0, |head| head.0);
            if known > facts {
                let behind = Failure::ArchiveBehind { ledger: known, archive: facts };
                faults.push(format!("{behind}. Restore it from a backup; do not rebuild."));
            }
            let own = ledger.checkup();
            let sound = own.as_ref().is_ok_and(Vec::is_empty);
            faults.extend(own.unwrap_or_else(|fault| vec![fault.to_string()]));
            if sound {
                let names = |of: fn(&Office) -> &String| settings.iter().map(of).cloned().collect();
                faults.extend(ledger.untied(&names(|on| &on.gl.receivable), &names(|on| &on.gl.deposits))?);
            }
            if whole && sound && known <= facts {
                let desk = Desk::refolded(root, archive, lock, Ledger::passing()?)?;
                faults.extend(ledger.differences(&desk.books.ledger)?);
            }
        }
        Err(fault) => faults.push(format!("{fault} `meterbook rebuild` makes the ledger again.")),
    }
    Ok(Verified { facts, faults })
}

/// Contents that are not those of their receipts, and receipts that do not name the one before.
fn chain_faults(archive: &Archive, facts: u32) -> Vec<String> {
    let mut faults = Vec::new();
    let mut before = String::new();
    for sequence in 1..=facts {
        match archive.get(Sequence(sequence)) {
            Ok(fact) => {
                if fact.receipt.previous != before {
                    faults.push(format!(
                        "archive/{}.receipt.json does not name the receipt before it: one of the two was changed",
                        fact.receipt.sequence
                    ));
                }
                before = fact.receipt_sha256;
            }
            Err(fault) => {
                faults.push(fault.to_string());
                before = archive.receipt(Sequence(sequence)).map(|(_, hash)| hash).unwrap_or_default();
            }
        }
    }
    faults
}

/// The settings that the archive has on record; those that cannot be read are faults.
fn settings(archive: &Archive, facts: u32, faults: &mut Vec<String>) -> Vec<Office> {
    let mut settings = Vec::new();
    for sequence in (1..=facts).map(Sequence) {
        let is_settings =
            |(receipt, _): &(Receipt, String)| receipt.fate == Fate::Recorded && receipt.name == SETTINGS;
        if !archive.receipt(sequence).is_ok_and(|receipt| is_settings(&receipt)) {
            continue;
        }
        match archive.get(sequence).map_err(Failure::from).and_then(|fact| settings_of(&fact)) {
            Ok(office) => settings.push(office),
            // What is wrong with its content was told with the chain.
            Err(Failure::Outbox(_)) => {}
            Err(fault) => faults.push(format!("archive/{sequence} {SETTINGS}: {fault}")),
        }
    }
    settings
}

/// Makes the ledger again from the archive alone; the old one is kept as `ledger.db.old`. Gives the number of facts.
///
/// # Errors
/// Where the office cannot be used, or the archive is not whole; then the old ledger stays.
pub fn rebuild(root: &Path) -> Result<u32, Failure> {
    if !root.join(SETTINGS).is_file() {
        return Err(Failure::NoOffice(root.to_owned()));
    }
    let lock = take(root)?;
    // Books that know more than the archive are the only trace of what is missing.
    let known = Ledger::open_unchanged(&root.join(LEDGER)).and_then(|ledger| ledger.head());
    let known = known.ok().flatten().map_or(0, |head| head.0);
    let archive = Archive::open(&root.join("archive"), known)?;
    let facts = archive.next().0 - 1;
    if known > facts {
        return Err(Failure::ArchiveBehind { ledger: known, archive: facts });
    }
    let fresh = root.join("ledger.db.new");
    outbox::remove_left_over(&fresh)?;
    outbox::remove_left_over(&root.join("ledger.db.new-journal"))?;
    let desk = Desk::refolded(root, archive, lock, Ledger::open(&fresh)?)?;
    // The place is taken while the office is still ours and the new books are closed.
    let _lock = desk.close();
    outbox::keep_private(&fresh)?;
    outbox::put_in_place_of(&fresh, &root.join(LEDGER), &root.join("ledger.db.old"))?;
    Ok(facts)
}
