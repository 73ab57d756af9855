//! Bytes of a text table to text, by pieces; the encoding is told by a mark at the start or by the first bytes beyond ASCII.

use std::io::Read;

use encoding_rs::{Decoder, DecoderResult, EUC_JP, Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

use super::problem::Problem;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 16;
/// Bytes from the first beyond ASCII on by which the encoding is told.
const EVIDENCE: usize = 1 << 16;

/// A text of which a window is in memory. No `Debug`: it holds the values of cells.
pub(super) struct Decoded<R> {
    source: R,
    raw: Vec<u8>,
    decoder: Option<(Decoder, &'static Encoding)>,
    text: String,
    /// Where in `text` the unread part begins.
    from: usize,
    started: bool,
    source_ended: bool,
    ended: bool,
    /// Whether it ended because bytes did not fit the encoding.
    broken: bool,
}

impl<R: Read> Decoded<R> {
    /// Makes a text of bytes; nothing is read yet.
    pub(super) fn new(source: R) -> Decoded<R> {
        Decoded {
            source,
            raw: Vec::new(),
            decoder: None,
            text: String::new(),
            from: 0,
            started: false,
            source_ended: false,
            ended: false,
            broken: false,
        }
    }

    /// Returns the window.
    pub(super) fn rest(&self) -> &str {
        self.text.get(self.from..).unwrap_or_default()
    }

    /// Drops so many bytes from the window.
    pub(super) fn consume(&mut self, bytes: usize) {
        self.from = self.from.saturating_add(bytes).min(self.text.len());
    }

    /// Returns whether nothing follows the window.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Returns the encoding in which the bytes after the window are damaged.
    pub(super) fn broken(&self) -> Option<&'static str> {
        let name = self.decoder.as_ref().map_or("UTF-8", |(_, encoding)| encoding.name());
        self.broken.then_some(name)
    }

    /// Lengthens the window.
    ///
    /// # Errors
    /// Returns that the file cannot be read, is binary, or is in an encoding that is not read.
    pub(super) fn more(&mut self) -> Result<(), Problem> {
        if self.ended {
            return Ok(());
        }
        self.text.drain(..self.from);
        self.from = 0;
        let before = self.text.len();
        self.read_piece()?;
        if !self.started {
            self.started = true;
            self.begin_by_mark();
        }
        if self.decoder.is_none() {
            self.take_ascii();
            if !self.raw.is_empty() {
                while self.raw.len() < EVIDENCE && !self.source_ended {
                    self.read_piece()?;
                }
                let encoding = told_by(&self.raw, self.source_ended)?;
                self.decoder = Some((encoding.new_decoder_without_bom_handling(), encoding));
            }
        }
        self.decode();
        check_controls(self.text.get(before..).unwrap_or_default())?;
        self.ended = self.broken || (self.source_ended && self.raw.is_empty());
        Ok(())
    }

    /// Reads until a piece is full or the source ends.
    fn read_piece(&mut self) -> Result<(), Problem> {
        let wanted = u64::try_from(PIECE).unwrap_or(u64::MAX);
        let read =
            self.source.by_ref().take(wanted).read_to_end(&mut self.raw).map_err(|error| super::kind::unreadable(&error))?;
        self.source_ended = read < PIECE;
        Ok(())
    }

    fn begin_by_mark(&mut self) {
        let marks = [(UTF_8, &b"\xEF\xBB\xBF"[..]), (UTF_16LE, b"\xFF\xFE"), (UTF_16BE, b"\xFE\xFF")];
        if let Some((encoding, mark)) = marks.into_iter().find(|(_, mark)| self.raw.starts_with(mark)) {
            self.raw.drain(..mark.len());
            self.decoder = Some((encoding.new_decoder_without_bom_handling(), encoding));
        }
    }

    /// Moves what is the same in every encoding that is left.
    fn take_ascii(&mut self) {
        let plain = self.raw.iter().position(|byte| !byte.is_ascii()).unwrap_or(self.raw.len());
        self.text.extend(self.raw.drain(..plain).map(char::from));
    }

    fn decode(&mut self) {
        let Some((decoder, _)) = &mut self.decoder else { return };
        let room = decoder.max_utf8_buffer_length_without_replacement(self.raw.len()).unwrap_or(self.raw.len());
        self.text.reserve(room);
        let (result, _) = decoder.decode_to_string_without_replacement(&self.raw, &mut self.text, self.source_ended);
        self.broken = !matches!(result, DecoderResult::InputEmpty);
        self.raw.clear();
    }
}

/// Tells UTF-8 from Windows-31J by bytes the first of which is beyond ASCII; `whole` says whether nothing follows them.
fn told_by(bytes: &[u8], whole: bool) -> Result<&'static Encoding, Problem> {
    let (utf8, utf8_fits) = reach(UTF_8, bytes, whole);
    if utf8_fits {
        return Ok(UTF_8);
    }
    let (sjis, sjis_fits) = reach(SHIFT_JIS, bytes, whole);
    let (euc, euc_fits) = reach(EUC_JP, bytes, whole);
    // The two bytes of a character of EUC-JP are mostly two half-width kana of Shift_JIS, which fill no Japanese text.
    let is_half_kana = |c: &char| ('\u{FF61}'..='\u{FF9F}').contains(c);
    let kana = |text: &str| text.chars().filter(is_half_kana).count();
    let beyond = sjis.chars().filter(|c| !c.is_ascii()).count();
    if euc_fits && kana(&euc) == 0 && (!sjis_fits || kana(&sjis) * 3 > beyond) {
        return Err(Problem::new("TB-0007", vec![("found", "EUC-JP".into())]));
    }
    Ok(if sjis_fits || sjis.len() > utf8.len() { SHIFT_JIS } else { UTF_8 })
}

/// Decodes as far as it goes, and says whether that is to the end.
fn reach(encoding: &'static Encoding, bytes: &[u8], whole: bool) -> (String, bool) {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0));
    let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, whole);
    (text, matches!(result, DecoderResult::InputEmpty))
}

/// Refuses what is no text: zero bytes, and the escapes with which ISO-2022-JP hides Japanese in ASCII.
fn check_controls(text: &str) -> Result<(), Problem> {
    if text.contains('\0') {
        let found = crate::model::Text::new("種類の分からないバイナリ", "binary data of an unknown kind");
        return Err(Problem::new("TB-0002", vec![("found", found)]));
    }
    if text.contains("\u{1B}$") || text.contains("\u{1B}(") {
        return Err(Problem::new("TB-0007", vec![("found", "ISO-2022-JP".into())]));
    }
    Ok(())
}
