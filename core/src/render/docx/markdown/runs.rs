//! Runs of a paragraph.

use super::{Inline, MarkdownError};
use crate::model::Text;
use crate::render::docx::compose::{ruby, run_properties, text_run};
use crate::render::docx::tree::{Element, Node};

/// How text looks where emphasis is nested.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    pub(super) bold: bool,
    pub(super) italic: bool,
    pub(super) script: Option<&'static str>,
}

impl Look {
    fn properties(self) -> Element {
        let mut properties = run_properties();
        let mut add = |name: &str| properties.children.push(Element::new(name).into());
        if self.bold {
            add("w:b");
            add("w:bCs");
        }
        if self.italic {
            add("w:i");
            add("w:iCs");
        }
        if let Some(script) = self.script {
            properties.children.push(Element::new("w:vertAlign").with("w:val", script).into());
        }
        properties
    }
}

/// Who puts an image into the document and returns what shows it: path, width and height.
pub(super) type Images<'i> = dyn Fn(&str, Option<&str>, Option<&str>) -> Result<Element, String> + 'i;

/// Makes the runs of a paragraph whose text has a size in half-points.
pub(super) fn runs(inlines: &[Inline], look: Look, size: u32, images: &Images) -> Result<Vec<Node>, MarkdownError> {
    let mut made = Vec::new();
    for inline in inlines {
        let marker = |content: String| {
            let mut run = Element::new("w:r");
            run.children.extend([look.properties().into(), Node::Raw(content)]);
            Node::Element(run)
        };
        match inline {
            Inline::Text(text) => made.push(text_run(text, look.properties()).into()),
            Inline::Bold(inside) => made.extend(runs(inside, Look { bold: true, ..look }, size, images)?),
            Inline::Italic(inside) => made.extend(runs(inside, Look { italic: true, ..look }, size, images)?),
            Inline::Raised(inside) => made.extend(runs(inside, Look { script: Some("superscript"), ..look }, size, images)?),
            Inline::Lowered(inside) => made.extend(runs(inside, Look { script: Some("subscript"), ..look }, size, images)?),
            Inline::Ruby(base, reading) => made.push(ruby(base, reading, size, &look.properties()).into()),
            Inline::Break => made.push(Element::new("w:r").holding(Element::new("w:br")).into()),
            Inline::Reference { id, show } => made.push(marker(format!("<?tdk-ref {id} {show}?>"))),
            Inline::Citation(key) => made.push(marker(format!("<?tdk-cite {key}?>"))),
            Inline::Image { alt, path, width, height } => {
                let fail = |problem: String| {
                    let ja = format!("画像「{path}」を置けません: {problem}");
                    MarkdownError { line: 0, problem: Text::new(ja, format!("the image `{path}` cannot be placed: {problem}")) }
                };
                let mut drawing = images(path, width.as_deref(), height.as_deref()).map_err(fail)?;
                if !alt.is_empty() {
                    drawing.visit_mut(&mut |element| {
                        if element.is("wp:docPr") {
                            element.set("descr", alt);
                        }
                    });
                }
                made.push(Element::new("w:r").holding(drawing).into());
            }
        }
    }
    Ok(made)
}
