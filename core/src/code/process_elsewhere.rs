//! Code in a process of its own, on systems where such processes are not run: it needs process groups, `poll` and limits.

use std::path::Path;

use super::{Channel, Fault, Host, Terms};
use crate::model::Text;

/// A program that is not run.
#[derive(Debug)]
pub(super) struct Process;

impl Process {
    /// Names a program.
    pub(super) fn new(_: &Path, _: &[String], _: Terms) -> Process {
        Process
    }

    /// Names a library that would be run in a process of its own.
    pub(super) fn of_library(_: &Path, _: &str, _: &str, _: Terms) -> Process {
        Process
    }
}

impl Host for Process {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let ja = "プロセスとして動くプラグインは、LinuxかmacOSでだけ動きます";
        Err(Fault::Start { problem: Text::new(ja, "plugins run in a process of their own on Linux and macOS only") })
    }
}
