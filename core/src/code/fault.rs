//! What can go wrong with the code of a plugin. Each is a finding that fails one filing; the run goes on.

use crate::model::{Finding, Place, RuleBook, Status, Text};

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The code is built in, but not into this program.
    #[error("the code of the plugin is not in this program")]
    Absent,
    /// It speaks another version of the contract.
    #[error("the plugin speaks contract version {plugin}, this engine version {host}")]
    Version {
        /// The engine's.
        host: u32,
        /// The plugin's.
        plugin: u32,
    },
    /// It says that it is another plugin, or another version of it, than its manifest.
    #[error("the code says that it is {says}, the manifest {manifest}")]
    Another {
        /// Id and version of the code.
        says: String,
        /// Id and version of the manifest.
        manifest: String,
    },
    /// A library whose hash is not the one in the manifest.
    #[error("{file} has SHA-256 {found}, the manifest wants {wanted}")]
    Hash {
        /// The file.
        file: String,
        /// Its hash.
        found: String,
        /// The hash in the manifest.
        wanted: String,
    },
    /// It could not be loaded or started.
    #[error("{problem}")]
    Start {
        /// What the system said.
        problem: String,
    },
    /// Its process ended before it answered.
    #[error("its process ended: {how}; {said}")]
    Ended {
        /// How: exit code or signal.
        how: String,
        /// The last that it wrote to standard error.
        said: String,
    },
    /// It took too long, and its process was ended.
    #[error("no answer within {seconds} seconds")]
    Late {
        /// The limit.
        seconds: u64,
    },
    /// It answered more than is taken.
    #[error("an answer over {limit} bytes")]
    Flood {
        /// The limit.
        limit: usize,
    },
    /// Its answer is not what was asked for.
    #[error("the answer to `{call}` does not read: {problem}")]
    Garbage {
        /// What was asked.
        call: &'static str,
        /// What is wrong with the answer; never more than its place.
        problem: String,
    },
    /// It panicked.
    #[error("it panicked: {message}")]
    Panicked {
        /// What the panic said.
        message: String,
    },
    /// It says itself that it could not.
    #[error("{message}")]
    Said {
        /// What it says.
        message: String,
    },
}

impl Fault {
    /// Returns the id of its rule.
    pub fn rule(&self) -> &'static str {
        match self {
            Fault::Absent => "PC-0001",
            Fault::Version { .. } => "PC-0002",
            Fault::Another { .. } => "PC-0003",
            Fault::Hash { .. } => "PC-0004",
            Fault::Start { .. } => "PC-0005",
            Fault::Ended { .. } => "PC-0006",
            Fault::Late { .. } => "PC-0007",
            Fault::Flood { .. } => "PC-0008",
            Fault::Garbage { .. } => "PC-0009",
            Fault::Panicked { .. } => "PC-0010",
            Fault::Said { .. } => "PC-0011",
        }
    }

    /// Makes the finding of one filing.
    pub fn finding(&self, book: &RuleBook) -> Finding {
        let problem = Text::from(self.to_string());
        let mut holes: Vec<(&str, Text)> = vec![("problem", problem.clone())];
        match self {
            Fault::Version { host, plugin } => {
                holes.extend([("host", host.to_string().into()), ("plugin", plugin.to_string().into())]);
            }
            Fault::Another { says, manifest } => {
                holes.extend([("says", says.as_str().into()), ("manifest", manifest.as_str().into())]);
            }
            Fault::Hash { file, found, wanted } => {
                holes.extend([
                    ("file", file.as_str().into()),
                    ("found", found.as_str().into()),
                    ("wanted", wanted.as_str().into()),
                ]);
            }
            Fault::Ended { how, said } => holes.extend([("how", how.as_str().into()), ("said", said.as_str().into())]),
            Fault::Late { seconds } => holes.push(("seconds", seconds.to_string().into())),
            Fault::Flood { limit } => holes.push(("limit", limit.to_string().into())),
            Fault::Garbage { call, problem } => holes.extend([("call", (*call).into()), ("why", problem.as_str().into())]),
            Fault::Panicked { message } | Fault::Said { message } => holes.push(("message", message.as_str().into())),
            Fault::Absent | Fault::Start { .. } => {}
        }
        let mut finding = book.finding(self.rule(), Place::default(), &holes);
        finding.status = Status::EngineError(self.to_string());
        finding
    }
}
