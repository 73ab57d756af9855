//! Waivers to be filled in: one for each open finding.

use std::fmt::Write;

use crate::model::{Finding, Lang, Status, Text};

/// Writes a `[[waiver]]` for each finding that is open and may be waived, each under what it is about; reason, name and day
/// are left to whoever accepts it.
pub fn drafts<'a>(findings: impl Iterator<Item = &'a Finding>, lang: Lang) -> String {
    let mut text = String::new();
    for finding in findings.filter(|finding| finding.status == Status::Open) {
        if !text.is_empty() {
            text.push('\n');
        }
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# {}", finding.message.get(lang).replace(['\r', '\n'], " "));
        let _ = writeln!(text, "[[waiver]]");
        let at = Text::new(finding.at.display(Lang::Ja), finding.at.display(Lang::En));
        let mut keys = vec![("rule", finding.rule.as_str())];
        let more = [("trial", finding.trial.as_str()), ("at", at.get(lang)), ("field", finding.found.field.as_str())];
        keys.extend(more.into_iter().filter(|(_, value)| !value.is_empty()));
        if at.is_empty() && finding.found.field.is_empty() {
            keys.push(("at", ""));
        }
        keys.extend([("value", finding.found.value.as_str()), ("reason", ""), ("by", ""), ("until", "")]);
        for (key, value) in keys {
            let _ = writeln!(text, "{key} = {}", toml::Value::from(value));
        }
    }
    text
}
