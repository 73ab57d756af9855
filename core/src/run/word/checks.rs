//! What must be true of a document that was made, whoever wrote the template.

use super::{Whole, Word, unreadable};
use crate::documents::finished::FinishedText;
use crate::documents::reading::unread;
use crate::documents::{Section, locked};
use crate::model::{Place, Text};
use crate::plugin::Output;
use crate::render::RenderError;
use crate::render::docx::lint::{Expected, Profile};

impl Word<'_> {
    /// Checks a document that was made.
    pub(super) fn check(
        &mut self,
        whole: &Whole,
        text: &FinishedText,
        output: &Output,
        (profile, name): (Option<&str>, &str),
    ) -> Result<(), RenderError> {
        if let Some(document) = &output.document {
            self.covered(document, whole, text, name);
        }
        self.locked(whole, text, name);
        self.readable(whole, output, name)?;
        self.lint(whole, profile, output, name)
    }

    /// Returns whether a document is one that answers legal items.
    fn answers(&self, document: Option<&str>) -> bool {
        let outline = document.and_then(|document| self.plugin.documents.outline(document));
        outline.is_some_and(|outline| outline.rows.iter().any(|row| !row.covers.is_empty()))
    }

    /// Checks that each legal item has a section that stands in the document.
    fn covered(&mut self, document: &str, whole: &Whole, text: &FinishedText, name: &str) {
        if !self.answers(Some(document)) {
            return;
        }
        for item in self.asked.clone() {
            let stands = |section: &Section| section.covers.contains(&item.id) && text.has(&section.id);
            if whole.sections.iter().any(stands) || self.said.contains(&item.id) {
                continue;
            }
            let values = [
                ("item", Text::from(item.id.as_str())),
                ("number", item.number.as_str().into()),
                ("text", item.text.clone()),
                ("name", name.into()),
            ];
            self.say("DC-0004", Place::file(name), &values);
        }
    }

    /// Checks that what is not to be changed stands in the document as it is.
    fn locked(&mut self, whole: &Whole, text: &FinishedText, name: &str) {
        for section in whole.sections.iter().filter(|section| section.locked) {
            let found = text.below(&section.id);
            if found.is_none_or(|found| locked::stands(&section.body, &found) != Ok(true)) {
                let values = [("section", Text::from(section.title.as_str())), ("name", name.into())];
                self.say("DC-0005", Place::file(name), &values);
            }
        }
    }

    /// Checks that young readers can read every word.
    fn readable(&mut self, whole: &Whole, output: &Output, name: &str) -> Result<(), RenderError> {
        let learnt = &self.shared.engine.learnt;
        let Some(tier) = output.readers.as_ref().and_then(|tier| learnt.tier(tier)) else { return Ok(()) };
        let words = unread(&whole.package, learnt, tier).map_err(|error| unreadable(name, &error))?;
        for (place, word) in words {
            let at = Place { file: name.to_owned(), within: place.text(), ..Place::default() };
            let values =
                [("word", Text::from(word.word.as_str())), ("kanji", word.kanji.as_str().into()), ("tier", tier.name.clone())];
            self.say("DC-0008", at, &values);
        }
        Ok(())
    }

    /// Looks for what was left in a document and what does not agree in it.
    fn lint(&mut self, whole: &Whole, profile: Option<&str>, output: &Output, name: &str) -> Result<(), RenderError> {
        let Some(named) = profile.filter(|profile| !profile.is_empty()) else { return Ok(()) };
        let Some(profile) = Profile::named(named) else {
            let known: Vec<&str> = Profile::NAMES.iter().map(|(name, _)| *name).collect();
            let values = [("profile", Text::from(named)), ("known", known.join(", ").into()), ("name", name.into())];
            self.say("DC-0010", Place::file(name), &values);
            return Ok(());
        };
        let (version, date) = self.version();
        // A form that somebody signs has many headings and is no explanation.
        let is_whole = !profile.is_for_patients() || self.answers(output.document.as_deref());
        let expected = Expected {
            profile: Some(profile),
            is_for_children: output.readers.is_some(),
            is_whole: Some(is_whole),
            version,
            date,
            facts: self.facts.clone(),
        };
        let engine = self.shared.engine;
        let found = engine.linter.lint(name, &whole.package, &expected, &engine.book);
        self.findings.extend(found.map_err(|error| unreadable(name, &error))?);
        Ok(())
    }

    /// Returns version and day that every document of the filing must show.
    fn version(&self) -> (Option<String>, Option<String>) {
        let catalogue = &self.shared.engine.catalogue;
        let text = |id: &str| {
            let text = catalogue.field_ix(id).map(|field| self.record.root.text(field)).unwrap_or_default();
            (!text.is_empty()).then(|| text.to_owned())
        };
        let fields = self.plugin.manifest.documents.as_ref();
        fields.map_or((None, None), |fields| (text(&fields.version), text(&fields.date)))
    }
}
