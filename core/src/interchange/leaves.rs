//! The values of one trial as a flat list: every leaf of the tree with its path, by which a mapping finds it.

use std::collections::BTreeMap;

use super::tree::Tree;
use crate::limits::INTERCHANGE_PATH_BYTES;
use crate::model::Origin;

/// Most values of one name that are read together; those beyond are accounted for as not taken.
const REPEATS: usize = 500;

/// One value of the input.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// Folded names joined by `/`, without numbers: what mappings are written against.
    pub(super) path: Box<str>,
    /// Folded names, each with its number among its like, `titles[2]/text[0]`: the one place of the value.
    pub(super) key: Box<str>,
    /// The path as people see it, in the file's own names; numbered only where a name repeats.
    pub(super) shown: Box<str>,
    /// The value.
    pub(super) text: Box<str>,
    /// Where it is.
    pub(super) origin: Origin,
}

impl Leaf {
    /// Returns the key of the part of the path that has so many names.
    pub(super) fn prefix(&self, names: usize) -> &str {
        if names == 0 {
            return "";
        }
        match self.key.match_indices('/').nth(names - 1) {
            Some((at, _)) => self.key.get(..at).unwrap_or_default(),
            None => &self.key,
        }
    }

    /// Returns the key of what the value stands in.
    pub(super) fn parent(&self) -> &str {
        self.key.rsplit_once('/').map_or("", |(parent, _)| parent)
    }
}

/// All values of one trial.
#[derive(Debug, Default)]
pub(super) struct Leaves {
    list: Vec<Leaf>,
    by_key: BTreeMap<Box<str>, usize>,
    /// What an `id` names: the key of the object it stands in.
    by_id: BTreeMap<Box<str>, Box<str>>,
    /// What a tag of a dictionary names: the object in which it stands, once for each dictionary.
    by_tag: BTreeMap<Box<str>, Vec<Box<str>>>,
    /// Bytes that the paths take.
    bytes: usize,
}

impl Leaves {
    /// Lays out a tree; nothing when there are more values than `most`.
    pub(super) fn new(tree: &Tree, most: usize) -> Option<Leaves> {
        let mut leaves = Leaves::default();
        let mut at = At::default();
        leaves.walk(tree, &mut at, most)?;
        for (index, leaf) in leaves.list.iter().enumerate() {
            leaves.by_key.insert(leaf.key.clone(), index);
            if leaf.key.ends_with("/id[0]") && !leaf.text.is_empty() {
                leaves.by_id.entry(leaf.text.clone()).or_insert_with(|| leaf.parent().into());
            }
            if leaf.key.ends_with("/tag[0]") && !leaf.text.is_empty() {
                leaves.by_tag.entry(leaf.text.clone()).or_default().push(leaf.parent().into());
            }
        }
        Some(leaves)
    }

    /// Returns all leaves in the order of the file.
    pub(super) fn list(&self) -> &[Leaf] {
        &self.list
    }

    /// Finds a leaf below an object by a path relative to it: `type/code`, `../name`, and `scopeId>label` for the label of
    /// what `scopeId` names. The first of each name is meant.
    pub(super) fn find(&self, from: &str, path: &str) -> Option<usize> {
        let (first, rest) = match path.split_once('>') {
            Some((first, rest)) => (first, Some(rest)),
            None => (path, None),
        };
        let index = *self.by_key.get(self.key(from, first).as_str())?;
        match rest {
            None => Some(index),
            Some(rest) => {
                let target = self.by_id.get(&self.list.get(index)?.text)?;
                self.find(target, rest)
            }
        }
    }

    /// Finds a leaf beside another one. Where the other one's own name is asked for, it is meant, and not the first of its
    /// name.
    pub(super) fn find_beside(&self, at: usize, path: &str) -> Option<usize> {
        let leaf = self.list.get(at)?;
        let own = leaf.path.rsplit('/').next().unwrap_or_default();
        let (first, rest) = path.split_once('>').map_or((path, None), |(first, rest)| (first, Some(rest)));
        if fold_name(first) != own {
            return self.find(leaf.parent(), path);
        }
        match rest {
            None => Some(at),
            Some(rest) => self.find(self.by_id.get(&leaf.text)?, rest),
        }
    }

    /// Finds the leaf of a name in each object of a list.
    pub(super) fn find_each(&self, from: &str, list: &str, name: &str) -> Vec<usize> {
        let between = if from.is_empty() { "" } else { "/" };
        let key = |number: usize| format!("{from}{between}{}[{number}]/{}[0]", fold_name(list), fold_name(name));
        (0..REPEATS).map_while(|number| self.by_key.get(key(number).as_str()).copied()).collect()
    }

