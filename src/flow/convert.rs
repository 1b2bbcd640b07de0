//! Converts a sheet into csv or xlsx, or a csv into a workbook, without an office.

use std::borrow::Cow;
use std::io::{Read, Write};
use std::path::Path;

use super::Failure;
use super::convertible::Source;
use super::desk::settings_in;
use super::mapped::Layouts;
use super::progress::Progress;
use super::rate::as_io;
use super::understand::{Known, known, no_rows, unknown_kind};
use crate::domain::date::Date;
use crate::domain::finding::{Finding, any_error};
use crate::domain::origin::{Origin, SheetName};
use crate::domain::sheet::cell::{Row, Value};
use crate::domain::sheet::place::Place;
use crate::domain::sheet::profile::{Column, Layout, Profile};
use crate::outbox;
use crate::rows::{self, Ground};
use crate::sheet::limits;
use crate::workbook::{self, Delimited, FirstRow};

/// Where the file comes from.
pub enum ConvertInput<'r> {
    /// A file.
    File(&'r Path),
    /// A stream, read to its end.
    Stream(&'r mut dyn Read),
}

/// Where the converted file goes.
pub enum ConvertOutput<'w> {
    /// To a file, which is replaced when all went well.
    File(&'w Path),
    /// To a stream.
    Stream(&'w mut dyn Write),
}

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text with commas.
    Csv,
    /// Text with tabs.
    Tsv,
    /// A workbook.
    Xlsx,
}

impl Form {
    /// What a file of this extension holds; `None` where it says nothing.
    fn of(path: &Path) -> Option<Form> {
        match path.extension()?.to_string_lossy().to_lowercase().as_str() {
            "csv" => Some(Form::Csv),
            "tsv" | "tab" => Some(Form::Tsv),
            "xlsx" => Some(Form::Xlsx),
            _ => None,
        }
    }
}

/// How a file is to be converted.
#[derive(Clone, Copy, Debug)]
pub struct ConvertQuery<'q> {
    /// What to write; without it the output's extension says so.
    pub form: Option<Form>,
    /// The sheet, by its name or its number from 1; without it the visible ones.
    pub sheet: Option<&'q str>,
    /// The kind of sheet, in a word: then its columns are written under their own names, and every cell in one spelling.
    pub kind: Option<&'q str>,
    /// The office whose settings count: its layouts of other systems, and the form of its account numbers. A text that it
    /// maps is converted as the kind that the map names.
    pub office: Option<&'q Path>,
    /// The day by which a date without a year finds it.
    pub today: Date,
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// Its name.
    pub name: String,
    /// The sheets that were converted.
    pub sheets: Vec<ConvertedSheet>,
    /// What is wrong with the file; with an error in it nothing was written.
    pub findings: Vec<Finding>,
    /// What somebody should know about the result.
    pub notes: Vec<String>,
}

impl Converted {
    /// Whether the file was written.
    pub fn is_written(&self) -> bool {
        !any_error(&self.findings)
    }
}

/// A sheet that was converted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedSheet {
    /// Its name; empty for formats without sheets.
    pub name: String,
    /// Rows; of a kind those below its header.
    pub rows: u64,
    /// Columns.
    pub columns: u32,
    /// Whether a header stands above the rows.
    pub has_header: bool,
}

/// Converts a file.
///
/// Cells come over as they stand, each in its place; with a kind of sheet, its columns under their own names and its rows
/// alone, each cell in one spelling. The file is read twice, once to learn how wide it is and whether every cell can be
/// converted; no reading holds its rows, but for what the rules of a kind look at.
///
/// # Errors
/// Where a file cannot be read or written, or what is asked for is not there.
pub fn convert(
    query: ConvertQuery<'_>,
    input: ConvertInput<'_>,
    output: ConvertOutput<'_>,
    progress: &mut dyn Progress,
) -> Result<Converted, Failure> {
    let form = form(query, &output)?;
    if let (ConvertInput::File(from), ConvertOutput::File(to)) = (&input, &output)
        && outbox::same_file(from, to)
    {
        return Err(Failure::Asked(format!("{} is read; name another file for the output", to.display())));
    }
    let office = query.office.map(settings_in).transpose()?;
    let layouts = Layouts::of(office.as_ref());
    let asked = query.kind.map(|word| profile(&layouts.profiles, word)).transpose()?;
    let (name, bytes) = fetched(input)?;
    let mut source = Source::open(&name, &bytes, &layouts, query.today)?;
    let mapped = |profile: &&Profile| Some(profile.kind) == source.kind();
    let profile = asked.or_else(|| layouts.profiles.iter().find(mapped));
    let digits = office.as_ref().map_or(0, |office| office.accounts.digits());
    let hidden = query.sheet.is_none().then(|| hidden(&source)).flatten();
    let notes = source.note().into_iter().chain(hidden).collect();
    let mut converted = Converted { name: name.clone(), notes, ..Converted::default() };
    let parts = parts(&mut source, query, (profile, digits), &mut converted)?;
    let mut surveyed = Vec::new();
    for part in parts {
        let survey = survey(&mut source, &part, form, progress, &mut converted)?;
        surveyed.extend((survey.rows > 0).then_some((part, survey)));
    }
    if converted.is_written() {
        check_count(&surveyed, form, &converted.name)?;
        write(&mut source, &surveyed, (form, &converted.name), output, progress)?;
        let sheet = |(part, survey): &(Part, Survey)| ConvertedSheet {
            name: part.name.sheet.to_string(),
            rows: survey.rows - u64::from(part.columns.is_some()),
            columns: survey.width,
            has_header: part.columns.is_some(),
        };
        converted.sheets = surveyed.iter().map(sheet).collect();
    }
    Ok(converted)
}

