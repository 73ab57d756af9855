//! How a form looks on paper: who it is addressed to, what stands in its head, and the words of its change marks.

use serde::Deserialize;

use super::{ItemIx, ItemKind};

/// What the `[paper]` table of a form says.
#[derive(Debug, Clone)]
pub struct PaperStyle {
    /// The item that dates the filing; it leads the head and picks the addressee.
    pub date: ItemIx,
    /// What every page of a draft says.
    pub draft: String,
    /// Groups down to this depth are bookmarks; the root is 0.
    pub bookmark_depth: usize,
    /// The group whose rows the head repeats: those who file.
    pub filers: ItemIx,
    /// The items of one of those rows that the head repeats, each with the label it has there.
    pub filer: Vec<(ItemIx, String)>,
    /// Words of the marks.
    pub marks: MarkWords,
    addressees: Vec<Addressee>,
}

/// The words of the change marks: that of the date and that of the reason.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarkWords {
    /// Under an updated value.
    pub update: (String, String),
    /// Under the number of an added row.
    pub append: (String, String),
    /// Under the number of a deleted row.
    pub delete: (String, String),
}

/// To whom filings of some kinds are addressed from a day on.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addressee {
    kinds: Vec<String>,
    /// ISO day; nothing for the first of its kinds.
    from: Option<String>,
    name: String,
    source: String,
}

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PaperFile {
    date: String,
    draft: String,
    bookmark_depth: usize,
    filers: String,
    filer: Vec<(String, String)>,
    marks: MarkWords,
    source: String,
    addressee: Vec<Addressee>,
}

/// What of a form the table is read against.
pub(super) struct Known<'a> {
    pub(super) find: &'a dyn Fn(&str) -> Option<ItemIx>,
    pub(super) kind: &'a dyn Fn(ItemIx) -> Option<ItemKind>,
    pub(super) kinds: &'a [(String, String)],
}

impl PaperFile {
    pub(super) fn sources(&self) -> impl Iterator<Item = &String> {
        self.addressee.iter().map(|addressee| &addressee.source).chain([&self.source])
    }

    pub(super) fn check(self, known: &Known) -> Result<PaperStyle, String> {
        let find = |path: &str| (known.find)(path).ok_or_else(|| format!("paper: no item `{path}`"));
        let date = find(&self.date)?;
        let filers = find(&self.filers)?;
        let mut filer = Vec::new();
        for (element, label) in self.filer {
            let item = find(&format!("{}/{element}", self.filers))?;
            if (known.kind)(item) != Some(ItemKind::Value) {
                return Err(format!("paper: `{element}` has no value"));
            }
            filer.push((item, label));
        }
        for addressee in &self.addressee {
            if let Some(kind) = addressee.kinds.iter().find(|kind| !known.kinds.iter().any(|(_, column)| column == *kind)) {
                return Err(format!("paper.addressee: no kind `{kind}`"));
            }
            if addressee.from.as_ref().is_some_and(|from| compact(from).is_none()) {
                return Err(format!("paper.addressee: `{}`: `from` is no day", addressee.name));
            }
        }
        let style = PaperStyle {
            date,
            draft: self.draft,
            bookmark_depth: self.bookmark_depth,
            filers,
            filer,
            marks: self.marks,
            addressees: self.addressee,
        };
        match known.kinds.iter().find(|(_, column)| style.addressee(column, "").is_none()) {
            Some((kind, _)) => Err(format!("paper: nobody is addressed by `{kind}`")),
            None => Ok(style),
        }
    }
}

impl PaperStyle {
    /// Returns to whom a filing is addressed, given the column of its kind and its date of eight digits. Offices change
    /// their names: the last one that held on that day counts, and without a date the last of all.
    pub fn addressee(&self, kind: &str, date: &str) -> Option<&str> {
        let dated = date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit());
        let mut of_kind = self.addressees.iter().filter(|addressee| addressee.kinds.iter().any(|known| known == kind));
        let first = of_kind.clone().next();
        let held = of_kind.rfind(|addressee| {
            let from = addressee.from.as_deref().and_then(compact);
            !dated || from.is_none_or(|from| from.as_str() <= date)
        });
        held.or(first).map(|addressee| addressee.name.as_str())
    }
}

/// Returns an ISO day as eight digits.
fn compact(day: &str) -> Option<String> {
    let day: jiff::civil::Date = day.parse().ok()?;
    Some(day.strftime("%Y%m%d").to_string())
}
