//! Values of the record by the paths of the settings.

use serde_json::Value;

/// A place where a path leads: the indices of the rows on its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The path's lists and the row in each.
    rows: Vec<(String, usize)>,
}

/// Returns all spots of the rows through which a path such as `sites.investigators.name` leads.
pub(crate) fn spots(record: &Value, path: &str) -> Vec<Spot> {
    let mut spots = vec![(Spot::default(), record, String::new())];
    for part in path.split('.') {
        let mut next = Vec::new();
        for (spot, value, at) in spots {
            let at = if at.is_empty() { part.to_owned() } else { format!("{at}.{part}") };
            match value.get(part) {
                Some(Value::Array(rows)) => {
                    for (index, row) in rows.iter().enumerate() {
                        let mut spot = spot.clone();
                        spot.rows.push((at.clone(), index));
                        next.push((spot, row, at.clone()));
                    }
                }
                Some(value) => next.push((spot, value, at)),
                None => {}
            }
        }
        spots = next;
    }
    spots.into_iter().map(|(spot, ..)| spot).collect()
}

/// Returns the JSON pointer of a field in the rows of a spot; nothing where it lies in a list that the spot does not go through.
pub(crate) fn pointer(record: &Value, spot: &Spot, path: &str) -> Option<String> {
    let mut value = record;
    let (mut pointer, mut at) = (String::new(), String::new());
    for part in path.split('.') {
        at = if at.is_empty() { part.to_owned() } else { format!("{at}.{part}") };
        value = value.get(part)?;
        pointer = format!("{pointer}/{part}");
        if let Value::Array(rows) = value {
            let (_, index) = spot.rows.iter().find(|(list, _)| *list == at)?;
            value = rows.get(*index)?;
            pointer = format!("{pointer}/{index}");
        }
    }
    Some(pointer)
}

/// Returns the trimmed text of a field in the rows of a spot, empty where there is none.
pub(crate) fn text(record: &Value, spot: &Spot, path: &str) -> String {
    let value = pointer(record, spot, path).and_then(|pointer| record.pointer(&pointer).cloned());
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Returns the text of a field outside of lists, or of the first row of each.
pub(crate) fn first(record: &Value, path: &str) -> String {
    let found = spots(record, path).iter().map(|spot| text(record, spot, path)).find(|text| !text.is_empty());
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_leads_through_the_rows_of_its_lists() {
        let record = json!({ "sites": [
            { "name": "甲", "people": [{ "name": "a" }, { "name": "b" }] },
            { "name": "乙", "people": [] },
            { "name": "丙", "people": [{ "name": "c" }] },
        ] });
        let seen: Vec<(String, String, Option<String>)> = spots(&record, "sites.people.name")
            .iter()
            .map(|spot| {
                let text = |path| text(&record, spot, path);
                (text("sites.people.name"), text("sites.name"), pointer(&record, spot, "sites.people.name"))
            })
            .collect();
        let row = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), Some(c.to_owned()));
        let wanted = [
            row("a", "甲", "/sites/0/people/0/name"),
            row("b", "甲", "/sites/0/people/1/name"),
            row("c", "丙", "/sites/2/people/0/name"),
        ];
        assert_eq!(seen, wanted);
        assert_eq!(first(&record, "sites.name"), "甲");
        assert_eq!(first(&record, "other.name"), "");
    }
}