fn form(query: ConvertQuery<'_>, output: &ConvertOutput<'_>) -> Result<Form, Failure> {
    let named = match output {
        ConvertOutput::File(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
                return Err(Failure::Asked(format!(
                    "there is no folder {}; make it first",
                    folder.display()
                )));
            }
            Form::of(path)
        }
        ConvertOutput::Stream(_) => Some(Form::Csv),
    };
    query.form.or(named).ok_or_else(|| {
        let told =
            "csv, tsv and xlsx can be written: end the output's name with .csv, .tsv or .xlsx, or add --to";
        Failure::Asked(told.to_owned())
    })
}

/// The kind of sheet of this word: `meter changes`, or `meter-changes`.
fn profile<'p>(profiles: &'p [Profile], word: &str) -> Result<&'p Profile, Failure> {
    let words: Vec<&str> = profiles.iter().map(|profile| profile.kind.word()).collect();
    let told = format!("there is no kind of sheet '{word}'; the kinds are: {}", words.join(", "));
    let asked = word.to_lowercase().replace('-', " ");
    profiles.iter().find(|profile| profile.kind.word() == asked).ok_or(Failure::Asked(told))
}

fn fetched(input: ConvertInput<'_>) -> Result<(String, Vec<u8>), Failure> {
    match input {
        ConvertInput::File(path) => {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Ok((name, outbox::content(path)?))
        }
        ConvertInput::Stream(stream) => {
            let mut bytes = Vec::new();
            // One byte more than is allowed, so that too large a stream is known as such and no more of it is held.
            let read = stream.take(limits::FILE_BYTES + 1).read_to_end(&mut bytes);
            read.map_err(|cause| Failure::Asked(format!("standard input could not be read: {cause}")))?;
            Ok(("standard input".to_owned(), bytes))
        }
    }
}

/// A sheet that is converted.
struct Part {
    index: usize,
    name: SheetName,
    /// Where its kind is known: its place, and its columns in the order of the kind.
    columns: Option<(Place, Vec<(u32, Column)>)>,
    /// How many digits an account number has; 0 where no office says it.
    account_digits: usize,
}

impl Part {
    /// What is written before the rows.
    fn header(&self) -> Option<Row> {
        let (_, columns) = self.columns.as_ref()?;
        Some(Row::of(1, columns.iter().map(|(_, column)| Value::Text(column.name.clone()))))
    }

    /// A row as it is written, `number` being that of the next one; `None` where it is not.
    fn shown<'r>(&self, row: &'r Row, number: u32) -> Option<Cow<'r, Row>> {
        let Some((place, columns)) = &self.columns else { return Some(Cow::Borrowed(row)) };
        let cells =
            columns.iter().map(|(at, column)| rows::canonical(row.value(*at), column, self.account_digits));
        rows::is_data(row, &place.layout).then(|| Cow::Owned(Row::of(number, cells)))
    }
}

