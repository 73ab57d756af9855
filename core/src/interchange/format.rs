//! Which format a file has, told by its content.

use super::tree::{Tree, csv, json};
use super::xml;
use crate::ingest::report::Problem;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Its id, as it is given on the command line; the mapping table has the same name.
    pub id: &'static str,
    /// The column of the vocabularies whose words it uses.
    pub(super) words: &'static str,
    /// The name by which one trial is told from what stands around it.
    trial: &'static str,
}

/// All formats, in the order in which they are recognised.
pub const FORMATS: [Format; 6] = [
    Format { id: "usdm", words: "usdm", trial: "study" },
    Format { id: "ctgov", words: "ctgov", trial: "protocolsection" },
    Format { id: "prs", words: "prs", trial: "idinfo" },
    Format { id: "ictrp-xml", words: "ictrp", trial: "main" },
    Format { id: "fhir", words: "prs", trial: "resourcetype" },
    Format { id: "ictrp", words: "ictrp", trial: "trialid" },
];

/// How deep below the root of a file a trial is looked for.
const TRIAL_DEPTH: usize = 4;

impl Format {
    /// Returns the format of an id.
    pub fn named(id: &str) -> Option<Format> {
        FORMATS.into_iter().find(|format| format.id == id)
    }

    /// Returns whether a node is one trial of the format.
    fn is_trial(self, tree: &Tree) -> bool {
        match self.id {
            "usdm" => tree.get("study").is_some_and(|study| study.get("versions").is_some()),
            "ictrp-xml" => tree.get("main").is_some_and(|main| main.has_folded("trialid")),
            "fhir" => matches!(tree.get("resourceType"), Some(Tree::Text(text, _)) if text.as_ref() == "ResearchStudy"),
            _ => tree.has_folded(self.trial),
        }
    }

    /// Takes the trials out of a file; what stands outside of them is given as the tree that is left.
    pub(super) fn split(self, tree: Tree) -> (Vec<Tree>, Tree) {
        let mut trials = Vec::new();
        let rest = self.take(tree, &mut trials, 0);
        (trials, rest)
    }

    fn take(self, tree: Tree, trials: &mut Vec<Tree>, depth: usize) -> Tree {
        if self.is_trial(&tree) {
            trials.push(tree);
            return Tree::List(Vec::new());
        }
        if depth >= TRIAL_DEPTH {
            return tree;
        }
        match tree {
            Tree::List(items) => Tree::List(items.into_iter().map(|item| self.take(item, trials, depth + 1)).collect()),
            Tree::Object(entries) => {
                Tree::Object(entries.into_iter().map(|(name, value)| (name, self.take(value, trials, depth + 1))).collect())
            }
            text @ Tree::Text(..) => text,
        }
    }

    /// Returns whether there is a trial of the format in a file.
    fn is_in(self, tree: &Tree, depth: usize) -> bool {
        if self.is_trial(tree) {
            return true;
        }
        if depth >= TRIAL_DEPTH {
            return false;
        }
        match tree {
            Tree::List(items) => items.iter().any(|item| self.is_in(item, depth + 1)),
            Tree::Object(entries) => entries.iter().any(|(_, value)| self.is_in(value, depth + 1)),
            Tree::Text(..) => false,
        }
    }
}

/// Returns whether a text table could be one of trials: its first line has a column of trial numbers.
fn is_table(bytes: &[u8]) -> bool {
    let head = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let first = head.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.split([',', '\t']).any(|name| super::leaves::fold_name(name) == "trialid")
}

/// Reads a file of any format; `from` says which one it is to be taken for. Nothing when the file is none of them.
///
/// # Errors
/// Returns what breaks the syntax that the file begins with, or a limit.
pub(super) fn read(bytes: &[u8], from: Option<Format>, sheet: u16) -> Result<Option<(Format, Tree)>, Problem> {
    let start = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace()).copied();
    let is_wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    let tree = match first {
        Some(b'{' | b'[') => json(bytes, sheet)?,
        Some(b'<') => xml::read(bytes, sheet)?,
        Some(_) if is_wide && !is_table(bytes) => xml::read(bytes, sheet).or_else(|_| csv(bytes, sheet))?,
        Some(_) if is_table(bytes) => csv(bytes, sheet)?,
        _ => return Ok(None),
    };
    let format = match from {
        Some(format) => Some(format),
        None => FORMATS.into_iter().find(|format| format.is_in(&tree, 0)),
    };
    Ok(format.map(|format| (format, tree)))
}
