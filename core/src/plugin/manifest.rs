//! `plugin.toml`: what a plugin is, which form it fills and what it puts out.

use serde::Deserialize;
use toml::Spanned;

use super::API;
use super::ledger::LedgerTable;
use super::next::NextFile;
use crate::expr::check_path;
use crate::model::{Catalogue, DataError, Form, Text, TomlFile};
use crate::render::docx::lint::Profile;

/// What a plugin says about itself.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Stable id.
    pub id: String,
    /// Version of the plugin.
    pub version: String,
    /// Version of the contract it was written for.
    api: Spanned<u32>,
    /// Title.
    pub title: Text,
    /// Folder of the form below `forms/`.
    pub form: String,
    /// Version of the form.
    pub form_version: String,
    /// The kinds of filing that it builds, as the form's code list writes them.
    pub kinds: Vec<String>,
    /// Fields of which one that is filled in says that a trial goes to this destination; without the list every trial does,
    /// with an empty one none that does not name the plugin.
    pub wanted_by: Option<Vec<String>>,
    /// Whether a trial that no destination is told for comes here.
    #[serde(default)]
    pub default: bool,
    /// What its line breaks become: a filing has no line breaks inside a value.
    pub line_break: String,
    /// Ids of fields that no item shows but the names need.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Names worked out once and used in the names below, in order: name and Tera template.
    #[serde(default)]
    pub names: Vec<(String, String)>,
    /// Fields that only the name of a filing's file shows: field id, and a pattern whose first group is the value.
    #[serde(default)]
    pub from_file_name: Vec<(String, String)>,
    /// What the next filing takes over from the last one.
    pub next: Option<NextFile>,
    /// How the filing is packaged.
    pub package: Package,
    /// Which filings belong together, and what earlier ones fill in.
    pub ledger: Option<LedgerTable>,
    /// How attached documents are listed and named.
    pub attachments: Option<AttachedFields>,
    /// Which characters are replaced, and how that is explained.
    pub replacements: Option<ReplacedFields>,
    /// Which law its documents follow, and the day they are of.
    pub documents: Option<DocumentFields>,
    /// Code that does what data cannot say.
    pub code: Option<CodeTable>,
    /// Tables of rows that the code is given beside the record.
    #[serde(rename = "table", default)]
    pub tables: Vec<TableSpec>,
    /// What is rendered.
    #[serde(rename = "output")]
    pub outputs: Vec<Output>,
}

/// How a filing is packaged; every text is a Tera template over the names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Folder of the filing below the trial's and the plugin's.
    pub folder: String,
    /// File name of the archive.
    pub archive: String,
    /// What the filing is called when it is submitted.
    pub submission: String,
}

/// How attached documents are listed and named. The fields lie in one list; every template sees the names above and
/// `kind`, `series`, `replacement` and `extension`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachedFields {
    /// Field of a document's kind, a code.
    pub kind: String,
    /// Field of its file.
    pub file: String,
    /// Field of its letter among several of one kind.
    pub series: String,
    /// Field of how often it was replaced.
    pub replacement: String,
    /// Template of its file's name without extension; the two below see what it gives as `stem`.
    pub stem: String,
    /// Template of its file's name.
    pub name: String,
    /// Template of the name of a file inside a document that is several; sees the file's own name as `member`.
    pub member: String,
}

/// Which characters are replaced, and how that is explained. The first three fields lie in one list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplacedFields {
    /// Field of a character.
    pub character: String,
    /// Field of what stands for it.
    pub replacement: String,
    /// Field of what is said of it.
    pub note: String,
    /// Name of the document that explains them, listed once something was replaced.
    pub document: String,
    /// Field of a document's name, in the list of documents.
    pub listed_in: String,
}

/// Fields that tell which legal items the documents must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentFields {
    /// Field of the law, a code: the `profile` of legal items.
    pub profile: String,
    /// Field of the day of the documents; the day of the run where it is blank.
    pub date: String,
    /// Field of their version.
    pub version: String,
}

