//! Which column of a table holds what.

use std::collections::{BTreeMap, HashMap};

use todokede_abi::{Table, Text};

use crate::findings::{Findings, Source};
use crate::fold::fold;
use crate::settings::Settings;

/// The columns of a table by what they hold.
#[derive(Debug)]
pub(crate) struct Columns(BTreeMap<String, usize>);

impl Columns {
    /// Finds them by their titles. None, with findings, when one that is needed is missing or stands twice.
    pub(crate) fn find(table: &Table, source: Source, settings: &Settings, findings: &mut Findings) -> Option<Columns> {
        let titles: Vec<String> = table.columns.iter().map(|title| fold(title)).collect();
        let mut found = BTreeMap::new();
        let mut usable = true;
        for (name, aliases) in settings.columns.get(source.table)? {
            let aliases: Vec<String> = aliases.iter().map(|alias| fold(alias)).collect();
            let mut places = (0..titles.len()).filter(|place| titles.get(*place).is_some_and(|title| aliases.contains(title)));
            let first = places.next();
            if let (Some(first), Some(second)) = (first, places.next()) {
                let title = |place: usize| Text::from(table.columns.get(place).cloned().unwrap_or_default());
                findings.add_with(
                    "RS-0102",
                    source.cell(table.header, second),
                    [("first", title(first)), ("second", title(second))],
                );
                usable = false;
            }
            let needed = settings.required.get(source.table).is_some_and(|names| names.contains(name));
            match first {
                Some(place) => {
                    found.insert(name.clone(), place);
                }
                None if needed => {
                    let wanted = settings.columns.get(source.table).and_then(|columns| columns.get(name)?.first());
                    findings.add_with(
                        "RS-0101",
                        source.row(table.header),
                        [("column", wanted.cloned().unwrap_or_default().into())],
                    );
                    usable = false;
                }
                None => {}
            }
        }
        usable.then_some(Columns(found))
    }

    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}

/// What stands in a column of codes: the place of the code among those of the settings.
#[derive(Debug, Clone)]
pub(crate) struct Codes<T> {
    folded: HashMap<String, T>,
    /// Texts seen before, as they stood: most rows are answered without folding.
    seen: HashMap<String, T>,
}

/// How many different texts are kept as they stood.
const MOST_SEEN: usize = 256;

impl<T: Copy> Codes<T> {
    /// Takes the texts of each code.
    pub(crate) fn new<'a>(codes: impl IntoIterator<Item = (T, Vec<&'a str>)>) -> Codes<T> {
        let texts = codes.into_iter().flat_map(|(code, texts)| texts.into_iter().map(move |text| (fold(text), code)));
        Codes { folded: texts.collect(), seen: HashMap::new() }
    }

    /// Takes the texts of each code from a list of the settings.
    pub(crate) fn of(settings: &Settings, list: &str, codes: &[(T, &str)]) -> Codes<T> {
        let texts = |name: &str| settings.codes.get(list).and_then(|list| list.get(name)).map_or(&[][..], Vec::as_slice);
        Codes::new(codes.iter().map(|(code, name)| (*code, texts(name).iter().map(String::as_str).collect())))
    }

    /// The code that a text stands for.
    pub(crate) fn read(&mut self, text: &str) -> Option<T> {
        if let Some(code) = self.seen.get(text) {
            return Some(*code);
        }
        let code = self.folded.get(&fold(text)).copied()?;
        if self.seen.len() < MOST_SEEN {
            self.seen.insert(text.to_owned(), code);
        }
        Some(code)
    }
}
