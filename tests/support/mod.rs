//! What several doors of the tests use.

pub(crate) mod account_changes;
pub(crate) mod books;
pub(crate) mod bulk;
pub(crate) mod closed;
pub(crate) mod deposits;
pub(crate) mod desk;
pub(crate) mod field;
pub(crate) mod golden;
pub(crate) mod invoiced;
pub(crate) mod landscapes;
pub(crate) mod letters;
pub(crate) mod lock_offs;
pub(crate) mod office;
pub(crate) mod receipts;
pub(crate) mod stuck;
pub(crate) mod tax_roll;
pub(crate) mod typed;
