//! The facts that destinations share: what each is called, and when two showings of it agree.

use serde::Deserialize;

use crate::files::Files;
use crate::model::{CodeLists, DataError, RuleText, Severity, Text, TomlFile};

/// Name of the file, below the folder of forms.
const FILE: &str = "consistency/concepts.toml";

/// How two showings of a fact are held against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Compare {
    /// As numbers, whatever their width.
    Number,
    /// As days, whatever their order of year, month and day.
    Date,
    /// As texts, without regard to width, case, spaces and line breaks.
    Text,
    /// As a set of such texts: neither order nor repeats count.
    Texts,
    /// As codes of a list; a word of several codes agrees with each of them.
    Word,
}

/// A fact that several destinations show.
#[derive(Debug)]
pub struct Concept {
    /// Its id, which plugins name.
    pub id: String,
    /// How it is compared.
    pub compare: Compare,
    /// The code list of words.
    pub codes: Option<String>,
    /// What a difference says.
    pub text: RuleText,
}

/// All shared facts, in the order of the file.
#[derive(Debug, Default)]
pub struct Concepts {
    concepts: Vec<Concept>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptsFile {
    message: Text,
    fix: Text,
    why: Text,
    sources: std::collections::BTreeMap<String, Text>,
    concept: Vec<toml::Spanned<ConceptFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ConceptFile {
    id: String,
    rule: String,
    ja: String,
    en: String,
    compare: Compare,
    #[serde(default)]
    codes: Option<String>,
    severity: Severity,
    source: String,
    #[serde(default)]
    why: Option<Text>,
}

impl Concepts {
    /// Reads the facts from the folder `forms`; none where there is no such file.
    ///
    /// # Errors
    /// Returns the first place that breaks the format, names what is not there, or stands twice.
    pub fn load(forms: &Files, codes: &CodeLists) -> Result<Concepts, DataError> {
        if forms.read(FILE).is_none() {
            return Ok(Concepts::default());
        }
        let file = TomlFile::read(forms, FILE)?;
        let raw: ConceptsFile = file.parse()?;
        let mut concepts: Vec<Concept> = Vec::new();
        for spanned in raw.concept {
            let start = spanned.span().start;
            let concept = spanned.into_inner();
            if concepts.iter().any(|known| known.id == concept.id || known.text.id == concept.rule) {
                return Err(file.error(start, &format!("`{}` or `{}` stands twice", concept.id, concept.rule)));
            }
            let is_word = concept.compare == Compare::Word;
            if is_word != concept.codes.is_some() {
                return Err(file.error(start, "a word, and nothing else, has `codes`"));
            }
            if let Some(list) = concept.codes.as_ref().filter(|list| codes.get(list).is_none()) {
                return Err(file.error(start, &format!("no code list `{list}`")));
            }
            let (key, item) = concept.source.split_once(' ').unwrap_or((concept.source.as_str(), ""));
            let source = raw.sources.get(key).ok_or_else(|| file.error(start, &format!("no source `{key}`")))?;
            let label = Text::new(concept.ja, concept.en);
            let text = RuleText {
                id: concept.rule,
                severity: concept.severity,
                message: raw.message.fill(&[("concept", label.clone())]),
                source: source.fill(&[("item", item.into())]),
                fix: raw.fix.fill(&[("concept", label)]),
                why: concept.why.unwrap_or_else(|| raw.why.clone()),
            };
            concepts.push(Concept { id: concept.id, compare: concept.compare, codes: concept.codes, text });
        }
        Ok(Concepts { concepts })
    }

    /// Returns the place of a fact in the list.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.concepts.iter().position(|concept| concept.id == id)
    }

    /// Returns all facts.
    pub fn iter(&self) -> impl Iterator<Item = &Concept> {
        self.concepts.iter()
    }

    /// Returns a fact by its place.
    pub fn get(&self, at: usize) -> Option<&Concept> {
        self.concepts.get(at)
    }

    /// Returns the rule of an id.
    pub fn rule(&self, id: &str) -> Option<&RuleText> {
        self.concepts.iter().map(|concept| &concept.text).find(|text| text.id == id)
    }
}
