//! A plugin as a process of its own: a request a line in, an answer a line out.

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::entry::panic_text;
use crate::message::Answer;
use crate::server::{Plugin, Server};

/// Answers requests from standard input until it ends.
///
/// # Errors
/// Returns what the system says when reading or writing fails.
pub fn serve<P: Plugin>() -> io::Result<()> {
    let server = Server::<P>::default();
    serve_on(io::stdin().lock(), io::stdout().lock(), |request| server.answer(request))
}

/// Answers each line of `input` on `output`; a panic is an answer that says so.
///
/// # Errors
/// Returns what the system says when reading or writing fails.
pub fn serve_on(mut input: impl BufRead, mut output: impl Write, answer: impl Fn(&[u8]) -> Vec<u8>) -> io::Result<()> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let answered = catch_unwind(AssertUnwindSafe(|| answer(&line))).unwrap_or_else(|panic| {
            let answer: Answer<()> = Answer::Panicked(panic_text(&*panic));
            serde_json::to_vec(&answer).unwrap_or_default()
        });
        output.write_all(&answered)?;
        output.write_all(b"\n")?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}
