//! Tells everything that is wrong in a plugin's folder, in one pass: what does not load, and what loads but is not finished.

mod names;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::words::Words;
use super::{Loaded, Program, golden, load, test};
use crate::attachments::Fields;
use crate::cases;
use crate::documents;
use crate::files::Files;
use crate::map::replace;
use crate::model::catalogue::own::OWN_FIELDS;
use crate::model::finding::sort;
use crate::model::{CsvFile, DataError, FieldIx, Finding, Place, RuleBook, Text, TomlFile};
use crate::plugin::{Plugin, Source};
use crate::render::docx::template::Schema;
use crate::run::EngineError;

/// Says everything that is wrong in a plugin's folder; `others` are folders of more plugins, whose fields it may use.
///
/// # Errors
/// Returns that a folder cannot be read or holds no plugin.
pub fn check(folder: &Path, others: &[PathBuf], program: &Program) -> Result<Vec<Finding>, EngineError> {
    let forms = Files::embedded("forms");
    let book = RuleBook::load(&forms).map_err(|error| EngineError::Load { problems: vec![error] })?;
    let words = Words::load(&forms).map_err(|error| EngineError::Load { problems: vec![error] })?;
    let files = Files::Folder(folder.to_path_buf());
    if files.read("plugin.toml").is_none() {
        return Err(EngineError::NoPlugins { path: folder.to_path_buf() });
    }
    let mut findings = match load(folder, others, program) {
        Ok(loaded) => match loaded.engine.plugins.get(&loaded.id) {
            Some(plugin) => {
                Checker { loaded: &loaded, plugin, files: &files, book: &book, words: &words, findings: Vec::new() }.all()
            }
            None => Vec::new(),
        },
        Err(EngineError::Load { problems }) => {
            let (_, of_cases) = cases::count(&files);
            problems.iter().chain(&of_cases).map(|problem| unloadable(problem, &book, &words)).collect()
        }
        Err(error) => return Err(error),
    };
    // A place is named from the folder: whoever reads it stands there.
    let within = files.display("");
    for finding in &mut findings {
        if let Some(rest) = finding.at.file.strip_prefix(within.trim_end_matches('/')) {
            finding.at.file = rest.trim_start_matches(['/', '\\']).to_owned();
        }
    }
    sort(&mut findings);
    Ok(findings)
}

/// Words what does not load.
fn unloadable(problem: &DataError, book: &RuleBook, words: &Words) -> Finding {
    match problem {
        DataError::Missing { file } => book.finding("AK-0002", Place::file(file), &[]),
        DataError::Bad { file, at, problem } => {
            let place = Place { file: file.clone(), line: at.clone(), ..Place::default() };
            book.finding("AK-0001", place, &[("problem", words.both(problem))])
        }
    }
}

struct Checker<'a> {
    loaded: &'a Loaded,
    plugin: &'a Plugin,
    files: &'a Files,
    book: &'a RuleBook,
    words: &'a Words,
    findings: Vec<Finding>,
}

