//! Writing HTML: every text goes through one escape.

use sha2::{Digest, Sha256};

use crate::model::Text;

/// A page that is being written.
#[derive(Debug, Default)]
pub(crate) struct Html {
    out: String,
}

impl Html {
    /// Writes markup of our own.
    pub(crate) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Writes a text.
    pub(crate) fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\'' => self.out.push_str("&#39;"),
                // A parser would make line feeds of these.
                '\r' => self.out.push_str("&#13;"),
                _ => self.out.push(c),
            }
        }
    }

    /// Opens an element; an attribute without a name is left out.
    pub(crate) fn open(&mut self, element: &str, attributes: &[(&str, &str)]) {
        self.raw("<");
        self.raw(element);
        for (name, value) in attributes.iter().filter(|(name, _)| !name.is_empty()) {
            self.raw(" ");
            self.raw(name);
            self.raw("=\"");
            self.text(value);
            self.raw("\"");
        }
        self.raw(">");
    }

    /// Writes a text in the language that is shown.
    pub(crate) fn both(&mut self, text: &Text) {
        let (ja, en) = (text.get(crate::model::Lang::Ja), text.get(crate::model::Lang::En));
        if ja == en {
            return self.text(ja);
        }
        self.raw("<span class=\"ja\" lang=\"ja\">");
        self.text(ja);
        self.raw("</span><span class=\"en\" lang=\"en\">");
        self.text(en);
        self.raw("</span>");
    }

    /// Writes a label in both languages, one beneath the other.
    pub(crate) fn label(&mut self, text: &Text) {
        for (lang, text) in [("ja", &text.ja), ("en", &text.en)] {
            if !text.is_empty() {
                self.open("span", &[("class", if lang == "ja" { "lja" } else { "len" }), ("lang", lang)]);
                self.text(text);
                self.raw("</span>");
            }
        }
    }

    pub(crate) fn finish(self) -> String {
        self.out
    }
}

/// Returns the hash by which a content policy knows a style or a script.
pub(crate) fn digest(text: &str) -> String {
    base64(&Sha256::digest(text.as_bytes()))
}

fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let mut bits = 0u32;
        for at in 0..3 {
            bits = (bits << 8) | chunk.get(at).map_or(0, |byte| u32::from(*byte));
        }
        for at in 0..4usize {
            let sign = SIGNS.get((bits >> (18 - 6 * at) & 63) as usize).filter(|_| at <= chunk.len());
            text.push(sign.map_or('=', |sign| char::from(*sign)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_become_markup() {
        let mut html = Html::default();
        html.open("i", &[("title", "\"><img onerror='x'>"), ("", "left out")]);
        html.text("</script>&\r\n");
        let wanted = "<i title=\"&quot;&gt;&lt;img onerror=&#39;x&#39;&gt;\">&lt;/script&gt;&amp;&#13;\n";
        assert_eq!(html.finish(), wanted);
    }

    #[test]
    fn bytes_are_written_as_base64() {
        for (bytes, wanted) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")] {
            assert_eq!(base64(bytes.as_bytes()), wanted);
        }
        assert_eq!(digest(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }
}
