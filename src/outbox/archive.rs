//! The archive: every accepted fact as it came, numbered, read-only, chained by receipts.
//!
//! A fact is in the archive when its receipt is; a content without a receipt is half a fact and is removed at
//! the next start.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{OutboxError, io, keep_private, make_private_folder, write_whole};
use crate::domain::books::receipt::Receipt;
use crate::domain::id::Sequence;

const RECEIPT: &str = ".receipt.json";

/// The archive of one office.
#[derive(Debug)]
pub struct Archive {
    folder: PathBuf,
    head: Option<(Sequence, String)>,
}

/// One fact of the archive.
#[derive(Debug)]
pub struct Archived {
    /// What the archive says of it.
    pub receipt: Receipt,
    /// The receipt file's own sha256, hexadecimal: the link of the chain.
    pub receipt_sha256: String,
    /// The fact.
    pub bytes: Vec<u8>,
}

impl Archive {
    /// Opens an archive, making its folder where there is none; half-archived facts are removed.
    ///
    /// `known` is how many facts the books have. An archive with fewer has lost receipts: nothing of it is removed.
    ///
    /// # Errors
    /// Where it cannot be read, or a number is missing in its sequence.
    pub fn open(folder: &Path, known: u32) -> Result<Archive, OutboxError> {
        make_private_folder(folder)?;
        let (archive, half_facts) = Archive::look(folder)?;
        if archive.next().0 > known {
            half_facts.iter().try_for_each(|path| remove_half_a_fact(path))?;
        }
        Ok(archive)
    }

    /// Looks at an archive and changes nothing; gives the half-archived facts too.
    ///
    /// # Errors
    /// Where it cannot be read, or a number is missing in its sequence.
    pub fn look(folder: &Path) -> Result<(Archive, Vec<PathBuf>), OutboxError> {
        let mut receipts = Vec::new();
        let mut contents = Vec::new();
        for entry in fs::read_dir(folder).map_err(io("could not read the folder", folder))? {
            let path = entry.map_err(io("could not read the folder", folder))?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let Some(sequence) = name.get(..6).and_then(|digits| digits.parse::<u32>().ok()) else {
                continue;
            };
            if name[6..] == *RECEIPT {
                receipts.push(sequence);
            } else {
                contents.push((sequence, path));
            }
        }
        receipts.sort_unstable();
        if let Some((wanted, _)) = (1..).zip(&receipts).find(|(wanted, found)| wanted != *found) {
            let path = folder.join(format!("{}{RECEIPT}", Sequence(wanted)));
            return Err(OutboxError::Broken { path, what: "the receipt is missing".to_owned() });
        }
        contents.retain(|(sequence, _)| !receipts.contains(sequence));
        let mut archive = Archive { folder: folder.to_owned(), head: None };
        if let Some(last) = receipts.last() {
            let (_, hash) = archive.receipt(Sequence(*last))?;
            archive.head = Some((Sequence(*last), hash));
        }
        Ok((archive, contents.into_iter().map(|(_, path)| path).collect()))
    }

    /// The number that the next fact gets.
    pub fn next(&self) -> Sequence {
        Sequence(self.head.as_ref().map_or(1, |(last, _)| last.0 + 1))
    }

    /// The newest receipt's sha256; empty for an empty archive.
    pub fn chain_head(&self) -> &str {
        self.head.as_ref().map_or("", |(_, hash)| hash)
    }

    /// Adds a fact; gives the sha256 of its receipt.
    ///
    /// # Errors
    /// Where it cannot be written; then it is not in the archive.
    ///
    /// # Panics
    /// Where the receipt does not follow the last one: then the program is wrong.
    pub fn put(&mut self, receipt: &Receipt, bytes: &[u8]) -> Result<String, OutboxError> {
        assert_eq!(receipt.sequence, self.next(), "facts are archived in order");
        assert_eq!(receipt.previous, self.chain_head(), "each receipt names the one before");
        let content = self.folder.join(&receipt.file);
        write_whole(&content, bytes)?;
        make_read_only(&content)?;
        let mut text = serde_json::to_vec_pretty(receipt).expect("a receipt has string keys and no floats");
        text.push(b'\n');
        let path = self.receipt_path(receipt.sequence);
        write_whole(&path, &text)?;
        make_read_only(&path)?;
        let hash = hash(&text);
        self.head = Some((receipt.sequence, hash.clone()));
        Ok(hash)
    }

    /// Reads a fact back and checks its content against its receipt.
    ///
    /// # Errors
    /// Where a file cannot be read or was changed.
    pub fn get(&self, sequence: Sequence) -> Result<Archived, OutboxError> {
        let (receipt, receipt_sha256) = self.receipt(sequence)?;
        let path = self.folder.join(&receipt.file);
        let bytes = fs::read(&path).map_err(io("could not read", &path))?;
        if hash(&bytes) != receipt.sha256 {
            return Err(OutboxError::Broken {
                path,
                what: "the content is not the one of its receipt".to_owned(),
            });
        }
        Ok(Archived { receipt, receipt_sha256, bytes })
    }

