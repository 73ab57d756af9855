//! A person of the staff list, or a registered user.

use jiff::civil::Date;
use todokede_abi::Row;

use super::{Columns, Place, Read};
use crate::day;
use crate::fold::{self, Folder};
use crate::settings::Settings;

/// A person, as a row says.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) place: Place,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) kana: String,
    pub(crate) mail: String,
    pub(crate) institution: String,
    pub(crate) unit: String,
    /// Role by the settings; empty where the list does not say one that they know.
    pub(crate) role: String,
    pub(crate) left: Option<Date>,
    /// That day as written.
    pub(crate) leaving: String,
    /// Whether the list does not say clearly if the person has left.
    pub(crate) unclear: bool,
    pub(crate) keys: Keys,
}

/// What a person is compared by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) mail: String,
    /// Names, the present one first, then former ones.
    pub(crate) names: Vec<String>,
    pub(crate) kana: String,
    /// The same names, with kanji as they are spelled.
    pub(crate) spelled: Vec<String>,
    /// Units and institutions, not empty.
    pub(crate) units: Vec<String>,
    /// Whether the units are those of a site and not the person's own: they do not choose between people of one name.
    pub(crate) of_site: bool,
}

impl Person {
    /// Tells whether the person has left before a day.
    pub(crate) fn has_left(&self, day: Date) -> bool {
        self.left.is_some_and(|left| left < day)
    }

    /// Tells whether another row says another day of leaving, or none where this one does.
    pub(crate) fn leaves_otherwise(&self, other: &Person) -> bool {
        match (self.left, other.left) {
            (Some(one), Some(other)) => one != other,
            _ => self.leaving != other.leaving,
        }
    }

    /// Returns what a column of the staff list says.
    pub(crate) fn column(&self, name: &str) -> &str {
        match name {
            "id" => &self.id,
            "kana" => &self.kana,
            "mail" => &self.mail,
            "institution" => &self.institution,
            "unit" => &self.unit,
            "left" => &self.leaving,
            _ => &self.name,
        }
    }
}

/// A column and its text that does not read.
type Unread = (&'static str, String);

/// Reads a row: the person unless the row names nobody, and a day that does not read.
pub(super) fn read(
    row: &Row,
    place: Place,
    columns: &Columns,
    folder: &Folder,
    settings: &Settings,
) -> (Option<Person>, Option<Unread>) {
    let text = |name: &str| columns.text(row, name).to_owned();
    let name = name(row, columns);
    let left = text("left");
    let day = day::read(&left);
    let unread = (!left.is_empty() && day.is_none()).then(|| ("left", left.clone()));
    let role = fold::title(columns.text(row, "role"));
    let is_role = |names: &Vec<String>| !role.is_empty() && names.iter().any(|name| fold::title(name) == role);
    let role = settings.roles.iter().find(|(_, known)| is_role(&known.names)).map_or_else(String::new, |(id, _)| id.clone());
    let keys = Keys {
        id: fold::id(columns.text(row, "id")),
        mail: fold::id(columns.text(row, "mail")),
        names: names(&name, columns.text(row, "former"), folder),
        spelled: names(&name, columns.text(row, "former"), &Folder::default()),
        kana: folder.name(columns.text(row, "kana")),
        units: units(&[columns.text(row, "unit"), columns.text(row, "institution")]),
        of_site: false,
    };
    if keys.names.is_empty() && keys.id.is_empty() && keys.mail.is_empty() {
        return (None, unread);
    }
    let person = Person {
        place,
        id: text("id"),
        kana: text("kana"),
        mail: text("mail"),
        institution: text("institution"),
        unit: text("unit"),
        name,
        role,
        left: day,
        leaving: left.clone(),
        unclear: unread.is_some(),
        keys,
    };
    (Some(person), unread)
}

/// Returns the name of a row, of one column or of two.
pub(super) fn name(row: &Row, columns: &Columns) -> String {
    match columns.text(row, "name") {
        "" => format!("{}　{}", columns.text(row, "family"), columns.text(row, "given")).trim().to_owned(),
        name => name.to_owned(),
    }
}

/// Folds units, leaving out blank ones.
pub(crate) fn units(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| fold::title(text)).filter(|text| !text.is_empty()).collect()
}

/// Returns the names that a person goes by: as written, without what stands in brackets or with it in place of the family name, and
/// under a former name, which may be a family name alone.
pub(crate) fn names(name: &str, former: &str, folder: &Folder) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |text: &str| {
        let folded = folder.name(text);
        if !folded.is_empty() && !names.contains(&folded) {
            names.push(folded);
        }
    };
    let plain = name.replace('（', "(").replace('）', ")");
    let outside = plain.split('(').next().unwrap_or_default();
    let mut given = outside.split_whitespace().nth(1).map(str::to_owned);
    match plain.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?))) {
        Some((before, (inner, after))) => {
            let inner = inner.trim_start_matches("旧姓").trim_start_matches([':', '：', ' ', '　']);
            add(&format!("{before}{after}"));
            if !after.trim().is_empty() {
                given = Some(after.trim().to_owned());
                add(&format!("{inner}{after}"));
            } else if let Some(given) = &given {
                add(&format!("{inner}{given}"));
            }
        }
        None => add(name),
    }
    for former in former.split(['、', ',', '，', ';', '；', '/', '／']).map(str::trim).filter(|former| !former.is_empty()) {
        match (former.split_whitespace().count(), &given) {
            (1, Some(given)) => add(&format!("{former}{given}")),
            _ => add(former),
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_former_name_may_be_a_family_name_alone() {
        let folder = Folder::default();
        assert_eq!(names("試験　花子", "例示", &folder), ["試験花子", "例示花子"]);
        assert_eq!(names("試験　花子", "例示　花子", &folder), ["試験花子", "例示花子"]);
        assert_eq!(names("試験（旧姓：例示）花子", "", &folder), ["試験花子", "例示花子"]);
        assert_eq!(names("試験　花子（例示）", "", &folder), ["試験花子", "例示花子"]);
        assert_eq!(names("試験花子", "例示", &folder), ["試験花子", "例示"]);
    }
}
