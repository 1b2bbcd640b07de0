//! The program: reads the command line, runs one operation and says how it went.

use std::process::ExitCode;

fn main() -> ExitCode {
    meterbook::cli::main()
}
