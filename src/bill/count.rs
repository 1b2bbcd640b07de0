//! Counts usage from one reading to the next, over every meter that the account had in between.

use super::usage::{Raw, raw};
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::{ChangedOut, Exception, ReadCode, ReadPoint};
use crate::domain::date::Date;

/// A point that usage may count from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anchor {
    /// The place of its meter among the account's.
    place: usize,
    /// The day, and what that meter showed.
    pub(super) point: ReadPoint,
    /// Whether the point is an estimate: then the next reading may lie below it.
    estimated: bool,
    /// The last reading of that meter at or before it that is no estimate.
    firm: i64,
}

impl Anchor {
    /// Where counting begins: the day of installation.
    pub(super) fn installed(place: usize, meter: &Meter) -> Anchor {
        Anchor {
            place,
            point: ReadPoint { date: meter.installed, value: meter.initial_reading },
            estimated: false,
            firm: meter.initial_reading,
        }
    }

    /// Where counting goes on after a read of the meter at a place.
    pub(super) fn after(self, meters: &[Meter], current: Current) -> Anchor {
        let here = if current.place == self.place {
            self
        } else {
            Anchor::installed(current.place, &meters[current.place])
        };
        let estimated = current.code == ReadCode::Estimate;
        Anchor {
            place: current.place,
            point: ReadPoint { date: current.date, value: current.value },
            estimated,
            firm: if estimated { here.firm } else { current.value },
        }
    }

    /// The reading that the usage of a read counts from: on a changed meter its first.
    pub(super) fn reading_before(self, meters: &[Meter], place: usize) -> i64 {
        if place == self.place { self.point.value } else { meters[place].initial_reading }
    }
}

/// A reading that is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Current {
    /// The place of its meter among the account's.
    pub(super) place: usize,
    /// The day.
    pub(super) date: Date,
    /// What the register showed.
    pub(super) value: i64,
    /// How it came about.
    pub(super) code: ReadCode,
}

/// Usage between two readings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counted {
    /// Usage of all meters, in their unit; below zero where an estimate was too high.
    pub(super) usage: i64,
    /// What is to be said of it: rollover, over-estimated, meter-changed; each once.
    pub(super) said: Vec<Exception>,
    /// The meters that were changed out, oldest first.
    pub(super) changed_out: Vec<ChangedOut>,
}

/// Counts from a point to a reading; `None` where a register runs backwards.
///
/// Each meter that was changed out counts to its final reading, the next one from its initial reading.
pub(super) fn count(meters: &[Meter], from: Anchor, to: Current) -> Option<Counted> {
    if to.place < from.place {
        return None;
    }
    let mut counted = Counted::default();
    let mut start = from;
    for (place, meter) in meters.iter().enumerate().take(to.place).skip(from.place) {
        if place > from.place {
            start = Anchor::installed(place, meter);
        }
        // Only a meter that was changed out is followed by another; what undoing left without its end counts nothing.
        let Some(removal) = &meter.removal else { continue };
        let usage = step(meter, start, removal.final_reading, true, &mut counted.said)?;
        counted.usage += usage;
        counted.changed_out.push(ChangedOut {
            meter: meter.id.clone(),
            previous: start.point.value,
            date: removal.date,
            final_reading: removal.final_reading,
            usage,
        });
    }
    if to.place > from.place {
        start = Anchor::installed(to.place, &meters[to.place]);
        counted.said.push(Exception::MeterChanged);
    }
    let firm = to.code != ReadCode::Estimate;
    counted.usage += step(&meters[to.place], start, to.value, firm, &mut counted.said)?;
    counted.said.sort_by_key(|exception| exception.word());
    counted.said.dedup();
    Some(counted)
}

/// Usage of one register from a point to a reading; `None` where it runs backwards.
///
/// A reading that is no estimate may lie below an estimate, though not below the last reading before it that is none.
fn step(meter: &Meter, start: Anchor, value: i64, is_read: bool, said: &mut Vec<Exception>) -> Option<i64> {
    let over_estimated = start.estimated && is_read && value < start.point.value && value >= start.firm;
    let steps = match raw(meter.register, start.point.value, value) {
        Raw::Forward(steps) => steps,
        _ if over_estimated => {
            said.push(Exception::OverEstimated);
            value - start.point.value
        }
        Raw::Rollover(steps) => {
            said.push(Exception::Rollover);
            steps
        }
        Raw::Backwards => return None,
    };
    Some(steps * meter.register.multiplier)
}
