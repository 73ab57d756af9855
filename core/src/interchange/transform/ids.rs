//! Numbers of trials: whose they are is told by their shape.

use super::super::fill::{Fill, Put, why};
use super::super::outcome::Disposition;
use super::super::phrases::{plain, squeeze};
use super::super::table::Rule;
use super::settle_parts;
use crate::render::templates::path_part;

/// What ICTRP puts before the numbers of the Japanese registries.
const PREFIX: &str = "JPRN-";

/// Takes the number that the trial has in the registry the record is from: it names the trial, too.
pub(super) fn trial_id(fill: &mut Fill, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    let number = text.strip_prefix(PREFIX).unwrap_or(&text).to_owned();
    if number.is_empty() {
        return;
    }
    let known = fill.tables.registry(&number).map(|registry| registry.id.clone());
    if fill.registry.is_empty() {
        fill.registry = known.unwrap_or_default();
    }
    let mut parts = vec![name_trial(fill, at, &number)];
    parts.extend(put_number(fill, at, &number));
    // The name we give a trial is the first number there is; a second one is no other value of it.
    let parts: Vec<Put> = parts.into_iter().filter(|part| *part != Err(why::SECOND)).collect();
    settle_parts(fill, at, parts);
}

/// Takes the number that the trial's owner gave it.
pub(super) fn own_id(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if text.is_empty() || fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let mut parts = vec![fill.put(rule, at, &text)];
    if fill.trial.is_empty() {
        parts.push(name_trial(fill, at, &text));
    }
    settle_parts(fill, at, parts);
}

/// Makes a name of ours of a number: what cannot be part of a path becomes a hyphen.
fn name_trial(fill: &mut Fill, at: usize, number: &str) -> Put {
    if !fill.trial.is_empty() {
        return Err(why::SECOND);
    }
    let name = fitting(number);
    fill.trial.clone_from(&name);
    fill.put_id("trial.id", "", at, &name)
}

/// Returns a name that can be part of a path.
pub(in super::super) fn fitting(number: &str) -> String {
    if path_part(number).is_ok() {
        return number.to_owned();
    }
    let fits = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' };
    let name: String = number.chars().take(60).map(fits).collect();
    let name = name.trim_matches(['-', '.']).to_owned();
    if path_part(&name).is_ok() { name } else { "trial".to_owned() }
}

/// Takes numbers in other registries.
pub(super) fn ids(fill: &mut Fill, at: usize) {
    if fill.is_full("registrations") {
        return fill.settle(at, Disposition::Lost(why::TOO_MANY.to_owned()));
    }
    let text = plain(&fill.leaf(at).text, false);
    let mut parts = Vec::new();
    for part in text.split([';', ',', '\n']).map(squeeze).filter(|part| !part.is_empty()) {
        if fill.tables.says_nothing(&part) {
            parts.push(Err(why::NOTHING));
            continue;
        }
        // A number may stand among other words: `ClinicalTrials.gov: NCT00000000`.
        let word = part.split([' ', ':', '(', ')']).find(|word| fill.tables.registry(bare(word)).is_some());
        let number = bare(word.unwrap_or(&part)).to_owned();
        let found = put_number(fill, at, &number);
        parts.extend(found);
        settle_reference(fill, at);
    }
    settle_parts(fill, at, parts);
}

fn bare(text: &str) -> &str {
    text.strip_prefix(PREFIX).unwrap_or(text)
}

/// Puts a number into the field of its registry, and among the other registries when it is not the trial's own.
fn put_number(fill: &mut Fill, at: usize, number: &str) -> Vec<Put> {
    let registry = fill.tables.registry(number).cloned();
    let key = format!("registration {number}");
    let mut parts = Vec::new();
    let Some(registry) = registry else {
        parts.push(fill.put_id("registrations.number", &key, at, number));
        let name = registry_beside(fill, at);
        match name {
            Some((beside, name)) => {
                let put = fill.put_id("registrations.registry_en", &key, at, &name);
                fill.settle_put(beside, put);
            }
            None => {
                let field = fill.catalogue.field_ix("registrations.registry_en");
                fill.say("IX-0055", at, field, &[("value", number.into())]);
            }
        }
        return parts;
    };
    if !registry.field.is_empty() {
        parts.push(fill.put_id(&registry.field, "", at, number));
    }
    // UTN is no registry, and a number in the registry the record is from is the trial's own.
    if !registry.ja.is_empty() && (registry.field.is_empty() || registry.id != fill.registry) {
        parts.push(fill.put_id("registrations.number", &key, at, number));
        parts.push(fill.put_id("registrations.registry", &key, at, &registry.ja));
        parts.push(fill.put_id("registrations.registry_en", &key, at, &registry.en));
        if let Some((beside, _)) = registry_beside(fill, at) {
            let field = fill.catalogue.field_ix("registrations.registry_en").into_iter().collect();
            fill.settle(beside, Disposition::Taken(field));
        }
    }
    parts
}

/// Says that what refers to the registry of a number has been read.
fn settle_reference(fill: &mut Fill, at: usize) {
    let parent = fill.leaf(at).parent();
    for name in ["scopeId", "type", "id_type"] {
        if let Some(beside) = fill.leaves.find(parent, name).filter(|beside| *beside != at) {
            fill.settle(beside, Disposition::Taken(Vec::new()));
        }
    }
}

/// Returns the name of the registry that stands beside a number.
fn registry_beside(fill: &Fill, at: usize) -> Option<(usize, String)> {
    const NAMES: [&str; 4] = ["issuing_authority", "id_domain", "domain", "scopeId>label"];
    let parent = fill.leaf(at).parent();
    let found = NAMES.iter().find_map(|name| fill.leaves.find(parent, name))?;
    let name = squeeze(&fill.leaf(found).text);
    (found != at && !name.is_empty()).then_some((found, name))
}

/// Takes the page of a trial at UMIN, with the receipt number that stands in it.
pub(super) fn link(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = plain(&fill.leaf(at).text, false);
    let mut parts = vec![fill.put(rule, at, &text)];
    let receipt = text.split("recptno=").nth(1).unwrap_or_default();
    let receipt: String = receipt.chars().take_while(char::is_ascii_alphanumeric).collect();
    if receipt.len() == 10 && receipt.starts_with('R') {
        parts.push(fill.put_id("umin.receipt", "", at, &receipt));
    }
    settle_parts(fill, at, parts);
}
