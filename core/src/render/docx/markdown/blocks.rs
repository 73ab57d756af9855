//! Paragraphs, lists, tables and frames of a text.

use super::{Block, MarkdownError, inline, tables};
use crate::limits;
use crate::model::Text;

/// A line with its number.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'s> {
    pub(super) number: usize,
    pub(super) text: &'s str,
}

pub(super) fn read(source: &str) -> Result<Vec<Block>, MarkdownError> {
    let lines: Vec<Line> = source.lines().zip(1..).map(|(text, number)| Line { number, text }).collect();
    several(&lines, 0)
}

fn error(line: usize, ja: &str, en: &str) -> MarkdownError {
    MarkdownError { line, problem: Text::new(ja, en) }
}

fn several(lines: &[Line], depth: usize) -> Result<Vec<Block>, MarkdownError> {
    let mut made = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        if depth > limits::MARKDOWN_DEPTH {
            return Err(error(first.number, "入れ子が深すぎます。", "Lists and frames are nested too deeply."));
        }
        if first.text.trim().is_empty() {
            rest = after;
        } else if let Some(word) = fence(first.text) {
            let inside = frame(after)
                .ok_or_else(|| error(first.number, "「:::」で閉じられていません。", "There is no `:::` that closes it."))?;
            let (content, left) = after.split_at(inside);
            let content = several(content, depth + 1)?;
            made.push(match word {
                "box" => Block::Boxed(content),
                "small" => Block::Small(content),
                "" => return Err(error(first.number, "「:::」に対応する開始行がありません。", "Nothing is open here.")),
                _ => {
                    let (ja, en) = ("「:::」の後には box か small と書きます。", "After `:::` comes `box` or `small`.");
                    return Err(error(first.number, ja, en));
                }
            });
            rest = left.get(1..).unwrap_or_default();
        } else if is_page_break(first.text) {
            made.push(Block::PageBreak);
            rest = after;
        } else if let Some(words) = heading(first.text) {
            made.push(Block::Heading(inline::read(words)));
            rest = after;
        } else if let Some((key, text)) = inline::entry(first.text) {
            made.push(Block::Entry { key, text });
            rest = after;
        } else if let Some((table, used)) = tables::read(rest) {
            made.push(Block::Table(table));
            rest = rest.get(used..).unwrap_or_default();
        } else if let Some(mark) = item(first.text) {
            let (list, used) = list(rest, mark, depth)?;
            made.push(list);
            rest = rest.get(used..).unwrap_or_default();
        } else {
            let more = after.iter().zip(after.get(1..).into_iter().flatten().map(Some).chain([None]));
            let used = 1 + more.take_while(|(line, next)| !interrupts(line, *next)).count();
            let text: Vec<&str> = rest.iter().take(used).map(|line| line.text).collect();
            made.push(Block::Paragraph(inline::read(&text.join("\n"))));
            rest = rest.get(used..).unwrap_or_default();
        }
    }
    Ok(made)
}

/// Returns what stands behind the colons of a line that opens or closes a frame.
fn fence(line: &str) -> Option<&str> {
    line.trim().strip_prefix(":::").map(str::trim)
}

/// Returns how many lines stand before the one that closes a frame.
fn frame(lines: &[Line]) -> Option<usize> {
    let mut open = 1_usize;
    for (at, line) in lines.iter().enumerate() {
        match fence(line.text) {
            Some("") => open -= 1,
            Some(_) => open += 1,
            None => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

fn is_page_break(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 3 && line.bytes().all(|byte| byte == b'-')
}

fn heading(line: &str) -> Option<&str> {
    let line = line.trim_start_matches(' ');
    let words = line.trim_start_matches('#');
    let marks = line.len() - words.len();
    ((1..=6).contains(&marks) && words.starts_with(' ')).then(|| words.trim_matches(' '))
}

fn interrupts(line: &Line, next: Option<&Line>) -> bool {
    let text = line.text;
    let is_table = || next.is_some_and(|next| tables::is_start(text, next.text));
    text.trim().is_empty()
        || fence(text).is_some()
        || is_page_break(text)
        || heading(text).is_some()
        || inline::entry(text).is_some()
        || item(text).is_some_and(|mark| mark.start.is_none_or(|start| start == 1))
        || is_table()
}

/// What stands before the text of an item.
#[derive(Debug, Clone, Copy)]
struct Mark {
    start: Option<u32>,
    /// Columns before the text.
    width: usize,
    /// Columns before the mark.
    indent: usize,
}

fn item(line: &str) -> Option<Mark> {
    let text = line.trim_start_matches(' ');
    let indent = line.len() - text.len();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (start, mark) = if digits == 0 {
        text.starts_with(['-', '*', '+']).then_some((None, 1))?
    } else {
        let number = text.get(..digits)?.parse().ok()?;
        text.get(digits..)?.starts_with(['.', ')']).then_some((Some(number), digits + 1))?
    };
    let behind = text.get(mark..)?;
    let spaces = behind.bytes().take_while(|byte| *byte == b' ').count();
    // An item that is blank so far, or a mark with a space behind it.
    (behind.is_empty() || spaces > 0).then(|| Mark { start, width: indent + mark + spaces.clamp(1, 4), indent })
}

fn list(lines: &[Line], first: Mark, depth: usize) -> Result<(Block, usize), MarkdownError> {
    let mut items: Vec<Vec<Line>> = Vec::new();
    let mut used = 0;
    let mut width = first.width;
    let mut was_blank = false;
    for (at, line) in lines.iter().enumerate() {
        let mark =
            item(line.text).filter(|mark| mark.indent < first.indent + 2 && mark.start.is_some() == first.start.is_some());
        let indent = line.text.len() - line.text.trim_start_matches(' ').len();
        let next = lines.get(at + 1);
        if let Some(mark) = mark {
            width = mark.width;
            items.push(vec![Line { number: line.number, text: line.text.get(width..).unwrap_or_default() }]);
        } else if line.text.trim().is_empty() {
            was_blank = true;
            if let Some(item) = items.last_mut() {
                item.push(*line);
            }
            continue;
        } else if indent >= first.indent + 2 {
            // Two columns are enough below `1. `, as people write it.
            let inside = line.text.get(indent.min(width)..).unwrap_or_default();
            let Some(item) = items.last_mut() else { break };
            item.push(Line { number: line.number, text: inside });
        } else if was_blank || interrupts(line, next) || item(line.text).is_some() {
            break;
        } else if let Some(item) = items.last_mut() {
            item.push(*line);
        }
        was_blank = false;
        used = at + 1;
    }
    let items = items.iter().map(|lines| several(lines, depth + 1)).collect::<Result<_, _>>()?;
    Ok((Block::List { start: first.start, items }, used))
}
