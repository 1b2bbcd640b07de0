//! Converts a file between sheets and delimited text: `meterbook convert`.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use super::progress::Shown;
use super::{End, Stop};
use crate::domain::count::counted;
use crate::domain::date::Date;
use crate::flow::{self, ConvertInput, ConvertOutput, ConvertQuery, Converted, Failure, Form};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// The file: xlsx, xlsm, xlsb, xls, ods, delimited text, an answer of the CIMIS Web API; - is standard input
    #[arg(value_name = "IN")]
    from: PathBuf,
    /// Where it goes: .csv, .tsv or .xlsx; - is standard output
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// What to write [default: what OUT ends with; csv on standard output]
    #[arg(long = "to", value_enum, value_name = "FORMAT")]
    form: Option<FormName>,
    /// The sheet, by its name or its number from 1 [default: the visible ones]
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// What kind of sheet it is, such as reads: its rows alone, its columns under their own names, each cell in one spelling
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// The office whose settings count: layouts of other systems, the form of account numbers
    #[arg(long, value_name = "DIR")]
    office: Option<PathBuf>,
}

/// A form's name on the command line.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum FormName {
    Csv,
    Tsv,
    Xlsx,
}

impl FormName {
    fn form(self) -> Form {
        match self {
            FormName::Csv => Form::Csv,
            FormName::Tsv => Form::Tsv,
            FormName::Xlsx => Form::Xlsx,
        }
    }
}

pub(super) fn convert(arguments: &Arguments, today: Date, out: &mut impl Write) -> Result<End, Stop> {
    let is_stream = |path: &Path| path.as_os_str() == "-";
    let piped = is_stream(&arguments.to);
    let form = arguments.form.map(FormName::form);
    if piped && form == Some(Form::Xlsx) && io::stdout().is_terminal() {
        let told = "a workbook is nothing to read on a terminal; name a file, or send the output into one";
        return Err(Failure::Asked(told.to_owned()).into());
    }
    let query = ConvertQuery {
        form,
        sheet: arguments.sheet.as_deref(),
        kind: arguments.kind.as_deref(),
        office: arguments.office.as_deref(),
        today,
    };
    let mut stdin = io::stdin().lock();
    let input = match is_stream(&arguments.from) {
        true => ConvertInput::Stream(&mut stdin),
        false => ConvertInput::File(&arguments.from),
    };
    let output = if piped { ConvertOutput::Stream(out) } else { ConvertOutput::File(&arguments.to) };
    let mut progress = Shown::new(true);
    let converted = flow::convert(query, input, output, &mut progress)?;
    drop(progress);
    // Where the file itself goes to standard output, the words about it must not.
    let mut beside = io::stderr().lock();
    let told: &mut dyn Write = if piped { &mut beside } else { out };
    tell(&converted, &arguments.to, told)?;
    Ok(if converted.is_written() { End::Clean } else { End::Findings })
}

fn tell(converted: &Converted, to: &Path, out: &mut dyn Write) -> io::Result<()> {
    for note in &converted.notes {
        writeln!(out, "note       {}: {note}", converted.name)?;
    }
    for finding in &converted.findings {
        writeln!(out, "{finding}")?;
    }
    if !converted.is_written() {
        return writeln!(out, "not written: put right what is named, and convert again");
    }
    for sheet in &converted.sheets {
        let name = if sheet.name.is_empty() { String::new() } else { format!(", {}", sheet.name) };
        let rows = counted(usize::try_from(sheet.rows).unwrap_or(usize::MAX), "row", "rows");
        let columns = counted(sheet.columns as usize, "column", "columns");
        let header = if sheet.has_header { " below a header" } else { "" };
        writeln!(out, "converted  {}{name}: {rows}{header}, {columns}", converted.name)?;
    }
    if to.as_os_str() != "-" {
        writeln!(out, "written    {}", to.display())?;
    }
    Ok(())
}
