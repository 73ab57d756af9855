//! Kanji that the reader of an assent document has not learnt yet.
//!
//! `forms/kanji/grades.csv` has the school year of each kanji of primary school, `forms/kanji/tiers.toml` how many years the
//! youngest reader of each tier has finished. A kanji above that needs its reading above it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Text, TomlFile};

/// A part of a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it stands.
    Plain(&'a str),
    /// Text with its reading above it.
    Ruby {
        /// What is read.
        base: &'a str,
        /// How it is read.
        reading: &'a str,
    },
}

/// A word that the reader cannot read: a run of kanji of which at least one is neither learnt nor read out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Characters of the paragraph before the word, readings not counted.
    pub at: usize,
    /// The run of kanji, the learnt ones beside it included: the reading goes above the whole word.
    pub word: String,
    /// Those that are not learnt.
    pub kanji: String,
}

/// Who reads a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tier {
    /// Its code, as in `assent.tier`.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// The last school year that its youngest reader has finished.
    pub grade: u8,
}

/// What readers of each tier have learnt.
#[derive(Debug, Clone)]
pub struct Learnt {
    /// School year by kanji.
    years: BTreeMap<char, u8>,
    tiers: Vec<Tier>,
    /// Where the years are from.
    pub source: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TiersFile {
    source: Text,
    /// Since when; for people, the table is what counts.
    #[serde(rename = "effective")]
    _effective: String,
    table: String,
    tier: Vec<TierFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TierFile {
    id: String,
    ja: String,
    en: String,
    grade: u8,
}

impl Learnt {
    /// Reads `kanji/tiers.toml` and its table below `forms/`.
    ///
    /// # Errors
    /// Returns the place that breaks the format, or a kanji that stands twice.
    pub fn load(forms: &Files) -> Result<Learnt, DataError> {
        let files = forms.below("kanji");
        let file: TiersFile = TomlFile::read(&files, "tiers.toml")?.parse()?;
        let name = files.display(&file.table);
        let bytes = files.read(&file.table).ok_or_else(|| DataError::Missing { file: name.clone() })?;
        let mut years = BTreeMap::new();
        for (row, record) in csv::Reader::from_reader(bytes.as_ref()).deserialize::<(u8, char)>().enumerate() {
            let at = format!("row {}", row + 2);
            let (year, kanji) = record.map_err(|error| DataError::bad(&name, &at, error.to_string()))?;
            if !is_kanji(kanji) {
                return Err(DataError::bad(&name, &at, format!("`{kanji}` is no kanji")));
            }
            if years.insert(kanji, year).is_some() {
                return Err(DataError::bad(&name, &at, format!("`{kanji}` stands twice")));
            }
        }
        let tier = |tier: TierFile| Tier { id: tier.id, name: Text::new(tier.ja, tier.en), grade: tier.grade };
        Ok(Learnt { years, tiers: file.tier.into_iter().map(tier).collect(), source: file.source })
    }

    /// Returns the codes of the tiers.
    pub fn tiers(&self) -> impl Iterator<Item = &str> {
        self.tiers.iter().map(|tier| tier.id.as_str())
    }

    /// Returns a tier by its code.
    pub fn tier(&self, id: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.id == id)
    }

    /// Returns the school year in which a kanji is learnt; none for one that primary school does not teach.
    pub fn year(&self, kanji: char) -> Option<u8> {
        self.years.get(&kanji).copied()
    }

    /// Finds the words of a paragraph that the readers of a tier cannot read, in order. A reading that is blank or has kanji
    /// itself is none.
    pub fn unread(&self, tier: &Tier, paragraph: &[Piece]) -> Vec<Unread> {
        let mut found = Vec::new();
        let mut run = Run::default();
        let mut at = 0;
        for piece in paragraph {
            let (text, is_read) = match piece {
                Piece::Plain(text) => (text, false),
                Piece::Ruby { base, reading } => (base, !reading.trim().is_empty() && !reading.chars().any(is_kanji)),
            };
            // A word that is read out ends the run before it: the reading does not reach back.
            if is_read {
                found.extend(run.finish());
            }
            for character in text.chars() {
                if is_kanji(character) && !is_read {
                    run.push(at, character, self.knows(tier, character));
                } else {
                    found.extend(run.finish());
                }
                at += 1;
            }
        }
        found.extend(run.finish());
        found
    }

    fn knows(&self, tier: &Tier, kanji: char) -> bool {
        self.year(kanji).is_some_and(|year| year <= tier.grade)
    }
}

/// Kanji that stand side by side.
#[derive(Default)]
struct Run {
    at: usize,
    word: String,
    unknown: String,
    last_known: bool,
}

impl Run {
    fn push(&mut self, at: usize, character: char, known: bool) {
        if self.word.is_empty() {
            self.at = at;
        }
        // The mark of repetition is as hard as what it repeats; at the start of a word it repeats nothing.
        let known = if character == REPEATED { self.last_known && !self.word.is_empty() } else { known };
        self.word.push(character);
        self.last_known = known;
        if !known && !self.unknown.contains(character) && (character != REPEATED || self.unknown.is_empty()) {
            self.unknown.push(character);
        }
    }

