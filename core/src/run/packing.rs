//! The package of one filing, and its entry in the ledger.

use std::path::PathBuf;

use serde_json::value::to_raw_value;

use super::Built;
use super::filing::Shared;
use super::rendering::Rendered;
use crate::ledger::{self, Version, items::Items};
use crate::limits;
use crate::model::{Attachment, Content, Filing, Finding, Place, Record, Text};
use crate::package::manifest::Versioned;
use crate::package::store::MANIFEST;
use crate::package::{ArchiveError, FileEntry, Made, PackageManifest, StoreError, assemble, store};
use crate::plugin::Plugin;
use crate::render::templates::{Names, path_part};

/// The files of a package with their hashes.
pub(super) struct Packed {
    pub(super) archive: FileEntry,
    pub(super) files: Vec<FileEntry>,
}

impl Shared<'_> {
    /// Says that a package of an earlier run is still there although this run made none.
    pub(super) fn left_over(&self, plugin: &Plugin, id: &str, names: &Names) -> Option<Finding> {
        let folder = self.job.out.as_ref()?.join(path_part(id).ok()?).join(plugin.id()).join(&names.folder);
        let there = folder.join(MANIFEST).is_file();
        let values = [("folder", Text::from(folder.display().to_string()))];
        there.then(|| self.engine.book.finding("PK-0005", Place::default(), &values))
    }

    /// Makes the entry of a filing that was packaged.
    pub(super) fn entry(
        &self,
        plugin: &Plugin,
        record: &Record,
        filing: &Filing,
        names: &Names,
        built: &Built,
        packed: Packed,
    ) -> ledger::Built {
        let version = |id: &str, version: &str| Version { id: id.to_owned(), version: version.to_owned() };
        let out = self.job.out.as_deref().unwrap_or(std::path::Path::new("."));
        let folder = built.folder.strip_prefix(out).unwrap_or(&built.folder);
        let folder: Vec<_> = folder.iter().map(|part| part.to_string_lossy()).collect();
        let is_read = |input: &&FileEntry| record.sources.files().any(|file| file.ends_with(&input.name));
        ledger::Built {
            trial: built.trial.clone(),
            plugin: version(plugin.id(), &plugin.manifest.version),
            form: version(&plugin.form.id, &plugin.form.version),
            series: names.position.series.clone(),
            order: names.position.order.clone(),
            submission: names.submission.clone(),
            folder: folder.join("/"),
            draft: built.draft,
            built: self.job.now.clone(),
            inputs: self.inputs.iter().filter(is_read).cloned().collect(),
            archive: packed.archive,
            files: packed.files,
            content: String::new(),
            items: to_raw_value(&Items { filing, form: &plugin.form }).ok(),
            remembered: None,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "each is one thing a package holds or says")]
    pub(super) fn package(
        &self,
        plugin: &Plugin,
        schema: bool,
        id: &str,
        rendered: &Rendered,
        attachments: &[Attachment],
        findings: &[Finding],
        draft: bool,
    ) -> Result<(Built, Packed), Box<Finding>> {
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
        let written = manifest.to_bytes();
        let (bytes, staged) = match zip {
            Made::Bytes(bytes) => (Some(bytes), None),
            Made::Staged(staged) => (None, Some((names.archive.as_str(), staged))),
        };
        files.extend(bytes.as_deref().map(|bytes| (names.archive.as_str(), bytes)));
        store(&folder, &files, staged, &written).map_err(|error| match error {
            StoreError::Io { .. } => io(error.to_string()),
            StoreError::Foreign { .. } => fail("PK-0002", &[("problem", error.to_string().into())]),
        })?;
        let built = Built { trial: id.to_owned(), plugin: plugin.id().to_owned(), folder, files: listed, draft };
        Ok((built, Packed { archive: manifest.archive, files: manifest.files }))
    }
}

/// Returns whether an attachment has a name, or a file of that name in it.
fn holds(attachment: &Attachment, name: &str) -> bool {
    attachment.name == name
        || matches!(&attachment.content, Content::Bundle(members) if members.iter().any(|(member, _)| member == name))
}
