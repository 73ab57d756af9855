//! `items.csv`: one row for each item of a form, in document order.

use std::collections::BTreeMap;

use super::{Cell, Condition, Identity, Item, ItemIx, ItemKind, Mark, Need};
use crate::files::Files;
use crate::model::csv_file::CsvRow;
use crate::model::{CsvFile, DataError};

/// Reads `items.csv`.
pub(super) struct ItemTable<'a> {
    pub(super) files: &'a Files,
    /// Path of the root where the form says it.
    pub(super) root: Option<&'a str>,
    pub(super) columns: &'a [String],
    pub(super) variants: &'a [String],
    pub(super) timings: &'a [String],
}

/// The rows of the table as they stand in the file, to name the place of a cell.
pub(super) struct ItemRows {
    file: CsvFile,
    rows: Vec<CsvRow<BTreeMap<String, String>>>,
}

impl ItemRows {
    /// Makes an error at a cell of an item.
    pub(super) fn error(&self, item: ItemIx, column: &str, problem: &str) -> DataError {
        self.file.error(self.rows.get(item).map_or(0, |row| row.start), column, problem)
    }
}

impl ItemTable<'_> {
    /// Reads the items; what is wrong with one does not keep the others from being read.
    ///
    /// # Errors
    /// Returns that there are none.
    pub(super) fn read(&self) -> Result<(Vec<Item>, ItemRows, Vec<DataError>), Vec<DataError>> {
        let name = "items.csv";
        let file = CsvFile::read(self.files, name).map_err(|error| vec![error])?;
        let (rows, mut problems) = file.rows::<BTreeMap<String, String>>();
        let mut items: Vec<Item> = Vec::new();
        let mut paths: BTreeMap<String, ItemIx> = BTreeMap::new();
        for (at, row) in rows.iter().enumerate() {
            let mut bad = |(column, problem): (&str, String)| problems.push(file.error(row.start, column, &problem));
            let mut item = self.item(&row.value, &mut bad);
            if at == 0 && self.root.is_some_and(|root| item.path != root) {
                bad(("path", "the first item is not the root".to_owned()));
            }
            if at > 0 {
                let parent = item.path.rsplit_once('/').map_or(Some(0), |(head, _)| paths.get(head).copied());
                if parent.is_none() {
                    bad(("path", format!("`{}` stands before its group, or there is no such group", item.path)));
                }
                item.parent = Some(parent.unwrap_or(0));
                if let Some(group) = items.get_mut(parent.unwrap_or(0)) {
                    // A serial starts the row: it and all that follow in the group repeat together.
                    let list =
                        if item.kind == ItemKind::Serial || !group.row.is_empty() { &mut group.row } else { &mut group.head };
                    list.push(at);
                }
            }
            if paths.insert(item.path.clone(), at).is_some() {
                bad(("path", format!("the path `{}` stands twice", item.path)));
            }
            items.push(item);
        }
        if items.is_empty() {
            if problems.is_empty() {
                problems.push(DataError::bad(&self.files.display(name), "1:1", "has no items"));
            }
            return Err(problems);
        }
        Ok((items, ItemRows { file, rows }, problems))
    }

    /// Reads the conditions of items, once every path is known.
    pub(super) fn conditions(&self, items: &mut [Item], rows: &ItemRows, paths: &BTreeMap<String, ItemIx>) -> Vec<DataError> {
        let mut problems = Vec::new();
        for (at, row) in rows.rows.iter().enumerate() {
            let Some(text) = row.value.get("when").filter(|text| !text.is_empty()) else { continue };
            let condition = match Condition::parse(text, |path| paths.get(path).copied()) {
                Ok(condition) => condition,
                Err(problem) => {
                    problems.push(rows.error(at, "when", &problem));
                    continue;
                }
            };
            let in_row = condition.items().any(|item| in_row(items, item));
            if let Some(item) = items.get_mut(at) {
                item.when = Some(condition);
                item.when_in_row = in_row;
            }
        }
        problems
    }

    /// Reads one item; `bad` is told the column and what is wrong in it.
    fn item(&self, row: &BTreeMap<String, String>, bad: &mut impl FnMut((&str, String))) -> Item {
        // Columns that forms of one language and without conditions do not have are blank.
        let may = |column: &str| row.get(column).map(String::as_str).unwrap_or_default();
        let wanted = [
            "path", "no", "kind", "label", "limit", "format", "codes", "fixed", "mark", "novalue", "identity", "exempt",
            "source",
        ];
        let columns = self.columns.iter().chain(self.variants).chain(self.timings).map(String::as_str);
        for column in wanted.into_iter().chain(columns).filter(|column| !row.contains_key(*column)) {
            bad((column, format!("no column `{column}`")));
        }
        let text = |column: &str| Some(may(column).to_owned()).filter(|text| !text.is_empty());
        let path = may("path").to_owned();
        let kind = match may("kind") {
            "group" => ItemKind::Group,
            "value" => ItemKind::Value,
            "serial" => ItemKind::Serial,
            other => {
                bad(("kind", format!("unknown kind `{other}`; known are `group`, `value` and `serial`")));
                ItemKind::Value
            }
        };
        let mark = match may("mark") {
            "" => Mark::Group,
            "leaf" => Mark::Leaf,
            "row" => Mark::Row,
            "none" => Mark::Unmarked,
            other => {
                bad(("mark", format!("unknown mark `{other}`; known are `leaf`, `row`, `none` and blank")));
                Mark::Group
            }
        };
        let identity = match may("identity") {
            "" => Identity::None,
            "name" => Identity::Name,
            "row" => Identity::Row,
            other => {
                bad(("identity", format!("unknown identity `{other}`; known are `name`, `row` and blank")));
                Identity::None
            }
        };
        let limit = match may("limit") {
            "" => None,
            digits => digits.parse().map_err(|_| bad(("limit", format!("limit `{digits}` is no number")))).ok(),
        };
        let mut letter = |column: &String| {
            need(may(column)).unwrap_or_else(|problem| {
                bad((column, problem));
                Some(Need::Optional)
            })
        };
        let needs: Vec<Option<Need>> = self.columns.iter().map(&mut letter).collect();
        let variants = self.variants.iter().map(&mut letter).collect();
        for (column, _) in self.columns.iter().zip(&needs).filter(|(column, need)| need.is_none() && row.contains_key(*column))
        {
            bad((column, format!("column `{column}` is empty; it wants R, C, O, N, A or -")));
        }
        let needs = needs.into_iter().map(|need| need.unwrap_or(Need::Optional)).collect();
        let mut timings = Vec::new();
        for column in self.timings {
            timings.push(Cell::parse(may(column)).unwrap_or_else(|problem| {
                bad((column, problem));
                None
            }));
        }
        Item {
            element: path.rsplit('/').next().unwrap_or_default().to_owned(),
            path,
            number: may("no").to_owned(),
            kind,
            label: may("label").to_owned(),
            label_en: may("label_en").to_owned(),
            limit,
            format: text("format"),
            codes: text("codes"),
            multi: Some(may("multi").to_owned()).filter(|multi| !multi.is_empty()),
            fixed: text("fixed"),
            mark,
            novalue: may("novalue") == "y",
            identity,
            exempt: !may("exempt").is_empty(),
            when: None,
            when_in_row: false,
            confirmed: !matches!(may("evidence"), "M" | "I"),
            public: may("public").to_owned(),
            who: may("who").to_owned(),
            source: may("source").to_owned(),
            head: Vec::new(),
            row: Vec::new(),
            parent: None,
            needs,
            variants,
            timings,
        }
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
        other => return Err(format!("unknown letter `{other}`; known are R, C, O, N, A and -")),
    }))
}
