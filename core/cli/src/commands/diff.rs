//! `todokede diff`: what changed between two filings of a trial.

use anyhow::Result;
use serde_json::{Value, json};
use todokede_core::changes::{Changed, Declared, list, word};
use todokede_core::model::{ChangeStatus, Lang};
use todokede_core::plugin::Plugin;
use todokede_core::render::comparison;
use todokede_core::run::{Engine, Outcome};

use crate::args::{DiffArgs, DiffFormat};
use crate::output::{Exit, Output, UsageError};
use crate::report;

pub(crate) fn run(args: &DiffArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    let plugin = plugin(args, &engine)?;
    let (last, current) = (engine.filing(&args.previous, plugin), engine.filing(&args.current, plugin));
    let (last, current) = match (last, current) {
        (Ok(last), Ok(current)) => (last, current),
        (last, current) => {
            let findings = [last.err(), current.err()].into_iter().flatten().map(|finding| *finding).collect();
            output.print(&report::text(&Outcome { findings, ..Outcome::default() }, output.lang))?;
            return Ok(Exit::Fault);
        }
    };
    let computed = engine.difference(&last, &current, plugin);
    let declared = Declared::of(plugin, &engine.catalogue);
    let changes = list(&computed.filing, declared);
    match args.format {
        DiffFormat::Text => {
            output.print(&text(&changes, declared, output.lang))?;
            output.print(&unmarked(&computed.unmarked, declared, output.lang))?;
        }
        DiffFormat::Json => {
            let all: Vec<Value> = changes.iter().map(|changed| entry(changed, declared)).collect();
            output.print(&format!("{:#}\n", Value::from(all)))?;
        }
        DiffFormat::Html => {
            let name = |path: &std::path::Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let page = comparison::Page {
                title: plugin.form.title.get(output.lang),
                previous: &name(&args.previous),
                current: &name(&args.current),
            };
            output.print(&comparison::html(&page, &changes, declared, output.lang)?)?;
        }
    }
    Ok(if changes.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Returns the plugin that is asked for; the only one whose form has change marks when none is.
fn plugin<'a>(args: &DiffArgs, engine: &'a Engine) -> Result<&'a Plugin> {
    if let Some(id) = &args.plugin {
        return Ok(engine.select(std::slice::from_ref(id))?.remove(0));
    }
    let mut able = engine.plugins.values().filter(|plugin| plugin.next.names().next().is_some());
    match (able.next(), able.next()) {
        (Some(plugin), None) => Ok(plugin),
        _ => Err(UsageError("--plugin ID".to_owned()).into()),
    }
}

fn text(changes: &[Changed], declared: Declared, lang: Lang) -> String {
    if changes.is_empty() {
        return format!("{}\n", lang.pick("変更の印が付く項目に、変更はありません。", "nothing changed that carries a mark"));
    }
    let mut text = String::new();
    for changed in changes {
        let mark = lang.pick(word(changed.change.status), english(changed.change.status));
        text.push_str(&format!("{mark}  {}", changed.target_label(declared, lang)));
        if !changed.way.is_empty() {
            text.push_str(&format!("  [{} {}] {}", lang.pick("行", "row"), changed.row(), changed.names()));
        }
        text.push('\n');
        for (sign, value) in [("-", &changed.old), ("+", &changed.new)] {
            if !value.is_empty() || changed.change.status == ChangeStatus::Update {
                let shown = if value.is_empty() { lang.pick("（空欄）", "(blank)") } else { value };
                text.push_str(&format!("  {sign} {shown}\n"));
            }
        }
        let missing = || lang.pick("（未記入）", "(missing)").to_owned();
        let or_missing = |text: &str| if text.is_empty() { missing() } else { text.to_owned() };
        let (date, reason) = (or_missing(&changed.change.date), or_missing(&changed.change.reason));
        text.push_str(&format!("  {date}  {reason}\n"));
    }
    let count = |status| changes.iter().filter(|changed| changed.change.status == status).count();
    let counts = [ChangeStatus::Update, ChangeStatus::Append, ChangeStatus::Delete].map(count);
    let [updated, added, deleted] = counts;
    text.push_str(&match lang {
        Lang::Ja => format!("変更{updated}件、追加{added}件、削除{deleted}件\n"),
        Lang::En => format!("{updated} updated, {added} added, {deleted} deleted\n"),
    });
    text
}

/// Lists what differs from filing to filing and never carries a mark.
fn unmarked(items: &[(usize, String, String)], declared: Declared, lang: Lang) -> String {
    if items.is_empty() {
        return String::new();
    }
    let heading = lang.pick("変更の印を付けない項目のちがい", "different, but never marked");
    let mut text = format!("\n{heading}\n");
    for (item, old, new) in items {
        let blank = lang.pick("（空欄）", "(blank)");
        let shown = |text: &str| if text.is_empty() { blank.to_owned() } else { text.to_owned() };
        text.push_str(&format!("  {}  {} → {}\n", declared.form.item(*item).label, shown(old), shown(new)));
    }
    text
}

fn english(status: ChangeStatus) -> &'static str {
    match status {
        ChangeStatus::Update => "update",
        ChangeStatus::Append => "append",
        ChangeStatus::Delete => "delete",
    }
}

fn entry(changed: &Changed, declared: Declared) -> Value {
    let item = declared.form.item(changed.item);
    json!({
        "mark": declared.form.changes.word(changed.change.status),
        "number": item.number,
        "item": item.path,
        "label": item.label,
        "target": changed.target,
        "row": changed.row(),
        "names": changed.names(),
        "old": changed.old,
        "new": changed.new,
        "date": changed.change.date,
        "reason": changed.change.reason,
    })
}
