//! The two languages the product speaks.

use serde::{Deserialize, Serialize};

/// A language for messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// Japanese, the first language of the product.
    #[default]
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Picks one of two texts.
    pub fn pick<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Ja => ja,
            Lang::En => en,
        }
    }
}

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// The Japanese text.
    pub ja: String,
    /// The English text.
    pub en: String,
}

impl Text {
    /// Makes a text from both languages.
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Text {
        Text { ja: ja.into(), en: en.into() }
    }

    /// Returns the text in one language; where that one is empty, the other.
    pub fn get(&self, lang: Lang) -> &str {
        let (first, second) = match lang {
            Lang::Ja => (&self.ja, &self.en),
            Lang::En => (&self.en, &self.ja),
        };
        if first.is_empty() { second } else { first }
    }

    /// Returns whether both languages are empty.
    pub fn is_empty(&self) -> bool {
        self.ja.is_empty() && self.en.is_empty()
    }

    /// Replaces `{name}` by its value in both languages; a name that is not given stays as it is.
    pub fn fill(&self, values: &[(&str, Text)]) -> Text {
        let mut filled = self.clone();
        for (name, value) in values {
            let hole = format!("{{{name}}}");
            filled.ja = filled.ja.replace(&hole, value.get(Lang::Ja));
            filled.en = filled.en.replace(&hole, value.get(Lang::En));
        }
        filled
    }
}

impl From<&str> for Text {
    /// Makes a text that reads the same in both languages.
    fn from(same: &str) -> Text {
        Text::new(same, same)
    }
}

impl From<String> for Text {
    fn from(same: String) -> Text {
        Text::new(same.clone(), same)
    }
}
