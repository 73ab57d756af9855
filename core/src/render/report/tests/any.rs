//! Whatever a plugin answers is written in every format, or refused; and what is written says the same everywhere.

use proptest::prelude::*;
use todokede_abi::report::{Block, Cell, Chart, ChartKind, Column, Emphasis, Kind, Row, Series, Table};

use super::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[ -~ぁ-ん一-龠Ａ-Ｚ]{0,12}",
        2 => prop::sample::select(vec!["=1+1", "<r>x</r>", "_x0041_", "]]>", "&amp;", "'a'!A1", "\r\n", "\t", "", "𠮷", "{{ x }}", "\"", "-5"])
            .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn words() -> impl Strategy<Value = todokede_abi::Text> {
    prop_oneof![text().prop_map(Into::into), (text(), text()).prop_map(|(ja, en)| todokede_abi::Text { ja, en })]
}

fn figure() -> impl Strategy<Value = Cell> {
    let rounded = (-1_000_000_000_i32..1_000_000_000, 0_i32..6)
        .prop_map(|(number, places)| Cell::Number(f64::from(number) / 10_f64.powi(places)));
    prop_oneof![
        4 => any::<i32>().prop_map(|number| Cell::Whole(number.into())),
        4 => rounded,
        1 => any::<i64>().prop_map(Cell::Whole),
        1 => any::<f64>().prop_map(Cell::Number),
        2 => words().prop_map(|masked| Cell::Masked { masked }),
        1 => Just(Cell::Blank),
    ]
}

fn cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        4 => figure(),
        2 => text().prop_map(Cell::Text),
        2 => words().prop_map(Cell::Words),
        1 => (1800_i32..2200, 1_u8..13, 1_u8..32).prop_map(|(y, m, d)| Cell::Date { date: format!("{y:04}-{m:02}-{d:02}") }),
    ]
}

fn table() -> impl Strategy<Value = Table> {
    let kind = prop::sample::select(vec![Kind::Text, Kind::Number, Kind::Date]);
    let emphasis = prop::sample::select(vec![Emphasis::None, Emphasis::Total, Emphasis::Warning, Emphasis::Error]);
    (1_usize..10).prop_flat_map(move |wide| {
        let columns = prop::collection::vec((words(), kind.clone()).prop_map(|(title, kind)| Column { title, kind }), wide);
        let row = (prop::collection::vec(cell(), wide), emphasis.clone()).prop_map(|(cells, emphasis)| Row { cells, emphasis });
        let rest = (words(), prop::collection::vec(row, 0..5), prop::collection::vec(words(), 0..3));
        ("[a-z][a-z0-9]{5,9}", columns, rest).prop_map(|(name, columns, (title, rows, notes))| Table {
            name,
            title,
            columns,
            rows,
            notes,
        })
    })
}

fn chart() -> impl Strategy<Value = Chart> {
    let kind = prop::sample::select(vec![ChartKind::Bars, ChartKind::Lines]);
    (0_usize..31, kind).prop_flat_map(|(count, kind)| {
        let values = prop::collection::vec(figure(), count);
        let series = prop::collection::vec((words(), values).prop_map(|(name, values)| Series { name, values }), 0..4);
        (words(), prop::collection::vec(words(), count), series, words())
            .prop_map(move |(title, categories, series, unit)| Chart { title, kind, categories, series, unit })
    })
}

fn block() -> impl Strategy<Value = Block> {
    prop_oneof![
        (any::<u8>(), words()).prop_map(|(level, text)| Block::Heading(level, text)),
        words().prop_map(Block::Paragraph),
        table().prop_map(Block::Table),
        chart().prop_map(Block::Chart),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let facts = prop::collection::vec((words(), words()), 0..3);
    (words(), facts, prop::collection::vec(block(), 0..5)).prop_map(|(title, facts, blocks)| Report { title, facts, blocks })
}

/// What the cells of a table show, in Japanese.
fn shown(table: &Table) -> Vec<Vec<String>> {
    let of = |cell: &Cell| super::super::value::Value::of(cell, Lang::Ja).text().to_owned();
    table.rows.iter().map(|row| row.cells.iter().map(of).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_report_is_written_or_refused(report in report(), draft: bool, english: bool) {
        let title = title();
        let about = About { draft, lang: if english { Lang::En } else { Lang::Ja }, ..about(&title) };
        let checked = json(&report, &about);
        match every(&report, &about) {
            Ok(formats) => {
                prop_assert!(checked.is_ok());
                let book = xlsx(&report, &about).unwrap();
                let names: Vec<String> = cells(&book).into_iter().map(|(name, _)| name).collect();
                for (at, name) in names.iter().enumerate() {
                    prop_assert!(name.encode_utf16().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\', '\'']));
                    let same = |other: &String| other.to_lowercase() == name.to_lowercase();
                    prop_assert!(!names.iter().take(at).any(same));
                }
                for file in [book, docx(&report, &about).unwrap()] {
                    for (name, text) in parts(&file) {
                        prop_assert!(uppsala::parse(&text).is_ok(), "{}: {}", name, text);
                    }
                }
                prop_assert_eq!(formats.len(), 5);
            }
            Err(error) => prop_assert!(matches!(error, RenderError::Report { .. }), "{error}"),
        }
    }

    #[test]
    fn every_cell_reads_the_same_in_csv_and_workbook(table in table()) {
        let title = title();
        let plain = Table { rows: table.rows.iter().map(|row| Row { emphasis: Emphasis::None, ..row.clone() }).collect(), ..table };
        let report = Report { title: "t".into(), facts: Vec::new(), blocks: vec![Block::Table(plain.clone())] };
        let Ok(files) = csv(&report, &about(&title), Encoding::Utf8) else { return Ok(()) };
        let shown = shown(&plain);
        let text = files[1].bytes.strip_prefix("\u{feff}".as_bytes()).unwrap();
        let mut reader = ::csv::Reader::from_reader(text);
        let read: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.unwrap().iter().zip(0..).map(|(text, _): (&str, usize)| unguarded(text).to_owned()).collect())
            .collect();
        prop_assert_eq!(&read, &shown);
        let sheets = cells(&xlsx(&report, &about(&title)).unwrap());
        for (row, wanted) in sheets[1].1.iter().skip(4).zip(&shown) {
            for (cell, wanted) in row.iter().zip(wanted) {
                let found = match cell {
                    Data::Empty => String::new(),
                    Data::Float(number) => super::super::value::Figure::decimal(*number).text,
                    Data::DateTime(day) => day.as_datetime().unwrap().date().to_string(),
                    other => other.to_string(),
                };
                prop_assert_eq!(&found, wanted);
            }
        }
    }
}
