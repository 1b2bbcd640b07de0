//! Watching, with a real process and real time: bounds are generous, for a machine may be busy.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use meterbook::domain::date::Date;
use meterbook::flow::{self, Failure, FileOutcome, Outcome, Progress, Silent, Watching};

use crate::support::desk::{Desk, TODAY};
use crate::support::office::date;

/// The longest time that anything here may take.
const PATIENCE: Duration = Duration::from_secs(180);

/// Waits until something is so.
fn wait_for(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "{what} did not come about");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A watching process, which does not outlive its test.
struct Watch(Child);

impl Drop for Watch {
    fn drop(&mut self) {
        _ = self.0.kill(); // it has ended, unless the test failed
        _ = self.0.wait();
    }
}

fn watch(desk: &Desk) -> Watch {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meterbook"));
    let told = fs::File::create(desk.root().join("told.txt")).unwrap();
    Watch(command.arg("watch").arg(desk.root()).stdout(Stdio::from(told)).spawn().unwrap())
}

fn told(desk: &Desk) -> String {
    fs::read_to_string(desk.root().join("told.txt")).unwrap_or_default()
}

/// Asks a process to end, as Ctrl-C and a shutdown do.
fn end(Watch(child): &Watch) {
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
}

#[cfg(unix)]
#[test]
fn what_is_dropped_is_taken_in_until_the_watch_is_asked_to_end() {
    let desk = Desk::after_january();
    let mut child = watch(&desk);
    wait_for("the first run", || told(&desk).contains("held"));
    let inbox = desk.root().join("inbox");
    fs::write(inbox.join("empty.csv"), "").unwrap();
    fs::write(inbox.join("closed.csv"), "Date,Closed\n11/26/2026,Thanksgiving\n").unwrap();
    wait_for("the calendar", || told(&desk).contains("accepted   closed.csv (calendar): 1 closed day"));
    fs::write(inbox.join("reads.csv"), "Account,Meter,Read date,Reading\n0101,M1,2/9/2026,8 8I2\n").unwrap();
    wait_for("the returned file", || told(&desk).contains("returned   reads.csv"));
    assert!(child.0.try_wait().unwrap().is_none(), "a bad file ends no watch");
    end(&child);
    wait_for("the end", || told(&desk).ends_with("Ended.\n"));
    assert!(child.0.wait().unwrap().success());
    assert!(fs::read_dir(inbox.join(".claimed")).unwrap().next().is_none(), "nothing is half done");
}

/// Drops a file in the moment in which the first run is told of, and ends when the second one is.
struct Dropping<'d> {
    desk: &'d Desk,
    outcomes: Vec<Outcome>,
    taken: Vec<String>,
    begun: Instant,
}

impl Watching for Dropping<'_> {
    fn today(&self) -> Date {
        date(TODAY)
    }

    fn is_over(&self) -> bool {
        self.outcomes.len() == 2 || self.begun.elapsed() > PATIENCE
    }

    fn taken(&mut self, file: &FileOutcome) {
        self.taken.push(file.name.clone());
    }

    fn told(&mut self, outcome: Result<Outcome, Failure>) {
        if self.outcomes.is_empty() {
            self.desk.drop("closed.csv", b"Date,Closed\n11/26/2026,Thanksgiving\n");
        }
        self.outcomes.push(outcome.unwrap());
    }

    fn progress(&mut self) -> Box<dyn Progress> {
        Box::new(Silent)
    }
}

#[test]
fn what_is_dropped_while_a_run_is_made_is_taken_in_by_the_next() {
    let desk = Desk::after_january();
    let mut dropping = Dropping { desk: &desk, outcomes: vec![], taken: vec![], begun: Instant::now() };
    flow::watch(&desk.root(), &mut dropping).unwrap();
    let files: Vec<usize> = dropping.outcomes.iter().map(|outcome| outcome.files.len()).collect();
    assert_eq!(files, [0, 1]);
    assert_eq!(dropping.taken, ["closed.csv"], "it is told of at once");
}

