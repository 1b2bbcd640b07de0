//! Prices usage under a tariff, line by line, with the working shown; reads OWRS into a tariff.
