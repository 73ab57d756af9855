//! Long texts of users: typed into a cell, or in a file of their own that the cell names as `@file.md` or `@file.docx`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::limits;
use crate::model::{Record, Row};
use crate::render::docx::DOCUMENT;
use crate::render::docx::markdown::escape;
use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::view::{Seen, paragraphs};

/// Where the contents of named files stand among what templates see.
pub(super) const FILES: &str = "prose_files";

/// The files that a record names, with what is in them as Markdown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProseFiles {
    /// By name, as the record writes it.
    pub contents: BTreeMap<String, String>,
    /// Names that could not be read, with why.
    pub unread: Vec<(String, String)>,
}

/// Returns the file that a text names, nothing when it is a text.
pub fn is_named(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix('@')?.trim();
    let known = [".md", ".docx"].iter().any(|suffix| name.to_ascii_lowercase().ends_with(suffix));
    (known && !name.contains('\n')).then_some(name)
}

/// Writes a user's text as Markdown: that of the file it names, or each of its lines, escaped, as a paragraph.
pub(super) fn markdown(
    text: &str,
    escape: impl Fn(&str) -> String,
    file: impl Fn(&str) -> Option<String>,
) -> Result<String, String> {
    if let Some(name) = is_named(text) {
        return file(name).ok_or_else(|| format!("the file `{name}` was not read"));
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(escape).collect::<Vec<_>>().join("\n\n"))
}

impl ProseFiles {
    /// Reads the files that a record names, relative to the folder of its input.
    pub fn read(record: &Record) -> ProseFiles {
        let mut files = ProseFiles::default();
        files.gather(&record.root, record.sources.folder());
        // That it was not read is said once, at its cell, and not again wherever it would stand.
        files.contents.extend(files.unread.iter().map(|(name, _)| (name.clone(), String::new())));
        files
    }

    fn gather(&mut self, row: &Row, folder: &Path) {
        for (field, _) in &row.leaves {
            let Some(name) = is_named(row.text(*field)) else { continue };
            if self.contents.contains_key(name) || self.unread.iter().any(|(known, _)| known == name) {
                continue;
            }
            match read(&folder.join(name.replace('\\', "/"))) {
                Ok(content) => drop(self.contents.insert(name.to_owned(), content)),
                Err(problem) => self.unread.push((name.to_owned(), problem)),
            }
        }
        row.lists.iter().flat_map(|(_, rows)| rows).for_each(|row| self.gather(row, folder));
    }
}

/// Reads a file as Markdown.
fn read(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    file.take(limits::PROSE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > limits::PROSE_BYTES {
        return Err(format!("over the limit of {} bytes", limits::PROSE_BYTES));
    }
    let is_word = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("docx"));
    let text = if is_word {
        from_word(bytes)?
    } else {
        let text = String::from_utf8(bytes).map_err(|_| "not UTF-8".to_owned())?;
        text.strip_prefix('\u{FEFF}').unwrap_or(&text).replace("\r\n", "\n")
    };
    match text.chars().find(|c| crate::text::illegal::is_illegal(*c)) {
        Some(c) => Err(format!("holds the control character U+{:04X}", u32::from(c))),
        None => Ok(text),
    }
}

/// Takes the text of a Word file: its paragraphs, headings in bold, and its tables.
fn from_word(bytes: Vec<u8>) -> Result<String, String> {
    let package = Package::read(bytes).map_err(|error| error.to_string())?;
    let styles = Styles::read(&package).map_err(|error| error.to_string())?;
    let tree = package.tree(DOCUMENT).map_err(|error| error.to_string())?;
    let mut pictures = false;
    tree.root
        .visit(&mut |element| pictures |= matches!(element.name.as_str(), "w:drawing" | "w:pict" | "w:object" | "m:oMath"));
    if pictures {
        return Err("holds pictures or equations, which are not taken over; write it in Markdown".to_owned());
    }
    let seen = paragraphs(&tree.root, DOCUMENT, &styles);
    let mut blocks: Vec<String> = Vec::new();
    let mut rest = seen.as_slice();
    while let Some(first) = rest.first() {
        let table = |seen: &Seen| seen.place.cells.first().map(|cell| (seen.place.heading.clone(), cell.table));
        match table(first) {
            None => {
                let text = first.text.trim();
                if !text.is_empty() {
                    let escaped = escape(text);
                    blocks.push(if first.heading.is_some() { format!("**{escaped}**") } else { escaped });
                }
                rest = rest.get(1..).unwrap_or_default();
            }
            here => {
                let end = rest.iter().position(|seen| table(seen) != here).unwrap_or(rest.len());
                let (inside, after) = rest.split_at(end);
                blocks.push(table_of(inside));
                rest = after;
            }
        }
    }
    Ok(blocks.join("\n\n"))
}

/// Writes a table; what stands in tables inside it becomes text of its cells.
fn table_of(seen: &[Seen]) -> String {
    let mut cells: BTreeMap<(usize, usize), String> = BTreeMap::new();
    for seen in seen {
        let Some(cell) = seen.place.cells.first() else { continue };
        let text = cells.entry((cell.row, cell.column)).or_default();
        if !text.is_empty() && !seen.text.trim().is_empty() {
            text.push('\n');
        }
        text.push_str(seen.text.trim());
    }
    let columns = cells.keys().map(|(_, column)| *column).max().unwrap_or(1);
    let rows = cells.keys().map(|(row, _)| *row).max().unwrap_or(1);
    let mut lines = Vec::new();
    for row in 1..=rows {
        let cell = |column| cells.get(&(row, column)).map(|text| escape(text)).unwrap_or_default();
        lines.push(format!("| {} |", (1..=columns).map(cell).collect::<Vec<_>>().join(" | ")));
        if row == 1 {
            lines.push(format!("|{}", " --- |".repeat(columns)));
        }
    }
    lines.join("\n")
}
