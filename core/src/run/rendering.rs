//! The files of one filing.

use serde_json::json;

use super::code::Coded;
use super::filing::Shared;
use super::word::Word;
use super::{Kept, Stage};
use crate::as_filed;
use crate::expr::Scope;
use crate::limits;
use crate::map::replace::Replaced;
use crate::model::{Filing, Finding, Lang, Place, Record, Severity, Text};
use crate::package::{OutputFile, sha256};
use crate::plugin::{Plugin, Renderer};
use crate::render::filled::Filled;
use crate::render::page::{Page, PageFinding};
use crate::render::paper::{Paper, Sheet};
use crate::render::printer::PrintError;
use crate::render::report::About;
use crate::render::templates::Names;
use crate::render::{RenderError, entry, xml};
use crate::validate::schema::Schema;

/// A filing with what stands beside it when it is written.
#[derive(Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) filing: &'a Filing,
    /// Characters that were replaced in it.
    pub(super) replaced: &'a [Replaced],
    /// Where the filing it was read from is another one.
    pub(super) as_filed: &'a [as_filed::Line],
    /// Whether it was compared with one before it.
    pub(super) compared: bool,
}

/// The files of one filing and its names.
pub(super) struct Rendered {
    pub(super) names: Names,
    pub(super) files: Vec<OutputFile>,
    /// How each file was made.
    pub(super) renderers: Vec<Renderer>,
}

