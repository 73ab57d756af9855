//! Bars beside each other, lying: a category a row.

use super::label::{clipped, room, wide, wrapped};
use super::{FAINT, INK, LINE, LONGEST, Plot, WIDTH, hatched, legend, line, text};
use crate::render::html::Html;
use crate::render::report::value::Value;

/// Height of a bar and the room around it.
const BAR: f64 = 18.0;
const BETWEEN: f64 = 3.0;
const AROUND: f64 = 12.0;
/// The widest that categories get.
const CATEGORY: f64 = 210.0;
/// Length of the mark of a masked value, whatever the value is.
const MASK: f64 = 30.0;
/// Height from which the axis stands above as well.
const TALL: f64 = 640.0;

/// Draws the bars and returns how wide and high the drawing is.
pub(super) fn draw(plot: &Plot) -> (Html, (f64, f64)) {
    let mut html = Html::default();
    let scale = plot.scale(true);
    let categories: Vec<Vec<String>> =
        plot.categories.iter().map(|name| wrapped(&clipped(name, 2 * LONGEST), room(CATEGORY))).collect();
    let labels = categories.iter().flatten().map(|line| wide(line)).fold(0.0, f64::max);
    let lengths = plot.values().map(|value| match value {
        Value::Number(figure) if figure.value < 0.0 => (wide(&figure.text) + 8.0, 0.0),
        Value::Number(figure) => (0.0, wide(&figure.text) + 8.0),
        _ => (0.0, 0.0),
    });
    let (before, behind) =
        lengths.fold((0.0, 10.0), |(left, right), (one, other)| (f64::max(left, one), f64::max(right, other)));
    let left = labels + 12.0 + before;
    let across = (WIDTH - left - behind).max(160.0);
    let nought = left + scale.place(0.0) * across;
    let masks = plot.values().filter_map(|value| match value {
        Value::Masked(mark) => Some(nought + MASK + 6.0 + wide(&clipped(mark, LONGEST))),
        _ => None,
    });
    let width = masks.fold(left + across + behind, f64::max).max(WIDTH);

    let legend = legend::draw(&mut html, plot, width, |html, series, at| legend::bar(html, plot.id, series, at));
    #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
    let bars = plot.series.len().max(1) as f64 * (BAR + BETWEEN) - BETWEEN;
    #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
    let heights: Vec<f64> = categories.iter().map(|lines| bars.max(lines.len() as f64 * LINE) + AROUND).collect();
    let tall: f64 = heights.iter().sum();
    let top = legend + if tall > TALL { LINE + 6.0 } else { 4.0 };
    for (place, said) in scale.ticks() {
        let x = left + place * across;
        line(&mut html, (x, top), (x, top + tall), FAINT, 1.0);
        text(&mut html, (x, top + tall + LINE), "middle", "tick", &said);
        if tall > TALL {
            text(&mut html, (x, top - 6.0), "middle", "tick", &said);
        }
    }
    let mut y = top;
    for ((at, lines), height) in categories.iter().enumerate().zip(&heights) {
        category(&mut html, lines, (labels, y + height / 2.0));
        let mut bar = y + (height - bars) / 2.0;
        for (series, values) in plot.series.iter().enumerate() {
            match values.get(at) {
                Some(Value::Number(figure)) => {
                    let end = left + scale.place(figure.value) * across;
                    legend::filled(&mut html, plot.id, series, (nought.min(end), bar), ((end - nought).abs(), BAR));
                    let (beside, anchor) = if figure.value < 0.0 { (end - 5.0, "end") } else { (end + 5.0, "start") };
                    text(&mut html, (beside, bar + 13.5), anchor, "value", &figure.text);
                }
                Some(Value::Masked(mark)) => {
                    hatched(&mut html, plot.id, (nought, bar + 1.0), (MASK, BAR - 2.0));
                    text(&mut html, (nought + MASK + 6.0, bar + 13.5), "start", "masked", &clipped(mark, LONGEST));
                }
                _ => {}
            }
            bar += BAR + BETWEEN;
        }
        y += height;
        if at + 1 < categories.len() {
            line(&mut html, (0.0, y), (left - before - 6.0, y), FAINT, 1.0);
        }
    }
    line(&mut html, (nought, top), (nought, top + tall), INK, 1.4);
    let mut below = top + tall + LINE + 6.0;
    if !plot.drawn.unit.is_empty() {
        below += LINE;
        text(&mut html, (left + across, below - 2.0), "end", "unit", &clipped(&plot.drawn.unit, LONGEST));
    }
    (html, (width, below + 6.0))
}

/// Writes the lines of a category's name before its bars.
fn category(html: &mut Html, lines: &[String], (end, middle): (f64, f64)) {
    #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
    let mut y = middle - lines.len() as f64 * LINE / 2.0 + 13.0;
    for line in lines {
        text(html, (end, y), "end", "", line);
        y += LINE;
    }
}
