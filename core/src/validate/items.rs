//! Item checks: what the form's declaration of each item implies.

use crate::limits;
use crate::map::Fault;
use crate::model::filing::text_in;
use crate::model::form::{Mark, Need, Reading};
use crate::model::{CodeList, Finding, Found, Item, ItemIx, ItemKind, ItemValue, Node, Origin, Severity, Text};
use crate::plugin::Check;
use crate::text;

use super::Subject;

/// Checks every item of a filing.
///
/// An item whose default could not be worked out, `unknown`, is not called blank. Without a `reading` nothing is required.
pub(super) fn check(subject: Subject, unknown: &[Fault], reading: Option<&Reading>) -> Vec<Finding> {
    let mut checker = Checker { subject, unknown, reading, rows: Vec::new(), findings: Vec::new() };
    checker.node(&subject.filing.root, true);
    checker.findings
}

struct Checker<'a> {
    subject: Subject<'a>,
    unknown: &'a [Fault],
    reading: Option<&'a Reading>,
    /// The rows that the item stands in, outermost first.
    rows: Vec<&'a [Node]>,
    findings: Vec<Finding>,
}

impl<'a> Checker<'a> {
    /// Checks a node; `active` says whether what is required in it counts.
    fn node(&mut self, node: &'a Node, active: bool) {
        match node {
            Node::Value(value) => self.value(value, active),
            Node::Group { item, head, rows } => {
                let active = match self.need(*item) {
                    Need::Required => active,
                    Need::Conditional | Need::Optional => active && !is_blank_now(node),
                    Need::Blank => return self.unwanted(node, *item),
                    // What the system fills in and what was left out is nobody's to mend.
                    Need::System | Need::Absent => return,
                };
                for node in head {
                    self.node(node, active);
                }
                let required = self.subject.plugin.form.item(*item).row.first().map(|serial| self.need(*serial));
                // A row that the filing shows for the last time is none of those that are there.
                if active && required == Some(Need::Required) && rows.iter().all(|row| row.is_blank() || row.is_deleted()) {
                    let here = || self.subject.record.root.here();
                    let origin = rows.iter().find(|row| !row.is_deleted()).map_or_else(here, |row| row.origin.clone());
                    self.report(Check::Rows, *item, &origin, "", &[]);
                    return;
                }
                // What a deleted row says was filed before and is not judged again.
                for row in rows.iter().filter(|row| !row.is_deleted()) {
                    let active = active && !row.is_blank();
                    self.rows.push(&row.nodes);
                    for node in &row.nodes {
                        self.node(node, active);
                    }
                    self.rows.pop();
                }
            }
        }
    }

    /// Reports a group that must be blank and is not, once, at the first thing written in it.
    fn unwanted(&mut self, node: &Node, group: ItemIx) {
        if let Some(value) = node.first_value() {
            self.report(Check::Blank, group, &value.origin, &value.text, &[]);
            if let Some(finding) = self.findings.last_mut() {
                finding.found.field.clone_from(&value.field);
            }
        } else if let Node::Group { rows, .. } = node
            && let Some(row) = rows.iter().find(|row| !row.is_blank())
        {
            self.report(Check::Blank, group, &row.origin, "", &[]);
        }
    }

    fn need(&self, item: ItemIx) -> Need {
        let Some(reading) = self.reading else { return Need::Optional };
        let filing = self.subject.filing;
        self.subject.plugin.form.need_in_row(item, reading, |wanted| text_in(&self.rows, filing, wanted))
    }

    fn value(&mut self, value: &ItemValue, active: bool) {
        let form = &self.subject.plugin.form;
        let item = form.item(value.item);
        debug_assert_eq!(item.kind, ItemKind::Value);
        if item.fixed.is_some() {
            return;
        }
        match (self.need(value.item), value.text.is_empty()) {
            // A cell that an earlier stage found fault with is not blank, even where nothing could be read from it.
            (Need::Required, true)
                if active && !self.is_flagged(&value.origin) && !self.unknown.iter().any(|fault| fault.item == value.item) =>
            {
                self.report_value(Check::Required, value, &[]);
                self.unconfirmed(item);
            }
            (Need::Blank, false) => return self.report_value(Check::Blank, value, &[]),
            (Need::Absent, _) => return,
            _ => {}
        }
        if value.text.is_empty() || self.is_flagged(&value.origin) {
            return;
        }
        self.content(value, item);
    }

    /// Makes the last finding a warning where no source was seen that requires the item.
    fn unconfirmed(&mut self, item: &Item) {
        if item.confirmed {
            return;
        }
        let note = &self.subject.book.finding("MP-0005", crate::model::Place::default(), &[]).message;
        if let Some(finding) = self.findings.last_mut() {
            finding.severity = finding.severity.max(Severity::Warning);
            finding.message =
                Text::new(format!("{}{}", finding.message.ja, note.ja), format!("{} {}", finding.message.en, note.en));
        }
    }

