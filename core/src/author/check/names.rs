//! The names that text templates use: `record.…` is a field or a group, `form.…` an item. A template that names nothing
//! fails only once a trial comes that has the rest.

use std::collections::BTreeSet;

use regex::Regex;

use crate::files::Files;
use crate::model::{Catalogue, Form, Place, Text, TomlFile};
use crate::plugin::{Plugin, Renderer};

/// Finds the names that there are none of: the place, the name, and which one was probably meant.
pub(super) fn unknown(plugin: &Plugin, catalogue: &Catalogue, files: &Files) -> Vec<(Place, String, Text)> {
    let Ok(pattern) = Regex::new(r"\b(record|form)((?:\.[A-Za-z_][A-Za-z0-9_]*)+)") else { return Vec::new() };
    let known = Known::new(catalogue, &plugin.form);
    let mut found = Vec::new();
    for (name, text) in texts(plugin, files) {
        for named in pattern.captures_iter(&text) {
            let (Some(whole), Some(root), Some(path)) = (named.get(0), named.get(1), named.get(2)) else { continue };
            // `filing.form` and texts such as `form.docx` are no names of data.
            let is_inside = in_tag(&text, whole.start()) && !text.get(..whole.start()).is_some_and(|head| head.ends_with('.'));
            let path = path.as_str().trim_start_matches('.');
            let ids = if root.as_str() == "record" { &known.fields } else { &known.items };
            if !is_inside || ids.contains(path) {
                continue;
            }
            let near = ids.iter().map(|id| (strsim::damerau_levenshtein(id, path), id)).min();
            let near = near.filter(|(distance, id)| *distance * 3 <= id.len().max(path.len()));
            let meant = near.map_or_else(Text::default, |(_, id)| {
                let id = format!("{}.{id}", root.as_str());
                Text::new(format!("「{id}」の誤りではありませんか。"), format!("Did you mean `{id}`?"))
            });
            let line = crate::model::toml_file::line_column(&text, whole.start());
            let place = Place { file: files.display(&name), line, ..Place::default() };
            found.push((place, whole.as_str().to_owned(), meant));
        }
    }
    found
}

/// Returns all texts in which a plugin names fields, as one.
pub(super) fn all_text(plugin: &Plugin, files: &Files) -> String {
    let mut all: Vec<String> = texts(plugin, files).into_iter().map(|(_, text)| text).collect();
    for name in files.names() {
        if name.starts_with("documents/") || name == "deadlines.toml" || name == "shared.toml" {
            all.extend(files.read(&name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()));
        }
    }
    for template in plugin.word.values() {
        all.extend(template.fields().into_iter().map(|field| field.path));
    }
    let all = all.join("\n");
    all.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n")
}

/// Returns the files in which Tera stands, with their texts.
fn texts(plugin: &Plugin, files: &Files) -> Vec<(String, String)> {
    let rendered =
        plugin.manifest.outputs.iter().filter(|output| matches!(output.renderer, Renderer::Template | Renderer::Table));
    let templates = rendered.filter_map(|output| output.template.as_ref()).map(|name| format!("templates/{name}"));
    let mut names: Vec<String> = templates.collect();
    names.sort();
    names.dedup();
    names.insert(0, "plugin.toml".to_owned());
    names
        .into_iter()
        .filter_map(|name| Some((name.clone(), String::from_utf8(files.read(&name)?.into_owned()).ok()?)))
        .collect()
}

/// Returns whether a place lies between the marks of a tag.
fn in_tag(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let opened = before.rfind("{{").max(before.rfind("{%"));
    let closed = before.rfind("}}").max(before.rfind("%}"));
    opened.is_some() && opened > closed
}

/// Every name there is, and everything that names lie in.
struct Known {
    fields: BTreeSet<String>,
    items: BTreeSet<String>,
}

impl Known {
    fn new(catalogue: &Catalogue, form: &Form) -> Known {
        let mut known = Known { fields: BTreeSet::new(), items: BTreeSet::new() };
        let ids = catalogue.fields().map(|(_, field)| &field.id).chain(catalogue.scopes().map(|(_, scope)| &scope.id));
        for id in ids {
            heads(id, '.', &mut known.fields);
        }
        for item in form.items() {
            heads(&item.path, '/', &mut known.items);
        }
        known
    }
}

/// Enters a path and every path above it, with dots.
fn heads(path: &str, separator: char, into: &mut BTreeSet<String>) {
    let mut head = String::new();
    for part in path.split(separator) {
        if !head.is_empty() {
            head.push('.');
        }
        head.push_str(part);
        into.insert(head.clone());
    }
}

/// Returns the place of a key of `plugin.toml`.
pub(super) fn place(files: &Files, path: &str) -> Place {
    let line = TomlFile::read(files, "plugin.toml").map(|file| file.line_column(file.at(path))).unwrap_or_default();
    Place { file: files.display("plugin.toml"), line, ..Place::default() }
}
