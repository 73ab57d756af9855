//! Checks of change marks: each has its date and reason, stands where it may, and is what the last filing asks for.

use std::collections::BTreeSet;

use super::Subject;
use crate::changes::{Changed, Declared, Difference, Entries, Renamed, list, word};
use crate::model::form::{Change as Happens, Timeliness};
use crate::model::{ChangeStatus, Finding, ItemIx, ItemRow, Lang, Node, Origin, Place, Severity, Text};
use crate::plugin::Check;

/// What is known of the changes of a filing.
#[derive(Debug, Default)]
pub struct Known {
    /// The sheet of changes.
    pub entries: Entries,
    /// Whether the marks were worked out against the last filing.
    pub compared: bool,
    /// Whether a filing was given to compare with and could not be used.
    pub refused: bool,
    /// Rows of which it is not sure what they are.
    pub renamed: Vec<Renamed>,
    /// Where rows stand that an earlier filing deleted.
    pub long_gone: Vec<Origin>,
    /// Where date and reason of a change are those of the last filing.
    pub repeated: Vec<Origin>,
    /// What changes back to what it was before the last filing.
    pub undone: Vec<String>,
    /// Where the marks that a filing carries are not what the last filing asks for.
    pub differences: Vec<Difference>,
}

/// Checks the marks of a filing.
pub fn check(subject: Subject) -> Vec<Finding> {
    let declared = Declared::of(subject.plugin, subject.catalogue);
    let marks = list(subject.filing, declared);
    let mut checker = Checker { subject, declared, findings: Vec::new() };
    checker.marks(&marks);
    checker.numbers(&subject.filing.root);
    checker.renamed();
    checker.differences();
    checker.left_over();
    checker.demands(&marks);
    checker.entries();
    checker.findings
}

