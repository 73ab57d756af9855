//! The published files that tests compare with. They are not part of the project; without them a test says so.

use std::path::PathBuf;
use std::process::Command;

/// Returns a file of the reference folder that lies beside the workspace, if it is there.
pub fn file(name: &str) -> Option<PathBuf> {
    let path = crate::workspace().parent()?.join("shared/reference").join(name);
    path.is_file().then_some(path)
}

/// Returns the published schema, if it is there.
pub fn schema() -> Option<PathBuf> {
    file("pmda/iykckn_all_v3_0_0.xsd")
}

/// Says that a test could not be made for want of something.
pub fn skipped(test: &str, want: &str) {
    eprintln!("SKIPPED {test}: {want} is not here");
}

/// Validates a file with `xmllint`, the oracle beside the engine's own validator; nothing when it is not installed.
pub fn xmllint(xml: &std::path::Path, schema: &std::path::Path) -> Option<Result<(), String>> {
    let output = Command::new("xmllint").arg("--noout").arg("--nonet").arg("--schema").arg(schema).arg(xml).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some(if output.status.success() { Ok(()) } else { Err(said) })
}
