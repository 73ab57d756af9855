//! What values look like that identify a person.

use regex::{Regex, RegexSet, RegexSetBuilder};

use super::check_digit::is_my_number;
use super::data::{Check, Near, RawRule, Within};
use crate::model::DataError;

/// Memory that the patterns together may take, bytes.
const PATTERN_BYTES: usize = 64 << 20;

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
    except: Option<Regex>,
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
        let set = RegexSetBuilder::new(&patterns).size_limit(PATTERN_BYTES).dfa_size_limit(PATTERN_BYTES).build();
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
                except: rule.except.as_ref().map(|except| compile(&rule.id, except)).transpose()?,
                check: rule.check.map(|check| compile(&rule.id, pattern).map(|pattern| (pattern, check))).transpose()?,
            });
        }
        Ok(Rules { set: set.map_err(|error| Err(error.to_string()))?, rules })
    }

    /// Calls back with the number of each rule that a folded value fits, and how.
    pub(super) fn each(&self, value: &str, mut found: impl FnMut(usize, &Rule, Match)) {
        for at in self.set.matches(value) {
            let Some(rule) = self.rules.get(at) else { continue };
            if rule.except.as_ref().is_some_and(|except| except.is_match(value)) {
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
    let (mut digits, mut letters, mut gaps, mut points, mut at) = (0, 0, false, false, false);
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'A'..=b'Z' | b'a'..=b'z' => letters += 1,
            b' ' | b',' => gaps = true,
            b'.' => points = true,
            b'@' => at = true,
            _ => {}
        }
    }
    at || digits >= 9 || (letters > 0 && digits >= 5) || (letters > 1 && digits == 0 && (gaps || points))
}
