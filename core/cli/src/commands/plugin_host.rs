//! `todokede plugin-host`: a library of a plugin in a process of its own. The engine starts it; nobody else has to.

use std::process::ExitCode;

use todokede_core::code::{Refused, serve_library};

use crate::args::PluginHostArgs;

pub(crate) fn run(args: &PluginHostArgs) -> ExitCode {
    match serve_library(&args.library, &args.sha256) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => Refused::EXIT.into(),
    }
}
