//! The data of a mail merge: words alone, as they are to stand in a letter.

use super::cell::Value;
use super::seal::{SEAL, Sealer};

/// A sheet that a word processor merges into letters: the header in its first row, every cell a text.
#[derive(Clone, Debug)]
pub struct Merge {
    /// The name on its tab.
    pub name: String,
    /// What it shows, in one sentence.
    pub about: String,
    /// Its headers.
    pub columns: Vec<&'static str>,
    /// Its rows, a text for each header.
    pub rows: Vec<Vec<String>>,
}

impl Merge {
    /// Seals its rows, as those of the lists of its workbook are.
    pub(super) fn sealed(mut self) -> Merge {
        let sealer = Sealer::new(&self.name, self.columns.iter().copied().enumerate());
        for row in &mut self.rows {
            let texts: Vec<Value<'_>> = row.iter().map(|text| text.as_str().into()).collect();
            let seal = sealer.seal("", |at| texts.get(at));
            row.push(seal);
        }
        self.columns.push(SEAL);
        self
    }
}
