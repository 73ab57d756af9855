//! Citations: numbered in the order in which they are first cited, and the list of references in that order.

use std::collections::BTreeMap;

use super::fields::each_line;
use super::markers::{self, Marker};
use crate::render::docx::compose::text_run;
use crate::render::docx::tree::{Element, Node};

/// The numbers of what is cited.
#[derive(Debug, Clone, Default)]
pub(super) struct Citations {
    /// Keys in the order of first citation.
    pub(super) order: Vec<String>,
    numbers: BTreeMap<String, usize>,
}

impl Citations {
    /// Notes a citation.
    pub(super) fn cite(&mut self, key: &str) {
        if !self.numbers.contains_key(key) {
            self.order.push(key.to_owned());
            self.numbers.insert(key.to_owned(), self.order.len());
        }
    }

    /// Writes the numbers where citations are; neighbours are written together, `1,3–5`.
    pub(super) fn place(&self, root: &mut Element) {
        each_line(root, &mut |children| {
            let mut at = 0;
            while at < children.len() {
                let rest = children.get(at..).unwrap_or_default();
                let keys = rest.iter().map_while(|node| match markers::of_run(node) {
                    Some(Marker::Citation(key)) => Some(self.numbers.get(key).copied()),
                    _ => None,
                });
                let numbers: Vec<Option<usize>> = keys.collect();
                if !numbers.is_empty() {
                    let looks = rest.first().and_then(Node::element).and_then(|run| run.child("w:rPr")).cloned();
                    let run = text_run(&together(numbers.iter().flatten().copied().collect()), raised(looks));
                    children.splice(at..at + numbers.len(), [run.into()]);
                }
                at += 1;
            }
        });
    }

    /// Puts the entries that stand together into the order of citation, those that are not cited last, and numbers them.
    pub(super) fn order_entries(&mut self, element: &mut Element) {
        let mut at = 0;
        while at < element.children.len() {
            let keys = element.children.get(at..).unwrap_or_default().iter().map_while(entry);
            let keys: Vec<String> = keys.collect();
            if keys.is_empty() {
                if let Some(child) = element.children.get_mut(at).and_then(Node::element_mut) {
                    self.order_entries(child);
                }
                at += 1;
                continue;
            }
            let mut numbers = self.numbers.clone();
            for key in &keys {
                let next = numbers.len() + 1;
                numbers.entry(key.clone()).or_insert(next);
            }
            let range = at..at + keys.len();
            let mut entries: Vec<(usize, Node)> = keys
                .iter()
                .map(|key| numbers.get(key).copied().unwrap_or_default())
                .zip(element.children.drain(range))
                .collect();
            entries.sort_by_key(|(number, _)| *number);
            let count = entries.len();
            let numbered = entries.into_iter().map(|(number, mut entry)| {
                if let Some(paragraph) = entry.element_mut() {
                    write_number(paragraph, number);
                }
                entry
            });
            let numbered: Vec<Node> = numbered.collect();
            element.children.splice(at..at, numbered);
            at += count;
        }
    }
}

/// Returns the key of the entry a paragraph is.
fn entry(node: &Node) -> Option<String> {
    let paragraph = node.element().filter(|element| element.is("w:p"))?;
    markers::of(paragraph).iter().find_map(|marker| match marker {
        Marker::Entry(key) => Some((*key).to_owned()),
        _ => None,
    })
}

fn write_number(paragraph: &mut Element, number: usize) {
    for node in &mut paragraph.children {
        if !matches!(markers::of_run(node), Some(Marker::Entry(_))) {
            continue;
        }
        let looks = node.element().and_then(|run| run.child("w:rPr")).cloned();
        *node = text_run(&format!("{number}.\t"), looks.unwrap_or_else(|| Element::new("w:rPr"))).into();
    }
}

fn raised(looks: Option<Element>) -> Element {
    let mut looks = looks.unwrap_or_else(|| Element::new("w:rPr"));
    looks.children.retain(|child| !child.element().is_some_and(|known| known.is("w:vertAlign")));
    let later = ["w:rtl", "w:cs", "w:em", "w:lang", "w:eastAsianLayout", "w:specVanish", "w:oMath"];
    let is_later = |node: &Node| node.element().is_some_and(|element| later.contains(&element.name.as_str()));
    let at = looks.children.iter().position(is_later).unwrap_or(looks.children.len());
    looks.children.insert(at, Element::new("w:vertAlign").with("w:val", "superscript").into());
    looks
}

/// Writes numbers in order, three and more in a row as a range.
fn together(mut numbers: Vec<usize>) -> String {
    numbers.sort_unstable();
    numbers.dedup();
    let mut rows: Vec<(usize, usize)> = Vec::new();
    for number in numbers {
        match rows.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => rows.push((number, number)),
        }
    }
    let row = |(first, last): &(usize, usize)| match last - first {
        0 => first.to_string(),
        1 => format!("{first},{last}"),
        _ => format!("{first}–{last}"),
    };
    rows.iter().map(row).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_in_a_row_are_a_range() {
        assert_eq!(super::together(vec![5, 1, 3, 4, 8, 9, 3]), "1,3–5,8,9");
    }
}
