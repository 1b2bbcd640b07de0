//! What an exception of the read audit means and what to do about it, in words for a note.

use crate::domain::books::bill::{Bill, Metered};
use crate::domain::books::reading::{AuditSeverity, Exception, ReadCode};

/// The exceptions as words, such as `high, customer read`.
pub(super) fn words(exceptions: &[Exception]) -> String {
    let words: Vec<String> = exceptions.iter().map(|exception| exception.word().replace('-', " ")).collect();
    words.join(", ")
}

/// What is remarked about a held read: what, why and what to do, one line an exception.
pub(super) fn note(exceptions: &[Exception]) -> Option<String> {
    let worth = |exception: &&Exception| exception.severity() >= AuditSeverity::Review;
    let lines: Vec<&str> = exceptions.iter().filter(worth).map(|exception| advice(*exception)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// What is remarked about a bill, in a few words: the exceptions of its read, and how it departs from a plain month.
pub(super) fn marks(bill: &Bill) -> String {
    let Some(metered) = &bill.metered else { return String::new() };
    let said = metered.exceptions.iter().map(|exception| exception.word().replace('-', " "));
    let departs = [
        (metered.code == ReadCode::Override, "overridden"),
        (was_held(metered), "decided"),
        (metered.prorated_days.is_some(), "prorated"),
    ];
    let departs = departs.into_iter().filter(|(applies, _)| *applies).map(|(_, word)| word.to_owned());
    said.chain(departs).collect::<Vec<_>>().join(", ")
}

/// What the marks of a bill mean: a line each.
pub(super) fn marks_note(bill: &Bill) -> Option<String> {
    let metered = bill.metered.as_ref()?;
    let said = metered.exceptions.iter().map(|exception| match exception.severity() {
        AuditSeverity::Hold => {
            format!(
                "The read was held ({}), and billed after a decision.",
                exception.word().replace('-', " ")
            )
        }
        AuditSeverity::Review => advice(*exception).to_owned(),
        AuditSeverity::Info => meaning(*exception).to_owned(),
    });
    let mut lines: Vec<String> = said.collect();
    if metered.code == ReadCode::Override {
        lines.push("The reading was decided in place of the one that was read.".to_owned());
    }
    if let Some(days) = metered.prorated_days {
        lines.push(format!("A bill of {days} days: charges by the month are shared by days of 30."));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Whether the read of a bill waited for a decision.
fn was_held(metered: &Metered) -> bool {
    metered.exceptions.iter().any(|exception| exception.severity() == AuditSeverity::Hold)
}

/// What a remark that asks for nothing means.
fn meaning(exception: Exception) -> &'static str {
    match exception {
        Exception::High => "Usage per day is at least twice what it is compared with; nothing to do.",
        Exception::Low => "Usage per day is at most four tenths of what it is compared with; nothing to do.",
        Exception::Zero => "The register has not moved since the last reading; nothing to do.",
        Exception::Estimated => {
            "The reading is an estimate; the read audit and explain say whose, and how it was worked out. The next read settles it."
        }
        Exception::CustomerRead => "The customer told the reading; nothing to do.",
        Exception::TroubleCode => {
            "The reader gave a trouble code with the reading; explain tells which. Nothing to do for the bill."
        }
        other => advice(other),
    }
}

pub(super) fn advice(exception: Exception) -> &'static str {
    match exception {
        Exception::RunsBackwards => {
            "The reading is below the previous one. A register does not run backwards, and it is too far from its last figure for a rollover. Read the meter again, or record the meter change."
        }
        Exception::NoRead => {
            "The month has no reading for this meter. Without one the water cannot be billed. Read the meter, or decide on an estimate."
        }
        Exception::UnknownMeter => {
            "The meter is on no account. Its water would be billed to nobody. Add the meter to the meters sheet, or correct its number."
        }
        Exception::OverDials => {
            "The reading has more digits than the register has dials. One of the two is wrong. Check the reading, then the dials on record."
        }
        Exception::OutsideWindow => {
            "The meter was read outside the cycle's window. The bill would cover an unusual period. Accept the reading, or read again."
        }
        Exception::ConflictingReads => {
            "There are two different readings for one meter and day. Only one can be right. Decide which one counts."
        }
        Exception::EchoMismatch => {
            "The previous reading in the reader's file is not the one on record. The file may belong to another meter. Compare both, then accept or read again."
        }
        Exception::ClosedWithUsage => {
            "Water was used after the account was closed. Somebody may have moved in unannounced. Visit the address, then open an account or lock the meter."
        }
        Exception::EtoGap => {
            "The weather of the period has a gap that may not be filled. The budget cannot be worked out. Download the station's report from CIMIS and drop it."
        }
        Exception::Highest => {
            "Usage per day is at least five times what it is compared with. A leak or a wrong digit is likely. Check the reading and call the customer before mailing."
        }
        Exception::Lowest => {
            "Usage per day is at most a tenth of what it is compared with. The meter may be stuck or misread. Look at the meter at the next chance."
        }
        Exception::OverEstimated => {
            "The reading is below an earlier estimate. Too much was billed then, and the rest reduces the next bills. Nothing to do unless the customer asks."
        }
        Exception::LongPeriod => {
            "More than 40 days lie between the two readings. One month's tiers priced the water of more. Consider an adjustment where a tier was exceeded."
        }
        Exception::Rollover => {
            "The register passed its last figure and began again at zero. Usage was counted across it. Check the digits once."
        }
        Exception::MeterChanged => {
            "The meter was changed in the period. Usage is that of both meters, each counted by its own readings. Check the final and the first reading once."
        }
        Exception::ZeroTwice => {
            "The register has not moved for two reads or more, where water used to be used. It may be stuck. Send someone to look at the meter; a back bill can follow."
        }
        Exception::IdenticalUsage => {
            "Usage is the same to the cubic foot as in the two periods before. That is rare by chance. Check that the meter was read and not copied."
        }
        Exception::ThirdEstimate => {
            "This is the third estimate in a row. The longer nobody reads, the larger the surprise. Have the meter read before the next bill."
        }
        Exception::InactiveWithUsage => {
            "The account is inactive and water was used. It may be served without being billed. Find out who uses the water."
        }
        Exception::High
        | Exception::Low
        | Exception::Zero
        | Exception::Estimated
        | Exception::CustomerRead
        | Exception::TroubleCode => "Worth knowing; nothing to do.",
    }
}
