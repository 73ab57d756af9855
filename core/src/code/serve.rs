//! A library in a process of its own: its three functions behind standard input and output.
//!
//! The engine starts this program again for it, so that what a library does wrong costs one filing.

use std::io::{self, BufReader, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use todokede_abi::message::Answer;
use todokede_abi::{Hello, serve_on};

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
    pub const EXIT: u8 = 78;
}

/// Serves a library over standard input and output until the input ends.
///
/// # Errors
/// Returns why it cannot; the program then ends with [`Refused::EXIT`].
pub fn serve_library(path: &Path, sha256: &str) -> Result<(), Refused> {
    let output = own_output()?;
    let called = library::load(path, sha256).and_then(|entry| Called::new(entry, limits::CODE_ANSWER_BYTES));
    let input = BufReader::new(io::stdin().lock());
    match called {
        Ok(called) => {
            let called = Mutex::new(called);
            serve_on(input, output, |request| {
                let answer = called.lock().unwrap_or_else(PoisonError::into_inner).ask(request);
                answer.unwrap_or_else(|fault| told(&fault))
            })?;
        }
        // The engine knows best how to say that versions differ.
        Err(Fault::Version { plugin, .. }) => {
            let hello = Hello { abi: plugin, id: String::new(), version: String::new(), hooks: Vec::new() };
            serve_on(input, output, |_| serde_json::to_vec(&Answer::Ok(&hello)).unwrap_or_default())?;
        }
        Err(fault) => {
            writeln!(io::stderr(), "{fault}")?;
            return Err(fault.into());
        }
    }
    Ok(())
}

/// Passes on what went wrong in a call.
fn told(fault: &Fault) -> Vec<u8> {
    let answer: Answer<()> = match fault {
        // The engine counts for itself.
        Fault::Flood { limit } => return vec![b' '; limit + 1],
        Fault::Panicked { message } => Answer::Panicked(message.clone()),
        other => Answer::Error(other.to_string()),
    };
    serde_json::to_vec(&answer).unwrap_or_default()
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
