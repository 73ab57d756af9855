//! One trial on its way through the stages after normalising, for each plugin.

use std::path::PathBuf;

use serde_json::json;

use super::{Built, Engine, Job, Kept, Stage, bounded, places};
use crate::limits;
use crate::map::map;
use crate::model::{Filing, Finding, Lang, Place, Record, ScopeIx, Severity, Text};
use crate::package::manifest::Versioned;
use crate::package::store::MANIFEST;
use crate::package::{FileEntry, OutputFile, PackageManifest, StoreError, archive, sha256, store};
use crate::plugin::{Plugin, Renderer};
use crate::render::facts::Facts;
use crate::render::page::{Page, PageFinding};
use crate::render::paper::{Paper, Sheet};
use crate::render::printer::PrintError;
use crate::render::templates::{Names, path_part};
use crate::render::{RenderError, xml};
use crate::validate::schema::Schema;
use crate::validate::{Subject, validate};

/// What all trials of a run share.
pub(super) struct Shared<'a> {
    pub(super) engine: &'a Engine,
    pub(super) job: &'a Job,
    pub(super) plugins: &'a [&'a Plugin],
    pub(super) schemas: &'a [Option<Schema>],
    pub(super) inputs: &'a [FileEntry],
    /// Findings about whole files, and about trials while they were read.
    pub(super) ingested: &'a [Finding],
    /// Most findings kept for one trial.
    pub(super) share: usize,
}

/// What became of one trial.
#[derive(Default)]
pub(super) struct Trial {
    pub(super) findings: Vec<Finding>,
    pub(super) built: Vec<Built>,
    pub(super) kept: Vec<Kept>,
}

/// The files of one filing and its names.
struct Rendered {
    names: Names,
    files: Vec<OutputFile>,
    /// How each of the files was made.
    renderers: Vec<Renderer>,
    /// What was found while they were made.
    findings: Vec<Finding>,
}