    /// Reads a receipt and its sha256.
    ///
    /// # Errors
    /// Where it cannot be read, or is no receipt.
    pub fn receipt(&self, sequence: Sequence) -> Result<(Receipt, String), OutboxError> {
        let path = self.receipt_path(sequence);
        let text = fs::read(&path).map_err(io("could not read", &path))?;
        let receipt: Receipt = serde_json::from_slice(&text).map_err(|fault| OutboxError::Broken {
            path: path.clone(),
            what: format!("it is no receipt ({fault})"),
        })?;
        if receipt.sequence != sequence {
            return Err(OutboxError::Broken {
                path,
                what: format!("it is the receipt of {}", receipt.sequence),
            });
        }
        Ok((receipt, hash(&text)))
    }

    fn receipt_path(&self, sequence: Sequence) -> PathBuf {
        self.folder.join(format!("{sequence}{RECEIPT}"))
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn make_read_only(path: &Path) -> Result<(), OutboxError> {
    let doing = "could not make read-only";
    keep_private(path)?;
    let mut rights = fs::metadata(path).map_err(io(doing, path))?.permissions();
    rights.set_readonly(true);
    fs::set_permissions(path, rights).map_err(io(doing, path))
}

/// Read-only files cannot be removed everywhere.
fn remove_half_a_fact(path: &Path) -> Result<(), OutboxError> {
    let doing = "could not remove the unfinished";
    let mut rights = fs::metadata(path).map_err(io(doing, path))?.permissions();
    #[expect(clippy::permissions_set_readonly_false, reason = "the file is removed in the next line")]
    rights.set_readonly(false);
    fs::set_permissions(path, rights).map_err(io(doing, path))?;
    fs::remove_file(path).map_err(io(doing, path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::proposals::receipts::Fate;

    fn receipt(archive: &Archive, bytes: &[u8]) -> Receipt {
        Receipt {
            sequence: archive.next(),
            day: "2026-02-02".parse().unwrap(),
            fate: Fate::Accepted,
            name: "a.csv".to_owned(),
            kind: "reads".to_owned(),
            rows: 1,
            totals: vec![],
            outcome: String::new(),
            file: format!("{} a.csv", archive.next()),
            sha256: hash(bytes),
            dropped: String::new(),
            previous: archive.chain_head().to_owned(),
        }
    }

    #[test]
    fn facts_come_back_and_are_chained() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path(), 0).unwrap();
        let first = archive.put(&receipt(&archive, b"one"), b"one").unwrap();
        archive.put(&receipt(&archive, b"two"), b"two").unwrap();
        let again = Archive::open(folder.path(), 0).unwrap();
        assert_eq!(again.next(), Sequence(3));
        let second = again.get(Sequence(2)).unwrap();
        assert_eq!((second.bytes.as_slice(), second.receipt.previous), (b"two".as_slice(), first));
    }

    #[test]
    fn half_a_fact_is_removed_and_a_changed_one_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path(), 0).unwrap();
        archive.put(&receipt(&archive, b"one"), b"one").unwrap();
        let half = folder.path().join("000002 b.csv");
        fs::write(&half, b"half").unwrap();
        make_read_only(&half).unwrap();
        let archive = Archive::open(folder.path(), 0).unwrap();
        assert!(!half.exists());
        let whole = folder.path().join("000001 a.csv");
        let mut rights = fs::metadata(&whole).unwrap().permissions();
        #[allow(clippy::permissions_set_readonly_false, reason = "the test plays a careless editor")]
        rights.set_readonly(false);
        fs::set_permissions(&whole, rights).unwrap();
        fs::write(&whole, b"One").unwrap();
        let told = archive.get(Sequence(1)).unwrap_err().to_string();
        assert!(told.contains("000001 a.csv: the content is not the one of its receipt"), "{told}");
    }

    #[test]
    fn a_file_that_is_named_like_a_receipt_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let mut archive = Archive::open(folder.path(), 0).unwrap();
        let mut posted = receipt(&archive, b"one");
        posted.file = "000001 000001.receipt.json".to_owned();
        archive.put(&posted, b"one").unwrap();
        assert_eq!(Archive::open(folder.path(), 0).unwrap().next(), Sequence(2));
    }

    #[test]
    fn a_missing_receipt_is_named() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("000002.receipt.json"), b"{}").unwrap();
        let told = Archive::open(folder.path(), 0).unwrap_err().to_string();
        assert!(told.contains("000001.receipt.json: the receipt is missing"), "{told}");
    }
}
