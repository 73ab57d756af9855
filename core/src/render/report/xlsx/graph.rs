//! A chart of the spreadsheet's own below the values it is drawn from. A chart keeps a copy of its values, so none is
//! drawn where one of them is masked.

use rust_xlsxwriter::{
    Chart, ChartEmptyCells, ChartFont, ChartFormat, ChartLine, ChartLineDashType, ChartMarker, ChartMarkerType,
    ChartPatternFill, ChartPatternFillType, ChartType, Worksheet,
};
use todokede_abi::report::ChartKind;

use super::super::chart::COLOURS;
use super::super::fair_copy::{Drawn, FairCopy, Grid};
use super::super::value::{Figure, Value};
use super::grid::HEAD;
use super::looks::Looks;
use crate::workbook::{FONT, WorkbookError, put};

/// Fills that differ in grey as well.
const PATTERNS: [ChartPatternFillType; 8] = [
    ChartPatternFillType::Dotted75Percent,
    ChartPatternFillType::DiagonalStripesWideUpwards,
    ChartPatternFillType::Dotted20Percent,
    ChartPatternFillType::HorizontalStripesDark,
    ChartPatternFillType::DiagonalBrick,
    ChartPatternFillType::VerticalStripesDark,
    ChartPatternFillType::Zigzag,
    ChartPatternFillType::DiagonalStripesLightDownwards,
];
const MARKERS: [ChartMarkerType; 8] = [
    ChartMarkerType::Circle,
    ChartMarkerType::Square,
    ChartMarkerType::Triangle,
    ChartMarkerType::Diamond,
    ChartMarkerType::X,
    ChartMarkerType::PlusSign,
    ChartMarkerType::Star,
    ChartMarkerType::LongDash,
];
const DASHES: [ChartLineDashType; 4] =
    [ChartLineDashType::Solid, ChartLineDashType::Dash, ChartLineDashType::RoundDot, ChartLineDashType::DashDot];

/// Draws the chart from the row `at`, or says why there is none.
pub(super) fn draw(
    sheet: &mut Worksheet,
    name: &str,
    copy: &FairCopy,
    (grid, drawn): (&Grid, &Drawn),
    at: u32,
    looks: &Looks,
) -> Result<(), WorkbookError> {
    let figures = || {
        grid.rows.iter().flat_map(|row| &row.values).filter_map(|value| match value {
            Value::Number(figure) => Some(figure),
            _ => None,
        })
    };
    let why_not = if grid.is_masked() {
        "masked-chart"
    } else if figures().next().is_none() {
        "no-values"
    } else if !figures().all(Figure::fits_a_sheet) {
        "digits-chart"
    } else {
        return insert(sheet, name, (grid, drawn), at);
    };
    put(sheet, (at + 1, 0), &copy.say(why_not), Some(&looks.note.clone().unset_text_wrap()), "chart")
}

fn insert(sheet: &mut Worksheet, name: &str, (grid, drawn): (&Grid, &Drawn), at: u32) -> Result<(), WorkbookError> {
    let mut font = ChartFont::new();
    font.set_name(FONT).set_size(10);
    // Bars lie, so that long categories can be read; the first one stands on top as in the table.
    let mut chart = Chart::new(match drawn.kind {
        ChartKind::Bars => ChartType::Bar,
        ChartKind::Lines => ChartType::Line,
    });
    let last = HEAD + u32::try_from(grid.rows.len()).unwrap_or(0);
    for (series, column) in (0..drawn.series.len()).zip(1u16..) {
        let one = chart.add_series();
        one.set_name((name, HEAD, column, HEAD, column));
        one.set_categories((name, HEAD + 1, 0, last, 0));
        one.set_values((name, HEAD + 1, column, last, column));
        let colour = COLOURS.get(series % COLOURS.len()).map_or("#000000", |colour| colour);
        match drawn.kind {
            ChartKind::Bars => {
                let mut fill = ChartPatternFill::new();
                let pattern = PATTERNS.get(series % PATTERNS.len()).copied().unwrap_or(ChartPatternFillType::Dotted75Percent);
                fill.set_pattern(pattern).set_foreground_color(colour).set_background_color("#FFFFFF");
                let mut line = ChartLine::new();
                line.set_color("#1D2733").set_width(0.75);
                one.set_format(ChartFormat::new().set_pattern_fill(&fill).set_border(&line));
            }
            ChartKind::Lines => {
                let dash = DASHES.get(series % DASHES.len()).copied().unwrap_or(ChartLineDashType::Solid);
                let mut line = ChartLine::new();
                line.set_color(colour).set_width(2.0).set_dash_type(dash);
                one.set_format(ChartFormat::new().set_line(&line));
                let marker = MARKERS.get(series % MARKERS.len()).copied().unwrap_or(ChartMarkerType::Circle);
                one.set_marker(ChartMarker::new().set_type(marker).set_size(7));
            }
        }
    }
    if drawn.kind == ChartKind::Bars {
        chart.x_axis().set_reverse();
    }
    chart.title().set_name(clipped(&grid.title).as_str()).set_font(font.clone().set_size(12));
    chart.x_axis().set_font(&font);
    chart.y_axis().set_font(&font).set_name(clipped(&drawn.unit).as_str()).set_name_font(&font);
    chart.legend().set_font(&font).set_position(rust_xlsxwriter::ChartLegendPosition::Bottom);
    chart.show_empty_cells_as(ChartEmptyCells::Gaps).set_alt_text(clipped(&grid.title));
    let rows = u32::try_from(grid.rows.len() * drawn.series.len().max(1)).unwrap_or(400);
    let tall = match drawn.kind {
        ChartKind::Bars => (160 + rows * 18).clamp(300, 4_000),
        ChartKind::Lines => 380,
    };
    chart.set_width(900).set_height(tall);
    sheet.insert_chart(at + 1, 0, &chart)?;
    Ok(())
}

/// The title of a chart and the text that stands for it take 255 letters. What looks like a reference to a cell would be
/// taken for one.
fn clipped(text: &str) -> String {
    let text: String = text.chars().take(250).collect();
    if text.starts_with('=') { format!(" {text}") } else { text }
}