    /// Checks what a value says, the gravest first: of a value that is not of its shape nothing more is asked.
    fn content(&mut self, value: &ItemValue, item: &Item) {
        let form = &self.subject.plugin.form;
        let list = form.codes(item, self.subject.catalogue);
        let parts: Vec<&str> =
            item.multi.as_deref().map_or_else(|| vec![value.text.as_str()], |sign| value.text.split(sign).collect());
        let coded = list.is_some_and(|list| parts.iter().all(|part| list.contains(part)));
        let listed = |list: &CodeList| [("wanted", summary(&list.entries)), ("list", list.label.clone())];
        if let Some(list) = list.filter(|list| list.closed && !coded) {
            return self.report_value(Check::Code, value, &listed(list));
        }
        let units = text::units(&value.text);
        // The codes of a list are the form's own words and may be longer than its limit.
        if let Some(limit) = item.limit.filter(|limit| units > *limit && !coded) {
            let values = [("limit", limit.to_string().into()), ("units", units.to_string().into())];
            self.report_value(Check::Length, value, &values);
        }
        let format = item.format.as_ref().and_then(|format| form.formats.get(format));
        if let Some(format) = format.filter(|format| format.from.is_none() && !format.pattern.is_match(&value.text)) {
            let hiragana = text::katakana_to_hiragana(&value.text);
            return self.report_value(Check::Shape, value, &[("wanted", format.wanted.clone()), ("hiragana", hiragana.into())]);
        }
        if let Some(list) = list.filter(|_| !coded) {
            self.report_value(Check::OpenCode, value, &listed(list));
        }
        if form.has_xml() && value.joined && self.subject.plugin.manifest.line_break != "\n" {
            self.report_value(Check::LineBreak, value, &[]);
        }
        if item.mark != Mark::Group && !coded && format.is_none() {
            self.characters(value);
        }
    }

    /// Checks the characters of a free text.
    fn characters(&mut self, value: &ItemValue) {
        // Only XML reserves them, but another destination may have words for it too.
        if value.text.contains(['&', '<', '>']) && self.subject.plugin.rules.item_rule(value.item, Check::Markup).is_some() {
            self.report_value(Check::Markup, value, &[]);
        }
        if value.text.is_ascii() {
            return;
        }
        let characters = &self.subject.plugin.form.characters;
        let mut outside = text::outside(&value.text, characters.repertoire);
        outside.retain(|(c, _)| !characters.also.contains(*c));
        for (check, kanji) in [(Check::Kanji, true), (Check::Symbol, false)] {
            let found: Vec<_> = outside.iter().filter(|(c, _)| text::is_kanji(*c) == kanji).collect();
            if found.is_empty() {
                continue;
            }
            let characters: String = found.iter().map(|(c, _)| *c).collect();
            let advice = |(c, better): &&(char, Option<String>)| match better {
                Some(better) => format!("{c}→{better}"),
                None => format!("{c}（U+{:04X}）", u32::from(*c)),
            };
            let advice = found.iter().map(advice).collect::<Vec<_>>().join("、");
            self.report_value(check, value, &[("characters", characters.into()), ("advice", advice.into())]);
        }
    }

    fn is_flagged(&self, origin: &Origin) -> bool {
        let flagged = self.subject.flagged;
        !flagged.is_empty() && flagged.contains(&self.subject.record.sources.place(origin))
    }

    fn report_value(&mut self, check: Check, value: &ItemValue, values: &[(&str, Text)]) {
        self.report(check, value.item, &value.origin, &value.text, values);
        if let Some(finding) = self.findings.last_mut() {
            finding.found.field.clone_from(&value.field);
        }
    }

    fn report(&mut self, check: Check, item: ItemIx, origin: &Origin, text: &str, values: &[(&str, Text)]) {
        let plugin = self.subject.plugin;
        let Some(rule) = plugin.rules.item_rule(item, check) else {
            // The loader made sure that every implied check is covered.
            debug_assert!(false, "no rule for {check:?}");
            return;
        };
        let definition = plugin.form.item(item);
        let mut holes = vec![
            ("label", Text::from(definition.label.as_str())),
            ("number", Text::from(definition.number.as_str())),
            ("value", Text::from(text.chars().take(limits::FINDING_VALUE_CHARS).collect::<String>())),
        ];
        holes.extend_from_slice(values);
        let mut finding = Finding::new(&rule.text, self.subject.record.sources.place(origin), &holes);
        let item = format!("{} {}", definition.number, definition.label);
        finding = finding.found(text, "");
        finding.found = Found { item, ..finding.found };
        self.findings.push(finding);
    }
}

/// Returns whether nothing is in a group but rows that the filing shows for the last time.
fn is_blank_now(node: &Node) -> bool {
    match node {
        Node::Value(value) => value.text.is_empty(),
        Node::Group { head, rows, .. } => {
            head.iter().all(is_blank_now) && rows.iter().all(|row| row.is_blank() || row.is_deleted())
        }
    }
}

/// Lists a code list in short: all of a short one, the ends of a long one.
fn summary(entries: &[(String, Text)]) -> Text {
    let list = |colon: &str, comma: &str, meaning: &dyn Fn(&Text) -> String| {
        let shown = |(code, text): &(String, Text)| match meaning(text) {
            meaning if meaning.is_empty() => code.clone(),
            meaning => format!("{code}{colon}{meaning}"),
        };
        match entries {
            [first, .., last] if entries.len() > 12 => format!("{} … {}", shown(first), shown(last)),
            _ => entries.iter().map(shown).collect::<Vec<_>>().join(comma),
        }
    };
    Text::new(list("：", "、", &|text| text.ja.clone()), list(": ", ", ", &|text| text.en.clone()))
}
