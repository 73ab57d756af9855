//! The Tera templates of a plugin: file names and documents, compiled when the plugin is loaded.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::RenderError;
use super::filled::Filled;
use super::filters;
use super::table::Columns;
use crate::files::Files;
use crate::limits;
use crate::model::DataError;
use crate::plugin::{Manifest, Output, Renderer};

/// What the name of a draft starts with.
pub const DRAFT: &str = "DRAFT_";

/// The compiled templates of a plugin.
#[derive(Debug)]
pub struct Templates {
    tera: Tera,
    names: Vec<String>,
    /// Whether the plugin says which filings belong together.
    has_series: bool,
    /// Columns of the tables, by file.
    tables: BTreeMap<String, Columns>,
}

/// The names of one filing, worked out from its record.
#[derive(Debug, Clone)]
pub struct Names {
    context: Context,
    /// Folder of the filing below the trial's and the plugin's.
    pub folder: String,
    /// File name of the archive.
    pub archive: String,
    /// What the filing is called when it is submitted.
    pub submission: String,
    /// File name of each output, in the order of the manifest.
    pub outputs: Vec<String>,
    /// Where the filing stands among those of its trial plan.
    pub position: Position,
    draft: bool,
}

/// Where a filing stands among those of its trial plan.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Position {
    /// The same for all filings of one trial plan.
    pub series: String,
    /// Sorts the filings of a series.
    pub order: String,
}

impl Names {
    /// Marks every name as a draft's.
    pub fn mark_draft(&mut self) {
        self.draft = true;
        self.folder.push_str("_draft");
        for name in self.outputs.iter_mut().chain([&mut self.archive, &mut self.submission]) {
            name.insert_str(0, DRAFT);
        }
    }

    /// Marks the name of one more file as a draft's, where the others are.
    pub fn marked(&self, name: String) -> String {
        if self.draft { format!("{DRAFT}{name}") } else { name }
    }

    /// Returns what templates see: the record and the names worked out from it.
    pub fn context(&self) -> &Context {
        &self.context
    }
}

impl Templates {
    /// Compiles the names of a manifest and the files below `templates/`.
    ///
    /// # Errors
    /// Returns every template that does not compile.
    pub fn load(files: &Files, manifest: &Manifest) -> Result<Templates, Vec<DataError>> {
        let mut tera = Tera::new();
        register(&mut tera);
        let mut problems = Vec::new();
        let mut add = |name: &str, text: &str, shown: &str| {
            if let Err(error) = tera.add_raw_template(name, text) {
                problems.push(DataError::bad(shown, "", format!("{error}")));
            }
        };
        let shown = files.display("plugin.toml");
        for (name, text) in &manifest.names {
            add(&format!("names/{name}"), text, &shown);
        }
        let package = &manifest.package;
        for (name, text) in [("folder", &package.folder), ("archive", &package.archive), ("submission", &package.submission)] {
            add(&format!("package/{name}"), text, &shown);
        }
        if let Some(ledger) = &manifest.ledger {
            add("ledger/series", &ledger.series, &shown);
            add("ledger/order", &ledger.order, &shown);
        }
        if let Some(attached) = &manifest.attachments {
            for (name, text) in [("stem", &attached.stem), ("name", &attached.name), ("member", &attached.member)] {
                add(&format!("attached/{name}"), text, &shown);
            }
        }
        let mut tables = BTreeMap::new();
        let mut unread = Vec::new();
        for (at, output) in manifest.outputs.iter().enumerate() {
            if let Some(lint) = &output.lint {
                add(&format!("lint/{at}"), lint, &shown);
            }
            if let Some(template) = output.template.as_ref().filter(|_| output.renderer == Renderer::Table) {
                let path = format!("templates/{template}");
                let shown_path = files.display(&path);
                let columns = files.read(&path).ok_or_else(|| DataError::Missing { file: shown_path.clone() });
                match columns.and_then(|bytes| Columns::parse(&bytes, &shown_path)) {
                    Ok(columns) => {
                        for (column, value) in columns.values.iter().enumerate() {
                            add(&format!("table/{template}/{column}"), value, &format!("{shown_path}:{}", column + 2));
                        }
                        tables.insert(template.clone(), columns);
                    }
                    Err(error) => unread.push(error),
                }
                add(&format!("output/{at}"), &output.name, &shown);
                continue;
            }
            add(&format!("output/{at}"), &output.name, &shown);
            if let Some(template) = output.template.as_ref().filter(|_| output.renderer != Renderer::Docx) {
                let path = format!("templates/{template}");
                match files.read(&path) {
                    Some(bytes) => add(template, &String::from_utf8_lossy(&bytes), &files.display(&path)),
                    None => add(template, "{{", &format!("{} (not found)", files.display(&path))),
                }
            }
        }
        problems.extend(unread);
        let names = manifest.names.iter().map(|(name, _)| name.clone()).collect();
        let has_series = manifest.ledger.is_some();
        if problems.is_empty() { Ok(Templates { tera, names, has_series, tables }) } else { Err(problems) }
    }

