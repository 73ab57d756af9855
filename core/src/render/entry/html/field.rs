//! One field: its text, its buttons, its length and its choices.

use super::super::model::{Asked, Changed, Field, Item, Pick, Sheet};
use super::super::words::{fill, say};
use super::block::Writer;
use crate::model::{Lang, Text};
use crate::render::html::Html;

/// Writes a field.
pub(super) fn write(html: &mut Html, writer: Writer, field: &Field, item: &Item) {
    let (sheet, id) = (writer.sheet, writer.id(&field.id));
    let name = Text::new(name(item, field, Lang::Ja), name(item, field, Lang::En));
    // All of a new row is new: it says so itself, and there is nothing before.
    let change = field.change.as_ref().filter(|change| change.status != "append");
    let state = match (change, field.missing) {
        (Some(_), _) => "f chg",
        (None, true) => "f void",
        (None, false) if field.value.is_empty() => "f empty",
        (None, false) => "f",
    };
    let class = if field.lang.is_empty() { state.to_owned() } else { format!("{state} lg") };
    // An item of one field is its field.
    let own = if id.ends_with(&item.id) { format!("f:{id}") } else { id };
    html.open(
        "div",
        &[
            ("class", &class),
            ("id", &own),
            ("tabindex", "-1"),
            ("role", "group"),
            ("data-ja", &name.ja),
            ("data-en", &name.en),
            ("aria-label", &name.ja),
            ("data-field", &field.id),
            ("data-key", &field.key),
            (if field.task { "data-task" } else { "" }, ""),
            (if field.missing { "data-void" } else { "" }, ""),
        ],
    );
    if !field.lang.is_empty() {
        html.raw("<div class=\"fl\">");
        html.both(&say(if field.lang == "ja" { "japanese" } else { "english" }));
        // What holds for all of an item is said of the item.
        if item.fields().any(|other| other.asked != field.asked) {
            super::block::asked(html, field.asked, false);
        }
        html.raw("</div>");
    }
    match change {
        Some(change) => changed(html, sheet, field, change),
        None if writer.gone => value(html, field),
        None => {
            value(html, field);
            buttons(html, field);
            meta(html, sheet, field);
        }
    }
    html.raw("</div>");
}

/// Names a field where nothing else is beside it.
fn name(item: &Item, field: &Field, lang: Lang) -> String {
    format!("{} {}", item.number, field.label.get(lang)).trim().to_owned()
}

fn value(html: &mut Html, field: &Field) {
    html.raw("<div class=\"val\">");
    content(html, field);
    html.raw("</div>");
}

fn content(html: &mut Html, field: &Field) {
    if field.value.is_empty() {
        html.raw("<div class=\"nil\">");
        let word = match (field.asked, field.missing, &field.change) {
            (_, true, _) => "missing",
            (Asked::System, ..) => "system-note",
            (_, _, Some(_)) => "to-blank",
            _ => "blank",
        };
        html.both(&say(word));
        html.raw("</div>");
        return;
    }
    // Several choices are picked one by one, so the joined text is there for copying only.
    let picked = !field.picks.is_empty();
    let several = field.picks.len() > 1;
    if !several {
        text(html, field, if picked { "v one" } else { "v" });
    }
    if picked {
        html.raw(if several { "<ul class=\"picks\">" } else { "<div class=\"picks\">" });
        for choice in &field.picks {
            html.raw(if several { "<li>" } else { "" });
            if several {
                pick(html, choice);
            } else {
                aside(html, choice);
            }
            html.raw(if several { "</li>" } else { "" });
        }
        html.raw(if several { "</ul>" } else { "</div>" });
    }
    if several {
        text(html, field, "v hid");
    }
}

fn text(html: &mut Html, field: &Field, class: &str) {
    html.open("div", &[("class", class), (if field.lang.is_empty() { "" } else { "lang" }, field.lang), ("title", &field.at)]);
    html.text(&field.value);
    html.raw("</div>");
}

/// Writes a choice with both of its names.
pub(super) fn pick(html: &mut Html, choice: &Pick) {
    html.raw("<b class=\"pick\">");
    html.text(&choice.code);
    html.raw("</b> ");
    aside(html, choice);
}

/// Writes what a choice is called besides its code.
fn aside(html: &mut Html, choice: &Pick) {
    if !choice.known {
        html.raw("<span class=\"unlisted\">");
        html.both(&say("unlisted"));
        html.raw("</span>");
        return;
    }
    for (lang, text) in [("ja", &choice.label.ja), ("en", &choice.label.en)] {
        if *text != choice.code {
            html.open("span", &[("class", "alt"), ("lang", lang)]);
            html.text(text);
            html.raw("</span>");
        }
    }
}

