//! Item checks: what the form's declaration of each item implies.

use crate::model::form::{Mark, Need, Reading};
use crate::model::{Finding, Found, ItemIx, ItemKind, ItemRow, ItemValue, Lang, Node, Origin, Text};
use crate::plugin::Check;
use crate::text;

use super::Subject;

/// Checks every item of a filing.
pub fn check(subject: Subject) -> Vec<Finding> {
    let filing = subject.filing;
    // Without a known kind of filing nothing can be said to be required; the kind's own code check reports it.
    let reading = subject.plugin.form.reading(|item| filing.text(item));
    let mut checker = Checker { subject, reading, findings: Vec::new() };
    checker.node(&filing.root, true);
    checker.findings
}

struct Checker<'a> {
    subject: Subject<'a>,
    reading: Option<Reading>,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    /// Checks a node; `active` says whether what is required in it counts.
    fn node(&mut self, node: &Node, active: bool) {
        match node {
            Node::Value(value) => self.value(value, active),
            Node::Group { item, head, rows } => {
                let need = self.need(*item);
                let active = match need {
                    Need::Required => active,
                    Need::Conditional | Need::Optional => active && !node.is_blank(),
                    Need::Blank => false,
                };
                for node in head {
                    self.node(node, active);
                }
                let required = self.subject.plugin.form.item(*item).row.first().map(|serial| self.need(*serial));
                if active && required == Some(Need::Required) && rows.iter().all(ItemRow::is_blank) {
                    let origin = rows.first().map_or(Origin::Nowhere, |row| row.origin.clone());
                    self.report(Check::Rows, *item, &origin, "", &[]);
                    return;
                }
                for row in rows {
                    let active = active && !row.is_blank();
                    for node in &row.nodes {
                        self.node(node, active);
                    }
                }
            }
        }
    }

    fn need(&self, item: ItemIx) -> Need {
        self.reading.as_ref().map_or(Need::Optional, |reading| self.subject.plugin.form.need(item, reading))
    }

    fn value(&mut self, value: &ItemValue, active: bool) {
        let form = &self.subject.plugin.form;
        let item = form.item(value.item);
        debug_assert_eq!(item.kind, ItemKind::Value);
        if item.fixed.is_some() {
            return;
        }
        match (self.need(value.item), value.text.is_empty()) {
            (Need::Required, true) if active => self.report_value(Check::Required, value, &[]),
            (Need::Blank, false) => return self.report_value(Check::Blank, value, &[]),
            _ => {}
        }
        if value.text.is_empty() || self.is_flagged(&value.origin) {
            return;
        }
        let units = text::units(&value.text);
        let list = form.codes(item, self.subject.catalogue);
        let coded = list.is_some_and(|list| list.contains(&value.text));
        if let Some(limit) = item.limit
            && units > limit
            && !coded
        {
            let values = [("limit", limit.to_string().into()), ("units", units.to_string().into())];
            self.report_value(Check::Length, value, &values);
        }
        if let Some(format) = item.format.as_ref().and_then(|format| form.formats.get(format))
            && !format.pattern.is_match(&value.text)
        {
            let hint = text::katakana_to_hiragana(&value.text);
            self.report_value(Check::Shape, value, &[("wanted", format.wanted.clone()), ("hiragana", hint.into())]);
        }
        if let Some(list) = list
            && !coded
        {
            let check = if list.closed { Check::Code } else { Check::OpenCode };
            self.report_value(check, value, &[("wanted", Text::from(summary(&list.entries))), ("list", list.label.clone())]);
        }
        if value.joined {
            self.report_value(Check::LineBreak, value, &[]);
        }
        if item.mark != Mark::Group && !coded && item.format.is_none() {
            self.characters(value);
        }
    }

    /// Checks the characters of a free text.
    fn characters(&mut self, value: &ItemValue) {
        if value.text.is_ascii() {
            if value.text.contains(['&', '<', '>']) {
                self.report_value(Check::Markup, value, &[]);
            }
            return;
        }
        if value.text.contains(['&', '<', '>']) {
            self.report_value(Check::Markup, value, &[]);
        }
        let outside = text::outside(&value.text, text::Repertoire::JisX0208);
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
            ("value", Text::from(text)),
        ];
        holes.extend_from_slice(values);
        let mut finding = Finding::new(&rule.text, self.subject.record.sources.place(origin), &holes);
        let item = format!("{} {}", definition.number, definition.label);
        finding = finding.found(text, "");
        finding.found = Found { item, ..finding.found };
        self.findings.push(finding);
    }
}

/// Lists a code list in short: all of a short one, the ends of a long one.
fn summary(entries: &[(String, Text)]) -> String {
    let shown = |(code, meaning): &(String, Text)| match meaning.get(Lang::Ja) {
        "" => code.clone(),
        meaning => format!("{code}：{meaning}"),
    };
    match entries {
        [first, .., last] if entries.len() > 12 => format!("{} … {}", shown(first), shown(last)),
        _ => entries.iter().map(shown).collect::<Vec<_>>().join("、"),
    }
}
