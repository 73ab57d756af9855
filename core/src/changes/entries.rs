//! The sheet of changes: which change happened when and why, by item, by group, or for all.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use super::walk::{RowAt, plain};
use crate::map::{compact_date, numbers};
use crate::model::{Catalogue, ChangeStatus, Origin, Record, Row, ScopeIx};

/// The repeat group of the catalogue that holds the changes.
pub const CHANGES: &str = "filing.changes";

/// The codes of the list `change-mark`.
const WORDS: [(ChangeStatus, &str); 3] =
    [(ChangeStatus::Update, "変更"), (ChangeStatus::Append, "追加"), (ChangeStatus::Delete, "削除")];

/// Returns how the sheet of changes writes a mark.
pub fn word(status: ChangeStatus) -> &'static str {
    WORDS.iter().find(|(known, _)| *known == status).map_or("", |(_, word)| word)
}

/// One line of the sheet.
#[derive(Debug)]
pub struct Entry {
    /// Id of the field, group or section it is about; empty for all; nothing when the catalogue has none of that name.
    pub target: Option<String>,
    /// The target as it was written.
    pub written: String,
    /// The mark somebody gave.
    pub status: Option<ChangeStatus>,
    /// Eight digits; empty when blank.
    pub date: String,
    /// Why; empty when blank.
    pub reason: String,
    /// Where the line is.
    pub at: Origin,
    /// Number or name of each row, outermost first; empty for all rows.
    row: Vec<String>,
    /// How many rows of repeat groups lead to the target.
    depth: usize,
    used: Cell<bool>,
}

/// The lines of the sheet of changes.
#[derive(Debug, Default)]
pub struct Entries {
    lines: Vec<Entry>,
}

impl Entries {
    /// Reads the sheet of a normalised record.
    pub fn read(record: &Record, catalogue: &Catalogue) -> Entries {
        let Some(list) = catalogue.scope_ix(CHANGES) else { return Entries::default() };
        let rows = record.root.rows(list);
        if rows.is_empty() {
            return Entries::default();
        }
        let names = Names::new(catalogue);
        Entries { lines: rows.iter().map(|row| entry(row, catalogue, &names)).collect() }
    }

    /// Returns all lines.
    pub fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter()
    }

    /// Finds the line that says most closely when and why something changed.
    pub(super) fn words(&self, id: &str, rows: &[RowAt], status: ChangeStatus) -> Option<&Entry> {
        let fitting = self.lines.iter().filter(|entry| entry.status.is_none_or(|given| given == status));
        let scored = fitting.filter_map(|entry| Some((entry.fit(id, rows)?, entry)));
        // Of two that fit as closely the first counts.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best })?.1;
        best.used.set(true);
        Some(best)
    }

    /// Finds the line that gives a mark to exactly this leaf or row.
    pub(super) fn mark(&self, id: &str, rows: &[RowAt], status: ChangeStatus) -> Option<&Entry> {
        let given = |entry: &&Entry| entry.status == Some(status) && entry.target.as_deref() == Some(id);
        let found = self.lines.iter().filter(given).find(|entry| entry.fit(id, rows).is_some())?;
        found.used.set(true);
        Some(found)
    }

    /// Takes the rows that the lines delete out of a record: what rules say of a trial holds without them.
    pub fn without_deleted(&self, record: &Record, catalogue: &Catalogue) -> Option<Record> {
        self.lines.iter().any(|entry| entry.status == Some(ChangeStatus::Delete)).then(|| {
            let mut record = record.clone();
            self.prune(&mut record.root, catalogue, &mut Vec::new());
            record
        })
    }

    fn prune(&self, row: &mut Row, catalogue: &Catalogue, way: &mut Vec<RowAt>) {
        for (list, rows) in &mut row.lists {
            let scope = catalogue.scope(*list);
            let hidden = [scope.key, scope.serial];
            let mut numbers = numbers(rows, *list, catalogue).into_iter();
            rows.retain_mut(|row| {
                let serial = numbers.next().map(|(serial, _)| serial);
                let name = row.leaves.iter().find(|(field, _)| !hidden.contains(&Some(*field)));
                let name = name.map_or(String::new(), |(_, leaf)| leaf.text().to_owned());
                way.push(RowAt { list: *list, serial, name });
                let goes = self.lines.iter().any(|entry| {
                    entry.status == Some(ChangeStatus::Delete)
                        && entry.target.as_deref() == Some(scope.id.as_str())
                        && entry.fit(&scope.id, way).is_some()
                });
                if !goes {
                    self.prune(row, catalogue, way);
                }
                way.pop();
                !goes
            });
        }
        row.lists.retain(|(_, rows)| !rows.is_empty());
    }

    /// Returns the lines that no change asked for.
    pub fn unused(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().filter(|entry| !entry.used.get())
    }
}

