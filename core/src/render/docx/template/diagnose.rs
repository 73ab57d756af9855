//! Finds all that is wrong, tag by tag: what Tera refuses when it compiles, and with data what fails when it prints.

use std::sync::{Arc, Mutex};

use tera::{Context, Kwargs, State, Tera, Value};

use super::Template;
use super::block::Item;
use super::check::unknown;
use super::expression::{Expression, Step, parse, parse_for, parse_set};
use super::filters;
use super::jinja;
use super::names::nearest;
use super::print;
use super::problem::{FILTER, FUNCTION, JINJA, NO_LIST, Problem, SYNTAX, TEST, UNDEFINED};
use super::session::with;
use super::tag::{Kind, Tag};
use super::trouble::Trouble;
use crate::limits;

/// How many names are said to be like one.
const NAMED: usize = 8;

/// Returns what Tera refuses in the tags of a template.
pub(super) fn syntax(template: &Template) -> Vec<Problem> {
    let mut scratch = Tera::new();
    scratch.register_from(&template.tera);
    let mut problems = Vec::new();
    for tag in template.parts.iter().flat_map(|part| &part.tags) {
        problems.extend(of_tag(tag, &mut scratch));
    }
    problems
}

/// Returns what Tera refuses in one tag.
fn of_tag(tag: &Tag, scratch: &mut Tera) -> Vec<Problem> {
    let rest = tag.rest();
    let (source, keyword, expression) = match (tag.kind, tag.keyword()) {
        (Kind::Comment, _) => return Vec::new(),
        (Kind::Value, _) => (format!("{{{{ ({}) }}}}", tag.body), "", tag.body.as_str()),
        (Kind::Statement, "for") => (format!("{{% {} %}}{{% endfor %}}", tag.body), "for", rest),
        (Kind::Statement, "if" | "elif") => (format!("{{% if {rest} %}}{{% endif %}}"), "if", rest),
        (Kind::Statement, "set" | "set_global") if rest.contains('=') => (format!("{{% {} %}}", tag.body), "set", rest),
        _ => return Vec::new(),
    };
    let new = |code| Problem::new(code, &tag.place, &tag.source);
    if expression.is_empty() {
        return vec![new(SYNTAX).with("problem", crate::model::Text::new("中が空です", "it is empty"))];
    }
    let Err(error) = scratch.add_raw_template("tag", &source) else {
        // `loop` is Tera's in a loop only, and its fields are known there.
        return Vec::new();
    };
    if let Some(instead) = jinja::hint(keyword, expression) {
        return vec![new(JINJA).with("instead", instead)];
    }
    let read = match keyword {
        "for" => parse_for(rest).map(|(_, source)| source),
        "set" => parse_set(rest).map(|(_, value)| value),
        _ => parse(expression),
    };
    let mut problems = Vec::new();
    if let Some(read) = read {
        let mut used = Vec::new();
        gather(&read, &mut used);
        for (code, name) in used {
            let (probe, known): (String, &[&str]) = match code {
                FILTER => (format!("{{{{ 0 | {name} }}}}"), &filters::FILTERS),
                FUNCTION => (format!("{{{{ {name}() }}}}"), &filters::FUNCTIONS),
                _ => (format!("{{{{ 0 is {name} }}}}"), &filters::TESTS),
            };
            if scratch.add_raw_template("name", &probe).is_err() {
                let near = nearest(&name, known.iter().copied(), NAMED).join(", ");
                problems.push(new(code).with("name", name.as_str()).with("known", near));
            }
        }
    }
    if problems.is_empty() {
        problems.push(new(SYNTAX).with("problem", said(&error)));
    }
    problems
}

/// Returns what an error of Tera says, without the picture of the source.
fn said(error: &tera::Error) -> String {
    match error.kind() {
        tera::ErrorKind::SyntaxError(report) | tera::ErrorKind::RenderingError(report) => report.message().to_owned(),
        _ => error.to_string().lines().next().unwrap_or_default().to_owned(),
    }
}

