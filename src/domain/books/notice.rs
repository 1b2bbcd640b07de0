//! A notice: what was sent, said or posted to a customer who owes, on a day.

use crate::domain::date::Date;
use crate::domain::id::AccountId;

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoticeKind {
    /// A friendly letter; it proves nothing.
    Reminder,
    /// The letter with the contents of Health and Safety Code 116908(a)(1)(C).
    PastDueLetter,
    /// The last letter before a lock-off, or the same posted at the property.
    FinalNotice,
    /// A telephone call.
    Call,
    /// A visit.
    Visit,
    /// A card hung at the door.
    DoorHanger,
    /// A letter to occupants who are not the customer (Health and Safety Code 116916).
    OccupantNotice,
}

impl NoticeKind {
    /// Whether a notice of the kind can be given by a method: nobody calls by mail, and no letter goes by telephone.
    pub fn goes_by(self, method: Method) -> bool {
        match self {
            NoticeKind::Call => method == Method::Phone,
            NoticeKind::Visit | NoticeKind::DoorHanger => matches!(method, Method::InPerson | Method::Posted),
            _ => method != Method::Phone,
        }
    }

    /// All kinds.
    pub const ALL: [NoticeKind; 7] = [
        NoticeKind::Reminder,
        NoticeKind::PastDueLetter,
        NoticeKind::FinalNotice,
        NoticeKind::Call,
        NoticeKind::Visit,
        NoticeKind::DoorHanger,
        NoticeKind::OccupantNotice,
    ];

    /// The word that sheets use.
    pub fn word(self) -> &'static str {
        match self {
            NoticeKind::Reminder => "reminder",
            NoticeKind::PastDueLetter => "past-due letter",
            NoticeKind::FinalNotice => "final notice",
            NoticeKind::Call => "call",
            NoticeKind::Visit => "visit",
            NoticeKind::DoorHanger => "door hanger",
            NoticeKind::OccupantNotice => "occupant notice",
        }
    }
}

/// How it reached the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// By mail.
    Mail,
    /// By telephone.
    Phone,
    /// Face to face.
    InPerson,
    /// Left at the property.
    Posted,
}

impl Method {
    /// All methods.
    pub const ALL: [Method; 4] = [Method::Mail, Method::Phone, Method::InPerson, Method::Posted];

    /// The word that sheets use.
    pub fn word(self) -> &'static str {
        match self {
            Method::Mail => "mail",
            Method::Phone => "phone",
            Method::InPerson => "in person",
            Method::Posted => "posted",
        }
    }
}

/// What was sent, said or posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The account.
    pub account: AccountId,
    /// The day.
    pub date: Date,
    /// What was done.
    pub kind: NoticeKind,
    /// How.
    pub method: Method,
    /// Whether an adult was reached.
    pub reached: bool,
    /// The time of day as typed.
    pub time: String,
    /// The bill it was about, as typed.
    pub bill: String,
    /// Whether the mail came back.
    pub returned: bool,
}

impl Notice {
    /// Whether it is a written notice: a past-due letter or a final notice by mail. A reminder is none, and a final
    /// notice that is posted is something else.
    pub fn is_written(&self) -> bool {
        self.method == Method::Mail
            && matches!(self.kind, NoticeKind::PastDueLetter | NoticeKind::FinalNotice)
    }

    /// Whether the customer was contacted: a written notice that did not come back, or a call that reached an adult.
    pub fn is_contact(&self) -> bool {
        self.is_written() && !self.returned || self.kind == NoticeKind::Call && self.reached
    }

    /// Whether it is a last attempt: a call or a visit, reached or not, or a door hanger.
    pub fn is_attempt(&self) -> bool {
        matches!(self.kind, NoticeKind::Call | NoticeKind::Visit | NoticeKind::DoorHanger)
    }

    /// Whether it is a final notice of intent posted at the property.
    pub fn is_posted_final(&self) -> bool {
        self.kind == NoticeKind::FinalNotice && self.method == Method::Posted
    }
}