    /// Works out the names of a filing from its record. An output that is one file for each row of a list has no name yet.
    ///
    /// # Errors
    /// Returns a template that fails, or a name that cannot be one.
    pub fn names(&self, record: &impl Serialize, outputs: &[Output]) -> Result<Names, RenderError> {
        let context = self.context(record)?;
        let position = self.position_in(&context)?;
        let folder = checked(self.render("package/folder", &context)?)?;
        let archive = checked(self.render("package/archive", &context)?)?;
        let submission = self.render("package/submission", &context)?;
        let mut files = Vec::new();
        for (at, output) in outputs.iter().enumerate() {
            files.push(if output.each.is_some() { String::new() } else { self.output_name(at, &context)? });
        }
        Ok(Names { context, folder, archive, submission, outputs: files, position, draft: false })
    }

    /// Works out the file name of an output.
    ///
    /// # Errors
    /// Returns a template that fails, or a name that cannot be one.
    pub fn output_name(&self, at: usize, context: &Context) -> Result<String, RenderError> {
        checked(self.render(&format!("output/{at}"), context)?)
    }

    /// Works out whom the document of an output is for; nothing where its checks are not asked for.
    ///
    /// # Errors
    /// Returns a template that fails.
    pub fn lint(&self, at: usize, context: &Context) -> Result<Option<String>, RenderError> {
        let name = format!("lint/{at}");
        if self.tera.contains_template(&name) { self.render(&name, context).map(Some) } else { Ok(None) }
    }

    /// Works out where a filing stands among those of its trial plan.
    ///
    /// # Errors
    /// Returns a template that fails.
    pub fn position(&self, record: &impl Serialize) -> Result<Position, RenderError> {
        self.position_in(&self.context(record)?)
    }

    fn position_in(&self, context: &Context) -> Result<Position, RenderError> {
        if self.has_series {
            Ok(Position { series: self.render("ledger/series", context)?, order: self.render("ledger/order", context)? })
        } else {
            Ok(Position { series: self.render("package/submission", context)?, order: String::new() })
        }
    }

    /// Works out the names that the others are made from.
    fn context(&self, record: &impl Serialize) -> Result<Context, RenderError> {
        let mut context = Context::new();
        context.insert("record", record);
        for name in &self.names {
            let value = self.render(&format!("names/{name}"), &context)?;
            context.insert(name.clone(), &value);
        }
        Ok(context)
    }

    /// Works out the name of an attached file, or of one inside it; `values` are those of its document.
    ///
    /// # Errors
    /// Returns a template that fails, or a name that cannot be one.
    pub fn attached(
        &self,
        template: &str,
        names: &Names,
        values: &impl Serialize,
        member: &str,
    ) -> Result<String, RenderError> {
        let failed = |error: tera::Error| RenderError::Template { template: "attached".to_owned(), problem: error.to_string() };
        let mut context = names.context.clone();
        context.extend(Context::from_serialize(values).map_err(failed)?);
        let stem = self.render("attached/stem", &context)?;
        context.insert("stem", &stem);
        context.insert("member", member);
        checked(self.render(&format!("attached/{template}"), &context)?)
    }

    /// Writes a table; its templates see what documents see.
    ///
    /// # Errors
    /// Returns what Tera said, or that the table is over the limit.
    pub fn table(&self, template: &str, names: &Names, filing: &impl Serialize, form: &Filled) -> Result<Vec<u8>, RenderError> {
        let mut context = names.context.clone();
        context.insert("filing", filing);
        context.insert("form", form);
        let Some(columns) = self.tables.get(template) else { return Ok(Vec::new()) };
        let mut values = Vec::with_capacity(columns.values.len());
        for column in 0..columns.values.len() {
            values.push(self.render(&format!("table/{template}/{column}"), &context)?);
        }
        columns.write(&values, template)
    }

    /// Renders a document; beside the names it sees `filing` and `form`, the filing by the paths of its form.
    ///
    /// # Errors
    /// Returns what Tera said, or that the document is over the limit.
    pub fn document(
        &self,
        template: &str,
        names: &Names,
        filing: &impl Serialize,
        form: &Filled,
    ) -> Result<String, RenderError> {
        let mut context = names.context.clone();
        context.insert("filing", filing);
        context.insert("form", form);
        let text = self.render(template, &context)?;
        if text.len() > limits::OUTPUT_BYTES {
            return Err(RenderError::TooLarge { name: template.to_owned(), limit: limits::OUTPUT_BYTES });
        }
        Ok(text)
    }

    fn render(&self, template: &str, context: &Context) -> Result<String, RenderError> {
        self.tera
            .render(template, context)
            .map_err(|error| RenderError::Template { template: template.to_owned(), problem: error.to_string() })
    }
}