impl Shared<'_> {
    /// Takes one trial through every plugin.
    pub(super) fn trial(&self, record: Record, normalised: Vec<Finding>) -> Trial {
        let id = record.id(&self.engine.catalogue).to_owned();
        let mut earlier: Vec<Finding> =
            self.ingested.iter().filter(|finding| concerns(finding, &id, &record)).cloned().collect();
        earlier.extend(normalised.iter().cloned());
        let mut trial = Trial { findings: normalised, ..Trial::default() };
        if let Some(finding) = self.unusable_id(&record, &id) {
            earlier.push(finding.clone());
            trial.findings.push(finding);
        }
        for (plugin, schema) in self.plugins.iter().zip(self.schemas) {
            let findings = self.filing(plugin, schema.as_ref(), &record, &id, &earlier, &mut trial);
            let mut findings = bounded(findings, self.share, &self.engine.book);
            for finding in &mut findings {
                id.clone_into(&mut finding.trial);
                plugin.id().clone_into(&mut finding.plugin);
            }
            trial.findings.extend(findings);
        }
        trial
    }

    /// Reports an id that cannot name the trial's folder, at its cell.
    fn unusable_id(&self, record: &Record, id: &str) -> Option<Finding> {
        let catalogue = &self.engine.catalogue;
        let key = catalogue.scope(ScopeIx::ROOT).key.filter(|_| !id.is_empty())?;
        let error = path_part(id).err()?;
        let place = record.sources.place(&record.root.origin(key, catalogue));
        let values = [("id", id.into()), ("problem", error.to_string().into())];
        let mut finding = self.engine.book.finding("PK-0003", place, &values).found(id, &catalogue.field(key).id);
        id.clone_into(&mut finding.trial);
        Some(finding)
    }

    /// Says that a package of an earlier run is still there although this run made none.
    fn left_over(&self, plugin: &Plugin, id: &str, names: &Names) -> Option<Finding> {
        let folder = self.job.out.as_ref()?.join(path_part(id).ok()?).join(plugin.id()).join(&names.folder);
        let there = folder.join(MANIFEST).is_file();
        let values = [("folder", Text::from(folder.display().to_string()))];
        there.then(|| self.engine.book.finding("PK-0005", Place::default(), &values))
    }

    fn filing(
        &self,
        plugin: &Plugin,
        schema: Option<&Schema>,
        record: &Record,
        id: &str,
        earlier: &[Finding],
        trial: &mut Trial,
    ) -> Vec<Finding> {
        let engine = self.engine;
        let (filing, faults) = map(record, plugin, &engine.catalogue);
        if self.job.until == Stage::Map {
            self.keep(
                trial,
                || json!({"trial": id, "plugin": plugin.id(), "items": filing.lines(&plugin.form, &record.sources, Lang::Ja)}),
            );
            return Vec::new();
        }
        let flagged = places(earlier);
        let subject =
            Subject { record, filing: &filing, plugin, catalogue: &engine.catalogue, book: &engine.book, flagged: &flagged };
        let mut findings = validate(subject, &faults);
        let blocked = |findings: &[Finding]| earlier.iter().chain(findings).any(|finding| finding.counts(Severity::Error));
        let facts = Facts::new(&engine.catalogue, &record.root);
        let names = match plugin.templates.names(&facts, plugin.manifest.outputs.len()) {
            Ok(names) => names,
            Err(error) => {
                // A name that cannot be made for want of a value that has a finding needs no second one.
                if !blocked(&findings) || self.job.draft {
                    findings.push(self.not_rendered(&error));
                }
                return findings;
            }
        };
        // Without a schema there is nothing to learn from rendering before the packages are wanted.
        if self.job.until == Stage::Validate && schema.is_none() {
            self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings}));
            return findings;
        }
        let draft = self.job.draft && blocked(&findings);
        if self.job.until == Stage::Package && blocked(&findings) && !draft {
            findings.extend(self.left_over(plugin, id, &names));
        }
        let mut rendered = match self.render(plugin, record, &filing, id, draft, names, earlier, &findings) {
            Ok(rendered) => rendered,
            Err(error) => {
                if !blocked(&findings) || self.job.draft {
                    findings.push(self.not_rendered(&error));
                }
                return findings;
            }
        };
        findings.append(&mut rendered.findings);
        findings.extend(self.schema_findings(schema, &rendered));
        match self.job.until {
            Stage::Validate => self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings})),
            Stage::Render => {
                let files: Vec<_> = rendered.renderers.iter().zip(&rendered.files).map(shown).collect();
                self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "files": files}));
            }
            _ if blocked(&findings) && !self.job.draft => {}
            _ => {
                let all: Vec<Finding> = earlier.iter().chain(&findings).cloned().collect();
                match self.package(plugin, schema.is_some(), id, &rendered, &all, draft || blocked(&findings)) {
                    Ok(built) => trial.built.push(built),
                    Err(finding) => findings.push(*finding),
                }
            }
        }
        findings
    }

    fn not_rendered(&self, error: &RenderError) -> Finding {
        self.engine.book.finding("RN-0001", Place::default(), &[("problem", error.to_string().into())])
    }

    fn keep(&self, trial: &mut Trial, made: impl FnOnce() -> Kept) {
        if self.job.keep {
            trial.kept.push(made());
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a page shows")]
    fn render(
        &self,
        plugin: &Plugin,
        record: &Record,
        filing: &Filing,
        id: &str,
        draft: bool,
        mut names: Names,
        earlier: &[Finding],
        findings: &[Finding],
    ) -> Result<Rendered, RenderError> {
        if draft {
            names.mark_draft();
        }
        let (mut files, mut renderers, mut found) = (Vec::new(), Vec::new(), Vec::new());
        for (output, name) in plugin.manifest.outputs.iter().zip(&names.outputs) {
            let bytes = match (output.renderer, &output.template) {
                (Renderer::FormXml, _) => xml::write(filing, &plugin.form)?,
                (Renderer::FormPdf, _) => {
                    // Drawing costs more than all the rest, so nothing is drawn that no one will see.
                    let open = earlier.iter().chain(findings).any(|finding| finding.counts(Severity::Error));
                    if self.job.until < Stage::Render || (self.job.until == Stage::Package && open && !draft) {
                        continue;
                    }
                    let sheet = Sheet { title: &names.submission, made: &self.job.now, draft };
                    match self.printed(filing, plugin, sheet) {
                        Ok(Some(bytes)) => bytes,
                        // Without a printer the run has said so, once; everything else is made all the same.
                        Ok(None) => continue,
                        Err(finding) => {
                            found.push(*finding);
                            continue;
                        }
                    }
                }
                (Renderer::Template, template) => {
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
                            .chain(findings)
                            .chain(&found)
                            .map(|it| PageFinding::new(it, Lang::Ja))
                            .collect(),
                    };
                    plugin.templates.document(template.as_deref().unwrap_or_default(), &names, &page)?.into_bytes()
                }
            };
            if bytes.len() > limits::OUTPUT_BYTES {
                return Err(RenderError::TooLarge { name: name.clone(), limit: limits::OUTPUT_BYTES });
            }
            files.push(OutputFile { name: name.clone(), bytes, packed: output.packed });
            renderers.push(output.renderer);
        }
        Ok(Rendered { names, files, renderers, findings: found })
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

    fn schema_findings(&self, schema: Option<&Schema>, rendered: &Rendered) -> Vec<Finding> {
        let Some(schema) = schema else { return Vec::new() };
        let mut findings = Vec::new();
        let made = rendered.renderers.iter().zip(&rendered.files);
        for (_, file) in made.filter(|(renderer, _)| **renderer == Renderer::FormXml) {
            let violations = schema.violations(&file.bytes).into_iter();
            findings.extend(violations.map(|violation| violation.finding(&self.engine.book, &file.name)));
        }
        findings
    }

    fn package(
        &self,
        plugin: &Plugin,
        schema: bool,
        id: &str,
        rendered: &Rendered,
        findings: &[Finding],
        draft: bool,
    ) -> Result<Built, Box<Finding>> {
        let book = &self.engine.book;
        let fail = |rule: &str, values: &[(&str, Text)]| Box::new(book.finding(rule, Place::default(), values));
        let io = |problem: String| fail("PK-0001", &[("problem", problem.into())]);
        let trial_folder =
            path_part(id).map_err(|error| fail("PK-0003", &[("id", id.into()), ("problem", error.to_string().into())]))?;
        let names = &rendered.names;
        for file in rendered.files.iter().filter(|file| file.packed) {
            if file.name.chars().count() > limits::ARCHIVE_PATH_CHARS {
                let limit = limits::ARCHIVE_PATH_CHARS.to_string();
                return Err(fail("PK-0004", &[("name", file.name.as_str().into()), ("limit", limit.into())]));
            }
        }
        let zip = archive(&rendered.files).map_err(|error| io(error.to_string()))?;
        let manifest = PackageManifest {
            todokede: env!("CARGO_PKG_VERSION"),
            draft,
            built: &self.job.now,
            trial: id,
            submission: &names.submission,
            plugin: Versioned { id: plugin.id(), version: &plugin.manifest.version, effective: "" },
            form: Versioned { id: &plugin.form.id, version: &plugin.form.version, effective: &plugin.form.effective },
            schema: if schema { "checked" } else { "not checked" },
            inputs: self.inputs,
            archive: FileEntry::of(&names.archive, &zip, false),
            files: rendered.files.iter().map(|file| FileEntry::of(&file.name, &file.bytes, file.packed)).collect(),
            findings,
        };
        let out = self.job.out.clone().unwrap_or_else(|| PathBuf::from("."));
        let folder = out.join(trial_folder).join(plugin.id()).join(&names.folder);
        let mut files: Vec<(&str, &[u8])> =
            rendered.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
        files.push((names.archive.as_str(), zip.as_slice()));
        store(&folder, &files, &manifest.to_bytes()).map_err(|error| match error {
            StoreError::Io { .. } => io(error.to_string()),
            StoreError::Foreign { .. } => fail("PK-0002", &[("problem", error.to_string().into())]),
        })?;
        let mut listed: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.push(MANIFEST.to_owned());
        Ok(Built { trial: id.to_owned(), plugin: plugin.id().to_owned(), folder, files: listed, draft })
    }
}

/// Returns whether a finding of the reading stage stands in the way of a trial: its own, or one of its whole file.
fn concerns(finding: &Finding, id: &str, record: &Record) -> bool {
    if !finding.trial.is_empty() {
        return finding.trial == id;
    }
    let (file, _) = record.sources.sheet(0);
    finding.at.file.is_empty() || finding.at.file == file || finding.at.file.ends_with(file)
}

/// Shows a file for `--stop-after render`: its text, or of one that is no text its hash.
fn shown((renderer, file): (&Renderer, &OutputFile)) -> Kept {
    let content = match renderer {
        Renderer::FormPdf => ("sha256", sha256(&file.bytes)),
        Renderer::FormXml | Renderer::Template => ("text", String::from_utf8_lossy(&file.bytes).into_owned()),
    };
    json!({"name": file.name, "packed": file.packed, content.0: content.1})
}
