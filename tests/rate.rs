//! Rates: what a rate file means, what a bill comes to, and what is refused.

mod cases;
mod laws;
mod oracle;
mod refused;
