//! Conditions under which a form asks for an item, over other items of the same form.
//!
//! `PATH=A|B`, `PATH!=A`, `PATH?` (filled), `PATH>=N`, `PATH<N`, joined by `&`. Numbers are compared as numbers, anything
//! else as it is written, which orders dates that the form writes with the year first.

use std::cmp::Ordering;

use super::ItemIx;

/// A condition of an item: all of its tests hold.
#[derive(Debug, Clone)]
pub struct Condition {
    tests: Vec<Test>,
}

#[derive(Debug, Clone)]
struct Test {
    item: ItemIx,
    op: Op,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Filled,
    AtLeast,
    Below,
}

impl Condition {
    /// Reads a condition; `find` looks up the path of an item.
    ///
    /// # Errors
    /// Returns the part that is none, or the path that no item has.
    pub(super) fn parse(text: &str, find: impl Fn(&str) -> Option<ItemIx>) -> Result<Condition, String> {
        let mut tests = Vec::new();
        for part in text.split('&').map(str::trim) {
            let (path, op, values) = split(part).ok_or_else(|| format!("`{part}` is no condition"))?;
            let item = find(path.trim()).ok_or_else(|| format!("`when`: no item `{}`", path.trim()))?;
            tests.push(Test { item, op, values: values.split('|').map(|value| value.trim().to_owned()).collect() });
        }
        Ok(Condition { tests })
    }

    /// Returns the items that it reads.
    pub fn items(&self) -> impl Iterator<Item = ItemIx> {
        self.tests.iter().map(|test| test.item)
    }

    /// Writes it for people; `label` names an item.
    pub fn display(&self, label: impl Fn(ItemIx) -> String) -> String {
        let test = |test: &Test| {
            let (label, values) = (label(test.item), test.values.join(" | "));
            match test.op {
                Op::Is => format!("{label} = {values}"),
                Op::IsNot => format!("{label} ≠ {values}"),
                Op::Filled => format!("{label} ≠ \"\""),
                Op::AtLeast => format!("{label} ≥ {values}"),
                Op::Below => format!("{label} < {values}"),
            }
        };
        self.tests.iter().map(test).collect::<Vec<_>>().join(" & ")
    }

    /// Returns whether it holds, given the text of each item.
    pub fn holds<'a>(&self, text: impl Fn(ItemIx) -> &'a str) -> bool {
        self.tests.iter().all(|test| test.holds(text(test.item)))
    }
}

impl Test {
    fn holds(&self, found: &str) -> bool {
        let named = || self.values.iter().any(|value| value == found);
        let against = || self.values.first().map(|value| compare(found, value));
        match self.op {
            Op::Is => named(),
            Op::IsNot => !named(),
            Op::Filled => !found.is_empty(),
            Op::AtLeast => !found.is_empty() && against().is_some_and(Ordering::is_ge),
            Op::Below => !found.is_empty() && against().is_some_and(Ordering::is_lt),
        }
    }
}

fn compare(found: &str, value: &str) -> Ordering {
    match (found.parse::<u64>(), value.parse::<u64>()) {
        (Ok(found), Ok(value)) => found.cmp(&value),
        _ => found.cmp(value),
    }
}

fn split(part: &str) -> Option<(&str, Op, &str)> {
    if let Some(path) = part.strip_suffix('?') {
        return Some((path, Op::Filled, ""));
    }
    for (sign, op) in [("!=", Op::IsNot), (">=", Op::AtLeast), ("<", Op::Below), ("=", Op::Is)] {
        if let Some((path, values)) = part.split_once(sign) {
            return Some((path, op, values));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str, found: &str) -> bool {
        Condition::parse(text, |path| (path == "a/b").then_some(7)).unwrap().holds(|_| found)
    }

    #[test]
    fn conditions_compare_texts_numbers_and_dates() {
        assert!(holds("a/b=介入|観察", "観察") && !holds("a/b=介入", "観察") && holds("a/b!=介入", "観察"));
        assert!(holds("a/b?", "x") && !holds("a/b?", ""));
        assert!(holds("a/b>=10", "10") && !holds("a/b>=10", "9") && holds("a/b<10", "9") && !holds("a/b<10", ""));
        assert!(holds("a/b>=2025/05/31", "2025/06/01") && !holds("a/b>=2025/05/31", "2025/05/30"));
        assert!(holds("a/b>=2 & a/b<5", "3") && !holds("a/b>=2 & a/b<5", "5"));
    }

    #[test]
    fn what_is_no_condition_is_told() {
        let read = |text: &str| Condition::parse(text, |path| (path == "a").then_some(0)).unwrap_err();
        assert_eq!(read("a"), "`a` is no condition");
        assert_eq!(read("c=1"), "`when`: no item `c`");
    }
}
