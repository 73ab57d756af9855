//! The XML of workbook parts, tag by tag, with a limit on how long one may be.

use std::borrow::Cow;
use std::io::BufRead;

use super::archive::damaged;
use crate::limits::XML_TOKEN_BYTES;
use crate::model::Text;
use crate::tables::problem::Problem;

/// One piece of XML.
pub(super) enum Token<'t> {
    /// A tag that opens an element, or is all of it.
    Open(Tag<'t>),
    /// The local name of the element that closes.
    Close(&'t [u8]),
    /// Text, entities as they stand.
    Text(&'t [u8]),
    /// The end.
    End,
}

/// An opening tag.
pub(super) struct Tag<'t> {
    raw: &'t [u8],
    /// Whether the element has no content.
    pub(super) empty: bool,
}

/// A stream of tokens.
pub(super) struct Xml<R> {
    source: R,
    token: Vec<u8>,
    in_tag: bool,
    started: bool,
}

enum Kind {
    Tag,
    Text,
    End,
}

impl<R: BufRead> Xml<R> {
    /// Reads the XML of a part.
    pub(super) fn new(source: R) -> Xml<R> {
        Xml { source, token: Vec::with_capacity(1 << 10), in_tag: false, started: false }
    }

    /// Returns the next token; comments and declarations are passed over.
    ///
    /// # Errors
    /// Returns what breaks the format, or a token that is too long.
    pub(super) fn next(&mut self) -> Result<Token<'_>, Problem> {
        Ok(match self.advance()? {
            Kind::Text => Token::Text(&self.token),
            Kind::End => Token::End,
            Kind::Tag => match self.token.as_slice() {
                [b'/', name @ ..] => Token::Close(local(name.trim_ascii_end())),
                [raw @ .., b'/'] => Token::Open(Tag { raw, empty: true }),
                raw => Token::Open(Tag { raw, empty: false }),
            },
        })
    }

    fn advance(&mut self) -> Result<Kind, Problem> {
        if !std::mem::replace(&mut self.started, true) {
            let start = self.source.fill_buf().map_err(|_| damaged())?;
            if start.iter().take(4).any(|byte| *byte == 0 || *byte >= 0xFE) {
                return Err(not_utf8());
            }
        }
        loop {
            if !self.in_tag {
                self.token.clear();
                self.in_tag = self.upto(b'<')?;
                if !self.token.is_empty() {
                    return Ok(Kind::Text);
                }
                if !self.in_tag {
                    return Ok(Kind::End);
                }
            }
            self.in_tag = false;
            self.token.clear();
            self.rest_of_tag()?;
            match self.token.first() {
                Some(b'?') => self.check_declaration()?,
                Some(b'!') if self.token.starts_with(b"!--") => self.upto_mark(b"--")?,
                Some(b'!') if self.token.starts_with(b"![CDATA[") => {
                    return Err(Problem::broken("XML", "CDATAがあります", "a CDATA section"));
                }
                Some(b'!') => return Err(Problem::broken("XML", "文書型宣言（DTD）があります", "a document type (DTD)")),
                _ => return Ok(Kind::Tag),
            }
        }
    }

    /// Reads to the `>` that ends the tag, not one inside the quotes of an attribute.
    fn rest_of_tag(&mut self) -> Result<(), Problem> {
        loop {
            if !self.upto(b'>')? {
                return Err(ends_early());
            }
            if self.token.first() == Some(&b'!') || !ends_in_quotes(&self.token) {
                return Ok(());
            }
            self.token.push(b'>');
        }
    }

    /// Reads to the end of a comment.
    fn upto_mark(&mut self, mark: &[u8]) -> Result<(), Problem> {
        while !(self.token.len() >= 5 && self.token.ends_with(mark)) {
            self.token.push(b'>');
            if !self.upto(b'>')? {
                return Err(ends_early());
            }
        }
        Ok(())
    }

    /// Appends all before a byte and drops that; returns whether it was there.
    fn upto(&mut self, end: u8) -> Result<bool, Problem> {
        loop {
            let piece = self.source.fill_buf().map_err(|_| damaged())?;
            if piece.is_empty() {
                return Ok(false);
            }
            let found = piece.iter().position(|byte| *byte == end);
            let length = found.unwrap_or(piece.len());
            self.token.extend_from_slice(piece.get(..length).unwrap_or_default());
            self.source.consume(length + usize::from(found.is_some()));
            if self.token.len() > XML_TOKEN_BYTES {
                return Err(too_long());
            }
            if found.is_some() {
                return Ok(true);
            }
        }
    }

    /// An encoding in which `<` can be half a character would hide tags.
    fn check_declaration(&self) -> Result<(), Problem> {
        let tag = String::from_utf8_lossy(&self.token).to_ascii_lowercase();
        let encoding = tag.strip_prefix("?xml ").and_then(|rest| rest.split_once("encoding"));
        match encoding {
            Some((_, name)) if !name.contains("utf-8") && !name.contains("us-ascii") => Err(not_utf8()),
            _ => Ok(()),
        }
    }
}

