//! A report: what a plugin wants to be read, apart from how it is written. The engine writes one report as a workbook, CSV, a
//! page, a Word document and JSON, so that no plugin has to, and so that all of them say the same.

use serde::{Deserialize, Serialize};

use crate::message::Text;

/// A report.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Its title.
    pub title: Text,
    /// Facts about it as a whole, shown under the title: label and value.
    #[serde(default)]
    pub facts: Vec<(Text, Text)>,
    /// What it is made of, in order.
    pub blocks: Vec<Block>,
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// A heading: level from 1, and words.
    Heading(u8, Text),
    /// A paragraph.
    Paragraph(Text),
    /// A table.
    Table(Table),
    /// A chart.
    Chart(Chart),
}

/// A table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Short ASCII name, unique in the report: names the CSV file; with the title the sheet.
    pub name: String,
    /// Its title.
    pub title: Text,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows.
    pub rows: Vec<Row>,
    /// Notes under it.
    #[serde(default)]
    pub notes: Vec<Text>,
}

/// A column.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its title.
    pub title: Text,
    /// How its values are set: numbers to the right, the rest to the left.
    #[serde(default)]
    pub kind: Kind,
}

/// How the values of a column are set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// As text.
    #[default]
    Text,
    /// As numbers.
    Number,
    /// As days.
    Date,
}

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Its cells, one a column.
    pub cells: Vec<Cell>,
    /// How it stands out.
    #[serde(default, skip_serializing_if = "Emphasis::is_none")]
    pub emphasis: Emphasis,
}

/// How a row stands out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Emphasis {
    /// Not at all.
    #[default]
    None,
    /// A total.
    Total,
    /// Something to look at.
    Warning,
    /// Something that is wrong.
    Error,
}

impl Emphasis {
    fn is_none(&self) -> bool {
        *self == Emphasis::None
    }
}

/// A cell.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing.
    #[default]
    Blank,
    /// A whole number.
    Whole(i64),
    /// A number, rounded to how it is to be shown.
    Number(f64),
    /// A text, the same in both languages.
    Text(String),
    /// A text in two languages.
    Words(Text),
    /// A value that is not shown, with the mark that stands for it. Nothing else of it is in the report.
    Masked {
        /// The mark.
        masked: Text,
    },
    /// A day, ISO.
    Date {
        /// The day.
        date: String,
    },
}

/// A chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Chart {
    /// Its title.
    pub title: Text,
    /// How it is drawn.
    pub kind: ChartKind,
    /// What stands along it.
    pub categories: Vec<Text>,
    /// What is drawn.
    pub series: Vec<Series>,
    /// The unit of the values.
    pub unit: Text,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChartKind {
    /// Bars beside each other.
    #[default]
    Bars,
    /// Lines.
    Lines,
}

/// The values of one thing in a chart.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// What it is.
    pub name: Text,
    /// A value for each category; [`Cell::Masked`] is drawn as a mark that has no height.
    pub values: Vec<Cell>,
}
