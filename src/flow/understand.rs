//! From the bytes of a file to typed rows: open, recognise, read.

use super::mapped::{Layouts, MappedText};
use super::progress::Progress;
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::domain::finding::{Code, Finding};
use crate::domain::origin::{Origin, SheetName};
use crate::domain::page::seal::{COVER, takes_decisions};
use crate::domain::proposals::decided::{Imprint, Returned};
use crate::domain::rows::{Rows, SheetRows};
use crate::domain::sheet::cell::Row;
use crate::domain::sheet::place::{Place, Trouble};
use crate::domain::sheet::profile::{Kind, Layout, Profile};
use crate::domain::sheet::returned::ReturnId;
use crate::exchange::{self, CimisAnswer};
use crate::recognise::{self, Recognition, Twice};
use crate::rows::{self, Ground};
use crate::sheet::{self, Unreadable};
use crate::workbook;

/// Rows between two tellings of progress.
const ROWS_TOLD: u64 = 5_000;

/// Changed cells of a sheet that are told one by one.
const CHANGES_TOLD: usize = 20;

/// What was understood of one file.
#[derive(Debug, Default)]
pub(super) struct Understood {
    /// The recognised sheets, in the order in which they are posted.
    pub(super) sheets: Vec<SheetRows>,
    pub(super) findings: Vec<Finding>,
    /// What is odd about the file or its name.
    pub(super) note: Option<String>,
    /// The content that was handed back and that this file corrects.
    pub(super) corrects: Option<ReturnId>,
    /// The decisions, where it is a workbook of ours that came back.
    pub(super) returned: Option<Returned>,
}

/// Opens, recognises and reads one file.
pub(super) fn understand(
    name: &str,
    bytes: &[u8],
    layouts: &Layouts<'_>,
    ground: Ground,
    progress: &mut dyn Progress,
) -> Understood {
    let mut understood = Understood::default();
    if let Some(answer) = exchange::cimis_answer(bytes) {
        return weather(name, answer);
    }
    let read = match layouts.mapped(name, bytes, ground.today) {
        Some(text) => read_mapped(name, &text, ground, &mut understood),
        None => read_sheets(name, bytes, &layouts.profiles, ground, progress, &mut understood),
    };
    if let Err(unreadable) = read {
        let trouble = Trouble::error(Code::UnreadableFile, "", unreadable.to_string());
        understood.findings.push(trouble.at(Origin::file(name), ""));
    }
    understood.sheets.sort_by_key(|sheet| sheet.place.layout.kind.turn());
    understood
}

/// The kind by which a file takes its turn; `None` where no sheet is recognised.
pub(super) fn turn(name: &str, bytes: &[u8], layouts: &Layouts<'_>, today: Date) -> Option<Kind> {
    if exchange::cimis_answer(bytes).is_some() {
        return Some(Kind::Eto);
    }
    if let Some(text) = layouts.mapped(name, bytes, today) {
        return Some(text.kind());
    }
    let mut book = sheet::open(name, bytes).ok()?;
    if imprint(&mut book).ok()?.is_some() {
        return Some(Kind::Decisions);
    }
    let count = book.sheets().len();
    let mut kinds = Vec::new();
    for index in (0..count).filter(|index| !book.sheets()[*index].hidden).collect::<Vec<_>>() {
        let Ok(mut stream) = book.rows(index) else { continue };
        let first = first_rows(&mut stream).ok()?;
        if let Recognition::One(layout) | Recognition::Twice(layout, _) =
            recognise::recognise(&first, &layouts.profiles)
        {
            kinds.push(layout.kind);
        }
    }
    kinds.into_iter().min_by_key(|kind| kind.turn())
}

/// An answer of the CIMIS Web API: rows of a sheet that never was one.
fn weather(name: &str, answer: CimisAnswer) -> Understood {
    let place = Place {
        name: SheetName { file: name.into(), sheet: "".into() },
        layout: Layout { kind: Kind::Eto, header_row: 0, columns: vec![] },
    };
    let unreadable = |(record, fault): &(u32, String)| {
        let message = format!("Record {record} cannot be read: {fault}. Download the data again.");
        place.row(*record, Trouble::error(Code::UnreadableCell, "", message))
    };
    let mut findings: Vec<Finding> = answer.faults.iter().map(unreadable).collect();
    if answer.rows.is_empty() && findings.is_empty() {
        findings.push(place.whole(Trouble::error(
            Code::NoRows,
            "",
            "The answer of CIMIS has no record of a station. Ask for station data; spatial data name no station.",
        )));
    }
    let spatial = counted(answer.spatial, "spatial record", "spatial records");
    Understood {
        findings,
        note: (answer.spatial > 0).then(|| format!("{spatial} passed over")),
        sheets: vec![SheetRows { place, rows: Rows::Eto(answer.rows), totals: vec![] }],
        corrects: None,
        returned: None,
    }
}

