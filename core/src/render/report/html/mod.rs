//! A report as one page: no file beside it, no request, no script, and a content policy that allows none.

use todokede_abi::report::{Emphasis, Kind};

use super::chart;
use super::fair_copy::{FairCopy, Grid, Line, Part};
use super::value::Value;
use crate::render::html::{Html, digest};

/// Most rows of a table that is not broken over two pages.
const SHORT: usize = 12;
const STYLE: &str = include_str!("report.css");

/// Writes the page.
pub(super) fn page(copy: &FairCopy) -> String {
    let mut html = Html::default();
    head(&mut html, copy);
    html.raw("<main>\n<header>\n");
    if let Some(draft) = &copy.draft {
        html.raw("<p class=\"draft\"><strong>");
        html.text(&draft.word);
        html.raw("</strong> ");
        html.text(&draft.note);
        html.raw("</p>\n");
    }
    element(&mut html, "h1", &[], &copy.title);
    pairs(&mut html, "facts", &copy.facts);
    pairs(&mut html, "made", &copy.about);
    html.raw("</header>\n");
    let mut charts = 0;
    for (at, part) in copy.parts.iter().enumerate() {
        let across = copy.is_across(at);
        let class = if across { ("class", "across") } else { ("", "") };
        match part {
            // The title of the report is the heading above all of them.
            Part::Heading(level, text) => element(&mut html, &format!("h{}", level + 1), &[class], text),
            Part::Paragraph(text) => element(&mut html, "p", &[("class", "text")], text),
            Part::Table(grid) => {
                html.open("section", &[class]);
                html.raw("\n");
                table(&mut html, copy, grid, None);
                html.raw("</section>\n");
            }
            Part::Chart(grid, drawn) => {
                charts += 1;
                html.open("figure", &[class]);
                html.raw("\n<figcaption>");
                html.text(&grid.title);
                html.raw("</figcaption>\n");
                scrolled(&mut html, &grid.title, |html| chart::draw(html, charts, copy, grid, drawn));
                table(&mut html, copy, grid, Some(&copy.say("values")));
                html.raw("</figure>\n");
            }
        }
    }
    html.raw("</main>\n</body>\n</html>\n");
    html.finish()
}

fn head(html: &mut Html, copy: &FairCopy) {
    let lang = copy.lang.pick("ja", "en");
    // What the paper says at the edge of each sheet is in the style, so the style of a draft is another one.
    let mut style = STYLE.to_owned();
    if let Some(draft) = &copy.draft {
        style.push_str(&format!(
            "@page {{ @top-right {{ content: \"{}\"; font-weight: bold; color: #b3261e; }} }}\n",
            draft.word
        ));
    }
    let policy = format!("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'", digest(&style));
    html.raw("<!DOCTYPE html>\n");
    html.open("html", &[("lang", lang)]);
    html.raw("\n<head>\n<meta charset=\"utf-8\">\n");
    html.open("meta", &[("http-equiv", "Content-Security-Policy"), ("content", &policy)]);
    html.raw("\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    if let Some(draft) = &copy.draft {
        html.text(&format!("【{}】", draft.word));
    }
    html.text(&copy.title);
    html.raw("</title>\n<style>");
    html.raw(&style);
    html.raw("</style>\n</head>\n<body>\n");
}

fn element(html: &mut Html, name: &str, attributes: &[(&str, &str)], text: &str) {
    html.open(name, attributes);
    html.text(text);
    html.raw(&format!("</{name}>\n"));
}

fn pairs(html: &mut Html, class: &str, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    html.open("dl", &[("class", class)]);
    html.raw("\n");
    for (label, value) in pairs {
        html.raw("<div><dt>");
        html.text(label);
        html.raw("</dt><dd>");
        html.text(value);
        html.raw("</dd></div>\n");
    }
    html.raw("</dl>\n");
}

/// Lets what is wider than the page be moved, with the keyboard as well.
fn scrolled(html: &mut Html, name: &str, inside: impl FnOnce(&mut Html)) {
    html.open("div", &[("class", "wide"), ("role", "region"), ("tabindex", "0"), ("aria-label", name)]);
    html.raw("\n");
    inside(html);
    html.raw("</div>\n");
}

fn table(html: &mut Html, copy: &FairCopy, grid: &Grid, of_chart: Option<&str>) {
    let caption = match of_chart {
        Some(words) if !grid.title.is_empty() => format!("{words}{}{}", copy.lang.pick("：", ": "), grid.title),
        Some(words) => words.to_owned(),
        None => grid.title.clone(),
    };
    scrolled(html, &caption, |html| {
        let short = if grid.rows.len() <= SHORT { "short" } else { "" };
        let class = if of_chart.is_some() { format!("values {short}") } else { short.to_owned() };
        html.open("table", &[if class.is_empty() { ("", "") } else { ("class", class.trim()) }]);
        html.raw("\n");
        element(html, "caption", &[], &caption);
        html.raw("<thead><tr>");
        for (title, kind) in &grid.columns {
            html.open("th", &[("scope", "col"), aligned(*kind)]);
            html.text(title);
            html.raw("</th>");
        }
        html.raw("</tr></thead>\n<tbody>\n");
        for row in &grid.rows {
            line(html, grid, row);
        }
        if grid.rows.is_empty() {
            html.open("tr", &[]);
            html.open("td", &[("colspan", &grid.columns.len().to_string()), ("class", "none")]);
            html.text(&copy.say("no-rows"));
            html.raw("</td></tr>\n");
        }
        html.raw("</tbody>\n</table>\n");
    });
    for note in &grid.notes {
        element(html, "p", &[("class", "note")], note);
    }
}

fn line(html: &mut Html, grid: &Grid, row: &Line) {
    html.open(
        "tr",
        &[match row.emphasis {
            Emphasis::None => ("", ""),
            Emphasis::Total => ("class", "total"),
            Emphasis::Warning => ("class", "warning"),
            Emphasis::Error => ("class", "error"),
        }],
    );
    for (at, (value, (_, kind))) in row.values.iter().zip(&grid.columns).enumerate() {
        // The first text of a row says what the row is about.
        let is_head = at == 0 && *kind == Kind::Text && matches!(value, Value::Text(_));
        let name = if is_head { "th" } else { "td" };
        html.open(name, &[if is_head { ("scope", "row") } else { ("", "") }, aligned(*kind)]);
        match value {
            Value::Masked(mark) => {
                html.raw("<span class=\"masked\">");
                html.text(mark);
                html.raw("</span>");
            }
            other => html.text(other.text()),
        }
        html.raw(&format!("</{name}>"));
    }
    html.raw("</tr>\n");
}

fn aligned(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Text => ("", ""),
        Kind::Number => ("class", "number"),
        Kind::Date => ("class", "date"),
    }
}
