//! `--settings FILE.toml`: what a user sets for plugins, and the tables that they are given.
//!
//! ```toml
//! [training]                          # the id of a plugin
//! near = 30                           # anything its own settings have
//! [training.tables]
//! completions = ["icrweb.csv"]        # files, relative to this one
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::files::Files;
use crate::model::{DataError, TomlFile};
use crate::plugin::Plugin;

/// The key under which the files of tables stand.
const TABLES: &str = "tables";

/// What is set, by plugin id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    plugins: BTreeMap<String, OfPlugin>,
}

/// What is set for one plugin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OfPlugin {
    /// Anything but the tables.
    pub values: Value,
    /// The files of each table.
    pub tables: BTreeMap<String, Vec<PathBuf>>,
}

impl Settings {
    /// Reads a file of settings for the plugins there are.
    ///
    /// # Errors
    /// Returns every place that does not fit: no TOML, no such plugin, no such table, files that are no list of texts.
    pub fn read(path: &Path, plugins: &BTreeMap<String, Plugin>) -> Result<Settings, Vec<DataError>> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let file = TomlFile::read(&Files::Folder(folder.to_path_buf()), &name).map_err(|error| vec![error])?;
        let raw: Map<String, Value> = file.parse().map_err(|error| vec![error])?;
        let mut settings = Settings::default();
        let mut problems = Vec::new();
        for (id, value) in raw {
            let at = file.find(&id);
            let Some(plugin) = plugins.get(&id) else {
                let known: Vec<&str> =
                    plugins.values().filter(|plugin| plugin.manifest.code.is_some()).map(Plugin::id).collect();
                problems.push(file.error(at, &format!("no plugin `{id}`; settings are for: {}", known.join(", "))));
                continue;
            };
            let Value::Object(mut values) = value else {
                problems.push(file.error(at, &format!("`{id}` must be a table")));
                continue;
            };
            if plugin.manifest.code.is_none() {
                problems.push(file.error(at, &format!("plugin `{id}` has no code, so there is nothing to set")));
                continue;
            }
            let mut tables = BTreeMap::new();
            match values
                .remove(TABLES)
                .map_or_else(|| Ok(BTreeMap::new()), serde_json::from_value::<BTreeMap<String, Vec<String>>>)
            {
                Ok(named) => {
                    for (table, files) in named {
                        if plugin.manifest.tables.iter().any(|known| known.id == table) {
                            tables.insert(table, files.iter().map(|file| folder.join(file)).collect());
                        } else {
                            let known: Vec<&str> = plugin.manifest.tables.iter().map(|table| table.id.as_str()).collect();
                            let problem = format!("plugin `{id}` has no table `{table}`; it has: {}", known.join(", "));
                            problems.push(file.error(file.find(&table), &problem));
                        }
                    }
                }
                Err(_) => problems.push(file.error(at, &format!("`{id}.tables`: each table is a list of file names"))),
            }
            settings.plugins.insert(id, OfPlugin { values: Value::Object(values), tables });
        }
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    /// Returns what is set for a plugin.
    pub fn of(&self, plugin: &str) -> Option<&OfPlugin> {
        self.plugins.get(plugin)
    }
}

/// Lays settings over others: objects key by key, lists of objects that have an `id` by it, anything else as a whole.
pub fn over(base: &Value, above: &Value) -> Value {
    match (base, above) {
        (Value::Object(base), Value::Object(above)) => {
            let mut merged = base.clone();
            for (key, value) in above {
                let laid = merged.get(key).map_or_else(|| value.clone(), |under| over(under, value));
                merged.insert(key.clone(), laid);
            }
            Value::Object(merged)
        }
        (Value::Array(base), Value::Array(above)) if base.iter().chain(above).all(|entry| id(entry).is_some()) => {
            let mut merged = base.clone();
            for value in above {
                match merged.iter_mut().find(|known| id(known) == id(value)) {
                    Some(known) => *known = over(known, value),
                    None => merged.push(value.clone()),
                }
            }
            Value::Array(merged)
        }
        _ => above.clone(),
    }
}

fn id(entry: &Value) -> Option<&str> {
    entry.get("id").and_then(Value::as_str)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_lie_over_others_key_by_key() {
        let base = json!({"a": 1, "b": {"c": 2, "d": 3}, "rules": [{"id": "x", "n": 1, "m": 2}, {"id": "y"}], "list": [1, 2]});
        let above = json!({"b": {"c": 9}, "rules": [{"id": "x", "n": 5}, {"id": "z"}], "list": [7]});
        let merged = json!({"a": 1, "b": {"c": 9, "d": 3}, "rules": [{"id": "x", "n": 5, "m": 2}, {"id": "y"}, {"id": "z"}], "list": [7]});
        assert_eq!(over(&base, &above), merged);
    }
}
