//! The contract between the engine and a plugin that is code.
//!
//! The engine asks, the plugin answers: one JSON object each way, see [`message`]. A plugin in a library is asked through
//! three C functions ([`entry`]), one that is a process of its own reads a request a line from its standard input and writes
//! an answer a line to its standard output ([`serve`]). What is said is the same.
//!
//! A plugin in Rust implements [`Plugin`] and [`Session`] and ends with [`export_plugin!`] in a `cdylib`, or with [`serve`] in
//! the `main` of a program. This crate depends on nothing but serde.

pub mod base64;
pub mod entry;
pub mod message;
pub mod report;
mod server;
mod stdio;

pub use message::{
    At, Batch, Cell, Content, Due, DueKind, File, Filing, Finding, Hello, Hook, Made, Past, Row, Table, Text, Wanted,
};
pub use report::Report;
pub use server::{Plugin, Server, Session};
pub use stdio::{serve, serve_on};

/// The version of the contract. A host and a plugin of different versions do not speak to each other.
pub const VERSION: u32 = 1;
