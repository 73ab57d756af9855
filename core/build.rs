//! Lists every file of `forms/`, `plugins/` and `fixtures/` so that the engine can carry them inside the binary.
//!
//! A list made here, and not a macro crate, because the crates at hand do not notice a file that is added.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let top = here.parent().unwrap_or(&here).to_path_buf();
    let mut files = Vec::new();
    for folder in ["forms", "plugins", "fixtures"] {
        println!("cargo:rerun-if-changed={}", top.join(folder).display());
        if top.join(folder).is_dir() {
            collect(&top, &top.join(folder), &mut files)?;
        }
    }
    files.sort();
    let mut code = String::from("pub(super) static FILES: &[(&str, &[u8])] = &[\n");
    for (name, path) in files {
        let _ = writeln!(code, "    ({name:?}, include_bytes!({:?})),", path.display().to_string());
    }
    code.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("embedded.rs"), code)
}

/// Gathers the files below `folder`; workbooks are made from them when they are wanted, and what explains a folder
/// to people who look into it is not read by the engine.
fn collect(top: &Path, folder: &Path, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        // Plugins that are code are crates of their own, or programs that only tests run.
        let is_code =
            (folder == top.join("plugins") && name == "native") || (folder == top.join("fixtures") && name == "plugins");
        if name.starts_with('.') || name.ends_with(".xlsx") || name == "README.md" || is_code {
            continue;
        }
        if path.is_dir() {
            collect(top, &path, files)?;
        } else {
            let relative = path.strip_prefix(top).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            files.push((relative, path));
        }
    }
    Ok(())
}