    /// Ends the word and returns it when it holds something unknown.
    fn finish(&mut self) -> Option<Unread> {
        let run = std::mem::take(self);
        (!run.unknown.is_empty()).then_some(Unread { at: run.at, word: run.word, kanji: run.unknown })
    }
}

/// The mark that repeats the kanji before it.
const REPEATED: char = '々';

/// Returns whether a character is a kanji, the mark of repetition included; 〇 is a numeral and kana are none.
pub fn is_kanji(character: char) -> bool {
    matches!(character, REPEATED | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests {
    use super::{Learnt, Piece, Unread, is_kanji};
    use crate::files::Files;

    fn learnt() -> Learnt {
        Learnt::load(&Files::embedded("forms")).unwrap()
    }

    fn words(tier: &str, paragraph: &[Piece]) -> Vec<String> {
        let learnt = learnt();
        learnt.unread(learnt.tier(tier).unwrap(), paragraph).into_iter().map(|unread| unread.word).collect()
    }

    #[test]
    fn each_year_has_as_many_kanji_as_the_course_of_study_says() {
        let learnt = learnt();
        let counts: Vec<usize> = (1..=6).map(|year| learnt.years.values().filter(|known| **known == year).count()).collect();
        assert_eq!(counts, [80, 160, 200, 202, 193, 191]);
        assert_eq!(learnt.years.len(), 1026);
    }

    #[test]
    fn the_years_are_those_since_2020() {
        let learnt = learnt();
        // The names of the prefectures came into the fourth year, some from other years; others moved up.
        for kanji in "茨媛岡潟岐熊香佐埼崎滋鹿縄井沖栃奈梨阪阜賀群徳富城".chars() {
            assert_eq!(learnt.year(kanji), Some(4), "{kanji}");
        }
        for kanji in "囲紀喜救型航告殺士史象賞貯停堂得毒費粉脈歴".chars() {
            assert_eq!(learnt.year(kanji), Some(5), "{kanji}");
        }
        for kanji in "胃腸恩券承舌銭退敵俵預".chars() {
            assert_eq!(learnt.year(kanji), Some(6), "{kanji}");
        }
        assert_eq!(learnt.year('一'), Some(1));
        assert_eq!(learnt.year('錠'), None);
    }

    #[test]
    fn the_youngest_reader_has_finished_no_year() {
        assert_eq!(words("a", &[Piece::Plain("くすりを 一つ のみます。")]), ["一"]);
        assert_eq!(words("a", &[Piece::Ruby { base: "一", reading: "ひと" }, Piece::Plain("つ のみます。")]), [""; 0]);
    }

    #[test]
    fn a_later_tier_reads_more() {
        let text = [Piece::Plain("薬を飲んで、病気を治療します。")];
        assert_eq!(words("b", &text), ["治療"]);
        assert_eq!(words("c", &text), ["治療"]);
        assert_eq!(words("c", &[Piece::Plain("薬で病気を治す。")]), [""; 0]);
    }

    #[test]
    fn a_word_is_named_whole_with_what_is_not_learnt_and_where_it_stands() {
        let learnt = learnt();
        let found = learnt
            .unread(learnt.tier("c").unwrap(), &[Piece::Ruby { base: "診察", reading: "しんさつ" }, Piece::Plain("と治療")]);
        assert_eq!(found, [Unread { at: 3, word: "治療".to_owned(), kanji: "療".to_owned() }]);
    }

    #[test]
    fn a_reading_that_cannot_be_read_is_none() {
        assert_eq!(words("b", &[Piece::Ruby { base: "治療", reading: "" }]), ["治療"]);
        assert_eq!(words("b", &[Piece::Ruby { base: "治療", reading: "治りょう" }]), ["治療"]);
        assert_eq!(words("b", &[Piece::Ruby { base: "治療", reading: "ちりょう" }]), [""; 0]);
    }

    #[test]
    fn a_reading_does_not_reach_the_word_beside_it() {
        let text = [Piece::Ruby { base: "治", reading: "ち" }, Piece::Plain("療"), Piece::Plain("薬")];
        assert_eq!(words("c", &text), ["療薬"]);
        let text = [Piece::Plain("療"), Piece::Ruby { base: "法", reading: "ほう" }];
        assert_eq!(words("c", &text), ["療"]);
    }

    #[test]
    fn a_word_split_over_pieces_is_one_word() {
        assert_eq!(words("c", &[Piece::Plain("治"), Piece::Plain("療")]), ["治療"]);
    }

    #[test]
    fn the_mark_of_repetition_is_as_hard_as_what_it_repeats() {
        assert_eq!(words("b", &[Piece::Plain("人々")]), [""; 0]);
        assert_eq!(words("b", &[Piece::Plain("諸々")]), ["諸々"]);
        assert_eq!(words("b", &[Piece::Plain("々")]), ["々"]);
    }

    #[test]
    fn kana_digits_and_the_numeral_zero_are_no_kanji() {
        assert!(!"あアー〇1Ａ、".chars().any(is_kanji));
        assert!("神𠮟\u{FA19}々".chars().all(is_kanji));
    }
}
