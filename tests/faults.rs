//! Whatever operation on an office's folder fails, and wherever the program is killed: an undisturbed run then leaves what
//! a day without trouble leaves, to the byte.
//!
//! `faults/interpose.c` stands between the program and the C library. Where it cannot be built (it needs Linux and a C
//! compiler) these tests say that they were skipped. `FAULTS=2000 KILLS=100 KILLS_ACCOUNTS=1000 FAULTS_SEED=7 cargo test faults`
//! looks further; a failure prints the seed.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use meterbook::flow::{self, UndoQuery};

use crate::mangle::Numbers;
use crate::sample_office::make_office;
use crate::stopped::assert_same;
use crate::support::desk::Desk;
use crate::support::typed::typed;

/// What can become of an operation; the words are those of `interpose.c`.
const HOW: [&str; 4] = ["kill", "tear", "fail", "full"];
/// The signal that ends a program at once.
const SIGKILL: i32 = 9;
/// A day after the bill date of February, on which late fees are due too.
const DAY: &str = "2026-02-23";
/// The longest time that a watch may take to take everything in.
const PATIENCE: Duration = Duration::from_secs(120);

/// A number from the environment.
fn asked(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |number| number.parse().unwrap())
}

/// Random numbers, and the seed that makes them again.
fn numbers() -> (Numbers, String) {
    let clock = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos();
    let seed = asked("FAULTS_SEED", u64::from(clock));
    (Numbers(seed), format!("FAULTS_SEED={seed}"))
}

/// What stands between the program and the C library.
struct Interposer {
    folder: tempfile::TempDir,
}

impl Interposer {
    fn build() -> Option<Interposer> {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/interpose.c");
        let mut compiler = Command::new("cc");
        compiler.args(["-shared", "-fPIC", "-o"]).arg(folder.path().join("interpose.so")).arg(source);
        let built = cfg!(target_os = "linux") && compiler.arg("-ldl").status().is_ok_and(|end| end.success());
        if !built {
            eprintln!("skipped: tests/faults/interpose.c cannot be built here");
        }
        built.then_some(Interposer { folder })
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("operations")
    }

    /// The program on an office, with each operation on its folder on record.
    fn program(&self, desk: &Desk, arguments: &[&str]) -> Command {
        _ = fs::remove_file(self.log()); // there is none before the first time
        let (command, options) = arguments.split_first().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_meterbook"));
        program.arg(command).arg(desk.root()).args(options).stdout(Stdio::piped()).stderr(Stdio::piped());
        program.env("LD_PRELOAD", self.folder.path().join("interpose.so"));
        program.env("FAULT_ROOT", desk.root()).env("FAULT_LOG", self.log());
        program
    }

    fn with_fault(&self, desk: &Desk, arguments: &[&str], (at, how): (usize, &str)) -> Command {
        let mut program = self.program(desk, arguments);
        program.env("FAULT_AT", at.to_string()).env("FAULT_HOW", how);
        program
    }

    /// The operations of the program that ran last, by what they were about: each as its place from 1.
    fn phases(&self) -> BTreeMap<&'static str, Vec<usize>> {
        let mut phases: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        for (at, line) in fs::read_to_string(self.log()).unwrap_or_default().lines().enumerate() {
            phases.entry(phase(line)).or_default().push(at + 1);
        }
        phases
    }

    /// What the program that was killed last was about.
    fn last_phase(&self) -> &'static str {
        fs::read_to_string(self.log()).unwrap_or_default().lines().last().map_or("start", phase)
    }
}

/// What an operation is about, by the folder of its path.
fn phase(line: &str) -> &'static str {
    let path = line.splitn(3, ' ').nth(2).unwrap();
    let folders = ["inbox", "archive", "ledger.db", "outbox", "returned"];
    folders.into_iter().find(|folder| path.starts_with(folder)).unwrap_or("settings")
}

/// The small office with a day's work before it: closings, money, reads, decisions, and two files that come back.
fn morning() -> Desk {
    let desk = Desk::after_january();
    let book = fs::read(desk.root().join("outbox/2026-01/bill-register-cycle-1.xlsx")).unwrap();
    desk.drop(
        "too late.xlsx",
        &typed(&book, &[("Held", "Decision", 0, "Accept"), ("Held", "Initials", 0, "KB")]),
    );
    let decision = b"Account,Month,What,Decision,Value,Initials\n0102,2026-01,read,override,2700,KB\n";
    desk.drop("decisions.csv", decision);
    desk.drop("closings.csv", b"Account,Date,Final reading,Transfer to\n0104,2/3/2026,6900,0101\n");
    desk.drop("deposits.csv", b"Date,Account,Amount,Reference\n1/5/2026,0104,900.00,D7\n");
    desk.drop("payments.csv", b"Date,Account,Amount,Method,Reference\n2/9/2026,0101,30.00,check,L1\n");
    desk.drop("reads.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2150\n");
    desk.drop("wrong.csv", b"Account,Meter,Read date,Reading\n0101,M1,2/9/2026,2l50\n");
    desk
}

