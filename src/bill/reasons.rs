//! Says which rule of the read audit met a read, with the numbers that met it.

use super::audit::{Audit, comparison};
use super::bands;
use super::consecutive::{PERIODS_BEFORE, is_actual_zero, periods_before};
use super::estimate::estimate;
use super::examine::LONG_PERIOD_DAYS;
use crate::domain::books::history::{History, Verdict};
use crate::domain::books::meter::Meter;
use crate::domain::books::reading::{
    AuditedRead, ChangedOut, Exception, ReadCode, ReadPoint, ReadState, Reading,
};
use crate::domain::date::{Date, Period};
use crate::domain::office::Cycle;
use crate::domain::proposals::explanation::Reason;
use crate::domain::volume::VolumeUnit;

/// Each exception of a read with its numbers.
pub fn reasons(
    history: &History,
    read: &AuditedRead,
    reads: &[AuditedRead],
    audit: &Audit,
    cycle: &Cycle,
) -> Vec<Reason> {
    let ground = Ground { history, read, reads, audit, cycle };
    let reason =
        |exception: &Exception| Reason { exception: *exception, numbers: ground.numbers(*exception) };
    read.exceptions.iter().map(reason).collect()
}

/// The bill that has counted past a held read, in a sentence, and what of the read's month is on no bill.
pub fn overtaken(history: &History, read: &AuditedRead) -> Option<String> {
    let bill = history.overtaken_by(read)?;
    let until = bill.metered.as_ref()?.period.current;
    let month = read.month;
    let fixed = match history.bill_in(month) {
        None => format!(" The fixed charges of {month} are on no bill."),
        Some(_) => String::new(),
    };
    Some(format!(
        "Bill {} has counted the water up to {until}: there is nothing to decide any more.{fixed}",
        bill.number
    ))
}

/// One read, and what it is judged by.
struct Ground<'a> {
    history: &'a History,
    read: &'a AuditedRead,
    reads: &'a [AuditedRead],
    audit: &'a Audit,
    cycle: &'a Cycle,
}

