//! `todokede docx check`, `fields` and `render`: Word templates outside a run.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use todokede_core::documents::{MarkdownBlocks, schema};
use todokede_core::limits;
use todokede_core::model::{Finding, Lang, Severity, Text};
use todokede_core::plugin::word_options;
use todokede_core::render::docx::finish::finish;
use todokede_core::render::docx::template::problem::{DATA, LOST, Problem};
use todokede_core::render::docx::template::{Resources, Schema, Template};
use todokede_core::render::docx::view::Place;
use todokede_core::run::{Engine, Outcome};

use super::{is_no_input, write};
use crate::commands::not_there;
use crate::output::{Exit, Output, UsageError};
use crate::report;

/// Lists what is wrong with a template.
pub(super) fn check(
    engine: &Engine,
    docx: &Path,
    (plugin, data): (Option<&str>, Option<&Path>),
    output: &mut Output,
) -> Result<Exit> {
    let problems = problems(engine, docx, plugin, data)?;
    tell(engine, docx, &problems, output)
}

/// Fills a template and says what came of it.
pub(super) fn fill(
    engine: &Engine,
    docx: &Path,
    data: &Path,
    (out, force): (&Path, bool),
    output: &mut Output,
) -> Result<Exit> {
    not_there(out, force, output.lang)?;
    match render(engine, docx, data, out, output.lang)? {
        Ok(()) => {
            let shown = out.display();
            output.say(&format!("{shown} を作りました。"), &format!("{shown} is written"))?;
            Ok(Exit::Clean)
        }
        Err(findings) => say(docx, findings, output),
    }
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let size = std::fs::metadata(path).with_context(|| path.display().to_string())?.len();
    if size > limits::DOCX_BYTES {
        let limit = limits::DOCX_BYTES;
        return Err(UsageError(format!("{}: > {limit} bytes", path.display())).into());
    }
    std::fs::read(path).with_context(|| path.display().to_string())
}

/// Reads data; what is wrong with it is a problem like any other.
fn read_data(path: &Path) -> Result<Result<Value, Vec<Problem>>> {
    let bytes = read(path)?;
    let bad = |problem: Text| vec![Problem::new(DATA, &Place::default(), "").with("problem", problem)];
    Ok(match serde_json::from_slice(&bytes) {
        Ok(data @ Value::Object(_)) => Ok(data),
        Ok(_) => Err(bad(Text::new("最も外側がオブジェクト { } ではありません", "the outermost value is no object"))),
        Err(error) => Err(bad(error.to_string().into())),
    })
}

fn problems(engine: &Engine, docx: &Path, plugin: Option<&str>, data: Option<&Path>) -> Result<Vec<Problem>> {
    let template = match Template::read(read(docx)?, &word_options(&engine.catalogue)) {
        Ok(template) => template,
        Err(problems) => return Ok(problems),
    };
    let example = match plugin {
        Some(id) => {
            let selected = engine.select(&[id.to_owned()])?;
            selected.first().map(|plugin| schema(plugin, &engine.catalogue))
        }
        None => None,
    };
    let mut problems = template.check(example.as_ref().map(Schema::of).as_ref());
    if let Some(data) = data {
        match read_data(data)? {
            Err(more) => problems.extend(more),
            // What is wrong with the template itself was said.
            Ok(data) if problems.iter().all(Problem::is_mild) => {
                let context = tera_context(&data)?;
                problems.extend(template.render(&context, &resources(docx)).err().into_iter().flatten());
            }
            Ok(_) => {}
        }
    }
    Ok(problems)
}

fn tera_context(data: &Value) -> Result<todokede_core::render::docx::template::Data> {
    Ok(todokede_core::render::docx::template::Data::from_serialize(data)?)
}

/// Images are looked for beside the template.
fn resources(docx: &Path) -> Resources {
    let folder = docx.parent().map(|folder| if folder.as_os_str().is_empty() { Path::new(".") } else { folder });
    let blocks = Some(Arc::new(MarkdownBlocks::default()) as Arc<_>);
    Resources { folder: folder.map(Path::to_owned), blocks, ..Resources::default() }
}

