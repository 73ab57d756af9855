//! What a list of plugins says of each.

use crate::files::Files;
use crate::package::sha256;
use crate::plugin::Plugin;
use crate::plugin::manifest::CodeKind;

/// What a plugin is made of, as the command names it.
pub fn kind(plugin: &Plugin) -> &'static str {
    match plugin.manifest.code.as_ref().map(|code| code.kind) {
        None => "data",
        Some(CodeKind::BuiltIn) => "built-in",
        Some(CodeKind::Library) => "library",
        Some(CodeKind::Process) => "process",
    }
}

/// Returns the folder of a plugin; nothing for one of the product.
pub fn folder(plugin: &Plugin) -> Option<String> {
    match &plugin.files {
        Files::Embedded(_) => None,
        Files::Folder(folder) => Some(folder.display().to_string()),
    }
}

/// Hashes a plugin's files, names and contents: two folders with one hash do the same. What explains and what is built
/// from source (`target`, hidden files) is left out.
pub fn hash(plugin: &Plugin) -> String {
    let counts = |name: &String| {
        let hidden = name.split('/').any(|part| part.starts_with('.') || part == "target" || part == "__pycache__");
        !hidden && name != "README.md" && !name.ends_with(".xlsx")
    };
    let names = plugin.files.names().into_iter().filter(counts);
    let lines =
        names.map(|name| format!("{} {name}\n", plugin.files.read(&name).map(|bytes| sha256(&bytes)).unwrap_or_default()));
    sha256(lines.collect::<String>().as_bytes())
}
