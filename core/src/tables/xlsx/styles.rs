//! What the formats of a workbook make of a number: a date, a time, zeros in front.

use std::collections::BTreeMap;
use std::io::BufRead;

use super::archive::Archive;
use super::book::Book;
use super::xml::{Token, Xml};
use crate::limits::CELL_FORMATS;
use crate::model::Text;
use crate::tables::problem::Problem;

/// How a number shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// As a number of at least so many digits.
    Number(u8),
    /// As a day, a time of day, or both.
    Date,
    /// As hours that may be more than a day has.
    Duration,
}

/// Reads the looks by number of the cell format.
///
/// # Errors
/// Returns the limit that is passed, or what is broken.
pub(super) fn read(archive: &mut Archive, book: &Book) -> Result<Vec<Look>, Problem> {
    match book.styles.as_deref().filter(|part| archive.has(part)) {
        Some(part) => read_part(archive.small_part(part)?),
        None => Ok(Vec::new()),
    }
}

fn read_part(source: impl BufRead) -> Result<Vec<Look>, Problem> {
    let mut own: BTreeMap<u32, Look> = BTreeMap::new();
    let mut looks = Vec::new();
    let mut in_cells = false;
    let mut xml = Xml::new(source);
    loop {
        match xml.next()? {
            Token::End => return Ok(looks),
            Token::Open(tag) if tag.name() == b"cellXfs" => in_cells = !tag.empty,
            Token::Close(b"cellXfs") => in_cells = false,
            Token::Open(tag) if tag.name() == b"numFmt" => {
                let id = tag.attribute(b"numFmtId")?.and_then(|id| id.parse().ok());
                if let (Some(id), Some(code)) = (id, tag.attribute(b"formatCode")?) {
                    own.insert(id, look_of(&code));
                }
            }
            Token::Open(tag) if in_cells && tag.name() == b"xf" => {
                let id: u32 = tag.attribute(b"numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                looks.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
            }
            _ => {}
        }
        if looks.len() > CELL_FORMATS || own.len() > CELL_FORMATS {
            return Err(Problem::limit(Text::new("セルの書式の数", "cell formats"), CELL_FORMATS));
        }
    }
}

/// The formats that files do not spell out (ECMA-376 part 1, 18.8.30, with those of Japanese Excel).
fn built_in(id: u32) -> Look {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Look::Date,
        46 => Look::Duration,
        _ => Look::Number(0),
    }
}

fn look_of(code: &str) -> Look {
    let code = code.split(';').next().unwrap_or_default();
    if code.len() > 1 && code.bytes().all(|byte| byte == b'0') {
        return Look::Number(u8::try_from(code.len()).unwrap_or(0));
    }
    let mut plain = String::new();
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                chars.by_ref().take_while(|c| *c != '"').for_each(drop);
            }
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inner: String = chars.by_ref().take_while(|c| *c != ']').collect::<String>().to_ascii_lowercase();
                let is_hours = |unit: char| !inner.is_empty() && inner.chars().all(|c| c == unit);
                if is_hours('h') || is_hours('m') || is_hours('s') {
                    return Look::Duration;
                }
            }
            c => plain.extend(c.to_lowercase()),
        }
    }
    let plain = plain.replace("general", "").replace("g/標準", "").replace("標準", "");
    let has_digits = plain.contains(['0', '#', '?']);
    let is_date =
        plain.contains(['y', 'd', 'h', 's', 'm']) || plain.contains("aaa") || (!has_digits && plain.contains(['g', 'e']));
    if is_date { Look::Date } else { Look::Number(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_what_a_number_is() {
        for code in [
            "yyyy/m/d",
            "yyyy\"年\"m\"月\"d\"日\";@",
            "[$-411]ggge\"年\"m\"月\"d\"日\"",
            "h:mm",
            "mm:ss.0",
            "[$-411]ge",
            "aaa",
            "[Red]yyyy",
        ] {
            assert_eq!(look_of(code), Look::Date, "{code}");
        }
        for code in ["General", "0.00E+00", "#,##0\"days\"", "0_d", "[Red]0.0", "\\d0", "@", "[>=100]0", "[Blue]General"] {
            assert_eq!(look_of(code), Look::Number(0), "{code}");
        }
        assert_eq!((look_of("[h]:mm"), look_of("000000")), (Look::Duration, Look::Number(6)));
    }

    #[test]
    fn only_formats_of_cells_count() {
        let xml = "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy&quot;年&quot;\"/></numFmts><cellStyleXfs><xf/></cellStyleXfs>\
                   <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";
        assert_eq!(read_part(xml.as_bytes()).ok().unwrap(), [Look::Number(0), Look::Date, Look::Date]);
    }

    #[test]
    fn too_many_formats_are_refused() {
        let xml = format!("<styleSheet><cellXfs>{}</cellXfs></styleSheet>", "<xf/>".repeat(CELL_FORMATS + 1));
        assert_eq!(read_part(xml.as_bytes()).err().map(|problem| problem.rule), Some("TB-0004"));
    }
}
