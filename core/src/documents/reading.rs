//! The words of a finished document that its young readers cannot read.

use super::kanji::{Learnt, Piece, Tier, Unread};
use crate::render::docx::package::Package;
use crate::render::docx::styles::Styles;
use crate::render::docx::tree::{Element, Node};
use crate::render::docx::view::{Place, paragraphs};
use crate::render::docx::{DOCUMENT, DocxError};

/// Finds the words that the readers of a tier cannot read, with the paragraphs they stand in.
///
/// # Errors
/// Returns a part that cannot be read.
pub fn unread(package: &Package, learnt: &Learnt, tier: &Tier) -> Result<Vec<(Place, Unread)>, DocxError> {
    let styles = Styles::read(package)?;
    let tree = package.tree(DOCUMENT)?;
    let mut found = Vec::new();
    for seen in paragraphs(&tree.root, DOCUMENT, &styles) {
        let mut parts = Vec::new();
        gather(seen.paragraph, &mut parts);
        let pieces: Vec<Piece> = parts
            .iter()
            .map(|part| match part {
                Part::Plain(text) => Piece::Plain(text),
                Part::Ruby(base, reading) => Piece::Ruby { base, reading },
            })
            .collect();
        found.extend(learnt.unread(tier, &pieces).into_iter().map(|word| (seen.place.clone(), word)));
    }
    Ok(found)
}

enum Part {
    Plain(String),
    Ruby(String, String),
}

/// Gathers the text of a paragraph with its readings; what stands in text boxes is seen by itself.
fn gather(element: &Element, parts: &mut Vec<Part>) {
    for child in element.elements() {
        match child.name.as_str() {
            "w:ruby" => {
                let text = |name: &str| child.child(name).map(Element::raw_text).unwrap_or_default();
                parts.push(Part::Ruby(text("w:rubyBase"), text("w:rt")));
            }
            "w:t" => {
                let text = child.children.iter().filter_map(|child| match child {
                    Node::Text(text) => Some(text.as_str()),
                    _ => None,
                });
                let text: String = text.collect();
                match parts.last_mut() {
                    Some(Part::Plain(before)) => before.push_str(&text),
                    _ => parts.push(Part::Plain(text)),
                }
            }
            "w:pPr" | "w:rPr" | "w:del" | "w:instrText" | "w:txbxContent" | "mc:Fallback" => {}
            _ => gather(child, parts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Files;

    #[test]
    fn a_kanji_without_its_reading_is_found_where_it_stands() {
        let learnt = Learnt::load(&Files::embedded("forms")).unwrap();
        let ruby = |base: &str, reading: &str| {
            format!(
                "<w:r><w:ruby><w:rt><w:r><w:t>{reading}</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>{base}</w:t></w:r></w:rubyBase></w:ruby></w:r>"
            )
        };
        let t = |text: &str| format!("<w:r><w:t>{text}</w:t></w:r>");
        let body = format!("<w:p>{}{}{}</w:p><w:p>{}</w:p>", t("新しい"), ruby("薬", "くすり"), t("です"), t("検査"));
        let mut package = Package::new();
        package.set(DOCUMENT, format!("<w:document><w:body>{body}</w:body></w:document>").into_bytes());
        let words = |tier: &str| {
            let found = unread(&package, &learnt, learnt.tier(tier).unwrap()).unwrap();
            found.into_iter().map(|(place, word)| (place.paragraph, word.word)).collect::<Vec<_>>()
        };
        assert_eq!(words("a"), [(1, "新".to_owned()), (2, "検査".to_owned())]);
        assert_eq!(words("b"), [(2, "検査".to_owned())]);
        assert_eq!(words("c"), []);
    }
}
