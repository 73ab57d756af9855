//! Small real PDFs for tests, written by hand.

/// What stands on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// A text.
    Text,
    /// A picture only, as a scanner makes it.
    Scan,
    /// A text inside a form that the page draws.
    Form,
    /// Nothing.
    Nothing,
}

/// A PDF to write.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Its pages.
    pub pages: Vec<Shown>,
    /// Whether it has bookmarks.
    pub bookmarks: bool,
    /// Whether it says that it is encrypted.
    pub encrypted: bool,
    /// A text by which two samples differ.
    pub mark: String,
}

impl Sample {
    /// A good one: two pages of text, with bookmarks.
    pub fn good(mark: &str) -> Sample {
        Sample { pages: vec![Shown::Text; 2], bookmarks: true, encrypted: false, mark: mark.to_owned() }
    }

    /// One with these pages and no bookmarks.
    pub fn of(pages: &[Shown]) -> Sample {
        Sample { pages: pages.to_vec(), bookmarks: false, encrypted: false, mark: String::new() }
    }

    /// Returns its objects in order, number 1 first.
    pub fn objects(&self) -> Vec<Vec<u8>> {
        let text = |text: String| text.into_bytes();
        let stream = |head: &str, body: &str| text(format!("<< {head} /Length {} >>\nstream\n{body}\nendstream", body.len()));
        let first = 7;
        let kids: String = (0..self.pages.len()).map(|at| format!("{} 0 R ", first + 2 * at)).collect();
        let outlines = if self.bookmarks { "/Outlines 5 0 R" } else { "" };
        let resources = "/Resources << /Font << /F1 3 0 R >> /XObject << /Im0 4 0 R /Fm0 6 0 R >> >>";
        let mut objects = vec![
            text(format!("<< /Type /Catalog /Pages 2 0 R {outlines} >>")),
            text(format!("<< /Type /Pages /Count {} /Kids [ {kids}] {resources} /MediaBox [0 0 595 842] >>", self.pages.len())),
            text("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned()),
            stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray", "x"),
            text("<< /Type /Outlines /First 3 0 R /Count 1 >>".to_owned()),
            stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", "BT /F1 12 Tf (in a form) Tj ET"),
        ];
        for (at, shown) in self.pages.iter().enumerate() {
            let content = match shown {
                Shown::Text => format!("BT /F1 12 Tf 72 720 Td (page {at} {}) Tj ET", self.mark),
                Shown::Scan => "q 595 0 0 842 0 0 cm /Im0 Do Q".to_owned(),
                Shown::Form => "q /Fm0 Do Q".to_owned(),
                Shown::Nothing => String::new(),
            };
            objects.push(text(format!("<< /Type /Page /Parent 2 0 R /Contents {} 0 R >>", first + 2 * at + 1)));
            objects.push(stream("", &content));
        }
        objects
    }

    /// Writes it with a table of objects as text.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n".to_vec();
        let mut offsets = Vec::new();
        for (at, object) in self.objects().iter().enumerate() {
            offsets.push(bytes.len());
            bytes.extend(format!("{} 0 obj\n", at + 1).bytes());
            bytes.extend(object);
            bytes.extend(b"\nendobj\n");
        }
        let start = bytes.len();
        bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
        for offset in &offsets {
            bytes.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        let encrypt = if self.encrypted { "/Encrypt << /Filter /Standard /V 1 /R 2 >>" } else { "" };
        let size = offsets.len() + 1;
        bytes.extend(format!("trailer\n<< /Size {size} /Root 1 0 R {encrypt} >>\nstartxref\n{start}\n%%EOF\n").bytes());
        bytes
    }
}
