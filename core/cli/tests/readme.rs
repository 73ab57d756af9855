//! The console blocks of the READMEs are run as they are written, and must print what they show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]
#![allow(clippy::print_stderr, reason = "a test says what it skipped")]

use std::path::Path;
use std::process::Command;

/// One command of a README with what it shows below it.
struct Shown {
    line: usize,
    command: String,
    output: String,
}

fn shown(readme: &str) -> Vec<Shown> {
    let mut all: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (at, text) in readme.lines().enumerate() {
        if let Some(fence) = text.strip_prefix("```") {
            inside = fence == "console";
        } else if inside && let Some(command) = text.strip_prefix("$ ") {
            all.push(Shown { line: at + 1, command: command.to_owned(), output: String::new() });
        } else if inside && let Some(last) = all.last_mut() {
            last.output.push_str(text.trim_end());
            last.output.push('\n');
        }
    }
    all
}

/// Copies a folder with all that is in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &to);
        } else {
            std::fs::copy(&path, &to).unwrap();
        }
    }
}

/// Runs every `todokede` command of a README, in order, in one folder that holds the fixtures.
fn is_true(name: &str, locale: &str) {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let readme = std::fs::read_to_string(top.join(name)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    copy(&top.join("fixtures"), &folder.path().join("fixtures"));
    let mut ran = 0;
    for shown in shown(&readme) {
        // The two commands that build from the checkout are what the CI script itself runs.
        let Some(arguments) =
            shown.command.strip_prefix("todokede ").or_else(|| shown.command.strip_prefix("cargo run --release -- "))
        else {
            assert_eq!(shown.command, "cargo test --workspace", "{name}:{}: an unknown command", shown.line);
            continue;
        };
        let output = Command::new(env!("CARGO_BIN_EXE_todokede"))
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .env("LC_ALL", locale)
            .output()
            .unwrap();
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let said: String = said.lines().map(|line| format!("{}\n", line.trim_end())).collect();
        ran += 1;
        // The pages show what the command says as it is built by default.
        if cfg!(feature = "pdf") && shown.output.contains("PD-0001") {
            eprintln!("SKIPPED {name}:{}: this command was built with PDF", shown.line);
            continue;
        }
        assert_eq!(
            said.trim_end(),
            shown.output.trim_end(),
            "{name}:{}: `{}` prints something else",
            shown.line,
            shown.command
        );
    }
    assert!(ran >= 4, "{name}: only {ran} commands were found");
}

#[test]
fn the_english_readme_is_true() {
    is_true("README.md", "en_US.UTF-8");
}

#[test]
fn the_japanese_readme_is_true() {
    is_true("README.ja.md", "ja_JP.UTF-8");
}
