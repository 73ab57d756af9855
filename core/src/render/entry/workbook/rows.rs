//! The lines of a table of items.

use super::super::model::{Asked, Block, Changed, Field, Item, Note, Part, Repeat, Row, Section, Sheet};
use super::super::words::{fill, say};
use super::both;
use crate::model::{Lang, Severity, Text};

/// Most characters of a cell, a little below what a spreadsheet holds: it counts some twice.
const CELL: usize = 16_000;

/// Which items a table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Show {
    All,
    Changed,
}

/// A line of a table.
pub(super) enum Line {
    Heading { depth: usize, number: String, label: String },
    Field(Box<Cells>),
}

/// What a field's line says.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    pub(super) number: String,
    pub(super) item: String,
    pub(super) asked: String,
    pub(super) required: bool,
    pub(super) public: String,
    pub(super) who: String,
    pub(super) part: String,
    pub(super) value: String,
    pub(super) old: String,
    pub(super) reason: String,
    pub(super) date: String,
    pub(super) change: String,
    pub(super) choice: String,
    pub(super) characters: String,
    pub(super) units: String,
    pub(super) over: bool,
    pub(super) findings: String,
    pub(super) grave: bool,
    pub(super) missing: bool,
    pub(super) system: bool,
    pub(super) deleted: bool,
    pub(super) markable: bool,
    pub(super) nothing: String,
}

/// Lists the lines of a table.
pub(super) fn lines(sheet: &Sheet, show: Show) -> Vec<Line> {
    let mut lister = Lister { sheet, show, lines: Vec::new(), row: None };
    for section in &sheet.sections {
        lister.section(section, 0);
    }
    lister.lines
}

/// Cuts a text to what a cell holds; what is cut off is continued in another row or another format.
pub(super) fn bounded(text: &str) -> String {
    text.chars().take(CELL).collect()
}

/// Returns the word for how grave a finding is.
pub(super) fn weight(note: &Note) -> &'static str {
    match note.severity {
        _ if note.waits => "waits",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

struct Lister<'a> {
    sheet: &'a Sheet,
    show: Show,
    lines: Vec<Line>,
    /// The new or deleted row that an item stands in.
    row: Option<&'a Changed>,
}

impl<'a> Lister<'a> {
    fn is_shown(&self, changed: bool) -> bool {
        self.show == Show::All || changed || self.row.is_some()
    }

    fn section(&mut self, section: &'a Section, depth: usize) {
        if self.is_shown(section.blocks.iter().any(Block::is_changed)) {
            self.heading(depth, section.number.clone(), both_on_line(&section.label));
            self.blocks(&section.blocks, depth + 1);
        }
    }

    fn heading(&mut self, depth: usize, number: String, label: String) {
        self.lines.push(Line::Heading { depth, number, label });
    }

    fn blocks(&mut self, blocks: &'a [Block], depth: usize) {
        for block in blocks.iter().filter(|block| self.is_shown(block.is_changed())).collect::<Vec<_>>() {
            match block {
                Block::Section(section) => self.section(section, depth),
                Block::Item(item) => self.item(item),
                Block::Repeat(repeat) => self.repeat(repeat, depth),
            }
        }
    }

    fn repeat(&mut self, repeat: &'a Repeat, depth: usize) {
        let rows = match repeat.rows.len() {
            0 if repeat.missing => say("rows-missing").ja,
            0 => say("no-rows").ja,
            rows => fill("rows", &[("count", rows.to_string().into())]).ja,
        };
        let label = format!("{}（{rows}）", both_on_line(&repeat.label));
        self.heading(depth, repeat.number.clone(), label);
        self.blocks(&repeat.head, depth + 1);
        for row in &repeat.rows {
            let changed = row.change.is_some() || row.blocks.iter().any(Block::is_changed);
            if self.is_shown(changed) {
                self.row(repeat, row, depth + 1);
            }
        }
    }

    fn row(&mut self, repeat: &'a Repeat, row: &'a Row, depth: usize) {
        let mut label = fill("row", &[("count", row.position.to_string().into())]).ja;
        if !row.name.is_empty() {
            label = format!("{label}　{}", row.name);
        }
        if let Some(change) = &row.change {
            label = format!("{label}　【{}】", say(if row.is_deleted() { "row-deleted" } else { "row-added" }).ja);
            if !change.reason.is_empty() {
                label = format!("{label}{}：{}", say("reason").ja, change.reason);
            }
        }
        self.heading(depth, repeat.number.clone(), label);
        let outer = self.row;
        self.row = row.change.as_ref().or(outer);
        if let Some(change) = row.change.as_ref().filter(|_| row.is_deleted()) {
            let cells = Cells {
                number: repeat.number.clone(),
                item: both(&repeat.label),
                value: say("row-delete").ja,
                change: change.word.clone(),
                date: change.date.clone(),
                reason: change.reason.clone(),
                markable: true,
                ..Cells::default()
            };
            self.lines.push(Line::Field(Box::new(cells)));
        }
        self.blocks(&row.blocks, depth + 1);
        self.row = outer;
    }

