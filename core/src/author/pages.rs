//! A page of headings, paragraphs and tables, written as Markdown or as HTML.

use crate::model::Lang;

/// A part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading, from level 1.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// A table: its header and its rows.
    Table(Vec<String>, Vec<Vec<String>>),
}

/// Writes a page as Markdown.
pub fn markdown(blocks: &[Block]) -> String {
    let mut text = String::new();
    for block in blocks {
        if !text.is_empty() {
            text.push('\n');
        }
        match block {
            Block::Heading(level, title) => {
                text.push_str(&format!("{} {}\n", "#".repeat(usize::from(*level)), plain(title)));
            }
            Block::Paragraph(words) => text.push_str(&format!("{}\n", plain(words))),
            Block::Table(head, rows) => {
                let row = |cells: &[String]| {
                    format!("|{}|\n", cells.iter().map(|cell| format!(" {} ", cell_text(cell))).collect::<Vec<_>>().join("|"))
                };
                text.push_str(&row(head));
                text.push_str(&format!("|{}\n", "---|".repeat(head.len())));
                rows.iter().for_each(|cells| text.push_str(&row(cells)));
            }
        }
    }
    text
}

/// Keeps Markdown from reading signs of a text as its own.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if matches!(c, '*' | '_' | '`' | '<' | '[' | ']' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn cell_text(text: &str) -> String {
    plain(text).replace('|', "\\|").replace('\n', "<br>")
}

/// Writes a page as HTML that needs nothing beside it.
pub fn html(title: &str, blocks: &[Block], lang: Lang) -> String {
    let mut body = String::new();
    for block in blocks {
        match block {
            Block::Heading(level, title) => body.push_str(&format!("<h{level}>{}</h{level}>\n", escaped(title))),
            Block::Paragraph(words) => body.push_str(&format!("<p>{}</p>\n", escaped(words))),
            Block::Table(head, rows) => {
                let row = |cells: &[String], tag: &str| {
                    let cells: String = cells.iter().map(|cell| format!("<{tag}>{}</{tag}>", escaped(cell))).collect();
                    format!("<tr>{cells}</tr>\n")
                };
                let rows: String = rows.iter().map(|cells| row(cells, "td")).collect();
                body.push_str(&format!("<table>\n<thead>{}</thead>\n<tbody>\n{rows}</tbody>\n</table>\n", row(head, "th")));
            }
        }
    }
    let lang = lang.pick("ja", "en");
    let title = escaped(title);
    format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n<style>\nbody {{ font-family: sans-serif; line-height: 1.6; max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }}\ntable {{ border-collapse: collapse; width: 100%; }}\nth, td {{ border: 1px solid #999; padding: .3rem .5rem; text-align: left; vertical-align: top; }}\nth {{ background: #eee; }}\n</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\n', "<br>")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_a_text_stay_signs() {
        let page = [Block::Heading(1, "A_b".to_owned()), Block::Table(vec!["x".to_owned()], vec![vec!["a|b\n<c>".to_owned()]])];
        assert_eq!(markdown(&page), "# A\\_b\n\n| x |\n|---|\n| a\\|b<br>\\<c> |\n");
        let html = html("<t>", &page, Lang::En);
        assert!(html.contains("<title>&lt;t&gt;</title>") && html.contains("<td>a|b<br>&lt;c&gt;</td>"), "{html}");
    }
}
