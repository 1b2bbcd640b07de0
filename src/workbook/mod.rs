//! Lays results out as pages and encodes pages as xlsx bytes or as text; one file per workbook.
//!
//! A workbook is a function from domain values to a `Book`; what every workbook has in common (cover, contents,
//! totals, styles, notes, print set-up) is made by the encoders from the pages alone.

mod account_collections;
mod adjustments_register;
mod advice;
mod bill_register;
mod billing_calendar;
mod blank_input;
mod bulk_water;
mod cimis_worksheet;
mod closed_accounts;
mod closed_money;
mod deposit_refunds;
mod describe;
mod explanation;
mod field_orders;
mod flat_rates;
mod installation_invoices;
mod journal;
mod late_fees;
mod leak_credits;
mod letters;
mod lock_off_schedule;
mod past_due_list;
mod rated_customers;
mod read_audit;
mod receipt_log;
mod receivables_control;
mod returned;
mod sections;
mod shutoff_report;
mod statement;
mod stuck_meters;
mod survey;
mod text;
mod workers;
mod xlsx;

pub use account_collections::account_collections;
pub use adjustments_register::adjustments_register;
pub use bill_register::{HELD, READ_DECISIONS, REGISTER, TITLE as BILL_REGISTER, bill_register};
pub use billing_calendar::billing_calendar;
pub use blank_input::blank_input;
pub use bulk_water::bulk_water_worksheet;
pub use cimis_worksheet::cimis_worksheet;
pub use closed_accounts::{CLOSED_ACCOUNTS, closed_accounts};
pub use closed_money::SETTLED;
pub use deposit_refunds::{DEPOSIT_REFUNDS, DEPOSITS, deposit_refunds};
pub use explanation::{Reader, explanation};
pub use field_orders::{FIELD_ORDERS, field_orders};
pub use installation_invoices::installation_invoices;
pub use journal::journal;
pub use late_fees::{LATE_FEES, LATE_FEES_DUE, late_fees};
pub use letters::{CALLS, LETTERS};
pub use lock_off_schedule::{LOCK_OFF_SCHEDULE, SCHEDULE, lock_off_schedule};
pub use past_due_list::{PAST_DUE_LIST, past_due_list};
pub use rated_customers::rated_customers;
pub use read_audit::{AUDIT, NOT_ON_RECORD, READ_AUDIT, read_audit};
pub use receipt_log::receipt_log;
pub use receivables_control::receivables_control;
pub use returned::{EachRow, marked, plain};
pub use shutoff_report::shutoff_report;
pub use statement::statement;
pub use stuck_meters::{STUCK, STUCK_METERS, stuck_meters};
pub use text::text;
pub use xlsx::{NotWritten, RUN_ID, WORKBOOK, write_xlsx, xlsx};
