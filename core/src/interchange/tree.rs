//! A file of any of the syntaxes as one tree of names and texts, every text with its place.

use crate::ingest::json::{self, Node};
use crate::ingest::report::Problem;
use crate::ingest::{delimited, report};
use crate::limits::INTERCHANGE_DEPTH;
use crate::model::Origin;

/// One node.
#[derive(Debug, Clone)]
pub(super) enum Tree {
    /// A value as text; `null` is an empty one.
    Text(Box<str>, Origin),
    /// Values of one name.
    List(Vec<Tree>),
    /// Named values in the order of the file; a name may stand several times.
    Object(Vec<(Box<str>, Tree)>),
}

impl Tree {
    /// Returns the value of a name, the first one.
    pub(super) fn get(&self, name: &str) -> Option<&Tree> {
        match self {
            Tree::Object(entries) => entries.iter().find(|(known, _)| known.as_ref() == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Returns whether a name is there that reads like that, whatever its case and punctuation.
    pub(super) fn has_folded(&self, name: &str) -> bool {
        matches!(self, Tree::Object(entries) if entries.iter().any(|(known, _)| super::leaves::fold_name(known) == name))
    }
}

/// Reads a JSON text.
///
/// # Errors
/// Returns the place where it breaks the format, or the limit that is passed.
pub(super) fn json(bytes: &[u8], sheet: u16) -> Result<Tree, Problem> {
    let node = json::parse_within(bytes, INTERCHANGE_DEPTH)?;
    Ok(from_node(node, &mut String::new(), sheet))
}

fn from_node(node: Node, pointer: &mut String, sheet: u16) -> Tree {
    let text = match node {
        Node::List(items) => {
            let items = items.into_iter().enumerate();
            return Tree::List(items.map(|(at, item)| below(pointer, &at.to_string(), item, sheet)).collect());
        }
        Node::Object(entries) => {
            let entries = entries.into_iter().map(|(key, item)| {
                let tree = below(pointer, &key, item, sheet);
                (key, tree)
            });
            return Tree::Object(entries.collect());
        }
        Node::Null => String::new(),
        Node::Bool(value) => value.to_string(),
        Node::Number(value) | Node::Huge(value) => value.to_string(),
        Node::Text(text) => text.into(),
    };
    Tree::Text(text.into(), Origin::Json { sheet, pointer: pointer.as_str().into() })
}

fn below(pointer: &mut String, key: &str, node: Node, sheet: u16) -> Tree {
    let length = pointer.len();
    pointer.push('/');
    // A key may be as long as the file; of a place it is enough to know where it is.
    for c in key.chars().take(crate::limits::FINDING_VALUE_CHARS) {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
    let tree = from_node(node, pointer, sheet);
    pointer.truncate(length);
    tree
}

/// Reads a table with a header row: a list of its rows, each an object by header.
///
/// # Errors
/// Returns what is wrong with encoding, quotation marks or the number of columns.
pub(super) fn csv(bytes: &[u8], sheet: u16) -> Result<Tree, Problem> {
    let text = delimited::decode(bytes)?;
    delimited::check_shape(&text)?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimited::delimiter(&text))
        .from_reader(text.as_bytes());
    let broken = |error: csv::Error| Problem::broken("CSV", error);
    let mut header: Option<csv::StringRecord> = None;
    let mut rows = Vec::new();
    let mut values = 0_usize;
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        let Some(names) = &header else {
            header = Some(record);
            continue;
        };
        let mut entries = Vec::new();
        // A value without a header is kept too: what it is called is not known, but it is not lost without a word.
        for col in 0..record.len().max(names.len()) {
            let name = names.get(col).map(str::trim).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| format!("column {}", col + 1), str::to_owned);
            let at = Origin::Line {
                sheet,
                line: u32::try_from(line).unwrap_or(u32::MAX),
                col: u32::try_from(col + 1).unwrap_or(u32::MAX),
            };
            entries.push((name.into(), Tree::Text(record.get(col).unwrap_or_default().into(), at)));
            values += 1;
            if values > crate::limits::INTERCHANGE_LEAVES {
                return Err(too_many());
            }
        }
        rows.push(Tree::Object(entries));
    }
    Ok(Tree::List(rows))
}

/// There are more values than are read.
pub(super) fn too_many() -> report::Problem {
    Problem::limit(crate::model::Text::new("値の数", "values"), crate::limits::INTERCHANGE_LEAVES)
}