/// Gives a template engine the filters that every template of a plugin has.
pub fn register(tera: &mut Tera) {
    tera.register_filter("name_part", name_part);
    tera.register_filter("file_part", file_part);
    tera.register_filter("pad2", pad2);
    tera.register_filter("pad3", pad3);
    tera.register_filter("numbered", numbered);
    tera.register_filter("json_encode", json_encode);
    tera.register_filter("capture", capture);
    filters::register(tera);
}

/// The one door through which a text becomes a file name.
fn checked(name: String) -> Result<String, RenderError> {
    let problem = if name.trim().is_empty() || name.chars().all(|c| c == '.') {
        "is empty"
    } else if name.contains(is_forbidden) {
        "holds a character that file names cannot have"
    } else if is_device(&name) {
        "is the name of a device on Windows"
    } else if name.len() > limits::FILE_NAME_BYTES {
        "is over 255 bytes"
    } else if name.starts_with('.') || name.ends_with(['.', ' ']) || name.starts_with(' ') {
        "starts or ends with a dot or space"
    } else {
        return Ok(name);
    };
    Err(RenderError::Name { name, problem })
}

/// Checks a text that becomes one part of a path, such as a trial's id.
///
/// # Errors
/// Returns what is wrong with it.
pub fn path_part(text: &str) -> Result<String, RenderError> {
    checked(text.to_owned())
}

/// Drops what must not stand inside one part of a file name: `_`, `.`, spaces, and what no file name can hold.
fn name_part(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(text.chars().filter(|c| !matches!(c, '_' | '.' | ' ' | '\u{3000}') && !is_forbidden(*c)).collect())
}

/// Drops what no file name can hold.
fn file_part(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(text.chars().filter(|c| !is_forbidden(*c)).collect())
}

/// Returns whether some system cannot have a character in a file name.
fn is_forbidden(c: char) -> bool {
    matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|') || c.is_control()
}

/// Returns whether Windows keeps a name for a device.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.len() == 1 && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// Pads a number with zeros to two digits.
fn pad2(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(format!("{text:0>2}"))
}

/// Pads a number with zeros to three digits.
fn pad3(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    Ok(format!("{text:0>3}"))
}

/// Appends a number to a text, after `_` when the text ends in a digit itself; a blank one changes nothing.
fn numbered(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let number: &str = kwargs.must_get("with")?;
    let parted = !number.is_empty() && text.ends_with(|c: char| c.is_ascii_digit());
    Ok(format!("{text}{}{number}", if parted { "_" } else { "" }))
}

/// Writes a text as a JSON string, quotes included.
fn json_encode(text: &str, _: Kwargs, _: &State) -> TeraResult<String> {
    serde_json::to_string(text).map_err(|error| tera::Error::message(error.to_string()))
}

/// Returns what the first group of a regular expression finds in a text, nothing when it does not match.
fn capture(text: &str, kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let pattern: &str = kwargs.must_get("with")?;
    let pattern = Regex::new(pattern).map_err(|error| tera::Error::message(error.to_string()))?;
    let found = pattern.captures(text).and_then(|found| found.get(1));
    Ok(found.map(|found| found.as_str().to_owned()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_by_a_pattern_and_quoted_for_json() {
        let mut tera = Tera::new();
        tera.register_filter("json_encode", json_encode);
        tera.register_filter("capture", capture);
        tera.add_raw_template("cut", "{{ line | capture(with=pattern) | json_encode }}").unwrap();
        let cut = |line: &str, pattern: &str| {
            let mut context = Context::new();
            context.insert("line", line);
            context.insert("pattern", pattern);
            tera.render("cut", &context)
        };
        assert_eq!(cut("変化量 \"A\" [12 weeks]", r"^(.*\S)\s*\[").unwrap(), r#""変化量 \"A\"""#);
        assert_eq!(cut("no time", r"\[(.*)\]$").unwrap(), r#""""#);
        assert!(cut("x", "(").is_err());
    }

    #[test]
    fn a_name_cannot_leave_its_folder() {
        for bad in
            ["", "..", ".", "a/b", "a\\b", "..\\x", "a:b", "CON", "nul.txt", "com1", " a", "a.", "\u{7}", &"x".repeat(256)]
        {
            assert!(path_part(bad).is_err(), "{bad:?}");
        }
        assert_eq!(path_part("DEMO-001_01_K_【例示製薬株式会社】.zip").unwrap(), "DEMO-001_01_K_【例示製薬株式会社】.zip");
    }

    #[test]
    fn a_number_is_parted_from_a_name_that_ends_in_a_digit() {
        let mut tera = Tera::new();
        tera.register_filter("numbered", numbered);
        tera.add_raw_template("name", "{{ stem | numbered(with=number) }}").unwrap();
        let name = |stem: &str, number: &str| {
            let mut context = Context::new();
            context.insert("stem", stem);
            context.insert("number", number);
            tera.render("name", &context).unwrap()
        };
        assert_eq!(name("A_01_H_02", "1"), "A_01_H_02_1");
        assert_eq!(name("A_01_K_IB_A", "1"), "A_01_K_IB_A1");
        assert_eq!(name("A_01_K_P", ""), "A_01_K_P");
    }
}
