//! The program: reads the command line and says how it went.
fn main() {}
