//! What the folder of a plugin adds to the catalogue: `fields.csv`, `groups.csv` and `codes/*.toml` of its own.
//!
//! The ids of its fields and groups have the plugin's id in them, with `_` for `-`: `our_hospital.budget` of the trial,
//! `sites.our_hospital.contact` of a row that the catalogue has. Its code lists are called `our-hospital-…`. So nothing
//! that is added later, here or elsewhere, can mean something else by the same name.

use std::collections::BTreeMap;

use super::{Catalogue, FieldRow, GroupRow, ScopeIx, ScopeKind, Section, serial_field};
use crate::files::Files;
use crate::model::{CsvFile, DataError, Lang, Text};

/// Files of a plugin's folder that add to the catalogue.
pub const OWN_FIELDS: &str = "fields.csv";
/// Repeat groups and headings of a plugin's own.
pub const OWN_GROUPS: &str = "groups.csv";
/// Folder of a plugin's own code lists.
pub const OWN_CODES: &str = "codes";

/// Returns what stands for a plugin in the ids of its fields.
pub fn prefix(plugin: &str) -> String {
    plugin.replace('-', "_")
}

impl Catalogue {
    /// Adds what a plugin's folder brings; `title` heads its fields where it has no heading for them.
    ///
    /// # Errors
    /// Returns every row that does not fit, with its place: an id that is not its own or is there already, a label that
    /// another field of the same sheet has, an unknown kind, list or key.
    pub fn add_own(&mut self, files: &Files, plugin: &str, title: &Text) -> Vec<DataError> {
        let mut problems = self.codes.add_own(&files.below(OWN_CODES), plugin);
        let mut own = Own { prefix: prefix(plugin), lists: Vec::new(), problems: Vec::new() };
        if files.read(OWN_GROUPS).is_some() {
            own.groups(self, files);
        }
        if files.read(OWN_FIELDS).is_some() {
            if !self.sections.iter().any(|section| section.id == own.prefix) {
                self.sections.push(Section { id: own.prefix.clone(), label: title.clone() });
            }
            own.fields(self, files);
        }
        own.finish(self, files);
        problems.extend(own.problems);
        problems
    }

    /// Returns whether an id is one that a plugin may give.
    fn is_own(&self, id: &str, prefix: &str) -> bool {
        let parts: Vec<&str> = id.split('.').collect();
        let Some(at) = parts.iter().position(|part| *part == prefix) else { return false };
        let head = parts.get(..at).unwrap_or_default().join(".");
        let is_word = |part: &&str| {
            let mut chars = part.chars();
            chars.next().is_some_and(|c| c.is_ascii_lowercase())
                && chars.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        self.scope_ids.contains_key(&head) && parts.len() > at + 1 && parts.iter().all(is_word)
    }

    /// Finds the field or group of the same sheet that already has a label.
    fn labelled(&self, scope: ScopeIx, label: &Text) -> Option<&str> {
        let same = |known: &Text| known.ja == label.ja || known.en == label.en;
        let scope = self.scope(scope);
        let field =
            scope.fields.iter().map(|field| self.field(*field)).find(|field| same(&field.label)).map(|field| field.id.as_str());
        let inline = || {
            let lists = scope.lists.iter().filter(|list| self.scope(**list).kind == ScopeKind::Inline);
            lists.map(|list| self.scope(*list)).find(|list| same(&list.label)).map(|list| list.id.as_str())
        };
        field.or_else(inline)
    }

    /// Finds the group whose sheet already has a name.
    fn sheet(&self, label: &Text) -> Option<&str> {
        let sheets = self.scopes.iter().filter(|scope| scope.kind != ScopeKind::Inline);
        let mut same = sheets.filter(|scope| scope.label.ja == label.ja || scope.label.en == label.en);
        same.next().map(|scope| scope.id.as_str())
    }
}

/// What a plugin adds, on its way in.
struct Own {
    prefix: String,
    /// Groups that were added, with the place of each.
    lists: Vec<(String, usize, String)>,
    problems: Vec<DataError>,
}

impl Own {
    fn not_own(&self, id: &str) -> String {
        let prefix = &self.prefix;
        format!(
            "`{id}`: the ids of a plugin's own fields and groups are `{prefix}.…`, or `GROUP.{prefix}.…` in a repeat group of the catalogue, in small letters, digits and `_`"
        )
    }