impl Entry {
    /// Returns how closely a line fits, more rows before a longer target; nothing when it does not.
    fn fit(&self, id: &str, rows: &[RowAt]) -> Option<(usize, usize, bool)> {
        let target = self.target.as_deref()?;
        // What is said of a text is said of its English, unless a line of its own says otherwise.
        let is_twin = id.strip_suffix("_en") == Some(target);
        let below =
            target.is_empty() || id == target || is_twin || id.strip_prefix(target).is_some_and(|rest| rest.starts_with('.'));
        if !below {
            return None;
        }
        let depth = if target.is_empty() { rows.len() } else { self.depth };
        let on_the_way = rows.get(..depth.min(rows.len()))?;
        let from = on_the_way.len().checked_sub(self.row.len())?;
        let named = on_the_way.get(from..)?.iter().zip(&self.row);
        let fits = |(at, part): (&RowAt, &String)| {
            at.serial.is_some_and(|serial| serial.to_string() == *part)
                || (!at.name.is_empty() && plain(&at.name) == plain(part))
        };
        named.into_iter().all(fits).then_some((self.row.len(), target.len(), self.status.is_some()))
    }
}

fn entry(row: &Row, catalogue: &Catalogue, names: &Names) -> Entry {
    let text = |name: &str| catalogue.field_ix(&format!("{CHANGES}.{name}")).map_or("", |field| row.text(field));
    let written = text("target");
    let target = names.find(written);
    let depth = target.as_deref().map_or(0, |id| depth(id, catalogue));
    let status = WORDS.iter().find(|(_, word)| *word == text("mark")).map(|(status, _)| *status);
    let parts = text("row").split(['/', '／']).map(str::trim).filter(|part| !part.is_empty());
    Entry {
        target,
        written: written.to_owned(),
        status,
        date: compact_date(text("date").to_owned()),
        reason: text("reason").replace('\n', " "),
        at: row.here(),
        row: parts.map(str::to_owned).collect(),
        depth,
        used: Cell::new(false),
    }
}

/// Returns how many rows of repeat groups lead to a field or group.
fn depth(id: &str, catalogue: &Catalogue) -> usize {
    let scope = catalogue.scope_ix(id).or_else(|| catalogue.field_ix(id).map(|field| catalogue.field(field).scope));
    let mut at = scope.filter(|scope| *scope != ScopeIx::ROOT);
    let mut depth = 0;
    while let Some(scope) = at {
        depth += 1;
        at = catalogue.scope(scope).parent.filter(|parent| *parent != ScopeIx::ROOT);
    }
    depth
}

/// What people may call a field, a group or a section: its id, or its labels in either language.
struct Names {
    /// Nothing for a name that several share.
    ids: BTreeMap<String, Option<String>>,
}

/// Stands between the labels of a group and of what is in it.
const BETWEEN: char = '›';

impl Names {
    fn new(catalogue: &Catalogue) -> Names {
        let mut names = Names { ids: BTreeMap::new() };
        for section in &catalogue.sections {
            for label in [&section.label.ja, &section.label.en] {
                names.add(label, &section.id);
            }
        }
        for (_, scope) in catalogue.scopes().filter(|(index, _)| *index != ScopeIx::ROOT) {
            let parent = scope.parent.map(|parent| &catalogue.scope(parent).label);
            for (label, above) in
                [(&scope.label.ja, parent.map(|text| &text.ja)), (&scope.label.en, parent.map(|text| &text.en))]
            {
                names.add(label, &scope.id);
                if let Some(above) = above {
                    names.add(&format!("{above}{BETWEEN}{label}"), &scope.id);
                }
            }
        }
        let sheets: BTreeSet<String> = names.ids.keys().cloned().collect();
        for (_, field) in catalogue.fields() {
            let scope = &catalogue.scope(field.scope).label;
            let section = field.section.and_then(|at| catalogue.sections.get(at)).map(|section| &section.label);
            let above = section.unwrap_or(scope);
            for (label, above) in [(&field.label.ja, &above.ja), (&field.label.en, &above.en)] {
                // The name of a sheet is the sheet, even where an item of the trial is called like it.
                if !sheets.contains(&simple(label)) {
                    names.add(label, &field.id);
                }
                names.add(&format!("{above}{BETWEEN}{label}"), &field.id);
            }
        }
        // An id means itself, whatever is labelled like it.
        let ids = catalogue.sections.iter().map(|section| &section.id);
        let ids =
            ids.chain(catalogue.scopes().map(|(_, scope)| &scope.id)).chain(catalogue.fields().map(|(_, field)| &field.id));
        for id in ids {
            names.ids.insert(id.clone(), Some(id.clone()));
        }
        names
    }

    fn add(&mut self, name: &str, id: &str) {
        let known = self.ids.entry(simple(name)).or_insert_with(|| Some(id.to_owned()));
        if known.as_deref() != Some(id) {
            *known = None;
        }
    }

    fn find(&self, written: &str) -> Option<String> {
        if written.is_empty() {
            return Some(String::new());
        }
        self.ids.get(written.trim()).or_else(|| self.ids.get(&simple(written))).cloned().flatten()
    }
}

/// Writes a name so that spaces, case and the sign between its parts do not matter.
fn simple(name: &str) -> String {
    plain(name).replace(['>', '＞', '→'], "›").to_lowercase()
}