fn buttons(html: &mut Html, field: &Field) {
    let entered = !field.value.is_empty();
    if !entered && field.change.is_none() || field.asked == Asked::System {
        return;
    }
    html.raw("<div class=\"ops\">");
    if entered {
        html.raw("<button type=\"button\" class=\"copy\">");
        html.both(&say("copy"));
        html.raw("</button>");
    }
    html.raw("<label class=\"done\"><input type=\"checkbox\"><span>");
    html.both(&say("done"));
    html.raw("</span></label></div>");
}

/// Writes a field that changed: before, after, why.
fn changed(html: &mut Html, sheet: &Sheet, field: &Field, change: &Changed) {
    html.raw("<div class=\"cols\"><div class=\"old\"><div class=\"ch\">");
    html.both(&say("old"));
    html.raw("</div><div class=\"val\">");
    if change.old.is_empty() {
        html.raw("<div class=\"nil\">");
        html.both(&say("blank"));
        html.raw("</div>");
    } else {
        html.open("div", &[("class", "ov"), (if field.lang.is_empty() { "" } else { "lang" }, field.lang)]);
        html.text(&change.old);
        html.raw("</div>");
    }
    html.raw("</div></div><div class=\"new\"><div class=\"ch\">");
    html.both(&say("new"));
    html.raw("</div>");
    value(html, field);
    buttons(html, field);
    meta(html, sheet, field);
    html.raw("</div><div class=\"why\">");
    reason(html, change);
    html.raw("</div></div>");
}

/// Writes why something changed, to be copied, and from when.
pub(super) fn reason(html: &mut Html, change: &Changed) {
    html.raw("<div class=\"ch\">");
    html.both(&say("reason"));
    html.raw("</div><div class=\"val\">");
    if change.reason.is_empty() {
        html.raw("<div class=\"nil\">");
        html.both(&say("blank"));
        html.raw("</div>");
    } else {
        html.raw("<div class=\"rv\">");
        html.text(&change.reason);
        html.raw("</div>");
    }
    html.raw("</div>");
    if !change.reason.is_empty() {
        html.raw("<div class=\"ops\"><button type=\"button\" class=\"copy\" data-copy=\"rv\">");
        html.both(&say("copy"));
        html.raw("</button></div>");
    }
    html.raw("<div class=\"meta\"><b class=\"cw\">");
    html.text(&change.word);
    html.raw("</b><span>");
    html.text(&change.date);
    html.raw("</span></div>");
}

/// Writes how long a text is, what is wrong with its letters, and the list that a choice is from.
fn meta(html: &mut Html, sheet: &Sheet, field: &Field) {
    html.raw("<div class=\"meta\">");
    if field.each_time {
        html.raw("<b class=\"cw\">");
        html.both(&say("each-time"));
        html.raw("</b>");
    }
    if !field.value.is_empty() && field.list.is_empty() {
        html.raw("<span>");
        html.both(&fill("characters-of", &[("count", field.characters.to_string().into())]));
        html.raw("</span><span>");
        html.both(&say("units"));
        html.text(&format!(" {}", field.units));
        if let Some(limit) = field.limit {
            html.text(&format!("/{limit}"));
            if let Some(over) = field.units.checked_sub(limit).filter(|over| *over > 0) {
                html.raw(" <b class=\"bad\">");
                html.both(&fill("over", &[("count", over.to_string().into())]));
                html.raw("</b>");
            }
        }
        html.raw("</span>");
        let lines = field.value.split('\n').count();
        if lines > 1 {
            html.raw("<span>");
            html.both(&fill("lines-of", &[("count", lines.to_string().into())]));
            html.raw("</span>");
        }
    }
    if !field.outside.is_empty() {
        html.raw("<b class=\"bad\">");
        html.both(&say("outside"));
        html.raw("：");
        for (at, (c, better)) in field.outside.iter().enumerate() {
            if at > 0 {
                html.text("、");
            }
            match better {
                Some(better) => html.text(&format!("{c}→{better}")),
                None => html.text(&format!("{c}（U+{:04X}）", u32::from(*c))),
            }
        }
        html.raw("</b>");
    }
    if field.missing && !field.at.is_empty() {
        html.raw("<span>");
        html.both(&say("missing-at"));
        html.raw("：");
        html.text(&field.at);
        html.raw("</span>");
    }
    if let Some(list) = sheet.lists.get(&field.list).filter(|_| field.asked != Asked::System) {
        html.open("details", &[("class", "opts"), ("data-list", &format!("list:{}", field.list))]);
        html.raw("<summary>");
        html.both(&fill("choices", &[("count", list.choices.len().to_string().into())]));
        html.raw("</summary></details>");
    }
    html.raw("</div>");
}
