//! What the program proposes or reports, ready to be laid out as workbooks.

pub mod adjustments_register;
pub mod bulk_water;
pub mod change;
pub mod cimis_worksheet;
pub mod closed_accounts;
pub mod decided;
pub mod explanation;
pub mod field_work;
pub mod flat_rates;
pub mod journal;
pub mod letter_run;
pub mod lock_off_schedule;
pub mod past_due;
pub mod price_list;
pub mod rated;
pub mod read_audit;
pub mod rebilled;
pub mod receipts;
pub mod receivables_control;
pub mod register;
pub mod returned;
pub mod statement;
pub mod stuck_meters;
pub mod timeline;