impl Shared<'_> {
    pub(super) fn not_rendered(&self, error: &RenderError) -> Finding {
        self.engine.book.finding("RN-0001", Place::default(), &[("problem", error.to_string().into())])
    }

    /// Writes the XML; a filing that was read back comes out as it went in.
    fn xml(
        &self,
        plugin: &Plugin,
        filing: &Filing,
        as_filed: &[as_filed::Line],
        findings: &mut Vec<Finding>,
    ) -> Result<Vec<u8>, RenderError> {
        let built = xml::write(filing, &plugin.form)?;
        let tree = if as_filed.is_empty() { None } else { as_filed::parse(&String::from_utf8_lossy(&built)) };
        let Some(tree) = tree else { return Ok(built) };
        let (tree, stale) = as_filed::patched(&tree, as_filed);
        for line in stale {
            let values = [("path", Text::from(line.path.as_str())), ("part", line.part.as_str().into())];
            findings.push(self.engine.book.finding("RB-0008", Place::default(), &values));
        }
        Ok(as_filed::write(&tree, &plugin.form.xml))
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a page shows")]
    pub(super) fn render(
        &self,
        plugin: &Plugin,
        record: &Record,
        Whole { filing, replaced, as_filed, compared }: Whole,
        id: &str,
        draft: bool,
        mut names: Names,
        earlier: &[Finding],
        findings: &mut Vec<Finding>,
        coded: &mut Option<Coded>,
    ) -> Result<Rendered, RenderError> {
        if draft {
            names.mark_draft();
        }
        let (mut files, mut renderers) = (Vec::new(), Vec::new());
        let scope = Scope { catalogue: &self.engine.catalogue, root: &record.root, rows: &[] };
        let said = earlier.iter().chain(findings.iter()).map(|finding| finding.rule.clone()).collect();
        let blocked = earlier.iter().chain(findings.iter()).any(|finding| finding.counts(Severity::Error));
        // A destination without Word documents pays nothing for them.
        let mut word =
            (!plugin.word.is_empty()).then(|| Word::new(self, plugin, (record, filing), &names, (id, draft), (said, blocked)));
        findings.extend(coded.iter_mut().flat_map(|coded| coded.render(draft)));
        let submission = names.submission.clone();
        let about = About {
            lang: Lang::Ja,
            draft,
            submission: &submission,
            built: &self.job.now,
            trial: id,
            title: &plugin.manifest.title,
            version: &plugin.form.version,
        };
        let outputs = plugin.manifest.outputs.iter().zip(&names.outputs).zip(&plugin.conditions);
        for (at, ((output, name), when)) in outputs.enumerate() {
            let applies = when.as_ref().map_or(Ok(true), |when| when.truth(scope));
            if !applies.map_err(|problem| RenderError::Condition { name: name.clone(), problem })? {
                continue;
            }
            let bytes = match (output.renderer, &output.template) {
                (Renderer::Docx, _) => {
                    let made = word.as_mut().map(|word| word.output(at, output, name)).transpose()?;
                    for file in made.into_iter().flatten() {
                        renderers.push(output.renderer);
                        files.push(file);
                    }
                    continue;
                }
                (renderer, _) if renderer.is_coded() => {
                    let Some(coded) = coded else { continue };
                    for file in coded.output(output, name, &about)? {
                        renderers.push(output.renderer);
                        files.push(file);
                    }
                    findings.extend(coded.said());
                    continue;
                }
                (Renderer::FormXml, _) => self.xml(plugin, filing, as_filed, findings)?,
                (Renderer::FormPdf, _) => {
                    // Drawing costs more than all the rest, so nothing is drawn that no one will see.
                    let open = earlier.iter().chain(findings.iter()).any(|finding| finding.counts(Severity::Error));
                    if self.job.until < Stage::Render || (self.job.until == Stage::Package && open && !draft) {
                        continue;
                    }
                    let sheet = Sheet { title: &names.submission, made: &self.job.now, draft };
                    match self.printed(filing, plugin, sheet) {
                        Ok(Some(bytes)) => bytes,
                        // Without a printer the run has said so, once; everything else is made all the same.
                        Ok(None) => continue,
                        Err(finding) => {
                            findings.push(*finding);
                            continue;
                        }
                    }
                }
                (Renderer::EntryHtml | Renderer::EntryXlsx | Renderer::EntryJson, _) => {
                    let all: Vec<Finding> = earlier.iter().chain(findings.iter()).cloned().collect();
                    let sheet = entry::Sheet::build(&entry::Given {
                        plugin,
                        filing,
                        sources: &record.sources,
                        catalogue: &self.engine.catalogue,
                        trial: id,
                        submission: &names.submission,
                        built: &self.job.now,
                        draft,
                        compared,
                        findings: &all,
                    });
                    match output.renderer {
                        Renderer::EntryXlsx => entry::xlsx(&sheet)?,
                        Renderer::EntryJson => entry::json(&sheet)?.into_bytes(),
                        _ => entry::html(&sheet).into_bytes(),
                    }
                }
                (_, template) => {
                    let page = Page {
                        trial: id,
                        title: &plugin.form.title,
                        form_version: &plugin.form.version,
                        built: &self.job.now,
                        draft,
                        submission: &names.submission,
                        lines: filing.lines(&plugin.form, &record.sources, Lang::Ja),
                        findings: earlier
                            .iter()
                            .chain(findings.iter())
                            .map(|finding| PageFinding::new(finding, Lang::Ja))
                            .collect(),
                        replacements: replaced,
                    };
                    let (template, form) = (template.as_deref().unwrap_or_default(), Filled::new(filing, &plugin.form));
                    match output.renderer {
                        Renderer::Table => plugin.templates.table(template, &names, &page, &form)?,
                        _ => plugin.templates.document(template, &names, &page, &form)?.into_bytes(),
                    }
                }
            };
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if bytes.len() > limits::OUTPUT_BYTES {
                return Err(RenderError::TooLarge { name: name.clone(), limit: limits::OUTPUT_BYTES });
            }
            renderers.push(output.renderer);
            files.push(OutputFile { name: name.clone(), bytes, packed: output.packed });
        }
        findings.extend(word.into_iter().flat_map(Word::findings));
        Ok(Rendered { names, files, renderers })
    }

    /// Draws a filing as PDF; nothing when there is no printer or the form has no paper.
    fn printed(&self, filing: &Filing, plugin: &Plugin, sheet: Sheet) -> Result<Option<Vec<u8>>, Box<Finding>> {
        let Ok(printer) = self.engine.printer() else { return Ok(None) };
        let Some(paper) = Paper::of(filing, &plugin.form, sheet) else { return Ok(None) };
        printer.print(&paper).map(Some).map_err(|error| {
            let finding = |id: &str, values: &[(&str, Text)]| Box::new(self.engine.book.finding(id, Place::default(), values));
            match error {
                PrintError::NoGlyph { characters, font } => {
                    finding("PD-0003", &[("characters", characters.into()), ("font", font.into())])
                }
                PrintError::TooLong { lines, limit } => {
                    finding("PD-0005", &[("lines", lines.to_string().into()), ("limit", limit.to_string().into())])
                }
                PrintError::Failed { problem } => finding("PD-0004", &[("problem", problem.into())]),
            }
        })
    }

    pub(super) fn schema_findings(&self, schema: Option<&Schema>, rendered: &Rendered) -> Vec<Finding> {
        let Some(schema) = schema else { return Vec::new() };
        let mut findings = Vec::new();
        let made = rendered.renderers.iter().zip(&rendered.files);
        for (_, file) in made.filter(|(renderer, _)| **renderer == Renderer::FormXml) {
            let violations = schema.violations(&file.bytes).into_iter();
            findings.extend(violations.map(|violation| violation.finding(&self.engine.book, &file.name)));
        }
        findings
    }
}

/// Shows a file for `--stop-after render`: its text, or of one that is no text its hash.
pub(super) fn shown((renderer, file): (&Renderer, &OutputFile)) -> Kept {
    let is_text = match renderer {
        Renderer::FormPdf | Renderer::EntryXlsx | Renderer::Docx | Renderer::ReportXlsx | Renderer::ReportDocx => false,
        Renderer::Code => std::str::from_utf8(&file.bytes).is_ok(),
        Renderer::FormXml
        | Renderer::Template
        | Renderer::Table
        | Renderer::EntryHtml
        | Renderer::EntryJson
        | Renderer::ReportCsv
        | Renderer::ReportHtml
        | Renderer::ReportJson => true,
    };
    let content =
        if is_text { ("text", String::from_utf8_lossy(&file.bytes).into_owned()) } else { ("sha256", sha256(&file.bytes)) };
    json!({"name": file.name, "packed": file.packed, content.0: content.1})
}
