//! Who is out of the ordinary: among every three hundred accounts the same places play the same parts.

/// What is out of the ordinary about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// Served without a meter: pays the fixed charges alone.
    Meterless,
    /// Known, not served, not billed.
    Inactive,
    /// Opened in January 2020, after the books were.
    Newcomer,
    /// A register that shows 999,9xx when the books are opened.
    AboutToRollOver,
    /// A meter that is changed out after the first bills.
    MeterChanged,
    /// An odd read in the first month, and in every second one after it.
    OddInJanuary(Oddity),
    /// The same from the second month on.
    OddInFebruary(Oddity),
}

/// What is odd about a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Oddity {
    /// Below the reading before.
    Backwards,
    /// Not in the file.
    Missing,
    /// The reading before, once more.
    Zero,
    /// Three times the usual use.
    High,
    /// Eight times the usual use.
    Highest,
    /// Read with difficulty: a trouble code and a note.
    Trouble,
    /// One digit more than the register has.
    OverDials,
    /// Read by the customer and phoned in.
    CustomerRead,
    /// The file's previous reading is not ours.
    EchoMismatch,
    /// The row after it is of a meter that is not on record.
    StrangerBehind,
}

/// After so many accounts the cast begins anew.
const TROUPE: u32 = 300;

const CAST: [(u32, Part); 26] = [
    (8, Part::OddInJanuary(Oddity::Backwards)),
    (19, Part::OddInJanuary(Oddity::Trouble)),
    (27, Part::OddInFebruary(Oddity::High)),
    (34, Part::OddInJanuary(Oddity::Missing)),
    (46, Part::Meterless),
    (55, Part::AboutToRollOver),
    (63, Part::OddInFebruary(Oddity::Trouble)),
    (71, Part::OddInJanuary(Oddity::Zero)),
    (88, Part::OddInFebruary(Oddity::CustomerRead)),
    (97, Part::OddInJanuary(Oddity::High)),
    (106, Part::Inactive),
    (117, Part::OddInJanuary(Oddity::OverDials)),
    (128, Part::OddInFebruary(Oddity::Zero)),
    (139, Part::OddInJanuary(Oddity::Highest)),
    (152, Part::OddInFebruary(Oddity::Missing)),
    (163, Part::OddInJanuary(Oddity::CustomerRead)),
    (172, Part::Inactive),
    (181, Part::OddInFebruary(Oddity::Backwards)),
    (196, Part::OddInJanuary(Oddity::EchoMismatch)),
    (208, Part::OddInFebruary(Oddity::StrangerBehind)),
    (217, Part::Newcomer),
    (226, Part::Meterless),
    (238, Part::OddInJanuary(Oddity::StrangerBehind)),
    (252, Part::OddInFebruary(Oddity::Trouble)),
    (262, Part::Newcomer),
    (276, Part::MeterChanged),
];

/// The part of the account at a place, if it plays one.
pub(super) fn part(index: u32) -> Option<Part> {
    let place = index % TROUPE;
    CAST.iter().find(|(at, _)| *at == place).map(|(_, part)| *part)
}

/// What is odd about a month's read under a part.
pub(super) fn oddity(part: Option<Part>, month: u32) -> Option<Oddity> {
    match part {
        Some(Part::OddInJanuary(oddity)) if month.is_multiple_of(2) => Some(oddity),
        Some(Part::OddInFebruary(oddity)) if !month.is_multiple_of(2) => Some(oddity),
        _ => None,
    }
}
