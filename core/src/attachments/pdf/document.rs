//! The objects of a PDF, read from disk one at a time as they are asked for.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use flate2::read::ZlibDecoder;

use super::PdfError;
use super::object::{Broken, Dict, Object, Parser};
use crate::limits;

/// A PDF whose objects can be asked for by number.
pub(super) struct Document<'a> {
    file: &'a File,
    pub(super) length: u64,
    /// What offsets count from.
    shift: u64,
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dict,
    /// Bytes that may still be read or unpacked.
    left: u64,
    /// The streams of objects that were unpacked last.
    unpacked: VecDeque<(u32, Vec<u8>)>,
}

/// Where an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nowhere: its number is free.
    Free,
    /// At an offset of the file.
    At(u64),
    /// The place of that number in the stream of that number.
    In(u32, usize),
}

/// A stream whose bytes were not read yet.
#[derive(Debug, Clone)]
pub(super) struct Stream {
    pub(super) dict: Dict,
    start: u64,
    length: u64,
}

/// Streams of objects that are kept unpacked.
const KEPT: usize = 4;
/// Longest chain of references from one object to the next.
const HOPS: usize = 16;

impl<'a> Document<'a> {
    /// Reads where the objects are; offsets count from `shift`.
    pub(super) fn open(file: &'a File, shift: u64) -> Result<Document<'a>, PdfError> {
        let length = file.metadata()?.len();
        let mut document = Document {
            file,
            length,
            shift,
            entries: BTreeMap::new(),
            trailer: Dict::default(),
            left: limits::PDF_WORK_BYTES,
            unpacked: VecDeque::new(),
        };
        document.read_tables()?;
        Ok(document)
    }

    /// Takes bytes off what may still be read.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<(), PdfError> {
        self.left = self.left.checked_sub(bytes).ok_or(PdfError::Limit("bytes to read"))?;
        Ok(())
    }

    /// Reads bytes at an offset of the file, fewer at its end.
    pub(super) fn window(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, PdfError> {
        let mut bytes = Vec::new();
        let mut file = self.file;
        file.seek(SeekFrom::Start(offset))?;
        file.take(length as u64).read_to_end(&mut bytes)?;
        self.spend(bytes.len() as u64)?;
        Ok(bytes)
    }

    /// Returns a reader at an offset as tables name it.
    pub(super) fn reader(&self, offset: u64) -> Result<BufReader<&'a File>, PdfError> {
        let mut file = self.file;
        file.seek(SeekFrom::Start(offset))?;
        Ok(BufReader::with_capacity(64 << 10, file))
    }

    /// Returns the offset in the file of one that a table names.
    pub(super) fn shifted(&self, offset: u64) -> u64 {
        offset.saturating_add(self.shift)
    }

    /// Parses at an offset of the file, taking more bytes while they do not suffice.
    pub(super) fn parse<T>(
        &mut self,
        offset: u64,
        parse: impl Fn(&mut Parser) -> Result<T, Broken>,
    ) -> Result<(T, u64), PdfError> {
        let mut length = 4 << 10;
        loop {
            let bytes = self.window(offset, length)?;
            let mut parser = Parser::new(&bytes);
            match parse(&mut parser) {
                Ok(value) => return Ok((value, offset + parser.at as u64)),
                Err(Broken::End) if bytes.len() == length && length < limits::PDF_OBJECT_BYTES => length *= 8,
                Err(Broken::End) if bytes.len() == length => return Err(PdfError::Limit("the size of an object")),
                Err(_) => return Err(PdfError::Damaged("an object breaks off or is not where it should be")),
            }
        }
    }

    /// Follows references to the value they stand for; one to nothing stands for null.
    pub(super) fn resolve(&mut self, object: Object) -> Result<Object, PdfError> {
        let mut object = object;
        for _ in 0..HOPS {
            let Object::Ref(number) = object else { return Ok(object) };
            object = match self.entries.get(&number).copied() {
                Some(Entry::At(offset)) => self.object_at(offset, Some(number))?.0,
                Some(Entry::In(stream, at)) => self.packed(stream, at)?,
                Some(Entry::Free) | None => Object::Other,
            };
        }
        Err(PdfError::Damaged("its references run in a circle"))
    }

