//! What stands around the items: the bar, the table of contents and the summary.

use super::super::model::{Block, Section, Sheet};
use super::super::words::{fill, say};
use super::block::{self, weight};
use crate::model::{Lang, Text};
use crate::render::html::Html;

/// Writes the bar at the top: what this is, how far it is, what is shown.
pub(super) fn bar(html: &mut Html, sheet: &Sheet) {
    html.raw("<header class=\"bar\"><div class=\"id\"><b>");
    html.both(&sheet.plugin.title);
    html.raw("</b> <span>");
    html.text(&sheet.trial);
    html.raw("</span>");
    if sheet.draft {
        html.raw(" <span class=\"dm\">");
        html.both(&say("draft"));
        html.raw("</span>");
    }
    html.raw("</div>\n<div class=\"total\"><label for=\"total\">");
    html.both(&say("progress"));
    html.raw("</label> <progress id=\"total\" max=\"1\" value=\"0\"></progress> <output id=\"count\" for=\"total\">");
    html.text(&format!("0 / {}", sheet.counts.tasks));
    html.raw("</output></div>\n<div class=\"filters\" role=\"group\" ");
    html.raw("aria-label=\"表示 / Show\">");
    let changed = sheet.change.then_some(("changed", sheet.counts.changed));
    let found = sheet.findings.iter().filter(|note| !note.targets.is_empty()).count();
    let filters =
        [Some(("all", 0)), Some(("open", 0)), Some(("missing", sheet.counts.missing)), Some(("found", found)), changed];
    for (id, count) in filters.into_iter().flatten() {
        let pressed = if id == "all" { "true" } else { "false" };
        html.open("button", &[("type", "button"), ("data-filter", id), ("aria-pressed", pressed)]);
        html.both(&say(&format!("filter-{id}")));
        if count > 0 {
            html.raw(" <span class=\"n\">");
            html.text(&count.to_string());
            html.raw("</span>");
        }
        html.raw("</button>");
    }
    html.raw("</div>\n<div class=\"tools\">");
    for (id, word) in [("print", "print"), ("help", "keys"), ("lang", "language")] {
        html.open("button", &[("type", "button"), ("class", "plain"), ("id", id)]);
        html.both(&say(word));
        html.raw("</button>");
    }
    html.raw("</div></header>\n");
}

/// Writes the table of contents, two levels deep.
pub(super) fn contents(html: &mut Html, sheet: &Sheet) {
    html.raw("<nav class=\"toc\" aria-label=\"目次 / Contents\"><ol>\n");
    if sheet.change {
        html.raw("<li><a href=\"#changes\"><span class=\"tl\">");
        html.both(&say("changes"));
        html.raw("</span></a></li>\n");
    }
    for section in &sheet.sections {
        line(html, sheet, section, true);
    }
    html.raw("</ol></nav>\n");
}

fn line(html: &mut Html, sheet: &Sheet, section: &Section, outer: bool) {
    // Where only changes are shown at first, what has none is in the folded part.
    let folded = sheet.change && !section.blocks.iter().any(Block::is_changed);
    let id = if folded { format!("rest:{}", section.id) } else { section.id.clone() };
    html.open("li", &[(if folded { "class" } else { "" }, "folded")]);
    html.open("a", &[("href", &format!("#{id}")), ("data-of", &id)]);
    html.raw("<span class=\"tl\">");
    if !section.number.is_empty() {
        html.raw("<span class=\"no\">");
        html.text(&section.number);
        html.raw("</span> ");
    }
    html.both(&section.label);
    html.raw("</span><span class=\"tn\">");
    if section.counts.missing > 0 && !folded {
        html.raw("<b class=\"miss\">");
        html.both(&fill("missing-count", &[("count", section.counts.missing.to_string().into())]));
        html.raw("</b> ");
    }
    html.raw("<span data-count></span></span>");
    if outer {
        html.raw("<progress max=\"1\" value=\"0\" aria-hidden=\"true\"></progress>");
    }
    html.raw("</a>");
    let below = section.blocks.iter().filter_map(|block| match block {
        Block::Section(section) => Some(section),
        Block::Item(_) | Block::Repeat(_) => None,
    });
    let below: Vec<&Section> = below.collect();
    if !below.is_empty() && outer {
        html.raw("<ol>\n");
        below.into_iter().for_each(|section| line(html, sheet, section, false));
        html.raw("</ol>");
    }
    html.raw("</li>\n");
}

