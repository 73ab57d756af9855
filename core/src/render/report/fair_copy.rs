//! The fair copy: a report in one language, checked, every value as it is shown.

use todokede_abi::Text;
use todokede_abi::report::{Block, Chart, ChartKind, Emphasis, Kind, Report, Table};

use super::value::{Value, lines};
use super::words::say;
use super::{About, sound};
use crate::model::Lang;
use crate::render::RenderError;

/// Most columns of a table on an upright page.
const UPRIGHT_COLUMNS: usize = 7;

/// A report as it is read.
#[derive(Debug)]
pub(super) struct FairCopy {
    pub(super) lang: Lang,
    pub(super) title: String,
    /// What a draft says of itself.
    pub(super) draft: Option<Draft>,
    /// The day it was made, ISO.
    pub(super) built: String,
    /// The facts of the report: label and value.
    pub(super) facts: Vec<(String, String)>,
    /// What it was made for: label and value.
    pub(super) about: Vec<(String, String)>,
    pub(super) parts: Vec<Part>,
}

/// What a draft says of itself.
#[derive(Debug)]
pub(super) struct Draft {
    /// The word for every page.
    pub(super) word: String,
    /// What follows from it.
    pub(super) note: String,
}

/// A part of a report.
#[derive(Debug)]
pub(super) enum Part {
    /// A heading, level 1 to 5.
    Heading(u8, String),
    Paragraph(String),
    Table(Grid),
    /// The values of a chart, and how they are drawn.
    Chart(Grid, Drawn),
}

/// How the values of a chart are drawn.
#[derive(Debug)]
pub(super) struct Drawn {
    pub(super) kind: ChartKind,
    pub(super) unit: String,
    /// Names of the series without the unit.
    pub(super) series: Vec<String>,
}

/// Rows and columns.
#[derive(Debug)]
pub(super) struct Grid {
    /// Names its file.
    pub(super) name: String,
    pub(super) title: String,
    pub(super) columns: Vec<(String, Kind)>,
    pub(super) rows: Vec<Line>,
    pub(super) notes: Vec<String>,
}

/// A row.
#[derive(Debug)]
pub(super) struct Line {
    /// A value for each column.
    pub(super) values: Vec<Value>,
    pub(super) emphasis: Emphasis,
}

impl FairCopy {
    /// Checks a report and says it in the language that is asked for.
    pub(super) fn new(report: &Report, about: &About) -> Result<FairCopy, RenderError> {
        sound::check(report, about)?;
        let lang = about.lang;
        let mut charts = 0;
        let parts = report.blocks.iter().map(|block| match block {
            Block::Heading(level, text) => Part::Heading((*level).clamp(1, 5), said(text, lang)),
            Block::Paragraph(text) => Part::Paragraph(said(text, lang)),
            Block::Table(table) => Part::Table(of_table(table, lang)),
            Block::Chart(chart) => {
                charts += 1;
                let series = chart.series.iter().map(|series| said(&series.name, lang)).collect();
                let drawn = Drawn { kind: chart.kind, unit: said(&chart.unit, lang), series };
                Part::Chart(of_chart(chart, charts, lang), drawn)
            }
        });
        let plugin = format!("{} {}", about.title.get(lang), about.version).trim().to_owned();
        let made = [("trial", about.trial), ("submission", about.submission), ("plugin", &plugin), ("built", about.built)];
        let made = made.into_iter().filter(|(_, value)| !value.is_empty());
        Ok(FairCopy {
            lang,
            title: said(&report.title, lang),
            draft: about.draft.then(|| Draft { word: say("draft", lang), note: say("draft-note", lang) }),
            built: about.built.to_owned(),
            facts: report.facts.iter().map(|(label, value)| (said(label, lang), said(value, lang))).collect(),
            parts: parts.collect(),
            about: made.map(|(word, value)| (say(word, lang), lines(value))).collect(),
        })
    }

    /// Returns whether a part stands on a page across: a table of many columns does, and so do headings right above it.
    pub(super) fn is_across(&self, at: usize) -> bool {
        let wide = self.parts.iter().skip(at).find_map(|part| match part {
            Part::Heading(..) => None,
            Part::Paragraph(_) => Some(false),
            Part::Table(grid) | Part::Chart(grid, _) => Some(grid.columns.len() > UPRIGHT_COLUMNS),
        });
        wide.unwrap_or_default()
    }

    /// Returns a word of the engine in the language of the copy.
    pub(super) fn say(&self, id: &str) -> String {
        say(id, self.lang)
    }
}

impl Grid {
    /// Returns whether a value of it is not shown.
    pub(super) fn is_masked(&self) -> bool {
        self.rows.iter().flat_map(|row| &row.values).any(|value| matches!(value, Value::Masked(_)))
    }
}

/// Returns a text in one language; where it has none, in the other.
pub(super) fn said(text: &Text, lang: Lang) -> String {
    let (first, second) = match lang {
        Lang::Ja => (&text.ja, &text.en),
        Lang::En => (&text.en, &text.ja),
    };
    lines(if first.is_empty() { second } else { first })
}

fn of_table(table: &Table, lang: Lang) -> Grid {
    let mut columns: Vec<(String, Kind)> =
        table.columns.iter().map(|column| (said(&column.title, lang), column.kind)).collect();
    let marked = table.rows.iter().any(|row| matches!(row.emphasis, Emphasis::Warning | Emphasis::Error));
    // Colour alone tells nothing on paper, to a screen reader or in CSV: a word says which rows are to be looked at.
    if marked {
        columns.push((say("mark", lang), Kind::Text));
    }
    let rows = table.rows.iter().map(|row| {
        let mut values: Vec<Value> = row.cells.iter().map(|cell| Value::of(cell, lang)).collect();
        if marked {
            values.push(match row.emphasis {
                Emphasis::Warning => Value::Text(say("warning", lang)),
                Emphasis::Error => Value::Text(say("error", lang)),
                Emphasis::None | Emphasis::Total => Value::Blank,
            });
        }
        Line { values, emphasis: row.emphasis }
    });
    let notes = table.notes.iter().map(|note| said(note, lang)).collect();
    Grid { name: table.name.clone(), title: said(&table.title, lang), columns, rows: rows.collect(), notes }
}

fn of_chart(chart: &Chart, at: usize, lang: Lang) -> Grid {
    let unit = said(&chart.unit, lang);
    let named = |name: String| match lang {
        _ if unit.is_empty() => name,
        Lang::Ja => format!("{name}（{unit}）"),
        Lang::En => format!("{name} ({unit})"),
    };
    let mut columns = vec![(say("category", lang), Kind::Text)];
    columns.extend(chart.series.iter().map(|series| (named(said(&series.name, lang)), Kind::Number)));
    let rows = chart.categories.iter().enumerate().map(|(at, category)| {
        let mut values = vec![Value::Text(said(category, lang))];
        values
            .extend(chart.series.iter().map(|series| series.values.get(at).map_or(Value::Blank, |cell| Value::of(cell, lang))));
        Line { values, emphasis: Emphasis::None }
    });
    Grid { name: format!("_chart-{at}"), title: said(&chart.title, lang), columns, rows: rows.collect(), notes: Vec::new() }
}
