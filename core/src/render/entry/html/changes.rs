//! A change: what changed comes first, the rest is folded.

use super::super::model::{Block, Sheet};
use super::super::words::say;
use super::block::{Only, Writer};
use crate::render::html::Html;

/// Writes the sections of a change.
pub(super) fn write(html: &mut Html, sheet: &Sheet) {
    let any = sheet.sections.iter().any(|section| section.blocks.iter().any(Block::is_changed));
    html.raw("<section class=\"changes\" id=\"changes\" aria-labelledby=\"h:changes\"><h2 class=\"ct\" id=\"h:changes\">");
    html.both(&say("changes"));
    html.raw("</h2>\n");
    if sheet.counts.changed == 0 {
        html.raw("<p class=\"lead\">");
        html.both(&say("no-changes"));
        html.raw("</p>\n");
    }
    if any {
        let writer = Writer { sheet, only: Only::Changed, gone: false };
        sheet.sections.iter().for_each(|section| writer.section(html, section, 3));
    }
    html.raw("</section>\n<details class=\"rest\" id=\"rest\"><summary><h2 class=\"ct\">");
    html.both(&say("unchanged"));
    html.raw("</h2> <span>");
    html.both(&say("unchanged-hint"));
    html.raw("</span></summary>\n");
    let writer = Writer { sheet, only: Only::Unchanged, gone: false };
    sheet.sections.iter().for_each(|section| writer.section(html, section, 3));
    html.raw("</details>\n");
}
