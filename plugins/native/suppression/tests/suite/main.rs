//! What the suppressor promises, held against enumeration.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test may stop where it fails, and says what it counted"
)]

mod enumerate;
mod minimality;
mod properties;
mod random;
mod tables;

mod vectors;