/// Gathers the filters, functions and tests of an expression.
fn gather(expression: &Expression, used: &mut Vec<(&'static str, String)>) {
    match expression {
        Expression::Path(..) => {}
        Expression::Filter(value, name, arguments) => {
            gather(value, used);
            used.push((FILTER, name.clone()));
            arguments.iter().for_each(|argument| gather(argument, used));
        }
        Expression::Test(value, name, arguments) => {
            gather(value, used);
            used.push((TEST, name.clone()));
            arguments.iter().for_each(|argument| gather(argument, used));
        }
        Expression::Call(name, arguments) => {
            used.push((FUNCTION, name.clone()));
            arguments.iter().for_each(|argument| gather(argument, used));
        }
        Expression::Each(item, _, source, condition) => {
            gather(item, used);
            gather(source, used);
            condition.iter().for_each(|condition| gather(condition, used));
        }
        Expression::Other(inner) => inner.iter().for_each(|inner| gather(inner, used)),
    }
}

/// Returns what fails when the tags of a template are filled with data; branches that are not taken are not judged.
pub(super) fn values(template: &Template, data: &Context) -> Vec<Problem> {
    let kept: Arc<Mutex<Option<Value>>> = Arc::default();
    let mut tera = Tera::new();
    tera.register_from(&template.tera);
    let keep = Arc::clone(&kept);
    tera.register_filter("tdk_keep", move |value: &Value, _: Kwargs, _: &State| -> String {
        if let Ok(mut keep) = keep.lock() {
            *keep = Some(value.clone());
        }
        String::new()
    });
    let mut run = Run { template, tera, kept, data: data.clone(), problems: Vec::new(), left: limits::DOCX_DIAGNOSED };
    for part in &template.parts {
        with(|session| session.part.clone_from(&part.name));
        run.items(&part.items, &part.tags);
        // What a part sets is not seen by the next.
        run.data = data.clone();
    }
    run.problems
}

struct Run<'t> {
    template: &'t Template,
    tera: Tera,
    kept: Arc<Mutex<Option<Value>>>,
    data: Context,
    problems: Vec<Problem>,
    /// How many more values are looked at.
    left: usize,
}

