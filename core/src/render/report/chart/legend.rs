//! What tells series apart: patterns of bars, dashes and points of lines, and the legend that names them.

use todokede_abi::report::ChartKind;

use super::label::wide;
use super::{COLOURS, INK, LINE, Plot, hatched, px, rect, text};
use crate::render::html::Html;

/// Width of a sample, and the room around a name.
const SAMPLE: f64 = 26.0;
const GAP: f64 = 22.0;

/// Writes the patterns of the bars and of masked values.
pub(super) fn patterns(html: &mut Html, id: usize, series: usize) {
    let open = |html: &mut Html, name: &str, size: &str, turned: &str| {
        let id = format!("chart-{id}-{name}");
        let turn = if turned.is_empty() { ("", "") } else { ("patternTransform", turned) };
        html.open("pattern", &[("id", &id), ("width", size), ("height", size), ("patternUnits", "userSpaceOnUse"), turn]);
    };
    open(html, "masked", "6", "rotate(45)");
    html.raw("<rect width=\"6\" height=\"6\" fill=\"#fff\"/><rect width=\"2\" height=\"6\" fill=\"#8390A0\"/></pattern>");
    for at in 0..series {
        let colour = colour(at);
        // Light and dark take turns, so that neighbours differ in grey.
        let (size, turned, shape) = match at % COLOURS.len() {
            0 => ("8", "", "<rect width=\"8\" height=\"8\"/>"),
            1 => ("7", "rotate(45)", "<rect width=\"3\" height=\"7\"/>"),
            2 => ("6", "", "<circle cx=\"3\" cy=\"3\" r=\"1.5\"/>"),
            3 => ("6", "", "<rect width=\"6\" height=\"4\"/>"),
            4 => ("6", "", "<rect width=\"6\" height=\"1.5\"/><rect width=\"1.5\" height=\"6\"/>"),
            5 => ("8", "rotate(-45)", "<rect width=\"5\" height=\"8\"/>"),
            6 => ("8", "", "<rect width=\"4\" height=\"4\"/><rect x=\"4\" y=\"4\" width=\"4\" height=\"4\"/>"),
            _ => ("9", "", "<rect width=\"1.5\" height=\"9\"/>"),
        };
        open(html, &format!("fill-{at}"), size, turned);
        html.raw("<rect width=\"9\" height=\"9\" fill=\"#fff\"/>");
        html.open("g", &[("fill", colour)]);
        html.raw(shape);
        html.raw("</g></pattern>");
    }
}

/// Returns the colour of a series.
pub(super) fn colour(series: usize) -> &'static str {
    COLOURS.get(series % COLOURS.len()).copied().unwrap_or(INK)
}

/// Returns the dashes of a line.
pub(super) fn dashes(series: usize) -> &'static str {
    ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2", "2 2 6 2", "1 4"].get(series % 8).copied().unwrap_or_default()
}

/// Draws a point of a line.
pub(super) fn point(html: &mut Html, series: usize, (x, y): (f64, f64)) {
    let colour = colour(series);
    let path = |corners: &[(f64, f64)]| {
        let corners: Vec<String> = corners.iter().map(|(dx, dy)| format!("{},{}", px(x + dx), px(y + dy))).collect();
        corners.join(" ")
    };
    let hollow = matches!(series % 8, 4..=7);
    let fill = if hollow { "#fff" } else { colour };
    let look = [("fill", fill), ("stroke", colour), ("stroke-width", "1.6")];
    match series % 4 {
        0 => {
            let (x, y) = (px(x), px(y));
            let mut attributes = vec![("cx", x.as_str()), ("cy", y.as_str()), ("r", "4.2")];
            attributes.extend(look);
            html.open("circle", &attributes);
            html.raw("</circle>\n");
        }
        shape => {
            let corners = match shape {
                1 => path(&[(-4.0, -4.0), (4.0, -4.0), (4.0, 4.0), (-4.0, 4.0)]),
                2 => path(&[(0.0, -5.0), (5.0, 4.0), (-5.0, 4.0)]),
                _ => path(&[(0.0, -5.5), (5.5, 0.0), (0.0, 5.5), (-5.5, 0.0)]),
            };
            let mut attributes = vec![("points", corners.as_str())];
            attributes.extend(look);
            html.open("polygon", &attributes);
            html.raw("</polygon>\n");
        }
    }
}

/// Draws the legend above the plot and returns how high it is. A series alone needs none, unless values are masked.
pub(super) fn draw(html: &mut Html, plot: &Plot, width: f64, sample: impl Fn(&mut Html, usize, (f64, f64))) -> f64 {
    let mut entries: Vec<(Option<usize>, String)> = Vec::new();
    let named = |at: &usize| plot.series.len() > 1 || !plot.name(*at).is_empty();
    entries.extend((0..plot.series.len()).filter(named).map(|at| (Some(at), plot.name(at))));
    if plot.is_masked() {
        entries.push((
            None,
            plot.copy.say(match plot.drawn.kind {
                ChartKind::Bars => "masked-bar",
                ChartKind::Lines => "masked-point",
            }),
        ));
    }
    let (mut x, mut y) = (0.0, 4.0);
    for (series, name) in &entries {
        let taken = SAMPLE + 6.0 + wide(name);
        if x > 0.0 && x + taken > width {
            x = 0.0;
            y += LINE + 5.0;
        }
        match series {
            Some(series) => sample(html, *series, (x, y)),
            None => hatched(html, plot.id, (x, y), (SAMPLE, 14.0)),
        }
        text(html, (x + SAMPLE + 6.0, y + 12.0), "start", "", name);
        x += taken + GAP;
    }
    if entries.is_empty() { 0.0 } else { y + LINE + 10.0 }
}

/// Draws a sample of a bar.
pub(super) fn bar(html: &mut Html, id: usize, series: usize, at: (f64, f64)) {
    filled(html, id, series, at, (SAMPLE, 14.0));
}

/// Draws a bar.
pub(super) fn filled(html: &mut Html, id: usize, series: usize, at: (f64, f64), size: (f64, f64)) {
    rect(html, at, size, &format!("url(#chart-{id}-fill-{series})"), &[("stroke", INK), ("stroke-width", "0.8")]);
}
