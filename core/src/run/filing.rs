//! One trial on its way through the stages after normalising, for each plugin.

use std::path::PathBuf;

use serde_json::json;

use super::{Built, Engine, Job, Kept, Stage, bounded, places};
use crate::attachments::{self, gather};
use crate::expr::Scope;
use crate::limits;
use crate::map::map;
use crate::map::replace::{Replaced, replace};
use crate::model::{Attachment, Content, Filing, Finding, Lang, Place, Record, ScopeIx, Severity, Text};
use crate::package::manifest::Versioned;
use crate::package::store::MANIFEST;
use crate::package::{ArchiveError, FileEntry, Made, OutputFile, PackageManifest, StoreError, assemble, store};
use crate::plugin::{Plugin, Renderer};
use crate::render::facts::Facts;
use crate::render::page::{Page, PageFinding};
use crate::render::templates::{DRAFT, Names, path_part};
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
    /// How each file was made.
    renderers: Vec<Renderer>,
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
        let (mut filing, faults) = map(record, plugin, &engine.catalogue);
        let (replaced, unreplaced) = replace(&mut filing, record, plugin, &engine.catalogue, &engine.book);
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
        findings.extend(unreplaced);
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
        let (mut attachments, unfit) =
            gather(attachments::Subject { record, plugin, catalogue: &engine.catalogue, book: &engine.book, names: &names });
        findings.extend(unfit);
        // Without a schema there is nothing to learn from rendering before the packages are wanted.
        if self.job.until == Stage::Validate && schema.is_none() {
            self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings}));
            return findings;
        }
        let draft = self.job.draft && blocked(&findings);
        if self.job.until == Stage::Package && blocked(&findings) && !draft {
            findings.extend(self.left_over(plugin, id, &names));
        }
        let rendered = match self.render(plugin, record, (&filing, &replaced), id, draft, names, earlier, &findings) {
            Ok(rendered) => rendered,
            Err(error) => {
                if !blocked(&findings) || self.job.draft {
                    findings.push(self.not_rendered(&error));
                }
                return findings;
            }
        };
        if draft {
            attachments.iter_mut().for_each(|attachment| attachment.name.insert_str(0, DRAFT));
        }
        findings.extend(self.schema_findings(schema, &rendered));
        match self.job.until {
            Stage::Validate => self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "findings": findings})),
            Stage::Render => {
                let files = |file: &OutputFile| json!({"name": file.name, "packed": file.packed, "text": String::from_utf8_lossy(&file.bytes)});
                let files: Vec<_> = rendered.files.iter().map(files).collect();
                self.keep(trial, || json!({"trial": id, "plugin": plugin.id(), "files": files}));
            }
            _ if blocked(&findings) && !self.job.draft => {}
            _ => {
                let all: Vec<Finding> = earlier.iter().chain(&findings).cloned().collect();
                match self.package(plugin, schema.is_some(), id, &rendered, &attachments, &all, draft || blocked(&findings)) {
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
        (filing, replaced): (&Filing, &[Replaced]),
        id: &str,
        draft: bool,
        mut names: Names,
        earlier: &[Finding],
        findings: &[Finding],
    ) -> Result<Rendered, RenderError> {
        if draft {
            names.mark_draft();
        }
        let (mut files, mut renderers) = (Vec::new(), Vec::new());
        let scope = Scope { catalogue: &self.engine.catalogue, root: &record.root, rows: &[] };
        for ((output, name), when) in plugin.manifest.outputs.iter().zip(&names.outputs).zip(&plugin.conditions) {
            let applies = when.as_ref().map_or(Ok(true), |when| when.truth(scope));
            if !applies.map_err(|problem| RenderError::Condition { name: name.clone(), problem })? {
                continue;
            }
            let bytes = match (output.renderer, &output.template) {
                (Renderer::FormXml, _) => xml::write(filing, &plugin.form)?,
                (Renderer::Template, template) => {
                    let page = Page {
                        trial: id,
                        title: &plugin.form.title,
                        form_version: &plugin.form.version,
                        built: &self.job.now,
                        draft,
                        submission: &names.submission,
                        lines: filing.lines(&plugin.form, &record.sources, Lang::Ja),
                        findings: earlier.iter().chain(findings).map(|finding| PageFinding::new(finding, Lang::Ja)).collect(),
                        replacements: replaced,
                    };
                    plugin.templates.document(template.as_deref().unwrap_or_default(), &names, &page)?.into_bytes()
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
        Ok(Rendered { names, files, renderers })
    }

    fn schema_findings(&self, schema: Option<&Schema>, rendered: &Rendered) -> Vec<Finding> {
        let Some(schema) = schema else { return Vec::new() };
        let mut findings = Vec::new();
        let xml = rendered.renderers.iter().zip(&rendered.files).filter(|(renderer, _)| **renderer == Renderer::FormXml);
        for (_, file) in xml {
            let violations = schema.violations(&file.bytes).into_iter();
            findings.extend(violations.map(|violation| violation.finding(&self.engine.book, &file.name)));
        }
        findings
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a package holds or says")]
    fn package(
        &self,
        plugin: &Plugin,
        schema: bool,
        id: &str,
        rendered: &Rendered,
        attachments: &[Attachment],
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
        let out = self.job.out.clone().unwrap_or_else(|| PathBuf::from("."));
        let folder = out.join(trial_folder).join(plugin.id()).join(&names.folder);
        let (zip, inside) = assemble(&folder, &rendered.files, attachments).map_err(|error| match error {
            ArchiveError::Write(error) => io(error.to_string()),
            ArchiveError::Changed { name } => {
                let at = attachments.iter().find(|attachment| holds(attachment, &name)).map(|attachment| attachment.at.clone());
                Box::new(book.finding("AT-0018", at.unwrap_or_default(), &[("name", name.into())]))
            }
        })?;
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
            archive: zip.entry(&names.archive),
            files: rendered
                .files
                .iter()
                .map(|file| FileEntry::of(&file.name, &file.bytes, file.packed))
                .chain(inside)
                .collect(),
            findings,
        };
        let mut files: Vec<(&str, &[u8])> =
            rendered.files.iter().map(|file| (file.name.as_str(), file.bytes.as_slice())).collect();
        let mut listed: Vec<String> = files.iter().map(|(name, _)| (*name).to_owned()).collect();
        listed.extend([names.archive.clone(), MANIFEST.to_owned()]);
        let manifest = manifest.to_bytes();
        let (bytes, staged) = match zip {
            Made::Bytes(bytes) => (Some(bytes), None),
            Made::Staged(staged) => (None, Some((names.archive.as_str(), staged))),
        };
        files.extend(bytes.as_deref().map(|bytes| (names.archive.as_str(), bytes)));
        store(&folder, &files, staged, &manifest).map_err(|error| match error {
            StoreError::Io { .. } => io(error.to_string()),
            StoreError::Foreign { .. } => fail("PK-0002", &[("problem", error.to_string().into())]),
        })?;
        Ok(Built { trial: id.to_owned(), plugin: plugin.id().to_owned(), folder, files: listed, draft })
    }
}

/// Returns whether an attachment has a name, or a file of that name in it.
fn holds(attachment: &Attachment, name: &str) -> bool {
    attachment.name == name
        || matches!(&attachment.content, Content::Bundle(members) if members.iter().any(|(member, _)| member == name))
}

/// Returns whether a finding of the reading stage stands in the way of a trial: its own, or one of its whole file.
fn concerns(finding: &Finding, id: &str, record: &Record) -> bool {
    if !finding.trial.is_empty() {
        return finding.trial == id;
    }
    let (file, _) = record.sources.sheet(0);
    finding.at.file.is_empty() || finding.at.file == file || finding.at.file.ends_with(file)
}
