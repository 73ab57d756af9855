//! What is published: how many patients are registered, by sex and by age.

use todokede_abi::Text;
use todokede_abi::report::{Block, Cell, Chart, ChartKind, Emphasis, Kind, Report, Row, Series, Table};
use todokede_suppression::{Marks, Shown};

use super::cells::{column, table};
use super::{Reports, digits};
use crate::counts::{Key, Sex};
use crate::masking::MaskedSheet;
use crate::past::{Count, Mask};
use crate::words::{fill, join};

impl Reports<'_> {
    /// Makes it.
    pub(super) fn public(&self) -> Report {
        let words = self.words();
        let mut facts = self.facts(&words.distribution_public);
        facts.extend(self.policy());
        let mut blocks = Vec::new();
        for (place, product) in self.subjects().into_iter().enumerate() {
            self.product_blocks(place + 1, product, &mut blocks);
        }
        if !self.plan.past.is_empty() {
            blocks.extend(self.counts().into_iter().map(|count| Block::Table(self.years(count))));
        }
        Report { title: self.title(&words.public_title), facts, blocks }
    }

    fn product_blocks(&self, number: usize, product: Option<usize>, blocks: &mut Vec<Block>) {
        blocks.push(Block::Heading(1, self.product(product)));
        let words = self.words();
        for count in self.counts() {
            if self.shown_of(count, product, Key::Total) == Shown::Withheld {
                blocks.push(Block::Paragraph(fill(&words.withheld_product, &[("count", self.count(count).clone())])));
            }
        }
        blocks.push(Block::Table(self.counts_table(number, product)));
        if self.plan.cross {
            blocks.extend(self.counts().into_iter().map(|count| Block::Table(self.cross(number, count, product))));
        }
        if let Some(count) = self.counts().last() {
            blocks.push(Block::Chart(self.chart(*count, product)));
        }
    }

    /// Total, sexes and ages in rows; counts and shares in columns.
    fn counts_table(&self, number: usize, product: Option<usize>) -> Table {
        let words = self.words();
        let mut columns = vec![column(words.class.clone(), Kind::Text)];
        for count in self.counts() {
            let count = [("count", self.count(count).clone())];
            columns.push(column(fill(&words.counts_of, &count), Kind::Number));
            columns.push(column(fill(&words.percent_of, &count), Kind::Number));
        }
        let title = join(&[self.product(product), words.registered.clone()], " ", ": ");
        let mut table = table(format!("counts-{number}"), title, columns);
        for key in Key::all(&self.plan.ages, false) {
            let mut cells = vec![Cell::Words(self.key(key))];
            for count in self.counts() {
                let Some(sheet) = self.masked.sheets.get(&(count, product)) else { continue };
                let total = shown_in(sheet, Key::Total);
                cells.push(self.shown(shown_in(sheet, key), sheet.threshold));
                cells.push(self.percent(shown_in(sheet, key), total, sheet.threshold));
            }
            let emphasis = if key == Key::Total { Emphasis::Total } else { Emphasis::None };
            table.rows.push(Row { cells, emphasis });
        }
        table.notes = self.legend(product);
        table
    }

    /// Ages in rows, sexes in columns.
    fn cross(&self, number: usize, count: Count, product: Option<usize>) -> Table {
        let words = self.words();
        let title = fill(&words.cross_title, &[("product", self.product(product)), ("count", self.count(count).clone())]);
        let mut columns = vec![column(words.class.clone(), Kind::Text)];
        columns.extend(Sex::ALL.map(|sex| column(self.sex(sex).clone(), Kind::Number)));
        columns.push(column(words.total.clone(), Kind::Number));
        let name = if count == Count::Year { "year" } else { "cumulative" };
        let mut table = table(format!("sex-age-{name}-{number}"), title, columns);
        let Some(sheet) = self.masked.sheets.get(&(count, product)) else { return table };
        let mut add = |label: Text, keys: Vec<Key>, emphasis| {
            let mut cells = vec![Cell::Words(label)];
            cells.extend(keys.into_iter().map(|key| self.shown(shown_in(sheet, key), sheet.threshold)));
            table.rows.push(Row { cells, emphasis });
        };
        for age in 0..self.plan.ages.places() {
            let keys = Sex::ALL.map(|sex| Key::Both(sex, age)).into_iter().chain([Key::Age(age)]).collect();
            add(self.band(age), keys, Emphasis::None);
        }
        let keys = Sex::ALL.map(Key::Sex).into_iter().chain([Key::Total]).collect();
        add(words.total.clone(), keys, Emphasis::Total);
        table.notes = self.legend(product);
        table
    }

    /// Ages along it, a bar for each sex where that is published. A masked bar has no height.
    fn chart(&self, count: Count, product: Option<usize>) -> Chart {
        let words = self.words();
        let places = 0..self.plan.ages.places();
        let threshold = self.masked.sheets.get(&(count, product)).map_or(0, |sheet| sheet.threshold);
        let bars = |name: Text, key: &dyn Fn(usize) -> Key| Series {
            name,
            values: places.clone().map(|age| self.shown(self.shown_of(count, product, key(age)), threshold)).collect(),
        };
        let series = if self.plan.cross {
            Sex::ALL.map(|sex| bars(self.sex(sex).clone(), &|age| Key::Both(sex, age))).to_vec()
        } else {
            vec![bars(self.count(count).clone(), &Key::Age)]
        };
        Chart {
            title: fill(&words.chart_title, &[("product", self.product(product)), ("count", self.count(count).clone())]),
            kind: ChartKind::Bars,
            categories: places.clone().map(|age| self.band(age)).collect(),
            series,
            unit: words.patients.clone(),
        }
    }

    /// Totals of the products by year, those of earlier years as they were published.
    fn years(&self, count: Count) -> Table {
        let words = self.words();
        let name = if count == Count::Year { "years" } else { "years-cumulative" };
        let mut columns = vec![column(words.product.clone(), Kind::Text)];
        let year = |number: i32| {
            let word = if self.plan.year.basis == "calendar" { &words.calendar } else { &words.fiscal };
            fill(word, &[("year", digits(number))])
        };
        // Of several publications of a year the last stands.
        let mut past: Vec<_> = Vec::new();
        for published in self.plan.past.iter().filter(|past| past.year.number != self.plan.year.number) {
            past.retain(|other: &&crate::past::Published| other.year.number != published.year.number);
            past.push(published);
        }
        columns.extend(past.iter().map(|past| column(year(past.year.number), Kind::Number)));
        columns.push(column(self.year(), Kind::Number));
        let title = fill(&words.years_title, &[("count", self.count(count).clone())]);
        let mut table = table(name.to_owned(), title, columns);
        for product in self.subjects() {
            let mut cells = vec![Cell::Words(self.product(product))];
            cells.extend(past.iter().map(|past| {
                let sheet = past.sheets.get(&(count, product));
                let seen = sheet.and_then(|sheet| Some((*sheet.cells.get(&Key::Total)?, sheet.threshold)));
                seen.map_or(Cell::Blank, |(seen, threshold)| self.seen(seen, threshold))
            }));
            let threshold = self.masked.sheets.get(&(count, product)).map_or(0, |sheet| sheet.threshold);
            cells.push(self.shown(self.shown_of(count, product, Key::Total), threshold));
            let emphasis = if product.is_none() { Emphasis::Total } else { Emphasis::None };
            table.rows.push(Row { cells, emphasis });
        }
        table.notes = vec![words.years_note.clone()];
        table
    }

    /// What is published of a cell.
    fn shown_of(&self, count: Count, product: Option<usize>, key: Key) -> Shown {
        self.masked.sheets.get(&(count, product)).map_or(Shown::Withheld, |sheet| shown_in(sheet, key))
    }

    /// What the marks of a table mean: those that stand in it.
    fn legend(&self, product: Option<usize>) -> Vec<Text> {
        let words = self.words();
        let mut sheets = self.counts().into_iter().filter_map(|count| self.masked.sheets.get(&(count, product)));
        let threshold = sheets.clone().next().map_or(0, |sheet| sheet.threshold);
        let masked = |sheet: &MaskedSheet, marks: &[Shown]| sheet.cells.values().any(|shown| marks.contains(shown));
        let mut notes = Vec::new();
        let distinct = self.plan.masking.marks == Marks::Distinct;
        let values =
            [("small", self.mark(Mask::Small, digits(threshold))), ("masked", self.mark(Mask::Masked, Text::default()))];
        let (small, other) = ([Shown::Primary], [Shown::Masked]);
        let any = |marks: &[Shown]| sheets.clone().any(|sheet| masked(sheet, marks));
        if distinct {
            notes.extend(any(&small).then(|| fill(&words.legend_small, &values)));
            notes.extend(any(&other).then(|| fill(&words.legend_masked, &values)));
        } else if any(&small) || any(&other) {
            notes.push(fill(&words.legend_one, &values));
        }
        if sheets.any(|sheet| masked(sheet, &[Shown::Withheld])) {
            notes.push(fill(&words.legend_withheld, &[("withheld", self.mark(Mask::Withheld, Text::default()))]));
        }
        notes
    }
}

fn shown_in(sheet: &MaskedSheet, key: Key) -> Shown {
    sheet.cells.get(&key).copied().unwrap_or(Shown::Withheld)
}
