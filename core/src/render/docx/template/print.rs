//! Prints a value where it stands: escaped always, line breaks and tabs as Word has them, formatting as runs.

use std::fmt::Write as _;

use tera::Value;
use tera::value::ValueKind;

use super::problem::{BLOCKS, CHARACTER, FORMATTING, TOO_LONG, UNDEFINED, UNPRINTABLE};
use super::rich::{self, Piece};
use super::session::{BlockContext, with};
use super::site::{Around, CLOSE, RunSite, TEXT};
use super::trouble::Trouble;
use crate::limits;
use crate::model::Text;
use crate::render::docx::tree::Element;

/// Writes a value as XML of the place it stands in.
///
/// # Errors
/// Returns that it is not there, cannot be printed there, or holds what no Word file can.
pub(super) fn print(value: &Value, around: &Around) -> Result<String, Trouble> {
    match around {
        Around::Plain => Ok(escaped(&one_line(value)?)),
        Around::Instruction => Ok(escaped(&one_line(value)?.replace(['\n', '\t'], " "))),
        Around::Run(run) => {
            let text = text(value)?;
            let mut out = String::with_capacity(text.len() + 8);
            write_runs(&text, run, None, &mut out)?;
            Ok(out)
        }
        Around::Alone { run, open, is_needed } => {
            let mut out = String::new();
            let mut paragraph = |text: &str| {
                out.push_str(open);
                run.open(&mut out);
                let written = write_runs(text, run, Some(open), &mut out);
                out.push_str(CLOSE);
                out.push_str("</w:p>");
                written
            };
            match value.as_array() {
                Some(list) => {
                    for value in list {
                        paragraph(&text(value)?)?;
                    }
                    if list.is_empty() && *is_needed {
                        paragraph("")?;
                    }
                }
                None => paragraph(&text(value)?)?,
            }
            Ok(out)
        }
        Around::Blocks { properties, is_needed, in_table } => {
            let text = text(value)?;
            let text = if rich::is_rich(&text) { rich::plain(&text).ok_or_else(spoilt)? } else { text };
            blocks(&text, properties.as_ref(), *is_needed, *in_table)
        }
    }
}

/// Returns a value as text, whether formatted or not.
///
/// # Errors
/// Returns that it is not there or has no text.
pub(super) fn text(value: &Value) -> Result<String, Trouble> {
    let no = |ja: &str, en: &str, instead: Text| {
        Err(Trouble::new(UNPRINTABLE).with("kind", Text::new(ja, en)).with("instead", instead))
    };
    let text = match value.kind() {
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            check(text, value.is_safe())?;
            return Ok(text.to_owned());
        }
        ValueKind::Undefined => return Err(Trouble::new(UNDEFINED)),
        ValueKind::None => {
            let instead = Text::new(
                "{% if … %} で囲むか、| default(value=\"…\") を付けてください。",
                "Put it into {% if … %} or add | default(value=\"…\").",
            );
            return no("空の値（null）", "blank (null)", instead);
        }
        ValueKind::Bool => {
            let instead = Text::new(
                "{% if … %}はい{% else %}いいえ{% endif %} のように書いてください。",
                "Write {% if … %}yes{% else %}no{% endif %}.",
            );
            return no("真偽値", "true or false", instead);
        }
        ValueKind::Array => {
            let instead = Text::new(
                "一行に並べるなら | join(sep=\"、\")、一つずつ段落にするならタグだけの段落に置いてください。",
                "On one line write | join(sep=\", \"); for a paragraph each let the tag stand alone in its paragraph.",
            );
            return no("複数の値（リスト）", "a list", instead);
        }
        ValueKind::Map => {
            let names: Vec<&str> = value.as_map().into_iter().flatten().filter_map(|(key, _)| key.as_str()).take(12).collect();
            let names = names.join(", ");
            let instead =
                Text::new(format!("中の項目を指定してください：{names}"), format!("Name one of the fields in it: {names}"));
            return no("項目の集まり", "a group of fields", instead);
        }
        ValueKind::Bytes => return no("バイト列", "bytes", Text::default()),
        ValueKind::F64 => number(value.as_f64().unwrap_or(f64::NAN)),
        _ => value.to_string(),
    };
    Ok(text)
}

/// Writes a number as it is read: whole ones without `.0`.
fn number(value: f64) -> String {
    /// Up to here every whole number can be told from the next.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT { format!("{value:.0}") } else { value.to_string() }
}

/// Refuses what no Word file can hold; `is_ours` when a filter made it.
fn check(text: &str, is_ours: bool) -> Result<(), Trouble> {
    if text.len() > limits::DOCX_VALUE_CHARS && text.chars().count() > limits::DOCX_VALUE_CHARS {
        return Err(Trouble::new(TOO_LONG).with("limit", limits::DOCX_VALUE_CHARS.to_string()));
    }
    let is_mark = |c: char| is_ours && matches!(c, '\u{1}'..='\u{4}');
    let is_illegal = |c: &char| matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}');
    match text.chars().find(|c| is_illegal(c) && !is_mark(*c)) {
        None => Ok(()),
        Some(_) if rich::is_rich(text) && rich::parse(text).is_some() => Err(spoilt()),
        Some(c) => Err(Trouble::new(CHARACTER).with("character", format!("U+{:04X}", u32::from(c)))),
    }
}

