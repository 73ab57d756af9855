//! Sections, repeat groups and items.

use super::super::model::{Asked, Block, Item, Note, Repeat, Row, Section, Sheet};
use super::super::words::{fill, say};
use super::field;
use crate::model::{Severity, Text};
use crate::render::html::Html;

/// Which part of a sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Only {
    /// All of it.
    All,
    /// What changed.
    Changed,
    /// What did not.
    Unchanged,
}

/// Writes what stands in a sheet.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) only: Only,
    /// Whether it stands in a row that is to be deleted: nothing in it is entered.
    pub(super) gone: bool,
}

impl Writer<'_> {
    /// Ids are of the place where something is worked on: where changes are shown apart, of that.
    pub(super) fn id(self, id: &str) -> String {
        match self.only {
            Only::All | Only::Changed => id.to_owned(),
            Only::Unchanged => format!("rest:{id}"),
        }
    }

    pub(super) fn section(self, html: &mut Html, section: &Section, level: usize) {
        if self.only == Only::Changed && !section.blocks.iter().any(Block::is_changed) {
            return;
        }
        let heading = format!("h:{}", self.id(&section.id));
        let class = format!("section d{}", level.min(5) - 1);
        html.open("section", &[("class", &class), ("id", &self.id(&section.id)), ("aria-labelledby", &heading)]);
        let element = format!("h{}", level.min(6));
        html.open(&element, &[("id", &heading), ("class", "sh")]);
        html.raw("<span class=\"st\">");
        if !section.number.is_empty() {
            html.raw("<span class=\"no\">");
            html.text(&section.number);
            html.raw("</span> ");
        }
        html.label(&section.label);
        html.raw("</span><span class=\"sp\" data-progress></span>");
        html.raw(&format!("</{element}>\n"));
        self.notes(html, &section.findings);
        self.blocks(html, &section.blocks, level + 1);
        html.raw("</section>\n");
    }

    pub(super) fn blocks(self, html: &mut Html, blocks: &[Block], level: usize) {
        for block in blocks {
            if self.only == Only::Changed && !block.is_changed() {
                continue;
            }
            match block {
                Block::Section(section) => self.section(html, section, level),
                Block::Item(item) => self.item(html, item),
                Block::Repeat(repeat) => self.repeat(html, repeat, level),
            }
        }
    }

    fn repeat(self, html: &mut Html, repeat: &Repeat, level: usize) {
        let flags = Flags { missing: repeat.missing, found: !repeat.findings.is_empty(), ..Flags::default() };
        let system = repeat.asked == Asked::System;
        html.open("section", &[("class", if system { "repeat sys" } else { "repeat" }), ("id", &self.id(&repeat.id))]);
        html.open("div", &[("class", "rh"), flags.missing(), flags.found()]);
        html.raw("<span class=\"marks\">");
        number(html, &repeat.number);
        asked(html, repeat.asked, repeat.unconfirmed);
        html.raw("</span>");
        html.raw(&format!("<h{0} class=\"rt\">", level.min(6)));
        html.label(&repeat.label);
        html.raw(&format!("</h{0}><span class=\"rc\">", level.min(6)));
        match repeat.rows.len() {
            0 if repeat.missing => {
                html.raw("<b class=\"miss\">");
                html.both(&say("rows-missing"));
                html.raw("</b>");
            }
            0 => html.both(&say("no-rows")),
            rows => html.both(&fill("rows", &[("count", rows.to_string().into())])),
        }
        html.raw("</span></div>\n");
        self.notes(html, &repeat.findings);
        self.blocks(html, &repeat.head, level + 1);
        for row in &repeat.rows {
            self.row(html, row);
        }
        html.raw("</section>\n");
    }

    fn row(self, html: &mut Html, row: &Row) {
        let whole = row.change.is_some();
        let changed = whole || row.blocks.iter().any(Block::is_changed);
        match self.only {
            Only::Changed if !changed => return,
            Only::Unchanged if whole => return self.stub(html, &row.id, &row_title(row)),
            Only::All | Only::Changed | Only::Unchanged => {}
        }
        let deleted = row.is_deleted();
        let class = match &row.change {
            Some(_) if deleted => "row gone",
            Some(_) => "row new",
            None => "row",
        };
        let flags = Flags { changed: deleted, found: !row.findings.is_empty(), ..Flags::default() };
        let title = row_title(row);
        html.open(
            "div",
            &[
                ("class", class),
                ("id", &self.id(&row.id)),
                ("role", "group"),
                ("data-label", title.get(crate::model::Lang::Ja)),
                flags.changed(),
                flags.found(),
            ],
        );
        html.raw("<div class=\"rn\"><span class=\"rno\">");
        html.both(&fill("row", &[("count", row.position.to_string().into())]));
        html.raw("</span>");
        if !row.name.is_empty() {
            html.raw("<span class=\"rname\">");
            html.text(&row.name);
            html.raw("</span>");
        }
        if row.change.is_some() {
            let word = say(if deleted { "row-deleted" } else { "row-added" });
            html.raw("<span class=\"cw\">");
            html.both(&word);
            html.raw("</span>");
        }
        if deleted {
            let attributes = [
                ("class", "f task"),
                ("tabindex", "-1"),
                ("role", "group"),
                ("data-ja", title.ja.as_str()),
                ("data-en", title.en.as_str()),
                ("aria-label", title.ja.as_str()),
                ("data-key", row.key.as_str()),
                ("data-task", ""),
            ];
            html.open("div", &attributes);
            html.raw("<label class=\"done\"><input type=\"checkbox\"> ");
            html.both(&say("row-delete"));
            html.raw("</label></div>");
        }
        html.raw("</div>\n");
        if let Some(change) = &row.change {
            let attributes = [
                ("class", "f grounds"),
                ("role", "group"),
                ("data-ja", title.ja.as_str()),
                ("data-en", title.en.as_str()),
                ("aria-label", title.ja.as_str()),
            ];
            html.open("div", &attributes);
            field::reason(html, change);
            html.raw("</div>\n");
        }
        self.notes(html, &row.findings);
        // All of a row that came or goes is shown, whatever else is.
        let inner = if whole { Writer { only: Only::All, gone: deleted, ..self } } else { self };
        inner.blocks(html, &row.blocks, 6);
        html.raw("</div>\n");
    }

    fn stub(self, html: &mut Html, id: &str, label: &Text) {
        html.raw("<p class=\"stub\">");
        html.both(label);
        html.raw(" ");
        html.open("a", &[("href", &format!("#{id}"))]);
        html.both(&say("see-changes"));
        html.raw("</a></p>\n");
    }

    fn item(self, html: &mut Html, item: &Item) {
        if self.only == Only::Unchanged && item.is_changed() {
            let label = Text::new(
                format!("{} {}", item.number, item.label.ja),
                format!("{} {}", item.number, item.label.get(crate::model::Lang::En)),
            );
            return self.stub(html, &item.id, &label);
        }
        let flags = Flags {
            missing: item.fields().any(|field| field.missing),
            found: !item.findings.is_empty(),
            changed: item.is_changed(),
        };
        let class = if item.asked == Asked::System { "item sys" } else { "item" };
        html.open("article", &[("class", class), ("id", &self.id(&item.id)), flags.missing(), flags.found(), flags.changed()]);
        html.raw("<div class=\"head\"><div class=\"marks\">");
        number(html, &item.number);
        asked(html, item.asked, item.unconfirmed);
        if !item.public.is_empty() {
            html.open("span", &[("class", "pub"), ("data-public", &item.public)]);
            html.both(&say(&format!("public-{}", item.public)));
            html.raw("</span>");
        }
        if !item.who.is_empty() {
            html.raw("<span class=\"who\">");
            html.both(&say("who"));
            html.raw(" ");
            html.text(&item.who);
            html.raw("</span>");
        }
        html.raw("</div><div class=\"label\">");
        html.label(&item.label);
        html.raw("</div></div>\n<div class=\"parts\">");
        for part in &item.parts {
            html.open("div", &[("class", if part.fields.len() > 1 { "part two" } else { "part" })]);
            if !part.label.is_empty() {
                html.raw("<div class=\"pl\">");
                html.label(&part.label);
                html.raw("</div>");
            }
            html.raw("<div class=\"fs\">");
            for field in &part.fields {
                field::write(html, self, field, item);
            }
            html.raw("</div></div>\n");
        }
        html.raw("</div>\n");
        self.notes(html, &item.findings);
        html.raw("</article>\n");
    }

    fn notes(self, html: &mut Html, findings: &[usize]) {
        let mut notes: Vec<&Note> = findings.iter().filter_map(|at| self.sheet.findings.get(*at)).collect();
        notes.sort_by_key(|note| (note.waits, note.severity));
        if notes.is_empty() {
            return;
        }
        html.raw("<ul class=\"notes\">\n");
        for note in notes {
            html.open("li", &[("class", weight(note))]);
            self::note(html, note);
            html.raw("</li>\n");
        }
        html.raw("</ul>\n");
    }
}

