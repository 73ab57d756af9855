//! A set of documents of one study: 説明文書, 同意書, 同意撤回書 and the others say the same.

use std::collections::BTreeSet;

use super::Report;
use super::data::Linter;
use super::document::{Document, Line, Part};
use crate::model::{Finding, RuleBook, Text};
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::text::fold;

/// One document of the set.
struct Member {
    name: String,
    document: Document,
}

/// Something all documents of a set say in the same way.
type Said<'d> = (&'d Line, String);

impl Linter {
    /// Holds the documents of a set against each other: name of the study, version, telephone numbers, and the items of the
    /// consent form against the headings of the explanation.
    ///
    /// # Errors
    /// Returns what cannot be read.
    pub fn lint_set(&self, set: &[(&str, &Package)], book: &RuleBook) -> Result<Vec<Finding>, DocxError> {
        let read = |(name, package): &(&str, &Package)| {
            Document::read(package).map(|document| Member { name: (*name).to_owned(), document })
        };
        let members = set.iter().map(read).collect::<Result<Vec<Member>, DocxError>>()?;
        let mut findings = Vec::new();
        self.same(&members, Text::new("研究の名称", "the name of the study"), Linter::study_name, book, &mut findings);
        self.same(&members, Text::new("版", "the version"), Linter::version, book, &mut findings);
        self.phones(&members, book, &mut findings);
        self.items(&members, book, &mut findings);
        Ok(findings)
    }

    fn same<'d>(
        &self,
        members: &'d [Member],
        what: Text,
        said: impl Fn(&Linter, &'d Document) -> Option<Said<'d>>,
        book: &RuleBook,
        findings: &mut Vec<Finding>,
    ) {
        let mut first: Option<(&str, String)> = None;
        for member in members {
            let Some((line, value)) = said(self, &member.document) else { continue };
            match &first {
                None => first = Some((&member.name, value)),
                Some((other, wanted)) if *wanted != value => {
                    let report = Report::at("DL-0180", line, &value).with("what", what.clone());
                    let report = report.with("other", *other).with("wanted", wanted.as_str());
                    findings.push(report.finding(&member.name, book));
                }
                Some(_) => {}
            }
        }
    }