/// Code that does what data cannot say.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeTable {
    /// Where it is.
    pub kind: CodeKind,
    /// Program and arguments of a process; a part that names a file of the plugin's folder is that file.
    #[serde(default)]
    pub command: Vec<String>,
    /// File of a library in the plugin's folder.
    pub library: Option<String>,
    /// SHA-256 that the library must have.
    pub sha256: Option<String>,
    /// Where a library runs.
    #[serde(default)]
    pub isolation: Isolation,
    /// File with the plugin's own settings.
    pub settings: Option<String>,
    /// Longest that one answer may take, seconds.
    pub seconds: Option<u64>,
    /// Most memory that its process may take, MiB.
    pub memory: Option<u64>,
}

/// Where code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CodeKind {
    /// Linked into the program.
    BuiltIn,
    /// A library with the C ABI.
    Library,
    /// A program of its own.
    Process,
}

/// Where the code of a library runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Isolation {
    /// In a process of its own, so that what goes wrong there costs one filing.
    #[default]
    Process,
    /// In the engine's: faster, and what goes wrong there ends the run.
    InProcess,
}

/// A table of rows that the code is given beside the record.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableSpec {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Text,
    /// The field of the record that names its files, one or several separated by line breaks.
    pub field: Option<String>,
    /// Whether there must be one.
    #[serde(default)]
    pub required: bool,
    /// Whether each row is about a person who must not be told by it: such a table is refused when it carries identifiers.
    #[serde(default)]
    pub person: bool,
}

/// How an output is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Renderer {
    /// The form's own XML.
    FormXml,
    /// The filing on paper, as PDF.
    FormPdf,
    /// A Tera template of the plugin.
    Template,
    /// A CSV table whose columns a file of the plugin lists.
    Table,
    /// The entry sheet as one HTML page.
    EntryHtml,
    /// The entry sheet as a workbook.
    EntryXlsx,
    /// The entry sheet as JSON.
    EntryJson,
    /// A Word template of the plugin.
    Docx,
    /// A file that the plugin's code makes.
    Code,
    /// A report of the plugin's code as a workbook.
    ReportXlsx,
    /// A report as CSV, one file a table.
    ReportCsv,
    /// A report as one HTML page.
    ReportHtml,
    /// A report as a Word document.
    ReportDocx,
    /// A report as JSON.
    ReportJson,
}

impl Renderer {
    /// Returns its name as `plugin.toml` writes it.
    pub fn name(self) -> String {
        kebab(&format!("{self:?}"))
    }

    /// Returns whether the plugin's code makes what is put out.
    pub fn is_coded(self) -> bool {
        match self {
            Renderer::Code
            | Renderer::ReportXlsx
            | Renderer::ReportCsv
            | Renderer::ReportHtml
            | Renderer::ReportDocx
            | Renderer::ReportJson => true,
            Renderer::FormXml
            | Renderer::FormPdf
            | Renderer::Template
            | Renderer::Table
            | Renderer::EntryHtml
            | Renderer::EntryXlsx
            | Renderer::EntryJson
            | Renderer::Docx => false,
        }
    }
}

/// How the letters of a CSV file become bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Letters {
    /// UTF-8, which begins with a byte order mark.
    #[default]
    Utf8,
    /// Shift_JIS as Windows has it.
    ShiftJis,
}

