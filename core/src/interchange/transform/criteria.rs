//! Inclusion and exclusion criteria.

use super::super::fill::{Fill, Put, why};
use super::super::outcome::Disposition;
use super::super::phrases::plain;
use super::super::table::Rule;
use super::settle_parts;
use super::texts::look;

/// Headings that ICTRP puts before criteria.
const HEADINGS: [&str; 6] = [
    "inclusion criteria:",
    "exclusion criteria:",
    "key inclusion criteria:",
    "key exclusion criteria:",
    "inclusion:",
    "exclusion:",
];

/// Takes criteria without the heading that ICTRP puts before them.
pub(super) fn criteria(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = plain(&fill.leaf(at).text, false);
    let heading =
        HEADINGS.iter().find(|heading| text.get(..heading.len()).is_some_and(|start| start.eq_ignore_ascii_case(heading)));
    let rest = heading.map_or(text.as_str(), |heading| text.get(heading.len()..).unwrap_or_default().trim());
    if rest.is_empty() && heading.is_some() {
        fill.say("IX-0042", at, rule.field, &[("heading", text.as_str().into())]);
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let put = if fill.tables.says_nothing(rest) { Err(why::NOTHING) } else { fill.put(rule, at, rest) };
    if put.is_ok() {
        look(fill, rule, at, rest);
    }
    fill.settle_put(at, put);
}

/// Splits criteria that stand in one text at their two headings; without both of them they are taken as inclusion
/// criteria, and that is said.
pub(super) fn both_criteria(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = plain(&fill.leaf(at).text, false);
    let lower = text.to_ascii_lowercase();
    let heading = |word: &str| {
        let found = lower.match_indices(word).find(|(at, _)| {
            // At the start of a line, and nothing but the heading on it.
            let before = lower.get(..*at).and_then(|before| before.rsplit('\n').next()).unwrap_or_default();
            let line = lower.get(*at..).and_then(|rest| rest.split('\n').next()).unwrap_or_default();
            before.chars().all(|c| !c.is_alphanumeric()) && (line.contains(':') || line.len() <= word.len() + 2)
        })?;
        let line = text.get(found.0..)?.find([':', '\n']).unwrap_or(word.len());
        Some((found.0, found.0 + line + 1))
    };
    let Some(field) = rule.field else { return };
    let exclusion = fill.catalogue.field(field).id.replace("inclusion", "exclusion");
    let (Some(first), Some(second)) = (heading("inclusion criteria"), heading("exclusion criteria")) else {
        let put = fill.put(rule, at, &text);
        if let Ok(field) = put {
            fill.say("IX-0057", at, Some(field), &[]);
            return fill.settle(at, Disposition::Part(vec![field], why::ASSUMED.to_owned()));
        }
        return fill.settle_put(at, put);
    };
    let cut =
        |from: usize, to: usize| text.get(from.min(to)..to).unwrap_or_default().trim().trim_end_matches(['-', '*']).trim_end();
    let (inclusion_text, exclusion_text) = if first.0 < second.0 {
        (cut(first.1, second.0), cut(second.1, text.len()))
    } else {
        (cut(first.1, text.len()), cut(second.1, first.0))
    };
    let before = cut(0, first.0.min(second.0)).to_owned();
    let inclusion_text = if before.is_empty() { inclusion_text.to_owned() } else { format!("{before}\n{inclusion_text}") };
    let parts: Vec<Put> =
        vec![fill.put_in(field, "", at, &inclusion_text, false), fill.put_id(&exclusion, "", at, exclusion_text)];
    settle_parts(fill, at, parts);
}
