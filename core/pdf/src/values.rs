//! A paper as the values that the template reads.

use serde::Serialize;
use todokede_core::render::paper::{Head, Paper};

/// Longest run of letters without a place to break; with the widest letters it still fits into the column of values.
const RUN: usize = 24;

/// What the template sees.
#[derive(Serialize)]
pub(crate) struct Values<'a> {
    title: &'a str,
    draft: Option<&'a str>,
    fonts: &'a [&'a str],
    head: HeadValues<'a>,
    lines: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct HeadValues<'a> {
    date: (&'a str, Value<'a>),
    addressee: &'a str,
    filers: Vec<Vec<(&'a str, Value<'a>)>>,
}

#[derive(Serialize)]
struct Line<'a> {
    depth: usize,
    label: &'a str,
    value: Option<Value<'a>>,
    bookmark: bool,
}

/// A text, or the pieces of one between which a line may break.
#[derive(Debug, PartialEq, Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Pieces(Vec<&'a str>),
}

impl<'a> Values<'a> {
    pub(crate) fn of(paper: &'a Paper, fonts: &'a [&'a str]) -> Values<'a> {
        let Head { date, addressee, filers } = &paper.head;
        let pair = |(label, text): &'a (String, String)| (label.as_str(), value(text));
        let line = |line: &'a todokede_core::render::paper::PaperLine| Line {
            depth: line.depth,
            label: &line.label,
            value: line.value.as_deref().map(value),
            bookmark: line.bookmark,
        };
        Values {
            title: &paper.title,
            draft: paper.draft.as_deref(),
            fonts,
            head: HeadValues {
                date: pair(date),
                addressee,
                filers: filers.iter().map(|filer| filer.iter().map(pair).collect()).collect(),
            },
            lines: paper.lines.iter().map(line).collect(),
        }
    }
}

/// Cuts the long runs of letters, digits and signs of a text at every letter; what lies between them stays whole.
fn value(text: &str) -> Value<'_> {
    let (mut pieces, mut kept, mut at) = (Vec::new(), 0, 0);
    for segment in text.split_inclusive(is_break) {
        let run = segment.trim_end_matches(is_break);
        if run.chars().count() > RUN {
            pieces.extend(text.get(kept..at).filter(|plain| !plain.is_empty()));
            pieces.extend(run.char_indices().filter_map(|(from, c)| run.get(from..from + c.len_utf8())));
            kept = at + run.len();
        }
        at += segment.len();
    }
    if kept == 0 {
        return Value::Text(text);
    }
    pieces.extend(text.get(kept..).filter(|plain| !plain.is_empty()));
    Value::Pieces(pieces)
}

/// Returns whether a line can break at a character anyway: at spaces and between Japanese letters.
fn is_break(c: char) -> bool {
    c == ' ' || u32::from(c) >= 0x2e80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_run_that_cannot_break_is_cut() {
        let long = "x".repeat(RUN + 1);
        for whole in ["", "治験", "DEMO-001 と DEMO-002", &"治験".repeat(100), &"ab ".repeat(100), &"x".repeat(RUN)] {
            assert_eq!(value(whole), Value::Text(whole));
        }
        let text = format!("治験{long}の{long}");
        let Value::Pieces(pieces) = value(&text) else { panic!("not cut") };
        assert_eq!(pieces.concat(), text, "nothing is lost");
        assert_eq!((pieces.len(), pieces[0], pieces[1], pieces[RUN + 2]), (2 * (RUN + 1) + 2, "治験", "x", "の"));
    }
}
