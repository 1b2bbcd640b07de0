//! The books: who is served, what their meters say, what they were billed and what they owe.

pub mod account;
pub mod balance;
pub mod batch;
pub mod bill;
pub mod charge;
pub mod control;
pub mod decision;
pub mod entry;
pub mod history;
pub mod hold;
pub mod invoice;
pub mod journal;
pub mod known;
pub mod late_fee;
pub mod meter;
pub mod money_in;
pub mod notice;
pub mod order;
pub mod payment_plan;
pub mod priced;
pub mod reading;
pub mod receipt;
pub mod settlement;
pub mod tariff;
pub mod undo;
pub mod weather;