/// An invented office before a bill run, with some days' files in its inbox, and the day.
fn made(accounts: u32) -> (Desk, &'static str) {
    let folder = tempfile::tempdir().unwrap();
    make_office::make(&make_office::Plan { accounts, ..make_office::SAMPLE }, folder.path()).unwrap();
    let desk = Desk::of(folder.path());
    let mut days: Vec<PathBuf> =
        fs::read_dir(folder.path().join("drops")).unwrap().map(|entry| entry.unwrap().path()).collect();
    days.sort();
    let last = "2020-02-20";
    for day in days {
        let named = day.file_name().unwrap().to_str().unwrap();
        for (name, bytes) in crate::support::desk::files(&day) {
            desk.drop(&format!("{named} {}", name.display()), &bytes);
        }
        if named < "2020-02-01" {
            desk.run(named);
        }
    }
    (desk, last)
}

#[test]
fn whatever_operation_fails_the_next_run_ends_the_same() {
    let Some(interposer) = Interposer::build() else { return };
    let (mut numbers, seed) = numbers();
    let morning = morning();
    let evening = morning.copy();
    let output = interposer.program(&evening, &["run", "--today", DAY]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let phases = interposer.phases();
    let all = ["archive", "inbox", "ledger.db", "outbox", "returned", "settings"];
    assert_eq!(phases.keys().copied().collect::<Vec<_>>(), all);
    let (rounds, start) = (asked("FAULTS", 12), numbers.below(HOW.len()));
    let mut hit: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for round in 0..usize::try_from(rounds).unwrap() {
        let how = HOW[(round + round / 12 + start) % HOW.len()];
        let phase = all[round % all.len()];
        let at = phases[phase][numbers.below(phases[phase].len())];
        let named = format!("{seed}: {how} at operation {at} ({phase})");
        let desk = morning.copy();
        let run = ["run", "--today", DAY];
        let output = interposer.with_fault(&desk, &run, (at, how)).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match how {
            "kill" | "tear" => assert_eq!(output.status.signal(), Some(SIGKILL), "{named}: {told}"),
            _ => assert!(matches!(output.status.code(), Some(0..=2)), "{named}: {told}"),
        }
        assert_eq!(output.status.code() == Some(2), told.contains("error: "), "{named}: {told}");
        desk.run(DAY);
        assert_same(&desk, &evening, DAY, &named);
        *hit.entry((phase, how)).or_default() += 1;
    }
    eprintln!("faults by phase and kind: {hit:?} of {} operations", interposer.phases().len());
}

/// A program that does not outlive its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill(); // it has ended mostly
        _ = self.0.wait();
    }
}

/// Lets a program run for a while and kills it; says whether it was still running.
fn killed_after(mut program: Command, time: Duration) -> bool {
    let mut running = Running(program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    std::thread::sleep(time);
    _ = running.0.kill(); // it may have ended
    running.0.wait().unwrap().signal() == Some(SIGKILL)
}

/// Kills runs of an office at random instants of a span; each time the next run ends as the undisturbed one.
fn kill_at_random(
    (morning, evening): (&Desk, &Desk),
    (command, day): (&[&str], &str),
    (interposer, span): (&Interposer, Duration),
    kills: u64,
) -> BTreeMap<&'static str, usize> {
    let (mut numbers, seed) = numbers();
    let (mut phases, mut hits, mut ended) = (BTreeMap::new(), 0, 0);
    // An instant after the end hits nothing, and is tried again.
    while hits < kills {
        let desk = morning.copy();
        let micros = usize::try_from(span.as_micros()).unwrap();
        let time = Duration::from_micros(numbers.below(micros) as u64);
        let program = interposer.program(&desk, command);
        if !killed_after(program, time) {
            ended += 1;
            assert!(ended <= 10 + kills, "{seed}: {command:?} ends long before the time that it took");
            continue;
        }
        hits += 1;
        let phase = interposer.last_phase();
        desk.run(day);
        assert_same(&desk, evening, day, &format!("{seed}: {command:?} killed at {phase}, the kill {hits}"));
        *phases.entry(phase).or_default() += 1;
    }
    eprintln!("{seed}: {command:?} killed {hits} times, in {phases:?}; {ended} times it had ended");
    phases
}

