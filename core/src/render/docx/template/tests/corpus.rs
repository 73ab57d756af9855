//! The templates of `fixtures/docx`. Each folder has a `case.toml`: what is in the parts, the data, and what must come out,
//! or `template.docx` as a word processor saved it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

use super::made::{docx, p, render_with, text};
use crate::model::Lang;
use crate::render::docx::DOCUMENT;
use crate::render::docx::template::Resources;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows.
    about: String,
    /// Paragraphs of plain text; a text that starts with `<w:` is XML as it is.
    #[serde(default)]
    body: Vec<String>,
    /// Other parts in the same way.
    #[serde(default)]
    parts: BTreeMap<String, Vec<String>>,
    /// The data.
    #[serde(default)]
    data: Value,
    /// Paragraphs of the body that must come out.
    text: Option<Vec<String>>,
    /// Paragraphs of other parts.
    #[serde(default)]
    texts: BTreeMap<String, Vec<String>>,
    /// What the XML of the body must hold, and must not.
    #[serde(default)]
    holds: Vec<String>,
    #[serde(default)]
    lacks: Vec<String>,
    /// What must be wrong.
    #[serde(default)]
    problem: Vec<Wrong>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct Wrong {
    code: String,
    place: String,
    tag: String,
}

fn inner(paragraphs: &[String]) -> String {
    paragraphs.iter().map(|text| if text.starts_with("<") { text.clone() } else { p(text) }).collect()
}

/// A PNG of 96 by 48 pixels, as far as its size is asked for.
fn picture() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(96_u32.to_be_bytes());
    bytes.extend(48_u32.to_be_bytes());
    bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
    bytes
}

/// Returns what is not as the case says.
fn judge(folder: &std::path::Path) -> Option<String> {
    let file = std::fs::read_to_string(folder.join("case.toml")).unwrap();
    let case: Case = toml::from_str(&file).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    assert!(!case.about.is_empty());
    let bytes = std::fs::read(folder.join("template.docx")).unwrap_or_else(|_| {
        let others: Vec<(String, String)> = case.parts.iter().map(|(name, part)| (name.clone(), inner(part))).collect();
        docx(&inner(&case.body), others.iter().map(|(name, part)| (name.as_str(), part.as_str())))
    });
    let files = BTreeMap::from([("figure.png".to_owned(), picture().into())]);
    let made = render_with(bytes, &case.data, &Resources { files, ..Resources::default() });
    let made = match made {
        Ok(made) if case.problem.is_empty() => made,
        Ok(_) => return Some("it renders".to_owned()),
        Err(problems) => {
            let found: Vec<Wrong> = problems
                .iter()
                .map(|problem| Wrong {
                    code: problem.code.to_owned(),
                    place: problem.place.say(Lang::Ja),
                    tag: problem.tag.clone(),
                })
                .collect();
            return (found != case.problem).then(|| format!("{problems:#?}"));
        }
    };
    let wanted = case.texts.iter().map(|(part, wanted)| (part.as_str(), wanted));
    for (part, wanted) in case.text.iter().map(|wanted| (DOCUMENT, wanted)).chain(wanted) {
        let found = text(&made, part);
        if found != *wanted {
            return Some(format!("{part}: {found:#?}"));
        }
    }
    let xml = String::from_utf8(made.part(DOCUMENT).unwrap()).unwrap();
    let missing = case.holds.iter().find(|wanted| !xml.contains(wanted.as_str()));
    let extra = case.lacks.iter().find(|unwanted| xml.contains(unwanted.as_str()));
    (missing.is_some() || extra.is_some()).then(|| format!("{missing:?} {extra:?} in {xml}"))
}

#[test]
fn every_template_of_the_corpus_gives_what_it_says() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/docx");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let only = std::env::var("CASE").unwrap_or_default();
    let mut wrong = Vec::new();
    for folder in folders.iter().filter(|folder| folder.join("case.toml").exists()) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        if name.contains(&only)
            && let Some(what) = judge(folder)
        {
            wrong.push(format!("{name}: {what}"));
        }
    }
    assert!(folders.len() >= 60, "{}", folders.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), folders.len(), wrong.join("\n"));
}
