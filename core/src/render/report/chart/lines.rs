//! Lines over categories. A line ends where a value is missing; masked values stand in a band below the scale, where no
//! height can be read from them.

use super::label::{clipped, room, wide, wrapped};
use super::scale::Scale;
use super::{FAINT, INK, LINE, LONGEST, Plot, WIDTH, hatched, legend, line, px, text};
use crate::render::html::Html;
use crate::render::report::value::Value;

/// Height of the plot.
const TALL: f64 = 300.0;
/// Height of the band of masked values, and the size of a mark in it.
const BAND: f64 = 24.0;
const MASK: (f64, f64) = (16.0, 14.0);
/// Least distance of categories whose names are turned.
const LEAST: f64 = 24.0;
/// Sine and cosine of how far names are turned.
const SLOPE: f64 = 0.707;
/// Least distance of two values above each other.
const APART: f64 = 14.0;
/// Least distance of categories where the values of several lines are printed.
const CROWDED: f64 = 48.0;
/// Longest name of a series at the end of its line, half-width letters.
const NAME: usize = 24;

/// Where everything stands.
struct Frame {
    left: f64,
    top: f64,
    across: f64,
    slot: f64,
    scale: Scale,
}

/// How the names of the categories stand.
enum Names {
    Lines(Vec<Vec<String>>),
    Turned(Vec<String>),
}

/// Draws the lines and returns how wide and high the drawing is.
pub(super) fn draw(plot: &Plot) -> (Html, (f64, f64)) {
    let mut html = Html::default();
    let scale = plot.scale(false);
    let ticks = scale.ticks().map(|(_, said)| wide(&said)).fold(0.0, f64::max) + 12.0;
    let right = if plot.series.len() > 1 {
        (0..plot.series.len()).map(|at| wide(&short(plot, at))).fold(0.0, f64::max) + 16.0
    } else {
        12.0
    };
    #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
    let count = plot.categories.len().max(1) as f64;
    let mut left = ticks;
    let mut slot = ((WIDTH - left - right) / count).max(LEAST);
    let names = names(plot, slot);
    if let Names::Turned(names) = &names {
        // A turned name reaches out to the left of its place.
        #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
        let reach = names.iter().enumerate().map(|(at, name)| wide(name) * SLOPE - (at as f64 + 0.5) * slot);
        left = reach.fold(left, f64::max);
        slot = ((WIDTH - left - right) / count).max(LEAST);
    }
    let width = (left + slot * count + right).max(WIDTH);
    let top = 14.0
        + legend::draw(&mut html, plot, width, |html, series, (x, y)| {
            stroke(html, series, &[(x, y + 7.0), (x + 26.0, y + 7.0)]);
            legend::point(html, series, (x + 13.0, y + 7.0));
        });
    let top = if plot.drawn.unit.is_empty() { top } else { top + LINE };
    let frame = Frame { left, top, across: slot * count, slot, scale };
    axis(&mut html, plot, &frame);
    let mut y = top + TALL;
    if plot.is_masked() {
        masked(&mut html, plot, &frame);
        y += BAND;
    }
    for series in 0..plot.series.len() {
        curve(&mut html, plot, series, &frame);
    }
    values(&mut html, plot, &frame);
    ends(&mut html, plot, &frame);
    let below = write_names(&mut html, &names, &frame, y);
    (html, (width, below + 8.0))
}

fn short(plot: &Plot, series: usize) -> String {
    clipped(&plot.name(series), NAME)
}

fn names(plot: &Plot, slot: f64) -> Names {
    let letters = room(slot - 4.0);
    let broken: Vec<Vec<String>> =
        plot.categories.iter().map(|name| wrapped(&clipped(name, LONGEST), letters.max(2))).collect();
    let fits = |lines: &Vec<String>| lines.len() == 1 || (lines.len() <= 3 && letters >= 8);
    if broken.iter().all(|lines| fits(lines) && lines.iter().all(|line| wide(line) <= slot - 4.0)) {
        return Names::Lines(broken);
    }
    Names::Turned(plot.categories.iter().map(|name| clipped(name, LONGEST)).collect())
}

fn write_names(html: &mut Html, names: &Names, frame: &Frame, from: f64) -> f64 {
    let mut below = from + LINE;
    let middle = |at: usize| frame.x(at);
    match names {
        Names::Lines(names) => {
            for (at, lines) in names.iter().enumerate() {
                let mut y = from + LINE;
                for line in lines {
                    text(html, (middle(at), y), "middle", "", line);
                    below = below.max(y);
                    y += LINE;
                }
            }
        }
        Names::Turned(names) => {
            for (at, name) in names.iter().enumerate() {
                let (x, y) = (px(middle(at) + 4.0), px(from + 14.0));
                let turn = format!("rotate(-45 {x} {y})");
                html.open("text", &[("x", &x), ("y", &y), ("text-anchor", "end"), ("transform", &turn)]);
                html.text(name);
                html.raw("</text>\n");
                below = below.max(from + 18.0 + wide(name) * SLOPE);
            }
        }
    }
    below
}

impl Frame {
    #[expect(clippy::cast_precision_loss, reason = "a length of a drawing")]
    fn x(&self, category: usize) -> f64 {
        self.left + (category as f64 + 0.5) * self.slot
    }