    fn groups(&mut self, catalogue: &mut Catalogue, files: &Files) {
        let file = match CsvFile::read(files, OWN_GROUPS) {
            Ok(file) => file,
            Err(error) => return self.problems.push(error),
        };
        let (rows, problems) = file.rows::<GroupRow>();
        self.problems.extend(problems);
        let mut keys = Vec::new();
        for row in rows {
            let (id, start, key) = (row.value.id.clone(), row.start, row.value.key.clone());
            let label = Text::new(row.value.ja.clone(), row.value.en.clone());
            let is_section = row.value.r#type == "section";
            let known = if is_section {
                catalogue.sections.iter().find(|known| known.id == id).map(|known| known.id.as_str())
            } else {
                None
            };
            let (column, problem) = if is_section && (id != self.prefix || known.is_some()) {
                ("id", format!("`{id}`: a plugin has one heading of its own, `{}`", self.prefix))
            } else if !is_section && !catalogue.is_own(&id, &self.prefix) {
                ("id", self.not_own(&id))
            } else if label.ja.is_empty() || label.en.is_empty() {
                ("ja", format!("`{id}` wants a label in both languages"))
            } else if let Some(other) = catalogue.sheet(&label).filter(|_| row.value.r#type != "inline") {
                ("ja", format!("the label `{}` is that of `{other}`", label.get(Lang::Ja)))
            } else {
                match catalogue.add_group(row.value, &mut keys) {
                    Ok(()) if is_section => continue,
                    Ok(()) => {
                        self.lists.push((id, start, key));
                        continue;
                    }
                    Err(problem) => ("type", problem),
                }
            };
            self.problems.push(file.error(start, column, &problem));
        }
    }

    fn fields(&mut self, catalogue: &mut Catalogue, files: &Files) {
        let file = match CsvFile::read(files, OWN_FIELDS) {
            Ok(file) => file,
            Err(error) => return self.problems.push(error),
        };
        let (rows, problems) = file.rows::<FieldRow>();
        self.problems.extend(problems);
        for row in rows {
            let id = row.value.id.clone();
            let label = Text::new(row.value.ja.clone(), row.value.en.clone());
            let (scope, _) = catalogue.split(&id);
            let (column, problem) = if !catalogue.is_own(&id, &self.prefix) {
                ("id", self.not_own(&id))
            } else if catalogue.field_ids.contains_key(&id) {
                ("id", format!("`{id}` stands twice"))
            } else if label.ja.is_empty() || label.en.is_empty() {
                ("ja", format!("`{id}` wants a label in both languages"))
            } else if let Some(other) = catalogue.labelled(scope, &label) {
                ("ja", format!("the label `{}` is that of `{other}` on the same sheet", label.get(Lang::Ja)))
            } else {
                match catalogue.add_field(row.value) {
                    Ok(()) => continue,
                    Err(problem) => ("kind", problem),
                }
            };
            self.problems.push(file.error(row.start, column, &problem));
        }
    }

