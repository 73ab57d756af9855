//! The catalogue: our canonical fields of a trial, written once and used by every destination.
//!
//! `fields.csv` has a row for each field, `groups.csv` a row for each section and repeat group. An id is a dotted
//! path; the longest prefix that names a repeat group is the field's scope, the rest its name there.

pub mod own;

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::files::Files;
use crate::model::{CodeLists, DataError, Text, Vocabularies};

/// Index of a field in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIx(pub u16);

/// Index of a scope: the trial itself, or a repeat group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeIx(pub u16);

impl ScopeIx {
    /// The trial itself.
    pub const ROOT: ScopeIx = ScopeIx(0);
}

/// How a field's text is normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Free text, kept as it is but for its edges.
    Text,
    /// A name people gave to a row; matched exactly.
    Key,
    /// A whole number, not negative.
    Int,
    /// A civil date.
    Date,
    /// A year of the common era.
    Year,
    /// One of a code list.
    Code(String),
    /// Exactly that many half-width digits, leading zeros kept.
    Digits(usize),
    /// A symbol whose every character counts.
    Symbol,
    /// A receipt number.
    Receipt,
    /// A telephone number.
    Phone,
    /// A fax number or mail address.
    Contact,
    /// The reading of a name in hiragana.
    Kana,
}

impl Kind {
    fn parse(text: &str) -> Option<Kind> {
        Some(match text.split_once(':') {
            Some(("code", list)) => Kind::Code(list.to_owned()),
            Some(("digits", width)) => Kind::Digits(width.parse().ok()?),
            Some(_) => return None,
            None => match text {
                "text" => Kind::Text,
                "key" => Kind::Key,
                "int" => Kind::Int,
                "date" => Kind::Date,
                "year" => Kind::Year,
                "symbol" => Kind::Symbol,
                "receipt" => Kind::Receipt,
                "phone" => Kind::Phone,
                "contact" => Kind::Contact,
                "kana" => Kind::Kana,
                _ => return None,
            },
        })
    }
}

/// One canonical field.
#[derive(Debug, Clone)]
pub struct Field {
    /// Dotted id, `sites.irbs.type`.
    pub id: String,
    /// The id below its scope, `type`.
    pub name: String,
    /// The scope it belongs to.
    pub scope: ScopeIx,
    /// The section of the page it stands in (fields of the root scope).
    pub section: Option<usize>,
    /// How it is normalised.
    pub kind: Kind,
    /// Its name for people.
    pub label: Text,
    /// A synthetic example.
    pub example: String,
    /// What to enter.
    pub note: Text,
}

/// What a scope is for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The trial itself.
    Root,
    /// A repeat group with a sheet of its own.
    List,
    /// A repeat group written into one cell of its parent, its rows separated by commas or line breaks.
    Inline,
}

/// The trial itself or a repeat group.
#[derive(Debug, Clone)]
pub struct Scope {
    /// Dotted id; empty for the root.
    pub id: String,
    /// The id below its parent.
    pub name: String,
    /// What it is for people.
    pub kind: ScopeKind,
    /// The scope its rows hang on.
    pub parent: Option<ScopeIx>,
    /// Label, also the name of the sheet.
    pub label: Text,
    /// What to enter.
    pub note: Text,
    /// The field by which rows below refer to a row of this scope.
    pub key: Option<FieldIx>,
    /// The field that holds the number of a row in a filing, which it keeps for as long as it is filed.
    pub serial: Option<FieldIx>,
    /// Its fields, in order.
    pub fields: Vec<FieldIx>,
    /// Its repeat groups, in order.
    pub lists: Vec<ScopeIx>,
}

/// A heading of the page.
#[derive(Debug, Clone)]
pub struct Section {
    /// The id, the first part of its fields' ids.
    pub id: String,
    /// The heading.
    pub label: Text,
}