impl Run<'_> {
    fn items(&mut self, items: &[Item], tags: &[Tag]) {
        for item in items {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            match item {
                Item::Value(number, site) => {
                    let (Some(tag), Some(site)) = (tags.get(*number), self.template.sites.get(*site)) else { continue };
                    let printed = self.value(&tag.body).and_then(|value| print::print(&value, &site.around).map(drop));
                    if let Err(trouble) = printed {
                        self.say(tag, &tag.body, trouble);
                    }
                }
                Item::Set(number) => {
                    let Some(tag) = tags.get(*number) else { continue };
                    let Some((name, value)) = tag.rest().split_once('=') else { continue };
                    match self.value(value) {
                        Ok(value) => self.data.insert_value(name.trim().to_owned(), value),
                        Err(trouble) => self.say(tag, value, trouble),
                    }
                }
                // What comes after it in this round is judged all the same: the mistake would show in another one.
                Item::Leave(_) => {}
                Item::Block(branches) => self.block(branches, tags),
            }
        }
    }

    fn block(&mut self, branches: &[(usize, Vec<Item>)], tags: &[Tag]) {
        for (number, inner) in branches {
            let Some(tag) = tags.get(*number) else { continue };
            match tag.keyword() {
                "for" => {
                    if self.each(tag, inner, tags) {
                        return;
                    }
                }
                "if" | "elif" => match self.value(tag.rest()) {
                    Ok(value) if value.is_truthy() => return self.items(inner, tags),
                    Ok(_) => {}
                    Err(trouble) => return self.say(tag, tag.rest(), trouble),
                },
                _ => return self.items(inner, tags),
            }
        }
    }

    /// Goes through a loop; returns whether there was anything to go through.
    fn each(&mut self, tag: &Tag, inner: &[Item], tags: &[Tag]) -> bool {
        let source = tag.rest().split_once(" in ");
        let Some((names, source)) = source else { return true };
        let value = match self.value(source) {
            Ok(value) => value,
            Err(trouble) => {
                self.say(tag, source, trouble);
                return true;
            }
        };
        if value.is_undefined() {
            self.say(tag, source, Trouble::new(UNDEFINED));
            return true;
        }
        let names: Vec<String> = names.split(',').map(|name| name.trim().to_owned()).collect();
        let rounds: Vec<(Value, Value)> = if let Some(list) = value.as_array() {
            list.iter().map(|item| (Value::none(), item.clone())).collect()
        } else if let Some(map) = value.as_map() {
            map.iter().map(|(key, item)| (key.as_value(), item.clone())).collect()
        } else if let Some(text) = value.as_str() {
            text.chars().map(|c| (Value::none(), Value::from(c.to_string()))).collect()
        } else {
            self.problems
                .push(Problem::new(NO_LIST, &tag.place, &tag.source).with("path", source.trim()).with("kind", value.name()));
            return true;
        };
        let before = self.data.clone();
        let length = rounds.len();
        for (at, (key, item)) in rounds.into_iter().enumerate() {
            if self.left == 0 {
                break;
            }
            match names.as_slice() {
                [first, second] => {
                    self.data.insert_value(first.clone(), key);
                    self.data.insert_value(second.clone(), item);
                }
                [only] => self.data.insert_value(only.clone(), item),
                _ => {}
            }
            let round = serde_json::json!({
                "index": at + 1, "index0": at, "first": at == 0, "last": at + 1 == length, "length": length,
            });
            self.data.insert("loop", &round);
            self.items(inner, tags);
        }
        self.data = before;
        length > 0
    }

    /// Works out an expression.
    fn value(&mut self, expression: &str) -> Result<Value, Trouble> {
        let source = format!("{{{{ ({expression}) | tdk_keep }}}}");
        self.tera.render_str(&source, &self.data, false).map_err(|error| Trouble::read(&said(&error)))?;
        let kept = self.kept.lock().ok().and_then(|mut kept| kept.take());
        Ok(kept.unwrap_or_else(Value::undefined))
    }

    /// Says what is wrong with a tag; of a field that is not there, which are.
    fn say(&mut self, tag: &Tag, expression: &str, trouble: Trouble) {
        let mut problem = Problem::new(trouble.code, &tag.place, &tag.source);
        let missing = parse(expression).and_then(|read| self.missing(&read));
        let is_tera = trouble.code == super::problem::FAILED
            && trouble.values.iter().any(|(_, text)| text.en.contains("is not defined") || text.en.contains("undefined"));
        match missing {
            Some((path, known)) if is_tera || trouble.code == UNDEFINED => {
                problem = unknown(Problem { code: UNDEFINED, ..problem }, &path, &known);
            }
            _ if trouble.code == super::problem::FAILED
                && let Some(instead) = jinja::hint("", expression) =>
            {
                problem = Problem { code: JINJA, ..problem }.with("instead", instead);
            }
            _ if trouble.code == UNDEFINED => problem = unknown(problem, expression.trim(), &[]),
            _ => problem.values = trouble.values,
        }
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    /// Returns the first path of an expression that leads nowhere, and the fields that are there instead.
    fn missing(&self, expression: &Expression) -> Option<(String, Vec<String>)> {
        match expression {
            Expression::Path(name, steps) => self.lost(name, steps),
            Expression::Filter(value, _, arguments) | Expression::Test(value, _, arguments) => {
                self.missing(value).or_else(|| arguments.iter().find_map(|argument| self.missing(argument)))
            }
            Expression::Call(_, inner) | Expression::Other(inner) => inner.iter().find_map(|inner| self.missing(inner)),
            Expression::Each(_, _, source, _) => self.missing(source),
        }
    }

    fn lost(&self, name: &str, steps: &[Step]) -> Option<(String, Vec<String>)> {
        let Some(mut value) = self.data.get(name) else {
            // The names of the data cannot be listed by Tera; those of this template's own loops could mislead.
            return Some((name.to_owned(), Vec::new()));
        };
        let mut path = name.to_owned();
        for step in steps {
            let Step::Field(name) = step else { return None };
            path.extend([".", name]);
            let known = value.as_map();
            match known.and_then(|map| map.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)) {
                Some(inner) => value = inner,
                None => {
                    let names = known.into_iter().flatten().filter_map(|(key, _)| key.as_str());
                    return Some((path, nearest(name, names, NAMED)));
                }
            }
        }
        value.is_undefined().then_some((path, Vec::new()))
    }
}
