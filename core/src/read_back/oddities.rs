//! What a filing says otherwise than its record would: kept as lines, and told where it matters.

use crate::as_filed::{Element, Line, differences, rebuild};
use crate::model::{Catalogue, Finding, ItemKind, Lang, Place, Record, RuleBook, Text};
use crate::plugin::{Check, Plugin};

/// Builds a record again and lists where the filing it was read from is another one.
pub(super) fn lines(record: &Record, theirs: &Element, plugin: &Plugin, catalogue: &Catalogue, book: &RuleBook) -> Vec<Line> {
    rebuild(record, plugin, catalogue, book, false).map(|ours| differences(&ours, theirs)).unwrap_or_default()
}

/// Says which of the lines matter to whoever receives the filing.
pub(super) fn findings(lines: &[Line], record: &Record, plugin: &Plugin, book: &RuleBook) -> Vec<Finding> {
    let (file, _) = record.sources.sheet(0);
    let mut findings: Vec<Finding> = Vec::new();
    for line in lines {
        let at = Place { file: file.to_owned(), line: format!("{}:{}", line.at.0, line.at.1), ..Place::default() };
        findings.extend(Oddity { line, plugin, book, at }.finding());
    }
    for finding in &mut findings {
        plugin.id().clone_into(&mut finding.plugin);
    }
    findings
}

struct Oddity<'a> {
    line: &'a Line,
    plugin: &'a Plugin,
    book: &'a RuleBook,
    at: Place,
}

impl Oddity<'_> {
    fn finding(self) -> Option<Finding> {
        let style = &self.plugin.form.xml;
        let path = plain_path(&self.line.path);
        let (above, last) = path.rsplit_once('/').unwrap_or(("", path.as_str()));
        let theirs = self.line.theirs.strip_prefix(':').unwrap_or_default();
        let ours = self.line.ours.strip_prefix(':').unwrap_or_default();
        let added = self.line.part.rsplit(' ').next().unwrap_or_default();
        let is_change = |element: &str| style.change_elements.iter().any(|known| known == element);
        if last == style.label_element {
            return Some(self.say("RB-0011", above, &[("found", theirs.into()), ("wanted", ours.into())]));
        }
        // A date or a reason where nothing is said to have changed.
        let words = if is_change(last) { Some(above) } else { is_change(added).then_some(path.as_str()) };
        if let Some(item) = words.filter(|_| !theirs.is_empty()) {
            return self.words_without_mark(item, theirs);
        }
        if self.line.part != "text" {
            let novalue = self.line.part.strip_prefix('@') == Some(style.novalue_attribute.as_str());
            let holes = [("found", theirs.into()), ("wanted", ours.into())];
            let status = self.line.part.strip_prefix('@') == Some(style.status_attribute.as_str());
            if status && self.plugin.form.changes.status(theirs).is_some() {
                return Some(self.say("RB-0013", &path, &holes));
            }
            return novalue.then(|| self.say("RB-0012", &path, &holes));
        }
        let item = self.plugin.form.item(self.plugin.form.find(&path)?);
        // The fixed texts of a form and values where none belongs have findings of their own.
        if item.fixed.is_some() || item.kind == ItemKind::Group {
            return None;
        }
        if item.kind == ItemKind::Serial {
            let is_number = theirs.is_empty() || theirs.parse::<u32>().is_ok();
            return (!is_number).then(|| self.say("RB-0007", &path, &[("found", theirs.into()), ("wanted", ours.into())]));
        }
        let rule = if item.format.is_some() || item.codes.is_some() { "RB-0007" } else { "RB-0010" };
        Some(self.say(rule, &path, &[("found", theirs.into()), ("wanted", ours.into())]))
    }

    fn say(&self, rule: &str, path: &str, values: &[(&str, Text)]) -> Finding {
        let form = &self.plugin.form;
        let label = form.find(path).map_or(path, |item| form.item(item).label.as_str());
        let mut holes = vec![("item", Text::from(label))];
        holes.extend(values.iter().cloned());
        let found = values.first().map_or("", |(_, text)| text.get(Lang::Ja));
        self.book.finding(rule, self.at.clone(), &holes).found(found, "")
    }

    fn words_without_mark(&self, path: &str, text: &str) -> Option<Finding> {
        let item = self.plugin.form.find(path)?;
        let definition = self.plugin.form.item(item);
        let rule = self.plugin.rules.item_rule(item, Check::ChangeIdle)?;
        let holes = [
            ("label", Text::from(definition.label.as_str())),
            ("number", definition.number.as_str().into()),
            ("value", text.into()),
        ];
        Some(Finding::new(&rule.text, self.at.clone(), &holes).found(text, ""))
    }
}

/// Writes a path without the counts of its elements.
fn plain_path(path: &str) -> String {
    path.split('/').map(|part| part.split('[').next().unwrap_or_default()).collect::<Vec<_>>().join("/")
}
