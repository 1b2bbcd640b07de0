//! Makes an invented office of any size, to run day by day.
//!
//! ```text
//! cargo run --example make_office -- --accounts 300 my-office
//! ```
//!
//! The folder gets `office.toml`, `rates/` and `drops/YYYY-MM-DD/`: what people drop into the inbox on that day.
//! The same arguments give the same bytes on every machine.

mod office;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;

/// Makes an invented office of any size, to run day by day.
#[derive(Parser)]
struct Arguments {
    /// Number of accounts.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    accounts: u32,
    /// Another seed makes other people with other habits.
    #[arg(long, default_value_t = office::SAMPLE.seed)]
    seed: u64,
    /// Number of months to bill, from January 2020.
    #[arg(long, default_value_t = office::SAMPLE.months, value_parser = clap::value_parser!(u32).range(1..=24))]
    months: u32,
    /// All reads of a month in one xlsx and no faulty file: for timing.
    #[arg(long)]
    plain: bool,
    /// The folder to write.
    dir: PathBuf,
}

#[expect(clippy::print_stderr, reason = "its user sits at a terminal")]
fn main() -> ExitCode {
    let Arguments { accounts, seed, months, plain, dir } = Arguments::parse();
    match office::make(&office::Plan { accounts, seed, months, plain }, &dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("The office could not be written to {}: {error}.", dir.display());
            ExitCode::from(2)
        }
    }
}