/// The sheets to convert; what stands against one of them is a finding.
fn parts(
    source: &mut Source<'_>,
    query: ConvertQuery<'_>,
    (profile, account_digits): (Option<&Profile>, usize),
    converted: &mut Converted,
) -> Result<Vec<Part>, Failure> {
    let indexes = chosen(source, query.sheet, &converted.name)?;
    let named = |source: &Source<'_>, index: usize| SheetName {
        file: converted.name.as_str().into(),
        sheet: source.sheets()[index].name.as_str().into(),
    };
    let Some(profile) = profile else {
        let part = |index| Part { index, name: named(source, index), columns: None, account_digits };
        return Ok(indexes.into_iter().map(part).collect());
    };
    let (mut parts, mut unknown) = (Vec::new(), Vec::new());
    for index in indexes {
        let name = named(source, index);
        let first = source.first_rows(index)?;
        match known(&first, std::slice::from_ref(profile), &name) {
            Known::Sheet(layout) => {
                converted.notes.extend(left_out(&first, &layout));
                let column = |column: &Column| Some((layout.column(&column.name)?.at, column.clone()));
                let columns = profile.columns.iter().filter_map(column).collect();
                let place = Place { name: name.clone(), layout };
                parts.push(Part { index, name, columns: Some((place, columns)), account_digits });
            }
            Known::Trouble(finding) => converted.findings.push(finding),
            Known::Unknown(nearest) => unknown.push((name, nearest)),
        }
    }
    if !parts.is_empty() && !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|(name, _)| &*name.sheet).collect();
        let kind = profile.kind.word();
        converted.notes.push(format!("Left out, for they are no sheets of {kind}: {}.", names.join(", ")));
    }
    if parts.is_empty() && converted.findings.is_empty() {
        let finding = unknown_kind(&converted.name, unknown, std::slice::from_ref(profile));
        converted.findings.push(finding);
    }
    Ok(parts)
}

/// The columns of a sheet that its kind does not know, in a sentence.
fn left_out(first: &[Row], layout: &Layout) -> Option<String> {
    let header = first.iter().find(|row| row.number == layout.header_row)?;
    let unknown =
        header.cells.iter().filter(|cell| layout.columns.iter().all(|known| known.at != cell.column));
    let names: Vec<String> = unknown.map(|cell| cell.value.text().trim().to_owned()).collect();
    let kind = layout.kind.word();
    (!names.is_empty())
        .then(|| format!("Left out, for a sheet of {kind} has no such column: {}.", names.join(", ")))
}

/// The places of the sheets that are asked for: of one name or number, else of all that are visible.
fn chosen(source: &Source<'_>, asked: Option<&str>, file: &str) -> Result<Vec<usize>, Failure> {
    let sheets = source.sheets();
    let Some(asked) = asked else { return Ok(source.visible()) };
    let by_name = sheets.iter().position(|sheet| sheet.name == asked);
    let in_any_case = || sheets.iter().position(|sheet| sheet.name.to_lowercase() == asked.to_lowercase());
    let by_number = || asked.parse::<usize>().ok()?.checked_sub(1).filter(|index| *index < sheets.len());
    let found = by_name.or_else(in_any_case).or_else(by_number);
    found.map(|index| vec![index]).ok_or_else(|| {
        let names: Vec<&str> = sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        let known = if names == [""] {
            "it is text, which has but one; leave out --sheet".to_owned()
        } else {
            format!("its sheets are: {}", names.join(", "))
        };
        Failure::Asked(format!("{file} has no sheet '{asked}'; {known}"))
    })
}

/// The sheets that are hidden, in a sentence.
fn hidden(source: &Source<'_>) -> Option<String> {
    let hidden = source.sheets().iter().filter(|sheet| sheet.hidden);
    let names: Vec<&str> = hidden.map(|sheet| sheet.name.as_str()).collect();
    (!names.is_empty())
        .then(|| format!("Hidden sheets are left out; --sheet names one: {}.", names.join(", ")))
}

/// What the first reading of a sheet finds out.
#[derive(Default)]
struct Survey {
    /// Rows that are written, with the header.
    rows: u64,
    width: u32,
    /// How many cells would be taken for formulas, and the first of them.
    formulas: u64,
    first_formula: Option<Origin>,
}

impl Survey {
    /// Looks at a row, and at the same as it is written.
    fn see(&mut self, row: &Row, shown: &Row, name: &SheetName) {
        self.rows += 1;
        self.width = self.width.max(shown.cells.last().map_or(0, |cell| cell.column + 1));
        for cell in row.cells.iter().filter(|cell| workbook::reads_as_formula(&cell.value)) {
            self.formulas += 1;
            self.first_formula.get_or_insert_with(|| Origin::cell(name, row.number, cell.column));
        }
    }
}