/// A text whose lines are mapped: one sheet, whose columns need no recognition.
fn read_mapped(
    name: &str,
    text: &MappedText<'_>,
    ground: Ground,
    understood: &mut Understood,
) -> Result<(), Unreadable> {
    let mut reader = rows::Reader::new(text.place(name), ground);
    let passed = text.each_row::<Unreadable>(&mut |row| {
        reader.push(row);
        Ok(())
    })?;
    understood.note = text.told(passed);
    let read = reader.finish();
    if read.sheet.rows.count() == 0 && read.findings.is_empty() {
        understood.findings.push(no_mapped_rows(&read.sheet.place));
    }
    understood.findings.extend(read.findings);
    understood.findings.extend(zeros(name, read.zeros_restored));
    understood.sheets.push(read.sheet);
    Ok(())
}

/// A mapped text without a row of its kind: the map, or the file, is another.
fn no_mapped_rows(place: &Place) -> Finding {
    let message = format!(
        "No line of the file is a row of {}, as [[columns]] of office.toml has them. Look whether the file is whole, and \
         whether the map is for it.",
        place.layout.kind.word()
    );
    place.whole(Trouble::error(Code::NoRows, "", message))
}

fn read_sheets(
    name: &str,
    bytes: &[u8],
    profiles: &[Profile],
    ground: Ground,
    progress: &mut dyn Progress,
    understood: &mut Understood,
) -> Result<(), Unreadable> {
    let mut book = sheet::open(name, bytes)?;
    understood.note = book.note();
    understood.corrects = book.returned().map(|returned| returned.id);
    if let Some(imprint) = imprint(&mut book)? {
        return read_returned(name, &mut book, imprint, progress, understood);
    }
    let (mut unknown, mut zeros_restored) = (Vec::new(), 0);
    for (index, sheet_name) in visible(&book) {
        let place = SheetName { file: name.into(), sheet: sheet_name.as_str().into() };
        let mut stream = book.rows(index)?;
        let first = first_rows(&mut stream)?;
        if recognise::deciding(&first).is_some() {
            understood.findings.push(lone_sheet(&place));
            continue;
        }
        let layout = match known(&first, profiles, &place) {
            Known::Sheet(layout) => layout,
            Known::Trouble(finding) => {
                understood.findings.push(finding);
                continue;
            }
            Known::Unknown(nearest) => {
                unknown.push((place, nearest));
                continue;
            }
        };
        let place = Place { name: place, layout };
        let mut reader = rows::Reader::new(place.clone(), ground);
        first.iter().for_each(|row| reader.push(row));
        progress.begin(&format!("Reading {name}"), None);
        let mut count = 0;
        while let Some(row) = stream.next_row()? {
            reader.push(row);
            count += 1;
            if count % ROWS_TOLD == 0 {
                progress.reach(count);
            }
        }
        let read = reader.finish();
        zeros_restored += read.zeros_restored;
        if read.sheet.rows.count() == 0 && read.findings.is_empty() {
            understood.findings.push(no_rows(&place));
        }
        understood.findings.extend(read.findings);
        understood.sheets.push(read.sheet);
    }
    understood.findings.extend(zeros(name, zeros_restored));
    if understood.sheets.is_empty() && understood.findings.is_empty() {
        understood.findings.push(unknown_kind(name, unknown, profiles));
    }
    Ok(())
}

/// The sheets that who opens the workbook sees.
pub(super) fn visible(book: &sheet::Workbook<'_>) -> Vec<(usize, String)> {
    let problems = book.returned().and_then(|returned| returned.problems);
    let is_data = |info: &sheet::SheetInfo| !info.hidden && Some(&info.name) != problems.as_ref();
    let sheets = (0..).zip(book.sheets()).filter(|(_, info)| is_data(info));
    sheets.map(|(index, info)| (index, info.name.clone())).collect()
}

/// What a workbook that comes back with decisions says of itself.
///
/// Field orders come back as a sheet of field results, whose cells need no seal: each names its order. A tax roll comes
/// back as a sheet of accounts, whose changes are listed like those of any other.
fn imprint(book: &mut sheet::Workbook<'_>) -> Result<Option<Imprint>, Unreadable> {
    let is_sheet =
        |imprint: &Imprint| [workbook::FIELD_ORDERS, workbook::TAX_ROLL].contains(&&*imprint.workbook);
    Ok(said_of_itself(book)?.filter(|imprint| !is_sheet(imprint)))
}

