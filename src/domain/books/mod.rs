//! The books: who is served, what their meters say, what they were billed and what they owe.

pub mod account;
pub mod balance;
pub mod bill;
pub mod charge;
pub mod entry;
pub mod meter;
pub mod priced;
pub mod reading;
pub mod tariff;
