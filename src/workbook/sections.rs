//! The small lists that every cover has: what a workbook was made from, its colours, its known limits.

use crate::domain::page::{Cell, Flag, Section};
use crate::domain::proposals::register::Source;

/// Digits of a content's hash that tell it from all others an office has.
const HASH_SHOWN: usize = 12;

/// The files that a workbook was made from.
pub(super) fn made_from<'a>(sources: &[Source]) -> Section<'a> {
    let row = |source: &Source| {
        vec![
            Cell::new(format!("{} {}", source.sequence, source.name)),
            Cell::new(source.kind.clone()),
            Cell::new(source.rows),
            Cell::new(short(&source.sha256)),
        ]
    };
    Section {
        title: "Made from",
        columns: vec!["File, with its number in the archive", "Kind", "Rows", "sha256"],
        rows: sources.iter().map(row).collect(),
        otherwise: "No file.",
    }
}

/// What a workbook was made from, where it is no list of files.
pub(super) fn made_from_the_books<'a>(what: &'static str) -> Section<'a> {
    lines("Made from", [what])
}

/// What its colours mean, a word beside each; the colour of cells to fill in too, where it has some.
pub(super) fn colours<'a>(
    legend: impl IntoIterator<Item = (Flag, &'static str, &'static str)>,
    has_inputs: bool,
) -> Section<'a> {
    let flagged =
        legend.into_iter().map(|(flag, word, says)| vec![Cell::new(word).flagged(flag), Cell::new(says)]);
    let yellow = [vec![Cell::new("Yellow"), Cell::new("To be filled in; the header's note says with what.")]];
    let rows = flagged.chain(yellow.into_iter().filter(|_| has_inputs)).collect();
    Section { title: "Colours", columns: vec![], rows, otherwise: "" }
}

/// What it does not do, a sentence each.
pub(super) fn limits<'a>(sentences: impl IntoIterator<Item = &'static str>) -> Section<'a> {
    lines("Known limits", sentences)
}

/// How rows that wait are decided, and what comes of it: the cover of every workbook that takes decisions begins with it.
pub(super) fn how_to_decide<'a>(sentences: impl IntoIterator<Item = impl Into<String>>) -> Section<'a> {
    lines("How to decide", sentences)
}

fn lines<'a>(title: &'static str, sentences: impl IntoIterator<Item = impl Into<String>>) -> Section<'a> {
    let rows = sentences.into_iter().map(|text| vec![Cell::new(text.into())]).collect();
    Section { title, columns: vec![], rows, otherwise: "" }
}

/// The beginning of a hash, as covers and lists show it.
pub(super) fn short(sha256: &str) -> String {
    sha256.chars().take(HASH_SHOWN).collect()
}
