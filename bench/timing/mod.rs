//! Takes two pieces of work in turns and tells their median times and the ratio.

use std::time::{Duration, Instant};

const ROUNDS: usize = 5;

/// Times the work of meterbook beside other work on the same data, and prints both for one cell.
pub(crate) fn beside(what: &str, cells: usize, mut ours: impl FnMut(), theirs: (&str, &mut dyn FnMut())) {
    let (other, theirs) = theirs;
    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        times[0].push(timed(&mut ours));
        times[1].push(timed(theirs));
    }
    let [ours, theirs] = times.map(median);
    let nanoseconds = |time: Duration| time.as_nanos() / cells as u128;
    let (whole, hundredths) = ratio(ours, theirs);
    println!(
        "  {what:<28} {:>5} ns a cell; {other} {:>5} ns; ratio {whole}.{hundredths:02}",
        nanoseconds(ours),
        nanoseconds(theirs)
    );
}

fn ratio(ours: Duration, theirs: Duration) -> (u128, u128) {
    let hundredths = ours.as_nanos() * 100 / theirs.as_nanos().max(1);
    (hundredths / 100, hundredths % 100)
}

fn timed(work: &mut dyn FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