    /// Returns what stands beside or below 「研究名」.
    fn study_name<'d>(&self, document: &'d Document) -> Option<Said<'d>> {
        let mut lines = document.lines.iter().filter(|line| line.part == Part::Body && !line.is_entry);
        while let Some(line) = lines.next() {
            let Some(groups) = self.patterns.study_name.captures(line.folded.trim()) else { continue };
            let beside = groups.get(1).map(|name| name.as_str().trim()).filter(|name| !name.is_empty());
            let found = match beside {
                Some(name) => Some((line, name.to_owned())),
                None if line.in_table() || line.is_cover => lines.next().map(|next| (next, next.folded.trim().to_owned())),
                None => None,
            };
            if let Some((line, name)) = found.filter(|(_, name)| !name.is_empty()) {
                return Some((line, name.chars().filter(|c| !c.is_whitespace() && !matches!(c, '「' | '」')).collect()));
            }
        }
        None
    }

    /// Returns the version a document says in its margins or on its cover.
    fn version<'d>(&self, document: &'d Document) -> Option<Said<'d>> {
        let lines = document.lines.iter().filter(|line| line.part == Part::Margin || line.is_cover);
        lines.filter(|line| !self.patterns.other_document.is_match(before_version(self, line))).find_map(|line| {
            let groups = self.patterns.version.captures(&line.folded)?;
            let version = groups.iter().skip(1).flatten().next()?;
            Some((line, version.as_str().to_owned()))
        })
    }

    /// Every number to call stands in the explanation too.
    fn phones(&self, members: &[Member], book: &RuleBook, findings: &mut Vec<Finding>) {
        let mut explanations = members.iter().filter(|member| member.is_called("説明"));
        // Each site has its own numbers: a set of several is no set in this.
        let (Some(explanation), None) = (explanations.next(), explanations.next()) else { return };
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        let of = |member: &'_ Member| -> BTreeSet<String> {
            let lines = member.document.lines.iter().filter(|line| line.part != Part::Comment);
            lines
                .flat_map(|line| {
                    self.patterns.phone.find_iter(&line.folded).map(|hit| digits(hit.as_str())).collect::<Vec<_>>()
                })
                .collect()
        };
        let known = of(explanation);
        if known.is_empty() {
            return;
        }
        for member in members.iter().filter(|member| member.name != explanation.name) {
            for line in member.document.lines.iter().filter(|line| line.part != Part::Comment) {
                for hit in self.patterns.phone.find_iter(&line.folded).filter(|hit| !known.contains(&digits(hit.as_str()))) {
                    let report =
                        Report::at("DL-0180", line, hit.as_str()).with("what", Text::new("電話番号", "the telephone number"));
                    let wanted: Vec<&str> = known.iter().map(String::as_str).collect();
                    let report = report.with("other", explanation.name.as_str()).with("wanted", wanted.join(" / "));
                    findings.push(report.finding(&member.name, book));
                }
            }
        }
    }

    /// The items someone ticks on the consent form are the headings of the explanation.
    fn items(&self, members: &[Member], book: &RuleBook, findings: &mut Vec<Finding>) {
        let explanation = members.iter().find(|member| member.is_called("説明") && !member.is_called("同意書"));
        let form = members.iter().find(|member| member.is_called("同意書"));
        let (Some(explanation), Some(form)) = (explanation, form) else { return };
        let items: Vec<(&Line, String)> = form
            .document
            .lines
            .iter()
            .filter(|line| line.part == Part::Body)
            .filter_map(|line| {
                let groups = self.patterns.check_item.captures(line.text.trim())?;
                Some((line, plain(groups.get(1)?.as_str())))
            })
            .collect();
        // A few boxes are choices and no list of what was explained.
        if items.len() < ITEMS {
            return;
        }
        let title = |heading: &crate::render::docx::outline::Heading| {
            let folded = fold::ascii(&heading.title).into_owned();
            let typed = self
                .patterns
                .typed_number
                .captures(&folded)
                .and_then(|groups| groups.get(2).map(|title| title.as_str().to_owned()));
            plain(&typed.unwrap_or(folded))
        };
        let headings = &explanation.document.outline.headings;
        let all: Vec<String> = headings.iter().map(title).collect();
        for (line, item) in items.iter().filter(|(_, item)| !all.contains(item)) {
            findings.push(Report::at("DL-0181", line, item).finding(&form.name, book));
        }
        let is_numbered = |heading: &crate::render::docx::outline::Heading| {
            !heading.number.is_empty() || self.patterns.typed_number.is_match(&fold::ascii(&heading.title))
        };
        for heading in headings.iter().filter(|heading| heading.level == 1 && is_numbered(heading)) {
            let wanted = title(heading);
            if items.iter().all(|(_, item)| *item != wanted) {
                let line = explanation.document.lines.iter().find(|line| line.place == heading.place);
                let report = line.map_or_else(|| Report::file("DL-0182", &wanted), |line| Report::at("DL-0182", line, &wanted));
                findings.push(report.finding(&explanation.name, book));
            }
        }
    }
}

/// Fewest boxes that are a list of what was explained.
const ITEMS: usize = 5;

impl Member {
    fn is_called(&self, word: &str) -> bool {
        self.name.contains(word)
    }
}

/// Returns a title without spaces and numbers of pages.
fn plain(text: &str) -> String {
    fold::ascii(text).chars().filter(|c| !c.is_whitespace()).collect()
}

fn before_version<'l>(linter: &Linter, line: &'l Line) -> &'l str {
    let at = linter.patterns.version.find(&line.folded).map_or(0, |hit| hit.start());
    line.folded.get(..at).unwrap_or_default()
}
