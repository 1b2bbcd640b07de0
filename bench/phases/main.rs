//! Runs an office as `meterbook run` does and tells what each step took.
//!
//! `cargo run --release --example phases OFFICE DAY` prints a line for each step that the run tells of: its wall time,
//! its processor time, and the resident memory of the process at its end and at its highest so far. Memory and
//! processor time are Linux's figures; elsewhere they read 0.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "a benchmark reads the clock and the system's figures, and tells"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use meterbook::flow::{self, Progress, RunOptions};

/// A step with the figures at its beginning.
struct Step {
    what: String,
    began: Instant,
    processor: Duration,
}

/// Hears the steps of a run.
struct Phases {
    step: Step,
}

impl Phases {
    fn begin(what: &str) -> Phases {
        println!("{:>9} {:>9} {:>9} {:>9}  step", "wall ms", "cpu ms", "MB", "peak MB");
        Phases { step: Step::begin(what) }
    }
}

impl Step {
    fn begin(what: &str) -> Step {
        Step { what: what.to_owned(), began: Instant::now(), processor: processor() }
    }

    fn tell(&self) {
        let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
        println!(
            "{:>9.1} {:>9.1} {:>9.1} {:>9.1}  {}",
            milliseconds(self.began.elapsed()),
            milliseconds(processor().saturating_sub(self.processor)),
            megabytes("VmRSS:"),
            megabytes("VmHWM:"),
            self.what
        );
    }
}

impl Progress for Phases {
    fn begin(&mut self, what: &str, _total: Option<u64>) {
        self.step.tell();
        self.step = Step::begin(what);
    }

    fn reach(&mut self, _done: u64) {}
}

/// Processor time of the process so far, all threads, in the system's ticks of a hundredth of a second.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The command's name stands in parentheses and may hold spaces.
    let fields: Vec<&str> =
        stat.rsplit_once(')').map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    let ticks = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<u64>().ok()).unwrap_or(0);
    Duration::from_millis((ticks(12) + ticks(13)) * 10)
}

fn megabytes(what: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(what)).unwrap_or_default();
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse().unwrap_or(0.0);
    kilobytes / 1_024.0
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [office, day] = arguments.as_slice() else {
        println!("usage: phases OFFICE DAY");
        std::process::exit(2);
    };
    let today = day.parse().expect("the day is written 2026-02-20");
    let mut phases = Phases::begin("Opening the office, waiting for files to stand still");
    let outcome = flow::run(Path::new(office), RunOptions { today }, &mut phases);
    phases.step.tell();
    match outcome {
        Ok(outcome) => {
            let bills: usize = outcome.runs.iter().map(|run| run.bills).sum();
            println!(
                "{} files taken in, {bills} bills, {} workbooks",
                outcome.files.len(),
                outcome.written.len()
            );
        }
        Err(failure) => {
            println!("{failure}");
            std::process::exit(1);
        }
    }
}
