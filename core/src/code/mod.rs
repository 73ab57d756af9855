//! Code of plugins: the same questions, whether it is linked in, in a library, or a process of its own.
//!
//! What goes wrong with it is a [`Fault`]; it fails the filing that was being made, and no other.

mod conversation;
mod fault;
mod library;
mod linked;
#[cfg_attr(not(unix), path = "process_elsewhere.rs")]
mod process;
mod serve;
mod tries;

use std::fmt;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use todokede_abi::entry::Entry;

use crate::files::Files;
use crate::limits;
use crate::model::{DataError, TomlFile};
use crate::plugin::manifest::{CodeKind, CodeTable, Isolation, Manifest};
use crate::settings::over;

pub use conversation::Conversation;
pub use fault::Fault;
pub use linked::Linked;
pub use serve::{Refused, serve_library};

use tries::Tries;

/// A way to ask code: one conversation at a time, used by one thread at a time.
pub trait Channel: Send {
    /// Sends a request and returns the answer, both JSON.
    ///
    /// # Errors
    /// Returns what went wrong; the channel is of no use after it.
    fn ask(&mut self, request: &[u8]) -> Result<Vec<u8>, Fault>;

    /// Returns whether it served another conversation before.
    fn is_used(&self) -> bool {
        false
    }

    /// Says that what it answered shows that it is out of order: no other conversation gets it.
    fn spoil(&mut self) {}
}

/// Where code runs.
pub trait Host: fmt::Debug + Send + Sync {
    /// Opens a channel. It says hello itself where the code was not asked before.
    ///
    /// # Errors
    /// Returns why there is none.
    fn channel(&self) -> Result<Box<dyn Channel>, Fault>;

    /// Takes what the program gives to hosts.
    fn equip(&mut self, _: &Equipment) {}

    /// Ends what waits for more work; the run is over.
    fn rest(&self) {}
}

/// What the program gives to plugins whose code runs outside it.
#[derive(Debug, Clone, Default)]
pub struct Equipment {
    /// A program that serves a library when it is called with `plugin-host LIBRARY SHA256`; without one a library runs only
    /// in the engine's own process, and only where its manifest asks for that.
    pub host: Option<PathBuf>,
    /// Folder for what processes write to standard error, one file a plugin.
    pub log: Option<PathBuf>,
}

/// Who a plugin says it is in its manifest, and how much its code may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Id of the plugin.
    pub id: String,
    /// Version of the plugin.
    pub version: String,
    /// Longest that one answer may take.
    pub time: Duration,
    /// Most memory of a process, bytes.
    pub memory: u64,
    /// Largest answer, bytes.
    pub answer: usize,
}

/// The code of a plugin.
#[derive(Debug, Clone)]
pub struct Code {
    host: Arc<dyn Host>,
    terms: Terms,
    tries: Arc<Tries>,
    /// The plugin's own settings.
    pub settings: Value,
}

/// What the program gives to plugins that are code.
#[derive(Debug, Clone, Copy, Default)]
pub struct Natives {
    /// Code that is linked in, by plugin id.
    pub linked: &'static [(&'static str, &'static Entry)],
}

impl Code {
    /// Reads what a manifest says of its code; nothing is loaded or started before it is asked.
    ///
    /// # Errors
    /// Returns what is wrong with the declaration.
    pub fn load(table: &CodeTable, manifest: &Manifest, files: &Files, natives: Natives) -> Result<Code, DataError> {
        let bad = |problem: &str| DataError::bad(&files.display("plugin.toml"), "", format!("code: {problem}"));
        let settings = match &table.settings {
            Some(name) => TomlFile::read(files, name)?.parse()?,
            None => Value::Object(serde_json::Map::new()),
        };
        let terms = Terms {
            id: manifest.id.clone(),
            version: manifest.version.clone(),
            time: table.seconds.map_or(limits::CODE_TIME, Duration::from_secs),
            memory: table.memory.map_or(limits::CODE_MEMORY_BYTES, |mebibytes| mebibytes.saturating_mul(1 << 20)),
            answer: limits::CODE_ANSWER_BYTES,
        };
        let only = |kind: CodeKind, named: bool| (table.kind == kind) == named;
        if !only(CodeKind::Process, !table.command.is_empty()) {
            return Err(bad("`command` goes with kind `process` and with no other"));
        }
        if !only(CodeKind::Library, table.library.is_some()) || !only(CodeKind::Library, table.sha256.is_some()) {
            return Err(bad("`library` and `sha256` go with kind `library` and with no other"));
        }
        if table.library.as_deref().is_some_and(|name| !is_below(Path::new(name))) {
            return Err(bad("`library` is a file in the folder of the plugin"));
        }
        let is_hash = |hash: &str| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if table.sha256.as_deref().is_some_and(|hash| !is_hash(hash)) {
            return Err(bad("`sha256` is 64 hexadecimal digits"));
        }
        if table.seconds == Some(0) || table.memory == Some(0) {
            return Err(bad("`seconds` and `memory` are 1 at least"));
        }
        let folder = match files {
            Files::Folder(folder) => Some(folder.as_path()),
            Files::Embedded(_) => None,
        };
        let host: Arc<dyn Host> = match (table.kind, folder) {
            (CodeKind::BuiltIn, _) => {
                let entry = natives.linked.iter().find(|(id, _)| *id == manifest.id).map(|(_, entry)| *entry);
                Arc::new(Linked::new(entry, terms.clone()))
            }
            (_, None) => return Err(bad("a built-in plugin has code of kind `built-in`")),
            (CodeKind::Library, Some(folder)) => {
                let (name, hash) = (table.library.as_deref().unwrap_or_default(), table.sha256.as_deref().unwrap_or_default());
                match table.isolation {
                    Isolation::InProcess => Arc::new(library::Library::new(folder, name, hash, terms.clone())),
                    Isolation::Process => Arc::new(process::Process::of_library(folder, name, hash, terms.clone())),
                }
            }
            (CodeKind::Process, Some(folder)) => Arc::new(process::Process::new(folder, &table.command, terms.clone())),
        };
        Ok(Code { host, terms, tries: Arc::default(), settings })
    }

    /// Gives it what the program has for it; to be done before it is asked.
    pub fn equip(&mut self, equipment: &Equipment) {
        if let Some(host) = Arc::get_mut(&mut self.host) {
            host.equip(equipment);
        }
    }

    /// Begins a conversation.
    ///
    /// # Errors
    /// Returns why there is none.
    pub fn converse(&self) -> Result<Conversation, Fault> {
        self.tries.given_up()?;
        loop {
            let channel = self.host.channel();
            // What a process was left in by another filing is no fault of this one: it gets a fresh one.
            let is_used = channel.as_ref().is_ok_and(|channel| channel.is_used());
            let begun = channel.and_then(|channel| Conversation::begin(channel, &self.terms));
            if is_used && begun.is_err() {
                continue;
            }
            self.tries.note(begun.as_ref().err());
            return begun;
        }
    }

    /// Ends what waits for more work; the run is over.
    pub fn rest(&self) {
        self.host.rest();
        self.tries.forget();
    }

    /// Returns the plugin's settings with the user's over them.
    pub fn settings(&self, set: Option<&Value>) -> Value {
        set.map_or_else(|| self.settings.clone(), |set| over(&self.settings, set))
    }
}

/// Returns whether a name stays below the folder that it is joined to.
fn is_below(name: &Path) -> bool {
    name.file_name().is_some() && name.components().all(|part| matches!(part, Component::Normal(_)))
}
