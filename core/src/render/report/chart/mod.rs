//! Charts as drawings inside a page: bars that lie, so that long categories can be read, and lines. What tells series apart
//! is a pattern, a dash or the form of a point as well as a colour. A masked value is a hatched mark of one size beside its
//! words; nothing of the drawing depends on anything but them.

mod bars;
mod label;
mod legend;
mod lines;
mod scale;

use todokede_abi::report::ChartKind;

use super::fair_copy::{Drawn, FairCopy, Grid};
use super::value::Value;
use crate::render::html::Html;
use label::clipped;
use scale::Scale;

/// The colours of the series, to be told apart by those who see fewer.
pub(super) const COLOURS: [&str; 8] = ["#0072B2", "#D55E00", "#007A5A", "#A8457F", "#2E7FB8", "#9A6A00", "#1D2733", "#6B5B95"];
pub(super) const INK: &str = "#1D2733";
pub(super) const SOFT: &str = "#566372";
pub(super) const FAINT: &str = "#D5DBE2";
/// Width of a drawing on a page, pixels.
pub(super) const WIDTH: f64 = 760.0;
/// Height of a line of letters.
pub(super) const LINE: f64 = 17.0;
/// Longest series name, mark or category that is drawn, in half-width letters; the table below has all of it.
pub(super) const LONGEST: usize = 44;

/// What is drawn.
pub(super) struct Plot<'a> {
    /// Tells the drawing from others of the page.
    pub(super) id: usize,
    pub(super) copy: &'a FairCopy,
    pub(super) categories: Vec<&'a str>,
    /// The values of each series.
    pub(super) series: Vec<Vec<&'a Value>>,
    pub(super) drawn: &'a Drawn,
}

/// Draws a chart.
pub(super) fn draw(html: &mut Html, id: usize, copy: &FairCopy, grid: &Grid, drawn: &Drawn) {
    let categories = grid.rows.iter().map(|row| row.values.first().map_or("", Value::text)).collect();
    let values = |at: usize| grid.rows.iter().filter_map(|row| row.values.get(at + 1)).collect();
    let plot = Plot { id, copy, categories, series: (0..drawn.series.len()).map(values).collect(), drawn };
    if !plot.values().any(|value| matches!(value, Value::Number(_) | Value::Masked(_))) {
        html.raw("<p class=\"none\">");
        html.text(&copy.say("no-values"));
        html.raw("</p>\n");
        return;
    }
    let (body, size) = match drawn.kind {
        ChartKind::Bars => bars::draw(&plot),
        ChartKind::Lines => lines::draw(&plot),
    };
    let (width, height) = (px(size.0), px(size.1));
    let (title, desc) = (format!("chart-{id}-title"), format!("chart-{id}-desc"));
    html.open(
        "svg",
        &[
            ("role", "img"),
            ("aria-labelledby", &format!("{title} {desc}")),
            ("viewBox", &format!("0 0 {width} {height}")),
            ("width", &width),
            ("height", &height),
        ],
    );
    html.open("title", &[("id", &title)]);
    html.text(&grid.title);
    html.raw("</title>");
    html.open("desc", &[("id", &desc)]);
    html.text(&copy.say(match drawn.kind {
        ChartKind::Bars => "bars",
        ChartKind::Lines => "lines",
    }));
    if !drawn.unit.is_empty() {
        html.text(&format!("{}{}{}。", copy.say("unit"), copy.lang.pick("：", ": "), drawn.unit));
    }
    html.text(&copy.say("below"));
    html.raw("</desc>\n<defs>");
    legend::patterns(html, id, plot.series.len());
    html.raw("</defs>\n");
    html.raw(&body.finish());
    html.raw("</svg>\n");
}

impl<'a> Plot<'a> {
    /// Returns all values.
    pub(super) fn values(&self) -> impl Iterator<Item = &'a Value> {
        self.series.iter().flatten().copied()
    }

    /// Returns whether a value is masked.
    pub(super) fn is_masked(&self) -> bool {
        self.values().any(|value| matches!(value, Value::Masked(_)))
    }

    /// Returns the name of a series as it is drawn.
    pub(super) fn name(&self, series: usize) -> String {
        clipped(self.drawn.series.get(series).map_or("", String::as_str), LONGEST)
    }

    /// Returns the scale on which all numbers stand; `from_nought` when it has to begin there.
    fn scale(&self, from_nought: bool) -> Scale {
        let figures = self.values().filter_map(|value| match value {
            Value::Number(figure) => Some(figure),
            _ => None,
        });
        let (mut low, mut high, mut decimals) = (f64::INFINITY, f64::NEG_INFINITY, 0);
        for figure in figures {
            low = low.min(figure.value);
            high = high.max(figure.value);
            decimals = decimals.max(figure.decimals);
        }
        Scale::new(low, high, decimals, from_nought)
    }
}

/// Writes a length: a tenth of a pixel is enough, and the same everywhere.
pub(super) fn px(length: f64) -> String {
    let text = format!("{length:.1}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// Writes a text of a drawing; `anchor` is where it begins, or that it ends or is centred there.
pub(super) fn text(html: &mut Html, at: (f64, f64), anchor: &str, class: &str, words: &str) {
    let (x, y) = (px(at.0), px(at.1));
    html.open(
        "text",
        &[("x", &x), ("y", &y), ("text-anchor", anchor), if class.is_empty() { ("", "") } else { ("class", class) }],
    );
    html.text(words);
    html.raw("</text>\n");
}

/// Draws a straight line.
pub(super) fn line(html: &mut Html, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
    let numbers = [from.0, from.1, to.0, to.1, width].map(px);
    let [x1, y1, x2, y2, width] = &numbers;
    html.open("line", &[("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2), ("stroke", colour), ("stroke-width", width)]);
    html.raw("</line>\n");
}

/// Draws a box.
pub(super) fn rect(html: &mut Html, at: (f64, f64), size: (f64, f64), fill: &str, more: &[(&str, &str)]) {
    let numbers = [at.0, at.1, size.0, size.1].map(px);
    let [x, y, width, height] = &numbers;
    let mut attributes = vec![("x", x.as_str()), ("y", y), ("width", width), ("height", height), ("fill", fill)];
    attributes.extend_from_slice(more);
    html.open("rect", &attributes);
    html.raw("</rect>\n");
}

/// Draws the mark of a masked value: hatched, of one size.
pub(super) fn hatched(html: &mut Html, id: usize, at: (f64, f64), size: (f64, f64)) {
    let more = [("stroke", SOFT), ("stroke-width", "1"), ("stroke-dasharray", "3 2")];
    rect(html, at, size, &format!("url(#chart-{id}-masked)"), &more);
}
