//! Ages: `>= 20age old`, `20years-old`, `18 Years`, `18`, `Not applicable`.

use super::super::fill::{Fill, Put, why};
use super::super::outcome::Disposition;
use super::super::phrases::{plain, squeeze};
use super::super::table::Rule;
use super::super::words::Word;
use super::settle_parts;
use crate::model::FieldIx;

/// Operators as they are written, longest first, and what they say of a minimum and of a maximum.
const OPERATORS: [(&str, &str); 12] = [
    (">=", "ge"),
    ("=>", "ge"),
    ("≧", "ge"),
    ("≥", "ge"),
    ("<=", "le"),
    ("=<", "le"),
    ("≦", "le"),
    ("≤", "le"),
    (">", "gt"),
    ("＞", "gt"),
    ("<", "lt"),
    ("＜", "lt"),
];

/// Takes an age with its unit and bound. `bound` is what a number without an operator means in the format.
pub(super) fn age(fill: &mut Fill, rule: &Rule, at: usize, bound: Option<&str>) {
    let Some(field) = rule.field else { return };
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    let id = fill.catalogue.field(field).id.clone();
    let (unit_id, bound_id) = (format!("{id}_unit"), format!("{id}_bound"));
    if fill.tables.is_no_limit(&text) {
        let put = fill.put_id(&bound_id, "", at, "none");
        return fill.settle_put(at, put);
    }
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let operator = OPERATORS.iter().find(|(sign, _)| text.starts_with(sign));
    let rest = operator.map_or(text.as_str(), |(sign, _)| text.get(sign.len()..).unwrap_or_default()).trim();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let unit_word = rest.get(digits.len()..).unwrap_or_default().trim().trim_start_matches('-').trim();
    // Nobody is older than that; what is larger is something else.
    let is_age = digits.len() <= 3 && digits.parse::<u16>().is_ok();
    let unit = match unit_word {
        "" => Word::Nothing,
        word => fill.tables.words.read(fill.catalogue, "age-unit", fill.words, word),
    };
    if !is_age || unit == Word::Unknown {
        fill.say("IX-0023", at, Some(field), &[("value", text.as_str().into())]);
        return fill.settle(at, Disposition::Lost(why::UNUSABLE.to_owned()));
    }
    let mut parts = vec![fill.put(rule, at, &digits)];
    match unit {
        Word::Code(code) => parts.push(fill.put_id(&unit_id, "", at, &code)),
        _ => say(fill, "IX-0022", at, field),
    }
    let list = if id.ends_with("min") { "age-min-bound" } else { "age-max-bound" };
    let code = operator.map(|(_, code)| *code).or(bound);
    match code.filter(|code| fill.catalogue.codes.get(list).is_some_and(|list| list.contains(code))) {
        Some(code) => parts.push(fill.put_id(&bound_id, "", at, code)),
        None => {
            say(fill, "IX-0021", at, field);
            // An operator that makes no sense here, `>= 80` as a maximum, is not passed over.
            if operator.is_some() {
                parts.push(Err(why::UNUSABLE));
            }
        }
    }
    settle_parts(fill, at, parts);
}

/// Takes a number whose unit stands beside it.
pub(super) fn quantity(fill: &mut Fill, rule: &Rule, at: usize) {
    let Some(field) = rule.field else { return };
    let parent = fill.leaf(at).parent().to_owned();
    let id = fill.catalogue.field(field).id.clone();
    let number = fill.leaf(at).text.trim().to_owned();
    let whole = number.strip_suffix(".0").unwrap_or(&number).to_owned();
    let is_age = whole.len() <= 3 && whole.parse::<u16>().is_ok();
    if !is_age {
        fill.say("IX-0023", at, Some(field), &[("value", number.as_str().into())]);
        return fill.settle(at, Disposition::Lost(why::UNUSABLE.to_owned()));
    }
    let mut parts: Vec<Put> = vec![fill.put(rule, at, &whole)];
    let unit = fill.leaves.find(&parent, "unit/standardCode/decode");
    let word = unit.map(|unit| fill.leaf(unit).text.clone()).unwrap_or_default();
    match fill.tables.words.read(fill.catalogue, "age-unit", fill.words, &word) {
        Word::Code(code) => {
            parts.push(fill.put_id(&format!("{id}_unit"), "", at, &code));
            if let (Some(unit), Some(put)) = (unit, parts.last().copied()) {
                fill.settle_put(unit, put);
            }
        }
        _ => say(fill, "IX-0022", at, field),
    }
    say(fill, "IX-0021", at, field);
    settle_parts(fill, at, parts);
}

fn say(fill: &mut Fill, id: &str, at: usize, field: FieldIx) {
    let label = fill.catalogue.field(field).label.clone();
    let value = fill.leaf(at).text.to_string();
    fill.say(id, at, Some(field), &[("label", label), ("value", value.into())]);
}
