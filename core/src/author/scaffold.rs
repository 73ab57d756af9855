//! A new plugin's folder: a small form of one's own that loads, with a rule of each sort, templates and cases.
//!
//! What is written stands in `scaffold/` as it will be, only with `our-plugin`, `our_plugin` and `OUR-` in the place of
//! the plugin's own names.

use std::fs;
use std::path::Path;

use super::{Program, golden, load, word};
use crate::model::DataError;
use crate::model::catalogue::own::prefix;
use crate::run::{Engine, EngineError};

/// What a plugin is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaffoldKind {
    /// Files alone.
    Data,
    /// Files and a library in Rust.
    Native,
    /// Files and a program, in Python.
    Process,
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Id of the plugin.
    pub id: &'a str,
    /// What it is made of.
    pub kind: ScaffoldKind,
    /// What the form is called; it stands in file names too.
    pub title: &'a str,
}

/// What a form is called that was given no other name.
pub const TITLE: &str = "院内提出書";

/// Returns whether a text can be a title in files of every sort and in file names.
fn is_title(title: &str) -> bool {
    let is_bad = |c: char| c.is_control() || "\"'\\/:*?<>|,{}%#".contains(c);
    !title.is_empty() && title.trim() == title && title.chars().count() <= 40 && !title.contains(is_bad)
}

/// Why no folder was made.
#[derive(Debug, thiserror::Error)]
pub enum ScaffoldError {
    /// An id that cannot be one.
    #[error("{id}")]
    Id {
        /// The id.
        id: String,
        /// Why.
        problem: IdProblem,
    },
    /// A title that cannot stand in files and file names.
    #[error("the title")]
    Title,
    /// The folder is there and holds something.
    #[error("{path}")]
    There {
        /// The folder.
        path: String,
    },
    /// A file could not be written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// What was written does not load, which is a fault of the engine.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A file could not be made, which is a fault of the engine.
    #[error("{0}")]
    Made(String),
}

/// Why an id cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdProblem {
    /// Not small letters, digits and hyphens, beginning with a letter, 2 to 40 of them.
    Shape,
    /// A plugin of the product has it.
    Taken,
    /// A word of the expressions, or a part of the catalogue: the plugin's fields could not be told from others.
    Reserved,
}

/// Words that expressions keep for themselves.
const WORDS: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "parent",
    "record",
    "return",
    "row",
    "true",
    "var",
    "void",
    "while",
    "con",
    "prn",
    "aux",
    "nul",
];

/// Checks the id of a new plugin.
///
/// # Errors
/// Returns why it cannot be one.
pub fn check_id(id: &str, engine: &Engine) -> Result<(), IdProblem> {
    let is_word = id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let begins = id.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    if !is_word || !begins || id.ends_with('-') || id.contains("--") || !(2..=40).contains(&id.len()) {
        return Err(IdProblem::Shape);
    }
    if engine.plugins.contains_key(id) {
        return Err(IdProblem::Taken);
    }
    let prefix = prefix(id);
    let has = |of: &str| of.split('.').any(|part| part == prefix);
    let is_field = engine.catalogue.fields().any(|(_, field)| has(&field.id));
    if WORDS.contains(&id) || is_field || engine.catalogue.sections.iter().any(|section| section.id == prefix) {
        return Err(IdProblem::Reserved);
    }
    Ok(())
}

/// Makes a folder; it is there whole or not at all. Returns the names of its files.
///
/// # Errors
/// Returns an id that cannot be one, a folder that is there, or what could not be written.
pub fn make(asked: &Asked, folder: &Path, engine: &Engine, program: &Program) -> Result<Vec<String>, ScaffoldError> {
    let Asked { id, kind, title } = *asked;
    if !is_title(title) {
        return Err(ScaffoldError::Title);
    }
    check_id(id, engine).map_err(|problem| ScaffoldError::Id { id: id.to_owned(), problem })?;
    let shown = folder.display().to_string();
    let is_empty = !folder.exists() || fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none());
    if !is_empty {
        return Err(ScaffoldError::There { path: shown });
    }
    let io = |source| ScaffoldError::Io { path: shown.clone(), source };
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(above).map_err(io)?;
    let staged = tempfile::Builder::new().prefix(".todokede-").tempdir_in(above).map_err(io)?;
    let codes = rule_code(id, engine);
    for (name, text) in texts(kind) {
        let own = |text: &str| {
            let text = text.replace("our-plugin", id).replace("our_plugin", &prefix(id)).replace("OUR-", &format!("{codes}-"));
            text.replace(TITLE, title).replace("LIBRARY", &library(id))
        };
        put(&staged.path().join(own(&name)), own(&text).as_bytes())?;
    }
    let words = |problems: Vec<DataError>| problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let draft = word::draft(staged.path(), engine).map_err(|problems| ScaffoldError::Made(words(problems)))?;
    put(&staged.path().join(draft.name), &draft.bytes)?;
    let loaded = load(staged.path(), &[], program)?;
    // A library is not built yet, and a program may lack what runs it: their outputs are entered by `plugin test --update`.
    let golden = golden::update(&loaded, "example");
    if let (ScaffoldKind::Data, Err(problem)) = (kind, golden) {
        return Err(ScaffoldError::Made(problem.en));
    }
    let names = crate::files::Files::Folder(staged.path().to_path_buf()).names();
    if folder.exists() {
        fs::remove_dir(folder).map_err(io)?;
    }
    let staged = staged.keep();
    open_up(&staged);
    if let Err(source) = fs::rename(&staged, folder) {
        let _ = fs::remove_dir_all(&staged);
        return Err(io(source));
    }
    Ok(names)
}

