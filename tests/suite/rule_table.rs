//! The table of rules beside each plugin is what its rules say.

use std::fmt::Write;

use todokede_core::model::{RuleText, Severity};
use todokede_core::plugin::Plugin;
use todokede_tests::{engine, workspace};

/// The table of a plugin, from the rules as they are loaded.
fn table(plugin: &Plugin) -> String {
    let mut rules: Vec<&RuleText> = plugin.rules.texts().collect();
    rules.sort_by(|left, right| left.id.cmp(&right.id));
    let mut text = String::from("| rule | severity | what | source |\n|---|---|---|---|\n");
    for rule in rules {
        let severity = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        writeln!(text, "| {} | {severity} | {} | {} |", rule.id, cell(&rule.message.en), cell(&rule.source.en)).unwrap();
    }
    text
}

/// Puts an ellipsis where a finding names what it found, and keeps the text in its cell.
fn cell(text: &str) -> String {
    let mut plain = String::new();
    for (at, part) in text.split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if at > 0 => plain.extend(["…", rest]),
            _ => plain.push_str(part),
        }
    }
    plain.replace('|', "\\|").replace('<', "&lt;")
}

/// `SNAPSHOTS=overwrite` writes the table anew below the words that stand above it.
#[test]
fn the_table_beside_a_plugin_is_what_its_rules_say() {
    for (id, plugin) in &engine().plugins {
        let path = workspace().join("plugins").join(id).join("README.md");
        let there = std::fs::read_to_string(&path).unwrap();
        let start = there.find("| rule |").unwrap_or(there.len());
        let wanted = format!("{}{}", &there[..start], table(plugin));
        if std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite") {
            std::fs::write(&path, &wanted).unwrap();
        } else {
            assert!(there == wanted, "{}: run with SNAPSHOTS=overwrite and look at the change", path.display());
        }
    }
}