/// Says that formatted text was changed after it was formatted.
pub(super) fn spoilt() -> Trouble {
    Trouble::new(FORMATTING)
}

/// Returns a value as plain text.
fn one_line(value: &Value) -> Result<String, Trouble> {
    let text = text(value)?;
    if rich::is_rich(&text) { rich::plain(&text).ok_or_else(spoilt) } else { Ok(text) }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push(c, &mut out);
    }
    out
}

fn push(c: char, out: &mut String) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        c => out.push(c),
    }
}

/// Writes plain text into a run that is open.
fn write_text(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\n', '\r', '\t']) {
        let (plain, mark) = rest.split_at(at);
        out.push_str(plain);
        let mut chars = mark.chars();
        match chars.next() {
            Some('\n') => out.extend(["</w:t><w:br/>", TEXT]),
            // Both ways of ending a line on other systems.
            Some('\r') if chars.as_str().starts_with('\n') => {}
            Some('\r') => out.extend(["</w:t><w:br/>", TEXT]),
            Some('\t') => out.extend(["</w:t><w:tab/>", TEXT]),
            Some(c) => push(c, out),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

/// Writes text into a run that is open, which it leaves open; `open` starts a paragraph where there may be several.
fn write_runs(text: &str, run: &RunSite, open: Option<&str>, out: &mut String) -> Result<(), Trouble> {
    if !rich::is_rich(text) {
        write_text(text, out);
        return Ok(());
    }
    for piece in rich::parse(text).ok_or_else(spoilt)? {
        match piece {
            Piece::Text(text, looks) if looks.asked.is_empty() => write_text(&text, out),
            Piece::Text(text, looks) => {
                out.push_str(CLOSE);
                RunSite::new(rich::properties(run.properties.as_ref(), &looks).as_ref()).open(out);
                write_text(&text, out);
                out.push_str(CLOSE);
                run.open(out);
            }
            Piece::Ruby(text, reading, looks) => {
                out.push_str(CLOSE);
                ruby(&text, &reading, rich::properties(run.properties.as_ref(), &looks).as_ref(), out);
                run.open(out);
            }
            Piece::Paragraph => {
                let Some(open) = open else { return Err(Trouble::new(FORMATTING)) };
                out.extend([CLOSE, "</w:p>", open]);
                run.open(out);
            }
            Piece::Anchor(id) => {
                out.push_str(CLOSE);
                let _ = write!(out, "<?tdk-anchor {id}?>");
                run.open(out);
            }
            Piece::Reference(id, show) => {
                let _ = write!(out, "{CLOSE}<w:r>{}<?tdk-ref {id} {show}?></w:r>", run.written);
                run.open(out);
            }
            Piece::Image(number) => {
                let drawing = with(|session| session.drawing(number))?;
                let _ = write!(out, "{CLOSE}<w:r>{}{drawing}</w:r>", run.written);
                run.open(out);
            }
        }
    }
    Ok(())
}

/// Writes text with its reading above.
fn ruby(text: &str, reading: &str, properties: Option<&Element>, out: &mut String) {
    let size = properties.and_then(|properties| properties.value_at(&["w:sz"])).and_then(|size| size.parse::<u32>().ok());
    let size = size.unwrap_or_else(|| with(|session| session.text_size()));
    let base = RunSite::new(properties);
    let small = rich::Looks { asked: vec![("size".to_owned(), (size / 2).max(2).to_string())] };
    let small = RunSite::new(rich::properties(properties, &small).as_ref());
    let _ = write!(
        out,
        "<w:r>{}<w:ruby><w:rubyPr><w:rubyAlign w:val=\"distributeSpace\"/><w:hps w:val=\"{}\"/><w:hpsRaise w:val=\"{}\"/>\
         <w:hpsBaseText w:val=\"{size}\"/><w:lid w:val=\"ja-JP\"/></w:rubyPr><w:rt>",
        base.written,
        (size / 2).max(2),
        size.saturating_sub(2)
    );
    small.open(out);
    write_text(reading, out);
    out.push_str(CLOSE);
    out.push_str("</w:rt><w:rubyBase>");
    base.open(out);
    write_text(text, out);
    out.push_str(CLOSE);
    out.push_str("</w:rubyBase></w:ruby></w:r>");
}

/// Writes a text as paragraphs.
fn blocks(text: &str, properties: Option<&Element>, is_needed: bool, in_table: bool) -> Result<String, Trouble> {
    let context = with(|session| session.block_context(properties, in_table));
    let made = with(|session| session.block_renderer());
    let elements = match made {
        Some(renderer) => renderer.blocks(text, &context),
        None => Ok(lines(text, &context)),
    };
    let elements = elements.map_err(|problem| Trouble::new(BLOCKS).with("problem", problem))?;
    let mut out = String::new();
    for element in &elements {
        element.write(&mut out);
    }
    if elements.last().is_none_or(|last| !last.is("w:p")) && is_needed {
        out.push_str("<w:p/>");
    }
    Ok(out)
}

/// Makes a paragraph of each line.
fn lines(text: &str, context: &BlockContext) -> Vec<Element> {
    let paragraph = |line: &str| {
        let mut paragraph = Element::new("w:p");
        paragraph.children.extend(context.properties.clone().map(Into::into));
        let text = Element::new("w:t").with("xml:space", "preserve").saying(line);
        paragraph.holding(Element::new("w:r").holding(text))
    };
    text.lines().map(paragraph).collect()
}
