//! `todokede explain`: what a rule says, why, and how to mend what it finds.

use anyhow::Result;
use todokede_core::cases::{Example, examples};
use todokede_core::model::{Catalogue, Lang, Severity};

use crate::args::ExplainArgs;
use crate::output::{Exit, Output, UsageError};

pub(crate) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit> {
    let engine = super::engine(&args.plugins.plugin_dir)?;
    let lang = output.lang;
    let Some((rule, plugin)) = engine.rule(&args.id.to_ascii_uppercase()) else {
        let problem = lang.pick("この番号の規則はありません：", "there is no such rule: ");
        return Err(UsageError(format!("{problem}{}", args.id)).into());
    };
    let severity = match rule.severity {
        Severity::Error => lang.pick("エラー", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Info => lang.pick("参考", "note"),
    };
    let of = plugin.map_or_else(|| lang.pick("共通", "engine").to_owned(), |plugin| plugin.manifest.title.get(lang).to_owned());
    let mut text = format!("{} [{severity}] {of}\n\n{}\n", rule.id, without_holes(rule.message.get(lang)));
    let mut part = |ja: &str, en: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("\n{}\n  {value}\n", lang.pick(ja, en)));
        }
    };
    part("理由", "Why", rule.why.get(lang));
    part("根拠", "Source", rule.source.get(lang));
    part("直し方", "How to mend it", &without_holes(rule.fix.get(lang)));
    if let Some(assertion) =
        plugin.and_then(|plugin| plugin.rules.assertions.iter().find(|assertion| assertion.text.id == rule.id))
    {
        let when = assertion.when.as_ref().map_or("", |when| when.text());
        part("適用される条件", "Applies when", when);
        part("満たすべき条件", "Must hold", assertion.assert.text());
    }
    if let Some(plugin) = plugin {
        let (fails, passes) = examples(&plugin.files, &rule.id);
        let example = |set: Option<Example>| set.map(|set| spelled(&set, &engine.catalogue, lang)).unwrap_or_default();
        for (ja, en, set) in [("指摘される例", "Found in", fails), ("指摘されない例", "Not found in", passes)] {
            let example = example(set);
            if !example.is_empty() {
                text.push_str(&format!("\n{}\n{example}", lang.pick(ja, en)));
            }
        }
    }
    output.print(&text)?;
    Ok(Exit::Clean)
}

/// Puts an ellipsis where a finding would name what it found.
fn without_holes(text: &str) -> String {
    let mut plain = String::new();
    for (at, part) in text.split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if at > 0 => plain.extend(["…", rest]),
            _ => plain.push_str(part),
        }
    }
    plain
}

/// Writes the values of an example with the labels a user knows.
fn spelled(set: &Example, catalogue: &Catalogue, lang: Lang) -> String {
    let line = |(path, value): &(String, String)| {
        let id: String = path
            .split('[')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.split_once(']').map_or("", |(_, rest)| rest) })
            .collect();
        let scope = catalogue.scope_ix(&id).filter(|scope| catalogue.inline_field(*scope).is_some());
        let field = catalogue.field_ix(&id).map(|field| catalogue.field(field));
        let label = match (scope, field) {
            (Some(scope), _) => catalogue.scope(scope).label.get(lang).to_owned(),
            (None, Some(field)) => match catalogue.scope(field.scope).id.as_str() {
                "" => field.label.get(lang).to_owned(),
                _ => format!("{} › {}", catalogue.scope(field.scope).label.get(lang), field.label.get(lang)),
            },
            (None, None) => path.clone(),
        };
        let value = if value.is_empty() { lang.pick("（空欄）", "(blank)") } else { value.as_str() };
        format!("  {label}{}{value}\n", lang.pick("：", ": "))
    };
    set.iter().map(line).collect()
}