/// Writes a finding: how grave, what, how to mend it, why and where.
pub(super) fn note(html: &mut Html, note: &Note) {
    html.raw("<span class=\"sev\">");
    html.both(&say(weight(note)));
    html.raw("</span><div class=\"msg\"><p>");
    html.both(&note.message);
    html.raw("</p>");
    if !note.fix.is_empty() {
        html.raw("<p class=\"fix\">");
        html.both(&note.fix);
        html.raw("</p>");
    }
    html.raw("<p class=\"src\">");
    html.text(&note.rule);
    for (id, text) in [("at", &note.at), ("source", &note.source)] {
        if !text.is_empty() {
            html.raw(" <span>");
            html.both(&say(id));
            html.raw("：");
            html.both(text);
            html.raw("</span>");
        }
    }
    html.raw("</p></div>");
}

/// Returns how grave a finding is; its word has the same name.
pub(super) fn weight(note: &Note) -> &'static str {
    match note.severity {
        _ if note.waits => "waits",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

fn number(html: &mut Html, number: &str) {
    if !number.is_empty() {
        html.raw("<span class=\"no\">");
        html.text(number);
        html.raw("</span>");
    }
}

/// Writes whether something is asked; the sign after it says that no source was seen.
pub(super) fn asked(html: &mut Html, asked: Asked, unconfirmed: bool) {
    let name = asked.name();
    html.open("span", &[("class", &format!("ask {name}"))]);
    html.both(&say(&format!("asked-{name}")));
    if unconfirmed {
        html.raw("<span class=\"unsure\" aria-hidden=\"true\">※</span><span class=\"hid\">");
        html.both(&say("unconfirmed"));
        html.raw("</span>");
    }
    html.raw("</span>");
}

fn row_title(row: &Row) -> Text {
    let title = fill("row", &[("count", row.position.to_string().into())]);
    if row.name.is_empty() {
        return title;
    }
    Text::new(format!("{} {}", title.ja, row.name), format!("{} {}", title.en, row.name))
}

/// By what the filters know an item.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    missing: bool,
    found: bool,
    changed: bool,
}

impl Flags {
    fn missing(self) -> (&'static str, &'static str) {
        (if self.missing { "data-missing" } else { "" }, "")
    }

    fn found(self) -> (&'static str, &'static str) {
        (if self.found { "data-found" } else { "" }, "")
    }

    fn changed(self) -> (&'static str, &'static str) {
        (if self.changed { "data-changed" } else { "" }, "")
    }
}
