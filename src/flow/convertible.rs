//! What a conversion reads: the sheets of a file, an answer of CIMIS as the sheet that it would be, or a text that the office
//! maps.

use super::Failure;
use super::mapped::{Layouts, MappedText};
use super::progress::Progress;
use super::understand::{first_rows, visible};
use crate::domain::date::Date;
use crate::domain::sheet::cell::Row;
use crate::domain::sheet::profile::Kind;
use crate::sheet::{SheetInfo, Unreadable};
use crate::{exchange, sheet};

/// Rows between two tellings of progress.
const ROWS_TOLD: u64 = 20_000;

/// What is converted.
pub(super) enum Source<'b> {
    /// A file, with its name.
    Book(&'b str, sheet::Workbook<'b>),
    /// The rows of a station report.
    Report(Vec<Row>, [SheetInfo; 1]),
    /// A text that the office maps, with its name.
    Mapped(&'b str, MappedText<'b>, [SheetInfo; 1]),
}

impl<'b> Source<'b> {
    /// Opens a file.
    ///
    /// # Errors
    /// Where it cannot be read as a sheet.
    pub(super) fn open(
        name: &'b str,
        bytes: &'b [u8],
        layouts: &'b Layouts<'_>,
        today: Date,
    ) -> Result<Source<'b>, Failure> {
        let one_sheet = || [SheetInfo { name: String::new(), hidden: false }];
        if let Some(answer) = exchange::cimis_answer(bytes) {
            if let Some((record, fault)) = answer.faults.first() {
                return Err(Failure::Asked(format!("{name}: record {record} cannot be read: {fault}")));
            }
            let report = exchange::station_report(&answer).ok_or_else(|| {
                Failure::Asked(format!("{name} has days and hours; ask the CIMIS Web API for one of them"))
            })?;
            return Ok(Source::Report(report, one_sheet()));
        }
        if let Some(text) = layouts.mapped(name, bytes, today) {
            return Ok(Source::Mapped(name, text, one_sheet()));
        }
        let book = sheet::open(name, bytes).map_err(|why| Failure::Asked(format!("{name}: {why}")))?;
        Ok(Source::Book(name, book))
    }

    /// The kind that the office says it is.
    pub(super) fn kind(&self) -> Option<Kind> {
        match self {
            Source::Mapped(_, text, _) => Some(text.kind()),
            Source::Book(..) | Source::Report(..) => None,
        }
    }

    /// What is odd about the file's name.
    pub(super) fn note(&self) -> Option<String> {
        match self {
            Source::Book(_, book) => book.note(),
            Source::Report(..) | Source::Mapped(..) => None,
        }
    }

    /// Its sheets.
    pub(super) fn sheets(&self) -> &[SheetInfo] {
        match self {
            Source::Book(_, book) => book.sheets(),
            Source::Report(_, sheets) | Source::Mapped(.., sheets) => sheets,
        }
    }

    /// The places of the sheets that who opens the file sees; the list of problems of a file that was handed back is none.
    pub(super) fn visible(&self) -> Vec<usize> {
        match self {
            Source::Book(_, book) => visible(book).into_iter().map(|(index, _)| index).collect(),
            Source::Report(..) | Source::Mapped(..) => vec![0],
        }
    }

    /// The rows in which a header is looked for.
    pub(super) fn first_rows(&mut self, index: usize) -> Result<Vec<Row>, Failure> {
        match self {
            Source::Book(name, book) => {
                let first = book.rows(index).and_then(|mut rows| first_rows(&mut rows));
                first.map_err(|why| Failure::Asked(format!("{name}: {why}")))
            }
            Source::Report(rows, _) => Ok(rows.clone()),
            Source::Mapped(_, text, _) => Ok(vec![text.header(0)]),
        }
    }

    /// Shows every row of a sheet that has a cell.
    pub(super) fn each_row(
        &mut self,
        index: usize,
        progress: &mut dyn Progress,
        see: &mut dyn FnMut(&Row) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (name, book) = match self {
            Source::Report(rows, _) => return rows.iter().try_for_each(see),
            Source::Mapped(name, text, _) => return mapped_rows(name, text, see),
            Source::Book(name, book) => (name, book),
        };
        let unreadable = |why: sheet::Unreadable| Failure::Asked(format!("{name}: {why}"));
        let mut rows = book.rows(index).map_err(unreadable)?;
        let mut count = 0;
        while let Some(row) = rows.next_row().map_err(unreadable)? {
            see(row)?;
            count += 1;
            if count % ROWS_TOLD == 0 {
                progress.reach(count);
            }
        }
        Ok(())
    }
}

/// Shows the rows of a mapped text, numbered as its lines.
fn mapped_rows(
    name: &str,
    text: &MappedText<'_>,
    see: &mut dyn FnMut(&Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match text.each_row(&mut |row| see(row).map_err(Stopped::Failed)) {
        Ok(_) => Ok(()),
        Err(Stopped::Unreadable(why)) => Err(Failure::Asked(format!("{name}: {why}"))),
        Err(Stopped::Failed(failure)) => Err(failure),
    }
}

/// Why the rows of a mapped text came to no end.
enum Stopped {
    Unreadable(Unreadable),
    Failed(Failure),
}

impl From<Unreadable> for Stopped {
    fn from(why: Unreadable) -> Stopped {
        Stopped::Unreadable(why)
    }
}
