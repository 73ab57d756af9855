//! Changes to a JSON record by paths such as `sites[0].irbs[1].type`.

use serde_json::{Map, Value};

/// One step of a path.
enum Step<'a> {
    Name(&'a str),
    Row(usize),
}

/// Puts a text at a path; an empty text takes the value away. A row number one past the last adds a row.
pub(super) fn set(record: &mut Value, path: &str, text: &str) -> Result<(), String> {
    let steps = steps(path)?;
    let Some((last, way)) = steps.split_last() else { return Err("an empty path".to_owned()) };
    let holder = walk(record, way, path)?;
    match last {
        Step::Name(name) => {
            let object = object(holder, path)?;
            if text.is_empty() {
                object.remove(*name);
            } else {
                object.insert((*name).to_owned(), Value::from(text));
            }
        }
        Step::Row(row) => *slot(holder, *row, path)? = if text.is_empty() { Value::Null } else { Value::from(text) },
    }
    Ok(())
}

/// Takes away a field, a list or a row.
pub(super) fn remove(record: &mut Value, path: &str) -> Result<(), String> {
    let steps = steps(path)?;
    let Some((last, way)) = steps.split_last() else { return Err("an empty path".to_owned()) };
    let holder = walk(record, way, path)?;
    let gone = match last {
        Step::Name(name) => object(holder, path)?.remove(*name),
        Step::Row(row) => holder.as_array_mut().filter(|rows| *row < rows.len()).map(|rows| rows.remove(*row)),
    };
    gone.map(|_| ()).ok_or_else(|| format!("nothing at `{path}` to remove"))
}

fn steps(path: &str) -> Result<Vec<Step<'_>>, String> {
    let mut steps = Vec::new();
    for part in path.split('.') {
        let (name, rows) = part.split_once('[').map_or((part, ""), |(name, rows)| (name, rows));
        steps.push(Step::Name(name));
        for row in rows.split('[').filter(|row| !row.is_empty()) {
            let number = row.strip_suffix(']').and_then(|row| row.parse().ok());
            steps.push(Step::Row(number.ok_or_else(|| format!("`{path}` is no path"))?));
        }
    }
    Ok(steps)
}

fn walk<'a>(record: &'a mut Value, way: &[Step], path: &str) -> Result<&'a mut Value, String> {
    let mut here = record;
    for step in way {
        here = match step {
            Step::Name(name) => object(here, path)?.entry(*name).or_insert(Value::Null),
            Step::Row(row) => slot(here, *row, path)?,
        };
    }
    Ok(here)
}

/// Takes a value as an object; nothing yet becomes an empty one.
fn object<'a>(value: &'a mut Value, path: &str) -> Result<&'a mut Map<String, Value>, String> {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().ok_or_else(|| format!("`{path}` runs through something that is no object"))
}

/// Takes a row of a list; nothing yet becomes an empty list, and one row may be added at its end.
fn slot<'a>(value: &'a mut Value, row: usize, path: &str) -> Result<&'a mut Value, String> {
    if value.is_null() {
        *value = Value::Array(Vec::new());
    }
    let rows = value.as_array_mut().ok_or_else(|| format!("`{path}` runs through something that is no list"))?;
    if row == rows.len() {
        rows.push(Value::Null);
    }
    rows.get_mut(row).ok_or_else(|| format!("`{path}`: there is no row {row}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_reach_into_rows_and_past_the_last_one() {
        let mut record = json!({"sites": [{"name": "a"}]});
        set(&mut record, "sites[0].name", "b").unwrap();
        set(&mut record, "sites[1].irbs[0].type", "院内ＩＲＢ").unwrap();
        set(&mut record, "main_drug.routes[0]", "11").unwrap();
        assert_eq!(
            record,
            json!({"sites": [{"name": "b"}, {"irbs": [{"type": "院内ＩＲＢ"}]}], "main_drug": {"routes": ["11"]}})
        );
        remove(&mut record, "sites[0]").unwrap();
        assert!(remove(&mut record, "sites[7]").is_err());
        assert!(set(&mut record, "sites[5].name", "x").is_err());
    }
}
