//! Asks Word to work out fields when the document is opened.

use crate::render::docx::package::{DECLARATION, Package, RELATIONSHIP};
use crate::render::docx::tree::{Element, Node, Tree};
use crate::render::docx::{DOCUMENT, DocxError, W};

const SETTINGS: &str = "word/settings.xml";

/// What the schema puts behind the setting.
const LATER: [&str; 26] = [
    "w:hdrShapeDefaults",
    "w:footnotePr",
    "w:endnotePr",
    "w:compat",
    "w:docVars",
    "w:rsids",
    "m:mathPr",
    "w:attachedSchema",
    "w:themeFontLang",
    "w:clrSchemeMapping",
    "w:doNotIncludeSubdocsInStats",
    "w:doNotAutoCompressPictures",
    "w:forceUpgrade",
    "w:captions",
    "w:readModeInkLockDown",
    "w:smartTagType",
    "sl:schemaLibrary",
    "w:shapeDefaults",
    "w:doNotEmbedSmartTags",
    "w:decimalSymbol",
    "w:listSeparator",
    "w14:docId",
    "w14:conflictMode",
    "w14:discardImageEditingData",
    "w14:defaultImageDpi",
    "w15:chartTrackingRefBased",
];

/// Sets `w:updateFields`.
pub(super) fn update_fields(package: &mut Package) -> Result<(), DocxError> {
    let mut tree = if package.has(SETTINGS) {
        package.tree(SETTINGS)?
    } else {
        let kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml";
        package.set_type(SETTINGS, kind)?;
        package.relate(DOCUMENT, &format!("{RELATIONSHIP}settings"), SETTINGS)?;
        Tree { before: DECLARATION.to_owned(), root: Element::new("w:settings").with("xmlns:w", W) }
    };
    if let Some(known) = tree.root.child_mut("w:updateFields") {
        known.set("w:val", "true");
    } else {
        let is_later = |node: &Node| node.element().is_some_and(|element| LATER.contains(&element.name.as_str()));
        let at = tree.root.children.iter().position(is_later).unwrap_or(tree.root.children.len());
        tree.root.children.insert(at, Element::new("w:updateFields").with("w:val", "true").into());
    }
    package.set(SETTINGS, tree.write());
    Ok(())
}