#[test]
fn a_program_that_is_killed_at_any_instant_is_made_up_for() {
    let Some(interposer) = Interposer::build() else { return };
    let kills = asked("KILLS", 4);
    let (morning, day) = match asked("KILLS_ACCOUNTS", 0) {
        0 => (morning(), DAY),
        accounts => made(u32::try_from(accounts).unwrap()),
    };
    let evening = morning.copy();
    let begun = Instant::now();
    interposer.program(&evening, &["run", "--today", day]).output().unwrap();
    let span = begun.elapsed();
    let operations = interposer.phases();
    let run = ["run", "--today", day];
    let mut of_run = kill_at_random((&morning, &evening), (&run, day), (&interposer, span), kills);
    if kills >= 100 {
        aim_at_the_rest((&morning, &evening), (&run, day), (&interposer, &operations), &mut of_run);
    }
    let today = chrono::Local::now().date_naive().to_string();
    let evening = morning.copy();
    evening.run(&today);
    let watch = ["watch"];
    let mut of_watch = kill_at_random((&morning, &evening), (&watch, &today), (&interposer, span), kills);
    if kills >= 100 {
        killed_after(interposer.program(&morning.copy(), &watch), span);
        let operations = interposer.phases();
        aim_at_the_rest((&morning, &evening), (&watch, &today), (&interposer, &operations), &mut of_watch);
    }
    if kills >= 100 {
        for phases in [of_run, of_watch] {
            let lacking = ["archive", "inbox", "ledger.db", "outbox", "settings"]
                .into_iter()
                .filter(|phase| !phases.contains_key(phase));
            assert_eq!(lacking.collect::<Vec<_>>(), Vec::<&str>::new(), "phases that no kill hit");
        }
    }
}

/// Kills a program once in each phase that no instant fell into, as into one as short as the settings hardly any does.
fn aim_at_the_rest(
    (morning, evening): (&Desk, &Desk),
    (command, day): (&[&str], &str),
    (interposer, operations): (&Interposer, &BTreeMap<&'static str, Vec<usize>>),
    hit: &mut BTreeMap<&'static str, usize>,
) {
    let (mut numbers, seed) = numbers();
    for (phase, at) in operations {
        if hit.contains_key(phase) {
            continue;
        }
        let at = at[numbers.below(at.len())];
        let named = format!("{seed}: {command:?} killed at operation {at} ({phase})");
        let desk = morning.copy();
        let output = interposer.with_fault(&desk, command, (at, "kill")).output().unwrap();
        assert_eq!(output.status.signal(), Some(SIGKILL), "{named}");
        desk.run(day);
        assert_same(&desk, evening, day, &named);
        hit.insert(phase, 1);
        eprintln!("{named}, which no instant fell into");
    }
}

#[test]
fn a_watch_in_which_something_fails_goes_on_and_takes_all_in() {
    let Some(interposer) = Interposer::build() else { return };
    let (mut numbers, seed) = numbers();
    let morning = morning();
    let evening = morning.copy();
    let today = chrono::Local::now().date_naive().to_string();
    interposer.program(&evening, &["run", "--today", &today]).output().unwrap();
    let phases = interposer.phases();
    for phase in ["archive", "outbox"] {
        let at = phases[phase][numbers.below(phases[phase].len())];
        let named = format!("{seed}: a watch in which operation {at} ({phase}) fails");
        let desk = morning.copy();
        let mut program = interposer.with_fault(&desk, &["watch"], (at, "fail"));
        let told = fs::File::create(desk.root().with_file_name("told.txt")).unwrap();
        let running = Running(program.stdout(told).stderr(Stdio::null()).spawn().unwrap());
        let begun = Instant::now();
        while desk.files("outbox") != evening.files("outbox") {
            assert!(begun.elapsed() < PATIENCE, "{named}: the outbox is not the one of an undisturbed run");
            std::thread::sleep(Duration::from_millis(200));
        }
        drop(running);
        desk.run(&today);
        assert_eq!(desk.lists(&today), evening.lists(&today), "{named}");
    }
}

#[test]
fn an_undo_and_a_rebuild_in_which_something_fails_are_made_up_for() {
    let Some(interposer) = Interposer::build() else { return };
    let (mut numbers, seed) = numbers();
    let before = morning();
    before.run(DAY);
    let receipts = flow::status(&before.root(), DAY.parse().unwrap()).unwrap().recent;
    let fees = receipts.iter().find(|row| row.name == "late fees 2026-02-23").unwrap().sequence;
    let undo = || UndoQuery { sequence: fees, today: DAY.parse().unwrap(), reason: String::new() };
    let number = fees.to_string();
    for command in [&["undo", &number, "--today", DAY][..], &["rebuild"][..]] {
        let after = before.copy();
        let output = interposer.program(&after, command).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        after.run(DAY);
        let operations: usize = interposer.phases().values().map(Vec::len).sum();
        for round in 0..usize::try_from(asked("FAULTS", 12)).unwrap() / 2 {
            let (how, at) = (HOW[round % HOW.len()], 1 + numbers.below(operations));
            let named = format!("{seed}: {how} at operation {at} of {command:?}");
            let desk = before.copy();
            interposer.with_fault(&desk, command, (at, how)).output().unwrap();
            if command[0] == "undo"
                && let Err(told) = flow::undo(&desk.root(), undo())
            {
                assert!(told.to_string().contains("is undone already"), "{named}: {told}");
            }
            desk.run(DAY);
            assert_same(&desk, &after, DAY, &named);
        }
    }
}