fn survey(
    source: &mut Source<'_>,
    part: &Part,
    form: Form,
    progress: &mut dyn Progress,
    converted: &mut Converted,
) -> Result<Survey, Failure> {
    // What lies ahead is no fault of a conversion.
    let ground = Ground { today: Date::MAX, account_digits: part.account_digits };
    let mut reader = part.columns.as_ref().map(|(place, _)| rows::Reader::new(place.clone(), ground));
    let mut survey = Survey::default();
    if let Some(header) = part.header() {
        survey.see(&header, &header, &part.name);
    }
    let findings = &mut converted.findings;
    progress.begin(&format!("Reading {}", converted.name), None);
    source.each_row(part.index, progress, &mut |row| {
        match &mut reader {
            Some(reader) => reader.push(row),
            None => findings.extend(lost(row, &part.name)),
        }
        if let Some(shown) = part.shown(row, row.number) {
            survey.see(row, &shown, &part.name);
        }
        Ok(())
    })?;
    if let Some(read) = reader.map(rows::Reader::finish) {
        if read.sheet.rows.count() == 0 && read.findings.is_empty() {
            findings.push(no_rows(&read.sheet.place));
        }
        findings.extend(read.findings);
    }
    if let Some(first) = survey.first_formula.as_ref().filter(|_| form != Form::Xlsx) {
        converted.notes.push(format!(
            "A spreadsheet program that opens the text would take {} of its cells for formulas, first that of {first}. \
             Hand it to people as .xlsx, where text stays text.",
            survey.formulas
        ));
    }
    Ok(survey)
}

/// The cells of a row that have no value to convert.
fn lost<'r>(row: &'r Row, name: &'r SheetName) -> impl Iterator<Item = Finding> + use<'r> {
    let has_none = |value: &Value| matches!(value, Value::Uncalculated(_) | Value::TooLong(_));
    row.cells.iter().filter(move |cell| has_none(&cell.value)).filter_map(move |cell| {
        let trouble = rows::values::stored(&cell.value).err()?;
        Some(trouble.at(Origin::cell(name, row.number, cell.column), ""))
    })
}

/// Refuses what has nothing to write, and several sheets for a text.
fn check_count(surveyed: &[(Part, Survey)], form: Form, file: &str) -> Result<(), Failure> {
    let names: Vec<&str> = surveyed.iter().map(|(part, _)| &*part.name.sheet).collect();
    match names.as_slice() {
        [] => Err(Failure::Asked(format!(
            "{file} has no visible cell to convert; --sheet names a hidden sheet"
        ))),
        [_, _, ..] if form != Form::Xlsx => Err(Failure::Asked(format!(
            "{file} has several sheets, and a text has one; name it with --sheet: {}",
            names.join(", ")
        ))),
        _ => Ok(()),
    }
}

/// Reads the sheets again, and writes them.
fn write(
    source: &mut Source<'_>,
    surveyed: &[(Part, Survey)],
    (form, file): (Form, &str),
    output: ConvertOutput<'_>,
    progress: &mut dyn Progress,
) -> Result<(), Failure> {
    let delimiter = match form {
        Form::Csv => b',',
        Form::Tsv => b'\t',
        Form::Xlsx => {
            let bytes = into_workbook(source, surveyed, file, progress)?;
            match output {
                ConvertOutput::File(path) => _ = outbox::place(path, &bytes)?,
                ConvertOutput::Stream(out) => out.write_all(&bytes)?,
            }
            return Ok(());
        }
    };
    let (part, survey) = &surveyed[0];
    progress.begin("Writing", Some(survey.rows));
    let mut into_text = |out: &mut dyn Write| -> Result<(), Failure> {
        let mut text = Delimited::new(out, delimiter, survey.width);
        each_shown(source, part, progress, &mut |row| Ok(text.row(row)?))?;
        Ok(text.finish()?)
    };
    match output {
        ConvertOutput::File(path) => outbox::place_stream(path, |file| into_text(file).map_err(as_io))?,
        ConvertOutput::Stream(out) => into_text(out)?,
    }
    Ok(())
}

fn into_workbook(
    source: &mut Source<'_>,
    surveyed: &[(Part, Survey)],
    file: &str,
    progress: &mut dyn Progress,
) -> Result<Vec<u8>, Failure> {
    let names: Vec<String> = surveyed.iter().map(|(part, _)| part.name.sheet.to_string()).collect();
    let has_header = surveyed.iter().all(|(part, _)| part.columns.is_some());
    let first = if has_header { FirstRow::Header } else { FirstRow::Data };
    workbook::copied(file, &workbook::tabs(&names, file), first, &mut |at, see| {
        let (part, survey) = &surveyed[at];
        progress.begin("Writing", Some(survey.rows));
        each_shown(source, part, progress, &mut |row| Ok(see(row)?))
    })
}

/// Shows the rows of a sheet as they are written.
fn each_shown(
    source: &mut Source<'_>,
    part: &Part,
    progress: &mut dyn Progress,
    see: &mut dyn FnMut(&Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let header = part.header();
    let mut next = 1;
    if let Some(header) = &header {
        see(header)?;
        next += 1;
    }
    source.each_row(part.index, progress, &mut |row| {
        let Some(shown) = part.shown(row, next) else { return Ok(()) };
        next += 1;
        see(&shown)
    })
}
