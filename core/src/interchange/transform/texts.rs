//! Texts.

use super::super::fill::{Fill, why};
use super::super::outcome::Disposition;
use super::super::phrases::{lost_character, mail, plain, run_together, seems_cut, squeeze};
use super::super::table::Rule;
use super::settle_parts;
use crate::model::{Kind, Scalar};

/// Reports what a text shows of its way here.
pub(super) fn look(fill: &mut Fill, rule: &Rule, at: usize, text: &str) {
    let label = |fill: &Fill| rule.field.map(|field| fill.catalogue.field(field).label.clone()).unwrap_or_default();
    if lost_character(text) && !text.contains("://") {
        fill.say("IX-0038", at, rule.field, &[("label", label(fill))]);
    }
    if seems_cut(text) {
        let values = [("label", label(fill)), ("count", text.chars().count().to_string().into())];
        fill.say("IX-0043", at, rule.field, &values);
    }
    if run_together(text) && !text.contains("://") {
        fill.say("IX-0037", at, rule.field, &[("label", label(fill))]);
    }
    let field = rule.field.map(|field| fill.catalogue.field(field).id.clone()).unwrap_or_default();
    if fill.tables.is_placeholder(&field, text) {
        fill.say("IX-0036", at, rule.field, &[("label", label(fill)), ("value", text.into())]);
    }
}

/// Takes one text.
pub(super) fn text(fill: &mut Fill, rule: &Rule, at: usize, html: bool) {
    let text = cleaned(fill, rule, at, html);
    let kind = rule.field.map(|field| (fill.catalogue.field(field).kind.clone(), fill.catalogue.field(field).label.clone()));
    if let Some((Kind::Text | Kind::Phone, label)) = kind.filter(|_| mail(&text).is_some()) {
        fill.say("IX-0047", at, rule.field, &[("label", label), ("value", text.as_str().into())]);
        return fill.settle(at, Disposition::Lost(why::UNUSABLE.to_owned()));
    }
    let put = match fill.tables.says_nothing(&text) {
        true => Err(why::NOTHING),
        false => fill.put(rule, at, &text),
    };
    if put.is_ok() {
        look(fill, rule, at, &text);
    }
    let unresolved = put.is_ok() && html && text.contains(HOLE);
    match put {
        Ok(field) if unresolved => fill.settle(at, Disposition::Part(vec![field], why::UNRESOLVED.to_owned())),
        put => fill.settle_put(at, put),
    }
}

/// Takes a further line of a text.
pub(super) fn lines(fill: &mut Fill, rule: &Rule, at: usize, html: bool) {
    let text = cleaned(fill, rule, at, html);
    let Some(field) = rule.field else { return };
    let key = fill.row_key(rule, at, 0);
    let put = match fill.tables.says_nothing(&text) {
        true => Err(why::NOTHING),
        false => fill.put_in(field, &key, at, &text, true),
    };
    if put.is_ok() {
        look(fill, rule, at, &text);
    }
    fill.settle_put(at, put);
}

/// Undoes breaks and entities; a value of one line is one line, and of HTML what was to be filled in is filled in.
fn cleaned(fill: &Fill, rule: &Rule, at: usize, html: bool) -> String {
    let raw = &fill.leaf(at).text;
    let text = if html { plain(&resolved(fill, raw), true) } else { plain(raw, false) };
    let free = rule.field.is_none_or(|field| fill.catalogue.field(field).kind == Kind::Text);
    let one_line = rule.field.is_some_and(|field| {
        let id = &fill.catalogue.field(field).id;
        id.contains("title") || id.contains("name") || id.contains("acronym")
    });
    if !free || one_line { squeeze(&text) } else { text }
}

/// What stands where a text has something to be filled in that nothing fills in.
const HOLE: &str = "[…]";

