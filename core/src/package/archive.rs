//! The archive that is submitted: the same bytes for the same files, whoever makes it and when.
//!
//! Written here and not with a library: those set up a compressor of 270 KiB for each file, whose alignment leaves
//! holes in memory that add up over a night's filings. A test holds the bytes to those of the `zip` crate.

use std::cell::RefCell;

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

use super::OutputFile;

thread_local! {
    /// The compressor, set up once for each thread.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::new(6), false));
}

/// Why an archive could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// A file, its name or all together are over what the format without extensions holds.
    #[error("{name}: too large for the archive")]
    TooLarge {
        /// The file.
        name: String,
    },
    /// The compressor failed.
    #[error("{name}: cannot be compressed")]
    Compressor {
        /// The file.
        name: String,
    },
}

/// Packs the files that are to be packed, sorted by name, at a fixed time and with fixed permissions.
///
/// # Errors
/// Returns the file that is too large or cannot be compressed.
pub fn archive(files: &[OutputFile]) -> Result<Vec<u8>, ArchiveError> {
    let mut packed: Vec<&OutputFile> = files.iter().filter(|file| file.packed).collect();
    packed.sort_by(|a, b| a.name.cmp(&b.name));
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for file in &packed {
        let too_large = || ArchiveError::TooLarge { name: file.name.clone() };
        let compressed = deflate(file)?;
        let header = header(file, &compressed).ok_or_else(too_large)?;
        let at = u32::try_from(archive.len()).map_err(|_| too_large())?;
        archive.extend_from_slice(b"PK\x03\x04");
        archive.extend_from_slice(&header);
        archive.extend_from_slice(file.name.as_bytes());
        archive.extend_from_slice(&compressed);
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&MADE_BY.to_le_bytes());
        directory.extend_from_slice(&header);
        // No comment, on the first disk, not marked as text.
        directory.extend_from_slice(&[0; 6]);
        directory.extend_from_slice(&PERMISSIONS.to_le_bytes());
        directory.extend_from_slice(&at.to_le_bytes());
        directory.extend_from_slice(file.name.as_bytes());
    }
    let end = end(packed.len(), directory.len(), archive.len());
    let end =
        end.ok_or_else(|| ArchiveError::TooLarge { name: packed.last().map_or_else(String::new, |file| file.name.clone()) })?;
    archive.extend_from_slice(&directory);
    archive.extend_from_slice(&end);
    Ok(archive)
}

/// Version 2.0 of the format: what deflate needs.
const VERSION: u16 = 20;
/// Made on Unix, so that permissions count.
const MADE_BY: u16 = 3 << 8 | VERSION;
/// Names are UTF-8; set only for one that is not ASCII, as `zip` does.
const UTF8: u16 = 1 << 11;
const DEFLATED: u16 = 8;
/// Midnight of 1980-01-01, the earliest the format knows.
const TIME: [u8; 4] = [0, 0, 0x21, 0];
/// A regular file that all may read and its owner may write.
const PERMISSIONS: u32 = 0o100_644 << 16;

/// Returns what the file's own header and the directory's have in common; nothing when a size is too large for it.
fn header(file: &OutputFile, compressed: &[u8]) -> Option<Vec<u8>> {
    let mut crc = Crc::new();
    crc.update(&file.bytes);
    let mut header = Vec::with_capacity(26);
    for number in [VERSION, if file.name.is_ascii() { 0 } else { UTF8 }, DEFLATED] {
        header.extend_from_slice(&number.to_le_bytes());
    }
    header.extend_from_slice(&TIME);
    for number in [crc.sum(), u32::try_from(compressed.len()).ok()?, u32::try_from(file.bytes.len()).ok()?] {
        header.extend_from_slice(&number.to_le_bytes());
    }
    let no_extras = 0_u16;
    header.extend_from_slice(&u16::try_from(file.name.len()).ok()?.to_le_bytes());
    header.extend_from_slice(&no_extras.to_le_bytes());
    Some(header)
}

/// Returns the record that ends an archive; nothing when it holds too much.
fn end(files: usize, directory: usize, start: usize) -> Option<Vec<u8>> {
    let files = u16::try_from(files).ok()?.to_le_bytes();
    let mut end = b"PK\x05\x06\0\0\0\0".to_vec();
    end.extend_from_slice(&files);
    end.extend_from_slice(&files);
    end.extend_from_slice(&u32::try_from(directory).ok()?.to_le_bytes());
    end.extend_from_slice(&u32::try_from(start).ok()?.to_le_bytes());
    end.extend_from_slice(&[0; 2]);
    Some(end)
}

fn deflate(file: &OutputFile) -> Result<Vec<u8>, ArchiveError> {
    DEFLATE.with_borrow_mut(|compress| {
        compress.reset();
        let mut compressed = Vec::with_capacity(file.bytes.len() / 4 + 64);
        loop {
            let rest = usize::try_from(compress.total_in()).ok().and_then(|read| file.bytes.get(read..)).unwrap_or_default();
            match compress.compress_vec(rest, &mut compressed, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return Ok(compressed),
                Ok(Status::Ok | Status::BufError) => compressed.reserve(compressed.capacity().max(64)),
                Err(_) => return Err(ArchiveError::Compressor { name: file.name.clone() }),
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read, Write};

    use zip::write::SimpleFileOptions;
    use zip::{CompressionMethod, DateTime, ZipWriter};

    use super::*;

    fn file(name: &str, bytes: &[u8]) -> OutputFile {
        OutputFile { name: name.to_owned(), bytes: bytes.to_vec(), packed: name != "note.txt" }
    }

    /// Bytes that hardly compress.
    fn noise(words: u32) -> Vec<u8> {
        (0..words).flat_map(|n| (n.wrapping_mul(2_654_435_761) >> 20).to_le_bytes()).collect()
    }

    #[test]
    fn the_order_of_files_does_not_change_the_archive() {
        let one = archive(&[file("b.xml", b"b"), file("届.pdf", b"p"), file("note.txt", b"n")]).unwrap();
        let two = archive(&[file("届.pdf", b"p"), file("b.xml", b"b")]).unwrap();
        assert_eq!(one, two);
    }

    #[test]
    fn the_archive_is_the_one_that_the_zip_crate_writes() {
        let repeated = "治験計画届\r\n".repeat(20_000);
        let files =
            [file("a.xml", repeated.as_bytes()), file("b", b""), file("c.bin", &noise(5_000)), file("届.pdf", "例".as_bytes())];
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        for files in [&files[..], &[]] {
            let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
            for file in files {
                writer.start_file(file.name.as_str(), options).unwrap();
                writer.write_all(&file.bytes).unwrap();
            }
            assert!(archive(files).unwrap() == writer.finish().unwrap().into_inner());
        }
    }

    #[test]
    fn what_a_thread_packed_before_does_not_change_the_archive() {
        let files = [file("a.bin", &noise(300_000)), file("b.xml", &"例示".repeat(30_000).into_bytes()), file("c", b"c")];
        for file in &files {
            let alone = std::slice::from_ref(file);
            let fresh = std::thread::scope(|scope| scope.spawn(|| archive(alone).unwrap()).join().unwrap());
            archive(&files).unwrap();
            assert!(archive(alone).unwrap() == fresh, "{}", file.name);
        }
        let packed = archive(&files).unwrap();
        let mut read = zip::ZipArchive::new(Cursor::new(packed)).unwrap();
        for file in &files {
            let mut bytes = Vec::new();
            read.by_name(&file.name).unwrap().read_to_end(&mut bytes).unwrap();
            assert!(bytes == file.bytes, "{}", file.name);
        }
    }
}
