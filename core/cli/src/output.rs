//! Standard output and error, and the exit codes.

use std::io::{self, Write};
use std::process::ExitCode;

use todokede_core::model::{Lang, Place};
use todokede_core::run::EngineError;

/// What the exit code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Nothing at or above the threshold.
    Clean,
    /// Findings at or above the threshold.
    Findings,
    /// The command line asks for something that is not there.
    Usage,
    /// The engine or the system failed.
    Fault,
}

impl Exit {
    pub(crate) fn code(self) -> ExitCode {
        ExitCode::from(match self {
            Exit::Clean => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Fault => 3,
        })
    }
}

/// A command line that asks for something that is not there.
#[derive(Debug)]
pub(crate) struct UsageError(pub(crate) String);

impl std::fmt::Display for UsageError {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for UsageError {}

/// Where a command writes.
pub(crate) struct Output {
    /// The language of messages.
    pub(crate) lang: Lang,
}

impl Output {
    pub(crate) fn new(lang: Lang) -> Output {
        Output { lang }
    }

    /// Writes to standard output.
    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        io::stdout().lock().write_all(text.as_bytes())
    }

    /// Writes a line in the language that is spoken.
    pub(crate) fn say(&mut self, ja: &str, en: &str) -> io::Result<()> {
        let text = format!("{}\n", self.lang.pick(ja, en));
        self.print(&text)
    }

    /// Writes a failure to standard error; when that fails too there is nobody left to tell.
    pub(crate) fn fault(&mut self, error: &anyhow::Error) {
        let text = format!("todokede: {error:#}\n");
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }
}

/// Returns the exit code of a failure.
pub(crate) fn exit_of(error: &anyhow::Error) -> Exit {
    let unknown = matches!(
        error.downcast_ref::<EngineError>(),
        Some(EngineError::UnknownPlugin { .. } | EngineError::Folder { .. } | EngineError::NoPlugins { .. })
    );
    if unknown || error.downcast_ref::<UsageError>().is_some() { Exit::Usage } else { Exit::Fault }
}

/// Returns whether a failure is only that the reader of a pipe went away.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|io| io.kind() == io::ErrorKind::BrokenPipe))
}

/// Returns whether a place names anything.
pub(crate) fn is_somewhere(place: &Place) -> bool {
    *place != Place::default()
}
