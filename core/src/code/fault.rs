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
    #[error("{}", .problem.en)]
    Start {
        /// What the system said.
        problem: Text,
    },
    /// Its process ended before it answered.
    #[error("its process ended: {}; {said}", .how.en)]
    Ended {
        /// How: exit code or signal.
        how: Text,
        /// The last that it wrote to standard error.
        said: String,
        /// The memory that it may take, MiB: whatever is refused more usually ends.
        memory: u64,
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
    /// It wrote what nobody had asked for: the next answer would be taken for another's.
    #[error("it wrote to standard output without being asked")]
    Unasked,
    /// It panicked on another filing of the run, in the engine's own process.
    #[error("it panicked before in this run: {message}")]
    Disabled {
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
            Fault::Unasked => "PC-0016",
            Fault::Disabled { .. } => "PC-0017",
        }
    }

    /// Leaves out what the code wrote of its own accord when it failed.
    #[must_use]
    pub fn silent(self) -> Fault {
        match self {
            Fault::Ended { how, memory, .. } => Fault::Ended { how, memory, said: String::new() },
            Fault::Panicked { .. } => Fault::Panicked { message: "…".to_owned() },
            other => other,
        }
    }

    /// Makes the finding of one filing.
    pub fn finding(&self, book: &RuleBook) -> Finding {
        let mut holes: Vec<(&str, Text)> = Vec::new();
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
            Fault::Ended { how, said, memory } => {
                holes.extend([("how", how.clone()), ("said", said.as_str().into()), ("memory", memory.to_string().into())]);
            }
            Fault::Start { problem } => holes.push(("problem", problem.clone())),
            Fault::Late { seconds } => holes.push(("seconds", seconds.to_string().into())),
            Fault::Flood { limit } => holes.push(("limit", limit.to_string().into())),
            Fault::Garbage { call, problem } => holes.extend([("call", (*call).into()), ("why", problem.as_str().into())]),
            Fault::Panicked { message } | Fault::Said { message } | Fault::Disabled { message } => {
                holes.push(("message", message.as_str().into()));
            }
            Fault::Absent | Fault::Unasked => {}
        }
        let mut finding = book.finding(self.rule(), Place::default(), &holes);
        // The message says it in both languages.
        finding.status = Status::EngineError(String::new());
        finding
    }
}

/// Most characters of what a plugin says that a finding repeats.
const SAID_CHARS: usize = 500;

/// Makes a text of a plugin fit for a finding.
pub(super) fn said(text: &str) -> String {
    printable(text).chars().take(SAID_CHARS).collect()
}

/// Takes out what would move the cursor or turn the writing round; lines follow each other after a stroke.
pub(super) fn printable(text: &str) -> String {
    let turns = |letter: char| matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let lines = text.lines().map(|line| {
        let shown: String = line.chars().map(|letter| if letter == '\t' { ' ' } else { letter }).collect();
        shown.chars().filter(|letter| !letter.is_control() && !turns(*letter)).collect::<String>().trim_end().to_owned()
    });
    lines.filter(|line| !line.trim().is_empty()).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    #[test]
    fn nothing_of_a_plugin_moves_the_cursor() {
        assert_eq!(printable("\u{1b}[31m赤\r\n\n\tb\u{7}\u{202e}c\u{9b}d \n"), "[31m赤 /  bcd");
        assert_eq!(said(&"あ".repeat(600)).chars().count(), SAID_CHARS);
    }

    #[test]
    fn every_fault_has_words_without_holes() {
        let book = RuleBook::load(&Files::embedded("forms")).expect("the book");
        let text = || "x".to_owned();
        let faults = [
            Fault::Absent,
            Fault::Version { host: 1, plugin: 2 },
            Fault::Another { says: text(), manifest: text() },
            Fault::Hash { file: text(), found: text(), wanted: text() },
            Fault::Start { problem: "x".into() },
            Fault::Ended { how: "x".into(), said: text(), memory: 1024 },
            Fault::Late { seconds: 1 },
            Fault::Flood { limit: 1 },
            Fault::Garbage { call: "open", problem: text() },
            Fault::Panicked { message: text() },
            Fault::Unasked,
            Fault::Disabled { message: text() },
            Fault::Said { message: text() },
        ];
        for fault in faults {
            let finding = fault.finding(&book);
            for words in [&finding.message, &finding.fix] {
                assert!(!words.ja.is_empty() && !words.ja.contains('{'), "{fault:?}: {words:?}");
                assert!(!words.en.is_empty() && !words.en.contains('{'), "{fault:?}: {words:?}");
            }
        }
    }
}
