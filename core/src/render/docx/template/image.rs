//! Images: read from files that were given or lie below a folder, measured, and drawn in a run.

use std::path::{Component, Path};
use std::sync::Arc;

use quick_xml::escape::escape;

use super::session::Resources;
use crate::limits;
use crate::model::Text;
use crate::package::sha256;

/// English metric units in an inch.
const INCH: f64 = 914_400.0;
/// The longest side that is drawn: what fits no page is a mistake.
const LONGEST: f64 = INCH * 60.0;

/// A format of images that Word shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// PNG
    Png,
    /// JPEG
    Jpeg,
    /// GIF
    Gif,
}

impl Format {
    /// Returns the extension of its files.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Jpeg => "jpeg",
            Format::Gif => "gif",
        }
    }

    /// Returns its media type.
    pub(super) fn content_type(self) -> &'static str {
        match self {
            Format::Png => "image/png",
            Format::Jpeg => "image/jpeg",
            Format::Gif => "image/gif",
        }
    }
}

/// An image with the size it is drawn in.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    /// The name it was asked for by.
    pub(super) path: String,
    /// The file.
    pub(super) bytes: Arc<[u8]>,
    /// What it is.
    pub(super) format: Format,
    width: u64,
    height: u64,
}

/// Reads a file that was given, or one below the folder: the one way from a name to a file.
pub(super) fn read(resources: &Resources, path: &str) -> Result<Arc<[u8]>, Text> {
    if let Some(bytes) = resources.files.get(path) {
        return Ok(Arc::clone(bytes));
    }
    let Some(folder) = &resources.folder else {
        return Err(Text::new("この名前のファイルは渡されていません", "no file of this name was given"));
    };
    let plain = |component: Component| matches!(component, Component::Normal(_));
    if path.is_empty() || path.contains(['\\', ':', '\0']) || !Path::new(path).components().all(plain) {
        return Err(Text::new(
            "フォルダの中のファイル名だけが書けます（.. や絶対パスは不可）",
            "only a name below the folder can be given, without .. and no absolute path",
        ));
    }
    let missing = |error: std::io::Error| Text::new(format!("読めません：{error}"), format!("it cannot be read: {error}"));
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let base = here.canonicalize().map_err(missing)?;
    let found = base.join(path).canonicalize().map_err(missing)?;
    if !found.starts_with(&base) {
        return Err(Text::new("リンクがフォルダの外を指しています", "a link leads out of the folder"));
    }
    let size = std::fs::metadata(&found).map_err(missing)?.len();
    if size > limits::DOCX_IMAGE_BYTES {
        let limit = limits::DOCX_IMAGE_BYTES;
        return Err(Text::new(format!("{limit}バイトを超えています"), format!("it is over {limit} bytes")));
    }
    std::fs::read(&found).map(Arc::from).map_err(missing)
}

/// Measures an image and works out the size it is drawn in; a side that is not given follows the other.
pub(super) fn place(path: &str, bytes: Arc<[u8]>, width: &str, height: &str) -> Result<Placed, Text> {
    let Some((format, own_width, own_height)) = measure(&bytes) else {
        return Err(Text::new("PNG、JPEG、GIFのどれでもないか、壊れています", "it is no PNG, JPEG or GIF, or damaged"));
    };
    let (wide, high) = match (length(width)?, length(height)?) {
        (None, None) => (own_width, own_height),
        (Some(wide), None) => (wide, wide * own_height / own_width),
        (None, Some(high)) => (high * own_width / own_height, high),
        (Some(wide), Some(high)) => (wide, high),
    };
    let whole = |side: f64| {
        if !(1.0..=LONGEST).contains(&side) {
            return Err(Text::new("大きさが0か、紙に入りません", "its size is 0 or fits no paper"));
        }
        format!("{side:.0}").parse::<u64>().map_err(|error| Text::from(error.to_string()))
    };
    Ok(Placed { path: path.to_owned(), bytes, format, width: whole(wide)?, height: whole(high)? })
}

/// Reads a length such as `30mm`; a bare number is of millimetres, as in docxtpl's `Mm`.
fn length(text: &str) -> Result<Option<f64>, Text> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let unit = match unit.trim() {
        "mm" | "" => INCH / 25.4,
        "cm" => INCH / 2.54,
        "in" => INCH,
        "pt" => INCH / 72.0,
        "px" => INCH / 96.0,
        _ => {
            return Err(Text::new(
                format!("長さ「{text}」の単位は mm, cm, in, pt, px です"),
                format!("the unit of \"{text}\" is one of mm, cm, in, pt, px"),
            ));
        }
    };
    let number: f64 =
        number.parse().map_err(|_| Text::new(format!("「{text}」は長さではありません"), format!("\"{text}\" is no length")))?;
    Ok(Some(number * unit))
}

/// Returns what an image is and its size.
fn measure(bytes: &[u8]) -> Option<(Format, f64, f64)> {
    let (format, wide, high, dots) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        let (wide, high) = (number(bytes, 16, 4)?, number(bytes, 20, 4)?);
        (Format::Png, wide, high, png_dots(bytes))
    } else if bytes.starts_with(&[0xFF, 0xD8]) {
        let (wide, high, dots) = jpeg(bytes)?;
        (Format::Jpeg, wide, high, dots)
    } else if bytes.starts_with(b"GIF8") {
        let side = |at: usize| Some(u64::from(*bytes.get(at)?) | u64::from(*bytes.get(at + 1)?) << 8);
        (Format::Gif, side(6)?, side(8)?, None)
    } else {
        return None;
    };
    let side = |pixels: u64| u32::try_from(pixels).ok().filter(|pixels| *pixels > 0).map(f64::from);
    let dots = dots.filter(|dots| (10.0..10_000.0).contains(dots)).unwrap_or(96.0);
    Some((format, side(wide)? / dots * INCH, side(high)? / dots * INCH))
}

