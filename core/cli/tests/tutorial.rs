//! The tutorial for authors of plugins is followed as it is written, from an empty folder: its files are written, its commands
//! run, and what they print must be what it shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

use std::path::Path;
use std::process::Command;

/// One block of the page.
#[derive(Debug)]
enum Step {
    /// Text for files that are named in the sentence above it; `true` when it is added to their end.
    Write { line: usize, paths: Vec<String>, add: bool, text: String },
    /// A command and what it prints.
    Run { line: usize, command: String, output: String },
}

/// Reads the blocks of a page; the sentence above a block that is no console names its files.
fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut sentence = String::new();
    let mut fence: Option<(usize, String, String)> = None;
    for (at, text) in page.lines().enumerate() {
        match (&mut fence, text.strip_prefix("```")) {
            (None, Some(kind)) => fence = Some((at + 1, kind.to_owned(), String::new())),
            (None, None) if text.is_empty() => {
                // The blank line between the sentence and its block.
                if !sentence.ends_with('\n') {
                    sentence.push('\n');
                }
            }
            (None, None) => {
                if sentence.ends_with('\n') {
                    sentence.clear();
                }
                sentence.push_str(&format!("{text} "));
            }
            (Some((line, kind, content)), Some(_)) => {
                if kind == "console" {
                    steps.extend(commands(*line, content));
                } else {
                    steps.push(file(*line, &sentence, content));
                }
                fence = None;
            }
            (Some((_, _, content)), None) => content.push_str(&format!("{text}\n")),
        }
    }
    steps
}

fn commands(line: usize, content: &str) -> Vec<Step> {
    let mut runs: Vec<Step> = Vec::new();
    for (at, text) in content.lines().enumerate() {
        if let Some(command) = text.strip_prefix("$ ") {
            runs.push(Step::Run { line: line + at + 1, command: command.to_owned(), output: String::new() });
        } else if let Some(Step::Run { output, .. }) = runs.last_mut() {
            output.push_str(&format!("{}\n", text.trim_end()));
        } else {
            panic!("line {}: a console block begins with a command", line + at + 1);
        }
    }
    runs
}

/// The last sentence before a block ends in a colon and names its files.
fn file(line: usize, sentence: &str, text: &str) -> Step {
    let sentence = sentence.trim_end();
    assert!(sentence.ends_with(':'), "line {line}: nothing above the block says which file it is");
    let last = sentence.rsplit(". ").next().unwrap();
    let paths: Vec<String> =
        last.split('`').skip(1).step_by(2).filter(|name| name.starts_with("reiji-hospital/")).map(str::to_owned).collect();
    assert!(!paths.is_empty(), "line {line}: nothing above the block names a file");
    Step::Write { line, paths, add: last.contains("Add to the end of"), text: text.to_owned() }
}

fn todokede(folder: &Path, command: &str) -> String {
    let arguments = command.strip_prefix("todokede ").unwrap_or_else(|| panic!("`{command}` is no command of ours"));
    let output = Command::new(env!("CARGO_BIN_EXE_todokede"))
        .args(arguments.split(' '))
        .current_dir(folder)
        .env("LC_ALL", "en_US.UTF-8")
        .output()
        .unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    said.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn the_tutorial_works_from_an_empty_folder_by_its_own_commands() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().join("plugins/README.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|mode| mode == "overwrite");
    let folder = tempfile::tempdir().unwrap();
    let (mut written, mut ran) = (0, 0);
    for step in steps(&page.clone()) {
        match step {
            Step::Write { line, paths, add, text } => {
                for name in paths {
                    let path = folder.path().join(&name);
                    let old = if add {
                        std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("line {line}: no {name}"))
                    } else {
                        String::new()
                    };
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(&path, format!("{old}{text}")).unwrap();
                    written += 1;
                }
            }
            Step::Run { line, command, output } => {
                let said = todokede(folder.path(), &command);
                ran += 1;
                if overwrite {
                    page = page.replacen(&format!("$ {command}\n{output}"), &format!("@ {command}\n{said}"), 1);
                } else {
                    assert_eq!(said, output, "{}:{line}: `{command}` prints something else", path.display());
                }
            }
        }
    }
    if overwrite {
        std::fs::write(&path, page.replace("\n@ ", "\n$ ")).unwrap();
    }
    assert!(written >= 8 && ran >= 10, "{written} files and {ran} commands were found");
    assert!(folder.path().join("trial.xlsx").is_file() && folder.path().join("manual.html").is_file());
}
