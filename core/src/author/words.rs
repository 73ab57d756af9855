//! What the loader says in English, in Japanese, by the patterns of `forms/author/problems.toml`.

use regex::{Captures, Regex};
use serde::Deserialize;

use crate::files::Files;
use crate::model::{DataError, Text, TomlFile};

/// The patterns, in order.
pub(super) struct Words {
    known: Vec<(Regex, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemsFile {
    problem: Vec<ProblemFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProblemFile {
    pattern: String,
    ja: String,
}

/// How deep a message may hold another.
const DEPTH: usize = 4;

impl Words {
    /// Reads the patterns from the folder `forms`.
    pub(super) fn load(forms: &Files) -> Result<Words, DataError> {
        let file = TomlFile::read(forms, "author/problems.toml")?;
        let raw: ProblemsFile = file.parse()?;
        let mut known = Vec::new();
        for (at, problem) in raw.problem.into_iter().enumerate() {
            let pattern = Regex::new(&format!("(?s)^(?:{})$", problem.pattern));
            let pattern = pattern.map_err(|error| file.error(file.at(&format!("problem.{at}.pattern")), &error.to_string()))?;
            known.push((pattern, problem.ja));
        }
        Ok(Words { known })
    }

    /// Gives a message both languages; one that no pattern has stays as it is.
    pub(super) fn both(&self, message: &str) -> Text {
        Text::new(self.japanese(message, 0), message)
    }

    fn japanese(&self, message: &str, depth: usize) -> String {
        let found = self.known.iter().find_map(|(pattern, ja)| Some((pattern.captures(message)?, ja)));
        let Some((groups, ja)) = found.filter(|_| depth < DEPTH) else { return message.to_owned() };
        self.filled(&groups, ja, depth)
    }

    fn filled(&self, groups: &Captures, ja: &str, depth: usize) -> String {
        let rest = groups.name("rest").map(|rest| self.japanese(rest.as_str(), depth + 1));
        // What is put in is no pattern: a `$` in it is only a sign.
        let mut text = String::new();
        let mut left = ja;
        while let Some((before, after)) = left.split_once('$') {
            text.push_str(before);
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            if let (Some(rest), Some(after)) = (&rest, after.strip_prefix("rest")) {
                text.push_str(rest);
                left = after;
            } else if let Some(group) = digits.parse().ok().and_then(|at| groups.get(at)) {
                text.push_str(group.as_str());
                left = after.get(digits.len()..).unwrap_or_default();
            } else {
                text.push('$');
                left = after;
            }
        }
        text.push_str(left);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_in_messages_are_said_in_japanese() {
        let words = Words::load(&Files::embedded("forms")).unwrap();
        let ja = |message: &str| words.both(message).ja;
        assert_eq!(ja("missing field `line_break`"), "「line_break」がありません。");
        assert_eq!(
            ja("output `a_{{ b }}.docx`: `lint`: there is no `protcol`; known are: gcp, protocol; did you mean `protocol`?"),
            "出力「a_{{ b }}.docx」：lint に「protcol」はありません。書けるのは gcp, protocol です。「protocol」の誤りではありませんか。"
        );
        assert_eq!(
            ja("REI-0101: `when`: unknown name `a.b`; did you mean `a.c`?"),
            "規則 REI-0101 の when：「a.b」という項目や関数はありません。「a.c」の誤りではありませんか。"
        );
        assert_eq!(ja("something else $1"), "something else $1");
    }
}