/// What the file says of itself, where this program made it: in its properties, or on its cover.
fn said_of_itself(book: &mut sheet::Workbook<'_>) -> Result<Option<Imprint>, Unreadable> {
    let property = |name| book.property(name).filter(|text| !text.is_empty()).map(str::to_owned);
    if let (Some(workbook), Some(run_id)) = (property(workbook::WORKBOOK), property(workbook::RUN_ID)) {
        return Ok(Some(Imprint { workbook, run_id }));
    }
    let covers = visible(book).into_iter().filter(|(_, name)| name == COVER);
    let Some((index, _)) = covers.take(1).next() else { return Ok(None) };
    let mut stream = book.rows(index)?;
    Ok(recognise::cover(&first_rows(&mut stream)?))
}

/// Reads a workbook of ours: the lists that take decisions, and whether a cell of the others or the cover was changed.
///
/// A sheet that is none of ours is passed over.
fn read_returned(
    name: &str,
    book: &mut sheet::Workbook<'_>,
    imprint: Imprint,
    progress: &mut dyn Progress,
    understood: &mut Understood,
) -> Result<(), Unreadable> {
    let mut returned = Returned { imprint, lists: vec![] };
    let mut wrong = Vec::new();
    for (index, sheet_name) in visible(book) {
        let mut stream = book.rows(index)?;
        let first = first_rows(&mut stream)?;
        let sealed = if sheet_name == COVER { recognise::sealed_cover } else { recognise::sealed };
        let Some(layout) = sealed(&first) else { continue };
        let takes_decisions = takes_decisions(&layout);
        let place = SheetName { file: name.into(), sheet: sheet_name.as_str().into() };
        let mut reader = rows::ListReader::new(Place { name: place, layout });
        first.iter().for_each(|row| reader.push(row));
        progress.begin(&format!("Reading {name}"), None);
        let mut count = 0;
        while let Some(row) = stream.next_row()? {
            reader.push(row);
            count += 1;
            if count % ROWS_TOLD == 0 {
                progress.reach(count);
            }
        }
        let (list, findings) = reader.finish();
        wrong.push((takes_decisions, findings));
        returned.lists.extend(takes_decisions.then_some(list));
    }
    // Other sheets look at the rows of a list by their places: sorted by a spreadsheet program, it changes what they show.
    if returned.lists.iter().any(|list| list.is_sorted_anew) {
        wrong.retain(|(takes_decisions, _)| *takes_decisions);
    }
    // One changed cell changes what follows from it on other sheets: the sheet with the fewest changes comes first.
    wrong.sort_by_key(|(_, findings)| findings.len());
    understood.findings.extend(wrong.into_iter().flat_map(|(_, findings)| the_first(findings)));
    if returned.count() == 0 && understood.findings.is_empty() {
        understood.findings.push(nothing_decided(name, &returned));
    }
    understood.returned = Some(returned);
    Ok(())
}

/// What is wrong with one sheet: the first of it, and how much more there is.
fn the_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    let more = findings.len().saturating_sub(CHANGES_TOLD);
    if more > 0 {
        findings.truncate(CHANGES_TOLD);
        let sheet = findings[0].origin.sheet.clone();
        let message = format!(
            "{} of this sheet besides those above: changed too, or worked out from a cell that was.",
            counted(more, "cell", "cells")
        );
        findings.push(Trouble::error(Code::ChangedCell, "", message).at(Origin::sheet(&sheet), ""));
    }
    findings
}

fn nothing_decided(name: &str, returned: &Returned) -> Finding {
    let what = returned.imprint.workbook.to_lowercase();
    let message = if returned.lists.is_empty() {
        format!("This is the program's own {what}: it takes no decisions. Nothing was done with it.")
    } else {
        format!("No row of this {what} has a decision. Fill in Decision and Initials, and drop it again.")
    };
    Trouble::error(Code::NothingToDecide, "", message).at(Origin::file(name), "")
}

/// A list with decisions, saved out of its workbook: nobody can say what run it belongs to.
fn lone_sheet(place: &SheetName) -> Finding {
    let message = "This is a list out of one of the program's workbooks, saved without its cover. Fill in the workbook \
                   itself, save it as it is (.xlsx) and drop it.";
    Trouble::error(Code::LoneSheet, "", message).at(Origin::sheet(place), "")
}

/// The rows in which a header is looked for.
pub(super) fn first_rows(stream: &mut sheet::RowStream<'_>) -> Result<Vec<Row>, Unreadable> {
    let mut first = Vec::with_capacity(recognise::ROWS_LOOKED_AT);
    while first.len() < recognise::ROWS_LOOKED_AT
        && let Some(row) = stream.next_row()?
    {
        first.push(row.clone());
    }
    Ok(first)
}