    /// Follows a name of a dictionary to its dictionary.
    pub(super) fn dict(&mut self, of: &Dict, name: &str) -> Result<Option<Dict>, PdfError> {
        match of.get(name).cloned().map(|object| self.resolve(object)).transpose()? {
            Some(Object::Dict(dict)) => Ok(Some(dict)),
            _ => Ok(None),
        }
    }

    /// Returns the stream of a number; nothing when there is none.
    pub(super) fn stream(&mut self, number: u32) -> Result<Option<Stream>, PdfError> {
        let Some(Entry::At(offset)) = self.entries.get(&number).copied() else { return Ok(None) };
        self.stream_at(offset, Some(number))
    }

    /// Returns the stream at an offset as tables name it.
    pub(super) fn stream_at(&mut self, offset: u64, number: Option<u32>) -> Result<Option<Stream>, PdfError> {
        let (object, after) = self.object_at(offset, number)?;
        let Object::Dict(dict) = object else { return Ok(None) };
        let Ok(((), start)) = self.parse(after, |parser| parser.word("stream")) else { return Ok(None) };
        let ends = self.window(start, 2)?;
        let start = start + if ends.starts_with(b"\r\n") { 2 } else { 1 };
        // Length may be an object of its own, but not when this stream is what says where objects are.
        let length = match dict.get("Length") {
            Some(Object::Int(length)) => *length,
            Some(Object::Ref(number)) => match self.entries.get(number).copied() {
                Some(Entry::At(offset)) => match self.object_at(offset, Some(*number))?.0 {
                    Object::Int(length) => length,
                    _ => return Ok(None),
                },
                Some(Entry::In(stream, at)) if stream != *number => match self.packed(stream, at)? {
                    Object::Int(length) => length,
                    _ => return Ok(None),
                },
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let length = u64::try_from(length).unwrap_or(0).min(self.length.saturating_sub(start));
        Ok(Some(Stream { dict, start, length }))
    }

    /// Returns the unpacked bytes of a stream as they come; nothing when it is packed in a way not known here.
    pub(super) fn unpack(&mut self, stream: &Stream) -> Result<Option<Box<dyn Read + 'a>>, PdfError> {
        let filter = stream.dict.get("Filter").cloned().map(|filter| self.resolve(filter)).transpose()?;
        let filters = match filter {
            None | Some(Object::Other) => Vec::new(),
            Some(Object::Array(filters)) => filters,
            Some(filter) => vec![filter],
        };
        let raw = self.reader(stream.start)?.take(stream.length);
        match filters.as_slice() {
            [] => Ok(Some(Box::new(raw))),
            [Object::Name(name)] if name == b"FlateDecode" || name == b"Fl" => Ok(Some(Box::new(ZlibDecoder::new(raw)))),
            _ => Ok(None),
        }
    }

    /// Returns how much may still be read.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Unpacks a stream into memory, rows that only say how they differ from the one above put right.
    pub(super) fn unpacked(&mut self, stream: &Stream) -> Result<Vec<u8>, PdfError> {
        const PACKED: PdfError = PdfError::Damaged("its table of objects is packed in a way that is not known here");
        let mut bytes = Vec::new();
        let reader = self.unpack(stream)?.ok_or(PACKED)?;
        reader
            .take(limits::PDF_STREAM_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| PdfError::Damaged("a stream of objects does not unpack"))?;
        self.spend(bytes.len() as u64)?;
        if bytes.len() as u64 > limits::PDF_STREAM_BYTES {
            return Err(PdfError::Limit("the size of a stream of objects"));
        }
        let params = self.dict(&stream.dict, "DecodeParms")?.unwrap_or_default();
        match params.int("Predictor").unwrap_or(1) {
            ..=1 => Ok(bytes),
            10..=15 => {
                let columns = usize::try_from(params.int("Columns").unwrap_or(1)).unwrap_or(1);
                Ok(unpredict(&bytes, columns.clamp(1, 1 << 16)))
            }
            _ => Err(PACKED),
        }
    }

    fn object_at(&mut self, offset: u64, number: Option<u32>) -> Result<(Object, u64), PdfError> {
        let ((found, object), after) = self.parse(self.shifted(offset), |parser| {
            let found = parser.int()?;
            parser.int()?;
            parser.word("obj")?;
            Ok((found, parser.object()?))
        })?;
        if number.is_some_and(|number| i64::from(number) != found) {
            return Err(PdfError::Damaged("an object is not where its table says"));
        }
        Ok((object, after))
    }

    /// Returns an object that is packed in a stream with others.
    fn packed(&mut self, number: u32, at: usize) -> Result<Object, PdfError> {
        const BROKEN: PdfError = PdfError::Damaged("a stream of objects is broken");
        let known = self.unpacked.iter().position(|(known, _)| *known == number);
        if known.is_none() {
            let stream = self.stream(number)?.ok_or(BROKEN)?;
            let first = usize::try_from(stream.dict.int("First").unwrap_or(-1)).map_err(|_| BROKEN)?;
            let mut bytes = self.unpacked(&stream)?;
            // Where the objects start is kept in front.
            bytes.splice(0..0, first.to_le_bytes());
            if self.unpacked.len() >= KEPT {
                self.unpacked.pop_front();
            }
            self.unpacked.push_back((number, bytes));
        }
        let Some((_, bytes)) = self.unpacked.iter().find(|(known, _)| *known == number) else { return Err(BROKEN) };
        let (first, bytes) = bytes.split_first_chunk().ok_or(BROKEN)?;
        let first = usize::from_le_bytes(*first);
        // A number or name may be the last thing there is, and ends with a space.
        let heads = [bytes.get(..first).ok_or(BROKEN)?, b" "].concat();
        let mut heads = Parser::new(&heads);
        for _ in 0..at {
            heads.int().and_then(|_| heads.int()).map_err(|_| BROKEN)?;
        }
        let offset = heads.int().and_then(|_| heads.int()).map_err(|_| BROKEN)?;
        let offset = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset)).ok_or(BROKEN)?;
        let bytes = bytes.get(offset..).ok_or(BROKEN)?;
        let bytes = bytes.get(..limits::PDF_OBJECT_BYTES).unwrap_or(bytes);
        let mut parser = Parser::new(bytes);
        let object = parser.object().or_else(|_| Parser::new(&[bytes, b" "].concat()).object());
        let read = (first + parser.at) as u64;
        self.spend(read)?;
        object.map_err(|_| BROKEN)
    }
}

/// Undoes the PNG predictors of a table: rows of `columns` bytes, each after a byte that says how it is written.
fn unpredict(bytes: &[u8], columns: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    let mut above = vec![0_u8; columns];
    for row in bytes.chunks(columns + 1) {
        let Some((kind, row)) = row.split_first() else { continue };
        let (mut left, mut corner) = (0_u8, 0_u8);
        let mut line = Vec::with_capacity(columns);
        for (byte, up) in row.iter().zip(&above) {
            let add = match kind {
                1 => left,
                2 => *up,
                3 => u8::try_from((u16::from(left) + u16::from(*up)) / 2).unwrap_or(0),
                4 => paeth(left, *up, corner),
                _ => 0,
            };
            left = byte.wrapping_add(add);
            corner = *up;
            line.push(left);
        }
        line.resize(columns, 0);
        out.extend_from_slice(&line);
        above = line;
    }
    out
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(up) - i16::from(corner);
    let far = |byte: u8| (guess - i16::from(byte)).abs();
    if far(left) <= far(up) && far(left) <= far(corner) {
        left
    } else if far(up) <= far(corner) {
        up
    } else {
        corner
    }
}