impl Checker<'_> {
    fn all(mut self) -> Vec<Finding> {
        self.templates();
        self.cases();
        self.fields();
        self.code();
        let named = names::unknown(self.plugin, &self.loaded.engine.catalogue, self.files);
        for (place, name, meant) in named {
            self.say("AK-0008", place, &[("name", name.into()), ("meant", meant)]);
        }
        self.findings
    }

    fn say(&mut self, rule: &str, at: Place, values: &[(&str, Text)]) {
        self.findings.push(self.book.finding(rule, at, values));
    }

    /// Templates that nothing uses, and tags in Word templates that name nothing.
    fn templates(&mut self) {
        let used: BTreeSet<&String> =
            self.plugin.manifest.outputs.iter().filter_map(|output| output.template.as_ref()).collect();
        let folder = self.files.below("templates");
        for name in folder.names() {
            let is_hidden = name.starts_with('.') || name.starts_with("~$");
            if !used.contains(&name) && !is_hidden {
                self.say("AK-0003", Place::file(&folder.display(&name)), &[("name", name.as_str().into())]);
            }
        }
        let schema = Schema::of(&documents::schema(self.plugin, &self.loaded.engine.catalogue));
        for (name, template) in &self.plugin.word {
            let shown = folder.display(name);
            let found = template.check(Some(&schema)).into_iter().map(|problem| problem.finding(self.book, &shown));
            self.findings.extend(found);
        }
    }

    /// Rules without cases, cases without rules, golden outputs without files.
    fn cases(&mut self) {
        let (shown, problems) = cases::count(self.files);
        self.findings.extend(problems.iter().map(|problem| unloadable(problem, self.book, self.words)));
        let rules = TomlFile::read(self.files, "rules.toml").ok();
        for rule in test::covered(self.loaded, &shown).into_iter().filter(|rule| !rule.is_covered()) {
            let place = rules.as_ref().map_or_else(Place::default, |file| {
                let line = file.line_column(file.find(&format!("\"{}\"", rule.rule)));
                Place { file: self.files.display("rules.toml"), line, ..Place::default() }
            });
            let lacking = match (rule.fails, rule.passes) {
                (0, 0) => Text::new("事例", "case"),
                (0, _) => Text::new("指摘される事例", "failing case"),
                _ => Text::new("指摘されない事例", "passing case"),
            };
            self.say("AK-0004", place, &[("rule", rule.rule.as_str().into()), ("lacking", lacking)]);
        }
        for name in test::strangers(self.loaded, shown.keys()) {
            let place = Place::file(&self.files.display(&format!("cases/{name}/case.toml")));
            self.say("AK-0005", place, &[("rule", name.into())]);
        }
        for name in golden::names(&self.loaded.folder) {
            if !self.loaded.folder.join("cases").join(&name).join(golden::EXPECTED).is_dir() {
                let place = Place::file(&self.files.display(&format!("cases/{name}")));
                self.say("AK-0006", place, &[("name", name.into())]);
            }
        }
    }

    /// Fields of the plugin's own that nothing shows and nothing reads.
    fn fields(&mut self) {
        let Ok(file) = CsvFile::read(self.files, OWN_FIELDS) else { return };
        let read = self.read();
        let text = names::all_text(self.plugin, self.files);
        let (rows, _) = file.rows::<std::collections::BTreeMap<String, String>>();
        for row in rows {
            let id = row.value.get("id").cloned().unwrap_or_default();
            let field = self.loaded.engine.catalogue.field_ix(&id);
            if field.is_some_and(|field| !read.contains(&field)) && !text.contains(&id) {
                let place = match file.error(row.start, "id", "") {
                    DataError::Bad { file, at, .. } => Place { file, line: at, ..Place::default() },
                    DataError::Missing { file } => Place::file(&file),
                };
                self.say("AK-0007", place, &[("field", id.into())]);
            }
        }
    }

    /// Returns the fields that any plugin there is fills an item with or reads.
    fn read(&self) -> BTreeSet<FieldIx> {
        let catalogue = &self.loaded.engine.catalogue;
        let mut read = BTreeSet::new();
        for plugin in self.loaded.engine.plugins.values() {
            read.extend(plugin.filled_items().map(|(_, field)| field));
            read.extend(plugin.read_fields(catalogue));
            read.extend(plugin.rules.read_fields(catalogue));
            let needed = plugin.manifest.needs.iter().chain(plugin.manifest.wanted_by.iter().flatten());
            let tables = plugin.manifest.tables.iter().filter_map(|table| table.field.as_ref());
            read.extend(needed.chain(tables).filter_map(|id| catalogue.field_ix(id)));
            read.extend(plugin.attached.iter().flat_map(Fields::all));
            read.extend(plugin.replaced.iter().flat_map(replace::Fields::all));
            let expressions = plugin.conditions.iter().flatten();
            read.extend(expressions.flat_map(|expr| expr.fields(catalogue)));
            let items = 0..plugin.form.items().len();
            read.extend(items.filter_map(|item| match plugin.mapping.source(item) {
                Source::Rows { list, .. } => catalogue.scope(*list).key,
                _ => None,
            }));
        }
        // What a group brings by itself is asked of nobody.
        read.extend(catalogue.scopes().filter_map(|(_, scope)| scope.serial));
        read
    }

    /// Code that cannot be started or says that it is something else: it is asked.
    fn code(&mut self) {
        let Some(code) = &self.plugin.code else { return };
        let fault = match code.converse() {
            Ok(_) => return,
            Err(fault) => fault,
        };
        let mut finding = fault.finding(self.book);
        finding.at = names::place(self.files, "code");
        self.findings.push(finding);
    }
}