/// Fills in the `<usdm:tag name="…"/>` of a text from the dictionaries of the study.
fn resolved(fill: &Fill, text: &str) -> String {
    let mut done = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<usdm:tag") {
        done.push_str(before);
        let Some((tag, after)) = after.split_once('>') else {
            done.push_str(HOLE);
            return done;
        };
        let name = tag.split("name=\"").nth(1).and_then(|name| name.split('"').next()).unwrap_or_default();
        done.push_str(&fill.tables.tag(fill.leaves, name).unwrap_or_else(|| HOLE.to_owned()));
        rest = after.strip_prefix("</usdm:tag>").unwrap_or(after);
    }
    done.push_str(rest);
    done
}

/// A text that is put together from parts of an object.
#[derive(Debug, Clone)]
pub(in super::super) struct Template {
    parts: Vec<Part>,
}

/// A path with the text around it, which stands only where there is a value.
#[derive(Debug, Clone)]
struct Part {
    before: String,
    path: String,
    after: String,
    /// All values of the name, separated by commas.
    all: bool,
}

impl Template {
    /// Reads `{a}| ({b})|: {c*}`.
    pub(super) fn parse(text: &str) -> Option<Template> {
        let part = |text: &str| {
            let (before, rest) = text.split_once('{')?;
            let (path, after) = rest.split_once('}')?;
            let (path, all) = path.strip_suffix('*').map_or((path, false), |path| (path, true));
            Some(Part { before: before.to_owned(), path: path.to_owned(), after: after.to_owned(), all })
        };
        let parts = text.split('|').map(part).collect::<Option<Vec<Part>>>()?;
        Some(Template { parts })
    }
}

/// Puts a text together from the object in which the value stands; the line is written for the first part of it.
pub(super) fn compose(fill: &mut Fill, rule: &Rule, at: usize, template: &Template) {
    let Some(field) = rule.field else { return };
    let parent = fill.leaf(at).parent().to_owned();
    let mut text = String::new();
    let mut used = Vec::new();
    for part in &template.parts {
        let found = match part.all {
            true => fill.leaves.find_all(&parent, &part.path),
            false => fill.leaves.find_beside(at, &part.path).into_iter().collect(),
        };
        let found: Vec<usize> = found.into_iter().filter(|index| !fill.leaf(*index).text.trim().is_empty()).collect();
        if found.is_empty() {
            continue;
        }
        let values = found.iter().map(|index| plain(&resolved(fill, &fill.leaf(*index).text), fill.words == "usdm"));
        let values: Vec<String> = values.collect();
        text.push_str(&part.before);
        text.push_str(&values.join(", "));
        text.push_str(&part.after);
        used.extend(found);
    }
    let inline = fill.catalogue.inline_field(fill.catalogue.field(field).scope).is_some();
    let key = fill.row_key(rule, at, 0);
    let put = fill.put_in(field, &key, at, text.trim(), !inline);
    if put.is_ok() {
        look(fill, rule, at, &text);
    }
    let unresolved = text.contains(HOLE);
    if unresolved && put.is_ok() {
        fill.say("IX-0056", at, Some(field), &[("label", fill.catalogue.field(field).label.clone())]);
    }
    if !used.contains(&at) {
        used.push(at);
    }
    for index in used {
        match put {
            Ok(field) if unresolved && fill.leaf(index).text.contains("usdm:tag") => {
                fill.settle(index, Disposition::Part(vec![field], why::UNRESOLVED.to_owned()));
            }
            put => fill.settle_put(index, put),
        }
    }
}

/// Splits the acronym from a title: registries deliver `title - acronym`.
pub(super) fn title(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    let split = text
        .rsplit_once(" - ")
        .filter(|(title, acronym)| !acronym.is_empty() && acronym.chars().count() <= title.chars().count());
    let (Some((title, acronym)), Some(field)) = (split, rule.field) else { return self::text(fill, rule, at, false) };
    // An acronym of its own in the record is better than one cut from the title.
    let id = fill.catalogue.field(field).id.replace("title", "acronym");
    let has_own = fill.text_of(&id) == acronym;
    let parts = vec![fill.put_in(field, "", at, title.trim_end(), false), fill.put_id(&id, "", at, acronym)];
    if !has_own {
        fill.say("IX-0053", at, Some(field), &[("title", title.into()), ("acronym", acronym.into())]);
    }
    settle_parts(fill, at, parts);
}