/// One file that a plugin puts out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// How it is made.
    pub renderer: Renderer,
    /// File name, a Tera template over the names.
    pub name: String,
    /// The template's file below `templates/`.
    pub template: Option<String>,
    /// What the code calls the report or file.
    pub part: Option<String>,
    /// How the letters of a CSV file become bytes.
    #[serde(default)]
    pub encoding: Letters,
    /// The document whose sections it holds, a folder below `documents/`.
    pub document: Option<String>,
    /// A list of the trial: one file for each of its rows, which names and texts see as `row`.
    pub each: Option<String>,
    /// Whom the document is for, a Tera template over the names that gives a profile of the checks on finished documents;
    /// without it they are not made.
    pub lint: Option<String>,
    /// The readers whose kanji the document keeps to, a tier of `forms/kanji`.
    pub readers: Option<String>,
    /// Whether it goes into the archive that is submitted.
    pub packed: bool,
    /// When it is put out, an expression over the record; always when there is none. What renders to nothing is never
    /// put out.
    pub when: Option<String>,
}

impl Manifest {
    /// Checks the fields and kinds that it names and the patterns that fill fields.
    pub fn check_names(&self, file: &TomlFile, form: &Form, catalogue: &Catalogue) -> Vec<DataError> {
        let mut problems = Vec::new();
        let mut bad = |path: &str, problem: String| problems.push(file.error(file.at(path), &problem));
        let no_field = |id: &String| {
            check_path(id, catalogue).err().map_or_else(|| format!("`{id}` is no field"), |error| error.to_string())
        };
        let mut fields = |path: &str, ids: &mut dyn Iterator<Item = &String>| {
            for (at, id) in ids.enumerate().filter(|(_, id)| catalogue.field_ix(id).is_none()) {
                bad(&path.replace('#', &at.to_string()), no_field(id));
            }
        };
        fields("wanted_by.#", &mut self.wanted_by.iter().flatten());
        fields("needs.#", &mut self.needs.iter());
        fields("from_file_name.#", &mut self.from_file_name.iter().map(|(id, _)| id));
        if let Some(documents) = &self.documents {
            fields("documents.profile", &mut [&documents.profile].into_iter());
            fields("documents.date", &mut [&documents.date].into_iter());
            fields("documents.version", &mut [&documents.version].into_iter());
        }
        for (at, table) in self.tables.iter().enumerate() {
            fields(&format!("table.{at}.field"), &mut table.field.iter());
        }
        for (at, (id, pattern)) in self.from_file_name.iter().enumerate() {
            if let Err(error) = regex::Regex::new(pattern) {
                bad(&format!("from_file_name.{at}"), format!("`{id}`: {error}"));
            }
        }
        let known: Vec<&str> = form.needs(form.kind_item).map(|(kind, _)| kind).collect();
        for (at, kind) in self.kinds.iter().enumerate().filter(|(_, kind)| !known.contains(&kind.as_str())) {
            bad(&format!("kinds.{at}"), format!("kinds: the form has no kind `{kind}`; it has: {}", known.join(", ")));
        }
        for (at, output) in self.outputs.iter().enumerate() {
            if let Some(list) = output.each.as_ref().filter(|id| catalogue.scope_ix(id).is_none()) {
                bad(&format!("output.{at}.each"), format!("output: no list `{list}`"));
            }
            if output.renderer == Renderer::FormXml && !form.has_xml() {
                bad(
                    &format!("output.{at}.renderer"),
                    "output: renderer `form-xml` needs a form with an `[xml]` table".to_owned(),
                );
            }
            if output.renderer == Renderer::FormPdf && form.paper.is_none() {
                bad(
                    &format!("output.{at}.renderer"),
                    "output: renderer `form-pdf` needs a form with a `[paper]` table".to_owned(),
                );
            }
        }
        problems
    }

    /// Reads `plugin.toml`; what is returned beside problems is only good for finding more of them.
    pub fn read(file: &TomlFile) -> (Option<Manifest>, Vec<DataError>) {
        let (manifest, mut problems) = file.parse_all::<Manifest>();
        let Some(manifest) = manifest else { return (None, problems) };
        let api = *manifest.api.get_ref();
        if api != API && problems.is_empty() {
            let problem = format!("the plugin speaks contract version {api}, this engine version {API}");
            return (None, vec![file.error(manifest.api.span().start, &problem)]);
        }
        for (at, output) in manifest.outputs.iter().enumerate() {
            for (key, problem) in output.problems(manifest.code.is_some()) {
                let problem = format!("output `{}`: {problem}", output.name);
                problems.push(file.error(file.at(&format!("output.{at}.{key}")), &problem));
            }
        }
        (Some(manifest), problems)
    }
}

