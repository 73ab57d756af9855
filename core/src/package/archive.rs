//! The archive that is submitted: the same bytes for the same files, whoever makes it and when.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::OutputFile;

/// Packs the files that are to be packed, sorted by name, at a fixed time and with fixed permissions.
///
/// # Errors
/// Returns what the archive writer said.
pub fn archive(files: &[OutputFile]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut packed: Vec<&OutputFile> = files.iter().filter(|file| file.packed).collect();
    packed.sort_by(|a, b| a.name.cmp(&b.name));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for file in packed {
        writer.start_file(file.name.as_str(), options.large_file(file.bytes.len() > u32::MAX as usize))?;
        writer.write_all(&file.bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_files_does_not_change_the_archive() {
        let file = |name: &str, packed| OutputFile { name: name.to_owned(), bytes: name.as_bytes().to_vec(), packed };
        let one = archive(&[file("b.xml", true), file("届.pdf", true), file("note.txt", false)]).unwrap();
        let two = archive(&[file("届.pdf", true), file("b.xml", true)]).unwrap();
        assert_eq!(one, two);
    }
}