/// All canonical fields, groups and code lists.
#[derive(Debug, Clone)]
pub struct Catalogue {
    /// Code lists by id.
    pub codes: CodeLists,
    /// What destinations call our codes.
    pub vocabularies: Vocabularies,
    /// Headings of the page.
    pub sections: Vec<Section>,
    scopes: Vec<Scope>,
    fields: Vec<Field>,
    field_ids: BTreeMap<String, FieldIx>,
    scope_ids: BTreeMap<String, ScopeIx>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupRow {
    id: String,
    r#type: String,
    key: String,
    ja: String,
    en: String,
    note_ja: String,
    note_en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    id: String,
    kind: String,
    ja: String,
    en: String,
    example: String,
    note_ja: String,
    note_en: String,
}

const GROUPS: &str = "catalogue/groups.csv";
const FIELDS: &str = "catalogue/fields.csv";

impl Catalogue {
    /// Reads the catalogue and the code lists from the folder `forms`.
    ///
    /// # Errors
    /// Returns the first row that breaks the format, names an unknown group or list, or repeats an id.
    pub fn load(forms: &Files) -> Result<Catalogue, DataError> {
        let root = Scope {
            id: String::new(),
            name: String::new(),
            kind: ScopeKind::Root,
            parent: None,
            label: Text::new("試験", "Trial"),
            note: Text::default(),
            key: None,
            serial: None,
            fields: Vec::new(),
            lists: Vec::new(),
        };
        let codes = CodeLists::load(&forms.below("codes"))?;
        let vocabularies = Vocabularies::load(&forms.below("vocabularies"), &codes)?;
        let mut catalogue = Catalogue {
            codes,
            vocabularies,
            sections: Vec::new(),
            scopes: vec![root],
            fields: Vec::new(),
            field_ids: BTreeMap::new(),
            scope_ids: BTreeMap::from([(String::new(), ScopeIx::ROOT)]),
        };
        let groups: Vec<GroupRow> = read_csv(forms, GROUPS)?;
        let (mut keys, mut numbered) = (Vec::new(), Vec::new());
        for (row, group) in groups.into_iter().enumerate() {
            if group.r#type == "list" {
                numbered.push(group.id.clone());
            }
            catalogue
                .add_group(group, &mut keys)
                .map_err(|problem| DataError::bad(GROUPS, format!("row {}", row + 2), problem))?;
        }
        for (row, field) in read_csv::<FieldRow>(forms, FIELDS)?.into_iter().enumerate() {
            catalogue.add_field(field).map_err(|problem| DataError::bad(FIELDS, format!("row {}", row + 2), problem))?;
        }
        for group in numbered {
            let problem = |problem| DataError::bad(GROUPS, &group, problem);
            catalogue.add_field(serial_field(&group)).map_err(problem)?;
        }
        keys.push((ScopeIx::ROOT, "trial.id".to_owned()));
        for (scope, key) in keys {
            let field = catalogue.field_ix(&key);
            if field.is_none() {
                return Err(DataError::bad(GROUPS, "", format!("no field `{key}` for a key")));
            }
            if let Some(scope) = catalogue.scopes.get_mut(usize::from(scope.0)) {
                scope.key = field;
            }
        }
        Ok(catalogue)
    }

    fn add_group(&mut self, row: GroupRow, keys: &mut Vec<(ScopeIx, String)>) -> Result<(), String> {
        let label = Text::new(row.ja, row.en);
        let kind = match row.r#type.as_str() {
            "section" => {
                self.sections.push(Section { id: row.id, label });
                return Ok(());
            }
            "list" | "plain" => ScopeKind::List,
            "inline" => ScopeKind::Inline,
            other => return Err(format!("unknown type `{other}`")),
        };
        let (parent, name) = self.split(&row.id);
        let index = ScopeIx(u16::try_from(self.scopes.len()).map_err(|_| "too many groups".to_owned())?);
        if self.scope_ids.insert(row.id.clone(), index).is_some() {
            return Err(format!("`{}` stands twice", row.id));
        }
        if !row.key.is_empty() {
            keys.push((index, row.key));
        }
        self.scopes.push(Scope {
            name,
            id: row.id,
            kind,
            parent: Some(parent),
            label,
            note: Text::new(row.note_ja, row.note_en),
            key: None,
            serial: None,
            fields: Vec::new(),
            lists: Vec::new(),
        });
        if let Some(parent) = self.scopes.get_mut(usize::from(parent.0)) {
            parent.lists.push(index);
        }
        Ok(())
    }

    fn add_field(&mut self, row: FieldRow) -> Result<(), String> {
        let kind = Kind::parse(&row.kind).ok_or_else(|| format!("unknown kind `{}`", row.kind))?;
        if let Kind::Code(list) = &kind
            && self.codes.get(list).is_none()
        {
            return Err(format!("no code list `{list}`"));
        }
        let (scope, name) = self.split(&row.id);
        let section = match scope {
            ScopeIx::ROOT => {
                let first = row.id.split('.').next().unwrap_or_default();
                let at = self.sections.iter().position(|section| section.id == first);
                Some(at.ok_or_else(|| format!("no section `{first}`"))?)
            }
            _ => None,
        };
        let index = FieldIx(u16::try_from(self.fields.len()).map_err(|_| "too many fields".to_owned())?);
        let is_serial = name == SERIAL && scope != ScopeIx::ROOT;
        if self.field_ids.insert(row.id.clone(), index).is_some() {
            return Err(format!("`{}` stands twice", row.id));
        }
        self.fields.push(Field {
            name,
            id: row.id,
            scope,
            section,
            kind,
            label: Text::new(row.ja, row.en),
            example: row.example,
            note: Text::new(row.note_ja, row.note_en),
        });
        if let Some(scope) = self.scopes.get_mut(usize::from(scope.0)) {
            scope.fields.push(index);
            if is_serial {
                scope.serial = Some(index);
            }
        }
        Ok(())
    }

    /// Splits an id into the innermost known scope before its last parts, and the rest.
    fn split(&self, id: &str) -> (ScopeIx, String) {
        let mut end = id.len();
        while let Some(dot) = id.get(..end).and_then(|head| head.rfind('.')) {
            if let Some(scope) = id.get(..dot).and_then(|head| self.scope_ids.get(head)) {
                return (*scope, id.get(dot + 1..).unwrap_or_default().to_owned());
            }
            end = dot;
        }
        (ScopeIx::ROOT, id.to_owned())
    }

    /// Returns a field.
    pub fn field(&self, index: FieldIx) -> &Field {
        #[expect(clippy::indexing_slicing, reason = "an index is only ever made by this catalogue")]
        &self.fields[usize::from(index.0)]
    }

    /// Returns a scope.
    pub fn scope(&self, index: ScopeIx) -> &Scope {
        #[expect(clippy::indexing_slicing, reason = "an index is only ever made by this catalogue")]
        &self.scopes[usize::from(index.0)]
    }

    /// Finds a field by its full id.
    pub fn field_ix(&self, id: &str) -> Option<FieldIx> {
        self.field_ids.get(id).copied()
    }

    /// Finds a scope by its full id; the empty id is the trial.
    pub fn scope_ix(&self, id: &str) -> Option<ScopeIx> {
        self.scope_ids.get(id).copied()
    }

    /// Returns all fields with their indices, in catalogue order.
    pub fn fields(&self) -> impl Iterator<Item = (FieldIx, &Field)> {
        self.fields.iter().enumerate().map(|(at, field)| (FieldIx(u16::try_from(at).unwrap_or(u16::MAX)), field))
    }

    /// Returns all scopes with their indices, the root first, in catalogue order.
    pub fn scopes(&self) -> impl Iterator<Item = (ScopeIx, &Scope)> {
        self.scopes.iter().enumerate().map(|(at, scope)| (ScopeIx(u16::try_from(at).unwrap_or(u16::MAX)), scope))
    }

    /// Returns the only field of an inline group.
    pub fn inline_field(&self, scope: ScopeIx) -> Option<FieldIx> {
        let scope = self.scope(scope);
        (scope.kind == ScopeKind::Inline).then(|| scope.fields.first().copied()).flatten()
    }
}

