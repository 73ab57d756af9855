//! Where a value is printed: what stands around it decides what it may be and how it is written.

use crate::render::docx::tree::Element;

/// The place of one printing tag.
#[derive(Debug, Clone)]
pub(super) struct Site {
    /// What stands around it.
    pub(super) around: Around,
}

/// What stands around a printing tag.
#[derive(Debug, Clone)]
pub(super) enum Around {
    /// Text of a run that has other text too.
    Run(RunSite),
    /// Nothing: the paragraph holds the tag and no more, so that a list can be paragraphs.
    Alone {
        /// The run.
        run: RunSite,
        /// What starts such a paragraph, up to the run.
        open: String,
        /// Whether one paragraph must be left even for an empty list.
        is_needed: bool,
    },
    /// `{{p … }}`: what is printed are paragraphs.
    Blocks {
        /// Properties of the paragraph that the tag stood in.
        properties: Option<Element>,
        /// Whether something must be left even when there is nothing.
        is_needed: bool,
        /// Whether it stands in a table.
        in_table: bool,
    },
    /// The instruction of a field: plain text on one line.
    Instruction,
    /// An attribute or a text that no run holds.
    Plain,
}

/// A run that a value is printed in.
#[derive(Debug, Clone, Default)]
pub(super) struct RunSite {
    /// Its properties.
    pub(super) properties: Option<Element>,
    /// The same, written.
    pub(super) written: String,
}

impl RunSite {
    /// Makes the site of a run with these properties.
    pub(super) fn new(properties: Option<&Element>) -> RunSite {
        let mut written = String::new();
        if let Some(properties) = properties {
            properties.write(&mut written);
        }
        RunSite { properties: properties.cloned(), written }
    }

    /// Writes what starts such a run, up to its text.
    pub(super) fn open(&self, out: &mut String) {
        out.push_str("<w:r>");
        out.push_str(&self.written);
        out.push_str(TEXT);
    }
}

/// Starts the text of a run.
pub(super) const TEXT: &str = "<w:t xml:space=\"preserve\">";
/// Ends the text of a run, and the run.
pub(super) const CLOSE: &str = "</w:t></w:r>";
