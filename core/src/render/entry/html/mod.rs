//! The sheet as one HTML page: no file beside it, no request, and a content policy that allows none.

mod block;
mod changes;
mod field;
mod front;

use super::model::Sheet;
use super::words::say;
use crate::render::html::{Html, digest};

const STYLE: &str = include_str!("sheet.css");
const SCRIPT: &str = include_str!("sheet.js");

/// Writes the page.
pub(super) fn page(sheet: &Sheet) -> String {
    let mut html = Html::default();
    head(&mut html, sheet);
    front::bar(&mut html, sheet);
    html.raw("<div class=\"page\">\n");
    front::contents(&mut html, sheet);
    html.raw("<main id=\"main\" tabindex=\"-1\">\n");
    front::summary(&mut html, sheet);
    if sheet.change {
        changes::write(&mut html, sheet);
    } else {
        let writer = block::Writer { sheet, only: block::Only::All, gone: false };
        for section in &sheet.sections {
            writer.section(&mut html, section, 2);
        }
    }
    html.raw("<p class=\"none\" id=\"none\" hidden>");
    html.both(&say("nothing-shown"));
    html.raw("</p>\n</main>\n</div>\n");
    foot(&mut html, sheet);
    html.finish()
}

fn head(html: &mut Html, sheet: &Sheet) {
    let title = format!("{} {} {}", sheet.plugin.title.ja, say("sheet").ja, sheet.trial);
    // Only the style and the script of this page run, and nothing is fetched.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        digest(STYLE),
        digest(SCRIPT)
    );
    html.raw("<!DOCTYPE html>\n<html lang=\"ja\" data-ui=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    html.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    html.text(&title);
    html.raw("</title>\n<style>");
    html.raw(STYLE);
    html.raw("</style>\n</head>\n");
    let scope = format!("todokede:entry:{}:{}:", sheet.plugin.id, sheet.trial);
    html.open("body", &[("data-scope", &scope), ("data-change", if sheet.change { "yes" } else { "no" })]);
    html.raw("\n<a class=\"skip\" href=\"#main\">");
    html.both(&say("skip"));
    html.raw("</a>\n");
}

/// Writes the lists of choices, what is said aloud, the keys, and the script.
fn foot(html: &mut Html, sheet: &Sheet) {
    for (id, list) in &sheet.lists {
        html.open("template", &[("id", &format!("list:{id}"))]);
        html.raw("<ul class=\"list\">");
        for choice in &list.choices {
            html.open("li", &[("data-code", &choice.code)]);
            field::pick(html, choice);
            html.raw("</li>");
        }
        html.raw("</ul></template>\n");
    }
    html.raw("<div id=\"said\" class=\"said\" role=\"status\" aria-live=\"polite\"></div>\n");
    html.raw("<dialog id=\"keys\" class=\"keys\"><h2>");
    html.both(&say("keys"));
    html.raw("</h2><dl>");
    for (key, word) in [("J ↓", "key-next"), ("K ↑", "key-back"), ("N", "key-open"), ("C", "key-copy"), ("D", "key-done")] {
        html.raw("<dt>");
        for key in key.split(' ') {
            html.raw("<kbd>");
            html.text(key);
            html.raw("</kbd> ");
        }
        html.raw("</dt><dd>");
        html.both(&say(word));
        html.raw("</dd>");
    }
    html.raw("</dl><p><button type=\"button\" class=\"plain\" id=\"reset\">");
    html.both(&say("reset"));
    html.raw("</button> <button type=\"button\" class=\"plain\" id=\"close\">");
    html.both(&say("close"));
    html.raw("</button></p></dialog>\n");
    // What the script says is kept in the page, so that the script is the same for every sheet.
    html.raw("<div id=\"words\" hidden>");
    for id in ["copied", "copy", "copied-of", "copy-failed", "not-kept", "reset-ask", "done"] {
        html.open("i", &[("data-word", id)]);
        html.both(&say(id));
        html.raw("</i>");
    }
    html.raw("</div>\n<script>");
    html.raw(SCRIPT);
    html.raw("</script>\n</body>\n</html>\n");
}