#[cfg(unix)]
#[test]
fn two_watches_take_turns_and_each_file_is_posted_once() {
    let desk = Desk::after_january();
    let mut children = [watch(&desk), watch(&desk)];
    for day in 1..=4 {
        let sheet = format!("Date,Closed\n12/{day}/2026,Inventory {day}\n");
        fs::write(desk.root().join(format!("inbox/closed {day}.csv")), sheet).unwrap();
        std::thread::sleep(Duration::from_millis(120));
    }
    let accepted = || {
        let names = desk.files("archive").into_keys();
        names
            .filter(|name| name.to_string_lossy().contains("closed ") && name.extension().unwrap() == "csv")
            .count()
    };
    wait_for("the four calendars", || accepted() == 4);
    for child in &mut children {
        end(child);
        assert!(child.0.wait().unwrap().success());
    }
    assert_eq!(accepted(), 4);
    assert_eq!(meterbook::flow::verify(&desk.root()).unwrap().faults, Vec::<String>::new());
}

/// Keeps the receipt log as it lies there while the run looks for lock-offs.
struct Looking<'d> {
    desk: &'d Desk,
    log: Vec<u8>,
}

const LOG: &str = "outbox/2026-02/receipt-log.xlsx";

impl Progress for Looking<'_> {
    fn begin(&mut self, what: &str, _total: Option<u64>) {
        if what.contains("lock-offs") {
            self.log = fs::read(self.desk.root().join(LOG)).unwrap();
        }
    }

    fn reach(&mut self, _done: u64) {}
}

#[test]
fn the_log_tells_of_a_file_before_the_workbooks_come_and_a_stop_in_between_is_made_up_for() {
    let desk = Desk::after_january();
    desk.drop("closed.csv", b"Date,Closed\n11/26/2026,Thanksgiving\n");
    let mut looking = Looking { desk: &desk, log: vec![] };
    flow::run(&desk.root(), flow::RunOptions { today: date(TODAY) }, &mut looking).unwrap();
    let early = looking.log;
    let (in_log, finished) = (texts(&early), desk.files("outbox"));
    assert!(in_log.contains("closed.csv") && in_log.contains("The run goes on"), "{in_log}");
    let log = texts(&fs::read(desk.root().join(LOG)).unwrap());
    assert!(log.contains("closed.csv") && !log.contains("The run goes on"), "{log}");

    desk.place(&desk.root().join(LOG), &early);
    fs::remove_file(desk.root().join("outbox/2026-02/journal.xlsx")).unwrap();
    desk.run(TODAY);
    assert_eq!(desk.files("outbox"), finished, "the workbooks that were still to come are there");
}

/// Every text of a workbook.
fn texts(bytes: &[u8]) -> String {
    let mut book = meterbook::sheet::open("log.xlsx", bytes).unwrap();
    let mut text = String::new();
    for at in 0..book.sheets().len() {
        let mut rows = book.rows(at).unwrap();
        while let Some(row) = rows.next_row().unwrap() {
            row.cells.iter().for_each(|cell| text.push_str(&(cell.value.text() + "\n")));
        }
    }
    text
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_is_written_with_long_pauses_is_taken_in_whole() {
    use std::io::Write;
    let desk = Desk::after_january();
    let path = desk.root().join("inbox/payments.csv");
    let mut writing = fs::File::create(&path).unwrap();
    writing.write_all(b"Date,Account,Amount,Method,Reference\n2/9/2026,0101,10.00,check,L1\n").unwrap();
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(3));
        writing.write_all(b"2/9/2026,0104,20.00,check,L2\n").unwrap();
    });
    let outcome = desk.run(TODAY);
    writer.join().unwrap();
    assert_eq!(outcome.files.iter().map(|file| file.rows).collect::<Vec<_>>(), [2], "{:?}", outcome.files);
}