/// Takes a condition; jRCT delivers its keywords behind a break, and behind a semicolon its codes.
pub(super) fn condition(fill: &mut Fill, rule: &Rule, at: usize) {
    let raw = fill.leaf(at).text.clone();
    let text = plain(&raw, false);
    let (name, rest) = match text.split_once('\n') {
        Some((name, rest)) if fill.registry == "jrct" => (name.trim().to_owned(), squeeze(rest)),
        _ => (text, String::new()),
    };
    let put = match fill.tables.says_nothing(&name) {
        true => Err(why::NOTHING),
        false => fill.put(rule, at, &name),
    };
    look(fill, rule, at, &name);
    let mut parts = vec![put];
    let (keyword, code) = rest.split_once(';').unwrap_or((&rest, ""));
    let key = format!("{}#keyword", fill.leaf(at).key);
    for (id, text) in [("terms.keyword_en", keyword), ("terms.code", code)] {
        if !text.trim().is_empty() {
            parts.push(fill.put_id(id, &key, at, text));
        }
    }
    if parts.len() > 1 {
        parts.push(fill.put_id("terms.about", &key, at, "condition"));
    }
    settle_parts(fill, at, parts);
}

/// Takes a code or keyword, with what it is about.
pub(super) fn term(fill: &mut Fill, rule: &Rule, at: usize, about: &str) {
    let text = squeeze(&plain(&fill.leaf(at).text, false));
    if fill.tables.says_nothing(&text) {
        return fill.settle(at, Disposition::Lost(why::NOTHING.to_owned()));
    }
    let key = fill.row_key(rule, at, 0);
    let put = fill.put(rule, at, &text);
    if put.is_ok() {
        // Said of every term, so that it is no second value.
        let _about = fill.put_id("terms.about", &key, at, about);
    }
    fill.settle_put(at, put);
}

/// Takes URLs, each a row.
pub(super) fn links(fill: &mut Fill, rule: &Rule, at: usize) {
    let text = plain(&fill.leaf(at).text, false);
    let Some(field) = rule.field else { return };
    let urls: Vec<String> = text.split([' ', '\n', ';', '\t']).filter(|url| !url.is_empty()).map(str::to_owned).collect();
    let mut parts = Vec::new();
    for url in urls {
        let is_url = url.split_once("://").is_some_and(|(_, rest)| !rest.is_empty());
        parts.push(if is_url { fill.put_in(field, &format!("link {url}"), at, &url, false) } else { Err(why::UNUSABLE) });
    }
    settle_parts(fill, at, parts);
}

/// Says of texts of different fields that are one and the same, that they are.
pub(in super::super) fn same_texts(fill: &mut Fill) {
    const SHORT: usize = 40;
    let is_title = |id: &str| id.contains("title") || id.contains("acronym");
    let mut seen: std::collections::BTreeMap<String, crate::model::FieldIx> = std::collections::BTreeMap::new();
    let leaves: Vec<_> = fill.root.leaves.iter().map(|(field, leaf)| (*field, leaf.clone())).collect();
    for (field, leaf) in leaves {
        let Scalar::Text(text) = &leaf.value else { continue };
        let known = fill.catalogue.field(field);
        if is_title(&known.id) || known.kind != Kind::Text || text.chars().count() < SHORT {
            continue;
        }
        match seen.get(text.as_ref()) {
            Some(first) => {
                let values = [("label", known.label.clone()), ("first", fill.catalogue.field(*first).label.clone())];
                let place = fill.sources.place(&leaf.origin);
                let id = known.id.clone();
                fill.say_at("IX-0044", place, (text, &id), &values);
            }
            None => {
                seen.insert(text.to_string(), field);
            }
        }
    }
}
