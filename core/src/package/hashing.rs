//! Hashes of bytes and of files, which are read in pieces however large they are.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

/// Bytes that are read at a time.
const PIECE: usize = 256 << 10;

/// Returns the SHA-256 of some bytes as hexadecimal text.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Returns size and SHA-256 of a file.
///
/// # Errors
/// Returns what the system said.
pub fn hash_file(path: &Path) -> io::Result<(u64, String)> {
    copy_hashed(&mut File::open(path)?, &mut io::sink(), u64::MAX)
}

/// Copies what a reader gives and returns its size and SHA-256; stops once it gave more than `most` bytes.
///
/// # Errors
/// Returns what the system said.
pub fn copy_hashed(reader: &mut impl Read, writer: &mut impl Write, most: u64) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    let mut size = 0_u64;
    while size <= most {
        let read = match reader.read(&mut piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let bytes = piece.get(..read).unwrap_or_default();
        if bytes.is_empty() {
            break;
        }
        hash.update(bytes);
        writer.write_all(bytes)?;
        size += bytes.len() as u64;
    }
    Ok((size, hex(&hash.finalize())))
}

fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