impl Output {
    /// Says which keys do not go together, each with one of them.
    fn problems(&self, has_code: bool) -> Vec<(&'static str, String)> {
        let is_word = self.renderer == Renderer::Docx;
        let wants_template = is_word || matches!(self.renderer, Renderer::Template | Renderer::Table);
        let mut problems = Vec::new();
        if wants_template != self.template.is_some() {
            problems.push((
                "template",
                "`template` goes with renderers `template`, `table` and `docx` and with no other".to_owned(),
            ));
        }
        if self.renderer.is_coded() != self.part.is_some() {
            problems.push(("part", "`part` goes with renderers `code` and `report-…` and with no other".to_owned()));
        }
        if self.renderer.is_coded() && !has_code {
            problems.push(("renderer", "its renderer wants a plugin with a `[code]` table".to_owned()));
        }
        let of_word = [("document", &self.document), ("each", &self.each), ("lint", &self.lint), ("readers", &self.readers)];
        for (key, _) in of_word.into_iter().filter(|(_, value)| value.is_some() && !is_word) {
            problems
                .push((key, "`document`, `each`, `lint` and `readers` go with renderer `docx` and with no other".to_owned()));
        }
        problems.extend(self.lint.as_deref().and_then(unknown_profile).map(|problem| ("lint", problem)));
        problems
    }
}

/// Writes a name of the code as files write it: `FormXml` is `form-xml`.
pub(crate) fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Says of a `lint` that what it gives is no profile, as far as that shows before there is a record: a profile that is
/// misspelt would switch the checks off and nobody would know.
fn unknown_profile(lint: &str) -> Option<String> {
    // A value that is put in may be anything, and part of any word beside it.
    if lint.contains("{{") {
        return None;
    }
    let literal = |part: &str| part.split_once("%}").map_or(part, |(_, rest)| rest).trim().to_owned();
    let words: Vec<String> = lint.split("{%").map(literal).filter(|word| !word.is_empty()).collect();
    let known: Vec<&str> = Profile::NAMES.iter().map(|(name, _)| *name).collect();
    let unknown = words.iter().find(|word| !known.contains(&word.as_str()));
    match unknown {
        Some(word) => Some(misspelt("lint", word, &known)),
        None if words.is_empty() => Some(format!("`lint` gives no profile; known are: {}", known.join(", "))),
        None => None,
    }
}

/// Words that a value is none of those that are known, and which one was probably meant.
pub(crate) fn misspelt(key: &str, word: &str, known: &[&str]) -> String {
    let near = known.iter().map(|known| (strsim::damerau_levenshtein(word, known), *known)).min();
    let near = near.filter(|(distance, known)| *distance * 2 <= known.len().max(word.len()));
    let meant = near.map_or_else(String::new, |(_, near)| format!("; did you mean `{near}`?"));
    format!("`{key}`: there is no `{word}`; known are: {}{meant}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_that_is_misspelt_is_told_as_far_as_it_shows() {
        assert_eq!(unknown_profile("protocol"), None);
        assert_eq!(unknown_profile("{{ record.consent.profile }}"), None);
        assert_eq!(unknown_profile("{% if record.x.y %}protocol{% else %}gcp{% endif %}"), None);
        assert!(unknown_profile("protcol").is_some_and(|problem| problem.ends_with("did you mean `protocol`?")));
        assert!(unknown_profile("{% if record.x.y %}protocol{% else %}gpc{% endif %}").is_some());
        assert!(unknown_profile("").is_some());
    }
}