/// Name of the field that holds a row's number.
const SERIAL: &str = "serial";

/// Makes the field that every numbered group has.
fn serial_field(group: &str) -> FieldRow {
    FieldRow {
        id: format!("{group}.{SERIAL}"),
        kind: "int".to_owned(),
        ja: "順序番号".to_owned(),
        en: "Row number".to_owned(),
        example: String::new(),
        note_ja: "前の届出での番号。新しい行は空欄にすると次の番号が付く".to_owned(),
        note_en: "Its number in the last filing; leave it blank for a new row, which gets the next number".to_owned(),
    }
}

/// Reads a CSV file of the product into typed rows; a column too many or too few is an error.
pub(crate) fn read_csv<T: serde::de::DeserializeOwned>(files: &Files, name: &str) -> Result<Vec<T>, DataError> {
    let bytes = files.read(name).ok_or_else(|| DataError::Missing { file: files.display(name) })?;
    let mut reader = csv::Reader::from_reader(bytes.as_ref());
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        let row = row.map_err(|error| {
            let at = error.position().map_or(0, csv::Position::line);
            DataError::bad(&files.display(name), at, error.to_string())
        })?;
        rows.push(row);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalogue() -> Catalogue {
        Catalogue::load(&Files::embedded("forms")).unwrap()
    }

    #[test]
    fn a_field_belongs_to_the_innermost_group() {
        let catalogue = catalogue();
        let field = catalogue.field(catalogue.field_ix("sites.irbs.type").unwrap());
        assert_eq!((catalogue.scope(field.scope).id.as_str(), field.name.as_str()), ("sites.irbs", "type"));
        let field = catalogue.field(catalogue.field_ix("main_drug.symbol").unwrap());
        assert_eq!((field.scope, field.name.as_str()), (ScopeIx::ROOT, "main_drug.symbol"));
    }

    #[test]
    fn labels_are_unique_within_their_scope_in_both_languages() {
        let catalogue = catalogue();
        for (_, scope) in catalogue.scopes() {
            for lang in [crate::model::Lang::Ja, crate::model::Lang::En] {
                let fields = scope.fields.iter().map(|field| catalogue.field(*field).label.get(lang));
                let inline = scope.lists.iter().filter(|list| catalogue.inline_field(**list).is_some());
                let mut labels: Vec<&str> = fields.chain(inline.map(|list| catalogue.scope(*list).label.get(lang))).collect();
                labels.sort_unstable();
                let count = labels.len();
                labels.dedup();
                assert_eq!(labels.len(), count, "{} {lang:?}", scope.id);
            }
        }
    }

    #[test]
    fn an_inline_group_has_exactly_one_field() {
        let catalogue = catalogue();
        for (_, scope) in catalogue.scopes().filter(|(_, scope)| scope.kind == ScopeKind::Inline) {
            assert_eq!(scope.fields.len(), 1, "{}", scope.id);
        }
    }
}