/// What a sheet is, by its first rows.
pub(super) enum Known {
    /// One of a kind.
    Sheet(Layout),
    /// Several kinds, or one with a column named twice.
    Trouble(Finding),
    /// None that we know, with the kind that it comes nearest to.
    Unknown(Option<recognise::Nearest>),
}

/// Says what a sheet is, or what has to be settled before it is anything.
pub(super) fn known(first: &[Row], profiles: &[Profile], sheet: &SheetName) -> Known {
    match recognise::recognise(first, profiles) {
        Recognition::One(layout) => Known::Sheet(layout),
        Recognition::Twice(layout, twice) => Known::Trouble(named_twice(sheet, &layout, &twice)),
        Recognition::Several(kinds) => {
            let settling = recognise::settling_columns(first, &kinds, profiles);
            Known::Trouble(ambiguous(sheet, &settling))
        }
        Recognition::None(nearest) => Known::Unknown(nearest),
    }
}

fn named_twice(sheet: &SheetName, layout: &Layout, twice: &Twice) -> Finding {
    let [first, second] = &twice.headers;
    let message = format!(
        "The columns '{}' and '{}' both mean {}. Remove one, or rename it to what it holds.",
        first.header, second.header, twice.column
    );
    let origin = Origin::cell(sheet, layout.header_row, second.at);
    Trouble::error(Code::DuplicateColumn, &second.header, message).at(origin, &second.header)
}

/// The kinds that a sheet fits, each with the columns of its own that would settle it.
fn ambiguous(sheet: &SheetName, kinds: &[(Kind, Vec<String>)]) -> Finding {
    let words: Vec<&str> = kinds.iter().map(|(kind, _)| kind.word()).collect();
    let words = words.join(" or ");
    let settled = kinds.iter().filter(|(_, columns)| !columns.is_empty());
    let add: Vec<String> =
        settled.map(|(kind, columns)| format!("{} for {}", columns.join(" and "), kind.word())).collect();
    let mut todo = Vec::new();
    if add.len() < kinds.len() {
        todo.push("Remove the columns of the kind that it is not.".to_owned());
    }
    if !add.is_empty() {
        todo.push(format!("Add a column that says which; its cells may stay empty: {}.", add.join("; ")));
    }
    let message = format!("The columns fit several kinds of sheet: {words}. {}", todo.join(" "));
    Trouble::error(Code::AmbiguousKind, words, message).at(Origin::sheet(sheet), "")
}

/// A header without a row below it.
pub(super) fn no_rows(place: &Place) -> Finding {
    let message = format!(
        "The sheet has the header of a sheet of {} in row {} and nothing below it. Fill it in, or leave it out.",
        place.layout.kind.word(),
        place.layout.header_row
    );
    place.whole(Trouble::error(Code::NoRows, "", message))
}

fn zeros(name: &str, restored: usize) -> Option<Finding> {
    let numbers = counted(restored, "account number", "account numbers");
    let message =
        format!("Leading zeros were lost and put back: {numbers}. Format the column as text to keep them.");
    let note = Trouble::note(Code::ZerosRestored, restored.to_string(), message);
    (restored > 0).then(|| note.at(Origin::file(name), ""))
}

/// No sheet has the columns of a kind; with the kind that one of them comes nearest to.
pub(super) fn unknown_kind(
    name: &str,
    sheets: Vec<(SheetName, Option<recognise::Nearest>)>,
    profiles: &[Profile],
) -> Finding {
    let nearest = sheets.into_iter().filter_map(|(sheet, nearest)| Some((sheet, nearest?)));
    match nearest.min_by_key(|(_, nearest)| nearest.missing.len()) {
        Some((sheet, nearest)) => {
            let message = format!(
                "Row {} looks like the header of a sheet of {} that lacks: {}. Add the column, or rename the one that \
                 holds it.",
                nearest.header_row,
                nearest.kind.word(),
                nearest.missing.join(", ")
            );
            Trouble::error(Code::UnknownKind, "", message).at(Origin::row(&sheet, nearest.header_row), "")
        }
        None => {
            let words: Vec<&str> = profiles.iter().map(|profile| profile.kind.word()).collect();
            if name.to_lowercase().ends_with(".owrs") {
                let message = "This is a rate file: put it into the folder rates/ of the office. It counts from its effective date.";
                return Trouble::error(Code::UnknownKind, "", message).at(Origin::file(name), "");
            }
            let kinds = match words.as_slice() {
                [kind] => format!("a sheet of {kind}"),
                kinds => format!("a kind of sheet that we know ({})", kinds.join(", ")),
            };
            let message = format!(
                "No row of the first 50 is the header of {kinds}. Copy the rows into the blank workbook of their kind."
            );
            Trouble::error(Code::UnknownKind, "", message).at(Origin::file(name), "")
        }
    }
}
