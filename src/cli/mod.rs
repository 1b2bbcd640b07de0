//! Reads arguments, calls one operation, shows the outcome.
//!
//! Exit codes: 0 clean, 1 findings (all named), 2 could not run.
#![expect(clippy::disallowed_methods, reason = "shell: today's date is the clock's where nobody names a day")]

mod check;
mod convert;
mod demo;
mod explain;
mod find;
mod init;
mod list;
mod outcome;
mod progress;
mod rate;
mod run;
mod status;
mod undo;
mod verify;
mod watch;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Parser, Subcommand};

use crate::domain::date::{Date, Month};
use crate::flow::{Failure, What};

/// A billing workbench for the office of a water district: spreadsheets in, bill registers with their proof out.
#[derive(Parser)]
#[command(name = "meterbook", version, about, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the sample office in DIR and run it: the fastest way to see everything
    Demo {
        /// A folder that does not exist yet
        dir: PathBuf,
    },
    /// Make an empty office: folders, commented office.toml, blank input workbooks
    Init {
        /// A folder that does not exist yet, or is empty
        dir: PathBuf,
    },
    /// Take in all that lies in the inbox, make the bill runs that are due, refresh the outbox
    Run {
        /// The office
        dir: PathBuf,
        /// The day of the run [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        today: Option<Date>,
        /// Say what a run would do, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Print the outcome as JSON
        #[arg(long)]
        json: bool,
    },
    /// Do the same whenever something comes in, for as long as it runs
    Watch {
        /// The office
        dir: PathBuf,
    },
    /// Say what was taken in, returned, posted and held, and what is due next
    Status {
        /// The office
        dir: PathBuf,
        /// The end of this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        today: Option<Date>,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print facts for other programs
    List {
        /// The office
        dir: PathBuf,
        /// Which list
        #[arg(value_enum)]
        what: ListName,
        /// The end of this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        as_of: Option<Date>,
        /// Only rows of this month
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        period: Option<Month>,
        /// How to print it
        #[arg(long, value_enum, default_value = "csv")]
        format: Format,
    },
    /// Explain one bill, line by line, and why it differs from the last
    Explain {
        /// The office
        dir: PathBuf,
        /// The account's number
        account: String,
        /// The month of the bill [default: of the latest]
        #[arg(long, value_name = "YYYY-MM", value_parser = month)]
        period: Option<Month>,
        /// State a year instead: every entry with the balance after it, and what is open [default: this year]
        #[arg(long, value_name = "YYYY", num_args = 0..=1, conflicts_with = "period",
              value_parser = clap::value_parser!(i32).range(1900..=9999))]
        statement: Option<Option<i32>>,
        /// Say where the account stands in collections instead: sentences to read to the customer, and their proof
        #[arg(long, conflicts_with_all = ["period", "statement"])]
        collections: bool,
        /// Write a page to hand out
        #[arg(long, value_name = "FILE")]
        xlsx: Option<PathBuf>,
        /// The end of this day [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        as_of: Option<Date>,
    },
    /// Take back a file or a run by mirror entries; refused while later facts rest on it
    Undo {
        /// The office
        dir: PathBuf,
        /// The number of the file or run in the archive, as `status` shows it
        sequence: u32,
        /// The day of the undo [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        today: Option<Date>,
        /// Why, for the archive
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Check the archive, the ledger, and that the one makes the other; changes nothing
    Verify {
        /// The office
        dir: PathBuf,
    },
    /// Make the ledger again from the archive alone
    Rebuild {
        /// The office
        dir: PathBuf,
    },
    /// Find accounts by number, name, address, meter or phone
    Find {
        /// The office
        dir: PathBuf,
        /// Words that must all occur
        #[arg(required = true)]
        text: Vec<String>,
    },
    /// Say what a file is and what is wrong with it (no office needed)
    Check {
        /// The files
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Dates after this day lie ahead [default: today]
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
        today: Option<Date>,
        /// The office whose settings count: layouts of other systems, the form of account numbers
        #[arg(long, value_name = "DIR")]
        office: Option<PathBuf>,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Convert a sheet into csv or xlsx, or a csv into a workbook (no office needed)
    Convert(convert::Arguments),
    /// Price a sheet of customers under a rate file, or say what rate files contain (no office needed)
    Rate(rate::Arguments),
}

/// How a list is printed.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Csv,
    Json,
}

/// A list's name on the command line.
#[derive(Clone, Copy)]
struct ListName(What);

impl clap::ValueEnum for ListName {
    fn value_variants<'a>() -> &'a [ListName] {
        const NAMES: [ListName; What::ALL.len()] = {
            let mut names = [ListName(What::Accounts); What::ALL.len()];
            let mut at = 0;
            while at < names.len() {
                names[at] = ListName(What::ALL[at]);
                at += 1;
            }
            names
        };
        &NAMES
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.word()))
    }
}

fn date(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "write a day like 2026-02-14: year, month, day".to_owned())
}

fn month(text: &str) -> Result<Month, String> {
    text.parse().map_err(|()| "write a month like 2026-02".to_owned())
}

/// What a command comes to.
enum End {
    /// Nothing needs a person.
    Clean,
    /// Something was found, and named.
    Findings,
}

