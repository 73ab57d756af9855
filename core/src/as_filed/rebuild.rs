//! What a record builds, as a tree: the filing without the plugin's rules, names and documents around it.

use super::tree::{Element, parse};
use super::{forget_respelled, patched, read};
use crate::changes::{Declared, Entries, apply_given};
use crate::map::map;
use crate::model::{Catalogue, Record, RuleBook};
use crate::normalise::normalise;
use crate::plugin::Plugin;
use crate::render::xml;

/// Builds the filing of a record with the marks that the record gives; `as_filed` puts the record's own lines in.
/// Nothing when it cannot be written, such as a text that holds what XML does not allow.
pub fn rebuild(record: &Record, plugin: &Plugin, catalogue: &Catalogue, book: &RuleBook, as_filed: bool) -> Option<Element> {
    let mut record = record.clone();
    forget_respelled(&mut record, plugin, catalogue);
    normalise(&mut record, catalogue, book);
    let (mut filing, _) = map(&record, plugin, catalogue);
    apply_given(&mut filing, &Entries::read(&record, catalogue), Declared::of(plugin, catalogue));
    let bytes = xml::write(&filing, &plugin.form).ok()?;
    let built = parse(&String::from_utf8_lossy(&bytes))?;
    if !as_filed {
        return Some(built);
    }
    Some(patched(&built, &read(&record, catalogue)).0)
}