    fn item(&mut self, item: &'a Item) {
        let findings = self.findings(&item.findings);
        let grave = item.findings.iter().filter_map(|at| self.sheet.findings.get(*at));
        let grave = grave.filter(|note| weight(note) == "error").count() > 0;
        let mut first = true;
        for part in &item.parts {
            for field in &part.fields {
                let show = self.is_shown(field.is_changed());
                if !show {
                    continue;
                }
                let mut cells = self.field(item, part, field);
                if first {
                    cells.findings.clone_from(&findings);
                    cells.grave = grave;
                }
                first = false;
                self.put(cells);
            }
        }
    }

    /// Adds a line, and others below it where a text is longer than a cell: nothing is cut off.
    fn put(&mut self, cells: Cells) {
        let chunks = |text: &str| -> Vec<String> {
            let letters: Vec<char> = text.chars().collect();
            letters.chunks(CELL).map(|chunk| chunk.iter().collect()).collect()
        };
        let (values, olds) = (chunks(&cells.value), chunks(&cells.old));
        let of = values.len().max(olds.len()).max(1);
        for at in 0..of {
            let mut line = cells.clone();
            line.value = values.get(at).cloned().unwrap_or_default();
            line.old = olds.get(at).cloned().unwrap_or_default();
            if of > 1 {
                let holes = [("count", Text::from((at + 1).to_string())), ("of", of.to_string().into())];
                line.part = format!("{} {}", line.part, fill("continued", &holes).ja).trim().to_owned();
            }
            line.findings = bounded(&line.findings);
            line.reason = bounded(&line.reason);
            line.markable &= at == 0;
            self.lines.push(Line::Field(Box::new(line)));
        }
    }

    fn field(&self, item: &Item, part: &Part, field: &Field) -> Cells {
        let deleted = self.row.is_some_and(|change| change.status == "delete");
        let unsure = if item.unconfirmed && field.asked == Asked::Required { "※" } else { "" };
        let lang = match field.lang {
            "ja" => say("japanese"),
            "en" => say("english"),
            _ => Text::default(),
        };
        let names: Vec<String> = [&part.label, &lang].into_iter().filter(|text| !text.is_empty()).map(both_on_line).collect();
        let english = field.picks.iter().map(|pick| pick.label.get(Lang::En)).collect::<Vec<_>>().join("\n");
        let measured = field.list.is_empty() && !field.value.is_empty();
        let limit = field.limit.map_or(String::new(), |limit| format!("/{limit}"));
        let change = field.change.as_ref();
        let said = |text: fn(&Changed) -> &String| change.map_or(String::new(), |change| text(change).clone());
        let value = match (field.value.is_empty(), field.missing) {
            (true, true) => format!("【{}】{}", say("missing").ja, field.at),
            (true, false) if change.is_some() => format!("（{}）", say("to-blank").ja),
            _ => field.value.clone(),
        };
        Cells {
            number: item.number.clone(),
            item: both(&item.label),
            asked: format!("{}{unsure}", say(&format!("asked-{}", field.asked.name())).ja),
            required: field.asked == Asked::Required,
            public: if item.public.is_empty() { String::new() } else { say(&format!("public-{}", item.public)).ja },
            who: item.who.clone(),
            part: names.join("\n"),
            value,
            old: said(|change| &change.old),
            reason: said(|change| &change.reason),
            date: said(|change| &change.date),
            change: if field.each_time { say("each-time").ja } else { said(|change| &change.word) },
            choice: english,
            characters: if measured { field.characters.to_string() } else { String::new() },
            units: if measured { format!("{}{limit}", field.units) } else { String::new() },
            over: field.limit.is_some_and(|limit| field.units > limit),
            missing: field.missing,
            system: field.asked == Asked::System,
            deleted,
            markable: !deleted && field.asked != Asked::System && (!field.value.is_empty() || change.is_some()),
            ..Cells::default()
        }
    }

    fn findings(&self, findings: &[usize]) -> String {
        let notes = findings.iter().filter_map(|at| self.sheet.findings.get(*at));
        let said = notes.map(|note| {
            let fix = if note.fix.is_empty() { String::new() } else { format!("\n→ {}", note.fix.ja) };
            format!("【{}】{}{fix}（{}）", say(weight(note)).ja, note.message.ja, note.rule)
        });
        said.collect::<Vec<_>>().join("\n")
    }
}

fn both_on_line(text: &Text) -> String {
    both(text).replace('\n', "　")
}
