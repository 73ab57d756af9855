//! A second destination beside the built-in ones: a copy of the 治験届 plugin with entries of its own.

use std::path::{Path, PathBuf};

use todokede_core::run::Engine;

use crate::workspace;

/// Path of the number of subjects in the form.
pub const SUBJECTS: &str = "INFONOTE/SUMMARYPROTOCOL/INFOPLANNUMSUBJ/PLANNUMSUBJECTSTOTAL";
/// Paths of two free texts of the form.
pub const NOTES: [&str; 2] =
    ["INFONOTE/INFOOTHERS_PRIMARY/OTHERCOMMENTS_PRIMARY", "INFONOTE/INFOOTHERS_PROTOCOL/OTHERCOMMENTS_PROTOCOL"];

/// Writes a copy of the plugin under another id into a folder: `map` replaces entries of its map, `shows` is what it shares.
pub fn plugin(folder: &Path, id: &str, map: &[(&str, &str)], shows: &str) -> PathBuf {
    let (from, to) = (workspace().join("plugins/pmda-ctn"), folder.join(id));
    std::fs::create_dir_all(to.join("templates")).unwrap();
    for name in ["rules.toml", "deadlines.toml", "templates/review.html", "templates/gaiji.html"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
    let read = |name: &str| std::fs::read_to_string(from.join(name)).unwrap();
    let manifest = read("plugin.toml").replace("id = \"pmda-ctn\"", &format!("id = \"{id}\""));
    let manifest =
        manifest.replace("治験届（PMDA）", &format!("届出先{id}")).replace("line_break = \" \"", "line_break = \"\\n\"");
    std::fs::write(to.join("plugin.toml"), manifest).unwrap();
    let mut lines: Vec<String> = read("map.toml").lines().map(str::to_owned).collect();
    for (path, entry) in map {
        let key = format!("\"{path}\" = ");
        let line = lines.iter_mut().find(|line| line.starts_with(&key)).expect("the entry");
        *line = format!("{key}{entry}");
    }
    std::fs::write(to.join("map.toml"), lines.join("\n")).unwrap();
    std::fs::write(to.join("shared.toml"), format!("[shows]\n{shows}\n")).unwrap();
    to
}

/// Loads the engine with a second destination whose sample size is a field of its own.
pub fn with_sample_size(folder: &Path) -> Engine {
    let map = [(SUBJECTS, "{ field = \"trial.sample_size\", default = \"string(trial.subjects_total)\" }")];
    let second = plugin(
        folder,
        "second",
        &map,
        &format!("sample-size = \"{SUBJECTS}\"\nobjective-ja = \"INFONOTE/SUMMARYPROTOCOL/TRIALOBJECTIVES\""),
    );
    Engine::load(&[second]).unwrap()
}
