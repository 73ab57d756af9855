//! What `todokede plugin-host LIBRARY SHA256` does, for suites that do not have the command at hand.

use std::path::Path;
use std::process::ExitCode;

use todokede_core::code::{Refused, serve_library};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, command, library, sha256] = arguments.as_slice() else { return ExitCode::FAILURE };
    if command != "plugin-host" {
        return ExitCode::FAILURE;
    }
    match serve_library(Path::new(library), sha256) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => Refused::EXIT.into(),
    }
}