    /// Finds all leaves of a name that repeats below an object.
    pub(super) fn find_all(&self, from: &str, path: &str) -> Vec<usize> {
        let (object, name) = match path.rsplit_once('/') {
            Some((object, name)) => (self.key(from, object), name),
            None => (from.to_owned(), path),
        };
        let between = if object.is_empty() { "" } else { "/" };
        let key = |number: usize| format!("{object}{between}{}[{number}]", fold_name(name));
        (0..REPEATS).map_while(|number| self.by_key.get(key(number).as_str()).copied()).collect()
    }

    /// Returns what a tag of a study's dictionaries stands for: the value that its reference names. Nothing when the
    /// dictionaries do not agree.
    pub(super) fn tag(&self, name: &str) -> Option<&str> {
        let objects = self.by_tag.get(name)?;
        let reference = |object: &str| self.text(object, "reference");
        let first = reference(objects.first()?);
        // More dictionaries than that no study has; comparing all of a made-up file's would take its time.
        if objects.iter().take(20).any(|object| reference(object) != first) {
            return None;
        }
        let attribute = |name: &str| first.split(&format!("{name}=\"")).nth(1)?.split('"').next();
        let object = self.by_id.get(attribute("id")?)?;
        Some(self.text(object, attribute("attribute")?)).filter(|text| !text.is_empty())
    }

    /// Returns the text of a leaf found so, empty when there is none.
    pub(super) fn text(&self, from: &str, path: &str) -> &str {
        self.find(from, path).and_then(|index| self.list.get(index)).map_or("", |leaf| leaf.text.trim())
    }

    fn key(&self, from: &str, path: &str) -> String {
        let mut key = from.to_owned();
        for name in path.split('/') {
            if name == ".." {
                key.truncate(key.rfind('/').unwrap_or(0));
                continue;
            }
            if !key.is_empty() {
                key.push('/');
            }
            key.push_str(&fold_name(name));
            key.push_str("[0]");
        }
        key
    }

    fn walk(&mut self, tree: &Tree, at: &mut At, most: usize) -> Option<()> {
        match tree {
            Tree::Text(text, origin) => {
                self.bytes += at.path.len() + at.key.len() + at.shown.len();
                if self.list.len() >= most || self.bytes > INTERCHANGE_PATH_BYTES {
                    return None;
                }
                self.list.push(Leaf {
                    path: at.path.as_str().into(),
                    key: at.key.as_str().into(),
                    shown: at.shown.as_str().into(),
                    text: text.clone(),
                    origin: origin.clone(),
                });
            }
            Tree::List(items) => {
                for (number, item) in items.iter().enumerate() {
                    at.below("item", number, items.len() > 1, |at| self.walk(item, at, most))?;
                }
            }
            Tree::Object(entries) => {
                let mut counts: BTreeMap<String, usize> = BTreeMap::new();
                for (name, _) in entries {
                    *counts.entry(fold_name(name)).or_default() += 1;
                }
                let mut seen: BTreeMap<String, usize> = BTreeMap::new();
                for (name, value) in entries {
                    let folded = fold_name(name);
                    let first = seen.get(&folded).copied().unwrap_or(0);
                    let repeats = counts.get(&folded).is_some_and(|count| *count > 1);
                    // The values of a list are so many of its name, as elements of XML are.
                    let several = match value {
                        Tree::List(items) => items.as_slice(),
                        single => std::slice::from_ref(single),
                    };
                    let many = repeats || several.len() > 1;
                    for (number, item) in several.iter().enumerate() {
                        at.below(name, first + number, many, |at| self.walk(item, at, most))?;
                    }
                    seen.insert(folded, first + several.len());
                }
            }
        }
        Some(())
    }
}

/// The path while walking.
#[derive(Default)]
struct At {
    path: String,
    key: String,
    shown: String,
}

impl At {
    fn below(&mut self, name: &str, number: usize, many: bool, walk: impl FnOnce(&mut At) -> Option<()>) -> Option<()> {
        let lengths = (self.path.len(), self.key.len(), self.shown.len());
        for text in [&mut self.path, &mut self.key, &mut self.shown] {
            if !text.is_empty() {
                text.push('/');
            }
        }
        let folded = fold_name(name);
        self.path.push_str(&folded);
        self.key.push_str(&format!("{folded}[{number}]"));
        self.shown.extend(name.chars().take(crate::limits::FINDING_VALUE_CHARS).map(|c| if c.is_control() { ' ' } else { c }));
        if many {
            self.shown.push_str(&format!("[{}]", number + 1));
        }
        let walked = walk(self);
        self.path.truncate(lengths.0);
        self.key.truncate(lengths.1);
        self.shown.truncate(lengths.2);
        walked
    }
}

/// Folds a name: `Inclusion_Criteria`, `Inclusion Criteria` and `inclusion_criteria` are one.
pub(super) fn fold_name(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric() || matches!(c, '@' | '#')).flat_map(char::to_lowercase).take(120).collect()
}
