//! A library in a process of its own: its three functions behind standard input and output.
//!
//! The engine starts this program again for it, so that what a library does wrong costs one filing.

use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use todokede_abi::Hello;
use todokede_abi::message::Answer;

use super::linked::Called;
use super::{Channel as _, Fault, library};
use crate::limits;

/// Why a library is not served; the engine reads it from the exit code and standard error.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It cannot be loaded.
    #[error("{0}")]
    Fault(#[from] Fault),
    /// Standard input or output failed.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl Refused {
    /// Exit code of a program that could not load the library.
    pub(super) const EXIT: u8 = 78;
    /// Exit code of one whose library answered more than is taken.
    pub(super) const FLOODED: u8 = 79;

    /// Returns the code with which the program is to end.
    pub fn exit(&self) -> u8 {
        if matches!(self, Refused::Fault(Fault::Flood { .. })) { Refused::FLOODED } else { Refused::EXIT }
    }
}

/// Serves a library over standard input and output until the input ends.
///
/// # Errors
/// Returns why it cannot; the program then ends with [`Refused::exit`].
pub fn serve_library(path: &Path, sha256: &str) -> Result<(), Refused> {
    let output = own_output()?;
    let input = BufReader::new(io::stdin().lock());
    let called = library::load(path, sha256).and_then(|entry| Called::new(entry, limits::CODE_ANSWER_BYTES));
    match called {
        Ok(mut called) => serve(input, output, |request| match called.ask(request) {
            Ok(answer) => Ok(answer),
            Err(Fault::Panicked { message }) => Ok(said(&Answer::Panicked(message))),
            // The engine is not to read what is too much only to say so.
            Err(fault @ Fault::Flood { .. }) => Err(fault),
            Err(fault) => Ok(said(&Answer::Error(fault.to_string()))),
        }),
        // The engine knows best how to say that versions differ.
        Err(Fault::Version { plugin, .. }) => {
            let hello = Hello { abi: plugin, id: String::new(), version: String::new(), hooks: Vec::new() };
            serve(input, output, |_| Ok(serde_json::to_vec(&Answer::Ok(&hello)).unwrap_or_default()))
        }
        Err(fault) => {
            writeln!(io::stderr(), "{fault}")?;
            Err(fault.into())
        }
    }
}

/// Answers each line with a line.
fn serve(
    mut input: impl BufRead,
    mut output: impl Write,
    mut answer: impl FnMut(&[u8]) -> Result<Vec<u8>, Fault>,
) -> Result<(), Refused> {
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line)? > 0 {
        let mut answer = answer(&line)?;
        // JSON may be broken into lines anywhere but in its texts.
        answer.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        answer.push(b'\n');
        output.write_all(&answer)?;
        output.flush()?;
        line.clear();
    }
    Ok(())
}

fn said(answer: &Answer<()>) -> Vec<u8> {
    serde_json::to_vec(answer).unwrap_or_default()
}

/// Takes standard output for the answers alone: what the library prints there goes to standard error.
#[cfg(unix)]
fn own_output() -> io::Result<std::fs::File> {
    let own = rustix::io::dup(io::stdout())?;
    // Whatever the library starts must not hold the answers open.
    rustix::io::fcntl_setfd(&own, rustix::io::FdFlags::CLOEXEC)?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(own.into())
}

#[cfg(not(unix))]
fn own_output() -> io::Result<io::Stdout> {
    Ok(io::stdout())
}
