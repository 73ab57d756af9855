//! What values look like that identify a person.

use regex::{Regex, RegexSet, RegexSetBuilder};

use super::check_digit::is_my_number;
use super::data::{Check, Near, RawRule, Within};
use crate::model::DataError;

/// Memory that the patterns together may take, bytes.
const PATTERN_BYTES: usize = 64 << 20;
/// Memory for what they have met, bytes.
const CACHE_BYTES: usize = 4 << 20;

/// The patterns.
pub(super) struct Rules {
    set: RegexSet,
    pub(super) rules: Vec<Rule>,
}

/// One pattern.
pub(super) struct Rule {
    pub(super) kind: usize,
    pub(super) within: Within,
    pub(super) near_sex: bool,
    pub(super) share: f64,
    pub(super) distinct: f64,
    /// It is a number that may be a code as well: it does not count in a column of such.
    pub(super) bare: bool,
    /// It counts in a column of things too.
    pub(super) certain: bool,
    except: Option<Regex>,
    /// Finds it in what `except` has left of a text.
    again: Option<Regex>,
    /// Finds the number that has the check digit.
    check: Option<(Regex, Check)>,
}

/// What a value is to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// It is one.
    Hit,
    /// It has the shape and not the check digit.
    Shape,
}

impl Rules {
    /// Compiles the patterns.
    ///
    /// # Errors
    /// Returns a kind that is not known, or what is wrong with a pattern.
    pub(super) fn new(
        raw: Vec<RawRule>,
        holes: &[(&str, String)],
        kind: impl Fn(&str) -> Result<usize, DataError>,
    ) -> Result<Rules, Result<DataError, String>> {
        let fill = |pattern: &str| holes.iter().fold(pattern.to_owned(), |text, (hole, value)| text.replace(hole, value));
        let patterns: Vec<String> = raw.iter().map(|rule| fill(&rule.pattern)).collect();
        let compile = |id: &str, pattern: &str| Regex::new(pattern).map_err(|error| Err(format!("`{id}`: {error}")));
        let set = RegexSetBuilder::new(&patterns).size_limit(PATTERN_BYTES).dfa_size_limit(CACHE_BYTES).build();
        let mut rules = Vec::with_capacity(raw.len());
        for (rule, pattern) in raw.iter().zip(&patterns) {
            if (rule.within == Within::Check) != rule.check.is_some() {
                return Err(Err(format!("`{}`: `in = \"check\"` and `check` go together", rule.id)));
            }
            rules.push(Rule {
                kind: kind(&rule.kind).map_err(Ok)?,
                within: rule.within,
                near_sex: rule.near == Some(Near::Sex),
                share: rule.share,
                distinct: rule.distinct,
                bare: rule.bare,
                certain: rule.certain,
                except: rule.except.as_ref().map(|except| compile(&rule.id, &fill(except))).transpose()?,
                again: (rule.within == Within::Text && rule.except.is_some())
                    .then(|| compile(&rule.id, pattern))
                    .transpose()?,
                check: rule.check.map(|check| compile(&rule.id, pattern).map(|pattern| (pattern, check))).transpose()?,
            });
        }
        Ok(Rules { set: set.map_err(|error| Err(error.to_string()))?, rules })
    }

    /// Calls back with the number of each rule that a folded value fits, and how.
    pub(super) fn each(&self, value: &str, mut found: impl FnMut(usize, &Rule, Match)) {
        for at in self.set.matches(value) {
            let Some(rule) = self.rules.get(at) else { continue };
            let is_excepted = rule.except.as_ref().is_some_and(|except| match &rule.again {
                // Beside a word that is none there may be one that is.
                Some(again) => !again.is_match(&except.replace_all(value, "\n")),
                None => except.is_match(value),
            });
            if is_excepted {
                continue;
            }
            let hit = rule.check.as_ref().is_none_or(|(pattern, Check::MyNumber)| {
                pattern.captures_iter(value).any(|captures| captures.get(1).is_some_and(|number| is_my_number(number.as_str())))
            });
            found(at, rule, if hit { Match::Hit } else { Match::Shape });
        }
    }
}

/// Returns whether a value could fit any pattern; most values are told not to by a glance at their characters.
pub(super) fn is_worth_a_look(text: &str) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let (mut digits, mut letters, mut gaps, mut points, mut at, mut id, mut last) = (0, 0, false, false, false, false, 0);
    for byte in text.bytes() {
        id |= last == b'i' && byte.eq_ignore_ascii_case(&b'd');
        last = byte.to_ascii_lowercase();
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' | b'a'..=b'z' => letters += 1,
            b' ' | b',' => gaps = true,
            b'.' => points = true,
            b'@' | b'\0'..=b'\x1F' | b'\x7F' => at = true,
            _ => {}
        }
    }
    at || digits >= 9
        || (id && digits >= 5)
        || (gaps && letters >= 5)
        || (letters >= 3 && digits >= 6)
        || (letters > 1 && digits == 0 && (gaps || points))
}
