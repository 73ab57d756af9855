//! Whether a text that is not to be changed stands in a finished document as it is.

use crate::render::docx::markdown::{Block, Inline, read};

/// Stands for what only the finished document knows: the number and title of a section that is referred to.
const OPEN: char = '\u{FFFC}';

/// Returns whether the text found below a heading is a section's text; references may say whatever they say.
///
/// # Errors
/// Returns what is wrong with the Markdown.
pub fn stands(markdown: &str, found: &str) -> Result<bool, String> {
    let mut lines = Vec::new();
    read(markdown).map_err(|error| error.to_string())?.iter().for_each(|block| add(block, &mut lines));
    let wanted = super::finished::plain(lines.iter().map(String::as_str));
    let mut pieces = wanted.split(OPEN);
    let Some(mut rest) = pieces.next().and_then(|first| found.strip_prefix(first)) else { return Ok(false) };
    let mut last = None;
    for piece in pieces {
        // A reference stays within its line.
        let line = rest.find('\n').unwrap_or(rest.len());
        let Some(at) = rest.find(piece).filter(|at| *at <= line) else { return Ok(false) };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
        last = Some(piece);
    }
    // What ends in a reference ends wherever its line does.
    Ok(rest.is_empty() || last == Some("") && !rest.contains('\n'))
}

fn add(block: &Block, lines: &mut Vec<String>) {
    match block {
        Block::Paragraph(line) | Block::Heading(line) => lines.push(text(line)),
        // Its number is that of its citation.
        Block::Entry { text: line, .. } => lines.push(format!("{OPEN}{}", text(line))),
        Block::List { items, .. } => items.iter().flatten().for_each(|block| add(block, lines)),
        Block::Boxed(blocks) | Block::Small(blocks) => blocks.iter().for_each(|block| add(block, lines)),
        Block::Table(table) => {
            let rows = std::iter::once(&table.head).chain(&table.rows);
            lines.extend(rows.flatten().map(|cell| text(cell)));
        }
        Block::PageBreak => {}
    }
}

fn text(line: &[Inline]) -> String {
    let mut out = String::new();
    for part in line {
        match part {
            Inline::Text(text) | Inline::Ruby(text, _) => out.push_str(text),
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Raised(inner) | Inline::Lowered(inner) => {
                out.push_str(&text(inner));
            }
            Inline::Break => out.push('\n'),
            Inline::Reference { .. } | Inline::Citation(_) => out.push(OPEN),
            Inline::Image { .. } => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stands_when_only_references_differ() {
        let text = "**断って**も、[@contact]に\n\n- 一\n- 二{漢字|かんじ}";
        assert_eq!(stands(text, "断っても、10項「相談窓口」に\n一\n二漢字"), Ok(true));
        for changed in
            ["断っても、10項「相談窓口」に\n一", "断ったら、10項に\n一\n二漢字", "断っても、10項に\n一\n二漢字です", ""]
        {
            assert_eq!(stands(text, changed), Ok(false), "{changed}");
        }
        assert_eq!(stands("[@x]をご覧ください。", "3項「甲」をご覧ください。"), Ok(true));
        assert_eq!(stands("参照：[@x]", "参照：3項「甲」"), Ok(true));
        assert_eq!(stands("参照：[@x]", "参照：3項「甲」\n追記"), Ok(false));
    }
}
