//! The archive of a workbook: looked at within limits before anything is unpacked, unpacked as a stream.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use zip::ZipArchive;

use crate::limits::{ARCHIVE_ENTRIES, ARCHIVE_PART_BYTES, ARCHIVE_RATIO, ARCHIVE_RATIO_FROM, TABLE_UNPACKED_BYTES};
use crate::model::Text;
use crate::tables::kind::{unreadable, unsupported};
use crate::tables::problem::Problem;

/// An open archive.
pub(in crate::tables) struct Archive {
    zip: ZipArchive<BufReader<File>>,
    /// Number and unpacked size of each entry, by its name in lower case.
    entries: BTreeMap<String, (usize, u64)>,
}

impl Archive {
    /// Opens an archive after its directory was counted and its sizes were added up.
    ///
    /// # Errors
    /// Returns the limit that is passed, or that it is damaged, locked, or no workbook.
    pub(super) fn open(mut file: File) -> Result<Archive, Problem> {
        check_directory(&mut file)?;
        let mut zip = ZipArchive::new(BufReader::new(file)).map_err(|_| damaged())?;
        if zip.has_duplicate_names() {
            return Err(Problem::broken("zip", "同じ名前の項目が二つあります", "two entries of one name"));
        }
        let mut entries = BTreeMap::new();
        let mut total = 0_u64;
        for index in 0..zip.len() {
            let entry = zip.by_index_raw(index).map_err(|_| damaged())?;
            if entry.encrypted() {
                return Err(Problem::new("TB-0006", vec![]));
            }
            let size = entry.size();
            total = total.saturating_add(size);
            if total > TABLE_UNPACKED_BYTES {
                let what = Text::new("展開後のバイト数の合計", "bytes when unpacked");
                return Err(Problem::limit(what, TABLE_UNPACKED_BYTES));
            }
            if size > ARCHIVE_RATIO_FROM && size / entry.compressed_size().max(1) > ARCHIVE_RATIO {
                return Err(Problem::limit(Text::new("圧縮率（倍）", "times its packed size"), ARCHIVE_RATIO));
            }
            let name = String::from_utf8_lossy(entry.name_raw()).replace('\\', "/").to_ascii_lowercase();
            entries.insert(name, (index, size));
        }
        let archive = Archive { zip, entries };
        archive.check_kind()?;
        Ok(archive)
    }

    fn check_kind(&self) -> Result<(), Problem> {
        let others = [
            ("xl/workbook.bin", "xlsb形式のブック", "an xlsb workbook"),
            ("word/document.xml", "Word文書", "a Word document"),
            ("ppt/presentation.xml", "PowerPoint文書", "a presentation"),
        ];
        if let Some((_, ja, en)) = others.into_iter().find(|(name, _, _)| self.has(name)) {
            return Err(unsupported(Text::new(ja, en)));
        }
        if self.has("[content_types].xml") || self.has("content.xml") {
            return Ok(());
        }
        Err(unsupported(Text::new("表計算のブックではないzip書庫", "a zip archive that is no workbook")))
    }

    /// Returns whether there is an entry of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.contains_key(&name.to_ascii_lowercase())
    }

    /// Opens an entry.
    ///
    /// # Errors
    /// Returns that there is none.
    pub(super) fn part(&mut self, name: &str) -> Result<impl BufRead, Problem> {
        let (index, size) = self.entries.get(&name.to_ascii_lowercase()).copied().ok_or_else(|| missing(name))?;
        let entry = self.zip.by_index(index).map_err(|_| damaged())?;
        Ok(BufReader::with_capacity(1 << 16, AsDeclared { source: entry, left: size }))
    }

    /// Opens an entry that describes the workbook and is small.
    ///
    /// # Errors
    /// Returns that there is none, or that it is large.
    pub(super) fn small_part(&mut self, name: &str) -> Result<impl BufRead, Problem> {
        let size = self.entries.get(&name.to_ascii_lowercase()).map_or(0, |(_, size)| *size);
        if size > ARCHIVE_PART_BYTES {
            let what = Text::new("ブックの部品の展開後のバイト数", "bytes of one part when unpacked");
            return Err(Problem::limit(what, ARCHIVE_PART_BYTES));
        }
        self.part(name)
    }
}

fn missing(name: &str) -> Problem {
    // The name comes from the workbook's own description; it is a path inside the archive and no value of a cell.
    let name: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
    Problem::broken("xlsx", &format!("部品「{name}」がありません"), &format!("the part \"{name}\" is missing"))
}

/// The archive cannot be read.
pub(super) fn damaged() -> Problem {
    Problem::broken("zip", "書庫が壊れています", "the archive is damaged")
}

/// Counts the entries by their signatures before the archive is opened: its directory is held in memory.
fn check_directory(file: &mut File) -> Result<(), Problem> {
    let mut source = BufReader::with_capacity(1 << 16, &mut *file);
    let mut last = 0_u32;
    let mut count = 0_usize;
    loop {
        let piece = source.fill_buf().map_err(|error| unreadable(&error))?;
        if piece.is_empty() {
            break;
        }
        for byte in piece {
            last = last << 8 | u32::from(*byte);
            count += usize::from(last == 0x504B_0102);
        }
        let length = piece.len();
        source.consume(length);
    }
    if count > ARCHIVE_ENTRIES {
        return Err(Problem::limit(Text::new("書庫の項目数", "entries of the archive"), ARCHIVE_ENTRIES));
    }
    file.seek(SeekFrom::Start(0)).map_err(|error| unreadable(&error))?;
    Ok(())
}

/// Fails where an entry unpacks to more than its directory said, which the limits were held against.
struct AsDeclared<R> {
    source: R,
    left: u64,
}

impl<R: Read> Read for AsDeclared<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        let count = u64::try_from(read).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(count).ok_or(io::ErrorKind::InvalidData)?;
        Ok(read)
    }
}