/// Why a command did not come to an end.
enum Stop {
    /// The operation could not run.
    Failed(Failure),
    /// Whoever reads our output has gone, or the disk behind it is full.
    Output(std::io::Error),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        match failure {
            Failure::Output(cause) => Stop::Output(cause),
            failure => Stop::Failed(failure),
        }
    }
}

impl From<std::io::Error> for Stop {
    fn from(cause: std::io::Error) -> Stop {
        Stop::Output(cause)
    }
}

/// Runs the command line.
pub fn main() -> ExitCode {
    keep_guarded_panics_quiet();
    let arguments = Arguments::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let run = || {
        let end = dispatch(arguments.command, &mut out)?;
        out.flush()?;
        Ok(end)
    };
    let Ok(ended) = catch_unwind(AssertUnwindSafe(run)) else { return contradiction() };
    match ended {
        Ok(End::Clean) => ExitCode::SUCCESS,
        Ok(End::Findings) => ExitCode::from(1),
        Err(Stop::Output(cause)) if cause.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Stop::Output(cause)) => {
            complain(&format!("could not write the output: {cause}"), None);
            ExitCode::from(2)
        }
        Err(Stop::Failed(failure)) => {
            complain(&failure.to_string(), failure.hint());
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command, out: &mut impl Write) -> Result<End, Stop> {
    let day = |named: Option<Date>| named.unwrap_or_else(|| chrono::Local::now().date_naive());
    match command {
        Command::Demo { dir } => demo::demo(&dir, out),
        Command::Init { dir } => init::init(&dir, out),
        Command::Run { dir, today, dry_run, json } => {
            run::run(&dir, run::Asked { today: day(today), dry: dry_run, json }, out)
        }
        Command::Watch { dir } => watch::watch(&dir, out),
        Command::Status { dir, today, json } => status::status(&dir, day(today), json, out),
        Command::List { dir, what, as_of, period, format } => {
            let query = crate::flow::ListQuery { what: what.0, as_of: day(as_of), period };
            list::list(&dir, query, format, out)
        }
        Command::Explain { dir, account, collections: true, xlsx, as_of, .. } => {
            let (today, xlsx) = (day(as_of), xlsx.as_deref());
            explain::collections(&dir, crate::flow::CollectionsQuery { account: &account, today, xlsx }, out)
        }
        Command::Explain { dir, account, statement: Some(year), xlsx, as_of, .. } => {
            let (today, xlsx) = (day(as_of), xlsx.as_deref());
            let query = crate::flow::StatementQuery { account: &account, year, today, xlsx };
            explain::statement(&dir, query, out)
        }
        Command::Explain { dir, account, period, xlsx, as_of, statement: None, .. } => {
            let query = crate::flow::ExplainQuery {
                account: &account,
                period,
                today: day(as_of),
                xlsx: xlsx.as_deref(),
            };
            explain::explain(&dir, query, out)
        }
        Command::Undo { dir, sequence, today, reason } => {
            let sequence = crate::domain::id::Sequence(sequence);
            undo::undo(&dir, crate::flow::UndoQuery { sequence, today: day(today), reason }, out)
        }
        Command::Verify { dir } => verify::verify(&dir, out),
        Command::Rebuild { dir } => verify::rebuild(&dir, out),
        Command::Find { dir, text } => find::find(&dir, &text.join(" "), day(None), out),
        Command::Check { files, today, office, json } => {
            let query = crate::flow::CheckQuery { today: day(today), office: office.as_deref() };
            check::check(&files, query, json, out)
        }
        Command::Convert(arguments) => convert::convert(&arguments, day(None), out),
        Command::Rate(arguments) => rate::rate(arguments, out),
    }
}

/// Errors: what failed, on which file, why, and what to do.
fn complain(message: &str, hint: Option<&str>) {
    let mut err = std::io::stderr().lock();
    let _ = writeln!(err, "error: {message}");
    if let Some(hint) = hint {
        let _ = writeln!(err, "hint: {hint}");
    }
}

/// What the first assertion said that did not hold.
static SAID: Mutex<String> = Mutex::new(String::new());

/// Tells of an assertion that did not hold: the program is wrong, or somebody changed the books that it read.
fn contradiction() -> ExitCode {
    let said = SAID.lock().map(|said| said.clone()).unwrap_or_default();
    complain(
        &format!(
            "the program contradicts itself, or the books that it read were changed: {said}. Nothing further was done"
        ),
        Some(
            "run `meterbook verify` on the office; it names what was changed, and `meterbook rebuild` makes the books again. \
             If all is well there, please report this message",
        ),
    );
    ExitCode::from(2)
}

/// A damaged workbook can make the library that reads it panic; that is caught and told as a finding, so its
/// report on the terminal would only frighten. What our own assertions say is kept, and told at the end.
fn keep_guarded_panics_quiet() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.location().is_some_and(|at| at.file().contains("calamine")) {
            return;
        }
        if std::env::var_os("RUST_BACKTRACE").is_some() {
            usual(panic);
        }
        let at = panic.location().map(|at| format!(" ({}, line {})", at.file(), at.line()));
        // The first is the cause; what ends a thread that waits for it is not.
        if let Ok(mut said) = SAID.lock()
            && said.is_empty()
        {
            let words = panic.payload_as_str().unwrap_or("no word was said").replace('\n', " ");
            *said = format!("{words}{}", at.unwrap_or_default());
        }
    }));
}