/// Reads a number of so many bytes, the greatest first.
fn number(bytes: &[u8], at: usize, length: usize) -> Option<u64> {
    let part = bytes.get(at..at.checked_add(length)?)?;
    Some(part.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}

/// Returns the dots an inch that a PNG declares.
fn png_dots(bytes: &[u8]) -> Option<f64> {
    let mut at = 8;
    loop {
        let length = usize::try_from(number(bytes, at, 4)?).ok()?;
        match bytes.get(at + 4..at + 8)? {
            b"pHYs" if *bytes.get(at + 16)? == 1 => {
                return Some(f64::from(u32::try_from(number(bytes, at + 8, 4)?).ok()?) * 0.0254);
            }
            b"IDAT" | b"IEND" => return None,
            _ => at = at.checked_add(length)?.checked_add(12)?,
        }
    }
}

/// Returns width, height and dots an inch of a JPEG.
fn jpeg(bytes: &[u8]) -> Option<(u64, u64, Option<f64>)> {
    let mut at = 2;
    let mut dots = None;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            0xFF => at += 1,
            0x01 | 0xD0..=0xD8 => at += 2,
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return Some((number(bytes, at + 7, 2)?, number(bytes, at + 5, 2)?, dots));
            }
            0xD9 | 0xDA => return None,
            _ => {
                if marker == 0xE0 && bytes.get(at + 4..at + 9)? == b"JFIF\0" {
                    let density = f64::from(u32::try_from(number(bytes, at + 12, 2)?).ok()?);
                    dots = match *bytes.get(at + 11)? {
                        1 => Some(density),
                        2 => Some(density * 2.54),
                        _ => None,
                    };
                }
                at = at.checked_add(2)?.checked_add(usize::try_from(number(bytes, at + 2, 2)?).ok()?)?;
            }
        }
    }
}

impl Placed {
    /// Returns the name of its file in the document: the same image has the same name.
    pub(super) fn file_name(&self) -> String {
        let hash = sha256(&self.bytes);
        format!("{}.{}", hash.get(..16).unwrap_or(&hash), self.format.extension())
    }

    /// Returns what shows it.
    pub(super) fn drawing(&self, relationship: &str, number: u32) -> String {
        let Placed { width, height, .. } = self;
        let name = escape(self.path.rsplit('/').next().unwrap_or_default());
        format!(
            "<w:drawing xmlns:w=\"{w}\"><wp:inline xmlns:wp=\"{wp}\" distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\">\
             <wp:extent cx=\"{width}\" cy=\"{height}\"/><wp:docPr id=\"{number}\" name=\"{name}\" descr=\"{name}\"/>\
             <wp:cNvGraphicFramePr><a:graphicFrameLocks xmlns:a=\"{a}\" noChangeAspect=\"1\"/></wp:cNvGraphicFramePr>\
             <a:graphic xmlns:a=\"{a}\"><a:graphicData uri=\"{pic}\"><pic:pic xmlns:pic=\"{pic}\">\
             <pic:nvPicPr><pic:cNvPr id=\"{number}\" name=\"{name}\"/><pic:cNvPicPr/></pic:nvPicPr>\
             <pic:blipFill><a:blip xmlns:r=\"{r}\" r:embed=\"{relationship}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
             <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm>\
             <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing>",
            w = crate::render::docx::W,
            wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
            a = "http://schemas.openxmlformats.org/drawingml/2006/main",
            pic = "http://schemas.openxmlformats.org/drawingml/2006/picture",
            r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(wide: u32, high: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        bytes.extend(wide.to_be_bytes());
        bytes.extend(high.to_be_bytes());
        bytes.extend([8, 2, 0, 0, 0, 0, 0, 0, 0]);
        bytes
    }

    fn size(width: &str, height: &str) -> (u64, u64) {
        let placed = place("a.png", png(96, 48).into(), width, height).unwrap();
        (placed.width, placed.height)
    }

    #[test]
    fn a_side_that_is_not_given_follows_the_other() {
        assert_eq!(size("", ""), (914_400, 457_200));
        assert_eq!(size("25.4mm", ""), (914_400, 457_200));
        assert_eq!(size("", "1in"), (1_828_800, 914_400));
        assert_eq!(size("10", "2cm"), (360_000, 720_000));
        for bad in ["3 ells", "x", "0mm", "99999mm"] {
            assert!(place("a.png", png(1, 1).into(), bad, "").is_err(), "{bad}");
        }
        assert!(place("a.png", b"hello".to_vec().into(), "", "").is_err());
        assert!(place("a.png", png(0, 1).into(), "", "").is_err());
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("in");
        std::fs::create_dir(&inner).unwrap();
        std::fs::write(folder.path().join("secret.png"), b"x").unwrap();
        std::fs::write(inner.join("a.png"), b"x").unwrap();
        let resources = Resources { folder: Some(inner), ..Resources::default() };
        assert!(read(&resources, "a.png").is_ok());
        for bad in ["../secret.png", "/etc/passwd", "a/../../secret.png", "", "C:\\x.png", ".", "b.png"] {
            assert!(read(&resources, bad).is_err(), "{bad}");
        }
    }
}
