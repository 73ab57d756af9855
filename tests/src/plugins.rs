//! Folders of plugins that are code, made from `fixtures/plugins`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use todokede_core::files::Files;
use todokede_core::package::sha256;

use crate::workspace;

/// The folder of the fixture plugins.
pub fn sources() -> PathBuf {
    workspace().join("fixtures/plugins")
}

/// Makes the folder of a plugin with the `[code]` table that is given; its form is one that is in the program.
pub fn plugin(plugins: &Path, id: &str, code: &str) -> PathBuf {
    let folder = plugins.join(id);
    std::fs::create_dir_all(&folder).unwrap();
    let read = |name: &str| std::fs::read_to_string(sources().join(name)).unwrap();
    std::fs::write(folder.join("plugin.toml"), read("plugin.toml").replace("@id@", id).replace("@code@", code)).unwrap();
    let form = Files::embedded("plugins/cdisc-usdm");
    let built_in = |name: &str| String::from_utf8(form.read(name).unwrap().into_owned()).unwrap();
    std::fs::write(folder.join("map.toml"), built_in("map.toml")).unwrap();
    std::fs::write(folder.join("rules.toml"), built_in("rules.toml") + &read("rules.toml")).unwrap();
    folder
}

/// Makes the folder of a plugin in Python: `plugin.py` or `hostile.py` with arguments after its id. Nothing without Python.
pub fn python(plugins: &Path, id: &str, script: &str, arguments: &[&str], more: &str) -> Option<PathBuf> {
    let program = interpreter()?;
    let arguments: String = arguments.iter().map(|argument| format!(", {argument:?}")).collect();
    let folder =
        plugin(plugins, id, &format!("kind = \"process\"\ncommand = [{program:?}, {script:?}, {id:?}{arguments}]\n{more}"));
    for name in ["plugin.py", "hostile.py"] {
        std::fs::copy(sources().join("python").join(name), folder.join(name)).unwrap();
    }
    Some(folder)
}

/// Makes the folder of a plugin that is a library.
pub fn library(plugins: &Path, id: &str, library: &Path, more: &str) -> PathBuf {
    let bytes = std::fs::read(library).unwrap();
    let name = library.file_name().unwrap().to_str().unwrap();
    let code = format!("kind = \"library\"\nlibrary = {name:?}\nsha256 = \"{}\"\n{more}", sha256(&bytes));
    let folder = plugin(plugins, id, &code);
    std::fs::write(folder.join(name), bytes).unwrap();
    folder
}

/// The program behind `python3`, which may be a script that looks for it; nothing, and a word of it, where there is none.
pub fn interpreter() -> Option<&'static str> {
    static FOUND: OnceLock<Option<String>> = OnceLock::new();
    let found = FOUND.get_or_init(|| {
        let said = Command::new("python3").args(["-c", "import sys; print(sys.executable)"]).output().ok()?;
        said.status.success().then(|| String::from_utf8_lossy(&said.stdout).trim().to_owned())
    });
    if found.is_none() {
        eprintln!("SKIPPED: there is no python3");
    }
    found.as_deref()
}

/// Compiles `c/plugin.c` into a folder; nothing, and a word of it, where there is no compiler.
pub fn c_library(folder: &Path, id: &str, defines: &[&str]) -> Option<PathBuf> {
    if Command::new("cc").arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no C compiler `cc`");
        return None;
    }
    let library = folder.join(file_name(&id.replace('-', "_")));
    let made = Command::new("cc")
        .args(["-std=gnu99", "-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC", "-pthread", "-I"])
        .arg(workspace().join("core/abi/include"))
        .arg(format!("-DPLUGIN_ID=\"{id}\""))
        .args(defines.iter().map(|define| format!("-D{define}")))
        .arg("-o")
        .args([&library, &sources().join("c/plugin.c")])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(library)
}

/// The plugin in Rust, which cargo builds beside the test that asks.
pub fn rust_library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join(file_name("todokede_fixture_plugin"));
    assert!(library.is_file(), "{}: built as a dependency of the tests", library.display());
    library
}

fn file_name(stem: &str) -> String {
    format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}
