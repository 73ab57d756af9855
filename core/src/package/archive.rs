//! The archive that is submitted: the same bytes for the same files, whoever makes it and when.

use std::fs::{self, File};
use std::io::{Cursor, Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::OutputFile;
use super::hashing::copy_hashed;
use crate::model::Seen;

/// What goes into an archive under one name.
#[derive(Debug, Clone, Copy)]
pub enum Entry<'a> {
    /// Bytes at hand.
    Bytes(&'a [u8]),
    /// A file, copied piece by piece and held against what it was when it was looked at.
    File(&'a Seen),
}

/// Why an archive could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive could not be written.
    #[error(transparent)]
    Write(#[from] zip::result::ZipError),
    /// A file is not what it was when it was looked at, or is gone.
    #[error("{name}: changed since it was looked at")]
    Changed {
        /// Its name in the archive.
        name: String,
    },
}

impl From<std::io::Error> for ArchiveError {
    fn from(error: std::io::Error) -> ArchiveError {
        ArchiveError::Write(error.into())
    }
}

/// Packs the files that are to be packed, in memory.
///
/// # Errors
/// Returns what the archive writer said.
pub fn archive(files: &[OutputFile]) -> Result<Vec<u8>, ArchiveError> {
    let packed = files.iter().filter(|file| file.packed);
    let entries = packed.map(|file| (file.name.as_str(), Entry::Bytes(&file.bytes))).collect();
    Ok(archive_into(Cursor::new(Vec::new()), entries)?.into_inner())
}

/// Packs entries sorted by name, at a fixed time and with fixed permissions, and returns the writer.
///
/// # Errors
/// Returns what the archive writer said, or the file that changed.
pub fn archive_into<W: Write + Seek>(writer: W, mut entries: Vec<(&str, Entry)>) -> Result<W, ArchiveError> {
    entries.sort_by_key(|(name, _)| *name);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    // A PDF is packed in itself: to pack it again takes time and gains nothing.
    let stored = options.compression_method(CompressionMethod::Stored).compression_level(None);
    let mut writer = ZipWriter::new(writer);
    for (name, entry) in entries {
        match entry {
            Entry::Bytes(bytes) => {
                writer.start_file(name, options.large_file(bytes.len() > u32::MAX as usize))?;
                writer.write_all(bytes)?;
            }
            Entry::File(seen) => {
                writer.start_file(name, stored.large_file(seen.size >= u64::from(u32::MAX)))?;
                if !copy(seen, &mut writer)? {
                    return Err(ArchiveError::Changed { name: name.to_owned() });
                }
            }
        }
    }
    Ok(writer.finish()?)
}

/// Copies a file; returns whether it is what it was when it was looked at.
fn copy(seen: &Seen, writer: &mut impl Write) -> Result<bool, ArchiveError> {
    // A pipe that took the file's place would never end.
    let is_there = fs::metadata(&seen.path).is_ok_and(|about| about.is_file() && about.len() == seen.size);
    let Some(mut file) = File::open(&seen.path).ok().filter(|_| is_there) else { return Ok(false) };
    let (size, sha256) = copy_hashed(&mut file, writer, seen.size)?;
    Ok(size == seen.size && sha256 == seen.sha256)
}

#[cfg(test)]
mod tests {
    use std::io::{Read, SeekFrom};

    use super::super::hashing::hash_file;
    use super::*;

    fn seen(path: &std::path::Path) -> Seen {
        let (size, sha256) = hash_file(path).unwrap();
        Seen { path: path.to_owned(), size, sha256 }
    }

    #[test]
    fn the_order_of_files_does_not_change_the_archive() {
        let file = |name: &str, packed| OutputFile { name: name.to_owned(), bytes: name.as_bytes().to_vec(), packed };
        let one = archive(&[file("b.xml", true), file("届.pdf", true), file("note.txt", false)]).unwrap();
        let two = archive(&[file("届.pdf", true), file("b.xml", true)]).unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn a_file_on_disk_comes_out_as_it_went_in_and_one_that_changed_stops_the_archive() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        let content: Vec<u8> = (0..1_000_000_u32).map(|at| (at % 251) as u8).collect();
        fs::write(&path, &content).unwrap();
        let seen = seen(&path);
        let pack =
            || archive_into(Cursor::new(Vec::new()), vec![("届.pdf", Entry::File(&seen)), ("a.xml", Entry::Bytes(b"x"))]);
        let bytes = pack().unwrap().into_inner();
        assert_eq!(bytes, pack().unwrap().into_inner());
        let mut back = Vec::new();
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        zip.by_name("届.pdf").unwrap().read_to_end(&mut back).unwrap();
        assert_eq!(back, content);
        let mut changed = content.clone();
        changed[7] ^= 1;
        for other in [changed, content[1..].to_vec(), [content.as_slice(), b"more"].concat()] {
            fs::write(&path, other).unwrap();
            assert!(matches!(pack(), Err(ArchiveError::Changed { name }) if name == "届.pdf"));
        }
        fs::remove_file(&path).unwrap();
        assert!(matches!(pack(), Err(ArchiveError::Changed { .. })));
    }

    /// Keeps only the end of what is written.
    #[derive(Default)]
    struct Tail {
        at: u64,
        end: u64,
        last: Vec<u8>,
    }

    impl Write for Tail {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.at += bytes.len() as u64;
            self.end = self.end.max(self.at);
            self.last.extend(bytes);
            let over = self.last.len().saturating_sub(4_096);
            self.last.drain(..over);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Tail {
        fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
            self.at = match to {
                SeekFrom::Start(at) => at,
                SeekFrom::Current(by) => self.at.wrapping_add_signed(by),
                SeekFrom::End(by) => self.end.wrapping_add_signed(by),
            };
            Ok(self.at)
        }
    }

    #[test]
    fn an_archive_over_four_gib_says_so_in_the_way_that_holds_it() {
        let content = vec![0_u8; 16 << 20];
        let names = ["1", "2", "3", "4", "5"];
        let mut writer = ZipWriter::new(Tail::default());
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        for name in names {
            writer.start_file(name, stored).unwrap();
            for _ in 0..64 {
                writer.write_all(&content).unwrap();
            }
        }
        let tail = writer.finish().unwrap();
        assert!(tail.end > 5 << 30);
        let zip64_end = b"PK\x06\x06";
        assert!(tail.last.windows(4).any(|bytes| bytes == zip64_end));
    }
}
