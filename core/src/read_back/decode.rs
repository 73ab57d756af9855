//! The bytes of an XML file → text, by its byte order mark and the encoding it declares.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Decodes a file; nothing when its bytes are not of the encoding it says it has, or of one that is not known.
pub fn decode(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let encoding = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding,
        None if bytes.starts_with(b"<\0") => UTF_16LE,
        None if bytes.starts_with(b"\0<") => UTF_16BE,
        None => declared(bytes)?,
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
        Cow::Owned(text) => Cow::Owned(text.trim_start_matches('\u{feff}').to_owned()),
    })
}

/// Returns the encoding that the XML declaration names, UTF-8 where it names none.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(200)).unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let Some(declaration) = head.strip_prefix("<?xml").and_then(|rest| rest.split("?>").next()) else { return Some(UTF_8) };
    let Some((_, rest)) = declaration.split_once("encoding") else { return Some(UTF_8) };
    let name = rest.trim_start().strip_prefix('=')?.trim_start();
    let name = name.strip_prefix(['"', '\'']).and_then(|rest| rest.split(['"', '\'']).next())?;
    Encoding::for_label(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_by_what_it_says_it_is() {
        let text = "<?xml version=\"1.0\" encoding=\"Shift_JIS\"?><a>治験</a>";
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(text);
        assert_eq!(decode(&bytes).as_deref(), Some(text));
        assert_eq!(decode(text.as_bytes()), None, "bytes of UTF-8 that say Shift_JIS");
        let wide: Vec<u8> = "\u{feff}<a>治験</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&wide).as_deref(), Some("<a>治験</a>"));
        assert_eq!(decode("\u{feff}<a>治験</a>".as_bytes()).as_deref(), Some("<a>治験</a>"));
        assert_eq!(decode(b"<?xml version='1.0' encoding='nothing'?><a/>"), None);
    }
}