/// Writes what there is to know before the first item.
pub(super) fn summary(html: &mut Html, sheet: &Sheet) {
    html.raw("<section class=\"summary\">\n<h1>");
    html.both(&sheet.plugin.title);
    html.raw(" <span>");
    html.both(&say("sheet"));
    html.raw("</span></h1>\n");
    if sheet.draft {
        html.raw("<p class=\"draft\" role=\"alert\"><b>");
        html.both(&say("draft"));
        html.raw("</b> ");
        html.both(&match sheet.counts.errors {
            0 => say("draft-forced"),
            errors => fill("draft-note", &[("count", errors.to_string().into())]),
        });
        html.raw("</p>\n");
    }
    html.raw("<dl class=\"facts\">");
    let form = |title: &str| format!("{title} {}", sheet.form.version);
    for (word, text) in [
        ("trial", Text::from(sheet.trial.as_str())),
        ("category", sheet.category.as_str().into()),
        ("form", Text::new(form(&sheet.form.title.ja), form(&sheet.form.title.en))),
        ("made", sheet.built.as_str().into()),
    ] {
        html.raw("<div><dt>");
        html.both(&say(word));
        html.raw("</dt><dd>");
        html.both(&text);
        html.raw("</dd></div>");
    }
    html.raw("</dl>\n<p class=\"lead\">");
    let count = |count: usize| [("count", Text::from(count.to_string()))];
    html.both(&fill("tasks", &count(sheet.counts.tasks)));
    for (word, number, class) in [
        ("missing-count", sheet.counts.missing, "miss"),
        ("changed-count", sheet.counts.changed, "chn"),
        ("errors", sheet.counts.errors, "err"),
        ("warnings", sheet.counts.warnings, "war"),
    ] {
        if number > 0 {
            html.raw(" ・ ");
            html.open("b", &[("class", class)]);
            html.both(&fill(word, &count(number)));
            html.raw("</b>");
        }
    }
    html.raw("</p>\n<p class=\"legend\">");
    html.both(&say("legend"));
    html.raw("</p>\n<p class=\"legend\" id=\"keeps\" hidden></p>\n");
    findings(html, sheet);
    left_out(html, sheet);
    html.raw("</section>\n");
}

/// Lists the findings, each with links to what it is about; the grave ones are open.
fn findings(html: &mut Html, sheet: &Sheet) {
    if sheet.findings.is_empty() {
        html.raw("<p class=\"lead\">");
        html.both(&say("no-findings"));
        return html.raw("</p>\n");
    }
    let grave = sheet.findings.iter().any(|note| weight(note) == "error");
    html.raw(if grave { "<details class=\"fold\" open>" } else { "<details class=\"fold\">" });
    html.raw("<summary>");
    html.both(&say("findings"));
    html.text(&format!(" {}", sheet.findings.len()));
    html.raw("</summary>\n<ul class=\"notes all\">\n");
    for grade in ["error", "warning", "info", "waits"] {
        for note in sheet.findings.iter().filter(|note| weight(note) == grade) {
            html.open("li", &[("class", grade)]);
            block::note(html, note);
            if let Some(target) = note.targets.first() {
                html.open("a", &[("class", "go"), ("href", &format!("#{target}")), ("data-go", target)]);
                let label = if note.item.is_empty() { named(sheet, target) } else { Some(note.item.as_str().into()) };
                html.both(&label.unwrap_or_else(|| "→".into()));
                html.raw("</a>");
            }
            html.raw("</li>\n");
        }
    }
    html.raw("</ul></details>\n");
}

/// Names the item that holds a field.
fn named(sheet: &Sheet, id: &str) -> Option<Text> {
    fn find(blocks: &[Block], id: &str) -> Option<Text> {
        blocks.iter().find_map(|block| match block {
            Block::Section(section) => find(&section.blocks, id),
            Block::Item(item) if item.id == id || item.fields().any(|field| field.id == id) => {
                let name = |label: &str| format!("{} {label}", item.number);
                Some(Text::new(name(&item.label.ja), name(item.label.get(Lang::En))))
            }
            Block::Item(_) => None,
            Block::Repeat(repeat) => {
                find(&repeat.head, id).or_else(|| repeat.rows.iter().find_map(|row| find(&row.blocks, id)))
            }
        })
    }
    sheet.sections.iter().find_map(|section| find(&section.blocks, id))
}

fn left_out(html: &mut Html, sheet: &Sheet) {
    if sheet.left_out.is_empty() {
        return;
    }
    html.raw("<details class=\"fold\"><summary>");
    html.both(&fill("left-out", &[("count", sheet.counts.left_out.to_string().into())]));
    html.raw("</summary>\n<ul class=\"out\">\n");
    for left in &sheet.left_out {
        html.raw("<li>");
        html.raw("<span class=\"no\">");
        html.text(&left.number);
        html.raw("</span> <span>");
        html.both(&left.label);
        if left.items > 1 {
            html.raw(" (");
            html.both(&fill("items", &[("count", left.items.to_string().into())]));
            html.raw(")");
        }
        html.raw("</span> <span class=\"wy\">");
        html.both(&say(&format!("why-{}", left.why)));
        html.raw("</span></li>\n");
    }
    html.raw("</ul></details>\n");
}