/// Gives a folder the rights that a new one has; a temporary one is its maker's alone.
pub(super) fn open_up(folder: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let _ = fs::set_permissions(folder, fs::Permissions::from_mode(0o755));
    }
    #[cfg(not(unix))]
    let _ = folder;
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), ScaffoldError> {
    let io = |source| ScaffoldError::Io { path: path.display().to_string(), source };
    if let Some(above) = path.parent() {
        fs::create_dir_all(above).map_err(io)?;
    }
    fs::write(path, bytes).map_err(io)
}

/// Returns the name that a library has on this system.
fn library(id: &str) -> String {
    let (before, after) = (std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
    format!("{before}{}{after}", prefix(id))
}

/// Makes the letters that rule ids begin with: the initials of a long id, else its first letters, which no rule has yet.
fn rule_code(id: &str, engine: &Engine) -> String {
    let letters: String = id.chars().filter(char::is_ascii_alphabetic).collect();
    let initials: String = id.split('-').filter_map(|part| part.chars().find(char::is_ascii_alphabetic)).collect();
    let initials = Some(initials).filter(|initials| initials.len() > 2);
    let firsts = (3..=letters.len().max(3)).map(|count| letters.chars().take(count).collect::<String>());
    let is_free = |code: &String| {
        let start = format!("{}-", code.to_ascii_uppercase());
        let of_plugins = engine.plugins.values().flat_map(|plugin| plugin.rules.texts().chain(plugin.deadlines.texts()));
        !of_plugins.chain(engine.book.iter()).any(|rule| rule.id.starts_with(&start))
    };
    let code = initials.into_iter().chain(firsts).filter(|code| code.len() > 2).find(is_free);
    code.unwrap_or_else(|| format!("X{letters}")).to_ascii_uppercase()
}

/// The files of a kind by name, with stand-ins for the plugin's own names.
fn texts(kind: ScaffoldKind) -> Vec<(String, String)> {
    let mut texts: Vec<(String, String)> = DATA.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let code: &[(&str, &str)] = match kind {
        ScaffoldKind::Data => &[],
        ScaffoldKind::Process => PROCESS,
        ScaffoldKind::Native => NATIVE,
    };
    let shared: &[(&str, &str)] = if code.is_empty() { &[] } else { CODE };
    for (name, text) in shared.iter().chain(code) {
        // What a kind adds to a file that all have stands at its end.
        match texts.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => known.push_str(text),
            None => texts.push(((*name).to_owned(), (*text).to_owned())),
        }
    }
    texts
}

/// What every plugin has.
const DATA: &[(&str, &str)] = &[
    ("README.md", include_str!("scaffold/data/README.md")),
    ("plugin.toml", include_str!("scaffold/data/plugin.toml")),
    ("fields.csv", include_str!("scaffold/data/fields.csv")),
    ("forms/our-plugin/1.0/form.toml", include_str!("scaffold/data/form.toml")),
    ("forms/our-plugin/1.0/items.csv", include_str!("scaffold/data/items.csv")),
    ("map.toml", include_str!("scaffold/data/map.toml")),
    ("rules.toml", include_str!("scaffold/data/rules.toml")),
    ("templates/mail.txt", include_str!("scaffold/data/mail.txt")),
    ("cases/base.json", include_str!("scaffold/data/base.json")),
    ("cases/example/input.json", include_str!("scaffold/data/base.json")),
    ("cases/OUR-0001/case.toml", include_str!("scaffold/data/case-0001.toml")),
    ("cases/OUR-0002/case.toml", include_str!("scaffold/data/case-0002.toml")),
    ("cases/OUR-0101/case.toml", include_str!("scaffold/data/case-0101.toml")),
];

/// What every plugin with code has.
const CODE: &[(&str, &str)] = &[
    ("rules.toml", include_str!("scaffold/process/rules.toml")),
    ("settings.toml", include_str!("scaffold/process/settings.toml")),
    ("cases/OUR-0201/case.toml", include_str!("scaffold/process/case-0201.toml")),
    ("cases/OUR-0201/settings.toml", include_str!("scaffold/process/case-settings.toml")),
];

const PROCESS: &[(&str, &str)] =
    &[("plugin.toml", include_str!("scaffold/process/plugin.toml")), ("plugin.py", include_str!("scaffold/process/plugin.py"))];

const NATIVE: &[(&str, &str)] = &[
    ("plugin.toml", include_str!("scaffold/native/plugin.toml")),
    ("Cargo.toml", include_str!("scaffold/native/Cargo.toml")),
    ("src/lib.rs", include_str!("scaffold/native/lib.rs")),
    ("src/ours.rs", include_str!("scaffold/native/ours.rs")),
    (".gitignore", "/target\n"),
];
