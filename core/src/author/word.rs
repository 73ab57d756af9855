//! A Word template drafted from a form: every item with its label and its tag, to be opened in Word and made to look well.

use std::path::Path;

use crate::files::Files;
use crate::model::catalogue::own::OWN_FIELDS;
use crate::model::{DataError, Form, ItemIx, ItemKind, TomlFile};
use crate::plugin::{Manifest, Renderer, form_files};
use crate::render::docx::DocxError;
use crate::render::docx::compose::{Composer, Line, Look, Style, Table, paragraph};
use crate::run::Engine;

/// Widest that a table is, millimetres.
const WIDTH: u32 = 160;

/// A template that was drafted for a plugin's folder.
#[derive(Debug)]
pub struct Draft {
    /// Its file below the folder: that of the first Word output of the plugin.
    pub name: String,
    /// The Word file.
    pub bytes: Vec<u8>,
}

/// Drafts a template for a plugin's folder. Only its manifest and its form need to be in order: the rest may still be in the
/// making, and the template may be what is wrong.
///
/// # Errors
/// Returns what is wrong with them.
pub fn draft(folder: &Path, engine: &Engine) -> Result<Draft, Vec<DataError>> {
    let files = Files::Folder(folder.to_path_buf());
    let file = TomlFile::read(&files, "plugin.toml").map_err(|error| vec![error])?;
    let (manifest, problems) = Manifest::read(&file);
    let manifest = manifest.filter(|_| problems.is_empty()).ok_or(problems)?;
    let mut catalogue = engine.catalogue.clone();
    if engine.plugins.get(&manifest.id).is_none_or(|plugin| plugin.files.read(OWN_FIELDS).is_none()) {
        let problems = catalogue.add_own(&files, &manifest.id, &manifest.title);
        if !problems.is_empty() {
            return Err(problems);
        }
    }
    let bad = |problem: String| vec![file.error(file.at("form"), &problem)];
    let form_files =
        form_files(&files, &Files::embedded("forms"), &manifest).ok_or_else(|| bad(format!("no form `{}`", manifest.form)))?;
    let form = Form::load(&form_files, &catalogue)?;
    let word = manifest.outputs.iter().find(|output| output.renderer == Renderer::Docx && output.document.is_none());
    let name = word.and_then(|output| output.template.as_ref()).map_or_else(|| "form.docx".to_owned(), Clone::clone);
    let bytes = template(&form).map_err(|error| bad(error.to_string()))?;
    Ok(Draft { name: format!("templates/{name}"), bytes })
}

/// Drafts a template of a form.
///
/// # Errors
/// Returns that a part could not be written, which is a fault of the engine.
pub fn template(form: &Form) -> Result<Vec<u8>, DocxError> {
    let title = &form.title.ja;
    let mut word = Composer::new(Look::form());
    word.title(title);
    word.tag("{%p if draft %}");
    word.add(paragraph(Style::Normal, Line::new().bold("【下書き：提出しないこと】")).centred());
    word.tag("{%p endif %}");
    word.add(paragraph(Style::Title, title.as_str()).centred().room_below(12));
    Drafter { form, word: &mut word }.group(&form.item(0).head, "form");
    word.footer(paragraph(Style::Footer, Line::new().text("{{ submission }}").tab().page_of_pages()).right_tab(WIDTH));
    word.write()
}

struct Drafter<'a> {
    form: &'a Form,
    word: &'a mut Composer,
}

impl Drafter<'_> {
    /// Writes the items of a group that does not repeat: its values in one table, then the groups in it.
    fn group(&mut self, items: &[ItemIx], path: &str) {
        let values: Vec<ItemIx> = items.iter().copied().filter(|at| self.form.item(*at).kind == ItemKind::Value).collect();
        if !values.is_empty() {
            let mut table = Table::new(&[50, WIDTH - 50]);
            for at in values {
                let item = self.form.item(at);
                table = table.pair(&item.label, Line::from(format!("{{{{ {} }}}}", below(path, &item.element))));
            }
            self.word.add(table);
        }
        for at in items.iter().copied().filter(|at| self.form.item(*at).kind == ItemKind::Group) {
            let item = self.form.item(at);
            let below = below(path, &item.element);
            self.word.add(paragraph(Style::Normal, Line::new().bold(&item.label)).room_above(12).with_next());
            if item.row.is_empty() {
                self.group(&item.head, &below);
            } else {
                self.rows(at, &below);
            }
        }
    }

    /// Writes a group that repeats as a table with a row each.
    fn rows(&mut self, at: ItemIx, path: &str) {
        let row = &self.form.item(at).row;
        let values: Vec<ItemIx> = row.iter().copied().filter(|at| self.form.item(*at).kind == ItemKind::Value).collect();
        let count = u32::try_from(values.len().max(1)).unwrap_or(1);
        let widths: Vec<u32> = values.iter().map(|_| WIDTH / count).collect();
        let labels: Vec<&str> = values.iter().map(|at| self.form.item(*at).label.as_str()).collect();
        let cells = values.iter().map(|at| Line::from(format!("{{{{ {} }}}}", below("r", &self.form.item(*at).element))));
        let table = Table::new(&widths).head(&labels);
        let table = table.tag(&format!("{{%tr for r in {path} %}}")).row(cells.collect::<Vec<Line>>()).tag("{%tr endfor %}");
        self.word.add(table);
    }
}

/// Names what stands below a path in a tag.
fn below(path: &str, element: &str) -> String {
    let is_word = element.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word { format!("{path}.{element}") } else { format!("{path}[\"{element}\"]") }
}