struct Checker<'a> {
    subject: Subject<'a>,
    declared: Declared<'a>,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn marks(&mut self, marks: &[Changed]) {
        let form = self.declared.form;
        let kind_text = self.subject.filing.text(form.kind_item);
        let kind = form.kind_changes(kind_text);
        let known = form.needs(form.kind_item).any(|(known, _)| known == kind_text);
        let wants = |what: &str| form.changes.wants(what, |item| self.subject.filing.text(item));
        let (wants_date, wants_reason) = (wants("date"), wants("reason"));
        for mark in marks {
            let at = self.place_of(mark);
            let holes = self.holes(mark);
            if known && !kind.marks {
                self.report(Check::MarkBarred, mark.item, at, &mark.new, &holes);
                continue;
            }
            if self.is_exempt(mark) {
                self.report(Check::MarkExempt, mark.item, at.clone(), &mark.new, &holes);
            }
            self.timing(mark, &at, &holes);
            let lacks_date = mark.change.date.is_empty() && wants_date;
            let lacks_reason = mark.change.reason.is_empty() && wants_reason;
            if lacks_date || lacks_reason {
                let missing = match (lacks_date, lacks_reason) {
                    (true, true) => Text::new("変更年月日と変更理由", "the date and the reason"),
                    (true, false) => Text::new("変更年月日", "the date"),
                    _ => Text::new("変更理由", "the reason"),
                };
                let mut holes = holes;
                holes.push(("missing", missing));
                self.report(Check::ChangeWords, mark.item, at, &mark.new, &holes);
            }
        }
        if kind.marks && !form.changes.may_be_first && !self.subject.changes.compared && !self.subject.changes.refused {
            self.findings.push(self.subject.book.finding("CG-0006", Place::default(), &[]));
        }
        let unmarked = !self.subject.changes.differences.is_empty();
        if kind.needed && marks.is_empty() && !unmarked && !self.subject.changes.refused {
            let origin = self.subject.filing.value(form.kind_item).map_or(Origin::Nowhere, |value| value.origin.clone());
            let at = self.place(&origin);
            self.report(Check::NoChange, form.kind_item, at, kind_text, &[]);
        }
    }

    /// Reports a change that is filed too late for its item.
    fn timing(&mut self, mark: &Changed, at: &Place, holes: &[(&'static str, Text)]) {
        let form = self.declared.form;
        let date = |text: &str| jiff::civil::Date::strptime("%Y%m%d", text).ok();
        let filed = form.find(&form.changes.filed).and_then(|item| form.read_date(item, self.subject.filing.text(item)));
        let (Some(changed), Some(filed)) = (date(&mark.change.date), filed) else { return };
        let Some(reading) = form.reading(|item| self.subject.filing.text(item)) else { return };
        let change = match mark.change.status {
            ChangeStatus::Update => Happens::Update,
            ChangeStatus::Append => Happens::Append,
            ChangeStatus::Delete => Happens::Delete,
        };
        // Of a row its number says when it is filed.
        let item = form.item(mark.item).row.first().copied().unwrap_or(mark.item);
        let Some(timing) = form.timing(item, &reading, change, changed) else { return };
        let mut holes = holes.to_vec();
        holes.extend([("changed", Text::from(changed.to_string())), ("filed", filed.to_string().into())]);
        holes.push(("words", timing.words.clone()));
        match form.timeliness(timing, changed, filed) {
            Timeliness::InTime => {}
            Timeliness::Late { days, .. } => {
                holes.push(("days", days.to_string().into()));
                self.report(Check::Late, mark.item, at.clone(), &mark.change.date, &holes);
            }
            Timeliness::Depends { condition, .. } => {
                holes.push(("condition", condition.clone()));
                self.report(Check::LateUnless, mark.item, at.clone(), &mark.change.date, &holes);
            }
        }
    }

    /// Fills the holes of a finding on a mark.
    fn holes(&self, mark: &Changed) -> Vec<(&'static str, Text)> {
        let label = |lang| mark.target_label(self.declared, lang);
        vec![
            ("target", Text::new(label(Lang::Ja), label(Lang::En))),
            ("row", in_brackets(&mark.names())),
            ("old", mark.old.as_str().into()),
            ("mark", in_words(mark.change.status)),
        ]
    }

    fn is_exempt(&self, mark: &Changed) -> bool {
        let item = self.declared.form.item(mark.item);
        // What is exempt of a row is its number.
        item.row.first().map_or(item.exempt, |serial| self.declared.form.item(*serial).exempt)
    }

    /// Returns where a mark is to be mended: its line in the sheet of changes, else the value or row itself.
    fn place_of(&self, mark: &Changed) -> Place {
        let origin = match &mark.change.origin {
            Origin::Nowhere => find(&self.subject.filing.root, mark),
            line => Some(line.clone()),
        };
        self.place(&origin.unwrap_or(Origin::Nowhere))
    }

    fn place(&self, origin: &Origin) -> Place {
        self.subject.record.sources.place(origin)
    }

    /// Reports numbers that stand twice in one series; a row that came and went has two.
    fn numbers(&mut self, node: &Node) {
        let Node::Group { item, head, rows } = node else { return };
        head.iter().for_each(|node| self.numbers(node));
        let mut seen = BTreeSet::new();
        for row in rows {
            if let Some(serial) = row.serial.filter(|serial| !seen.insert(*serial)) {
                let at = self.place(&row.origin);
                self.report(Check::SerialTwice, *item, at, &serial.to_string(), &[]);
            }
            row.nodes.iter().for_each(|node| self.numbers(node));
        }
    }

    fn renamed(&mut self) {
        for renamed in &self.subject.changes.renamed {
            let at = self.place(&renamed.origin);
            let holes = [("old", Text::from(renamed.old.as_str()))];
            self.report(Check::Renamed, renamed.group, at, &renamed.new, &holes);
        }
    }

    fn differences(&mut self) {
        for difference in &self.subject.changes.differences {
            let at = self.place(difference.given.as_ref().unwrap_or(&difference.at));
            let check = match (difference.wanted, difference.serial) {
                (None, _) => Check::MarkIdle,
                (Some(_), None) => Check::ChangeMissing,
                (Some(_), Some(_)) => Check::RowUnmarked,
            };
            let serial = difference.serial.map(|serial| serial.to_string()).unwrap_or_default();
            let holes = [
                ("old", Text::from(difference.old.as_str())),
                ("serial", serial.into()),
                ("mark", difference.wanted.map(in_words).unwrap_or_default()),
            ];
            let found = if difference.wanted == Some(ChangeStatus::Delete) { &difference.old } else { &difference.new };
            self.report(check, difference.item, at, found, &holes);
        }
    }

    /// Reports items that do not fit what was changed.
    fn demands(&mut self, marks: &[Changed]) {
        let form = self.declared.form;
        let filing = self.subject.filing;
        let mut told = BTreeSet::new();
        for demand in form.demands(filing.text(form.kind_item)) {
            let (Some(item), Some(of)) = (form.find(&demand.item), form.find(&demand.of)) else { continue };
            let found = filing.text(of);
            let with: Vec<(ItemIx, &str)> =
                demand.with.iter().filter_map(|(path, value)| Some((form.find(path)?, value.as_str()))).collect();
            let holds = |mark: &&Changed| {
                mark.item == item
                    && mark.change.status != ChangeStatus::Delete
                    && with.iter().all(|(item, value)| {
                        row_of(&filing.root, mark).is_some_and(|row| {
                            texts(&row.nodes, *item).any(|text| if *value == "*" { !text.is_empty() } else { text == *value })
                        })
                    })
            };
            let Some(mark) = marks.iter().find(holds) else { continue };
            if found.is_empty() || demand.values.iter().any(|value| value == found) || !told.insert((item, of)) {
                continue;
            }
            let at = filing.value(of).map_or(Origin::Nowhere, |value| value.origin.clone());
            let mut holes = self.holes(mark);
            holes.push(("wanted", demand.values.join("、").into()));
            let at = self.place(&at);
            self.report(Check::Demand, of, at, found, &holes);
        }
    }

    /// Reports what is left over from the last filing.
    fn left_over(&mut self) {
        let known = self.subject.changes;
        for (origin, rule) in
            known.long_gone.iter().map(|at| (at, "CG-0007")).chain(known.repeated.iter().map(|at| (at, "CG-0008")))
        {
            let at = self.place(origin);
            self.findings.push(self.subject.book.finding(rule, at, &[]));
        }
        if !known.undone.is_empty() {
            let items = [("items", Text::from(known.undone.join("、")))];
            self.findings.push(self.subject.book.finding("CG-0011", Place::default(), &items));
        }
    }

    /// Reports lines of the sheet of changes that name nothing, or nothing that changed.
    fn entries(&mut self) {
        let subject = self.subject;
        for entry in subject.changes.entries.iter().filter(|entry| entry.target.is_none()) {
            let at = self.place(&entry.at);
            let finding = subject.book.finding("CG-0001", at, &[("target", entry.written.as_str().into())]);
            self.findings.push(finding.found(&entry.written, "filing.changes.target"));
        }
        let of_form = |target: &String| target.is_empty() || self.is_of_form(target);
        let unused: Vec<_> =
            subject.changes.entries.unused().filter(|entry| entry.target.as_ref().is_some_and(of_form)).collect();
        for entry in unused {
            let at = self.place(&entry.at);
            // Words for what did not change are no fault where the last filing is not at hand.
            let rule = match (entry.status, subject.changes.compared) {
                // Without the last filing a mark that finds nothing is a change that would go unfiled.
                (Some(_), false) => "CG-0015",
                (_, true) => "CG-0002",
                (None, false) => "CG-0003",
            };
            let target = if entry.written.is_empty() { Text::new("すべて", "all") } else { entry.written.as_str().into() };
            self.findings
                .push(subject.book.finding(rule, at, &[("target", target)]).found(&entry.written, "filing.changes.target"));
        }
    }

    /// Returns whether the form shows a field or a repeat group; a line about another is for another destination.
    fn is_of_form(&self, target: &str) -> bool {
        let (plugin, catalogue) = (self.subject.plugin, self.subject.catalogue);
        let field = catalogue.field_ix(target);
        let list = catalogue.scope_ix(target);
        (0..plugin.form.items().len()).any(|item| {
            let source = plugin.mapping.source(item);
            let rows = match source {
                crate::plugin::Source::Rows { list, .. } => Some(*list),
                _ => None,
            };
            (field.is_some() && source.field() == field) || (list.is_some() && rows == list)
        })
    }

    fn report(&mut self, check: Check, item: ItemIx, at: Place, value: &str, values: &[(&str, Text)]) {
        let plugin = self.subject.plugin;
        let Some(rule) = plugin.rules.item_rule(item, check) else {
            // The loader made sure of it for every plugin that builds filings with changes; any other says the engine's.
            let finding = self.subject.book.finding("CG-0004", at, &[("item", plugin.form.item(item).label.as_str().into())]);
            self.findings.push(finding);
            return;
        };
        let definition = plugin.form.item(item);
        let mut holes = vec![
            ("label", Text::from(definition.label.as_str())),
            ("number", definition.number.as_str().into()),
            ("value", value.into()),
        ];
        holes.extend_from_slice(values);
        let mut finding = Finding::new(&rule.text, at, &holes).found(value, "");
        finding.found.item = format!("{} {}", definition.number, definition.label);
        debug_assert!(finding.severity <= Severity::Info);
        self.findings.push(finding);
    }
}

/// Finds where the value or row of a mark is.
fn find(node: &Node, mark: &Changed) -> Option<Origin> {
    match node {
        Node::Value(value) => {
            let same = value.item == mark.item && value.change.as_deref() == Some(&mark.change) && value.text == mark.new;
            same.then(|| value.origin.clone())
        }
        Node::Group { item, head, rows } => head.iter().find_map(|node| find(node, mark)).or_else(|| {
            rows.iter().find_map(|row| {
                let serial = mark.way.last().and_then(|at| at.serial);
                let same = *item == mark.item && row.serial == serial && row.change.as_deref() == Some(&mark.change);
                if same { Some(row.origin.clone()) } else { row.nodes.iter().find_map(|node| find(node, mark)) }
            })
        }),
    }
}

/// Names a mark.
fn in_words(status: ChangeStatus) -> Text {
    let english = match status {
        ChangeStatus::Update => "update",
        ChangeStatus::Append => "addition",
        ChangeStatus::Delete => "deletion",
    };
    Text::new(word(status), english)
}

/// Writes the rows of a mark after its target; nothing for what stands in none.
fn in_brackets(names: &str) -> Text {
    if names.is_empty() { Text::default() } else { Text::new(format!("（{names}）"), format!(" ({names})")) }
}

/// Finds the row that a mark is on.
fn row_of<'a>(node: &'a Node, mark: &Changed) -> Option<&'a ItemRow> {
    let Node::Group { item, head, rows } = node else { return None };
    let serial = mark.way.last().and_then(|at| at.serial);
    let own = rows.iter().find(|row| *item == mark.item && row.serial == serial && row.change.as_deref() == Some(&mark.change));
    own.or_else(|| head.iter().chain(rows.iter().flat_map(|row| &row.nodes)).find_map(|node| row_of(node, mark)))
}

/// Lists the texts of an item in nodes, inner groups included.
fn texts(nodes: &[Node], item: ItemIx) -> Box<dyn Iterator<Item = &str> + '_> {
    Box::new(nodes.iter().flat_map(move |node| match node {
        Node::Value(value) if value.item == item => vec![value.text.as_str()],
        Node::Value(_) => Vec::new(),
        Node::Group { head, .. } => texts(head, item).collect(),
    }))
}
