//! `todokede explain`: what a rule says, why, and how to mend what it finds.

use anyhow::Result;
use todokede_core::model::Severity;
use todokede_core::run::Engine;

use crate::args::ExplainArgs;
use crate::output::{Exit, Output, UsageError};

pub(crate) fn run(args: &ExplainArgs, output: &mut Output) -> Result<Exit> {
    let engine = Engine::load(&args.plugins.plugin_dir)?;
    let lang = output.lang;
    let Some((rule, plugin)) = engine.rule(&args.id) else {
        let problem = lang.pick("この番号の規則はありません：", "there is no such rule: ");
        return Err(UsageError(format!("{problem}{}", args.id)).into());
    };
    let severity = match rule.severity {
        Severity::Error => lang.pick("エラー", "error"),
        Severity::Warning => lang.pick("警告", "warning"),
        Severity::Info => lang.pick("参考", "note"),
    };
    let of = plugin.map_or_else(|| lang.pick("共通", "engine").to_owned(), |plugin| plugin.manifest.title.get(lang).to_owned());
    let mut text = format!("{} [{severity}] {of}\n\n{}\n", rule.id, rule.message.get(lang));
    let mut part = |ja: &str, en: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(&format!("\n{}\n  {value}\n", lang.pick(ja, en)));
        }
    };
    part("理由", "Why", rule.why.get(lang));
    part("根拠", "Source", rule.source.get(lang));
    part("直し方", "How to mend it", rule.fix.get(lang));
    if let Some(assertion) =
        plugin.and_then(|plugin| plugin.rules.assertions.iter().find(|assertion| assertion.text.id == rule.id))
    {
        let when = assertion.when.as_ref().map_or("", |when| when.text());
        part("適用される条件", "Applies when", when);
        part("満たすべき条件", "Must hold", assertion.assert.text());
    }
    output.print(&text)?;
    Ok(Exit::Clean)
}
