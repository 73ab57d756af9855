//! The last filing of a trial as the start of the next one.

use std::path::Path;

use super::Engine;
use super::previous::records;
use crate::changes::Entries;
use crate::model::{FieldIx, Finding, Place, Record, Text};
use crate::plugin::{Plugin, Source};

impl Engine {
    /// Reads the filing a file holds, for comparing or going on with it: XML of the plugin's form, JSON or a workbook.
    /// Its deleted rows are still there.
    ///
    /// # Errors
    /// Returns a finding that says why it cannot be used.
    pub fn filing(&self, path: &Path, plugin: &Plugin) -> Result<Record, Box<Finding>> {
        let (mut records, problem) = records(self, path, plugin);
        if let Some(finding) = problem {
            return Err(Box::new(finding));
        }
        let one = records.len() == 1;
        records.pop().filter(|_| one).ok_or_else(|| {
            let file = path.display().to_string();
            let problem = Text::new("試験が一つではありません", "it holds more than one trial");
            Box::new(self.book.finding("CG-0005", Place::file(&file), &[("file", file.as_str().into()), ("problem", problem)]))
        })
    }

    /// Turns the record of the last filing into what the next one of a kind starts from; nothing for a kind that cannot
    /// follow.
    ///
    /// # Errors
    /// Returns what a plugin's expression met that it could not work with.
    pub fn next_filing(&self, last: &Record, kind: &str, plugin: &Plugin) -> Option<Result<Record, String>> {
        let kept = Entries::read(last, &self.catalogue).without_deleted(last, &self.catalogue);
        plugin.next.start(kept.as_ref().unwrap_or(last), kind, kind_field(plugin)?, &self.catalogue)
    }
}

/// Returns the field that says the kind of a filing.
pub(super) fn kind_field(plugin: &Plugin) -> Option<FieldIx> {
    match plugin.mapping.source(plugin.form.kind_item) {
        Source::Field { field, .. } => Some(*field),
        _ => None,
    }
}
