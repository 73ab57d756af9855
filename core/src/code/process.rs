//! Code in a process of its own: a request a line in, an answer a line out.
//!
//! A process talks about one filing at a time and is then used for others of the run; there are as many as threads ask at a
//! time. Whatever goes wrong ends the process with all that it started, and the next filing gets a fresh one.

mod running;
mod said;
mod start;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::library;
use super::serve::Refused;
use super::{Channel, Equipment, Fault, Host, Terms};
use crate::limits;
use crate::model::Text;

use running::Running;
use said::Log;
use start::Start;

/// A program that speaks over its standard input and output.
#[derive(Debug)]
pub(super) struct Process {
    folder: PathBuf,
    program: Program,
    terms: Terms,
    pool: Arc<Mutex<Vec<Running>>>,
    host: Option<PathBuf>,
    log: Option<Arc<Log>>,
}

#[derive(Debug)]
enum Program {
    /// Program and arguments.
    Command(Vec<String>),
    /// A library of the folder, and its hash; this program serves it.
    Library(String, String),
}

impl Process {
    /// Names a program.
    pub(super) fn new(folder: &Path, command: &[String], terms: Terms) -> Process {
        Process::of(folder, Program::Command(command.to_vec()), terms)
    }

    /// Names a library that is run in a process of its own.
    pub(super) fn of_library(folder: &Path, name: &str, sha256: &str, terms: Terms) -> Process {
        Process::of(folder, Program::Library(name.to_owned(), sha256.to_ascii_lowercase()), terms)
    }

    fn of(folder: &Path, program: Program, terms: Terms) -> Process {
        Process { folder: folder.to_path_buf(), program, terms, pool: Arc::default(), host: None, log: None }
    }

    /// Starts a process.
    fn start(&self) -> Result<Running, Fault> {
        let start = Start { folder: &self.folder, memory: self.terms.memory };
        match &self.program {
            Program::Command(command) => start.command(command, self.log.clone()),
            Program::Library(name, sha256) => {
                let Some(host) = &self.host else {
                    let ja = "ライブラリを別のプロセスで動かすプログラムがありません";
                    return Err(Fault::Start { problem: Text::new(ja, "there is no program to run a library in a process") });
                };
                // Asked here too, so that what is not the library of the manifest is not even started.
                library::read(&self.folder.join(name), sha256)?;
                let arguments = [PLUGIN_HOST.to_owned(), format!("./{name}"), sha256.clone()];
                start.program(host, &arguments, self.log.clone())
            }
        }
    }
}

/// The hidden command that serves a library.
const PLUGIN_HOST: &str = "plugin-host";

impl Host for Process {
    fn channel(&self) -> Result<Box<dyn Channel>, Fault> {
        let idle = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let is_used = idle.is_some();
        let running = match idle {
            Some(running) => running,
            None => self.start()?,
        };
        let is_library = matches!(self.program, Program::Library(..));
        let (terms, pool) = (self.terms.clone(), Arc::clone(&self.pool));
        Ok(Box::new(Leased { running: Some(running), is_used, is_library, terms, pool }))
    }

    fn equip(&mut self, equipment: &Equipment) {
        self.host.clone_from(&equipment.host);
        self.log = equipment.log.as_deref().map(|folder| Arc::new(Log::new(folder, &self.terms.id)));
    }

    fn rest(&self) {
        let idle = std::mem::take(&mut *self.pool.lock().unwrap_or_else(PoisonError::into_inner));
        running::end(idle);
    }
}

/// A process for the time of a conversation.
struct Leased {
    /// Nothing once something went wrong.
    running: Option<Running>,
    is_used: bool,
    is_library: bool,
    terms: Terms,
    pool: Arc<Mutex<Vec<Running>>>,
}

impl Channel for Leased {
    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Fault> {
        let Some(running) = &mut self.running else { return Err(Fault::Unasked) };
        let is_first = running.answered() == 0;
        let time = if is_first { self.terms.time.max(limits::CODE_START) } else { self.terms.time };
        let answer = running.ask(request, time, &self.terms);
        if answer.is_err()
            && let Some(running) = self.running.take()
        {
            let refused = self.is_library && is_first && running.exit() == Some(i32::from(Refused::EXIT));
            if let (true, Err(Fault::Ended { said, .. })) = (refused, &answer) {
                return Err(Fault::Start { problem: said.clone().into() });
            }
        }
        answer
    }

    fn is_used(&self) -> bool {
        self.is_used
    }

    fn spoil(&mut self) {
        self.running = None;
    }
}

impl Drop for Leased {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.pool.lock().unwrap_or_else(PoisonError::into_inner).push(running);
        }
    }
}