    /// Gives the added groups their numbers and keys.
    fn finish(&mut self, catalogue: &mut Catalogue, files: &Files) {
        if self.lists.is_empty() {
            return;
        }
        let Ok(file) = CsvFile::read(files, OWN_GROUPS) else { return };
        for (id, start, key) in std::mem::take(&mut self.lists) {
            let Some(index) = catalogue.scope_ix(&id) else { continue };
            let kind = catalogue.scope(index).kind;
            let fields = catalogue.scope(index).fields.len();
            if kind == ScopeKind::Inline && fields != 1 {
                self.problems.push(file.error(
                    start,
                    "id",
                    &format!("the group `{id}` is of type `inline` and wants one field, not {fields}"),
                ));
            }
            if fields == 0 && kind == ScopeKind::List {
                self.problems.push(file.error(start, "id", &format!("the group `{id}` has no field in {OWN_FIELDS}")));
            }
            let is_numbered = file
                .rows::<BTreeMap<String, String>>()
                .0
                .iter()
                .any(|row| row.start == start && row.value.get("type").is_some_and(|kind| kind == "list"));
            if is_numbered && let Err(problem) = catalogue.add_field(serial_field(&id)) {
                self.problems.push(file.error(start, "id", &problem));
            }
            let field = catalogue.field_ix(&key);
            if !key.is_empty() && field.is_none() {
                self.problems.push(file.error(start, "key", &format!("no field `{key}`")));
            }
            if let Some(scope) = catalogue.scopes.get_mut(usize::from(index.0)).filter(|_| field.is_some()) {
                scope.key = field;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn added(files: &[(&str, &str)]) -> (Catalogue, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            write(folder.path(), name, text);
        }
        let mut catalogue = Catalogue::load(&Files::embedded("forms")).unwrap();
        let problems =
            catalogue.add_own(&Files::Folder(folder.path().to_path_buf()), "our-hospital", &Text::new("当院", "Ours"));
        let within = format!("{}/", folder.path().display());
        (catalogue, problems.iter().map(|problem| problem.to_string().replace(&within, "")).collect())
    }

    const FIELDS: &str = "id,kind,ja,en,example,note_ja,note_en\n";
    const GROUPS: &str = "id,type,key,ja,en,note_ja,note_en\n";
    const CODES: &str = "id = \"our-hospital-budget\"\nja = \"経費区分\"\nen = \"Budget\"\nsource = \"当院\"\neffective = \"2026-04-01\"\nclosed = true\ncanonical = true\nentries = [[\"1\", \"企業\", \"company\"]]\n";

    #[test]
    fn a_plugin_adds_fields_groups_and_codes_under_its_own_name() {
        let fields = format!(
            "{FIELDS}our_hospital.budget,code:our-hospital-budget,経費区分,Budget,1,,\nsites.our_hospital.crc,text,院内担当CRC,CRC in charge,,,\nour_hospital.rooms.name,text,部屋,Room,,,\n"
        );
        let groups = format!("{GROUPS}our_hospital.rooms,list,,使用する部屋,Rooms,,\n");
        let (catalogue, problems) = added(&[("fields.csv", &fields), ("groups.csv", &groups), ("codes/budget.toml", CODES)]);
        assert!(problems.is_empty(), "{problems:?}");
        let section = catalogue.field(catalogue.field_ix("our_hospital.budget").unwrap()).section.unwrap();
        assert_eq!(catalogue.sections[section].label.ja, "当院");
        let crc = catalogue.field(catalogue.field_ix("sites.our_hospital.crc").unwrap());
        assert_eq!(catalogue.scope(crc.scope).id, "sites");
        let rooms = catalogue.scope(catalogue.scope_ix("our_hospital.rooms").unwrap());
        assert_eq!(rooms.fields.len(), 2, "its own and the number of the row");
        assert!(rooms.serial.is_some());
    }

    #[test]
    fn what_clashes_or_is_not_its_own_is_told_with_its_place() {
        let fields = format!(
            "{FIELDS}trial.budget,text,予算,Money,,,\nour_hospital.a,txt,甲,A,,,\nour_hospital.b,text,試験ID,B,,,\nour_hospital.c,text,丙,C,,,\nour_hospital.c,text,丁,D,,,\nour_hospital.d,code:none,戊,E,,,\nour_hospital.Café,text,己,F,,,\n"
        );
        let (_, problems) = added(&[("fields.csv", &fields), ("codes/x.toml", &CODES.replace("our-hospital-budget", "phase"))]);
        let has = |start: &str, word: &str| problems.iter().any(|problem| problem.starts_with(start) && problem.contains(word));
        assert!(has("codes/x.toml:1:1", "our-hospital-"), "{problems:?}");
        assert!(has("fields.csv:2:1", "our_hospital."), "{problems:?}");
        assert!(has("fields.csv:3:16", "unknown kind `txt`"), "{problems:?}");
        assert!(has("fields.csv:4:21", "is that of `trial.id`"), "{problems:?}");
        assert!(has("fields.csv:6:1", "stands twice"), "{problems:?}");
        assert!(has("fields.csv:7:16", "no code list `none`"), "{problems:?}");
        assert!(has("fields.csv:8:1", "small letters"), "{problems:?}");
        assert_eq!(problems.len(), 7);
    }
}
