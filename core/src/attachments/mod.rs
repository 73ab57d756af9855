//! The documents of a filing: are their files there, can the authority read them, what are they called.
//!
//! Which fields list them and how they are named is the plugin's to say; what is asked of a kind is its code list's.

mod look;
mod names;
pub mod pdf;

use std::collections::BTreeMap;

use crate::limits;
use crate::model::{Attachment, Catalogue, Content, FieldIx, Finding, Kind, Place, Record, Row, RuleBook, Text};
use crate::plugin::Plugin;
use crate::render::templates::Names;
use look::Looker;

pub use names::Fields;

/// What gathering reads.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The record.
    pub record: &'a Record,
    /// The plugin.
    pub plugin: &'a Plugin,
    /// The catalogue.
    pub catalogue: &'a Catalogue,
    /// The engine's own rules.
    pub book: &'a RuleBook,
    /// The names of the filing.
    pub names: &'a Names,
}

/// Looks at every file that a record attaches; returns what goes into the archive and what is wrong.
pub fn gather(subject: Subject) -> (Vec<Attachment>, Vec<Finding>) {
    let Some(fields) = subject.plugin.attached else { return (Vec::new(), Vec::new()) };
    let rows = subject.record.root.rows(fields.list);
    let mut gatherer =
        Gatherer { subject, fields, attachments: Vec::new(), findings: Vec::new(), known: BTreeMap::new(), looked: (0, 0) };
    if rows.iter().any(|row| !row.text(fields.file).is_empty()) {
        for row in rows {
            // What is over a limit already need not be looked at to its end.
            if !over(gatherer.looked).is_empty() {
                break;
            }
            gatherer.row(row);
        }
        gatherer.whole(rows);
    } else {
        // Without files the kinds are only said, and only what nobody could mean is reported.
        rows.iter().for_each(|row| {
            gatherer.kind(row);
        });
    }
    (gatherer.attachments, gatherer.findings)
}

struct Gatherer<'a> {
    subject: Subject<'a>,
    fields: Fields,
    attachments: Vec<Attachment>,
    findings: Vec<Finding>,
    /// Where a content was first met, by its hash.
    known: BTreeMap<String, Place>,
    /// How many files were looked at, and their bytes.
    looked: (usize, u64),
}

impl<'a> Gatherer<'a> {
    fn place(&self, row: &Row, field: FieldIx) -> Place {
        self.subject.record.sources.place(&row.origin(field, self.subject.catalogue))
    }

    fn say(&mut self, rule: &str, row: &Row, field: FieldIx, values: &[(&str, Text)]) {
        let found = &self.subject.catalogue.field(field).id;
        let finding = self.subject.book.finding(rule, self.place(row, field), values).found(row.text(field), found);
        self.findings.push(finding);
    }

    /// Looks at the document of one row.
    fn row(&mut self, row: &'a Row) {
        let fields = self.fields;
        let kind = self.kind(row);
        let series = row.text(fields.series);
        if !series.is_empty() && !matches!(series.as_bytes(), [b'A'..=b'Z']) {
            return self.say("AT-0013", row, fields.series, &[("value", series.into())]);
        }
        if row.text(fields.file).is_empty() {
            if !row.text(fields.kind).is_empty() {
                self.say("AT-0016", row, fields.file, &[("kind", kind.unwrap_or_default().into())]);
            }
            return;
        }
        if row.text(fields.kind).is_empty() {
            self.say("AT-0011", row, fields.kind, &[("file", row.text(fields.file).into())]);
        }
        let catalogue = self.subject.catalogue;
        let list = match &catalogue.field(fields.kind).kind {
            Kind::Code(list) => catalogue.codes.get(list),
            _ => None,
        };
        let is = |mark: &str| kind.zip(list).is_some_and(|(kind, list)| list.is_marked(mark, kind));
        let looker = Looker { folder: self.subject.record.sources.folder(), wants_bookmarks: is("bookmarks") };
        let looked = looker.look(row.text(fields.file), is("bundle"));
        for problem in looked.problems {
            self.say(problem.rule, row, fields.file, &problem.values);
        }
        self.looked.0 += looked.files.len();
        self.looked.1 = looked.files.iter().fold(self.looked.1, |sum, seen| sum.saturating_add(seen.size));
        let at = self.place(row, fields.file);
        for seen in &looked.files {
            match self.known.get(&seen.sha256) {
                Some(first) => {
                    let other = Text::new(first.display(crate::model::Lang::Ja), first.display(crate::model::Lang::En));
                    self.say("AT-0015", row, fields.file, &[("file", row.text(fields.file).into()), ("other", other)]);
                }
                None => {
                    self.known.insert(seen.sha256.clone(), at.clone());
                }
            }
        }
        if let Some(kind) = kind.filter(|_| !looked.files.is_empty()) {
            self.named(row, kind, looked.files, is("bundle"), at);
        }
    }

