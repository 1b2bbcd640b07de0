//! Field orders: what the crew is sent for, and what came of it.

use serde::{Deserialize, Serialize};

use crate::domain::books::reading::ReadId;
use crate::domain::date::{Date, Month};
use crate::domain::id::{AccountId, MeterId, OrderNumber};

/// What the crew is sent for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderKind {
    /// Read the meter again.
    Reread,
    /// See why so much water is used.
    HighUse,
    /// Change the meter.
    MeterExchange,
    /// Close the meter for unpaid bills.
    LockOff,
    /// Open it again.
    Unlock,
    /// Anything else: the reason says what.
    Other,
}

impl OrderKind {
    /// All kinds.
    pub const ALL: [OrderKind; 6] = [
        OrderKind::Reread,
        OrderKind::HighUse,
        OrderKind::MeterExchange,
        OrderKind::LockOff,
        OrderKind::Unlock,
        OrderKind::Other,
    ];

    /// The word that sheets and lists use.
    pub fn word(self) -> &'static str {
        match self {
            OrderKind::Reread => "reread",
            OrderKind::HighUse => "high-use",
            OrderKind::MeterExchange => "meter-exchange",
            OrderKind::LockOff => "lock-off",
            OrderKind::Unlock => "unlock",
            OrderKind::Other => "other",
        }
    }

    /// The action that does what the order is for; `None` where several may.
    pub fn own_action(self) -> Option<Action> {
        match self {
            OrderKind::Reread => Some(Action::Reread),
            OrderKind::LockOff => Some(Action::Locked),
            OrderKind::Unlock => Some(Action::Unlocked),
            OrderKind::HighUse | OrderKind::MeterExchange | OrderKind::Other => None,
        }
    }

    /// Whether an action may close an order of this kind by its number.
    pub fn takes(self, action: Action) -> bool {
        match self.own_action() {
            Some(own) => action == own,
            None => matches!(action, Action::Reread | Action::Hung | Action::Done),
        }
    }
}

/// What the crew did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// Closed the meter.
    Locked,
    /// Opened it.
    Unlocked,
    /// Read it again.
    Reread,
    /// Hung a notice on the door.
    Hung,
    /// Did what an order without an action of its own was for.
    Done,
}

impl Action {
    /// All actions.
    pub const ALL: [Action; 5] =
        [Action::Locked, Action::Unlocked, Action::Reread, Action::Hung, Action::Done];

    /// The word that sheets and lists use.
    pub fn word(self) -> &'static str {
        match self {
            Action::Locked => "locked",
            Action::Unlocked => "unlocked",
            Action::Reread => "reread",
            Action::Hung => "hung",
            Action::Done => "done",
        }
    }
}

/// What somebody wants the crew to be sent for; the run of its day makes an order of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRequest {
    /// The account.
    pub account: AccountId,
    /// Its meter on the day; `None` without one.
    pub meter: Option<MeterId>,
    /// What for.
    pub kind: OrderKind,
    /// What it is made for: exception codes joined by `;`, a bill, or a note.
    pub reason: String,
    /// The day of the run, or the Date of a work order.
    pub opened: Date,
    /// The scheduled day of a lock-off.
    pub due: Option<Date>,
    /// The month of the read that it is to settle, where it was decided in the read audit.
    pub month: Option<Month>,
}

impl OrderRequest {
    /// Whether it locks off on a day that the schedule proves; one from a work orders sheet has no day and proves nothing.
    pub fn is_scheduled_lock_off(&self) -> bool {
        self.kind == OrderKind::LockOff && self.due.is_some()
    }
}

/// A field order as made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// Its number, `FO-YYYYMMDD-NNN`.
    pub number: OrderNumber,
    /// What it is for.
    pub request: OrderRequest,
}

/// What one run did about field orders; archived with its exact lines.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldOrders {
    /// The orders it made, by number.
    pub made: Vec<Order>,
    /// Open orders whose reason has gone, by number.
    pub cancelled: Vec<Cancellation>,
}

/// An open order that is cancelled: what it was for has gone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "ArchivedCancellation")]
pub struct Cancellation {
    /// The order.
    pub number: OrderNumber,
    /// Why, in words; empty in facts that were archived before reasons were kept.
    pub why: String,
}

/// A cancellation as the archive has it: of earlier versions the number alone.
#[derive(Deserialize)]
#[serde(untagged)]
enum ArchivedCancellation {
    Number(OrderNumber),
    Told { number: OrderNumber, why: String },
}

impl From<ArchivedCancellation> for Cancellation {
    fn from(archived: ArchivedCancellation) -> Cancellation {
        match archived {
            ArchivedCancellation::Number(number) => Cancellation { number, why: String::new() },
            ArchivedCancellation::Told { number, why } => Cancellation { number, why },
        }
    }
}

/// What the crew did at one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldResult {
    /// The account.
    pub account: AccountId,
    /// The order that it closes.
    pub order: Option<OrderNumber>,
    /// The day.
    pub date: Date,
    /// What was done.
    pub action: Action,
    /// What the register showed, where it was read.
    pub reading: Option<i64>,
    /// Who did it; empty where nobody said.
    pub by: String,
    /// The read that it posted: of a reread.
    pub read: Option<ReadId>,
}

/// Where an order stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderState {
    /// It waits for the crew.
    Open,
    /// The crew did this.
    Done(FieldResult),
    /// What it was for has gone.
    Cancelled,
}

impl OrderState {
    /// The word that lists use.
    pub fn word(&self) -> &'static str {
        match self {
            OrderState::Open => "open",
            OrderState::Done(_) => "done",
            OrderState::Cancelled => "cancelled",
        }
    }
}

/// An order, and where it stands at the end of a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// The order.
    pub order: Order,
    /// Where it stands.
    pub state: OrderState,
}

impl OrderRecord {
    /// Whether it waits for the crew.
    pub fn is_open(&self) -> bool {
        self.state == OrderState::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancellation_that_was_archived_without_its_reason_is_read() {
        let archived =
            r#"{"made":[],"cancelled":["FO-20260222-001",{"number":"FO-20260222-002","why":"paid"}]}"#;
        let orders: FieldOrders = serde_json::from_str(archived).unwrap();
        let told: Vec<(&str, &str)> =
            orders.cancelled.iter().map(|one| (one.number.as_str(), one.why.as_str())).collect();
        assert_eq!(told, [("FO-20260222-001", ""), ("FO-20260222-002", "paid")]);
    }
}
