//! The pages that fields show.

use std::collections::BTreeMap;

use super::fields::{self, each_line};
use super::references::target;
use crate::render::docx::DocxError;
use crate::render::docx::package::Package;
use crate::render::docx::tree::Element;

/// Returns whether a field wants to be worked out by Word.
pub(super) fn is_asked(root: &Element) -> bool {
    let mut is_asked = false;
    root.visit(&mut |element| is_asked |= element.is("w:fldChar") && element.attribute("w:dirty") == Some("true"));
    is_asked
}

/// Lets the fields that show pages show those of a layout, by the name of their bookmark. They stay marked, since Word's
/// own layout may differ.
///
/// # Errors
/// Returns a part that cannot be read.
pub fn set_pages(package: &mut Package, pages: &BTreeMap<String, u32>) -> Result<(), DocxError> {
    for part in super::texts(package) {
        let mut tree = package.tree(&part)?;
        let mut is_changed = false;
        each_line(&mut tree.root, &mut |children| {
            let mut at = 0;
            while let Some(field) =
                fields::find(children).into_iter().filter(|field| field.nodes.start >= at).min_by_key(|field| field.nodes.start)
            {
                at = field.nodes.start + 1;
                let is_page =
                    fields::words(&field.instruction).first().is_some_and(|kind| kind.eq_ignore_ascii_case("PAGEREF"));
                let page = target(&field.instruction).filter(|_| is_page).and_then(|name| pages.get(&name));
                if let Some(page) = page {
                    fields::show(children, &field, &page.to_string());
                    is_changed = true;
                }
            }
        });
        if is_changed {
            package.set(&part, tree.write());
        }
    }
    Ok(())
}