    /// Returns the kind of a row; one that is not in the list is reported.
    fn kind(&mut self, row: &'a Row) -> Option<&'a str> {
        let (field, catalogue) = (self.fields.kind, self.subject.catalogue);
        let kind = row.text(field);
        let Kind::Code(list) = &catalogue.field(field).kind else { return None };
        let list = catalogue.codes.get(list)?;
        if kind.is_empty() || list.contains(kind) {
            return Some(kind).filter(|kind| !kind.is_empty());
        }
        let codes = list.entries.iter().map(|(code, _)| code.as_str()).collect::<Vec<_>>();
        self.say("AT-0012", row, field, &[("value", kind.into()), ("wanted", Text::new(codes.join("、"), codes.join(", ")))]);
        None
    }

    /// Names a document and adds it, or adds its files to the one they are put together in.
    fn named(&mut self, row: &Row, kind: &str, files: Vec<crate::model::Seen>, bundle: bool, at: Place) {
        let values = names::Values {
            kind,
            series: row.text(self.fields.series),
            replacement: Some(row.text(self.fields.replacement)).filter(|number| *number != "0").unwrap_or_default(),
            extension: if bundle { "zip" } else { "pdf" },
        };
        let file = self.fields.file;
        let name = match names::name(self.subject, &values) {
            Ok(name) => name,
            Err(error) => return self.say("AT-0020", row, file, &[("problem", error.to_string().into())]),
        };
        if !bundle {
            if let Some(same) = self.attachments.iter().find(|known| known.name == name) {
                let other = Text::new(same.at.display(crate::model::Lang::Ja), same.at.display(crate::model::Lang::En));
                return self.say("AT-0014", row, file, &[("name", name.into()), ("other", other)]);
            }
            let contents = files.into_iter().map(Content::File);
            self.attachments.extend(contents.map(|content| Attachment { name: name.clone(), content, at: at.clone() }));
            return;
        }
        let mut members = Vec::new();
        for seen in files {
            let stem = seen.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            match names::member(self.subject, &values, &stem) {
                Ok(member) => members.push((member, seen)),
                Err(error) => self.say("AT-0020", row, file, &[("problem", error.to_string().into())]),
            }
        }
        let at_name = self.attachments.iter().position(|known| known.name == name);
        let mut all = match at_name.map(|at| self.attachments.remove(at)) {
            Some(Attachment { content: Content::Bundle(all), .. }) => all,
            _ => Vec::new(),
        };
        for (member, seen) in members {
            if all.iter().any(|(known, _)| *known == member) {
                self.say("AT-0014", row, file, &[("name", member.into()), ("other", Text::from(name.as_str()))]);
            } else {
                all.push((member, seen));
            }
        }
        self.attachments.push(Attachment { name, content: Content::Bundle(all), at });
    }

    /// Checks all documents together.
    fn whole(&mut self, rows: &[Row]) {
        let Some(row) = rows.first() else { return };
        let here = self.subject.record.sources.place(&row.here());
        let here = Place { cell: String::new(), ..here };
        for (what, limit) in over(self.looked) {
            let values = [("what", what), ("limit", limit.into())];
            self.findings.push(self.subject.book.finding("AT-0017", here.clone(), &values));
        }
        for attachment in &self.attachments {
            let inner = match &attachment.content {
                Content::File(_) => &[][..],
                Content::Bundle(members) => members.as_slice(),
            };
            for name in inner.iter().map(|(name, _)| name).chain([&attachment.name]) {
                if name.chars().count() > limits::ARCHIVE_PATH_CHARS {
                    let problem = Text::new(
                        format!("「{name}」が{}文字を超えています", limits::ARCHIVE_PATH_CHARS),
                        format!("\"{name}\" has more than {} characters", limits::ARCHIVE_PATH_CHARS),
                    );
                    self.findings.push(self.subject.book.finding("AT-0020", attachment.at.clone(), &[("problem", problem)]));
                }
            }
        }
    }
}

/// Returns what of all documents together is over its limit, with the limit.
fn over((count, bytes): (usize, u64)) -> Vec<(Text, String)> {
    let mut over = Vec::new();
    if bytes > limits::ATTACHMENTS_BYTES {
        over.push((Text::new("大きさの合計", "the sum of sizes"), format!("{}GB", limits::ATTACHMENTS_BYTES >> 30)));
    }
    if count > limits::ATTACHMENTS {
        over.push((Text::new("ファイルの数", "the number of files"), limits::ATTACHMENTS.to_string()));
    }
    over
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_one_transmission_takes_is_over() {
        let at_limit = (limits::ATTACHMENTS, limits::ATTACHMENTS_BYTES);
        assert_eq!(over(at_limit), []);
        assert_eq!(over((at_limit.0 + 1, at_limit.1)).len(), 1);
        assert_eq!(over((at_limit.0, at_limit.1 + 1)).len(), 1);
    }
}
