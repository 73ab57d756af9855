//! `items.csv`: one row for each item of a form, in document order.

use std::collections::BTreeMap;

use super::{Cell, Condition, Identity, Item, ItemIx, ItemKind, Mark, Need};
use crate::files::Files;
use crate::model::DataError;
use crate::model::catalogue::read_csv;

/// Reads `items.csv`.
pub(super) struct ItemTable<'a> {
    pub(super) files: &'a Files,
    /// Path of the root where the form says it.
    pub(super) root: Option<&'a str>,
    pub(super) columns: &'a [String],
    pub(super) variants: &'a [String],
    pub(super) timings: &'a [String],
}

impl ItemTable<'_> {
    pub(super) fn read(&self) -> Result<Vec<Item>, DataError> {
        let name = "items.csv";
        let rows: Vec<BTreeMap<String, String>> = read_csv(self.files, name)?;
        let mut items: Vec<Item> = Vec::new();
        let mut paths: BTreeMap<String, ItemIx> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let bad = |problem: String| DataError::bad(&self.files.display(name), at + 2, problem);
            let mut item = self.item(row).map_err(bad)?;
            if at == 0 && self.root.is_some_and(|root| item.path != root) {
                return Err(bad("the first item is not the root".to_owned()));
            }
            if at > 0 {
                let parent = item.path.rsplit_once('/').map_or(Some(0), |(head, _)| paths.get(head).copied());
                let parent = parent.ok_or_else(|| bad("stands before its group".to_owned()))?;
                item.parent = Some(parent);
                let group = items.get_mut(parent).ok_or_else(|| bad("has no group".to_owned()))?;
                // A serial starts the row: it and all that follow in the group repeat together.
                let list =
                    if item.kind == ItemKind::Serial || !group.row.is_empty() { &mut group.row } else { &mut group.head };
                list.push(at);
            }
            if paths.insert(item.path.clone(), at).is_some() {
                return Err(bad("the path stands twice".to_owned()));
            }
            items.push(item);
        }
        if items.is_empty() {
            return Err(DataError::bad(&self.files.display(name), 1, "has no items"));
        }
        Ok(items)
    }

    /// Reads the conditions of items, once every path is known.
    pub(super) fn conditions(&self, items: &mut [Item], paths: &BTreeMap<String, ItemIx>) -> Result<(), DataError> {
        let rows: Vec<BTreeMap<String, String>> = read_csv(self.files, "items.csv")?;
        for (at, row) in rows.iter().enumerate() {
            let Some(text) = row.get("when").filter(|text| !text.is_empty()) else { continue };
            let bad = |problem: String| DataError::bad(&self.files.display("items.csv"), at + 2, problem);
            let condition = Condition::parse(text, |path| paths.get(path).copied()).map_err(bad)?;
            let in_row = condition.items().any(|item| in_row(items, item));
            if let Some(item) = items.get_mut(at) {
                item.when = Some(condition);
                item.when_in_row = in_row;
            }
        }
        Ok(())
    }

    fn item(&self, row: &BTreeMap<String, String>) -> Result<Item, String> {
        let cell = |column: &str| row.get(column).map(String::as_str).ok_or_else(|| format!("no column `{column}`"));
        let text = |column: &str| cell(column).map(|text| (!text.is_empty()).then(|| text.to_owned()));
        // Columns that forms of one language and without conditions do not have.
        let may = |column: &str| row.get(column).map(String::as_str).unwrap_or_default();
        let path = cell("path")?.to_owned();
        let kind = match cell("kind")? {
            "group" => ItemKind::Group,
            "value" => ItemKind::Value,
            "serial" => ItemKind::Serial,
            other => return Err(format!("unknown kind `{other}`")),
        };
        let mark = match cell("mark")? {
            "" => Mark::Group,
            "leaf" => Mark::Leaf,
            "row" => Mark::Row,
            "none" => Mark::Unmarked,
            other => return Err(format!("unknown mark `{other}`")),
        };
        let identity = match cell("identity")? {
            "" => Identity::None,
            "name" => Identity::Name,
            "row" => Identity::Row,
            other => return Err(format!("unknown identity `{other}`")),
        };
        let limit = match cell("limit")? {
            "" => None,
            digits => Some(digits.parse().map_err(|_| format!("limit `{digits}` is no number"))?),
        };
        let mut needs = Vec::new();
        for column in self.columns {
            needs.push(need(cell(column)?)?.ok_or_else(|| format!("column `{column}` is empty"))?);
        }
        let mut variants = Vec::new();
        for column in self.variants {
            variants.push(need(cell(column)?)?);
        }
        let mut timings = Vec::new();
        for column in self.timings {
            timings.push(Cell::parse(cell(column)?)?);
        }
        Ok(Item {
            element: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path,
            number: cell("no")?.to_owned(),
            kind,
            label: cell("label")?.to_owned(),
            label_en: may("label_en").to_owned(),
            limit,
            format: text("format")?,
            codes: text("codes")?,
            multi: Some(may("multi").to_owned()).filter(|multi| !multi.is_empty()),
            fixed: text("fixed")?,
            mark,
            novalue: cell("novalue")? == "y",
            identity,
            exempt: !cell("exempt")?.is_empty(),
            when: None,
            when_in_row: false,
            confirmed: !matches!(may("evidence"), "M" | "I"),
            public: may("public").to_owned(),
            who: may("who").to_owned(),
            source: cell("source")?.to_owned(),
            head: Vec::new(),
            row: Vec::new(),
            parent: None,
            needs,
            variants,
            timings,
        })
    }
}

/// Returns whether an item stands in a row that repeats.
fn in_row(items: &[Item], item: ItemIx) -> bool {
    let mut child = item;
    while let Some(group) = items.get(child).and_then(|item| item.parent) {
        if items.get(group).is_some_and(|group| group.row.contains(&child)) {
            return true;
        }
        child = group;
    }
    false
}

fn need(letter: &str) -> Result<Option<Need>, String> {
    Ok(Some(match letter {
        "" => return Ok(None),
        "R" => Need::Required,
        "C" => Need::Conditional,
        "O" => Need::Optional,
        "N" => Need::Blank,
        "A" => Need::System,
        "-" => Need::Absent,
        other => return Err(format!("unknown letter `{other}`")),
    }))
}