impl<'t> Tag<'t> {
    /// Returns the local name.
    pub(super) fn name(&self) -> &'t [u8] {
        let end = self.raw.iter().position(u8::is_ascii_whitespace).unwrap_or(self.raw.len());
        local(self.raw.get(..end).unwrap_or_default())
    }

    /// Returns each attribute, local name and value as it stands.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'t [u8], &'t [u8])> {
        let mut rest = self.raw.iter().position(u8::is_ascii_whitespace).and_then(|at| self.raw.get(at..)).unwrap_or_default();
        std::iter::from_fn(move || {
            let equals = rest.iter().position(|byte| *byte == b'=')?;
            let name = rest.get(..equals)?.trim_ascii();
            let value = rest.get(equals + 1..)?.trim_ascii_start();
            let (quote, value) = value.split_first()?;
            let end = value.iter().position(|byte| byte == quote)?;
            rest = value.get(end + 1..)?;
            Some((local(name), value.get(..end)?))
        })
    }

    /// Returns an attribute by its local name.
    ///
    /// # Errors
    /// Returns that its value is no text.
    pub(super) fn attribute(&self, name: &[u8]) -> Result<Option<Cow<'t, str>>, Problem> {
        self.attributes().find(|(found, _)| *found == name).map(|(_, value)| text(value)).transpose()
    }
}

fn local(name: &[u8]) -> &[u8] {
    name.rsplit(|byte| *byte == b':').next().unwrap_or_default()
}

fn ends_in_quotes(tag: &[u8]) -> bool {
    let mut open = None;
    for byte in tag.iter().filter(|byte| matches!(byte, b'"' | b'\'')) {
        match open {
            None => open = Some(*byte),
            Some(quote) if quote == *byte => open = None,
            Some(_) => {}
        }
    }
    open.is_some()
}

/// Makes a text of bytes in which entities stand.
///
/// # Errors
/// Returns that they are no UTF-8, or an entity that XML does not have.
pub(super) fn text(bytes: &[u8]) -> Result<Cow<'_, str>, Problem> {
    let raw = std::str::from_utf8(bytes).map_err(|_| not_utf8())?;
    if !raw.contains('&') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        let (name, after) = after.split_once(';').ok_or_else(bad_entity)?;
        text.push_str(before);
        text.push(entity(name).ok_or_else(bad_entity)?);
        rest = after;
    }
    text.push_str(rest);
    Ok(Cow::Owned(text))
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
    }
}

fn bad_entity() -> Problem {
    Problem::broken("XML", "知らない実体参照があります", "an unknown entity")
}

fn not_utf8() -> Problem {
    Problem::broken("XML", "UTF-8ではありません", "not UTF-8")
}

fn ends_early() -> Problem {
    Problem::broken("XML", "途中で終わっています", "ends early")
}

fn too_long() -> Problem {
    Problem::limit(Text::new("一つの文字列又はタグのバイト数", "bytes of one text or tag"), XML_TOKEN_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(xml: &[u8]) -> Result<Vec<String>, &'static str> {
        let mut all = Vec::new();
        let mut xml = Xml::new(xml);
        loop {
            let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            all.push(match xml.next().map_err(|problem| problem.rule)? {
                Token::Open(tag) => {
                    let pairs: Vec<String> =
                        tag.attributes().map(|(name, value)| format!("{}={}", said(name), said(value))).collect();
                    format!("<{} {}{}", said(tag.name()), pairs.join(","), if tag.empty { "/" } else { "" })
                }
                Token::Close(name) => format!("/{}", said(name)),
                Token::Text(bytes) => text(bytes).map_err(|problem| problem.rule)?.into_owned(),
                Token::End => return Ok(all),
            });
        }
    }

    #[test]
    fn tags_attributes_and_texts_are_told_apart() {
        let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- <f> > --><x:c r=\"A1\" t = 's' f=\"[>1]0\" ><v>1&#50;&amp;</v ><e/></x:c>";
        assert_eq!(tokens(xml).unwrap(), ["<c r=A1,t=s,f=[>1]0", "<v ", "12&", "/v", "<e /", "/c"]);
    }

    #[test]
    fn what_could_hide_something_is_refused() {
        for xml in [
            &b"<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"[..],
            b"<a>&b;</a>",
            b"<a><![CDATA[x]]></a>",
            b"<?xml version=\"1.0\" encoding=\"ISO-2022-JP\"?><a/>",
            b"\xFF\xFE<\0a\0",
            b"<a>\xFF</a>",
            b"<a",
            b"<!-- ",
        ] {
            assert_eq!(tokens(xml).unwrap_err(), "TB-0005");
        }
        let long = [b"<a>".as_slice(), &vec![b'x'; XML_TOKEN_BYTES + 1]].concat();
        assert_eq!(tokens(&long).unwrap_err(), "TB-0004");
    }
}