fn tell(engine: &Engine, docx: &Path, problems: &[Problem], output: &mut Output) -> Result<Exit> {
    let findings = findings(engine, docx, problems);
    say(docx, findings, output)
}

fn findings(engine: &Engine, docx: &Path, problems: &[Problem]) -> Vec<Finding> {
    let name = docx.file_name().unwrap_or_default().to_string_lossy();
    problems.iter().map(|problem| problem.finding(&engine.book, &name)).collect()
}

fn say(docx: &Path, findings: Vec<Finding>, output: &mut Output) -> Result<Exit> {
    let name = docx.file_name().unwrap_or_default().to_string_lossy();
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    output.print(&report::findings(&findings, output.lang))?;
    output.say(
        &format!("{name}：エラー{errors}件、警告{warnings}件"),
        &format!("{name}: {errors} error(s), {warnings} warning(s)"),
    )?;
    let outcome = Outcome { findings, ..Outcome::default() };
    Ok(crate::commands::exit(&outcome, Severity::Error))
}

/// Lists the fields that a template uses.
pub(super) fn fields(engine: &Engine, docx: &Path, as_json: bool, output: &mut Output) -> Result<Exit> {
    let template = match Template::read(read(docx)?, &word_options(&engine.catalogue)) {
        Ok(template) => template,
        Err(problems) => return tell(engine, docx, &problems, output),
    };
    let fields = template.fields();
    if as_json {
        let one = |place: &Place, tag: &str| json!({ "tag": tag, "ja": place.say(Lang::Ja), "en": place.say(Lang::En) });
        let all: Vec<Value> = fields
            .iter()
            .map(|field| {
                let uses: Vec<Value> = field.uses.iter().map(|used| one(&used.place, &used.tag)).collect();
                json!({ "path": field.path, "uses": uses })
            })
            .collect();
        output.print(&format!("{:#}\n", Value::from(all)))?;
        return Ok(Exit::Clean);
    }
    let mut text = String::new();
    for field in &fields {
        text.push_str(&format!("{}\n", field.path));
        for used in &field.uses {
            text.push_str(&format!("  {}: {}\n", used.place.say(output.lang), used.tag));
        }
    }
    output.print(&text)?;
    Ok(Exit::Clean)
}

/// Fills a template and writes the file whole or not at all; the inputs are never written over.
fn render(engine: &Engine, docx: &Path, data: &Path, out: &Path, lang: Lang) -> Result<Result<(), Vec<Finding>>> {
    is_no_input(out, &[docx, data], lang)?;
    let template = match Template::compile(read(docx)?, &word_options(&engine.catalogue)) {
        Ok(template) => template,
        Err(problems) => return Ok(Err(findings(engine, docx, &problems))),
    };
    let data = match read_data(data)? {
        Ok(data) => data,
        Err(problems) => return Ok(Err(findings(engine, docx, &problems))),
    };
    // A misspelt condition drops its paragraph without a word: the names are held against the data first.
    let problems = template.check(Some(&Schema::of(&data)));
    if problems.iter().any(|problem| !problem.is_mild() || problem.code == LOST) {
        return Ok(Err(findings(engine, docx, &problems)));
    }
    let mut package = match template.render(&tera_context(&data)?, &resources(docx)) {
        Ok(package) => package,
        Err(problems) => return Ok(Err(findings(engine, docx, &problems))),
    };
    let finished = finish(&mut package)?;
    if finished.problems.iter().any(|problem| !problem.is_mild()) {
        let name = docx.file_name().unwrap_or_default().to_string_lossy();
        return Ok(Err(finished.problems.iter().map(|problem| problem.finding(&engine.book, &name)).collect()));
    }
    let made = package.write()?;
    write(out, &made)?;
    Ok(Ok(()))
}
