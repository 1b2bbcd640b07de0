//! The data of a mail merge: words alone, as they are to stand in a letter.

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
