//! `plugin.toml`: what a plugin is, which form it fills and what it puts out.

use serde::Deserialize;
use toml::Spanned;

use super::API;
use super::ledger::LedgerTable;
use super::next::NextFile;
use crate::files::Files;
use crate::model::{Catalogue, DataError, Form, Text, TomlFile};

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
    pub fn check_names(&self, files: &Files, form: &Form, catalogue: &Catalogue) -> Vec<DataError> {
        let bad = |problem: String| DataError::bad(&files.display("plugin.toml"), "", problem);
        let wanted_by = self.wanted_by.iter().flatten();
        let ids = wanted_by.chain(&self.needs).chain(self.from_file_name.iter().map(|(id, _)| id));
        let unknown = ids.filter(|id| catalogue.field_ix(id).is_none()).map(|id| bad(format!("no field `{id}`")));
        let patterns = self.from_file_name.iter().filter_map(|(id, pattern)| {
            let error = regex::Regex::new(pattern).err()?;
            Some(bad(format!("from_file_name: `{id}`: {error}")))
        });
        let wants_xml = self.outputs.iter().any(|output| output.renderer == Renderer::FormXml);
        let no_xml = (wants_xml && !form.has_xml())
            .then(|| bad("output: renderer `form-xml` needs a form with an `[xml]` table".to_owned()));
        let wants_paper = self.outputs.iter().any(|output| output.renderer == Renderer::FormPdf);
        let no_paper = (wants_paper && form.paper.is_none())
            .then(|| bad("output: renderer `form-pdf` needs a form with a `[paper]` table".to_owned()));
        let is_known = |kind: &String| form.needs(form.kind_item).any(|(known, _)| known == kind);
        let kinds =
            self.kinds.iter().filter(|kind| !is_known(kind)).map(|kind| bad(format!("kinds: the form has no kind `{kind}`")));
        let documents = self.documents.iter().flat_map(|fields| [&fields.profile, &fields.date, &fields.version]);
        let documents =
            documents.filter(|id| catalogue.field_ix(id).is_none()).map(|id| bad(format!("documents: no field `{id}`")));
        let each = self.outputs.iter().filter_map(|output| output.each.as_ref());
        let each = each.filter(|id| catalogue.scope_ix(id).is_none()).map(|id| bad(format!("output: no list `{id}`")));
        let tables = self.tables.iter().filter_map(|table| table.field.as_ref());
        let tables = tables.filter(|id| catalogue.field_ix(id).is_none()).map(|id| bad(format!("table: no field `{id}`")));
        unknown.chain(tables).chain(documents).chain(each).chain(patterns).chain(kinds).chain(no_xml).chain(no_paper).collect()
    }

    /// Reads `plugin.toml`.
    ///
    /// # Errors
    /// Returns the place that breaks the format, or both versions when the contract's does not fit.
    pub fn load(files: &Files) -> Result<Manifest, DataError> {
        let file = TomlFile::read(files, "plugin.toml")?;
        let manifest: Manifest = file.parse()?;
        let api = *manifest.api.get_ref();
        if api != API {
            let problem = format!("the plugin speaks contract version {api}, this engine version {API}");
            return Err(file.error(manifest.api.span().start, &problem));
        }
        for output in &manifest.outputs {
            let is_word = output.renderer == Renderer::Docx;
            let wants_template = is_word || matches!(output.renderer, Renderer::Template | Renderer::Table);
            let problem = if wants_template != output.template.is_some() {
                "`template` goes with renderers `template`, `table` and `docx` and with no other"
            } else if output.renderer.is_coded() != output.part.is_some() {
                "`part` goes with renderers `code` and `report-…` and with no other"
            } else if output.renderer.is_coded() && manifest.code.is_none() {
                "its renderer wants a plugin with a `[code]` table"
            } else if !is_word
                && [&output.document, &output.each, &output.lint, &output.readers].iter().any(|value| value.is_some())
            {
                "`document`, `each`, `lint` and `readers` go with renderer `docx` and with no other"
            } else {
                continue;
            };
            return Err(file.error(0, &format!("output `{}`: {problem}", output.name)));
        }
        Ok(manifest)
    }
}