impl Ground<'_> {
    fn numbers(&self, exception: Exception) -> String {
        let told = match exception {
            Exception::RunsBackwards => self.runs_backwards(),
            Exception::OverDials => self.over_dials(),
            Exception::Rollover => self.rollover(),
            Exception::NoRead => Some(self.no_read()),
            Exception::UnknownMeter => self.unknown_meter(),
            Exception::OutsideWindow => self.outside_window(),
            Exception::ConflictingReads => self.conflicting(),
            Exception::EchoMismatch => self.echo(),
            Exception::ClosedWithUsage | Exception::InactiveWithUsage => self.unserved(),
            Exception::EtoGap => self.eto_gap(),
            Exception::Highest | Exception::High | Exception::Low | Exception::Lowest => self.band(),
            Exception::OverEstimated => self.over_estimated(),
            Exception::LongPeriod => self.long_period(),
            Exception::MeterChanged => self.meter_changed(),
            Exception::ZeroTwice => self.zero_twice(),
            Exception::IdenticalUsage => self.identical_usage(),
            Exception::ThirdEstimate => self.third_estimate(),
            Exception::Zero => self.zero(),
            Exception::Estimated => self.estimated(),
            Exception::CustomerRead => Some("The customer told the reading.".to_owned()),
            Exception::TroubleCode => {
                self.taken_in().map(|read| format!("The reader gave the trouble code '{}'.", read.trouble))
            }
        };
        told.unwrap_or_else(|| format!("The read audit says {}.", exception.word()))
    }

    /// The read as it was taken in.
    fn taken_in(&self) -> Option<&Reading> {
        self.history.reads.iter().find(|read| Some(read.id) == self.read.id)
    }

    /// The meter that was read.
    fn meter(&self) -> Option<&Meter> {
        self.history.meter_read(self.read.meter.as_ref(), self.read.date?)
    }

    /// The date and figure of the read.
    fn figure(&self) -> Option<(Date, i64)> {
        Some((self.read.date?, self.read.value?))
    }

    /// The point that usage counts from: the read's own, else the last billed read before it, else the installation.
    fn before(&self) -> Option<ReadPoint> {
        let date = self.read.date?;
        let billed = self.reads.iter().rev().filter(|read| read.state == ReadState::Billed);
        let billed = billed.filter_map(|read| Some(ReadPoint { date: read.date?, value: read.value? }));
        let installed = self.history.meters.first();
        let installed =
            installed.map(|meter| ReadPoint { date: meter.installed, value: meter.initial_reading });
        self.read.previous.or_else(|| billed.into_iter().find(|point| point.date < date)).or(installed)
    }

    fn runs_backwards(&self) -> Option<String> {
        let ((date, value), before) = (self.figure()?, self.before()?);
        let capacity = self.meter()?.register.capacity();
        Some(format!(
            "The reading {value} of {date} is below {} of {}. For a rollover the one before would have to be {} or more \
             and this one {} or less.",
            before.value,
            before.date,
            capacity - capacity / 10,
            capacity / 10
        ))
    }

    fn over_dials(&self) -> Option<String> {
        let (_, value) = self.figure()?;
        let register = self.meter()?.register;
        Some(format!(
            "The reading is {value}, and a register of {} dials shows at most {}.",
            register.dials,
            register.capacity() - 1
        ))
    }

    fn rollover(&self) -> Option<String> {
        let ((date, value), before) = (self.figure()?, self.before()?);
        let passed = |meter: &Meter, from: i64, to: i64| {
            let last = meter.register.capacity() - 1;
            (to < from).then(|| format!("The register went from {from} past {last} on to {to}."))
        };
        let old = self.read.changed_out.iter().filter_map(|out| {
            let meter = self.history.meter_read(Some(&out.meter), out.date)?;
            passed(meter, out.previous, out.final_reading)
        });
        let meter = self.history.meter_read(self.read.meter.as_ref(), date)?;
        let told: Vec<String> = old.chain(passed(meter, before.value, value)).collect();
        Some(format!("{} Usage is {}.", told.join(" "), self.usage()?))
    }

    fn eto_gap(&self) -> Option<String> {
        self.read.budget.as_ref()?.as_ref().err().map(ToString::to_string)
    }

    fn no_read(&self) -> String {
        let missing = self.history.missing.iter().find(|missing| missing.month == self.read.month);
        let meter = self.read.meter.as_ref().map_or("the meter".to_owned(), |meter| format!("meter {meter}"));
        let month = self.read.month;
        missing.map_or_else(
            || format!("There is no read of {meter} for {month}."),
            |missing| format!("The run of {} found no read of {meter} for {month}.", missing.day),
        )
    }

    fn unknown_meter(&self) -> Option<String> {
        let (date, _) = self.figure()?;
        let read = self.read.meter.as_ref()?;
        Some(match self.history.meter_on(date) {
            Some(meter) => format!("The file names meter {read}; the account's on {date} is {}.", meter.id),
            None => format!("The file names meter {read}; the account has none on {date}."),
        })
    }

    fn outside_window(&self) -> Option<String> {
        let (date, _) = self.figure()?;
        let (first, last) = self.cycle.read_days?;
        Some(format!(
            "The meter was read on {date}; cycle {} is read on days {first} to {last} of the month.",
            self.history.account.cycle
        ))
    }

    fn conflicting(&self) -> Option<String> {
        let (date, _) = self.figure()?;
        let same =
            self.history.reads.iter().filter(|read| read.date == date && read.meter == self.read.meter);
        let values: Vec<String> = same.map(|read| read.value.to_string()).collect();
        Some(format!("The readings of {date} are {}.", values.join(" and ")))
    }

    fn echo(&self) -> Option<String> {
        let (echo, before) = (self.taken_in()?.echo?, self.before()?);
        Some(format!(
            "The reader's file has {echo} for the reading before; on record is {} of {}.",
            before.value, before.date
        ))
    }

    fn unserved(&self) -> Option<String> {
        let (account, used) = (&self.history.account, self.usage()?);
        Some(match account.closed {
            Some(closed) => format!("The account was closed on {closed}; {used}."),
            None => format!("The account is {}; {used}.", account.status.word()),
        })
    }

    fn band(&self) -> Option<String> {
        let compared = comparison(self.history, self.read, self.audit)?;
        Some(format!(
            "{} units in 30 days; usual are {} ({}).",
            compared.usage.normalize(),
            compared.usual.normalize(),
            compared.with
        ))
    }

    fn over_estimated(&self) -> Option<String> {
        let (date, value) = self.figure()?;
        Some(format!(
            "The reading {value} of {date} is below the estimate before it, {}.",
            self.before()?.value
        ))
    }

    fn long_period(&self) -> Option<String> {
        let days = Period { previous: self.read.previous?.date, current: self.read.date? }.days();
        Some(format!("{days} days lie between the two readings, more than {LONG_PERIOD_DAYS}."))
    }

    fn zero(&self) -> Option<String> {
        let before = self.before()?;
        Some(format!("The register has stood at {} since {}.", before.value, before.date))
    }

    fn meter_changed(&self) -> Option<String> {
        let told = |out: &ChangedOut| {
            format!(
                "Meter {} went from {} to {} and was changed out on {}.",
                out.meter, out.previous, out.final_reading, out.date
            )
        };
        let mut told: Vec<String> = self.read.changed_out.iter().map(told).collect();
        let meter = self.read.meter.as_ref()?;
        told.push(format!(
            "Meter {meter} went from {} to {}: {} together.",
            self.read.previous?.value,
            self.read.value?,
            self.usage()?
        ));
        Some(told.join(" "))
    }

    fn zero_twice(&self) -> Option<String> {
        let before = || periods_before(self.history, self.read);
        let first = before().take_while(|metered| is_actual_zero(metered)).last()?;
        let used = before().skip_while(|metered| is_actual_zero(metered)).take(PERIODS_BEFORE);
        let usual = bands::mean(used)?;
        Some(format!(
            "Every read since {} shows no usage; before that the mean was {} units in 30 days.",
            first.period.previous,
            usual.a_month().normalize()
        ))
    }

    fn identical_usage(&self) -> Option<String> {
        let dates: Vec<String> = periods_before(self.history, self.read)
            .take(2)
            .map(|metered| metered.period.current.to_string())
            .collect();
        Some(format!("Usage is {}, as it was on {}.", self.usage()?, dates.join(" and ")))
    }

    fn third_estimate(&self) -> Option<String> {
        let before = periods_before(self.history, self.read);
        let actual = before.into_iter().find(|metered| metered.code != ReadCode::Estimate);
        Some(match actual {
            Some(metered) => format!("The meter was last read on {}.", metered.period.current),
            None => "The meter was never read since it is on the books.".to_owned(),
        })
    }

    /// Who estimated the reading; of one that was worked out here also by which of the three ways, with the arithmetic.
    fn estimated(&self) -> Option<String> {
        let (date, value) = self.figure()?;
        let made = |verdict: &&Verdict| verdict.made.is_some() && verdict.made == self.read.id;
        let Some(verdict) = self.history.verdicts.iter().find(made) else {
            return Some(format!(
                "The reading {value} came as an estimate: nobody read the meter on {date}."
            ));
        };
        let by = format!("{} had it estimated on {}", verdict.initials, verdict.day);
        let found =
            estimate(self.history, self.reads, self.audit, date).filter(|found| found.reading == value);
        let Some(found) = found else {
            return Some(format!(
                "{by}: {value} was worked out from earlier usage, of which something has changed since."
            ));
        };
        Some(format!(
            "{by}: {} for {} days, by the {}, counted on from {} of {}, is {value}.",
            counted_in(found.usage, self.meter()?.register.unit),
            found.days,
            found.method.words(),
            found.from.value,
            found.from.date
        ))
    }

    /// `190 cf since 2026-01-12`.
    fn usage(&self) -> Option<String> {
        let usage = counted_in(self.read.usage?, self.meter()?.register.unit);
        Some(format!("{usage} since {}", self.before()?.date))
    }
}

/// `190 cf`.
fn counted_in(usage: i64, unit: VolumeUnit) -> String {
    format!("{usage} {unit}")
}