    fn y(&self, value: f64) -> f64 {
        self.top + (1.0 - self.scale.place(value)) * TALL
    }
}

fn axis(html: &mut Html, plot: &Plot, frame: &Frame) {
    for (place, said) in frame.scale.ticks() {
        let y = frame.top + (1.0 - place) * TALL;
        let is_nought = said.chars().all(|letter| matches!(letter, '0' | '.'));
        line(html, (frame.left, y), (frame.left + frame.across, y), if is_nought { INK } else { FAINT }, 1.0);
        text(html, (frame.left - 6.0, y + 4.5), "end", "tick", &said);
    }
    line(html, (frame.left, frame.top), (frame.left, frame.top + TALL), INK, 1.0);
    if !plot.drawn.unit.is_empty() {
        text(html, (0.0, frame.top - LINE), "start", "unit", &clipped(&plot.drawn.unit, LONGEST));
    }
}

/// Draws the line of a series: a stretch between missing values is a line of its own, a value alone a point.
fn curve(html: &mut Html, plot: &Plot, series: usize, frame: &Frame) {
    let values = plot.series.get(series).map(Vec::as_slice).unwrap_or_default();
    let place = |(at, value): (usize, &&Value)| match value {
        Value::Number(figure) => Some((frame.x(at), frame.y(figure.value))),
        _ => None,
    };
    let places: Vec<Option<(f64, f64)>> = values.iter().enumerate().map(place).collect();
    for stretch in places.split(Option::is_none) {
        let points: Vec<(f64, f64)> = stretch.iter().flatten().copied().collect();
        if points.len() > 1 {
            stroke(html, series, &points);
        }
    }
    for at in places.into_iter().flatten() {
        legend::point(html, series, at);
    }
}

fn stroke(html: &mut Html, series: usize, points: &[(f64, f64)]) {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{},{}", px(*x), px(*y))).collect();
    let dashes = legend::dashes(series);
    let dash = if dashes.is_empty() { ("", "") } else { ("stroke-dasharray", dashes) };
    let points = points.join(" ");
    html.open(
        "polyline",
        &[("points", &points), ("fill", "none"), ("stroke", legend::colour(series)), ("stroke-width", "2.2"), dash],
    );
    html.raw("</polyline>\n");
}

/// Prints the values where there is room for all of them; they are in the table below in any case.
fn values(html: &mut Html, plot: &Plot, frame: &Frame) {
    let widest = plot.values().filter(|value| matches!(value, Value::Number(_))).map(|value| wide(value.text()));
    let least = if plot.series.len() > 1 { CROWDED } else { 0.0 };
    if widest.fold(least, f64::max) > frame.slot - 2.0 || plot.series.len() > 3 {
        return;
    }
    for at in 0..plot.categories.len() {
        let figures = plot.series.iter().filter_map(|values| match values.get(at) {
            Some(Value::Number(figure)) => Some((frame.y(figure.value) - 9.0, figure.text.as_str())),
            _ => None,
        });
        let mut figures: Vec<(f64, &str)> = figures.collect();
        figures.sort_by(|one, other| one.0.total_cmp(&other.0));
        // From the lowest up, each is moved above the one below it.
        let mut floor = f64::INFINITY;
        for (y, said) in figures.into_iter().rev() {
            let y = y.min(floor - APART);
            floor = y;
            text(html, (frame.x(at), y), "middle", "value", said);
        }
    }
}

/// Names each line where it ends, one below the other.
fn ends(html: &mut Html, plot: &Plot, frame: &Frame) {
    if plot.series.len() < 2 {
        return;
    }
    let end = |(series, values): (usize, &Vec<&Value>)| {
        values.iter().rev().find_map(|value| match value {
            Value::Number(figure) => Some((frame.y(figure.value), series)),
            _ => None,
        })
    };
    let mut ends: Vec<(f64, usize)> = plot.series.iter().enumerate().filter_map(end).collect();
    ends.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut floor = frame.top + TALL + APART;
    for (y, series) in ends.into_iter().rev() {
        let y = y.min(floor - APART - 1.0);
        floor = y;
        text(html, (frame.left + frame.across + 4.0, y + 4.5), "start", "end", &short(plot, series));
    }
}

/// Draws the band of masked values: one mark for a category, with its words where they fit.
fn masked(html: &mut Html, plot: &Plot, frame: &Frame) {
    let y = frame.top + TALL + 5.0;
    for at in 0..plot.categories.len() {
        let mut marks: Vec<&str> = Vec::new();
        for values in &plot.series {
            if let Some(Value::Masked(mark)) = values.get(at)
                && !marks.contains(&mark.as_str())
            {
                marks.push(mark);
            }
        }
        if marks.is_empty() {
            continue;
        }
        let said = marks.join("／");
        let beside = MASK.0 + 4.0 + wide(&said);
        let fits = beside <= frame.slot - 2.0;
        let x = frame.x(at) - if fits { beside } else { MASK.0 } / 2.0;
        html.raw("<g><title>");
        html.text(&said);
        html.raw("</title>");
        hatched(html, plot.id, (x, y), MASK);
        if fits {
            text(html, (x + MASK.0 + 4.0, y + 12.0), "start", "masked", &said);
        }
        html.raw("</g>\n");
    }
}
